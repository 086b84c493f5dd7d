/* whet-decode SAMPLES [unconfined]: decodes the sound file on standard input and writes a MediaReply and at most
 * SAMPLES samples to standard output. Confines itself before it looks at the file; media_decode starts it. */
#include "platform/media/confine.h"
#include "platform/media/decode.h"
#include <stdlib.h>
#include <unistd.h>

/* 90 seconds of any format take less than one. */
enum { PROCESSOR_SECONDS = 5 };
/* Twice the largest allocation that is granted, the samples of ten minutes, and the decoder's own. */
enum { MEMORY_BYTES = 256 * 1024 * 1024 };

static gboolean write_all(const void *bytes, gsize n)
{
    for (const char *at = bytes; n > 0;) {
        gssize written = write(STDOUT_FILENO, at, n);
        if (written < 0)
            return FALSE;
        at += written;
        n -= (gsize)written;
    }
    return TRUE;
}

/* Without the usual clean-up at the end, which calls what is no longer allowed. */
static G_NORETURN void answer(const MediaReply *reply, const GArray *samples)
{
    gboolean is_written = write_all(reply, sizeof *reply) &&
                          (reply->n_samples == 0 || write_all(samples->data, reply->n_samples * sizeof(gint16)));
    _exit(is_written ? EXIT_SUCCESS : EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    gsize samples_most = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 0;
    gboolean allows_unconfined = argc > 2 && g_str_equal(argv[2], "unconfined");
    g_autoptr(GMappedFile) file = g_mapped_file_new_from_fd(STDIN_FILENO, FALSE, NULL);
    if (samples_most == 0 || !file) {
        g_printerr("usage: whet-decode SAMPLES [unconfined] <FILE\n");
        return 2;
    }
    decode_prepare();
    g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(gint16));
    if (!confine_resources(PROCESSOR_SECONDS, MEMORY_BYTES) || (!confine_calls() && !allows_unconfined))
        answer(&(MediaReply){ .magic = MEDIA_REPLY_MAGIC, .outcome = MEDIA_UNCONFINED }, NULL);
    MediaReply reply = decode_bytes((const guint8 *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
                                    samples_most, samples);
    answer(&reply, samples);
}
