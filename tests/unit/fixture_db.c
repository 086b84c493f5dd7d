/* Fresh databases for tests. Knows how each engine makes and drops one. */
#include "fixture_db.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <string.h>

static const char SCHEMA_OPTION[] = "?options=-csearch_path%3D";

static const char *server(void)
{
    return g_getenv("WHET_TEST_POSTGRESQL");
}

gboolean fixture_db_available(FixtureEngine engine)
{
    static gboolean said;
    if (engine != FIXTURE_POSTGRESQL || server())
        return TRUE;
    if (!said)
        g_printerr("PostgreSQL is skipped: WHET_TEST_POSTGRESQL is not set (run through tests/postgres.sh)\n");
    said = TRUE;
    return FALSE;
}

static void execute(const char *command, const char *schema)
{
    g_autofree char *sql = g_strdup_printf("SET client_min_messages = warning; %s %s", command, schema);
    PGconn *connection = PQconnectdb(server());
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        g_error("%s: %s", sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

char *fixture_db_new(FixtureEngine engine)
{
    if (engine == FIXTURE_SQLITE) {
        g_autofree char *folder = g_dir_make_tmp("whet-test-XXXXXX", NULL);
        g_assert(folder);
        return g_build_filename(folder, "whet.db", NULL);
    }
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *schema = g_strdup_printf("test_%s", g_strdelimit(unique, "-", '_'));
    execute("CREATE SCHEMA", schema);
    return g_strconcat(server(), SCHEMA_OPTION, schema, NULL);
}

void fixture_db_remove(char *url)
{
    if (!url)
        return;
    const char *option = strstr(url, SCHEMA_OPTION);
    if (option) {
        g_autofree char *schema = g_strconcat(option + strlen(SCHEMA_OPTION), " CASCADE", NULL);
        execute("DROP SCHEMA", schema);
        g_free(url);
        return;
    }
    const char *const endings[] = { "", "-wal", "-shm" };
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *file = g_strconcat(url, endings[i], NULL);
        g_unlink(file);
    }
    g_autofree char *folder = g_path_get_dirname(url);
    g_rmdir(folder);
    g_free(url);
}
