/* The scene: a table of labels, each with the place that its text goes to. */
#include "content/scene_parse.h"

#include <string.h>

#include "content/pack_free.h"
#include "content/rubric_parse.h"

enum { TURNS_MIN = 3, TURNS_MAX = 8, TURNS_USUAL = 5 }; /* docs/authoring.md */

typedef enum {
    LABEL_BUYER,
    LABEL_TEMPERAMENT,
    LABEL_GOAL,
    LABEL_OPENS,
    LABEL_FACT,
    LABEL_OBJECTION,
    LABEL_TURNS,
    LABELS
} Label;

static const struct {
    const char *name;
    const char *example;
    const char *cue; /* the label below it; NULL when nothing stands below it */
} labels[LABELS] = {
    [LABEL_BUYER] = { "buyer", "- buyer: Dana Okafor, CFO of a haulier" },
    [LABEL_TEMPERAMENT] = { "temperament", "- temperament: dry, fair, short of time" },
    [LABEL_GOAL] = { "goal", "- goal: leave with one number she can defend" },
    [LABEL_OPENS] = { "opens", "- opens: \"Your quote is a third over what we planned.\"" },
    [LABEL_FACT] = { "fact", "- fact: what they know and tell only when asked well", "asked" },
    [LABEL_OBJECTION] = { "objection", "- objection: \"what they may object\"", "answered" },
    [LABEL_TURNS] = { "turns", "- turns: 5" },
};

/* What somebody says may stand in quotation marks, which are not part of it. */
static char *unquoted(const char *text)
{
    static const char *const pairs[][2] = { { "\"", "\"" }, { "“", "”" } };
    gsize length = strlen(text);
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        gsize open = strlen(pairs[i][0]);
        gsize close = strlen(pairs[i][1]);
        if (length <= open + close || !g_str_has_prefix(text, pairs[i][0]) || !g_str_has_suffix(text, pairs[i][1]))
            continue;
        g_autofree char *inner = g_strstrip(g_strndup(text + open, length - open - close));
        if (!strstr(inner, pairs[i][1]))
            return g_steal_pointer(&inner);
    }
    return g_strdup(text);
}

static PackIdea *parse_cue(const BodyItem *item, Label label, const ProblemSink *sink)
{
    g_autoptr(PackIdea) idea = NULL;
    gboolean found = FALSE;
    for (guint i = 0; i < item->children->len; i++) {
        const BodyItem *child = item->children->pdata[i];
        g_autofree char *text = body_flatten(child->text);
        g_autofree char *excerpt = problem_excerpt(text);
        const char *cue = body_after_label(text, labels[label].cue);
        if (!cue) {
            problem_add(sink, child->line,
                        g_strdup_printf("the item \"%s\" is not known below \"%s\"", excerpt, labels[label].name),
                        g_strdup_printf("write \"%s:\" and phrasings with | between them", labels[label].cue));
        } else if (found) {
            problem_add(sink, child->line, g_strdup_printf("\"%s\" stands here for the second time", labels[label].cue),
                        g_strdup("put all phrasings into one line, with | between them"));
        } else {
            g_autofree char *what = g_strdup_printf("\"%s\"", labels[label].cue);
            idea = rubric_idea(cue, child->line, what, sink);
        }
        found = found || cue;
    }
    if (!found && item->children->len == 0)
        problem_add(sink, item->line, g_strdup_printf("the %s has no \"%s\"", labels[label].name, labels[label].cue),
                    g_strdup_printf("write below it, indented by two spaces, \"- %s: one phrasing | another\"",
                                    labels[label].cue));
    return g_steal_pointer(&idea);
}

static int parse_turns(const char *text, int line, const ProblemSink *sink)
{
    guint64 turns = 0;
    if (g_ascii_string_to_unsigned(text, 10, TURNS_MIN, TURNS_MAX, &turns, NULL))
        return (int)turns;
    g_autofree char *excerpt = problem_excerpt(text);
    problem_add(sink, line, g_strdup_printf("\"turns\" is \"%s\"", excerpt),
                g_strdup_printf("write a whole number from %d to %d", TURNS_MIN, TURNS_MAX));
    return TURNS_USUAL;
}

/* The place of a text that a scene has once; NULL for other labels. */
static char **single_text(PackScene *scene, Label label)
{
    switch (label) {
    case LABEL_BUYER:
        return &scene->buyer;
    case LABEL_TEMPERAMENT:
        return &scene->temperament;
    case LABEL_GOAL:
        return &scene->goal;
    case LABEL_OPENS:
        return &scene->opens;
    default:
        return NULL;
    }
}

static void check_nothing_below(const BodyItem *item, Label label, const ProblemSink *sink)
{
    if (item->quote)
        problem_add(sink, item->line, g_strdup_printf("a quotation stands below \"%s\"", labels[label].name),
                    g_strdup("delete it; only a misconception has one below it"));
    if (item->children->len > 0 && !labels[label].cue)
        problem_add(sink, ((BodyItem *)item->children->pdata[0])->line,
                    g_strdup_printf("a list stands below \"%s\"", labels[label].name),
                    g_strdup("write it without indent"));
}

static void parse_labelled(PackScene *scene, const BodyItem *item, Label label, const char *value, gboolean again,
                           const ProblemSink *sink)
{
    g_autofree char *text = g_strstrip(g_strdup(value));
    check_nothing_below(item, label, sink);
    if (again && !labels[label].cue) {
        problem_add(sink, item->line, g_strdup_printf("\"%s\" stands here for the second time", labels[label].name),
                    g_strdup("keep one of them"));
        return;
    }
    if (text[0] == '\0')
        problem_add(sink, item->line, g_strdup_printf("\"%s\" is empty", labels[label].name),
                    g_strdup_printf("write it as in \"%s\"", labels[label].example));

    char **single = single_text(scene, label);
    if (single) {
        *single = label == LABEL_OPENS ? unquoted(text) : g_steal_pointer(&text);
    } else if (label == LABEL_TURNS) {
        if (text[0])
            scene->turns = parse_turns(text, item->line, sink);
    } else {
        PackLine *line = g_new0(PackLine, 1);
        line->text = label == LABEL_OBJECTION ? unquoted(text) : g_steal_pointer(&text);
        line->idea = parse_cue(item, label, sink);
        g_ptr_array_add(label == LABEL_FACT ? scene->facts : scene->objections, line);
    }
}

void scene_parse(PackExercise *exercise, const Body *body, const ProblemSink *sink)
{
    PackScene *scene = g_new0(PackScene, 1);
    exercise->scene = scene;
    scene->facts = g_ptr_array_new_with_free_func((GDestroyNotify)pack_line_free);
    scene->objections = g_ptr_array_new_with_free_func((GDestroyNotify)pack_line_free);
    scene->turns = TURNS_USUAL;

    gboolean seen[LABELS] = { FALSE };
    g_autofree gboolean *taken = g_new0(gboolean, body->items->len + 1);
    for (guint i = 0; i < body->items->len; i++) {
        const BodyItem *item = body->items->pdata[i];
        g_autofree char *text = body_flatten(item->text);
        for (guint label = 0; label < LABELS && !taken[i]; label++) {
            const char *value = body_after_label(text, labels[label].name);
            if (!value)
                continue;
            taken[i] = TRUE;
            parse_labelled(scene, item, (Label)label, value, seen[label], sink);
            seen[label] = TRUE;
        }
    }
    for (guint label = 0; label < LABELS; label++)
        if (!seen[label] && label != LABEL_TURNS)
            problem_add(sink, exercise->line, g_strdup_printf("the roleplay has no \"%s\"", labels[label].name),
                        g_strdup_printf("write a line such as \"%s\"", labels[label].example));

    const char *names[LABELS + 1] = { "misconception" };
    for (guint label = 0; label < LABELS; label++)
        names[label + 1] = labels[label].name;
    rubric_parse(exercise, body, taken, names, G_N_ELEMENTS(names), sink);
}
