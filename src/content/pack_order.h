/* The order of concepts: what is required comes first. Knows cycles; hides the graph. */
#pragma once

#include "content/concept_parse.h"

/* Sorts `sources` (ConceptSource *) by file name, then so that each comes after those it requires. Requirements that
 * are not in the pack and concepts that require each other are problems. `problems` takes them; time is linear in
 * concepts and requirements but for the sorting. */
void pack_order(GPtrArray *sources, GPtrArray *problems);
