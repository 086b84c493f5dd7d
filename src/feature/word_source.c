/* Knows the names of WordNet's files; hides the thread that reads them. */
#include "feature/word_source.h"

struct WordSource {
    char *folder;
    GThread *thread;
    GMutex lock;
    GCond done;
    gboolean is_done;
    Lexicon *lexicon;
};

static Lexicon *load(const char *folder)
{
    static const char *const files[] = { "data.noun", "data.verb", "data.adj", "data.adv" };
    g_autoptr(GPtrArray) loaded = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
        if (file)
            g_ptr_array_add(loaded, g_mapped_file_get_bytes(file));
    }
    if (loaded->len == 0)
        g_info("no WordNet files in %s: grading without synonyms", folder);
    return loaded->len ? lexicon_new((GBytes *const *)loaded->pdata, loaded->len) : NULL;
}

static gpointer read_words(gpointer data)
{
    WordSource *source = data;
    Lexicon *lexicon = load(source->folder);
    g_mutex_lock(&source->lock);
    source->lexicon = lexicon;
    source->is_done = TRUE;
    g_cond_broadcast(&source->done);
    g_mutex_unlock(&source->lock);
    return NULL;
}

WordSource *word_source_new(const char *folder)
{
    WordSource *source = g_new0(WordSource, 1);
    source->folder = g_strdup(folder);
    g_mutex_init(&source->lock);
    g_cond_init(&source->done);
    source->thread = g_thread_new("words", read_words, source);
    return source;
}

void word_source_free(WordSource *source)
{
    if (!source)
        return;
    g_thread_join(source->thread);
    lexicon_free(source->lexicon);
    g_mutex_clear(&source->lock);
    g_cond_clear(&source->done);
    g_free(source->folder);
    g_free(source);
}

const Lexicon *word_source_lexicon(WordSource *source)
{
    if (!source)
        return NULL;
    g_mutex_lock(&source->lock);
    while (!source->is_done)
        g_cond_wait(&source->done, &source->lock);
    g_mutex_unlock(&source->lock);
    return source->lexicon;
}
