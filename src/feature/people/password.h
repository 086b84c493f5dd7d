/* Passwords: argon2id with the parameters of the OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
 * Hides how many are hashed at once: two, so that people signing in cannot take the machine's memory. */
#pragma once

#include <glib.h>

/* The encoded hash, with its salt and parameters. Takes some 50 ms: never call it inside a transaction. NULL with
 * WHET_ERROR_UNAVAILABLE when too many wait for their turn. Free with g_free. */
char *password_hash(const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether `password` is the one that was hashed. `hash` NULL (nobody there, or no password): the same work, and never.
 * FALSE with WHET_ERROR_UNAVAILABLE when too many wait. */
gboolean password_matches(const char *hash, const char *password, gboolean *matches,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
