/* Memories as JSON. Knows how far a curve reaches. */
#include "feature/practice/memory_json.h"

enum { CURVE_DAYS = 28 };

const HttpField named_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "Its id" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { 0 },
};
const HttpField strength_fields[] = {
    { "retrievability", FIELD_NUMBER, HTTP_REQUIRED, .about = "Probability of recall" },
    { "stability", FIELD_NUMBER, HTTP_REQUIRED, .about = "Days until recall has fallen to 0.9" },
    { 0 },
};
const HttpField curve_fields[] = {
    { "day", FIELD_INTEGER, HTTP_REQUIRED, .about = "Days from now" },
    { "recall", FIELD_NUMBER, HTTP_REQUIRED, .about = "Probability of recall then" },
    { 0 },
};
const HttpField next_fields[] = {
    { "at", FIELD_TIME, HTTP_REQUIRED, .about = "When something fades next" },
    { "concept", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_fields, .about = "What" },
    { 0 },
};

json_t *named_to_json(gint64 id, const char *title)
{
    return json_pack("{s:o, s:s}", "id", http_json_id(id), "title", title);
}

json_t *strength_to_json(double retrievability, double stability)
{
    return json_pack("{s:f, s:f}", "retrievability", retrievability, "stability", stability);
}

json_t *curve_to_json(const MemoryModel *model, MemoryState memory, double days_since)
{
    json_t *curve = json_array();
    for (int day = 0; day <= CURVE_DAYS; day++) {
        double recall = memory_recall(model, memory, days_since + day);
        json_array_append_new(curve, json_pack("{s:i, s:f}", "day", day, "recall", recall));
    }
    return curve;
}

json_t *next_to_json(const PracticeState *state)
{
    if (state->next < 0)
        return json_null();
    const CatalogueConcept *concept = practice_state_concept(state, (guint)state->next);
    return json_pack("{s:o, s:o}", "at", http_json_time(state->next_at), "concept",
                     named_to_json(concept->id, concept->title));
}
