/* Sound files from anywhere: any bytes, in the decoder that whet-decode confines. Whatever it says it decoded must be
 * there, and bounded. */
#include <stddef.h>
#include <stdint.h>

#include "platform/media/decode.h"
#include "platform/media/media.h"

enum { SECONDS = 2 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    decode_prepare();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(gint16));
    MediaReply reply = decode_bytes(data, size, SECONDS * MEDIA_RATE, samples);
    g_assert(reply.magic == MEDIA_REPLY_MAGIC && reply.outcome < MEDIA_UNCONFINED);
    g_assert(reply.container < MEDIA_CONTAINERS && reply.is_damaged <= 1);
    g_assert(samples->len <= SECONDS * MEDIA_RATE);
    g_assert(reply.n_samples == (reply.outcome == MEDIA_DECODED ? samples->len : 0));
    g_assert((reply.outcome == MEDIA_DECODED) == (reply.n_samples > 0));
    return 0;
}
