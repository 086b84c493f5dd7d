/* Feedback: from what is kept of an attempt to sentences and fields. Knows which sentence fits; the sentences are in
 * wording.c. */
#include "feature/practice/feedback.h"
#include "content/markdown.h"
#include "feature/practice/grading.h"
#include "feature/practice/memory_json.h"
#include "feature/practice/wording.h"

enum { QUOTE_CHARACTERS_MOST = 70 };

static const char *const locale = "en"; /* of the interface; the pack has a language of its own */

const char *const confidence_names[] = {
    [CONFIDENCE_GUESS] = "guess",
    [CONFIDENCE_THINK_SO] = "think-so",
    [CONFIDENCE_SURE] = "sure",
    NULL,
};

static const HttpField memory_fields[] = {
    { "before", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = strength_fields,
      .about = "Before the attempt; null when it was new" },
    { "after", FIELD_OBJECT, HTTP_REQUIRED, .fields = strength_fields, .about = "After it" },
    { "dueAt", FIELD_TIME, HTTP_REQUIRED, .about = "When the concept comes back" },
    { 0 },
};
static const HttpField evidence_fields[] = {
    { "start", FIELD_INTEGER, HTTP_REQUIRED, .about = "First UTF-16 unit of the answer's text" },
    { "end", FIELD_INTEGER, HTTP_REQUIRED, .about = "The unit after the last" },
    { 0 },
};
static const HttpField criterion_fields[] = {
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "The criterion" },
    { "weight", FIELD_NUMBER, HTTP_REQUIRED, .about = "Its weight in the score" },
    { "verdict", FIELD_TEXT, HTTP_REQUIRED, .values = grading_verdict_names, .about = "Whether it was said" },
    { "evidence", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = evidence_fields,
      .about = "The learner's own words for it" },
    { 0 },
};
static const HttpField option_fields[] = {
    { "index", FIELD_INTEGER, HTTP_REQUIRED, .about = "The option" },
    { "chosen", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether it was chosen" },
    { "correct", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Whether it is right" },
    { "feedback", FIELD_ANY, HTTP_REQUIRED, .about = "Why, as a Markdown tree" },
    { 0 },
};
static const HttpField misconception_fields[] = {
    { "name", FIELD_TEXT, HTTP_REQUIRED, .about = "The wrong idea" },
    { "correction", FIELD_ANY, HTTP_REQUIRED, .about = "What is right, as a Markdown tree" },
    { "evidence", FIELD_OBJECT, HTTP_REQUIRED, .fields = evidence_fields, .about = "Where it was said" },
    { 0 },
};
static const char *const grader_values[] = { "options", "built-in", "model", "none", NULL };

const HttpField feedback_fields[] = {
    { "attemptId", FIELD_ID, HTTP_REQUIRED, .about = "The attempt" },
    { "exerciseId", FIELD_ID, HTTP_REQUIRED, .about = "The exercise" },
    { "conceptId", FIELD_ID, HTTP_REQUIRED, .about = "Its concept" },
    { "score", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "0 to 1; null when the kind is not graded" },
    { "passed", FIELD_BOOLEAN, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Whether that is enough" },
    { "verdict", FIELD_TEXT, HTTP_REQUIRED, .about = "One sentence" },
    { "grader", FIELD_TEXT, HTTP_REQUIRED, .values = grader_values,
      .about = "Who judged. `model`: a language model looked at it after the built-in grader, whose score is the one "
               "that counted for `memory` and `confidentlyWrong`" },
    { "certainty", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "How sure the grader is, 0 to 1" },
    { "options", FIELD_OBJECT, HTTP_LIST, .fields = option_fields,
      .about = "Kind choose: each option with its feedback" },
    { "criteria", FIELD_OBJECT, HTTP_LIST, .fields = criterion_fields, .about = "Kinds with a rubric: each criterion" },
    { "misconceptions", FIELD_OBJECT, HTTP_LIST, .fields = misconception_fields, .about = "Wrong ideas that were met" },
    { "next", FIELD_TEXT, HTTP_REQUIRED | HTTP_NULLABLE, .about = "One next step" },
    { "models", FIELD_ANY, 0, .about = "Model answers, a list of Markdown trees" },
    { "text", FIELD_TEXT, 0, .about = "What was answered" },
    { "choices", FIELD_INTEGER, HTTP_LIST, .about = "What was chosen" },
    { "confidence", FIELD_TEXT, HTTP_REQUIRED, .values = CONFIDENCE_VALUES, .about = "How sure the learner was" },
    { "confidentlyWrong", FIELD_BOOLEAN, HTTP_REQUIRED, .about = "Sure, and not so" },
    { "tryNumber", FIELD_INTEGER, HTTP_REQUIRED, .about = "1 for the first try at this place of the session" },
    { "memory", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = memory_fields,
      .about = "What it did to memory; null when it did not count" },
    { "answeredAt", FIELD_TIME, HTTP_REQUIRED, .about = "When it was answered" },
    { "added", FIELD_ANY, HTTP_NULLABLE,
      .about =
          "In the reply to an answer: the entry, as in a session's `entries`, that was added because it was wrong; "
          "null when there is none" },
    { "secondLook", FIELD_BOOLEAN, 0,
      .about =
          "In the reply to an answer: a language model was asked as well. When it has judged, the event `feedback` "
          "tells it" },
    { 0 },
};

static char *utf16_slice(const char *text, json_int_t start, json_int_t end)
{
    GString *slice = g_string_new(NULL);
    json_int_t units = 0;
    for (const char *at = text; *at && units < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (units >= start)
            g_string_append_unichar(slice, c);
        units += c > 0xFFFF ? 2 : 1;
    }
    return g_string_free(slice, FALSE);
}

static json_t *span_object(const json_t *pair)
{
    return json_pack("{s:O, s:O}", "start", json_array_get(pair, 0), "end", json_array_get(pair, 1));
}

static const char *verdict_of(const json_t *criteria, gsize i)
{
    const char *verdict = json_string_value(json_object_get(json_array_get(criteria, i), "verdict"));
    return verdict ? verdict : "missing";
}

static void add_options(json_t *feedback, const PackExercise *exercise, const json_t *choices)
{
    json_t *options = json_array();
    for (guint i = 0; i < exercise->options->len; i++) {
        const PackOption *option = exercise->options->pdata[i];
        gboolean chosen = FALSE;
        gsize j;
        json_t *choice;
        json_array_foreach((json_t *)choices, j, choice)
            chosen |= json_integer_value(choice) == (json_int_t)i;
        json_array_append_new(options, json_pack("{s:i, s:b, s:b, s:o}", "index", (int)i, "chosen", chosen, "correct",
                                                 option->correct, "feedback", markdown_to_json(option->feedback)));
    }
    json_object_set_new(feedback, "options", options);
}

static void add_criteria(json_t *feedback, const PackExercise *exercise, const json_t *judged)
{
    json_t *criteria = json_array();
    for (guint i = 0; i < exercise->criteria->len; i++) {
        const PackCriterion *criterion = exercise->criteria->pdata[i];
        json_t *evidence = json_array();
        gsize j;
        json_t *pair;
        json_array_foreach(json_object_get(json_array_get(judged, i), "evidence"), j, pair)
            json_array_append_new(evidence, span_object(pair));
        json_array_append_new(criteria,
                              json_pack("{s:s, s:f, s:s, s:o}", "name", criterion->name, "weight", criterion->weight,
                                        "verdict", verdict_of(judged, i), "evidence", evidence));
    }
    json_object_set_new(feedback, "criteria", criteria);
}

static void add_misconceptions(json_t *feedback, const PackExercise *exercise, const json_t *met)
{
    json_t *misconceptions = json_array();
    gsize i;
    json_t *hit;
    json_array_foreach((json_t *)met, i, hit) {
        gsize index = (gsize)json_integer_value(json_object_get(hit, "index"));
        if (index >= exercise->misconceptions->len)
            continue;
        const PackMisconception *misconception = exercise->misconceptions->pdata[index];
        json_array_append_new(misconceptions,
                              json_pack("{s:s, s:o, s:o}", "name", (char *)misconception->idea->phrasings->pdata[0],
                                        "correction", markdown_to_json(misconception->correction), "evidence",
                                        span_object(json_object_get(hit, "evidence"))));
    }
    json_object_set_new(feedback, "misconceptions", misconceptions);
}

static void add_models(json_t *feedback, const PackExercise *exercise)
{
    json_t *models = json_array();
    for (guint i = 0; i < exercise->models->len; i++)
        json_array_append_new(models, markdown_to_json(exercise->models->pdata[i]));
    json_object_set_new(feedback, "models", models);
}

/* The first criterion with this verdict; -1 when there is none. */
static int first_with(const PackExercise *exercise, const json_t *judged, const char *verdict)
{
    for (guint i = 0; i < exercise->criteria->len; i++)
        if (g_str_equal(verdict_of(judged, i), verdict))
            return (int)i;
    return -1;
}

/* The learner's words for a criterion, short enough for a sentence. Free with g_free. */
static char *quote(const json_t *judged, int criterion, const char *text)
{
    const json_t *pair = json_array_get(json_object_get(json_array_get(judged, (gsize)criterion), "evidence"), 0);
    g_autofree char *words =
        utf16_slice(text, json_integer_value(json_array_get(pair, 0)), json_integer_value(json_array_get(pair, 1)));
    if (g_utf8_strlen(words, -1) <= QUOTE_CHARACTERS_MOST)
        return g_steal_pointer(&words);
    g_autofree char *start = g_utf8_substring(words, 0, QUOTE_CHARACTERS_MOST);
    char *space = strrchr(start, ' ');
    if (space)
        *space = '\0';
    return g_strconcat(start, " …", NULL);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *sentence(Say what, const char *first, const char *second)
{
    return g_strdup_printf(say(locale, what), first, second);
}
#pragma GCC diagnostic pop

static Say note_sentence(const char *note)
{
    if (g_str_equal(note, "empty"))
        return SAY_NOTE_EMPTY;
    if (g_str_equal(note, "question"))
        return SAY_NOTE_QUESTION;
    if (g_str_equal(note, "too-short"))
        return SAY_NOTE_SHORT;
    return SAY_NOTE_OTHER;
}

static char *open_verdict(const PackExercise *exercise, const json_t *result, const char *text)
{
    const char *note = json_string_value(json_object_get(result, "note"));
    if (note)
        return sentence(note_sentence(note), NULL, NULL);
    const json_t *hit = json_array_get(json_object_get(result, "misconceptions"), 0);
    if (hit && text) {
        const json_t *pair = json_object_get(hit, "evidence");
        g_autofree char *words =
            utf16_slice(text, json_integer_value(json_array_get(pair, 0)), json_integer_value(json_array_get(pair, 1)));
        return sentence(SAY_MISCONCEPTION, words, NULL);
    }
    const json_t *judged = json_object_get(result, "criteria");
    int there = first_with(exercise, judged, "there");
    int missing = first_with(exercise, judged, "missing");
    int open = missing >= 0 ? missing : first_with(exercise, judged, "partly");
    const char *name = open >= 0 ? ((PackCriterion *)exercise->criteria->pdata[open])->name : NULL;
    if (there < 0)
        return sentence(SAY_NONE_THERE, name, NULL);
    g_autofree char *words = quote(judged, there, text);
    return open < 0 ? sentence(SAY_ALL_THERE, words, NULL) : sentence(SAY_SOME_THERE, words, name);
}

static Say option_verdict(const Attempt *attempt)
{
    if (attempt->score >= 1)
        return attempt->confidence == CONFIDENCE_SURE    ? SAY_RIGHT_SURE
               : attempt->confidence == CONFIDENCE_GUESS ? SAY_RIGHT_GUESS
                                                         : SAY_RIGHT;
    if (attempt->score > 0)
        return SAY_PARTLY_FOUND;
    return attempt->confidence == CONFIDENCE_SURE ? SAY_WRONG_SURE : SAY_WRONG;
}

static char *open_next(const PackExercise *exercise, const json_t *result)
{
    const char *advice = json_string_value(json_object_get(result, "advice"));
    if (advice)
        return g_strdup(advice);
    json_int_t next = json_integer_value(json_object_get(result, "next"));
    if (!json_is_integer(json_object_get(result, "next")) || next < 0 || next >= exercise->criteria->len)
        return NULL;
    const PackCriterion *criterion = exercise->criteria->pdata[next];
    gboolean partly = g_str_equal(verdict_of(json_object_get(result, "criteria"), (gsize)next), "partly");
    return sentence(partly ? SAY_NEXT_PARTLY : SAY_NEXT_MISSING, criterion->name, NULL);
}

static json_t *memory_json(const Attempt *attempt)
{
    if (attempt->review == 0)
        return json_null();
    json_t *before = attempt->stability_before > 0
                         ? strength_to_json(attempt->retrievability_before, attempt->stability_before)
                         : json_null();
    return json_pack("{s:o, s:o, s:o}", "before", before, "after", strength_to_json(1, attempt->stability_after),
                     "dueAt", http_json_time(attempt->due_at));
}

json_t *feedback_to_json(const Attempt *attempt, const PackExercise *exercise)
{
    json_t *answer = json_loads(attempt->answer, 0, NULL);
    json_t *result = json_loads(attempt->model_result ? attempt->model_result : attempt->result, 0, NULL);
    double score = attempt->model_result ? json_number_value(json_object_get(result, "score")) : attempt->score;
    const char *text = json_string_value(json_object_get(answer, "text"));
    gboolean graded = attempt->score >= 0;
    g_autofree char *verdict = NULL, *next = NULL;

    json_t *feedback = json_object();
    json_object_set_new(feedback, "attemptId", http_json_id(attempt->id));
    json_object_set_new(feedback, "exerciseId", http_json_id(attempt->exercise_id));
    json_object_set_new(feedback, "conceptId", http_json_id(attempt->concept_id));
    json_object_set_new(feedback, "score", graded ? json_real(score) : json_null());
    json_object_set_new(feedback, "passed", graded ? json_boolean(score >= MEMORY_PASS) : json_null());
    if (exercise->kind == EXERCISE_CHOOSE) {
        add_options(feedback, exercise, json_object_get(answer, "choices"));
        verdict = sentence(option_verdict(attempt), NULL, NULL);
        next = attempt->score < 1 ? sentence(SAY_NEXT_OPTION, NULL, NULL) : NULL;
    } else if (graded) {
        add_criteria(feedback, exercise, json_object_get(result, "criteria"));
        add_misconceptions(feedback, exercise, json_object_get(result, "misconceptions"));
        add_models(feedback, exercise);
        verdict = open_verdict(exercise, result, text);
        next = open_next(exercise, result);
    } else {
        verdict = sentence(SAY_KEPT, NULL, NULL);
    }
    const json_t *certainty = json_object_get(result, "certainty");
    json_object_set_new(feedback, "certainty", certainty ? json_real(json_number_value(certainty)) : json_null());
    json_object_set_new(feedback, "verdict", json_string(verdict));
    json_object_set_new(feedback, "next", next ? json_string(next) : json_null());
    json_object_set_new(feedback, "grader", json_string(attempt->model_result ? "model" : attempt->grader));
    json_object_update_missing(feedback, answer); /* text or choices */
    json_object_set_new(feedback, "confidence", json_string(confidence_names[attempt->confidence]));
    json_object_set_new(feedback, "confidentlyWrong",
                        json_boolean(practice_confidently_wrong(attempt->confidence, attempt->score)));
    json_object_set_new(feedback, "tryNumber", json_integer(attempt->try_number));
    json_object_set_new(feedback, "memory", memory_json(attempt));
    json_object_set_new(feedback, "answeredAt", http_json_time(attempt->answered_at));
    json_decref(answer);
    json_decref(result);
    return feedback;
}
