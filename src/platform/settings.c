/* Knows the table of settings; hides where a value came from. */
#include "platform/settings.h"
#include "platform/error.h"
#include <stdlib.h>

typedef enum { TEXT, NUMBER, SWITCH } Type;

typedef struct {
    const char *name, *environment, *otherwise; /* otherwise: the default, NULL for none */
    Type type;
    int least, most;
    const char *about;
    const char *const *values; /* NULL: any */
} Row;

static const char *const log_values[] = { "warning", "info", "debug", NULL };

static const Row table[SETTINGS] = {
    [SETTING_DATABASE] = { "database", "WHET_DATABASE", "var/whet.db", TEXT, 0, 0,
                           "Where everything is kept: a file for SQLite, or postgresql://user@host/name." },
    [SETTING_ADDRESS] = { "address", "WHET_ADDRESS", "127.0.0.1", TEXT, 0, 0, "The address to listen on." },
    [SETTING_PORT] = { "port", "WHET_PORT", "8080", NUMBER, 0, 65535, "The port to listen on; 0 takes any free one." },
    [SETTING_PUBLIC_URL] = { "public-url", "WHET_PUBLIC_URL", NULL, TEXT, 0, 0,
                             "How people reach the server, as in https://whet.example.org. With https,"
                             " cookies are marked Secure." },
    [SETTING_BEHIND_PROXY] = { "behind-proxy", "WHET_BEHIND_PROXY", "off", SWITCH, 0, 1,
                               "Whether a proxy of yours stands in front and says in X-Forwarded-For who asks."
                               " Never on without one." },
    [SETTING_WORKERS] = { "workers", "WHET_WORKERS", "64", NUMBER, 1, 256, "How many requests are worked on at once." },
    [SETTING_EPOLL_THREADS] = { "epoll-threads", "WHET_EPOLL_THREADS", "2", NUMBER, 1, 16,
                                "Threads that read and write connections." },
    [SETTING_READERS] = { "readers", "WHET_READERS", "8", NUMBER, 1, 256, "Database connections for reading." },
    [SETTING_CONNECTIONS] = { "connections", "WHET_CONNECTIONS", "4096", NUMBER, 16, 65535,
                              "Connections at once, at most." },
    [SETTING_IDLE_SECONDS] = { "idle-seconds", "WHET_IDLE_SECONDS", "60", NUMBER, 1, 3600,
                               "A silent connection is closed after this long." },
    [SETTING_RATE_LIMITS] = { "rate-limits", "WHET_RATE_LIMITS", "on", SWITCH, 0, 1,
                              "Whether one person or address is held to a rate of requests." },
    [SETTING_SIGN_IN_DAYS] = { "sign-in-days", "WHET_SIGN_IN_DAYS", "30", NUMBER, 1, 365,
                               "A sign-in that is not used ends after this many days." },
    [SETTING_MAIL_URL] = { "mail-url", "WHET_MAIL_URL", NULL, TEXT, 0, 0,
                           "The mail server, as in smtps://user:password@mail.example.org. Without one,"
                           " messages are written to the log." },
    [SETTING_MAIL_FROM] = { "mail-from", "WHET_MAIL_FROM", "whet@localhost", TEXT, 0, 0,
                            "The address messages come from." },
    [SETTING_WORDNET] = { "wordnet", "WHET_WORDNET", "/usr/share/wordnet", TEXT, 0, 0,
                          "The folder of WordNet's data files, for synonyms; grading works without." },
    [SETTING_AI_URL] = { "ai-url", "WHET_AI_URL", NULL, TEXT, 0, 0,
                         "The language model: an OpenAI-compatible server, as in http://127.0.0.1:8081/v1." },
    [SETTING_AI_KEY] = { "ai-key", "WHET_AI_KEY", NULL, TEXT, 0, 0, "The language model's key, if it wants one." },
    [SETTING_AI_MODEL] = { "ai-model", "WHET_AI_MODEL", NULL, TEXT, 0, 0,
                           "The name of the model; without one, the server's own choice." },
    [SETTING_AI_TIMEOUT] = { "ai-timeout", "WHET_AI_TIMEOUT", "60", NUMBER, 1, 600,
                             "Seconds after which the model is not waited for any longer." },
    [SETTING_AI_CONCURRENCY] = { "ai-concurrency", "WHET_AI_CONCURRENCY", "4", NUMBER, 1, 64,
                                 "How many requests the model gets at once; others wait." },
    [SETTING_LOG] = { "log", "WHET_LOG", "info", TEXT, 0, 0, "How much is logged: warning, info or debug.",
                      log_values },
};

struct Settings {
    char *text[SETTINGS];
    int number[SETTINGS];
    gboolean chosen[SETTINGS];
};

static gboolean take_value(Settings *settings, Setting setting, const char *value, GError **error)
{
    const Row *row = &table[setting];
    int number = 0;
    if (row->type == SWITCH) {
        number = g_str_equal(value, "on");
        if (!number && !g_str_equal(value, "off")) {
            g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s is on or off, not '%s'", row->name, value);
            return FALSE;
        }
    }
    if (row->type == NUMBER) {
        gint64 parsed;
        if (!g_ascii_string_to_signed(value, 10, row->least, row->most, &parsed, NULL)) {
            g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s is a number from %d to %d, not '%s'", row->name,
                        row->least, row->most, value);
            return FALSE;
        }
        number = (int)parsed;
    }
    if (row->values && !g_strv_contains(row->values, value)) {
        g_autofree char *values = g_strjoinv(", ", (char **)row->values);
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s is one of %s, not '%s'", row->name, values, value);
        return FALSE;
    }
    g_free(settings->text[setting]);
    settings->text[setting] = g_strdup(value);
    settings->number[setting] = number;
    return TRUE;
}

static int find_option(const char *argument, const char **value)
{
    if (!g_str_has_prefix(argument, "--"))
        return -1;
    for (int i = 0; i < SETTINGS; i++) {
        gsize length = strlen(table[i].name);
        if (strncmp(argument + 2, table[i].name, length) != 0)
            continue;
        if (argument[2 + length] == '\0' || argument[2 + length] == '=') {
            *value = argument[2 + length] == '=' ? argument + 3 + length : NULL;
            return i;
        }
    }
    return -1;
}

static gboolean take_options(Settings *settings, char **arguments, GError **error)
{
    char **kept = arguments;
    gboolean ok = TRUE;
    for (char **argument = arguments; *argument; argument++) {
        const char *value = NULL;
        int setting = ok ? find_option(*argument, &value) : -1;
        if (setting < 0) {
            *kept++ = *argument;
            continue;
        }
        g_autofree char *option = *argument;
        g_autofree char *next = NULL;
        if (!value)
            value = next = argument[1] ? *++argument : NULL;
        if (!value) {
            g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s wants a value", option);
            ok = FALSE;
            break;
        }
        settings->chosen[setting] = TRUE;
        ok = take_value(settings, (Setting)setting, value, error);
    }
    *kept = NULL;
    return ok;
}

Settings *settings_new(char **arguments, GError **error)
{
    g_autoptr(Settings) settings = g_new0(Settings, 1);
    for (int i = 0; i < SETTINGS; i++) {
        const char *value = g_getenv(table[i].environment);
        settings->chosen[i] = value && *value;
        if (!settings->chosen[i])
            value = table[i].otherwise;
        if (value && !take_value(settings, (Setting)i, value, error))
            return NULL;
    }
    if (arguments && !take_options(settings, arguments, error))
        return NULL;
    return g_steal_pointer(&settings);
}

void settings_free(Settings *settings)
{
    for (int i = 0; i < SETTINGS; i++)
        g_free(settings->text[i]);
    g_free(settings);
}

const char *settings_text(const Settings *settings, Setting setting)
{
    return settings->text[setting];
}

gboolean settings_is_default(const Settings *settings, Setting setting)
{
    return !settings->chosen[setting];
}

void settings_set_text(Settings *settings, Setting setting, const char *value)
{
    g_assert(table[setting].type == TEXT);
    g_free(settings->text[setting]);
    settings->text[setting] = g_strdup(value);
}

int settings_number(const Settings *settings, Setting setting)
{
    g_assert(table[setting].type != TEXT);
    return settings->number[setting];
}

char *settings_describe(gboolean markdown)
{
    GString *out = g_string_new(markdown ? "| option | environment | default | |\n|---|---|---|---|\n" : NULL);
    for (int i = 0; i < SETTINGS; i++) {
        const Row *row = &table[i];
        g_autofree char *range =
            row->type == NUMBER ? g_strdup_printf(" (%d to %d)", row->least, row->most) : g_strdup("");
        const char *otherwise = row->otherwise ? row->otherwise : "none";
        if (markdown)
            g_string_append_printf(out, "| `--%s` | `%s` | %s%s | %s |\n", row->name, row->environment, otherwise,
                                   range, row->about);
        else
            g_string_append_printf(out, "--%s, %s (default: %s)%s\n    %s\n", row->name, row->environment, otherwise,
                                   range, row->about);
    }
    return g_string_free(out, FALSE);
}
