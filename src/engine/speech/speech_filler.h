/* Speech fillers: words that fill while somebody thinks, counted in a transcript. Sounds like "um" always count; words
 * that also have a meaning ("like", "you know") only when punctuation sets them off on both sides, since most are used
 * for what they mean. Languages without a table have no fillers. */
#pragma once

#include <glib.h>

typedef struct {
    GArray *fillers; /* SpeechFiller, most frequent first */
    guint n_fillers;
    guint n_words; /* that were said, sounds like "um" not among them */
} SpeechWords;

/* `transcript` may be NULL or no UTF-8 (then there are no words), `language` a tag of which the part before the first
 * hyphen counts; NULL is English. O(n). Clear with speech_words_clear. */
SpeechWords speech_words(const char *transcript, const char *language);
void speech_words_clear(SpeechWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpeechWords, speech_words_clear)
