/* Refuses requests whose framing somebody between us and the client could read differently from us (request smuggling,
 * RFC 9112 section 11.2), and collects what else the headers say. Hides what libmicrohttpd lets through, of which
 * 0.9.75 and 1.0 are known here.
 *
 * The library parses in place: the request line and the headers stay one run of memory, in which it writes a NUL over
 * the delimiters. 0.9.75 cuts values at a NUL that was sent, accepts a bare LF, unfolds folded lines elsewhere, and
 * skips lines without a name. All of that moves a name or a value away from where it would be if the line were plain
 * "name: value CR LF". So each name must stand where the line after the value before it begins, and the end of the
 * headers likewise after the last one: two bytes after the value. (What looks the same is NUL LF in place of CR LF,
 * which no reader takes for anything but the end of the line.)
 *
 * 1.0 refuses all of the above by itself, some with a page and some without a word, because
 * MHD_OPTION_STRICT_FOR_CLIENT is level 1 of its MHD_OPTION_CLIENT_DISCIPLINE_LVL. (A higher level is no better: 2
 * takes no empty line before a request, and 3 takes blanks in the size of a chunk.) But it takes the blanks off the end
 * of a value, of which 0.9.75 leaves "value blanks CR LF" whole; so there may be blanks and an untouched CR LF where
 * the value ends, except behind what says how long the body is. 0.9.75 leaves no CR LF that was sent in its place, so
 * nothing new passes there.
 *
 * Should a version of the library stop parsing in place, every request would be refused and every test fail. */
#include "platform/http/http_private.h"

#include <string.h>

/* Blanks on either side of a value that we put up with; more is nobody's habit. Bounds the look at memory that a name
 * or a value may not be near to. */
#define BLANKS_MOST 8

typedef struct {
    const char *previous; /* the end of what came before */
    gboolean exact;       /* no blanks may follow it */
    const char *wrong;
    HttpHeads *heads;
    const char *length, *encoding, *expect, *authorization;
} Walk;

/* RFC 9110, 5.6.2 */
static gboolean is_token(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && !(text[i] != '\0' && strchr("!#$%&'*+-.^_`|~", text[i])))
            return FALSE;
    return length > 0;
}

static gboolean is_field_value(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        guchar byte = (guchar)text[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return FALSE;
    }
    return TRUE;
}

/* Whether a value of `length` bytes follows its name as "name: value" does, with any spaces between. The bytes between
 * were ':' (now NUL) and blanks. */
static gboolean follows(const char *name, gsize name_length, const char *value)
{
    const char *at = name + name_length + 1;
    if (value < at || value > at + BLANKS_MOST)
        return FALSE;
    for (; at < value; at++)
        if (*at != ' ' && *at != '\t')
            return FALSE;
    return TRUE;
}

/* Whether the next line begins at `next`, where what came before ends as a line does. */
static gboolean is_next_line(const Walk *walk, const char *next)
{
    if (next == walk->previous + 2)
        return TRUE;
    if (walk->exact || next < walk->previous + 3 || next > walk->previous + 2 + BLANKS_MOST)
        return FALSE;
    for (const char *at = walk->previous + 1; at < next - 2; at++)
        if (*at != ' ' && *at != '\t')
            return FALSE;
    return next[-2] == '\r' && next[-1] == '\n';
}

/* Headers that mean something to us, each of which may come once. */
static const char **known(Walk *walk, const char *name, gsize length)
{
    HttpHeads *heads = walk->heads;
    const struct {
        const char *name;
        const char **place;
    } all[] = {
        { "host", &heads->host },
        { "content-length", &walk->length },
        { "transfer-encoding", &walk->encoding },
        { "content-type", &heads->content_type },
        { "cookie", &heads->cookie },
        { "expect", &walk->expect },
        { "origin", &heads->origin },
        { "sec-fetch-site", &heads->fetch_site },
        { "x-csrf-token", &heads->csrf },
        { "user-agent", &heads->user_agent },
        { "authorization", &walk->authorization },
        { "if-none-match", &heads->if_none_match },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (strlen(all[i].name) == length && g_ascii_strncasecmp(all[i].name, name, length) == 0)
            return all[i].place;
    return NULL;
}

/* Of headers that may come several times the last one counts: proxies append theirs. */
static void note_repeatable(HttpHeads *heads, const char *name, const char *value)
{
    if (g_ascii_strcasecmp(name, "accept-encoding") == 0)
        heads->accept_encoding = value;
    else if (g_ascii_strcasecmp(name, "x-forwarded-for") == 0)
        heads->forwarded_for = value;
}

static enum MHD_Result visit(void *data, enum MHD_ValueKind kind, const char *name, size_t name_length,
                             const char *value, size_t value_length)
{
    Walk *walk = data;
    if (!value || !is_next_line(walk, name) || !follows(name, name_length, value))
        walk->wrong = "A header line is not one name, a colon, a value and CR LF.";
    else if (!is_token(name, name_length))
        walk->wrong = "The name of a header has characters that a name cannot have.";
    else if (!is_field_value(value, value_length))
        walk->wrong = "A header has control characters.";
    if (walk->wrong)
        return MHD_NO;
    walk->previous = value + value_length;
    const char **place = known(walk, name, name_length);
    walk->exact = place == &walk->length || place == &walk->encoding;
    if (!place) {
        note_repeatable(walk->heads, name, value);
        return MHD_YES;
    }
    if (*place) {
        walk->wrong = "A header that may come only once comes twice.";
        return MHD_NO;
    }
    *place = value;
    return MHD_YES;
}

static gboolean is_host(const char *host)
{
    gsize length = strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]");
    return length > 0 && length < 300 && host[length] == '\0';
}

static const char *body_framing(const Walk *walk, const char *version)
{
    HttpHeads *heads = walk->heads;
    if (walk->length && walk->encoding)
        return "Content-Length and Transfer-Encoding exclude each other.";
    if (walk->encoding && (strcmp(walk->encoding, "chunked") != 0 || strcmp(version, "HTTP/1.1") != 0))
        return "The only Transfer-Encoding that is understood is chunked, in HTTP/1.1.";
    if (walk->length && (!g_ascii_isdigit(*walk->length) ||
                         !g_ascii_string_to_unsigned(walk->length, 10, 0, G_MAXINT64, &heads->length, NULL)))
        return "Content-Length is not a number.";
    if (walk->expect && g_ascii_strcasecmp(walk->expect, "100-continue") != 0)
        return "The only expectation that can be met is 100-continue.";
    heads->chunked = walk->encoding != NULL;
    heads->expects = walk->expect != NULL;
    return NULL;
}

static const char *request_line(const char *method, const char *url, const char *version, gsize target_length)
{
    gsize method_length = strlen(method);
    if (url != method + method_length + 1 || version != url + target_length + 1)
        return "The request line is not a method, a target and a version.";
    if (!is_token(method, method_length))
        return "The method has characters that a method cannot have.";
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return "The version of HTTP is neither 1.1 nor 1.0.";
    return NULL;
}

const char *http_guard(struct MHD_Connection *connection, const char *method, const char *url, const char *version,
                       gsize target_length, HttpHeads *heads)
{
    const char *wrong = request_line(method, url, version, target_length);
    if (wrong)
        return wrong;
    Walk walk = { .previous = version + strlen(version), .exact = TRUE, .heads = heads };
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, visit, &walk);
    if (walk.wrong)
        return walk.wrong;
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (!size || !is_next_line(&walk, method + size->header_size - 2))
        return "The headers have more in them than names and values.";
    if (heads->host ? !is_host(heads->host) : strcmp(version, "HTTP/1.1") == 0)
        return "The Host header is missing or not a host.";
    return body_framing(&walk, version);
}
