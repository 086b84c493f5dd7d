/* The routes of people, over HTTP: what they take, what they say, and to whom. */
#include "people_case.h"

#include <curl/curl.h>

#include "platform/json.h"

static const HttpRoute *const routes[] = { people_routes, people_admin_routes, NULL };

/* A browser: it keeps its cookie and its CSRF token. */
typedef struct {
    HttpServer *server;
    CURL *curl;
    char *csrf;
    int status; /* of the last reply */
} Client;

static size_t keep(char *bytes, size_t size, size_t count, void *data)
{
    g_string_append_len(data, bytes, (gssize)(size * count));
    return size * count;
}

static Client *client_new(HttpServer *server)
{
    Client *client = g_new0(Client, 1);
    client->server = server;
    client->curl = curl_easy_init();
    curl_easy_setopt(client->curl, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, keep);
    return client;
}

static void client_free(Client *client)
{
    curl_easy_cleanup(client->curl);
    g_free(client->csrf);
    g_free(client);
}

/* The reply's JSON, or NULL when it has none. */
static json_t *ask(Client *client, const char *method, const char *path, const char *body)
{
    g_autoptr(GString) reply = g_string_new(NULL);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/api/v1%s", http_server_port(client->server), path);
    g_autofree char *csrf = g_strdup_printf("X-CSRF-Token: %s", client->csrf ? client->csrf : "none");
    struct curl_slist *headers = curl_slist_append(NULL, csrf);
    if (body)
        headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(client->curl, CURLOPT_URL, url);
    curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    if (!body)
        curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(client->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, reply);
    CURLcode result = curl_easy_perform(client->curl);
    curl_slist_free_all(headers);
    if (result != CURLE_OK)
        fail_msg("%s %s: %s", method, path, curl_easy_strerror(result));
    long status;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    client->status = (int)status;
    json_t *json = reply->len ? json_loads(reply->str, 0, NULL) : NULL;
    const char *token = json_string_value(json_object_get(json, "csrfToken"));
    if (token) {
        g_free(client->csrf);
        client->csrf = g_strdup(token);
    }
    return json;
}

static int status_of(Client *client, const char *method, const char *path, const char *body)
{
    json_decref(ask(client, method, path, body));
    return client->status;
}

static const char *text_at(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    if (!text)
        fail_msg("there is no %s", name);
    return text;
}

typedef struct {
    App *app;
    HttpServer *server;
    Client *client;
    Somebody anna;
} House;

static void house_open(House *house, void **state, unsigned roles)
{
    house->app = case_app(state);
    house->anna = (Somebody){
        .organisation = "Acme", .team = "North", .email = "anna@example.org", .name = "Anna", .roles = roles
    };
    add_somebody(house->app, &house->anna);
    HttpOptions options = {
        .address = "127.0.0.1",
        .epoll_threads = 1,
        .workers = 2,
        .connections = 32,
        .idle_seconds = 30,
        .app = house->app,
        .authenticate = people_authenticate,
        .routes = routes,
    };
    g_autoptr(GError) error = NULL;
    house->server = http_server_start(&options, &error);
    no_error(error);
    house->client = client_new(house->server);
}

static void house_close(House *house)
{
    client_free(house->client);
    http_server_stop(house->server);
}

static json_t *sign_in(Client *client, const char *email)
{
    g_autofree char *body =
        g_strdup_printf("{\"email\":\"%s\",\"password\":\"%s\",\"timeZone\":\"Europe/Berlin\"}", email, PASSWORD);
    return ask(client, "POST", "/sign-in", body);
}

static void sign_in_says_who_one_is_until_one_signs_out(void **state)
{
    House house;
    house_open(&house, state, ROLE_LEARNER | ROLE_ADMIN);
    assert_int_equal(status_of(house.client, "GET", "/me", NULL), 401);
    g_autoptr(json_t) signed_in = sign_in(house.client, "anna@example.org");
    assert_int_equal(house.client->status, 200);
    g_autoptr(json_t) me = ask(house.client, "GET", "/me", NULL);
    assert_int_equal(house.client->status, 200);
    assert_true(json_equal(me, signed_in));
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, house.anna.id);
    assert_string_equal(text_at(me, "id"), id);
    assert_string_equal(text_at(me, "name"), "Anna");
    assert_string_equal(text_at(me, "timeZone"), "Europe/Berlin");
    assert_string_equal(text_at(json_object_get(me, "organisation"), "name"), "Acme");
    assert_string_equal(text_at(json_object_get(me, "team"), "name"), "North");
    assert_int_equal(json_integer_value(json_object_get(me, "sessionMinutes")), 5);
    assert_string_equal(text_at(me, "challenge"), "as-it-is");
    assert_true(json_is_true(json_object_get(me, "hasPassword")));
    assert_int_equal(json_array_size(json_object_get(me, "roles")), 2);
    assert_int_equal(status_of(house.client, "POST", "/sign-out", NULL), 204);
    assert_int_equal(status_of(house.client, "GET", "/me", NULL), 401);
    house_close(&house);
}

static void wrong_sign_ins_get_their_status(void **state)
{
    House house;
    house_open(&house, state, ROLE_LEARNER);
    static const char wrong[] = "{\"email\":\"anna@example.org\",\"password\":\"wrong\"}";
    assert_int_equal(status_of(house.client, "POST", "/sign-in", "{\"email\":\"anna@example.org\"}"), 400);
    assert_int_equal(
        status_of(house.client, "POST", "/sign-in", "{\"email\":\"a@b\",\"password\":\"x\",\"timeZone\":\"Nowhere\"}"),
        400);
    assert_int_equal(status_of(house.client, "POST", "/sign-in/token", "{\"token\":\"never-given\"}"), 401);
    for (int n = 0; n < 5; n++)
        assert_int_equal(status_of(house.client, "POST", "/sign-in", wrong), 401);
    assert_int_equal(status_of(house.client, "POST", "/sign-in", wrong), 429);
    assert_int_equal(status_of(house.client, "POST", "/sign-in/link", "{\"email\":\"anna@example.org\"}"), 202);
    assert_int_equal(status_of(house.client, "POST", "/sign-in/link", "{\"email\":\"nobody@example.org\"}"), 202);
    g_autofree char *token = people_link_new(house.app->db, house.anna.id, 1, 60, NULL);
    g_autofree char *body = g_strdup_printf("{\"token\":\"%s\"}", token);
    assert_int_equal(status_of(house.client, "POST", "/sign-in/token", body), 200);
    assert_int_equal(status_of(house.client, "GET", "/me", NULL), 200);
    house_close(&house);
}

static void changes_of_oneself_stay(void **state)
{
    House house;
    house_open(&house, state, ROLE_LEARNER);
    json_decref(sign_in(house.client, "anna@example.org"));
    g_autoptr(json_t) me = ask(house.client, "PATCH", "/me",
                               "{\"name\":\"\u00c4nne\",\"sessionMinutes\":10,"
                               "\"challenge\":\"easier\"}");
    assert_int_equal(house.client->status, 200);
    assert_string_equal(text_at(me, "name"), "\u00c4nne");
    assert_string_equal(text_at(me, "timeZone"), "Europe/Berlin");
    assert_int_equal(json_integer_value(json_object_get(me, "sessionMinutes")), 10);
    assert_string_equal(text_at(me, "challenge"), "easier");
    assert_int_equal(status_of(house.client, "PATCH", "/me", "{\"sessionMinutes\":1}"), 400);
    assert_int_equal(status_of(house.client, "PATCH", "/me", "{\"challenge\":\"hardest\"}"), 400);
    assert_int_equal(status_of(house.client, "PATCH", "/me", "{\"roles\":[\"admin\"]}"), 400);
    assert_int_equal(status_of(house.client, "PATCH", "/me", "{\"timeZone\":\"/etc/passwd\"}"), 400);
    assert_int_equal(status_of(house.client, "POST", "/me/password", "{\"password\":\"a new password\"}"), 400);
    assert_int_equal(status_of(house.client, "POST", "/me/password",
                               "{\"password\":\"a new password\",\"current\":\"" PASSWORD "\"}"),
                     204);
    assert_int_equal(status_of(house.client, "GET", "/people", NULL), 403);
    assert_int_equal(status_of(house.client, "GET", "/team", NULL), 403);
    house_close(&house);
}

static void sign_in_elsewhere_is_seen_and_ended(void **state)
{
    House house;
    house_open(&house, state, ROLE_LEARNER);
    Client *other = client_new(house.server);
    json_decref(sign_in(house.client, "anna@example.org"));
    json_decref(sign_in(other, "anna@example.org"));
    g_autoptr(json_t) reply = ask(house.client, "GET", "/sign-ins", NULL);
    json_t *list = json_object_get(reply, "signIns"), *row;
    assert_int_equal(json_array_size(list), 2);
    size_t i;
    json_array_foreach(list, i, row) {
        if (json_is_true(json_object_get(row, "current")))
            continue;
        g_autofree char *path = g_strdup_printf("/sign-ins/%s", text_at(row, "id"));
        assert_int_equal(status_of(house.client, "DELETE", path, NULL), 204);
        assert_int_equal(status_of(house.client, "DELETE", path, NULL), 404);
    }
    assert_int_equal(status_of(other, "GET", "/me", NULL), 401);
    assert_int_equal(status_of(house.client, "GET", "/me", NULL), 200);
    client_free(other);
    house_close(&house);
}

static void admin_looks_after_people(void **state)
{
    House house;
    house_open(&house, state, ROLE_ADMIN);
    Client *client = house.client;
    json_decref(sign_in(client, "anna@example.org"));
    static const char ben[] =
        "{\"email\":\"Ben@example.org\",\"name\":\"Ben\",\"roles\":[\"learner\",\"coach\"],\"team\":\"South\"}";
    g_autoptr(json_t) added = ask(client, "POST", "/people", ben);
    assert_int_equal(client->status, 201);
    assert_string_equal(text_at(added, "email"), "ben@example.org");
    assert_string_equal(text_at(json_object_get(added, "team"), "name"), "South");
    assert_int_equal(status_of(client, "POST", "/people", ben), 409);
    assert_int_equal(status_of(client, "POST", "/people", "{\"email\":\"c@b\",\"name\":\"C\",\"roles\":[]}"), 400);
    assert_int_equal(status_of(client, "POST", "/people", "{\"email\":\"c@b\",\"name\":\"C\",\"roles\":[\"king\"]}"),
                     400);

    g_autofree char *path = g_strdup_printf("/people/%s", text_at(added, "id"));
    g_autoptr(json_t) changed = ask(client, "PATCH", path, "{\"team\":null,\"roles\":[\"author\"]}");
    assert_int_equal(client->status, 200);
    assert_true(json_is_null(json_object_get(changed, "team")));
    assert_string_equal(json_string_value(json_array_get(json_object_get(changed, "roles"), 0)), "author");
    assert_string_equal(text_at(changed, "name"), "Ben");
    g_autoptr(json_t) disabled = ask(client, "PATCH", path, "{\"disabled\":true,\"team\":\"West\"}");
    assert_true(json_is_string(json_object_get(disabled, "disabledAt")));
    assert_string_equal(text_at(json_object_get(disabled, "team"), "name"), "West");
    g_autoptr(json_t) enabled = ask(client, "PATCH", path, "{\"disabled\":false}");
    assert_true(json_is_null(json_object_get(enabled, "disabledAt")));
    g_autofree char *sign_ins = g_strconcat(path, "/sign-ins", NULL);
    assert_int_equal(status_of(client, "DELETE", sign_ins, NULL), 204);

    g_autofree char *self = g_strdup_printf("/people/%" G_GINT64_FORMAT, house.anna.id);
    assert_int_equal(status_of(client, "PATCH", self, "{\"roles\":[\"learner\"]}"), 409);
    assert_int_equal(status_of(client, "PATCH", self, "{\"disabled\":true}"), 409);

    g_autoptr(json_t) first = ask(client, "GET", "/people?limit=1", NULL);
    assert_int_equal(json_array_size(json_object_get(first, "people")), 1);
    g_autofree char *more = g_strdup_printf("/people?limit=1&after=%s", text_at(first, "next"));
    g_autoptr(json_t) second = ask(client, "GET", more, NULL);
    assert_string_equal(text_at(json_array_get(json_object_get(second, "people"), 0), "name"), "Ben");
    assert_true(json_is_null(json_object_get(second, "next")));
    assert_int_equal(
        number_of(house.app,
                  "SELECT COUNT(*) FROM audit WHERE action LIKE 'person.%' AND action <> 'person.signed-in'"),
        5);
    house_close(&house);
}

static void foreign_ids_are_not_found_and_nothing_is_made(void **state)
{
    House house;
    house_open(&house, state, ROLE_ADMIN);
    Somebody eve = { .organisation = "Other", .email = "eve@example.org", .name = "Eve" };
    add_somebody(house.app, &eve);
    json_decref(sign_in(house.client, "anna@example.org"));
    g_autofree char *path = g_strdup_printf("/people/%" G_GINT64_FORMAT, eve.id);
    g_autofree char *sign_ins = g_strconcat(path, "/sign-ins", NULL);
    assert_int_equal(status_of(house.client, "PATCH", path, "{\"name\":\"Gone\",\"team\":\"Made up\"}"), 404);
    assert_int_equal(status_of(house.client, "DELETE", sign_ins, NULL), 404);
    assert_int_equal(status_of(house.client, "DELETE", "/sign-ins/12345", NULL), 404);
    assert_int_equal(number_of(house.app, "SELECT COUNT(*) FROM team"), 1);
    assert_int_equal(number_of(house.app, "SELECT COUNT(*) FROM person WHERE name = 'Gone'"), 0);
    house_close(&house);
}

static gboolean make_coach(DbTx *tx, gpointer data, GError **error)
{
    const Somebody *anna = data;
    return people_team_coach(tx, anna->organisation_id, anna->team_id, anna->id, error);
}

static void coach_sees_their_teams(void **state)
{
    House house;
    house_open(&house, state, ROLE_COACH);
    json_decref(sign_in(house.client, "anna@example.org"));
    g_autoptr(json_t) none = ask(house.client, "GET", "/team", NULL);
    assert_int_equal(json_array_size(json_object_get(none, "teams")), 0);
    must_write(house.app, make_coach, &house.anna);
    g_autoptr(json_t) reply = ask(house.client, "GET", "/team", NULL);
    json_t *team = json_array_get(json_object_get(reply, "teams"), 0);
    assert_string_equal(text_at(team, "name"), "North");
    json_t *person = json_array_get(json_object_get(team, "people"), 0);
    assert_string_equal(text_at(person, "name"), "Anna");
    assert_true(json_is_null(json_object_get(person, "practisedAt")));
    assert_int_equal(json_integer_value(json_object_get(person, "due")), 0);
    house_close(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(sign_in_says_who_one_is_until_one_signs_out),
        ON_BOTH(wrong_sign_ins_get_their_status),
        ON_BOTH(changes_of_oneself_stay),
        ON_BOTH(sign_in_elsewhere_is_seen_and_ended),
        ON_BOTH(admin_looks_after_people),
        ON_BOTH(foreign_ids_are_not_found_and_nothing_is_made),
        ON_BOTH(coach_sees_their_teams),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
