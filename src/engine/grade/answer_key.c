/* Making a key ready, which takes longer than comparing an answer with it. */
#include "engine/grade/answer_key.h"

#include <string.h>

enum { LETTERS_RUN = 3 };

static void count_letters(GArray *runs, const char *stem)
{
    gsize length = strlen(stem);
    guint32 run = '^';
    for (gsize i = 0; i <= length; i++) {
        run = (run << 8 | (i < length ? (guchar)stem[i] : '$')) & 0xFFFFFF;
        if (i + 2 < LETTERS_RUN)
            continue;
        KeyLetters letters = { .letters = run, .n = 1 };
        g_array_append_val(runs, letters);
    }
}

static int by_letters(gconstpointer a, gconstpointer b)
{
    const KeyLetters *left = a, *right = b;
    return (left->letters > right->letters) - (left->letters < right->letters);
}

KeyLetters *key_letters(const Word *words, guint n, guint *n_letters, guint *n_all)
{
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(KeyLetters));
    for (guint i = 0; i < n; i++)
        count_letters(runs, words[i].stem);
    *n_all = runs->len;
    g_array_sort(runs, by_letters);
    guint kept = 0;
    for (guint i = 0; i < runs->len; i++) {
        const KeyLetters run = g_array_index(runs, KeyLetters, i);
        if (kept && g_array_index(runs, KeyLetters, kept - 1).letters == run.letters)
            g_array_index(runs, KeyLetters, kept - 1).n++;
        else
            g_array_index(runs, KeyLetters, kept++) = run;
    }
    *n_letters = kept;
    return (KeyLetters *)(gpointer)g_array_free(runs, FALSE);
}

/* The position of a word's stem; FALSE when there is no room for another. */
static gboolean place(AnswerKey *key, const Word *word, guint *position)
{
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(key->index, word->stem));
    if (!known && key->stems->len == KEY_STEMS_MOST)
        return FALSE;
    if (!known) {
        KeyStem stem = { .entry = lexicon_entry(key->lexicon, word->stem), .small = word->stop };
        g_array_append_val(key->stems, stem);
        known = key->stems->len;
        g_hash_table_insert(key->index, (gpointer)word->stem, GUINT_TO_POINTER(known));
    }
    *position = known - 1;
    return TRUE;
}

static const Word *cut_words(AnswerKey *key, const char *text, guint *n)
{
    WordList *list = words_of(text, key->language);
    g_ptr_array_add(key->lists, list);
    *n = MIN(list->words->len, KEY_TEXT_WORDS_MOST);
    return (const Word *)(gpointer)list->words->data;
}

static void read_question(AnswerKey *key, const char *question)
{
    guint n = 0, position = 0;
    const Word *words = cut_words(key, question, &n);
    for (guint i = 0; i < n; i++)
        if (place(key, &words[i], &position))
            g_array_index(key->stems, KeyStem, position).asked = TRUE;
}

static void read_reference(AnswerKey *key, const char *text)
{
    guint n = 0;
    const Word *words = cut_words(key, text, &n);
    KeyReference reference = { .stems = g_new(guint, n) };
    for (guint i = 0; i < n; i++) {
        reference.denies = reference.denies || words[i].denies;
        if (place(key, &words[i], &reference.stems[reference.n]))
            reference.n++;
    }
    reference.letters = key_letters(words, n, &reference.n_letters, &reference.n_letters_all);
    g_array_append_val(key->references, reference);
}

static void clear_reference(gpointer data)
{
    KeyReference *reference = data;
    g_free(reference->stems);
    g_free(reference->letters);
}

AnswerKey *answer_key_new(const Lexicon *lexicon, const char *language, const char *question,
                          const char *const *references, guint n)
{
    AnswerKey *key = g_new0(AnswerKey, 1);
    key->lexicon = lexicon;
    key->language = g_strdup(language);
    key->lists = g_ptr_array_new_with_free_func((GDestroyNotify)word_list_free);
    key->index = g_hash_table_new(g_str_hash, g_str_equal);
    key->stems = g_array_new(FALSE, FALSE, sizeof(KeyStem));
    key->references = g_array_new(FALSE, FALSE, sizeof(KeyReference));
    g_array_set_clear_func(key->references, clear_reference);
    read_question(key, question);
    for (guint i = 0; i < MIN(n, KEY_REFERENCES_MOST); i++)
        read_reference(key, references[i]);
    return key;
}

void answer_key_free(AnswerKey *key)
{
    if (!key)
        return;
    g_array_unref(key->references);
    g_array_unref(key->stems);
    g_hash_table_unref(key->index);
    g_ptr_array_unref(key->lists);
    g_free(key->language);
    g_free(key);
}
