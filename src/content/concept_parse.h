/* One file of a concept: front matter, teaching text, exercises. What needs the other files is for pack_parse.c. */
#pragma once

#include "content/front_matter.h"

typedef struct {
    PackConcept
        *concept; /* id, title or skill may be NULL when they are missing or wrong; moved out when the pack is whole */
    int id_line, skill_line;
    GArray *requires_lines; /* int, one for each of concept->requires */
} ConceptSource;

ConceptSource *concept_parse(const PackFile *file, const ProblemSink *sink);
void concept_source_free(ConceptSource *source);

/* Small letters, digits and single hyphens between them. */
gboolean concept_is_id(const char *id);

/* Reports when `id` is not one. `what` names it: "id". */
gboolean concept_check_id(const char *id, const char *what, int line, const ProblemSink *sink);

/* The text of a required key as one line of limited length; NULL when it is missing. `example` shows how it is written.
 */
char *concept_title(const FrontMatter *front, const char *example, const ProblemSink *sink);
