/* Sessions as learners see them. Knows what a learner may see of an exercise before it is answered, and in which order.
 */
#include "feature/practice/session_json.h"
#include "content/markdown.h"
#include "feature/authoring/authoring.h"
#include "feature/practice/feedback.h"
#include "feature/practice/memory_json.h"
#include "feature/practice/replay.h"
#include "platform/clock.h"

static const HttpField option_fields[] = {
    { "index", FIELD_INTEGER, HTTP_REQUIRED, .about = "What to send back as a choice" },
    { "text", FIELD_ANY, HTTP_REQUIRED, .about = "Markdown tree" },
    { 0 },
};
static const HttpField scene_fields[] = {
    { "buyer", FIELD_TEXT, HTTP_REQUIRED, .about = "Who they are" },
    { "temperament", FIELD_TEXT, HTTP_REQUIRED, .about = "How they behave" },
    { "opens", FIELD_TEXT, HTTP_REQUIRED, .about = "The first thing they say" },
    { 0 },
};
const HttpField exercise_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The exercise" },
    { "kind", FIELD_TEXT, HTTP_REQUIRED, .values = exercise_kind_names, .about = "What there is to do" },
    { "prompt", FIELD_ANY, HTTP_REQUIRED, .about = "Markdown tree" },
    { "options", FIELD_OBJECT, HTTP_LIST, .fields = option_fields, .about = "Kind choose: the options, shuffled" },
    { "several", FIELD_BOOLEAN, 0, .about = "Kind choose: whether more than one is right" },
    { "scene", FIELD_OBJECT, 0, .fields = scene_fields, .about = "Kind roleplay" },
    { "followUp", FIELD_ANY, 0, .about = "Kind reflect: a second question, Markdown tree" },
    { 0 },
};
static const HttpField concept_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The concept" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "skill", FIELD_TEXT, HTTP_REQUIRED, .about = "Its skill" },
    { "text", FIELD_ANY, HTTP_REQUIRED, .about = "What teaches it, Markdown tree" },
    { 0 },
};
static const HttpField entry_fields[] = {
    { "position", FIELD_INTEGER, HTTP_REQUIRED, .about = "What to name it by when answering, from 0" },
    { "why", FIELD_TEXT, HTTP_REQUIRED, .values = session_why_names, .about = "Why it is here" },
    { "reason", FIELD_TEXT, HTTP_REQUIRED, .about = "The same in words" },
    { "introduces", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "The concept is new: show its text first" },
    { "follows", FIELD_INTEGER, HTTP_REQUIRED | HTTP_NULLABLE,
      .about = "The position that an added entry comes after; null: it comes by its own" },
    { "seconds", FIELD_NUMBER, HTTP_REQUIRED, .about = "Usual time" },
    { "predicted", FIELD_NUMBER, HTTP_REQUIRED, .about = "Predicted probability of success" },
    { "concept", FIELD_OBJECT, HTTP_REQUIRED, .fields = concept_fields, .about = "What it is about" },
    { "exercise", FIELD_OBJECT, HTTP_REQUIRED, .fields = exercise_fields, .about = "What there is to do" },
    { "attempt", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = feedback_fields,
      .about = "The newest answer to it" },
    { 0 },
};
const HttpField session_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The session" },
    { "createdAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it was planned" },
    { "finishedAt", FIELD_TIME, HTTP_REQUIRED | HTTP_NULLABLE, .about = "When it was ended" },
    { "budgetSeconds", FIELD_INTEGER, HTTP_REQUIRED, .about = "Time it was planned for" },
    { "entries", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = entry_fields,
      .about = "What to do, in order; empty when nothing is due or new" },
    { 0 },
};
static const HttpField stronger_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The concept" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "before", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = strength_fields,
      .about = "Before the session; null when it was new" },
    { "after", FIELD_OBJECT, HTTP_REQUIRED, .fields = strength_fields, .about = "After it" },
    { "dueAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it comes back" },
    { "curveBefore", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST | HTTP_NULLABLE, .fields = curve_fields,
      .about = "Recall had it not been practised" },
    { "curveAfter", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = curve_fields, .about = "Recall now" },
    { 0 },
};
const HttpField summary_fields[] = {
    { "sessionId", FIELD_ID, HTTP_REQUIRED, .about = "The session" },
    { "seconds", FIELD_NUMBER, HTTP_REQUIRED, .about = "Time spent on answers" },
    { "answered", FIELD_INTEGER, HTTP_REQUIRED, .about = "Answers given" },
    { "concepts", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = 1000, .fields = stronger_fields,
      .about = "What was practised" },
    { "next", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = next_fields, .about = "What fades next" },
    { "note", FIELD_TEXT, HTTP_REQUIRED | HTTP_NULLABLE, .about = "The learner's own sentence" },
    { 0 },
};

static json_t *shuffled_options(const PackExercise *exercise, gint64 seed)
{
    guint order[PACK_OPTIONS_MAX];
    guint n = MIN(exercise->options->len, PACK_OPTIONS_MAX);
    g_autoptr(GRand) random = g_rand_new_with_seed_array((const guint32[]){ (guint32)seed, (guint32)(seed >> 32) }, 2);
    for (guint i = 0; i < n; i++)
        order[i] = i;
    for (guint i = n; i > 1; i--) {
        guint j = (guint)g_rand_int_range(random, 0, (gint32)i);
        guint swapped = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swapped;
    }
    json_t *options = json_array();
    for (guint i = 0; i < n; i++) {
        const PackOption *option = exercise->options->pdata[order[i]];
        json_array_append_new(options,
                              json_pack("{s:i, s:o}", "index", (int)order[i], "text", markdown_to_json(option->text)));
    }
    return options;
}

static gboolean has_several(const PackExercise *exercise)
{
    guint correct = 0;
    for (guint i = 0; i < exercise->options->len; i++)
        correct += ((PackOption *)exercise->options->pdata[i])->correct != 0;
    return correct > 1;
}

json_t *exercise_to_learner_json(gint64 exercise_id, const PackExercise *exercise, gint64 seed)
{
    json_t *json = json_pack("{s:o, s:s, s:o}", "id", http_json_id(exercise_id), "kind",
                             exercise_kind_names[exercise->kind], "prompt", markdown_to_json(exercise->prompt));
    if (exercise->options) {
        json_object_set_new(json, "options", shuffled_options(exercise, seed));
        json_object_set_new(json, "several", json_boolean(has_several(exercise)));
    }
    if (exercise->scene)
        json_object_set_new(json, "scene",
                            json_pack("{s:s, s:s, s:s}", "buyer", exercise->scene->buyer, "temperament",
                                      exercise->scene->temperament, "opens", exercise->scene->opens));
    if (exercise->follow_up)
        json_object_set_new(json, "followUp", markdown_to_json(exercise->follow_up));
    return json;
}

static const Attempt *newest_at(const GPtrArray *attempts, int position)
{
    for (guint i = attempts->len; i > 0; i--) {
        const Attempt *attempt = attempts->pdata[i - 1];
        if (attempt->position == position)
            return attempt;
    }
    return NULL;
}

/* What the entries of a session are told with. */
typedef struct {
    App *app;
    DbTx *tx;
    const HttpIdentity *who;
    const Session *session;
    GTimeZone *zone;     /* the person's */
    GPtrArray *attempts; /* Attempt *: of the session */
} Telling;

static void telling_clear(Telling *telling)
{
    g_clear_pointer(&telling->zone, g_time_zone_unref);
    g_clear_pointer(&telling->attempts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Telling, telling_clear)

static gboolean telling_load(Telling *telling, GError **error)
{
    int minutes;
    TargetWish challenge;
    g_autofree char *zone = practice_db_zone(telling->tx, telling->who, &minutes, &challenge, error);
    if (!zone)
        return FALSE;
    telling->zone = clock_zone(zone);
    telling->attempts = practice_db_attempts_of_session(telling->tx, telling->who, telling->session->id, error);
    return telling->attempts != NULL;
}

static json_t *entry_to_json(const Telling *telling, const SessionEntry *entry, GError **error)
{
    const Session *session = telling->session;
    gint64 organisation_id = telling->who->organisation_id;
    g_autoptr(StoredExercise) exercise =
        authoring_exercise(telling->app, telling->tx, organisation_id, entry->exercise_id, entry->version, error);
    if (!exercise)
        return NULL;
    g_autoptr(ConceptText) concept = authoring_concept_text(telling->tx, organisation_id, entry->concept_id, error);
    if (!concept)
        return NULL;
    g_autofree char *reason = session_reason(entry, session->created_at, telling->zone);
    const Attempt *attempt = newest_at(telling->attempts, entry->position);
    return json_pack(
        "{s:i, s:s, s:s, s:b, s:o, s:f, s:f, s:{s:o, s:s, s:s, s:o}, s:o, s:o}", "position", entry->position, "why",
        entry->why, "reason", reason, "introduces", entry->introduces, "follows",
        entry->follows >= 0 ? json_integer(entry->follows) : json_null(), "seconds", entry->seconds, "predicted",
        entry->predicted, "concept", "id", http_json_id(entry->concept_id), "title", concept->title, "skill",
        concept->skill, "text", markdown_to_json(concept->text), "exercise",
        exercise_to_learner_json(entry->exercise_id, exercise->content, session->id ^ ((gint64)entry->position << 40)),
        "attempt", attempt ? feedback_to_json(attempt, exercise->content) : json_null());
}

json_t *session_to_json(App *app, DbTx *tx, const HttpIdentity *who, const Session *session, GError **error)
{
    g_auto(Telling) telling = { .app = app, .tx = tx, .who = who, .session = session };
    if (!telling_load(&telling, error))
        return NULL;
    json_t *entries = json_array();
    for (guint i = 0; i < session->entries->len; i++) {
        json_t *entry = entry_to_json(&telling, session->entries->pdata[i], error);
        if (!entry) {
            json_decref(entries);
            return NULL;
        }
        json_array_append_new(entries, entry);
    }
    return json_pack("{s:o, s:o, s:o, s:i, s:o}", "id", http_json_id(session->id), "createdAt",
                     http_json_time(session->created_at), "finishedAt", http_json_time(session->finished_at),
                     "budgetSeconds", session->budget_seconds, "entries", entries);
}

json_t *session_added_json(App *app, DbTx *tx, const HttpIdentity *who, const Attempt *attempt, GError **error)
{
    g_autoptr(Session) session = practice_db_session(tx, who, attempt->session_id, error);
    g_auto(Telling) telling = { .app = app, .tx = tx, .who = who, .session = session };
    if (!session || !telling_load(&telling, error))
        return NULL;
    for (guint i = 0; i < session->entries->len; i++) {
        const SessionEntry *entry = session->entries->pdata[i];
        if (entry->attempt_id == attempt->id)
            return entry_to_json(&telling, entry, error);
    }
    return json_null();
}

static json_t *curve_of(const PracticeState *state, guint index, const MemoryRow *memory, gint64 at)
{
    double days_since = (double)MAX(0, at - memory->reviewed_at) / (double)CLOCK_DAY;
    return curve_to_json(practice_state_model(state, index), memory->state, days_since);
}

/* One practised concept: its first counted attempt of the session tells the before, the memory as it is now the after.
 */
static json_t *stronger_json(DbTx *tx, const PracticeState *state, guint index, const Attempt *first, GError **error)
{
    const MemoryRow *memory = practice_state_memory(state, index);
    g_auto(MemoryRow) earlier = { 0 };
    if (!replay_memory(tx, state->who, first->concept_id, first->review, practice_state_model(state, index),
                       memory->model_id, &earlier, error))
        return NULL;
    json_t *before = json_null(), *curve_before = json_null();
    if (earlier.reviews > 0) {
        before = strength_to_json(first->retrievability_before, first->stability_before);
        curve_before = curve_of(state, index, &earlier, first->answered_at);
    }
    json_t *after = strength_to_json(practice_state_recall(state, index, 0), practice_state_lasts(state, index));
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", http_json_id(first->concept_id), "title",
                     practice_state_concept(state, index)->title, "before", before, "after", after, "dueAt",
                     http_json_time(memory->due_at), "curveBefore", curve_before, "curveAfter",
                     curve_of(state, index, memory, state->now));
}

json_t *session_summary(App *app, DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error)
{
    g_autoptr(Session) session = practice_db_session(tx, who, session_id, error);
    g_autoptr(GPtrArray) attempts = session ? practice_db_attempts_of_session(tx, who, session_id, error) : NULL;
    g_auto(PracticeState) state = { 0 };
    if (!attempts || !practice_state_load(&state, PRACTICE_DUE, app, tx, who, error))
        return NULL;
    double seconds = 0;
    g_autoptr(GHashTable) done = g_hash_table_new(g_int64_hash, g_int64_equal);
    json_t *concepts = json_array();
    for (guint i = 0; i < attempts->len; i++) {
        const Attempt *attempt = attempts->pdata[i];
        seconds += attempt->seconds;
        if (attempt->review == 0 || !g_hash_table_add(done, (gpointer)&attempt->concept_id))
            continue;
        int index = catalogue_index(state.catalogue, attempt->concept_id);
        if (index < 0)
            continue;
        json_t *concept = practice_state_load_memory(&state, app, tx, (guint)index, error)
                              ? stronger_json(tx, &state, (guint)index, attempt, error)
                              : NULL;
        if (!concept) {
            json_decref(concepts);
            return NULL;
        }
        json_array_append_new(concepts, concept);
    }
    return json_pack("{s:o, s:f, s:i, s:o, s:o, s:s?}", "sessionId", http_json_id(session_id), "seconds", seconds,
                     "answered", (int)attempts->len, "concepts", concepts, "next", next_to_json(&state), "note",
                     session->note);
}
