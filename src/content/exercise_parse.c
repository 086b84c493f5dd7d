/* The exercises of a concept: one function a kind in a table; identity comes from the name in the heading. */
#include "content/exercise_parse.h"

#include <string.h>

#include "content/exercise_json.h"
#include "content/pack_free.h"
#include "content/rubric_parse.h"
#include "content/scene_parse.h"

enum {
    EXERCISE_LEVEL = 2,           /* of its heading */
    NAME_CHARACTERS_MAX = 80,     /* docs/authoring.md */
    KIND_HEADING_BYTES_MAX = 256, /* longer lines are not looked at for a heading that went wrong */
};

#define MISCONCEPTION "misconception"
#define FOLLOW_UP "follow-up"

static const struct {
    const char *name;
    DifficultyHint hint;
} difficulties[] = { { "easy", DIFFICULTY_EASY }, { "medium", DIFFICULTY_MEDIUM }, { "hard", DIFFICULTY_HARD } };

static const char *const difficulty_names[] = { "easy", "medium", "hard" };

gboolean exercise_starts(const Line *line)
{
    return line->kind == LINE_HEADING && line->level == EXERCISE_LEVEL;
}

/* The heading without its signs. */
static char *heading_text(const Line *line)
{
    char *text = line_trimmed(line);
    gsize length = strlen(text);
    gsize end = length;
    while (end > 0 && text[end - 1] == '#')
        end--;
    if (end < length && end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        text[end] = '\0';
    g_autofree char *all = text;
    return g_strstrip(g_strdup(all + strspn(all, "#")));
}

static gboolean parse_kind(const char *text, ExerciseKind *kind)
{
    g_autofree char *name = g_ascii_strdown(text, -1);
    return exercise_kind_parse(name, kind);
}

/* Cuts a difficulty in brackets from the end of the heading. A word in brackets that is nearly one is a problem; any
 * other belongs to the name. */
static DifficultyHint cut_difficulty(char *text, int line, const ProblemSink *sink)
{
    gsize length = strlen(text);
    char *open = length > 0 && text[length - 1] == ')' ? strrchr(text, '(') : NULL;
    if (!open)
        return DIFFICULTY_MEDIUM;
    g_autofree char *word = g_strstrip(g_strndup(open + 1, (gsize)(text + length - 1 - (open + 1))));
    for (guint i = 0; i < G_N_ELEMENTS(difficulties); i++) {
        if (g_ascii_strcasecmp(word, difficulties[i].name) != 0)
            continue;
        *open = '\0';
        g_strchomp(text);
        return difficulties[i].hint;
    }

    const char *nearest = problem_nearest(word, difficulty_names, G_N_ELEMENTS(difficulty_names));
    gboolean named = strchr(text, ':') != NULL;
    if (named && !nearest)
        return DIFFICULTY_MEDIUM;
    g_autofree char *excerpt = problem_excerpt(word);
    problem_add(sink, line, g_strdup_printf("the difficulty \"%s\" is not known", excerpt),
                nearest ? g_strdup_printf("write (%s)", nearest) : g_strdup("write (easy), (medium) or (hard)"));
    *open = '\0';
    g_strchomp(text);
    return DIFFICULTY_MEDIUM;
}

static void report_kind(const char *text, int line, const ProblemSink *sink)
{
    const char *names[EXERCISE_KINDS];
    for (guint i = 0; i < EXERCISE_KINDS; i++)
        names[i] = exercise_kind_names[(ExerciseKind)i];

    gsize first_length = strcspn(text, " ");
    g_autofree char *first = g_strndup(text, first_length);
    g_autofree char *excerpt = problem_excerpt(text);
    g_autofree char *remedy = NULL;
    ExerciseKind kind;
    const char *nearest = problem_nearest(text, names, EXERCISE_KINDS);
    if (text[first_length] && parse_kind(first, &kind))
        remedy = g_strdup_printf("put a colon between kind and name: \"## %s: …\"", exercise_kind_names[kind]);
    else if (nearest)
        remedy = g_strdup_printf("write \"## %s\"", nearest);
    else
        remedy = g_strdup(
            "use choose, recall, explain, voice, roleplay or reflect; a heading that starts no exercise has three #");
    problem_add(sink, line, g_strdup_printf("there is no kind of exercise \"%s\"", excerpt), g_steal_pointer(&remedy));
}

/* Small letters and digits of any script; everything else becomes one hyphen. Empty when there are none. */
static char *slug_of(const char *name)
{
    g_autofree char *composed = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
    GString *slug = g_string_new(NULL);
    gboolean gap = FALSE;
    for (const char *c = composed; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        if (!g_unichar_isalnum(character) && !g_unichar_ismark(character)) {
            gap = slug->len > 0;
            continue;
        }
        if (gap)
            g_string_append_c(slug, '-');
        gap = FALSE;
        g_string_append_unichar(slug, g_unichar_tolower(character));
    }
    return g_string_free(slug, FALSE);
}

/* Reads the heading. FALSE when the kind is not known, so that what stands below cannot be judged. */
static gboolean parse_heading(PackExercise *exercise, const Line *line, guint *unnamed, const ProblemSink *sink)
{
    g_autofree char *text = heading_text(line);
    exercise->line = line->number;
    exercise->hint = cut_difficulty(text, line->number, sink);
    char *colon = strchr(text, ':');
    if (colon) {
        *colon = '\0';
        exercise->name = body_flatten(colon + 1);
    }
    g_strchomp(text);
    if (!parse_kind(text, &exercise->kind)) {
        report_kind(text, line->number, sink);
        return FALSE;
    }

    const char *kind = exercise_kind_names[exercise->kind];
    g_autofree char *slug = exercise->name ? slug_of(exercise->name) : NULL;
    if (slug && slug[0] == '\0')
        problem_add_plain(sink, line->number, "the name of the exercise has no letter or digit",
                          "write a name after the colon, or delete the colon");
    if (exercise->name && g_utf8_strlen(exercise->name, -1) > NAME_CHARACTERS_MAX)
        problem_add(sink, line->number,
                    g_strdup_printf("the name of the exercise is longer than %d characters", NAME_CHARACTERS_MAX),
                    g_strdup("shorten it"));
    exercise->slug =
        slug ? g_strdup_printf("%s-%s", kind, slug) : g_strdup_printf("%s-%u", kind, ++unnamed[exercise->kind]);
    return TRUE;
}

/* The option's text after its box; NULL when there is no box. */
static const char *after_box(const char *text, gboolean *correct)
{
    gboolean box = text[0] == '[' && text[1] && strchr(" xX", text[1]) && text[2] == ']';
    if (!box || (text[3] && !g_ascii_isspace(text[3])))
        return NULL;
    *correct = text[1] != ' ';
    return text + 3;
}

static PackOption *parse_option(const BodyItem *item, const ProblemSink *sink)
{
    PackOption *option = g_new0(PackOption, 1);
    const char *text = after_box(item->text, &option->correct);
    if (!text) {
        g_autofree char *excerpt = problem_excerpt(item->text);
        problem_add(sink, item->line, g_strdup_printf("the item \"%s\" is not an option", excerpt),
                    g_strdup("start it with \"- [ ] \", or with \"- [x] \" if it is right"));
    }
    option->text = g_strstrip(g_strdup(text ? text : item->text));
    option->feedback = g_strdup(item->quote);
    if (text && option->text[0] == '\0')
        problem_add_plain(sink, item->line, "the option is empty", "write it after the brackets");
    if (!item->quote || item->quote[0] == '\0')
        problem_add_plain(sink, item->line, "the option has no feedback",
                          "write below it, indented by two spaces and after a >, why it is right or wrong");
    return option;
}

static void parse_choose(PackExercise *exercise, const Body *body, const ProblemSink *sink)
{
    exercise->options = g_ptr_array_new_with_free_func((GDestroyNotify)pack_option_free);
    gboolean any_right = FALSE;
    g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < body->items->len; i++) {
        const BodyItem *item = body->items->pdata[i];
        PackOption *option = parse_option(item, sink);
        g_ptr_array_add(exercise->options, option);
        any_right = any_right || option->correct;
        if (option->text[0] && !g_hash_table_add(texts, option->text))
            problem_add_plain(sink, item->line, "two options say the same", "change or delete one of them");
    }
    for (guint i = 0; i < body->quotes->len; i++)
        problem_add_plain(sink, ((BodyQuote *)body->quotes->pdata[i])->line, "the quotation belongs to no option",
                          "indent it by two spaces to make it the feedback of the option above");
    if (body->items->len < PACK_OPTIONS_MIN)
        problem_add(sink, exercise->line,
                    g_strdup_printf("the exercise has %s", body->items->len ? "only one option" : "no options"),
                    g_strdup_printf("write %d to %d, each starting with \"- [ ] \" or \"- [x] \" in the first column",
                                    PACK_OPTIONS_MIN, PACK_OPTIONS_MAX));
    if (body->items->len > PACK_OPTIONS_MAX)
        problem_add(sink, exercise->line, g_strdup_printf("the exercise has %u options", body->items->len),
                    g_strdup_printf("keep at most %d", PACK_OPTIONS_MAX));
    if (body->items->len > 0 && !any_right)
        problem_add_plain(sink, exercise->line, "the exercise has no right option",
                          "mark at least one option with [x]");
}

static void parse_open(PackExercise *exercise, const Body *body, const ProblemSink *sink)
{
    static const char *const labels[] = { MISCONCEPTION };
    rubric_parse(exercise, body, NULL, labels, G_N_ELEMENTS(labels), sink);
}

static void parse_reflect(PackExercise *exercise, const Body *body, const ProblemSink *sink)
{
    for (guint i = 0; i < body->items->len; i++) {
        const BodyItem *item = body->items->pdata[i];
        const char *text = body_after_label(item->text, FOLLOW_UP);
        g_autofree char *excerpt = problem_excerpt(item->text);
        if (!text)
            problem_add(sink, item->line,
                        g_strdup_printf("the item \"%s\" has no place in an exercise to reflect", excerpt),
                        g_strdup("it may have one item, \"- follow-up: another question\""));
        else if (exercise->follow_up)
            problem_add_plain(sink, item->line, "\"follow-up\" stands here for the second time", "keep one of them");
        else
            exercise->follow_up = g_strstrip(g_strdup(text));
        if (text && text[strspn(text, " ")] == '\0')
            problem_add_plain(sink, item->line, "\"follow-up\" is empty",
                              "write another question after the colon, or delete the line");
        if (item->quote || item->children->len > 0)
            problem_add_plain(sink, item->line, "something stands below the item",
                              "delete it, or write it above the list");
    }
    for (guint i = 0; i < body->quotes->len; i++)
        problem_add_plain(sink, ((BodyQuote *)body->quotes->pdata[i])->line,
                          "a quotation has no place in an exercise to reflect",
                          "nobody grades it, so it has no model answer; delete the quotation");
}

static void (*const parse_body[EXERCISE_KINDS])(PackExercise *exercise, const Body *body, const ProblemSink *sink) = {
    [EXERCISE_CHOOSE] = parse_choose, [EXERCISE_RECALL] = parse_open,    [EXERCISE_EXPLAIN] = parse_open,
    [EXERCISE_VOICE] = parse_open,    [EXERCISE_ROLEPLAY] = scene_parse, [EXERCISE_REFLECT] = parse_reflect,
};

static void check_unique(GHashTable *slugs, const PackExercise *exercise, const ProblemSink *sink)
{
    gpointer first = g_hash_table_lookup(slugs, exercise->slug);
    if (!first) {
        g_hash_table_insert(slugs, exercise->slug, GINT_TO_POINTER(exercise->line));
        return;
    }
    g_autofree char *excerpt = problem_excerpt(exercise->name ? exercise->name : exercise->slug);
    problem_add(sink, exercise->line,
                g_strdup_printf("the name \"%s\" is taken by the exercise in line %d", excerpt, GPOINTER_TO_INT(first)),
                g_strdup("give it another name: people's history hangs on it"));
}

/* Reads the exercise whose heading is line `from` and which ends before line `to`. */
static PackExercise *parse_exercise(const GArray *lines, guint from, guint to, guint *unnamed, const ProblemSink *sink)
{
    g_autoptr(PackExercise) exercise = g_new0(PackExercise, 1);
    if (!parse_heading(exercise, &g_array_index(lines, Line, from), unnamed, sink))
        return NULL;
    g_autoptr(Body) body = body_parse(lines, from + 1, to, exercise->kind == EXERCISE_CHOOSE, sink);
    exercise->prompt = g_strdup(body->prompt);
    if (exercise->prompt[0] == '\0')
        problem_add_plain(sink, exercise->line, "the exercise asks nothing",
                          "write below the heading what the learner is asked");
    parse_body[exercise->kind](exercise, body, sink);
    return g_steal_pointer(&exercise);
}

GPtrArray *exercises_parse(const GArray *lines, guint from, const ProblemSink *sink)
{
    GPtrArray *exercises = g_ptr_array_new_with_free_func((GDestroyNotify)pack_exercise_free);
    g_autoptr(GHashTable) slugs = g_hash_table_new(g_str_hash, g_str_equal);
    guint unnamed[EXERCISE_KINDS] = { 0 };
    guint headings = 0;
    for (guint i = from; i < lines->len;) {
        guint end = i + 1;
        while (end < lines->len && !exercise_starts(&g_array_index(lines, Line, end)))
            end++;
        PackExercise *exercise = parse_exercise(lines, i, end, unnamed, sink);
        if (exercise) {
            check_unique(slugs, exercise, sink);
            g_ptr_array_add(exercises, exercise);
        }
        if (headings++ == PACK_EXERCISES_MAX)
            problem_add(sink, g_array_index(lines, Line, i).number,
                        g_strdup_printf("the concept has more than %d exercises", PACK_EXERCISES_MAX),
                        g_strdup("split the concept, or keep the best"));
        i = end;
    }
    return exercises;
}

static void check_heading(const Line *line, const ProblemSink *sink)
{
    g_autofree char *text = line_trimmed(line);
    if (text[0] != '#')
        return;
    g_autofree char *heading = heading_text(line);
    heading[strcspn(heading, ":(")] = '\0';
    g_strchomp(heading);
    ExerciseKind kind;
    if (parse_kind(heading, &kind))
        problem_add(sink, line->number, g_strdup("this looks like the heading of an exercise, but does not start one"),
                    g_strdup_printf("start the line with \"## %s\": two # in the first column, then a space", heading));
}

void exercise_check_headings(const GArray *lines, guint from, guint to, const ProblemSink *sink)
{
    for (guint i = from; i < to; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        gboolean possible = line->kind == LINE_HEADING || line->kind == LINE_TEXT;
        if (possible && !exercise_starts(line) && line->length < KIND_HEADING_BYTES_MAX)
            check_heading(line, sink);
    }
}
