/* Problem documents (RFC 9457), the one shape of everything that goes wrong. Knows which WHET_ERROR is which status;
 * hides from the caller what went wrong inside. */
#include "platform/http/http_private.h"

/* What somebody should wait who is told to try again and whom no bucket told when, s. */
#define RETRY_SECONDS "5"

static const struct {
    int status;
    const char *title;
} titles[] = {
    { 201, "Created" },
    { 202, "Accepted" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 409, "Conflict" },
    { 413, "Content Too Large" },
    { 415, "Unsupported Media Type" },
    { 429, "Too Many Requests" },
    { 500, "Internal Server Error" },
    { 503, "Service Unavailable" },
};

const char *http_status_title(int status)
{
    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

static HttpReply *reply_of(int status, json_t *problem)
{
    HttpReply *reply = http_reply_json_status(status, problem);
    reply->content_type = "application/problem+json";
    return reply;
}

/* "about:blank" says that the status is all there is to know (RFC 9457, 4.2.1). */
static json_t *document(const char *type, int status, const char *detail, const char *request_id)
{
    json_t *problem = json_pack("{s:s, s:s, s:i}", "type", type, "title", http_status_title(status), "status", status);
    if (detail) {
        g_autofree char *valid = g_utf8_make_valid(detail, -1);
        json_object_set_new(problem, "detail", json_string(valid));
    }
    g_autofree char *instance = g_strconcat("urn:whet:request:", request_id, NULL);
    json_object_set_new(problem, "instance", json_string(instance));
    return problem;
}

HttpReply *http_problem(int status, const char *detail, const char *request_id)
{
    HttpReply *reply = reply_of(status, document("about:blank", status, detail, request_id));
    if (status == 503)
        http_reply_header(reply, "Retry-After", RETRY_SECONDS);
    return reply;
}

HttpReply *http_problem_fields(json_t *errors, const char *request_id)
{
    json_t *problem =
        document("urn:whet:problem:fields", 400, "Some of what was sent is not right; see errors.", request_id);
    json_object_set(problem, "errors", errors);
    return reply_of(400, problem);
}

HttpReply *http_reply_wrong(const HttpRequest *request, json_t *errors)
{
    HttpReply *reply = http_problem_fields(errors, request->id);
    json_decref(errors);
    return reply;
}

HttpReply *http_problem_too_many(guint seconds, const char *request_id)
{
    HttpReply *reply = http_problem(429, "Too many requests in a short time. Wait a moment and try again.", request_id);
    g_autofree char *text = g_strdup_printf("%u", seconds);
    http_reply_header(reply, "Retry-After", text);
    return reply;
}

static int status_of(const GError *error)
{
    if (error->domain != WHET_ERROR)
        return 500;
    switch ((WhetError)error->code) {
    case WHET_ERROR_INVALID:
        return 400;
    case WHET_ERROR_SIGN_IN:
        return 401;
    case WHET_ERROR_FORBIDDEN:
        return 403;
    case WHET_ERROR_NOT_FOUND:
        return 404;
    case WHET_ERROR_CONFLICT:
        return 409;
    case WHET_ERROR_TOO_LARGE:
        return 413;
    case WHET_ERROR_TOO_MANY:
        return 429;
    case WHET_ERROR_UNAVAILABLE:
        return 503;
    case WHET_ERROR_FAILED:
        break;
    }
    return 500;
}

/* What is said instead of a message that may name the database's host, user or file. */
static const char *inside_detail(int status)
{
    return status == 503
               ? "The server cannot do this right now. Try again in a moment."
               : "Something went wrong on our side. It is in the server's log under the number of this request.";
}

HttpReply *http_problem_error(const GError *error, const char *request_id)
{
    int status = status_of(error);
    const char *detail = status < 500 ? error->message : inside_detail(status);
    if (status >= 500)
        g_warning("request %s failed: %s", request_id, error->message);
    HttpReply *reply = http_problem(status, detail, request_id);
    if (status == 429)
        http_reply_header(reply, "Retry-After", RETRY_SECONDS);
    return reply;
}
