/* JSON that a model or its server wrote. Private to this folder. */
#pragma once

#include "platform/json.h"

/* An object, at most AI_JSON_DEPTH_MOST deep, no member twice. NULL, with FAILED, when it is anything else; the message
 * quotes nothing of it. A new reference. */
json_t *ai_json_read(const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first complete object that stands in `text`, which may have words or a fence around it; what a model thinks aloud
 * in <think> is passed over. NULL, with FAILED, when there is none. A new reference. */
json_t *ai_json_find(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
