/* Tables: what is read, however it comes, and what is refused, with its line. */
#include "platform/csv.h"
#include "platform/error.h"
#include "platform/unpack.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { CARD, RATING, NOTE };
static const CsvColumn columns[] = { [CARD] = { .name = "card" },
                                     [RATING] = { .name = "rating" },
                                     [NOTE] = { .name = "note", .is_optional = TRUE },
                                     { 0 } };

static GBytes *gzip_of(const char *bytes, gsize length)
{
    g_autoptr(GConverter) converter = G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
    gsize room = length + 1000;
    char *packed = g_malloc(room);
    gsize used = 0;
    gsize written = 0;
    GConverterResult result =
        g_converter_convert(converter, bytes, length, packed, room, G_CONVERTER_INPUT_AT_END, &used, &written, NULL);
    assert_int_equal(result, G_CONVERTER_FINISHED);
    return g_bytes_new_take(packed, written);
}

static Csv *open_bytes(const void *bytes, gsize length, GError **error)
{
    g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data(bytes, (gssize)length, NULL);
    return csv_new(stream, "table.csv", columns, error);
}

static Csv *open_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    Csv *csv = open_bytes(text, strlen(text), &error);
    if (!csv)
        fail_msg("%s", error->message);
    return csv;
}

static void assert_row(Csv *csv, guint64 line, const char *card, const char *rating)
{
    g_autoptr(GError) error = NULL;
    if (csv_next(csv, &error) != CSV_ROW)
        fail_msg("%s", error ? error->message : "the end came early");
    assert_int_equal(csv_line(csv), line);
    gsize length = 0;
    assert_string_equal(csv_text(csv, CARD, &length), card);
    assert_int_equal(length, strlen(card));
    assert_string_equal(csv_text(csv, RATING, NULL), rating);
}

static void assert_end(Csv *csv)
{
    g_autoptr(GError) error = NULL;
    assert_int_equal(csv_next(csv, &error), CSV_END);
    assert_null(error);
}

/* The first error that reading all of it meets. */
static char *error_of(const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Csv) csv = open_bytes(bytes, length, &error);
    CsvStep step = csv ? CSV_ROW : CSV_FAILED;
    while (step == CSV_ROW)
        step = csv_next(csv, &error);
    if (step == CSV_END)
        fail_msg("no error in '%s'", bytes);
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    return g_strdup(error->message);
}

static void assert_error(const char *text, const char *expected)
{
    g_autofree char *message = error_of(text, strlen(text));
    assert_string_equal(message, expected);
}

static void columns_are_found_by_name_in_any_order(void **state)
{
    g_autoptr(Csv) csv = open_text("extra, rating ,card\nx,3,a\ny,4,b\n");
    assert_row(csv, 2, "a", "3");
    assert_false(csv_has(csv, NOTE));
    assert_null(csv_text(csv, NOTE, NULL));
    assert_row(csv, 3, "b", "4");
    assert_end(csv);
}

static void an_optional_column_is_read_when_it_is_there(void **state)
{
    g_autoptr(Csv) csv = open_text("card,note,rating\na,,1\n");
    assert_row(csv, 2, "a", "1");
    assert_true(csv_has(csv, NOTE));
    assert_string_equal(csv_text(csv, NOTE, NULL), "");
}

static void line_ends_marks_and_blank_lines_do_not_matter(void **state)
{
    g_autoptr(Csv) csv = open_text("\xEF\xBB\xBF\r\n\ncard,rating\r\n\r\na,1\r\n  \nb,2\n\n\"c\"\r,3\r\nd,4");
    assert_row(csv, 5, "a", "1");
    assert_row(csv, 7, "b", "2");
    g_autoptr(GError) error = NULL;
    assert_int_equal(csv_next(csv, &error), CSV_FAILED);
    assert_string_equal(error->message,
                        "table.csv, line 9: text follows a closing quote (a quote within quotes is written twice)");
}

static void the_last_line_needs_no_end(void **state)
{
    g_autoptr(Csv) csv = open_text("card,rating\na,1\nb,2");
    assert_row(csv, 2, "a", "1");
    assert_row(csv, 3, "b", "2");
    assert_end(csv);
    g_autoptr(Csv) quoted = open_text("card,rating\na,\"2\"\r");
    assert_row(quoted, 2, "a", "2");
    assert_end(quoted);
}

static void quotes_hold_commas_quotes_and_line_breaks(void **state)
{
    g_autoptr(Csv) csv =
        open_text("\"card\",rating\n\"a,\"\"b\"\"\r\nc\",\"1\"\n\"\",2\n\"\"\"\",3\nsay \"hi\",4\n\n\"x\ny\nz\",5\r\n");
    assert_row(csv, 2, "a,\"b\"\r\nc", "1");
    assert_row(csv, 4, "", "2");
    assert_row(csv, 5, "\"", "3");
    assert_row(csv, 6, "say \"hi\"", "4");
    assert_row(csv, 8, "x\ny\nz", "5");
    assert_end(csv);
}

static void tabs_separate_when_the_header_has_one_and_quotes_mean_nothing_then(void **state)
{
    g_autoptr(Csv) csv = open_text("card\trating\n\"a, b\t1\nc\"\"\t2\n\t3\n");
    assert_row(csv, 2, "\"a, b", "1");
    assert_row(csv, 3, "c\"\"", "2");
    assert_row(csv, 4, "", "3");
    assert_end(csv);
}

static void assert_long_table(Csv *csv, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        assert_int_equal(csv_next(csv, &error), CSV_ROW);
        gint64 rating = 0;
        assert_true(csv_integer(csv, RATING, 0, n, &rating, &error));
        assert_int_equal(rating, i);
        gsize length = 0;
        csv_text(csv, CARD, &length);
        assert_int_equal(length, i % 977);
    }
    assert_end(csv);
}

static GString *long_table(guint n)
{
    GString *text = g_string_new("card,rating\n");
    g_autofree char *filling = g_strnfill(977, 'x');
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, i % 3 ? "%.*s,%u\n" : "\"%.*s\",%u\r\n", (int)(i % 977), filling, i);
    return text;
}

static void rows_are_whole_wherever_the_buffer_ends(void **state)
{
    enum { N = 3000 }; /* 1.5 MB, several buffers */
    g_autoptr(GString) text = long_table(N);
    g_autoptr(Csv) csv = open_text(text->str);
    assert_long_table(csv, N);
}

static void gzip_is_told_by_its_content_and_may_have_several_members(void **state)
{
    enum { N = 3000 };
    g_autoptr(GString) text = long_table(N);
    gsize half = text->len / 2;
    g_autoptr(GBytes) one = gzip_of(text->str, half);
    g_autoptr(GBytes) two = gzip_of(text->str + half, text->len - half);
    g_autoptr(GByteArray) both = g_byte_array_new();
    g_byte_array_append(both, g_bytes_get_data(one, NULL), (guint)g_bytes_get_size(one));
    g_byte_array_append(both, g_bytes_get_data(two, NULL), (guint)g_bytes_get_size(two));
    g_autoptr(Csv) csv = open_bytes(both->data, both->len, NULL);
    assert_non_null(csv);
    assert_long_table(csv, N);
}

static void gzip_that_ends_too_early_is_refused(void **state)
{
    g_autoptr(GString) text = long_table(3000);
    g_autoptr(GBytes) packed = gzip_of(text->str, text->len);
    gsize size = g_bytes_get_size(packed);
    const gsize lengths[] = { 3, 15, size / 2, size - 9, size - 1 };
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *message = error_of(g_bytes_get_data(packed, NULL), lengths[i]);
        assert_string_equal(message, "table.csv: the compressed data ends too early: the file is not complete");
    }
}

static void gzip_that_is_damaged_is_refused(void **state)
{
    g_autoptr(GString) text = long_table(100);
    g_autoptr(GBytes) packed = gzip_of(text->str, text->len);
    gsize size = 0;
    g_autofree char *bytes = g_memdup2(g_bytes_get_data(packed, &size), g_bytes_get_size(packed));
    bytes[size - 6] ^= 1; /* in the checksum */
    g_autofree char *message = error_of(bytes, size);
    assert_string_equal(message, "table.csv: the compressed data is damaged");
}

static void gzip_followed_by_something_else_is_refused(void **state)
{
    static const char text[] = "card,rating\na,1\n";
    g_autoptr(GBytes) packed = gzip_of(text, strlen(text));
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, g_bytes_get_data(packed, NULL), (guint)g_bytes_get_size(packed));
    g_byte_array_append(bytes, (const guint8 *)"b,2\n", 4);
    g_autofree char *message = error_of((const char *)bytes->data, bytes->len);
    assert_string_equal(message, "table.csv: the compressed data is followed by something that is not gzip");
}

static void an_empty_file_is_refused(void **state)
{
    assert_error("", "table.csv: the file is empty");
    assert_error("\xEF\xBB\xBF\n  \r\n", "table.csv: the file is empty");
}

static void a_missing_column_is_named_with_those_that_are_there(void **state)
{
    assert_error("Card,rating\n", "table.csv, line 1: there is no column 'card', only 'Card', 'rating'");
    assert_error("\ncard;rating\n", "table.csv, line 2: there is no column 'card', only 'card;rating'");
}

static void a_repeated_column_is_refused_when_it_is_wanted(void **state)
{
    assert_error("card,rating,card\n", "table.csv, line 1: there are two columns 'card'");
    g_autoptr(Csv) csv = open_text("x,card,x,rating\n1,a,2,3\n");
    assert_row(csv, 2, "a", "3");
}

static void a_row_with_other_fields_than_the_header_is_refused(void **state)
{
    assert_error("card,rating\na,1\nb\n", "table.csv, line 3: the row has 1 field, the header 2");
    assert_error("card,rating\n\na,1,\n", "table.csv, line 3: the row has 3 fields, the header 2");
}

static void a_quote_that_is_never_closed_is_refused(void **state)
{
    assert_error("card,rating\na,1\n\"b,2\nc,3\n", "table.csv, line 3: a quote is opened and never closed");
    assert_error("card,\"rating\n", "table.csv, line 1: a quote is opened and never closed");
    g_autoptr(GString) text = g_string_new("card,rating\n\"a,1\n");
    while (text->len < 2 * CSV_ROW_BYTES_MOST)
        g_string_append(text, "b,2\n");
    assert_error(text->str, "table.csv, line 2: a quote is opened and not closed within 1048576 bytes");
}

static void text_after_a_quote_is_refused(void **state)
{
    assert_error("card,rating\n\"a\"b,1\n",
                 "table.csv, line 2: text follows a closing quote (a quote within quotes is written twice)");
}

static void a_row_is_bounded(void **state)
{
    g_autofree char *filling = g_strnfill(CSV_ROW_BYTES_MOST - 2, 'x');
    g_autofree char *longest = g_strdup_printf("card,rating\n%s,1\n", filling);
    g_autoptr(Csv) csv = open_text(longest);
    assert_row(csv, 2, filling, "1");
    g_autofree char *over = g_strdup_printf("card,rating\n%s,12\n", filling);
    assert_error(over, "table.csv, line 2: the row is over 1048576 bytes");
    g_autofree char *no_end = g_strdup_printf("card,rating\n%s%s", filling, filling);
    assert_error(no_end, "table.csv, line 2: the row is over 1048576 bytes");
}

static void columns_are_bounded(void **state)
{
    g_autoptr(GString) text = g_string_new("card,rating");
    for (int i = 0; i < CSV_FIELDS_MOST - 2; i++)
        g_string_append(text, ",");
    g_autoptr(Csv) csv = open_text(text->str);
    assert_end(csv);
    g_string_append(text, ",");
    assert_error(text->str, "table.csv, line 1: there are 1025 columns, over the limit of 1024");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    assert_error("card,rating\na,1\n\xE9t\xE9,2\n", "table.csv, line 3: the text is not UTF-8 (byte 0xE9)");
    assert_error("card,rating\n\"a\n\xFF\",1\n", "table.csv, line 3: the text is not UTF-8 (byte 0xFF)");
}

static void a_nul_byte_is_refused(void **state)
{
    static const char text[] = "card,rating\na\0b,1\n";
    g_autofree char *message = error_of(text, sizeof text - 1);
    assert_string_equal(message,
                        "table.csv, line 2: there is a NUL byte, so this is no text file (UTF-16 must be saved "
                        "as UTF-8)");
}

static void a_number_must_be_the_whole_text_and_in_range(void **state)
{
    g_autoptr(Csv) csv = open_text("card,rating\n2.5,3.0\n2.5x,2.5\n,9\n-1,\n");
    double number = 0;
    gint64 integer = 0;
    assert_row(csv, 2, "2.5", "3.0");
    assert_true(csv_number(csv, CARD, 0, 3, &number, NULL));
    assert_true(number == 2.5);
    assert_true(csv_integer(csv, RATING, 1, 4, &integer, NULL));
    assert_int_equal(integer, 3);
    const struct {
        const char *card, *rating;
    } expected[] = {
        { "table.csv, line 3: card '2.5x' is not a number", "table.csv, line 3: rating '2.5' is not a whole number" },
        { "table.csv, line 4: card '' is not a number", "table.csv, line 4: rating '9' is not between 1 and 4" },
        { "table.csv, line 5: card '-1' is not between 0 and 3", "table.csv, line 5: rating '' is not a whole number" }
    };
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(GError) card = NULL;
        g_autoptr(GError) rating = NULL;
        assert_int_equal(csv_next(csv, NULL), CSV_ROW);
        assert_false(csv_number(csv, CARD, 0, 3, &number, &card));
        assert_string_equal(card->message, expected[i].card);
        assert_false(csv_integer(csv, RATING, 1, 4, &integer, &rating));
        assert_string_equal(rating->message, expected[i].rating);
    }
}

static void what_is_quoted_in_a_message_is_short_and_harmless(void **state)
{
    g_autofree char *harmless = csv_quoted("a\033[2J\n\xE2\x80\xAE\xC3\xA9");
    assert_string_equal(harmless, "'a\\u001B[2J\\u000A\\u202E\xC3\xA9'");
    g_autofree char *long_text = g_strnfill(1000, 'x');
    g_autofree char *bounded = csv_quoted(long_text);
    assert_int_equal(g_utf8_strlen(bounded, -1), 43);
}

static void a_file_is_opened_by_its_path(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("whet-csv-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.csv", NULL);
    assert_true(g_file_set_contents(path, "card,rating\na,1\n", -1, NULL));
    g_autoptr(Csv) csv = csv_open(path, columns, &error);
    assert_non_null(csv);
    assert_row(csv, 2, "a", "1");
    assert_end(csv);
    assert_true(csv_share(csv) == 1);
    assert_string_equal(csv_name(csv), path);
    g_unlink(path);
    assert_null(csv_open(path, columns, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_NOT_FOUND));
    assert_true(g_str_has_prefix(error->message, path));
    g_clear_error(&error);
    assert_null(csv_open(folder, columns, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
    g_rmdir(folder);
}

static void standard_input_is_read_for_a_dash(void **state)
{
    static const char text[] = "card,rating\na,1\n";
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    int before = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    g_autoptr(Csv) csv = csv_open("-", columns, NULL);
    assert_non_null(csv);
    assert_row(csv, 2, "a", "1");
    assert_true(csv_share(csv) < 0);
    assert_end(csv);
    assert_string_equal(csv_name(csv), "standard input");
    dup2(before, STDIN_FILENO);
    close(before);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_in_any_order),
        cmocka_unit_test(an_optional_column_is_read_when_it_is_there),
        cmocka_unit_test(line_ends_marks_and_blank_lines_do_not_matter),
        cmocka_unit_test(the_last_line_needs_no_end),
        cmocka_unit_test(quotes_hold_commas_quotes_and_line_breaks),
        cmocka_unit_test(tabs_separate_when_the_header_has_one_and_quotes_mean_nothing_then),
        cmocka_unit_test(rows_are_whole_wherever_the_buffer_ends),
        cmocka_unit_test(gzip_is_told_by_its_content_and_may_have_several_members),
        cmocka_unit_test(gzip_that_ends_too_early_is_refused),
        cmocka_unit_test(gzip_that_is_damaged_is_refused),
        cmocka_unit_test(gzip_followed_by_something_else_is_refused),
        cmocka_unit_test(an_empty_file_is_refused),
        cmocka_unit_test(a_missing_column_is_named_with_those_that_are_there),
        cmocka_unit_test(a_repeated_column_is_refused_when_it_is_wanted),
        cmocka_unit_test(a_row_with_other_fields_than_the_header_is_refused),
        cmocka_unit_test(a_quote_that_is_never_closed_is_refused),
        cmocka_unit_test(text_after_a_quote_is_refused),
        cmocka_unit_test(a_row_is_bounded),
        cmocka_unit_test(columns_are_bounded),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(a_number_must_be_the_whole_text_and_in_range),
        cmocka_unit_test(what_is_quoted_in_a_message_is_short_and_harmless),
        cmocka_unit_test(a_file_is_opened_by_its_path),
        cmocka_unit_test(standard_input_is_read_for_a_dash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
