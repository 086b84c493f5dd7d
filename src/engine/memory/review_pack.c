/* Sorts cards by length and by what happened in their first reviews, then deals them out to lanes. */
#include "engine/memory/review_pack.h"

#include "engine/maths/lanes.h"

#include <stdlib.h>

typedef struct {
    guint card, length;
    guint64 history; /* first rating and the kinds of reviews that follow, the earliest in the highest bits */
} PackedCard;

enum { HISTORY_BITS = 64, KIND_BITS = 2 };

static PackKinds kind_of(const MemoryModel *model, double days, guint8 rating)
{
    if (model->algorithm == MEMORY_FSRS6 && days < 1)
        return PACK_SAME_DAY;
    return rating == RATING_AGAIN ? PACK_FORGOTTEN : PACK_RECALLED;
}

static double days_at(const ReviewLog *log, const MemoryModel *model, guint i)
{
    return memory_gap(model, log->calendar[i], log->exact[i]);
}

static guint counted_length(const ReviewLog *log, const double *weight, guint card, guint longest)
{
    guint length = MIN(log->first[card + 1] - log->first[card], longest);
    while (length > 0 && weight[log->first[card] + length - 1] == 0)
        length--;
    return length;
}

static guint64 history_of(const ReviewLog *log, const MemoryModel *model, guint card, guint length)
{
    guint first = log->first[card];
    guint64 history = log->reviews[first].rating - 1u;
    guint steps = MIN(length, HISTORY_BITS / KIND_BITS);
    for (guint i = 1; i < steps; i++) {
        PackKinds kind = kind_of(model, days_at(log, model, first + i), log->reviews[first + i].rating);
        history = history << KIND_BITS | (kind == PACK_FORGOTTEN ? 1u : kind == PACK_RECALLED ? 2u : 0u);
    }
    return history << (HISTORY_BITS - KIND_BITS * MAX(steps, 1));
}

static int compare_cards(const void *a, const void *b)
{
    const PackedCard *left = a, *right = b;
    if (left->length != right->length)
        return left->length < right->length ? -1 : 1;
    if (left->history != right->history)
        return left->history < right->history ? -1 : 1;
    return (left->card > right->card) - (left->card < right->card);
}

static PackedCard *sorted_cards(const ReviewLog *log, const MemoryModel *model, const double *weight, guint longest,
                                guint *n)
{
    PackedCard *cards = g_new(PackedCard, log->n_cards);
    *n = 0;
    for (guint card = 0; card < log->n_cards; card++) {
        guint length = counted_length(log, weight, card, longest);
        if (length > 0)
            cards[(*n)++] = (PackedCard){ card, length, history_of(log, model, card, length) };
    }
    if (*n > 0)
        qsort(cards, *n, sizeof *cards, compare_cards);
    return cards;
}

static void deal(ReviewPack *pack, const ReviewLog *log, const MemoryModel *model, const double *weight,
                 const PackedCard *card, gsize step, guint lane)
{
    guint first = log->first[card->card];
    for (guint i = 0; i < card->length; i++, step++) {
        gsize at = step * LANES_MOST + lane;
        const Review *review = &log->reviews[first + i];
        pack->days[at] = days_at(log, model, first + i);
        pack->rating[at] = review->rating;
        if (i == 0)
            continue;
        pack->weight[at] = weight[first + i];
        PackKinds kind = kind_of(model, pack->days[at], review->rating);
        PackKinds counted = weight[first + i] > 0 ? PACK_COUNTED : 0;
        pack->kinds[step] = (guint8)(pack->kinds[step] | kind | counted);
    }
}

ReviewPack *review_pack_new(const ReviewLog *log, const MemoryModel *model, const double *weight, guint longest)
{
    guint n;
    g_autofree PackedCard *cards = sorted_cards(log, model, weight, longest, &n);
    ReviewPack *pack = g_new0(ReviewPack, 1);
    pack->n_groups = n / LANES_MOST + (n % LANES_MOST > 0);
    pack->first = g_new(guint, pack->n_groups + 1);
    guint steps = 0;
    for (guint group = 0; group < pack->n_groups; group++) {
        pack->first[group] = steps;
        steps += cards[MIN((group + 1) * LANES_MOST, n) - 1].length; /* the last is the longest */
    }
    pack->first[pack->n_groups] = steps;
    gsize cells = (gsize)steps * LANES_MOST;
    pack->days = g_new0(double, cells);
    pack->rating = g_new0(double, cells);
    pack->weight = g_new0(double, cells);
    pack->kinds = g_new0(guint8, steps);
    for (guint i = 0; i < n; i++)
        deal(pack, log, model, weight, &cards[i], pack->first[i / LANES_MOST], i % LANES_MOST);
    return pack;
}

void review_pack_free(ReviewPack *pack)
{
    g_free(pack->first);
    g_free(pack->days);
    g_free(pack->rating);
    g_free(pack->weight);
    g_free(pack->kinds);
    g_free(pack);
}
