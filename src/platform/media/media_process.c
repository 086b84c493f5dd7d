/* Input is a file in memory and output a pipe that is only read, so that neither side can wait for the other. */
#include "platform/media/media_process.h"

#include "platform/error.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMPLAINT_BYTES = 4096, READ_BYTES = 64 * 1024 };

typedef int Descriptor;
static void close_descriptor(int descriptor)
{
    close(descriptor);
}
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Descriptor, close_descriptor, -1)

typedef posix_spawn_file_actions_t SpawnActions;
static void destroy_actions(SpawnActions *actions)
{
    posix_spawn_file_actions_destroy(actions);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpawnActions, destroy_actions)

typedef posix_spawnattr_t SpawnAttributes;
static void destroy_attributes(SpawnAttributes *attributes)
{
    posix_spawnattr_destroy(attributes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpawnAttributes, destroy_attributes)

static gboolean fail(const char *what, int cause, GError **error)
{
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "%s: %s", what, g_strerror(cause));
    return FALSE;
}

static gboolean write_all(int descriptor, const guint8 *bytes, gsize n)
{
    for (gsize done = 0; done < n;) {
        gssize written = TEMP_FAILURE_RETRY(write(descriptor, bytes + done, n - done));
        if (written < 0)
            return FALSE;
        done += (gsize)written;
    }
    return TRUE;
}

/* The descriptor of a file without a name that holds the input; -1 on error. */
static int file_of(GBytes *input, GError **error)
{
    gsize n = 0;
    const guint8 *bytes = g_bytes_get_data(input, &n);
    g_auto(Descriptor) file = memfd_create("input", MFD_CLOEXEC);
    if (file < 0 || !write_all(file, bytes, n) || lseek(file, 0, SEEK_SET) != 0) {
        fail("The input of a process cannot be kept in memory", errno, error);
        return -1;
    }
    int kept = file;
    file = -1;
    return kept;
}

/* Nothing of this process shows in the child: no descriptors but its three, no mask or handlers of signals, no
 * environment. */
static int spawn(const char *program, const char *const *arguments, const int standard[3], pid_t *child)
{
    g_auto(SpawnActions) actions;
    g_auto(SpawnAttributes) attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, standard[i], i);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return posix_spawn(child, program, &actions, &attributes, (char *const *)arguments, (char *[]){ NULL });
}

static gboolean start(const char *program, const char *const *arguments, GBytes *input, int *output, int *complaints,
                      pid_t *child, GError **error)
{
    g_auto(Descriptor) file = file_of(input, error);
    if (file < 0)
        return FALSE;
    int pipes[2][2] = { { -1, -1 }, { -1, -1 } };
    if (pipe2(pipes[0], O_CLOEXEC) != 0)
        return fail("A pipe cannot be made", errno, error);
    *output = pipes[0][0];
    g_auto(Descriptor) output_end = pipes[0][1];
    if (pipe2(pipes[1], O_CLOEXEC) != 0)
        return fail("A pipe cannot be made", errno, error);
    *complaints = pipes[1][0];
    g_auto(Descriptor) complaints_end = pipes[1][1];
    int cause = spawn(program, arguments, (int[]){ file, output_end, complaints_end }, child);
    return cause == 0 || fail(program, cause, error);
}

/* One read into `into`, of which at most `most` bytes are kept. FALSE at the end. */
static gboolean read_some(int descriptor, GByteArray *into, gsize most, gboolean *is_too_much)
{
    guint8 bytes[READ_BYTES];
    gssize n = TEMP_FAILURE_RETRY(read(descriptor, bytes, sizeof bytes));
    if (n <= 0)
        return FALSE;
    gsize kept = MIN((gsize)n, most - into->len);
    g_byte_array_append(into, bytes, (guint)kept);
    *is_too_much = kept < (gsize)n;
    return TRUE;
}

static int milliseconds_until(gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();
    return left <= 0 ? 0 : (int)(left / G_TIME_SPAN_MILLISECOND) + 1;
}

/* Until both are closed, it said too much, or it is late. What it complains beyond the limit is read and dropped. */
static void listen_to(MediaProcess *process, int output, int complaints, GByteArray *said, gsize output_most,
                      gint64 deadline)
{
    struct pollfd watched[2] = { { .fd = output, .events = POLLIN }, { .fd = complaints, .events = POLLIN } };
    while ((watched[0].fd >= 0 || watched[1].fd >= 0) && !process->is_too_much) {
        int timeout = milliseconds_until(deadline);
        process->is_late = timeout == 0;
        if (process->is_late)
            return;
        if (poll(watched, G_N_ELEMENTS(watched), timeout) <= 0)
            continue;
        gboolean is_dropped = FALSE;
        if (watched[0].revents != 0 && !read_some(output, process->output, output_most, &process->is_too_much))
            watched[0].fd = -1;
        if (watched[1].revents != 0 && !read_some(complaints, said, COMPLAINT_BYTES, &is_dropped))
            watched[1].fd = -1;
    }
}

MediaProcess *media_process_run(const char *program, const char *const *arguments, GBytes *input, gsize output_most,
                                guint patience, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)patience * G_TIME_SPAN_MILLISECOND;
    g_auto(Descriptor) output = -1;
    g_auto(Descriptor) complaints = -1;
    pid_t child = 0;
    if (!start(program, arguments, input, &output, &complaints, &child, error))
        return NULL;
    MediaProcess *process = g_new0(MediaProcess, 1);
    process->output = g_byte_array_new();
    g_autoptr(GByteArray) said = g_byte_array_new();
    listen_to(process, output, complaints, said, output_most, deadline);
    /* It is over, or has nothing more to say: one that is ending by itself keeps its own status. */
    kill(child, SIGKILL);
    (void)TEMP_FAILURE_RETRY(waitpid(child, &process->status, 0));
    g_byte_array_append(said, (const guint8 *)"", 1);
    process->complaint = g_strescape(g_strchomp((char *)said->data), NULL);
    return process;
}

void media_process_free(MediaProcess *process)
{
    g_byte_array_unref(process->output);
    g_free(process->complaint);
    g_free(process);
}
