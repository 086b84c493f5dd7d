/* One buffer of packed bytes in front of a GConverter, which is there only when the bytes are gzip. */
#include "platform/unpack.h"

#include "platform/error.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024 };

static const char gzip_magic[] = { '\x1F', '\x8B' };

struct Unpack {
    char *name;
    GInputStream *stream;
    GConverter *gzip; /* NULL when the bytes are plain, or nothing was read yet */
    char *buffer;     /* BUFFER_BYTES, of which start .. end - 1 wait to be used */
    gsize start, end;
    gboolean is_begun;
    gboolean is_at_end;  /* the stream has no more */
    gboolean is_between; /* the last gzip member is complete */
    goffset size;        /* of the file; 0 when not known */
    goffset n_read;
};

static Unpack *fail_to_open(const char *name, int cause, GError **error)
{
    g_set_error(error, WHET_ERROR, cause == ENOENT ? WHET_ERROR_NOT_FOUND : WHET_ERROR_INVALID, "%s: %s", name,
                g_strerror(cause));
    return NULL;
}

Unpack *unpack_open(const char *path, GError **error)
{
    gboolean is_input = g_str_equal(path, "-");
    g_autofree char *name = is_input ? g_strdup("standard input") : g_filename_display_name(path);
    int file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail_to_open(name, errno, error);
    g_autoptr(GInputStream) stream = g_unix_input_stream_new(file, !is_input);
    struct stat status;
    if (fstat(file, &status) != 0)
        return fail_to_open(name, errno, error);
    if (S_ISDIR(status.st_mode))
        return fail_to_open(name, EISDIR, error);
    Unpack *unpack = unpack_new(stream, name);
    unpack->size = S_ISREG(status.st_mode) ? status.st_size : 0;
    return unpack;
}

Unpack *unpack_new(GInputStream *stream, const char *name)
{
    Unpack *unpack = g_new0(Unpack, 1);
    unpack->name = g_strdup(name);
    unpack->stream = g_object_ref(stream);
    unpack->buffer = g_malloc(BUFFER_BYTES);
    return unpack;
}

void unpack_free(Unpack *unpack)
{
    g_free(unpack->name);
    g_object_unref(unpack->stream);
    g_clear_object(&unpack->gzip);
    g_free(unpack->buffer);
    g_free(unpack);
}

const char *unpack_name(const Unpack *unpack)
{
    return unpack->name;
}

double unpack_share(const Unpack *unpack)
{
    return unpack->size > 0 ? MIN(1.0, (double)unpack->n_read / (double)unpack->size) : -1;
}

static gboolean fail(const Unpack *unpack, const char *message, GError **error)
{
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%s: %s", unpack->name, message);
    return FALSE;
}

/* The next bytes of the stream, straight to where they are wanted. */
static gssize read_stream(Unpack *unpack, char *bytes, gsize size, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gssize n = unpack->is_at_end ? 0 : g_input_stream_read(unpack->stream, bytes, size, NULL, &cause);
    if (n < 0) {
        fail(unpack, cause->message, error);
        return -1;
    }
    unpack->is_at_end = n == 0;
    unpack->n_read += n;
    return n;
}

/* Waits for at least `wanted` bytes in the buffer, or the end of the stream. */
static gboolean fill(Unpack *unpack, gsize wanted, GError **error)
{
    memmove(unpack->buffer, unpack->buffer + unpack->start, unpack->end - unpack->start);
    unpack->end -= unpack->start;
    unpack->start = 0;
    while (unpack->end < wanted && !unpack->is_at_end) {
        gssize n = read_stream(unpack, unpack->buffer + unpack->end, BUFFER_BYTES - unpack->end, error);
        if (n < 0)
            return FALSE;
        unpack->end += (gsize)n;
    }
    return TRUE;
}

static gboolean is_gzip_next(const Unpack *unpack)
{
    return unpack->end - unpack->start >= sizeof gzip_magic &&
           memcmp(unpack->buffer + unpack->start, gzip_magic, sizeof gzip_magic) == 0;
}

static gboolean begin(Unpack *unpack, GError **error)
{
    if (!fill(unpack, sizeof gzip_magic, error))
        return FALSE;
    unpack->is_begun = TRUE;
    if (is_gzip_next(unpack))
        unpack->gzip = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    return TRUE;
}

static gssize read_plain(Unpack *unpack, char *bytes, gsize size, GError **error)
{
    gsize waiting = MIN(size, unpack->end - unpack->start);
    if (waiting == 0)
        return read_stream(unpack, bytes, size, error);
    memcpy(bytes, unpack->buffer + unpack->start, waiting);
    unpack->start += waiting;
    return (gssize)waiting;
}

/* Files that were packed one by one and joined are one gzip file: RFC 1952, 2.2. */
static gboolean begin_member(Unpack *unpack, gboolean *is_done, GError **error)
{
    if (!fill(unpack, sizeof gzip_magic, error))
        return FALSE;
    *is_done = unpack->start == unpack->end;
    if (*is_done)
        return TRUE;
    if (!is_gzip_next(unpack))
        return fail(unpack, "the compressed data is followed by something that is not gzip", error);
    g_converter_reset(unpack->gzip);
    return TRUE;
}

static gboolean convert(Unpack *unpack, char *bytes, gsize size, gsize *n, GError **error)
{
    if (unpack->start == unpack->end && !fill(unpack, 1, error))
        return FALSE;
    gsize used = 0;
    g_autoptr(GError) cause = NULL;
    GConverterResult result =
        g_converter_convert(unpack->gzip, unpack->buffer + unpack->start, unpack->end - unpack->start, bytes, size,
                            unpack->is_at_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &used, n, &cause);
    if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return fail(unpack, "the compressed data ends too early: the file is not complete", error);
    if (result == G_CONVERTER_ERROR)
        return fail(unpack, "the compressed data is damaged", error);
    unpack->start += used;
    unpack->is_between = result == G_CONVERTER_FINISHED;
    return TRUE;
}

static gssize read_gzip(Unpack *unpack, char *bytes, gsize size, GError **error)
{
    gsize n = 0;
    while (n == 0) {
        gboolean is_done = FALSE;
        if (unpack->is_between && !begin_member(unpack, &is_done, error))
            return -1;
        if (is_done)
            return 0;
        if (!convert(unpack, bytes, size, &n, error))
            return -1;
    }
    return (gssize)n;
}

gssize unpack_read(Unpack *unpack, char *bytes, gsize size, GError **error)
{
    if (!unpack->is_begun && !begin(unpack, error))
        return -1;
    return unpack->gzip ? read_gzip(unpack, bytes, size, error) : read_plain(unpack, bytes, size, error);
}
