/* The vectorised models against the scalar ones, against finite differences and against fsrs-rs. */
#include "engine/memory/fsrs6_gradient.h"
#include "engine/memory/fsrs7_gradient.h"
#include "engine/memory/memory_eval.h"
#include "engine/memory/memory_gradient.h"
#include "review_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 1000 };

static void assert_close(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", value, expected);
}

/* Cards of all lengths, gaps from minutes to years and any ratings. */
static ReviewLog *any_log(guint64 *seed)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint card = 0; card < 37; card++) {
        double time = 0;
        guint n = 1 + (guint)(review_case_chance(seed) * 14);
        for (guint i = 0; i < n; i++) {
            gboolean soon = review_case_chance(seed) < 0.3;
            time += soon ? 0.01 + review_case_chance(seed) * 0.1 : exp(review_case_chance(seed) * 5);
            review_case_add(reviews, card, time, (guint8)(1 + (int)(review_case_chance(seed) * 4)));
        }
    }
    return review_case_log(reviews);
}

static double *any_weights(const ReviewLog *log, guint64 *seed)
{
    double *weight = g_new0(double, log->n);
    for (guint i = 0; i < log->n; i++)
        if (memory_eval_counts(log, i))
            weight[i] = review_case_chance(seed);
    return weight;
}

/* Somewhere inside the bounds: at them a small step would go nowhere. */
static MemoryModel any_model(MemoryAlgorithm algorithm, guint64 *seed)
{
    const MemoryAlgorithmInfo *info = memory_algorithm_info(algorithm);
    double weights[MEMORY_WEIGHTS_MOST];
    for (guint i = 0; i < info->n_weights; i++) {
        double width = info->bounds[i].high - info->bounds[i].low;
        double near = info->defaults[i] * (0.8 + 0.4 * review_case_chance(seed));
        weights[i] = CLAMP(near, info->bounds[i].low + 0.01 * width, info->bounds[i].high - 0.01 * width);
    }
    for (int i = 1; i < 4; i++)
        weights[i] = MAX(weights[i], weights[i - 1] * 1.1);
    MemoryModel model;
    assert_true(memory_model_init(&model, weights, info->n_weights));
    return model;
}

static MemorySums sums_of(const MemoryModel *model, const ReviewLog *log, const double *weight)
{
    g_autoptr(ReviewPack) pack = review_pack_new(log, model, weight, LONGEST);
    MemorySums sums;
    memory_gradient(model, pack, 1, 1, &sums);
    return sums;
}

static double scalar_loss(const MemoryModel *model, const ReviewLog *reviews, const double *weight)
{
    g_autofree double *p = g_new(double, reviews->n);
    memory_eval_predict(model, reviews, p);
    double loss = 0;
    for (guint i = 0; i < reviews->n; i++)
        if (weight[i] > 0)
            loss -= weight[i] * (reviews->reviews[i].rating > RATING_AGAIN ? log(p[i]) : log1p(-p[i]));
    return loss;
}

static void loss_is_that_of_the_scalar_model(void **state)
{
    guint64 seed = 11;
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        for (int n = 0; n < 50; n++) {
            MemoryModel model = any_model((MemoryAlgorithm)algorithm, &seed);
            g_autoptr(ReviewLog) log = any_log(&seed);
            g_autofree double *weight = any_weights(log, &seed);
            double expected = scalar_loss(&model, log, weight);
            assert_close(sums_of(&model, log, weight).loss, expected, 1e-10 * expected);
        }
    }
}

static void check_gradient(const MemoryModel *model, const ReviewLog *log, const double *weight)
{
    const MemoryAlgorithmInfo *info = memory_algorithm_info(model->algorithm);
    MemorySums sums = sums_of(model, log, weight);
    for (guint i = 0; i < info->n_weights; i++) {
        double step = 1e-5 * MAX(fabs(model->w[i]), 0.1);
        double weights[MEMORY_WEIGHTS_MOST];
        memcpy(weights, model->w, sizeof weights);
        MemoryModel above, below;
        weights[i] = model->w[i] + step;
        assert_true(memory_model_init(&above, weights, info->n_weights));
        weights[i] = model->w[i] - step;
        assert_true(memory_model_init(&below, weights, info->n_weights));
        double slope = (scalar_loss(&above, log, weight) - scalar_loss(&below, log, weight)) / (2 * step);
        assert_close(sums.gradient[i], slope, 1e-5 * fabs(slope) + 1e-6 * sums.loss);
    }
}

static void gradient_is_that_of_finite_differences(void **state)
{
    guint64 seed = 12;
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        for (int n = 0; n < 20; n++) {
            MemoryModel model = any_model((MemoryAlgorithm)algorithm, &seed);
            g_autoptr(ReviewLog) log = any_log(&seed);
            g_autofree double *weight = any_weights(log, &seed);
            check_gradient(&model, log, weight);
        }
    }
}

/* fsrs-rs v6.6.1 (BSD-3-Clause), src/training.rs, test_loss_and_grad: four cards, of which only the last review
 * counts. */
static void loss_and_gradient_are_those_of_fsrs_rs(void **state)
{
    static const double gaps[7][4] = { { 0, 0, 0, 0 }, { 0, 0, 0, 0 },  { 0, 0, 0, 1 },   { 0, 1, 1, 3 },
                                       { 1, 3, 3, 5 }, { 3, 6, 6, 12 }, { 4, 11, 12, 23 } };
    static const guint8 ratings[7][4] = { { 1, 2, 3, 4 }, { 3, 4, 2, 4 }, { 1, 4, 4, 3 }, { 4, 3, 3, 3 },
                                          { 3, 1, 3, 3 }, { 2, 3, 3, 4 }, { 3, 3, 3, 1 } };
    static const double gradient[MEMORY_WEIGHTS_FSRS6] = {
        -0.095688485,  -0.0051607806, -0.0012249565, 0.007462064, 0.03650761,   -0.082112335, 0.0593964,
        -2.1474836,    0.57626534,    -2.8751316,    0.7154875,   -0.028993709, 0.0099172965, -0.2189217,
        -0.0017800558, -0.089381434,  0.299141,      0.068104014, -0.011605468, -0.25398168,  0.27700496,
    };
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    double time[4] = { 0 };
    for (guint i = 0; i < 7; i++)
        for (guint card = 0; card < 4; card++)
            review_case_add(reviews, card, time[card] += gaps[i][card], ratings[i][card]);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    g_autofree double *weight = g_new0(double, log->n);
    for (guint card = 0; card < 4; card++)
        weight[log->first[card + 1] - 1] = 1;
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    MemorySums sums = sums_of(&model, log, weight);
    assert_close(sums.loss, 4.0466027, 1e-5); /* fsrs-rs has 32-bit floats */
    for (guint i = 0; i < MEMORY_WEIGHTS_FSRS6; i++)
        assert_close(sums.gradient[i], gradient[i], 1e-5 * fabs(gradient[i]) + 1e-6);
}

/* Of one review it is the square of its slope over p (1-p), and the gradient is the slope over p or p-1. */
static void information_is_that_of_the_slopes(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    review_case_add(reviews, 0, 0, RATING_GOOD);
    review_case_add(reviews, 0, 3, RATING_GOOD);
    review_case_add(reviews, 0, 9, RATING_GOOD);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    const double weight[] = { 0, 0, 0.5 };
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel model = memory_model_default((MemoryAlgorithm)algorithm);
        MemorySums sums = sums_of(&model, log, weight);
        double p = exp(-sums.loss / weight[2]);
        guint pair = 0;
        for (guint i = 0; i < memory_algorithm_info((MemoryAlgorithm)algorithm)->n_weights; i++)
            for (guint j = 0; j <= i; j++) {
                double product = sums.gradient[i] * sums.gradient[j] * p * p / (weight[2] * weight[2]);
                assert_close(sums.information[pair++], weight[2] * product / (p * (1 - p)), 1e-9);
            }
    }
}

static void assert_same_sums(const MemorySums *one, const MemorySums *other, guint n_weights)
{
    assert_close(one->loss, other->loss, 1e-11 * fabs(other->loss));
    for (guint i = 0; i < n_weights; i++)
        assert_close(one->gradient[i], other->gradient[i], 1e-9 * fabs(other->loss));
    for (guint i = 0; i < n_weights * (n_weights + 1) / 2; i++)
        assert_close(one->information[i], other->information[i], 1e-7 * (1 + fabs(other->information[i])));
}

static void the_portable_code_agrees_with_the_machines_own(void **state)
{
    guint64 seed = 13;
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel model = any_model((MemoryAlgorithm)algorithm, &seed);
        g_autoptr(ReviewLog) log = any_log(&seed);
        g_autofree double *weight = any_weights(log, &seed);
        g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, LONGEST);
        MemorySums chosen, portable = { 0 };
        memory_gradient(&model, pack, 1, 1, &chosen);
        (algorithm == MEMORY_FSRS6 ? fsrs6_gradient_base : fsrs7_gradient_base)(&model, pack, 0, pack->n_groups, 1,
                                                                                &portable);
        assert_same_sums(&chosen, &portable, memory_algorithm_info((MemoryAlgorithm)algorithm)->n_weights);
    }
}

static void sums_are_the_same_for_any_number_of_threads(void **state)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_autoptr(GArray) reviews = review_case_simulate(&model, 30000, 14);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    guint64 seed = 15;
    g_autofree double *weight = any_weights(log, &seed);
    g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, LONGEST);
    MemorySums one, two, many;
    memory_gradient(&model, pack, 1, 1, &one);
    memory_gradient(&model, pack, 1, 2, &two);
    memory_gradient(&model, pack, 1, 7, &many);
    assert_memory_equal(&one, &two, sizeof one);
    assert_memory_equal(&one, &many, sizeof one);
}

static void a_draft_is_near_the_whole(void **state)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_autoptr(GArray) reviews = review_case_simulate(&model, 30000, 16);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    guint64 seed = 17;
    g_autofree double *weight = any_weights(log, &seed);
    g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, LONGEST);
    MemorySums whole, draft;
    memory_gradient(&model, pack, 1, 1, &whole);
    memory_gradient(&model, pack, 8, 1, &draft);
    assert_true(draft.loss != whole.loss);
    assert_close(draft.loss, whole.loss, 0.1 * whole.loss);
}

static void reviews_beyond_the_longest_are_left_out(void **state)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint i = 0; i < 20; i++)
        review_case_add(reviews, 0, 2 * i, RATING_GOOD);
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    double weight[20] = { 0 };
    for (guint i = 1; i < 20; i++)
        weight[i] = 1;
    g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, 5);
    assert_int_equal(pack->first[pack->n_groups], 5);
    MemorySums sums;
    memory_gradient(&model, pack, 1, 1, &sums);
    memset(weight + 5, 0, 15 * sizeof *weight);
    assert_close(sums.loss, scalar_loss(&model, log, weight), 1e-12);
}

static void reviews_after_the_last_counted_one_are_left_out(void **state)
{
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint i = 0; i < 9; i++)
        review_case_add(reviews, 0, i < 3 ? i : 3, RATING_GOOD);
    review_case_add(reviews, 1, 0, RATING_GOOD); /* nothing of this card counts */
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    double weight[10] = { 0, 1, 1, 1 };
    g_autoptr(ReviewPack) pack = review_pack_new(log, &model, weight, LONGEST);
    assert_int_equal(pack->n_groups, 1);
    assert_int_equal(pack->first[1], 4);
}

static void nothing_to_add_gives_zero(void **state)
{
    g_autoptr(ReviewLog) log = review_log_new(NULL, 0);
    MemoryModel model = memory_model_default(MEMORY_FSRS7);
    assert_true(sums_of(&model, log, NULL).loss == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_is_that_of_the_scalar_model),
        cmocka_unit_test(gradient_is_that_of_finite_differences),
        cmocka_unit_test(loss_and_gradient_are_those_of_fsrs_rs),
        cmocka_unit_test(information_is_that_of_the_slopes),
        cmocka_unit_test(the_portable_code_agrees_with_the_machines_own),
        cmocka_unit_test(sums_are_the_same_for_any_number_of_threads),
        cmocka_unit_test(a_draft_is_near_the_whole),
        cmocka_unit_test(reviews_beyond_the_longest_are_left_out),
        cmocka_unit_test(reviews_after_the_last_counted_one_are_left_out),
        cmocka_unit_test(nothing_to_add_gives_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
