/* Answer reading: what an answer has in common with a key, as numbers. Knows the features that a short answer is judged
 * by; hides how they are counted. docs/how-it-grades.md has the formulas.
 *
 * The kind of feature is that of Sultan, Salazar and Sumner (2016, NAACL, "Fast and Easy Short Answer Grading"):
 * coverage of a reference by words that are alike, the same without words of the question, lengths; with n-grams of
 * words and letters, order, and negation beside them. */
#pragma once

#include "engine/grade/answer_key.h"

enum {
    READING_WORDS_MOST = 400, /* words of an answer after that are not looked at */
};

typedef enum {
    /* Of the nearest reference, the one with the highest harmonic mean of coverage and precision. */
    FEATURE_COVERAGE,     /* share of the reference that the answer says */
    FEATURE_COVERAGE_NEW, /* the same of its words that the question has not */
    FEATURE_PRECISION,    /* share of the answer that the reference says */
    FEATURE_BOTH,         /* harmonic mean of coverage and precision */
    FEATURE_BOTH_NEW,     /* the same without words of the question */
    FEATURE_ORDER,        /* share of the reference in the longest sequence common to both */
    FEATURE_LETTERS,      /* Dice's coefficient of runs of three letters */
    FEATURE_LENGTH,       /* logarithm of the answer's length over the reference's */
    FEATURE_DENIAL,       /* 1 when one of them denies and the other does not */
    /* The highest of any reference. */
    FEATURE_MOST_PRECISION,
    FEATURE_MOST_BOTH_NEW,
    FEATURE_MOST_PAIRS, /* share of a reference's neighbouring words that are neighbours in the answer */
    FEATURE_MOST_ORDER,
    FEATURE_MOST_LETTERS,
    /* The mean over the references. */
    FEATURE_MEAN_COVERAGE_NEW,
    FEATURE_MEAN_BOTH_NEW,
    /* Of all references together. */
    FEATURE_ALL_PRECISION,     /* share of the answer that some reference says */
    FEATURE_ALL_PRECISION_NEW, /* the same without words of the question */
    FEATURE_DENIAL_UNKNOWN,    /* 1 when the answer denies and no reference does */
    FEATURE_DENIAL_MISSING,    /* 1 when every reference denies and the answer does not */
    FEATURE_NUMBER_UNKNOWN,    /* 1 when the answer has a number that neither question nor references have */
    /* Of the answer. */
    FEATURE_WORDS,     /* logarithm of 1 + its words */
    FEATURE_WORDS_NEW, /* logarithm of 1 + its words that carry meaning and are not the question's */
    FEATURE_ECHO,      /* 1 when there are none of these */
    FEATURES
} Feature;

/* Names of the features as documentation and tables print them. */
extern const char *const feature_names[FEATURES];

/* A word or two neighbours, in the role they play. What cues say of an answer is learnt from labelled ones. */
typedef struct {
    guint64 id;  /* hash of role and stems */
    guint at, n; /* words of the answer: where, and 1 or 2; n 0 when it is not said there */
} Cue;

typedef struct {
    double features[FEATURES];
    GArray *cues; /* Cue by id, each once: the answer's words and pairs, and how they stand to the key */
    GArray *own;  /* Cue by id, each once: its words and pairs, whatever the key says */
    WordList *words;
} AnswerReading;

/* `answer` is UTF-8 (bytes that are not separate words); NULL is empty. Free with answer_reading_free. */
AnswerReading *answer_read(const AnswerKey *key, const char *answer);
void answer_reading_free(AnswerReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnswerReading, answer_reading_free)

/* The stems of a cue of `own`, with a space between. Free with g_free. */
char *answer_cue_text(const AnswerReading *reading, const Cue *cue);
/* The id that `own` has for such a text. */
guint64 answer_cue_id(const char *text);
