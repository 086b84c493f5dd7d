/* The SQL of what a person knows, and of checking. */
#include "feature/practice/practice_db.h"
#include "platform/error.h"

static MemoryRow memory_row(const DbRows *rows)
{
    return (MemoryRow){
        .concept_id = db_rows_int(rows, 0),
        .due_at = db_rows_int(rows, 1),
        .state = { db_rows_real(rows, 2), db_rows_real(rows, 10), db_rows_real(rows, 3) },
        .reviewed_at = db_rows_int(rows, 4),
        .confidently_wrong = db_rows_int(rows, 5) != 0,
        .seen = (char *)db_rows_text(rows, 6), /* borrowed during the call */
        .reviews = db_rows_int(rows, 7),
        .lapses = db_rows_int(rows, 8),
        .day = db_rows_int(rows, 9),
        .model_id = db_rows_int(rows, 11),
        .score_sum = db_rows_real(rows, 12),
        .last_score = db_rows_real(rows, 13),
    };
}

#define MEMORY_COLUMNS                                                                                             \
    "concept_id, due_at, stability, difficulty, reviewed_at, confidently_wrong, seen, reviews, lapses, day, fast," \
    " model_id, score_sum, last_score"

static gboolean each_memory(DbTx *tx, const char *sql, const DbValue *args,
                            void (*each)(const MemoryRow *row, gpointer data), gpointer data, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        MemoryRow row = memory_row(rows);
        each(&row, data);
    }
    return db_rows_done(rows, error);
}

gboolean practice_db_each_memory(DbTx *tx, const HttpIdentity *who, void (*each)(const MemoryRow *row, gpointer data),
                                 gpointer data, GError **error)
{
    static const char sql[] = "SELECT " MEMORY_COLUMNS " FROM memory WHERE person_id = $1 AND organisation_id = $2";
    return each_memory(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), each, data, error);
}

gboolean practice_db_each_due(DbTx *tx, const HttpIdentity *who, gint64 now,
                              void (*each)(const MemoryRow *row, gpointer data), gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT " MEMORY_COLUMNS " FROM memory WHERE person_id = $1 AND organisation_id = $2 AND due_at <= $3";
    return each_memory(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(now)), each, data,
                       error);
}

gboolean practice_db_each_later(DbTx *tx, const HttpIdentity *who, gint64 now, int most,
                                void (*each)(const MemoryRow *row, gpointer data), gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT " MEMORY_COLUMNS " FROM memory WHERE person_id = $1 AND organisation_id = $2 AND due_at > $3"
        " ORDER BY due_at LIMIT $4";
    return each_memory(tx, sql,
                       DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(now), db_int(most)), each,
                       data, error);
}

gboolean practice_db_one_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id,
                                void (*each)(const MemoryRow *row, gpointer data), gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT " MEMORY_COLUMNS " FROM memory WHERE person_id = $1 AND organisation_id = $2 AND concept_id = $3";
    return each_memory(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(concept_id)), each,
                       data, error);
}

gboolean practice_db_each_known(DbTx *tx, const HttpIdentity *who, void (*each)(gint64 concept_id, gpointer data),
                                gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT concept_id FROM memory WHERE organisation_id = $1 AND person_id = $2"; /* the index is all it reads */
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->organisation_id), db_int(who->person_id)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows))
        each(db_rows_int(rows, 0), data);
    return db_rows_done(rows, error);
}

GArray *practice_db_recent_scores(DbTx *tx, const HttpIdentity *who, int most, gint64 *last_exercise, GError **error)
{
    static const char sql[] = "SELECT score, exercise_id FROM attempt WHERE person_id = $1 AND organisation_id = $2"
                              " ORDER BY id DESC LIMIT $3";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(most)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) scores = g_array_new(FALSE, FALSE, sizeof(double));
    *last_exercise = 0;
    while (db_rows_next(rows)) {
        if (!*last_exercise)
            *last_exercise = db_rows_int(rows, 1);
        double score = db_rows_real(rows, 0);
        if (!db_rows_is_null(rows, 0))
            g_array_prepend_val(scores, score);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&scores) : NULL;
}

GHashTable *practice_db_packs(DbTx *tx, const HttpIdentity *who, GError **error)
{
    static const char sql[] = "SELECT pack_id FROM person_pack WHERE person_id = $1 AND organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GHashTable) packs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    while (db_rows_next(rows)) {
        gint64 id = db_rows_int(rows, 0);
        g_hash_table_add(packs, g_memdup2(&id, sizeof id));
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&packs) : NULL;
}

char *practice_db_zone(DbTx *tx, const HttpIdentity *who, int *minutes, TargetWish *challenge, GError **error)
{
    static const char sql[] =
        "SELECT time_zone, session_minutes, challenge FROM person WHERE id = $1 AND organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "This person is not there any more.");
        return NULL;
    }
    *minutes = (int)db_rows_int(rows, 1);
    *challenge = (TargetWish)db_rows_int(rows, 2);
    return g_strdup(db_rows_text(rows, 0));
}

GArray *practice_db_days(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error)
{
    static const char sql[] =
        "SELECT day, SUM(seconds), COUNT(*) FROM attempt WHERE person_id = $1 AND organisation_id = $2 AND day >= $3"
        " GROUP BY day ORDER BY day";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(since)), error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(PracticeDay));
    while (db_rows_next(rows))
        g_array_append_val(days,
                           ((PracticeDay){ db_rows_int(rows, 0), db_rows_real(rows, 1), (int)db_rows_int(rows, 2) }));
    return db_rows_done(rows, error) ? g_steal_pointer(&days) : NULL;
}

gboolean practice_db_confidence(DbTx *tx, const HttpIdentity *who, gint64 attempts[4], gint64 right[4], GError **error)
{
    static const char sql[] =
        "SELECT confidence, COUNT(*), SUM(CASE WHEN score >= $3 THEN 1 ELSE 0 END) FROM attempt"
        " WHERE person_id = $1 AND organisation_id = $2 AND score IS NOT NULL AND try_number = 1 GROUP BY confidence";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_real(MEMORY_PASS)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        gint64 confidence = CLAMP(db_rows_int(rows, 0), 0, 3);
        attempts[confidence] = db_rows_int(rows, 1);
        right[confidence] = db_rows_int(rows, 2);
    }
    return db_rows_done(rows, error);
}

GArray *practice_db_unseen(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error)
{
    /* `concept_id` in the second part is for its index. */
    static const char sql[] = "SELECT concept.skill_id, COUNT(*), SUM(CASE WHEN attempt.score >= $4 THEN 1 ELSE 0 END)"
                              " FROM attempt JOIN concept ON concept.id = attempt.concept_id"
                              " WHERE attempt.person_id = $1 AND attempt.organisation_id = $2 AND attempt.day >= $3"
                              " AND attempt.score IS NOT NULL AND NOT EXISTS (SELECT 1 FROM attempt AS earlier"
                              " WHERE earlier.person_id = attempt.person_id AND earlier.concept_id = attempt.concept_id"
                              " AND earlier.exercise_id = attempt.exercise_id AND earlier.id < attempt.id)"
                              " GROUP BY concept.skill_id ORDER BY concept.skill_id";
    g_autoptr(DbRows) rows = db_query(
        tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(since), db_real(MEMORY_PASS)),
        error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(UnseenCount));
    while (db_rows_next(rows)) {
        UnseenCount count = { db_rows_int(rows, 0), db_rows_int(rows, 1), db_rows_int(rows, 2) };
        g_array_append_val(counts, count);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&counts) : NULL;
}

gboolean practice_db_recent(DbTx *tx, const HttpIdentity *who, RecentCount *count, GError **error)
{
    static const char sql[] =
        "SELECT COUNT(*), SUM(CASE WHEN score >= $3 THEN 1 ELSE 0 END) FROM (SELECT score FROM attempt"
        " WHERE person_id = $1 AND organisation_id = $2 AND score IS NOT NULL AND try_number = 1"
        " ORDER BY id DESC LIMIT $4) AS newest";
    g_autoptr(DbRows) rows = db_query(tx, sql,
                                      DB_ARGS(db_int(who->person_id), db_int(who->organisation_id),
                                              db_real(MEMORY_PASS), db_int(PRACTICE_RECENT_MOST)),
                                      error);
    if (!rows)
        return FALSE;
    *count = (RecentCount){ 0 };
    if (db_rows_next(rows))
        *count = (RecentCount){ db_rows_int(rows, 0), db_rows_int(rows, 1) };
    return db_rows_done(rows, error);
}

gboolean practice_db_remove_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id, GError **error)
{
    static const char sql[] = "DELETE FROM memory WHERE person_id = $1 AND organisation_id = $2 AND concept_id = $3";
    return db_run(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(concept_id)), error);
}

GArray *practice_db_everybody(DbTx *tx, GError **error)
{
    static const char sql[] = "SELECT id, organisation_id FROM person ORDER BY id";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_NO_ARGS, error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) people = g_array_new(FALSE, TRUE, sizeof(HttpIdentity));
    while (db_rows_next(rows))
        g_array_append_val(
            people, ((HttpIdentity){ .person_id = db_rows_int(rows, 0), .organisation_id = db_rows_int(rows, 1) }));
    return db_rows_done(rows, error) ? g_steal_pointer(&people) : NULL;
}

#define REVIEW_COLUMNS                                                                                              \
    "SELECT attempt.concept_id, attempt.exercise_id, attempt.review, attempt.day, attempt.answered_at, attempt.id," \
    " attempt.rating, attempt.confidence, attempt.score, concept.must_know FROM attempt"                            \
    " JOIN concept ON concept.id = attempt.concept_id"                                                              \
    " WHERE attempt.person_id = $1 AND attempt.organisation_id = $2 AND attempt.review IS NOT NULL"

static gboolean each_review(DbTx *tx, const char *sql, const DbValue *args,
                            void (*each)(const ReviewRow *row, gpointer data), gpointer data, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        ReviewRow row = {
            .concept_id = db_rows_int(rows, 0),
            .exercise_id = db_rows_int(rows, 1),
            .review = db_rows_int(rows, 2),
            .day = db_rows_int(rows, 3),
            .answered_at = db_rows_int(rows, 4),
            .id = db_rows_int(rows, 5),
            .rating = (MemoryRating)db_rows_int(rows, 6),
            .score = db_rows_real(rows, 8),
            .confidently_wrong = practice_confidently_wrong((Confidence)db_rows_int(rows, 7), db_rows_real(rows, 8)),
            .must_know = db_rows_int(rows, 9) != 0,
        };
        each(&row, data);
    }
    return db_rows_done(rows, error);
}

gboolean practice_db_each_review(DbTx *tx, const HttpIdentity *who, void (*each)(const ReviewRow *row, gpointer data),
                                 gpointer data, GError **error)
{
    static const char sql[] = REVIEW_COLUMNS " ORDER BY attempt.concept_id, attempt.review";
    return each_review(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), each, data, error);
}

gboolean practice_db_each_review_of(DbTx *tx, const HttpIdentity *who, gint64 concept_id,
                                    void (*each)(const ReviewRow *row, gpointer data), gpointer data, GError **error)
{
    static const char sql[] = REVIEW_COLUMNS " AND attempt.concept_id = $3 ORDER BY attempt.review";
    return each_review(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(concept_id)), each,
                       data, error);
}
