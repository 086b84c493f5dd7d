/* The pool. Knows how many connections there may be and who waits; hides the stack of idle ones. */
#include "platform/db/db_pool.h"

#include "platform/error.h"

static const gint64 PATIENCE = 30 * G_TIME_SPAN_SECOND; /* a person has given up by then */

struct DbPool {
    DbPoolOpen open;
    GDestroyNotify close;
    gpointer owner;
    guint size;
    GMutex mutex;
    GCond returned;
    GPtrArray *idle; /* a stack */
    guint in_use;
};

DbPool *db_pool_new(guint size, DbPoolOpen open, GDestroyNotify close, gpointer owner)
{
    DbPool *pool = g_new0(DbPool, 1);
    *pool = (DbPool){ .open = open, .close = close, .owner = owner, .size = size };
    g_mutex_init(&pool->mutex);
    g_cond_init(&pool->returned);
    pool->idle = g_ptr_array_new_with_free_func(close);
    return pool;
}

void db_pool_free(DbPool *pool)
{
    if (!pool)
        return;
    g_mutex_lock(&pool->mutex);
    while (pool->in_use > 0)
        g_cond_wait(&pool->returned, &pool->mutex);
    g_mutex_unlock(&pool->mutex);
    g_ptr_array_unref(pool->idle);
    g_mutex_clear(&pool->mutex);
    g_cond_clear(&pool->returned);
    g_free(pool);
}

static void leave(DbPool *pool)
{
    g_mutex_lock(&pool->mutex);
    pool->in_use--;
    g_cond_signal(&pool->returned);
    g_mutex_unlock(&pool->mutex);
}

gpointer db_pool_take(DbPool *pool, GError **error)
{
    gint64 until = g_get_monotonic_time() + PATIENCE;
    g_mutex_lock(&pool->mutex);
    while (pool->in_use == pool->size) {
        if (!g_cond_wait_until(&pool->returned, &pool->mutex, until)) {
            g_mutex_unlock(&pool->mutex);
            g_set_error_literal(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE,
                                "Every connection to the database has been busy for too long. Try again.");
            return NULL;
        }
    }
    pool->in_use++;
    gpointer connection = pool->idle->len ? g_ptr_array_steal_index(pool->idle, pool->idle->len - 1) : NULL;
    g_mutex_unlock(&pool->mutex);
    if (connection)
        return connection;
    connection = pool->open(pool->owner, error);
    if (!connection)
        leave(pool);
    return connection;
}

void db_pool_give(DbPool *pool, gpointer connection)
{
    g_mutex_lock(&pool->mutex);
    g_ptr_array_add(pool->idle, connection);
    pool->in_use--;
    g_cond_signal(&pool->returned);
    g_mutex_unlock(&pool->mutex);
}

void db_pool_discard(DbPool *pool, gpointer connection)
{
    g_mutex_lock(&pool->mutex);
    GPtrArray *broken = pool->idle;
    pool->idle = g_ptr_array_new_with_free_func(pool->close);
    g_mutex_unlock(&pool->mutex);
    g_ptr_array_add(broken, connection);
    g_ptr_array_unref(broken);
    leave(pool);
}
