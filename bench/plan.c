/* How long the pure planner takes for somebody who knows many concepts. Prints one JSON object, for both algorithms of
 * memory: all concepts known and a typical number of them due; everything due after a long absence; nothing due, and
 * practice asked for anyway. */
#include <glib.h>

#include "engine/plan/plan.h"
#include "measure.h"

enum { CONCEPTS = 10000, EXERCISES = 4, SKILLS = 40, DUE = 300, RUNS = 300, WARM_UP = 20 };
#define BUDGET_SECONDS 300.0
#define RETENTION 0.9

static PlanExercise exercises[CONCEPTS][EXERCISES];
static PlanConcept concepts[CONCEPTS];

/* Days after which recall has fallen to the retention: kept with a memory, so not part of the plan's time. */
static double due_days[CONCEPTS];

static MemoryState memory_at(guint i)
{
    double stability = 5 + (double)(i % 90);
    return (MemoryState){ .stability = stability, .fast = 0.8 * stability, .difficulty = 5 };
}

static void furnish_intervals(const MemoryModel *model)
{
    for (guint i = 0; i < CONCEPTS; i++)
        due_days[i] = memory_interval(model, memory_at(i), RETENTION);
}

/* The first `due` are due; the others come back later. */
static void furnish(guint due)
{
    for (guint i = 0; i < CONCEPTS; i++) {
        for (guint j = 0; j < EXERCISES; j++)
            exercises[i][j] = (PlanExercise){
                .id = 1 + i * EXERCISES + j,
                .kind = (int)j,
                .graded = TRUE,
                .production = j >= 2,
                .seconds = 30 + 20 * j,
                .floor = j == 0 ? 0.25 : 0,
                .difficulty = { .mean = -1 + 0.5 * (double)j + 0.01 * (double)(i % 50), .variance = 0.5 },
                .attempted_at = j,
            };
        gboolean is_due =
            (guint)((guint64)i * 7919 % CONCEPTS) < due; /* 7919 is prime: they stand all over the place */
        concepts[i] = (PlanConcept){
            .id = 1 + i,
            .memory = memory_at(i),
            .days_since = (is_due ? 1.5 + 0.01 * (double)(i % 101) : 0.3) * due_days[i],
            .due_days = due_days[i],
            .retention = RETENTION,
            .confidently_wrong = is_due && i % 37 == 0,
            .challenge = {
                .overall = { .mean = 0.2, .variance = 0.1 },
                .ability = { .mean = 0.1 * (double)(i % SKILLS) / SKILLS, .variance = 0.3 },
                .concept_wins = i % 7,
                .concept_losses = i % 3,
                .skill_wins = 40,
                .skill_losses = 10,
                .last = i % 3 > 0,
                .gap = 1 + i % 30,
                .recent = 0.8,
            },
            .position = i,
            .exercises = exercises[i],
            .n_exercises = EXERCISES,
        };
    }
}

static void measure(const MemoryModel *model, const char *name, guint due, gboolean early)
{
    furnish(due);
    const double recent[] = { 1, 1, 0, 1, 0.7, 1, 0, 1 };
    g_autoptr(GArray) latencies = measure_new();
    for (guint i = 0; i < WARM_UP + RUNS; i++) {
        const PlanWish wish = {
            .memory = model,
            .budget_seconds = BUDGET_SECONDS,
            .recent = recent,
            .n_recent = G_N_ELEMENTS(recent),
            .new_most = 2,
            .early = early,
            .seed = i,
        };
        gint64 begun = g_get_monotonic_time();
        g_autoptr(GArray) plan = plan_session(concepts, CONCEPTS, &wish);
        gint64 latency = g_get_monotonic_time() - begun;
        g_assert(plan->len > 1);
        if (i >= WARM_UP)
            g_array_append_val(latencies, latency);
    }
    measure_print(latencies, name);
}

static void measure_all(MemoryAlgorithm algorithm)
{
    const MemoryModel model = memory_model_default(algorithm);
    furnish_intervals(&model);
    g_print("\"%s\": {", memory_algorithm_info(algorithm)->name);
    measure(&model, "typical", DUE, FALSE);
    g_print(", ");
    measure(&model, "everything_due", CONCEPTS, FALSE);
    g_print(", ");
    measure(&model, "nothing_due", 0, TRUE);
    g_print("}");
}

int main(void)
{
    g_print("{");
    measure_all(MEMORY_FSRS6);
    g_print(", ");
    measure_all(MEMORY_FSRS7);
    g_print("}\n");
    return 0;
}
