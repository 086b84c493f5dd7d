/* Request targets: which bytes may stand in one, and what their percent-escapes mean. Hides RFC 3986. */
#include "platform/http/http_private.h"

#include <string.h>

static gboolean is_path_byte(guchar byte)
{
    return g_ascii_isalnum(byte) || (byte != '\0' && strchr("-._~!$&'()*+,;=:@/%", byte));
}

/* Browsers leave more characters bare in a query than RFC 3986 allows. */
static gboolean is_query_byte(guchar byte)
{
    return is_path_byte(byte) || (byte != '\0' && strchr("?[]{}|\\^`", byte));
}

gboolean http_target_is_clean(const char *target)
{
    const char *at = target;
    if (*at != '/')
        return FALSE;
    while (is_path_byte((guchar)*at))
        at++;
    if (*at == '\0')
        return TRUE;
    if (*at != '?')
        return FALSE;
    while (is_query_byte((guchar)*at))
        at++;
    return *at == '\0';
}

/* Decodes one escape at `at`; -1 when it is none. */
static int escape_value(const char *at)
{
    int high = g_ascii_xdigit_value(at[1]);
    int low = high < 0 ? -1 : g_ascii_xdigit_value(at[2]);
    return low < 0 ? -1 : high * 16 + low;
}

static gboolean is_dot_segment(const char *start, const char *end)
{
    gsize length = (gsize)(end - start);
    return (length == 1 || length == 2) && start[0] == '.' && start[length - 1] == '.';
}

gboolean http_path_decode(char *path)
{
    if (*path != '/')
        return FALSE;
    char *out = path, *segment = path + 1;
    for (const char *in = path; *in != '\0'; in++) {
        if (!is_path_byte((guchar)*in))
            return FALSE;
        int byte = (guchar)*in;
        if (byte == '/' && out > path) {
            if (is_dot_segment(segment, out))
                return FALSE;
            segment = out + 1;
        }
        if (byte == '%') {
            byte = escape_value(in);
            if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\')
                return FALSE;
            in += 2;
        }
        *out++ = (char)byte;
    }
    *out = '\0';
    return !is_dot_segment(segment, out) && g_utf8_validate(path, out - path, NULL);
}

gboolean http_query_decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        int byte = *in == '+' ? ' ' : (guchar)*in;
        if (byte == '%') {
            byte = escape_value(in);
            if (byte <= 0)
                return FALSE;
            in += 2;
        }
        *out++ = (char)byte;
    }
    *out = '\0';
    return g_utf8_validate(text, out - text, NULL);
}
