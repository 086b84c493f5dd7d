/* Knows whose turn it is; hides the lines. */
#include "platform/ai/ai_queue.h"

typedef struct {
    gint64 owner;
    GQueue items; /* never empty between calls */
} Line;

struct AiQueue {
    GQueue lines; /* of Line; the first has its turn */
};

AiQueue *ai_queue_new(void)
{
    AiQueue *queue = g_new0(AiQueue, 1);
    g_queue_init(&queue->lines);
    return queue;
}

static void free_line(gpointer data)
{
    Line *line = data;
    g_queue_clear(&line->items);
    g_free(line);
}

void ai_queue_free(AiQueue *queue)
{
    g_queue_clear_full(&queue->lines, free_line);
    g_free(queue);
}

static GList *find_line(AiQueue *queue, gint64 owner)
{
    GList *link = queue->lines.head;
    while (link && ((Line *)link->data)->owner != owner)
        link = link->next;
    return link;
}

void ai_queue_push(AiQueue *queue, gint64 owner, gpointer item)
{
    GList *link = find_line(queue, owner);
    if (!link) {
        Line *line = g_new0(Line, 1);
        line->owner = owner;
        g_queue_init(&line->items);
        g_queue_push_tail(&queue->lines, line);
        link = queue->lines.tail;
    }
    g_queue_push_tail(&((Line *)link->data)->items, item);
}

gpointer ai_queue_pop(AiQueue *queue)
{
    Line *line = g_queue_pop_head(&queue->lines);
    if (!line)
        return NULL;
    gpointer item = g_queue_pop_head(&line->items);
    if (g_queue_is_empty(&line->items))
        free_line(line);
    else
        g_queue_push_tail(&queue->lines, line);
    return item;
}

void ai_queue_remove(AiQueue *queue, gint64 owner, gpointer item)
{
    GList *link = find_line(queue, owner);
    if (!link)
        return;
    Line *line = link->data;
    g_queue_remove(&line->items, item);
    if (!g_queue_is_empty(&line->items))
        return;
    g_queue_delete_link(&queue->lines, link);
    free_line(line);
}

gboolean ai_queue_is_empty(const AiQueue *queue)
{
    return queue->lines.length == 0;
}
