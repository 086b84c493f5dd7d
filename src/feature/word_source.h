/* WordNet's words, read in the background: that takes longer than all the rest of a start, and only the first open
 * answer needs them. */
#pragma once

#include "engine/grade/words.h"

typedef struct WordSource WordSource;

/* Begins to read the files in `folder`. Free with word_source_free, which waits for the end of that. */
WordSource *word_source_new(const char *folder);
void word_source_free(WordSource *source);

/* Waits until they are read. Borrowed; NULL when there are none, or `source` is NULL: grading then goes on with stems
 * alone. Any thread. */
const Lexicon *word_source_lexicon(WordSource *source);
