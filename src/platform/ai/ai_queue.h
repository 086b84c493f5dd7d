/* A queue that is fair: each owner has a line, and lines take turns, so that one who brings a thousand calls does not
 * keep another waiting behind them. Private to this folder; one thread at a time. */
#pragma once

#include <glib.h>

typedef struct AiQueue AiQueue;

AiQueue *ai_queue_new(void);
void ai_queue_free(AiQueue *queue); /* what is in it is not freed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiQueue, ai_queue_free)

void ai_queue_push(AiQueue *queue, gint64 owner, gpointer item);
/* The first of the owner whose turn it is; NULL when nothing waits. */
gpointer ai_queue_pop(AiQueue *queue);
/* Takes `item` out, if it is there. */
void ai_queue_remove(AiQueue *queue, gint64 owner, gpointer item);
gboolean ai_queue_is_empty(const AiQueue *queue);
