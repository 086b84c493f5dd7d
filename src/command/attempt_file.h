/* Attempt file: an attempt log of somebody else's, as a table `learner,item,skill,time,correct` and optionally `split`
 * (platform/csv has the format). Knows what the columns mean and which mistakes can be put right; hides names and
 * lines.
 *
 * learner, item: any text that is not empty. skill: none, one, or several with ';' between; blanks around one do not
 * count, nor does naming it twice. time: seconds, or any number that grows with a learner's attempts, from 0 to the
 * seconds of the year 2200; kept as it is. correct: 0, 1, or what lies between as partial credit. split: train or test;
 * without the column every attempt is train.
 *
 * An error, with its line: a learner or item that is empty; a time that is no number, negative or too late (with a hint
 * when it looks like milliseconds); correct outside of 0..1; another word for split; more than ATTEMPT_SKILLS_MOST
 * skills of one attempt; a file without rows, or with more than ATTEMPT_FILE_ROWS_MOST.
 * Put right, with a note: rows of a learner that are not in order of time are sorted; those at the same time stay in
 * the file's order. Only noted: a row that is the same as the learner's row before it. It may be a copy, or, where
 * times are coarse, an attempt of its own; it is kept. */
#pragma once

#include "command/names.h"
#include "engine/challenge/attempt_log.h"

enum { ATTEMPT_FILE_ROWS_MOST = 100 * 1000 * 1000 };

typedef struct {
    AttemptLog *log; /* row of an attempt: which row of the file it was, 0 .. log->n - 1, not counting the header */
    Names *learners, *items, *skills; /* by the numbers of the log, in the order of the file */
    gboolean has_split;
} AttemptFile;

/* Reads the file `path` ("-": standard input). Appends a line to `notes` for each kind of thing that was put right or
 * is worth knowing. NULL on error. Free with attempt_file_free. */
AttemptFile *attempt_file_read(const char *path, GString *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void attempt_file_free(AttemptFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AttemptFile, attempt_file_free)
