/* The SQL of what a person knows, of sessions, and of checking. */
#include "feature/practice/practice_db.h"
#include "platform/error.h"

static MemoryRow memory_row(const DbRows *rows)
{
    return (MemoryRow){
        .concept_id = db_rows_int(rows, 0),
        .due_at = db_rows_int(rows, 1),
        .state = { .stability = db_rows_real(rows, 2), .difficulty = db_rows_real(rows, 3) },
        .reviewed_at = db_rows_int(rows, 4),
        .confidently_wrong = db_rows_int(rows, 5) != 0,
        .seen = (char *)db_rows_text(rows, 6), /* borrowed during the call */
        .reviews = db_rows_int(rows, 7),
        .lapses = db_rows_int(rows, 8),
        .day = db_rows_int(rows, 9),
    };
}

#define MEMORY_COLUMNS \
    "concept_id, due_at, stability, difficulty, reviewed_at, confidently_wrong, seen, reviews, lapses, day"

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

GHashTable *practice_db_abilities(DbTx *tx, const HttpIdentity *who, GError **error)
{
    static const char sql[] =
        "SELECT skill_id, mean, variance FROM ability WHERE person_id = $1 AND organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GHashTable) abilities = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    while (db_rows_next(rows)) {
        gint64 skill = db_rows_int(rows, 0);
        ChallengeEstimate ability = { db_rows_real(rows, 1), db_rows_real(rows, 2) };
        g_hash_table_insert(abilities, g_memdup2(&skill, sizeof skill), g_memdup2(&ability, sizeof ability));
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&abilities) : NULL;
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

char *practice_db_zone(DbTx *tx, const HttpIdentity *who, int *minutes, GError **error)
{
    static const char sql[] = "SELECT time_zone, session_minutes FROM person WHERE id = $1 AND organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "This person is not there any more.");
        return NULL;
    }
    *minutes = (int)db_rows_int(rows, 1);
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

static void entry_free(SessionEntry *entry)
{
    g_free(entry->why);
    g_free(entry);
}

Session *session_new(void)
{
    Session *session = g_new0(Session, 1);
    session->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    return session;
}

void session_free(Session *session)
{
    g_free(session->note);
    g_free(session->kind);
    g_ptr_array_unref(session->entries);
    g_free(session);
}

gboolean practice_db_add_session(DbTx *tx, const HttpIdentity *who, const Session *session, GError **error)
{
    static const char put[] = "INSERT INTO session (id, organisation_id, person_id, kind, budget_seconds, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6)";
    if (!db_run(tx, put,
                DB_ARGS(db_int(session->id), db_int(who->organisation_id), db_int(who->person_id),
                        db_text(session->kind), db_int(session->budget_seconds), db_int(session->created_at)),
                error))
        return FALSE;
    static const char put_entry[] =
        "INSERT INTO session_entry (session_id, position, organisation_id, concept_id, exercise_id, version, why,"
        " retrievability, later,"
        " predicted, seconds, introduces) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    for (guint i = 0; i < session->entries->len; i++) {
        const SessionEntry *entry = session->entries->pdata[i];
        if (!db_run(tx, put_entry,
                    DB_ARGS(db_int(session->id), db_int(entry->position), db_int(who->organisation_id),
                            db_int(entry->concept_id), db_int(entry->exercise_id), db_int(entry->version),
                            db_text(entry->why), db_real(entry->retrievability), db_real(entry->later),
                            db_real(entry->predicted), db_real(entry->seconds), db_int(entry->introduces)),
                    error))
            return FALSE;
    }
    return TRUE;
}

static gboolean load_entries(DbTx *tx, Session *session, GError **error)
{
    static const char sql[] =
        "SELECT position, concept_id, exercise_id, version, why, retrievability, later, predicted, seconds, introduces"
        " FROM session_entry"
        " WHERE session_id = $1 ORDER BY position";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(session->id)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        SessionEntry *entry = g_new0(SessionEntry, 1);
        entry->position = (int)db_rows_int(rows, 0);
        entry->concept_id = db_rows_int(rows, 1);
        entry->exercise_id = db_rows_int(rows, 2);
        entry->version = (int)db_rows_int(rows, 3);
        entry->why = g_strdup(db_rows_text(rows, 4));
        entry->retrievability = db_rows_real(rows, 5);
        entry->later = db_rows_real(rows, 6);
        entry->predicted = db_rows_real(rows, 7);
        entry->seconds = db_rows_real(rows, 8);
        entry->introduces = db_rows_int(rows, 9) != 0;
        g_ptr_array_add(session->entries, entry);
    }
    return db_rows_done(rows, error);
}

static Session *load_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error)
{
    static const char sql[] = "SELECT created_at, finished_at, budget_seconds, note, kind FROM session"
                              " WHERE id = $1 AND person_id = $2 AND organisation_id = $3";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(session_id), db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such session.");
        return NULL;
    }
    Session *session = session_new();
    session->id = session_id;
    session->created_at = db_rows_int(rows, 0);
    session->finished_at = db_rows_int(rows, 1);
    session->budget_seconds = (int)db_rows_int(rows, 2);
    session->note = g_strdup(db_rows_text(rows, 3));
    session->kind = g_strdup(db_rows_text(rows, 4));
    return session;
}

Session *practice_db_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error)
{
    g_autoptr(Session) session = load_session(tx, who, session_id, error);
    return session && load_entries(tx, session, error) ? g_steal_pointer(&session) : NULL;
}

gint64 practice_db_open_session(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error)
{
    static const char sql[] =
        "SELECT id FROM session WHERE person_id = $1 AND organisation_id = $2 AND finished_at IS NULL"
        " AND created_at > $3"
        " ORDER BY id DESC LIMIT 1";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(since)), error);
    if (!rows)
        return -1;
    gint64 id = db_rows_next(rows) ? db_rows_int(rows, 0) : 0;
    while (db_rows_next(rows))
        continue;
    return db_rows_done(rows, error) ? id : -1;
}

gboolean practice_db_finish_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, const char *note, gint64 now,
                                    GError **error)
{
    static const char sql[] = "UPDATE session SET finished_at = COALESCE(finished_at, $4), note = COALESCE($5, note)"
                              " WHERE id = $3 AND person_id = $1 AND organisation_id = $2";
    gint64 changed;
    if (!db_run_counted(tx, sql,
                        DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(session_id), db_int(now),
                                db_text(note)),
                        &changed, error))
        return FALSE;
    if (changed == 0)
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such session.");
    return changed != 0;
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

gboolean practice_db_each_review(DbTx *tx, const HttpIdentity *who, void (*each)(const ReviewRow *row, gpointer data),
                                 gpointer data, GError **error)
{
    static const char sql[] =
        "SELECT attempt.concept_id, attempt.exercise_id, attempt.review, attempt.day, attempt.answered_at, attempt.id,"
        " attempt.rating,"
        " attempt.confidence, attempt.score, concept.must_know FROM attempt"
        " JOIN concept ON concept.id = attempt.concept_id"
        " WHERE attempt.person_id = $1 AND attempt.organisation_id = $2 AND attempt.review IS NOT NULL"
        " ORDER BY attempt.concept_id, attempt.review";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
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
            .confidently_wrong = practice_confidently_wrong((Confidence)db_rows_int(rows, 7), db_rows_real(rows, 8)),
            .must_know = db_rows_int(rows, 9) != 0,
        };
        each(&row, data);
    }
    return db_rows_done(rows, error);
}
