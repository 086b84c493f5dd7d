/* Feedback: what a learner is told about an attempt, made from the attempt and the wording of the exercise that was
 * answered. */
#pragma once

#include "feature/practice/practice.h"

/* The Feedback object of the interface for programs (see feedback_fields). */
json_t *feedback_to_json(const Attempt *attempt, const PackExercise *exercise);

extern const HttpField feedback_fields[];

/* How sure a person is, by Confidence (there is none at 0), NULL-terminated. */
extern const char *const confidence_names[];
#define CONFIDENCE_VALUES (confidence_names + CONFIDENCE_GUESS) /* as the values of a field */
