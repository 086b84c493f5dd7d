/* What was failed in a session comes back in it: knows when, hides nothing. */
#include "engine/plan/plan_choice.h"

static gboolean comes_anyway(const PlanFailure *failure)
{
    for (guint i = 0; i < failure->n_ahead; i++)
        if (failure->ahead[i].concept == failure->concept->id)
            return TRUE;
    return FALSE;
}

/* Late enough to be more than an echo of the feedback. */
static guint place_of(const PlanFailure *failure)
{
    double seconds = 0;
    for (guint i = 0; i < failure->n_ahead; i++) {
        if (i >= PLAN_RELEARN_BETWEEN && seconds >= PLAN_RELEARN_SECONDS)
            return i;
        seconds += failure->ahead[i].seconds;
    }
    return failure->n_ahead;
}

gboolean plan_relearn(const PlanFailure *failure, PlanEntry *entry, guint *place)
{
    if (failure->returned || failure->n_ahead < PLAN_RELEARN_BETWEEN || comes_anyway(failure))
        return FALSE;

    const PlanWish *wish = failure->wish;
    const PlanChoice choice = {
        .concept = failure->concept,
        .standing = plan_choice_standing(failure->concept, wish, 1),
        .target = target_known(wish->recent, wish->n_recent, wish->ease),
        .graded = TRUE,
        .seconds_most = failure->seconds_left,
        .not_this = -1,
        .not_id = failure->failed,
        .kind_before = -1,
        .seed = wish->seed,
    };
    int chosen = plan_choice_best(&choice);
    if (chosen < 0)
        return FALSE;

    const PlanExercise *exercise = &failure->concept->exercises[chosen];
    *entry = (PlanEntry){
        .exercise = (guint)chosen,
        .why = PLAN_AGAIN,
        .retrievability = 1,
        .predicted = plan_choice_predicted(choice.standing, exercise),
        .seconds = plan_choice_seconds(exercise),
    };
    *place = place_of(failure);
    return TRUE;
}
