/* What the files of csv share: csv.c the header and the rows, csv_row.c where a row ends and how it falls into fields,
 * csv_value.c what a field means. */
#pragma once

#include "platform/csv.h"
#include "platform/unpack.h"

typedef struct {
    char *text; /* ends with NUL */
    gsize length;
} CsvField;

struct Csv {
    Unpack *source;
    const CsvColumn *columns;
    guint n_wanted; /* of them */
    int *place;     /* n_wanted: which field of a row; negative when the file lacks the column */
    char separator; /* ',' or '\t' */
    guint n_fields; /* of the header */
    CsvField *fields;

    char *buffer; /* `room` bytes and one more */
    gsize room;
    gsize start, end;   /* what is still to be read */
    gboolean is_at_end; /* nothing more comes into the buffer */
    gsize row;          /* where the present row stands in the buffer, and its length without the line's end */
    gsize row_length;
    guint64 line, next_line;
};

/* Finds the next row that is not blank, and checks that it is text. Nothing is changed in the buffer, so going back to
 * `start = row` and `next_line = line` reads it again. */
CsvStep csv_row_find(Csv *csv, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Cuts the present row into at most `most` fields and says how many there are, which may be more. */
gboolean csv_row_split(Csv *csv, CsvField *fields, guint most, guint *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
