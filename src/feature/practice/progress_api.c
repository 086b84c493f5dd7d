/* The progress page: how strong each concept is now and in the coming weeks, what falls due, how much was practised,
 * and how often a person is right when sure. */
#include "engine/maths/stats.h"
#include "feature/people/people.h"
#include "feature/practice/feedback.h"
#include "feature/practice/memory_json.h"
#include "feature/practice/state.h"
#include "platform/clock.h"

enum { FORECAST_DAYS = 28, PRACTICE_DAYS = 28, UNSEEN_DAYS = 90 };

static const HttpField concept_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The concept" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "state", FIELD_TEXT, HTTP_REQUIRED, .values = practice_state_words, .about = "In a word" },
    { "now", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Probability of recall; null when new" },
    { "inWeek", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "In a week, if not practised" },
    { "inFourWeeks", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "In four weeks, if not practised" },
    { "stability", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Days until recall has fallen to 0.9" },
    { "dueAt", FIELD_TIME, HTTP_REQUIRED | HTTP_NULLABLE, .about = "When it comes back" },
    { "attempts", FIELD_INTEGER, HTTP_REQUIRED, .about = "Answers that counted" },
    { "curve", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST | HTTP_NULLABLE, .fields = curve_fields,
      .about = "Recall over the next 28 days" },
    { 0 },
};
static const HttpField unseen_fields[] = {
    { "attempts", FIELD_INTEGER, HTTP_REQUIRED, .about = "Graded answers to exercises never met before" },
    { "right", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many of them were right" },
    { "low", FIELD_NUMBER, HTTP_REQUIRED, .about = "Where the true share plausibly begins (Wilson, 95 %)" },
    { "high", FIELD_NUMBER, HTTP_REQUIRED, .about = "Where it plausibly ends" },
    { 0 },
};
static const HttpField skill_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The skill" },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "Its name" },
    { "pack", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_fields, .about = "Its pack" },
    { "unseen", FIELD_OBJECT, HTTP_REQUIRED, .fields = unseen_fields,
      .about = "How often right on a question that had not been seen before, in the last 90 days" },
    { "concepts", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = PACK_CONCEPTS_MAX, .fields = concept_fields,
      .about = "Its concepts" },
    { 0 },
};
static const HttpField forecast_fields[] = {
    { "day", FIELD_TEXT, HTTP_REQUIRED, .about = "2026-11-23, in the person's time zone" },
    { "due", FIELD_INTEGER, HTTP_REQUIRED, .about = "Concepts that fall due on it; overdue ones count for today" },
    { 0 },
};
static const HttpField day_fields[] = {
    { "day", FIELD_TEXT, HTTP_REQUIRED, .about = "2026-11-23, in the person's time zone" },
    { "seconds", FIELD_NUMBER, HTTP_REQUIRED, .about = "Time practised" },
    { "attempts", FIELD_INTEGER, HTTP_REQUIRED, .about = "Answers given" },
    { 0 },
};
static const HttpField confidence_fields[] = {
    { "confidence", FIELD_TEXT, HTTP_REQUIRED, .values = CONFIDENCE_VALUES, .about = "How sure" },
    { "attempts", FIELD_INTEGER, HTTP_REQUIRED, .about = "Graded first tries" },
    { "right", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many of them were right" },
    { 0 },
};
static const HttpField challenge_fields[] = {
    { "wish", FIELD_TEXT, HTTP_REQUIRED, .values = people_challenge_names,
      .about = "As it was wished (PATCH /api/v1/me)" },
    { "target", FIELD_NUMBER, HTTP_REQUIRED,
      .about = "Share of open questions that the next session aims to be right" },
    { "attempts", FIELD_INTEGER, HTTP_REQUIRED, .about = "The newest graded first tries, at most 20" },
    { "right", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many of them were right" },
    { 0 },
};
static const HttpField progress_reply[] = {
    { "skills", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = 1000, .fields = skill_fields,
      .about = "By skill, in the packs' order" },
    { "forecast", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = forecast_fields, .about = "The next 28 days" },
    { "practice", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = day_fields, .about = "The last 28 days" },
    { "confidence", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = confidence_fields,
      .about = "How often right when sure" },
    { "challenge", FIELD_OBJECT, HTTP_REQUIRED, .fields = challenge_fields, .about = "How hard it is" },
    { 0 },
};

static json_t *concept_json(const PracticeState *state, guint index)
{
    const CatalogueConcept *concept = practice_state_concept(state, index);
    const MemoryRow *memory = practice_state_memory(state, index);
    json_t *json = json_pack("{s:o, s:s, s:s, s:I}", "id", http_json_id(concept->id), "title", concept->title, "state",
                             practice_state_word(state, index), "attempts", (json_int_t)memory->reviews);
    gboolean known = memory->state.stability > 0;
    json_object_set_new(json, "now", known ? json_real(practice_state_recall(state, index, 0)) : json_null());
    json_object_set_new(json, "inWeek", known ? json_real(practice_state_recall(state, index, 7)) : json_null());
    json_object_set_new(json, "inFourWeeks", known ? json_real(practice_state_recall(state, index, 28)) : json_null());
    json_object_set_new(json, "stability", known ? json_real(practice_state_lasts(state, index)) : json_null());
    json_object_set_new(json, "dueAt", http_json_time(known ? memory->due_at : 0));
    double days_since = (double)MAX(0, state->now - memory->reviewed_at) / (double)CLOCK_DAY;
    json_object_set_new(json, "curve",
                        known ? curve_to_json(practice_state_model(state, index), memory->state, days_since)
                              : json_null());
    return json;
}

static json_t *unseen_json(const GArray *unseen, gint64 skill_id)
{
    UnseenCount count = { 0 };
    for (guint i = 0; i < unseen->len; i++)
        if (g_array_index(unseen, UnseenCount, i).skill_id == skill_id)
            count = g_array_index(unseen, UnseenCount, i);
    StatsInterval share = stats_share((double)count.right, (double)count.attempts);
    return json_pack("{s:I, s:I, s:f, s:f}", "attempts", (json_int_t)count.attempts, "right", (json_int_t)count.right,
                     "low", share.low, "high", share.high);
}

static json_t *skills_json(const PracticeState *state, const GPtrArray *packs, const GArray *unseen)
{
    json_t *skills = json_array();
    g_autoptr(GHashTable) concepts =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)json_decref);
    for (guint i = 0; i < state->memories->len; i++) {
        const CatalogueConcept *concept = practice_state_concept(state, i);
        if (!practice_state_practises(state, i))
            continue;
        json_t *list = g_hash_table_lookup(concepts, &concept->skill_id);
        if (!list)
            g_hash_table_insert(concepts, (gpointer) & concept->skill_id, list = json_array());
        json_array_append_new(list, concept_json(state, i));
    }
    for (guint i = 0; i < state->catalogue->skills->len; i++) {
        const CatalogueSkill *skill = state->catalogue->skills->pdata[i];
        json_t *list = g_hash_table_lookup(concepts, &skill->id);
        if (!list)
            continue;
        const char *title = "";
        for (guint j = 0; j < packs->len; j++)
            if (((PackRow *)packs->pdata[j])->id == skill->pack_id)
                title = ((PackRow *)packs->pdata[j])->title;
        json_array_append_new(skills, json_pack("{s:o, s:s, s:o, s:o, s:O}", "id", http_json_id(skill->id), "name",
                                                skill->name, "pack", named_to_json(skill->pack_id, title), "unseen",
                                                unseen_json(unseen, skill->id), "concepts", list));
    }
    return skills;
}

static char *day_text(gint64 day)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(day * 86400);
    return g_date_time_format(time, "%Y-%m-%d");
}

static json_t *forecast_json(const PracticeState *state)
{
    int due[FORECAST_DAYS] = { 0 };
    gint64 today = clock_day(state->now, state->zone);
    for (guint i = 0; i < state->memories->len; i++) {
        const MemoryRow *memory = practice_state_memory(state, i);
        if (memory->state.stability <= 0 || !practice_state_practises(state, i))
            continue;
        gint64 day = MAX(0, clock_day(memory->due_at, state->zone) - today);
        if (day < FORECAST_DAYS)
            due[day]++;
    }
    json_t *forecast = json_array();
    for (int i = 0; i < FORECAST_DAYS; i++) {
        g_autofree char *day = day_text(today + i);
        json_array_append_new(forecast, json_pack("{s:s, s:i}", "day", day, "due", due[i]));
    }
    return forecast;
}

static json_t *practice_json(const PracticeState *state, const GArray *days)
{
    gint64 today = clock_day(state->now, state->zone);
    json_t *practice = json_array();
    guint at = 0;
    for (gint64 day = today - PRACTICE_DAYS + 1; day <= today; day++) {
        while (at < days->len && g_array_index(days, PracticeDay, at).day < day)
            at++;
        gboolean there = at < days->len && g_array_index(days, PracticeDay, at).day == day;
        g_autofree char *text = day_text(day);
        json_array_append_new(practice,
                              json_pack("{s:s, s:f, s:i}", "day", text, "seconds",
                                        there ? g_array_index(days, PracticeDay, at).seconds : 0.0, "attempts",
                                        there ? g_array_index(days, PracticeDay, at).attempts : 0));
    }
    return practice;
}

static json_t *challenge_json(const PracticeState *state, const RecentCount *recent)
{
    double target = target_known((const double *)(void *)state->recent->data, state->recent->len, state->challenge);
    return json_pack("{s:s, s:f, s:I, s:I}", "wish", people_challenge_name(state->challenge), "target", target,
                     "attempts", (json_int_t)recent->attempts, "right", (json_int_t)recent->right);
}

typedef struct {
    const HttpRequest *request;
    json_t *json;
} Reading;

static gboolean progress_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpIdentity *who = &reading->request->who;
    g_auto(PracticeState) state = { 0 };
    if (!practice_state_load(&state, PRACTICE_ALL, reading->request->app, tx, who, error))
        return FALSE;
    g_autoptr(GPtrArray) packs = authoring_packs(tx, who->organisation_id, who->person_id, error);
    g_autoptr(GArray) days =
        packs ? practice_db_days(tx, who, clock_day(state.now, state.zone) - PRACTICE_DAYS + 1, error) : NULL;
    g_autoptr(GArray) unseen =
        days ? practice_db_unseen(tx, who, clock_day(state.now, state.zone) - UNSEEN_DAYS + 1, error) : NULL;
    gint64 attempts[4] = { 0 }, right[4] = { 0 };
    RecentCount recent;
    if (!unseen || !practice_db_confidence(tx, who, attempts, right, error) ||
        !practice_db_recent(tx, who, &recent, error))
        return FALSE;
    json_t *confidence = json_array();
    for (int sure = CONFIDENCE_SURE; sure >= CONFIDENCE_GUESS; sure--)
        json_array_append_new(confidence, json_pack("{s:s, s:I, s:I}", "confidence", confidence_names[sure], "attempts",
                                                    (json_int_t)attempts[sure], "right", (json_int_t)right[sure]));
    reading->json = json_pack("{s:o, s:o, s:o, s:o, s:o}", "skills", skills_json(&state, packs, unseen), "forecast",
                              forecast_json(&state), "practice", practice_json(&state, days), "confidence", confidence,
                              "challenge", challenge_json(&state, &recent));
    return TRUE;
}

static HttpReply *progress(const HttpRequest *request, GError **error)
{
    Reading reading = { .request = request };
    return db_read(request->app->db, progress_in, &reading, error) ? http_reply_json(reading.json) : NULL;
}

const HttpRoute progress_routes[] = {
    { HTTP_GET, "/api/v1/progress", progress, ROLE_PERSON, RATE_READ,
      "How strong each concept is, what comes, what was practised", .reply = progress_reply },
    { 0 },
};
