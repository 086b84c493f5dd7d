/* Attempt log: the attempts of many learners, as fitting and evaluating a challenge model read them. Hides how they are
 * put in order. Learners, items and skills are numbers; whoever fills the log knows their names.
 *
 * What `time` counts is for the filler to know: seconds, or only an order (1, 2, 3, ...). It is kept as it came, so a
 * model that looks at gaps must find out whether they mean anything. */
#pragma once

#include <glib.h>

enum { ATTEMPT_SKILLS_MOST = 64 };

typedef struct {
    guint32 learner;     /* 0 .. n_learners - 1, in the order in which they first occur */
    guint32 item;        /* 0 .. n_items - 1 */
    guint32 first_skill; /* its skills are skills[first_skill] .. skills[first_skill + n_skills - 1] of the log */
    guint32 row;         /* whatever the filler wants to find again, e.g. the row of the file; kept, never read */
    double time;         /* finite, >= 0; does not fall within a learner */
    float score;         /* 0 wrong .. 1 right; what lies between is partial credit */
    guint8 n_skills;     /* 0 .. ATTEMPT_SKILLS_MOST, each once */
    guint8 is_test;      /* 1: to be predicted, never learnt from beforehand; 0: train */
} Attempt;

typedef struct {
    guint n, n_learners, n_items, n_skills;
    guint *first; /* n_learners + 1 of them: the attempts of learner l are first[l] .. first[l + 1] - 1, in order */
    Attempt *attempts; /* n, grouped by learner */
    guint32 *skills;   /* n_skill_list numbers 0 .. n_skills - 1; attempts with the same skills may share their list */
    guint n_skill_list;
} AttemptLog;

/* A log of `n` attempts in any order. Groups them by learner and sorts a learner's by time; those at the same time stay
 * in the order given. Takes `attempts` and `skills` (g_malloc; NULL when empty), which must keep the ranges above: a
 * number out of range ends the program. Free with attempt_log_free. n may be 0. */
AttemptLog *attempt_log_new(Attempt *attempts, guint n, guint32 *skills, guint n_skill_list);
void attempt_log_free(AttemptLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AttemptLog, attempt_log_free)
