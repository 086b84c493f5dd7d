/* Unpack: the bytes of a file from front to back, unpacked when they are gzip (RFC 1952; told by the first two bytes,
 * not by the name). Knows nothing of what the bytes mean; hides buffers, zlib and that a gzip file may have several
 * members one after the other. */
#pragma once

#include <gio/gio.h>

typedef struct Unpack Unpack;

/* The file `path`, or standard input for "-". NULL when it cannot be read: WHET_ERROR_NOT_FOUND when it is not there,
 * WHET_ERROR_INVALID otherwise. Free with unpack_free. */
Unpack *unpack_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a stream, of which a reference is kept. `name` is what errors call it; copied. */
Unpack *unpack_new(GInputStream *stream, const char *name);
void unpack_free(Unpack *unpack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unpack, unpack_free)

/* What errors call it: the path, or "standard input". Valid as long as `unpack`. */
const char *unpack_name(const Unpack *unpack);

/* Up to `size` (> 0) bytes, at least one. 0 at the end, -1 on error: WHET_ERROR_INVALID for gzip that is damaged or
 * ends too early, and when reading fails. */
gssize unpack_read(Unpack *unpack, char *bytes, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How much of the file was read, 0..1; negative when its size is not known. */
double unpack_share(const Unpack *unpack);
