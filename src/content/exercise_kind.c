/* The kinds of exercises: a name and a row each. */
#include "content/pack.h"

/* clang-format off */
const char *const exercise_kind_names[] = {
    [EXERCISE_CHOOSE] = "choose",
    [EXERCISE_RECALL] = "recall",
    [EXERCISE_EXPLAIN] = "explain",
    [EXERCISE_VOICE] = "voice",
    [EXERCISE_ROLEPLAY] = "roleplay",
    [EXERCISE_REFLECT] = "reflect",
    [EXERCISE_KINDS] = NULL,
};

/* Seconds and difficulties are where the server starts before it has seen answers; what people really need replaces
 * them. Seconds: reading and writing or speaking at everyday speed (200 words read, 30 typed, 120 spoken a minute) plus
 * a look at the feedback. Difficulties: on the logit scale against recognising the answer; recalling and producing it
 * are harder, in this order. */
static const ExerciseKindInfo kinds[EXERCISE_KINDS] = {
    /*                      graded  production  has_rubric  seconds  difficulty */
    [EXERCISE_CHOOSE]   = { TRUE,   FALSE,      FALSE,       30,     -0.5 },
    [EXERCISE_RECALL]   = { TRUE,   FALSE,      TRUE,        40,      0.0 },
    [EXERCISE_EXPLAIN]  = { TRUE,   TRUE,       TRUE,        90,      0.3 },
    [EXERCISE_VOICE]    = { TRUE,   TRUE,       TRUE,        60,      0.3 },
    [EXERCISE_ROLEPLAY] = { TRUE,   TRUE,       TRUE,       240,      0.6 },
    [EXERCISE_REFLECT]  = { FALSE,  FALSE,      FALSE,       60,      0.0 },
};
/* clang-format on */

const ExerciseKindInfo *exercise_kind_info(ExerciseKind kind)
{
    g_assert((guint)kind < EXERCISE_KINDS);
    return &kinds[kind];
}

gboolean exercise_kind_parse(const char *name, ExerciseKind *kind)
{
    for (guint i = 0; i < EXERCISE_KINDS; i++) {
        if (g_str_equal(name, exercise_kind_names[i])) {
            *kind = (ExerciseKind)i;
            return TRUE;
        }
    }
    return FALSE;
}
