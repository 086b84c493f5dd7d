/* Fitting on simulated people whose memory is known, and on logs that nobody would have. */
#include "engine/memory/memory_eval.h"
#include "engine/memory/memory_fit.h"
#include "review_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static MemoryModel fitted(const ReviewLog *log, MemoryAlgorithm algorithm, const MemoryModel *previous, guint threads)
{
    const MemoryFitWish wish = { .algorithm = algorithm, .previous = previous, .threads = threads };
    MemoryModel model;
    assert_true(memory_fit_model(log, &wish, &model));
    return model;
}

static void assert_same_weights(const MemoryModel *one, const MemoryModel *other)
{
    guint n = memory_algorithm_info(one->algorithm)->n_weights;
    for (guint i = 0; i < n; i++)
        if (one->w[i] != other->w[i])
            fail_msg("w%u: %.17g is not %.17g", i, one->w[i], other->w[i]);
}

static void assert_within_bounds(const MemoryModel *model)
{
    const MemoryAlgorithmInfo *info = memory_algorithm_info(model->algorithm);
    for (guint i = 0; i < info->n_weights; i++)
        if (!(model->w[i] >= info->bounds[i].low && model->w[i] <= info->bounds[i].high))
            fail_msg("w%u = %g is out of bounds", i, model->w[i]);
}

static ReviewLog *simulated(const MemoryModel *truth, guint n, guint64 seed)
{
    g_autoptr(GArray) reviews = review_case_simulate(truth, n, seed);
    return review_case_log(reviews);
}

/* Somebody who forgets otherwise than most: other first stabilities, gains, losses and curve. */
static MemoryModel unusual(MemoryAlgorithm algorithm)
{
    MemoryModel model = memory_model_default(algorithm);
    double *w = model.w;
    for (int i = 0; i < 4; i++)
        w[i] *= 2;
    if (algorithm == MEMORY_FSRS6) {
        w[8] -= 0.4;
        w[11] += 0.4;
        w[20] = 0.35;
    } else {
        w[7] -= 0.3;
        w[24] += 0.3;
        w[26] -= 0.05;
    }
    MemoryModel clipped;
    assert_true(memory_model_init(&clipped, w, memory_algorithm_info(algorithm)->n_weights));
    return clipped;
}

/* Root of the mean squared difference between what two models predict at counted reviews. */
static double prediction_distance(const MemoryModel *one, const MemoryModel *other, const ReviewLog *log)
{
    g_autofree double *p = g_new(double, log->n), *q = g_new(double, log->n);
    memory_eval_predict(one, log, p);
    memory_eval_predict(other, log, q);
    double sum = 0, n = 0;
    for (guint i = 0; i < log->n; i++) {
        if (!memory_eval_counts(log, i))
            continue;
        sum += (p[i] - q[i]) * (p[i] - q[i]);
        n++;
    }
    return sqrt(sum / n);
}

static void a_known_memory_is_found_again(void **state)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel truth = unusual((MemoryAlgorithm)algorithm);
        MemoryModel published = memory_model_default((MemoryAlgorithm)algorithm);
        g_autoptr(ReviewLog) seen = simulated(&truth, 20000, 21), unseen = simulated(&truth, 5000, 22);
        MemoryModel model = fitted(seen, (MemoryAlgorithm)algorithm, NULL, 2);
        double distance = prediction_distance(&model, &truth, unseen);
        assert_true(distance < 0.02);
        assert_true(prediction_distance(&published, &truth, unseen) > 2 * distance);
    }
}

static void the_fit_is_never_worse_than_the_published_weights_on_what_it_saw(void **state)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel truth = unusual((MemoryAlgorithm)algorithm);
        g_autoptr(ReviewLog) log = simulated(&truth, 3000, 23);
        const MemoryFitWish wish = { .algorithm = (MemoryAlgorithm)algorithm, .threads = 2 };
        MemoryFit fit;
        assert_true(memory_fit(log, &wish, &fit));
        assert_true(fit.log_loss < fit.log_loss_default);
        assert_true(fit.n > 1000 && fit.rmse_bins > 0 && fit.auc > 0.5);
        g_autofree double *p = g_new(double, log->n);
        memory_eval_predict(&fit.model, log, p);
        assert_true(memory_eval_metrics(log, p).log_loss == fit.log_loss);
    }
}

static void too_few_reviews_change_nothing(void **state)
{
    MemoryModel published = memory_model_default(MEMORY_FSRS6);
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint card = 0; card < MEMORY_FIT_LEAST - 1; card++) {
        review_case_add(reviews, card, 0, RATING_GOOD);
        review_case_add(reviews, card, 3, RATING_AGAIN);
    }
    g_autoptr(ReviewLog) few = review_case_log(reviews);
    MemoryModel model = fitted(few, MEMORY_FSRS6, NULL, 1);
    assert_same_weights(&model, &published);
    MemoryModel before = unusual(MEMORY_FSRS6);
    model = fitted(few, MEMORY_FSRS6, &before, 1);
    assert_same_weights(&model, &before);

    review_case_add(reviews, MEMORY_FIT_LEAST, 0, RATING_GOOD);
    review_case_add(reviews, MEMORY_FIT_LEAST, 3, RATING_AGAIN);
    g_autoptr(ReviewLog) enough = review_case_log(reviews);
    model = fitted(enough, MEMORY_FSRS6, NULL, 1);
    assert_true(model.w[2] < published.w[2]);
}

/* A handful of people, each with a few reviews: the mean over them, since one may be unlucky. */
static void few_reviews_do_not_lead_astray(void **state)
{
    MemoryModel published = memory_model_default(MEMORY_FSRS6);
    g_autoptr(ReviewLog) unseen = simulated(&published, 4000, 24);
    double distance = 0;
    enum { PEOPLE = 20 };
    for (guint64 person = 0; person < PEOPLE; person++) {
        g_autoptr(ReviewLog) log = simulated(&published, 40, 100 + person);
        MemoryModel model = fitted(log, MEMORY_FSRS6, NULL, 1);
        distance += prediction_distance(&model, &published, unseen) / PEOPLE;
    }
    assert_true(distance > 0 && distance < 0.03);
}

/* Two hundred cards seen again after three days: half of them are recalled, either the earlier or the later half. */
static double recall_learnt(gboolean later_half_recalls)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    for (guint card = 0; card < 200; card++) {
        gboolean recalls = (card >= 100) == later_half_recalls;
        review_case_add(reviews, card, card, RATING_GOOD);
        review_case_add(reviews, card, card + 3, recalls ? RATING_GOOD : RATING_AGAIN);
    }
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    MemoryModel model = fitted(log, MEMORY_FSRS6, NULL, 1);
    return memory_recall(&model, memory_next(&model, (MemoryState){ 0 }, 0, RATING_GOOD), 3);
}

static void what_is_new_says_more(void **state)
{
    assert_true(recall_learnt(TRUE) > recall_learnt(FALSE) + 0.1);
}

static void weights_are_the_same_for_any_number_of_threads(void **state)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel truth = unusual((MemoryAlgorithm)algorithm);
        g_autoptr(ReviewLog) log = simulated(&truth, 12000, 25);
        MemoryModel one = fitted(log, (MemoryAlgorithm)algorithm, NULL, 1);
        MemoryModel many = fitted(log, (MemoryAlgorithm)algorithm, NULL, 5);
        MemoryModel none = fitted(log, (MemoryAlgorithm)algorithm, NULL, 0);
        assert_same_weights(&one, &many);
        assert_same_weights(&one, &none);
    }
}

static void a_refit_on_a_little_more_moves_little(void **state)
{
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        MemoryModel truth = unusual((MemoryAlgorithm)algorithm);
        g_autoptr(GArray) reviews = review_case_simulate(&truth, 4000, 26);
        g_autoptr(ReviewLog) after = review_case_log(reviews);
        g_array_set_size(reviews, reviews->len * 9 / 10);
        g_autoptr(ReviewLog) before = review_case_log(reviews);
        MemoryModel first = fitted(before, (MemoryAlgorithm)algorithm, NULL, 2);
        MemoryModel second = fitted(after, (MemoryAlgorithm)algorithm, &first, 2);
        MemoryModel published = memory_model_default((MemoryAlgorithm)algorithm);
        double moved = prediction_distance(&first, &second, after);
        assert_true(moved > 0 && moved < 0.01);
        assert_true(moved < prediction_distance(&first, &published, after) / 4);
    }
}

static void a_model_before_of_another_algorithm_is_not_looked_at(void **state)
{
    MemoryModel truth = unusual(MEMORY_FSRS6), other = memory_model_default(MEMORY_FSRS7);
    g_autoptr(ReviewLog) log = simulated(&truth, 500, 27);
    MemoryModel with = fitted(log, MEMORY_FSRS6, &other, 1), without = fitted(log, MEMORY_FSRS6, NULL, 1);
    assert_same_weights(&with, &without);
}

static void check_hostile(const GArray *reviews)
{
    g_autoptr(ReviewLog) log = review_case_log(reviews);
    for (int algorithm = 0; algorithm < MEMORY_ALGORITHMS; algorithm++) {
        const MemoryFitWish wish = { .algorithm = (MemoryAlgorithm)algorithm, .threads = 2 };
        MemoryFit fit;
        assert_true(memory_fit(log, &wish, &fit));
        assert_within_bounds(&fit.model);
        assert_true(fit.n == 0 ? isnan(fit.log_loss) : isfinite(fit.log_loss));
    }
}

static void nothing_that_a_log_may_hold_leads_out_of_bounds(void **state)
{
    g_autoptr(GArray) reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    check_hostile(reviews);
    for (guint rating = RATING_AGAIN; rating <= RATING_EASY; rating++) { /* one rating for ever */
        g_array_set_size(reviews, 0);
        for (guint i = 0; i < 3000; i++)
            review_case_add(reviews, i % 50, i, (guint8)rating);
        check_hostile(reviews);
    }
    g_array_set_size(reviews, 0);
    for (guint i = 0; i < 3000; i++) /* one card, longer than anybody's */
        review_case_add(reviews, 0, i * 1.5, i % 3 ? RATING_GOOD : RATING_AGAIN);
    check_hostile(reviews);
    g_array_set_size(reviews, 0);
    for (guint i = 0; i < 1000; i++) /* all at one moment */
        review_case_add(reviews, i % 10, 5, (guint8)(1 + i % 4));
    check_hostile(reviews);
    g_array_set_size(reviews, 0);
    for (guint i = 0; i < 1000; i++) /* gaps of thousands of years, before and after 1970 */
        review_case_add(reviews, i % 10, (i / 10 - 50.0) * 2e6, (guint8)(1 + i % 4));
    check_hostile(reviews);
    g_array_set_size(reviews, 0);
    for (guint i = 0; i < 1000; i++) /* a day that begins between reviews seconds apart */
        review_case_add(reviews, i % 10, 1 + (i / 10) * 1e-7 - (i < 500 ? 1e-4 : 0), (guint8)(1 + i % 4));
    check_hostile(reviews);
}

static gboolean stop_at_third(double share, gpointer data)
{
    guint *calls = data;
    assert_true(share >= 0 && share <= 1);
    return ++*calls < 3;
}

static void it_stops_when_told_to(void **state)
{
    MemoryModel truth = unusual(MEMORY_FSRS6);
    g_autoptr(ReviewLog) log = simulated(&truth, 2000, 28);
    guint calls = 0;
    const MemoryFitWish wish = { .algorithm = MEMORY_FSRS6, .threads = 1, .go_on = stop_at_third, .data = &calls };
    MemoryFit fit = { .n = 12345 };
    assert_false(memory_fit(log, &wish, &fit));
    assert_int_equal(calls, 3);
    assert_int_equal(fit.n, 12345);
}

static gboolean share_grows(double share, gpointer data)
{
    double *before = data;
    assert_true(share > *before && share < 1);
    *before = share;
    return TRUE;
}

static void progress_only_goes_forward(void **state)
{
    MemoryModel truth = unusual(MEMORY_FSRS6);
    g_autoptr(ReviewLog) log = simulated(&truth, 40000, 29); /* enough for a draft */
    double share = 0;
    const MemoryFitWish wish = { .algorithm = MEMORY_FSRS6, .threads = 2, .go_on = share_grows, .data = &share };
    MemoryModel model;
    assert_true(memory_fit_model(log, &wish, &model));
    assert_true(share > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_memory_is_found_again),
        cmocka_unit_test(the_fit_is_never_worse_than_the_published_weights_on_what_it_saw),
        cmocka_unit_test(too_few_reviews_change_nothing),
        cmocka_unit_test(few_reviews_do_not_lead_astray),
        cmocka_unit_test(what_is_new_says_more),
        cmocka_unit_test(weights_are_the_same_for_any_number_of_threads),
        cmocka_unit_test(a_refit_on_a_little_more_moves_little),
        cmocka_unit_test(a_model_before_of_another_algorithm_is_not_looked_at),
        cmocka_unit_test(nothing_that_a_log_may_hold_leads_out_of_bounds),
        cmocka_unit_test(it_stops_when_told_to),
        cmocka_unit_test(progress_only_goes_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
