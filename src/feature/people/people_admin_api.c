/* The HTTP routes with which an admin looks after the people of their organisation. */
#include "feature/people/people.h"

#include "platform/error.h"

enum { EMAIL_LONGEST = 254, NAME_LONGEST = 100, PAGE = 200, PAGE_MOST = 500 };

static const char *const role_names[] = { "learner", "coach", "author", "admin", NULL };

static const HttpField team_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The team's id." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "The team's name." },
    { 0 },
};

static const HttpField person_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The person's id." },
    { "email", FIELD_TEXT, HTTP_REQUIRED, .about = "Their e-mail address." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "Their name." },
    { "roles", FIELD_TEXT, HTTP_REQUIRED | HTTP_LIST, .values = role_names, .about = "What they may do." },
    { "team", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = team_reply, .about = "Their team, or null." },
    { "timeZone", FIELD_TEXT, HTTP_REQUIRED, .about = "Their IANA time zone." },
    { "hasPassword", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether they can sign in with a password." },
    { "disabledAt", FIELD_TIME, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "Since when they cannot sign in; null: they can." },
    { 0 },
};

static const HttpField people_reply[] = {
    { "people", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = PAGE_MOST, .fields = person_reply,
      .about = "In the order they were added." },
    { "next", FIELD_ID, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "What to ask for with `after` to get more; null: that was all." },
    { 0 },
};

static const HttpField people_query[] = {
    { "after", FIELD_ID, .about = "Only people added after this one." },
    { "limit", FIELD_INTEGER, 0, 1, PAGE_MOST, .about = "How many, at most (200)." },
    { 0 },
};

static const HttpField add_body[] = {
    { "email", FIELD_TEXT, HTTP_REQUIRED, 1, EMAIL_LONGEST, .about = "Their e-mail address." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, 1, NAME_LONGEST, .about = "Their name." },
    { "roles", FIELD_TEXT, HTTP_REQUIRED | HTTP_LIST, .most = 4, .values = role_names,
      .about = "What they may do; at least one." },
    { "team", FIELD_TEXT, HTTP_NULLABLE, 1, NAME_LONGEST,
      .about = "The name of their team, which is made when there is none." },
    { 0 },
};

static const HttpField change_body[] = {
    { "name", FIELD_TEXT, HTTP_NULLABLE, 1, NAME_LONGEST, .about = "Their name." },
    { "roles", FIELD_TEXT, HTTP_LIST | HTTP_NULLABLE, .most = 4, .values = role_names,
      .about = "What they may do; at least one." },
    { "team", FIELD_TEXT, HTTP_NULLABLE, 1, NAME_LONGEST,
      .about = "The name of their team, which is made when there is none; null: in none." },
    { "disabled", FIELD_BOOLEAN, HTTP_NULLABLE, .about = "True ends their sign-ins and lets them sign in no more." },
    { 0 },
};

static json_t *person_json(const Person *person)
{
    json_t *team = person->team_id
                       ? json_pack("{s:o, s:s}", "id", http_json_id(person->team_id), "name", person->team_name)
                       : json_null();
    return json_pack("{s:o, s:s, s:s, s:o, s:o, s:s, s:b, s:o}", "id", http_json_id(person->id), "email", person->email,
                     "name", person->name, "roles", people_roles_to_json(person->roles), "team", team, "timeZone",
                     person->time_zone, "hasPassword", person->has_password, "disabledAt",
                     http_json_time(person->disabled_at));
}

typedef struct {
    const HttpRequest *request;
    gint64 id, limit; /* who is meant; how many */
    Person *person;   /* as they are now */
    GPtrArray *list;
} Work;

static gboolean list_people(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    g_clear_pointer(&work->list, g_ptr_array_unref);
    /* One more than is shown tells whether there are more. */
    work->list = people_list(tx, work->request->who.organisation_id, work->id, work->limit + 1, error);
    return work->list != NULL;
}

static HttpReply *get_people(const HttpRequest *request, GError **error)
{
    Work work = { .request = request,
                  .id = http_query_integer(request, "after", 0),
                  .limit = http_query_integer(request, "limit", PAGE) };
    gboolean listed = db_read(request->app->db, list_people, &work, error);
    g_autoptr(GPtrArray) list = work.list;
    if (!listed)
        return NULL;
    json_t *people = json_array(), *next = json_null();
    for (guint i = 0; i < list->len && i < work.limit; i++)
        json_array_append_new(people, person_json(g_ptr_array_index(list, i)));
    if (list->len > work.limit)
        next = http_json_id(((const Person *)g_ptr_array_index(list, work.limit - 1))->id);
    return http_reply_json(json_pack("{s:o, s:o}", "people", people, "next", next));
}

/* Bits of a checked list of names; -1 when there is none. */
static gint64 roles_of(const HttpRequest *request)
{
    json_t *list = http_body_list(request, "roles"), *name;
    size_t i;
    if (!list)
        return -1;
    unsigned roles = 0;
    json_array_foreach(list, i, name) {
        unsigned role;
        if (people_roles_from_text(json_string_value(name), &role, NULL))
            roles |= role;
    }
    return roles;
}

/* The id of the team that the body names: 0 for null, -1 for nothing said, -2 on error. */
static gint64 team_of(DbTx *tx, const HttpRequest *request, GError **error)
{
    const json_t *team = json_object_get(request->body, "team");
    if (!team)
        return -1;
    if (json_is_null(team))
        return 0;
    gint64 id = people_team_ensure(tx, request->who.organisation_id, json_string_value(team), error);
    return id ? id : -2;
}

static gboolean find_person(DbTx *tx, Work *work, GError **error)
{
    g_clear_pointer(&work->person, person_free);
    work->person = people_find(tx, work->request->who.organisation_id, work->id, error);
    return work->person != NULL;
}

static gboolean add_person(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpRequest *request = work->request;
    gint64 team_id = team_of(tx, request, error);
    if (team_id == -2)
        return FALSE;
    PersonDraft draft = {
        .organisation_id = request->who.organisation_id,
        .team_id = MAX(team_id, 0),
        .email = http_body_text(request, "email"),
        .name = http_body_text(request, "name"),
        .roles = (unsigned)roles_of(request),
    };
    work->id = people_add(tx, &draft, error);
    if (!work->id)
        return FALSE;
    return people_audit(tx, request->who.organisation_id, request->who.person_id, "person.added", work->id, NULL,
                        error) &&
           find_person(tx, work, error);
}

static HttpReply *post_person(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    gboolean added = db_write(request->app->db, add_person, &work, error);
    g_autoptr(Person) person = work.person;
    return added ? http_reply_json_status(201, person_json(person)) : NULL;
}

static gboolean change_person(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpRequest *request = work->request;
    const HttpIdentity *who = &request->who;
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.name = http_body_text(request, "name");
    change.roles = roles_of(request);
    change.disabled = json_is_boolean(json_object_get(request->body, "disabled"))
                          ? http_body_boolean(request, "disabled", FALSE)
                          : -1;
    change.team_id = team_of(tx, request, error);
    return change.team_id != -2 && people_change(tx, who->person_id, who->organisation_id, work->id, &change, error) &&
           find_person(tx, work, error);
}

static HttpReply *patch_person(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    if (!http_path_id(request, "id", &work.id, error))
        return NULL;
    gboolean changed = db_write(request->app->db, change_person, &work, error);
    g_autoptr(Person) person = work.person;
    return changed ? http_reply_json(person_json(person)) : NULL;
}

static gboolean end_sign_ins(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpIdentity *who = &work->request->who;
    return find_person(tx, work, error) && people_sign_ins_end(tx, who->organisation_id, work->id, error) &&
           people_audit(tx, who->organisation_id, who->person_id, "person.signed-out-everywhere", work->id, NULL,
                        error);
}

static HttpReply *delete_sign_ins(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    if (!http_path_id(request, "id", &work.id, error))
        return NULL;
    gboolean ended = db_write(request->app->db, end_sign_ins, &work, error);
    g_autoptr(Person) person = work.person;
    return ended ? http_reply_empty() : NULL;
}

const HttpRoute people_admin_routes[] = {
    { HTTP_GET, "/api/v1/people", get_people, ROLE_ADMIN, RATE_READ, "The people of your organisation",
      .query = people_query, .reply = people_reply },
    { HTTP_POST, "/api/v1/people", post_person, ROLE_ADMIN, RATE_WRITE, "Add a person to your organisation",
      .body = add_body, .reply = person_reply, .status = 201 },
    { HTTP_PATCH, "/api/v1/people/{id}", patch_person, ROLE_ADMIN, RATE_WRITE,
      "Change what a person is called, may do and belongs to", .body = change_body, .reply = person_reply },
    { HTTP_DELETE, "/api/v1/people/{id}/sign-ins", delete_sign_ins, ROLE_ADMIN, RATE_WRITE,
      "Sign a person out everywhere" },
    { 0 },
};
