/* How long the pure planner takes for somebody who knows many concepts. Prints one JSON object: all concepts known and
 * a typical number of them due, then the worst case, in which everything is due after a long absence. */
#include <glib.h>

#include "engine/plan.h"
#include "measure.h"

enum { CONCEPTS = 10000, EXERCISES = 4, SKILLS = 40, DUE = 300, RUNS = 300, WARM_UP = 20 };
#define BUDGET_SECONDS 300.0

static PlanExercise exercises[CONCEPTS][EXERCISES];
static PlanConcept concepts[CONCEPTS];

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
            .memory = { .stability = 5 + (double)(i % 90), .difficulty = 5 },
            .days_since = (is_due ? 2.5 : 0.3) * (5 + (double)(i % 90)),
            .retention = 0.9,
            .confidently_wrong = is_due && i % 37 == 0,
            .ability = { .mean = 0.1 * (double)(i % SKILLS) / SKILLS, .variance = 0.3 },
            .position = i,
            .exercises = exercises[i],
            .n_exercises = EXERCISES,
        };
    }
}

static void measure(const char *name, guint due)
{
    furnish(due);
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    const double recent[] = { 1, 1, 0, 1, 0.7, 1, 0, 1 };
    g_autoptr(GArray) latencies = measure_new();
    for (guint i = 0; i < WARM_UP + RUNS; i++) {
        const PlanWish wish = {
            .memory = &model,
            .budget_seconds = BUDGET_SECONDS,
            .recent = recent,
            .n_recent = G_N_ELEMENTS(recent),
            .new_most = 2,
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

int main(void)
{
    g_print("{");
    measure("typical", DUE);
    g_print(", ");
    measure("everything_due", CONCEPTS);
    g_print("}\n");
    return 0;
}
