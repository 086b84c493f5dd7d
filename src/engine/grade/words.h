/* Words: an answer or a rubric's phrasing as stems with their synonyms. English stems by Snowball; synonyms from
 * WordNet's files. The lexicon is made from bytes that the caller has read; immutable afterwards, so shared by all
 * threads. */
#pragma once

#include <glib.h>

typedef struct Lexicon Lexicon;

/* The contents of WordNet's index and data files (data.noun, data.verb, data.adj, data.adv; any may be NULL or empty,
 * then there are no synonyms). Free with lexicon_free. Compact: a few megabytes. */
Lexicon *lexicon_new(GBytes *const *data_files, gsize n);
void lexicon_free(Lexicon *lexicon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lexicon, lexicon_free)

/* One word of a text. */
typedef struct {
    guint start, end; /* bytes in the text */
    const char *stem; /* interned in the list */
    gboolean stop;    /* carries little meaning (the, of, …) */
    gboolean negated; /* stands in the reach of a "not", "never", "without", … */
    gboolean denies;  /* is such a word itself, or ends in "n't" */
} Word;

typedef struct {
    GArray *words; /* Word */
    GStringChunk *stems;
} WordList;

enum { WORDS_MAX = 4000 }; /* words after that are not looked at */

/* `text` is UTF-8 (bytes that are not separate words); `language` a tag ("en"): languages without a stemmer are folded
 * to lower case only. Free with word_list_free. */
WordList *words_of(const char *text, const char *language);
void word_list_free(WordList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WordList, word_list_free)

/* Whether two stems mean the same: equal, a spelling slip apart (long words), or synonyms. 1 equal, less for the
 * others, 0 not. Two different words that the lexicon knows are never taken for slips of each other. `lexicon` may be
 * NULL. */
double lexicon_likeness(const Lexicon *lexicon, const char *stem, const char *other);

/* What lexicon_likeness looks up of a stem, for a caller that compares one stem with many. Borrows from the stem and
 * the lexicon. */
typedef struct {
    const char *stem;
    gsize length;          /* bytes */
    gboolean known;        /* the lexicon has it */
    const guint32 *senses; /* ascending */
    guint n_senses;
} LexiconEntry;
LexiconEntry lexicon_entry(const Lexicon *lexicon, const char *stem);
double lexicon_entry_likeness(const LexiconEntry *entry, const LexiconEntry *other);
