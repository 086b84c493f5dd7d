/* Knows how models wrap the JSON that they were asked for. */
#include "platform/ai/ai_json.h"

#include <string.h>

#include "platform/ai/ai.h"
#include "platform/error.h"

/* Braces that are looked at: each costs a walk to where the text ends. */
enum { BEGINNINGS_MOST = 64 };

json_t *ai_json_read(const char *bytes, gsize length, GError **error)
{
    json_error_t wrong;
    if (json_is_deeper(bytes, length, AI_JSON_DEPTH_MOST)) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "the JSON is nested more than %d levels deep",
                    AI_JSON_DEPTH_MOST);
        return NULL;
    }
    g_autoptr(json_t) value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &wrong);
    if (!value) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "it is no JSON from line %d, column %d on", wrong.line,
                    wrong.column);
        return NULL;
    }
    if (!json_is_object(value)) {
        whet_fail(error, WHET_ERROR_FAILED, "it is JSON, but no object");
        return NULL;
    }
    return g_steal_pointer(&value);
}

/* Where the object that begins at `text` ends, after its last brace; NULL when it does not. */
static const char *end_of_object(const char *text)
{
    guint depth = 0;
    gboolean quoted = FALSE;
    for (const char *at = text; *at != '\0'; at++) {
        if (quoted) {
            if (*at == '\\' && at[1] != '\0')
                at++;
            else if (*at == '"')
                quoted = FALSE;
        } else if (*at == '"') {
            quoted = TRUE;
        } else if (*at == '{' && ++depth > AI_JSON_DEPTH_MOST) {
            return NULL;
        } else if (*at == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return NULL;
}

json_t *ai_json_find(const char *text, GError **error)
{
    json_t *whole = ai_json_read(text, strlen(text), NULL);
    if (whole)
        return whole;
    const char *thought = g_strrstr(text, "</think>");
    const char *at = strchr(thought ? thought : text, '{');
    for (guint i = 0; at && i < BEGINNINGS_MOST; i++, at = strchr(at + 1, '{')) {
        const char *end = end_of_object(at);
        json_t *value = end ? ai_json_read(at, (gsize)(end - at), NULL) : NULL;
        if (value)
            return value;
    }
    whet_fail(error, WHET_ERROR_FAILED, "there is no JSON object in it");
    return NULL;
}
