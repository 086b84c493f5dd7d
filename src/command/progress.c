/* Draws at most a few times a second, on one line that it overwrites. */
#include "command/progress.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_OTHERWISE = 80, COLUMNS_MOST = 120, BAR_CELLS = 24 };

#define QUIET_MICROSECONDS G_USEC_PER_SEC
#define REDRAW_MICROSECONDS (G_USEC_PER_SEC / 5)
#define LINE_CLEAR "\r\033[K"

struct Progress {
    char *what;
    gboolean is_shown; /* stderr is a terminal */
    gint64 started;    /* microseconds, monotonic */
    GMutex mutex;      /* of what follows, and of the line */
    gint64 drawn;      /* the last time; 0 never */
};

Progress *progress_new(const char *what)
{
    Progress *progress = g_new0(Progress, 1);
    progress->what = g_strdup(what);
    progress->is_shown = isatty(STDERR_FILENO) == 1;
    progress->started = g_get_monotonic_time();
    g_mutex_init(&progress->mutex);
    return progress;
}

static guint terminal_columns(void)
{
    struct winsize window = { 0 };
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        return COLUMNS_OTHERWISE;
    return MIN(window.ws_col, COLUMNS_MOST);
}

static char *duration(double seconds)
{
    guint64 whole = (guint64)ceil(seconds);
    if (whole < 60)
        return g_strdup_printf("%" G_GUINT64_FORMAT " s", whole);
    if (whole < 60 * 60)
        return g_strdup_printf("%" G_GUINT64_FORMAT " min %02" G_GUINT64_FORMAT " s", whole / 60, whole % 60);
    return g_strdup_printf("%" G_GUINT64_FORMAT " h %02" G_GUINT64_FORMAT " min", whole / 3600, whole / 60 % 60);
}

static char *cut(const char *line, guint columns)
{
    return g_utf8_substring(line, 0, MIN((glong)columns, g_utf8_strlen(line, -1)));
}

char *progress_line(const char *what, double share, double seconds, guint columns)
{
    if (!(share >= 0)) {
        g_autofree char *since = duration(seconds);
        g_autofree char *line = g_strdup_printf("%s  %s", what, since);
        return cut(line, columns);
    }
    share = MIN(share, 1.0);
    guint done = (guint)(share * BAR_CELLS);
    g_autofree char *full = g_strnfill(done, '#');
    g_autofree char *rest = g_strnfill(BAR_CELLS - done, '.');
    g_autofree char *left = share > 0 ? duration(seconds * (1 - share) / share) : NULL;
    g_autofree char *line = g_strdup_printf("%s  [%s%s] %3.0f %%%s%s%s", what, full, rest, floor(share * 100),
                                            left ? ", " : "", left ? left : "", left ? " left" : "");
    return cut(line, columns);
}

static void draw(Progress *progress, double share, gint64 now)
{
    double seconds = (double)(now - progress->started) / G_USEC_PER_SEC;
    g_autofree char *line = progress_line(progress->what, share, seconds, terminal_columns() - 1);
    g_printerr(LINE_CLEAR "%s", line);
    progress->drawn = now;
}

void progress_set_at(Progress *progress, double share, gint64 now)
{
    if (!progress->is_shown || now - progress->started < QUIET_MICROSECONDS)
        return;
    g_mutex_lock(&progress->mutex);
    if (now - progress->drawn >= REDRAW_MICROSECONDS)
        draw(progress, share, now);
    g_mutex_unlock(&progress->mutex);
}

void progress_set(Progress *progress, double share)
{
    progress_set_at(progress, share, g_get_monotonic_time());
}

void progress_free(Progress *progress)
{
    if (progress->drawn)
        g_printerr(LINE_CLEAR);
    g_mutex_clear(&progress->mutex);
    g_free(progress->what);
    g_free(progress);
}
