/* The line of progress, and its silence. */
#include "command/progress.h"

#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_line(double share, double seconds, guint columns, const char *expected)
{
    g_autofree char *line = progress_line("Reading", share, seconds, columns);
    assert_string_equal(line, expected);
}

static void line_shows_what_is_done_and_the_time_left(void **state)
{
    assert_line(0, 5, 80, "Reading  [........................]   0 %");
    assert_line(0.5, 10, 80, "Reading  [############............]  50 %, 10 s left");
    assert_line(0.25, 30, 80, "Reading  [######..................]  25 %, 1 min 30 s left");
    assert_line(0.01, 100, 80, "Reading  [........................]   1 %, 2 h 45 min left");
    assert_line(1, 10, 80, "Reading  [########################] 100 %, 0 s left");
    assert_line(7, 10, 80, "Reading  [########################] 100 %, 0 s left");
}

static void line_shows_the_time_taken_when_the_whole_is_unknown(void **state)
{
    assert_line(-1, 61.5, 80, "Reading  1 min 02 s");
}

static void line_keeps_within_the_terminal(void **state)
{
    assert_line(0.5, 10, 12, "Reading  [##");
}

/* What `run` writes to stderr; a few lines at most, since nobody reads until it is done. */
static char *written_to(int written, int read_end, void (*run)(void))
{
    int before = dup(STDERR_FILENO);
    dup2(written, STDERR_FILENO);
    run();
    dup2(before, STDERR_FILENO);
    close(before);
    close(written); /* the reader meets the end, or of a terminal an error, behind what was written */
    GString *text = g_string_new(NULL);
    char bytes[256];
    gssize n;
    while ((n = read(read_end, bytes, sizeof bytes)) > 0)
        g_string_append_len(text, bytes, n);
    close(read_end);
    return g_string_free(text, FALSE);
}

static void go_on_for_three_seconds(void)
{
    g_autoptr(Progress) progress = progress_new("Reading");
    gint64 started = g_get_monotonic_time();
    progress_set_at(progress, 0.125, started + G_USEC_PER_SEC / 2);
    progress_set_at(progress, 0.5, started + 2 * G_USEC_PER_SEC);
    progress_set_at(progress, 0.625, started + 2 * G_USEC_PER_SEC + G_USEC_PER_SEC / 20);
    progress_set_at(progress, 0.75, started + 3 * G_USEC_PER_SEC);
}

static guint count(const char *text, const char *part)
{
    guint n = 0;
    for (const char *found = strstr(text, part); found; found = strstr(found + 1, part))
        n++;
    return n;
}

static void a_terminal_gets_a_line_after_a_second_and_not_too_often(void **state)
{
    int terminal = -1;
    int keyboard = -1;
    assert_int_equal(openpty(&keyboard, &terminal, NULL, NULL, NULL), 0);
    g_autofree char *written = written_to(terminal, keyboard, go_on_for_three_seconds);
    assert_int_equal(count(written, "Reading"), 2);
    assert_int_equal(count(written, " 50 %, 2 s left") + count(written, " 50 %, 3 s left"), 1);
    assert_int_equal(count(written, " 75 %"), 1);
    assert_true(g_str_has_suffix(written, "\r\033[K"));
}

static void nothing_is_written_where_there_is_no_terminal(void **state)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    g_autofree char *written = written_to(ends[1], ends[0], go_on_for_three_seconds);
    assert_string_equal(written, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_shows_what_is_done_and_the_time_left),
        cmocka_unit_test(line_shows_the_time_taken_when_the_whole_is_unknown),
        cmocka_unit_test(line_keeps_within_the_terminal),
        cmocka_unit_test(a_terminal_gets_a_line_after_a_second_and_not_too_often),
        cmocka_unit_test(nothing_is_written_where_there_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
