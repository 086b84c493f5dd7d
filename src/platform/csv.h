/* Csv: a table with a header row, read row by row however long it is. Knows the format and nothing of what the columns
 * mean; hides buffers, quoting and packing.
 *
 * The text is UTF-8, with or without a byte order mark, plain or gzip; lines end with LF or CRLF. When there is a tab
 * in the header's line, tabs separate and quotes mean nothing (IANA text/tab-separated-values); otherwise commas do,
 * and a field that begins with a double quote ends at the next, may hold commas and line breaks, and has "" for one
 * quote (RFC 4180). Lines without anything, or with spaces alone, are skipped. Columns are found by name, in any order;
 * those nobody asked for are left alone.
 *
 * Every error is WHET_ERROR_INVALID (or what unpack_open says) and names the file, and the line when it has one:
 * "reviews.csv, line 12: ...". */
#pragma once

#include <gio/gio.h>

enum {
    CSV_ROW_BYTES_MOST = 1024 * 1024,
    CSV_FIELDS_MOST = 1024,
};

typedef struct {
    const char *name; /* NULL ends a table of columns */
    gboolean is_optional;
} CsvColumn;

typedef struct Csv Csv;

/* Opens the file `path` ("-": standard input) and reads its header. A column is known by its index in `columns`, which
 * must live as long as the reader. NULL when the file cannot be read, is empty, or lacks or repeats a column. Free with
 * csv_free. */
Csv *csv_open(const char *path, const CsvColumn *columns, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a stream, of which a reference is kept; errors call it `name`. */
Csv *csv_new(GInputStream *stream, const char *name, const CsvColumn *columns,
             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void csv_free(Csv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Csv, csv_free)

typedef enum { CSV_FAILED, CSV_END, CSV_ROW } CsvStep;
/* Goes to the next row. After CSV_END or CSV_FAILED there is nothing more to ask for. */
CsvStep csv_next(Csv *csv, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the file has that optional column. */
gboolean csv_has(const Csv *csv, guint column);
/* The field as it stands, without its quotes; valid UTF-8 without NUL, good until the next csv_next. NULL when the file
 * lacks the column. `length` may be NULL. */
const char *csv_text(const Csv *csv, guint column, gsize *length);
/* The field as a number within least..most, read exactly; the file must have the column. */
gboolean csv_number(const Csv *csv, guint column, double least, double most, double *value,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a whole number; "3.0" is one. least and most are within +-2^53. */
gboolean csv_integer(const Csv *csv, guint column, gint64 least, gint64 most, gint64 *value,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Line, from 1, at which the present row begins. */
guint64 csv_line(const Csv *csv);
/* What errors call the file. */
const char *csv_name(const Csv *csv);
/* How much of the file was read, 0..1; negative when its size is not known. */
double csv_share(const Csv *csv);

/* Sets the error "NAME, line N: ..." of the present row; returns FALSE. */
gboolean csv_fail(const Csv *csv, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Sets the error "NAME, line N: COLUMN 'its text' ..."; returns FALSE. */
gboolean csv_fail_field(const Csv *csv, guint column, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* A text from outside for a message: in single quotes, at most 40 characters, without control characters. Free with
 * g_free. */
char *csv_quoted(const char *text);
