/* Starting and stopping, options, rate limits and event streams. */
#include "http_toy.h"

#include "platform/http/http_private.h"

#define HOST "Host: here\r\n"

/* --- event streams */

static Client listen_to(const char *path)
{
    Client client = client_new();
    g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\n" HOST "\r\n", path);
    client_say(&client, request);
    return client;
}

/* Reads the headers and the first comment. */
static void assert_stream_opens(Client *client)
{
    Answer answer = client_answer(client, FALSE);
    assert_int_equal(answer.status, 200);
    assert_header(&answer, "Content-Type", "text/event-stream");
    assert_header(&answer, "Cache-Control", "no-store");
    assert_header(&answer, "X-Accel-Buffering", "no");
    answer_clear(&answer);
    g_autofree char *comment = client_read_until(client, ": here\n\n");
    assert_non_null(comment);
}

static void publish(gint64 key, gint64 number)
{
    json_t *data = json_integer(number);
    http_stream_publish(toy.server, key, "tick", data);
    json_decref(data);
}

static void assert_tick(Client *client, guint number)
{
    g_autofree char *expected = g_strdup_printf("event: tick\ndata: %u\n\n", number);
    g_autofree char *before = client_read_until(client, expected);
    assert_non_null(before);
    assert_null(strstr(before, "event:"));
}

static void event_reaches_those_who_listen_to_its_key(void **state)
{
    Client mine = listen_to("/api/v1/events/1"), also = listen_to("/api/v1/events/1"),
           other = listen_to("/api/v1/events/2");
    assert_stream_opens(&mine);
    assert_stream_opens(&also);
    assert_stream_opens(&other);
    publish(1, 5);
    publish(2, 6);
    publish(3, 7);
    assert_tick(&mine, 5);
    assert_tick(&also, 5);
    assert_tick(&other, 6);
    client_close(&mine);
    client_close(&also);
    client_close(&other);
}

static void sleeping_stream_misses_no_event(void **state)
{
    Client client = listen_to("/api/v1/events/1");
    assert_stream_opens(&client);
    for (guint i = 0; i < 2000; i++) {
        publish(1, i);
        assert_tick(&client, i);
    }
    client_close(&client);
}

static gpointer publish_many(gpointer data)
{
    for (guint i = 0; i < 500; i++)
        publish(1, i);
    return NULL;
}

static void many_may_publish_at_once(void **state)
{
    Client clients[4];
    GThread *threads[4];
    for (guint i = 0; i < 4; i++) {
        clients[i] = listen_to("/api/v1/events/1");
        assert_stream_opens(&clients[i]);
    }
    for (guint i = 0; i < 4; i++)
        threads[i] = g_thread_new("publisher", publish_many, NULL);
    for (guint i = 0; i < 4; i++)
        g_thread_join(threads[i]);
    publish(1, 777777);
    for (guint i = 0; i < 4; i++) {
        g_autofree char *before = client_read_until(&clients[i], "data: 777777\n\n");
        assert_non_null(before);
        client_close(&clients[i]);
    }
}

static void slow_reader_keeps_the_newest_events(void **state)
{
    Client client = listen_to("/api/v1/events/1?burst=100");
    g_autofree char *before = client_read_until(&client, "data: 99\n\n");
    assert_null(strstr(before, "data: 35\n"));
    assert_non_null(strstr(before, "data: 36\n"));
    client_close(&client);
}

static void event_larger_than_any_buffer_arrives_whole(void **state)
{
    Client client = listen_to("/api/v1/events/1");
    assert_stream_opens(&client);
    g_autofree char *text = g_strnfill(300000, 'x');
    json_t *data = json_string(text);
    http_stream_publish(toy.server, 1, "large", data);
    json_decref(data);
    publish(1, 1);
    g_autofree char *before = client_read_until(&client, "event: tick\ndata: 1\n\n");
    guint count = 0;
    for (const char *at = before; *at != '\0'; at++)
        count += *at == 'x';
    assert_true(count == 300000);
    client_close(&client);
}

static void idle_stream_gets_heartbeats(void **state)
{
    Client client = listen_to("/api/v1/events/1");
    assert_stream_opens(&client);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *before = client_read_until(&client, ":\n\n");
        assert_non_null(before);
    }
    client_close(&client);
}

static int start_with_a_quick_heart(void **state)
{
    http_stream_heartbeat_ms = 5;
    return toy_start(state);
}

static int stop_and_calm_down(void **state)
{
    toy_stop(state);
    http_stream_heartbeat_ms = 15000;
    return 0;
}

static void streams_of_a_key_are_limited(void **state)
{
    Client clients[HTTP_STREAMS_MOST];
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        clients[i] = listen_to("/api/v1/events/1");
        assert_stream_opens(&clients[i]);
    }
    Answer refusal = ask("GET /api/v1/events/1 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(refusal.status, 429);
    g_autofree char *retry = header_of(refusal.head, "Retry-After");
    assert_non_null(retry);
    answer_clear(&refusal);
    Client other = listen_to("/api/v1/events/2");
    assert_stream_opens(&other);
    client_close(&other);
    publish(1, 3);
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        assert_tick(&clients[i], 3);
        client_close(&clients[i]);
    }
}

/* A reloaded page must not be locked out by its former selves until their next heartbeat. */
static void stream_whose_reader_left_gives_its_place_up(void **state)
{
    for (guint i = 0; i < 3 * HTTP_STREAMS_MOST; i++) {
        Client client = listen_to("/api/v1/events/1");
        assert_stream_opens(&client);
        client_close(&client);
    }
}

static gpointer publish_until_told(gpointer data)
{
    for (guint i = 0; !g_atomic_int_get((gint *)data); i++)
        publish(1 + i % 3, i);
    return NULL;
}

static void readers_may_come_and_go_while_events_are_published(void **state)
{
    gint told = 0;
    GThread *threads[2];
    for (guint i = 0; i < 2; i++)
        threads[i] = g_thread_new("publisher", publish_until_told, &told);
    for (guint i = 0; i < 300; i++) {
        g_autofree char *path = g_strdup_printf("/api/v1/events/%u", 1 + i % 3);
        Client client = listen_to(path);
        g_autofree char *event = client_read_until(&client, "event: tick\n");
        assert_non_null(event);
        client_close(&client);
    }
    g_atomic_int_set(&told, 1);
    for (guint i = 0; i < 2; i++)
        g_thread_join(threads[i]);
}

static void head_of_a_stream_is_only_its_headers(void **state)
{
    Client client = client_new();
    client_say(&client, "HEAD /api/v1/events/1 HTTP/1.1\r\n" HOST "\r\nGET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
    Answer head = client_answer(&client, FALSE), next = client_answer(&client, TRUE);
    assert_header(&head, "Content-Type", "text/event-stream");
    assert_string_equal(next.body->str, "{\"hello\":\"world\"}");
    answer_clear(&head);
    answer_clear(&next);
    client_close(&client);
}

static void old_client_gets_its_stream_without_chunks(void **state)
{
    Client client = client_new();
    client_say(&client, "GET /api/v1/events/1 HTTP/1.0\r\n\r\n");
    assert_stream_opens(&client);
    publish(1, 4);
    g_autofree char *before = client_read_until(&client, "event: tick\ndata: 4\n\n");
    assert_string_equal(before, "");
    client_close(&client);
}

/* --- stopping */

static gpointer stop(gpointer data)
{
    http_server_stop(g_steal_pointer(&toy.server));
    return NULL;
}

static void wait_until_nobody_listens(guint16 port)
{
    gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
    for (int dialled = dial(port); dialled >= 0; dialled = dial(port)) {
        close(dialled);
        assert_true(g_get_monotonic_time() < until);
        g_thread_yield();
    }
    assert_true(errno == ECONNREFUSED || errno == ECONNRESET); /* the latter when it closed in the middle of a dial */
}

static void stopping_finishes_what_runs_and_ends_streams(void **state)
{
    toy_start(state);
    guint16 port = http_server_port(toy.server);
    Client slow[3], streams[3], idle = client_new(), half = client_new();
    for (guint i = 0; i < 3; i++) {
        slow[i] = listen_to("/api/v1/slow");
        streams[i] = listen_to("/api/v1/events/1");
        assert_stream_opens(&streams[i]);
    }
    client_say(&half, "POST /api/v1/echo HTTP/1.1\r\n" HOST
                      "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"te");
    toy_wait_for_slow(3);
    GThread *stopper = g_thread_new("stopper", stop, NULL);
    wait_until_nobody_listens(port);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *end = client_read_until(&streams[i], "0\r\n\r\n");
        assert_non_null(end);
        client_close(&streams[i]);
    }
    client_say(&half, "xt\":\"a\"}");
    Answer refusal = client_answer(&half, TRUE);
    assert_int_equal(refusal.status, 503);
    answer_clear(&refusal);
    toy_let_go();
    for (guint i = 0; i < 3; i++) {
        Answer answer = client_answer(&slow[i], TRUE);
        assert_int_equal(answer.status, 200);
        assert_header(&answer, "Connection", "close");
        answer_clear(&answer);
        client_close(&slow[i]);
    }
    g_thread_join(stopper);
    assert_true(client_is_closed(&idle));
    client_close(&idle);
    client_close(&half);
}

static gpointer ask_until_closed(gpointer data)
{
    Client client = client_new();
    guint answers = 0;
    for (;;) {
        client_say(&client, "GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
        Answer answer = client_answer(&client, TRUE);
        int status = answer.status;
        answer_clear(&answer);
        if (status != 200)
            break;
        if (++answers == 1)
            g_atomic_int_inc((gint *)data);
    }
    client_close(&client);
    return NULL;
}

static void stopping_under_load_leaves_nothing_behind(void **state)
{
    for (guint round = 0; round < 5; round++) {
        toy_start(state);
        gint served = 0;
        GThread *clients[16];
        for (guint i = 0; i < G_N_ELEMENTS(clients); i++)
            clients[i] = g_thread_new("client", ask_until_closed, &served);
        while (g_atomic_int_get(&served) < (gint)G_N_ELEMENTS(clients))
            g_thread_yield();
        toy_stop(state);
        for (guint i = 0; i < G_N_ELEMENTS(clients); i++)
            g_thread_join(clients[i]);
    }
}

static void server_starts_again_on_its_port(void **state)
{
    HttpOptions options = toy_options();
    toy_start_with(&options);
    Answer answer = ask("GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
    answer_clear(&answer);
    options.port = http_server_port(toy.server);
    toy_stop(state);
    toy_start_with(&options);
    assert_int_equal(http_server_port(toy.server), options.port);
    toy_stop(state);
}

static void assert_does_not_start(const HttpOptions *options, int code)
{
    g_autoptr(GError) error = NULL;
    assert_null(http_server_start(options, &error));
    assert_true(g_error_matches(error, WHET_ERROR, code));
}

static void wrong_options_are_refused(void **state)
{
    static const HttpRoute wrong_routes[] = { { HTTP_GET, "nowhere", toy_hello, ROLE_ANYONE, RATE_READ, "x" }, { 0 } };
    static const HttpRoute *const wrong_tables[] = { wrong_routes, NULL };
    HttpOptions options = toy_options();
    options.address = "here";
    assert_does_not_start(&options, WHET_ERROR_INVALID);
    options = toy_options();
    options.public_url = "ftp://here";
    assert_does_not_start(&options, WHET_ERROR_INVALID);
    options = toy_options();
    options.routes = wrong_tables;
    assert_does_not_start(&options, WHET_ERROR_INVALID);
    toy_start(state);
    options = toy_options();
    options.port = http_server_port(toy.server);
    assert_does_not_start(&options, WHET_ERROR_FAILED);
    toy_stop(state);
    http_server_stop(NULL);
}

/* --- options */

static void public_address_is_the_only_origin(void **state)
{
    HttpOptions options = toy_options();
    options.public_url = "https://Whet.example.org/";
    toy_start_with(&options);
#define SIGN_IN "POST /api/v1/sign-in HTTP/1.1\r\n" HOST "Content-Length: 0\r\n"
    Answer wrong = ask(SIGN_IN "Origin: http://here\r\n\r\n");
    assert_int_equal(wrong.status, 403);
    answer_clear(&wrong);
    Answer right = ask(SIGN_IN "Origin: https://whet.example.org\r\n\r\n");
    assert_header(&right, "Set-Cookie", "whet_sign_in=learner; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure");
    answer_clear(&right);
    toy_stop(state);
}

static void address_behind_a_proxy_is_what_the_proxy_says_last(void **state)
{
    HttpOptions options = toy_options();
    options.behind_proxy = TRUE;
    toy_start_with(&options);
    static const char *const pairs[][2] = {
        { "X-Forwarded-For: 1.2.3.4, 2001:db8::1\r\n", "\"2001:db8::1\"" },
        { "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n", "\"5.6.7.8\"" },
        { "X-Forwarded-For: unknown\r\n", "\"127.0.0.1\"" },
        { "", "\"127.0.0.1\"" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *request = g_strdup_printf("GET /api/v1/who HTTP/1.1\r\n" HOST "%s\r\n", pairs[i][0]);
        Answer answer = ask(request);
        assert_non_null(strstr(answer.body->str, pairs[i][1]));
        answer_clear(&answer);
    }
    toy_stop(state);
}

static void bodies_beyond_what_memory_is_for_them_are_put_off(void **state)
{
    toy_start(state);
    g_atomic_int_set(&toy.server->body_bytes, 256 * 1024);
    Answer busy = ask_json("POST", "/api/v1/echo", "", "{\"text\":\"a\"}");
    assert_int_equal(busy.status, 503);
    assert_header(&busy, "Retry-After", "5");
    answer_clear(&busy);
    assert_int_equal(g_atomic_int_get(&toy.server->body_bytes), 256 * 1024);
    g_atomic_int_set(&toy.server->body_bytes, 0);
    Answer answer = ask_json("POST", "/api/v1/echo", "", "{\"text\":\"a\"}");
    assert_int_equal(answer.status, 201);
    answer_clear(&answer);
    toy_stop(state);
}

static void who_asks_too_often_is_told_when_to_come_back(void **state)
{
    HttpOptions options = toy_options();
    options.rate_limits = TRUE;
    toy_start_with(&options);
    int status = 0;
    for (guint i = 0; i < 1000 && status != 429; i++) {
        Answer answer = ask(SIGN_IN "\r\n");
        status = answer.status;
        if (status == 429) {
            g_autofree char *retry = header_of(answer.head, "Retry-After");
            assert_true(g_ascii_strtoll(retry, NULL, 10) >= 1);
        }
        answer_clear(&answer);
    }
    assert_int_equal(status, 429);
    Answer other = ask("GET /api/v1/hello HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(other.status, 200);
    answer_clear(&other);
    toy_stop(state);
}

/* --- buckets */

static guint allowed(HttpLimits *limits, gint64 person, const char *address, gint64 now)
{
    guint count = 0;
    while (count < 1000 && http_limits_take(limits, person, address, RATE_HEAVY, now) == 0)
        count++;
    return count;
}

static void bucket_fills_again_with_time(void **state)
{
    HttpLimits *limits = http_limits_new();
    gint64 now = 1000 * G_USEC_PER_SEC;
    assert_int_equal(allowed(limits, 1, "1.1.1.1", now), 10);
    assert_int_equal(http_limits_take(limits, 1, "1.1.1.1", RATE_HEAVY, now), 6);
    assert_int_equal(http_limits_take(limits, 1, "1.1.1.1", RATE_HEAVY, now + 4 * G_USEC_PER_SEC), 2);
    assert_int_equal(allowed(limits, 1, "1.1.1.1", now + 6 * G_USEC_PER_SEC), 1);
    assert_int_equal(allowed(limits, 1, "1.1.1.1", now + G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC), 10);
    assert_int_equal(allowed(limits, 1, "1.1.1.1", now), 0);
    http_limits_free(limits);
}

static void buckets_are_each_ones_own(void **state)
{
    HttpLimits *limits = http_limits_new();
    assert_int_equal(allowed(limits, 1, "1.1.1.1", 0), 10);
    assert_int_equal(allowed(limits, 2, "1.1.1.1", 0), 10);
    assert_int_equal(allowed(limits, 0, "1.1.1.1", 0), 10);
    assert_int_equal(allowed(limits, 0, "1.1.1.2", 0), 10);
    assert_int_equal(http_limits_take(limits, 0, "1.1.1.1", RATE_READ, 0), 0);
    assert_int_equal(allowed(limits, 0, "2001:db8::1", 0), 10);
    assert_int_equal(allowed(limits, 0, "2001:db8::2", 0), 0);
    assert_int_equal(allowed(limits, 0, "2001:db8:0:1::2", 0), 10);
    assert_int_equal(allowed(limits, 0, "::ffff:1.1.1.3", 0), 10);
    assert_int_equal(allowed(limits, 0, "::ffff:1.1.1.4", 0), 10);
    http_limits_free(limits);
}

static void buckets_are_bounded_and_those_in_use_are_kept(void **state)
{
    HttpLimits *limits = http_limits_new();
    allowed(limits, 1, "", 0);
    for (gint64 person = 2; person < 5 * HTTP_LIMITS_GENERATION; person++) {
        http_limits_take(limits, person, "", RATE_HEAVY, 0);
        if (person % 1000 == 0)
            assert_int_equal(allowed(limits, 1, "", 0), 0);
    }
    assert_true(http_limits_size(limits) <= 2 * HTTP_LIMITS_GENERATION);
    http_limits_free(limits);
}

#define START(test) cmocka_unit_test_setup_teardown(test, toy_start, toy_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        START(event_reaches_those_who_listen_to_its_key),
        START(sleeping_stream_misses_no_event),
        START(many_may_publish_at_once),
        START(slow_reader_keeps_the_newest_events),
        START(event_larger_than_any_buffer_arrives_whole),
        cmocka_unit_test_setup_teardown(idle_stream_gets_heartbeats, start_with_a_quick_heart, stop_and_calm_down),
        START(streams_of_a_key_are_limited),
        START(stream_whose_reader_left_gives_its_place_up),
        START(readers_may_come_and_go_while_events_are_published),
        START(head_of_a_stream_is_only_its_headers),
        START(old_client_gets_its_stream_without_chunks),
        cmocka_unit_test(stopping_finishes_what_runs_and_ends_streams),
        cmocka_unit_test(stopping_under_load_leaves_nothing_behind),
        cmocka_unit_test(server_starts_again_on_its_port),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(public_address_is_the_only_origin),
        cmocka_unit_test(address_behind_a_proxy_is_what_the_proxy_says_last),
        cmocka_unit_test(bodies_beyond_what_memory_is_for_them_are_put_off),
        cmocka_unit_test(who_asks_too_often_is_told_when_to_come_back),
        cmocka_unit_test(bucket_fills_again_with_time),
        cmocka_unit_test(buckets_are_each_ones_own),
        cmocka_unit_test(buckets_are_bounded_and_those_in_use_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
