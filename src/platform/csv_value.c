/* Values: what a field means, and messages about it. */
#include "platform/csv_private.h"

#include "platform/decimal.h"
#include "platform/error.h"
#include <math.h>
#include <string.h>

enum { QUOTED_MOST = 40 /* characters */ };

static const CsvField *field_of(const Csv *csv, guint column)
{
    g_assert(column < csv->n_wanted);
    return csv->place[column] < 0 ? NULL : &csv->fields[csv->place[column]];
}

gboolean csv_has(const Csv *csv, guint column)
{
    return field_of(csv, column) != NULL;
}

const char *csv_text(const Csv *csv, guint column, gsize *length)
{
    const CsvField *field = field_of(csv, column);
    if (length)
        *length = field ? field->length : 0;
    return field ? field->text : NULL;
}

static gboolean fail_range(const Csv *csv, guint column, double least, double most, GError **error)
{
    return csv_fail_field(csv, column, error, "is not between %.15g and %.15g", least, most);
}

gboolean csv_number(const Csv *csv, guint column, double least, double most, double *value, GError **error)
{
    const CsvField *field = field_of(csv, column);
    g_assert(field);
    if (!decimal_read(field->text, value))
        return csv_fail_field(csv, column, error, "is not a number");
    if (*value < least || *value > most)
        return fail_range(csv, column, least, most, error);
    return TRUE;
}

gboolean csv_integer(const Csv *csv, guint column, gint64 least, gint64 most, gint64 *value, GError **error)
{
    const CsvField *field = field_of(csv, column);
    g_assert(field);
    double number = 0;
    if (!decimal_read(field->text, &number) || number != floor(number))
        return csv_fail_field(csv, column, error, "is not a whole number");
    if (number < (double)least || number > (double)most)
        return fail_range(csv, column, (double)least, (double)most, error);
    *value = (gint64)number;
    return TRUE;
}

static gboolean fail_in_row(const Csv *csv, GError **error, const char *message)
{
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s, line %" G_GUINT64_FORMAT ": %s", csv_name(csv), csv->line,
                message);
    return FALSE;
}

gboolean csv_fail(const Csv *csv, GError **error, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    g_autofree char *message = g_strdup_vprintf(format, words);
    va_end(words);
    return fail_in_row(csv, error, message);
}

gboolean csv_fail_field(const Csv *csv, guint column, GError **error, const char *format, ...)
{
    const char *text = csv_text(csv, column, NULL);
    g_autofree char *quoted = csv_quoted(text ? text : "");
    va_list words;
    va_start(words, format);
    g_autofree char *message = g_strdup_vprintf(format, words);
    va_end(words);
    g_autofree char *whole = g_strdup_printf("%s %s %s", csv->columns[column].name, quoted, message);
    return fail_in_row(csv, error, whole);
}

char *csv_quoted(const char *text)
{
    GString *quoted = g_string_new("'");
    guint n = 0;
    for (; *text != '\0' && n < QUOTED_MOST; text = g_utf8_next_char(text), n++) {
        gunichar c = g_utf8_get_char(text);
        if (g_unichar_isprint(c))
            g_string_append_unichar(quoted, c);
        else
            g_string_append_printf(quoted, "\\u%04X", c);
    }
    g_string_append(quoted, *text == '\0' ? "'" : "…'");
    return g_string_free(quoted, FALSE);
}
