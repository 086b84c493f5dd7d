/* Opening a table, its header, and one row after the other. */
#include "platform/csv_private.h"

#include "platform/error.h"
#include <string.h>

enum {
    BUFFER_BYTES = 256 * 1024, /* to begin with */
    NAMES_SHOWN_MOST = 20,     /* of the header, in an error */
};

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static gboolean skip_byte_order_mark(Csv *csv, GError **error)
{
    gsize length = strlen(BYTE_ORDER_MARK);
    while (csv->end < length && !csv->is_at_end) {
        gssize n = unpack_read(csv->source, csv->buffer + csv->end, csv->room - csv->end, error);
        if (n < 0)
            return FALSE;
        csv->is_at_end = n == 0;
        csv->end += (gsize)n;
    }
    if (csv->end >= length && memcmp(csv->buffer, BYTE_ORDER_MARK, length) == 0)
        csv->start = length;
    return TRUE;
}

/* The header's line decides what separates, and only then whether a quote may hide the line's end. */
static gboolean find_header(Csv *csv, GError **error)
{
    csv->separator = '\t';
    CsvStep step = csv_row_find(csv, error);
    if (step == CSV_END) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: the file is empty", csv_name(csv));
        return FALSE;
    }
    if (step == CSV_FAILED)
        return FALSE;
    if (memchr(csv->buffer + csv->row, '\t', csv->row_length))
        return TRUE;
    csv->separator = ',';
    csv->start = csv->row;
    csv->next_line = csv->line;
    return csv_row_find(csv, error) == CSV_ROW;
}

static char *list_names(const CsvField *names, guint n)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < MIN(n, NAMES_SHOWN_MOST); i++) {
        g_autofree char *name = csv_quoted(names[i].text);
        g_string_append_printf(list, "%s%s", i ? ", " : "", name);
    }
    if (n > NAMES_SHOWN_MOST)
        g_string_append_printf(list, " and %u more", n - NAMES_SHOWN_MOST);
    return g_string_free(list, FALSE);
}

static gboolean find_column(Csv *csv, guint column, const CsvField *names, GError **error)
{
    const char *wanted = csv->columns[column].name;
    csv->place[column] = -1;
    for (guint i = 0; i < csv->n_fields; i++) {
        if (strcmp(names[i].text, wanted) != 0)
            continue;
        if (csv->place[column] >= 0)
            return csv_fail(csv, error, "there are two columns '%s'", wanted);
        csv->place[column] = (int)i;
    }
    if (csv->place[column] >= 0 || csv->columns[column].is_optional)
        return TRUE;
    g_autofree char *there = list_names(names, csv->n_fields);
    return csv_fail(csv, error, "there is no column '%s', only %s", wanted, there);
}

static gboolean read_header(Csv *csv, GError **error)
{
    if (!skip_byte_order_mark(csv, error) || !find_header(csv, error))
        return FALSE;
    g_autofree CsvField *names = g_new0(CsvField, CSV_FIELDS_MOST);
    if (!csv_row_split(csv, names, CSV_FIELDS_MOST, &csv->n_fields, error))
        return FALSE;
    if (csv->n_fields > CSV_FIELDS_MOST)
        return csv_fail(csv, error, "there are %u columns, over the limit of %d", csv->n_fields, CSV_FIELDS_MOST);
    for (guint i = 0; i < csv->n_fields; i++)
        g_strstrip(names[i].text);
    csv->fields = g_new0(CsvField, csv->n_fields);
    while (csv->columns[csv->n_wanted].name)
        csv->n_wanted++;
    csv->place = g_new0(int, csv->n_wanted);
    for (guint column = 0; column < csv->n_wanted; column++)
        if (!find_column(csv, column, names, error))
            return FALSE;
    return TRUE;
}

/* Takes the source. */
static Csv *begin(Unpack *source, const CsvColumn *columns, GError **error)
{
    g_autoptr(Csv) csv = g_new0(Csv, 1);
    csv->source = source;
    csv->columns = columns;
    csv->room = BUFFER_BYTES;
    csv->buffer = g_malloc(csv->room + 1);
    csv->next_line = 1;
    return read_header(csv, error) ? g_steal_pointer(&csv) : NULL;
}

Csv *csv_open(const char *path, const CsvColumn *columns, GError **error)
{
    Unpack *source = unpack_open(path, error);
    return source ? begin(source, columns, error) : NULL;
}

Csv *csv_new(GInputStream *stream, const char *name, const CsvColumn *columns, GError **error)
{
    return begin(unpack_new(stream, name), columns, error);
}

void csv_free(Csv *csv)
{
    unpack_free(csv->source);
    g_free(csv->place);
    g_free(csv->fields);
    g_free(csv->buffer);
    g_free(csv);
}

CsvStep csv_next(Csv *csv, GError **error)
{
    CsvStep step = csv_row_find(csv, error);
    if (step != CSV_ROW)
        return step;
    guint n = 0;
    if (!csv_row_split(csv, csv->fields, csv->n_fields, &n, error))
        return CSV_FAILED;
    if (n == csv->n_fields)
        return CSV_ROW;
    csv_fail(csv, error, "the row has %u field%s, the header %u", n, n == 1 ? "" : "s", csv->n_fields);
    return CSV_FAILED;
}

guint64 csv_line(const Csv *csv)
{
    return csv->line;
}

const char *csv_name(const Csv *csv)
{
    return unpack_name(csv->source);
}

double csv_share(const Csv *csv)
{
    return unpack_share(csv->source);
}
