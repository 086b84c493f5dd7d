/* Reading a folder: each file is opened before it is looked at, so that what is checked is what is read. */
#include "content/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/problem.h"
#include "platform/error.h"

#define SUFFIX ".md"
#define PACK_FILE "pack.md"
#define README "README.md"

/* Up to PACK_FILE_BYTES_MAX bytes and one more, which shows that there are too many. NULL with errno when it cannot be
 * read. */
static GBytes *read_bytes(int fd)
{
    gsize most = PACK_FILE_BYTES_MAX + 1;
    g_autofree guint8 *buffer = g_malloc(most);
    gsize length = 0;
    while (length < most) {
        gssize n = read(fd, buffer + length, most - length);
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        length += (gsize)n;
    }
    return g_bytes_new(buffer, length);
}

static void report_unreadable(const ProblemSink *sink, int error)
{
    problem_add(sink, 0, g_strdup_printf("the file cannot be read (%s)", g_strerror(error)),
                g_strdup("check that it is there and that you may read it"));
}

/* The file's bytes; NULL when it was reported, or is a folder. */
static GBytes *read_open_file(int fd, const ProblemSink *sink)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        report_unreadable(sink, errno);
        return NULL;
    }
    if (S_ISDIR(status.st_mode))
        return NULL;
    if (!S_ISREG(status.st_mode)) {
        problem_add_plain(sink, 0, "this is not a plain file", "move it out of the folder");
        return NULL;
    }
    g_autoptr(GBytes) bytes = status.st_size > PACK_FILE_BYTES_MAX ? NULL : read_bytes(fd);
    if (!bytes && status.st_size <= PACK_FILE_BYTES_MAX) {
        report_unreadable(sink, errno);
        return NULL;
    }
    if (!bytes || g_bytes_get_size(bytes) > PACK_FILE_BYTES_MAX) {
        problem_add(sink, 0, g_strdup_printf("the file is larger than %d KiB", PACK_FILE_BYTES_MAX / 1024),
                    g_strdup("split it into several concepts"));
        return NULL;
    }
    return g_steal_pointer(&bytes);
}

static GBytes *read_file(int folder, const char *name, const ProblemSink *sink)
{
    /* Not blocking: opening a pipe would wait for somebody to write into it. */
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ELOOP) {
        problem_add_plain(sink, 0, "this is a symbolic link, which is not followed", "put the file itself here");
        return NULL;
    }
    if (fd < 0) {
        report_unreadable(sink, errno);
        return NULL;
    }
    GBytes *bytes = read_open_file(fd, sink);
    close(fd);
    return bytes;
}

static gboolean is_wanted(const char *name)
{
    return name[0] != '.' && g_str_has_suffix(name, SUFFIX) && g_ascii_strcasecmp(name, README) != 0;
}

/* By name, pack.md before all, so that a limit on the number of files never cuts it off. */
static int compare_names(gconstpointer left, gconstpointer right)
{
    const char *a = *(char *const *)left;
    const char *b = *(char *const *)right;
    int order = (strcmp(b, PACK_FILE) == 0) - (strcmp(a, PACK_FILE) == 0);
    return order ? order : strcmp(a, b);
}

static GPtrArray *list_names(DIR *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        if (is_wanted(entry->d_name))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

GPtrArray *pack_read_folder(const char *path, GPtrArray *problems, GError **error)
{
    DIR *folder = opendir(path);
    if (!folder) {
        int reason = errno;
        g_autofree char *shown = g_filename_display_name(path);
        g_set_error(error, WHET_ERROR, reason == ENOENT ? WHET_ERROR_NOT_FOUND : WHET_ERROR_INVALID,
                    "The folder %s cannot be read: %s.", shown, g_strerror(reason));
        return NULL;
    }

    g_autoptr(GPtrArray) names = list_names(folder);
    GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    /* One more than allowed, and pack.md: then pack_parse() can tell that there are too many without all of them in
     * memory. */
    for (guint i = 0; i < names->len && files->len < PACK_CONCEPTS_MAX + 2; i++) {
        const char *name = names->pdata[i];
        g_autofree char *shown = g_filename_display_name(name);
        GBytes *bytes = read_file(dirfd(folder), name, &(ProblemSink){ problems, shown });
        if (!bytes)
            continue;
        PackFile *file = g_new0(PackFile, 1);
        file->name = g_strdup(name);
        file->bytes = bytes;
        g_ptr_array_add(files, file);
    }
    closedir(folder);
    return files;
}
