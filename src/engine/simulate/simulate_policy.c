/* Policies: the table. */
#include "engine/simulate/simulate_policy.h"
#include "engine/simulate/simulate_ways.h"

/* clang-format off */
const SimulatePolicy simulate_policies[] = {
    { "course",    "everything once in the first week",       &simulate_way_course, NULL,                  0 },
    { "weekly",    "a weekly quiz that goes round",           &simulate_way_weekly, NULL,                  0 },
    { "leitner",   "Leitner's boxes: 1, 2, 4, 8, ... days",   &simulate_way_cards,  simulate_rule_leitner, 0 },
    { "sm2",       "SM-2",                                    &simulate_way_cards,  simulate_rule_sm2,     0 },
    { "fsrs-0.70", "FSRS-6 at retention 0.70",                &simulate_way_cards,  simulate_rule_fsrs,    0.70 },
    { "fsrs-0.75", "FSRS-6 at retention 0.75",                &simulate_way_cards,  simulate_rule_fsrs,    0.75 },
    { "fsrs-0.80", "FSRS-6 at retention 0.80",                &simulate_way_cards,  simulate_rule_fsrs,    0.80 },
    { "fsrs-0.85", "FSRS-6 at retention 0.85",                &simulate_way_cards,  simulate_rule_fsrs,    0.85 },
    { "fsrs-0.90", "FSRS-6 at retention 0.90",                &simulate_way_cards,  simulate_rule_fsrs,    0.90 },
    { "fsrs-0.95", "FSRS-6 at retention 0.95",                &simulate_way_cards,  simulate_rule_fsrs,    0.95 },
    { "whet-0.85", "the plan, every concept at 0.85",         &simulate_way_plan,   NULL,                  0.85 },
    { "whet",      "the plan, each concept as is worth it",   &simulate_way_plan,   NULL,                  0 },
    { 0 },
};
/* clang-format on */

const SimulatePolicy *simulate_policy_named(const char *name)
{
    for (const SimulatePolicy *policy = simulate_policies; policy->name; policy++)
        if (g_str_equal(policy->name, name))
            return policy;
    return NULL;
}
