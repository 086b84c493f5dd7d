/* whet replay: the memory after each review of a file. Reads the file twice: once for the states, which need each
 * card's reviews in order, and once to print rows as they stand. */
#include "command/command.h"
#include "command/memory_words.h"
#include "platform/csv.h"

#include <stdio.h>
#include <string.h>

#define RETENTION_DEFAULT 0.9
#define RETENTION_LEAST 0.01
#define RETENTION_MOST 0.99

/* Of each row of the file; nothing for rows that were dropped. */
static MemoryState *states_by_row(const ReviewFile *file, const MemoryModel *model)
{
    const ReviewLog *log = file->log;
    MemoryState *states = g_new0(MemoryState, file->n_rows);
    MemoryState state = { 0 };
    for (guint i = 0; i < log->n; i++) {
        const Review *review = &log->reviews[i];
        if (i == log->first[review->card])
            state = (MemoryState){ 0 };
        state = memory_next(model, state, memory_gap(model, log->calendar[i], log->exact[i]), review->rating);
        states[review->source] = state;
    }
    return states;
}

static void append_field(GString *line, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        g_string_append(line, text);
        return;
    }
    g_string_append_c(line, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            g_string_append_c(line, '"');
        g_string_append_c(line, *c);
    }
    g_string_append_c(line, '"');
}

static void append_number(GString *line, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_c(line, ',');
    g_string_append(line, g_ascii_formatd(text, sizeof text, "%.17g", value));
}

static gboolean print_rows(const char *path, const MemoryModel *model, const MemoryState *states, guint n_rows,
                           double retention, GError **error)
{
    static const CsvColumn columns[] = { { .name = "card" }, { .name = "time" }, { .name = "rating" }, { 0 } };
    g_autoptr(Csv) csv = csv_open(path, columns, error);
    if (!csv)
        return FALSE;
    gboolean has_fast = model->algorithm == MEMORY_FSRS7;
    g_print("card,time,rating,stability,difficulty,interval%s\n", has_fast ? ",fast" : "");
    g_autoptr(GString) line = g_string_new(NULL);
    CsvStep step = CSV_END;
    for (guint row = 0; row < n_rows && (step = csv_next(csv, error)) == CSV_ROW; row++) {
        if (!(states[row].stability > 0))
            continue;
        g_string_truncate(line, 0);
        for (guint column = 0; column < 3; column++) {
            if (column > 0)
                g_string_append_c(line, ',');
            append_field(line, csv_text(csv, column, NULL));
        }
        append_number(line, states[row].stability);
        append_number(line, states[row].difficulty);
        append_number(line, memory_interval(model, states[row], retention));
        if (has_fast)
            append_number(line, states[row].fast);
        g_string_append_c(line, '\n');
        fputs(line->str, stdout);
    }
    return step != CSV_FAILED;
}

static int replay(const char *path, const char *unit, const char *parameters, double retention)
{
    GError *error = NULL;
    MemoryModel model = memory_model_default(MEMORY_FSRS6);
    if (parameters && !memory_words_parameters(parameters, &model, &error))
        return command_fail(EXIT_FAILED, error);
    g_autoptr(ReviewFile) file = memory_words_reviews(path, unit, &error);
    if (!file)
        return command_fail(EXIT_FAILED, error);
    g_autofree MemoryState *states = states_by_row(file, &model);
    if (!print_rows(path, &model, states, file->n_rows, retention, &error))
        return command_fail(EXIT_FAILED, error);
    return EXIT_DONE;
}

/* What came through a pipe is gone after the first reading. A folder is refused with a better reason. */
static gboolean is_read_twice(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) || g_file_test(path, G_FILE_TEST_IS_DIR);
}

int command_replay(char **arguments)
{
    GError *error = NULL;
    g_autofree char *reviews = NULL, *unit = NULL, *parameters = NULL;
    double retention = RETENTION_DEFAULT;
    const GOptionEntry entries[] = {
        { "reviews", 0, 0, G_OPTION_ARG_FILENAME, &reviews, NULL, NULL },
        { "unit", 0, 0, G_OPTION_ARG_FILENAME, &unit, NULL, NULL },
        { "parameters", 0, 0, G_OPTION_ARG_FILENAME, &parameters, NULL, NULL },
        { "retention", 0, 0, G_OPTION_ARG_DOUBLE, &retention, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("replay", "'%s' was not expected", words[0]);
    if (!reviews)
        return command_usage("replay", "--reviews FILE is missing");
    if (g_str_equal(reviews, "-"))
        return command_usage("replay", "the reviews are read twice, which standard input does not allow: name a file");
    if (g_file_test(reviews, G_FILE_TEST_EXISTS) && !is_read_twice(reviews))
        return command_usage("replay", "the reviews are read twice, which a pipe does not allow: name a file");
    ReviewUnit ignored;
    if (unit && !review_unit_parse(unit, &ignored, &error))
        return command_fail(EXIT_USAGE, error);
    if (!(retention >= RETENTION_LEAST && retention <= RETENTION_MOST))
        return command_usage("replay", "--retention is from %g to %g", RETENTION_LEAST, RETENTION_MOST);
    return replay(reviews, unit, parameters, retention);
}
