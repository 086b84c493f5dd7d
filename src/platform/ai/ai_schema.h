/* A small part of JSON Schema (draft 2020-12), the part that servers with schema support take in their strict mode.
 * Servers without it, and those that take a schema and do not keep to it, answer what they like, so every reply is
 * checked here. Pure. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Whether `schema` uses nothing but type, properties, required, additionalProperties (a boolean), items, enum, minimum,
 * maximum, minItems, maxItems, title and description. INVALID when not. */
gboolean ai_schema_check(const json_t *schema, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether `value` fits a schema that passed ai_schema_check(). FAILED, with where and why, when not; nothing of the
 * value is quoted. */
gboolean ai_schema_fits(const json_t *schema, const json_t *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
