/* Speech advice: which two things are worth saying about a note, by thresholds that its table documents. Advice, never
 * a score: there is no one right way to speak. */
#pragma once

#include "engine/speech/speech.h"

/* Fills advice and n_advice from all the rest: first what is wrong with the recording, then what would help listeners
 * most, then what was good. */
void speech_advise(Speech *speech);
