/* Which exercise: see plan_choice.h. Knows how far from the target is near enough. */
#include "engine/plan/plan_choice.h"

#include <math.h>

#define SECONDS_UNKNOWN 30.0 /* for an exercise whose usual time makes no sense */
#define SIMILAR 0.05         /* predicted success this near to the best choice is as good; the fresher variant wins */
#define SAME_KIND 0.10       /* how much farther from the target another kind may be */

/* Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators": the mixer of SplitMix64. */
static guint64 mix(guint64 x)
{
    x += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

guint64 plan_choice_tie(guint64 seed, gint64 id)
{
    return mix(seed ^ mix((guint64)id));
}

double plan_choice_seconds(const PlanExercise *exercise)
{
    return isfinite(exercise->seconds) && exercise->seconds > 0 ? exercise->seconds : SECONDS_UNKNOWN;
}

gboolean plan_choice_is_new(const PlanConcept *concept)
{
    return !(concept->memory.stability > 0);
}

double plan_choice_standing(const PlanConcept *concept, const PlanWish *wish, double retrievability)
{
    ChallengeInput input = concept->challenge;
    input.retrievability = plan_choice_is_new(concept) ? -1 : retrievability;
    return challenge_standing(wish->weights ? wish->weights : &challenge_weights_default, &input);
}

double plan_choice_predicted(double standing, const PlanExercise *exercise)
{
    return challenge_expect_at(standing, exercise->difficulty, exercise->floor);
}

static gboolean possible(const PlanChoice *choice, guint i)
{
    const PlanExercise *exercise = &choice->concept->exercises[i];
    gboolean left_out = choice->not_id && exercise->id == choice->not_id;
    return exercise->graded == choice->graded && (exercise->production || !choice->producing) &&
           (int)i != choice->not_this && plan_choice_seconds(exercise) <= choice->seconds_most && !left_out;
}

/* How far from what the next exercise should be. */
static double misfit(const PlanChoice *choice, guint i)
{
    const PlanExercise *exercise = &choice->concept->exercises[i];
    double distance =
        fabs(plan_choice_predicted(choice->standing, exercise) - target_success(choice->target, exercise->floor));
    return distance + (exercise->kind == choice->kind_before ? SAME_KIND : 0);
}

static gboolean fresher(const PlanChoice *choice, guint i, guint other)
{
    const PlanExercise *a = &choice->concept->exercises[i], *b = &choice->concept->exercises[other];
    if (a->attempted_at != b->attempted_at)
        return a->attempted_at < b->attempted_at;
    return plan_choice_tie(choice->seed, a->id) < plan_choice_tie(choice->seed, b->id);
}

int plan_choice_best(const PlanChoice *choice)
{
    double least = INFINITY;
    for (guint i = 0; i < choice->concept->n_exercises; i++)
        if (possible(choice, i))
            least = MIN(least, misfit(choice, i));

    int best = -1;
    for (guint i = 0; i < choice->concept->n_exercises; i++)
        if (possible(choice, i) && misfit(choice, i) <= least + SIMILAR &&
            (best < 0 || fresher(choice, i, (guint)best)))
            best = (int)i;
    return best;
}

int plan_choice_shortest(const PlanChoice *choice)
{
    const PlanExercise *exercises = choice->concept->exercises;
    int shortest = -1;
    for (guint i = 0; i < choice->concept->n_exercises; i++)
        if (possible(choice, i) &&
            (shortest < 0 || plan_choice_seconds(&exercises[i]) < plan_choice_seconds(&exercises[shortest])))
            shortest = (int)i;
    return shortest;
}
