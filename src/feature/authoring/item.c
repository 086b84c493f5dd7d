/* What is worth an author's attention, and from how many answers on. */
#include "feature/authoring/item.h"
#include "engine/challenge/challenge_weights.h"

#include <math.h>

#define NORMAL_TWO_SIDED 1.959963984540054 /* standard normal quantile of 0.975 */
#define WELL_REMEMBERED 0.9

#define ANSWERS_FEW 20
/* An exercise that nine of ten get right at the very least, tests nothing any more. */
#define RIGHT_NEARLY_ALWAYS 0.9
/* Correlations of an item with the rest under 0.2 are called poor (Ebel 1965, Measuring Educational Achievement); what
 * a planner chooses is near everybody's own level, where they are lower than over all people, hence half of it. */
#define DISCRIMINATION_POOR 0.1

const char *const item_flag_names[] = { "teaches-nothing", "tells-nobody-apart", "too-few-answers", NULL };

static double success_at(double difficulty, double floor)
{
    ChallengeInput average = challenge_input_unknown;
    average.retrievability = WELL_REMEMBERED;
    return challenge_expect_at(challenge_standing(&challenge_weights_default, &average),
                               (ChallengeEstimate){ difficulty, 1 }, floor);
}

static unsigned flags_of(const ItemSums *sums, const ItemStatistics *statistics)
{
    unsigned flags = 0;
    if (statistics->right.low >= RIGHT_NEARLY_ALWAYS)
        flags |= ITEM_TEACHES_NOTHING;
    if (statistics->discrimination.high < DISCRIMINATION_POOR)
        flags |= ITEM_TELLS_NOBODY_APART;
    if (sums->attempts < ANSWERS_FEW)
        flags |= ITEM_TOO_FEW_ANSWERS;
    return flags;
}

ItemStatistics item_statistics(const ItemSums *sums, ChallengeEstimate difficulty, double floor)
{
    double n = (double)sums->attempts, half = NORMAL_TWO_SIDED * sqrt(difficulty.variance);
    ItemStatistics statistics = {
        .right = stats_share((double)sums->passes, n),
        .difficulty = { difficulty.mean, difficulty.mean - half, difficulty.mean + half },
        .discrimination = stats_correlation(n, sums->score, sums->score_squares, sums->predicted,
                                            sums->predicted_squares, sums->score_predicted),
        .seconds = sums->seconds / n,
    };
    statistics.success = (StatsInterval){
        .mean = success_at(statistics.difficulty.mean, floor),
        .low = success_at(statistics.difficulty.high, floor),
        .high = success_at(statistics.difficulty.low, floor),
    };
    statistics.flags = flags_of(sums, &statistics);
    return statistics;
}
