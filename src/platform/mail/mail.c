/* Knows how a message is handed to a mail server; hides libcurl. */
#include "platform/mail/mail.h"

#include <string.h>

#include "platform/clock.h"
#include "platform/error.h"
#include "platform/libcurl.h"
#include "platform/mail/mail_message.h"

static const long CONNECT_SECONDS = 10;
static const long TOTAL_SECONDS = 30;

/* What is still to be sent. */
typedef struct {
    const char *text;
    gsize left;
} Unsent;

static size_t give(char *buffer, size_t size, size_t count, void *data)
{
    Unsent *unsent = data;
    gsize length = MIN(size * count, unsent->left);
    memcpy(buffer, unsent->text, length);
    unsent->text += length;
    unsent->left -= length;
    return length;
}

/* Newly allocated by curl; NULL when the URL has no such part. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    return curl_url_get(url, part, &value, 0) == CURLUE_OK ? value : NULL;
}

/* How much smtp:// asks for STARTTLS: never on this machine, always before a password is sent, otherwise when the
 * server has it. */
static gboolean choose_tls(const char *address, long *level, GError **error)
{
    g_autoptr(CURLU) url = curl_url();
    if (curl_url_set(url, CURLUPART_URL, address, 0) != CURLUE_OK) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED,
                            "The mail server's address (mail-url) cannot be read.");
        return FALSE;
    }
    char *host = url_part(url, CURLUPART_HOST);
    char *user = url_part(url, CURLUPART_USER);
    gboolean local =
        host && (g_str_equal(host, "localhost") || g_str_equal(host, "127.0.0.1") || g_str_equal(host, "[::1]"));
    *level = local ? CURLUSESSL_NONE : user ? CURLUSESSL_ALL : CURLUSESSL_TRY;
    curl_free(host);
    curl_free(user);
    return TRUE;
}

static gboolean deliver(const char *url, const char *from, const char *to, const char *message, GError **error)
{
    long tls;
    libcurl_start();
    if (!choose_tls(url, &tls, error))
        return FALSE;
    g_autoptr(CURL) curl = curl_easy_init();
    g_autofree char *recipient = g_strdup_printf("<%s>", to);
    g_autofree char *sender = g_strdup_printf("<%s>", from);
    g_autoptr(CurlList) recipients = curl_slist_append(NULL, recipient);
    Unsent unsent = { message, strlen(message) };
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, tls);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &unsent);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TOTAL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    CURLcode result = curl_easy_perform(curl);
    if (result == CURLE_OK)
        return TRUE;
    /* Never the URL: it may hold a password. */
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The mail server did not take the message: %s",
                *reason ? reason : curl_easy_strerror(result));
    return FALSE;
}

gboolean mail_send(const MailServer *server, const char *to, const char *subject, const char *text, GError **error)
{
    g_autofree char *message = mail_compose(server->from, to, subject, text, clock_now(), error);
    if (!message)
        return FALSE;
    if (!server->url) {
        g_message("no mail server is set (mail-url); this would have gone to %s: %s\n%s", to, subject, text);
        return TRUE;
    }
    g_autofree char *from_address = mail_bare_address(server->from);
    g_autofree char *to_address = mail_bare_address(to);
    return deliver(server->url, from_address, to_address, message, error);
}
