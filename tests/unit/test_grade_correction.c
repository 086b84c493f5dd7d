/* Grade correction: what labels of one exercise teach, and what is kept of it. */
#include "engine/grade/grade_correction.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static AnswerKey *key;

static int make_key(void **unused)
{
    static const char *const references[] = { "because the path is closed" };
    key = answer_key_new(NULL, "en", "Why?", references, 1);
    return 0;
}

static int free_key(void **unused)
{
    answer_key_free(key);
    return 0;
}

static GradeCorrection *learn(const char *const *answers, const double *scores, guint n)
{
    g_autoptr(GPtrArray) readings = g_ptr_array_new_with_free_func((GDestroyNotify)answer_reading_free);
    g_autofree GradeLabel *labels = g_new(GradeLabel, MAX(n, 1));
    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(readings, answer_read(key, answers[i]));
        labels[i] = (GradeLabel){ readings->pdata[i], 0, scores[i] };
    }
    return grade_correction_learn(labels, n);
}

static double shift_of(const GradeCorrection *correction, const char *answer)
{
    g_autoptr(AnswerReading) reading = answer_read(key, answer);
    return grade_correction_shift(correction, reading);
}

static const char *const answers[] = { "it makes a loop", "a loop goes round", "the lamp likes it",
                                       "the lamp is warm" };
static const double scores[] = { 1, 1, 0, 0 };

static void words_of_good_answers_raise_and_of_bad_ones_lower(void **unused)
{
    g_autoptr(GradeCorrection) correction = learn(answers, scores, G_N_ELEMENTS(answers));
    assert_int_equal(grade_correction_labels(correction), 4);
    assert_true(shift_of(correction, "there is a loop") > 0.1);
    assert_true(shift_of(correction, "the lamp") < -0.1);
}

static void nothing_learnt_says_nothing(void **unused)
{
    g_autoptr(GradeCorrection) correction = learn(NULL, NULL, 0);
    assert_true(shift_of(correction, "there is a loop") == 0);
    assert_true(shift_of(NULL, "there is a loop") == 0);
}

static void one_label_says_little_and_more_say_more(void **unused)
{
    static const char *const same[] = { "it makes a loop", "it makes a loop", "it makes a loop", "it makes a loop" };
    static const double right[] = { 1, 1, 1, 1 };
    g_autoptr(GradeCorrection) one = learn(same, right, 1), four = learn(same, right, 4);
    double little = shift_of(one, same[0]), more = shift_of(four, same[0]);
    assert_true(little > 0 && little < 1.5);
    assert_true(more > little);
}

static void strangers_move_by_the_offset_alone(void **unused)
{
    static const char *const generous[] = { "alpha beta", "gamma delta", "epsilon zeta" };
    static const double right[] = { 1, 1, 1 };
    g_autoptr(GradeCorrection) correction = learn(generous, right, 3);
    double first = shift_of(correction, "omega"), second = shift_of(correction, "something else here");
    assert_true(first > 0 && fabs(first - second) < 1e-12);
}

static void a_correction_survives_being_written_down(void **unused)
{
    g_autoptr(GradeCorrection) correction = learn(answers, scores, G_N_ELEMENTS(answers));
    g_autofree char *json = grade_correction_to_json(correction);
    g_autoptr(GradeCorrection) again = grade_correction_from_json(json);
    assert_non_null(again);
    assert_int_equal(grade_correction_labels(again), 4);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
        assert_true(fabs(shift_of(again, answers[i]) - shift_of(correction, answers[i])) < 1e-4);
    g_autofree char *twice = grade_correction_to_json(again);
    assert_int_equal(strlen(json), strlen(twice));
}

static void learning_twice_gives_the_same(void **unused)
{
    g_autoptr(GradeCorrection) first = learn(answers, scores, 4), second = learn(answers, scores, 4);
    g_autofree char *left = grade_correction_to_json(first), *right = grade_correction_to_json(second);
    assert_string_equal(left, right);
}

static void what_is_kept_is_bounded(void **unused)
{
    enum { MANY = CORRECTION_LABELS_MOST + 50, WORDS_EACH = 60 };
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree double *alternating = g_new(double, MANY);
    for (guint i = 0; i < MANY; i++) {
        GString *text = g_string_new(NULL);
        for (guint j = 0; j < WORDS_EACH; j++)
            g_string_append_printf(text, "%cverylongwordindeedwithnumber%ux%u ", (char)('a' + j % 26), i, j);
        g_ptr_array_add(texts, g_string_free(text, FALSE));
        alternating[i] = i % 2;
    }
    g_autoptr(GradeCorrection) correction = learn((const char *const *)texts->pdata, alternating, MANY);
    assert_int_equal(grade_correction_labels(correction), CORRECTION_LABELS_MOST);
    g_autofree char *json = grade_correction_to_json(correction);
    assert_true(strlen(json) <= CORRECTION_JSON_BYTES_MOST);
    g_autoptr(GradeCorrection) again = grade_correction_from_json(json);
    assert_non_null(again);
}

static void texts_that_are_none_of_ours_are_refused(void **unused)
{
    static const char *const wrong[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"labels\":1,\"offset\":0}",
        "{\"labels\":-1,\"offset\":0,\"words\":{}}",
        "{\"labels\":1000000,\"offset\":0,\"words\":{}}",
        "{\"labels\":1,\"offset\":\"0\",\"words\":{}}",
        "{\"labels\":1,\"offset\":1e9,\"words\":{}}",
        "{\"labels\":1,\"offset\":0,\"words\":[]}",
        "{\"labels\":1,\"offset\":0,\"words\":{\"a\":\"b\"}}",
        "{\"labels\":1,\"offset\":0,\"words\":{\"a\":1e300}}",
        "{\"labels\":1,\"offset\":0,\"words\":{\"a\":1,\"a\":2}}",
    };
    assert_null(grade_correction_from_json(NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_null(grade_correction_from_json(wrong[i]));
    g_autofree char *endless = g_strnfill(CORRECTION_JSON_BYTES_MOST + 1, ' ');
    assert_null(grade_correction_from_json(endless));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_good_answers_raise_and_of_bad_ones_lower),
        cmocka_unit_test(nothing_learnt_says_nothing),
        cmocka_unit_test(one_label_says_little_and_more_say_more),
        cmocka_unit_test(strangers_move_by_the_offset_alone),
        cmocka_unit_test(a_correction_survives_being_written_down),
        cmocka_unit_test(learning_twice_gives_the_same),
        cmocka_unit_test(what_is_kept_is_bounded),
        cmocka_unit_test(texts_that_are_none_of_ours_are_refused),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
