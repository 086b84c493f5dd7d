/* How a person stands: knows what of a memory and of a skill counts as history. */
#include "feature/practice/standing.h"
#include "platform/clock.h"

ChallengeInput standing_input(const PersonStanding *person, const SkillStanding *skill, const MemoryRow *memory,
                              gint64 now)
{
    ChallengeInput input = challenge_input_unknown;
    input.overall = person->overall;
    input.recent = person->recent;
    input.skill_wins = input.skill_losses = 0;
    if (skill) {
        input.ability = skill->ability;
        input.skill_wins = skill->score_sum;
        input.skill_losses = (double)skill->attempts - skill->score_sum;
    }
    input.concept_wins = memory->score_sum;
    input.concept_losses = (double)memory->reviews - memory->score_sum;
    if (memory->reviews > 0) {
        input.last = memory->last_score;
        input.gap = (double)MAX(0, now - memory->reviewed_at) / (double)CLOCK_DAY;
    }
    return input;
}
