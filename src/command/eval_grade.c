/* whet eval grade: how well the built-in grader agrees with people, on a file of anybody's answers. */
#include "command/answer_file.h"
#include "command/command.h"
#include "command/eval.h"
#include "engine/maths/stats.h"
#include "feature/word_source.h"
#include "platform/error.h"
#include "platform/json.h"
#include <math.h>

enum { COACH_MOST = 10000 };

typedef struct {
    char *answers, *language;
    gboolean json, shipped, rubric, weights;
    gint coach;
} Options;

static void options_clear(Options *options)
{
    g_free(options->answers);
    g_free(options->language);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* What the grader said and what people said, of one part of the file. */
typedef struct {
    GArray *predicted, *observed; /* double */
} Part;

/* In the order in which they are printed. */
static const char *const measures[] = { "n", "accuracy", "macro_f1", "pearson", "rmse", "qwk" };
enum { N, ACCURACY, MACRO_F1, PEARSON, RMSE, QWK, MEASURES };

static void measure(const Part *part, const GArray *levels, double values[MEASURES])
{
    const double *p = (const double *)(gpointer)part->predicted->data;
    const double *y = (const double *)(gpointer)part->observed->data;
    gsize n = part->predicted->len;
    values[N] = (double)n;
    values[ACCURACY] = stats_accuracy(p, y, n);
    values[MACRO_F1] = stats_macro_f1(p, y, n);
    values[PEARSON] = stats_pearson(p, y, n);
    values[RMSE] = stats_rmse(p, y, n);
    values[QWK] = stats_qwk(p, y, n, (const double *)(gpointer)levels->data, levels->len);
}

static void clear_part(gpointer data)
{
    Part *part = data;
    g_array_unref(part->predicted);
    g_array_unref(part->observed);
}

/* Judges every row that is to be judged; returns how many a second. */
static double judge(const AnswerFile *file, const GradeTrial *trial, GArray *parts)
{
    guint n = 0;
    gint64 start = g_get_monotonic_time();
    for (guint i = 0; i < file->set.n_rows; i++) {
        if (!grade_trial_is_judged(trial, i))
            continue;
        const TrialRow *row = &file->set.rows[i];
        const Part *part = &g_array_index(parts, Part, row->split);
        double probability = grade_trial_judge(trial, i);
        g_array_append_val(part->predicted, probability);
        g_array_append_val(part->observed, row->score);
        n++;
    }
    gint64 microseconds = MAX(g_get_monotonic_time() - start, 1);
    return n * (double)G_USEC_PER_SEC / (double)microseconds;
}

/* --- printing */

static json_t *number_json(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *measures_json(const double values[MEASURES])
{
    json_t *json = json_object();
    json_object_set_new(json, measures[N], json_integer((json_int_t)values[N]));
    for (int i = ACCURACY; i < MEASURES; i++)
        json_object_set_new(json, measures[i], number_json(values[i]));
    return json;
}

static void print_json(const AnswerFile *file, const GArray *parts, double per_second)
{
    g_autoptr(json_t) root = json_object();
    json_t *splits = json_object();
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = &g_array_index(parts, Part, i);
        if (!part->predicted->len)
            continue;
        double values[MEASURES];
        measure(part, file->levels, values);
        json_object_set_new(splits, names_text(file->splits, i), measures_json(values));
    }
    if (json_object_size(splits) == 1)
        json_object_update(root, json_object_iter_value(json_object_iter(splits)));
    json_object_set_new(root, "splits", splits);
    json_object_set_new(root, "answers_per_second", json_real(round(per_second)));
    g_autofree char *text = json_write(root, NULL);
    g_print("%s\n", text);
}

static void print_text(const AnswerFile *file, const GArray *parts, double per_second)
{
    g_print("%-12s", "split");
    for (int i = 0; i < MEASURES; i++)
        g_print(" %9s", measures[i]);
    g_print("\n");
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = &g_array_index(parts, Part, i);
        if (!part->predicted->len)
            continue;
        double values[MEASURES];
        measure(part, file->levels, values);
        g_print("%-12s %9.0f", names_text(file->splits, i), values[N]);
        for (int j = ACCURACY; j < MEASURES; j++)
            g_print(" %9.4f", values[j]);
        g_print("\n");
    }
    g_print("\n%.0f answers a second\n", per_second);
}

static void print_calibration(const char *name, GradeCalibration calibration)
{
    g_print("const GradeCalibration %s = { %.4f, %.4f, %.4f };\n", name, calibration.intercept, calibration.coverage,
            calibration.margin);
}

/* What engine/grade/grade_weights.c consists of. */
static void print_weights(const GradeTrial *trial)
{
    const GradeWeights *weights = grade_trial_weights(trial);
    g_print("const GradeWeights grade_weights_shipped = {\n    .features = {\n");
    for (int i = 0; i < FEATURES; i++)
        g_print("        { %.5f, %.5f, %.5f }, /* %s */\n", weights->features[i].mean, weights->features[i].scale,
                weights->features[i].weight, feature_names[i]);
    g_print("    },\n    .intercept = %.5f,\n};\n", weights->intercept);
    GradeCalibration beside_models, alone;
    grade_trial_calibrate(trial, &beside_models, &alone);
    print_calibration("grade_calibration_shipped", beside_models);
    print_calibration("grade_calibration_alone", alone);
}

/* --- running */

static int run(const Options *options, const Lexicon *lexicon, AnswerFile *file)
{
    file->set.lexicon = lexicon;
    file->set.language = options->language ? options->language : "en";
    const TrialWish wish = {
        .shipped = options->shipped || (options->rubric && !options->weights),
        .rubric = options->rubric || options->weights,
        .twice = options->weights,
        .coach = (guint)options->coach,
    };
    g_autoptr(GradeTrial) trial = grade_trial_new(&file->set, &wish);
    if (options->weights) {
        print_weights(trial);
        return EXIT_DONE;
    }
    g_autoptr(GArray) parts = g_array_new(FALSE, TRUE, sizeof(Part));
    g_array_set_clear_func(parts, clear_part);
    for (guint i = 0; i < names_count(file->splits); i++) {
        Part part = { g_array_new(FALSE, FALSE, sizeof(double)), g_array_new(FALSE, FALSE, sizeof(double)) };
        g_array_append_val(parts, part);
    }
    double per_second = judge(file, trial, parts);
    if (options->json)
        print_json(file, parts, per_second);
    else
        print_text(file, parts, per_second);
    return EXIT_DONE;
}

static gboolean check_file(const Options *options, const AnswerFile *file, GError **error)
{
    if (((options->shipped || options->rubric) && !options->weights) || file->learns)
        return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID,
                "%s: there is no row of the split train to learn from; --shipped takes the weights that came with Whet",
                options->answers);
    return FALSE;
}

int eval_grade(char **words)
{
    GError *error = NULL;
    g_auto(Options) options = { 0 };
    const GOptionEntry entries[] = {
        { "answers", 0, 0, G_OPTION_ARG_FILENAME, &options.answers, NULL, NULL },
        { "language", 0, 0, G_OPTION_ARG_FILENAME, &options.language, NULL, NULL },
        { "shipped", 0, 0, G_OPTION_ARG_NONE, &options.shipped, NULL, NULL },
        { "rubric", 0, 0, G_OPTION_ARG_NONE, &options.rubric, NULL, NULL },
        { "coach", 0, 0, G_OPTION_ARG_INT, &options.coach, NULL, NULL },
        { "weights", 0, 0, G_OPTION_ARG_NONE, &options.weights, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) left = command_parse(words, entries, &settings, &error);
    if (!left)
        return command_fail(EXIT_USAGE, error);
    if (left[0] || !options.answers)
        return command_usage("eval", left[0] ? "eval grade does not want '%s'" : "eval grade wants --answers FILE",
                             left[0]);
    if (options.coach < 0 || options.coach > COACH_MOST)
        return command_usage("eval", "--coach must be 0 to %d", COACH_MOST);

    g_autoptr(GString) notes = g_string_new(NULL);
    g_autoptr(AnswerFile) file = answer_file_read(options.answers, notes, &error);
    if (!file || !check_file(&options, file, &error))
        return command_fail(EXIT_FAILED, error);
    g_printerr("%s", notes->str);
    WordSource *source = word_source_new(settings_text(settings, SETTING_WORDNET));
    int status = run(&options, word_source_lexicon(source), file);
    word_source_free(source);
    return status;
}
