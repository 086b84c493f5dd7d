/* Memory against golden numbers of the reference implementations (tests/vectors/fsrs*.json, which name their
 * sources). */
#include "engine/memory/fsrs7.h"
#include "engine/memory/memory.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RELATIVE_TS 1e-6 /* 64-bit floats, rounded to 8 decimals at each step */
#define RELATIVE_RS 1e-4 /* 32-bit floats */

static void assert_close(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= MAX(1e-7, relative * fabs(expected))))
        fail_msg("%.10g is not %.10g", value, expected);
}

static json_t *vectors(const char *name)
{
    const char *folder = g_getenv("WHET_TEST_VECTORS");
    g_autofree char *path = g_build_filename(folder ? folder : "tests/vectors", name, NULL);
    json_error_t error;
    json_t *json = json_load_file(path, 0, &error);
    if (!json)
        fail_msg("%s: %s", path, error.text);
    return json;
}

static double number(const json_t *array, size_t i)
{
    return json_number_value(json_array_get(array, i));
}

static MemoryModel model_of(const json_t *parameters)
{
    double weights[MEMORY_WEIGHTS_MOST];
    guint n = (guint)json_array_size(parameters);
    assert_true(n <= MEMORY_WEIGHTS_MOST);
    for (size_t i = 0; i < n; i++)
        weights[i] = number(parameters, i);
    MemoryModel model;
    assert_true(memory_model_init(&model, weights, n));
    return model;
}

static MemoryState remembered(double stability)
{
    return (MemoryState){ .stability = stability, .difficulty = 5 };
}

static void check_history(const json_t *all, const json_t *history)
{
    const char *name = json_string_value(json_object_get(history, "params"));
    MemoryModel model = model_of(json_object_get(json_object_get(all, "parameters"), name));
    double retention = json_number_value(json_object_get(history, "desired_retention"));
    const json_t *reviews = json_object_get(history, "reviews");
    MemoryState state = { 0 };
    for (size_t i = 0; i < json_array_size(reviews); i++) {
        const json_t *review = json_array_get(reviews, i);
        const json_t *ts = json_array_get(json_object_get(history, "ts"), i);
        const json_t *rs = json_array_get(json_object_get(history, "rs"), i);
        state = memory_next(&model, state, number(review, 0), (MemoryRating)number(review, 1));
        assert_close(state.stability, number(ts, 0), RELATIVE_TS);
        assert_close(state.difficulty, number(ts, 1), RELATIVE_TS);
        assert_close(state.stability, number(rs, 0), RELATIVE_RS);
        assert_close(state.difficulty, number(rs, 1), RELATIVE_RS);
        double interval = memory_interval(&model, state, retention);
        assert_close(interval, number(json_object_get(history, "rs_ivl"), i), RELATIVE_RS);
    }
}

static void histories_agree_with_ts_fsrs_and_fsrs_rs(void **unused)
{
    json_t *all = vectors("fsrs6-histories.json");
    const json_t *cases = json_object_get(all, "cases");
    assert_true(json_array_size(cases) >= 60);
    for (size_t i = 0; i < json_array_size(cases); i++)
        check_history(all, json_array_get(cases, i));
    json_decref(all);
}

static MemoryState state_of(const json_t *slow_fast_difficulty)
{
    return (MemoryState){ number(slow_fast_difficulty, 0), number(slow_fast_difficulty, 1),
                          number(slow_fast_difficulty, 2) };
}

static void check_state(MemoryState state, const json_t *expected)
{
    assert_close(state.stability, number(expected, 0), RELATIVE_RS);
    assert_close(state.fast, number(expected, 1), RELATIVE_RS);
    assert_close(state.difficulty, number(expected, 2), RELATIVE_RS);
}

static void recall_fades_as_the_reference_says(void **unused)
{
    json_t *all = vectors("fsrs6-points.json");
    const json_t *points = json_object_get(all, "retrievability");
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    for (size_t i = 0; i < json_array_size(json_object_get(points, "R")); i++)
        assert_close(memory_recall(&model, remembered(number(json_object_get(points, "S"), i)),
                                   number(json_object_get(points, "t"), i)),
                     number(json_object_get(points, "R"), i), 1e-6);
    json_decref(all);
}

static MemoryState replay(const MemoryModel *model, const json_t *ratings, const json_t *days)
{
    MemoryState state = { 0 };
    for (size_t i = 0; i < json_array_size(ratings); i++)
        state = memory_next(model, state, number(days, i), (MemoryRating)number(ratings, i));
    return state;
}

static void the_model_without_short_term_memory_agrees(void **unused)
{
    json_t *all = vectors("fsrs6-points.json");
    const json_t *history = json_object_get(all, "memory_state");
    const json_t *ratings = json_object_get(history, "ratings"), *days = json_object_get(history, "days");
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    MemoryState state = replay(&model, ratings, days);
    assert_close(state.stability, json_number_value(json_object_get(history, "S")), RELATIVE_RS);
    assert_close(state.difficulty, json_number_value(json_object_get(history, "D")), RELATIVE_RS);

    MemoryModel long_term;
    double weights[MEMORY_WEIGHTS_FSRS6];
    for (int i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        weights[i] = i >= 17 && i <= 19 ? 0 : model.w[i];
    assert_true(memory_model_init(&long_term, weights, MEMORY_WEIGHTS_FSRS6));
    assert_close(replay(&long_term, ratings, days).stability,
                 json_number_value(json_object_get(history, "S_long_term_only")), RELATIVE_RS);
    json_decref(all);
}

static void each_rating_leads_where_the_reference_says(void **unused)
{
    json_t *all = vectors("fsrs6-points.json");
    const json_t *next = json_object_get(all, "next_states");
    MemoryModel model = model_of(json_object_get(next, "parameters"));
    MemoryState before = replay(&model, json_object_get(next, "ratings"), json_object_get(next, "days"));
    for (int rating = RATING_AGAIN; rating <= RATING_EASY; rating++) {
        MemoryState after =
            memory_next(&model, before, json_number_value(json_object_get(next, "next_days")), (MemoryRating)rating);
        assert_close(after.stability, number(json_object_get(next, "S"), (size_t)rating - 1), RELATIVE_RS);
        assert_close(after.difficulty, number(json_object_get(next, "D"), (size_t)rating - 1), RELATIVE_RS);
    }
    json_decref(all);
}

static void weights_are_clipped_and_nonsense_is_refused(void **unused)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    double weights[MEMORY_WEIGHTS_FSRS6];
    for (int i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        weights[i] = i % 2 ? 1000 : -1000;
    assert_true(memory_model_init(&model, weights, MEMORY_WEIGHTS_FSRS6));
    assert_true(model.w[0] == 0.001 && model.w[1] == 100 && model.w[4] == 1 && model.w[19] == 0.8 &&
                model.w[20] == 0.1);
    assert_true(isfinite(model.factor) && model.factor > 0);

    weights[5] = NAN;
    assert_false(memory_model_init(&model, weights, MEMORY_WEIGHTS_FSRS6));
    weights[5] = INFINITY;
    assert_false(memory_model_init(&model, weights, MEMORY_WEIGHTS_FSRS6));
}

static void check_bounds(MemoryAlgorithm algorithm, double least)
{
    MemoryModel model = memory_model_default(algorithm);
    static const double values[] = { -1, 0, 1e-9, 0.5, 1, 20, 1e5, 1e300, INFINITY, NAN };
    for (gsize s = 0; s < G_N_ELEMENTS(values); s++)
        for (gsize d = 0; d < G_N_ELEMENTS(values); d++)
            for (gsize t = 0; t < G_N_ELEMENTS(values); t++)
                for (int rating = -1; rating <= 6; rating++) {
                    MemoryState state = memory_next(&model, (MemoryState){ values[s], values[9 - s], values[d] },
                                                    values[t], (MemoryRating)rating);
                    assert_true(state.stability >= least && state.stability <= MEMORY_STABILITY_MAX);
                    assert_true(state.difficulty >= 1 && state.difficulty <= 10);
                    double recall = memory_recall(&model, state, values[t]);
                    assert_true(recall >= 0 && recall <= 1);
                    double interval = memory_interval(&model, state, values[t]);
                    assert_true(interval >= 0 && interval <= MEMORY_INTERVAL_MAX);
                }
}

static void states_stay_in_bounds_whatever_comes_in(void **unused)
{
    check_bounds(MEMORY_FSRS6, 0.001);
    check_bounds(MEMORY_FSRS7, 0.0001);
}

static void fsrs7_histories_agree_with_the_reference(void **unused)
{
    json_t *all = vectors("fsrs7-vectors.json");
    MemoryModel model = model_of(json_object_get(all, "weights"));
    assert_int_equal(model.algorithm, MEMORY_FSRS7);
    size_t i, j;
    json_t *history, *review;
    json_array_foreach(json_object_get(all, "histories"), i, history) {
        MemoryState state = { 0 };
        json_array_foreach(json_object_get(history, "reviews_dt_rating"), j, review) {
            state = memory_next(&model, state, number(review, 0), (MemoryRating)number(review, 1));
            check_state(state, json_array_get(json_object_get(history, "states"), j));
        }
        assert_true(j > 5);
    }
    json_decref(all);
}

static void fsrs7_points_agree_with_the_reference(void **unused)
{
    json_t *all = vectors("fsrs7-vectors.json"), *retentions = json_object_get(all, "interval_retentions");
    MemoryModel model = model_of(json_object_get(all, "weights"));
    size_t i;
    json_t *point;
    json_array_foreach(json_object_get(all, "cases"), i, point) {
        MemoryState before = state_of(json_object_get(point, "input"));
        double elapsed = json_number_value(json_object_get(point, "elapsed"));
        if (before.stability > 0)
            assert_true(fabs(memory_recall(&model, before, elapsed) -
                             json_number_value(json_object_get(point, "retrievability"))) < 5e-6);
        for (int rating = RATING_AGAIN; rating <= RATING_EASY; rating++) {
            const json_t *next = json_array_get(json_object_get(point, "next"), (size_t)rating - 1);
            const json_t *expected = json_object_get(next, "state");
            check_state(memory_next(&model, before, elapsed, (MemoryRating)rating), expected);
            for (size_t r = 0; r < json_array_size(retentions); r++) {
                double days = number(json_object_get(next, "intervals"), r);
                assert_true(fabs(fsrs7_interval(&model, state_of(expected), number(retentions, r)) - days) <=
                            MAX(1e-8, 2e-3 * days));
            }
        }
    }
    assert_true(i >= 6);
    json_decref(all);
}

static void fuzz_ranges_agree_with_the_reference(void **unused)
{
    json_t *all = vectors("fsrs-fuzz.json"), *row;
    size_t i;
    json_array_foreach(json_object_get(all, "rows"), i, row) {
        MemoryFuzz range = memory_fuzz_range(number(row, 0), number(row, 1));
        assert_int_equal(range.least, (int)number(row, 2));
        assert_int_equal(range.most, (int)number(row, 3));
        assert_true(memory_fuzzed(number(row, 0), number(row, 1), 0) == range.least);
        assert_true(memory_fuzzed(number(row, 0), number(row, 1), 0.999999) == range.most);
    }
    assert_true(i > 100);
    assert_true(memory_fuzzed(0.2, 0, 0.99) == 1 && memory_fuzzed(NAN, 0, 0.99) == 1);
    json_decref(all);
}

static void a_same_day_success_never_weakens(void **unused)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    for (double s = 0.01; s < 30000; s *= 3)
        for (int rating = RATING_HARD; rating <= RATING_EASY; rating++)
            assert_true(memory_next(&model, remembered(s), 0.9, (MemoryRating)rating).stability >= s);
    assert_true(memory_next(&model, remembered(5), 0.9, RATING_AGAIN).stability < 5);
}

static void interval_is_when_recall_has_fallen_to_the_retention(void **unused)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    for (double retention = 0.7; retention < 0.98; retention += 0.05)
        for (double s = 0.1; s < 1000; s *= 2.5) {
            double days = memory_interval(&model, remembered(s), retention);
            if (days < MEMORY_INTERVAL_MAX)
                assert_close(memory_recall(&model, remembered(s), days), retention, 1e-9);
        }
    assert_close(memory_interval(&model, remembered(12), 0.9), 12, 1e-9);
    assert_true(memory_interval(&model, remembered(1000), 0.1) == MEMORY_INTERVAL_MAX);
}

static void a_failed_attempt_is_always_again(void **unused)
{
    for (int confidence = 0; confidence <= 3; confidence++) {
        assert_int_equal(memory_rating(0.59, confidence, 0.1), RATING_AGAIN);
        assert_int_equal(memory_rating(NAN, confidence, 0.1), RATING_AGAIN);
    }
}

static void rating_follows_score_confidence_and_pace(void **unused)
{
    assert_int_equal(memory_rating(0.7, 3, 0.2), RATING_HARD);
    assert_int_equal(memory_rating(1.0, 1, 0.2), RATING_HARD);
    assert_int_equal(memory_rating(0.9, 2, 1.0), RATING_GOOD);
    assert_int_equal(memory_rating(1.0, 0, 0.2), RATING_GOOD);
    assert_int_equal(memory_rating(1.0, 3, 0.6), RATING_GOOD);
    assert_int_equal(memory_rating(1.0, 3, 0), RATING_GOOD);
    assert_int_equal(memory_rating(1.0, 3, 0.4), RATING_EASY);
}

static void rating_never_falls_with_score_or_confidence(void **unused)
{
    for (double pace = 0; pace <= 2; pace += 0.2)
        for (int confidence = 1; confidence <= 3; confidence++)
            for (double score = 0; score <= 1; score += 0.01) {
                assert_true(memory_rating(score + 0.01, confidence, pace) >= memory_rating(score, confidence, pace));
                if (confidence < 3)
                    assert_true(memory_rating(score, confidence + 1, pace) >= memory_rating(score, confidence, pace));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histories_agree_with_ts_fsrs_and_fsrs_rs),
        cmocka_unit_test(recall_fades_as_the_reference_says),
        cmocka_unit_test(the_model_without_short_term_memory_agrees),
        cmocka_unit_test(each_rating_leads_where_the_reference_says),
        cmocka_unit_test(weights_are_clipped_and_nonsense_is_refused),
        cmocka_unit_test(states_stay_in_bounds_whatever_comes_in),
        cmocka_unit_test(fsrs7_histories_agree_with_the_reference),
        cmocka_unit_test(fsrs7_points_agree_with_the_reference),
        cmocka_unit_test(fuzz_ranges_agree_with_the_reference),
        cmocka_unit_test(a_same_day_success_never_weakens),
        cmocka_unit_test(interval_is_when_recall_has_fallen_to_the_retention),
        cmocka_unit_test(a_failed_attempt_is_always_again),
        cmocka_unit_test(rating_follows_score_confidence_and_pace),
        cmocka_unit_test(rating_never_falls_with_score_or_confidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
