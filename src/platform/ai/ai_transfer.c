/* Knows what is allowed on the wire; hides libcurl's options. */
#include "platform/ai/ai_transfer.h"

#include <string.h>

#include "platform/ai/ai.h"

static const long CONNECT_SECONDS = 10; /* name, connection and TLS */

enum {
    BODY_BYTES_MOST = 4 * AI_TEXT_BYTES_MOST,    /* escapes, segments with their times */
    STREAM_BYTES_MOST = 64 * AI_TEXT_BYTES_MOST, /* a few hundred bytes around each token */
    COMPLAINT_BYTES_MOST = 16 * 1024,            /* of a reply that is none */
    HEADER_BYTES_MOST = 64 * 1024,
};

struct AiTransfer {
    CURL *curl;
    CurlList *headers;
    curl_mime *form;
    char *json;
    AiTransferTake take;
    gpointer data;
    GString *body;
    gsize received, header_bytes;
    gboolean moved, is_too_large;
    char reason[CURL_ERROR_SIZE];
};

static void add_header(AiTransfer *transfer, const char *header)
{
    transfer->headers = curl_slist_append(transfer->headers, header);
}

AiTransfer *ai_transfer_new(const char *url, const char *key)
{
    AiTransfer *transfer = g_new0(AiTransfer, 1);
    transfer->curl = curl_easy_init();
    g_assert(transfer->curl);
    transfer->body = g_string_new(NULL);
    curl_easy_setopt(transfer->curl, CURLOPT_URL, url);
    if (key) {
        g_autofree char *authorization = g_strconcat("Authorization: Bearer ", key, NULL);
        add_header(transfer, authorization);
    }
    add_header(transfer, "Expect:"); /* a round trip more that some servers never answer */
    return transfer;
}

void ai_transfer_free(AiTransfer *transfer)
{
    curl_easy_cleanup(transfer->curl);
    curl_slist_free_all(transfer->headers);
    curl_mime_free(transfer->form);
    g_free(transfer->json);
    g_string_free(transfer->body, TRUE);
    g_free(transfer);
}

void ai_transfer_send_json(AiTransfer *transfer, char *json)
{
    transfer->json = json;
    add_header(transfer, "Content-Type: application/json");
    curl_easy_setopt(transfer->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(transfer->curl, CURLOPT_POSTFIELDS, json);
}

static curl_mimepart *add_part(AiTransfer *transfer, const char *name)
{
    if (!transfer->form)
        transfer->form = curl_mime_init(transfer->curl);
    curl_mimepart *part = curl_mime_addpart(transfer->form);
    g_assert(part);
    curl_mime_name(part, name);
    return part;
}

void ai_transfer_send_part(AiTransfer *transfer, const char *name, const char *value)
{
    if (value)
        curl_mime_data(add_part(transfer, name), value, CURL_ZERO_TERMINATED);
}

void ai_transfer_send_file(AiTransfer *transfer, const char *name, const char *file_name, const char *type,
                           GBytes *bytes)
{
    gsize size;
    curl_mimepart *part = add_part(transfer, name);
    const char *start = g_bytes_get_data(bytes, &size);
    curl_mime_filename(part, file_name);
    curl_mime_type(part, type);
    curl_mime_data(part, start, size);
}

/* --- what comes back */

static gboolean is_good(const AiTransfer *transfer)
{
    long status = ai_transfer_status(transfer);
    return status >= 200 && status < 300;
}

gboolean ai_transfer_is_stream(const AiTransfer *transfer)
{
    static const char stream[] = "text/event-stream";
    const char *type = NULL;
    curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_TYPE, &type);
    return transfer->take && is_good(transfer) && type && g_ascii_strncasecmp(type, stream, strlen(stream)) == 0;
}

/* Returning another number than was given ends the transfer. */
static gsize refuse(AiTransfer *transfer)
{
    transfer->is_too_large = TRUE;
    return 0;
}

static gsize take_body(char *bytes, size_t size, size_t count, gpointer data)
{
    AiTransfer *transfer = data;
    gsize length = size * count;
    transfer->moved = TRUE;
    transfer->received += length;
    if (!is_good(transfer)) {
        gsize room = COMPLAINT_BYTES_MOST - transfer->body->len;
        g_string_append_len(transfer->body, bytes, (gssize)MIN(length, room));
        return transfer->received <= BODY_BYTES_MOST ? length : refuse(transfer);
    }
    if (ai_transfer_is_stream(transfer)) {
        if (transfer->received > STREAM_BYTES_MOST)
            return refuse(transfer);
        return transfer->take(bytes, length, transfer->data) ? length : 0;
    }
    if (transfer->received > BODY_BYTES_MOST)
        return refuse(transfer);
    g_string_append_len(transfer->body, bytes, (gssize)length);
    return length;
}

static gsize take_header(char *bytes, size_t size, size_t count, gpointer data)
{
    AiTransfer *transfer = data;
    transfer->header_bytes += size * count;
    return transfer->header_bytes <= HEADER_BYTES_MOST ? size * count : refuse(transfer);
}

void ai_transfer_begin(AiTransfer *transfer, AiTransferTake take, gpointer data)
{
    CURL *curl = transfer->curl;
    transfer->take = take;
    transfer->data = data;
    if (transfer->form)
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, transfer->form);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Whet/" WHET_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a name that is still looked up is not waited for */
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->reason);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
}

CURL *ai_transfer_handle(const AiTransfer *transfer)
{
    return transfer->curl;
}

gboolean ai_transfer_moved(AiTransfer *transfer)
{
    gboolean moved = transfer->moved;
    transfer->moved = FALSE;
    return moved;
}

long ai_transfer_status(const AiTransfer *transfer)
{
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

gboolean ai_transfer_is_too_large(const AiTransfer *transfer)
{
    return transfer->is_too_large;
}

const GString *ai_transfer_body(const AiTransfer *transfer)
{
    return transfer->body;
}

gint64 ai_transfer_retry_after(const AiTransfer *transfer)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RETRY_AFTER, &seconds);
    return MAX(0, (gint64)seconds);
}

const char *ai_transfer_reason(const AiTransfer *transfer, CURLcode result)
{
    return *transfer->reason ? transfer->reason : curl_easy_strerror(result);
}
