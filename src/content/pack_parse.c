/* A whole pack: pack.md, the concepts, and what only shows when all of them are there. */
#include "content/pack.h"

#include <string.h>

#include "content/concept_parse.h"
#include "content/pack_free.h"
#include "content/pack_lines.h"
#include "content/pack_order.h"

#define PACK_FILE "pack.md"
#define README "README.md" /* beside the concepts, and none of them */

enum { LANGUAGE_CHARACTERS_MAX = 35 }; /* RFC 5646, section 4.4.1: what a buffer for a tag should hold */

static char *parse_language(const FrontMatter *front, const ProblemSink *sink)
{
    const FrontEntry *entry = front_matter_get(front, "language", FRONT_SCALAR, TRUE, "language: en", sink);
    if (!entry)
        return NULL;
    static const char pattern[] = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$";
    if (strlen(entry->text) > LANGUAGE_CHARACTERS_MAX ||
        !g_regex_match_simple(pattern, entry->text, G_REGEX_DOLLAR_ENDONLY, 0)) {
        g_autofree char *excerpt = problem_excerpt(entry->text);
        problem_add(sink, entry->line, g_strdup_printf("the language \"%s\" is not a language tag", excerpt),
                    g_strdup("write en, de or pt-BR, for example"));
    }
    return g_strdup(entry->text);
}

static GPtrArray *parse_skills(const FrontMatter *front, const ProblemSink *sink)
{
    GPtrArray *skills = g_ptr_array_new_with_free_func((GDestroyNotify)pack_skill_free);
    const FrontEntry *entry =
        front_matter_get(front, "skills", FRONT_MAP, TRUE,
                         "\"skills:\" and below it, indented, lines such as \"discovery: Discovery\"", sink);
    for (guint i = 0; entry && i < entry->items->len; i++) {
        const FrontItem *item = entry->items->pdata[i];
        concept_check_id(item->key, "id of the skill", item->line, sink);
        g_autofree char *excerpt = problem_excerpt(item->key);
        if (item->text[0] == '\0')
            problem_add(sink, item->line, g_strdup_printf("the skill \"%s\" has no name", excerpt),
                        g_strdup("write what people see after the colon"));
        if (g_utf8_strlen(item->text, -1) > PACK_TITLE_CHARACTERS_MAX || strchr(item->text, '\n'))
            problem_add(sink, item->line, g_strdup_printf("the name of the skill \"%s\" is too long", excerpt),
                        g_strdup_printf("keep it to %d characters on one line", PACK_TITLE_CHARACTERS_MAX));
        PackSkill *skill = g_new0(PackSkill, 1);
        skill->id = g_strdup(item->key);
        skill->name = g_strdup(item->text);
        g_ptr_array_add(skills, skill);
    }
    return skills;
}

static char *parse_id(const FrontMatter *front, const char *folder, const ProblemSink *sink)
{
    const FrontEntry *entry = front_matter_get(front, "id", FRONT_SCALAR, FALSE, "id: selling-on-value", sink);
    g_autofree char *id = entry ? g_strdup(entry->text) : g_path_get_basename(folder ? folder : "");
    if (entry)
        concept_check_id(id, "id", entry->line, sink);
    else if (front->whole && !concept_is_id(id))
        problem_add_plain(sink, 1, "the key \"id\" is missing, and the folder's name is not an id",
                          "write \"id:\" and small letters, digits and hyphens, or rename the folder so");
    return g_steal_pointer(&id);
}

static void parse_pack_file(Pack *pack, const PackFile *file, const char *folder, const ProblemSink *sink)
{
    static const char *const keys[] = { "title", "language", "skills", "id", "licence" };
    gsize length = 0;
    const char *bytes = g_bytes_get_data(file->bytes, &length);
    pack->source = g_strndup(bytes ? bytes : "", length);

    g_autofree char *text = lines_text(file->bytes, sink);
    g_autoptr(FrontMatter) front = front_matter_parse(text, sink);
    front_matter_expect(front, keys, G_N_ELEMENTS(keys), sink);
    pack->id = parse_id(front, folder, sink);
    pack->title = concept_title(front, "title: and what people see", sink);
    pack->language = parse_language(front, sink);
    pack->skills = parse_skills(front, sink);
    const FrontEntry *licence = front_matter_get(front, "licence", FRONT_SCALAR, FALSE, "licence: CC BY-SA 4.0", sink);
    pack->licence = licence ? g_strdup(licence->text) : NULL;
    g_autoptr(GArray) lines = lines_of(front->body, front->body_line, sink);
    pack->about = lines_join(lines, 0, lines->len, 0);
}

static void check_skills(const GPtrArray *skills, const GPtrArray *sources, GPtrArray *problems)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < skills->len; i++) {
        PackSkill *skill = skills->pdata[i];
        g_hash_table_add(known, skill->id);
        g_ptr_array_add(ids, skill->id);
    }
    for (guint i = 0; i < sources->len; i++) {
        const ConceptSource *source = sources->pdata[i];
        const char *skill = source->concept->skill;
        ProblemSink sink = { problems, source->concept->file };
        if (!skill || g_hash_table_contains(known, skill) || !problem_room(&sink))
            continue;
        const char *nearest = problem_nearest(skill, (const char *const *)ids->pdata, ids->len);
        g_autofree char *excerpt = problem_excerpt(skill);
        problem_add(&sink, source->skill_line, g_strdup_printf("the skill \"%s\" is not one of the pack's", excerpt),
                    nearest ? g_strdup_printf("write \"%s\"", nearest) : g_strdup("add it to the skills in pack.md"));
    }
}

static gboolean is_reported(const GPtrArray *problems, const char *file)
{
    for (guint i = 0; i < problems->len; i++)
        if (strcmp(((const PackProblem *)problems->pdata[i])->file, file) == 0)
            return TRUE;
    return FALSE;
}

/* A file whose name cannot be shown or kept, or that is too large, is reported and left out. */
static gboolean check_file(const PackFile *file, GHashTable *names, GPtrArray *problems)
{
    g_autofree char *shown = g_utf8_make_valid(file->name, -1);
    ProblemSink sink = { problems,
                         g_strcanon(shown, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. ", '?') };
    gboolean plain = g_utf8_validate(file->name, -1, NULL) && file->name[0] != '.' && !strchr(file->name, '/') &&
                     g_str_has_suffix(file->name, ".md");
    for (const char *c = file->name; *c && plain; c = g_utf8_next_char(c))
        plain = g_unichar_isprint(g_utf8_get_char(c));
    if (!plain) {
        problem_add_plain(&sink, 0, "the name of the file is not valid",
                          "use letters, digits and hyphens, with .md at the end");
        return FALSE;
    }
    sink.file = file->name;
    if (!g_hash_table_add(names, file->name)) {
        problem_add_plain(&sink, 0, "there are two files of this name", "keep one of them");
        return FALSE;
    }
    if (g_bytes_get_size(file->bytes) > PACK_FILE_BYTES_MAX) {
        problem_add(&sink, 0, g_strdup_printf("the file is larger than %d KiB", PACK_FILE_BYTES_MAX / 1024),
                    g_strdup("split it into several concepts"));
        return FALSE;
    }
    return TRUE;
}

static void parse_files(Pack *pack, const char *folder, const GPtrArray *files, GPtrArray *sources, GPtrArray *problems)
{
    ProblemSink pack_sink = { problems, PACK_FILE };
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    guint concepts = 0;
    for (guint i = 0; i < files->len; i++) {
        const PackFile *file = files->pdata[i];
        ProblemSink sink = { problems, file->name };
        if (g_ascii_strcasecmp(file->name, README) == 0 || !check_file(file, names, problems))
            continue;
        if (strcmp(file->name, PACK_FILE) == 0)
            parse_pack_file(pack, file, folder, &sink);
        else if (concepts++ < PACK_CONCEPTS_MAX)
            g_ptr_array_add(sources, concept_parse(file, &sink));
    }
    if (concepts > PACK_CONCEPTS_MAX)
        problem_add(&pack_sink, 0, g_strdup_printf("the pack has more than %d concepts", PACK_CONCEPTS_MAX),
                    g_strdup("make several packs of it"));
    if (concepts == 0)
        problem_add_plain(&pack_sink, 0, "the pack has no concepts",
                          "write one file for each, ending in .md, beside pack.md");
}

Pack *pack_parse(const char *folder, GPtrArray *files, GPtrArray *problems)
{
    g_autoptr(Pack) pack = g_new0(Pack, 1);
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)concept_source_free);
    pack->concepts = g_ptr_array_new_with_free_func((GDestroyNotify)pack_concept_free);
    parse_files(pack, folder, files, sources, problems);

    pack_order(sources, problems);
    if (pack->skills && pack->skills->len > 0)
        check_skills(pack->skills, sources, problems);
    if (!pack->source && !is_reported(problems, PACK_FILE))
        problem_add_plain(&(ProblemSink){ problems, PACK_FILE }, 0, "the pack has no pack.md",
                          "write one with title, language and skills, beside the concepts");
    if (problems->len > 0) {
        problem_sort(problems);
        return NULL;
    }
    for (guint i = 0; i < sources->len; i++) {
        ConceptSource *source = sources->pdata[i];
        g_ptr_array_add(pack->concepts, g_steal_pointer(&source->concept));
    }
    return g_steal_pointer(&pack);
}
