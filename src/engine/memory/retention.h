/* Retention: how far recall of a concept may fall before it is worth the minutes to bring it back.
 *
 * One fixed retention for everything spends most of the time on what is hardest to keep. What a minute gains is less
 * for what is difficult, so that may fall further; what lasts for months is kept higher, since a review of it costs
 * little for each of its days.
 *
 * The rule is fitted to the policy that gains most under FSRS-6 with its published weights: dynamic programming over
 * (stability, difficulty), for the sum of recall over time, discounted by 1/365 a day, less the time that answers take
 * (44 s on average, as in the packs that ship with it), at the price of 20 remembered concept-days for a minute. At
 * that price the usual concept (difficulty 5, a week old) is kept at 0.84. It is within 0.06 of the exact policy for
 * difficulties up to 9 and stabilities of 1 to 2000 days. The idea is SSP-MMC's (Ye, Su and Cao 2022, "A stochastic
 * shortest path algorithm for optimizing spaced repetition scheduling", KDD '22). Pure. */
#pragma once

/* The retention worth keeping, 0.64..0.95. `lasts`: days until recall is 0.9 (memory_lasts), `difficulty` 1..10. */
double retention_worthwhile(double lasts, double difficulty);
