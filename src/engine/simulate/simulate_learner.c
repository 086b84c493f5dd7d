/* A simulated learner: see simulate_learner.h. Hides how an answer comes about. */
#include "engine/simulate/simulate_learner.h"

#include <math.h>
#include <string.h>

#define ABILITY_SPREAD 0.5
#define DIFFICULTY_SPREAD 0.3
#define SLIP_LOGITS 3.0
#define PACE_SPREAD 0.2
#define SECONDS_SPREAD 0.3
#define READING_SECONDS 30.0 /* a hundred words */
#define GUESS_ADMITTED (2.0 / 3)
#define SURE_AND_WRONG (1.0 / 7)
#define DAY_SECONDS 86400.0

/* By rating, from hard on. */
static const double felt_first[] = { 0.124, 0.651, 0.225 };
static const double felt_later[] = { 0.224, 0.631, 0.145 };
/* By rating. */
static const double seconds_share[] = {
    [RATING_AGAIN] = 1.38, [RATING_HARD] = 1.26, [RATING_GOOD] = 0.88, [RATING_EASY] = 0.64
};
static const double scores[] = { [RATING_AGAIN] = 0.2, [RATING_HARD] = 0.7, [RATING_GOOD] = 0.9, [RATING_EASY] = 1 };

/* What the parts of a key are for. */
enum { KEY_EXERCISES, KEY_PERSON, KEY_MIND, KEY_POLICY, KEY_ANSWERS };

struct SimulateLearner {
    const SimulateYear *year;
    const SimulateTruth *truth;
    const SimulatePolicy *policy;
    SimulateMind *mind;
    gpointer way;       /* the policy's state */
    double *difficulty; /* of each exercise */
    GArray *tasks;      /* SimulateTask */
    GArray *failed;     /* SimulateTask, of this session */
    guint *practised;   /* by concept, times */
    guint64 key;
    double ability, pace;
    double seconds; /* practised so far */
};

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* An exercise is the same for everybody. */
static void draw_exercises(SimulateLearner *learner)
{
    const SimulateSetting *setting = learner->year->setting;
    Chance chance = chance_begin(chance_key(learner->year->seed, KEY_EXERCISES));
    for (guint i = 0; i < setting->concepts; i++)
        for (guint j = 0; j < setting->n_exercises; j++)
            learner->difficulty[i * setting->n_exercises + j] =
                setting->exercises[j].difficulty + DIFFICULTY_SPREAD * chance_normal(&chance);
}

SimulateLearner *simulate_learner_new(const SimulateYear *year, const SimulateTruth *truth,
                                      const SimulatePolicy *policy)
{
    SimulateLearner *learner = g_new0(SimulateLearner, 1);
    learner->year = year;
    learner->truth = truth;
    learner->policy = policy;
    learner->mind = simulate_mind_new(truth, year->setting->concepts);
    learner->way = policy->way->create(policy, year->setting);
    learner->difficulty = g_new0(double, (gsize)year->setting->concepts * year->setting->n_exercises);
    learner->tasks = g_array_new(FALSE, FALSE, sizeof(SimulateTask));
    learner->failed = g_array_new(FALSE, FALSE, sizeof(SimulateTask));
    learner->practised = g_new0(guint, year->setting->concepts);
    draw_exercises(learner);
    return learner;
}

void simulate_learner_free(SimulateLearner *learner)
{
    learner->policy->way->destroy(learner->way);
    simulate_mind_free(learner->mind);
    g_free(learner->difficulty);
    g_free(learner->practised);
    g_array_unref(learner->tasks);
    g_array_unref(learner->failed);
    g_free(learner);
}

static void begin(SimulateLearner *learner, guint number)
{
    learner->key = chance_key(chance_key(learner->year->seed, KEY_PERSON), number);
    Chance chance = chance_begin(learner->key);
    learner->ability = ABILITY_SPREAD * chance_normal(&chance);
    learner->pace = exp(PACE_SPREAD * chance_normal(&chance));
    learner->seconds = 0;
    memset(learner->practised, 0, learner->year->setting->concepts * sizeof *learner->practised);
    simulate_mind_begin(learner->mind, chance_key(learner->key, KEY_MIND));
    learner->policy->way->begin(learner->way, chance_key(learner->key, KEY_POLICY));
}

typedef struct {
    MemoryRating felt;   /* by the memory */
    MemoryRating rating; /* as it is seen */
    gboolean confidently_wrong;
} Outcome;

static MemoryRating felt_success(Chance *chance, gboolean is_first)
{
    return (MemoryRating)(RATING_HARD + chance_pick(chance, is_first ? felt_first : felt_later, 3));
}

/* Slips are remembered with trouble, guesses are not remembered. */
static Outcome outcome_of(const SimulateLearner *learner, const SimulateTask *task, double recall, Chance *chance)
{
    const SimulateExercise *exercise = &learner->year->setting->exercises[task->exercise];
    double difficulty = learner->difficulty[task->concept * learner->year->setting->n_exercises + task->exercise];
    Outcome outcome = { .felt = RATING_AGAIN, .rating = RATING_AGAIN };
    gboolean recalled = chance_uniform(chance) < recall;
    double luck = chance_uniform(chance);
    double admitted = chance_uniform(chance);
    MemoryRating success = felt_success(chance, task->introduces);
    if (recalled) {
        gboolean slips = luck >= sigmoid(learner->ability - difficulty + SLIP_LOGITS);
        outcome.felt = slips ? RATING_HARD : success;
        outcome.rating = slips ? RATING_AGAIN : success;
    } else if (luck < exercise->floor) {
        outcome.rating = admitted < GUESS_ADMITTED ? RATING_HARD : RATING_GOOD;
    }
    outcome.confidently_wrong = outcome.rating == RATING_AGAIN && admitted < SURE_AND_WRONG;
    return outcome;
}

static MemoryRating practise(SimulateLearner *learner, const SimulateTask *task, guint day, double begun)
{
    double now = day + (learner->seconds - begun) / DAY_SECONDS;
    if (task->introduces) {
        simulate_mind_read(learner->mind, task->concept, now);
        learner->seconds += READING_SECONDS * learner->pace;
        now = day + (learner->seconds - begun) / DAY_SECONDS;
    }
    guint64 key = chance_key(chance_key(learner->key, KEY_ANSWERS), task->concept);
    Chance chance = chance_begin(chance_key(key, learner->practised[task->concept]++));
    double recall = simulate_mind_recall(learner->mind, task->concept, now);
    Outcome outcome = outcome_of(learner, task, recall, &chance);
    learner->seconds += learner->year->setting->exercises[task->exercise].seconds * learner->pace *
                        seconds_share[outcome.rating] * exp(SECONDS_SPREAD * chance_normal(&chance));
    simulate_mind_practise(learner->mind, task->concept, day + (learner->seconds - begun) / DAY_SECONDS, outcome.felt);
    const SimulateAnswer answer = {
        .day = day,
        .rating = outcome.rating,
        .score = scores[outcome.rating],
        .confidently_wrong = outcome.confidently_wrong,
    };
    learner->policy->way->learn(learner->way, task, &answer);
    return outcome.rating;
}

static gboolean is_last_of_concept(const GArray *tasks, guint i)
{
    for (guint j = i + 1; j < tasks->len; j++)
        if (g_array_index(tasks, SimulateTask, j).concept == g_array_index(tasks, SimulateTask, i).concept)
            return FALSE;
    return TRUE;
}

/* What was failed and does not come anyway comes once more at the end, as another exercise. */
static void live_day(SimulateLearner *learner, guint day)
{
    double begun = learner->seconds;
    g_array_set_size(learner->tasks, 0);
    g_array_set_size(learner->failed, 0);
    learner->policy->way->session(learner->way, day, learner->tasks);
    for (guint i = 0; i < learner->tasks->len; i++) {
        SimulateTask task = g_array_index(learner->tasks, SimulateTask, i);
        if (practise(learner, &task, day, begun) != RATING_AGAIN || !is_last_of_concept(learner->tasks, i))
            continue;
        task.exercise = (task.exercise + 1) % learner->year->setting->n_exercises;
        task.introduces = FALSE;
        g_array_append_val(learner->failed, task);
    }
    for (guint i = 0; i < learner->failed->len; i++)
        practise(learner, &g_array_index(learner->failed, SimulateTask, i), day, begun);
}

static double remembered_on(const SimulateLearner *learner, guint day)
{
    double sum = 0;
    for (guint i = 0; i < learner->year->setting->concepts; i++)
        sum += simulate_mind_recall(learner->mind, i, day);
    return sum;
}

double simulate_learner_live(SimulateLearner *learner, guint number, double *remembered)
{
    const SimulateYear *year = learner->year;
    begin(learner, number);
    guint moment = 0;
    for (guint day = 0; moment < year->n_measured || day < year->days; day++) {
        while (moment < year->n_measured && year->measured[moment] == day)
            remembered[moment++] = remembered_on(learner, day);
        if (day < year->days)
            live_day(learner, day);
    }
    return learner->seconds;
}
