/* Grading: from an answer to what is kept of it and what the learner is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "feature/practice/feedback.h"
#include "feature/practice/grading.h"
#include "platform/error.h"

#define PACK "---\ntitle: Selling\nlanguage: en\nskills:\n  money: Money\n---\n"
#define CONCEPT "---\nid: price\ntitle: Price\nskill: money\n---\nText.\n\n"
#define SINGLE CONCEPT "## choose\nWhich?\n\n- [ ] A.\n  > Not A.\n- [x] B.\n  > B *it is*.\n- [ ] C.\n  > Not C.\n"
#define SEVERAL \
    CONCEPT "## choose\nWhich?\n\n- [x] A.\n  > Yes.\n- [x] B.\n  > Yes.\n- [ ] C.\n  > No.\n- [ ] D.\n  > No.\n"
#define OPEN                                                                                         \
    CONCEPT "## recall\nThey say it is too dear. What now?\n\n"                                      \
            "- comparison (3): compared with what | another number in mind\n"                        \
            "- cost (1): what the problem costs each month | price of waiting\n"                     \
            "- misconception: offer a small discount\n  > A discount shows that there was room.\n\n" \
            "> Ask: compared with what? Then say what the problem costs each month.\n"
#define REFLECT CONCEPT "## reflect\nWhen was the last time?\n"

/* --- an exercise and an answer to it */

static void add_file(GPtrArray *files, const char *name, const char *text)
{
    PackFile *file = g_new0(PackFile, 1);
    file->name = g_strdup(name);
    file->bytes = g_bytes_new(text, strlen(text));
    g_ptr_array_add(files, file);
}

static Pack *pack_with(const char *concept)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    add_file(files, "pack.md", PACK);
    add_file(files, "price.md", concept);
    Pack *pack = pack_parse("selling", files, problems);
    if (!pack) {
        g_autofree char *problem = pack_problem_format(problems->pdata[0]);
        fail_msg("%s", problem);
    }
    return pack;
}

static PackExercise *exercise_of(const Pack *pack)
{
    const PackConcept *concept = pack->concepts->pdata[0];
    return concept->exercises->pdata[0];
}

typedef struct {
    const char *choices, *text; /* choices: JSON */
    Confidence confidence;
} Given;

static gboolean judge(const Pack *pack, Given given, Grading *grading, GError **error)
{
    json_t *choices = given.choices ? json_loads(given.choices, 0, NULL) : NULL;
    const AttemptInput input = { .choices = choices, .text = given.text, .confidence = given.confidence };
    StoredExercise exercise = { .content = exercise_of(pack) };
    gboolean ok = grading_judge(NULL, &exercise, "en", &input, grading, error);
    grade_ready_free(exercise.rubric);
    json_decref(choices);
    return ok;
}

static void must_judge(const Pack *pack, Given given, Grading *grading)
{
    g_autoptr(GError) error = NULL;
    if (!judge(pack, given, grading, &error))
        fail_msg("%s", error->message);
}

static double score_of(const Pack *pack, const char *choices)
{
    g_auto(Grading) grading = { 0 };
    must_judge(pack, (Given){ .choices = choices }, &grading);
    return grading.score;
}

static void assert_refused(const Pack *pack, Given given)
{
    g_auto(Grading) grading = { 0 };
    g_autoptr(GError) error = NULL;
    assert_false(judge(pack, given, &grading, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID));
}

/* What the learner is told. */
static json_t *feedback_for(const Pack *pack, Given given)
{
    g_auto(Grading) grading = { 0 };
    must_judge(pack, given, &grading);
    g_autofree char *answer = json_dumps(grading.answer, 0), *result = json_dumps(grading.result, 0);
    const Attempt attempt = {
        .id = 1,
        .exercise_id = 2,
        .concept_id = 3,
        .answer = answer,
        .result = result,
        .grader = (char *)grading.grader,
        .score = grading.score,
        .confidence = given.confidence ? given.confidence : CONFIDENCE_THINK_SO,
        .try_number = 1,
    };
    return feedback_to_json(&attempt, exercise_of(pack));
}

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void assert_verdict(const char *concept, Given given, const char *expected)
{
    g_autoptr(Pack) pack = pack_with(concept);
    json_t *feedback = feedback_for(pack, given);
    assert_string_equal(text_at(feedback, "verdict"), expected);
    json_decref(feedback);
}

/* The words of `text` between two UTF-16 units, found by GLib's own conversion. */
static char *utf16_words(const char *text, const json_t *span)
{
    glong length;
    g_autofree gunichar2 *units = g_utf8_to_utf16(text, -1, NULL, &length, NULL);
    json_int_t start = json_integer_value(json_object_get(span, "start")),
               end = json_integer_value(json_object_get(span, "end"));
    assert_true(0 <= start && start < end && end <= length);
    return g_utf16_to_utf8(units + start, end - start, NULL, NULL, NULL);
}

/* --- options */

static void one_right_option_is_all_or_nothing(void **unused)
{
    g_autoptr(Pack) pack = pack_with(SINGLE);
    assert_true(score_of(pack, "[1]") == 1);
    assert_true(score_of(pack, "[0]") == 0);
    assert_true(score_of(pack, "[2]") == 0);
}

static void of_several_right_options_the_share_counts_less_the_wrong_ones(void **unused)
{
    g_autoptr(Pack) pack = pack_with(SEVERAL);
    assert_true(score_of(pack, "[0, 1]") == 1);
    assert_true(score_of(pack, "[1, 0]") == 1);
    assert_true(score_of(pack, "[0]") == 0.5);
    assert_true(score_of(pack, "[0, 1, 2]") == 0.5);
    assert_true(score_of(pack, "[0, 2]") == 0);
    assert_true(score_of(pack, "[2, 3]") == 0);
    assert_true(score_of(pack, "[0, 1, 2, 3]") == 0);
}

static void choices_that_are_none_are_refused(void **unused)
{
    g_autoptr(Pack) single = pack_with(SINGLE), several = pack_with(SEVERAL);
    static const char *const wrong[] = { "[]",      "[-1]",  "[4]",    "[0, 0]", "[9223372036854775807]",
                                         "[\"1\"]", "[1.0]", "[null]", "[[0]]",  "{}" };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_refused(several, (Given){ .choices = wrong[i] });
    assert_refused(single, (Given){ .choices = "[0, 1]" });
    assert_refused(single, (Given){ .choices = "[3]" });
    assert_refused(single, (Given){ .text = "B." });
    assert_refused(single, (Given){ .choices = "[1]", .text = "B." });
    assert_refused(single, (Given){ 0 });
}

static void text_that_is_none_is_refused(void **unused)
{
    g_autoptr(Pack) open = pack_with(OPEN), reflect = pack_with(REFLECT);
    g_autofree char *longest = g_strnfill(ANSWER_CHARACTERS_MAX, 'a'),
                    *longer = g_strnfill(ANSWER_CHARACTERS_MAX + 1, 'a');
    const Given wrong[] = { { .text = "" },       { .text = " \t\n" },
                            { .choices = "[0]" }, { .choices = "[0]", .text = "a" },
                            { .text = longer },   { 0 } };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        assert_refused(open, wrong[i]);
        assert_refused(reflect, wrong[i]);
    }
    g_auto(Grading) grading = { 0 };
    must_judge(reflect, (Given){ .text = longest }, &grading);
}

static void limit_of_an_answer_counts_characters_and_not_bytes(void **unused)
{
    g_autoptr(Pack) reflect = pack_with(REFLECT);
    GString *text = g_string_new(NULL);
    for (int i = 0; i < ANSWER_CHARACTERS_MAX; i++)
        g_string_append(text, "\xF0\x9F\x98\x80");
    g_auto(Grading) grading = { 0 };
    must_judge(reflect, (Given){ .text = text->str }, &grading);
    g_string_append(text, "\xF0\x9F\x98\x80");
    assert_refused(reflect, (Given){ .text = text->str });
    g_string_free(text, TRUE);
}

/* --- open answers */

static void answer_is_kept_without_the_space_around_it(void **unused)
{
    g_autoptr(Pack) reflect = pack_with(REFLECT);
    g_auto(Grading) grading = { 0 };
    must_judge(reflect, (Given){ .text = "\n  Two\n\nlines. \t" }, &grading);
    assert_string_equal(text_at(grading.answer, "text"), "Two\n\nlines.");
    assert_true(grading.score < 0);
    assert_string_equal(grading.grader, "none");
}

static void assert_evidence(const Pack *pack, const char *text, const char *expected)
{
    json_t *feedback = feedback_for(pack, (Given){ .text = text });
    const json_t *comparison = json_array_get(json_object_get(feedback, "criteria"), 0);
    assert_string_equal(text_at(comparison, "verdict"), "there");
    const json_t *evidence = json_object_get(comparison, "evidence");
    assert_int_equal(json_array_size(evidence), 1);
    g_autofree char *words = utf16_words(text_at(feedback, "text"), json_array_get(evidence, 0));
    assert_string_equal(words, expected);
    json_decref(feedback);
}

static void evidence_is_counted_in_utf16_units(void **unused)
{
    g_autoptr(Pack) pack = pack_with(OPEN);
    static const char words[] = "Compared with what";
    assert_evidence(pack, "Well. Compared with what? I would like to know.", words);
    assert_evidence(pack, "  \n Well. Compared with what? I would like to know.", words);
    assert_evidence(
        pack, "\xF0\x9F\x98\x80\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBC Compared with what? I would like to know.",
        words);
    assert_evidence(pack,
                    "Cafe\xCC\x81, u\xCC\x88"
                    "ber: Compared with what? I would like to know.",
                    words);
    assert_evidence(
        pack,
        "\xE4\xBB\xB7\xE6\xA0\xBC \xD8\xB3\xD8\xB9\xD8\xB1. Compared with what? I would like to know. \xF0\x9F\x98\x80",
        words);
    json_t *feedback =
        feedback_for(pack, (Given){ .text = "\xF0\x9F\x98\x80 Compared with what? I would like to know." });
    const json_t *span =
        json_array_get(json_object_get(json_array_get(json_object_get(feedback, "criteria"), 0), "evidence"), 0);
    assert_int_equal(json_integer_value(json_object_get(span, "start")), 3);
    assert_int_equal(json_integer_value(json_object_get(span, "end")), 3 + (json_int_t)strlen(words));
    json_decref(feedback);
}

static void score_weighs_the_criteria(void **unused)
{
    g_autoptr(Pack) pack = pack_with(OPEN);
    g_auto(Grading) heavy = { 0 }, light = { 0 }, whole = { 0 };
    must_judge(pack, (Given){ .text = "I would ask them: compared with what?" }, &heavy);
    must_judge(pack, (Given){ .text = "I would speak of the price of waiting." }, &light);
    must_judge(pack, (Given){ .text = "I would ask: compared with what? Then I speak of the price of waiting." },
               &whole);
    assert_true(heavy.score > light.score + 0.3 && whole.score > heavy.score + 0.15 && whole.score > 0.8);
    assert_string_equal(whole.grader, "built-in");
}

/* --- what the learner is told */

static void verdict_on_options_says_how_it_went_and_how_sure_one_was(void **unused)
{
    assert_verdict(SINGLE, (Given){ .choices = "[1]", .confidence = CONFIDENCE_SURE }, "Right, and you knew it.");
    assert_verdict(SINGLE, (Given){ .choices = "[1]", .confidence = CONFIDENCE_THINK_SO }, "Right.");
    assert_verdict(SINGLE, (Given){ .choices = "[1]", .confidence = CONFIDENCE_GUESS },
                   "Right. Read why, and next time it is no guess.");
    assert_verdict(SINGLE, (Given){ .choices = "[0]", .confidence = CONFIDENCE_SURE },
                   "You were sure, and it is otherwise. This is worth a minute.");
    assert_verdict(SINGLE, (Given){ .choices = "[0]", .confidence = CONFIDENCE_GUESS }, "Not this one. Here is why.");
    assert_verdict(SEVERAL, (Given){ .choices = "[0]", .confidence = CONFIDENCE_SURE },
                   "You found some of them. See which are left.");
}

static void verdict_on_an_open_answer_quotes_it_and_names_what_is_open(void **unused)
{
    assert_verdict(OPEN, (Given){ .text = "I would ask: compared with what? Then I speak of the price of waiting." },
                   "“compared with what” is to the point, and nothing is missing.");
    assert_verdict(OPEN, (Given){ .text = "I would ask them: compared with what?" },
                   "“compared with what” is to the point. Still open: cost.");
    assert_verdict(OPEN, (Given){ .text = "I would tell them about our long history and our people." },
                   "The points are not there yet. The first to find: comparison.");
    assert_verdict(OPEN, (Given){ .text = "Perhaps." }, "This is too short to judge. A sentence or two will do.");
    assert_verdict(OPEN, (Given){ .text = "\xF0\x9F\x98\x80 \xF0\x9F\x98\x80" }, "There were no words to judge.");
    assert_verdict(OPEN, (Given){ .text = "They say it is too dear. What now?" },
                   "These are the question's words. Say it in your own.");
    assert_verdict(REFLECT, (Given){ .text = "Yesterday." }, "Kept. Nobody grades this.");
}

static void misconception_is_quoted_in_the_learners_own_words(void **unused)
{
    static const char text[] =
        "\xF0\x9F\x98\x80 I would offer a sma\xC3\xADl discount. No: I would offer a small discount and see.";
    g_autoptr(Pack) pack = pack_with(OPEN);
    json_t *feedback = feedback_for(pack, (Given){ .text = text });
    const json_t *hits = json_object_get(feedback, "misconceptions");
    assert_int_equal(json_array_size(hits), 1);
    const json_t *hit = json_array_get(hits, 0);
    assert_string_equal(text_at(hit, "name"), "offer a small discount");
    g_autofree char *words = utf16_words(text, json_object_get(hit, "evidence"));
    assert_string_equal(words, "offer a small discount");
    assert_string_equal(text_at(feedback, "verdict"), "Look again at \xE2\x80\x9Coffer a small discount\xE2\x80\x9D.");
    assert_non_null(json_object_get(hit, "correction"));
    json_decref(feedback);
}

static void format_of_a_sentence_cannot_come_from_an_answer(void **unused)
{
    assert_verdict(OPEN, (Given){ .text = "I would offer a small %n%s discount." },
                   "Look again at \xE2\x80\x9Coffer a small %n%s discount\xE2\x80\x9D.");
}

static void next_step_is_the_criterion_that_brings_most(void **unused)
{
    g_autoptr(Pack) pack = pack_with(OPEN);
    json_t *all =
        feedback_for(pack, (Given){ .text = "I would ask: compared with what? Then I speak of the price of waiting." });
    assert_true(json_is_null(json_object_get(all, "next")));
    json_decref(all);
    json_t *none = feedback_for(pack, (Given){ .text = "I would tell them about our long history and our people." });
    assert_string_equal(text_at(none, "next"), "Try again and bring in: comparison.");
    json_decref(none);
    json_t *half = feedback_for(pack, (Given){ .text = "I would ask them: compared with what?" });
    assert_string_equal(text_at(half, "next"), "Try again and bring in: cost.");
    json_decref(half);
}

static void feedback_on_options_explains_each(void **unused)
{
    g_autoptr(Pack) pack = pack_with(SINGLE);
    json_t *feedback = feedback_for(pack, (Given){ .choices = "[2]", .confidence = CONFIDENCE_SURE });
    const json_t *options = json_object_get(feedback, "options");
    assert_int_equal(json_array_size(options), 3);
    for (gsize i = 0; i < 3; i++) {
        const json_t *option = json_array_get(options, i);
        assert_int_equal(json_integer_value(json_object_get(option, "index")), i);
        assert_int_equal(json_is_true(json_object_get(option, "correct")), i == 1);
        assert_int_equal(json_is_true(json_object_get(option, "chosen")), i == 2);
        assert_true(json_is_array(json_object_get(option, "feedback")) ||
                    json_is_object(json_object_get(option, "feedback")));
    }
    assert_true(json_is_true(json_object_get(feedback, "confidentlyWrong")));
    assert_true(json_is_false(json_object_get(feedback, "passed")));
    assert_string_equal(text_at(feedback, "confidence"), "sure");
    assert_true(json_is_null(json_object_get(feedback, "memory")));
    assert_int_equal(json_array_size(json_object_get(feedback, "choices")), 1);
    assert_null(json_object_get(feedback, "models"));
    json_decref(feedback);
}

static void ungraded_answer_has_no_score_and_is_never_wrong(void **unused)
{
    g_autoptr(Pack) pack = pack_with(REFLECT);
    json_t *feedback = feedback_for(pack, (Given){ .text = "Yesterday.", .confidence = CONFIDENCE_SURE });
    assert_true(json_is_null(json_object_get(feedback, "score")));
    assert_true(json_is_null(json_object_get(feedback, "passed")));
    assert_true(json_is_null(json_object_get(feedback, "certainty")));
    assert_true(json_is_false(json_object_get(feedback, "confidentlyWrong")));
    assert_string_equal(text_at(feedback, "text"), "Yesterday.");
    json_decref(feedback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_right_option_is_all_or_nothing),
        cmocka_unit_test(of_several_right_options_the_share_counts_less_the_wrong_ones),
        cmocka_unit_test(choices_that_are_none_are_refused),
        cmocka_unit_test(text_that_is_none_is_refused),
        cmocka_unit_test(limit_of_an_answer_counts_characters_and_not_bytes),
        cmocka_unit_test(answer_is_kept_without_the_space_around_it),
        cmocka_unit_test(evidence_is_counted_in_utf16_units),
        cmocka_unit_test(score_weighs_the_criteria),
        cmocka_unit_test(verdict_on_options_says_how_it_went_and_how_sure_one_was),
        cmocka_unit_test(verdict_on_an_open_answer_quotes_it_and_names_what_is_open),
        cmocka_unit_test(misconception_is_quoted_in_the_learners_own_words),
        cmocka_unit_test(format_of_a_sentence_cannot_come_from_an_answer),
        cmocka_unit_test(next_step_is_the_criterion_that_brings_most),
        cmocka_unit_test(feedback_on_options_explains_each),
        cmocka_unit_test(ungraded_answer_has_no_score_and_is_never_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
