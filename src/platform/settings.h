/* Settings: what an operator may choose. One table says each one's name, environment name, default, range and a
 * sentence; the command line (--name value), the environment, `whet help settings` and docs/running.md all come from
 * it. */
#pragma once

#include <glib.h>

typedef enum {
    SETTING_DATABASE,
    SETTING_ADDRESS,
    SETTING_PORT,
    SETTING_PUBLIC_URL,
    SETTING_BEHIND_PROXY,
    SETTING_WORKERS,
    SETTING_EPOLL_THREADS,
    SETTING_READERS,
    SETTING_CONNECTIONS,
    SETTING_IDLE_SECONDS,
    SETTING_RATE_LIMITS,
    SETTING_SIGN_IN_DAYS,
    SETTING_MAIL_URL,
    SETTING_MAIL_FROM,
    SETTING_WORDNET,
    SETTING_AI_URL,
    SETTING_AI_KEY,
    SETTING_AI_MODEL,
    SETTING_AI_TIMEOUT,
    SETTING_AI_CONCURRENCY,
    SETTING_LOG,
    SETTINGS,
} Setting;

typedef struct Settings Settings;

/* Every setting from its default, then the environment, then the options in `arguments` ("--port", "8080" or
 * "--port=8080"), which are taken out of it (a NULL-terminated vector from g_malloc). Unknown options are left for the
 * caller. NULL, with WHET_ERROR_INVALID, when a value is out of its range. */
Settings *settings_new(char **arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* NULL when it has no value. Borrowed. */
const char *settings_text(const Settings *settings, Setting setting);
/* TRUE when neither the environment nor an option said anything. */
gboolean settings_is_default(const Settings *settings, Setting setting);
/* For a command that has a default of its own. Not for numbers and switches. */
void settings_set_text(Settings *settings, Setting setting, const char *value);
/* Of settings that are numbers, or on (1) and off (0). */
int settings_number(const Settings *settings, Setting setting);

/* The table, for people ("text") or as Markdown ("markdown"). Free with g_free. */
char *settings_describe(gboolean markdown);
