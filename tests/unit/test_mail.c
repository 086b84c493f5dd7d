/* Mail: what goes over the wire, read by a mail server of a few lines; and what is refused before it could. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/error.h"
#include "platform/mail/mail.h"

/* --- a mail server for one message */

typedef struct {
    int listening;
    int port;
    const char *recipient_reply; /* to RCPT */
    GString *commands;           /* what the client said outside DATA */
    GString *data;
    GThread *thread;
} Server;

static const char *reply_to(const Server *server, const char *line)
{
    if (g_str_has_prefix(line, "EHLO"))
        return "250-there\r\n250 AUTH PLAIN\r\n";
    if (g_str_has_prefix(line, "AUTH"))
        return "334 \r\n";
    if (g_str_has_prefix(line, "RCPT"))
        return server->recipient_reply;
    if (g_str_has_prefix(line, "DATA"))
        return "354 go on\r\n";
    if (g_str_has_prefix(line, "MAIL") || g_str_has_prefix(line, "QUIT"))
        return "250 ok\r\n";
    return "235 hello\r\n"; /* the password */
}

static gpointer serve(gpointer data)
{
    Server *server = data;
    int connection = accept(server->listening, NULL, NULL);
    if (connection < 0)
        return NULL;
    FILE *stream = fdopen(connection, "r");
    dprintf(connection, "220 test\r\n");
    char line[2000];
    gboolean in_data = FALSE;
    while (fgets(line, sizeof line, stream)) {
        if (in_data && g_str_equal(line, ".\r\n")) {
            in_data = FALSE;
            dprintf(connection, "250 kept\r\n");
        } else if (in_data) {
            g_string_append(server->data, line);
        } else {
            g_string_append(server->commands, line);
            dprintf(connection, "%s", reply_to(server, line));
            in_data = g_str_has_prefix(line, "DATA");
        }
    }
    fclose(stream);
    return NULL;
}

static Server *server_start(const char *address, const char *recipient_reply)
{
    Server *server = g_new0(Server, 1);
    struct sockaddr_in name = { .sin_family = AF_INET };
    socklen_t length = sizeof name;
    assert_int_equal(inet_pton(AF_INET, address, &name.sin_addr), 1);
    server->recipient_reply = recipient_reply;
    server->commands = g_string_new(NULL);
    server->data = g_string_new(NULL);
    server->listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listening, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(server->listening, 1), 0);
    assert_int_equal(getsockname(server->listening, (struct sockaddr *)&name, &length), 0);
    server->port = ntohs(name.sin_port);
    server->thread = g_thread_new("mail", serve, server);
    return server;
}

/* Waits until the client has gone; a client that never came is not waited for. */
static void server_join(Server *server)
{
    shutdown(server->listening, SHUT_RDWR);
    g_thread_join(server->thread);
}

static void server_free(Server *server)
{
    close(server->listening);
    g_string_free(server->commands, TRUE);
    g_string_free(server->data, TRUE);
    g_free(server);
}

/* --- reading what came */

static char *header_of(const char *message, const char *name)
{
    g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
    g_autofree char *whole = g_strconcat("\r\n", message, NULL);
    const char *at = strstr(whole, start);
    assert_non_null(at);
    at += strlen(start);
    return g_strndup(at, strstr(at, "\r\n") - at);
}

static char *text_of(const char *message)
{
    const char *body = strstr(message, "\r\n\r\n");
    assert_non_null(body);
    gsize length;
    guchar *bytes = g_base64_decode(body, &length);
    char *text = g_strndup((char *)bytes, length);
    g_free(bytes);
    return text;
}

static char *compose(const char *from, const char *to, const char *subject, const char *text)
{
    g_autoptr(GError) error = NULL;
    char *message = mail_compose(from, to, subject, text, G_GINT64_CONSTANT(1795447611000000), &error);
    if (error)
        fail_msg("%s", error->message);
    return message;
}

static void refused(const char *from, const char *to, const char *subject)
{
    g_autoptr(GError) error = NULL;
    assert_null(mail_compose(from, to, subject, "text", 0, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
}

/* --- the tests */

static void message_arrives_with_its_envelope_and_text(void **state)
{
    Server *server = server_start("127.0.0.1", "250 ok\r\n");
    g_autofree char *url = g_strdup_printf("smtp://user:secret@127.0.0.1:%d", server->port);
    MailServer mail = { url, "Whet <whet@example.org>" };
    g_autoptr(GError) error = NULL;
    gboolean sent = mail_send(&mail, "anna@example.org", "Your link",
                              "Gr\u00fc\u00dfe\n.\nhttps://whet.test/sign-in#abc\n", &error);
    server_join(server);
    if (!sent)
        fail_msg("%s", error->message);
    assert_non_null(strstr(server->commands->str, "MAIL FROM:<whet@example.org>"));
    assert_non_null(strstr(server->commands->str, "RCPT TO:<anna@example.org>"));
    g_autofree char *from = header_of(server->data->str, "From");
    g_autofree char *to = header_of(server->data->str, "To");
    g_autofree char *subject = header_of(server->data->str, "Subject");
    g_autofree char *text = text_of(server->data->str);
    assert_string_equal(from, "Whet <whet@example.org>");
    assert_string_equal(to, "anna@example.org");
    assert_string_equal(subject, "Your link");
    assert_string_equal(text, "Gr\u00fc\u00dfe\r\n.\r\nhttps://whet.test/sign-in#abc\r\n");
    server_free(server);
}

static void refusal_of_the_server_is_told_without_the_password(void **state)
{
    Server *server = server_start("127.0.0.1", "550 nobody of that name\r\n");
    g_autofree char *url = g_strdup_printf("smtp://user:secret@127.0.0.1:%d", server->port);
    MailServer mail = { url, "whet@example.org" };
    g_autoptr(GError) error = NULL;
    assert_false(mail_send(&mail, "anna@example.org", "Your link", "text", &error));
    server_join(server);
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    assert_non_null(strstr(error->message, "550"));
    assert_null(strstr(error->message, "secret"));
    assert_string_equal(server->data->str, "");
    server_free(server);
}

static void password_is_not_sent_to_another_machine_without_tls(void **state)
{
    Server *server =
        server_start("127.0.0.2", "250 ok\r\n"); /* this machine, by a name that mail.c does not take for it */
    g_autofree char *url = g_strdup_printf("smtp://user:secret@127.0.0.2:%d", server->port);
    MailServer mail = { url, "whet@example.org" };
    g_autoptr(GError) error = NULL;
    assert_false(mail_send(&mail, "anna@example.org", "Your link", "text", &error));
    server_join(server);
    assert_null(strstr(server->commands->str, "AUTH"));
    assert_string_equal(server->data->str, "");
    server_free(server);
}

static void smtps_does_not_fall_back_to_plain_text(void **state)
{
    Server *server = server_start("127.0.0.1", "250 ok\r\n");
    g_autofree char *url = g_strdup_printf("smtps://127.0.0.1:%d", server->port);
    MailServer mail = { url, "whet@example.org" };
    g_autoptr(GError) error = NULL;
    assert_false(mail_send(&mail, "anna@example.org", "Your link", "text", &error));
    server_join(server);
    assert_string_equal(server->data->str, "");
    server_free(server);
}

static void other_protocols_and_nonsense_are_refused(void **state)
{
    static const char *const urls[] = { "http://127.0.0.1:1", "file:///etc/passwd",
                                        "smtp://:::", "smtp://127.0.0.1:1" };
    for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
        MailServer mail = { urls[i], "whet@example.org" };
        g_autoptr(GError) error = NULL;
        assert_false(mail_send(&mail, "anna@example.org", "Your link", "text", &error));
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
    }
}

static GLogWriterOutput keep_message(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_equal(fields[i].key, "MESSAGE"))
            g_string_append(data, fields[i].value);
    return G_LOG_WRITER_HANDLED;
}

static void message_is_logged_when_there_is_no_server(void **state)
{
    g_autoptr(GString) log = g_string_new(NULL);
    g_log_set_writer_func(keep_message, log, NULL);
    MailServer mail = { NULL, "whet@example.org" };
    g_autoptr(GError) error = NULL;
    gboolean sent = mail_send(&mail, "anna@example.org", "Your link", "https://whet.test/sign-in#abc", &error);
    gboolean refusal = mail_send(&mail, "anna@example.org\r\n", "Your link", "text", NULL);
    assert_true(sent);
    assert_false(refusal);
    assert_non_null(strstr(log->str, "anna@example.org"));
    assert_non_null(strstr(log->str, "https://whet.test/sign-in#abc"));
}

static void header_cannot_be_ended_by_what_is_put_into_it(void **state)
{
    refused("whet@example.org", "anna@example.org", "Hello\r\nBcc: all@example.org");
    refused("whet@example.org", "anna@example.org", "Hello\nthere");
    refused("whet@example.org", "anna@example.org", "Hello\x7f");
    refused("whet@example.org", "anna@example.org", "Hello \xff");
    refused("whet@example.org", "anna@example.org\r\nBcc: all@example.org", "Hello");
    refused("whet@example.org", "Anna\r\nBcc: all@example.org <anna@example.org>", "Hello");
    refused("Whet\n <whet@example.org>", "anna@example.org", "Hello");
    refused("whet@example.org", "", "Hello");
    refused("whet@example.org", "<>", "Hello");
    g_autofree char *longest = g_strnfill(501, 'a');
    refused("whet@example.org", "anna@example.org", longest);
}

static void only_plain_addresses_are_fit(void **state)
{
    static const char *const fit[] = { "a@b", "anna@example.org", "anna.b+c_d@mail.example.org",
                                       "o'neill@example.org" };
    static const char *const unfit[] = { "",      "@",     "a@",      "@b",          "anna",    "a b@c",  "a@b c",
                                         "a@b@c", "a\n@b", "a@b\r\n", "<a@b>",       "\"a\"@b", "a..b@c", ".a@b",
                                         "a.@b",  "a@-b",  "a@b.",    "\u00e4@b.de", "a@b,c@d", "a@b;c" };
    for (guint i = 0; i < G_N_ELEMENTS(fit); i++)
        assert_true(mail_address_is_fit(fit[i]));
    for (guint i = 0; i < G_N_ELEMENTS(unfit); i++)
        if (mail_address_is_fit(unfit[i]))
            fail_msg("'%s' passed", unfit[i]);
    g_autofree char *local = g_strnfill(65, 'a');
    g_autofree char *too_long = g_strconcat(local, "@b", NULL);
    assert_false(mail_address_is_fit(too_long));
    local[64] = '\0';
    g_autofree char *long_enough = g_strconcat(local, "@b", NULL);
    assert_true(mail_address_is_fit(long_enough));
}

/* Decodes RFC 2047's words, folded or not. */
static char *decode(const char *value)
{
    GString *text = g_string_new(NULL);
    for (const char *at = strstr(value, "=?UTF-8?B?"); at; at = strstr(at, "=?UTF-8?B?")) {
        at += strlen("=?UTF-8?B?");
        const char *end = strstr(at, "?=");
        assert_non_null(end);
        assert_true(end - at + strlen("=?UTF-8?B?") + strlen("?=") <= 75);
        g_autofree char *word = g_strndup(at, end - at);
        gsize length;
        g_autofree char *bytes = (char *)g_base64_decode(word, &length);
        assert_true(g_utf8_validate(bytes, (gssize)length, NULL));
        g_string_append_len(text, bytes, (gssize)length);
        at = end;
    }
    return g_string_free(text, FALSE);
}

static void subject_in_any_language_arrives(void **state)
{
    static const char *const subjects[] = {
        "Gr\u00fc\u00dfe",
        "=?UTF-8?B?SGk=?=",
        "\u65e5\u672c\u8a9e\u306e\u9577\u3044\u4ef6\u540d\u65e5\u672c\u8a9e\u306e\u9577\u3044\u4ef6\u540d\u65e5\u672c"
        "\u8a9e\u306e\u9577\u3044",
        "A subject in plain English that is nevertheless too long for one line of a header",
    };
    for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
        g_autofree char *message = compose("whet@example.org", "anna@example.org", subjects[i], "text");
        char *start = strstr(message, "Subject: ");
        assert_non_null(start);
        *strstr(start, "\r\nMessage-ID:") = '\0';
        g_autofree char *decoded = decode(start);
        assert_string_equal(decoded, subjects[i]);
    }
}

static void name_in_any_language_arrives(void **state)
{
    g_autofree char *message =
        compose("J\u00f6rg \"the\" Writer <whet@example.org>", "Anna B <anna@example.org>", "Hi", "text");
    g_autofree char *from = header_of(message, "From");
    g_autofree char *to = header_of(message, "To");
    g_autofree char *name = decode(from);
    assert_string_equal(name, "J\u00f6rg \"the\" Writer");
    assert_true(g_str_has_suffix(from, "?= <whet@example.org>"));
    assert_string_equal(to, "Anna B <anna@example.org>");
}

static void every_line_is_short_ascii_and_ends_in_crlf(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 200; i++)
        g_string_append(text, "\u00e4\u00f6\u00fc ");
    g_autofree char *message = compose("whet@example.org", "anna@example.org", "Gr\u00fc\u00dfe", text->str);
    assert_true(g_str_is_ascii(message));
    g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
    for (char **line = lines; *line; line++) {
        assert_true(strlen(*line) <= 76);
        assert_null(strpbrk(*line, "\r\n"));
    }
    g_autofree char *back = text_of(message);
    assert_string_equal(back, text->str);
}

static void date_is_written_in_english_and_utc(void **state)
{
    /* date -u -d @1795447611 -R */
    g_autofree char *message = compose("whet@example.org", "anna@example.org", "Hi", "text");
    g_autofree char *date = header_of(message, "Date");
    assert_string_equal(date, "Mon, 23 Nov 2026 15:26:51 +0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_arrives_with_its_envelope_and_text),
        cmocka_unit_test(refusal_of_the_server_is_told_without_the_password),
        cmocka_unit_test(password_is_not_sent_to_another_machine_without_tls),
        cmocka_unit_test(smtps_does_not_fall_back_to_plain_text),
        cmocka_unit_test(other_protocols_and_nonsense_are_refused),
        cmocka_unit_test(header_cannot_be_ended_by_what_is_put_into_it),
        cmocka_unit_test(only_plain_addresses_are_fit),
        cmocka_unit_test(subject_in_any_language_arrives),
        cmocka_unit_test(name_in_any_language_arrives),
        cmocka_unit_test(every_line_is_short_ascii_and_ends_in_crlf),
        cmocka_unit_test(date_is_written_in_english_and_utc),
        cmocka_unit_test(message_is_logged_when_there_is_no_server), /* last: GLib's writer can be set only once */
    };
    signal(SIGPIPE, SIG_IGN); /* of clients that went in the middle */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
