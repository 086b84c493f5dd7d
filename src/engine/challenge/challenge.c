/* Challenge: what is assumed before anybody has answered. */
#include "engine/challenge/challenge.h"

#include <math.h>

#define MEAN_MAX 6.0            /* logits */
#define DIFFICULTY_VARIANCE 0.5 /* of an exercise nobody has answered, logits squared */
#define HINT_LOGITS 0.7         /* between an author's easy, medium and hard */

ChallengeEstimate challenge_difficulty_prior(double kind_difficulty, int hint)
{
    const double mean = isfinite(kind_difficulty) ? CLAMP(kind_difficulty, -MEAN_MAX, MEAN_MAX) : 0;
    return (ChallengeEstimate){
        .mean = mean + HINT_LOGITS * CLAMP(hint, -1, 1),
        .variance = DIFFICULTY_VARIANCE,
    };
}

double challenge_floor(int options, int correct)
{
    if (options <= 1 || correct <= 0)
        return 0;
    return correct == 1 ? 1.0 / options : pow(2, -options);
}
