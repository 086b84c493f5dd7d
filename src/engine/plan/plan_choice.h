/* Which exercise of a concept: the one whose predicted success is nearest the target, another kind than the one before,
 * and among those that do as well the one not seen for longest. A part of plan.c and plan_relearn.c. Pure. */
#pragma once

#include "engine/plan/plan.h"

typedef struct {
    const PlanConcept *concept;
    double standing; /* plan_choice_standing of the concept */
    double target;   /* of what is not guessing (target_known) */
    gboolean graded;
    gboolean producing; /* only those that produce */
    double seconds_most;
    int not_this;    /* index; -1 none */
    gint64 not_id;   /* 0 none */
    int kind_before; /* of the entry before; -1 none */
    guint64 seed;
} PlanChoice;

/* The index of the exercise; -1 when none is possible. */
int plan_choice_best(const PlanChoice *choice);
/* The one that takes least time; -1 when none is possible. */
int plan_choice_shortest(const PlanChoice *choice);

/* Usual time, in seconds; a sensible one for an exercise whose own makes no sense. */
double plan_choice_seconds(const PlanExercise *exercise);

/* How the person stands to the concept, whichever the exercise. `retrievability` is ignored when the concept is new. */
double plan_choice_standing(const PlanConcept *concept, const PlanWish *wish, double retrievability);
/* Success that is expected. */
double plan_choice_predicted(double standing, const PlanExercise *exercise);

/* Whether it was never practised. */
gboolean plan_choice_is_new(const PlanConcept *concept);

/* A number that looks random: the same for the same two, another for another id. */
guint64 plan_choice_tie(guint64 seed, gint64 id);
