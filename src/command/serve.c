/* whet serve: puts the features' routes and jobs together and runs the server until it is told to stop. */
#include "client.h"
#include "command/command.h"
#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/model_grading.h"
#include "feature/practice/practice.h"
#include "platform/error.h"
#include "platform/jobs/jobs.h"
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/resource.h>

static HttpReply *health(const HttpRequest *request, GError **error);
static HttpReply *openapi(const HttpRequest *request, GError **error);
static HttpReply *openapi_page(const HttpRequest *request, GError **error);

static const HttpField health_reply[] = {
    { "status", FIELD_TEXT, HTTP_REQUIRED, .about = "ok" },
    { "version", FIELD_TEXT, HTTP_REQUIRED, .about = "Of the program" },
    { "database", FIELD_TEXT, HTTP_REQUIRED, .about = "sqlite or postgresql" },
    { 0 },
};
static const HttpRoute server_routes[] = {
    { HTTP_GET, "/api/v1/health", health, ROLE_ANYONE, RATE_READ, "Whether the server and its database work",
      .reply = health_reply },
    { HTTP_GET, "/api/v1/openapi.json", openapi, ROLE_ANYONE, RATE_READ, "This interface as an OpenAPI 3.1 document" },
    { HTTP_GET, "/docs/api", openapi_page, ROLE_ANYONE, RATE_READ, "This interface as a page to read" },
    { 0 },
};

static const HttpRoute *const routes[] = {
    server_routes,   people_routes,  people_admin_routes, authoring_routes, item_routes,          practice_routes,
    progress_routes, library_routes, calibration_routes,  model_routes,     model_grading_routes, NULL,
};

static const JobHandler *const jobs_tables[] = { people_jobs, practice_jobs, NULL };

static gboolean touch(DbTx *tx, gpointer data, GError **error)
{
    return TRUE;
}

static HttpReply *health(const HttpRequest *request, GError **error)
{
    if (!db_read(request->app->db, touch, NULL, error))
        return NULL;
    return http_reply_json(
        json_pack("{s:s, s:s, s:s}", "status", "ok", "version", WHET_VERSION, "database", db_engine(request->app->db)));
}

static HttpReply *openapi(const HttpRequest *request, GError **error)
{
    return http_reply_json(http_openapi(routes, request->app->public_url));
}

static HttpReply *openapi_page(const HttpRequest *request, GError **error)
{
    char *page = http_openapi_page(routes);
    g_autoptr(GBytes) bytes = g_bytes_new_take(page, strlen(page));
    return http_reply_bytes(bytes, "text/html; charset=utf-8");
}

static gboolean stop(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_REMOVE;
}

static HttpServer *start(Workplace *workplace, GError **error)
{
    const Settings *settings = workplace->settings;
    const HttpOptions options = {
        .address = settings_text(settings, SETTING_ADDRESS),
        .port = (guint16)settings_number(settings, SETTING_PORT),
        .public_url = settings_text(settings, SETTING_PUBLIC_URL),
        .epoll_threads = (guint)settings_number(settings, SETTING_EPOLL_THREADS),
        .workers = (guint)settings_number(settings, SETTING_WORKERS),
        .connections = (guint)settings_number(settings, SETTING_CONNECTIONS),
        .idle_seconds = (guint)settings_number(settings, SETTING_IDLE_SECONDS),
        .rate_limits = settings_number(settings, SETTING_RATE_LIMITS),
        .behind_proxy = settings_number(settings, SETTING_BEHIND_PROXY),
        .app = &workplace->app,
        .authenticate = people_authenticate,
        .routes = routes,
        .file = client_file,
    };
    return http_server_start(&options, error);
}

/* Each connection is a file. The usual limit of 1024 is there for programs that use select(), which nothing here does:
 * without this, idle connections would leave no file for the database. */
static void allow_many_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        g_warning("no more than the usual number of files can be open: %s", g_strerror(errno));
}

int serve_until_stopped(Workplace *workplace, void (*ready)(Workplace *workplace, const char *url))
{
    GError *error = NULL;
    signal(SIGPIPE, SIG_IGN);
    allow_many_files();
    /* Known before the first request, but for port 0, which is for tests. */
    g_autofree char *asked =
        command_public_url(workplace->settings, (guint)settings_number(workplace->settings, SETTING_PORT));
    workplace->app.public_url = asked;
    g_autoptr(ModelGrader) model_grader = NULL;
    if (!model_grader_new(&workplace->app, &model_grader, &error))
        return command_fail(EXIT_FAILED, error);
    workplace->app.model_grader = model_grader;
    workplace->app.server = start(workplace, &error);
    if (!workplace->app.server)
        return command_fail(EXIT_FAILED, error);
    g_autofree char *url = command_public_url(workplace->settings, http_server_port(workplace->app.server));
    workplace->app.public_url = url;
    Jobs *jobs = jobs_start(workplace->app.db, jobs_tables, &workplace->app);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGINT, stop, loop);
    g_unix_signal_add(SIGTERM, stop, loop);
    if (ready)
        ready(workplace, url);
    g_main_loop_run(loop);
    g_info("stopping: finishing what runs");
    if (model_grader)
        model_grader_close(model_grader);    /* what it asked for publishes to the server too */
    http_server_stop(workplace->app.server); /* until it returns, handlers publish to it */
    workplace->app.server = NULL;
    workplace->app.model_grader = NULL;
    jobs_stop(jobs);
    return EXIT_DONE;
}

static void say_address(Workplace *workplace, const char *url)
{
    g_print("Whet serves %s (%s)\n", url, db_engine(workplace->app.db));
}

int command_serve(char **arguments)
{
    GError *error = NULL;
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, NULL, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("serve", "'%s' was not expected", words[0]);
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, WORKPLACE_ANY, g_steal_pointer(&settings), &error))
        return command_fail(EXIT_FAILED, error);
    workplace_load_words(&workplace);
    return serve_until_stopped(&workplace, say_address);
}
