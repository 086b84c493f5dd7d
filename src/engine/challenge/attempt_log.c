/* Groups by learner, and checks what readers of the log rely on. */
#include "engine/challenge/attempt_log.h"

#include "engine/maths/group.h"
#include <math.h>

static guint learner_of(gconstpointer row)
{
    return ((const Attempt *)row)->learner;
}

static int compare_time(gconstpointer a, gconstpointer b)
{
    double left = ((const Attempt *)a)->time;
    double right = ((const Attempt *)b)->time;
    return (left > right) - (left < right);
}

static void check_attempt(const Attempt *attempt, guint n_skill_list)
{
    g_assert(isfinite(attempt->time) && attempt->time >= 0);
    g_assert(attempt->score >= 0 && attempt->score <= 1);
    g_assert(attempt->is_test <= 1);
    g_assert(attempt->item < G_MAXUINT32);
    g_assert(attempt->n_skills <= ATTEMPT_SKILLS_MOST);
    g_assert(attempt->n_skills == 0 ||
             (attempt->first_skill < n_skill_list && n_skill_list - attempt->first_skill >= attempt->n_skills));
}

AttemptLog *attempt_log_new(Attempt *attempts, guint n, guint32 *skills, guint n_skill_list)
{
    AttemptLog *log = g_new0(AttemptLog, 1);
    log->n = n;
    log->skills = skills;
    log->n_skill_list = n_skill_list;
    for (guint i = 0; i < n; i++) {
        check_attempt(&attempts[i], n_skill_list);
        log->n_items = MAX(log->n_items, attempts[i].item + 1);
    }
    for (guint i = 0; i < n_skill_list; i++) {
        g_assert(skills[i] < G_MAXUINT32);
        log->n_skills = MAX(log->n_skills, skills[i] + 1);
    }
    log->attempts = group_rows(attempts, n, sizeof *attempts, learner_of, compare_time, &log->first, &log->n_learners);
    return log;
}

void attempt_log_free(AttemptLog *log)
{
    g_free(log->first);
    g_free(log->attempts);
    g_free(log->skills);
    g_free(log);
}
