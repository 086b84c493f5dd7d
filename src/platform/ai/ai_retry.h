/* When to ask again. Private to this folder. Pure: time and chance are arguments. */
#pragma once

#include <glib.h>

/* `failures`: tries so far, from 1. `retry_after`: what the server asked for, in seconds; 0 when it did not. `chance`
 * (0..1) decides how much of the longest rest is taken. Times in microseconds.
 *
 * The rest is anything from nothing to half a second doubled with each failure, at most 8 s: "full jitter" (M. Brooker,
 * Exponential Backoff And Jitter, AWS Architecture Blog, 2015). A server's Retry-After is kept, and a little more by
 * chance, so that those who were refused together do not come back together; one of more than 30 s is not waited for.
 *
 * FALSE when there is no time left for it before `deadline`, or no try. */
gboolean ai_retry_at(gint64 now, gint64 deadline, guint failures, gint64 retry_after, double chance, gint64 *at);
