/* The few ways in which something that was asked for can fail, shared by every module.
 *
 * Fallible functions return a bool or a value and take a GError **. Codes of WHET_ERROR say what kind of failure it is;
 * the message says it to a person: what happened and what to do. platform/http turns the code into a status in one
 * place. */
#pragma once

#include <glib.h>

#define WHET_ERROR whet_error_quark()
GQuark whet_error_quark(void);

typedef enum {
    WHET_ERROR_INVALID,     /* what was given is wrong (400) */
    WHET_ERROR_SIGN_IN,     /* nobody is signed in, or the proof is wrong (401) */
    WHET_ERROR_FORBIDDEN,   /* signed in, but not allowed (403) */
    WHET_ERROR_NOT_FOUND,   /* it is not there, or belongs to somebody else (404) */
    WHET_ERROR_CONFLICT,    /* it cannot be done in the present state, or was done differently before (409) */
    WHET_ERROR_TOO_LARGE,   /* over a limit of size (413) */
    WHET_ERROR_TOO_MANY,    /* over a limit of rate (429) */
    WHET_ERROR_FAILED,      /* we failed: disk, database, bug (500); the message goes to the log, not to the caller */
    WHET_ERROR_UNAVAILABLE, /* try again later (503) */
} WhetError;

/* Sets the error and returns FALSE, so that a check can end with it. `message` is taken as it is. */
gboolean whet_fail(GError **error, WhetError code, const char *message);
