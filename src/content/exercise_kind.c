/* The kinds of exercises: one row each. */
#include "content/pack.h"

#include <string.h>

/* Seconds and difficulties are where the server starts before it has seen answers; what people really need replaces
 * them. Seconds: reading and writing or speaking at everyday speed (200 words read, 30 typed, 120 spoken a minute) plus
 * a look at the feedback. Difficulties: on the logit scale against recognising the answer; recalling and producing it
 * are harder, in this order. */
static const ExerciseKindInfo kinds[EXERCISE_KINDS] = {
    [EXERCISE_CHOOSE] = { .name = "choose", .graded = TRUE, .usual_seconds = 30, .difficulty = -0.5 },
    [EXERCISE_RECALL] = { .name = "recall",
                          .graded = TRUE,
                          .has_rubric = TRUE,
                          .usual_seconds = 40,
                          .difficulty = 0.0 },
    [EXERCISE_EXPLAIN] = { .name = "explain",
                           .graded = TRUE,
                           .production = TRUE,
                           .has_rubric = TRUE,
                           .usual_seconds = 90,
                           .difficulty = 0.3 },
    [EXERCISE_VOICE] = { .name = "voice",
                         .graded = TRUE,
                         .production = TRUE,
                         .has_rubric = TRUE,
                         .usual_seconds = 60,
                         .difficulty = 0.3 },
    [EXERCISE_ROLEPLAY] = { .name = "roleplay",
                            .graded = TRUE,
                            .production = TRUE,
                            .has_rubric = TRUE,
                            .usual_seconds = 240,
                            .difficulty = 0.6 },
    [EXERCISE_REFLECT] = { .name = "reflect", .usual_seconds = 60, .difficulty = 0.0 },
};

const ExerciseKindInfo *exercise_kind_info(ExerciseKind kind)
{
    g_assert((guint)kind < EXERCISE_KINDS);
    return &kinds[kind];
}

gboolean exercise_kind_parse(const char *name, ExerciseKind *kind)
{
    for (guint i = 0; i < EXERCISE_KINDS; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            *kind = (ExerciseKind)i;
            return TRUE;
        }
    }
    return FALSE;
}
