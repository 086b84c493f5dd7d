/* An exercise as JSON. Each shape has its writer and, below, its reader; a reader takes every key or refuses the
 * object. */
#include "content/exercise_json.h"

#include <string.h>

#include "content/pack_free.h"
#include "platform/error.h"

enum {
    ARRAY_MAX = PACK_FILE_BYTES_MAX, /* no array has more elements than its file had bytes */
    TURNS_MIN = 3,
    TURNS_MAX = 8,
};

static json_t *strings_to_json(const GPtrArray *strings)
{
    json_t *array = json_array();
    for (guint i = 0; i < strings->len; i++)
        json_array_append_new(array, json_string(strings->pdata[i]));
    return array;
}

static json_t *options_to_json(const GPtrArray *options)
{
    json_t *array = json_array();
    for (guint i = 0; i < options->len; i++) {
        const PackOption *option = options->pdata[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:b}", "text", option->text, "feedback", option->feedback,
                                               "correct", option->correct));
    }
    return array;
}

static json_t *criteria_to_json(const GPtrArray *criteria)
{
    json_t *array = json_array();
    for (guint i = 0; i < criteria->len; i++) {
        const PackCriterion *criterion = criteria->pdata[i];
        json_t *ideas = json_array();
        for (guint k = 0; k < criterion->ideas->len; k++)
            json_array_append_new(ideas, strings_to_json(((const PackIdea *)criterion->ideas->pdata[k])->phrasings));
        json_array_append_new(
            array, json_pack("{s:s, s:f, s:o}", "name", criterion->name, "weight", criterion->weight, "ideas", ideas));
    }
    return array;
}

static json_t *misconceptions_to_json(const GPtrArray *misconceptions)
{
    json_t *array = json_array();
    for (guint i = 0; i < misconceptions->len; i++) {
        const PackMisconception *misconception = misconceptions->pdata[i];
        json_array_append_new(array,
                              json_pack("{s:o, s:s}", "phrasings", strings_to_json(misconception->idea->phrasings),
                                        "correction", misconception->correction));
    }
    return array;
}

static json_t *lines_to_json(const GPtrArray *lines)
{
    json_t *array = json_array();
    for (guint i = 0; i < lines->len; i++) {
        const PackLine *line = lines->pdata[i];
        json_array_append_new(
            array, json_pack("{s:s, s:o}", "text", line->text, "phrasings", strings_to_json(line->idea->phrasings)));
    }
    return array;
}

static json_t *scene_to_json(const PackScene *scene)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:i}", "buyer", scene->buyer, "temperament", scene->temperament,
                     "goal", scene->goal, "opens", scene->opens, "facts", lines_to_json(scene->facts), "objections",
                     lines_to_json(scene->objections), "turns", scene->turns);
}

json_t *exercise_to_json(const PackExercise *exercise)
{
    json_t *json = json_pack("{s:s, s:i, s:s}", "kind", exercise_kind_names[exercise->kind], "difficulty",
                             exercise->hint, "prompt", exercise->prompt);
    if (exercise->name)
        json_object_set_new(json, "name", json_string(exercise->name));
    if (exercise->options)
        json_object_set_new(json, "options", options_to_json(exercise->options));
    if (exercise->criteria)
        json_object_set_new(json, "criteria", criteria_to_json(exercise->criteria));
    if (exercise->misconceptions)
        json_object_set_new(json, "misconceptions", misconceptions_to_json(exercise->misconceptions));
    if (exercise->models)
        json_object_set_new(json, "models", strings_to_json(exercise->models));
    if (exercise->scene)
        json_object_set_new(json, "scene", scene_to_json(exercise->scene));
    if (exercise->follow_up)
        json_object_set_new(json, "follow_up", json_string(exercise->follow_up));
    return json;
}

/* An object that is being read: keys that were there are counted, so that one too many shows. */
typedef struct {
    const json_t *object;
    gsize taken;
    GError **error;
} Reader;

static gboolean refuse(GError **error, const char *key)
{
    if (!error || !*error)
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The exercise in the database is damaged at \"%s\".", key);
    return FALSE;
}

static json_t *take(Reader *reader, const char *key)
{
    json_t *value = json_object_get(reader->object, key);
    reader->taken += value != NULL;
    return value;
}

static gboolean finish(const Reader *reader, const char *what)
{
    return reader->taken == json_object_size(reader->object) ? TRUE : refuse(reader->error, what);
}

/* A copy of the string; NULL when it is none, or holds a NUL. */
static char *copy_string(const json_t *value)
{
    const char *text = json_string_value(value);
    return text && strlen(text) == json_string_length(value) ? g_strdup(text) : NULL;
}

static gboolean take_string(Reader *reader, const char *key, char **text)
{
    *text = copy_string(take(reader, key));
    return *text ? TRUE : refuse(reader->error, key);
}

static gboolean take_optional_string(Reader *reader, const char *key, char **text)
{
    return json_object_get(reader->object, key) ? take_string(reader, key, text) : TRUE;
}

/* Reads an element of an array into a struct of its own; NULL, with the error set, when it is not one. */
typedef gpointer (*ReadElement)(const json_t *json, GError **error);

static gboolean read_array(const json_t *json, const char *key, gsize most, ReadElement element,
                           GDestroyNotify free_element, GPtrArray **array, GError **error)
{
    if (!json_is_array(json) || json_array_size(json) > most)
        return refuse(error, key);
    *array = g_ptr_array_new_with_free_func(free_element);
    for (gsize i = 0; i < json_array_size(json); i++) {
        gpointer read = element(json_array_get(json, i), error);
        if (!read)
            return refuse(error, key);
        g_ptr_array_add(*array, read);
    }
    return TRUE;
}

static gpointer read_string(const json_t *json, GError **error)
{
    return copy_string(json);
}

static gpointer read_idea(const json_t *json, GError **error)
{
    g_autoptr(PackIdea) idea = g_new0(PackIdea, 1);
    if (!read_array(json, "phrasings", PACK_IDEAS_MAX, read_string, g_free, &idea->phrasings, error))
        return NULL;
    return idea->phrasings->len > 0 ? g_steal_pointer(&idea) : NULL;
}

static gpointer read_option(const json_t *json, GError **error)
{
    PackOption *option = g_new0(PackOption, 1);
    Reader reader = { json, .error = error };
    const json_t *correct = take(&reader, "correct");
    option->correct = json_is_true(correct);
    if (take_string(&reader, "text", &option->text) && take_string(&reader, "feedback", &option->feedback) &&
        json_is_boolean(correct) && finish(&reader, "options"))
        return option;
    pack_option_free(option);
    return NULL;
}

static gpointer read_criterion(const json_t *json, GError **error)
{
    PackCriterion *criterion = g_new0(PackCriterion, 1);
    Reader reader = { json, .error = error };
    const json_t *weight = take(&reader, "weight");
    criterion->weight = json_number_value(weight);
    if (take_string(&reader, "name", &criterion->name) && json_is_number(weight) && criterion->weight >= 0.5 &&
        criterion->weight <= 10.0 &&
        read_array(take(&reader, "ideas"), "ideas", PACK_IDEAS_MAX, read_idea, (GDestroyNotify)pack_idea_free,
                   &criterion->ideas, error) &&
        criterion->ideas->len > 0 && finish(&reader, "criteria"))
        return criterion;
    pack_criterion_free(criterion);
    return NULL;
}

static gpointer read_misconception(const json_t *json, GError **error)
{
    PackMisconception *misconception = g_new0(PackMisconception, 1);
    Reader reader = { json, .error = error };
    misconception->idea = read_idea(take(&reader, "phrasings"), error);
    if (misconception->idea && take_string(&reader, "correction", &misconception->correction) &&
        finish(&reader, "misconceptions"))
        return misconception;
    pack_misconception_free(misconception);
    return NULL;
}

static gpointer read_line(const json_t *json, GError **error)
{
    PackLine *line = g_new0(PackLine, 1);
    Reader reader = { json, .error = error };
    line->idea = read_idea(take(&reader, "phrasings"), error);
    if (line->idea && take_string(&reader, "text", &line->text) && finish(&reader, "scene"))
        return line;
    pack_line_free(line);
    return NULL;
}

static PackScene *read_scene(const json_t *json, GError **error)
{
    g_autoptr(PackScene) scene = g_new0(PackScene, 1);
    Reader reader = { json, .error = error };
    const json_t *turns = take(&reader, "turns");
    json_int_t value = json_integer_value(turns);
    if (value < TURNS_MIN || value > TURNS_MAX)
        return NULL;
    scene->turns = (int)value;
    if (take_string(&reader, "buyer", &scene->buyer) && take_string(&reader, "temperament", &scene->temperament) &&
        take_string(&reader, "goal", &scene->goal) && take_string(&reader, "opens", &scene->opens) &&
        read_array(take(&reader, "facts"), "facts", ARRAY_MAX, read_line, (GDestroyNotify)pack_line_free, &scene->facts,
                   error) &&
        read_array(take(&reader, "objections"), "objections", ARRAY_MAX, read_line, (GDestroyNotify)pack_line_free,
                   &scene->objections, error) &&
        finish(&reader, "scene"))
        return g_steal_pointer(&scene);
    return NULL;
}

static gboolean read_rubric(Reader *reader, PackExercise *exercise)
{
    return read_array(take(reader, "criteria"), "criteria", PACK_CRITERIA_MAX, read_criterion,
                      (GDestroyNotify)pack_criterion_free, &exercise->criteria, reader->error) &&
           read_array(take(reader, "misconceptions"), "misconceptions", ARRAY_MAX, read_misconception,
                      (GDestroyNotify)pack_misconception_free, &exercise->misconceptions, reader->error) &&
           read_array(take(reader, "models"), "models", ARRAY_MAX, read_string, g_free, &exercise->models,
                      reader->error) &&
           (exercise->criteria->len > 0 && exercise->models->len > 0 ? TRUE : refuse(reader->error, "criteria"));
}

static gboolean read_options(Reader *reader, PackExercise *exercise)
{
    return read_array(take(reader, "options"), "options", PACK_OPTIONS_MAX, read_option,
                      (GDestroyNotify)pack_option_free, &exercise->options, reader->error) &&
           (exercise->options->len >= PACK_OPTIONS_MIN ? TRUE : refuse(reader->error, "options"));
}

/* What only some kinds have, and those must have. */
static gboolean read_kind(Reader *reader, PackExercise *exercise)
{
    if (exercise->kind == EXERCISE_CHOOSE)
        return read_options(reader, exercise);
    if (exercise->kind == EXERCISE_REFLECT)
        return take_optional_string(reader, "follow_up", &exercise->follow_up);
    if (!read_rubric(reader, exercise))
        return FALSE;
    if (exercise->kind == EXERCISE_ROLEPLAY)
        exercise->scene = read_scene(take(reader, "scene"), reader->error);
    return exercise->kind != EXERCISE_ROLEPLAY || exercise->scene ? TRUE : refuse(reader->error, "scene");
}

static gboolean read_exercise(Reader *reader, PackExercise *exercise)
{
    g_autofree char *kind = copy_string(take(reader, "kind"));
    if (!kind || !exercise_kind_parse(kind, &exercise->kind))
        return refuse(reader->error, "kind");
    const json_t *difficulty = take(reader, "difficulty");
    json_int_t hint = json_integer_value(difficulty);
    if (!json_is_integer(difficulty) || hint < DIFFICULTY_EASY || hint > DIFFICULTY_HARD)
        return refuse(reader->error, "difficulty");
    exercise->hint = (DifficultyHint)hint;
    return take_string(reader, "prompt", &exercise->prompt) && take_optional_string(reader, "name", &exercise->name) &&
           read_kind(reader, exercise) && finish(reader, "exercise");
}

PackExercise *exercise_from_json(const char *slug, const json_t *json, GError **error)
{
    g_autoptr(PackExercise) exercise = g_new0(PackExercise, 1);
    exercise->slug = g_strdup(slug);
    Reader reader = { json, .error = error };
    if (!read_exercise(&reader, exercise))
        return NULL;
    return g_steal_pointer(&exercise);
}
