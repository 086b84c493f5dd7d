/* What `whet simulate` prints: a table for people, JSON for programs, and a picture. */
#pragma once

#include "engine/simulate/simulate.h"

#include <jansson.h>

/* One policy under one truth. */
typedef struct {
    const SimulateTruth *truth;
    const SimulatePolicy *policy;
    SimulateOutcome *outcome;
} SimulateRow;

typedef struct {
    const SimulateWish *wish;
    const SimulateRow *rows; /* those of a truth stand together */
    guint n;
    double minutes; /* a day */
    double seconds; /* that it took */
} SimulateReport;

void simulate_report_print(const SimulateReport *report);
/* A new reference. */
json_t *simulate_report_json(const SimulateReport *report);
/* Concepts remembered over days, a panel for each truth. The rows have curves. Free with g_free. */
char *simulate_report_plot(const SimulateReport *report);
