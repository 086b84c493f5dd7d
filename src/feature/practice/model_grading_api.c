/* The routes with which an admin says whether answers may be sent to the server's language model. */
#include "feature/people/people.h"
#include "feature/practice/model_grading.h"
#include "feature/practice/model_grading_db.h"

static const HttpField permission_fields[] = {
    { "available", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether the server has a language model to ask" },
    { "allowed", FIELD_BOOLEAN, HTTP_REQUIRED,
      .about = "Whether your organisation lets open answers be sent to it, with their exercises and rubrics" },
    { 0 },
};
static const HttpField permission_body[] = {
    { "allowed", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "false: nothing is sent from now on" },
    { 0 },
};

typedef struct {
    const HttpRequest *request;
    gboolean allowed;
} Permission;

static gboolean permission_in(DbTx *tx, gpointer data, GError **error)
{
    Permission *permission = data;
    return model_grading_db_allowed(tx, permission->request->who.organisation_id, &permission->allowed, error);
}

static HttpReply *read_permission(const HttpRequest *request, GError **error)
{
    Permission permission = { .request = request };
    if (!db_read(request->app->db, permission_in, &permission, error))
        return NULL;
    return http_reply_json(
        json_pack("{s:b, s:b}", "available", request->app->model_grader != NULL, "allowed", permission.allowed));
}

static gboolean allow_in(DbTx *tx, gpointer data, GError **error)
{
    const Permission *permission = data;
    const HttpIdentity *who = &permission->request->who;
    const char *action = permission->allowed ? "model-grading.allowed" : "model-grading.forbidden";
    return model_grading_db_allow(tx, who->organisation_id, permission->allowed, error) &&
           people_audit(tx, who->organisation_id, who->person_id, action, 0, NULL, error);
}

static HttpReply *allow(const HttpRequest *request, GError **error)
{
    Permission permission = { .request = request, .allowed = http_body_boolean(request, "allowed", FALSE) };
    return db_write(request->app->db, allow_in, &permission, error) ? read_permission(request, error) : NULL;
}

const HttpRoute model_grading_routes[] = {
    { HTTP_GET, "/api/v1/organisation/model-grading", read_permission, ROLE_ADMIN, RATE_READ,
      "Whether a language model looks at your organisation's open answers", .reply = permission_fields },
    { HTTP_PATCH, "/api/v1/organisation/model-grading", allow, ROLE_ADMIN, RATE_WRITE,
      "Allow or forbid that open answers are sent to a language model", .body = permission_body,
      .reply = permission_fields },
    { 0 },
};
