/* The scene of a roleplay: who the other side is, what they know and what they may object. */
#pragma once

#include "content/exercise_body.h"

/* Reads the labelled items of `body` into the exercise's scene and its rubric from the others. */
void scene_parse(PackExercise *exercise, const Body *body, const ProblemSink *sink);
