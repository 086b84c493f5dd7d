/* A rubric made ready: what grading asks of it that does not depend on the answer. Used by grade only; others hold a
 * GradeReady. */
#pragma once

#include "engine/grade/grade.h"

/* Words of a list that the GradeReady owns. */
typedef struct {
    const Word *words;
    guint n;
} ReadyPhrase;

typedef struct {
    ReadyPhrase *phrasings;
    guint n_phrasings;
    ReadyPhrase *passages; /* of the model answers: what they say just around their words for this idea */
    guint n_passages;
} ReadyIdea;

typedef struct {
    double weight; /* >= 0 */
    ReadyIdea *ideas;
    guint n_ideas;
} ReadyCriterion;

/* What is looked at of a rubric, in words of phrasings and passages, and in model answers: it bounds the time that an
 * answer takes. A large rubric by hand has some hundred words. */
enum { READY_WORDS_MOST = 6000, READY_MODELS_MOST = 8, READY_SENTENCES_MOST = 100 };

struct GradeReady {
    const Lexicon *lexicon;
    char *language;
    ReadyCriterion *criteria;
    guint n_criteria;
    ReadyIdea *misconceptions; /* without passages */
    guint n_misconceptions;
    ReadyPhrase prompt;
    guint longest_model; /* words */
    GArray *sentences;   /* ReadyPhrase: of the model answers */
    AnswerKey *key;      /* the model answers */
    gboolean has_models;
    guint words_left;  /* while it is made: of READY_WORDS_MOST */
    GPtrArray *lists;  /* WordList */
    GPtrArray *arrays; /* of the above */
};

/* Share of a phrasing's words from which on it was said. */
#define SHARE_SAID 0.80

/* Words that carry meaning. */
guint ready_content_words(const Word *words, guint n);
