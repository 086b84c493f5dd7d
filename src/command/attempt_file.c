/* One pass over the file, then one over the sorted log for what only order shows: a row that repeats the one before. */
#include "command/attempt_file.h"

#include "command/rows.h"
#include "command/sighting.h"
#include "platform/error.h"
#include <string.h>

enum { LEARNER, ITEM, SKILL, TIME, CORRECT, SPLIT };
static const CsvColumn columns[] = {
    [LEARNER] = { .name = "learner" },
    [ITEM] = { .name = "item" },
    [SKILL] = { .name = "skill" },
    [TIME] = { .name = "time" },
    [CORRECT] = { .name = "correct" },
    [SPLIT] = { .name = "split", .is_optional = TRUE },
    { 0 },
};

/* The numbers of a text in the column `skill`, which stand in the pool once for each such text. */
typedef struct {
    guint32 first;
    guint8 n;
} SkillList;

typedef struct {
    Csv *csv;
    Names *learners, *items, *skills;
    Names *skill_texts;
    GArray *skill_lists; /* SkillList by the number of the text */
    GArray *pool;        /* guint32, skill numbers */
    GArray *attempts;    /* Attempt */
    GArray *lines;       /* guint32 for each attempt: the line of the file */
    GArray *latest;      /* double for each learner */
    Sighting backwards;
} Reading;

static void reading_clear(Reading *reading)
{
    g_clear_pointer(&reading->csv, csv_free);
    g_clear_pointer(&reading->learners, names_free);
    g_clear_pointer(&reading->items, names_free);
    g_clear_pointer(&reading->skills, names_free);
    g_clear_pointer(&reading->skill_texts, names_free);
    g_clear_pointer(&reading->skill_lists, g_array_unref);
    g_clear_pointer(&reading->pool, g_array_unref);
    g_clear_pointer(&reading->attempts, g_array_unref);
    g_clear_pointer(&reading->lines, g_array_unref);
    g_clear_pointer(&reading->latest, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean read_name(const Reading *reading, guint column, Names *names, guint32 *number, GError **error)
{
    gsize length = 0;
    const char *name = csv_text(reading->csv, column, &length);
    if (length == 0)
        return csv_fail(reading->csv, error, "the %s is empty", columns[column].name);
    *number = names_number(names, name);
    return TRUE;
}

static gboolean is_in_list(const Reading *reading, const SkillList *list, guint32 skill)
{
    for (guint i = 0; i < list->n; i++)
        if (g_array_index(reading->pool, guint32, list->first + i) == skill)
            return TRUE;
    return FALSE;
}

static gboolean add_skill(Reading *reading, SkillList *list, char *name, GError **error)
{
    if (*g_strstrip(name) == '\0')
        return TRUE;
    guint32 skill = names_number(reading->skills, name);
    if (is_in_list(reading, list, skill))
        return TRUE;
    if (list->n == ATTEMPT_SKILLS_MOST)
        return csv_fail(reading->csv, error, "there are more than %d skills", ATTEMPT_SKILLS_MOST);
    g_array_append_val(reading->pool, skill);
    list->n++;
    return TRUE;
}

static gboolean add_skill_list(Reading *reading, const char *text, GError **error)
{
    SkillList list = { .first = reading->pool->len };
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);
    for (char **part = parts; *part; part++)
        if (!add_skill(reading, &list, *part, error))
            return FALSE;
    g_array_append_val(reading->skill_lists, list);
    return TRUE;
}

static gboolean read_skills(Reading *reading, Attempt *attempt, GError **error)
{
    const char *text = csv_text(reading->csv, SKILL, NULL);
    guint number = names_number(reading->skill_texts, text);
    if (number == reading->skill_lists->len && !add_skill_list(reading, text, error))
        return FALSE;
    const SkillList *list = &g_array_index(reading->skill_lists, SkillList, number);
    attempt->first_skill = list->first;
    attempt->n_skills = list->n;
    return TRUE;
}

static gboolean read_score(const Reading *reading, Attempt *attempt, GError **error)
{
    double score = 0;
    if (!csv_number(reading->csv, CORRECT, 0, 1, &score, error))
        return FALSE;
    attempt->score = (float)score;
    return TRUE;
}

static gboolean read_split(const Reading *reading, Attempt *attempt, GError **error)
{
    const char *split = csv_text(reading->csv, SPLIT, NULL);
    attempt->is_test = split && strcmp(split, "test") == 0;
    if (!split || attempt->is_test || strcmp(split, "train") == 0)
        return TRUE;
    return csv_fail_field(reading->csv, SPLIT, error, "is neither train nor test");
}

static void look_at_order(Reading *reading, const Attempt *attempt)
{
    if (attempt->learner == reading->latest->len) {
        g_array_append_val(reading->latest, attempt->time);
        return;
    }
    double *latest = &g_array_index(reading->latest, double, attempt->learner);
    if (attempt->time < *latest)
        sighting_add(&reading->backwards, csv_line(reading->csv));
    *latest = MAX(*latest, attempt->time);
}

static gboolean read_row(guint row, gpointer data, GError **error)
{
    Reading *reading = data;
    Attempt attempt = { .row = row };
    if (!read_name(reading, LEARNER, reading->learners, &attempt.learner, error) ||
        !read_name(reading, ITEM, reading->items, &attempt.item, error) || !read_skills(reading, &attempt, error) ||
        !rows_time(reading->csv, TIME, 1, &attempt.time, error) || !read_score(reading, &attempt, error) ||
        !read_split(reading, &attempt, error))
        return FALSE;
    look_at_order(reading, &attempt);
    guint32 line = (guint32)MIN(csv_line(reading->csv), G_MAXUINT32);
    g_array_append_val(reading->attempts, attempt);
    g_array_append_val(reading->lines, line);
    return TRUE;
}

static gboolean is_copy(const Attempt *before, const Attempt *attempt)
{
    return before->learner == attempt->learner && before->item == attempt->item && before->time == attempt->time &&
           before->score == attempt->score && before->is_test == attempt->is_test &&
           before->first_skill == attempt->first_skill && before->n_skills == attempt->n_skills;
}

static void write_notes(const Reading *reading, const AttemptLog *log, GString *notes)
{
    sighting_note(&reading->backwards, reading->csv, notes,
                  "row is earlier than one above it of its learner, and was sorted by time",
                  "rows are earlier than one above them of their learner, and were sorted by time");
    Sighting copies = { 0 };
    for (guint i = 1; i < log->n; i++)
        if (is_copy(&log->attempts[i - 1], &log->attempts[i]))
            sighting_add(&copies, g_array_index(reading->lines, guint32, log->attempts[i].row));
    sighting_note(&copies, reading->csv, notes,
                  "row is the same as the one before it of its learner; it was kept as an attempt of its own",
                  "rows are the same as the one before them of their learner; they were kept as attempts of their own");
}

/* Hands over what GArray holds; NULL when it is empty. */
static gpointer take_rows(GArray **rows)
{
    return g_array_free(g_steal_pointer(rows), FALSE);
}

static void reading_begin(Reading *reading)
{
    reading->learners = names_new();
    reading->items = names_new();
    reading->skills = names_new();
    reading->skill_texts = names_new();
    reading->skill_lists = g_array_new(FALSE, FALSE, sizeof(SkillList));
    reading->pool = g_array_new(FALSE, FALSE, sizeof(guint32));
    reading->attempts = g_array_new(FALSE, FALSE, sizeof(Attempt));
    reading->lines = g_array_new(FALSE, FALSE, sizeof(guint32));
    reading->latest = g_array_new(FALSE, FALSE, sizeof(double));
}

AttemptFile *attempt_file_read(const char *path, GString *notes, GError **error)
{
    g_auto(Reading) reading = { 0 };
    reading.csv = csv_open(path, columns, error);
    if (!reading.csv)
        return NULL;
    reading_begin(&reading);
    guint n = 0;
    if (!rows_each(reading.csv, ATTEMPT_FILE_ROWS_MOST, read_row, &reading, &n, error))
        return NULL;
    guint n_pool = reading.pool->len;
    AttemptLog *log = attempt_log_new(take_rows(&reading.attempts), n, take_rows(&reading.pool), n_pool);
    write_notes(&reading, log, notes);
    AttemptFile *file = g_new0(AttemptFile, 1);
    *file = (AttemptFile){ .log = log,
                           .learners = g_steal_pointer(&reading.learners),
                           .items = g_steal_pointer(&reading.items),
                           .skills = g_steal_pointer(&reading.skills),
                           .has_split = csv_has(reading.csv, SPLIT) };
    return file;
}

void attempt_file_free(AttemptFile *file)
{
    attempt_log_free(file->log);
    names_free(file->learners);
    names_free(file->items);
    names_free(file->skills);
    g_free(file);
}
