/* Knows how JSON is spelt (RFC 8259): what must be escaped and how numbers look. */
#include "platform/json.h"

#include <string.h>

enum { FIRST_SIZE = 2048 }; /* bytes: most replies fit */

static void write_value(GString *out, const json_t *value);

static void write_escaped(GString *out, guchar c)
{
    static const char *const spelt[] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r", ['"'] = "\\\"", ['\\'] = "\\\\",
    };
    if (c < G_N_ELEMENTS(spelt) && spelt[c])
        g_string_append(out, spelt[c]);
    else
        g_string_append_printf(out, "\\u%04X", c);
}

static gboolean is_plain(guchar c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void write_text(GString *out, const char *text, gsize length)
{
    g_string_append_c(out, '"');
    for (gsize at = 0; at < length;) {
        gsize run = at;
        while (run < length && is_plain((guchar)text[run]))
            run++;
        g_string_append_len(out, text + at, (gssize)(run - at));
        if (run < length)
            write_escaped(out, (guchar)text[run++]);
        at = run;
    }
    g_string_append_c(out, '"');
}

/* With a point or an exponent, so that it is read as a real again. */
static void write_real(GString *out, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof text, "%.15g", value);
    if (g_ascii_strtod(text, NULL) != value)
        g_ascii_dtostr(text, sizeof text, value);
    g_string_append(out, text);
    if (!strpbrk(text, ".e"))
        g_string_append(out, ".0");
}

static void write_integer(GString *out, json_int_t value)
{
    char text[32];
    g_snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, value);
    g_string_append(out, text);
}

static void write_object(GString *out, const json_t *object)
{
    char mark = '{';
    for (void *at = json_object_iter((json_t *)object); at; at = json_object_iter_next((json_t *)object, at)) {
        const char *key = json_object_iter_key(at);
        g_string_append_c(out, mark);
        write_text(out, key, strlen(key));
        g_string_append_c(out, ':');
        write_value(out, json_object_iter_value(at));
        mark = ',';
    }
    g_string_append(out, mark == '{' ? "{}" : "}");
}

static void write_array(GString *out, const json_t *array)
{
    g_string_append_c(out, '[');
    for (gsize i = 0; i < json_array_size(array); i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        write_value(out, json_array_get(array, i));
    }
    g_string_append_c(out, ']');
}

static void write_value(GString *out, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(out, value);
        break;
    case JSON_ARRAY:
        write_array(out, value);
        break;
    case JSON_STRING:
        write_text(out, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        write_integer(out, json_integer_value(value));
        break;
    case JSON_REAL:
        write_real(out, json_real_value(value));
        break;
    case JSON_TRUE:
        g_string_append(out, "true");
        break;
    case JSON_FALSE:
        g_string_append(out, "false");
        break;
    case JSON_NULL:
        g_string_append(out, "null");
        break;
    }
}

char *json_write(const json_t *value, gsize *length)
{
    GString *out = g_string_sized_new(FIRST_SIZE);
    write_value(out, value);
    if (length)
        *length = out->len;
    return g_string_free(out, FALSE);
}

gboolean json_is_deeper(const char *bytes, gsize length, guint most)
{
    guint depth = 0;
    gboolean quoted = FALSE;
    for (gsize i = 0; i < length; i++) {
        char byte = bytes[i];
        if (quoted) {
            if (byte == '\\')
                i++;
            else if (byte == '"')
                quoted = FALSE;
            continue;
        }
        if (byte == '"')
            quoted = TRUE;
        else if (byte == '{' || byte == '[') {
            if (++depth > most)
                return TRUE;
        } else if ((byte == '}' || byte == ']') && depth > 0)
            depth--;
    }
    return FALSE;
}
