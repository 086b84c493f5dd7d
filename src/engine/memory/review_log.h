/* Review log: the reviews of many cards, as fitting and evaluating a memory model read them. Hides how gaps are
 * counted. A card is whatever has one memory: in Whet a concept of a person.
 *
 * Two gaps are kept, since models differ: whole days by calendar (FSRS-6; 0 is the same day) and exact days (FSRS-7).
 */
#pragma once

#include <glib.h>

typedef struct {
    guint card;    /* 0 .. any; cards are numbered without gaps by whoever fills the log */
    guint source;  /* whatever the filler wants to find again, e.g. its row number; kept, never read */
    gint64 day;    /* calendar day number */
    double time;   /* days since the epoch, with fractions */
    guint8 rating; /* 1..4, MemoryRating */
} Review;

typedef struct {
    guint n, n_cards;
    guint *first;    /* n_cards + 1 of them: the reviews of card c are first[c] .. first[c + 1] - 1, in order of time */
    Review *reviews; /* n, grouped by card */
    double *exact;   /* n: days since the card's review before, >= 0; 0 for a card's first */
    gint32 *calendar; /* n: calendar days since then, >= 0 */
} ReviewLog;

/* A log of `n` reviews in any order. Sorts them by card and time; reviews of a card at the same time stay in the order
 * given. `time` must be finite. A card number without reviews is a card with none. Copies; free with review_log_free. n
 * may be 0. */
ReviewLog *review_log_new(const Review *reviews, guint n);
/* The same, but takes `reviews` (g_malloc; NULL when there are none): what is in order already is not copied. */
ReviewLog *review_log_take(Review *reviews, guint n);
void review_log_free(ReviewLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReviewLog, review_log_free)
