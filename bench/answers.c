/* A load of answers: keep-alive connections, each of which submits an answer, waits for the feedback and submits the
 * next, as a person of its own. Knows HTTP/1.1 as far as Whet speaks it; hides nothing. One thread that does little,
 * since it shares the machine's cores with the server it measures.
 *
 * People are lines "COOKIE CSRF"; answers are lines "choose FRAGMENT" or "recall FRAGMENT", where FRAGMENT is what an
 * answer's JSON object says of the exercise and the answer. Prints one JSON object; fails at the first reply that is
 * not 201. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

enum {
    REPLY_MOST = 128 * 1024, /* bytes */
    EVENTS_MOST = 256,
    CHOOSE_PERCENT = 70, /* of the answers; the rest are recalled */
};

static struct {
    int port, connections, seconds, warm_up;
    gboolean each_once;
    char *people, *answers;
} options = { .connections = 64, .seconds = 10, .warm_up = 2 };

static const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &options.port, "Of the server, on 127.0.0.1", "N" },
    { "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "At once", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "To measure for", "N" },
    { "warm-up", 0, 0, G_OPTION_ARG_INT, &options.warm_up, "Seconds before that", "N" },
    { "each-once", 0, 0, G_OPTION_ARG_NONE, &options.each_once,
      "Until every person has answered once, instead of for a time", NULL },
    { "people", 0, 0, G_OPTION_ARG_FILENAME, &options.people, "Lines COOKIE CSRF", "FILE" },
    { "answers", 0, 0, G_OPTION_ARG_FILENAME, &options.answers, "Lines KIND FRAGMENT", "FILE" },
    G_OPTION_ENTRY_NULL,
};

typedef struct {
    int socket;
    guint person;
    gint64 sent;  /* monotonic microseconds */
    gsize length; /* of the reply so far */
    char reply[REPLY_MOST];
} Connection;

typedef struct {
    int poll;
    char **people;
    guint n_people, next_person;
    GPtrArray *choose, *recall; /* fragments */
    guint64 sent, done;
    guint64 run; /* makes keys unique between runs */
    GRand *random;
    GString *request, *body;
    gint64 from, until; /* what is measured; G_MAXINT64 for no end */
    guint waiting;      /* connections that wait for a reply */
    GArray *latencies;
} Load;

static G_GNUC_NORETURN void give_up(const char *what, const char *detail)
{
    g_printerr("answers: %s: %s\n", what, detail);
    exit(1);
}

static const char *pick(Load *load)
{
    GPtrArray *kind = g_rand_int_range(load->random, 0, 100) < CHOOSE_PERCENT ? load->choose : load->recall;
    return kind->pdata[g_rand_int_range(load->random, 0, (gint32)kind->len)];
}

static void send_answer(Load *load, Connection *connection)
{
    static const char *const confidences[] = { "sure", "think-so", "guess" };
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    guint64 number = load->sent++;
    g_string_printf(load->body,
                    "{\"key\":\"bench-%016" G_GINT64_MODIFIER "x-%09" G_GINT64_MODIFIER
                    "u\",\"confidence\":\"%s\",\"seconds\":%u,\"answeredAt\":\"%s\",%s}",
                    load->run, number, confidences[number % 3], 5 + (guint)(number % 40), time, pick(load));
    g_auto(GStrv) person = g_strsplit(load->people[connection->person], " ", 2);
    g_string_printf(
        load->request,
        "POST /api/v1/attempts HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: whet_sign_in=%s\r\nX-CSRF-Token: %s\r\n"
        "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
        options.port, person[0], person[1], load->body->len, load->body->str);
    connection->length = 0;
    connection->sent = g_get_monotonic_time();
    if (send(connection->socket, load->request->str, load->request->len, MSG_NOSIGNAL) != (gssize)load->request->len)
        give_up("a request could not be sent", g_strerror(errno));
}

/* A connection goes on with the same person, or with the next who has not answered yet. FALSE when there is nothing
 * left to send. */
static gboolean send_next(Load *load, Connection *connection)
{
    if (options.each_once) {
        if (load->next_person == load->n_people)
            return FALSE;
        connection->person = load->next_person++;
    } else if (g_get_monotonic_time() >= load->until) {
        return FALSE;
    }
    send_answer(load, connection);
    return TRUE;
}

/* Whether all of the reply is there. */
static gboolean is_complete(const Connection *connection)
{
    static const char name[] = "\r\nContent-Length: ";
    const char *end = strstr(connection->reply, "\r\n\r\n");
    const char *length = end ? strcasestr(connection->reply, name) : NULL;
    if (end && (!length || length > end))
        give_up("a reply without a length", connection->reply);
    return end && connection->length >=
                      (gsize)(end + 4 - connection->reply) + g_ascii_strtoull(length + strlen(name), NULL, 10);
}

static void take_reply(Load *load, Connection *connection)
{
    gssize count =
        recv(connection->socket, connection->reply + connection->length, REPLY_MOST - 1 - connection->length, 0);
    if (count <= 0)
        give_up("a connection ended", count ? g_strerror(errno) : "closed by the server");
    connection->length += (gsize)count;
    connection->reply[connection->length] = '\0';
    if (!is_complete(connection))
        return;
    if (!g_str_has_prefix(connection->reply, "HTTP/1.1 201 "))
        give_up("a reply that is not 201", connection->reply);
    gint64 now = g_get_monotonic_time();
    load->done++;
    if (now >= load->from && now < load->until) {
        gint64 latency = now - connection->sent;
        g_array_append_val(load->latencies, latency);
    }
    if (!send_next(load, connection))
        load->waiting--;
}

static void connect_all(Load *load)
{
    const struct sockaddr_in address = { .sin_family = AF_INET,
                                         .sin_port = htons((guint16)options.port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int on = 1;
    for (int i = 0; i < options.connections; i++) {
        Connection *connection = g_new0(Connection, 1);
        connection->person = (guint)i % load->n_people;
        connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection->socket < 0 ||
            connect(connection->socket, (const struct sockaddr *)&address, sizeof address) != 0)
            give_up("no connection", g_strerror(errno));
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
        epoll_ctl(load->poll, EPOLL_CTL_ADD, connection->socket, &event);
        load->waiting += send_next(load, connection);
    }
}

static void run(Load *load)
{
    while (load->waiting > 0) {
        struct epoll_event events[EVENTS_MOST];
        int count = epoll_wait(load->poll, events, EVENTS_MOST, -1);
        for (int i = 0; i < count; i++)
            take_reply(load, events[i].data.ptr);
    }
}

static char **read_lines(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    if (!path || !g_file_get_contents(path, &text, NULL, &error))
        give_up("a file is missing", error ? error->message : "--people and --answers are needed");
    return g_strsplit(g_strchomp(text), "\n", -1);
}

static void read_answers(Load *load)
{
    g_auto(GStrv) lines = read_lines(options.answers);
    load->choose = g_ptr_array_new();
    load->recall = g_ptr_array_new();
    for (char **line = lines; *line; line++) {
        gboolean chosen = g_str_has_prefix(*line, "choose ");
        g_ptr_array_add(chosen ? load->choose : load->recall, g_strdup(strchr(*line, ' ') + 1));
    }
    if (!load->choose->len || !load->recall->len)
        give_up("there are too few answers", options.answers);
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error))
        give_up("wrong usage", error->message);
    Load load = {
        .poll = epoll_create1(EPOLL_CLOEXEC),
        .people = read_lines(options.people),
        .run = (guint64)g_get_real_time(),
        .random = g_rand_new_with_seed(1), /* every run sends the same */
        .request = g_string_new(NULL),
        .body = g_string_new(NULL),
        .latencies = measure_new(),
    };
    load.n_people = g_strv_length(load.people);
    read_answers(&load);
    gint64 begun = g_get_monotonic_time();
    load.from = options.each_once ? begun : begun + options.warm_up * G_USEC_PER_SEC;
    load.until = options.each_once ? G_MAXINT64 : load.from + options.seconds * G_USEC_PER_SEC;
    connect_all(&load);
    run(&load);
    double seconds = (double)(MIN(g_get_monotonic_time(), load.until) - load.from) / G_USEC_PER_SEC;
    g_print("{\"per_second\": %.1f, \"total\": %" G_GUINT64_FORMAT ", \"client_cpu_seconds\": %.2f, ",
            load.latencies->len / seconds, load.done, cpu_seconds());
    measure_print(load.latencies, "latency");
    g_print("}\n");
    return 0;
}
