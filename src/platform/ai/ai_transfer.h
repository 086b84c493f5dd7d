/* One HTTP request and what comes back. Private to this folder; one thread at a time.
 *
 * Knows what is allowed on the way: http and https, certificates checked, no redirects, no cookies, so many bytes and
 * no more; a proxy when libcurl's environment names one. Hides libcurl's options; who drives the transfer has its
 * handle. */
#pragma once

#include "platform/libcurl.h"

typedef struct AiTransfer AiTransfer;

/* Bytes of an event stream. FALSE ends the transfer. */
typedef gboolean (*AiTransferTake)(const char *bytes, gsize length, gpointer data);

AiTransfer *ai_transfer_new(const char *url, const char *key);
/* The handle must not be in a multi handle any more. */
void ai_transfer_free(AiTransfer *transfer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AiTransfer, ai_transfer_free)

/* What is sent: either JSON, which is taken over, or the parts of a form; parts without a value are left out. */
void ai_transfer_send_json(AiTransfer *transfer, char *json);
void ai_transfer_send_part(AiTransfer *transfer, const char *name, const char *value);
void ai_transfer_send_file(AiTransfer *transfer, const char *name, const char *file_name, const char *type,
                           GBytes *bytes);

/* Makes it ready to be driven. `take`, which may be NULL, gets the body when the reply is a good one and an event
 * stream; any other is kept. */
void ai_transfer_begin(AiTransfer *transfer, AiTransferTake take, gpointer data);
CURL *ai_transfer_handle(const AiTransfer *transfer);

/* Whether bytes came since this was asked last. */
gboolean ai_transfer_moved(AiTransfer *transfer);

/* --- once it is over */

long ai_transfer_status(const AiTransfer *transfer); /* 0: none came */
/* Whether `take` got the body, if there was one. */
gboolean ai_transfer_is_stream(const AiTransfer *transfer);
gboolean ai_transfer_is_too_large(const AiTransfer *transfer);
/* Bytes of the body, whatever they are; a NUL follows. */
const GString *ai_transfer_body(const AiTransfer *transfer);
/* Seconds that the server asked to wait; 0 when it did not. */
gint64 ai_transfer_retry_after(const AiTransfer *transfer);
/* What libcurl has to say about its result. */
const char *ai_transfer_reason(const AiTransfer *transfer, CURLcode result);
