/* Review file: a review log of somebody else's, as a table `card,time,rating` (platform/csv has the format). Knows what
 * the columns mean and which mistakes can be put right; hides names, days and lines.
 *
 * card: any text that is not empty; one memory. rating: 1 again, 2 hard, 3 good, 4 easy. time: seconds since
 * 1970-01-01T00:00Z or days, fractions allowed, from 0 to the end of the year 2200. Days begin at 04:00 UTC when time
 * is in seconds, and with the whole number when it is in days. Rows may come in any order of cards.
 *
 * An error, with its line: another rating; a time that is no number, negative or too late (with a hint when it looks
 * like another unit); an empty card; in seconds, two different ratings of a card at the same time (both lines); a file
 * without rows, or with more than REVIEW_FILE_ROWS_MOST.
 * Put right, with a note: rows of a card that are not in order of time are sorted; in seconds, a row that is the same
 * as another is dropped. In days, rows of a card at the same time are several reviews, in the file's order. Only noted:
 * all times being so early that they are likely days. */
#pragma once

#include "command/names.h"
#include "engine/memory/review_log.h"

enum { REVIEW_FILE_ROWS_MOST = 100 * 1000 * 1000 };

typedef enum { REVIEW_UNIT_SECONDS, REVIEW_UNIT_DAYS } ReviewUnit;

typedef struct {
    ReviewLog *log; /* source of a review: which row of the file it was, 0 .. n_rows - 1, not counting the header */
    guint n_rows;   /* of the file; more than log->n when rows were dropped */
    Names *cards;   /* by the number that a card has in the log, in the order of the file */
} ReviewFile;

/* "seconds" or "days"; WHET_ERROR_INVALID otherwise. */
gboolean review_unit_parse(const char *text, ReviewUnit *unit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the file `path` ("-": standard input). Appends a line to `notes` for each kind of thing that was put right or
 * is worth knowing. NULL on error. Free with review_file_free. */
ReviewFile *review_file_read(const char *path, ReviewUnit unit, GString *notes,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void review_file_free(ReviewFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReviewFile, review_file_free)
