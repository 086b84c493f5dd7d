/* Proving that memories follow from attempts: replays every counted attempt and compares. */
#include "feature/practice/model.h"
#include "feature/practice/review.h"
#include "platform/clock.h"
#include <math.h>

/* Doubles go through text with PostgreSQL and back without loss; this only allows for another compiler's arithmetic. */
#define STATE_TOLERANCE 1e-9
#define DUE_TOLERANCE CLOCK_SECOND

typedef struct {
    App *app;
    const HttpIdentity *who;
    gboolean repair;
    void (*report)(const char *sentence, gpointer data);
    gpointer report_data;
    guint *checked;
    const MemoryModel *current; /* the organisation's model */
    gint64 model_id;
    GPtrArray *kept;      /* MemoryRow *: what there is */
    GHashTable *models;   /* gint64 * concept -> MemoryModel *, borrowed: what its memory is of */
    GHashTable *replayed; /* gint64 * concept -> MemoryRow * */
    GPtrArray *wrong;     /* MemoryRow *, borrowed from `replayed` */
    GArray *unfounded;    /* gint64: concepts of memories without attempts */
} Check;

static void row_free(MemoryRow *row)
{
    memory_row_clear(row);
    g_free(row);
}

static void take(const MemoryRow *row, gpointer data)
{
    Check *check = data;
    MemoryRow *copy = g_memdup2(row, sizeof *row);
    copy->seen = g_strdup(row->seen);
    g_ptr_array_add(check->kept, copy);
}

/* Each memory is replayed with the model that it says it is of. */
static gboolean find_models(Check *check, DbTx *tx, GError **error)
{
    gint64 organisation_id = check->who->organisation_id;
    check->current = model_current(check->app, tx, organisation_id, &check->model_id, error);
    if (!check->current)
        return FALSE;
    for (guint i = 0; i < check->kept->len; i++) {
        MemoryRow *row = check->kept->pdata[i];
        const MemoryModel *model = model_find(check->app, tx, organisation_id, row->model_id, error);
        if (!model)
            return FALSE;
        g_hash_table_insert(check->models, &row->concept_id, (gpointer)model);
    }
    return TRUE;
}

static const MemoryModel *model_of(const Check *check, gint64 concept_id)
{
    const MemoryModel *model = g_hash_table_lookup(check->models, &concept_id);
    return model ? model : check->current;
}

static void replay(const ReviewRow *review, gpointer data)
{
    Check *check = data;
    MemoryRow *row = g_hash_table_lookup(check->replayed, &review->concept_id);
    if (!row) {
        row = g_new0(MemoryRow, 1);
        row->concept_id = review->concept_id;
        row->model_id = check->model_id;
        g_hash_table_insert(check->replayed, &row->concept_id, row);
    }
    review_apply(model_of(check, review->concept_id), row, review);
}

/* A change of must_know by a new version of the pack takes effect with the next review, so either retention may stand
 * there. What an earlier release called due stands until the memory is folded anew. */
static gboolean due_agrees(const Check *check, const MemoryRow *row, const MemoryRow *kept)
{
    if (kept->model_id == MODEL_EARLIER)
        return TRUE;
    const MemoryModel *model = model_of(check, row->concept_id);
    return ABS(review_due(model, row, TRUE) - kept->due_at) <= DUE_TOLERANCE ||
           ABS(review_due(model, row, FALSE) - kept->due_at) <= DUE_TOLERANCE;
}

static gboolean near(double a, double b)
{
    return fabs(a - b) <= STATE_TOLERANCE * fmax(1, fabs(a));
}

static void compare(Check *check, const MemoryRow *kept)
{
    (*check->checked)++;
    MemoryRow *row = g_hash_table_lookup(check->replayed, &kept->concept_id);
    g_autofree char *sentence = NULL;
    if (!row) {
        sentence =
            g_strdup_printf("person %" G_GINT64_FORMAT ", concept %" G_GINT64_FORMAT ": a memory without attempts",
                            check->who->person_id, kept->concept_id);
        g_array_append_val(check->unfounded, kept->concept_id);
    } else {
        row->model_id = kept->model_id;
        gboolean agrees =
            near(row->state.stability, kept->state.stability) && near(row->state.fast, kept->state.fast) &&
            near(row->state.difficulty, kept->state.difficulty) && row->reviews == kept->reviews &&
            row->lapses == kept->lapses && row->reviewed_at == kept->reviewed_at && row->day == kept->day &&
            near(row->score_sum, kept->score_sum) && near(row->last_score, kept->last_score) &&
            row->confidently_wrong == kept->confidently_wrong && due_agrees(check, row, kept) &&
            g_str_equal(row->seen, kept->seen);
        if (!agrees) {
            sentence = g_strdup_printf("person %" G_GINT64_FORMAT ", concept %" G_GINT64_FORMAT
                                       ": stability %.6f after %" G_GINT64_FORMAT
                                       " reviews, but its attempts give %.6f after %" G_GINT64_FORMAT,
                                       check->who->person_id, kept->concept_id, kept->state.stability, kept->reviews,
                                       row->state.stability, row->reviews);
            g_ptr_array_add(check->wrong, row);
        }
        row->reviewed_at = agrees ? -1 : row->reviewed_at; /* marks it as met */
    }
    if (sentence)
        check->report(sentence, check->report_data);
}

static void find_missing(Check *check)
{
    GHashTableIter iter;
    gpointer row;
    g_hash_table_iter_init(&iter, check->replayed);
    while (g_hash_table_iter_next(&iter, NULL, &row)) {
        if (((MemoryRow *)row)->reviewed_at < 0 || g_ptr_array_find(check->wrong, row, NULL))
            continue;
        g_autofree char *sentence =
            g_strdup_printf("person %" G_GINT64_FORMAT ", concept %" G_GINT64_FORMAT ": attempts, but no memory",
                            check->who->person_id, ((MemoryRow *)row)->concept_id);
        check->report(sentence, check->report_data);
        g_ptr_array_add(check->wrong, row);
    }
}

static gboolean check_person(DbTx *tx, gpointer data, GError **error)
{
    Check *check = data;
    g_ptr_array_set_size(check->wrong, 0);
    g_array_set_size(check->unfounded, 0);
    g_hash_table_remove_all(check->replayed);
    g_hash_table_remove_all(check->models);
    g_ptr_array_set_size(check->kept, 0);
    if (check->repair && !db_lock(tx, check->who->person_id, error))
        return FALSE;
    if (!practice_db_each_memory(tx, check->who, take, check, error) || !find_models(check, tx, error) ||
        !practice_db_each_review(tx, check->who, replay, check, error))
        return FALSE;
    for (guint i = 0; i < check->kept->len; i++)
        compare(check, check->kept->pdata[i]);
    find_missing(check);
    for (guint i = 0; check->repair && i < check->wrong->len; i++)
        if (!practice_db_put_memory(tx, check->who->organisation_id, check->who->person_id, check->wrong->pdata[i],
                                    error))
            return FALSE;
    for (guint i = 0; check->repair && i < check->unfounded->len; i++)
        if (!practice_db_remove_memory(tx, check->who, g_array_index(check->unfounded, gint64, i), error))
            return FALSE;
    return TRUE;
}

typedef struct {
    GArray *people;
} Everybody;

static gboolean list_people(DbTx *tx, gpointer data, GError **error)
{
    Everybody *everybody = data;
    everybody->people = practice_db_everybody(tx, error);
    return everybody->people != NULL;
}

gboolean practice_check(App *app, gboolean repair, void (*report)(const char *sentence, gpointer data), gpointer data,
                        guint *checked, GError **error)
{
    Everybody everybody = { 0 };
    if (!db_read(app->db, list_people, &everybody, error))
        return FALSE;
    g_autoptr(GArray) people = everybody.people;
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    g_autoptr(GHashTable) models = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autoptr(GPtrArray) wrong = g_ptr_array_new();
    g_autoptr(GArray) unfounded = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GHashTable) replayed = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)row_free);
    Check check = {
        .app = app,
        .repair = repair,
        .report = report,
        .report_data = data,
        .checked = checked,
        .kept = kept,
        .models = models,
        .replayed = replayed,
        .wrong = wrong,
        .unfounded = unfounded,
    };
    *checked = 0;
    for (guint i = 0; i < people->len; i++) {
        check.who = &g_array_index(people, HttpIdentity, i);
        gboolean ok =
            repair ? db_write(app->db, check_person, &check, error) : db_read(app->db, check_person, &check, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}
