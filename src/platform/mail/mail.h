/* Mail: one plain text message to one person, through the operator's mail server.
 *
 * Knows the wire format (RFC 5322, RFC 2047, UTF-8 in base64) and hides libcurl. What is put into a header cannot end
 * it: control characters are refused. */
#pragma once

#include <glib.h>

typedef struct {
    const char *url; /* smtps://user:password@host[:port] (TLS), smtp://… (STARTTLS: required when it has a user, else
                        when offered; not asked for on this machine). NULL: messages are written to the log */
    const char *from; /* "whet@example.org" or "Whet <whet@example.org>" */
} MailServer;

/* Blocks for at most 30 seconds. `to` is written as `from` is. INVALID when an address or the subject is not fit for a
 * header; FAILED when the server did not take the message, with what it said. May be called from any thread. */
gboolean mail_send(const MailServer *server, const char *to, const char *subject, const char *text,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when `address` is one that a message can go to: name@host, printable ASCII without spaces or quotation. */
gboolean mail_address_is_fit(const char *address);

/* The message as it goes over the wire, CRLF and all, dated `time` (microseconds UTC). Free with g_free. */
char *mail_compose(const char *from, const char *to, const char *subject, const char *text, gint64 time,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
