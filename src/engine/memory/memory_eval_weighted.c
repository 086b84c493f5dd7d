/* Sorts first gaps into groups by rating and length, drops the rare ones, and weighs what is left. */
#include "engine/memory/memory_eval_weighted.h"

#include "engine/maths/stats.h"

#include <math.h>
#include <stdlib.h>

/* dataset.rs, filter_outlier. */
enum { DROPPED_LEAST = 20, GROUP_LEAST = 6, GAP_MOST = 100, GAP_MOST_EASY = 365 };
#define DROPPED_SHARE 0.05

#define RECENCY_OLDEST 0.25
#define RECENCY_NEWEST 1.0

/* Cards with the same first rating and the same first gap of a day or more. */
typedef struct {
    guint8 rating;
    gint32 gap;
    guint n;
    gboolean is_dropped;
} Group;

/* A card's first counted review. */
typedef struct {
    guint review, card;
    guint8 rating; /* of the card's first review */
    gint32 gap;
} FirstGap;

static int compare_gaps(const void *a, const void *b)
{
    const FirstGap *left = a, *right = b;
    if (left->rating != right->rating)
        return left->rating < right->rating ? -1 : 1;
    if (left->gap != right->gap)
        return left->gap < right->gap ? -1 : 1;
    return (left->review > right->review) - (left->review < right->review);
}

static int compare_groups(gconstpointer a, gconstpointer b)
{
    const Group *left = a, *right = b;
    if (left->rating != right->rating)
        return left->rating < right->rating ? -1 : 1;
    if (left->n != right->n)
        return left->n < right->n ? -1 : 1;
    return (left->gap > right->gap) - (left->gap < right->gap);
}

static FirstGap *first_gaps(const ReviewLog *log, guint *n)
{
    FirstGap *gaps = g_new(FirstGap, log->n_cards);
    *n = 0;
    for (guint card = 0; card < log->n_cards; card++) {
        guint i = log->first[card];
        while (i < log->first[card + 1] && !memory_eval_counts(log, i))
            i++;
        if (i < log->first[card + 1])
            gaps[(*n)++] = (FirstGap){ i, card, log->reviews[log->first[card]].rating, log->calendar[i] };
    }
    if (*n > 0)
        qsort(gaps, *n, sizeof *gaps, compare_gaps);
    return gaps;
}

static GArray *groups_of(const FirstGap *gaps, guint n)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(Group));
    for (guint i = 0; i < n; i++) {
        if (i == 0 || gaps[i].rating != gaps[i - 1].rating || gaps[i].gap != gaps[i - 1].gap) {
            Group group = { .rating = gaps[i].rating, .gap = gaps[i].gap };
            g_array_append_val(groups, group);
        }
        g_array_index(groups, Group, groups->len - 1).n++;
    }
    return groups;
}

static gboolean is_rare(const Group *group)
{
    return group->n < GROUP_LEAST || group->gap > (group->rating == RATING_EASY ? GAP_MOST_EASY : GAP_MOST);
}

/* The smallest groups of each rating go, up to a share of its cards; of the others, those that are rare. Leaves the
 * groups in the order in which they were looked at. */
static void drop_rare(GArray *groups)
{
    guint total[RATING_EASY + 1] = { 0 }, dropped[RATING_EASY + 1] = { 0 };
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = &g_array_index(groups, Group, i);
        total[group->rating] += group->n;
    }
    g_array_sort(groups, compare_groups);
    for (guint i = 0; i < groups->len; i++) {
        Group *group = &g_array_index(groups, Group, i);
        guint most = MAX(DROPPED_LEAST, (guint)(total[group->rating] * DROPPED_SHARE));
        gboolean is_within = dropped[group->rating] + group->n < most;
        group->is_dropped = is_within || is_rare(group);
        if (is_within)
            dropped[group->rating] += group->n;
    }
}

static const FirstGap *run_of(const Group *group, const FirstGap *gaps, guint n)
{
    const FirstGap wanted = { .rating = group->rating, .gap = group->gap };
    guint low = 0, high = n;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (compare_gaps(&gaps[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return &gaps[low];
}

/* The reviews that are evaluated, in the order that weighs them. */
static GArray *evaluated(const ReviewLog *log)
{
    guint n;
    g_autofree FirstGap *gaps = first_gaps(log, &n);
    g_autoptr(GArray) groups = groups_of(gaps, n);
    drop_rare(groups);
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autofree gboolean *is_dropped = g_new0(gboolean, log->n_cards);
    g_autofree gboolean *is_listed = g_new0(gboolean, log->n);
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = &g_array_index(groups, Group, i);
        const FirstGap *run = run_of(group, gaps, n);
        for (guint j = 0; j < group->n; j++) {
            is_dropped[run[j].card] = group->is_dropped;
            is_listed[run[j].review] = TRUE;
            if (!group->is_dropped)
                g_array_append_val(order, run[j].review);
        }
    }
    for (guint i = 0; i < log->n; i++)
        if (memory_eval_counts(log, i) && !is_listed[i] && !is_dropped[log->reviews[i].card])
            g_array_append_val(order, i);
    return order;
}

MemoryMetrics memory_eval_weighted(const ReviewLog *log, const double *p)
{
    g_autoptr(GArray) order = evaluated(log);
    guint n = order->len;
    g_autofree double *predicted = g_new(double, n), *recalled = g_new(double, n), *weight = g_new(double, n);
    g_autofree double *weight_of = g_new0(double, log->n);
    for (guint i = 0; i < n; i++) {
        guint review = g_array_index(order, guint, i);
        double age = n > 1 ? (double)i / (n - 1) : 1;
        predicted[i] = p[review];
        recalled[i] = log->reviews[review].rating > RATING_AGAIN;
        weight[i] = RECENCY_OLDEST + (RECENCY_NEWEST - RECENCY_OLDEST) * age * age * age;
        weight_of[review] = weight[i];
    }
    return (MemoryMetrics){
        .n = n,
        .log_loss = stats_log_loss(predicted, recalled, weight, n),
        .rmse_bins = memory_eval_rmse_bins(log, p, weight_of),
        .auc = NAN,
    };
}
