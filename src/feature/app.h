/* What a running Whet hands to its features. Made once by `whet serve` before the first request; everything in it is
 * safe to use from any thread and outlives every request. */
#pragma once

#include "feature/word_source.h"
#include "platform/db/db.h"
#include "platform/http/http.h"
#include "platform/settings.h"

typedef struct Catalogues Catalogues;   /* feature/authoring */
typedef struct ModelShelf ModelShelf;   /* feature/practice */
typedef struct ModelGrader ModelGrader; /* feature/practice */

struct App {
    Db *db;
    const Settings *settings;
    WordSource *words; /* NULL: grading without synonyms */
    Catalogues *catalogues;
    ModelShelf *models;
    ModelGrader *model_grader; /* NULL: no language model is asked */
    HttpServer *server;        /* NULL outside `whet serve` */
    const char *public_url;    /* without a slash at its end */
};
