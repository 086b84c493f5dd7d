/* Knows the tables of sign-ins, links and failures. */
#include "feature/people/sign_in_db.h"

static const char put[] = "INSERT INTO sign_in (id, organisation_id, person_id, token_hash, csrf, user_agent, "
                          "created_at, rotated_at, seen_at, expires_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
#define COLUMNS                                                                                               \
    "SELECT sign_in.id, sign_in.organisation_id, sign_in.person_id, sign_in.created_at, sign_in.rotated_at, " \
    "sign_in.seen_at,"                                                                                        \
    " sign_in.expires_at, person.roles, sign_in.csrf, sign_in.user_agent, sign_in.token_hash,"                \
    " sign_in.previous_hash, sign_in.previous_until"                                                          \
    " FROM sign_in JOIN person ON person.id = sign_in.person_id AND person.organisation_id = sign_in.organisation_id"
static const char of_token[] =
    COLUMNS " WHERE (sign_in.token_hash = $1 OR (sign_in.previous_hash = $1 AND (sign_in.previous_until IS NULL OR"
            " sign_in.previous_until > $2))) AND sign_in.expires_at > $2 AND person.disabled_at IS NULL";
/* A hundred are more than anybody has. */
static const char of_person[] =
    COLUMNS " WHERE sign_in.organisation_id = $1 AND sign_in.person_id = $2 AND sign_in.expires_at > $3"
            " ORDER BY sign_in.seen_at DESC, sign_in.id DESC LIMIT 100";
static const char touch[] = "UPDATE sign_in SET seen_at = $1, expires_at = $2 WHERE organisation_id = $3 AND id = $4";
static const char rotate[] =
    "UPDATE sign_in SET token_hash = $1, previous_hash = $2, previous_until = NULL, rotated_at = $3"
    " WHERE organisation_id = $4 AND id = $5 AND (token_hash = $2 OR previous_hash = $2) AND rotated_at = $6";
static const char settle[] =
    "UPDATE sign_in SET previous_until = $1 WHERE organisation_id = $2 AND id = $3 AND previous_until IS NULL";
static const char end[] = "DELETE FROM sign_in WHERE organisation_id = $1 AND person_id = $2 AND id = $3";
static const char end_all[] = "DELETE FROM sign_in WHERE organisation_id = $1 AND person_id = $2 AND id <> $3";
static const char end_of_token[] = "DELETE FROM sign_in WHERE token_hash = $1 OR"
                                   " (previous_hash = $1 AND (previous_until IS NULL OR previous_until > $2))";

static const char put_link[] =
    "INSERT INTO sign_in_link (token_hash, organisation_id, person_id, uses_left, expires_at)"
    " SELECT CAST($1 AS TEXT), organisation_id, id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM person"
    " WHERE id = $4 AND disabled_at IS NULL";
static const char use_link[] =
    "UPDATE sign_in_link SET uses_left = uses_left - 1 WHERE token_hash = $1 AND uses_left > 0 AND expires_at > $2"
    " RETURNING organisation_id, person_id";
static const char count_links[] =
    "SELECT COUNT(*) FROM sign_in_link"
    " WHERE organisation_id = $1 AND person_id = $2 AND expires_at > $3 AND expires_at <= $4";
static const char drop_link[] = "DELETE FROM sign_in_link WHERE token_hash = $1";
static const char drop_links[] = "DELETE FROM sign_in_link WHERE organisation_id = $1 AND person_id = $2";

static const char count_failure[] =
    "INSERT INTO sign_in_failure (name_hash, failures, since) VALUES ($1, 1, $2)"
    " ON CONFLICT (name_hash) DO UPDATE SET"
    " failures = CASE WHEN sign_in_failure.since <= $3 THEN 1 ELSE sign_in_failure.failures + 1 END,"
    " since = CASE WHEN sign_in_failure.since <= $3 THEN excluded.since ELSE sign_in_failure.since END"
    " WHERE sign_in_failure.since <= $3 OR sign_in_failure.failures < $4";
static const char failures_since[] = "SELECT since FROM sign_in_failure WHERE name_hash = $1";
static const char clear_failures[] = "DELETE FROM sign_in_failure WHERE name_hash = $1";

static const char forget_sign_ins[] = "DELETE FROM sign_in WHERE expires_at < $1";
static const char forget_links[] = "DELETE FROM sign_in_link WHERE expires_at < $1";
static const char forget_failures[] = "DELETE FROM sign_in_failure WHERE since < $1";

void sign_in_row_free(SignInRow *row)
{
    if (!row)
        return;
    g_free(row->user_agent);
    g_free(row);
}

gboolean sign_in_db_put(DbTx *tx, const SignInRow *row, const char *token_hash, GError **error)
{
    return db_run(tx, put,
                  DB_ARGS(db_int(row->id), db_int(row->organisation_id), db_int(row->person_id), db_text(token_hash),
                          db_text(row->csrf), db_text(row->user_agent), db_int(row->created_at),
                          db_int(row->rotated_at), db_int(row->seen_at), db_int(row->expires_at)),
                  error);
}

static SignInRow *read_row(const DbRows *rows)
{
    SignInRow *row = g_new0(SignInRow, 1);
    row->id = db_rows_int(rows, 0);
    row->organisation_id = db_rows_int(rows, 1);
    row->person_id = db_rows_int(rows, 2);
    row->created_at = db_rows_int(rows, 3);
    row->rotated_at = db_rows_int(rows, 4);
    row->seen_at = db_rows_int(rows, 5);
    row->expires_at = db_rows_int(rows, 6);
    row->roles = (unsigned)db_rows_int(rows, 7);
    g_strlcpy(row->csrf, db_rows_text(rows, 8), sizeof row->csrf);
    row->user_agent = g_strdup(db_rows_text(rows, 9));
    return row;
}

gboolean sign_in_db_of_token(DbTx *tx, const char *token_hash, gint64 now, SignInRow **found, GError **error)
{
    *found = NULL;
    g_autoptr(DbRows) rows = db_query(tx, of_token, DB_ARGS(db_text(token_hash), db_int(now)), error);
    if (!rows)
        return FALSE;
    g_autoptr(SignInRow) row = NULL;
    while (db_rows_next(rows)) {
        g_clear_pointer(&row, sign_in_row_free);
        row = read_row(rows);
        row->unsettled =
            g_str_equal(db_rows_text(rows, 10), token_hash) && !db_rows_is_null(rows, 11) && db_rows_is_null(rows, 12);
    }
    if (!db_rows_done(rows, error))
        return FALSE;
    *found = g_steal_pointer(&row);
    return TRUE;
}

GPtrArray *sign_in_db_of_person(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 now, GError **error)
{
    g_autoptr(DbRows) rows =
        db_query(tx, of_person, DB_ARGS(db_int(organisation_id), db_int(person_id), db_int(now)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)sign_in_row_free);
    while (db_rows_next(rows))
        g_ptr_array_add(found, read_row(rows));
    return db_rows_done(rows, error) ? g_steal_pointer(&found) : NULL;
}

gboolean sign_in_db_touch(DbTx *tx, gint64 organisation_id, gint64 id, gint64 now, gint64 expires_at, GError **error)
{
    return db_run(tx, touch, DB_ARGS(db_int(now), db_int(expires_at), db_int(organisation_id), db_int(id)), error);
}

gboolean sign_in_db_rotate(DbTx *tx, const SignInRow *row, const char *token_hash, const char *new_hash, gint64 now,
                           gint64 *changed, GError **error)
{
    return db_run_counted(tx, rotate,
                          DB_ARGS(db_text(new_hash), db_text(token_hash), db_int(now), db_int(row->organisation_id),
                                  db_int(row->id), db_int(row->rotated_at)),
                          changed, error);
}

gboolean sign_in_db_settle(DbTx *tx, const SignInRow *row, gint64 previous_until, GError **error)
{
    return db_run(tx, settle, DB_ARGS(db_int(previous_until), db_int(row->organisation_id), db_int(row->id)), error);
}

gboolean sign_in_db_end(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 id, gint64 *changed, GError **error)
{
    return db_run_counted(tx, end, DB_ARGS(db_int(organisation_id), db_int(person_id), db_int(id)), changed, error);
}

gboolean sign_in_db_end_all(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 kept, GError **error)
{
    return db_run(tx, end_all, DB_ARGS(db_int(organisation_id), db_int(person_id), db_int(kept)), error);
}

gboolean sign_in_db_end_of_token(DbTx *tx, const char *token_hash, gint64 now, GError **error)
{
    return db_run(tx, end_of_token, DB_ARGS(db_text(token_hash), db_int(now)), error);
}

gboolean sign_in_db_put_link(DbTx *tx, const char *token_hash, gint64 person_id, gint64 uses, gint64 expires_at,
                             gboolean *added, GError **error)
{
    gint64 changed;
    if (!db_run_counted(tx, put_link, DB_ARGS(db_text(token_hash), db_int(uses), db_int(expires_at), db_int(person_id)),
                        &changed, error))
        return FALSE;
    *added = changed == 1;
    return TRUE;
}

gboolean sign_in_db_use_link(DbTx *tx, const char *token_hash, gint64 now, gint64 *organisation_id, gint64 *person_id,
                             GError **error)
{
    *organisation_id = *person_id = 0;
    g_autoptr(DbRows) rows = db_query(tx, use_link, DB_ARGS(db_text(token_hash), db_int(now)), error);
    if (!rows)
        return FALSE;
    while (db_rows_next(rows)) {
        *organisation_id = db_rows_int(rows, 0);
        *person_id = db_rows_int(rows, 1);
    }
    return db_rows_done(rows, error);
}

gboolean sign_in_db_count_links(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 after, gint64 until,
                                gint64 *count, GError **error)
{
    g_autoptr(DbRows) rows = db_query(
        tx, count_links, DB_ARGS(db_int(organisation_id), db_int(person_id), db_int(after), db_int(until)), error);
    if (!rows)
        return FALSE;
    *count = db_rows_next(rows) ? db_rows_int(rows, 0) : 0;
    return db_rows_done(rows, error);
}

gboolean sign_in_db_drop_link(DbTx *tx, const char *token_hash, GError **error)
{
    return db_run(tx, drop_link, DB_ARGS(db_text(token_hash)), error);
}

gboolean sign_in_db_drop_links(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error)
{
    return db_run(tx, drop_links, DB_ARGS(db_int(organisation_id), db_int(person_id)), error);
}

gboolean sign_in_db_count_failure(DbTx *tx, const char *name_hash, gint64 now, gint64 window_start, gint64 most,
                                  gboolean *counted, gint64 *since, GError **error)
{
    gint64 changed;
    if (!db_run_counted(tx, count_failure, DB_ARGS(db_text(name_hash), db_int(now), db_int(window_start), db_int(most)),
                        &changed, error))
        return FALSE;
    *counted = changed == 1;
    g_autoptr(DbRows) rows = db_query(tx, failures_since, DB_ARGS(db_text(name_hash)), error);
    if (!rows)
        return FALSE;
    *since = db_rows_next(rows) ? db_rows_int(rows, 0) : now;
    return db_rows_done(rows, error);
}

gboolean sign_in_db_clear_failures(DbTx *tx, const char *name_hash, GError **error)
{
    return db_run(tx, clear_failures, DB_ARGS(db_text(name_hash)), error);
}

gboolean sign_in_db_forget(DbTx *tx, gint64 sign_ins_before, gint64 links_before, gint64 failures_before,
                           GError **error)
{
    return db_run(tx, forget_sign_ins, DB_ARGS(db_int(sign_ins_before)), error) &&
           db_run(tx, forget_links, DB_ARGS(db_int(links_before)), error) &&
           db_run(tx, forget_failures, DB_ARGS(db_int(failures_before)), error);
}
