/* Routes of the daily practice: today, sessions, attempts, events. */
#include "content/exercise_json.h"
#include "feature/authoring/authoring.h"
#include "feature/practice/feedback.h"
#include "feature/practice/grading.h"
#include "feature/practice/memory_json.h"
#include "feature/practice/relearn.h"
#include "feature/practice/session_json.h"
#include "platform/clock.h"

static const HttpField today_reply[] = {
    { "session", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = session_fields,
      .about = "An unfinished session to go on with" },
    { "due", FIELD_INTEGER, HTTP_REQUIRED, .about = "Concepts that are fading" },
    { "new", FIELD_INTEGER, HTTP_REQUIRED, .about = "Concepts not yet practised" },
    { "next", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = next_fields, .about = "What fades next" },
    { "practisedSecondsToday", FIELD_NUMBER, HTTP_REQUIRED, .about = "Time spent since 04:00" },
    { 0 },
};
static const HttpField session_body[] = {
    { "minutes", FIELD_INTEGER, 0, .min = 1, .max = 30, .about = "Time budget; the person's own when left out" },
    { "early", FIELD_BOOLEAN, 0, .about = "Practise though nothing is due" },
    { "conceptId", FIELD_ID, 0, .about = "Only this concept" },
    { 0 },
};
static const HttpField finish_body[] = {
    { "note", FIELD_TEXT, HTTP_NULLABLE, .min = 0, .max = 500, .about = "One sentence of the learner's own to keep" },
    { 0 },
};
static const HttpField attempt_body[] = {
    { "key", FIELD_TEXT, HTTP_REQUIRED, .min = 16, .max = 64,
      .about = "Idempotency key: the same again gives the same attempt" },
    { "exerciseId", FIELD_ID, HTTP_REQUIRED, .about = "What is answered" },
    { "sessionId", FIELD_ID, 0, .about = "In which session" },
    { "position", FIELD_INTEGER, 0, .min = 0, .max = 1000, .about = "At which place in it" },
    { "choices", FIELD_INTEGER, HTTP_LIST, .min = 0, .max = PACK_OPTIONS_MAX - 1, .most = PACK_OPTIONS_MAX,
      .about = "Kind choose: the options' indexes" },
    { "text", FIELD_TEXT, 0, .min = 1, .max = ANSWER_CHARACTERS_MAX, .about = "All other kinds: the answer" },
    { "confidence", FIELD_TEXT, HTTP_REQUIRED, .values = CONFIDENCE_VALUES, .about = "How sure the learner is" },
    { "seconds", FIELD_NUMBER, HTTP_REQUIRED, .min = 0, .max = 3600, .about = "Time spent on it" },
    { "answeredAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it was answered, by the client's clock" },
    { 0 },
};
static const HttpField attempts_query[] = {
    { "conceptId", FIELD_ID, 0, .about = "Only of this concept" },
    { "before", FIELD_ID, 0, .about = "Older than this attempt" },
    { "limit", FIELD_INTEGER, 0, .min = 1, .max = 100, .about = "How many; 20 when left out" },
    { 0 },
};
static const HttpField attempts_reply[] = {
    { "attempts", FIELD_ANY, HTTP_REQUIRED,
      .about = "List of feedback, each with its `exercise` and `concept`, newest first" },
    { "next", FIELD_ID, HTTP_REQUIRED | HTTP_NULLABLE, .about = "What to send as `before` for the next page" },
    { 0 },
};

/* A read that ends in JSON: what most of these routes are. */
typedef struct {
    const HttpRequest *request;
    gint64 id;
    Session *session;
    const Attempt *attempt;
    json_t *json;
} Reading;

static HttpReply *read_json(const HttpRequest *request, DbFunction function, Reading *reading, GError **error)
{
    reading->request = request;
    return db_read(request->app->db, function, reading, error) ? http_reply_json(reading->json) : NULL;
}

static double practised_today(DbTx *tx, const PracticeState *state, GError **error)
{
    gint64 today = clock_day(state->now, state->zone);
    g_autoptr(GArray) days = practice_db_days(tx, state->who, today, error);
    if (!days)
        return -1;
    return days->len ? g_array_index(days, PracticeDay, 0).seconds : 0;
}

static gboolean today_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpIdentity *who = &reading->request->who;
    g_auto(PracticeState) state = { 0 };
    if (!practice_state_load(&state, PRACTICE_DUE, reading->request->app, tx, who, error))
        return FALSE;
    int due = 0, fresh = 0;
    for (guint i = 0; i < state.memories->len; i++) {
        if (!practice_state_practises(&state, i))
            continue;
        fresh += !state.known[i] && practice_state_concept(&state, i)->graded;
        due += practice_state_due(&state, i);
    }
    double seconds = practised_today(tx, &state, error);
    gint64 open = seconds < 0 ? -1 : practice_db_open_session(tx, who, state.now - SESSION_OPEN_FOR, error);
    if (open < 0)
        return FALSE;
    json_t *session_json = json_null();
    if (open) {
        g_autoptr(Session) session = practice_db_session(tx, who, open, error);
        session_json = session ? session_to_json(reading->request->app, tx, who, session, error) : NULL;
        if (!session_json)
            return FALSE;
    }
    reading->json = json_pack("{s:o, s:i, s:i, s:o, s:f}", "session", session_json, "due", due, "new", fresh, "next",
                              next_to_json(&state), "practisedSecondsToday", seconds);
    return TRUE;
}

static HttpReply *today(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    return read_json(request, today_in, &reading, error);
}

static gboolean session_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    reading->json = session_to_json(reading->request->app, tx, &reading->request->who, reading->session, error);
    return reading->json != NULL;
}

static HttpReply *begin(const HttpRequest *request, GError **error)
{
    const SessionWish wish = {
        .minutes = (int)http_body_integer(request, "minutes", 0),
        .early = http_body_boolean(request, "early", FALSE),
        .concept_id = http_body_integer(request, "conceptId", 0),
        .kind = "daily",
    };
    gboolean resumed;
    g_autoptr(Session) session = session_begin(request->app, &request->who, &wish, &resumed, error);
    Reading reading = { .request = request, .session = session };
    if (!session || !db_read(request->app->db, session_in, &reading, error))
        return NULL;
    return http_reply_json_status(resumed ? 200 : 201, reading.json);
}

static gboolean find_session_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    g_autoptr(Session) session = practice_db_session(tx, &reading->request->who, reading->id, error);
    reading->json = session ? session_to_json(reading->request->app, tx, &reading->request->who, session, error) : NULL;
    return reading->json != NULL;
}

static HttpReply *find_session(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    return http_path_id(request, "id", &reading.id, error) ? read_json(request, find_session_in, &reading, error)
                                                           : NULL;
}

static gboolean summary_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    reading->json = session_summary(reading->request->app, tx, &reading->request->who, reading->id, error);
    return reading->json != NULL;
}

static HttpReply *summary(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    return http_path_id(request, "id", &reading.id, error) ? read_json(request, summary_in, &reading, error) : NULL;
}

static HttpReply *finish(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    const char *note = http_body_text(request, "note");
    if (!http_path_id(request, "id", &reading.id, error) ||
        !session_finish(request->app, &request->who, reading.id, note && *note ? note : NULL, error))
        return NULL;
    json_t *data = json_pack("{s:o}", "id", http_json_id(reading.id));
    http_stream_publish(request->app->server, request->who.person_id, "session", data);
    json_decref(data);
    return read_json(request, summary_in, &reading, error);
}

static Confidence confidence_parse(const char *text)
{
    Confidence confidence = CONFIDENCE_SURE;
    while (confidence > CONFIDENCE_GUESS && !g_str_equal(text, confidence_names[confidence]))
        confidence--;
    return confidence;
}

static AttemptInput attempt_input(const HttpRequest *request)
{
    gint64 session_id = http_body_integer(request, "sessionId", 0);
    return (AttemptInput){
        .key = http_body_text(request, "key"),
        .exercise_id = http_body_integer(request, "exerciseId", 0),
        .session_id = session_id,
        .position = session_id ? (int)http_body_integer(request, "position", -1) : -1,
        .choices = http_body_list(request, "choices"),
        .text = http_body_text(request, "text"),
        .confidence = confidence_parse(http_body_text(request, "confidence")),
        .seconds = http_body_number(request, "seconds", 0),
        .answered_at = http_body_integer(request, "answeredAt", 0),
    };
}

static gboolean added_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    reading->json = session_added_json(reading->request->app, tx, &reading->request->who, reading->attempt, error);
    return reading->json != NULL;
}

static HttpReply *answer(const HttpRequest *request, GError **error)
{
    const AttemptInput input = attempt_input(request);
    gboolean replayed;
    g_autoptr(StoredExercise) exercise = NULL;
    g_autoptr(Attempt) attempt = practice_answer(request->app, &request->who, &input, &exercise, &replayed, error);
    Reading reading = { .request = request, .attempt = attempt, .json = json_null() };
    if (!attempt || (relearn_may_follow(attempt) && !db_read(request->app->db, added_in, &reading, error)))
        return NULL;
    json_t *feedback = feedback_to_json(attempt, exercise->content);
    json_object_set_new(feedback, "added", reading.json);
    json_object_set_new(feedback, "secondLook", json_boolean(attempt->asks_model));
    return http_reply_json_status(replayed ? 200 : 201, feedback);
}

static json_t *past_attempt_json(App *app, DbTx *tx, const Attempt *attempt, GError **error)
{
    g_autoptr(StoredExercise) exercise =
        authoring_exercise(app, tx, attempt->organisation_id, attempt->exercise_id, attempt->version, error);
    g_autoptr(ConceptText) concept =
        exercise ? authoring_concept_text(tx, attempt->organisation_id, attempt->concept_id, error) : NULL;
    if (!concept)
        return NULL;
    json_t *json = feedback_to_json(attempt, exercise->content);
    json_object_set_new(json, "exercise",
                        exercise_to_learner_json(attempt->exercise_id, exercise->content, attempt->id));
    json_object_set_new(json, "concept",
                        json_pack("{s:o, s:s}", "id", http_json_id(attempt->concept_id), "title", concept->title));
    return json;
}

static gboolean attempts_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpRequest *request = reading->request;
    int limit = (int)http_query_integer(request, "limit", 20);
    g_autoptr(GPtrArray) attempts = practice_db_attempts(tx, &request->who, http_query_integer(request, "conceptId", 0),
                                                         http_query_integer(request, "before", 0), limit, error);
    if (!attempts)
        return FALSE;
    json_t *list = json_array();
    for (guint i = 0; i < attempts->len; i++) {
        json_t *json = past_attempt_json(request->app, tx, attempts->pdata[i], error);
        if (!json) {
            json_decref(list);
            return FALSE;
        }
        json_array_append_new(list, json);
    }
    gboolean more = (int)attempts->len == limit;
    json_t *next = more ? http_json_id(((Attempt *)attempts->pdata[attempts->len - 1])->id) : json_null();
    reading->json = json_pack("{s:o, s:o}", "attempts", list, "next", next);
    return TRUE;
}

static HttpReply *list_attempts(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    return read_json(request, attempts_in, &reading, error);
}

static gboolean attempt_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    g_autoptr(Attempt) attempt = practice_db_attempt(tx, &reading->request->who, reading->id, error);
    reading->json = attempt ? past_attempt_json(reading->request->app, tx, attempt, error) : NULL;
    return reading->json != NULL;
}

static HttpReply *find_attempt(const HttpRequest *request, GError **error)
{
    Reading reading = { 0 };
    return http_path_id(request, "id", &reading.id, error) ? read_json(request, attempt_in, &reading, error) : NULL;
}

static HttpReply *events(const HttpRequest *request, GError **error)
{
    return http_reply_stream(request, request->who.person_id);
}

const HttpRoute practice_routes[] = {
    { HTTP_GET, "/api/v1/today", today, ROLE_PERSON, RATE_READ, "What there is to practise now", .reply = today_reply },
    { HTTP_POST, "/api/v1/sessions", begin, ROLE_PERSON, RATE_WRITE, "Plan a session, or go on with the unfinished one",
      session_body, .reply = session_fields, .status = 201 },
    { HTTP_GET, "/api/v1/sessions/{id}", find_session, ROLE_PERSON, RATE_READ, "A session with the answers given in it",
      .reply = session_fields },
    { HTTP_POST, "/api/v1/sessions/{id}/finish", finish, ROLE_PERSON, RATE_WRITE, "End a session", finish_body,
      .reply = summary_fields },
    { HTTP_GET, "/api/v1/sessions/{id}/summary", summary, ROLE_PERSON, RATE_READ, "What a session did",
      .reply = summary_fields },
    { HTTP_POST, "/api/v1/attempts", answer, ROLE_PERSON, RATE_WRITE, "Answer an exercise and get feedback",
      attempt_body, .reply = feedback_fields, .status = 201 },
    { HTTP_GET, "/api/v1/attempts", list_attempts, ROLE_PERSON, RATE_READ, "One's own answers, newest first",
      .query = attempts_query, .reply = attempts_reply },
    { HTTP_GET, "/api/v1/attempts/{id}", find_attempt, ROLE_PERSON, RATE_READ,
      "One of one's own answers: its feedback, with its `exercise` and `concept`" },
    { HTTP_GET, "/api/v1/events", events, ROLE_PERSON, RATE_READ,
      "Server-sent events: `attempt` and `session`, when one's progress changed on another screen; `feedback`, when a "
      "language model has judged the answer `attemptId`" },
    { 0 },
};
