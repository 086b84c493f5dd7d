/* Plan: which exercises now, in which order, within the time budget.
 *
 * Due concepts first, by the loss that waiting would cause, confidently wrong ones before the rest; then new concepts
 * whose requirements are known. For each concept the exercise whose predicted success is nearest the target. Kinds are
 * interleaved, never the same exercise twice running, production (explain, voice, role-play) at least a third of the
 * minutes where there is material. Never over budget (but one exercise is always planned, if there is one). Pure and
 * deterministic for a seed; O(concepts + chosen log concepts). */
#pragma once

#include "engine/challenge.h"
#include "engine/memory.h"

typedef struct {
    gint64 id;
    int kind;        /* small number, used for interleaving only */
    gboolean graded; /* tests memory; ungraded ones (reflect) are planned only after a graded one of the same concept */
    gboolean production;
    double seconds; /* usual time */
    double floor;   /* guessing floor */
    ChallengeEstimate difficulty;
    gint64 attempted_at; /* µs, the person's last attempt at it; 0 never */
} PlanExercise;

typedef struct {
    gint64 id;
    MemoryState memory;         /* stability 0: never practised */
    double days_since;          /* since the last review; ignored when new */
    double retention;           /* desired, 0.85 or 0.90 */
    gboolean confidently_wrong; /* the last graded attempt was wrong and sure */
    ChallengeEstimate ability;  /* of the person in its skill */
    guint position;             /* order in which new concepts are introduced */
    const guint *requires;      /* indexes of concepts in the same array */
    guint n_requires;
    const PlanExercise *exercises;
    guint n_exercises;
} PlanConcept;

typedef enum {
    PLAN_SURE_AND_WRONG,
    PLAN_DUE,
    PLAN_NEW,
    PLAN_EARLY
} PlanWhy; /* EARLY: nothing is due or new, practised ahead by choice */

typedef struct {
    guint concept, exercise; /* indexes */
    PlanWhy why;
    double retrievability;       /* now; 0 when new */
    double retrievability_later; /* in PLAN_LATER_DAYS if not practised */
    double predicted;            /* success */
    double seconds;
    gboolean introduces; /* the first entry of a new concept: show its text before */
} PlanEntry;

#define PLAN_LATER_DAYS 3.0
#define PLAN_SURE_AND_WRONG_DAYS 0.5 /* a confident error returns the next morning, due or not */
/* A concept is due when its retrievability is at or below its retention, and a confidently wrong one half a day after
 * at the latest (the next morning). One that has only ungraded exercises is never planned. */

typedef struct {
    const MemoryModel *memory;
    double budget_seconds;
    const double *recent; /* scores of the person's last attempts, oldest first */
    gsize n_recent;
    guint new_most;       /* new concepts in this session at most */
    gboolean early;       /* plan concepts that are not due when nothing else is left ("practise anyway") */
    gint64 last_exercise; /* done just before: left out; 0 none */
    guint64 seed;         /* breaks ties */
} PlanWish;

/* The plan, PlanEntry in order. Owned by the caller (g_array_unref). A new concept gets two different exercises when it
 * has them. */
GArray *plan_session(const PlanConcept *concepts, guint n, const PlanWish *wish);
