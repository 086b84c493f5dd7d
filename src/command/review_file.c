/* One pass over the file, then one over the sorted log for what only order shows: rows of a card at the same time. */
#include "command/review_file.h"

#include "command/rows.h"
#include "command/sighting.h"
#include "platform/error.h"
#include <math.h>

#define SECONDS_PER_DAY 86400.0
#define DAY_START_SECONDS (4 * 60 * 60.0) /* 04:00 UTC, Anki's hour */
#define SECONDS_LIKELY_LEAST 315532800.0  /* 1980-01-01T00:00Z; a day number is far below */

enum { CARD, TIME, RATING };
static const CsvColumn columns[] = {
    [CARD] = { .name = "card" },
    [TIME] = { .name = "time" },
    [RATING] = { .name = "rating" },
    { 0 },
};

typedef struct {
    Csv *csv;
    ReviewUnit unit;
    Names *cards;
    GArray *reviews; /* Review */
    GArray *lines;   /* guint32 for each review: the line of the file */
    GArray *latest;  /* double for each card: days */
    Sighting backwards, copies;
    double latest_of_all; /* days */
} Reading;

static void reading_clear(Reading *reading)
{
    g_clear_pointer(&reading->csv, csv_free);
    g_clear_pointer(&reading->cards, names_free);
    g_clear_pointer(&reading->reviews, g_array_unref);
    g_clear_pointer(&reading->lines, g_array_unref);
    g_clear_pointer(&reading->latest, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

gboolean review_unit_parse(const char *text, ReviewUnit *unit, GError **error)
{
    *unit = g_str_equal(text, "days") ? REVIEW_UNIT_DAYS : REVIEW_UNIT_SECONDS;
    if (*unit == REVIEW_UNIT_DAYS || g_str_equal(text, "seconds"))
        return TRUE;
    g_autofree char *quoted = csv_quoted(text);
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "the unit is seconds or days, not %s", quoted);
    return FALSE;
}

static gboolean read_time(const Reading *reading, Review *review, GError **error)
{
    gboolean is_days = reading->unit == REVIEW_UNIT_DAYS;
    double time = 0;
    if (!rows_time(reading->csv, TIME, is_days ? SECONDS_PER_DAY : 1, &time, error))
        return FALSE;
    review->time = is_days ? time : time / SECONDS_PER_DAY;
    review->day = (gint64)floor(is_days ? time : (time - DAY_START_SECONDS) / SECONDS_PER_DAY);
    return TRUE;
}

static gboolean read_card(Reading *reading, Review *review, GError **error)
{
    gsize length = 0;
    const char *card = csv_text(reading->csv, CARD, &length);
    if (length == 0)
        return csv_fail(reading->csv, error, "the card is empty");
    review->card = names_number(reading->cards, card);
    return TRUE;
}

static void look_at_order(Reading *reading, const Review *review)
{
    reading->latest_of_all = MAX(reading->latest_of_all, review->time);
    if (review->card == reading->latest->len) {
        g_array_append_val(reading->latest, review->time);
        return;
    }
    double *latest = &g_array_index(reading->latest, double, review->card);
    if (review->time < *latest)
        sighting_add(&reading->backwards, csv_line(reading->csv));
    *latest = MAX(*latest, review->time);
}

static gboolean read_row(guint row, gpointer data, GError **error)
{
    Reading *reading = data;
    Review review = { .source = row };
    gint64 rating = 0;
    if (!read_card(reading, &review, error) || !read_time(reading, &review, error) ||
        !csv_integer(reading->csv, RATING, 1, 4, &rating, error))
        return FALSE;
    review.rating = (guint8)rating;
    look_at_order(reading, &review);
    guint32 line = (guint32)MIN(csv_line(reading->csv), G_MAXUINT32);
    g_array_append_val(reading->reviews, review);
    g_array_append_val(reading->lines, line);
    return TRUE;
}

static guint32 line_of(const Reading *reading, const Review *review)
{
    return g_array_index(reading->lines, guint32, review->source);
}

static gboolean fail_contradiction(const Reading *reading, const Review *one, const Review *other, GError **error)
{
    g_autofree char *card = csv_quoted(names_text(reading->cards, one->card));
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID,
                "%s, lines %u and %u: card %s is rated %d and %d at the same time", csv_name(reading->csv),
                line_of(reading, one), line_of(reading, other), card, one->rating, other->rating);
    return FALSE;
}

/* Leaves one of each group of equal rows, the first of the file; *n becomes how many are left. */
static gboolean drop_copies(Reading *reading, Review *sorted, guint *n, GError **error)
{
    guint kept = 0;
    for (guint i = 0; i < *n; i++) {
        const Review *before = kept ? &sorted[kept - 1] : NULL;
        if (!before || before->card != sorted[i].card || before->time < sorted[i].time) {
            sorted[kept++] = sorted[i];
            continue;
        }
        if (before->rating != sorted[i].rating)
            return fail_contradiction(reading, before, &sorted[i], error);
        sighting_add(&reading->copies, line_of(reading, &sorted[i]));
    }
    *n = kept;
    return TRUE;
}

static ReviewLog *sort_reviews(Reading *reading, GError **error)
{
    guint n = reading->reviews->len;
    g_autoptr(ReviewLog) log =
        review_log_take((Review *)(gpointer)g_array_free(g_steal_pointer(&reading->reviews), FALSE), n);
    if (reading->unit == REVIEW_UNIT_DAYS)
        return g_steal_pointer(&log);
    if (!drop_copies(reading, log->reviews, &n, error))
        return NULL;
    if (n == log->n)
        return g_steal_pointer(&log);
    return review_log_take(g_steal_pointer(&log->reviews), n);
}

static void write_notes(const Reading *reading, GString *notes)
{
    sighting_note(&reading->backwards, reading->csv, notes,
                  "row is earlier than one above it of its card, and was sorted by time",
                  "rows are earlier than one above them of their card, and were sorted by time");
    sighting_note(&reading->copies, reading->csv, notes,
                  "row repeats the card, time and rating of another, and was dropped",
                  "rows repeat the card, time and rating of another, and were dropped");
    if (reading->unit == REVIEW_UNIT_SECONDS && reading->latest_of_all < SECONDS_LIKELY_LEAST / SECONDS_PER_DAY)
        g_string_append_printf(notes, "%s: as seconds, all times are before 1980; if they are days, say --unit days\n",
                               csv_name(reading->csv));
}

ReviewFile *review_file_read(const char *path, ReviewUnit unit, GString *notes, GError **error)
{
    g_auto(Reading) reading = { .unit = unit };
    reading.csv = csv_open(path, columns, error);
    if (!reading.csv)
        return NULL;
    reading.cards = names_new();
    reading.reviews = g_array_new(FALSE, FALSE, sizeof(Review));
    reading.lines = g_array_new(FALSE, FALSE, sizeof(guint32));
    reading.latest = g_array_new(FALSE, FALSE, sizeof(double));
    guint n_rows = 0;
    if (!rows_each(reading.csv, REVIEW_FILE_ROWS_MOST, read_row, &reading, &n_rows, error))
        return NULL;
    ReviewLog *log = sort_reviews(&reading, error);
    if (!log)
        return NULL;
    write_notes(&reading, notes);
    ReviewFile *file = g_new0(ReviewFile, 1);
    *file = (ReviewFile){ .log = log, .n_rows = n_rows, .cards = g_steal_pointer(&reading.cards) };
    return file;
}

void review_file_free(ReviewFile *file)
{
    review_log_free(file->log);
    names_free(file->cards);
    g_free(file);
}
