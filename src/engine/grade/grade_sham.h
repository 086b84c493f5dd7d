/* Grade sham: what looks like an answer and is none: lists of key words, the key's own words in a heap, a model answer
 * turned round by a "not", texts without end. Knows what each looks like; hides how it is found. Used by grade only. */
#pragma once

#include "engine/grade/answer_reading.h"
#include "engine/grade/grade_ready.h"
#include "engine/grade/match.h"

/* An answer beside its rubric. */
typedef struct {
    const GradeReady *rubric;
    MatchText *answer;
    const char *text;             /* of the answer */
    const AnswerReading *reading; /* beside the model answers */
    double margin;                /* logit that people would call it right, from the reading; see grade_model.h */
} ShamAnswer;

/* Whether it is none. */
gboolean sham_found(const ShamAnswer *answer);

/* From now on the sentences that repeat one of a model answer but deny it, or repeat a denial without its "not", match
 * nothing. Returns how many there are. */
guint sham_void_reversed(MatchText *answer, const char *text, const GradeReady *rubric);

/* The sentences of a text: calls `take` with the first word of each and the one after its last. */
typedef void (*SentenceTaker)(guint first, guint after, gpointer data);
void sham_each_sentence(const char *text, const Word *words, guint n, SentenceTaker take, gpointer data);
