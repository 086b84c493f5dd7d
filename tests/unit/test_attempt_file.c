/* Attempt files: what is read, what is put right and noted, and what is refused. */
#include "command/attempt_file.h"
#include "platform/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

typedef struct {
    AttemptFile *file;
    GString *notes;
    GError *error;
} Read;

static void read_clear(Read *read)
{
    g_clear_pointer(&read->file, attempt_file_free);
    g_clear_error(&read->error);
    g_string_free(read->notes, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Read, read_clear)

/* Messages name the file "attempts.csv". */
static Read read_text(const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("whet-attempts-XXXXXX", NULL);
    g_autofree char *before = g_get_current_dir();
    assert_int_equal(g_chdir(folder), 0);
    assert_true(g_file_set_contents("attempts.csv", text, -1, NULL));
    Read read = { .notes = g_string_new(NULL) };
    read.file = attempt_file_read("attempts.csv", read.notes, &read.error);
    assert_true((read.file == NULL) == (read.error != NULL));
    g_unlink("attempts.csv");
    assert_int_equal(g_chdir(before), 0);
    g_rmdir(folder);
    return read;
}

static void assert_error(const char *text, const char *expected)
{
    g_auto(Read) read = read_text(text);
    if (!read.error)
        fail_msg("no error in %s", text);
    assert_true(g_error_matches(read.error, WHET_ERROR, WHET_ERROR_INVALID));
    assert_string_equal(read.error->message, expected);
}

static const char *skill_name(const AttemptFile *file, const Attempt *attempt, guint i)
{
    return names_text(file->skills, file->log->skills[attempt->first_skill + i]);
}

static void attempts_are_grouped_by_learner_with_names_and_splits(void **state)
{
    g_auto(Read) read = read_text("split,learner,item,skill,time,correct\ntrain,ann,q1,s,1,1\ntest,bob,q2,,1,0\n"
                                  "test,ann,q2,s,2,0.25\n");
    assert_non_null(read.file);
    const AttemptLog *log = read.file->log;
    assert_true(read.file->has_split);
    assert_int_equal(log->n, 3);
    assert_int_equal(log->n_learners, 2);
    assert_int_equal(log->n_items, 2);
    assert_int_equal(log->n_skills, 1);
    const Attempt *second = &log->attempts[1];
    assert_int_equal(second->row, 2);
    assert_int_equal(second->learner, 0);
    assert_int_equal(second->is_test, 1);
    assert_true(second->time == 2);
    assert_true(second->score == 0.25f);
    assert_string_equal(names_text(read.file->items, second->item), "q2");
    assert_string_equal(names_text(read.file->learners, log->attempts[2].learner), "bob");
    assert_int_equal(log->attempts[0].is_test, 0);
    assert_int_equal(log->attempts[2].n_skills, 0);
    assert_string_equal(read.notes->str, "");
}

static void without_a_split_everything_is_train(void **state)
{
    g_auto(Read) read = read_text("learner,item,skill,time,correct\na,q,s,1,1\na,q,s,2,0\n");
    assert_false(read.file->has_split);
    assert_int_equal(read.file->log->attempts[0].is_test, 0);
    assert_int_equal(read.file->log->attempts[1].is_test, 0);
}

static void skills_are_a_list_of_different_names(void **state)
{
    g_auto(Read) read = read_text("learner,item,skill,time,correct\na,q,x; y ;;x,1,1\na,r,y,2,1\na,s,x; y ;;x,3,1\n");
    const AttemptLog *log = read.file->log;
    assert_int_equal(log->n_skills, 2);
    assert_int_equal(log->attempts[0].n_skills, 2);
    assert_string_equal(skill_name(read.file, &log->attempts[0], 0), "x");
    assert_string_equal(skill_name(read.file, &log->attempts[0], 1), "y");
    assert_int_equal(log->attempts[1].n_skills, 1);
    assert_string_equal(skill_name(read.file, &log->attempts[1], 0), "y");
    assert_int_equal(log->attempts[2].first_skill, log->attempts[0].first_skill);
}

static void skills_of_an_attempt_are_bounded(void **state)
{
    g_autoptr(GString) text = g_string_new("learner,item,skill,time,correct\na,q,");
    for (int i = 0; i < ATTEMPT_SKILLS_MOST; i++)
        g_string_append_printf(text, "%d;", i);
    g_autofree char *most = g_strconcat(text->str, ",1,1\n", NULL);
    g_auto(Read) read = read_text(most);
    assert_int_equal(read.file->log->attempts[0].n_skills, ATTEMPT_SKILLS_MOST);
    g_autofree char *over = g_strconcat(text->str, "more,1,1\n", NULL);
    assert_error(over, "attempts.csv, line 2: there are more than 64 skills");
}

static void times_that_go_back_are_sorted_and_noted(void **state)
{
    g_auto(Read) read =
        read_text("learner,item,skill,time,correct\na,q,,5,1\nb,q,,1,1\na,r,,3,1\na,s,,5,0\na,t,,3,0\n");
    const guint rows[] = { 2, 4, 0, 3, 1 };
    for (guint i = 0; i < 5; i++)
        assert_int_equal(read.file->log->attempts[i].row, rows[i]);
    assert_string_equal(read.notes->str, "attempts.csv: 2 rows are earlier than one above them of their learner, and "
                                         "were sorted by time, the first in line 4\n");
}

static void equal_times_stay_in_the_order_of_the_file(void **state)
{
    g_auto(Read) read = read_text("learner,item,skill,time,correct\na,q,,0,1\nb,q,,0,1\na,r,,0,0\na,s,,0,1\n");
    const guint rows[] = { 0, 2, 3, 1 };
    for (guint i = 0; i < 4; i++)
        assert_int_equal(read.file->log->attempts[i].row, rows[i]);
    assert_string_equal(read.notes->str, "");
}

static void copies_are_kept_and_noted(void **state)
{
    g_auto(Read) read = read_text("learner,item,skill,time,correct\na,q,s,1,1\nb,q,s,1,1\n\na,q,s,1,1\na,q,s,1,0\n");
    assert_int_equal(read.file->log->n, 4);
    assert_string_equal(read.notes->str, "attempts.csv: 1 row is the same as the one before it of its learner; it was "
                                         "kept as an attempt of its own, the first in line 5\n");
}

static void absurd_values_are_refused(void **state)
{
    assert_error("learner,item,skill,time,correct\n,q,s,1,1\n", "attempts.csv, line 2: the learner is empty");
    assert_error("learner,item,skill,time,correct\na,,s,1,1\n", "attempts.csv, line 2: the item is empty");
    assert_error("learner,item,skill,time,correct\na,q,s,-1,1\n", "attempts.csv, line 2: time '-1' is negative");
    assert_error("learner,item,skill,time,correct\na,q,s,inf,1\n", "attempts.csv, line 2: time 'inf' is not a number");
    assert_error("learner,item,skill,time,correct\na,q,s,1700000000000,1\n",
                 "attempts.csv, line 2: time '1700000000000' is beyond the year 2200; it looks like milliseconds: "
                 "divide by 1000");
    assert_error("learner,item,skill,time,correct\na,q,s,1,1\na,q,s,2,2\n",
                 "attempts.csv, line 3: correct '2' is not between 0 and 1");
    assert_error("learner,item,skill,time,correct\na,q,s,1,true\n",
                 "attempts.csv, line 2: correct 'true' is not a number");
    assert_error("learner,item,skill,time,correct,split\na,q,s,1,1,train\na,q,s,1,1,valid\n",
                 "attempts.csv, line 3: split 'valid' is neither train nor test");
}

static void a_file_without_attempts_is_refused(void **state)
{
    assert_error("", "attempts.csv: the file is empty");
    assert_error("learner,item,skill,time,correct\n", "attempts.csv: there is a header, but no row");
    assert_error("learner,item,time,correct\na,q,1,1\n",
                 "attempts.csv, line 1: there is no column 'skill', only 'learner', 'item', 'time', 'correct'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_are_grouped_by_learner_with_names_and_splits),
        cmocka_unit_test(without_a_split_everything_is_train),
        cmocka_unit_test(skills_are_a_list_of_different_names),
        cmocka_unit_test(skills_of_an_attempt_are_bounded),
        cmocka_unit_test(times_that_go_back_are_sorted_and_noted),
        cmocka_unit_test(equal_times_stay_in_the_order_of_the_file),
        cmocka_unit_test(copies_are_kept_and_noted),
        cmocka_unit_test(absurd_values_are_refused),
        cmocka_unit_test(a_file_without_attempts_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
