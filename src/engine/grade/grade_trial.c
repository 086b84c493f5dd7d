/* Everything is read once and kept; judging reads anew, so that it takes as long as it does for a learner. */
#include "engine/grade/grade_trial.h"

#include "engine/grade/grade.h"
#include "engine/maths/logistic.h"
#include "engine/memory/memory.h"

enum { FOLDS = 5 };

struct GradeTrial {
    const TrialSet *set;
    TrialWish wish;
    GPtrArray *keys;        /* AnswerKey by question */
    GPtrArray *single_keys; /* the same with one reference each, when answers are learnt from twice */
    GPtrArray *rubrics;     /* GradeReady by question, when they are judged so */
    GPtrArray *corrections; /* GradeCorrection or NULL; by split, then by question */
    guint n_splits;
    guint *ordinals; /* by row: how many rows of its question and split came before it */
    GradeModel *model;
};

/* What is learnt from. */
typedef struct {
    GPtrArray *readings; /* by row; NULL for those that are not learnt from */
    GPtrArray *singles;  /* beside one reference */
    GArray *examples;    /* GradeExample: one for each row that is learnt from, then the singles */
    GArray *rows;        /* guint by example, without singles */
    double *margins;     /* by row: of models that have not seen it */
} Lessons;

static gboolean is_lesson(const GradeTrial *trial, guint row)
{
    return !trial->wish.shipped && trial->set->rows[row].split == TRIAL_LEARN;
}

static gboolean is_label(const GradeTrial *trial, guint row)
{
    return !is_lesson(trial, row) && trial->ordinals[row] < trial->wish.coach;
}

gboolean grade_trial_is_judged(const GradeTrial *trial, guint row)
{
    return !is_lesson(trial, row) && !is_label(trial, row);
}

static guint place_of(const GradeTrial *trial, const TrialRow *row)
{
    return row->split * trial->set->n_questions + row->question;
}

static void count_rows(GradeTrial *trial)
{
    const TrialSet *set = trial->set;
    for (guint i = 0; i < set->n_rows; i++)
        trial->n_splits = MAX(trial->n_splits, set->rows[i].split + 1);
    g_autofree guint *counts = g_new0(guint, MAX((gsize)trial->n_splits * set->n_questions, 1));
    for (guint i = 0; i < set->n_rows; i++)
        trial->ordinals[i] = counts[place_of(trial, &set->rows[i])]++;
}

static AnswerReading *read_row(const GradeTrial *trial, guint row)
{
    const TrialRow *one = &trial->set->rows[row];
    return answer_read(trial->keys->pdata[one->question], one->answer);
}

static void collect_lessons(const GradeTrial *trial, Lessons *lessons)
{
    const TrialSet *set = trial->set;
    lessons->readings = g_ptr_array_new_with_free_func((GDestroyNotify)answer_reading_free);
    g_ptr_array_set_size(lessons->readings, (gint)set->n_rows);
    lessons->examples = g_array_new(FALSE, FALSE, sizeof(GradeExample));
    lessons->rows = g_array_new(FALSE, FALSE, sizeof(guint));
    lessons->margins = g_new0(double, MAX(set->n_rows, 1));
    for (guint i = 0; i < set->n_rows; i++) {
        if (is_lesson(trial, i) || is_label(trial, i))
            lessons->readings->pdata[i] = read_row(trial, i);
        if (!is_lesson(trial, i))
            continue;
        GradeExample example = { lessons->readings->pdata[i], set->rows[i].question, set->rows[i].score };
        g_array_append_val(lessons->examples, example);
        g_array_append_val(lessons->rows, i);
    }
}

static void collect_singles(const GradeTrial *trial, Lessons *lessons)
{
    lessons->singles = g_ptr_array_new_with_free_func((GDestroyNotify)answer_reading_free);
    for (guint i = 0; i < lessons->rows->len && trial->wish.twice; i++) {
        const TrialRow *row = &trial->set->rows[g_array_index(lessons->rows, guint, i)];
        GradeExample example = { answer_read(trial->single_keys->pdata[row->question], row->answer), row->question,
                                 row->score };
        g_ptr_array_add(lessons->singles, (gpointer)example.reading);
        g_array_append_val(lessons->examples, example);
    }
}

static void lessons_clear(Lessons *lessons)
{
    g_clear_pointer(&lessons->readings, g_ptr_array_unref);
    g_clear_pointer(&lessons->singles, g_ptr_array_unref);
    g_clear_pointer(&lessons->examples, g_array_unref);
    g_clear_pointer(&lessons->rows, g_array_unref);
    g_clear_pointer(&lessons->margins, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lessons, lessons_clear)

/* --- margins that a correction starts from */

static void fill_fold(const GradeTrial *trial, Lessons *lessons, guint fold)
{
    g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(GradeExample));
    for (guint i = 0; i < lessons->rows->len; i++)
        if (i % FOLDS != fold)
            g_array_append_val(others, g_array_index(lessons->examples, GradeExample, i));
    g_autoptr(GradeModel) model =
        grade_model_fit_like(trial->model, (const GradeExample *)(gpointer)others->data, others->len);
    for (guint i = fold; i < lessons->rows->len; i += FOLDS)
        lessons->margins[g_array_index(lessons->rows, guint, i)] =
            grade_model_margin(model, g_array_index(lessons->examples, GradeExample, i).reading);
}

static void fill_margins(const GradeTrial *trial, Lessons *lessons)
{
    for (guint fold = 0; fold < FOLDS && lessons->rows->len; fold++)
        fill_fold(trial, lessons, fold);
    for (guint i = 0; i < trial->set->n_rows; i++)
        if (is_label(trial, i))
            lessons->margins[i] = grade_model_margin(trial->model, lessons->readings->pdata[i]);
}

/* --- corrections */

static void clear_labels(gpointer labels)
{
    if (labels)
        g_array_unref(labels);
}

/* Labels by question: those that are learnt from, and with them those that the coach gives in one split. */
static GPtrArray *labels_of(const GradeTrial *trial, const Lessons *lessons, guint split)
{
    const TrialSet *set = trial->set;
    GPtrArray *labels = g_ptr_array_new_with_free_func(clear_labels);
    g_ptr_array_set_size(labels, (gint)set->n_questions);
    for (guint i = 0; i < set->n_rows; i++) {
        if (!is_lesson(trial, i) && !(is_label(trial, i) && set->rows[i].split == split))
            continue;
        gpointer *own = &labels->pdata[set->rows[i].question];
        if (!*own)
            *own = g_array_new(FALSE, FALSE, sizeof(GradeLabel));
        GradeLabel label = { lessons->readings->pdata[i], lessons->margins[i], set->rows[i].score };
        g_array_append_val((GArray *)*own, label);
    }
    return labels;
}

static void learn_corrections(GradeTrial *trial, const Lessons *lessons)
{
    guint n = trial->set->n_questions;
    for (guint split = 0; split < trial->n_splits; split++) {
        g_autoptr(GPtrArray) labels = labels_of(trial, lessons, split);
        for (guint question = 0; question < n; question++) {
            const GArray *own = labels->pdata[question];
            if (own)
                trial->corrections->pdata[split * n + question] =
                    grade_correction_learn((const GradeLabel *)(gconstpointer)own->data, own->len);
        }
    }
}

static GradeReady *read_rubric(const TrialSet *set, const TrialQuestion *question)
{
    const GradeIdea idea = { question->references, question->n_references };
    const GradeCriterion criterion = { "right", 1, &idea, 1 };
    const GradeRubric rubric = {
        .criteria = &criterion,
        .n_criteria = 1,
        .prompt = question->text,
        .models = question->references,
        .n_models = question->n_references,
        .language = set->language,
    };
    return grade_ready_new(set->lexicon, &rubric);
}

/* Another one for each question, so that no place in the list is preferred. */
static AnswerKey *read_single_key(const TrialSet *set, guint i)
{
    const TrialQuestion *question = &set->questions[i];
    guint n = question->n_references;
    const char *const *chosen = n ? question->references + i % n : NULL;
    return answer_key_new(set->lexicon, set->language, question->text, chosen, MIN(n, 1));
}

static void read_keys(GradeTrial *trial)
{
    const TrialSet *set = trial->set;
    for (guint i = 0; i < set->n_questions; i++) {
        const TrialQuestion *question = &set->questions[i];
        g_ptr_array_add(trial->keys, answer_key_new(set->lexicon, set->language, question->text, question->references,
                                                    question->n_references));
        if (trial->wish.twice)
            g_ptr_array_add(trial->single_keys, read_single_key(set, i));
        if (trial->wish.rubric)
            g_ptr_array_add(trial->rubrics, read_rubric(set, question));
    }
}

GradeTrial *grade_trial_new(const TrialSet *set, const TrialWish *wish)
{
    GradeTrial *trial = g_new0(GradeTrial, 1);
    trial->set = set;
    trial->wish = *wish;
    trial->keys = g_ptr_array_new_with_free_func((GDestroyNotify)answer_key_free);
    trial->single_keys = g_ptr_array_new_with_free_func((GDestroyNotify)answer_key_free);
    trial->rubrics = g_ptr_array_new_with_free_func((GDestroyNotify)grade_ready_free);
    trial->corrections = g_ptr_array_new_with_free_func((GDestroyNotify)grade_correction_free);
    trial->ordinals = g_new0(guint, MAX(set->n_rows, 1));
    count_rows(trial);
    read_keys(trial);
    g_ptr_array_set_size(trial->corrections, (gint)(trial->n_splits * set->n_questions));

    g_auto(Lessons) lessons = { 0 };
    collect_lessons(trial, &lessons);
    collect_singles(trial, &lessons);
    trial->model = wish->shipped
                       ? grade_model_new(&grade_weights_shipped)
                       : grade_model_fit((const GradeExample *)(gpointer)lessons.examples->data, lessons.examples->len);
    fill_margins(trial, &lessons);
    learn_corrections(trial, &lessons);
    return trial;
}

void grade_trial_free(GradeTrial *trial)
{
    if (!trial)
        return;
    grade_model_free(trial->model);
    g_ptr_array_unref(trial->corrections);
    g_ptr_array_unref(trial->keys);
    g_ptr_array_unref(trial->single_keys);
    g_ptr_array_unref(trial->rubrics);
    g_free(trial->ordinals);
    g_free(trial);
}

/* The server's grader says whether it passes, and how sure it is of that: as a probability on the same side of a half.
 */
#define PROBABILITY_FAILED_MOST 0.499

static double judge_by_rubric(const GradeTrial *trial, const TrialRow *row)
{
    g_autoptr(GradeResult) result = grade_ready_answer(trial->rubrics->pdata[row->question], row->answer);
    return result->score >= MEMORY_PASS ? MAX(result->certainty, 0.5)
                                        : MIN(1 - result->certainty, PROBABILITY_FAILED_MOST);
}

double grade_trial_judge(const GradeTrial *trial, guint row)
{
    if (trial->wish.rubric)
        return judge_by_rubric(trial, &trial->set->rows[row]);
    g_autoptr(AnswerReading) reading = read_row(trial, row);
    const GradeCorrection *correction = trial->corrections->pdata[place_of(trial, &trial->set->rows[row])];
    return logistic_probability(grade_model_margin(trial->model, reading) +
                                grade_correction_shift(correction, reading));
}

const GradeWeights *grade_trial_weights(const GradeTrial *trial)
{
    return grade_model_weights(trial->model);
}

/* --- calibration */

typedef struct {
    GArray *coverages, *margins, *scores; /* double */
} Calibrating;

static double coverage_of(const GradeReady *rubric, const char *answer)
{
    g_autoptr(GradeResult) result = grade_ready_answer(rubric, answer);
    return g_array_index(result->criteria, GradeCriterionResult, 0).coverage;
}

static void calibrate_fold(const GradeTrial *trial, guint fold, Calibrating *calibrating)
{
    g_auto(Lessons) lessons = { 0 };
    collect_lessons(trial, &lessons);
    g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(GradeExample));
    for (guint i = 0; i < lessons.examples->len; i++)
        if (g_array_index(lessons.examples, GradeExample, i).question % FOLDS != fold)
            g_array_append_val(others, g_array_index(lessons.examples, GradeExample, i));
    g_autoptr(GradeModel) model =
        grade_model_fit_like(trial->model, (const GradeExample *)(gpointer)others->data, others->len);
    for (guint i = 0; i < lessons.rows->len; i++) {
        const GradeExample *example = &g_array_index(lessons.examples, GradeExample, i);
        if (example->question % FOLDS != fold)
            continue;
        const TrialRow *row = &trial->set->rows[g_array_index(lessons.rows, guint, i)];
        double coverage = coverage_of(trial->rubrics->pdata[row->question], row->answer);
        double margin = grade_weights_margin(grade_model_weights(model), example->reading->features);
        g_array_append_val(calibrating->coverages, coverage);
        g_array_append_val(calibrating->margins, margin);
        g_array_append_val(calibrating->scores, row->score);
    }
}

void grade_trial_calibrate(const GradeTrial *trial, GradeCalibration *beside_models, GradeCalibration *alone)
{
    g_autoptr(GArray) coverages = g_array_new(FALSE, FALSE, sizeof(double)),
                      margins = g_array_new(FALSE, FALSE, sizeof(double)),
                      scores = g_array_new(FALSE, FALSE, sizeof(double));
    Calibrating calibrating = { coverages, margins, scores };
    for (guint fold = 0; fold < FOLDS; fold++)
        calibrate_fold(trial, fold, &calibrating);
    const double *coverage = (const double *)(gpointer)coverages->data, *score = (const double *)(gpointer)scores->data;
    *beside_models = grade_calibration_fit(coverage, (const double *)(gpointer)margins->data, score, coverages->len);
    *alone = grade_calibration_fit(coverage, NULL, score, coverages->len);
}
