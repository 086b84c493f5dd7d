/* Memories as JSON: strength, the curve of recall, what fades next. */
#pragma once

#include "feature/practice/state.h"

/* {id, title} of a concept or a pack. */
extern const HttpField named_fields[];
json_t *named_to_json(gint64 id, const char *title);

/* {retrievability, stability}. */
extern const HttpField strength_fields[];
json_t *strength_to_json(double retrievability, double stability);

/* [{day, recall}] for each of the days 0..28 from now, of a memory last reviewed `days_since` days ago. */
extern const HttpField curve_fields[];
json_t *curve_to_json(const MemoryModel *model, MemoryState memory, double days_since);

/* {at, concept} of what fades next, or null. */
extern const HttpField next_fields[];
json_t *next_to_json(const PracticeState *state);
