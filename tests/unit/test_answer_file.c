/* Answer files: what is read, what is noted, and what is refused. */
#include "command/answer_file.h"
#include "platform/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    AnswerFile *file;
    GString *notes;
    GError *error;
} Read;

static void read_clear(Read *read)
{
    g_clear_pointer(&read->file, answer_file_free);
    g_clear_error(&read->error);
    g_string_free(read->notes, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Read, read_clear)

/* Messages name the file "answers.tsv". */
static Read read_text(const char *text)
{
    g_autofree char *folder = g_dir_make_tmp("whet-answers-XXXXXX", NULL);
    g_autofree char *before = g_get_current_dir();
    assert_int_equal(g_chdir(folder), 0);
    assert_true(g_file_set_contents("answers.tsv", text, -1, NULL));
    Read read = { .notes = g_string_new(NULL) };
    read.file = answer_file_read("answers.tsv", read.notes, &read.error);
    assert_true((read.file == NULL) == (read.error != NULL));
    g_unlink("answers.tsv");
    assert_int_equal(g_chdir(before), 0);
    g_rmdir(folder);
    return read;
}

#define HEADER "id\tquestion\treference\tanswer\tscore\tsplit\tquestion_id\n"

static void assert_error(const char *text, const char *expected)
{
    g_auto(Read) read = read_text(text);
    if (!read.error)
        fail_msg("no error in %s", text);
    assert_true(g_error_matches(read.error, WHET_ERROR, WHET_ERROR_INVALID));
    assert_non_null(strstr(read.error->message, expected));
}

static void questions_are_known_by_their_id(void **unused)
{
    g_auto(Read) read = read_text(HEADER "1\tWhy?\ta || b||\tx\t1\ttrain\tq1\n2\tWhy?\tc\ty\t0\tUQ\tq2\n"
                                         "3\tWhy?\ta || b||\tz \"\t0.5\tUA\tq1\n");
    assert_non_null(read.file);
    const TrialSet *set = &read.file->set;
    assert_int_equal(set->n_questions, 2);
    assert_int_equal(set->n_rows, 3);
    assert_int_equal(set->questions[0].n_references, 2);
    assert_string_equal(set->questions[0].references[1], "b");
    assert_int_equal(set->rows[2].question, 0);
    assert_string_equal(set->rows[2].answer, "z \"");
    assert_true(set->rows[2].score == 0.5);
    assert_int_equal(set->rows[0].split, TRIAL_LEARN);
    assert_string_equal(names_text(read.file->splits, set->rows[2].split), "UA");
    assert_true(read.file->learns);
    assert_int_equal(read.file->levels->len, 3);
    assert_string_equal(read.notes->str, "");
}

static void without_an_id_the_text_of_the_question_says_which_it_is(void **unused)
{
    g_auto(Read) read = read_text("id\tquestion\treference\tanswer\tscore\n1\tWhy?\ta\tx\t1\n2\tHow?\ta\tx\t1\n"
                                  "3\tWhy?\ta\tx\t1\n");
    assert_int_equal(read.file->set.n_questions, 2);
    assert_int_equal(read.file->set.rows[2].question, 0);
    assert_false(read.file->learns);
    assert_string_equal(names_text(read.file->splits, read.file->set.rows[0].split), "all");
}

static void labels_are_taken_for_right_or_wrong(void **unused)
{
    g_auto(Read) read =
        read_text(HEADER "1\t\t\tx\tcorrect\ttrain\tq\n2\t\t\tx\tPartially-Correct incomplete\ttrain\tq\n"
                         "3\t\t\tx\tcontradictory\ttrain\tq\n4\t\t\tx\tIncorrect\ttrain\tq\n"
                         "5\t\t\tx\tnon_domain\ttrain\tq\n6\t\t\tx\tirrelevant\ttrain\tq\n");
    assert_non_null(read.file);
    for (guint i = 0; i < 6; i++)
        assert_true(read.file->set.rows[i].score == (i == 0));
    assert_int_equal(read.file->set.questions[0].n_references, 0);
}

static void rows_that_disagree_about_their_question_are_noted(void **unused)
{
    g_auto(Read) read = read_text(HEADER "1\tWhy?\ta\tx\t1\ttrain\tq\n2\tWhy?\tb\tx\t1\ttrain\tq\n");
    assert_non_null(strstr(read.notes->str, "line 3"));
    assert_string_equal(read.file->set.questions[0].references[0], "a");
}

static void scales_of_many_steps_are_judged_by_tenths(void **unused)
{
    g_autoptr(GString) text = g_string_new(HEADER);
    for (int i = 0; i < 40; i++)
        g_string_append_printf(text, "%d\tq\tr\ta\t%.3f\ttrain\tq\n", i, i / 40.0);
    g_auto(Read) read = read_text(text->str);
    assert_int_equal(read.file->levels->len, 11);
    assert_true(g_array_index(read.file->levels, double, 10) == 1);
}

static void what_is_no_score_is_refused(void **unused)
{
    assert_error(HEADER "1\tq\tr\ta\t2\ttrain\tq\n", "line 2");
    assert_error(HEADER "1\tq\tr\ta\t-0.5\ttrain\tq\n", "line 2");
    assert_error(HEADER "1\tq\tr\ta\t1e\ttrain\tq\n", "line 2");
    assert_error(HEADER "1\tq\tr\ta\tnan\ttrain\tq\n", "neither a number from 0 to 1 nor a label");
    assert_error(HEADER "1\tq\tr\ta\t\ttrain\tq\n", "neither a number from 0 to 1 nor a label");
    assert_error(HEADER "1\tq\tr\ta\tcorrectish\ttrain\tq\n", "'correctish'");
}

static void what_is_no_table_of_answers_is_refused(void **unused)
{
    assert_error("", "answers.tsv");
    assert_error(HEADER, "no row");
    assert_error("id\tquestion\tanswer\tscore\n1\tq\ta\t1\n", "reference");
    assert_error(HEADER "1\tq\tr\ta\t1\t\tq\n", "the split is empty");
    g_autoptr(GString) text = g_string_new(HEADER);
    for (int i = 0; i <= ANSWER_SPLITS_MOST; i++)
        g_string_append_printf(text, "%d\tq\tr\ta\t1\tpart%d\tq\n", i, i);
    assert_error(text->str, "more than 64 splits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_known_by_their_id),
        cmocka_unit_test(without_an_id_the_text_of_the_question_says_which_it_is),
        cmocka_unit_test(labels_are_taken_for_right_or_wrong),
        cmocka_unit_test(rows_that_disagree_about_their_question_are_noted),
        cmocka_unit_test(scales_of_many_steps_are_judged_by_tenths),
        cmocka_unit_test(what_is_no_score_is_refused),
        cmocka_unit_test(what_is_no_table_of_answers_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
