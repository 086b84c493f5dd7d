/* Knows how a message is written down: RFC 5322 (headers), RFC 2047 (words that are not ASCII), base64 for the text, so
 * that no line is too long and none can be taken for the end of the message. */
#include "platform/mail/mail_message.h"

#include <string.h>

#include "platform/clock.h"
#include "platform/error.h"

enum {
    ADDRESS_LONGEST = 254, /* RFC 5321, 4.5.3.1.3, without its angle brackets */
    LOCAL_LONGEST = 64,    /* RFC 5321, 4.5.3.1.1 */
    PLAIN_LONGEST = 60,    /* characters of a subject that stays on its header's line */
    WORD_BYTES = 42,       /* in base64 56 characters: an encoded word is at most 75 (RFC 2047, 2) */
    LINE_BYTES = 57,       /* in base64 76 characters: the longest line (RFC 2045, 6.8) */
    HEADER_LONGEST = 500,  /* bytes of a subject or name; ours are far shorter */
};

static const char *const DAYS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const MONTHS[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
};

/* RFC 5322, 3.2.3 (atext), and dots between: no quoted local parts, which nobody has and much software gets wrong. */
static gboolean is_local_character(char c)
{
    return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

gboolean mail_address_is_fit(const char *address)
{
    const char *at = strchr(address, '@');
    if (!at || at == address || at - address > LOCAL_LONGEST || strlen(address) > ADDRESS_LONGEST)
        return FALSE;
    for (const char *c = address; c < at; c++)
        if (!is_local_character(*c))
            return FALSE;
    if (address[0] == '.' || at[-1] == '.' || strstr(address, ".."))
        return FALSE;
    const char *host = at + 1;
    for (const char *c = host; *c; c++)
        if (!g_ascii_isalnum(*c) && *c != '.' && *c != '-')
            return FALSE;
    return g_ascii_isalnum(host[0]) && g_ascii_isalnum(host[strlen(host) - 1]);
}

char *mail_bare_address(const char *mailbox)
{
    const char *open = strrchr(mailbox, '<');
    if (!open || !g_str_has_suffix(open, ">"))
        return g_strdup(mailbox);
    return g_strndup(open + 1, strlen(open + 1) - 1);
}

/* Fit for a header: UTF-8, not too long, and nothing that could end the line. */
static gboolean is_header_text(const char *text)
{
    if (strlen(text) > HEADER_LONGEST || !g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            return FALSE;
    return TRUE;
}

/* As encoded words, one a line, each of whole characters. */
static void append_encoded(GString *out, const char *text)
{
    while (*text) {
        const char *end = text;
        while (*end && g_utf8_next_char(end) - text <= WORD_BYTES)
            end = g_utf8_next_char(end);
        g_autofree char *word = g_base64_encode((const guchar *)text, end - text);
        g_string_append_printf(out, "=?UTF-8?B?%s?=%s", word, *end ? "\r\n " : "");
        text = end;
    }
}

static void append_subject(GString *out, const char *subject)
{
    gboolean plain = g_str_is_ascii(subject) && strlen(subject) <= PLAIN_LONGEST && !strstr(subject, "=?");
    g_string_append(out, "Subject: ");
    if (plain)
        g_string_append(out, subject);
    else
        append_encoded(out, subject);
    g_string_append(out, "\r\n");
}

static gboolean is_plain_name(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!g_ascii_isalnum(*c) && *c != ' ' && *c != '-')
            return FALSE;
    return strlen(name) <= PLAIN_LONGEST;
}

static gboolean append_mailbox(GString *out, const char *header, const char *mailbox, GError **error)
{
    g_autofree char *address = mail_bare_address(mailbox);
    if (!mail_address_is_fit(address) || !is_header_text(mailbox)) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_INVALID,
                            "That is not an e-mail address a message can go to.");
        return FALSE;
    }
    g_string_append_printf(out, "%s: ", header);
    const char *open = strrchr(mailbox, '<');
    if (!open) {
        g_string_append_printf(out, "%s\r\n", address);
        return TRUE;
    }
    g_autofree char *name = g_strstrip(g_strndup(mailbox, open - mailbox));
    if (is_plain_name(name))
        g_string_append(out, name);
    else
        append_encoded(out, name);
    g_string_append_printf(out, "%s<%s>\r\n", *name ? " " : "", address);
    return TRUE;
}

/* RFC 5322, 3.3; GLib's own format would follow the locale. */
static void append_date(GString *out, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time / CLOCK_SECOND);
    g_string_append_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
                           DAYS[g_date_time_get_day_of_week(date) - 1], g_date_time_get_day_of_month(date),
                           MONTHS[g_date_time_get_month(date) - 1], g_date_time_get_year(date),
                           g_date_time_get_hour(date), g_date_time_get_minute(date), g_date_time_get_second(date));
}

static void append_message_id(GString *out, const char *from)
{
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *address = mail_bare_address(from);
    g_string_append_printf(out, "Message-ID: <%s%s>\r\n", unique, strchr(address, '@'));
}

/* With CRLF at the end of each line, as text has it in mail. Free with g_free. */
static char *with_crlf(const char *text)
{
    g_autoptr(GString) lines = g_string_new(text);
    g_string_replace(lines, "\r\n", "\n", 0);
    g_string_replace(lines, "\n", "\r\n", 0);
    return g_strdup(lines->str);
}

static void append_text(GString *out, const char *text)
{
    g_autofree char *lines = with_crlf(text);
    gsize left = strlen(lines);
    for (const char *at = lines; left > 0;) {
        gsize length = MIN(left, LINE_BYTES);
        g_autofree char *line = g_base64_encode((const guchar *)at, length);
        g_string_append_printf(out, "%s\r\n", line);
        at += length;
        left -= length;
    }
}

char *mail_compose(const char *from, const char *to, const char *subject, const char *text, gint64 time, GError **error)
{
    if (!is_header_text(subject) || !g_utf8_validate(text, -1, NULL)) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_INVALID,
                            "A message must be UTF-8, and its subject one short line without control characters.");
        return NULL;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    append_date(out, time);
    if (!append_mailbox(out, "From", from, error) || !append_mailbox(out, "To", to, error))
        return NULL;
    append_subject(out, subject);
    append_message_id(out, from);
    /* So that no holiday reply is sent to it (RFC 3834). */
    g_string_append(out, "Auto-Submitted: auto-generated\r\n"
                         "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: base64\r\n"
                         "\r\n");
    append_text(out, text);
    return g_strdup(out->str);
}
