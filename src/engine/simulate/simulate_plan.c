/* The planner that the server runs, fed as the server feeds it: published weights, what is due and the next few new
 * concepts, ability and difficulty as they are learnt from this learner's answers. Without a retention of the policy
 * each concept has the one that is worth its time. */
#include "engine/memory/retention.h"
#include "engine/plan/plan.h"
#include "engine/simulate/chance.h"
#include "engine/simulate/simulate_ways.h"

#include <string.h>

/* New concepts offered to the planner for each one that it may take, as the server does. */
enum { NEW_CHOICE = 4, RECENT_SCORES = 8 };

typedef struct {
    const SimulateSetting *setting;
    double retention; /* of the policy, 0 none */
    MemoryModel model;
    guint64 key;
    PlanConcept *concepts;
    PlanExercise *exercises; /* n_exercises of each concept */
    guint *days;             /* by concept, of the last answer */
    guint introduced;        /* concepts, in order */
    gint64 answers;
    ChallengeInput challenge; /* the learner in everything, and in the one skill that there is */
    double recent[RECENT_SCORES];
    guint n_recent;
    gint64 last_exercise;
    GArray *offered; /* PlanConcept, what the planner sees */
} Plan;

static gpointer plan_create(const SimulatePolicy *policy, const SimulateSetting *setting)
{
    Plan *plan = g_new0(Plan, 1);
    plan->setting = setting;
    plan->retention = policy->retention;
    plan->model = memory_model_default(MEMORY_FSRS6);
    plan->concepts = g_new0(PlanConcept, setting->concepts);
    plan->exercises = g_new0(PlanExercise, (gsize)setting->concepts * setting->n_exercises);
    plan->days = g_new0(guint, setting->concepts);
    plan->offered = g_array_new(FALSE, FALSE, sizeof(PlanConcept));
    return plan;
}

static void plan_destroy(gpointer state)
{
    Plan *plan = state;
    g_array_unref(plan->offered);
    g_free(plan->concepts);
    g_free(plan->exercises);
    g_free(plan->days);
    g_free(plan);
}

static void begin_concept(Plan *plan, guint i)
{
    guint n = plan->setting->n_exercises;
    PlanExercise *exercises = &plan->exercises[i * n];
    for (guint j = 0; j < n; j++) {
        const SimulateExercise *exercise = &plan->setting->exercises[j];
        exercises[j] = (PlanExercise){
            .id = 1 + i * n + j,
            .kind = exercise->kind,
            .graded = TRUE,
            .production = exercise->production,
            .seconds = exercise->seconds,
            .floor = exercise->floor,
            .difficulty = challenge_difficulty_prior(exercise->difficulty, 0),
        };
    }
    plan->concepts[i] = (PlanConcept){
        .id = 1 + i,
        .position = i,
        .exercises = exercises,
        .n_exercises = n,
    };
}

static void plan_begin(gpointer state, guint64 key)
{
    Plan *plan = state;
    plan->key = key;
    plan->introduced = 0;
    plan->answers = plan->last_exercise = 0;
    plan->challenge = challenge_input_unknown;
    plan->n_recent = 0;
    for (guint i = 0; i < plan->setting->concepts; i++)
        begin_concept(plan, i);
}

static gboolean is_due(const PlanConcept *concept)
{
    return concept->days_since >= concept->due_days ||
           (concept->confidently_wrong && concept->days_since >= PLAN_SURE_AND_WRONG_DAYS);
}

/* What is due, and the next few new ones. */
static void offer(Plan *plan, guint day)
{
    guint n = MIN(plan->introduced + plan->setting->new_most * NEW_CHOICE, plan->setting->concepts);
    g_array_set_size(plan->offered, 0);
    for (guint i = 0; i < n; i++) {
        PlanConcept *concept = &plan->concepts[i];
        concept->days_since = day - plan->days[i];
        concept->challenge = plan->challenge;
        if (i >= plan->introduced || is_due(concept))
            g_array_append_val(plan->offered, *concept);
    }
}

static void plan_way_session(gpointer state, guint day, GArray *tasks)
{
    Plan *plan = state;
    offer(plan, day);
    const PlanWish wish = {
        .memory = &plan->model,
        .budget_seconds = plan->setting->budget_seconds,
        .recent = plan->recent,
        .n_recent = plan->n_recent,
        .new_most = plan->setting->new_most,
        .last_exercise = plan->last_exercise,
        .seed = chance_key(plan->key, day),
    };
    const PlanConcept *offered = (const PlanConcept *)(gconstpointer)plan->offered->data;
    g_autoptr(GArray) entries = plan_session(offered, plan->offered->len, &wish);
    for (guint i = 0; i < entries->len; i++) {
        const PlanEntry *entry = &g_array_index(entries, PlanEntry, i);
        SimulateTask task = { .concept = offered[entry->concept].position,
                              .exercise = entry->exercise,
                              .introduces = entry->introduces };
        g_array_append_val(tasks, task);
        plan->introduced = MAX(plan->introduced, task.concept + 1);
    }
}

static void remember_score(Plan *plan, double score)
{
    if (plan->n_recent == RECENT_SCORES)
        memmove(plan->recent, plan->recent + 1, (RECENT_SCORES - 1) * sizeof *plan->recent);
    else
        plan->n_recent++;
    plan->recent[plan->n_recent - 1] = score;
}

/* Counts and recent scores, which the shipped weights give no weight, are left out. */
static void learn_challenge(Plan *plan, PlanExercise *exercise, double recall, double score)
{
    ChallengeInput input = plan->challenge;
    input.difficulty = exercise->difficulty;
    input.retrievability = recall;
    input.floor = exercise->floor;
    challenge_learn(&challenge_weights_default, &input, score);
    plan->challenge.overall = input.overall;
    plan->challenge.ability = input.ability;
    exercise->difficulty = input.difficulty;
}

static void plan_learn(gpointer state, const SimulateTask *task, const SimulateAnswer *answer)
{
    Plan *plan = state;
    PlanConcept *concept = &plan->concepts[task->concept];
    PlanExercise *exercise = &plan->exercises[task->concept * plan->setting->n_exercises + task->exercise];
    gboolean is_new = !(concept->memory.stability > 0);
    double elapsed = is_new ? 0 : answer->day - plan->days[task->concept];
    learn_challenge(plan, exercise, is_new ? -1 : memory_recall(&plan->model, concept->memory, elapsed), answer->score);

    concept->memory = memory_next(&plan->model, concept->memory, elapsed, answer->rating);
    concept->retention = plan->retention > 0 ? plan->retention
                                             : retention_worthwhile(memory_lasts(&plan->model, concept->memory),
                                                                    concept->memory.difficulty);
    concept->due_days = memory_interval(&plan->model, concept->memory, concept->retention);
    concept->confidently_wrong = answer->confidently_wrong;
    concept->reviews++;
    plan->days[task->concept] = answer->day;
    exercise->attempted_at = ++plan->answers;
    plan->last_exercise = exercise->id;
    remember_score(plan, answer->score);
}

const SimulateWay simulate_way_plan = { plan_create, plan_destroy, plan_begin, plan_way_session, plan_learn };
