/* SQLite's errors. Knows which are a person's to mend and how; hides SQLite's codes. */
#include "platform/db/db_sqlite_error.h"

#include "platform/db/db_driver.h"

/* What to do, with the file's path for %s. Codes that are missing here are reported in SQLite's own words. */
typedef struct {
    int result; /* primary code */
    WhetError code;
    const char *message;
} Advice;

static const Advice advice[] = {
    { SQLITE_BUSY, WHET_ERROR_UNAVAILABLE,
      "The database %s is busy: another program keeps writing to it. Try again, or stop that program." },
    { SQLITE_LOCKED, WHET_ERROR_UNAVAILABLE, "The database %s is busy. Try again." },
    { SQLITE_FULL, WHET_ERROR_FAILED,
      "The disk that holds the database %s is full. Free some space; nothing was lost." },
    { SQLITE_READONLY, WHET_ERROR_FAILED,
      "The database %s cannot be written. Give this user the right to write the file and its folder; a read "
      "transaction can never write." },
    { SQLITE_PERM, WHET_ERROR_FAILED,
      "The database %s may not be opened. Give this user the right to read and write it." },
    { SQLITE_CANTOPEN, WHET_ERROR_FAILED,
      "The database %s cannot be opened. Check that the path is a file, and that this user may write it and its "
      "folder." },
    { SQLITE_NOTADB, WHET_ERROR_FAILED,
      "The file %s is not an SQLite database. Check the path, or restore the file from a backup." },
    { SQLITE_CORRUPT, WHET_ERROR_FAILED,
      "The database %s is damaged. Stop the server, run `whet check`, and restore a backup." },
    { SQLITE_IOERR, WHET_ERROR_FAILED,
      "The database %s cannot be read or written: the disk reports an error. Check the disk and the system's log." },
    { SQLITE_NOMEM, WHET_ERROR_UNAVAILABLE, "There is not enough memory to use the database %s. Try again." },
    { SQLITE_PROTOCOL, WHET_ERROR_UNAVAILABLE,
      "The database %s cannot be locked. Put it on a local disk, not on a network share." },
};

static void set_constraint_error(sqlite3 *handle, int result, GError **error)
{
    const char *rule = sqlite3_errmsg(handle);
    if (result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY ||
        result == SQLITE_CONSTRAINT_ROWID)
        db_set_duplicate_error(rule, error);
    else
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "A rule of the database was broken: %s.", rule);
}

gboolean db_sqlite_fail(sqlite3 *handle, int result, const char *sql, GError **error)
{
    int primary = result & 0xff;
    const char *path = handle ? sqlite3_db_filename(handle, "main") : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(advice); i++) {
        if (advice[i].result != primary)
            continue;
        g_autoptr(GString) message = g_string_new(advice[i].message);
        g_string_replace(message, "%s", path ? path : "file", 1);
        g_set_error(error, WHET_ERROR, advice[i].code, "%s (SQLite: %s, code %d)", message->str, sqlite3_errstr(result),
                    result);
        return FALSE;
    }
    if (primary == SQLITE_CONSTRAINT) {
        set_constraint_error(handle, result, error);
        return FALSE;
    }
    if (primary == SQLITE_TOOBIG) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_TOO_LARGE, "This is too large for the database.");
        return FALSE;
    }
    g_autofree char *summary = sql ? db_summarise_sql(sql) : g_strdup("opening it");
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The database refused: %s (%s)", sqlite3_errmsg(handle), summary);
    return FALSE;
}
