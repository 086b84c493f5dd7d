/* Rows: where one ends, given that quotes may hide line breaks, and its fields. Most rows have no quotes, and cost a
 * memchr for each field. */
#include "platform/csv_private.h"

#include "platform/error.h"
#include <string.h>

/* Makes room behind what is still to be read, and reads some more. */
static gboolean read_more(Csv *csv, GError **error)
{
    memmove(csv->buffer, csv->buffer + csv->start, csv->end - csv->start);
    csv->end -= csv->start;
    csv->start = 0;
    if (csv->end == csv->room) {
        csv->room *= 2; /* ends soon: a row is bounded */
        csv->buffer = g_realloc(csv->buffer, csv->room + 1);
    }
    gssize n = unpack_read(csv->source, csv->buffer + csv->end, csv->room - csv->end, error);
    if (n < 0)
        return FALSE;
    csv->is_at_end = n == 0;
    csv->end += (gsize)n;
    return TRUE;
}

/* Whether a quote is open at the end of a line, which began inside one when `is_open`. Quotes count where a field
 * begins. */
static gboolean is_open_after(const char *line, gsize length, char separator, gboolean is_open)
{
    const char *end = line + length;
    for (const char *c = line;; c++) {
        if (!is_open && c < end && *c == '"') {
            is_open = TRUE;
            c++;
        }
        while (is_open) {
            const char *quote = memchr(c, '"', (gsize)(end - c));
            if (!quote)
                return TRUE;
            is_open = quote + 1 < end && quote[1] == '"';
            c = quote + 1 + is_open;
        }
        c = memchr(c, separator, (gsize)(end - c));
        if (!c)
            return FALSE;
    }
}

static gboolean quotes_count(const Csv *csv)
{
    return csv->separator == ',';
}

static gboolean fail_too_long(const Csv *csv, gboolean is_open, GError **error)
{
    return csv_fail(csv, error, "%s %d bytes", is_open ? "a quote is opened and not closed within" : "the row is over",
                    CSV_ROW_BYTES_MOST);
}

/* Length of the row that begins at `start`, with the line's end but without it in `length`. */
static gboolean measure_row(Csv *csv, gsize *length, gsize *with_end, GError **error)
{
    gsize line_start = 0; /* all of these count from csv->start, which moves */
    gsize looked_at = 0;
    gboolean is_open = FALSE;
    for (;;) {
        const char *row = csv->buffer + csv->start;
        gsize there = csv->end - csv->start;
        const char *newline = memchr(row + looked_at, '\n', there - looked_at);
        if (!newline && !csv->is_at_end) {
            looked_at = there;
            if (there > CSV_ROW_BYTES_MOST)
                return fail_too_long(csv, is_open, error);
            if (!read_more(csv, error))
                return FALSE;
            continue;
        }
        gsize line_end = newline ? (gsize)(newline - row) : there;
        const char *line = row + line_start;
        if (quotes_count(csv) && (is_open || memchr(line, '"', line_end - line_start)))
            is_open = is_open_after(line, line_end - line_start, csv->separator, is_open);
        if (line_end > CSV_ROW_BYTES_MOST)
            return fail_too_long(csv, is_open, error);
        csv->next_line++;
        if (is_open && !newline)
            return csv_fail(csv, error, "a quote is opened and never closed");
        if (!is_open) {
            *length = line_end - (line_end > line_start && row[line_end - 1] == '\r');
            *with_end = line_end + (newline != NULL);
            return TRUE;
        }
        line_start = looked_at = line_end + 1;
    }
}

static gboolean is_blank(const char *row, gsize length)
{
    while (length > 0 && *row == ' ') {
        row++;
        length--;
    }
    return length == 0;
}

static gboolean check_text(Csv *csv, GError **error)
{
    const char *row = csv->buffer + csv->row;
    const char *wrong = NULL;
    if (g_utf8_validate_len(row, csv->row_length, &wrong))
        return TRUE;
    for (const char *c = row; c < wrong; c++)
        csv->line += *c == '\n';
    if (*wrong == '\0')
        return csv_fail(csv, error, "there is a NUL byte, so this is no text file (UTF-16 must be saved as UTF-8)");
    return csv_fail(csv, error, "the text is not UTF-8 (byte 0x%02X)", (guchar)*wrong);
}

CsvStep csv_row_find(Csv *csv, GError **error)
{
    for (;;) {
        csv->line = csv->next_line;
        if (csv->start == csv->end && !csv->is_at_end && !read_more(csv, error))
            return CSV_FAILED;
        if (csv->start == csv->end && csv->is_at_end)
            return CSV_END;
        gsize with_end = 0;
        if (!measure_row(csv, &csv->row_length, &with_end, error))
            return CSV_FAILED;
        csv->row = csv->start;
        csv->start += with_end;
        if (!is_blank(csv->buffer + csv->row, csv->row_length))
            return check_text(csv, error) ? CSV_ROW : CSV_FAILED;
    }
}

/* Takes the quotes off the field at `c`, in place. Returns where it ends: the separator or the row's end; NULL when
 * something else follows the quote. */
static char *unquote(char *c, char *end, char separator, CsvField *field)
{
    *field = (CsvField){ .text = c };
    char *to = c;
    for (c++;;) {
        char *quote = memchr(c, '"', (gsize)(end - c));
        g_assert(quote); /* the row was measured by its quotes */
        memmove(to, c, (gsize)(quote - c));
        to += quote - c;
        c = quote + 1;
        if (c == end || *c != '"')
            break;
        *to++ = *c++;
    }
    field->length = (gsize)(to - field->text);
    return c == end || *c == separator ? c : NULL;
}

static char *take_field(const Csv *csv, char *c, char *end, CsvField *field)
{
    if (c < end && *c == '"' && quotes_count(csv))
        return unquote(c, end, csv->separator, field);
    char *separator = memchr(c, csv->separator, (gsize)(end - c));
    *field = (CsvField){ .text = c, .length = (gsize)((separator ? separator : end) - c) };
    return separator ? separator : end;
}

gboolean csv_row_split(Csv *csv, CsvField *fields, guint most, guint *n, GError **error)
{
    char *c = csv->buffer + csv->row;
    char *end = c + csv->row_length;
    for (*n = 0;; c++) {
        CsvField field;
        c = take_field(csv, c, end, &field);
        if (!c)
            return csv_fail(csv, error, "text follows a closing quote (a quote within quotes is written twice)");
        gboolean is_last = c == end;
        field.text[field.length] = '\0'; /* where the separator, a quote or the line's end was */
        if (*n < most)
            fields[*n] = field;
        (*n)++;
        if (is_last)
            return TRUE;
    }
}
