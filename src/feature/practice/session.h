/* Sessions: planned bursts. Plans one, finds it again, ends it, and says what it did. */
#pragma once

#include "engine/plan/plan.h"
#include "feature/practice/practice_db.h"
#include "platform/clock.h"

#define SESSION_OPEN_FOR (12 * CLOCK_HOUR) /* an unfinished session is gone on with for this long */

typedef struct {
    int minutes;       /* 0: the person's own */
    gboolean early;    /* practise though nothing is due */
    gint64 concept_id; /* only this concept; 0: whatever is best */
    const char *kind;  /* "daily" */
} SessionWish;

/* The unfinished session of the last twelve hours, or a new one, already kept. Free with session_free. */
Session *session_begin(App *app, const HttpIdentity *who, const SessionWish *wish, gboolean *resumed,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Why an entry is there, in the words of the interface for programs, NULL-terminated. */
extern const char *const session_why_names[];

/* "Fading: 71 % now, 52 % by Friday if you wait", of an entry that was planned at `planned_at`, by the days of `zone`.
 * Free with g_free. */
char *session_reason(const SessionEntry *entry, gint64 planned_at, GTimeZone *zone);

/* An entry for the exercise `exercise_id` of a concept as it was planned, at `position` of a session. */
SessionEntry *session_entry_new(const PlanEntry *planned, gint64 concept_id, gint64 exercise_id, int version,
                                int position);

/* Ends the session (again: only the note is taken). */
gboolean session_finish(App *app, const HttpIdentity *who, gint64 session_id, const char *note,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
