/* A child process that reads bytes and answers with bytes, within a limit of time and size. Knows nothing of media;
 * hides descriptors, pipes and the end of processes. Thread-safe: it touches only what it made. */
#pragma once

#include <glib.h>

typedef struct {
    GByteArray *output;   /* of standard output, at most the limit */
    char *complaint;      /* the first of standard error, escaped to one line of ASCII; "" for none */
    int status;           /* as of waitpid */
    gboolean is_late;     /* it was killed when patience ran out */
    gboolean is_too_much; /* it was killed since it said more than the limit */
} MediaProcess;

/* Runs `program` with `arguments` (NULL-terminated, the name first) and an empty environment; it reads `input` from
 * standard input, which can be mapped. Waits until it closed its outputs, which is taken for its end, or `patience`
 * milliseconds have passed; then it is killed if it still runs, and no trace of it is left. NULL with WHET_ERROR_FAILED
 * when it cannot be started. Free with media_process_free. */
MediaProcess *media_process_run(const char *program, const char *const *arguments, GBytes *input, gsize output_most,
                                guint patience, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void media_process_free(MediaProcess *process);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MediaProcess, media_process_free)
