/* The whole server by raw sockets: routing, rights, bodies, replies, connections. */
#include "http_toy.h"

#define LEARNER "Cookie: a=b; whet_sign_in=learner; other=1=2\r\n"
#define WITH_TOKEN LEARNER "X-CSRF-Token: " TOY_TOKEN "\r\n"
#define HOST "Host: here\r\n"

static void assert_status(const char *request, int status)
{
    Answer answer = ask(request);
    if (answer.status != status)
        fail_msg("%s gave %d", request, answer.status);
    if (status >= 400)
        assert_header(&answer, "Content-Type", "application/problem+json");
    answer_clear(&answer);
}

/* --- the log, kept instead of printed */

static GMutex log_lock;
static GString *log_text;

static GLogWriterOutput keep_log(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
    g_mutex_lock(&log_lock);
    for (gsize i = 0; i < count; i++)
        g_string_append_printf(log_text, "%s=%s\n", fields[i].key, (const char *)fields[i].value);
    g_mutex_unlock(&log_lock);
    return G_LOG_WRITER_HANDLED;
}

static void assert_log(const char *text, gboolean is_there)
{
    g_mutex_lock(&log_lock);
    gboolean found = strstr(log_text->str, text) != NULL;
    g_mutex_unlock(&log_lock);
    if (found != is_there)
        fail_msg("%s is %s the log", text, found ? "in" : "not in");
}

/* --- replies */

static void reply_carries_what_every_reply_carries(void **state)
{
    static const char *const requests[] = {
        "GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n", "GET /api/v1/nowhere HTTP/1.1\r\n" HOST "\r\n",
        "GET /app.css HTTP/1.1\r\n" HOST "\r\n",      "GET /api/v1/bytes?size=1 HTTP/1.1\r\n" HOST "\r\n",
        "GET /%00 HTTP/1.1\r\n" HOST "\r\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        Answer answer = ask(requests[i]);
        assert_header(&answer, "Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                      "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; "
                      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assert_header(&answer, "X-Content-Type-Options", "nosniff");
        assert_header(&answer, "Referrer-Policy", "same-origin");
        assert_header(&answer, "Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
        assert_header(&answer, "Cross-Origin-Opener-Policy", "same-origin");
        assert_header(&answer, "Cross-Origin-Resource-Policy", "same-origin");
        assert_header(&answer, "Cache-Control", strstr(requests[i], ".css") ? "no-cache" : "no-store");
        g_autofree char *id = header_of(answer.head, "X-Request-Id");
        assert_int_equal(strlen(id), 16);
        answer_clear(&answer);
    }
}

static void json_is_sent_as_such(void **state)
{
    Answer answer = ask("GET /api/v1/things/42 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.status, 200);
    assert_header(&answer, "Content-Type", "application/json");
    assert_string_equal(answer.body->str, "{\"id\":\"42\"}");
    answer_clear(&answer);
}

static void head_has_the_headers_of_get_and_no_body(void **state)
{
    Client client = client_new();
    client_say(&client, "HEAD /api/v1/hello HTTP/1.1\r\n" HOST "\r\n"
                        "GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
    Answer head = client_answer(&client, FALSE), get = client_answer(&client, TRUE);
    assert_int_equal(head.status, 200);
    assert_header(&head, "Content-Length", "17");
    assert_int_equal(get.body->len, 17);
    answer_clear(&head);
    answer_clear(&get);
    client_close(&client);
}

static void cookie_of_a_plain_address_is_not_marked_secure(void **state)
{
    Answer answer = ask("POST /api/v1/sign-in HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    assert_int_equal(answer.status, 204);
    assert_header(&answer, "Set-Cookie", "whet_sign_in=learner; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600");
    answer_clear(&answer);
}

static void large_reply_arrives_whole(void **state)
{
    Answer answer = ask("GET /api/v1/bytes?size=20000000 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.body->len, 20000000);
    answer_clear(&answer);
}

/* --- where requests go */

static void address_decides_the_status(void **state)
{
    assert_status("GET /api/v1/nowhere HTTP/1.1\r\n" HOST "\r\n", 404);
    assert_status("GET /api/v1/hello/ HTTP/1.1\r\n" HOST "\r\n", 404);
    assert_status("GET /api/v1/things/x HTTP/1.1\r\n" HOST "\r\n", 404);
    assert_status("GET /api/v1/things/-5 HTTP/1.1\r\n" HOST "\r\n", 404);
    assert_status("GET /api/v1/things/99999999999999999999 HTTP/1.1\r\n" HOST "\r\n", 404);
    assert_status("GET /api/v1/names/a%2fb HTTP/1.1\r\n" HOST "\r\n", 400);
    assert_status("GET /api/v1/names/a%00 HTTP/1.1\r\n" HOST "\r\n", 400);
    assert_status("GET /api/v1/names/%2e%2e HTTP/1.1\r\n" HOST "\r\n", 400);
    assert_status("GET /api/v1/names/../hello HTTP/1.1\r\n" HOST "\r\n", 400);
    assert_status("POST /api/v1/nowhere HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 404);
    assert_status("BREW /api/v1/nowhere HTTP/1.1\r\n" HOST "\r\n", 404);
}

static void wrong_method_is_told_the_right_ones(void **state)
{
    static const char *const methods[] = { "POST", "OPTIONS", "TRACE", "BREW", "get" };
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_autofree char *request = g_strdup_printf("%s /api/v1/things/1 HTTP/1.1\r\n" HOST "\r\n", methods[i]);
        Answer answer = ask(request);
        assert_int_equal(answer.status, 405);
        assert_header(&answer, "Allow", "GET, HEAD, DELETE");
        answer_clear(&answer);
    }
}

static void path_and_query_reach_the_handler(void **state)
{
    Answer answer = ask("GET /api/v1/names/J%C3%BCrg%20B?limit=7&mood=sad HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(answer.body->str, "{\"name\":\"J\xc3\xbcrg B\",\"mood\":\"sad\",\"limit\":7}");
    answer_clear(&answer);
    answer = ask("GET /api/v1/names/a? HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(answer.body->str, "{\"name\":\"a\",\"limit\":-1}");
    answer_clear(&answer);
}

static void wrong_query_lists_every_parameter(void **state)
{
    Answer answer = ask("GET /api/v1/names/a?limit=0&mood=so-so&more=1 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(answer.status, 400);
    json_t *problem = answer_json(&answer);
    assert_int_equal(json_array_size(json_object_get(problem, "errors")), 3);
    json_decref(problem);
    answer_clear(&answer);
    assert_status("GET /api/v1/hello?a=1 HTTP/1.1\r\n" HOST "\r\n", 400);
}

/* --- bodies */

static void assert_body(const char *headers, const char *body, int status)
{
    g_autofree char *request = g_strdup_printf("POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n%s\r\n%s",
                                               strlen(body), headers, body);
    assert_status(request, status);
}

static void body_reaches_the_handler(void **state)
{
    Answer answer = ask_json("POST", "/api/v1/echo", "",
                             "{\"text\":\"hi\",\"count\":3,\"weight\":1,\"loud\":true,\"tags\":[\"a\",\"b\"]}");
    assert_int_equal(answer.status, 201);
    assert_string_equal(answer.body->str, "{\"text\":\"hi\",\"count\":3,\"weight\":1.0,\"loud\":true,\"tags\":2}");
    answer_clear(&answer);
    answer = ask_json("POST", "/api/v1/echo", "", "{\"text\":\"hi\",\"loud\":null}");
    assert_string_equal(answer.body->str, "{\"text\":\"hi\",\"count\":-1,\"weight\":0.5,\"loud\":false,\"tags\":0}");
    answer_clear(&answer);
}

static void only_json_is_taken(void **state)
{
    static const char *const right[] = { "application/json", "application/JSON; charset=UTF-8",
                                         "application/json;charset=utf-8", "application/json ; charset=\"utf-8\"" };
    static const char *const wrong[] = { "text/plain",
                                         "application/x-www-form-urlencoded",
                                         "application/jsonx",
                                         "application/json; charset=latin1",
                                         "application/json, text/plain",
                                         "" };
    for (gsize i = 0; i < G_N_ELEMENTS(right); i++) {
        g_autofree char *header = g_strdup_printf("Content-Type: %s\r\n", right[i]);
        assert_body(header, "{\"text\":\"a\"}", 201);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *header = g_strdup_printf("Content-Type: %s\r\n", wrong[i]);
        assert_body(header, "{\"text\":\"a\"}", 415);
    }
    assert_body("", "{\"text\":\"a\"}", 415);
}

static void wrong_body_is_a_problem_with_every_field(void **state)
{
    Answer answer = ask_json("POST", "/api/v1/echo", "", "{\"text\":\"\",\"count\":11,\"more\":1}");
    assert_int_equal(answer.status, 400);
    g_autofree char *id = header_of(answer.head, "X-Request-Id");
    g_autofree char *instance = g_strconcat("urn:whet:request:", id, NULL);
    json_t *problem = answer_json(&answer);
    assert_string_equal(json_string_value(json_object_get(problem, "type")), "urn:whet:problem:fields");
    assert_string_equal(json_string_value(json_object_get(problem, "title")), "Bad Request");
    assert_int_equal(json_integer_value(json_object_get(problem, "status")), 400);
    assert_string_equal(json_string_value(json_object_get(problem, "instance")), instance);
    const json_t *errors = json_object_get(problem, "errors");
    assert_int_equal(json_array_size(errors), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(errors, 1), "pointer")), "#/count");
    json_decref(problem);
    answer_clear(&answer);
    assert_int_equal(g_atomic_int_get(&toy.runs), 0);
}

static void malformed_body_is_told_its_place(void **state)
{
    Answer answer = ask_json("POST", "/api/v1/echo", "", "{\n\"text\": }");
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(answer.body->str, "line 2, column 9"));
    answer_clear(&answer);
}

static void missing_body_is_an_empty_object(void **state)
{
    assert_status("POST /api/v1/nothing HTTP/1.1\r\n" HOST "\r\n", 200);
    assert_status("POST /api/v1/nothing HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200);
    assert_status("POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 400);
}

static void body_that_no_route_wants_is_refused_and_the_connection_kept(void **state)
{
    Client client = client_new();
    client_say(&client, "GET /api/v1/hello HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                        "POST /api/v1/nowhere HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                        "GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
    static const int statuses[] = { 400, 404, 200 };
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
        Answer answer = client_answer(&client, TRUE);
        assert_int_equal(answer.status, statuses[i]);
        answer_clear(&answer);
    }
    assert_int_equal(g_atomic_int_get(&toy.runs), 1);
    client_close(&client);
}

static void announced_body_over_the_limit_is_refused_before_it_is_sent(void **state)
{
    Client client = client_new();
    client_say(&client,
               "POST /api/v1/small HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 101\r\n\r\n");
    Answer answer = client_answer(&client, TRUE);
    assert_int_equal(answer.status, 413);
    assert_header(&answer, "Connection", "close");
    assert_true(client_is_closed(&client));
    assert_int_equal(g_atomic_int_get(&toy.runs), 0);
    answer_clear(&answer);
    client_close(&client);
}

static void chunked_body_is_cut_off_at_the_limit(void **state)
{
    Client client = client_new();
    client_say(&client,
               "POST /api/v1/small HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
               "Transfer-Encoding: chunked\r\n\r\n60\r\n"
               "                                                                                                \r\n"
               "5\r\n     \r\n");
    Answer answer = client_answer(&client, TRUE);
    assert_int_equal(answer.status, 413);
    assert_header(&answer, "Connection", "close");
    json_t *problem = answer_json(&answer);
    assert_int_equal(json_integer_value(json_object_get(problem, "status")), 413);
    json_decref(problem);
    assert_true(client_is_closed(&client));
    answer_clear(&answer);
    client_close(&client);
}

static void body_of_exactly_the_limit_is_taken(void **state)
{
    g_autofree char *spaces = g_strnfill(100 - strlen("{\"text\":\"a\"}"), ' ');
    g_autofree char *body = g_strconcat("{\"text\":\"a\"}", spaces, NULL);
    Answer answer = ask_json("POST", "/api/v1/small", "", body);
    assert_int_equal(answer.status, 200);
    answer_clear(&answer);
}

static void continue_is_only_sent_for_a_body_that_is_wanted(void **state)
{
    Client client = client_new();
    client_say(&client, "POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 12\r\n"
                        "Expect: 100-continue\r\n\r\n");
    Answer answer = client_answer(&client, TRUE);
    assert_int_equal(answer.status, 100);
    answer_clear(&answer);
    client_say(&client, "{\"text\":\"a\"}");
    answer = client_answer(&client, TRUE);
    assert_int_equal(answer.status, 201);
    answer_clear(&answer);
    client_close(&client);
    assert_status("POST /api/v1/nowhere HTTP/1.1\r\n" HOST "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n", 404);
}

static void body_that_comes_byte_by_byte_is_put_together(void **state)
{
    Client client = client_new();
    const char *request =
        "POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n"
        "{\"text\":\"a\"}";
    for (gsize i = 0; request[i] != '\0'; i++)
        client_send(&client, request + i, 1);
    Answer answer = client_answer(&client, TRUE);
    assert_int_equal(answer.status, 201);
    answer_clear(&answer);
    client_close(&client);
}

/* --- who asks */

static void rights_are_checked_before_the_handler(void **state)
{
    assert_status("GET /api/v1/secret HTTP/1.1\r\n" HOST "\r\n", 401);
    assert_status("GET /api/v1/secret HTTP/1.1\r\n" HOST "Cookie: whet_sign_in=stale\r\n\r\n", 401);
    assert_status("GET /api/v1/secret HTTP/1.1\r\n" HOST "Cookie: whet_sign_in=\r\n\r\n", 401);
    assert_status("GET /api/v1/secret HTTP/1.1\r\n" HOST "Cookie: xwhet_sign_in=learner\r\n\r\n", 401);
    assert_status("GET /api/v1/admin HTTP/1.1\r\n" HOST LEARNER "\r\n", 403);
    assert_int_equal(g_atomic_int_get(&toy.runs), 0);
    assert_status("GET /api/v1/secret HTTP/1.1\r\n" HOST LEARNER "\r\n", 200);
    assert_status("GET /api/v1/who HTTP/1.1\r\n" HOST "Cookie: whet_sign_in=stale\r\n\r\n", 200);
}

static void handler_learns_who_asks(void **state)
{
    Answer answer = ask("GET /api/v1/who HTTP/1.1\r\n" HOST LEARNER "User-Agent: test\r\nX-Extra: 9\r\n"
                        "X-Forwarded-For: 1.2.3.4\r\n\r\n");
    assert_string_equal(
        answer.body->str,
        "{\"person\":7,\"address\":\"127.0.0.1\",\"agent\":\"test\",\"other\":\"1=2\",\"extra\":\"9\"}");
    answer_clear(&answer);
}

static void change_needs_the_token_of_the_sign_in(void **state)
{
#define PUT "PUT /api/v1/secret HTTP/1.1\r\n" HOST "Content-Length: 0\r\n"
    assert_status(PUT LEARNER "\r\n", 403);
    assert_status(PUT LEARNER "X-CSRF-Token: \r\n\r\n", 403);
    assert_status(PUT LEARNER "X-CSRF-Token: 0123\r\n\r\n", 403);
    assert_status(PUT LEARNER "X-CSRF-Token: 1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\r\n",
                  403);
    assert_int_equal(g_atomic_int_get(&toy.runs), 0);
    assert_status(PUT WITH_TOKEN "\r\n", 204);
    assert_status(PUT "\r\n", 401);
}

static void change_from_another_site_is_refused(void **state)
{
    assert_status(PUT WITH_TOKEN "Origin: http://evil.example\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Origin: null\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Origin: http://here.evil.example\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Origin: http://here:81\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Sec-Fetch-Site: cross-site\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Sec-Fetch-Site: same-site\r\n\r\n", 403);
    assert_status(PUT WITH_TOKEN "Origin: http://here\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403);
    assert_status("POST /api/v1/sign-in HTTP/1.1\r\n" HOST "Origin: http://evil.example\r\n\r\n", 403);
    assert_int_equal(g_atomic_int_get(&toy.runs), 0);
    assert_status(PUT WITH_TOKEN "Origin: http://here\r\nSec-Fetch-Site: same-origin\r\n\r\n", 204);
    assert_status(PUT WITH_TOKEN "Origin: https://HERE:443\r\nSec-Fetch-Site: none\r\n\r\n", 204);
    assert_status(
        "GET /api/v1/hello HTTP/1.1\r\n" HOST "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n", 200);
}

/* --- errors */

static void errors_become_statuses(void **state)
{
    static const int statuses[] = { 400, 401, 403, 404, 409, 413, 429, 500, 503 };
    for (guint i = 0; i < G_N_ELEMENTS(statuses); i++) {
        g_autofree char *request = g_strdup_printf("GET /api/v1/fail/%u HTTP/1.1\r\n" HOST "\r\n", i);
        Answer answer = ask(request);
        assert_int_equal(answer.status, statuses[i]);
        g_autofree char *message = g_strdup_printf("inside of %u", i);
        assert_int_equal(strstr(answer.body->str, message) != NULL, statuses[i] < 500);
        assert_header(&answer, "Retry-After", statuses[i] == 429 || statuses[i] == 503 ? "5" : NULL);
        answer_clear(&answer);
    }
    assert_status("GET /api/v1/fail/silent HTTP/1.1\r\n" HOST "\r\n", 500);
    assert_status("GET /api/v1/hello HTTP/1.1\r\n" HOST "Cookie: whet_sign_in=broken\r\n\r\n", 500);
}

static void what_went_wrong_inside_is_logged_under_the_number_of_the_request(void **state)
{
    Answer answer = ask("GET /api/v1/fail/7 HTTP/1.1\r\n" HOST "\r\n");
    g_autofree char *id = header_of(answer.head, "X-Request-Id");
    g_autofree char *line = g_strdup_printf("request %s failed: inside of 7", id);
    assert_log(line, TRUE);
    answer_clear(&answer);
}

static void access_is_logged_by_template_without_secrets(void **state)
{
    Answer answer =
        ask("GET /api/v1/names/Zacharias?mood=glad HTTP/1.1\r\n" HOST "Cookie: whet_sign_in=topsecret\r\n\r\n");
    g_autofree char *id = header_of(answer.head, "X-Request-Id");
    g_autofree char *line = g_strconcat("REQUEST_ID=", id, NULL);
    assert_log(line, TRUE);
    assert_log("HTTP_ROUTE=/api/v1/names/{name}\n", TRUE);
    assert_log("Zacharias", FALSE);
    assert_log("mood=", FALSE);
    assert_log("topsecret", FALSE);
    answer_clear(&answer);
}

/* --- files */

static void files_are_sent_with_their_tag_and_encoding(void **state)
{
    Answer plain = ask("GET /app.css HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(plain.status, 200);
    assert_string_equal(plain.body->str, "p{}");
    assert_header(&plain, "Content-Type", "text/css");
    assert_header(&plain, "ETag", "\"abc\"");
    assert_header(&plain, "Vary", "Accept-Encoding");
    assert_header(&plain, "Content-Encoding", NULL);
    answer_clear(&plain);
    Answer gzip = ask("GET /app.css HTTP/1.1\r\n" HOST "Accept-Encoding: br, gzip;q=0.5\r\n\r\n");
    assert_string_equal(gzip.body->str, "GZIP");
    assert_header(&gzip, "Content-Encoding", "gzip");
    assert_header(&gzip, "ETag", "\"abc-gzip\"");
    answer_clear(&gzip);
    Answer refused = ask("GET /app.css HTTP/1.1\r\n" HOST "Accept-Encoding: gzip;q=0, xgzip\r\n\r\n");
    assert_string_equal(refused.body->str, "p{}");
    answer_clear(&refused);
}

static void unchanged_file_is_not_sent_again(void **state)
{
    Answer answer = ask("GET /app.css HTTP/1.1\r\n" HOST "If-None-Match: \"x\", W/\"abc\"\r\n\r\n");
    assert_int_equal(answer.status, 304);
    assert_header(&answer, "ETag", "\"abc\"");
    assert_int_equal(answer.body->len, 0);
    answer_clear(&answer);
    assert_status("GET /app.css HTTP/1.1\r\n" HOST "If-None-Match: \"ab\"\r\n\r\n", 200);
    assert_status("GET /app.css HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\nIf-None-Match: \"abc\"\r\n\r\n", 200);
    assert_status("HEAD /app.css HTTP/1.1\r\n" HOST "\r\n", 200);
    assert_status("GET /app.css?v=1 HTTP/1.1\r\n" HOST "\r\n", 200);
    assert_status("POST /app.css HTTP/1.1\r\n" HOST "\r\n", 405);
    assert_status("GET /other.css HTTP/1.1\r\n" HOST "\r\n", 404);
}

/* --- connections */

static void thousand_requests_share_a_connection(void **state)
{
    Client client = client_new();
    for (guint i = 1; i <= 1000; i++) {
        g_autofree char *request = g_strdup_printf("GET /api/v1/things/%u HTTP/1.1\r\n" HOST "\r\n", i);
        g_autofree char *expected = g_strdup_printf("{\"id\":\"%u\"}", i);
        client_say(&client, request);
        Answer answer = client_answer(&client, TRUE);
        assert_string_equal(answer.body->str, expected);
        answer_clear(&answer);
    }
    client_close(&client);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    Client client = client_new();
    g_autoptr(GString) requests = g_string_new(NULL);
    for (guint i = 1; i <= 100; i++)
        g_string_append_printf(requests,
                               "POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
                               "Content-Length: 15\r\n\r\n{\"text\":\"%04u\"}",
                               i);
    client_say(&client, requests->str);
    for (guint i = 1; i <= 100; i++) {
        Answer answer = client_answer(&client, TRUE);
        g_autofree char *expected = g_strdup_printf("\"text\":\"%04u\"", i);
        assert_non_null(strstr(answer.body->str, expected));
        answer_clear(&answer);
    }
    client_close(&client);
}

static gpointer many_requests(gpointer data)
{
    guint wrong = 0;
    Client client = client_new();
    for (guint i = 0; i < 100; i++) {
        g_autofree char *text = g_strdup_printf("%p-%u", data, i);
        g_autofree char *body = g_strdup_printf("{\"text\":\"%s\"}", text);
        g_autofree char *request =
            g_strdup_printf("POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
                            "Content-Length: %zu\r\n\r\n%s",
                            strlen(body), body);
        client_say(&client, request);
        Answer answer = client_answer(&client, TRUE);
        wrong += answer.status != 201 || !strstr(answer.body->str, text);
        answer_clear(&answer);
    }
    client_close(&client);
    return GUINT_TO_POINTER(wrong);
}

static void sixty_four_connections_at_once_get_their_own_answers(void **state)
{
    GThread *threads[64];
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("client", many_requests, &threads[i]);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_int_equal(GPOINTER_TO_UINT(g_thread_join(threads[i])), 0);
    assert_int_equal(g_atomic_int_get(&toy.runs), 6400);
}

static void client_that_leaves_harms_nobody(void **state)
{
    static const char *const beginnings[] = {
        "",
        "GE",
        "GET /api/v1/hello HT",
        "GET /api/v1/hello HTTP/1.1\r\nHo",
        "GET /api/v1/hello HTTP/1.1\r\n" HOST,
        "POST /api/v1/echo HTTP/1.1\r\n" HOST "Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"te",
        "POST /api/v1/echo HTTP/1.1\r\n" HOST
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"t",
        "GET /api/v1/bytes?size=50000000 HTTP/1.1\r\n" HOST "\r\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        Client client = client_new();
        client_say(&client, beginnings[i]);
        client_close(&client);
    }
    assert_status("GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n", 200);
}

static void client_may_leave_while_a_worker_works_for_it(void **state)
{
    Client client = client_new();
    client_say(&client, "GET /api/v1/slow HTTP/1.1\r\n" HOST "\r\n");
    toy_wait_for_slow(1);
    struct linger reset = { .l_onoff = 1 };
    setsockopt(client.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    client_close(&client);
    toy_let_go();
    toy_wait_for_slow(0);
    assert_status("GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n", 200);
}

static void busy_workers_do_not_stop_what_needs_none(void **state)
{
    Client slow[8];
    for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
        slow[i] = client_new();
        client_say(&slow[i], "GET /api/v1/slow HTTP/1.1\r\n" HOST "\r\n");
    }
    toy_wait_for_slow(G_N_ELEMENTS(slow));
    assert_status("GET /app.css HTTP/1.1\r\n" HOST "\r\n", 200);
    toy_let_go();
    for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
        Answer answer = client_answer(&slow[i], TRUE);
        assert_int_equal(answer.status, 200);
        answer_clear(&answer);
        client_close(&slow[i]);
    }
}

#define START(test) cmocka_unit_test_setup_teardown(test, toy_start, toy_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        START(reply_carries_what_every_reply_carries),
        START(json_is_sent_as_such),
        START(head_has_the_headers_of_get_and_no_body),
        START(cookie_of_a_plain_address_is_not_marked_secure),
        START(large_reply_arrives_whole),
        START(address_decides_the_status),
        START(wrong_method_is_told_the_right_ones),
        START(path_and_query_reach_the_handler),
        START(wrong_query_lists_every_parameter),
        START(body_reaches_the_handler),
        START(only_json_is_taken),
        START(wrong_body_is_a_problem_with_every_field),
        START(malformed_body_is_told_its_place),
        START(missing_body_is_an_empty_object),
        START(body_that_no_route_wants_is_refused_and_the_connection_kept),
        START(announced_body_over_the_limit_is_refused_before_it_is_sent),
        START(chunked_body_is_cut_off_at_the_limit),
        START(body_of_exactly_the_limit_is_taken),
        START(continue_is_only_sent_for_a_body_that_is_wanted),
        START(body_that_comes_byte_by_byte_is_put_together),
        START(rights_are_checked_before_the_handler),
        START(handler_learns_who_asks),
        START(change_needs_the_token_of_the_sign_in),
        START(change_from_another_site_is_refused),
        START(errors_become_statuses),
        START(what_went_wrong_inside_is_logged_under_the_number_of_the_request),
        START(access_is_logged_by_template_without_secrets),
        START(files_are_sent_with_their_tag_and_encoding),
        START(unchanged_file_is_not_sent_again),
        START(thousand_requests_share_a_connection),
        START(pipelined_requests_are_answered_in_order),
        START(sixty_four_connections_at_once_get_their_own_answers),
        START(client_that_leaves_harms_nobody),
        START(client_may_leave_while_a_worker_works_for_it),
        START(busy_workers_do_not_stop_what_needs_none),
    };
    g_setenv("G_MESSAGES_DEBUG", G_LOG_DOMAIN, TRUE);
    log_text = g_string_new(NULL);
    g_log_set_writer_func(keep_log, NULL, NULL);
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    g_string_free(log_text, TRUE);
    return failures;
}
