/* Policies: how a learner's practice is chosen, from what can be seen of it: ratings, never the truth. A table: a
 * course in the first week, a weekly quiz, cards with a day on each (Leitner's boxes, SM-2, FSRS-6 with its default
 * weights at a fixed retention), and the planner that the server runs.
 *
 * All have the same material and the same rules around them: new concepts come when nothing due is left to do, as many
 * a day as the server takes, each with its text and two exercises; what was failed comes once more at the end of the
 * session; a session is filled by the usual seconds of its exercises. Only the course ignores the budget. */
#pragma once

#include "engine/memory/memory.h"

/* An exercise as every concept has it. */
typedef struct {
    int kind; /* a small number */
    gboolean production;
    double seconds;    /* usual */
    double floor;      /* guessing floor */
    double difficulty; /* of its kind, logits */
} SimulateExercise;

typedef struct {
    guint concepts;
    const SimulateExercise *exercises; /* of every concept */
    guint n_exercises;                 /* at least 2 */
    double budget_seconds;             /* a day, of exercises */
    guint new_most;                    /* concepts a day */
} SimulateSetting;

typedef struct {
    guint concept, exercise;
    gboolean introduces; /* the text is read before it */
} SimulateTask;

/* What a policy gets to see of an answer. */
typedef struct {
    guint day;
    MemoryRating rating;
    double score; /* 0..1 */
    gboolean confidently_wrong;
} SimulateAnswer;

typedef struct SimulatePolicy SimulatePolicy;

/* A way to practise. Its state belongs to one thread at a time. */
typedef struct {
    gpointer (*create)(const SimulatePolicy *policy, const SimulateSetting *setting);
    void (*destroy)(gpointer state);
    /* Another learner, who knows nothing. `key`: for what is drawn by lot. */
    void (*begin)(gpointer state, guint64 key);
    /* Appends the session of `day` (0, 1, ...) to `tasks` (SimulateTask), which is empty. */
    void (*session)(gpointer state, guint day, GArray *tasks);
    void (*learn)(gpointer state, const SimulateTask *task, const SimulateAnswer *answer);
} SimulateWay;

/* What is written on a card. */
typedef struct {
    gboolean is_known;
    guint day;          /* of the last answer */
    guint due;          /* day */
    guint exercise;     /* the next one in turn */
    guint box;          /* Leitner, 0 is the first */
    guint repetitions;  /* SM-2: successes in a row */
    double interval;    /* SM-2, days */
    double ease;        /* SM-2 */
    MemoryState memory; /* FSRS */
} SimulateCard;

/* What becomes of a card after an answer; sets the day on which it is due. */
typedef void (*SimulateRule)(SimulateCard *card, const MemoryModel *model, double retention,
                             const SimulateAnswer *answer);

struct SimulatePolicy {
    const char *name;
    const char *about; /* one line */
    const SimulateWay *way;
    SimulateRule rule; /* of cards */
    double retention;  /* FSRS: what recall may fall to; otherwise 0 */
};

extern const SimulatePolicy simulate_policies[]; /* ends with one without a name */

/* The policy of that name; NULL when there is none. */
const SimulatePolicy *simulate_policy_named(const char *name);
