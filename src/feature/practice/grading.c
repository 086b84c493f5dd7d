/* Knows how each kind is judged and what is kept of it. The kept result of an open answer:
 *   {"certainty": 0.8, "next": 1, "note": null,
 *    "criteria": [{"verdict": "there", "coverage": 1.0, "evidence": [[0, 12]]}],      one for each of the rubric's
 *    "misconceptions": [{"index": 0, "evidence": [3, 9]}]}
 * Evidence is [start, end) in UTF-16 units of the kept text, as browsers count. */
#include "feature/practice/grading.h"
#include "platform/error.h"

const char *const grading_verdict_names[] = {
    [VERDICT_MISSING] = "missing",
    [VERDICT_PARTLY] = "partly",
    [VERDICT_THERE] = "there",
    NULL,
};

void grading_clear(Grading *grading)
{
    g_clear_pointer(&grading->answer, json_decref);
    g_clear_pointer(&grading->result, json_decref);
}

json_t *grading_answer(const AttemptInput *input)
{
    if (input->choices)
        return json_pack("{s:O}", "choices", input->choices);
    g_autofree char *text = g_strstrip(g_strdup(input->text ? input->text : ""));
    return json_pack("{s:s}", "text", text);
}

/* One right option: all or nothing. Several: the share found, less the wrong ones. */
static gboolean judge_options(const PackExercise *exercise, const AttemptInput *input, Grading *grading, GError **error)
{
    gsize n = json_array_size(input->choices);
    if (input->text || n == 0)
        return whet_fail(error, WHET_ERROR_INVALID, "This exercise is answered with `choices`.");
    gboolean chosen[PACK_OPTIONS_MAX] = { FALSE };
    gsize i;
    json_t *choice;
    json_array_foreach(input->choices, i, choice) {
        json_int_t index = json_integer_value(choice);
        if (!json_is_integer(choice) || index < 0 || index >= exercise->options->len || chosen[index])
            return whet_fail(error, WHET_ERROR_INVALID, "A choice is not one of the options, or stands there twice.");
        chosen[index] = TRUE;
    }
    int correct = 0, hits = 0, wrong = 0;
    for (guint option = 0; option < exercise->options->len; option++) {
        gboolean right = ((PackOption *)exercise->options->pdata[option])->correct;
        correct += right;
        hits += right && chosen[option];
        wrong += !right && chosen[option];
    }
    if (correct == 1 && n > 1)
        return whet_fail(error, WHET_ERROR_INVALID, "This exercise has one right option: choose one.");
    grading->score = MAX(0.0, (double)(hits - wrong) / correct);
    grading->grader = "options";
    grading->answer = grading_answer(input);
    grading->result = json_object();
    return TRUE;
}

/* UTF-16 units before byte `end` of valid UTF-8. */
static json_int_t utf16_offset(const char *text, guint end)
{
    json_int_t units = 0;
    for (const char *at = text; at < text + end; at = g_utf8_next_char(at))
        units += g_utf8_get_char(at) > 0xFFFF ? 2 : 1;
    return units;
}

static json_t *span_json(const char *text, GradeSpan span)
{
    return json_pack("[I, I]", utf16_offset(text, span.start), utf16_offset(text, span.end));
}

static json_t *result_json(const char *text, const GradeResult *graded)
{
    json_t *criteria = json_array();
    for (guint i = 0; i < graded->criteria->len; i++) {
        const GradeCriterionResult *criterion = &g_array_index(graded->criteria, GradeCriterionResult, i);
        json_t *evidence = json_array();
        for (guint j = 0; j < criterion->evidence->len; j++)
            json_array_append_new(evidence, span_json(text, g_array_index(criterion->evidence, GradeSpan, j)));
        json_array_append_new(criteria,
                              json_pack("{s:s, s:f, s:o}", "verdict", grading_verdict_names[criterion->verdict],
                                        "coverage", criterion->coverage, "evidence", evidence));
    }
    json_t *misconceptions = json_array();
    for (guint i = 0; i < graded->misconceptions->len; i++) {
        const GradeMisconceptionHit *hit = &g_array_index(graded->misconceptions, GradeMisconceptionHit, i);
        json_array_append_new(
            misconceptions, json_pack("{s:i, s:o}", "index", (int)hit->index, "evidence", span_json(text, hit->where)));
    }
    return json_pack("{s:f, s:i, s:s?, s:o, s:o}", "certainty", graded->certainty, "next", graded->next, "note",
                     graded->note, "criteria", criteria, "misconceptions", misconceptions);
}

static GradeIdea idea_of(const PackIdea *idea)
{
    return (GradeIdea){ (const char *const *)idea->phrasings->pdata, idea->phrasings->len };
}

/* A rubric that borrows from the exercise; `ideas` owns what is between. */
static GArray *rubric_criteria(const PackExercise *exercise, GPtrArray *owned)
{
    GArray *criteria = g_array_new(FALSE, TRUE, sizeof(GradeCriterion));
    for (guint i = 0; i < exercise->criteria->len; i++) {
        const PackCriterion *criterion = exercise->criteria->pdata[i];
        GradeIdea *ideas = g_new0(GradeIdea, criterion->ideas->len);
        g_ptr_array_add(owned, ideas);
        for (guint j = 0; j < criterion->ideas->len; j++)
            ideas[j] = idea_of(criterion->ideas->pdata[j]);
        g_array_append_val(criteria,
                           ((GradeCriterion){ criterion->name, criterion->weight, ideas, criterion->ideas->len }));
    }
    return criteria;
}

static GradeReady *ready_new(const Lexicon *lexicon, const PackExercise *exercise, const char *language)
{
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) criteria = rubric_criteria(exercise, owned);
    g_autoptr(GArray) misconceptions = g_array_new(FALSE, TRUE, sizeof(GradeIdea));
    for (guint i = 0; i < exercise->misconceptions->len; i++) {
        GradeIdea idea = idea_of(((PackMisconception *)exercise->misconceptions->pdata[i])->idea);
        g_array_append_val(misconceptions, idea);
    }
    const GradeRubric rubric = {
        .criteria = (GradeCriterion *)(void *)criteria->data,
        .n_criteria = criteria->len,
        .misconceptions = (GradeIdea *)(void *)misconceptions->data,
        .n_misconceptions = misconceptions->len,
        .prompt = exercise->prompt,
        .models = (const char *const *)exercise->models->pdata,
        .n_models = exercise->models->len,
        .language = language,
    };
    return grade_ready_new(lexicon, &rubric);
}

/* The exercise's rubric, which stays with it once it was made ready. `own` owns one of another language: that of a pack
 * may change while its exercises stay as they are. */
static const GradeReady *ready_rubric(const Lexicon *lexicon, StoredExercise *exercise, const char *language,
                                      GradeReady **own)
{
    GradeReady *rubric = g_atomic_pointer_get(&exercise->rubric);
    if (rubric && g_str_equal(grade_ready_language(rubric), language))
        return rubric;
    *own = ready_new(lexicon, exercise->content, language);
    if (rubric || !g_atomic_pointer_compare_and_exchange(&exercise->rubric, NULL, *own))
        return *own;
    return g_steal_pointer(own);
}

static void judge_text(const Lexicon *lexicon, StoredExercise *exercise, const char *language, const char *text,
                       Grading *grading)
{
    g_autoptr(GradeReady) own = NULL;
    g_autoptr(GradeResult) graded = grade_ready_answer(ready_rubric(lexicon, exercise, language, &own), text);
    grading->score = graded->score;
    grading->grader = "built-in";
    grading->result = result_json(text, graded);
}

gboolean grading_judge(const Lexicon *lexicon, StoredExercise *stored, const char *language, const AttemptInput *input,
                       Grading *grading, GError **error)
{
    const PackExercise *exercise = stored->content;
    if (exercise->kind == EXERCISE_CHOOSE)
        return judge_options(exercise, input, grading, error);
    if (input->choices || !input->text)
        return whet_fail(error, WHET_ERROR_INVALID, "This exercise is answered with `text`.");
    g_autofree char *text = g_strstrip(g_strdup(input->text));
    if (!*text)
        return whet_fail(error, WHET_ERROR_INVALID, "The answer is empty.");
    if (g_utf8_strlen(text, -1) > ANSWER_CHARACTERS_MAX)
        return whet_fail(error, WHET_ERROR_INVALID, "The answer is longer than 8,000 characters.");
    grading->answer = grading_answer(input);
    if (exercise_kind_info(exercise->kind)->has_rubric) {
        judge_text(lexicon, stored, language, text, grading);
        return TRUE;
    }
    grading->score = -1;
    grading->grader = "none";
    grading->result = json_object();
    return TRUE;
}
