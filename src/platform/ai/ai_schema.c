/* Knows what the words of a JSON Schema ask of a value; hides how a place is written (a JSON pointer). */
#include "platform/ai/ai_schema.h"

#include <string.h>

#include "platform/ai/ai.h"
#include "platform/error.h"

/* --- the schema itself */

static gboolean check_at(const json_t *schema, guint depth, GError **error);

static gboolean is_type_name(const json_t *value)
{
    static const char *const names[] = { "object", "array", "string", "number", "integer", "boolean", "null", NULL };
    return json_is_string(value) && g_strv_contains(names, json_string_value(value));
}

static gboolean all_of(const json_t *array, gboolean (*fits)(const json_t *value))
{
    for (gsize i = 0; i < json_array_size(array); i++)
        if (!fits(json_array_get(array, i)))
            return FALSE;
    return json_array_size(array) > 0;
}

static gboolean is_type(const json_t *value)
{
    return is_type_name(value) || all_of(value, is_type_name);
}

static gboolean is_text(const json_t *value)
{
    return json_is_string(value);
}

static gboolean is_texts(const json_t *value)
{
    return json_is_array(value) && (json_array_size(value) == 0 || all_of(value, is_text));
}

static gboolean is_list(const json_t *value)
{
    return json_is_array(value);
}

static gboolean is_boolean(const json_t *value)
{
    return json_is_boolean(value);
}

static gboolean is_number(const json_t *value)
{
    return json_is_number(value);
}

static gboolean is_count(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static gboolean is_object(const json_t *value)
{
    return json_is_object(value);
}

static const struct {
    const char *word;
    gboolean (*fits)(const json_t *value);
} words[] = {
    { "type", is_type },      { "properties", is_object },
    { "required", is_texts }, { "additionalProperties", is_boolean },
    { "items", is_object },   { "enum", is_list },
    { "minimum", is_number }, { "maximum", is_number },
    { "minItems", is_count }, { "maxItems", is_count },
    { "title", is_text },     { "description", is_text },
};

static gboolean check_word(const char *word, const json_t *value, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(word, words[i].word) && words[i].fits(value))
            return TRUE;
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "A schema cannot say this with '%s' here.", word);
    return FALSE;
}

static gboolean check_members(const json_t *properties, guint depth, GError **error)
{
    const char *name;
    json_t *property;
    json_object_foreach((json_t *)properties, name, property)
        if (!check_at(property, depth, error))
            return FALSE;
    return TRUE;
}

static gboolean check_at(const json_t *schema, guint depth, GError **error)
{
    if (depth > AI_JSON_DEPTH_MOST)
        return whet_fail(error, WHET_ERROR_INVALID, "The schema is nested too deep.");
    if (!json_is_object(schema))
        return whet_fail(error, WHET_ERROR_INVALID, "A schema must be an object.");
    const char *word;
    json_t *value;
    json_object_foreach((json_t *)schema, word, value)
        if (!check_word(word, value, error))
            return FALSE;
    const json_t *items = json_object_get(schema, "items");
    return check_members(json_object_get(schema, "properties"), depth + 1, error) &&
           (!items || check_at(items, depth + 1, error));
}

gboolean ai_schema_check(const json_t *schema, GError **error)
{
    return check_at(schema, 1, error);
}

/* --- a value */

typedef struct {
    GString *place; /* a JSON pointer */
    GError **error;
} Look;

static gboolean fits_at(Look *look, const json_t *schema, const json_t *value);

static gboolean wrong(Look *look, const char *what)
{
    g_set_error(look->error, WHET_ERROR, WHET_ERROR_FAILED, "'%s' %s", look->place->str, what);
    return FALSE;
}

static gboolean has_type(const char *name, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return g_str_equal(name, "object");
    case JSON_ARRAY:
        return g_str_equal(name, "array");
    case JSON_STRING:
        return g_str_equal(name, "string");
    case JSON_INTEGER:
        return g_str_equal(name, "integer") || g_str_equal(name, "number");
    case JSON_REAL: /* 1.0 is an integer to JSON Schema, but not to those who read it with json_integer_value() */
        return g_str_equal(name, "number");
    case JSON_TRUE:
    case JSON_FALSE:
        return g_str_equal(name, "boolean");
    case JSON_NULL:
        return g_str_equal(name, "null");
    }
    return FALSE;
}

static gboolean fits_type(const json_t *type, const json_t *value)
{
    if (!type || json_is_string(type))
        return !type || has_type(json_string_value(type), value);
    for (gsize i = 0; i < json_array_size(type); i++)
        if (has_type(json_string_value(json_array_get(type, i)), value))
            return TRUE;
    return FALSE;
}

static gboolean fits_enum(const json_t *list, const json_t *value)
{
    for (gsize i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), value))
            return TRUE;
    return !list;
}

static gboolean fits_range(const json_t *schema, double number, const char *least, const char *most)
{
    const json_t *from = json_object_get(schema, least), *to = json_object_get(schema, most);
    return (!from || number >= json_number_value(from)) && (!to || number <= json_number_value(to));
}

static gboolean fits_member(Look *look, const char *name, const json_t *schema, const json_t *value)
{
    gsize length = look->place->len;
    g_string_append_printf(look->place, "/%s", name);
    gboolean fits = fits_at(look, schema, value);
    g_string_truncate(look->place, length);
    return fits;
}

static gboolean fits_object(Look *look, const json_t *schema, const json_t *object)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *required = json_object_get(schema, "required");
    const char *name;
    json_t *property;
    gsize known = 0;
    for (gsize i = 0; i < json_array_size(required); i++)
        if (!json_object_get(object, json_string_value(json_array_get(required, i))))
            return wrong(look, "lacks a member");
    json_object_foreach((json_t *)properties, name, property) {
        const json_t *value = json_object_get(object, name);
        known += value != NULL;
        if (value && !fits_member(look, name, property, value))
            return FALSE;
    }
    if (json_is_false(json_object_get(schema, "additionalProperties")) && known < json_object_size(object))
        return wrong(look, "has a member too many");
    return TRUE;
}

static gboolean fits_array(Look *look, const json_t *schema, const json_t *array)
{
    if (!fits_range(schema, (double)json_array_size(array), "minItems", "maxItems"))
        return wrong(look, "has too few or too many items");
    const json_t *items = json_object_get(schema, "items");
    for (gsize i = 0; items && i < json_array_size(array); i++) {
        char index[32];
        g_snprintf(index, sizeof index, "%" G_GSIZE_FORMAT, i);
        if (!fits_member(look, index, items, json_array_get(array, i)))
            return FALSE;
    }
    return TRUE;
}

static gboolean fits_at(Look *look, const json_t *schema, const json_t *value)
{
    if (!fits_type(json_object_get(schema, "type"), value))
        return wrong(look, "is of the wrong type");
    if (!fits_enum(json_object_get(schema, "enum"), value))
        return wrong(look, "is none of those allowed");
    if (json_is_number(value) && !fits_range(schema, json_number_value(value), "minimum", "maximum"))
        return wrong(look, "is too small or too great");
    if (json_is_object(value))
        return fits_object(look, schema, value);
    return !json_is_array(value) || fits_array(look, schema, value);
}

gboolean ai_schema_fits(const json_t *schema, const json_t *value, GError **error)
{
    g_autoptr(GString) place = g_string_new(NULL);
    Look look = { place, error };
    return fits_at(&look, schema, value);
}
