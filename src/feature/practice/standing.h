/* How a person stands to a concept, as the challenge model is told it: the same for planning a session, for what
 * returns in it, and for learning from an answer. Pure. */
#pragma once

#include "engine/challenge/challenge_weights.h"
#include "feature/practice/practice_db.h"

/* All but recall, and the difficulty and floor of an exercise. `skill` NULL: nothing was answered of it yet. `now` is
 * when the exercise is done. */
ChallengeInput standing_input(const PersonStanding *person, const SkillStanding *skill, const MemoryRow *memory,
                              gint64 now);
