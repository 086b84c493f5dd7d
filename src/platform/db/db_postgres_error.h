/* What PostgreSQL's errors mean to a person, and what to do about them. Private to this folder. */
#pragma once

#include <libpq-fe.h>

#include "platform/db/db_postgres_connection.h"

/* Sets the error for `result` (may be NULL), which `sql` (may be NULL) met with on `connection`. */
PostgresTrouble db_postgres_fail(PGconn *connection, const PGresult *result, const char *sql, GError **error);

/* Sets the error for a connection that could not be made. */
void db_postgres_fail_to_connect(PGconn *connection, GError **error);
