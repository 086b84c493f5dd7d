/* One pass over the file. */
#include "command/answer_file.h"

#include "command/rows.h"
#include "command/sighting.h"
#include "platform/error.h"
#include <string.h>

#define TRAIN "train"
#define ALL "all"
#define BETWEEN_REFERENCES "||"
enum { LEVELS_MOST = 21, LEVELS_OTHERWISE = 11 };

enum { ID, QUESTION, REFERENCE, ANSWER, SCORE, SPLIT, QUESTION_ID };
static const CsvColumn columns[] = {
    [ID] = { .name = "id" },
    [QUESTION] = { .name = "question" },
    [REFERENCE] = { .name = "reference" },
    [ANSWER] = { .name = "answer" },
    [SCORE] = { .name = "score" },
    [SPLIT] = { .name = "split", .is_optional = TRUE },
    [QUESTION_ID] = { .name = "question_id", .is_optional = TRUE },
    { 0 },
};

/* The five labels of SemEval-2013 task 7 (Dzikovska et al. 2013) as its two-way task takes them, its three-way and
 * two-way ones, and what other sets say instead. */
static const struct {
    const char *label;
    double score;
} labels[] = {
    { "correct", 1 },
    { "right", 1 },
    { "true", 1 },
    { "pass", 1 },
    { "partially_correct_incomplete", 0 },
    { "partially_correct", 0 },
    { "partial", 0 },
    { "incomplete", 0 },
    { "contradictory", 0 },
    { "irrelevant", 0 },
    { "non_domain", 0 },
    { "incorrect", 0 },
    { "wrong", 0 },
    { "false", 0 },
    { "fail", 0 },
};

typedef struct {
    Csv *csv;
    AnswerFile *file;
    Names *names;       /* of questions */
    GPtrArray *sources; /* char *: question and references of a question's first row as they stand there */
    Sighting others;
} Reading;

static void reading_clear(Reading *reading)
{
    g_clear_pointer(&reading->csv, csv_free);
    g_clear_pointer(&reading->file, answer_file_free);
    g_clear_pointer(&reading->names, names_free);
    g_clear_pointer(&reading->sources, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static char *keep(AnswerFile *file, const char *text)
{
    return g_string_chunk_insert(file->texts, text);
}

static void take_references(AnswerFile *file, const char *text, TrialQuestion *question)
{
    g_auto(GStrv) parts = g_strsplit(text, BETWEEN_REFERENCES, -1);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    for (char **part = parts; *part; part++)
        if (*g_strstrip(*part))
            g_ptr_array_add(references, keep(file, *part));
    question->n_references = references->len;
    gpointer list = g_ptr_array_free(g_steal_pointer(&references), FALSE);
    question->references = list;
    g_ptr_array_add(file->lists, list);
}

static void add_question(Reading *reading, const char *source)
{
    TrialQuestion question = { .text = keep(reading->file, csv_text(reading->csv, QUESTION, NULL)) };
    take_references(reading->file, csv_text(reading->csv, REFERENCE, NULL), &question);
    g_array_append_val(reading->file->questions, question);
    g_ptr_array_add(reading->sources, g_strdup(source));
}

static void read_question(Reading *reading, TrialRow *row)
{
    const char *text = csv_text(reading->csv, QUESTION, NULL), *id = csv_text(reading->csv, QUESTION_ID, NULL);
    row->question = names_number(reading->names, id && *id ? id : text);
    g_autofree char *source = g_strconcat(text, "\n", csv_text(reading->csv, REFERENCE, NULL), NULL);
    if (row->question == reading->sources->len)
        add_question(reading, source);
    else if (!g_str_equal(source, reading->sources->pdata[row->question]))
        sighting_add(&reading->others, csv_line(reading->csv));
}

static gboolean read_label(const Reading *reading, const char *text, double *score, GError **error)
{
    g_autofree char *label = g_ascii_strdown(text, -1);
    g_strdelimit(g_strstrip(label), "- ", '_');
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (g_str_equal(label, labels[i].label)) {
            *score = labels[i].score;
            return TRUE;
        }
    return csv_fail_field(reading->csv, SCORE, error,
                          "is neither a number from 0 to 1 nor a label such as correct or incorrect");
}

static gboolean read_score(const Reading *reading, double *score, GError **error)
{
    const char *text = csv_text(reading->csv, SCORE, NULL);
    if (g_ascii_isdigit(*text) || (*text && strchr("+-.", *text)))
        return csv_number(reading->csv, SCORE, 0, 1, score, error);
    return read_label(reading, text, score, error);
}

static gboolean read_split(Reading *reading, guint *split, GError **error)
{
    const char *name = csv_has(reading->csv, SPLIT) ? csv_text(reading->csv, SPLIT, NULL) : ALL;
    if (!*name)
        return csv_fail(reading->csv, error, "the split is empty");
    *split = names_number(reading->file->splits, name);
    if (*split > ANSWER_SPLITS_MOST)
        return csv_fail(reading->csv, error, "there are more than %d splits", ANSWER_SPLITS_MOST);
    return TRUE;
}

static gboolean read_row(guint number, gpointer data, GError **error)
{
    Reading *reading = data;
    TrialRow row = { 0 };
    if (!read_score(reading, &row.score, error) || !read_split(reading, &row.split, error))
        return FALSE;
    read_question(reading, &row);
    row.answer = keep(reading->file, csv_text(reading->csv, ANSWER, NULL));
    reading->file->learns = reading->file->learns || row.split == TRIAL_LEARN;
    g_array_append_val(reading->file->rows, row);
    return TRUE;
}

static void add_level(GArray *levels, double score)
{
    for (guint i = 0; i < levels->len; i++)
        if (g_array_index(levels, double, i) == score)
            return;
    g_array_append_val(levels, score);
}

static int by_value(gconstpointer a, gconstpointer b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void find_levels(AnswerFile *file)
{
    for (guint i = 0; i < file->rows->len && file->levels->len <= LEVELS_MOST; i++)
        add_level(file->levels, g_array_index(file->rows, TrialRow, i).score);
    if (file->levels->len > LEVELS_MOST) {
        g_array_set_size(file->levels, 0);
        for (int i = 0; i < LEVELS_OTHERWISE; i++)
            add_level(file->levels, i / (LEVELS_OTHERWISE - 1.0));
    }
    g_array_sort(file->levels, by_value);
}

static AnswerFile *answer_file_new(void)
{
    AnswerFile *file = g_new0(AnswerFile, 1);
    file->splits = names_new();
    names_number(file->splits, TRAIN);
    file->levels = g_array_new(FALSE, FALSE, sizeof(double));
    file->rows = g_array_new(FALSE, FALSE, sizeof(TrialRow));
    file->questions = g_array_new(FALSE, FALSE, sizeof(TrialQuestion));
    file->texts = g_string_chunk_new(64 * 1024);
    file->lists = g_ptr_array_new_with_free_func(g_free);
    return file;
}

AnswerFile *answer_file_read(const char *path, GString *notes, GError **error)
{
    g_auto(Reading) reading = { 0 };
    reading.csv = csv_open(path, columns, error);
    if (!reading.csv)
        return NULL;
    AnswerFile *file = reading.file = answer_file_new();
    reading.names = names_new();
    reading.sources = g_ptr_array_new_with_free_func(g_free);
    guint n = 0;
    if (!rows_each(reading.csv, ANSWER_FILE_ROWS_MOST, read_row, &reading, &n, error))
        return NULL;
    sighting_note(&reading.others, reading.csv, notes,
                  "row has another question or other references than the first row of its question, which count",
                  "rows have another question or other references than the first row of their question, which count");
    find_levels(file);
    file->set.questions = (const TrialQuestion *)(gpointer)file->questions->data;
    file->set.n_questions = file->questions->len;
    file->set.rows = (const TrialRow *)(gpointer)file->rows->data;
    file->set.n_rows = file->rows->len;
    return g_steal_pointer(&reading.file);
}

void answer_file_free(AnswerFile *file)
{
    if (!file)
        return;
    names_free(file->splits);
    g_array_unref(file->levels);
    g_array_unref(file->rows);
    g_array_unref(file->questions);
    g_string_chunk_free(file->texts);
    g_ptr_array_unref(file->lists);
    g_free(file);
}
