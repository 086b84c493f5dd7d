/* What the tests of the plan share: small worlds of concepts and exercises. */
#pragma once

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "engine/plan/plan.h"

enum { CONCEPTS_MOST = 30, EXERCISES_MOST = 5, REQUIRES_MOST = 2 };

/* Concepts with everything they point to. */
typedef struct {
    MemoryModel memory;
    PlanConcept concepts[CONCEPTS_MOST];
    PlanExercise exercises[CONCEPTS_MOST][EXERCISES_MOST];
    guint requires[CONCEPTS_MOST][REQUIRES_MOST];
    double recent[4];
    guint n;
    PlanWish wish;
} World;

static inline const PlanExercise *exercise_of(const World *world, const PlanEntry *entry)
{
    return &world->concepts[entry->concept].exercises[entry->exercise];
}

static inline const PlanEntry *entry_at(const GArray *plan, guint i)
{
    return &g_array_index(plan, PlanEntry, i);
}

static inline GArray *plan_of(const World *world)
{
    return plan_session(world->concepts, world->n, &world->wish);
}

static inline void world_begin(World *world, double budget)
{
    memset(world, 0, sizeof *world);
    world->memory = memory_model_default(MEMORY_FSRS6);
    world->wish = (PlanWish){ .memory = &world->memory, .budget_seconds = budget, .new_most = 2, .seed = 1 };
}

/* A concept last practised `days` ago (stability 0: new), without exercises yet. */
static inline PlanConcept *add_concept(World *world, double stability, double days)
{
    guint i = world->n++;
    world->concepts[i] = (PlanConcept){
        .id = 100 + i,
        .memory = { .stability = stability, .difficulty = 5 },
        .days_since = days,
        .retention = 0.9,
        .challenge.overall = { .mean = 1, .variance = 1 },
        .position = i,
        .requires = world->requires[i],
        .exercises = world->exercises[i],
    };
    return &world->concepts[i];
}

static inline PlanExercise *add_exercise(World *world, guint concept, int kind, double seconds)
{
    guint j = world->concepts[concept].n_exercises++;
    world->exercises[concept][j] = (PlanExercise){
        .id = 1000 + concept * 10 + j,
        .kind = kind,
        .graded = TRUE,
        .production = kind >= 2,
        .seconds = seconds,
        .difficulty = { .mean = 0, .variance = 0.5 },
    };
    return &world->exercises[concept][j];
}

static inline void add_requirement(World *world, guint concept, guint required)
{
    world->requires[concept][world->concepts[concept].n_requires++] = required;
}

/* As server and simulation do: the interval is kept with the memory. */
static inline void keep_intervals(World *world)
{
    for (guint i = 0; i < world->n; i++)
        world->concepts[i].due_days =
            memory_interval(&world->memory, world->concepts[i].memory, world->concepts[i].retention);
}
