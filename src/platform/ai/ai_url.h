/* The address of a service, from what the operator wrote. Private to this folder. */
#pragma once

#include "platform/ai/ai.h"

/* The whole address: "https://host" and "https://host/v1/" both become "https://host/v1/chat/completions"; a path with
 * a version in it ("/openai/v1", "/v1beta/openai") is kept, and so is an address that is whole already. INVALID when it
 * is no http or https address, or holds a user or a fragment; the message does not repeat it. Free with g_free. */
char *ai_url(const char *base, AiService service, GError **error) G_GNUC_WARN_UNUSED_RESULT;
