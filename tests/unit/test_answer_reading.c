/* Answer reading: what the features say of answers that are told apart by eye. */
#include "engine/grade/answer_reading.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char question[] = "Why does the bulb light?";
static const char *const references[] = {
    "The bulb is in a closed path with the battery",
    "There is no gap between bulb and battery",
};

static AnswerKey *key_with(guint n)
{
    return answer_key_new(NULL, "en", question, references, n);
}

static double feature_of(const char *answer, Feature feature)
{
    g_autoptr(AnswerKey) key = key_with(G_N_ELEMENTS(references));
    g_autoptr(AnswerReading) reading = answer_read(key, answer);
    return reading->features[feature];
}

static void a_reference_itself_is_covered_in_full(void **unused)
{
    static const Feature full[] = { FEATURE_COVERAGE,   FEATURE_COVERAGE_NEW, FEATURE_PRECISION,    FEATURE_BOTH,
                                    FEATURE_BOTH_NEW,   FEATURE_ORDER,        FEATURE_LETTERS,      FEATURE_MOST_PAIRS,
                                    FEATURE_MOST_ORDER, FEATURE_MOST_LETTERS, FEATURE_ALL_PRECISION };
    for (gsize i = 0; i < G_N_ELEMENTS(full); i++)
        assert_true(fabs(feature_of(references[0], full[i]) - 1) < 1e-6);
    assert_true(fabs(feature_of(references[0], FEATURE_LENGTH)) < 1e-9);
    assert_true(feature_of(references[0], FEATURE_DENIAL) == 0);
}

static void words_of_the_question_are_not_new(void **unused)
{
    assert_true(feature_of("the bulb does light", FEATURE_ECHO) == 1);
    assert_true(feature_of("the bulb does light", FEATURE_WORDS_NEW) == 0);
    assert_true(feature_of("a closed path", FEATURE_ECHO) == 0);
    assert_true(fabs(feature_of("a closed path", FEATURE_WORDS_NEW) - log(3)) < 1e-9);
}

static void order_and_neighbours_tell_a_heap_from_a_sentence(void **unused)
{
    const char *heap = "battery the with path closed a in is bulb the";
    assert_true(feature_of(heap, FEATURE_COVERAGE) > 0.99);
    assert_true(feature_of(heap, FEATURE_MOST_PAIRS) < 0.2);
    assert_true(feature_of(heap, FEATURE_MOST_ORDER) < 0.5);
}

static void a_denial_is_seen(void **unused)
{
    assert_true(feature_of("The bulb is not in a closed path with the battery", FEATURE_DENIAL) == 1);
    assert_true(feature_of("The bulb isn't in a closed path with the battery", FEATURE_DENIAL) == 1);
    assert_true(feature_of("There is no gap between bulb and battery", FEATURE_DENIAL) == 0);
    assert_true(feature_of("It is not so", FEATURE_DENIAL_UNKNOWN) == 0); /* the second reference denies as well */
}

static void a_number_that_nobody_named_is_seen(void **unused)
{
    assert_true(feature_of("There are 7 paths", FEATURE_NUMBER_UNKNOWN) == 1);
    assert_true(feature_of("There are paths", FEATURE_NUMBER_UNKNOWN) == 0);
}

static void words_that_no_reference_has_cost_precision(void **unused)
{
    assert_true(feature_of("closed path", FEATURE_ALL_PRECISION) > 0.99);
    assert_true(feature_of("closed path of bananas and apples", FEATURE_ALL_PRECISION) < 0.6);
}

static void slips_of_spelling_are_covered(void **unused)
{
    assert_true(feature_of("a closed path with the batery", FEATURE_COVERAGE) >
                feature_of("a closed path with the", FEATURE_COVERAGE));
}

static void nothing_gives_numbers_that_are_numbers(void **unused)
{
    static const char *const answers[] = { NULL, "", "  ", "?!", "a", "\xff\xfe" };
    for (guint n = 0; n <= G_N_ELEMENTS(references); n++) {
        g_autoptr(AnswerKey) key = key_with(n);
        for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
            g_autoptr(AnswerReading) reading = answer_read(key, answers[i]);
            for (guint k = 0; k < FEATURES; k++)
                assert_true(isfinite(reading->features[k]));
        }
    }
}

static void every_feature_has_a_name(void **unused)
{
    for (guint k = 0; k < FEATURES; k++)
        assert_non_null(feature_names[k]);
}

static void cues_stand_in_order_and_once(void **unused)
{
    g_autoptr(AnswerKey) key = key_with(1);
    g_autoptr(AnswerReading) reading = answer_read(key, "a path, a path, and a closed path");
    const GArray *lists[] = { reading->cues, reading->own };
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 1; j < lists[i]->len; j++)
            assert_true(g_array_index(lists[i], Cue, j - 1).id < g_array_index(lists[i], Cue, j).id);
}

static void own_cues_are_found_again_by_their_text(void **unused)
{
    g_autoptr(AnswerKey) key = key_with(1);
    g_autoptr(AnswerReading) reading = answer_read(key, "It is in closed paths");
    gboolean pair = FALSE;
    for (guint i = 0; i < reading->own->len; i++) {
        const Cue *cue = &g_array_index(reading->own, Cue, i);
        g_autofree char *text = answer_cue_text(reading, cue);
        assert_true(answer_cue_id(text) == cue->id);
        pair = pair || strcmp(text, "close path") == 0;
    }
    assert_true(pair);
}

/* Sixty-four references of different words, and an answer of as many: the limits keep it to a moment. */
static void the_largest_key_and_answer_are_bounded(void **unused)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 20000; i++)
        g_string_append_printf(text, "w%dx ", i);
    const char *many[KEY_REFERENCES_MOST + 1];
    for (gsize i = 0; i < G_N_ELEMENTS(many); i++)
        many[i] = text->str + 700 * i;
    g_autoptr(AnswerKey) key = answer_key_new(NULL, "en", text->str, many, G_N_ELEMENTS(many));
    assert_true(key->stems->len <= KEY_STEMS_MOST);
    assert_int_equal(key->references->len, KEY_REFERENCES_MOST);
    g_autoptr(AnswerReading) reading = answer_read(key, text->str);
    assert_true(reading->features[FEATURE_WORDS] <= log(1.0 + READING_WORDS_MOST) + 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reference_itself_is_covered_in_full),
        cmocka_unit_test(words_of_the_question_are_not_new),
        cmocka_unit_test(order_and_neighbours_tell_a_heap_from_a_sentence),
        cmocka_unit_test(a_denial_is_seen),
        cmocka_unit_test(a_number_that_nobody_named_is_seen),
        cmocka_unit_test(words_that_no_reference_has_cost_precision),
        cmocka_unit_test(slips_of_spelling_are_covered),
        cmocka_unit_test(nothing_gives_numbers_that_are_numbers),
        cmocka_unit_test(every_feature_has_a_name),
        cmocka_unit_test(cues_stand_in_order_and_once),
        cmocka_unit_test(own_cues_are_found_again_by_their_text),
        cmocka_unit_test(the_largest_key_and_answer_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
