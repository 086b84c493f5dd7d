/* What the commands share: opening the place of work, and saying what went wrong. */
#include "command/command.h"
#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/model.h"
#include "feature/schema.h"
#include "platform/error.h"
#include <string.h>

int command_fail(int status, GError *error)
{
    g_printerr("whet: %s\n", error->message);
    g_error_free(error);
    return status;
}

int command_usage(const char *name, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    g_autofree char *message = g_strdup_vprintf(format, words);
    va_end(words);
    g_printerr("whet: %s\nSee: whet help%s%s\n", message, name ? " " : "", name ? name : "");
    return EXIT_USAGE;
}

char **command_parse(char **arguments, const GOptionEntry *entries, Settings **settings, GError **error)
{
    g_autoptr(Settings) taken = settings_new(arguments, error);
    if (!taken)
        return NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    if (entries)
        g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_add(builder, "whet");
    g_strv_builder_addv(builder, (const char **)arguments);
    char **words = g_strv_builder_end(builder);
    if (!g_option_context_parse_strv(context, &words, error)) {
        g_strfreev(words);
        return NULL;
    }
    g_free(words[0]);
    memmove(words, words + 1, (g_strv_length(words + 1) + 1) * sizeof *words);
    *settings = g_steal_pointer(&taken);
    return words;
}

int command_help(char **arguments)
{
    const char *topic = arguments[0];
    if (topic && g_str_equal(topic, "settings")) {
        g_autofree char *text = settings_describe(arguments[1] && g_str_equal(arguments[1], "--markdown"));
        g_print("%s", text);
        return EXIT_DONE;
    }
    for (const Command *command = commands; topic && command->name; command++)
        if (g_str_equal(command->name, topic)) {
            g_print("%s\n", command->usage);
            return EXIT_DONE;
        }
    if (topic)
        return command_usage(NULL, "there is no command '%s'", topic);
    g_print("Whet, a self-hosted microlearning server\n\n");
    for (const Command *command = commands; command->name; command++)
        g_print("  whet %-8s %s\n", command->name, command->about);
    return EXIT_DONE;
}

/* One line on stderr: time, level, message. */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
    if ((level & G_LOG_LEVEL_MASK) > *(const GLogLevelFlags *)data)
        return G_LOG_WRITER_HANDLED;
    return g_log_writer_standard_streams(level, fields, n, NULL);
}

static void start_log(const Settings *settings)
{
    static GLogLevelFlags most;
    const char *wanted = settings_text(settings, SETTING_LOG);
    most = g_str_equal(wanted, "debug")     ? G_LOG_LEVEL_DEBUG
           : g_str_equal(wanted, "warning") ? G_LOG_LEVEL_MESSAGE
                                            : G_LOG_LEVEL_INFO; /* messages are rare and meant to be read */
    if (most == G_LOG_LEVEL_DEBUG)
        g_setenv("G_MESSAGES_DEBUG", "all", TRUE); /* who logs at length asks GLib first whether anybody listens */
    g_log_writer_default_set_use_stderr(TRUE);
    g_log_set_writer_func(write_log, &most, NULL);
}

gboolean workplace_open(Workplace *workplace, WorkplaceKind kind, Settings *settings, GError **error)
{
    workplace->settings = settings;
    start_log(settings); /* before the database starts threads */
    schema_register();
    const char *url = settings_text(settings, SETTING_DATABASE);
    if (kind == WORKPLACE_EXISTING && !db_exists(url)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND,
                    "There is no database %s: name the right one with --database.", url);
        return FALSE;
    }
    App *app = &workplace->app;
    app->settings = settings;
    app->db = db_open(url, (guint)settings_number(settings, SETTING_READERS), error);
    if (!app->db)
        return FALSE;
    app->catalogues = catalogues_new();
    app->models = model_shelf_new();
    return TRUE;
}

void workplace_load_words(Workplace *workplace)
{
    workplace->app.words = word_source_new(settings_text(workplace->settings, SETTING_WORDNET));
}

void workplace_close(Workplace *workplace)
{
    g_clear_pointer(&workplace->app.db, db_close);
    g_clear_pointer(&workplace->app.catalogues, catalogues_free);
    g_clear_pointer(&workplace->app.models, model_shelf_free);
    g_clear_pointer(&workplace->app.words, word_source_free);
    g_clear_pointer(&workplace->settings, settings_free);
}

char *command_public_url(const Settings *settings, guint port)
{
    const char *configured = settings_text(settings, SETTING_PUBLIC_URL);
    const char *address = settings_text(settings, SETTING_ADDRESS);
    if (!configured)
        return g_strdup_printf(strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
    char *url = g_strdup(configured);
    while (g_str_has_suffix(url, "/"))
        url[strlen(url) - 1] = '\0';
    return url;
}

typedef struct {
    const char *name;
    gint64 id;
} Organisation;

static gboolean find_organisation(DbTx *tx, gpointer data, GError **error)
{
    Organisation *organisation = data;
    organisation->id = people_organisation_find(tx, organisation->name, error);
    return organisation->id != 0;
}

gint64 command_organisation(App *app, const char *name, GError **error)
{
    Organisation organisation = { .name = name };
    return db_read(app->db, find_organisation, &organisation, error) ? organisation.id : 0;
}
