/* The HTTP routes of one's own account: signing in and out, settings, signed-in browsers; and a coach's teams. Knows
 * JSON; hides the rules. */
#include "feature/people/people.h"

#include "feature/people/people_db.h"
#include "feature/people/sign_in.h"
#include "feature/people/sign_in_db.h"
#include "feature/people/sign_in_link.h"
#include "platform/error.h"

enum { EMAIL_LONGEST = 254, NAME_LONGEST = 100, ZONE_LONGEST = 64, TOKEN_LONGEST = 100, LIST_MOST = 1000 };
static const gint64 WEEK = 7 * CLOCK_DAY;

static const char *const role_names[] = { "learner", "coach", "author", "admin", NULL };

/* --- replies */

static const HttpField named_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "Its id." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "Its name." },
    { 0 },
};

static const HttpField me_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "Your id." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "Your name." },
    { "email", FIELD_TEXT, HTTP_REQUIRED, .about = "Your e-mail address, with which you sign in." },
    { "roles", FIELD_TEXT, HTTP_REQUIRED | HTTP_LIST, .values = role_names, .about = "What you may do." },
    { "organisation", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_reply, .about = "The organisation you belong to." },
    { "team", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = named_reply, .about = "Your team, or null." },
    { "timeZone", FIELD_TEXT, HTTP_REQUIRED, .about = "The IANA time zone in which your days begin." },
    { "sessionMinutes", FIELD_INTEGER, HTTP_REQUIRED, .about = "How long a session is planned to be." },
    { "challenge", FIELD_TEXT, HTTP_REQUIRED, .values = people_challenge_names,
      .about = "How hard you wish exercises to be." },
    { "csrfToken", FIELD_TEXT, HTTP_REQUIRED,
      .about = "What the X-CSRF-Token header says in requests that change something." },
    { "hasPassword", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether you can sign in with a password." },
    { 0 },
};

static const HttpField nothing_reply[] = { { 0 } };

static const HttpField sign_in_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The sign-in's id." },
    { "userAgent", FIELD_TEXT, HTTP_REQUIRED | HTTP_NULLABLE, .about = "What the browser called itself." },
    { "createdAt", FIELD_TIME, HTTP_REQUIRED, .about = "When you signed in." },
    { "seenAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it was last used, to the hour." },
    { "current", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether it is the one that asks." },
    { 0 },
};

static const HttpField sign_ins_reply[] = {
    { "signIns", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = sign_in_reply,
      .about = "Where you are signed in, used last first." },
    { 0 },
};

static const HttpField member_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The person's id." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "The person's name." },
    { "practisedAt", FIELD_TIME, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "When they last answered something, or null." },
    { "attemptsThisWeek", FIELD_INTEGER, HTTP_REQUIRED, .about = "How much they answered in the last seven days." },
    { "due", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many concepts are due for them now." },
    { "sureAndWrong", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many concepts they were sure about and wrong." },
    { 0 },
};

static const HttpField team_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The team's id." },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "The team's name." },
    { "people", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = LIST_MOST, .fields = member_reply,
      .about = "Its people, by name." },
    { 0 },
};

static const HttpField teams_reply[] = {
    { "teams", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = LIST_MOST, .fields = team_reply,
      .about = "The teams you coach, by name." },
    { 0 },
};

static json_t *named_json(gint64 id, const char *name)
{
    return id ? json_pack("{s:o, s:s}", "id", http_json_id(id), "name", name) : json_null();
}

static json_t *me_json(const Person *person, const char *csrf)
{
    return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:s, s:i, s:s, s:s, s:b}", "id", http_json_id(person->id), "name",
                     person->name, "email", person->email, "roles", people_roles_to_json(person->roles), "organisation",
                     named_json(person->organisation_id, person->organisation_name), "team",
                     named_json(person->team_id, person->team_name), "timeZone", person->time_zone, "sessionMinutes",
                     person->session_minutes, "challenge", people_challenge_name(person->challenge), "csrfToken", csrf,
                     "hasPassword", person->has_password);
}

/* --- signing in and out */

static const HttpField password_body[] = {
    { "email", FIELD_TEXT, HTTP_REQUIRED, 1, EMAIL_LONGEST, .about = "The e-mail address." },
    { "password", FIELD_TEXT, HTTP_REQUIRED, 1, PEOPLE_PASSWORD_LONGEST, .about = "The password." },
    { "timeZone", FIELD_TEXT, HTTP_NULLABLE, 1, ZONE_LONGEST, .about = "The browser's IANA time zone." },
    { 0 },
};

static const HttpField link_body[] = {
    { "email", FIELD_TEXT, HTTP_REQUIRED, 1, EMAIL_LONGEST, .about = "The e-mail address." },
    { 0 },
};

static const HttpField token_body[] = {
    { "token", FIELD_TEXT, HTTP_REQUIRED, 1, TOKEN_LONGEST, .about = "What follows the # in the link." },
    { "timeZone", FIELD_TEXT, HTTP_NULLABLE, 1, ZONE_LONGEST, .about = "The browser's IANA time zone." },
    { 0 },
};

static Browser browser_of(const HttpRequest *request)
{
    return (Browser){
        .time_zone = http_body_text(request, "timeZone"),
        .user_agent = request->user_agent,
        .old_cookie = http_cookie(request, HTTP_SIGN_IN_COOKIE),
    };
}

static void set_cookie(HttpReply *reply, const HttpRequest *request, const char *cookie)
{
    http_reply_cookie(reply, request, HTTP_SIGN_IN_COOKIE, cookie, sign_in_lasts(request->app));
}

static HttpReply *signed_in(const HttpRequest *request, const SignIn *sign_in)
{
    HttpReply *reply = http_reply_json(me_json(sign_in->person, sign_in->csrf));
    set_cookie(reply, request, sign_in->cookie);
    return reply;
}

static HttpReply *post_sign_in(const HttpRequest *request, GError **error)
{
    Browser browser = browser_of(request);
    g_autoptr(SignIn) sign_in = sign_in_by_password(request->app, http_body_text(request, "email"),
                                                    http_body_text(request, "password"), &browser, error);
    return sign_in ? signed_in(request, sign_in) : NULL;
}

static HttpReply *post_link(const HttpRequest *request, GError **error)
{
    if (!sign_in_link_ask(request->app, http_body_text(request, "email"), error))
        return NULL;
    return http_reply_json_status(202, json_object());
}

static HttpReply *post_token(const HttpRequest *request, GError **error)
{
    Browser browser = browser_of(request);
    g_autoptr(SignIn) sign_in = sign_in_by_link(request->app, http_body_text(request, "token"), &browser, error);
    return sign_in ? signed_in(request, sign_in) : NULL;
}

/* What the functions below are handed inside their transactions. */
typedef struct {
    const HttpRequest *request;
    gint64 id;       /* of what is meant */
    Person *person;  /* found */
    GPtrArray *list; /* found */
} Work;

static gboolean end_sign_in(DbTx *tx, gpointer data, GError **error)
{
    const Work *work = data;
    const HttpIdentity *who = &work->request->who;
    gint64 changed;
    if (!sign_in_db_end(tx, who->organisation_id, who->person_id, work->id, &changed, error))
        return FALSE;
    if (changed == 0) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such sign-in.");
        return FALSE;
    }
    return people_audit(tx, who->organisation_id, who->person_id, "person.signed-out", work->id, NULL, error);
}

static HttpReply *post_sign_out(const HttpRequest *request, GError **error)
{
    Work work = { .request = request, .id = request->who.sign_in_id };
    g_autoptr(GError) failure = NULL;
    if (!db_write(request->app->db, end_sign_in, &work, &failure) &&
        !g_error_matches(failure, WHET_ERROR, WHET_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    HttpReply *reply = http_reply_empty();
    http_reply_cookie(reply, request, HTTP_SIGN_IN_COOKIE, "", 0);
    return reply;
}

/* --- me */

static const HttpField me_body[] = {
    { "name", FIELD_TEXT, HTTP_NULLABLE, 1, NAME_LONGEST, .about = "Your name." },
    { "timeZone", FIELD_TEXT, HTTP_NULLABLE, 1, ZONE_LONGEST, .about = "Your IANA time zone." },
    { "sessionMinutes", FIELD_INTEGER, HTTP_NULLABLE, 2, 20, .about = "How long a session is planned to be." },
    { "challenge", FIELD_TEXT, HTTP_NULLABLE, .values = people_challenge_names,
      .about = "How hard you wish exercises to be: harder is less often right." },
    { 0 },
};

static const HttpField new_password_body[] = {
    { "password", FIELD_TEXT, HTTP_REQUIRED, PEOPLE_PASSWORD_SHORTEST, PEOPLE_PASSWORD_LONGEST,
      .about = "The new password." },
    { "current", FIELD_TEXT, HTTP_NULLABLE, 1, PEOPLE_PASSWORD_LONGEST,
      .about = "The present one; needed when you have one." },
    { 0 },
};

static gboolean load_me(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpIdentity *who = &work->request->who;
    g_clear_pointer(&work->person, person_free);
    work->person = people_find(tx, who->organisation_id, who->person_id, error);
    return work->person != NULL;
}

static HttpReply *reply_me(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    gboolean loaded = db_read(request->app->db, load_me, &work, error);
    g_autoptr(Person) person = work.person;
    return loaded ? http_reply_json(me_json(person, request->who.csrf)) : NULL;
}

static HttpReply *get_me(const HttpRequest *request, GError **error)
{
    g_autofree char *renewed = NULL;
    if (!sign_in_renew(request->app, http_cookie(request, HTTP_SIGN_IN_COOKIE), &renewed, error))
        return NULL;
    HttpReply *reply = reply_me(request, error);
    if (reply && renewed)
        set_cookie(reply, request, renewed);
    return reply;
}

static gboolean change_me(DbTx *tx, gpointer data, GError **error)
{
    const HttpRequest *request = ((const Work *)data)->request;
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.name = http_body_text(request, "name");
    change.time_zone = http_body_text(request, "timeZone");
    change.session_minutes = (int)http_body_integer(request, "sessionMinutes", -1);
    change.challenge = http_body_text(request, "challenge");
    return people_change(tx, request->who.person_id, request->who.organisation_id, request->who.person_id, &change,
                         error);
}

static HttpReply *patch_me(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    return db_write(request->app->db, change_me, &work, error) ? reply_me(request, error) : NULL;
}

static HttpReply *post_password(const HttpRequest *request, GError **error)
{
    if (!sign_in_set_password(request->app, &request->who, http_body_text(request, "current"),
                              http_body_text(request, "password"), error))
        return NULL;
    return http_reply_empty();
}

/* --- signed-in browsers */

static gboolean list_sign_ins(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpIdentity *who = &work->request->who;
    g_clear_pointer(&work->list, g_ptr_array_unref);
    work->list = sign_in_db_of_person(tx, who->organisation_id, who->person_id, clock_now(), error);
    return work->list != NULL;
}

static HttpReply *get_sign_ins(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    gboolean listed = db_read(request->app->db, list_sign_ins, &work, error);
    g_autoptr(GPtrArray) list = work.list;
    if (!listed)
        return NULL;
    json_t *rows = json_array();
    for (guint i = 0; i < list->len; i++) {
        const SignInRow *row = g_ptr_array_index(list, i);
        json_array_append_new(rows,
                              json_pack("{s:o, s:s?, s:o, s:o, s:b}", "id", http_json_id(row->id), "userAgent",
                                        row->user_agent, "createdAt", http_json_time(row->created_at), "seenAt",
                                        http_json_time(row->seen_at), "current", row->id == request->who.sign_in_id));
    }
    return http_reply_json(json_pack("{s:o}", "signIns", rows));
}

static HttpReply *delete_sign_in(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    if (!http_path_id(request, "id", &work.id, error) || !db_write(request->app->db, end_sign_in, &work, error))
        return NULL;
    return http_reply_empty();
}

/* --- a coach's teams */

static gboolean list_members(DbTx *tx, gpointer data, GError **error)
{
    Work *work = data;
    const HttpIdentity *who = &work->request->who;
    gint64 now = clock_now();
    g_clear_pointer(&work->list, g_ptr_array_unref);
    work->list = people_db_team_members(tx, who->organisation_id, who->person_id, now, now - WEEK, error);
    return work->list != NULL;
}

static json_t *member_json(const TeamMember *member)
{
    return json_pack("{s:o, s:s, s:o, s:I, s:I, s:I}", "id", http_json_id(member->person_id), "name", member->name,
                     "practisedAt", http_json_time(member->practised_at), "attemptsThisWeek",
                     (json_int_t)member->attempts, "due", (json_int_t)member->due, "sureAndWrong",
                     (json_int_t)member->sure_and_wrong);
}

/* The rows come in order of team. */
static json_t *teams_json(const GPtrArray *members)
{
    json_t *teams = json_array(), *people = NULL;
    gint64 team_id = 0;
    for (guint i = 0; i < members->len; i++) {
        const TeamMember *member = g_ptr_array_index(members, i);
        if (member->team_id != team_id) {
            team_id = member->team_id;
            people = json_array();
            json_array_append_new(teams, json_pack("{s:o, s:s, s:o}", "id", http_json_id(team_id), "name",
                                                   member->team_name, "people", people));
        }
        if (member->person_id)
            json_array_append_new(people, member_json(member));
    }
    return teams;
}

static HttpReply *get_team(const HttpRequest *request, GError **error)
{
    Work work = { .request = request };
    gboolean listed = db_read(request->app->db, list_members, &work, error);
    g_autoptr(GPtrArray) list = work.list;
    return listed ? http_reply_json(json_pack("{s:o}", "teams", teams_json(list))) : NULL;
}

const HttpRoute people_routes[] = {
    { HTTP_POST, "/api/v1/sign-in", post_sign_in, ROLE_ANYONE, RATE_SIGN_IN,
      "Sign in with a password. Sets the cookie, and ends the sign-in that the browser had", .body = password_body,
      .reply = me_reply },
    { HTTP_POST, "/api/v1/sign-in/link", post_link, ROLE_ANYONE, RATE_SIGN_IN,
      "Ask for a sign-in link by e-mail. If there is such an account, one is on its way", .body = link_body,
      .reply = nothing_reply, .status = 202 },
    { HTTP_POST, "/api/v1/sign-in/token", post_token, ROLE_ANYONE, RATE_SIGN_IN,
      "Sign in with the token of a link. Sets the cookie, and ends the sign-in that the browser had",
      .body = token_body, .reply = me_reply },
    { HTTP_POST, "/api/v1/sign-out", post_sign_out, ROLE_PERSON, RATE_WRITE, "Sign out in this browser" },
    { HTTP_GET, "/api/v1/me", get_me, ROLE_PERSON, RATE_READ, "Who is signed in", .reply = me_reply },
    { HTTP_PATCH, "/api/v1/me", patch_me, ROLE_PERSON, RATE_WRITE, "Change your name, time zone or length of a session",
      .body = me_body, .reply = me_reply },
    { HTTP_POST, "/api/v1/me/password", post_password, ROLE_PERSON, RATE_SIGN_IN,
      "Set your password. Ends your sign-ins in other browsers", .body = new_password_body },
    { HTTP_GET, "/api/v1/sign-ins", get_sign_ins, ROLE_PERSON, RATE_READ, "Where you are signed in",
      .reply = sign_ins_reply },
    { HTTP_DELETE, "/api/v1/sign-ins/{id}", delete_sign_in, ROLE_PERSON, RATE_WRITE,
      "Sign out in one of your browsers" },
    { HTTP_GET, "/api/v1/team", get_team, ROLE_COACH, RATE_READ,
      "The people of the teams you coach, and how their practice goes", .reply = teams_reply },
    { 0 },
};
