/* Practice: sessions, attempts, feedback, and what came of them.
 *
 * The way of an answer: practice_api turns JSON into an AttemptInput; practice_answer() loads what it needs, grades
 * without holding anything, and hands one write to the database, in which the attempt, the memory, the ability, the
 * difficulty and the event go together. */
#pragma once

#include "content/pack.h"
#include "engine/memory/memory.h"
#include "feature/app.h"
#include "feature/authoring/authoring.h"
#include "platform/jobs/jobs.h"

typedef enum { CONFIDENCE_GUESS = 1, CONFIDENCE_THINK_SO = 2, CONFIDENCE_SURE = 3 } Confidence;

/* Sure, and not so: what comes back first. `score` in [0,1]; negative: not graded, and then nothing is wrong. */
static inline gboolean practice_confidently_wrong(Confidence confidence, double score)
{
    return confidence == CONFIDENCE_SURE && score >= 0 && score < MEMORY_PASS;
}

/* What a person sends. Texts are borrowed. */
typedef struct {
    const char *key; /* idempotency key, chosen by the client, unique for the person */
    gint64 exercise_id;
    gint64 session_id;     /* 0: outside a session */
    int position;          /* in the session; -1 outside */
    const json_t *choices; /* array of option indexes; NULL for open answers */
    const char *text;      /* NULL for choose */
    Confidence confidence;
    double seconds;     /* spent on it */
    gint64 answered_at; /* by the client's clock; kept within the last 30 days and not after now */
} AttemptInput;

/* An attempt as it is kept, see the table in schema.c. */
typedef struct {
    gint64 id, organisation_id, person_id, concept_id, exercise_id, session_id;
    int version, position, try_number;
    char *key, *answer, *grader, *result; /* answer, result: JSON */
    char *model_result;                   /* what a language model made of it later, JSON; NULL: nothing */
    Confidence confidence;
    double seconds;
    gint64 answered_at, received_at, day;
    double score;                                   /* negative: not graded */
    double predicted;                               /* success expected before; negative: none */
    gint64 review;                                  /* 0: did not count for memory */
    MemoryRating rating;                            /* when review > 0 */
    double stability_before, retrievability_before; /* days until recall falls to 0.9, and recall; 0: new */
    double stability_after;                         /* the same days afterwards; 0: no memory */
    gint64 due_at;
    gboolean asks_model; /* just now a language model was asked as well. Not kept */
} Attempt;
void attempt_free(Attempt *attempt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attempt, attempt_free)

/* Answers an exercise: graded, and durable when this returns. The same key again gives the attempt that is already
 * there, with `replayed`. `exercise` (may be NULL) gets what was answered, in the version that was; release with
 * stored_exercise_unref. Errors: INVALID, NOT_FOUND, CONFLICT (the key was used for another answer). Free with
 * attempt_free. */
Attempt *practice_answer(App *app, const HttpIdentity *who, const AttemptInput *input, StoredExercise **exercise,
                         gboolean *replayed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Compares every memory with what replaying its attempts gives. Calls `report` with a sentence for each that differs,
 * and puts it right when `repair`. FALSE on a database error. */
gboolean practice_check(App *app, gboolean repair, void (*report)(const char *sentence, gpointer data), gpointer data,
                        guint *checked, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of the sums that are kept with each exercise, from which its statistics follow. */
gboolean practice_check_exercises(App *app, gboolean repair, void (*report)(const char *sentence, gpointer data),
                                  gpointer data, guint *checked, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The organisation's memories are of this algorithm from now on: with the weights that were last in use with it, or the
 * published ones. A job folds all memories anew and another fits the weights. `by`: who does it, 0 the command line.
 * Nothing happens when it is of that algorithm already. */
gboolean practice_use_memory(App *app, gint64 organisation_id, gint64 by, MemoryAlgorithm algorithm,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What fitting the organisation's model to its own answers came to. */
typedef struct {
    MemoryModel model; /* fitted; the one in use when n is too small */
    gint64 n;          /* answers a day or more after the one before that it was judged by */
    gboolean chosen;   /* it is in use now; it was no worse than the one before */
    double log_loss, log_loss_before, log_loss_default; /* on those; nan when n is 0 */
    double rmse_bins, auc;
    double seconds; /* the fitting took */
} PracticeFit;

/* Fits now, whether or not there is enough that is new. With fewer than MEMORY_FIT_LEAST answers nothing is kept, and
 * `chosen` is FALSE. `by`: who does it, 0 the command line or the server. */
gboolean practice_fit_memory(App *app, gint64 organisation_id, gint64 by, PracticeFit *fit,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Folds memories anew, and fits models when there are enough new answers. */
extern const JobHandler practice_jobs[];

/* Furnishes a demo: those of the people who have not practised yet get so many days of practice before now, answered by
 * simulated learners through the sessions that Whet planned for them; then the memory model is fitted to it. For
 * programs that do nothing else meanwhile: the clock is set back. */
typedef struct {
    gint64 person_id;
    int days;
} PracticePast;
gboolean practice_furnish(App *app, gint64 organisation_id, const PracticePast *people, guint n,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

extern const HttpRoute practice_routes[], progress_routes[], library_routes[], calibration_routes[], model_routes[],
    model_grading_routes[];
