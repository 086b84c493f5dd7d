/* A review. Knows when a memory is due and the order in which exercises were seen. */
#include "feature/practice/review.h"
#include "engine/memory/retention.h"
#include "engine/plan/plan.h"
#include "platform/clock.h"

double review_retention(const MemoryModel *model, MemoryState state, gboolean must_know)
{
    double worthwhile = retention_worthwhile(memory_lasts(model, state), state.difficulty);
    return must_know ? MAX(RETENTION_MUST_KNOW, worthwhile) : worthwhile;
}

double review_recall(const MemoryModel *model, const MemoryRow *row, gint64 now)
{
    return memory_recall(model, row->state, (double)MAX(0, now - row->reviewed_at) / (double)CLOCK_DAY);
}

gint64 review_due(const MemoryModel *model, const MemoryRow *row, gboolean must_know)
{
    double days = memory_interval(model, row->state, review_retention(model, row->state, must_know));
    if (row->confidently_wrong)
        days = MIN(days, PLAN_SURE_AND_WRONG_DAYS);
    return row->reviewed_at + (gint64)(days * (double)CLOCK_DAY);
}

/* `seen` with the exercise moved to its end. */
static char *seen_with(const char *seen, gint64 exercise_id)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, exercise_id);
    g_auto(GStrv) ids = g_strsplit(seen ? seen : "", ",", -1);
    GString *out = g_string_new(NULL);
    for (char **other = ids; *other; other++)
        if (**other && !g_str_equal(*other, id))
            g_string_append_printf(out, "%s,", *other);
    g_string_append(out, id);
    return g_string_free(out, FALSE);
}

void review_apply(const MemoryModel *model, MemoryRow *row, const ReviewRow *review)
{
    gboolean first = row->state.stability <= 0;
    gint64 days = first ? 0 : MAX(0, review->day - row->day);
    double exact = first ? 0 : (double)MAX(0, review->answered_at - row->reviewed_at) / (double)CLOCK_DAY;
    row->state = memory_next(model, row->state, memory_gap(model, (double)days, exact), review->rating);
    row->reviewed_at = MAX(row->reviewed_at, review->answered_at);
    row->day = MAX(row->day, review->day);
    row->reviews++;
    row->lapses += !first && review->rating == RATING_AGAIN;
    row->score_sum += review->score;
    row->last_score = review->score;
    row->confidently_wrong = review->confidently_wrong;
    char *seen = seen_with(row->seen, review->exercise_id);
    g_free(row->seen);
    row->seen = seen;
    row->due_at = review_due(model, row, review->must_know);
}
