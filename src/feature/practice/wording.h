/* What practice says to people: sentences from a catalogue by locale, English first. Adding a language is adding a
 * table. */
#pragma once

#include <glib.h>

typedef enum {
    SAY_RIGHT_SURE,
    SAY_RIGHT,
    SAY_RIGHT_GUESS,
    SAY_WRONG_SURE,
    SAY_WRONG,
    SAY_PARTLY_FOUND,  /* some of several right options */
    SAY_ALL_THERE,     /* %s: the learner's words */
    SAY_SOME_THERE,    /* %s: the learner's words, %s: the first point that is open */
    SAY_NONE_THERE,    /* %s: the first to find */
    SAY_MISCONCEPTION, /* %s: the learner's words */
    SAY_NOTE_EMPTY,
    SAY_NOTE_QUESTION,
    SAY_NOTE_SHORT,
    SAY_NOTE_OTHER,
    SAY_KEPT,
    SAY_NEXT_MISSING, /* %s: criterion */
    SAY_NEXT_PARTLY,  /* %s: criterion */
    SAY_NEXT_OPTION,
    SAY_REASON_SURE_AND_WRONG,
    SAY_REASON_DUE, /* %d now, %d later, in percent, %s: by when */
    SAY_REASON_NEW,
    SAY_REASON_EARLY, /* %d now, in percent */
    SAY_REASON_AGAIN,
    SAY_MONDAY, /* the days of the week, in order */
    SAY_TUESDAY,
    SAY_WEDNESDAY,
    SAY_THURSDAY,
    SAY_FRIDAY,
    SAY_SATURDAY,
    SAY_SUNDAY,
    SAY_COUNT,
} Say;

/* The format of a sentence in `locale` ("en", "de-CH"; unknown ones are English). */
const char *say(const char *locale, Say what);
