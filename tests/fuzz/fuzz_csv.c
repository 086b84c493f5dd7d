/* Tables from anywhere: any bytes, plain or gzip. What passes must keep every promise of the header; what does not must
 * say so in plain text. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "platform/csv.h"
#include "platform/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARD, TIME, NOTE };
static const CsvColumn columns[] = {
    [CARD] = { .name = "card" }, [TIME] = { .name = "time" }, [NOTE] = { .name = "note", .is_optional = TRUE }, { 0 }
};

static void check_error(const GError *error)
{
    g_assert(error && g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    g_assert(g_str_has_prefix(error->message, "fuzz") && g_utf8_validate(error->message, -1, NULL));
    for (const char *c = error->message; *c != '\0'; c++)
        g_assert((guchar)*c >= 0x20 && *c != 0x7F);
}

static void check_text(const Csv *csv, guint column)
{
    gsize length = 0;
    const char *text = csv_text(csv, column, &length);
    g_assert((text != NULL) == csv_has(csv, column));
    if (text)
        g_assert(strlen(text) == length && length <= CSV_ROW_BYTES_MOST && g_utf8_validate(text, -1, NULL));
}

static void check_number(const Csv *csv)
{
    g_autoptr(GError) error = NULL;
    double number = NAN;
    if (!csv_number(csv, TIME, -1, 1e9, &number, &error)) {
        check_error(error);
        return;
    }
    g_autofree char *text = g_strstrip(g_strdup(csv_text(csv, TIME, NULL)));
    g_assert(number >= -1 && number <= 1e9 && number == g_ascii_strtod(text, NULL));
}

static void check_integer(const Csv *csv)
{
    g_autoptr(GError) error = NULL;
    gint64 integer = -1;
    if (csv_integer(csv, CARD, 0, 9, &integer, &error))
        g_assert(integer >= 0 && integer <= 9);
    else
        check_error(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data(data, (gssize)size, NULL);
    g_autoptr(Csv) csv = csv_new(stream, "fuzz", columns, &error);
    if (!csv) {
        check_error(error);
        return 0;
    }
    CsvStep step;
    guint64 line = csv_line(csv);
    while ((step = csv_next(csv, &error)) == CSV_ROW) {
        g_assert(csv_line(csv) > line);
        line = csv_line(csv);
        for (guint column = CARD; column <= NOTE; column++)
            check_text(csv, column);
        check_number(csv);
        check_integer(csv);
    }
    g_assert((step == CSV_FAILED) == (error != NULL));
    if (error)
        check_error(error);
    return 0;
}
