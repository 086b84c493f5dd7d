/* whet eval memory: how well recall is predicted on a file of reviews, beside simpler ways to predict it. */
#include "command/command.h"
#include "command/eval.h"
#include "command/memory_words.h"
#include "command/progress.h"
#include "engine/memory/memory_baseline.h"
#include "engine/memory/memory_eval_weighted.h"
#include "engine/memory/memory_fit.h"
#include "platform/json.h"

#include <math.h>

enum { FOLDS_MOST = 50, FOLDS_UNSAID = G_MININT };

typedef struct {
    char *reviews, *unit, *parameters, *model;
    gboolean fit, json;
    int folds;
} Words;

static void words_clear(Words *words)
{
    g_free(words->reviews);
    g_free(words->unit);
    g_free(words->parameters);
    g_free(words->model);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

typedef struct {
    const ReviewLog *log;
    guint folds; /* 0: in sample */
    MemoryModel model;
    gboolean fits; /* the model is what fitting gives, otherwise it is used as it is */
    Progress *progress;
    double *p; /* predictions, one for each review */
} Evaluation;

static gboolean predict_with_model(const ReviewLog *train, const ReviewLog *log, double *p, gpointer data)
{
    Evaluation *evaluation = data;
    MemoryModel model = evaluation->model;
    const MemoryFitWish wish = { .algorithm = model.algorithm, .threads = g_get_num_processors() };
    if (evaluation->fits && !memory_fit_model(train, &wish, &model))
        return FALSE;
    memory_eval_predict(&model, log, p);
    return TRUE;
}

static gboolean measure(Evaluation *evaluation, MemoryPredictor predictor, MemoryMetrics *metrics)
{
    const ReviewLog *log = evaluation->log;
    gboolean done = evaluation->folds > 0
                        ? memory_eval_folds(log, evaluation->folds, predictor, evaluation, evaluation->p)
                        : predictor(log, log, evaluation->p, evaluation);
    if (done)
        *metrics = memory_eval_metrics(log, evaluation->p);
    return done;
}

static void set_metrics(json_t *object, const MemoryMetrics *metrics)
{
    json_object_set_new(object, "n", json_integer(metrics->n));
    json_object_set_new(object, "log_loss", memory_words_number(metrics->log_loss));
    json_object_set_new(object, "rmse_bins", memory_words_number(metrics->rmse_bins));
    json_object_set_new(object, "auc", memory_words_number(metrics->auc));
}

/* What the evaluation found. */
typedef struct {
    MemoryMetrics model, weighted; /* weighted: in sample only, otherwise n is 0 */
    MemoryMetrics *baselines;      /* memory_baselines_n */
} Findings;

static char *protocol_of(const Words *words)
{
    if (words->folds > 0)
        return g_strdup_printf("%d folds", words->folds);
    return g_strdup(words->fit ? "fitted, in sample" : words->parameters ? "given parameters" : "published weights");
}

static void print_json(const Words *words, const Evaluation *evaluation, const Findings *findings)
{
    g_autofree char *protocol = protocol_of(words);
    g_autoptr(json_t) root = json_object();
    json_object_set_new(root, "model", json_string(memory_algorithm_info(evaluation->model.algorithm)->name));
    json_object_set_new(root, "protocol", json_string(protocol));
    set_metrics(root, &findings->model);
    if (evaluation->folds == 0) {
        json_t *weighted = json_object();
        set_metrics(weighted, &findings->weighted);
        json_object_del(weighted, "auc");
        json_object_set_new(root, "as_fsrs_rs", weighted);
    }
    json_t *baselines = json_object();
    for (guint i = 0; i < memory_baselines_n; i++) {
        json_t *baseline = json_object();
        set_metrics(baseline, &findings->baselines[i]);
        json_object_set_new(baselines, memory_baselines[i].name, baseline);
    }
    json_object_set_new(root, "baselines", baselines);
    g_autofree char *text = json_write(root, NULL);
    g_print("%s\n", text);
}

static void print_row(const char *name, const MemoryMetrics *metrics)
{
    g_print("%-26s %9u", name, metrics->n);
    if (metrics->n > 0)
        g_print(" %9.4f %10.4f", metrics->log_loss, metrics->rmse_bins);
    if (isfinite(metrics->auc))
        g_print(" %7.4f", metrics->auc);
    g_print("\n");
}

static void print_text(const Words *words, const Evaluation *evaluation, const Findings *findings)
{
    g_autofree char *protocol = protocol_of(words);
    const char *name = evaluation->model.algorithm == MEMORY_FSRS7 ? "FSRS-7" : "FSRS-6";
    g_autofree char *title = g_strdup_printf("%s, %s", name, protocol);
    g_print("%-26s %9s %9s %10s %7s\n", "", "reviews", "log loss", "RMSE(bins)", "AUC");
    print_row(title, &findings->model);
    if (evaluation->folds == 0)
        print_row("  as fsrs-rs evaluates", &findings->weighted);
    for (guint i = 0; i < memory_baselines_n; i++)
        print_row(memory_baselines[i].about, &findings->baselines[i]);
}

static gboolean find(Evaluation *evaluation, Findings *findings)
{
    if (!measure(evaluation, predict_with_model, &findings->model))
        return FALSE;
    if (evaluation->folds == 0)
        findings->weighted = memory_eval_weighted(evaluation->log, evaluation->p);
    for (guint i = 0; i < memory_baselines_n; i++) {
        progress_set(evaluation->progress, (i + 1.0) / (memory_baselines_n + 1));
        if (!measure(evaluation, memory_baselines[i].predict, &findings->baselines[i]))
            return FALSE;
    }
    return TRUE;
}

static int evaluate(const Words *words, const MemoryModel *model)
{
    GError *error = NULL;
    g_autoptr(ReviewFile) file = memory_words_reviews(words->reviews, words->unit, &error);
    if (!file)
        return command_fail(EXIT_FAILED, error);
    g_autoptr(Progress) progress = progress_new("Evaluating");
    g_autofree double *p = g_new(double, file->log->n);
    Evaluation evaluation = {
        .log = file->log,
        .folds = (guint)words->folds,
        .model = *model,
        .fits = words->fit || words->folds > 0,
        .progress = progress,
        .p = p,
    };
    g_autofree MemoryMetrics *baselines = g_new0(MemoryMetrics, memory_baselines_n);
    Findings findings = { .baselines = baselines };
    gboolean found = find(&evaluation, &findings);
    g_assert(found);
    g_clear_pointer(&progress, progress_free);
    if (findings.model.n == 0)
        g_printerr("%s: no review is a day or more after one before it, or there are too few for the folds: "
                   "nothing to evaluate\n",
                   words->reviews);
    (words->json ? print_json : print_text)(words, &evaluation, &findings);
    return EXIT_DONE;
}

static gboolean choose_model(const Words *words, MemoryModel *model, int *status)
{
    GError *error = NULL;
    MemoryAlgorithm algorithm;
    *status = EXIT_DONE;
    if (!memory_words_algorithm(words->model, &algorithm, &error))
        *status = command_fail(EXIT_USAGE, error);
    else if (!words->parameters)
        *model = memory_model_default(algorithm);
    else if (!memory_words_parameters(words->parameters, model, &error))
        *status = command_fail(EXIT_FAILED, error);
    else if (words->model && model->algorithm != algorithm)
        *status = command_usage("eval", "the parameters are not those of --model %s", words->model);
    return *status == EXIT_DONE;
}

int eval_memory(char **arguments)
{
    GError *error = NULL;
    g_auto(Words) words = { 0 };
    const GOptionEntry entries[] = {
        { "reviews", 0, 0, G_OPTION_ARG_FILENAME, &words.reviews, NULL, NULL },
        { "unit", 0, 0, G_OPTION_ARG_FILENAME, &words.unit, NULL, NULL },
        { "parameters", 0, 0, G_OPTION_ARG_FILENAME, &words.parameters, NULL, NULL },
        { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.model, NULL, NULL },
        { "fit", 0, 0, G_OPTION_ARG_NONE, &words.fit, NULL, NULL },
        { "folds", 0, 0, G_OPTION_ARG_INT, &words.folds, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &words.json, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    words.folds = FOLDS_UNSAID;
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) left = command_parse(arguments, entries, &settings, &error);
    if (!left)
        return command_fail(EXIT_USAGE, error);
    if (left[0])
        return command_usage("eval", "'%s' was not expected", left[0]);
    if (!words.reviews)
        return command_usage("eval", "--reviews FILE is missing");
    if (words.folds != FOLDS_UNSAID && (words.folds < 1 || words.folds > FOLDS_MOST))
        return command_usage("eval", "--folds is from 1 to %d", FOLDS_MOST);
    words.folds = MAX(words.folds, 0);
    if (words.fit + (words.folds > 0) + (words.parameters != NULL) > 1)
        return command_usage("eval", "--parameters, --fit and --folds exclude each other");
    ReviewUnit ignored;
    if (words.unit && !review_unit_parse(words.unit, &ignored, &error))
        return command_fail(EXIT_USAGE, error);
    MemoryModel model;
    int status;
    return choose_model(&words, &model, &status) ? evaluate(&words, &model) : status;
}
