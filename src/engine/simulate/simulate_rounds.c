/* Practice by the calendar: a course that is over after a week, and a quiz once a week that goes round. */
#include "engine/simulate/simulate_ways.h"

enum { COURSE_DAYS = 5, WEEK_DAYS = 7 };

typedef struct {
    const SimulateSetting *setting;
    guint *exercise;  /* by concept: the next one in turn */
    guint introduced; /* concepts, in order */
    guint at;         /* where the quiz goes on */
} Rounds;

static gpointer rounds_create(const SimulatePolicy *policy, const SimulateSetting *setting)
{
    Rounds *rounds = g_new0(Rounds, 1);
    rounds->setting = setting;
    rounds->exercise = g_new0(guint, setting->concepts);
    return rounds;
}

static void rounds_destroy(gpointer state)
{
    Rounds *rounds = state;
    g_free(rounds->exercise);
    g_free(rounds);
}

static void rounds_begin(gpointer state, guint64 key)
{
    Rounds *rounds = state;
    rounds->introduced = rounds->at = 0;
    for (guint i = 0; i < rounds->setting->concepts; i++)
        rounds->exercise[i] = i % rounds->setting->n_exercises;
}

static double take(Rounds *rounds, GArray *tasks, guint concept, gboolean introduces)
{
    guint *next = &rounds->exercise[concept];
    SimulateTask task = { .concept = concept, .exercise = *next, .introduces = introduces };
    g_array_append_val(tasks, task);
    *next = (*next + 1) % rounds->setting->n_exercises;
    return rounds->setting->exercises[task.exercise].seconds;
}

/* New concepts, up to that many in all; returns the seconds that it takes. */
static double introduce(Rounds *rounds, GArray *tasks, guint until, double left)
{
    const SimulateExercise *exercises = rounds->setting->exercises;
    guint first = rounds->introduced;
    double taken = 0;
    for (; rounds->introduced < MIN(until, rounds->setting->concepts); rounds->introduced++) {
        guint next = rounds->exercise[rounds->introduced], n = rounds->setting->n_exercises;
        double needs = exercises[next].seconds + exercises[(next + 1) % n].seconds;
        if (taken + needs > left)
            break;
        taken += needs;
        take(rounds, tasks, rounds->introduced, TRUE);
    }
    for (guint i = first; i < rounds->introduced; i++)
        take(rounds, tasks, i, FALSE);
    return taken;
}

static void course_session(gpointer state, guint day, GArray *tasks)
{
    Rounds *rounds = state;
    if (day >= COURSE_DAYS)
        return;
    guint64 until = (guint64)rounds->setting->concepts * (day + 1) / COURSE_DAYS;
    introduce(rounds, tasks, (guint)until, G_MAXDOUBLE);
}

/* A week's budget at once: the new ones of the week, then round what is known already. */
static void weekly_session(gpointer state, guint day, GArray *tasks)
{
    Rounds *rounds = state;
    if (day % WEEK_DAYS != 0)
        return;
    double left = rounds->setting->budget_seconds * WEEK_DAYS;
    guint known = rounds->introduced;
    left -= introduce(rounds, tasks, known + rounds->setting->new_most * WEEK_DAYS, left);
    for (guint i = 0; i < known; i++, rounds->at++) {
        guint concept = rounds->at % known;
        if (rounds->setting->exercises[rounds->exercise[concept]].seconds > left)
            return;
        left -= take(rounds, tasks, concept, FALSE);
    }
}

static void rounds_learn(gpointer state, const SimulateTask *task, const SimulateAnswer *answer)
{
}

const SimulateWay simulate_way_course = { rounds_create, rounds_destroy, rounds_begin, course_session, rounds_learn };
const SimulateWay simulate_way_weekly = { rounds_create, rounds_destroy, rounds_begin, weekly_session, rounds_learn };
