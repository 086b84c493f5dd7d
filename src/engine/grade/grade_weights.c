/* Weights of the built-in grader, derived from data. Printed by
 *   whet eval grade --answers FILE --weights
 * with FILE the Beetle part of SemEval-2013 task 7, "The Joint Student Response Analysis and 8th Recognizing Textual
 * Entailment Challenge" (Dzikovska, Nielsen, Brew, Leacock, Giampiccolo, Bentivogli, Clark, Dagan, Dang 2013), its
 * training answers as the format of answer_file.h with two-way labels: 3,941 answers to 47 questions about electric
 * circuits. That data is licensed under Creative Commons Attribution-ShareAlike 3.0
 * (https://creativecommons.org/licenses/by-sa/3.0/); so are these numbers, as far as they are adapted from it. */
#include "engine/grade/grade_model.h"

const GradeWeights grade_weights_shipped = {
    .features = {
        { 0.47431, 0.29405, -0.09118 }, /* coverage */
        { 0.41663, 0.32356, 0.12975 }, /* coverage_new */
        { 0.50677, 0.28822, -0.06243 }, /* precision */
        { 0.46836, 0.26987, 0.35261 }, /* both */
        { 0.39680, 0.29283, 0.04779 }, /* both_new */
        { 0.39663, 0.26661, 0.12316 }, /* order */
        { 0.44296, 0.23414, 0.17338 }, /* letters */
        { -0.16968, 0.56551, 0.44181 }, /* length */
        { 0.31553, 0.46473, -0.59918 }, /* denial */
        { 0.51087, 0.29018, -0.10346 }, /* most_precision */
        { 0.40582, 0.29398, 0.00253 }, /* most_both_new */
        { 0.22368, 0.24192, 0.25444 }, /* most_pairs */
        { 0.41330, 0.27590, -0.03555 }, /* most_order */
        { 0.44784, 0.23457, 0.27884 }, /* most_letters */
        { 0.32934, 0.27092, 0.24662 }, /* mean_coverage_new */
        { 0.31602, 0.24919, 0.22602 }, /* mean_both_new */
        { 0.53408, 0.30333, -0.16297 }, /* all_precision */
        { 0.45813, 0.33229, -0.05224 }, /* all_precision_new */
        { 0.08361, 0.27680, 0.39226 }, /* denial_unknown */
        { 0.14260, 0.34967, 0.48277 }, /* denial_missing */
        { 0.02309, 0.15019, -0.16113 }, /* number_unknown */
        { 2.25659, 0.51614, 0.14287 }, /* words */
        { 1.39574, 0.49884, -0.29531 }, /* words_new */
        { 0.01802, 0.13301, -0.10172 }, /* echo */
    },
    .intercept = -0.46652,
};
const GradeCalibration grade_calibration_shipped = { -0.2990, 0.6808, 0.8149 };
const GradeCalibration grade_calibration_alone = { -1.5182, 3.1239, 0.0000 };
