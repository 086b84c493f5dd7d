/* A memory model as JSON. */
#pragma once

#include "feature/practice/model_db.h"
#include "platform/http/http.h"

/* The names of the algorithms, NULL-terminated. */
extern const char *const model_algorithm_names[];

extern const HttpField model_fields[];
/* `row` NULL: the published weights of FSRS-6. */
json_t *model_to_json(const ModelRow *row);
