/* Progress: one line on stderr while something takes longer than a second: what is done, of how much, and the time
 * left. Silent when stderr is no terminal. Hides the terminal and the clock. */
#pragma once

#include <glib.h>

typedef struct Progress Progress;

/* Begins the clock. `what` is what goes on ("Reading reviews.csv"); copied. Free with progress_free. */
Progress *progress_new(const char *what);
/* `share` of it, 0..1, is done; negative: there is no saying. Any thread may call it, as often as it likes. */
void progress_set(Progress *progress, double share);
/* The same at a moment of g_get_monotonic_time. */
void progress_set_at(Progress *progress, double share, gint64 now);
/* Takes the line away. */
void progress_free(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* The line itself, at most `columns` wide, for a share after so many seconds. Free with g_free. */
char *progress_line(const char *what, double share, double seconds, guint columns);
