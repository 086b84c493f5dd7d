/* whet simulate: what policies would lead to. Knows the options and what the simulated concepts consist of. */
#include "command/command.h"
#include "command/plot.h"
#include "command/progress.h"
#include "command/simulate_report.h"
#include "engine/challenge/challenge.h"
#include "platform/error.h"
#include "platform/json.h"

#include <math.h>
#include <unistd.h>

enum { LEARNERS = 1000, CONCEPTS = 200, THREADS_MOST = 256, KINDS_LEAST = 2, KINDS_MOST = 16 };
enum { LEARNERS_MOST = 200000, CONCEPTS_MOST = 10000 };
#define MINUTES 5.0
#define MINUTES_MOST 240.0
/* As in the packs that ship with it: three of five ask to choose, one to recall and one to produce. */
#define KINDS "choose,choose,recall,explain,choose"
enum { OPTIONS_OF_CHOOSE = 4 };
/* A new concept takes about two minutes: as many a session as the server offers. */
#define NEW_SECONDS 120.0

typedef struct {
    gint learners, days, concepts, threads;
    gint64 seed;
    double minutes;
    char *policies, *truths, *kinds, *plot;
    gboolean json;
} Options;

static void options_clear(Options *options)
{
    g_free(options->policies);
    g_free(options->truths);
    g_free(options->kinds);
    g_free(options->plot);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean complain(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean complain(GError **error, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    *error = g_error_new_valist(WHET_ERROR, WHET_ERROR_INVALID, format, values);
    va_end(values);
    return FALSE;
}

static gboolean check_number(const char *name, gint64 value, gint64 least, gint64 most, GError **error)
{
    if (value >= least && value <= most)
        return TRUE;
    return complain(error, "--%s must be %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, name,
                    least, most, value);
}

static gboolean check_options(const Options *options, GError **error)
{
    if (!check_number("learners", options->learners, 2, LEARNERS_MOST, error) ||
        !check_number("days", options->days, 1, SIMULATE_YEAR_DAYS, error) ||
        !check_number("concepts", options->concepts, 1, CONCEPTS_MOST, error) ||
        !check_number("threads", options->threads, 1, THREADS_MOST, error) ||
        !check_number("seed", options->seed, 0, G_MAXINT64, error))
        return FALSE;
    if (options->minutes >= 1 && options->minutes <= MINUTES_MOST)
        return TRUE;
    return complain(error, "--minutes must be 1 to %g, not %g", MINUTES_MOST, options->minutes);
}

/* --- names, separated by commas */

typedef gconstpointer (*Named)(const char *name);

static gconstpointer truth_named(const char *name)
{
    return simulate_truth_named(name);
}

static gconstpointer policy_named(const char *name)
{
    return simulate_policy_named(name);
}

static char *known_truths(void)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    for (const SimulateTruth *truth = simulate_truths; truth->name; truth++)
        g_strv_builder_add(names, truth->name);
    g_auto(GStrv) list = g_strv_builder_end(names);
    return g_strjoinv(", ", list);
}

static char *known_policies(void)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    for (const SimulatePolicy *policy = simulate_policies; policy->name; policy++)
        g_strv_builder_add(names, policy->name);
    g_auto(GStrv) list = g_strv_builder_end(names);
    return g_strjoinv(", ", list);
}

/* What is named, each once, in the order of the words; NULL on error. */
static GPtrArray *take_names(const char *option, const char *words, Named named, const char *known, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    g_auto(GStrv) names = g_strsplit(words, ",", -1);
    for (char **name = names; *name; name++) {
        gconstpointer thing = named(g_strstrip(*name));
        g_autofree char *shown = thing ? NULL : g_strescape(*name, NULL);
        if (!thing)
            return complain(error, "--%s: there is no '%.40s'; there are: %s", option, shown, known), NULL;
        if (g_ptr_array_find(found, thing, NULL))
            return complain(error, "--%s: '%s' stands there twice", option, *name), NULL;
        g_ptr_array_add(found, (gpointer)thing);
    }
    if (!found->len)
        return complain(error, "--%s is empty; there are: %s", option, known), NULL;
    return g_steal_pointer(&found);
}

/* --- what concepts consist of */

static GArray *take_exercises(const char *words, GError **error)
{
    g_autoptr(GArray) exercises = g_array_new(FALSE, TRUE, sizeof(SimulateExercise));
    g_auto(GStrv) names = g_strsplit(words, ",", -1);
    guint n = g_strv_length(names);
    if (n < KINDS_LEAST || n > KINDS_MOST)
        return complain(error, "--kinds names the exercises of each concept, %d to %d of them, not %u", KINDS_LEAST,
                        KINDS_MOST, n),
               NULL;
    for (char **name = names; *name; name++) {
        ExerciseKind kind;
        if (!exercise_kind_parse(g_strstrip(*name), &kind) || !exercise_kind_info(kind)->graded) {
            g_autofree char *shown = g_strescape(*name, NULL);
            return complain(error, "--kinds: '%.40s' is no kind of graded exercise", shown), NULL;
        }
        const ExerciseKindInfo *info = exercise_kind_info(kind);
        SimulateExercise exercise = {
            .kind = (int)kind,
            .production = info->production,
            .seconds = info->usual_seconds,
            .floor = kind == EXERCISE_CHOOSE ? challenge_floor(OPTIONS_OF_CHOOSE, 1) : 0,
            .difficulty = info->difficulty,
        };
        g_array_append_val(exercises, exercise);
    }
    return g_steal_pointer(&exercises);
}

/* --- running */

typedef struct {
    Progress *progress;
    guint done, all; /* rows */
} Watch;

static gboolean watch(double share, gpointer data)
{
    Watch *watched = data;
    progress_set(watched->progress, (watched->done + share) / watched->all);
    return TRUE;
}

static void row_clear(gpointer row)
{
    simulate_outcome_free(((SimulateRow *)row)->outcome);
}

static GArray *run(const SimulateWish *wish, const GPtrArray *truths, const GPtrArray *policies)
{
    g_autoptr(Progress) progress = progress_new("Simulating");
    Watch watched = { .progress = progress, .all = truths->len * policies->len };
    GArray *rows = g_array_new(FALSE, TRUE, sizeof(SimulateRow));
    g_array_set_clear_func(rows, row_clear);
    for (guint i = 0; i < truths->len; i++)
        for (guint j = 0; j < policies->len; j++, watched.done++) {
            SimulateRow row = { .truth = g_ptr_array_index(truths, i), .policy = g_ptr_array_index(policies, j) };
            row.outcome = simulate_population(wish, row.truth, row.policy, watch, &watched);
            g_array_append_val(rows, row);
        }
    return rows;
}

/* Before the work of minutes, not after it. */
static gboolean check_plot(const char *file, GError **error)
{
    return !file || plot_may_go_to(file) || complain(error, "--plot: %s cannot be written", file);
}

static gboolean write_plot(const SimulateReport *report, const char *file, GError **error)
{
    g_autofree char *svg = simulate_report_plot(report);
    return g_file_set_contents(file, svg, -1, error);
}

static void print_json(const SimulateReport *report)
{
    g_autoptr(json_t) json = simulate_report_json(report);
    char *text = json_dumps(json, JSON_INDENT(2));
    g_print("%s\n", text);
    free(text);
}

static gboolean simulate(const Options *options, const GPtrArray *truths, const GPtrArray *policies,
                         const GArray *exercises, GError **error)
{
    const SimulateWish wish = {
        .setting = {
            .concepts = (guint)options->concepts,
            .exercises = (const SimulateExercise *)(gconstpointer)exercises->data,
            .n_exercises = exercises->len,
            .budget_seconds = options->minutes * 60,
            .new_most = MAX(1, (guint)(options->minutes * 60 / NEW_SECONDS)),
        },
        .learners = (guint)options->learners,
        .days = (guint)options->days,
        .seed = (guint64)options->seed,
        .threads = (guint)options->threads,
        .curve = options->plot != NULL,
    };
    gint64 begun = g_get_monotonic_time();
    g_autoptr(GArray) rows = run(&wish, truths, policies);
    const SimulateReport report = {
        .wish = &wish,
        .rows = (const SimulateRow *)(gconstpointer)rows->data,
        .n = rows->len,
        .minutes = options->minutes,
        .seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC,
    };
    if (options->plot && !write_plot(&report, options->plot, error))
        return FALSE;
    if (options->json)
        print_json(&report);
    else
        simulate_report_print(&report);
    return TRUE;
}

static Options options_default(void)
{
    return (Options){
        .learners = LEARNERS,
        .days = SIMULATE_YEAR_DAYS,
        .concepts = CONCEPTS,
        .threads = CLAMP((gint)g_get_num_processors(), 1, THREADS_MOST),
        .seed = 1,
        .minutes = MINUTES,
    };
}

int command_simulate(char **arguments)
{
    GError *error = NULL;
    g_auto(Options) options = options_default();
    const GOptionEntry entries[] = {
        { "learners", 0, 0, G_OPTION_ARG_INT, &options.learners, NULL, NULL },
        { "days", 0, 0, G_OPTION_ARG_INT, &options.days, NULL, NULL },
        { "concepts", 0, 0, G_OPTION_ARG_INT, &options.concepts, NULL, NULL },
        { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &options.minutes, NULL, NULL },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, NULL, NULL },
        { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads, NULL, NULL },
        { "policy", 0, 0, G_OPTION_ARG_FILENAME, &options.policies, NULL, NULL },
        { "truth", 0, 0, G_OPTION_ARG_FILENAME, &options.truths, NULL, NULL },
        { "kinds", 0, 0, G_OPTION_ARG_FILENAME, &options.kinds, NULL, NULL },
        { "plot", 0, 0, G_OPTION_ARG_FILENAME, &options.plot, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("simulate", "'%s' was not expected", words[0]);

    g_autofree char *all_truths = known_truths();
    g_autofree char *all_policies = known_policies();
    g_autoptr(GPtrArray) truths = NULL, policies = NULL;
    g_autoptr(GArray) exercises = NULL;
    if (!check_options(&options, &error) ||
        !(truths =
              take_names("truth", options.truths ? options.truths : all_truths, truth_named, all_truths, &error)) ||
        !(policies = take_names("policy", options.policies ? options.policies : all_policies, policy_named,
                                all_policies, &error)) ||
        !(exercises = take_exercises(options.kinds ? options.kinds : KINDS, &error)) ||
        !check_plot(options.plot, &error))
        return command_fail(EXIT_USAGE, error);
    return simulate(&options, truths, policies, exercises, &error) ? EXIT_DONE : command_fail(EXIT_FAILED, error);
}
