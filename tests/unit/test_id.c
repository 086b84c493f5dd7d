/* Tests of platform/id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/id.h"

enum { THREADS = 4, IDS_A_THREAD = 50000 };

static const gint64 EPOCH = G_GINT64_CONSTANT(1704067200000); /* 2024-01-01 in milliseconds */

static void ids_are_positive_and_rise(void **state)
{
    gint64 previous = 0;
    for (int i = 0; i < IDS_A_THREAD; i++) {
        gint64 id = id_new();
        assert_true(id > previous);
        previous = id;
    }
}

static void an_id_tells_when_it_was_made(void **state)
{
    clock_shift(CLOCK_DAY); /* past whatever millisecond the tests before have counted into */
    gint64 before = clock_now() / 1000;
    gint64 made = (id_new() >> 21) + EPOCH;
    gint64 after = clock_now() / 1000;
    clock_shift(0);
    assert_true(made >= before && made <= after);
}

static void ids_follow_a_clock_that_is_set_back_on_purpose(void **state)
{
    gint64 now = id_new();
    clock_shift(-90 * CLOCK_DAY);
    gint64 past = id_new();
    clock_shift(0);
    gint64 again = id_new();
    assert_true(past < now);
    assert_true(again > past);
}

static void ids_rise_although_the_clock_is_corrected(void **state)
{
    gint64 now = id_new();
    clock_shift(-2 * CLOCK_SECOND);
    gint64 corrected = id_new();
    clock_shift(0);
    assert_true(corrected > now);
}

static void ids_of_different_milliseconds_do_not_start_alike(void **state)
{
    gint64 alike = 0;
    for (int day = 1; day <= 20; day++) {
        clock_shift(day * CLOCK_DAY);
        gint64 first = id_new() & 0x1fffff;
        clock_shift(day * CLOCK_DAY + CLOCK_HOUR);
        gint64 second = id_new() & 0x1fffff;
        alike += first == second;
    }
    clock_shift(0);
    assert_true(alike < 5);
}

static gpointer make_ids(gpointer data)
{
    gint64 *ids = data;
    for (int i = 0; i < IDS_A_THREAD; i++)
        ids[i] = id_new();
    return NULL;
}

static void ids_of_all_threads_differ(void **state)
{
    g_autofree gint64 *ids = g_new(gint64, THREADS * IDS_A_THREAD);
    GThread *threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        threads[i] = g_thread_new("ids", make_ids, ids + i * IDS_A_THREAD);
    for (int i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (int i = 0; i < THREADS * IDS_A_THREAD; i++)
        assert_true(g_hash_table_add(seen, &ids[i]));
}

static void decimal_ids_are_read(void **state)
{
    gint64 id = 0;
    assert_true(id_parse("1", &id));
    assert_int_equal(id, 1);
    assert_true(id_parse("9223372036854775807", &id));
    assert_int_equal(id, G_MAXINT64);
}

static void what_is_not_an_id_is_refused(void **state)
{
    static const char *const wrong[] = { "",
                                         "0",
                                         "-1",
                                         "+1",
                                         " 1",
                                         "1 ",
                                         "01",
                                         "1.0",
                                         "0x1",
                                         "1e3",
                                         "abc",
                                         "1a",
                                         "9223372036854775808",
                                         "18446744073709551617",
                                         "１" };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        gint64 id = 42;
        if (id_parse(wrong[i], &id))
            fail_msg("\"%s\" was taken for an id", wrong[i]);
        assert_int_equal(id, 42);
    }
    gint64 id;
    assert_false(id_parse(NULL, &id));
}

static void ids_of_a_time_begin_where_it_says(void **state)
{
    gint64 now = clock_now();
    gint64 id = id_new();
    assert_true(id >= id_at(now));
    assert_true(id < id_at(now + 10 * CLOCK_SECOND));
    assert_true(id_at(now) > id_at(now - CLOCK_SECOND));
    assert_int_equal(id_at(0), 0);
    assert_true(id_at(G_MAXINT64) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_positive_and_rise),
        cmocka_unit_test(an_id_tells_when_it_was_made),
        cmocka_unit_test(ids_of_a_time_begin_where_it_says),
        cmocka_unit_test(ids_follow_a_clock_that_is_set_back_on_purpose),
        cmocka_unit_test(ids_rise_although_the_clock_is_corrected),
        cmocka_unit_test(ids_of_different_milliseconds_do_not_start_alike),
        cmocka_unit_test(ids_of_all_threads_differ),
        cmocka_unit_test(decimal_ids_are_read),
        cmocka_unit_test(what_is_not_an_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
