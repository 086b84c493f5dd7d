/* The ways to practise that the table of policies is made of. */
#pragma once

#include "engine/simulate/simulate_policy.h"

extern const SimulateWay simulate_way_cards;  /* simulate_cards.c */
extern const SimulateWay simulate_way_course; /* simulate_rounds.c */
extern const SimulateWay simulate_way_weekly;
extern const SimulateWay simulate_way_plan; /* simulate_plan.c */

/* Leitner 1972: a box on when right, back to the first when not; a box waits twice as long as the one before. */
void simulate_rule_leitner(SimulateCard *card, const MemoryModel *model, double retention,
                           const SimulateAnswer *answer);
/* SM-2: Wozniak 1990, "Optimization of learning", with ratings 1 to 4 as grades 2 to 5. */
void simulate_rule_sm2(SimulateCard *card, const MemoryModel *model, double retention, const SimulateAnswer *answer);
/* Due when recall has fallen to `retention`, in whole days, at least one. */
void simulate_rule_fsrs(SimulateCard *card, const MemoryModel *model, double retention, const SimulateAnswer *answer);
