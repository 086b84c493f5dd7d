/* The exercises that were asked for lately, in memory. Private to this folder; others call authoring_exercise(). */
#pragma once

#include "feature/authoring/authoring.h"

typedef struct ExerciseShelf ExerciseShelf;

ExerciseShelf *exercise_shelf_new(void);
void exercise_shelf_free(ExerciseShelf *shelf);

/* The shelf that belongs to the program's catalogues. */
ExerciseShelf *catalogues_shelf(Catalogues *catalogues);
