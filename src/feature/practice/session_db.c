/* The SQL of sessions. Knows in which order entries come that were added later. */
#include "feature/practice/practice_db.h"
#include "platform/error.h"

void session_entry_free(SessionEntry *entry)
{
    g_free(entry->why);
    g_free(entry);
}

Session *session_new(void)
{
    Session *session = g_new0(Session, 1);
    session->entries = g_ptr_array_new_with_free_func((GDestroyNotify)session_entry_free);
    return session;
}

void session_free(Session *session)
{
    g_free(session->note);
    g_free(session->kind);
    g_ptr_array_unref(session->entries);
    g_free(session);
}

gboolean practice_db_add_entry(DbTx *tx, const HttpIdentity *who, gint64 session_id, const SessionEntry *entry,
                               GError **error)
{
    static const char sql[] =
        "INSERT INTO session_entry (session_id, position, organisation_id, concept_id, exercise_id, version, why,"
        " retrievability, later, predicted, seconds, introduces, attempt_id, follows)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    return db_run(tx, sql,
                  DB_ARGS(db_int(session_id), db_int(entry->position), db_int(who->organisation_id),
                          db_int(entry->concept_id), db_int(entry->exercise_id), db_int(entry->version),
                          db_text(entry->why), db_real(entry->retrievability), db_real(entry->later),
                          db_real(entry->predicted), db_real(entry->seconds), db_int(entry->introduces),
                          entry->attempt_id ? db_int(entry->attempt_id) : db_null(),
                          entry->follows >= 0 ? db_int(entry->follows) : db_null()),
                  error);
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
    for (guint i = 0; i < session->entries->len; i++)
        if (!practice_db_add_entry(tx, who, session->id, session->entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean load_entries(DbTx *tx, Session *session, GError **error)
{
    static const char sql[] =
        "SELECT position, concept_id, exercise_id, version, why, retrievability, later, predicted, seconds, introduces,"
        " attempt_id, follows FROM session_entry"
        " WHERE session_id = $1 ORDER BY COALESCE(follows, position), position";
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
        entry->attempt_id = db_rows_int(rows, 10);
        entry->follows = db_rows_is_null(rows, 11) ? -1 : (int)db_rows_int(rows, 11);
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
