/* The commands of the command line. Each gets the words after its name (NULL-terminated, from g_strdupv; settings are
 * taken out) and returns the exit status. */
#pragma once

#include "content/pack.h"
#include "feature/app.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct {
    const char *name;
    int (*run)(char **arguments);
    const char *about; /* one line */
    const char *usage; /* what `whet help NAME` prints */
} Command;

extern const Command commands[]; /* main.c; ends with an entry without a name */

int command_serve(char **arguments);
int command_demo(char **arguments);
int command_pack(char **arguments);
int command_person(char **arguments);
int command_check(char **arguments);
int command_simulate(char **arguments);
int command_replay(char **arguments);
int command_fit(char **arguments);
int command_eval(char **arguments);
int command_help(char **arguments);

/* Prints "whet: message" to stderr and returns `status`. Takes the error. */
int command_fail(int status, GError *error);
/* Prints what was wrong with the words, and how to see the usage. Returns EXIT_USAGE. */
int command_usage(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Takes the settings and the options of `entries` (may be NULL) out of the words, and returns those that are left
 * (g_strfreev); NULL, with a message, on an unknown option or a wrong value. Text is taken with G_OPTION_ARG_FILENAME,
 * which leaves it as it is whatever the locale. */
char **command_parse(char **arguments, const GOptionEntry *entries, Settings **settings,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What every command that works on data begins with. Clear with workplace_close. */
typedef struct {
    Settings *settings;
    App app;
} Workplace;
/* Whether a database that is not there yet is made, or asked for: a mistyped path should not look like an empty server.
 */
typedef enum { WORKPLACE_EXISTING, WORKPLACE_ANY } WorkplaceKind;
/* Takes the settings, also on error. */
gboolean workplace_open(Workplace *workplace, WorkplaceKind kind, Settings *settings,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Begins to read the words that grading knows synonyms by. */
void workplace_load_words(Workplace *workplace);
void workplace_close(Workplace *workplace);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workplace, workplace_close)

/* Serves until SIGINT or SIGTERM. `ready` (may be NULL) is called with the address once requests are taken. */
int serve_until_stopped(Workplace *workplace, void (*ready)(Workplace *workplace, const char *url));

/* The address people reach the server by, from the settings; `port`: the one it listens on. Without a slash at its end.
 * Free with g_free. */
char *command_public_url(const Settings *settings, guint port);

/* The organisation of that name, or the only one when it is NULL. 0 on error. */
gint64 command_organisation(App *app, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The pack in a folder. NULL when anything is wrong with it, after printing every problem. Free with pack_free. */
Pack *command_read_pack(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
