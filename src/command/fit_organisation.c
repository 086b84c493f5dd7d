/* whet fit memory --organisation: the model of an organisation on this server, from its own answers, at once. */
#include "command/command.h"
#include "command/fit.h"
#include "engine/memory/memory_fit.h"
#include "feature/practice/practice.h"
#include "platform/json.h"

static void print_fit(const PracticeFit *fit, gboolean json)
{
    const MemoryFit fitted = {
        .model = fit->model,
        .n = (guint)fit->n,
        .log_loss = fit->log_loss,
        .rmse_bins = fit->rmse_bins,
        .auc = fit->auc,
        .log_loss_default = fit->log_loss_default,
    };
    if (json) {
        g_autoptr(json_t) root = fit_memory_json(&fitted, fit->seconds);
        json_object_set_new(root, "log_loss_before", http_json_number(fit->log_loss_before));
        json_object_set_new(root, "used", json_boolean(fit->chosen));
        g_autofree char *text = json_write(root, NULL);
        g_print("%s\n", text);
        return;
    }
    fit_memory_print(&fitted, fit->seconds);
    g_print("used        %s (log loss of the model before: %.4f)\n", fit->chosen ? "yes" : "no", fit->log_loss_before);
}

int fit_organisation(Settings *settings, const char *name, const MemoryAlgorithm *algorithm, gboolean json)
{
    GError *error = NULL;
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, WORKPLACE_EXISTING, settings, &error))
        return command_fail(EXIT_FAILED, error);
    gint64 organisation_id = command_organisation(&workplace.app, name, &error);
    PracticeFit fit;
    if (!organisation_id ||
        (algorithm && !practice_use_memory(&workplace.app, organisation_id, 0, *algorithm, &error)) ||
        !practice_fit_memory(&workplace.app, organisation_id, 0, &fit, &error))
        return command_fail(EXIT_FAILED, error);
    if (fit.n < MEMORY_FIT_LEAST)
        g_printerr("%" G_GINT64_FORMAT
                   " answers a day or more after the one before are too few, the weights stay as they "
                   "are (from %d on there is something to learn)\n",
                   fit.n, MEMORY_FIT_LEAST);
    if (fit.n >= MEMORY_FIT_LEAST || json)
        print_fit(&fit, json);
    return EXIT_DONE;
}
