/* Groups by card, then counts the gaps in one pass. */
#include "engine/memory/review_log.h"

#include "engine/maths/group.h"

static guint card_of(gconstpointer row)
{
    return ((const Review *)row)->card;
}

static int compare_time(gconstpointer a, gconstpointer b)
{
    double left = ((const Review *)a)->time;
    double right = ((const Review *)b)->time;
    return (left > right) - (left < right);
}

/* A person who moves between time zones may go back a day while time goes on. */
static gint32 days_between(gint64 before, gint64 after)
{
    return (gint32)CLAMP(after - before, 0, G_MAXINT32);
}

static void count_gaps(ReviewLog *log)
{
    log->exact = g_new0(double, log->n);
    log->calendar = g_new0(gint32, log->n);
    for (guint i = 1; i < log->n; i++) {
        const Review *before = &log->reviews[i - 1];
        const Review *review = &log->reviews[i];
        if (before->card != review->card)
            continue;
        log->exact[i] = review->time - before->time;
        log->calendar[i] = days_between(before->day, review->day);
    }
}

ReviewLog *review_log_take(Review *reviews, guint n)
{
    ReviewLog *log = g_new0(ReviewLog, 1);
    log->n = n;
    log->reviews = group_rows(reviews, n, sizeof *reviews, card_of, compare_time, &log->first, &log->n_cards);
    count_gaps(log);
    return log;
}

ReviewLog *review_log_new(const Review *reviews, guint n)
{
    return review_log_take(g_memdup2(reviews, n * sizeof *reviews), n);
}

void review_log_free(ReviewLog *log)
{
    g_free(log->first);
    g_free(log->reviews);
    g_free(log->exact);
    g_free(log->calendar);
    g_free(log);
}
