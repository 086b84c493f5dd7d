/* What SQLite's errors mean to a person, and what to do about them. Private to this folder. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Sets the error for `result` (a code of SQLite, extended) that `sql` (may be NULL) met with. Always FALSE. */
gboolean db_sqlite_fail(sqlite3 *handle, int result, const char *sql, GError **error);
