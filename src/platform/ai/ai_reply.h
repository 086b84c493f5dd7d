/* Replies as they are made. Private to this folder, beside ai_reply_ref(). */
#pragma once

#include "platform/ai/ai.h"

/* With an empty text and no segments. */
AiReply *ai_reply_new(void);

/* Newly allocated from what was there before, which is freed. */
void ai_reply_set_text(char **where, const char *text);

/* A reply as it is kept, and read again: JSON of its text, its model and its usage. FALSE when `kept` is none. Free
 * with g_free. */
char *ai_reply_write(const AiReply *reply);
gboolean ai_reply_read(AiReply *reply, const char *kept);

/* Sets the usage from the object that servers send, when it is one; FALSE when it is not. */
gboolean ai_reply_set_usage(AiReply *reply, const json_t *usage);
/* Tokens of so many bytes, for servers that do not count. */
guint ai_tokens(gsize bytes);
