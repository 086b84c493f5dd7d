/* Plan: which exercises now, in which order, within the time budget.
 *
 * Due concepts first, confidently wrong ones before the rest; then new concepts whose requirements are known. Due ones
 * come by the loss that waiting would cause; a backlog, as after a holiday, comes by descending retrievability, so that
 * what can still be saved is saved first, and while there is one nothing new is begun. For each concept the exercise
 * whose predicted success is nearest the target (engine/plan/target.h). Kinds are interleaved, never the same exercise
 * twice running, nor the one that was done just before.
 *
 * Never over budget (but one exercise is always planned, if there is one). Production (explain, voice, role-play) is at
 * least PLAN_PRODUCTION_SHARE of the seconds, except in a plan of one exercise, and when no graded exercise in the plan
 * could make way for one of its concept that produces, is not in the plan, was not done just before, and fits the time
 * that is left beside the others.
 *
 * Pure, and deterministic for a seed, in whatever order the concepts stand (their ids must differ). O(concepts + chosen
 * log concepts). */
#pragma once

#include "engine/challenge/challenge_weights.h"
#include "engine/memory/memory.h"
#include "engine/plan/target.h"

#define PLAN_LATER_DAYS 3.0 /* waiting is measured by recall so many days from now */
#define PLAN_PRODUCTION_SHARE (1.0 / 3)
#define PLAN_SURE_AND_WRONG_DAYS 0.5 /* a confident error returns the next morning, due or not */
/* More due than fits into so many sessions like this one (by the mean usual time of each concept's graded exercises) is
 * a backlog: what a few days of practice work off anyway need not change the order. */
#define PLAN_BACKLOG_SESSIONS 3.0
/* A concept that was failed in a session returns in it when so much of it has passed (the relearning step of Anki and
 * of FSRS's own schedulers), at its end when it is shorter, and always after so many other exercises. */
#define PLAN_RELEARN_SECONDS 600.0
enum { PLAN_RELEARN_BETWEEN = 2 };

/* A day on which things must be remembered: the first gap is at most this share of the days to it (best are 20 to 40 %
 * of a week, falling to 5 to 10 % of a year; Cepeda et al. 2008, Psychological Science 19), and in the last days
 * everything comes that would have fallen under its retention by then, each at least PLAN_DATE_APART_DAYS after it was
 * last practised. */
#define PLAN_DATE_FIRST_GAP 0.15
#define PLAN_DATE_LAST_DAYS 3.0
#define PLAN_DATE_APART_DAYS 0.5

typedef struct {
    gint64 id;
    int kind;        /* small number, used for interleaving only */
    gboolean graded; /* tests memory; ungraded ones (reflect) are planned only after a graded one of the same concept */
    gboolean production;
    double seconds; /* usual time */
    double floor;   /* guessing floor */
    ChallengeEstimate difficulty;
    gint64 attempted_at; /* µs, the person's last attempt at it; 0 never. Any number that orders them will do */
} PlanExercise;

/* Due when its retrievability is at or below its retention, and a confidently wrong one half a day after at the latest.
 * One that has only ungraded exercises is never planned. */
typedef struct {
    gint64 id;
    MemoryState memory;         /* stability 0: never practised */
    const MemoryModel *model;   /* that the memory is to be read with; NULL: that of the wish */
    double days_since;          /* since the last review; ignored when new */
    double due_days;            /* after the last review it is due (memory_interval at `retention`, as it is kept with
                                   the memory); 0: not known, then found by recall, which takes longer */
    guint reviews;              /* so far; looked at only with `days_to_date` */
    double days_to_date;        /* until the day on which it must be remembered; 0 or less: there is none */
    double retention;           /* desired, 0.85 or 0.90 */
    gboolean confidently_wrong; /* the last graded attempt was wrong and sure */
    ChallengeInput challenge;   /* of the person; recall, difficulty and floor are not looked at */
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
    PLAN_EARLY, /* nothing is due or new, practised ahead by choice */
    PLAN_AGAIN, /* failed in this session; plan_relearn only */
} PlanWhy;

typedef struct {
    guint concept, exercise; /* indexes */
    PlanWhy why;
    double retrievability;       /* now; 0 when new, 1 when again */
    double retrievability_later; /* in PLAN_LATER_DAYS if not practised; 0 when new or again */
    double predicted;            /* success */
    double seconds;
    gboolean introduces; /* the first entry of a new concept: show its text before */
} PlanEntry;

typedef struct {
    const MemoryModel *memory;
    const ChallengeWeights *weights; /* of predicted success; NULL: the shipped ones */
    double budget_seconds;
    const double *recent; /* scores of the person's last attempts, oldest first */
    gsize n_recent;
    TargetWish ease;      /* what the person wishes */
    guint new_most;       /* new concepts in this session at most */
    gboolean early;       /* plan concepts that are not due when nothing else is left ("practise anyway") */
    gint64 last_exercise; /* done just before: left out; 0 none */
    guint64 seed;         /* breaks ties */
} PlanWish;

/* The plan, PlanEntry in order. Owned by the caller (g_array_unref). A new concept gets two different exercises when it
 * has them. */
GArray *plan_session(const PlanConcept *concepts, guint n, const PlanWish *wish);

/* What is still to come in a session. */
typedef struct {
    gint64 concept; /* id */
    double seconds;
} PlanAhead;

typedef struct {
    const PlanConcept *concept; /* that was failed; its memory is not looked at: the answer has just been read */
    gint64 failed;              /* the exercise, by id */
    gboolean returned;          /* it has come back in this session already */
    const PlanAhead *ahead;     /* in order */
    guint n_ahead;
    double seconds_left;  /* of the budget, when all of `ahead` takes its usual time */
    const PlanWish *wish; /* weights, recent, ease and seed are looked at */
} PlanFailure;

/* Whether a failed concept returns in the session, once, with another exercise. `entry` says which (its `concept` is
 * 0); it comes before ahead[*place], or at the end when *place is n_ahead. FALSE when it returned already, comes
 * anyway, has no other graded exercise, or there are too few others or too little time left. */
gboolean plan_relearn(const PlanFailure *failure, PlanEntry *entry, guint *place);
