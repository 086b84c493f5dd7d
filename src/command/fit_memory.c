/* whet fit memory: the parameters under which a file of reviews, or the answers of an organisation, were most probable.
 */
#include "command/command.h"
#include "command/fit.h"
#include "command/memory_words.h"
#include "command/progress.h"
#include "engine/memory/memory_fit.h"
#include "platform/json.h"

enum { THREADS_MOST = 256, THREADS_UNSAID = G_MININT };

static gboolean show_progress(double share, gpointer data)
{
    progress_set(data, share);
    return TRUE;
}

json_t *fit_memory_json(const MemoryFit *fit, double seconds)
{
    const MemoryAlgorithmInfo *info = memory_algorithm_info(fit->model.algorithm);
    json_t *root = json_object();
    json_object_set_new(root, "model", json_string(info->name));
    json_t *parameters = json_array();
    for (guint i = 0; i < info->n_weights; i++)
        json_array_append_new(parameters, json_real(fit->model.w[i]));
    json_object_set_new(root, "parameters", parameters);
    json_object_set_new(root, "n", json_integer(fit->n));
    json_object_set_new(root, "log_loss", memory_words_number(fit->log_loss));
    json_object_set_new(root, "rmse_bins", memory_words_number(fit->rmse_bins));
    json_object_set_new(root, "auc", memory_words_number(fit->auc));
    json_object_set_new(root, "log_loss_default", memory_words_number(fit->log_loss_default));
    json_object_set_new(root, "seconds", json_real(seconds));
    return root;
}

static void print_json(const MemoryFit *fit, double seconds)
{
    g_autoptr(json_t) root = fit_memory_json(fit, seconds);
    g_autofree char *text = json_write(root, NULL);
    g_print("%s\n", text);
}

void fit_memory_print(const MemoryFit *fit, double seconds)
{
    const MemoryAlgorithmInfo *info = memory_algorithm_info(fit->model.algorithm);
    g_print("parameters  [");
    for (guint i = 0; i < info->n_weights; i++)
        g_print("%s%.6g", i > 0 ? ", " : "", fit->model.w[i]);
    g_print("]\n"
            "reviews     %u a day or more after the one before\n"
            "log loss    %.4f (published weights: %.4f)\n"
            "RMSE(bins)  %.4f\n"
            "AUC         %.4f\n"
            "seconds     %.3f\n",
            fit->n, fit->log_loss, fit->log_loss_default, fit->rmse_bins, fit->auc, seconds);
}

static int fit(const char *path, const char *unit, MemoryAlgorithm algorithm, guint threads, gboolean json)
{
    GError *error = NULL;
    g_autoptr(ReviewFile) file = memory_words_reviews(path, unit, &error);
    if (!file)
        return command_fail(EXIT_FAILED, error);
    g_autoptr(Progress) progress = progress_new("Fitting");
    const MemoryFitWish wish = {
        .algorithm = algorithm,
        .threads = threads,
        .go_on = show_progress,
        .data = progress,
    };
    MemoryModel model;
    gint64 begun = g_get_monotonic_time();
    gboolean done = memory_fit_model(file->log, &wish, &model);
    double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
    g_assert(done); /* nothing asked it to stop */
    MemoryFit fitted;
    memory_fit_judge(file->log, &model, &fitted);
    g_clear_pointer(&progress, progress_free);
    if (fitted.n < MEMORY_FIT_LEAST)
        g_printerr("%s: %u reviews a day or more after the one before are too few, the published weights stay "
                   "(from %d on there is something to learn)\n",
                   path, fitted.n, MEMORY_FIT_LEAST);
    (json ? print_json : fit_memory_print)(&fitted, seconds);
    return EXIT_DONE;
}

int fit_memory(char **arguments)
{
    GError *error = NULL;
    g_autofree char *reviews = NULL, *organisation = NULL, *unit = NULL, *model = NULL;
    int threads = THREADS_UNSAID;
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        { "reviews", 0, 0, G_OPTION_ARG_FILENAME, &reviews, NULL, NULL },
        { "organisation", 0, 0, G_OPTION_ARG_FILENAME, &organisation, NULL, NULL },
        { "unit", 0, 0, G_OPTION_ARG_FILENAME, &unit, NULL, NULL },
        { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, NULL, NULL },
        { "threads", 0, 0, G_OPTION_ARG_INT, &threads, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("fit", "'%s' was not expected", words[0]);
    if (!reviews == !organisation)
        return command_usage("fit", "say either --reviews FILE or --organisation NAME");
    if (organisation && (unit || threads != THREADS_UNSAID))
        return command_usage("fit", "--unit and --threads are for --reviews");
    if (threads == THREADS_UNSAID)
        threads = (int)MIN(g_get_num_processors(), THREADS_MOST);
    if (threads < 1 || threads > THREADS_MOST)
        return command_usage("fit", "--threads is from 1 to %d", THREADS_MOST);
    ReviewUnit ignored;
    MemoryAlgorithm algorithm;
    if ((unit && !review_unit_parse(unit, &ignored, &error)) || !memory_words_algorithm(model, &algorithm, &error))
        return command_fail(EXIT_USAGE, error);
    if (organisation)
        return fit_organisation(g_steal_pointer(&settings), organisation, model ? &algorithm : NULL, json);
    return fit(reviews, unit, algorithm, (guint)threads, json);
}
