/* Answer key: a question and its reference answers made ready to be compared with. Knows which words count and which
 * the question gave away already; hides nothing: read by answer_reading alone, others hold it.
 *
 * Immutable once made, so shared by all threads. */
#pragma once

#include "engine/grade/words.h"

enum {
    KEY_REFERENCES_MOST = 64,  /* references after that are not looked at */
    KEY_TEXT_WORDS_MOST = 200, /* nor words of a text after that */
    KEY_STEMS_MOST = 2000,     /* nor, all texts together, stems that did not occur before */
};

/* Weight of a small word ("the", "of") beside one that carries meaning. Chosen by cross-validation over questions, see
 * docs/how-it-grades.md. */
#define KEY_SMALL_WORD 0.2

typedef struct {
    LexiconEntry entry;
    gboolean small;
    gboolean asked; /* the question has it */
} KeyStem;

/* A run of letters in a stem, with its ends marked, as a number; how often it occurs. */
typedef struct {
    guint32 letters, n;
} KeyLetters;

typedef struct {
    guint *stems; /* by word: position in the key's stems */
    guint n;
    gboolean denies;     /* a word of it denies */
    KeyLetters *letters; /* ascending */
    guint n_letters, n_letters_all;
} KeyReference;

typedef struct {
    const Lexicon *lexicon;
    char *language;
    GPtrArray *lists;   /* WordList, owner of the stems */
    GHashTable *index;  /* stem -> 1 + position in stems */
    GArray *stems;      /* KeyStem */
    GArray *references; /* KeyReference */
} AnswerKey;

/* `references` may be none, `question` NULL. `lexicon` may be NULL and must outlive the key. Free with
 * answer_key_free. */
AnswerKey *answer_key_new(const Lexicon *lexicon, const char *language, const char *question,
                          const char *const *references, guint n);
void answer_key_free(AnswerKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnswerKey, answer_key_free)

/* The runs of letters of words, by which texts are alike whose words are not: ascending, each once. Sets how many there
 * are, and how many with repetitions. Free with g_free. */
KeyLetters *key_letters(const Word *words, guint n, guint *n_letters, guint *n_all);
