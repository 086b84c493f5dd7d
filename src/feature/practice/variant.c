/* Variants: see variant.h. */
#include "feature/practice/variant.h"

/* 1 for the exercise answered longest ago, and so on; 0 for never. */
static gint64 seen_rank(const char *seen, gint64 exercise_id)
{
    gint64 rank = 1;
    for (const char *at = seen; at && *at; rank++) {
        if (g_ascii_strtoll(at, (char **)&at, 10) == exercise_id)
            return rank;
        at += *at == ',';
    }
    return 0;
}

PlanExercise variant_to_plan(const Variant *variant, const char *seen)
{
    const ExerciseKindInfo *kind = exercise_kind_info(variant->kind);
    return (PlanExercise){
        .id = variant->id,
        .kind = (int)variant->kind,
        .graded = kind->graded,
        .production = kind->production,
        .seconds = kind->usual_seconds,
        .floor = variant->floor,
        .difficulty = variant->difficulty,
        .attempted_at = seen_rank(seen, variant->id),
    };
}
