/* Models that were read once, of all organisations. Rows of models never change, so what is on the shelf is kept: an
 * organisation gets a new model only when its answers have grown by a fifth, some dozens in all. Safe to use from any
 * thread. */
#pragma once

#include "feature/app.h"

typedef enum { SHELF_MEMORY, SHELF_CHALLENGE, SHELF_SORTS } ShelfSort;

ModelShelf *model_shelf_new(void);
void model_shelf_free(ModelShelf *shelf);

/* NULL when it is not there. What is returned stays where it is as long as the shelf. */
gconstpointer model_shelf_find(ModelShelf *shelf, ShelfSort sort, gint64 id);
/* Puts a copy there, unless somebody else has done so meanwhile; returns the one that is there. */
gconstpointer model_shelf_keep(ModelShelf *shelf, ShelfSort sort, gint64 id, gconstpointer model, gsize size);
