/* Match: whether a text says a phrase, and where. Order-free, within a window, with synonyms and slips; what is negated
 * in one and not in the other does not match. Used by grade only.
 *
 * A MatchText remembers where the stems it was asked about occur, so that a phrase costs little when its words came
 * before. */
#pragma once

#include "engine/grade/words.h"

typedef struct MatchText MatchText;

/* `lexicon` may be NULL and must outlive the result, as must `text`. Free with match_text_free. */
MatchText *match_text_new(const Lexicon *lexicon, const char *text, const char *language);
void match_text_free(MatchText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MatchText, match_text_free)

/* Its words, borrowed. */
const Word *match_text_words(const MatchText *text, guint *n);

/* From now on the words that stand in a run of `run` words or more that `prompt` has too match nothing. Call before
 * matching. Returns how many words are left. */
guint match_text_void(MatchText *text, const Word *prompt, guint n_prompt, guint run);

/* From now on the words [first, after) match nothing. */
void match_text_void_words(MatchText *text, guint first, guint after);
gboolean match_text_is_void(const MatchText *text, guint word);

typedef struct {
    double share;      /* 0..1 of the phrase's weight; small words weigh little */
    guint first, last; /* words of the text, when share > 0 */
} Match;

enum {
    MATCH_PHRASE_MAX = 32,   /* words of a phrase that are looked at */
    MATCH_PLACES_MOST = 128, /* places that are tried: the first ones, of words that carry meaning before others */
    MATCH_COMPARISONS_MOST = 200 * 1000, /* of stems, in one text: after that only the same stem is alike. An answer of
                                            the usual length beside a large rubric takes some ten thousand */
};
/* The best place. */
Match match_phrase(MatchText *text, const Word *phrase, guint n);
