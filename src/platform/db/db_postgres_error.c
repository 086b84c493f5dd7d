/* PostgreSQL's errors. Knows which are a person's to mend and how, and which are worth another try; hides SQLSTATE. */
#include "platform/db/db_postgres_error.h"

/* What to do. A state of two characters stands for its whole class; PostgreSQL's own words follow the message. States
 * that are missing here are reported in its own words alone. Source: PostgreSQL manual, appendix A. */
typedef struct {
    const char *state;
    WhetError code;
    PostgresTrouble trouble;
    const char *message;
} Advice;

static const Advice advice[] = {
    { "40001", WHET_ERROR_UNAVAILABLE, POSTGRES_CLASHED, "Others kept changing the same thing. Try again." },
    { "40P01", WHET_ERROR_UNAVAILABLE, POSTGRES_CLASHED, "Others kept changing the same thing. Try again." },
    { "08", WHET_ERROR_UNAVAILABLE, POSTGRES_LOST, "The connection to PostgreSQL was lost. Try again." },
    { "57P", WHET_ERROR_UNAVAILABLE, POSTGRES_LOST, "PostgreSQL is being stopped or started. Try again." },
    /* Somebody changed a table's columns, or a pooler between us gave this session to another. */
    { "0A000", WHET_ERROR_UNAVAILABLE, POSTGRES_LOST, "A prepared statement no longer fits the tables. Try again." },
    { "26000", WHET_ERROR_UNAVAILABLE, POSTGRES_LOST,
      "A prepared statement is gone. Connect to PostgreSQL itself, or through a pooler in session mode." },
    { "53100", WHET_ERROR_FAILED, POSTGRES_FINE, "PostgreSQL's disk is full. Free some space; nothing was lost." },
    { "53300", WHET_ERROR_UNAVAILABLE, POSTGRES_LOST,
      "PostgreSQL has no connection left. Raise its max_connections, or lower the number of readers." },
    { "53", WHET_ERROR_UNAVAILABLE, POSTGRES_FINE, "PostgreSQL is short of something it needs. Try again." },
    { "57014", WHET_ERROR_UNAVAILABLE, POSTGRES_FINE, "PostgreSQL took too long and was stopped. Try again." },
    { "55P03", WHET_ERROR_UNAVAILABLE, POSTGRES_FINE, "Somebody else is changing the same thing. Try again." },
    { "25006", WHET_ERROR_FAILED, POSTGRES_FINE,
      "This may only be read: a read transaction tried to write, or the server is a standby." },
    { "25P02", WHET_ERROR_FAILED, POSTGRES_FINE,
      "The transaction went on after an error, which PostgreSQL does not allow." },
    { "42501", WHET_ERROR_FAILED, POSTGRES_FINE,
      "The database's user lacks a right. Grant it, or make the user the owner." },
    { "54000", WHET_ERROR_TOO_LARGE, POSTGRES_FINE, "This is too large for the database." },
    { "23", WHET_ERROR_FAILED, POSTGRES_FINE, "A rule of the database was broken." },
};

static const char UNIQUE_VIOLATION[] = "23505";

static const Advice *find_advice(const char *state)
{
    for (gsize i = 0; state && i < G_N_ELEMENTS(advice); i++) {
        if (g_str_has_prefix(state, advice[i].state))
            return &advice[i];
    }
    return NULL;
}

/* Without the detail, which quotes people's data. */
static const char *own_words(const PGresult *result)
{
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return words ? words : "no reason given";
}

PostgresTrouble db_postgres_fail(PGconn *connection, const PGresult *result, const char *sql, GError **error)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    gboolean lost = PQstatus(connection) != CONNECTION_OK;
    if (lost || !result) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE,
                            "The connection to PostgreSQL was lost. Try again.");
        return POSTGRES_LOST;
    }
    if (g_strcmp0(state, UNIQUE_VIOLATION) == 0) {
        db_set_duplicate_error(own_words(result), error);
        return POSTGRES_FINE;
    }
    const Advice *found = find_advice(state);
    if (found) {
        g_set_error(error, WHET_ERROR, found->code, "%s (PostgreSQL: %s, %s)", found->message, own_words(result),
                    state);
        return found->trouble;
    }
    g_autofree char *summary = db_summarise_sql(sql ? sql : "");
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The database refused: %s (%s)", own_words(result), summary);
    return POSTGRES_FINE;
}

void db_postgres_fail_to_connect(PGconn *connection, GError **error)
{
    /* libpq names host and port, never the password. */
    g_autofree char *words = g_strdup(connection ? PQerrorMessage(connection) : "out of memory");
    g_strdelimit(g_strstrip(words), "\r\n\t", ' ');
    g_set_error(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE,
                "PostgreSQL cannot be reached: %s. Check that it runs, and the address, user and password.", words);
}
