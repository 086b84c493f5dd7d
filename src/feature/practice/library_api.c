/* The library: packs and concepts as a person browses them, with how well they know each. Authors also see the
 * solutions. */
#include "content/exercise_json.h"
#include "content/markdown.h"
#include "feature/practice/memory_json.h"
#include "feature/practice/state.h"
#include "platform/error.h"

static const HttpField pack_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The pack" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its id between versions" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "language", FIELD_TEXT, HTTP_REQUIRED, .about = "A language tag" },
    { "version", FIELD_INTEGER, HTTP_REQUIRED, .about = "Goes up with each change" },
    { "concepts", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many" },
    { "exercises", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many" },
    { "importedAt", FIELD_TIME, HTTP_REQUIRED, .about = "When this version came" },
    { "about", FIELD_ANY, HTTP_REQUIRED, .about = "What it is for, Markdown tree" },
    { 0 },
};
static const HttpField packs_reply[] = {
    { "packs", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = 1000, .fields = pack_fields,
      .about = "The packs you practise; all of them for authors" },
    { 0 },
};
static const HttpField skill_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The skill" },
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "Its name" },
    { 0 },
};
static const HttpField pack_concept_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The concept" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its id between versions" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "skill", FIELD_ID, HTTP_REQUIRED, .about = "Its skill" },
    { "mustKnow", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Kept fresher than others" },
    { "requires", FIELD_ID, HTTP_REQUIRED | HTTP_LIST, .about = "Concepts that come first" },
    { "exercises", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many" },
    { "kinds", FIELD_TEXT, HTTP_REQUIRED | HTTP_LIST, .about = "Their kinds" },
    { "state", FIELD_TEXT, HTTP_REQUIRED, .values = practice_state_words, .about = "How well you know it, in a word" },
    { "now", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Probability of recall; null when new" },
    { 0 },
};
static const HttpField pack_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The pack" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its id between versions" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "language", FIELD_TEXT, HTTP_REQUIRED, .about = "A language tag" },
    { "version", FIELD_INTEGER, HTTP_REQUIRED, .about = "Goes up with each change" },
    { "exercises", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many" },
    { "importedAt", FIELD_TIME, HTTP_REQUIRED, .about = "When this version came" },
    { "about", FIELD_ANY, HTTP_REQUIRED, .about = "What it is for, Markdown tree" },
    { "skills", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = 1000, .fields = skill_fields, .about = "Its skills" },
    { "concepts", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = PACK_CONCEPTS_MAX, .fields = pack_concept_fields,
      .about = "In the order in which they are introduced" },
    { 0 },
};
static const HttpField memory_fields[] = {
    { "retrievability", FIELD_NUMBER, HTTP_REQUIRED, .about = "Probability of recall now" },
    { "stability", FIELD_NUMBER, HTTP_REQUIRED, .about = "Days until recall has fallen to 0.9" },
    { "dueAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it comes back" },
    { 0 },
};
static const HttpField listed_exercise_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The exercise" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its name between versions" },
    { "kind", FIELD_TEXT, HTTP_REQUIRED, .about = "What there is to do" },
    { "prompt", FIELD_ANY, HTTP_REQUIRED, .about = "Markdown tree" },
    { "solution", FIELD_ANY, 0, .about = "Authors only: the whole exercise as it is kept" },
    { 0 },
};
static const HttpField concept_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The concept" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its id between versions" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { "skill", FIELD_OBJECT, HTTP_REQUIRED, .fields = skill_fields, .about = "Its skill" },
    { "pack", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_fields, .about = "Its pack" },
    { "text", FIELD_ANY, HTTP_REQUIRED, .about = "What teaches it, Markdown tree" },
    { "mustKnow", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Kept fresher than others" },
    { "requires", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = named_fields,
      .about = "Concepts that come first" },
    { "requiredBy", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = PACK_CONCEPTS_MAX, .fields = named_fields,
      .about = "Concepts that build on it" },
    { "exercises", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = listed_exercise_fields,
      .about = "What there is to practise" },
    { "memory", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = memory_fields, .about = "Yours; null when new" },
    { 0 },
};

typedef struct {
    const HttpRequest *request;
    gint64 id;
    json_t *json;
} Reading;

static HttpReply *read_json(const HttpRequest *request, DbFunction function, gint64 id, GError **error)
{
    Reading reading = { .request = request, .id = id };
    return db_read(request->app->db, function, &reading, error) ? http_reply_json(reading.json) : NULL;
}

static json_t *pack_json(const PackRow *pack)
{
    return json_pack("{s:o, s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:o}", "id", http_json_id(pack->id), "slug", pack->slug,
                     "title", pack->title, "language", pack->language, "version", pack->version, "concepts",
                     pack->concepts, "exercises", pack->exercises, "importedAt", http_json_time(pack->imported_at),
                     "about", markdown_to_json(pack->about));
}

static gboolean packs_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpIdentity *who = &reading->request->who;
    g_autoptr(GPtrArray) packs = authoring_packs(
        tx, who->organisation_id, practice_sees_everything(&reading->request->who) ? 0 : who->person_id, error);
    if (!packs)
        return FALSE;
    json_t *list = json_array();
    for (guint i = 0; i < packs->len; i++)
        json_array_append_new(list, pack_json(packs->pdata[i]));
    reading->json = json_pack("{s:o}", "packs", list);
    return TRUE;
}

static json_t *pack_concept_json(const PracticeState *state, guint index)
{
    const CatalogueConcept *concept = practice_state_concept(state, index);
    json_t *requires = json_array(), *kinds = json_array();
    for (guint i = 0; i < concept->requires->len; i++)
        json_array_append_new(
            requires, http_json_id(practice_state_concept(state, g_array_index(concept->requires, guint, i))->id));
    gboolean met[EXERCISE_KINDS] = { FALSE };
    for (guint i = 0; i < concept->exercises->len; i++) {
        ExerciseKind kind = g_array_index(concept->exercises, CatalogueExercise, i).kind;
        if (!met[kind])
            json_array_append_new(kinds, json_string(exercise_kind_names[kind]));
        met[kind] = TRUE;
    }
    gboolean known = practice_state_memory(state, index)->state.stability > 0;
    return json_pack("{s:o, s:s, s:s, s:o, s:b, s:o, s:i, s:o, s:s, s:o}", "id", http_json_id(concept->id), "slug",
                     concept->slug, "title", concept->title, "skill", http_json_id(concept->skill_id), "mustKnow",
                     concept->must_know, "requires", requires, "exercises", (int)concept->exercises->len, "kinds",
                     kinds, "state", practice_state_word(state, index), "now",
                     known ? json_real(practice_state_recall(state, index, 0)) : json_null());
}

static gboolean pack_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpIdentity *who = &reading->request->who;
    g_autoptr(PackRow) pack = authoring_pack(tx, who->organisation_id, reading->id, error);
    g_auto(PracticeState) state = { 0 };
    if (!pack || !practice_state_load(&state, PRACTICE_ALL, reading->request->app, tx, who, error))
        return FALSE;
    if (!practice_sees_everything(&reading->request->who) && !g_hash_table_contains(state.packs, &pack->id)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such pack.");
        return FALSE;
    }
    json_t *skills = json_array(), *concepts = json_array();
    for (guint i = 0; i < state.catalogue->skills->len; i++) {
        const CatalogueSkill *skill = state.catalogue->skills->pdata[i];
        if (skill->pack_id == pack->id)
            json_array_append_new(skills, json_pack("{s:o, s:s}", "id", http_json_id(skill->id), "name", skill->name));
    }
    for (guint i = 0; i < state.memories->len; i++)
        if (practice_state_concept(&state, i)->pack_id == pack->id)
            json_array_append_new(concepts, pack_concept_json(&state, i));
    reading->json = pack_json(pack);
    json_object_set_new(reading->json, "skills", skills);
    json_object_set_new(reading->json, "concepts", concepts);
    return TRUE;
}

static json_t *requirements(const PracticeState *state, guint index)
{
    json_t *list = json_array();
    const GArray *requires = practice_state_concept(state, index)->requires;
    for (guint i = 0; i < requires->len; i++) {
        const CatalogueConcept *required = practice_state_concept(state, g_array_index(requires, guint, i));
        json_array_append_new(list, named_to_json(required->id, required->title));
    }
    return list;
}

static json_t *required_by(const PracticeState *state, guint index)
{
    json_t *list = json_array();
    for (guint i = 0; i < state->memories->len; i++) {
        const CatalogueConcept *other = practice_state_concept(state, i);
        for (guint j = 0; j < other->requires->len; j++)
            if (g_array_index(other->requires, guint, j) == index)
                json_array_append_new(list, named_to_json(other->id, other->title));
    }
    return list;
}

static json_t *listed_exercises(DbTx *tx, const HttpRequest *request, const CatalogueConcept *concept, GError **error)
{
    json_t *list = json_array();
    for (guint i = 0; i < concept->exercises->len; i++) {
        const CatalogueExercise *listed = &g_array_index(concept->exercises, CatalogueExercise, i);
        g_autoptr(StoredExercise) exercise =
            authoring_exercise(request->app, tx, request->who.organisation_id, listed->id, listed->version, error);
        if (!exercise) {
            json_decref(list);
            return NULL;
        }
        json_t *json =
            json_pack("{s:o, s:s, s:s, s:o}", "id", http_json_id(listed->id), "slug", listed->slug, "kind",
                      exercise_kind_names[listed->kind], "prompt", markdown_to_json(exercise->content->prompt));
        if (practice_sees_everything(&request->who))
            json_object_set_new(json, "solution", exercise_to_json(exercise->content));
        json_array_append_new(list, json);
    }
    return list;
}

static gboolean concept_in(DbTx *tx, gpointer data, GError **error)
{
    Reading *reading = data;
    const HttpRequest *request = reading->request;
    g_autoptr(ConceptText) text = authoring_concept_text(tx, request->who.organisation_id, reading->id, error);
    g_auto(PracticeState) state = { 0 };
    if (!text || !practice_state_load(&state, PRACTICE_ALL, request->app, tx, &request->who, error))
        return FALSE;
    if (!practice_sees_everything(&request->who) && !g_hash_table_contains(state.packs, &text->pack_id)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such concept.");
        return FALSE;
    }
    json_t *json = json_pack("{s:o, s:s, s:s, s:{s:o, s:s}, s:{s:o, s:s}, s:o, s:b, s:n}", "id", http_json_id(text->id),
                             "slug", text->slug, "title", text->title, "skill", "id", http_json_id(text->skill_id),
                             "name", text->skill, "pack", "id", http_json_id(text->pack_id), "title", text->pack_title,
                             "text", markdown_to_json(text->text), "mustKnow", text->must_know, "memory");
    int index = catalogue_index(state.catalogue, reading->id);
    json_t *exercises =
        index < 0 ? json_array() : listed_exercises(tx, request, practice_state_concept(&state, (guint)index), error);
    json_object_set_new(json, "requires", index < 0 ? json_array() : requirements(&state, (guint)index));
    json_object_set_new(json, "requiredBy", index < 0 ? json_array() : required_by(&state, (guint)index));
    if (index >= 0 && practice_state_memory(&state, (guint)index)->state.stability > 0) {
        const MemoryRow *memory = practice_state_memory(&state, (guint)index);
        json_object_set_new(
            json, "memory",
            json_pack("{s:f, s:f, s:o}", "retrievability", practice_state_recall(&state, (guint)index, 0), "stability",
                      practice_state_lasts(&state, (guint)index), "dueAt", http_json_time(memory->due_at)));
    }
    if (!exercises) {
        json_decref(json);
        return FALSE;
    }
    json_object_set_new(json, "exercises", exercises);
    reading->json = json;
    return TRUE;
}

static HttpReply *list_packs(const HttpRequest *request, GError **error)
{
    return read_json(request, packs_in, 0, error);
}

static HttpReply *find_pack(const HttpRequest *request, GError **error)
{
    gint64 id;
    return http_path_id(request, "id", &id, error) ? read_json(request, pack_in, id, error) : NULL;
}

static HttpReply *find_concept(const HttpRequest *request, GError **error)
{
    gint64 id;
    return http_path_id(request, "id", &id, error) ? read_json(request, concept_in, id, error) : NULL;
}

const HttpRoute library_routes[] = {
    { HTTP_GET, "/api/v1/packs", list_packs, ROLE_PERSON, RATE_READ, "The packs", .reply = packs_reply },
    { HTTP_GET, "/api/v1/packs/{id}", find_pack, ROLE_PERSON, RATE_READ, "A pack with its concepts",
      .reply = pack_reply },
    { HTTP_GET, "/api/v1/concepts/{id}", find_concept, ROLE_PERSON, RATE_READ, "A concept with its exercises",
      .reply = concept_reply },
    { 0 },
};
