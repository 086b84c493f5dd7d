/* How long is rested, whose turn it is, when an endpoint counts as broken, and what is forgotten first: the parts of
 * the client of a language model that decide by numbers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "platform/ai/ai.h"
#include "platform/ai/ai_breaker.h"
#include "platform/ai/ai_cache.h"
#include "platform/ai/ai_dialect.h"
#include "platform/ai/ai_queue.h"
#include "platform/ai/ai_retry.h"
#include "platform/clock.h"

static const gint64 FAR = G_MAXINT64;

/* --- rest */

static gint64 rest(guint failures, gint64 retry_after, double chance)
{
    gint64 at = -1;
    return ai_retry_at(0, FAR, failures, retry_after, chance, &at) ? at : -1;
}

static void rest_is_anything_up_to_a_limit_that_doubles(void **state)
{
    assert_int_equal(rest(1, 0, 0), 0);
    assert_int_equal(rest(1, 0, 0.5), CLOCK_SECOND / 4);
    assert_int_equal(rest(1, 0, 1), CLOCK_SECOND / 2);
    assert_int_equal(rest(2, 0, 1), CLOCK_SECOND);
    assert_int_equal(rest(1, 0, 7), CLOCK_SECOND / 2);
}

static void what_the_server_asks_for_is_the_least_rest(void **state)
{
    assert_int_equal(rest(1, 3, 0), 3 * CLOCK_SECOND);
    assert_int_equal(rest(1, 3, 1), 3 * CLOCK_SECOND + CLOCK_SECOND / 2);
    assert_int_equal(rest(1, 30, 0), 30 * CLOCK_SECOND);
    assert_int_equal(rest(1, 31, 0), -1);
}

static void nothing_is_tried_too_often_or_too_late(void **state)
{
    gint64 at;
    assert_int_equal(rest(AI_TRIES_MOST, 0, 0), -1);
    assert_true(ai_retry_at(0, 3 * CLOCK_SECOND + 1, 1, 3, 0, &at));
    assert_false(ai_retry_at(0, 3 * CLOCK_SECOND, 1, 3, 0, &at));
}

/* --- the breaker */

static void fail_at(AiBreaker *breaker, gint64 now)
{
    gboolean is_probe;
    assert_true(ai_breaker_pass(breaker, now, &is_probe));
    ai_breaker_end(breaker, now, is_probe, AI_ENDED_BADLY);
}

static AiBreaker opened_at(gint64 now)
{
    AiBreaker breaker = { 0 };
    for (int i = 0; i < AI_BREAKER_FAILURES; i++)
        fail_at(&breaker, now);
    assert_int_equal(ai_breaker_pause(&breaker, now), 30 * CLOCK_SECOND);
    return breaker;
}

static void failures_far_apart_do_not_open_the_breaker(void **state)
{
    AiBreaker breaker = { 0 };
    for (int i = 0; i < 50; i++)
        fail_at(&breaker, i * 16 * CLOCK_SECOND);
    assert_int_equal(ai_breaker_pause(&breaker, 50 * 16 * CLOCK_SECOND), 0);
}

static void failures_with_a_success_between_do_not_open_the_breaker(void **state)
{
    AiBreaker breaker = { 0 };
    gboolean is_probe;
    for (int i = 0; i < 50; i++) {
        fail_at(&breaker, i);
        if (i % (AI_BREAKER_FAILURES - 1) == 0) {
            assert_true(ai_breaker_pass(&breaker, i, &is_probe));
            ai_breaker_end(&breaker, i, is_probe, AI_ENDED_WELL);
        }
    }
    assert_int_equal(ai_breaker_pause(&breaker, 50), 0);
}

static void open_breaker_lets_one_through_after_a_while(void **state)
{
    AiBreaker breaker = opened_at(0);
    gboolean is_probe;
    assert_false(ai_breaker_pass(&breaker, 30 * CLOCK_SECOND - 1, &is_probe));
    assert_true(ai_breaker_pass(&breaker, 30 * CLOCK_SECOND, &is_probe));
    assert_true(is_probe);
    assert_false(ai_breaker_pass(&breaker, 30 * CLOCK_SECOND, &is_probe));
    ai_breaker_end(&breaker, 31 * CLOCK_SECOND, TRUE, AI_ENDED_WELL);
    assert_true(ai_breaker_pass(&breaker, 31 * CLOCK_SECOND, &is_probe));
    assert_false(is_probe);
}

static void probe_that_fails_opens_the_breaker_anew(void **state)
{
    AiBreaker breaker = opened_at(0);
    fail_at(&breaker, 40 * CLOCK_SECOND);
    assert_int_equal(ai_breaker_pause(&breaker, 50 * CLOCK_SECOND), 20 * CLOCK_SECOND);
}

static void probe_that_was_cancelled_is_followed_by_another(void **state)
{
    AiBreaker breaker = opened_at(0);
    gboolean is_probe;
    assert_true(ai_breaker_pass(&breaker, 30 * CLOCK_SECOND, &is_probe));
    ai_breaker_end(&breaker, 31 * CLOCK_SECOND, is_probe, AI_ENDED_EARLY);
    assert_true(ai_breaker_pass(&breaker, 31 * CLOCK_SECOND, &is_probe));
    assert_true(is_probe);
}

static void try_from_before_the_breaker_opened_does_not_close_it(void **state)
{
    AiBreaker breaker = opened_at(0);
    ai_breaker_end(&breaker, 1, FALSE, AI_ENDED_WELL);
    assert_true(ai_breaker_pause(&breaker, 2) > 0);
    ai_breaker_end(&breaker, 20 * CLOCK_SECOND, FALSE, AI_ENDED_BADLY);
    assert_int_equal(ai_breaker_pause(&breaker, 20 * CLOCK_SECOND), 10 * CLOCK_SECOND);
}

/* --- the queue */

static void owners_take_turns(void **state)
{
    g_autoptr(AiQueue) queue = ai_queue_new();
    static char items[] = "aaabbc";
    static const gint64 owners[] = { 1, 1, 1, 2, 2, 3 };
    g_autoptr(GString) order = g_string_new(NULL);
    for (gsize i = 0; i < strlen(items); i++)
        ai_queue_push(queue, owners[i], &items[i]);
    for (char *item; (item = ai_queue_pop(queue));)
        g_string_append_c(order, *item);
    assert_string_equal(order->str, "abcaba");
    assert_true(ai_queue_is_empty(queue));
}

static void what_is_taken_out_of_the_queue_is_not_there(void **state)
{
    g_autoptr(AiQueue) queue = ai_queue_new();
    static char items[] = "abc";
    for (gint64 i = 0; i < 3; i++)
        ai_queue_push(queue, i / 2, &items[i]);
    ai_queue_remove(queue, 0, &items[0]);
    ai_queue_remove(queue, 1, &items[2]);
    ai_queue_remove(queue, 1, &items[2]);
    ai_queue_remove(queue, 9, &items[1]);
    assert_ptr_equal(ai_queue_pop(queue), &items[1]);
    assert_null(ai_queue_pop(queue));
}

/* --- the cache */

static gboolean is_kept(AiCache *cache, const char *key)
{
    g_autofree char *value = ai_cache_find(cache, key);
    return value != NULL;
}

static void what_was_not_asked_for_the_longest_is_forgotten_first(void **state)
{
    AiCache *cache = ai_cache_new(10000);
    g_autofree char *value = g_strnfill(2000, 'x');
    ai_cache_keep(cache, "a", value);
    ai_cache_keep(cache, "b", value);
    ai_cache_keep(cache, "c", value);
    ai_cache_keep(cache, "d", value);
    assert_true(is_kept(cache, "a"));
    ai_cache_keep(cache, "e", value);
    assert_true(is_kept(cache, "a") && is_kept(cache, "c") && is_kept(cache, "d") && is_kept(cache, "e"));
    assert_false(is_kept(cache, "b"));
    ai_cache_free(cache);
}

static void newer_value_takes_the_place_of_the_older(void **state)
{
    AiCache *cache = ai_cache_new(10000);
    g_autofree char *large = g_strnfill(2400, 'x');
    for (int i = 0; i < 100; i++)
        ai_cache_keep(cache, "a", large);
    ai_cache_keep(cache, "b", large);
    ai_cache_keep(cache, "a", "small");
    g_autofree char *found = ai_cache_find(cache, "a");
    assert_string_equal(found, "small");
    assert_true(is_kept(cache, "b"));
    ai_cache_free(cache);
}

static void value_that_would_push_out_the_others_is_not_kept(void **state)
{
    AiCache *cache = ai_cache_new(10000);
    g_autofree char *large = g_strnfill(2500, 'x');
    ai_cache_keep(cache, "a", large);
    assert_false(is_kept(cache, "a"));
    ai_cache_free(cache);
}

/* --- complaints */

static void complaint_leads_to_what_it_names_and_nothing_else(void **state)
{
    const guint all = (AI_WITHOUT_VERBOSE << 1) - 1, chat = all & ~(guint)AI_WITHOUT_VERBOSE;
    assert_int_equal(ai_dialect_yield("Unsupported parameter: 'MAX_TOKENS'", all), AI_WITHOUT_MAX_TOKENS);
    assert_int_equal(ai_dialect_yield("extra field: seed", all), AI_WITHOUT_SEED);
    assert_int_equal(ai_dialect_yield("extra field: seed", all & ~(guint)AI_WITHOUT_SEED), 0);
    assert_int_equal(ai_dialect_yield("response_format: bad", chat), AI_WITHOUT_SCHEMA);
    assert_int_equal(ai_dialect_yield("response_format: bad", chat & ~(guint)AI_WITHOUT_SCHEMA), AI_WITHOUT_FORMAT);
    assert_int_equal(ai_dialect_yield("failed to parse grammar", chat), AI_WITHOUT_SCHEMA);
    assert_int_equal(ai_dialect_yield("the model is not there", all), 0);
    assert_int_equal(ai_dialect_yield("", all), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rest_is_anything_up_to_a_limit_that_doubles),
        cmocka_unit_test(what_the_server_asks_for_is_the_least_rest),
        cmocka_unit_test(nothing_is_tried_too_often_or_too_late),
        cmocka_unit_test(failures_far_apart_do_not_open_the_breaker),
        cmocka_unit_test(failures_with_a_success_between_do_not_open_the_breaker),
        cmocka_unit_test(open_breaker_lets_one_through_after_a_while),
        cmocka_unit_test(probe_that_fails_opens_the_breaker_anew),
        cmocka_unit_test(probe_that_was_cancelled_is_followed_by_another),
        cmocka_unit_test(try_from_before_the_breaker_opened_does_not_close_it),
        cmocka_unit_test(owners_take_turns),
        cmocka_unit_test(what_is_taken_out_of_the_queue_is_not_there),
        cmocka_unit_test(what_was_not_asked_for_the_longest_is_forgotten_first),
        cmocka_unit_test(newer_value_takes_the_place_of_the_older),
        cmocka_unit_test(value_that_would_push_out_the_others_is_not_kept),
        cmocka_unit_test(complaint_leads_to_what_it_names_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
