/* Fitting. Knows when there is enough that is new, what is fitted to, and when the result is used; hides that it takes
 * seconds, during which no transaction is open. */
#include "feature/practice/fit.h"
#include "engine/memory/memory_eval.h"
#include "engine/memory/memory_fit.h"
#include "feature/people/people.h"
#include "feature/practice/challenge_model_fit.h"
#include "feature/practice/model.h"
#include "feature/practice/model_db.h"
#include "feature/practice/practice.h"
#include "feature/practice/refold.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

#include <math.h>

#define FIT_GROWTH 1.2 /* answers a day or more after the one before, since the last fit */
#define FIT_REST CLOCK_DAY
#define WATCH_EVERY CLOCK_HOUR

enum {
    REVIEWS_MOST = 200000, /* the newest: older ones say little about how people are taught now */
    REVIEWS_AT_ONCE = 10000,
};

/* --- the log */

typedef struct {
    gint64 person_id, concept_id;
} CardKey;

static guint key_hash(gconstpointer data)
{
    const CardKey *key = data;
    return g_int64_hash(&key->person_id) * 31 + g_int64_hash(&key->concept_id);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const CardKey *left = a, *right = b;
    return left->person_id == right->person_id && left->concept_id == right->concept_id;
}

/* ModelReview, newest first. */
static GArray *load_reviews(DbTx *tx, gint64 organisation_id, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(ModelReview));
    gint64 before = G_MAXINT64;
    for (gboolean more = TRUE; more && all->len < REVIEWS_MOST;) {
        g_autoptr(GArray) some = model_db_reviews(tx, organisation_id, before, REVIEWS_AT_ONCE, error);
        if (!some)
            return NULL;
        more = some->len == REVIEWS_AT_ONCE;
        if (some->len > 0)
            before = g_array_index(some, ModelReview, some->len - 1).id;
        g_array_append_vals(all, some->data, some->len);
    }
    return g_steal_pointer(&all);
}

/* Numbers the memories whose first review is there: one that begins in the middle tells nothing. */
static GHashTable *number_cards(const GArray *reviews)
{
    GHashTable *cards = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    for (guint i = 0; i < reviews->len; i++) {
        const ModelReview *review = &g_array_index(reviews, ModelReview, i);
        const CardKey key = { review->person_id, review->concept_id };
        if (review->review == 1 && !g_hash_table_contains(cards, &key))
            g_hash_table_insert(cards, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(g_hash_table_size(cards)));
    }
    return cards;
}

static ReviewLog *log_of(const GArray *reviews)
{
    g_autoptr(GHashTable) cards = number_cards(reviews);
    Review *list = g_new0(Review, reviews->len + 1);
    guint n = 0;
    for (guint i = reviews->len; i-- > 0;) {
        const ModelReview *review = &g_array_index(reviews, ModelReview, i);
        const CardKey key = { review->person_id, review->concept_id };
        gpointer card;
        if (!g_hash_table_lookup_extended(cards, &key, NULL, &card))
            continue;
        list[n++] = (Review){
            .card = GPOINTER_TO_UINT(card),
            .day = review->day,
            .time = (double)review->answered_at / (double)CLOCK_DAY,
            .rating = (guint8)review->rating,
        };
    }
    return review_log_take(list, n);
}

/* --- fitting */

typedef struct {
    App *app;
    gint64 organisation_id, by;
    gboolean only_when_due;
    gboolean due;
    gint64 model_id, returns;
    MemoryModel current; /* in use when the log was read */
    ReviewLog *log;
    PracticeFit *fit;
} Fitting;

static gboolean find_whether_due(DbTx *tx, Fitting *fitting, GError **error)
{
    gint64 organisation_id = fitting->organisation_id;
    ModelRow last;
    gboolean found;
    if (!model_db_returns(tx, organisation_id, &fitting->returns, error) ||
        !model_db_newest_of(tx, organisation_id, fitting->current.algorithm, MODEL_FITTED, &last, &found, error))
        return FALSE;
    gboolean is_new = !found || ((double)fitting->returns >= FIT_GROWTH * (double)last.returns &&
                                 clock_now() - last.made_at >= FIT_REST);
    fitting->due = fitting->returns >= MEMORY_FIT_LEAST && is_new;
    return TRUE;
}

static gboolean find_current(DbTx *tx, Fitting *fitting, GError **error)
{
    const MemoryModel *current = model_current(fitting->app, tx, fitting->organisation_id, &fitting->model_id, error);
    if (!current)
        return FALSE;
    fitting->current = *current;
    return TRUE;
}

static gboolean load(DbTx *tx, gpointer data, GError **error)
{
    Fitting *fitting = data;
    if (!find_current(tx, fitting, error) || !find_whether_due(tx, fitting, error))
        return FALSE;
    if (fitting->only_when_due && !fitting->due)
        return TRUE;
    g_autoptr(GArray) reviews = load_reviews(tx, fitting->organisation_id, error);
    if (!reviews)
        return FALSE;
    fitting->log = log_of(reviews);
    return TRUE;
}

static double log_loss_of(const MemoryModel *model, const ReviewLog *log)
{
    g_autofree double *p = g_new(double, log->n + 1);
    memory_eval_predict(model, log, p);
    return memory_eval_metrics(log, p).log_loss;
}

static gboolean fit(Fitting *fitting, GError **error)
{
    MemoryFit fitted;
    gint64 begun = g_get_monotonic_time();
    const MemoryFitWish wish = {
        .algorithm = fitting->current.algorithm,
        .previous = &fitting->current,
        .threads = 1, /* people are answering meanwhile */
    };
    if (!memory_fit(fitting->log, &wish, &fitted))
        return whet_fail(error, WHET_ERROR_FAILED, "Fitting was stopped.");
    *fitting->fit = (PracticeFit){
        .model = fitted.model,
        .n = fitted.n,
        .log_loss = fitted.log_loss,
        .log_loss_before = log_loss_of(&fitting->current, fitting->log),
        .log_loss_default = fitted.log_loss_default,
        .rmse_bins = fitted.rmse_bins,
        .auc = fitted.auc,
        .seconds = (double)(g_get_monotonic_time() - begun) / 1e6,
    };
    return TRUE;
}

/* Used when it is no worse; not when another one came into use while it was fitted. */
static gboolean keep(DbTx *tx, gpointer data, GError **error)
{
    Fitting *fitting = data;
    PracticeFit *result = fitting->fit;
    gint64 current_id;
    if (!db_lock(tx, fitting->organisation_id, error) ||
        !model_db_current(tx, fitting->organisation_id, &current_id, error))
        return FALSE;
    result->chosen = result->log_loss <= result->log_loss_before && current_id == fitting->model_id;
    const ModelRow row = {
        .id = id_new(),
        .made_at = clock_now(),
        .model = result->model,
        .chosen = result->chosen,
        .n = result->n,
        .returns = fitting->returns,
        .log_loss = result->log_loss,
        .log_loss_before = result->log_loss_before,
        .log_loss_default = result->log_loss_default,
        .rmse_bins = result->rmse_bins,
        .auc = result->auc,
    };
    g_autofree char *detail = g_strdup_printf("%s, %" G_GINT64_FORMAT " reviews, log loss %.4f, before %.4f%s",
                                              memory_algorithm_info(row.model.algorithm)->name, row.n, row.log_loss,
                                              row.log_loss_before, row.chosen ? "" : ": not used");
    return model_db_add(tx, fitting->organisation_id, &row, error) &&
           (row.chosen
                ? model_adopt(tx, fitting->organisation_id, fitting->by, row.id, "memory.fitted", detail, error)
                : people_audit(tx, fitting->organisation_id, fitting->by, "memory.fitted", row.id, detail, error));
}

static void say(const Fitting *fitting)
{
    const PracticeFit *result = fitting->fit;
    g_message("memory of organisation %" G_GINT64_FORMAT ": %s fitted to %" G_GINT64_FORMAT
              " reviews in %.1f s, log loss %.4f (before %.4f, published weights %.4f)%s",
              fitting->organisation_id, memory_algorithm_info(result->model.algorithm)->name, result->n,
              result->seconds, result->log_loss, result->log_loss_before, result->log_loss_default,
              result->chosen ? "" : ", not used");
}

static gboolean fit_and_keep(Fitting *fitting, GError **error)
{
    if (!fit(fitting, error))
        return FALSE;
    if (fitting->fit->n < MEMORY_FIT_LEAST)
        return TRUE;
    if (!db_write(fitting->app->db, keep, fitting, error))
        return FALSE;
    say(fitting);
    if (fitting->fit->chosen)
        jobs_wake();
    return TRUE;
}

gboolean practice_fit_memory(App *app, gint64 organisation_id, gint64 by, PracticeFit *result, GError **error)
{
    Fitting fitting = { .app = app, .organisation_id = organisation_id, .by = by, .fit = result };
    if (!db_read(app->db, load, &fitting, error))
        return FALSE;
    gboolean done = fit_and_keep(&fitting, error);
    review_log_free(fitting.log);
    return done;
}

/* --- in the background */

gboolean fit_begin(DbTx *tx, gint64 organisation_id, GError **error)
{
    g_autofree char *payload = g_strdup_printf("%" G_GINT64_FORMAT, organisation_id);
    return jobs_add(tx, FIT_JOB, payload, clock_now(), error);
}

static gboolean fit_run(App *app, const char *payload, GError **error)
{
    PracticeFit result;
    Fitting fitting = { .app = app, .only_when_due = TRUE, .fit = &result };
    if (!id_parse(payload, &fitting.organisation_id))
        return whet_fail(error, WHET_ERROR_FAILED, "It does not say whose memory is meant.");
    if (!db_read(app->db, load, &fitting, error))
        return FALSE;
    g_autoptr(ReviewLog) log = fitting.log;
    return !log || fit_and_keep(&fitting, error);
}

typedef struct {
    App *app;
    GArray *due; /* gint64: organisations */
} Watch;

static gboolean find_due(DbTx *tx, gpointer data, GError **error)
{
    Watch *watch = data;
    g_autoptr(GArray) organisations = people_organisations(tx, error);
    for (guint i = 0; organisations && i < organisations->len; i++) {
        Fitting fitting = { .app = watch->app, .organisation_id = g_array_index(organisations, gint64, i) };
        if (!find_current(tx, &fitting, error) || !find_whether_due(tx, &fitting, error))
            return FALSE;
        if (fitting.due)
            g_array_append_val(watch->due, fitting.organisation_id);
    }
    return organisations != NULL;
}

static gboolean add_jobs(DbTx *tx, gpointer data, GError **error)
{
    const Watch *watch = data;
    for (guint i = 0; i < watch->due->len; i++)
        if (!fit_begin(tx, g_array_index(watch->due, gint64, i), error))
            return FALSE;
    return TRUE;
}

/* Every process does this: a second job for the same organisation finds that there is nothing new any more. */
static gboolean watch(App *app, const char *payload, GError **error)
{
    g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(gint64));
    Watch watching = { app, due };
    if (!db_read(app->db, find_due, &watching, error))
        return FALSE;
    if (due->len == 0)
        return TRUE;
    if (!db_write(app->db, add_jobs, &watching, error))
        return FALSE;
    jobs_wake();
    return TRUE;
}

const JobHandler practice_jobs[] = {
    { FIT_JOB, fit_run, 0 },
    { REFOLD_JOB, refold_run, 0 },
    { "memory-watch", watch, WATCH_EVERY },
    { CHALLENGE_FIT_JOB, challenge_model_fit, 0 },
    { "challenge-watch", challenge_model_watch, WATCH_EVERY },
    { NULL },
};
