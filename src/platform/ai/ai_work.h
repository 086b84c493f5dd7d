/* What a call is about: what is sent, and what comes back means. The one side knows nothing of connections, the other
 * (ai_loop.c) nothing of chats. Private to this folder.
 *
 * Made on the thread that starts a call, then used by the client's thread alone. */
#pragma once

#include "platform/ai/ai.h"
#include "platform/ai/ai_transfer.h"

typedef struct AiWork AiWork;

typedef enum {
    AI_WORK_DONE,
    AI_WORK_CUT, /* it ended before its end */
    AI_WORK_BAD, /* it is of no use; there is an error */
} AiWorkEnd;

struct AiWork {
    /* Fills the request of one try, and forgets what an earlier one brought. */
    void (*dress)(AiWork *work, AiTransfer *transfer, AiReply *reply);
    /* Bytes of an event stream; what they say is appended to `text`. FALSE, with an error, when they are of no use.
     * NULL: event streams are not asked for. */
    gboolean (*take)(AiWork *work, const char *bytes, gsize length, GString *text, GError **error);
    /* A good reply has ended: fills `reply`, all but its text. `body`: the whole of it, which is still to be appended
     * to `text`; NULL when it was an event stream, and `text` has it. */
    AiWorkEnd (*finish)(AiWork *work, const GString *body, GString *text, AiReply *reply, GError **error);
    /* The server refused the request with `complaint`. TRUE when there is another way to ask, which the next dress()
     * takes; there are only so many. */
    gboolean (*yield)(AiWork *work, const char *complaint);
    void (*free)(AiWork *work);
};
