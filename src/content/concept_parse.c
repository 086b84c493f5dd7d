/* One file of a concept. */
#include "content/concept_parse.h"

#include <string.h>

#include "content/exercise_parse.h"
#include "content/markdown.h"
#include "content/pack_free.h"

enum { ID_CHARACTERS_MAX = 80 }; /* docs/authoring.md */

gboolean concept_is_id(const char *id)
{
    gboolean valid = id[0] != '\0' && strlen(id) <= ID_CHARACTERS_MAX;
    for (const char *c = id; *c && valid; c++) {
        gboolean hyphen = *c == '-' && c > id && c[-1] != '-' && c[1] != '\0';
        valid = g_ascii_islower(*c) || g_ascii_isdigit(*c) || hyphen;
    }
    return valid;
}

gboolean concept_check_id(const char *id, const char *what, int line, const ProblemSink *sink)
{
    if (concept_is_id(id))
        return TRUE;
    g_autofree char *excerpt = problem_excerpt(id);
    problem_add(
        sink, line, g_strdup_printf("the %s \"%s\" is not valid", what, excerpt),
        g_strdup_printf("use small letters, digits and single hyphens between them, at most %d", ID_CHARACTERS_MAX));
    return FALSE;
}

char *concept_title(const FrontMatter *front, const char *example, const ProblemSink *sink)
{
    const FrontEntry *entry = front_matter_get(front, "title", FRONT_SCALAR, TRUE, example, sink);
    if (!entry)
        return NULL;
    glong length = g_utf8_strlen(entry->text, -1);
    if (length > PACK_TITLE_CHARACTERS_MAX)
        problem_add(sink, entry->line, g_strdup_printf("the title has %ld characters", length),
                    g_strdup_printf("keep it to %d", PACK_TITLE_CHARACTERS_MAX));
    if (strchr(entry->text, '\n'))
        problem_add_plain(sink, entry->line, "the title has several lines", "write it on one line");
    return g_strdup(entry->text);
}

static char *parse_id(const FrontMatter *front, int *line, const ProblemSink *sink)
{
    const FrontEntry *entry = front_matter_get(front, "id", FRONT_SCALAR, TRUE, "id: price-objection", sink);
    if (!entry)
        return NULL;
    *line = entry->line;
    return concept_check_id(entry->text, "id", entry->line, sink) ? g_strdup(entry->text) : NULL;
}

static char *parse_skill(const FrontMatter *front, int *line, const ProblemSink *sink)
{
    const FrontEntry *entry =
        front_matter_get(front, "skill", FRONT_SCALAR, TRUE, "skill: and one of the pack's skills", sink);
    if (!entry)
        return NULL;
    *line = entry->line;
    return g_strdup(entry->text);
}

static void parse_requires(ConceptSource *source, const FrontMatter *front, const ProblemSink *sink)
{
    source->concept->requires = g_ptr_array_new_with_free_func(g_free);
    source->requires_lines = g_array_new(FALSE, FALSE, sizeof(int));
    const FrontEntry *entry =
        front_matter_get(front, "requires", FRONT_LIST, FALSE, "requires: [the-id, another-id]", sink);
    if (!entry)
        return;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < entry->items->len; i++) {
        const FrontItem *item = entry->items->pdata[i];
        if (!g_hash_table_add(seen, item->text)) {
            g_autofree char *excerpt = problem_excerpt(item->text);
            problem_add(sink, item->line, g_strdup_printf("\"%s\" is required twice", excerpt),
                        g_strdup("keep one of them"));
            continue;
        }
        g_ptr_array_add(source->concept->requires, g_strdup(item->text));
        g_array_append_val(source->requires_lines, item->line);
    }
}

static gboolean parse_must_know(const FrontMatter *front, const ProblemSink *sink)
{
    const FrontEntry *entry = front_matter_get(front, "must_know", FRONT_SCALAR, FALSE, "must_know: true", sink);
    if (!entry || strcmp(entry->text, "false") == 0)
        return FALSE;
    if (strcmp(entry->text, "true") != 0) {
        g_autofree char *excerpt = problem_excerpt(entry->text);
        problem_add(sink, entry->line, g_strdup_printf("\"must_know\" is \"%s\"", excerpt),
                    g_strdup("write true or false"));
    }
    return TRUE;
}

static guint count_words(const char *text)
{
    guint words = 0;
    gboolean in_word = FALSE;
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        gboolean space = g_unichar_isspace(g_utf8_get_char(c));
        words += !space && !in_word;
        in_word = !space;
    }
    return words;
}

static void check_text(const PackConcept *concept, int line, const ProblemSink *sink)
{
    g_autofree char *plain = markdown_to_text(concept->text);
    guint words = count_words(plain);
    if (words == 0)
        problem_add(
            sink, line, g_strdup("the concept teaches nothing"),
            g_strdup_printf("write the idea below the front matter, in at most %d words", PACK_TEACHING_WORDS_MAX));
    if (words > PACK_TEACHING_WORDS_MAX)
        problem_add(sink, line, g_strdup_printf("the teaching text has %u words", words),
                    g_strdup_printf("keep it to %d: one idea, small enough for two minutes", PACK_TEACHING_WORDS_MAX));
}

static void parse_front(ConceptSource *source, const FrontMatter *front, const ProblemSink *sink)
{
    static const char *const keys[] = { "id", "title", "skill", "requires", "must_know" };
    PackConcept *concept = source->concept;
    front_matter_expect(front, keys, G_N_ELEMENTS(keys), sink);
    concept->id = parse_id(front, &source->id_line, sink);
    concept->title = concept_title(front, "title: and at most 80 characters", sink);
    concept->skill = parse_skill(front, &source->skill_line, sink);
    parse_requires(source, front, sink);
    concept->must_know = parse_must_know(front, sink);
}

static void parse_body(PackConcept *concept, const FrontMatter *front, const ProblemSink *sink)
{
    g_autoptr(GArray) lines = lines_of(front->body, front->body_line, sink);
    guint first = 0;
    while (first < lines->len && !exercise_starts(&g_array_index(lines, Line, first)))
        first++;
    exercise_check_headings(lines, 0, lines->len, sink);
    concept->text = lines_join(lines, 0, first, 0);
    check_text(concept, front->body_line, sink);
    concept->exercises = exercises_parse(lines, first, sink);
    if (first == lines->len)
        problem_add_plain(sink, 0, "the concept has no exercises",
                          "write at least two; each starts with a heading such as \"## choose\"");
}

ConceptSource *concept_parse(const PackFile *file, const ProblemSink *sink)
{
    ConceptSource *source = g_new0(ConceptSource, 1);
    source->concept = g_new0(PackConcept, 1);
    source->concept->file = g_strdup(file->name);
    gsize length = 0;
    const char *bytes = g_bytes_get_data(file->bytes, &length);
    source->concept->source = g_strndup(bytes ? bytes : "", length);

    g_autofree char *text = lines_text(file->bytes, sink);
    g_autoptr(FrontMatter) front = front_matter_parse(text, sink);
    parse_front(source, front, sink);
    parse_body(source->concept, front, sink);
    return source;
}

void concept_source_free(ConceptSource *source)
{
    if (!source)
        return;
    pack_concept_free(source->concept);
    g_array_unref(source->requires_lines);
    g_free(source);
}
