/* Items: what people's answers say about an exercise, with how sure it is. Pure: sums in, estimates out; who keeps the
 * sums is practice, with every answer that counts. */
#pragma once

#include "engine/challenge/challenge.h"
#include "engine/maths/stats.h"

/* Sums over the counted answers; columns of exercise_difficulty. */
typedef struct {
    gint64 attempts;
    gint64 returns; /* a day or more after the person's answer about the concept before */
    gint64 passes;  /* were right */
    double seconds, score, score_squares, predicted, predicted_squares, score_predicted;
} ItemSums;

enum { ITEM_FLAGS = 3 };
typedef enum {
    ITEM_TEACHES_NOTHING = 1 << 0,    /* nearly everybody gets it right */
    ITEM_TELLS_NOBODY_APART = 1 << 1, /* who knows more gets it right no more often */
    ITEM_TOO_FEW_ANSWERS = 1 << 2,    /* to say much */
} ItemFlag;
/* In the order of their bits, NULL-terminated: "teaches-nothing". */
extern const char *const item_flag_names[];

/* Each with its 95 % interval. Answers are taken as independent, though some are the same person's: the intervals are a
 * little narrow where few people gave many answers. */
typedef struct {
    StatsInterval right;          /* share of answers that were right; Wilson */
    StatsInterval difficulty;     /* logits; the kind's and author's before the first answer */
    StatsInterval success;        /* what an average person who remembers the concept well (recall 0.9) may expect */
    StatsInterval discrimination; /* correlation of the score with what was expected of the person before the answer:
                                     from their other answers alone, so it is an item-rest correlation; nan when it
                                     cannot be said */
    double seconds;               /* on average; nan without answers */
    unsigned flags;
} ItemStatistics;

/* `floor`: the exercise's guessing floor. */
ItemStatistics item_statistics(const ItemSums *sums, ChallengeEstimate difficulty, double floor);
