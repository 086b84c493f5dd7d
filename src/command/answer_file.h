/* Answer file: answers that people have judged, as a table `id,question,reference,answer,score` and optionally `split`
 * and `question_id` (platform/csv has the format). Knows what the columns mean; hides names and lines.
 *
 * question: any text, may be empty. question_id: which question it is; without the column its text says so. reference:
 * one answer that is right, or several with "||" between; those of a question's first row count. answer: any text, may
 * be empty. score: a number from 0 to 1, or a label of the table in answer_file.c, whatever its case, with "_", "-" or
 * " " between words. split: "train" is learnt from, every other name is a part to be judged; without the column all is
 * one part, "all". id: not looked at.
 *
 * An error, with its line: another label; a number outside of 0..1; a split without a name, or more than
 * ANSWER_SPLITS_MOST of them; a file without rows, or with more than ANSWER_FILE_ROWS_MOST. Only noted: a row whose
 * question or references are not those of the first row of its question. */
#pragma once

#include "command/names.h"
#include "engine/grade/grade_trial.h"

enum {
    ANSWER_FILE_ROWS_MOST = 500 * 1000,
    ANSWER_SPLITS_MOST = 64, /* beside "train" */
};

typedef struct {
    TrialSet set;      /* without lexicon and language; split 0 is "train" */
    Names *splits;     /* by number */
    GArray *levels;    /* double: the different scores, ascending; those of a scale with very many are its tenths */
    gboolean learns;   /* there are rows of "train" */
    GArray *rows;      /* TrialRow */
    GArray *questions; /* TrialQuestion */
    GStringChunk *texts;
    GPtrArray *lists; /* of references */
} AnswerFile;

/* Reads the file `path` ("-": standard input). Appends a line to `notes` for each kind of thing that is worth knowing.
 * NULL on error. Free with answer_file_free. */
AnswerFile *answer_file_read(const char *path, GString *notes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void answer_file_free(AnswerFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AnswerFile, answer_file_free)
