/* The rubric: an item with a weight in brackets is a criterion, one with the label is a misconception, a quotation is a
 * model answer. */
#include "content/rubric_parse.h"

#include <string.h>

#include "content/pack_free.h"

#define WEIGHT_MIN 0.5 /* docs/authoring.md */
#define WEIGHT_MAX 10.0
#define MISCONCEPTION "misconception"

enum {
    WEIGHT_BYTES_MAX = 24, /* what stands in the brackets before the colon; longer is no weight */
    LABEL_BYTES_MAX = 32,  /* longer is a sentence with a colon in it */
};

static gboolean has_word(const char *text)
{
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        if (g_unichar_isalnum(g_utf8_get_char(c)))
            return TRUE;
    return FALSE;
}

/* The phrasings between the bars of [text, end). What is wrong is told once. NULL when there are none. */
static PackIdea *parse_phrasings(const char *text, const char *end, int line, const char *what, const ProblemSink *sink)
{
    PackIdea *idea = g_new0(PackIdea, 1);
    idea->phrasings = g_ptr_array_new_with_free_func(g_free);
    gboolean empty = FALSE;
    guint n = 0;
    for (const char *start = text; start;) {
        const char *bar = memchr(start, '|', (gsize)(end - start));
        g_autofree char *phrasing = g_strstrip(g_strndup(start, (gsize)((bar ? bar : end) - start)));
        start = bar ? bar + 1 : NULL;
        if (!has_word(phrasing))
            empty = TRUE;
        else if (n++ < PACK_IDEAS_MAX)
            g_ptr_array_add(idea->phrasings, g_steal_pointer(&phrasing));
    }
    if (n > PACK_IDEAS_MAX)
        problem_add(sink, line, g_strdup_printf("an idea of %s has %u phrasings", what, n),
                    g_strdup_printf("keep the best %d", PACK_IDEAS_MAX));
    if (empty)
        problem_add(sink, line, g_strdup_printf("%s has an empty phrasing", what),
                    g_strdup("write words between the signs | and ;, or delete the sign that has none beside it"));
    if (idea->phrasings->len == 0)
        g_clear_pointer(&idea, pack_idea_free);
    return idea;
}

PackIdea *rubric_idea(const char *text, int line, const char *what, const ProblemSink *sink)
{
    g_autofree char *flat = body_flatten(text);
    if (!has_word(flat)) {
        problem_add(sink, line, g_strdup_printf("%s has no phrasing", what),
                    g_strdup("write one, or several with | between them"));
        return NULL;
    }
    if (strchr(flat, ';'))
        problem_add(sink, line, g_strdup_printf("%s has a ; in it, but it is a single idea", what),
                    g_strdup("put | between its phrasings"));
    return parse_phrasings(flat, flat + strlen(flat), line, what, sink);
}

/* Where "(weight):" stands in a criterion. */
typedef struct {
    const char *open, *close, *colon;
} WeightPlace;

static gboolean find_weight(const char *text, WeightPlace *place)
{
    for (const char *close = strchr(text, ')'); close; close = strchr(close + 1, ')')) {
        const char *colon = close + 1;
        while (*colon == ' ')
            colon++;
        if (*colon != ':')
            continue;
        const char *open = close;
        while (open > text && *open != '(' && close - open < WEIGHT_BYTES_MAX)
            open--;
        if (*open != '(')
            continue;
        *place = (WeightPlace){ open, close, colon };
        return TRUE;
    }
    return FALSE;
}

static double parse_weight(const WeightPlace *place, int line, const ProblemSink *sink)
{
    g_autofree char *text = g_strstrip(g_strndup(place->open + 1, (gsize)(place->close - place->open - 1)));
    const char *remedy = "write a number from 0.5 to 10, with a point for the decimals: (2) or (0.5)";
    if (text[0] == '\0' || text[strspn(text, "0123456789.")] != '\0' || strchr(text, '.') != strrchr(text, '.')) {
        problem_add(sink, line, g_strdup_printf("the weight \"%s\" is not a number", text), g_strdup(remedy));
        return WEIGHT_MIN;
    }
    double weight = g_ascii_strtod(text, NULL);
    if (weight >= WEIGHT_MIN && weight <= WEIGHT_MAX)
        return weight;
    problem_add(sink, line, g_strdup_printf("the weight %s is not between 0.5 and 10", text), g_strdup(remedy));
    return WEIGHT_MIN;
}

static void parse_ideas(PackCriterion *criterion, const char *text, int line, const ProblemSink *sink)
{
    if (!has_word(text)) {
        problem_add_plain(sink, line, "the criterion has no ideas",
                          "write after the colon what must be said: one phrasing | another; a second idea");
        return;
    }
    guint n = 0;
    for (const char *start = text; start; n++) {
        const char *semicolon = strchr(start, ';');
        const char *end = semicolon ? semicolon : start + strlen(start);
        PackIdea *idea = n < PACK_IDEAS_MAX ? parse_phrasings(start, end, line, "the criterion", sink) : NULL;
        if (idea)
            g_ptr_array_add(criterion->ideas, idea);
        start = semicolon ? semicolon + 1 : NULL;
    }
    if (n > PACK_IDEAS_MAX)
        problem_add(sink, line, g_strdup_printf("the criterion has %u ideas", n),
                    g_strdup_printf("keep at most %d, or split it into several criteria", PACK_IDEAS_MAX));
}

static void parse_criterion(PackExercise *exercise, const BodyItem *item, const char *text, const WeightPlace *place,
                            const ProblemSink *sink)
{
    PackCriterion *criterion = g_new0(PackCriterion, 1);
    g_ptr_array_add(exercise->criteria, criterion);
    criterion->ideas = g_ptr_array_new_with_free_func((GDestroyNotify)pack_idea_free);
    criterion->name = g_strstrip(g_strndup(text, (gsize)(place->open - text)));
    criterion->weight = parse_weight(place, item->line, sink);
    parse_ideas(criterion, place->colon + 1, item->line, sink);
    if (!has_word(criterion->name))
        problem_add_plain(sink, item->line, "the criterion has no name", "write what it looks for before the weight");
    if (item->quote)
        problem_add_plain(
            sink, item->line, "a quotation stands below a criterion",
            "start it in the first column if it is the model answer; only a misconception has one below it");
    if (item->children->len > 0)
        problem_add_plain(sink, ((BodyItem *)item->children->pdata[0])->line, "a list stands below a criterion",
                          "write its ideas after the colon, with ; between them");
}

static void parse_misconception(PackExercise *exercise, const BodyItem *item, const char *text, const ProblemSink *sink)
{
    PackMisconception *misconception = g_new0(PackMisconception, 1);
    g_ptr_array_add(exercise->misconceptions, misconception);
    misconception->idea = rubric_idea(text, item->line, "the misconception", sink);
    misconception->correction = g_strdup(item->quote);
    if (!item->quote || !has_word(item->quote))
        problem_add_plain(sink, item->line, "the misconception has no correction",
                          "write below it, indented by two spaces and after a >, what the learner is told");
    if (item->children->len > 0)
        problem_add_plain(sink, ((BodyItem *)item->children->pdata[0])->line, "a list stands below a misconception",
                          "write its phrasings after the colon, with | between them");
}

static void report_unknown(const BodyItem *item, const char *text, const char *const *labels, gsize n_labels,
                           const ProblemSink *sink)
{
    const char *colon = strchr(text, ':');
    g_autofree char *label = NULL;
    if (colon && colon - text <= LABEL_BYTES_MAX)
        label = g_strstrip(g_strndup(text, (gsize)(colon - text)));
    const char *nearest = label ? problem_nearest(label, labels, n_labels) : NULL;
    g_autofree char *excerpt = problem_excerpt(text);
    g_autofree char *remedy = NULL;
    if (nearest)
        remedy = g_strdup_printf("write \"%s:\"", nearest);
    else if (label && (g_ascii_strcasecmp(label, "asked") == 0 || g_ascii_strcasecmp(label, "answered") == 0))
        remedy = g_strdup_printf("indent \"%s\" by two spaces below what it belongs to", label);
    else
        remedy =
            g_strdup("write a criterion with its weight, such as \"- names the cause (2): one phrasing | another\"");
    problem_add(sink, item->line, g_strdup_printf("the item \"%s\" is neither a criterion nor a known label", excerpt),
                g_steal_pointer(&remedy));
}

static void parse_models(PackExercise *exercise, const Body *body, const ProblemSink *sink)
{
    for (guint i = 0; i < body->quotes->len; i++) {
        const BodyQuote *quote = body->quotes->pdata[i];
        if (!has_word(quote->text))
            problem_add_plain(sink, quote->line, "the model answer is empty",
                              "write it after the >, or delete the line");
        else if (quote->follows)
            problem_add_plain(sink, quote->line, "two model answers stand without \"or\" between them",
                              "write a line with the word or between them, or one with > if they are one answer");
        g_ptr_array_add(exercise->models, g_strdup(quote->text));
    }
    if (body->quotes->len == 0)
        problem_add_plain(sink, exercise->line, "the exercise has no model answer",
                          "write a good answer at its end, each line after a >");
}

void rubric_parse(PackExercise *exercise, const Body *body, const gboolean *taken, const char *const *labels,
                  gsize n_labels, const ProblemSink *sink)
{
    exercise->criteria = g_ptr_array_new_with_free_func((GDestroyNotify)pack_criterion_free);
    exercise->misconceptions = g_ptr_array_new_with_free_func((GDestroyNotify)pack_misconception_free);
    exercise->models = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < body->items->len; i++) {
        const BodyItem *item = body->items->pdata[i];
        if (taken && taken[i])
            continue;
        g_autofree char *text = body_flatten(item->text);
        const char *wrong = body_after_label(text, MISCONCEPTION);
        WeightPlace place;
        if (wrong)
            parse_misconception(exercise, item, wrong, sink);
        else if (find_weight(text, &place))
            parse_criterion(exercise, item, text, &place, sink);
        else
            report_unknown(item, text, labels, n_labels, sink);
    }
    if (exercise->criteria->len == 0)
        problem_add_plain(sink, exercise->line, "the exercise has no criterion",
                          "write what a good answer says, such as \"- names the cause (2): one phrasing | another\"");
    if (exercise->criteria->len > PACK_CRITERIA_MAX)
        problem_add(sink, exercise->line, g_strdup_printf("the exercise has %u criteria", exercise->criteria->len),
                    g_strdup_printf("keep at most %d, or split the exercise", PACK_CRITERIA_MAX));
    parse_models(exercise, body, sink);
}
