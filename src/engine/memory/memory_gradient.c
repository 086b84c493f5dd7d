/* Cuts a pack into chunks of a fixed number of steps, whatever the number of threads, and adds their sums in order. */
#include "engine/memory/memory_gradient.h"

#include "engine/memory/fsrs6_gradient.h"
#include "engine/memory/fsrs7_gradient.h"

typedef void (*Kernel)(const MemoryModel *model, const ReviewPack *pack, guint first, guint last, guint every,
                       MemorySums *sums);

enum { CHUNK_STEPS = 512 }; /* some 4,000 reviews: far more work than handing it to a thread */

/* x86-64-v3 has 256 bits and fused multiplication, v4 has 512 bits. */
static Kernel kernel_for(MemoryAlgorithm algorithm)
{
    gboolean is_fsrs6 = algorithm == MEMORY_FSRS6;
#if defined(WHET_LANES_X86)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd"))
        return is_fsrs6 ? fsrs6_gradient_v4 : fsrs7_gradient_v4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2"))
        return is_fsrs6 ? fsrs6_gradient_v3 : fsrs7_gradient_v3;
#endif
    return is_fsrs6 ? fsrs6_gradient_base : fsrs7_gradient_base;
}

typedef struct {
    const MemoryModel *model;
    const ReviewPack *pack;
    Kernel kernel;
    guint every;
    const guint *chunk; /* n_chunks + 1: where they begin */
    guint n_chunks;
    MemorySums *sums; /* of each */
    gint next;        /* atomic: the first chunk nobody has taken */
} Work;

static gpointer work_off(gpointer data)
{
    Work *work = data;
    for (;;) {
        guint i = (guint)g_atomic_int_add(&work->next, 1);
        if (i >= work->n_chunks)
            return NULL;
        work->kernel(work->model, work->pack, work->chunk[i], work->chunk[i + 1], work->every, &work->sums[i]);
    }
}

/* Where chunks begin, and the end. */
static GArray *chunks_of(const ReviewPack *pack, guint every)
{
    GArray *chunks = g_array_new(FALSE, FALSE, sizeof(guint));
    guint steps = CHUNK_STEPS;
    for (guint group = 0; group < pack->n_groups; group += every) {
        if (steps >= CHUNK_STEPS) {
            g_array_append_val(chunks, group);
            steps = 0;
        }
        steps += pack->first[group + 1] - pack->first[group];
    }
    g_array_append_val(chunks, pack->n_groups);
    return chunks;
}

static void run(Work *work, guint threads)
{
    guint n_threads = MIN(threads, work->n_chunks);
    g_autofree GThread **started = g_new0(GThread *, n_threads + 1);
    for (guint i = 1; i < n_threads; i++)
        started[i] = g_thread_try_new("gradient", work_off, work, NULL); /* without it the others do its share */
    work_off(work);
    for (guint i = 1; i < n_threads; i++)
        if (started[i])
            g_thread_join(started[i]);
}

static void add(MemorySums *sums, const MemorySums *more, double times)
{
    sums->loss += times * more->loss;
    for (guint i = 0; i < MEMORY_WEIGHTS_MOST; i++)
        sums->gradient[i] += times * more->gradient[i];
    for (guint i = 0; i < MEMORY_PAIRS_MOST; i++)
        sums->information[i] += times * more->information[i];
}

void memory_gradient(const MemoryModel *model, const ReviewPack *pack, guint every, guint threads, MemorySums *sums)
{
    g_autoptr(GArray) chunks = chunks_of(pack, every);
    guint n_chunks = chunks->len - 1;
    g_autofree MemorySums *parts = g_new0(MemorySums, n_chunks);
    Work work = {
        .model = model,
        .pack = pack,
        .kernel = kernel_for(model->algorithm),
        .chunk = (const guint *)chunks->data,
        .every = every,
        .n_chunks = n_chunks,
        .sums = parts,
    };
    run(&work, threads);
    *sums = (MemorySums){ 0 };
    for (guint i = 0; i < n_chunks; i++)
        add(sums, &parts[i], every);
}
