/* Fitting challenge models. Knows when there is enough that is new, how attempts become a log, and when the result is
 * used; hides that it takes seconds, during which no transaction is open. */
#include "feature/practice/challenge_model_fit.h"
#include "engine/challenge/challenge_fit.h"
#include "engine/maths/stats.h"
#include "feature/people/people.h"
#include "feature/practice/challenge_model.h"
#include "feature/practice/challenge_model_db.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

#include <math.h>

#define FIT_GROWTH 1.2 /* attempts since the last fit */
#define FIT_REST CLOCK_DAY

enum {
    ATTEMPTS_MOST = 200000, /* the newest: older ones say little about how people are taught now */
    ATTEMPTS_AT_ONCE = 10000,
    JUDGED_SHARE = 5, /* one in so many is held out to judge by: the newest */
};

/* --- the log */

typedef struct {
    AttemptLog *log; /* oldest first; an attempt's `row` is its place in time */
    ChallengeSetting *of;
    ChallengeSettings settings;
} History;

static void history_clear(History *history)
{
    g_clear_pointer(&history->log, attempt_log_free);
    g_clear_pointer(&history->of, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(History, history_clear)

/* ChallengeAttempt, newest first. */
static GArray *load_attempts(DbTx *tx, gint64 organisation_id, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(ChallengeAttempt));
    gint64 before = G_MAXINT64;
    for (gboolean more = TRUE; more && all->len < ATTEMPTS_MOST;) {
        g_autoptr(GArray) some = challenge_model_db_attempts(tx, organisation_id, before, ATTEMPTS_AT_ONCE, error);
        if (!some)
            return NULL;
        more = some->len == ATTEMPTS_AT_ONCE;
        if (some->len > 0)
            before = g_array_index(some, ChallengeAttempt, some->len - 1).id;
        g_array_append_vals(all, some->data, some->len);
    }
    return g_steal_pointer(&all);
}

/* 0, 1, 2, ... in the order in which ids are first met. */
static guint32 number_of(GHashTable *numbers, gint64 id)
{
    gpointer number;
    if (g_hash_table_lookup_extended(numbers, &id, NULL, &number))
        return GPOINTER_TO_UINT(number);
    const guint next = g_hash_table_size(numbers);
    g_hash_table_insert(numbers, g_memdup2(&id, sizeof id), GUINT_TO_POINTER(next));
    return next;
}

static GHashTable *numbers_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static History history_of(const GArray *newest_first)
{
    g_autoptr(GHashTable) people = numbers_new();
    g_autoptr(GHashTable) exercises = numbers_new();
    g_autoptr(GHashTable) concepts = numbers_new();
    g_autoptr(GHashTable) skills = numbers_new();
    const guint n = newest_first->len;
    Attempt *attempts = g_new0(Attempt, n + 1);
    ChallengeSetting *of = g_new0(ChallengeSetting, n + 1);
    for (guint i = 0; i < n; i++) {
        const ChallengeAttempt *attempt = &g_array_index(newest_first, ChallengeAttempt, n - 1 - i);
        attempts[i] = (Attempt){
            .learner = number_of(people, attempt->person_id),
            .item = number_of(exercises, attempt->exercise_id),
            .first_skill = number_of(skills, attempt->skill_id),
            .n_skills = 1,
            .row = i,
            .time = fmax(0, (double)attempt->answered_at / (double)CLOCK_DAY),
            .score = (float)CLAMP(attempt->score, 0, 1),
        };
        of[i] = (ChallengeSetting){
            .concept = number_of(concepts, attempt->concept_id),
            .retrievability = attempt->retrievability,
            .floor = attempt->floor,
            .difficulty = attempt->difficulty_prior,
        };
    }
    const guint n_skills = g_hash_table_size(skills);
    guint32 *skill_list = g_new(guint32, n_skills + 1);
    for (guint i = 0; i < n_skills; i++)
        skill_list[i] = i;
    return (History){
        .log = attempt_log_new(attempts, n, skill_list, n_skills),
        .of = of,
        .settings = { g_hash_table_size(concepts), of },
    };
}

/* --- judging */

static void hold_out(const History *history, guint from)
{
    for (guint i = 0; i < history->log->n; i++)
        history->log->attempts[i].is_test = history->log->attempts[i].row >= from;
}

typedef struct {
    double log_loss, auc;
} Judgement;

/* Each attempt is predicted from those of the same person before it; only those from row `from` on are judged. */
static Judgement judge(const History *history, const ChallengeWeights *weights, guint from)
{
    const AttemptLog *log = history->log;
    g_autofree double *all = g_new0(double, log->n + 1);
    challenge_fit_replay(log, &history->settings, weights, FALSE, all);
    g_autofree double *p = g_new(double, log->n + 1), *score = g_new(double, log->n + 1);
    guint n = 0;
    for (guint i = 0; i < log->n; i++) {
        const Attempt *attempt = &log->attempts[i];
        if (attempt->row < from)
            continue;
        p[n] = all[i];
        score[n++] = attempt->score;
    }
    return (Judgement){ stats_log_loss(p, score, NULL, n), stats_auc(p, score, n) };
}

/* --- fitting */

typedef struct {
    App *app;
    gint64 organisation_id, by;
    gboolean only_when_due;
    gboolean due;
    gint64 model_id, attempts;
    ChallengeWeights current; /* in use when the log was read */
    GArray *newest_first;     /* ChallengeAttempt */
    ChallengeFit *fit;
} Fitting;

static gboolean find_whether_due(DbTx *tx, Fitting *fitting, GError **error)
{
    ChallengeModelRow last;
    gboolean found;
    if (!challenge_model_db_count(tx, fitting->organisation_id, &fitting->attempts, error) ||
        !challenge_model_db_newest(tx, fitting->organisation_id, &last, &found, error))
        return FALSE;
    gboolean is_new = !found || ((double)fitting->attempts >= FIT_GROWTH * (double)last.attempts &&
                                 clock_now() - last.made_at >= FIT_REST);
    fitting->due = fitting->attempts >= CHALLENGE_FIT_LEAST && is_new;
    return TRUE;
}

static gboolean load(DbTx *tx, gpointer data, GError **error)
{
    Fitting *fitting = data;
    const ChallengeWeights *current =
        challenge_model_current(fitting->app, tx, fitting->organisation_id, &fitting->model_id, error);
    if (!current || !find_whether_due(tx, fitting, error))
        return FALSE;
    fitting->current = *current;
    if (fitting->only_when_due ? !fitting->due : fitting->attempts < CHALLENGE_FIT_LEAST)
        return TRUE;
    fitting->newest_first = load_attempts(tx, fitting->organisation_id, error);
    return fitting->newest_first != NULL;
}

/* Judged by the newest attempts, which were held out from it; what comes into use is then fitted to all. */
static void fit(Fitting *fitting)
{
    g_auto(History) history = history_of(fitting->newest_first);
    const guint n = history.log->n, from = n - n / JUDGED_SHARE;
    hold_out(&history, from);
    const ChallengeWeights judged = challenge_fit(history.log, &history.settings, &challenge_weights_default);
    hold_out(&history, n);
    const Judgement judgement = judge(&history, &judged, from);
    *fitting->fit = (ChallengeFit){
        .weights = challenge_fit(history.log, &history.settings, &challenge_weights_default),
        .n = n - from,
        .log_loss = judgement.log_loss,
        .log_loss_before = judge(&history, &fitting->current, from).log_loss,
        .log_loss_default = judge(&history, &challenge_weights_default, from).log_loss,
        .auc = judgement.auc,
    };
}

static gboolean choose(DbTx *tx, const Fitting *fitting, gint64 id, GError **error)
{
    return challenge_model_db_choose(tx, fitting->organisation_id, id, error) &&
           people_emit(tx, fitting->organisation_id, fitting->by, "challenge-model", id, error);
}

/* Used when it is no worse; not when another one came into use while it was fitted. */
static gboolean keep(DbTx *tx, gpointer data, GError **error)
{
    Fitting *fitting = data;
    ChallengeFit *result = fitting->fit;
    gint64 current_id;
    if (!db_lock(tx, fitting->organisation_id, error) ||
        !challenge_model_db_current(tx, fitting->organisation_id, &current_id, error))
        return FALSE;
    result->chosen = result->log_loss <= result->log_loss_before && current_id == fitting->model_id;
    const ChallengeModelRow row = {
        .id = id_new(),
        .made_at = clock_now(),
        .weights = result->weights,
        .chosen = result->chosen,
        .n = result->n,
        .attempts = fitting->attempts,
        .log_loss = result->log_loss,
        .log_loss_before = result->log_loss_before,
        .log_loss_default = result->log_loss_default,
        .auc = result->auc,
    };
    g_autofree char *detail = g_strdup_printf("judged by %" G_GINT64_FORMAT " attempts, log loss %.4f, before %.4f%s",
                                              row.n, row.log_loss, row.log_loss_before, row.chosen ? "" : ": not used");
    return challenge_model_db_add(tx, fitting->organisation_id, &row, error) &&
           people_audit(tx, fitting->organisation_id, fitting->by, "challenge.fitted", row.id, detail, error) &&
           (!row.chosen || choose(tx, fitting, row.id, error));
}

static void say(const Fitting *fitting)
{
    const ChallengeFit *result = fitting->fit;
    g_message("challenge of organisation %" G_GINT64_FORMAT ": judged by %" G_GINT64_FORMAT
              " attempts, log loss %.4f (before %.4f, shipped weights %.4f)%s",
              fitting->organisation_id, result->n, result->log_loss, result->log_loss_before, result->log_loss_default,
              result->chosen ? "" : ", not used");
}

static gboolean load_fit_and_keep(Fitting *fitting, GError **error)
{
    if (!db_read(fitting->app->db, load, fitting, error))
        return FALSE;
    g_autoptr(GArray) newest_first = fitting->newest_first;
    *fitting->fit = (ChallengeFit){ .weights = fitting->current };
    if (!newest_first)
        return TRUE;
    fit(fitting);
    if (!db_write(fitting->app->db, keep, fitting, error))
        return FALSE;
    if (!fitting->fit->chosen)
        fitting->fit->weights = fitting->current;
    say(fitting);
    return TRUE;
}

gboolean practice_fit_challenge(App *app, gint64 organisation_id, gint64 by, ChallengeFit *result, GError **error)
{
    Fitting fitting = { .app = app, .organisation_id = organisation_id, .by = by, .fit = result };
    return load_fit_and_keep(&fitting, error);
}

/* --- in the background */

gboolean challenge_model_fit(App *app, const char *payload, GError **error)
{
    ChallengeFit result;
    Fitting fitting = { .app = app, .only_when_due = TRUE, .fit = &result };
    if (!id_parse(payload, &fitting.organisation_id))
        return whet_fail(error, WHET_ERROR_FAILED, "It does not say whose challenge is meant.");
    return load_fit_and_keep(&fitting, error);
}

static gboolean find_due(DbTx *tx, gpointer data, GError **error)
{
    GArray *due = data; /* gint64: organisations */
    g_autoptr(GArray) organisations = people_organisations(tx, error);
    for (guint i = 0; organisations && i < organisations->len; i++) {
        Fitting fitting = { .organisation_id = g_array_index(organisations, gint64, i) };
        if (!find_whether_due(tx, &fitting, error))
            return FALSE;
        if (fitting.due)
            g_array_append_val(due, fitting.organisation_id);
    }
    return organisations != NULL;
}

static gboolean add_jobs(DbTx *tx, gpointer data, GError **error)
{
    const GArray *due = data;
    for (guint i = 0; i < due->len; i++) {
        g_autofree char *payload = g_strdup_printf("%" G_GINT64_FORMAT, g_array_index(due, gint64, i));
        if (!jobs_add(tx, CHALLENGE_FIT_JOB, payload, clock_now(), error))
            return FALSE;
    }
    return TRUE;
}

/* Every process does this: a second job for the same organisation finds that there is nothing new any more. */
gboolean challenge_model_watch(App *app, const char *payload, GError **error)
{
    g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(gint64));
    if (!db_read(app->db, find_due, due, error))
        return FALSE;
    if (due->len == 0)
        return TRUE;
    if (!db_write(app->db, add_jobs, due, error))
        return FALSE;
    jobs_wake();
    return TRUE;
}
