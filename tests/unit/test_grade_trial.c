/* Grade trial: a made-up subject whose words tell right from wrong, so that what is learnt shows. */
#include "engine/grade/grade_trial.h"

#include "engine/maths/stats.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { QUESTIONS = 12, ROWS_EACH = 30, SPLIT_SEEN = 1, SPLIT_UNSEEN = 2 };

/* Answers to half of the questions are learnt from but for some, all of the others are tried. In each question another
 * word, which no reference has, makes an answer right. */
typedef struct {
    GPtrArray *texts;
    TrialQuestion questions[QUESTIONS];
    TrialRow rows[QUESTIONS * ROWS_EACH];
    TrialSet set;
} Subject;

static const char *const references[] = { "the lamp is in a closed loop with the cell" };

static char *answer_of(guint question, gboolean right, GRand *random)
{
    static const char *const fillers[] = { "lamp", "cell", "loop", "with", "closed", "wire", "thing", "maybe" };
    GString *text = g_string_new("it is the");
    for (int i = 0; i < 4; i++)
        g_string_append_printf(text, " %s", fillers[g_rand_int_range(random, 0, G_N_ELEMENTS(fillers))]);
    g_string_append_printf(text, " %s%c", right ? "key" : "odd", (char)('a' + question));
    return g_string_free(text, FALSE);
}

static void subject_make(Subject *subject)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    subject->texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < QUESTIONS; i++)
        subject->questions[i] = (TrialQuestion){ "why does it light", references, G_N_ELEMENTS(references) };
    for (guint i = 0; i < G_N_ELEMENTS(subject->rows); i++) {
        guint question = i % QUESTIONS;
        gboolean right = g_rand_boolean(random);
        char *answer = answer_of(question, right, random);
        g_ptr_array_add(subject->texts, answer);
        guint split = question % 2 ? SPLIT_UNSEEN : i / QUESTIONS % 3 ? TRIAL_LEARN : SPLIT_SEEN;
        subject->rows[i] = (TrialRow){ question, split, answer, right };
    }
    subject->set = (TrialSet){ NULL, "en", subject->questions, QUESTIONS, subject->rows, G_N_ELEMENTS(subject->rows) };
}

static void subject_clear(Subject *subject)
{
    g_clear_pointer(&subject->texts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

/* Log loss on the rows of a split that both trials judge. */
static double loss_of(const Subject *subject, const TrialWish *wish, guint split, guint skip)
{
    g_autoptr(GradeTrial) trial = grade_trial_new(&subject->set, wish);
    g_autoptr(GArray) p = g_array_new(FALSE, FALSE, sizeof(double)), y = g_array_new(FALSE, FALSE, sizeof(double));
    guint seen[QUESTIONS] = { 0 };
    for (guint i = 0; i < subject->set.n_rows; i++) {
        const TrialRow *row = &subject->rows[i];
        if (row->split != split || seen[row->question]++ < skip)
            continue;
        assert_true(grade_trial_is_judged(trial, i));
        double probability = grade_trial_judge(trial, i);
        assert_true(probability > 0 && probability < 1);
        g_array_append_val(p, probability);
        g_array_append_val(y, row->score);
    }
    return stats_log_loss((const double *)(gpointer)p->data, (const double *)(gpointer)y->data, NULL, p->len);
}

static void answers_of_the_same_question_teach(void **unused)
{
    g_auto(Subject) subject = { 0 };
    subject_make(&subject);
    double learnt = loss_of(&subject, &(TrialWish){ 0 }, SPLIT_SEEN, 0);
    double shipped = loss_of(&subject, &(TrialWish){ .shipped = TRUE }, SPLIT_SEEN, 0);
    assert_true(learnt < 0.5);
    assert_true(learnt < shipped - 0.2);
}

static void labels_of_a_coach_teach_and_more_teach_more(void **unused)
{
    g_auto(Subject) subject = { 0 };
    subject_make(&subject);
    double none = loss_of(&subject, &(TrialWish){ 0 }, SPLIT_UNSEEN, 12);
    double few = loss_of(&subject, &(TrialWish){ .coach = 4 }, SPLIT_UNSEEN, 12);
    double more = loss_of(&subject, &(TrialWish){ .coach = 12 }, SPLIT_UNSEEN, 12);
    assert_true(few < none - 0.03);
    assert_true(more < few - 0.05);
    double shipped = loss_of(&subject, &(TrialWish){ .shipped = TRUE, .coach = 12 }, SPLIT_UNSEEN, 12);
    assert_true(shipped < loss_of(&subject, &(TrialWish){ .shipped = TRUE }, SPLIT_UNSEEN, 12) - 0.1);
}

static void labels_are_left_out_of_what_is_judged(void **unused)
{
    g_auto(Subject) subject = { 0 };
    subject_make(&subject);
    g_autoptr(GradeTrial) trial = grade_trial_new(&subject.set, &(TrialWish){ .coach = 5 });
    guint judged[QUESTIONS] = { 0 };
    for (guint i = 0; i < subject.set.n_rows; i++)
        judged[subject.rows[i].question] += grade_trial_is_judged(trial, i);
    for (guint i = 0; i < QUESTIONS; i++)
        assert_int_equal(judged[i], i % 2 ? ROWS_EACH - 5 : ROWS_EACH / 3 - 5);
}

static void trials_are_repeatable(void **unused)
{
    g_auto(Subject) subject = { 0 };
    subject_make(&subject);
    assert_true(loss_of(&subject, &(TrialWish){ 0 }, SPLIT_UNSEEN, 0) ==
                loss_of(&subject, &(TrialWish){ 0 }, SPLIT_UNSEEN, 0));
}

static void a_set_without_lessons_is_survived(void **unused)
{
    const TrialQuestion question = { NULL, NULL, 0 };
    const TrialRow row = { 0, 1, "", 1 };
    const TrialSet set = { NULL, "en", &question, 1, &row, 1 };
    const TrialWish wishes[] = { { 0 }, { .shipped = TRUE }, { .rubric = TRUE }, { .twice = TRUE }, { .coach = 1 } };
    for (gsize i = 0; i < G_N_ELEMENTS(wishes); i++) {
        g_autoptr(GradeTrial) trial = grade_trial_new(&set, &wishes[i]);
        double probability = grade_trial_judge(trial, 0);
        assert_true(isfinite(probability) && probability >= 0 && probability <= 1);
    }
}

static void calibration_follows_what_people_said(void **unused)
{
    g_auto(Subject) subject = { 0 };
    subject_make(&subject);
    g_autoptr(GradeTrial) trial = grade_trial_new(&subject.set, &(TrialWish){ .rubric = TRUE, .twice = TRUE });
    GradeCalibration beside_models, alone;
    grade_trial_calibrate(trial, &beside_models, &alone);
    assert_true(alone.margin == 0);
    assert_true(isfinite(beside_models.intercept) && isfinite(beside_models.coverage) &&
                isfinite(beside_models.margin));
    assert_true(grade_calibration_probability(&grade_calibration_shipped, 1, 3) > 0.9);
    assert_true(grade_calibration_probability(&grade_calibration_shipped, 0, -3) < 0.1);
    assert_true(grade_calibration_probability(&grade_calibration_alone, 1, 0) > 0.75);
    assert_true(grade_calibration_probability(&grade_calibration_alone, 0, 0) < 0.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_the_same_question_teach),
        cmocka_unit_test(labels_of_a_coach_teach_and_more_teach_more),
        cmocka_unit_test(labels_are_left_out_of_what_is_judged),
        cmocka_unit_test(trials_are_repeatable),
        cmocka_unit_test(a_set_without_lessons_is_survived),
        cmocka_unit_test(calibration_follows_what_people_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
