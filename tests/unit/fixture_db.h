/* A fresh database for one test, on either engine: a file in a folder of its own, or a schema of its own in the
 * PostgreSQL that WHET_TEST_POSTGRESQL names (tests/postgres.sh provides one). */
#pragma once

#include <glib.h>

typedef enum { FIXTURE_SQLITE, FIXTURE_POSTGRESQL, FIXTURE_ENGINES } FixtureEngine;

/* FALSE, having said so on stderr once, when tests of this engine have to be skipped. */
gboolean fixture_db_available(FixtureEngine engine);

/* The URL for db_open() of a database that is empty and nobody else's. Free with fixture_db_remove. */
char *fixture_db_new(FixtureEngine engine);

/* Removes the database, which must be closed, and frees the URL. NULL is allowed. */
void fixture_db_remove(char *url);
