/* whet eval challenge: how well success is predicted on a file of attempts, beside simpler ways to predict it. */
#include "command/attempt_file.h"
#include "command/command.h"
#include "command/eval.h"
#include "command/plot.h"
#include "command/progress.h"
#include "engine/challenge/challenge_baseline.h"
#include "engine/challenge/challenge_forecast.h"
#include "engine/maths/stats.h"
#include "platform/error.h"
#include "platform/json.h"

#include <math.h>

enum { THREADS_MOST = 256, FOLDS = 5, BINS = 10 };

static const char goes_on[] =
    "state of the learner after each attempt; rates of items, skills and what happens between "
    "them after each learner; calibration after each attempt";

typedef struct {
    char *attempts, *plot;
    gboolean json, no_repeats;
    gint64 seed;
    gint threads;
} Words;

static void words_clear(Words *words)
{
    g_free(words->attempts);
    g_free(words->plot);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

typedef struct {
    gsize n;
    double auc, log_loss, accuracy, ece;
} Metrics;

/* What is asked of a log and what is found there. */
typedef struct {
    const Words *words;
    AttemptLog *log;
    gboolean has_split;
    guint8 *is_tested;          /* of each attempt: it was a test one in some fold */
    double *p, *baselines;      /* of each attempt; of each baseline and attempt */
    guint fold, n_with_network; /* of the runs */
    gsize learner_bytes, item_bytes, skill_bytes;
    Progress *progress;
    double seconds;
} Evaluation;

static void evaluation_clear(Evaluation *evaluation)
{
    g_free(evaluation->is_tested);
    g_free(evaluation->p);
    g_free(evaluation->baselines);
    g_clear_pointer(&evaluation->progress, progress_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Evaluation, evaluation_clear)

/* Running. */

static void show_progress(double share, gpointer data)
{
    const Evaluation *evaluation = data;
    progress_set(evaluation->progress, (evaluation->fold + share) / (evaluation->has_split ? 1 : FOLDS));
}

/* Learns from train, predicts test, and keeps what was predicted. */
static void run(Evaluation *evaluation)
{
    const AttemptLog *log = evaluation->log;
    const ChallengeForecastOptions options = {
        .seed = (guint64)evaluation->words->seed,
        .threads = (guint)evaluation->words->threads,
        .tick = show_progress,
        .data = evaluation,
    };
    g_autoptr(ChallengeForecast) forecast = challenge_forecast_new(log, &options);
    evaluation->n_with_network += forecast->has_network;
    evaluation->learner_bytes = MAX(evaluation->learner_bytes, forecast->learner_bytes);
    evaluation->item_bytes = forecast->item_bytes;
    evaluation->skill_bytes = forecast->skill_bytes;
    g_autofree double *p = g_new(double, log->n);
    for (guint b = 0; b <= challenge_baselines_n; b++) {
        double *to = b < challenge_baselines_n ? evaluation->baselines + (gsize)b * log->n : evaluation->p;
        if (b < challenge_baselines_n)
            challenge_baselines[b].predict(log, p);
        for (guint i = 0; i < log->n; i++)
            if (log->attempts[i].is_test)
                to[i] = b < challenge_baselines_n ? p[i] : forecast->p[i];
    }
    for (guint i = 0; i < log->n; i++)
        evaluation->is_tested[i] |= log->attempts[i].is_test;
}

/* Without a split every learner is a test learner once. */
static void run_folds(Evaluation *evaluation)
{
    AttemptLog *log = evaluation->log;
    for (evaluation->fold = 0; evaluation->fold < MIN(FOLDS, log->n_learners); evaluation->fold++) {
        for (guint i = 0; i < log->n; i++)
            log->attempts[i].is_test = log->attempts[i].learner % FOLDS == evaluation->fold;
        run(evaluation);
    }
}

static gboolean check_log(const AttemptFile *file, GError **error)
{
    guint tests = 0;
    for (guint i = 0; i < file->log->n; i++)
        tests += file->log->attempts[i].is_test;
    const char *missing = NULL;
    if (file->has_split && tests == 0)
        missing = "no row is test: there is nothing to predict";
    else if (file->has_split && tests == file->log->n)
        missing = "no row is train: there is nothing to learn from";
    else if (!file->has_split && file->log->n_learners < 2)
        missing = "one learner and no column split: there is nobody to learn from. Say with split which rows are train "
                  "and which are test";
    if (missing)
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s", missing);
    return missing == NULL;
}

/* Measuring. */

typedef enum { PART_ALL, PART_REPEATS, PART_OTHERS } Part;

/* Whether an attempt repeats the item that its learner answered just before. */
static gboolean is_repeat(const AttemptLog *log, guint i)
{
    const Attempt *attempt = &log->attempts[i];
    return i > log->first[attempt->learner] && log->attempts[i - 1].item == attempt->item;
}

static gboolean is_in(const Evaluation *evaluation, guint i, Part part)
{
    if (!evaluation->is_tested[i])
        return FALSE;
    return part == PART_ALL || (part == PART_REPEATS) == is_repeat(evaluation->log, i);
}

/* The predictions and scores of a part; returns how many. */
static gsize take_part(const Evaluation *evaluation, const double *from, Part part, double *p, double *y)
{
    gsize n = 0;
    for (guint i = 0; i < evaluation->log->n; i++) {
        if (!is_in(evaluation, i, part))
            continue;
        p[n] = from[i];
        y[n++] = evaluation->log->attempts[i].score;
    }
    return n;
}

static Metrics measure(const Evaluation *evaluation, const double *from, Part part)
{
    g_autofree double *p = g_new(double, evaluation->log->n), *y = g_new(double, evaluation->log->n);
    const gsize n = take_part(evaluation, from, part, p, y);
    StatsBin bins[BINS];
    stats_calibration(p, y, n, bins, BINS);
    return (Metrics){
        .n = n,
        .auc = stats_auc(p, y, n),
        .log_loss = stats_log_loss(p, y, NULL, n),
        .accuracy = stats_accuracy(p, y, n),
        .ece = stats_ece(bins, BINS),
    };
}

static Part whole(const Evaluation *evaluation)
{
    return evaluation->words->no_repeats ? PART_OTHERS : PART_ALL;
}

/* Telling. */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static void set_metrics(json_t *object, const Metrics *metrics)
{
    json_object_set_new(object, "n", json_integer((json_int_t)metrics->n));
    json_object_set_new(object, "auc", number(metrics->auc));
    json_object_set_new(object, "log_loss", number(metrics->log_loss));
    json_object_set_new(object, "accuracy", number(metrics->accuracy));
    json_object_set_new(object, "ece", number(metrics->ece));
}

static json_t *metrics_json(const Evaluation *evaluation, const double *from, Part part)
{
    const Metrics metrics = measure(evaluation, from, part);
    json_t *object = json_object();
    set_metrics(object, &metrics);
    return object;
}

static const double *baseline_of(const Evaluation *evaluation, guint baseline)
{
    return evaluation->baselines + (gsize)baseline * evaluation->log->n;
}

static double share_of_repeats(const Evaluation *evaluation, const Metrics *repeats)
{
    const Metrics all = measure(evaluation, evaluation->p, PART_ALL);
    return (double)repeats->n / (double)all.n;
}

static const char *protocol_of(const Evaluation *evaluation)
{
    return evaluation->has_split ? "train, then test" : "5 folds of learners";
}

static void print_json(const Evaluation *evaluation, const Metrics *metrics, const Metrics *repeats)
{
    g_autoptr(json_t) root = json_object();
    set_metrics(root, metrics);
    json_object_set_new(root, "seconds", json_real(evaluation->seconds));
    json_object_set_new(root, "protocol", json_string(protocol_of(evaluation)));
    json_object_set_new(root, "updated_while_predicting", json_string(goes_on));
    json_object_set_new(root, "repeats_share", number(share_of_repeats(evaluation, repeats)));
    json_object_set_new(root, "repeats_excluded", json_boolean(evaluation->words->no_repeats));
    json_object_set_new(root, "repeats", metrics_json(evaluation, evaluation->p, PART_REPEATS));
    json_object_set_new(root, "others", metrics_json(evaluation, evaluation->p, PART_OTHERS));
    json_object_set_new(root, "network", json_boolean(evaluation->n_with_network > 0));
    json_object_set_new(root, "learner_bytes", json_integer((json_int_t)evaluation->learner_bytes));
    json_object_set_new(root, "item_bytes", json_integer((json_int_t)evaluation->item_bytes));
    json_object_set_new(root, "skill_bytes", json_integer((json_int_t)evaluation->skill_bytes));
    json_object_set_new(root, "seed", json_integer(evaluation->words->seed));
    json_object_set_new(root, "threads", json_integer(evaluation->words->threads));
    json_t *baselines = json_object();
    for (guint i = 0; i < challenge_baselines_n; i++)
        json_object_set_new(baselines, challenge_baselines[i].name,
                            metrics_json(evaluation, baseline_of(evaluation, i), whole(evaluation)));
    json_object_set_new(root, "baselines", baselines);
    g_autofree char *text = json_write(root, NULL);
    g_print("%s\n", text);
}

static void print_row(const char *name, const Metrics *metrics)
{
    g_print("%-26s %9" G_GSIZE_FORMAT " %7.4f %9.4f %9.4f %7.4f\n", name, metrics->n, metrics->auc, metrics->log_loss,
            metrics->accuracy, metrics->ece);
}

static void print_text(const Evaluation *evaluation, const Metrics *metrics, const Metrics *repeats)
{
    const Metrics others = measure(evaluation, evaluation->p, PART_OTHERS);
    g_print("%-26s %9s %7s %9s %9s %7s\n", "", "attempts", "AUC", "log loss", "accuracy", "ECE");
    print_row("forecast", metrics);
    print_row("  same item as before", repeats);
    print_row("  another item", &others);
    for (guint i = 0; i < challenge_baselines_n; i++) {
        const Metrics baseline = measure(evaluation, baseline_of(evaluation, i), whole(evaluation));
        print_row(challenge_baselines[i].about, &baseline);
    }
    g_print("\n%.1f %% of the test attempts repeat the learner's item before%s.\n",
            100 * share_of_repeats(evaluation, repeats),
            evaluation->words->no_repeats ? "; they count in their own row only" : "");
    g_print("Protocol: %s. Updated while predicting: %s.\n", protocol_of(evaluation), goes_on);
    g_print("%s. Kept of a learner: %" G_GSIZE_FORMAT " bytes, and of each item %" G_GSIZE_FORMAT
            ", of each skill %" G_GSIZE_FORMAT ". %.1f seconds.\n",
            evaluation->n_with_network ? "With recurrent networks"
                                       : "Without networks: they would not have been better by enough",
            evaluation->learner_bytes, evaluation->item_bytes, evaluation->skill_bytes, evaluation->seconds);
}

/* Bins that have attempts. */
static guint curve_of(const StatsBin *bins, PlotPoint *points)
{
    guint n = 0;
    for (guint i = 0; i < BINS; i++)
        if (bins[i].n)
            points[n++] = (PlotPoint){ bins[i].expected, bins[i].observed, bins[i].low, bins[i].high };
    return n;
}

/* The outline of a histogram: each bin's share of all. */
static void outline_of(const StatsBin *bins, gsize n, PlotPoint *points)
{
    for (guint i = 0; i < 2 * BINS; i++) {
        const double share = (double)bins[i / 2].n / (double)MAX(n, 1);
        points[i] = (PlotPoint){ ((i + 1) / 2) / (double)BINS, share, share, share };
    }
}

static gboolean write_plot(const Evaluation *evaluation, const Metrics *metrics, GError **error)
{
    g_autofree double *p = g_new(double, evaluation->log->n), *y = g_new(double, evaluation->log->n);
    const gsize n = take_part(evaluation, evaluation->p, whole(evaluation), p, y);
    StatsBin bins[BINS];
    stats_calibration(p, y, n, bins, BINS);
    const PlotPoint perfect[] = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } };
    PlotPoint curve[BINS], outline[2 * BINS];
    const PlotLine curves[] = {
        { "as expected", perfect, G_N_ELEMENTS(perfect), FALSE },
        { "observed", curve, curve_of(bins, curve), TRUE },
    };
    outline_of(bins, n, outline);
    const PlotLine histogram = { "attempts", outline, G_N_ELEMENTS(outline), TRUE };
    const PlotPanel panels[] = {
        { "Calibration, with 95 % intervals", "predicted", "observed", curves, G_N_ELEMENTS(curves) },
        { "How often what was predicted", "predicted", "share of attempts", &histogram, 1 },
    };
    g_autofree char *description =
        g_strdup_printf("Predicted probability of success against the share that succeeded, for %" G_GSIZE_FORMAT
                        " attempts; expected calibration error %.4f, AUC %.4f.",
                        n, metrics->ece, metrics->auc);
    g_autofree char *svg = plot_svg("Expected and observed success", description, panels, G_N_ELEMENTS(panels));
    return g_file_set_contents(evaluation->words->plot, svg, -1, error);
}

static int evaluate(const Words *words)
{
    GError *error = NULL;
    const gint64 start = g_get_monotonic_time();
    g_autoptr(GString) notes = g_string_new(NULL);
    g_autoptr(AttemptFile) file = attempt_file_read(words->attempts, notes, &error);
    g_printerr("%s", notes->str);
    if (!file)
        return command_fail(EXIT_FAILED, error);
    if (!check_log(file, &error)) {
        g_prefix_error(&error, "%s: ", words->attempts);
        return command_fail(EXIT_FAILED, error);
    }
    const gsize n = file->log->n;
    g_auto(Evaluation) evaluation = {
        .words = words,
        .log = file->log,
        .has_split = file->has_split,
        .is_tested = g_new0(guint8, n),
        .p = g_new0(double, n),
        .baselines = g_new0(double, n *challenge_baselines_n),
        .progress = progress_new("Learning"),
    };
    (file->has_split ? run : run_folds)(&evaluation);
    g_clear_pointer(&evaluation.progress, progress_free);

    const Metrics metrics = measure(&evaluation, evaluation.p, whole(&evaluation)),
                  repeats = measure(&evaluation, evaluation.p, PART_REPEATS);
    if (words->plot && !write_plot(&evaluation, &metrics, &error))
        return command_fail(EXIT_FAILED, error);
    evaluation.seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    (words->json ? print_json : print_text)(&evaluation, &metrics, &repeats);
    return EXIT_DONE;
}

int eval_challenge(char **arguments)
{
    GError *error = NULL;
    g_auto(Words) words = { .seed = 1, .threads = (gint)CLAMP(g_get_num_processors(), 1, THREADS_MOST) };
    const GOptionEntry entries[] = {
        { "attempts", 0, 0, G_OPTION_ARG_FILENAME, &words.attempts, NULL, NULL },
        { "plot", 0, 0, G_OPTION_ARG_FILENAME, &words.plot, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &words.json, NULL, NULL },
        { "no-repeats", 0, 0, G_OPTION_ARG_NONE, &words.no_repeats, NULL, NULL },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &words.seed, NULL, NULL },
        { "threads", 0, 0, G_OPTION_ARG_INT, &words.threads, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) left = command_parse(arguments, entries, &settings, &error);
    if (!left)
        return command_fail(EXIT_USAGE, error);
    if (left[0])
        return command_usage("eval", "'%s' was not expected", left[0]);
    if (!words.attempts)
        return command_usage("eval", "--attempts FILE is missing");
    if (words.threads < 1 || words.threads > THREADS_MOST)
        return command_usage("eval", "--threads is from 1 to %d", THREADS_MOST);
    if (words.seed < 0)
        return command_usage("eval", "--seed is 0 or more");
    if (words.plot && !plot_may_go_to(words.plot))
        return command_usage("eval", "--plot: %s cannot be written", words.plot);
    return evaluate(&words);
}
