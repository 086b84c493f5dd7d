/* Worker threads: they block on the database so that the few threads that parse never do. Many are cheap because their
 * stacks are small. Hides the queue and the threads. */
#include "platform/http/http_private.h"

#include <pthread.h>

/* Enough for a handler with SQLite, libcurl and a JSON body of the greatest depth under it, sanitizers included; bytes.
 * Only what is touched takes memory. */
#define STACK_SIZE (1024 * 1024)

struct HttpWorkers {
    void (*work)(gpointer job);
    GMutex lock;
    GCond more;
    GQueue jobs; /* links belong to the jobs */
    gboolean ending;
    guint count;
    pthread_t threads[];
};

static GList *next_job(HttpWorkers *workers)
{
    g_mutex_lock(&workers->lock);
    while (g_queue_is_empty(&workers->jobs) && !workers->ending)
        g_cond_wait(&workers->more, &workers->lock);
    GList *job = g_queue_pop_head_link(&workers->jobs);
    g_mutex_unlock(&workers->lock);
    return job;
}

static void *run(void *data)
{
    HttpWorkers *workers = data;
    pthread_setname_np(pthread_self(), "http-worker");
    for (GList *job = next_job(workers); job; job = next_job(workers))
        workers->work(job->data);
    return NULL;
}

HttpWorkers *http_workers_new(guint count, void (*work)(gpointer job), GError **error)
{
    HttpWorkers *workers = g_malloc0(sizeof *workers + count * sizeof workers->threads[0]);
    workers->work = work;
    g_mutex_init(&workers->lock);
    g_cond_init(&workers->more);
    g_queue_init(&workers->jobs);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    int failure = 0;
    while (workers->count < count && failure == 0) {
        failure = pthread_create(&workers->threads[workers->count], &attributes, run, workers);
        if (failure == 0)
            workers->count++;
    }
    pthread_attr_destroy(&attributes);
    if (failure == 0)
        return workers;
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "Cannot start worker thread %u of %u: %s", workers->count + 1,
                count, g_strerror(failure));
    http_workers_free(workers);
    return NULL;
}

void http_workers_push(HttpWorkers *workers, GList *link)
{
    g_mutex_lock(&workers->lock);
    g_queue_push_tail_link(&workers->jobs, link);
    g_cond_signal(&workers->more);
    g_mutex_unlock(&workers->lock);
}

void http_workers_free(HttpWorkers *workers)
{
    if (!workers)
        return;
    g_mutex_lock(&workers->lock);
    workers->ending = TRUE;
    g_cond_broadcast(&workers->more);
    g_mutex_unlock(&workers->lock);
    for (guint i = 0; i < workers->count; i++)
        pthread_join(workers->threads[i], NULL);
    g_cond_clear(&workers->more);
    g_mutex_clear(&workers->lock);
    g_free(workers);
}
