/* The SQL of signing in, as typed functions: sign-ins, links, failures. Tokens come as their hashes. Private to this
 * folder. */
#pragma once

#include "feature/app.h"

typedef struct {
    gint64 id, organisation_id, person_id;
    gint64 created_at, rotated_at, seen_at, expires_at;
    unsigned roles; /* of the person */
    char csrf[65];
    char *user_agent;
    gboolean unsettled; /* found by a token that is used for the first time since it replaced another */
} SignInRow;
void sign_in_row_free(SignInRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignInRow, sign_in_row_free)

gboolean sign_in_db_put(DbTx *tx, const SignInRow *row, const char *token_hash, GError **error);
/* The living sign-in of a person who is not disabled; NULL in `found` when there is none. */
gboolean sign_in_db_of_token(DbTx *tx, const char *token_hash, gint64 now, SignInRow **found, GError **error);
/* SignInRow *, those that live, seen last first. */
GPtrArray *sign_in_db_of_person(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 now, GError **error);
gboolean sign_in_db_touch(DbTx *tx, gint64 organisation_id, gint64 id, gint64 now, gint64 expires_at, GError **error);
/* Replaces the token that was used. It stays good until the new one is used: the reply that carries that may be lost.
 * `changed` is 0 when somebody else rotated it since `row` was read. */
gboolean sign_in_db_rotate(DbTx *tx, const SignInRow *row, const char *token_hash, const char *new_hash, gint64 now,
                           gint64 *changed, GError **error);
/* The new token has arrived: from `previous_until` on the one before is good no more. */
gboolean sign_in_db_settle(DbTx *tx, const SignInRow *row, gint64 previous_until, GError **error);
gboolean sign_in_db_end(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 id, gint64 *changed, GError **error);
/* All of the person's but `kept` (0: all). */
gboolean sign_in_db_end_all(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 kept, GError **error);
gboolean sign_in_db_end_of_token(DbTx *tx, const char *token_hash, gint64 now, GError **error);

/* `added` is FALSE when there is no such person or they are disabled. */
gboolean sign_in_db_put_link(DbTx *tx, const char *token_hash, gint64 person_id, gint64 uses, gint64 expires_at,
                             gboolean *added, GError **error);
/* Takes one use of the link; person_id 0 when there is none. */
gboolean sign_in_db_use_link(DbTx *tx, const char *token_hash, gint64 now, gint64 *organisation_id, gint64 *person_id,
                             GError **error);
/* How many of the person's links expire after `after` and not after `until`. */
gboolean sign_in_db_count_links(DbTx *tx, gint64 organisation_id, gint64 person_id, gint64 after, gint64 until,
                                gint64 *count, GError **error);
gboolean sign_in_db_drop_link(DbTx *tx, const char *token_hash, GError **error);
gboolean sign_in_db_drop_links(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error);

/* Counts a failure for a name, in a window that begins with the first one after `window_start`. `counted` is FALSE, and
 * `since` the window's beginning, when there were `most` in it already. */
gboolean sign_in_db_count_failure(DbTx *tx, const char *name_hash, gint64 now, gint64 window_start, gint64 most,
                                  gboolean *counted, gint64 *since, GError **error);
gboolean sign_in_db_clear_failures(DbTx *tx, const char *name_hash, GError **error);

/* Deletes what ended before: sign-ins and links by their end, failures by their window's beginning. */
gboolean sign_in_db_forget(DbTx *tx, gint64 sign_ins_before, gint64 links_before, gint64 failures_before,
                           GError **error);
