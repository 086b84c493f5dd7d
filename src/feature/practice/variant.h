/* An exercise as the planner sees it. Knows what of a kind matters to planning, and which variant was seen before
 * which. */
#pragma once

#include "content/pack.h"
#include "engine/plan/plan.h"

typedef struct {
    gint64 id;
    ExerciseKind kind;
    double floor; /* of guessing */
    ChallengeEstimate difficulty;
} Variant;

/* `seen`: a memory's list of exercises, least recently answered first; may be NULL. */
PlanExercise variant_to_plan(const Variant *variant, const char *seen);
