/* A bounded pool of connections that are opened when first needed. The one returned last is handed out first, so that a
 * quiet server keeps few of them warm. Private to this folder; may be used from any thread. */
#pragma once

#include <glib.h>

typedef struct DbPool DbPool;
typedef gpointer (*DbPoolOpen)(gpointer owner, GError **error);

/* `open` is called with `owner`, on the thread that asks. Free with db_pool_free. */
DbPool *db_pool_new(guint size, DbPoolOpen open, GDestroyNotify close, gpointer owner);

/* Waits until every connection is back, then closes them. NULL is allowed. */
void db_pool_free(DbPool *pool);

/* A connection for this thread alone, to be returned by one of the two below. NULL with the error of `open`, or with
 * WHET_ERROR_UNAVAILABLE when all of them stay in use for too long. */
gpointer db_pool_take(DbPool *pool, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void db_pool_give(DbPool *pool, gpointer connection);

/* Returns one that is broken: it is closed, and so are those that lie idle, since they broke for the same reason. */
void db_pool_discard(DbPool *pool, gpointer connection);
