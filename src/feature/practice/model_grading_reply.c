/* Knows how a quote is found again in an answer, and how what is left of a reply becomes a result. */
#include "feature/practice/model_grading_reply.h"
#include "engine/grade/grade.h"
#include "feature/practice/grading.h"
#include "feature/practice/model_grading_prompt.h"
#include "platform/ai/prompt.h"
#include "platform/error.h"
#include "platform/json.h"

#include <string.h>

enum {
    QUOTE_LETTERS_LEAST = 2,      /* letters or digits: a full stop shows nothing */
    QUOTE_CHARACTERS_MOST = 4000, /* half of the longest answer */
    ADVICE_BYTES_MOST = 4096,     /* looked at, before it is cut */
};

/* --- quotes */

/* A text as quotes of it are looked for: what prompt_clean() takes out is gone, and space is one space. */
typedef struct {
    GString *words;
    GArray *starts, *ends; /* json_int_t, for each byte of `words`: where its character stands, in UTF-16 units */
} Seen;

static void seen_clear(Seen *seen)
{
    g_string_free(seen->words, TRUE);
    g_array_unref(seen->starts);
    g_array_unref(seen->ends);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static gboolean is_unseen(gunichar c)
{
    if (c < 0x80)
        return g_ascii_iscntrl((char)c);
    char bytes[8] = { 0 };
    g_unichar_to_utf8(c, bytes);
    g_autofree char *clean = prompt_clean(bytes, 1);
    return *clean == '\0';
}

static void seen_add(Seen *seen, gunichar c, json_int_t start, json_int_t end)
{
    g_string_append_unichar(seen->words, c);
    while (seen->starts->len < seen->words->len) {
        g_array_append_val(seen->starts, start);
        g_array_append_val(seen->ends, end);
    }
}

static Seen seen_of(const char *text)
{
    Seen seen = { g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(json_int_t)),
                  g_array_new(FALSE, FALSE, sizeof(json_int_t)) };
    json_int_t unit = 0;
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        json_int_t end = unit + (c > 0xFFFF ? 2 : 1);
        gboolean is_space = g_unichar_isspace(c);
        gboolean follows_space = seen.words->len > 0 && seen.words->str[seen.words->len - 1] == ' ';
        if (is_space ? !follows_space : !is_unseen(c))
            seen_add(&seen, is_space ? ' ' : c, unit, end);
        unit = end;
    }
    return seen;
}

static gboolean says_something(const char *quote)
{
    guint letters = 0;
    for (const char *at = quote; *at && letters < QUOTE_LETTERS_LEAST; at = g_utf8_next_char(at))
        letters += g_unichar_isalnum(g_utf8_get_char(at));
    return letters >= QUOTE_LETTERS_LEAST;
}

/* Where it stands in the answer, [start, end) in UTF-16 units; NULL when it does not. */
static json_t *find_quote(const Seen *answer, const json_t *said)
{
    const char *raw = json_string_value(said);
    if (!raw)
        return NULL;
    g_autofree char *clean = prompt_clean(raw, QUOTE_CHARACTERS_MOST);
    g_auto(Seen) wanted = seen_of(clean);
    const char *quote = g_strstrip(wanted.words->str);
    const char *found = says_something(quote) ? strstr(answer->words->str, quote) : NULL;
    if (!found)
        return NULL;
    gsize first = (gsize)(found - answer->words->str), last = first + strlen(quote) - 1;
    return json_pack("[I, I]", g_array_index(answer->starts, json_int_t, first),
                     g_array_index(answer->ends, json_int_t, last));
}

/* --- what is left of the reply */

typedef struct {
    const PackExercise *exercise;
    const Seen *answer;
    const json_t *built_in, *reply;
    guint heard; /* verdicts that are the model's own */
} Reading;

static GradeVerdict verdict_named(const json_t *name)
{
    const char *text = json_string_value(name);
    for (guint i = 0; text && grading_verdict_names[i]; i++)
        if (g_str_equal(text, grading_verdict_names[i]))
            return (GradeVerdict)i;
    return VERDICT_MISSING;
}

static json_t *evidence_of(const Reading *reading, const json_t *quotes)
{
    json_t *evidence = json_array();
    for (gsize i = 0; i < MIN(json_array_size(quotes), MODEL_QUOTES_MOST); i++) {
        json_t *span = find_quote(reading->answer, json_array_get(quotes, i));
        if (span)
            json_array_append_new(evidence, span);
    }
    return evidence;
}

/* What the reply says of the thing numbered `number` (from 1), the first time it does. */
static const json_t *said_of(const json_t *list, const char *member, guint number)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *said = json_array_get(list, i);
        if (json_integer_value(json_object_get(said, member)) == (json_int_t)number)
            return said;
    }
    return NULL;
}

static json_t *criterion_json(GradeVerdict verdict, json_t *evidence)
{
    return json_pack("{s:s, s:o}", "verdict", grading_verdict_names[verdict], "evidence", evidence);
}

static json_t *built_in_criterion(const Reading *reading, guint index)
{
    const json_t *criterion = json_array_get(json_object_get(reading->built_in, "criteria"), index);
    json_t *evidence = json_object_get(criterion, "evidence");
    return criterion_json(verdict_named(json_object_get(criterion, "verdict")),
                          evidence ? json_deep_copy(evidence) : json_array());
}

static json_t *read_criterion(Reading *reading, guint index)
{
    const json_t *said = said_of(json_object_get(reading->reply, "criteria"), "criterion", index + 1);
    if (!json_is_string(json_object_get(said, "verdict")))
        return built_in_criterion(reading, index);
    GradeVerdict verdict = verdict_named(json_object_get(said, "verdict"));
    json_t *evidence =
        verdict == VERDICT_MISSING ? json_array() : evidence_of(reading, json_object_get(said, "quotes"));
    if (verdict != VERDICT_MISSING && json_array_size(evidence) == 0) {
        json_decref(evidence);
        return built_in_criterion(reading, index);
    }
    reading->heard++;
    return criterion_json(verdict, evidence);
}

/* The evidence for it that the built-in grader found; NULL when it met none. A new reference. */
static json_t *built_in_misconception(const Reading *reading, guint index)
{
    const json_t *met = json_object_get(reading->built_in, "misconceptions");
    for (gsize i = 0; i < json_array_size(met); i++) {
        const json_t *hit = json_array_get(met, i);
        if (json_integer_value(json_object_get(hit, "index")) == (json_int_t)index)
            return json_incref(json_object_get(hit, "evidence"));
    }
    return NULL;
}

static json_t *read_misconceptions(const Reading *reading)
{
    json_t *list = json_array();
    for (guint i = 0; i < reading->exercise->misconceptions->len; i++) {
        const json_t *said = said_of(json_object_get(reading->reply, "misconceptions"), "misconception", i + 1);
        json_t *evidence = find_quote(reading->answer, json_object_get(said, "quote"));
        if (!evidence)
            evidence = built_in_misconception(reading, i);
        if (evidence)
            json_array_append_new(list, json_pack("{s:i, s:o}", "index", (int)i, "evidence", evidence));
    }
    return list;
}

/* One line, or NULL when there are no words in it. */
static char *read_advice(const json_t *said)
{
    const char *raw = json_string_value(said);
    g_autofree char *clean = prompt_clean(raw ? raw : "", ADVICE_BYTES_MOST);
    GString *line = g_string_new(NULL);
    guint n = 0;
    gboolean space = FALSE;
    for (const char *at = clean; *at && n + space < MODEL_ADVICE_CHARACTERS_MOST; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isspace(c)) {
            space = line->len > 0;
            continue;
        }
        if (space)
            g_string_append_c(line, ' ');
        g_string_append_unichar(line, c);
        n += 1 + space;
        space = FALSE;
    }
    g_autofree char *advice = g_string_free(line, FALSE);
    return says_something(advice) ? g_steal_pointer(&advice) : NULL;
}

/* --- the result */

/* The verdicts' score, and the criterion that would bring the most (-1: all are there). */
static double conclude(const Reading *reading, const json_t *criteria, guint n_misconceptions, int *next)
{
    guint n = reading->exercise->criteria->len;
    g_autofree GradeVerdict *verdicts = g_new0(GradeVerdict, n);
    g_autofree double *weights = g_new0(double, n);
    double most = 0;
    *next = -1;
    for (guint i = 0; i < n; i++) {
        verdicts[i] = verdict_named(json_object_get(json_array_get(criteria, i), "verdict"));
        weights[i] = ((const PackCriterion *)reading->exercise->criteria->pdata[i])->weight;
        double gain = weights[i] * (VERDICT_THERE - verdicts[i]);
        if (gain > most) {
            most = gain;
            *next = (int)i;
        }
    }
    return grade_verdict_score(verdicts, weights, n, n_misconceptions);
}

json_t *model_grading_read(const PackExercise *exercise, const char *answer, const json_t *built_in,
                           const json_t *reply, GError **error)
{
    g_auto(Seen) seen = seen_of(answer);
    Reading reading = { .exercise = exercise, .answer = &seen, .built_in = built_in, .reply = reply };
    g_autoptr(json_t) criteria = json_array();
    for (guint i = 0; i < exercise->criteria->len; i++)
        json_array_append_new(criteria, read_criterion(&reading, i));
    if (reading.heard == 0) {
        whet_fail(error, WHET_ERROR_FAILED, "No verdict was shown by the answer's own words.");
        return NULL;
    }
    json_t *misconceptions = read_misconceptions(&reading);
    g_autofree char *advice = read_advice(json_object_get(reply, "next"));
    int next;
    double score = conclude(&reading, criteria, (guint)json_array_size(misconceptions), &next);
    return json_pack("{s:f, s:i, s:s?, s:O, s:o}", "score", score, "next", next, "advice", advice, "criteria", criteria,
                     "misconceptions", misconceptions);
}
