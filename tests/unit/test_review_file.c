/* Review files: what is read, what is put right and noted, and what is refused. */
#include "command/review_file.h"
#include "platform/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    ReviewFile *file;
    GString *notes;
    GError *error;
} Read;

static void read_clear(Read *read)
{
    g_clear_pointer(&read->file, review_file_free);
    g_clear_error(&read->error);
    g_string_free(read->notes, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Read, read_clear)

/* Messages name the file "reviews.csv". */
static Read read_text(const char *text, ReviewUnit unit)
{
    g_autofree char *folder = g_dir_make_tmp("whet-reviews-XXXXXX", NULL);
    g_autofree char *before = g_get_current_dir();
    assert_int_equal(g_chdir(folder), 0);
    assert_true(g_file_set_contents("reviews.csv", text, -1, NULL));
    Read read = { .notes = g_string_new(NULL) };
    read.file = review_file_read("reviews.csv", unit, read.notes, &read.error);
    assert_true((read.file == NULL) == (read.error != NULL));
    g_unlink("reviews.csv");
    assert_int_equal(g_chdir(before), 0);
    g_rmdir(folder);
    return read;
}

static void assert_error(const char *text, ReviewUnit unit, const char *expected)
{
    g_auto(Read) read = read_text(text, unit);
    if (!read.error)
        fail_msg("no error in %s", text);
    assert_true(g_error_matches(read.error, WHET_ERROR, WHET_ERROR_INVALID));
    assert_string_equal(read.error->message, expected);
}

static void cards_are_numbered_and_reviews_keep_their_row(void **state)
{
    g_auto(Read) read =
        read_text("rating,card,time\r\n3,b,1700000000\r\n1,a,1700000100.5\r\n4,b,1700172800\r\n", REVIEW_UNIT_SECONDS);
    assert_non_null(read.file);
    const ReviewLog *log = read.file->log;
    assert_int_equal(log->n, 3);
    assert_int_equal(log->n_cards, 2);
    assert_int_equal(read.file->n_rows, 3);
    assert_int_equal(names_count(read.file->cards), 2);
    assert_string_equal(names_text(read.file->cards, 0), "b");
    assert_string_equal(names_text(read.file->cards, 1), "a");
    assert_int_equal(log->reviews[1].source, 2);
    assert_int_equal(log->reviews[1].rating, 4);
    assert_int_equal(log->reviews[2].source, 1);
    assert_true(log->reviews[2].time == 1700000100.5 / 86400);
    assert_true(log->exact[1] == log->reviews[1].time - log->reviews[0].time);
    assert_string_equal(read.notes->str, "");
}

/* 1700020800 is 2023-11-15T04:00:00Z. */
static void days_begin_at_four_in_the_morning(void **state)
{
    g_auto(Read) read = read_text("card,time,rating\na,1700020799,3\na,1700020800,3\na,1700107199,3\na,1700107200,3\n",
                                  REVIEW_UNIT_SECONDS);
    const gint32 gaps[] = { 0, 1, 0, 1 };
    for (guint i = 0; i < 4; i++)
        assert_int_equal(read.file->log->calendar[i], gaps[i]);
    assert_int_equal(read.file->log->reviews[0].day, 19675);
}

static void days_are_whole_numbers_of_time_in_days(void **state)
{
    g_auto(Read) read = read_text("card,time,rating\na,0,3\na,0.9,3\na,1,3\na,3.5,3\n", REVIEW_UNIT_DAYS);
    const gint32 gaps[] = { 0, 0, 1, 2 };
    const double exact[] = { 0, 0.9, 0.1, 2.5 };
    for (guint i = 0; i < 4; i++) {
        assert_int_equal(read.file->log->calendar[i], gaps[i]);
        assert_float_equal(read.file->log->exact[i], exact[i], 1e-12);
    }
    assert_string_equal(read.notes->str, "");
}

static void several_reviews_of_a_day_stay_in_the_order_of_the_file(void **state)
{
    g_auto(Read) read = read_text("card,time,rating\na,5,1\na,5,3\na,5,3\na,5,4\n", REVIEW_UNIT_DAYS);
    assert_int_equal(read.file->log->n, 4);
    const guint ratings[] = { 1, 3, 3, 4 };
    for (guint i = 0; i < 4; i++)
        assert_int_equal(read.file->log->reviews[i].rating, ratings[i]);
    assert_string_equal(read.notes->str, "");
}

static void rows_out_of_order_are_sorted_and_noted(void **state)
{
    g_auto(Read) read = read_text("card,time,rating\na,1700000300,1\nb,1700000000,2\na,1700000200,3\na,1700000250,4\n",
                                  REVIEW_UNIT_SECONDS);
    const guint sources[] = { 2, 3, 0, 1 };
    for (guint i = 0; i < 4; i++)
        assert_int_equal(read.file->log->reviews[i].source, sources[i]);
    assert_string_equal(read.notes->str, "reviews.csv: 2 rows are earlier than one above them of their card, and were "
                                         "sorted by time, the first in line 4\n");
}

static void copies_are_dropped_and_noted(void **state)
{
    g_auto(Read) read = read_text("card,time,rating\nb,1700000300,1\nb,1700000300,1\na,1700000100,3\n"
                                  "\nb,1700000300,1.0\na,1700000200,3\na,1700000100,3\n",
                                  REVIEW_UNIT_SECONDS);
    assert_int_equal(read.file->log->n, 3);
    assert_int_equal(read.file->n_rows, 6);
    assert_int_equal(read.file->log->reviews[0].source, 0);
    assert_int_equal(read.file->log->reviews[1].source, 2);
    assert_int_equal(read.file->log->reviews[2].source, 4);
    assert_int_equal(read.file->log->first[1], 1);
    assert_true(read.file->log->exact[2] > 0);
    assert_non_null(strstr(read.notes->str, "reviews.csv: 3 rows repeat the card, time and rating of another, and were "
                                            "dropped, the first in line 3\n"));
}

static void two_ratings_at_the_same_time_are_refused(void **state)
{
    assert_error("card,time,rating\na,1700000000,1\nb,1700000000,1\n\na,1700000000,3\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, lines 2 and 5: card 'a' is rated 1 and 3 at the same time");
}

static void an_unknown_rating_is_refused(void **state)
{
    assert_error("card,time,rating\na,1700000000,3\na,1700000001,5\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 3: rating '5' is not between 1 and 4");
    assert_error("card,time,rating\na,1700000000,0\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 2: rating '0' is not between 1 and 4");
    assert_error("card,time,rating\na,1700000000,good\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 2: rating 'good' is not a whole number");
    assert_error("card,time,rating\na,1700000000,2.5\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 2: rating '2.5' is not a whole number");
}

static void an_absurd_time_is_refused(void **state)
{
    assert_error("card,time,rating\na,-1,3\n", REVIEW_UNIT_SECONDS, "reviews.csv, line 2: time '-1' is negative");
    assert_error("card,time,rating\na,nan,3\n", REVIEW_UNIT_SECONDS, "reviews.csv, line 2: time 'nan' is not a number");
    assert_error("card,time,rating\na,,3\n", REVIEW_UNIT_SECONDS, "reviews.csv, line 2: time '' is not a number");
    assert_error("card,time,rating\na,1e300,3\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 2: time '1e300' is beyond the year 2200");
    assert_error("card,time,rating\na,7289654400,3\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 2: time '7289654400' is beyond the year 2200");
    g_auto(Read) last = read_text("card,time,rating\na,7289654399,3\n", REVIEW_UNIT_SECONDS);
    assert_non_null(last.file);
}

static void a_time_in_another_unit_is_recognised(void **state)
{
    assert_error(
        "card,time,rating\na,1700000000000,3\n", REVIEW_UNIT_SECONDS,
        "reviews.csv, line 2: time '1700000000000' is beyond the year 2200; it looks like milliseconds: divide "
        "by 1000");
    assert_error("card,time,rating\na,1700000000,3\n", REVIEW_UNIT_DAYS,
                 "reviews.csv, line 2: time '1700000000' is beyond the year 2200; it looks like seconds: leave out "
                 "--unit days");
    g_auto(Read) days = read_text("card,time,rating\na,0,3\na,19000,3\n", REVIEW_UNIT_SECONDS);
    assert_non_null(days.file);
    assert_string_equal(days.notes->str,
                        "reviews.csv: as seconds, all times are before 1980; if they are days, say --unit days\n");
}

static void a_file_without_reviews_is_refused(void **state)
{
    assert_error("", REVIEW_UNIT_SECONDS, "reviews.csv: the file is empty");
    assert_error("card,time,rating\n\n", REVIEW_UNIT_SECONDS, "reviews.csv: there is a header, but no row");
    assert_error("card,time\na,1\n", REVIEW_UNIT_SECONDS,
                 "reviews.csv, line 1: there is no column 'rating', only 'card', 'time'");
}

static void a_card_without_a_name_is_refused(void **state)
{
    assert_error("card,time,rating\n,1700000000,3\n", REVIEW_UNIT_SECONDS, "reviews.csv, line 2: the card is empty");
}

static void every_card_gets_its_own_number_however_many_there_are(void **state)
{
    enum { CARDS = 5000, ROUNDS = 3 };
    g_autoptr(GString) text = g_string_new("card,time,rating\n");
    for (int round = 0; round < ROUNDS; round++)
        for (int card = 0; card < CARDS; card++)
            g_string_append_printf(text, "card %d,%d,3\n", card, round);
    g_auto(Read) read = read_text(text->str, REVIEW_UNIT_DAYS);
    assert_int_equal(read.file->log->n_cards, CARDS);
    for (guint card = 0; card < CARDS; card++) {
        g_autofree char *name = g_strdup_printf("card %u", card);
        assert_string_equal(names_text(read.file->cards, card), name);
        assert_int_equal(read.file->log->first[card + 1] - read.file->log->first[card], ROUNDS);
    }
}

static void a_unit_is_known_by_its_name(void **state)
{
    g_autoptr(GError) error = NULL;
    ReviewUnit unit = REVIEW_UNIT_SECONDS;
    assert_true(review_unit_parse("days", &unit, NULL));
    assert_int_equal(unit, REVIEW_UNIT_DAYS);
    assert_true(review_unit_parse("seconds", &unit, NULL));
    assert_int_equal(unit, REVIEW_UNIT_SECONDS);
    assert_false(review_unit_parse("weeks", &unit, &error));
    assert_string_equal(error->message, "the unit is seconds or days, not 'weeks'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_are_numbered_and_reviews_keep_their_row),
        cmocka_unit_test(days_begin_at_four_in_the_morning),
        cmocka_unit_test(days_are_whole_numbers_of_time_in_days),
        cmocka_unit_test(several_reviews_of_a_day_stay_in_the_order_of_the_file),
        cmocka_unit_test(rows_out_of_order_are_sorted_and_noted),
        cmocka_unit_test(copies_are_dropped_and_noted),
        cmocka_unit_test(two_ratings_at_the_same_time_are_refused),
        cmocka_unit_test(an_unknown_rating_is_refused),
        cmocka_unit_test(an_absurd_time_is_refused),
        cmocka_unit_test(a_time_in_another_unit_is_recognised),
        cmocka_unit_test(a_file_without_reviews_is_refused),
        cmocka_unit_test(a_card_without_a_name_is_refused),
        cmocka_unit_test(every_card_gets_its_own_number_however_many_there_are),
        cmocka_unit_test(a_unit_is_known_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
