/* The parts of `whet fit`: each learns the parameters of one thing. They get the words after their name, as commands do
 * (command/command.h), and return the exit status. */
#pragma once

#include "engine/memory/memory_fit.h"
#include "platform/settings.h"

#include <jansson.h>

int fit_memory(char **words);

/* The model of the organisation called `name`; `algorithm` NULL: of the algorithm that it uses, otherwise it uses this
 * one from now on. Takes the settings. */
int fit_organisation(Settings *settings, const char *name, const MemoryAlgorithm *algorithm, gboolean json);

/* What was fitted, for programs and for people. */
json_t *fit_memory_json(const MemoryFit *fit, double seconds);
void fit_memory_print(const MemoryFit *fit, double seconds);
