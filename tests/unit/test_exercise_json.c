/* An exercise goes into the database and comes back the same; what was damaged there does not come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "content/exercise_json.h"
#include "platform/error.h"

#define CHOOSE                                                                                                  \
    "{\"kind\":\"choose\",\"difficulty\":-1,\"prompt\":\"Which?\",\"name\":\"n\",\"options\":[{\"text\":\"a\"," \
    "\"feedback\":\"f\",\"correct\":true},"                                                                     \
    "{\"text\":\"b\",\"feedback\":\"\\u00e9\",\"correct\":false}]}"
#define RUBRIC                                                                                               \
    "\"criteria\":[{\"name\":\"c\",\"weight\":2.5,\"ideas\":[[\"a\",\"b\"],[\"c\"]]}],\"misconceptions\":[{" \
    "\"phrasings\":[\"w\"],\"correction\":\"no\"}],"                                                         \
    "\"models\":[\"m\",\"k\"]"
#define SCENE                                                                                                     \
    "\"scene\":{\"buyer\":\"b\",\"temperament\":\"t\",\"goal\":\"g\",\"opens\":\"o\",\"facts\":[{\"text\":\"f\"," \
    "\"phrasings\":[\"p\"]}],"                                                                                    \
    "\"objections\":[{\"text\":\"o\",\"phrasings\":[\"q\"]}],\"turns\":5}"
#define EXPLAIN "{\"kind\":\"explain\",\"difficulty\":0,\"prompt\":\"p\"," RUBRIC "}"
#define ROLEPLAY "{\"kind\":\"roleplay\",\"difficulty\":1,\"prompt\":\"p\"," RUBRIC "," SCENE "}"
#define REFLECT "{\"kind\":\"reflect\",\"difficulty\":0,\"prompt\":\"p\",\"follow_up\":\"u\"}"

static PackExercise *load(const char *text, GError **error)
{
    json_t *json = json_loads(text, JSON_ALLOW_NUL, NULL);
    if (!json)
        fail_msg("not JSON: %s", text);
    PackExercise *exercise = exercise_from_json("slug", json, error);
    json_decref(json);
    return exercise;
}

static void assert_round_trip(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PackExercise) exercise = load(text, &error);
    if (!exercise)
        fail_msg("%s: %s", text, error->message);
    assert_string_equal(exercise->slug, "slug");
    json_t *wanted = json_loads(text, 0, NULL);
    json_t *json = exercise_to_json(exercise);
    if (!json_equal(json, wanted))
        fail_msg("%s came back as %s", text, json_dumps(json, JSON_COMPACT));
    json_decref(json);
    json_decref(wanted);
}

static void every_kind_comes_back_the_same(void **state)
{
    assert_round_trip(CHOOSE);
    assert_round_trip(EXPLAIN);
    assert_round_trip(ROLEPLAY);
    assert_round_trip(REFLECT);
    assert_round_trip("{\"kind\":\"reflect\",\"difficulty\":0,\"prompt\":\"p\"}");
}

static void fields_are_what_they_were(void **state)
{
    g_autoptr(PackExercise) choose = load(CHOOSE, NULL);
    assert_int_equal(choose->kind, EXERCISE_CHOOSE);
    assert_int_equal(choose->hint, DIFFICULTY_EASY);
    assert_string_equal(choose->name, "n");
    assert_true(((PackOption *)choose->options->pdata[0])->correct);
    assert_false(((PackOption *)choose->options->pdata[1])->correct);
    assert_string_equal(((PackOption *)choose->options->pdata[1])->feedback, "é");
    assert_null(choose->criteria);
    assert_int_equal(choose->line, 0);

    g_autoptr(PackExercise) play = load(ROLEPLAY, NULL);
    assert_null(play->name);
    const PackCriterion *criterion = play->criteria->pdata[0];
    assert_float_equal(criterion->weight, 2.5, 0);
    assert_string_equal(((PackIdea *)criterion->ideas->pdata[1])->phrasings->pdata[0], "c");
    assert_int_equal(play->scene->turns, 5);
    assert_string_equal(((PackLine *)play->scene->objections->pdata[0])->idea->phrasings->pdata[0], "q");
}

static void whole_number_is_a_weight(void **state)
{
    g_autoptr(PackExercise) exercise = load("{\"kind\":\"recall\",\"difficulty\":0,\"prompt\":\"p\",\"criteria\":[{"
                                            "\"name\":\"c\",\"weight\":2,\"ideas\":[[\"a\"]]}],"
                                            "\"misconceptions\":[],\"models\":[\"m\"]}",
                                            NULL);
    assert_non_null(exercise);
    assert_float_equal(((PackCriterion *)exercise->criteria->pdata[0])->weight, 2.0, 0);
}

/* Each replaces a part of a good exercise. */
static const struct {
    const char *good, *part, *instead;
} damages[] = {
    { CHOOSE, "\"choose\"", "\"quiz\"" },
    { CHOOSE, "\"choose\"", "7" },
    { CHOOSE, "\"choose\"", "\"explain\"" },
    { CHOOSE, "-1", "2" },
    { CHOOSE, "-1", "0.0" },
    { CHOOSE, "\"Which?\"", "null" },
    { CHOOSE, "\"Which?\"", "\"a\\u0000b\"" },
    { CHOOSE, "\"n\"", "[]" },
    { CHOOSE, "\"name\"", "\"nome\"" },
    { CHOOSE, "true", "1" },
    { CHOOSE, "\"feedback\":\"f\",", "" },
    { CHOOSE, "\"correct\":true", "\"correct\":true,\"more\":1" },
    { CHOOSE, "{\"text\":\"a\",\"feedback\":\"f\",\"correct\":true},", "" },
    { EXPLAIN, "2.5", "0.4" },
    { EXPLAIN, "2.5", "11" },
    { EXPLAIN, "2.5", "\"2\"" },
    { EXPLAIN, "[\"c\"]", "[]" },
    { EXPLAIN, "[[\"a\",\"b\"],[\"c\"]]", "[]" },
    { EXPLAIN, "[\"c\"]", "[1]" },
    { EXPLAIN, "[\"c\"]", "[[\"c\"]]" },
    { EXPLAIN, "[\"w\"]", "{}" },
    { EXPLAIN, "\"correction\":\"no\"", "\"correction\":null" },
    { EXPLAIN, "[\"m\",\"k\"]", "[]" },
    { EXPLAIN, "[\"m\",\"k\"]", "\"m\"" },
    { EXPLAIN, "\"misconceptions\"", "\"mistakes\"" },
    { ROLEPLAY, "\"turns\":5", "\"turns\":9" },
    { ROLEPLAY, "\"turns\":5", "\"turns\":5.0" },
    { ROLEPLAY, "\"buyer\":\"b\",", "" },
    { ROLEPLAY, "\"facts\"", "\"fact\"" },
    { ROLEPLAY, "," SCENE, "" },
    { EXPLAIN, RUBRIC, RUBRIC "," SCENE },
    { REFLECT, "\"u\"", "5" },
    { REFLECT, "\"follow_up\"", "\"line\"" },
};

static void damaged_exercise_is_refused(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
        const char *place = strstr(damages[i].good, damages[i].part);
        assert_non_null(place);
        g_autofree char *text = g_strdup_printf("%.*s%s%s", (int)(place - damages[i].good), damages[i].good,
                                                damages[i].instead, place + strlen(damages[i].part));
        g_autoptr(GError) error = NULL;
        g_autoptr(PackExercise) exercise = load(text, &error);
        if (exercise)
            fail_msg("accepted: %s", text);
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_FAILED));
        assert_null(load(text, NULL));
    }
}

static void what_is_no_object_is_refused(void **state)
{
    static const char *const texts[] = { "[]", "{}", "[{}]", "{\"kind\":\"reflect\"}" };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        assert_null(load(texts[i], NULL));
    assert_null(exercise_from_json("slug", NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_the_same), cmocka_unit_test(fields_are_what_they_were),
        cmocka_unit_test(whole_number_is_a_weight),       cmocka_unit_test(damaged_exercise_is_refused),
        cmocka_unit_test(what_is_no_object_is_refused),
    };
    return cmocka_run_group_tests_name("exercise_json", tests, NULL, NULL);
}
