/* The SQL of practice, as typed functions. Everything is of one organisation and one person. */
#pragma once

#include "engine/challenge/challenge.h"
#include "engine/plan/target.h"
#include "feature/practice/practice.h"
#include "feature/practice/standing_db.h"

/* --- answering */

/* What the read before grading finds. */
typedef struct {
    gint64 concept_id, skill_id;
    ExerciseKind kind;
    int version;
    char *zone;     /* the person's */
    char *language; /* the pack's */
    gboolean must_know;
    DifficultyHint hint;
    int n_options, n_correct;
} AnswerGround;
void answer_ground_clear(AnswerGround *ground);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AnswerGround, answer_ground_clear)

/* The exercise (in the session's version when session_id is given). NOT_FOUND when it is not there for this person. */
gboolean practice_db_ground(DbTx *tx, const HttpIdentity *who, gint64 exercise_id, gint64 session_id, int position,
                            AnswerGround *ground, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    gint64 concept_id;
    MemoryState state; /* stability 0: none yet */
    gint64 model_id;   /* the model that folded the attempts to this state */
    gint64 due_at, reviewed_at, day;
    gint64 reviews, lapses;
    double score_sum, last_score; /* of the reviews */
    gboolean confidently_wrong;
    char *seen; /* exercise ids, least recently answered first, ","-separated */
} MemoryRow;
void memory_row_clear(MemoryRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MemoryRow, memory_row_clear)

/* What the write finds; estimates have variance 0 when there is none yet. */
typedef struct {
    gint64 replay_id; /* attempt with the same key, 0 none */
    gint64 tries;     /* attempts at this place of the session so far */
    MemoryRow memory;
    gint64 model_id; /* of the memory model that the organisation uses */
    PersonStanding person;
    SkillStanding skill;
    ChallengeEstimate difficulty;
} AnswerState;
void answer_state_clear(AnswerState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AnswerState, answer_state_clear)
gboolean practice_db_state(DbTx *tx, const HttpIdentity *who, const AnswerGround *ground, const AttemptInput *input,
                           AnswerState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean practice_db_add_attempt(DbTx *tx, const Attempt *attempt, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean practice_db_put_memory(DbTx *tx, gint64 organisation_id, gint64 person_id, const MemoryRow *row,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a counted answer says about its exercise. */
typedef struct {
    gint64 exercise_id;
    ChallengeEstimate from, to; /* the difficulty that was read, and what it became */
    double score, predicted;    /* 0..1 */
    double seconds;             /* spent on it */
    gboolean returned;          /* a day or more after the person's answer about the concept before */
} ExerciseEvidence;
/* Moves the difficulty by as much as lies between the two, since others, whose locks are other ones, may have moved it
 * meanwhile, and adds the rest to the sums. */
gboolean practice_db_add_evidence(DbTx *tx, gint64 organisation_id, const ExerciseEvidence *evidence,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL without an error: no such attempt. */
Attempt *practice_db_attempt_by_key(DbTx *tx, const HttpIdentity *who, const char *key, GError **error);
/* NOT_FOUND when the person has no such. */
Attempt *practice_db_attempt(DbTx *tx, const HttpIdentity *who, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Attempt *: the person's newest before the id `before` (0: from the newest), of one concept or all (0). */
GPtrArray *practice_db_attempts(DbTx *tx, const HttpIdentity *who, gint64 concept_id, gint64 before, int limit,
                                GError **error);
/* Attempt *: of a session, oldest first. */
GPtrArray *practice_db_attempts_of_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error);

/* --- what a person knows */

/* The callback's row, its `seen` too, is borrowed during the call. */
gboolean practice_db_each_memory(DbTx *tx, const HttpIdentity *who, void (*each)(const MemoryRow *row, gpointer data),
                                 gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those that are due at `now`. */
gboolean practice_db_each_due(DbTx *tx, const HttpIdentity *who, gint64 now,
                              void (*each)(const MemoryRow *row, gpointer data), gpointer data,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next `most` that fall due after `now`, soonest first. */
gboolean practice_db_each_later(DbTx *tx, const HttpIdentity *who, gint64 now, int most,
                                void (*each)(const MemoryRow *row, gpointer data), gpointer data,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* That of one concept, if there is one. */
gboolean practice_db_one_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id,
                                void (*each)(const MemoryRow *row, gpointer data), gpointer data,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Only which concepts there are memories of. */
gboolean practice_db_each_known(DbTx *tx, const HttpIdentity *who, void (*each)(gint64 concept_id, gpointer data),
                                gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Scores of the last `most` graded attempts, oldest first (double), and the exercise answered last. */
GArray *practice_db_recent_scores(DbTx *tx, const HttpIdentity *who, int most, gint64 *last_exercise, GError **error);
/* Which packs the person practises: gint64 * set. */
GHashTable *practice_db_packs(DbTx *tx, const HttpIdentity *who, GError **error);
/* Time zone (free with g_free), minutes of a session, and how hard exercises are wished to be. */
char *practice_db_zone(DbTx *tx, const HttpIdentity *who, int *minutes, TargetWish *challenge, GError **error);

typedef struct {
    gint64 day;
    double seconds;
    int attempts;
} PracticeDay;
/* PracticeDay, from day `since`. */
GArray *practice_db_days(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error);
/* attempts[c] and right[c] for c = 1..3. First tries only. */
gboolean practice_db_confidence(DbTx *tx, const HttpIdentity *who, gint64 attempts[4], gint64 right[4],
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Graded first meetings with an exercise: how often somebody was right who had not seen the question before. */
typedef struct {
    gint64 skill_id;
    gint64 attempts, right;
} UnseenCount;
/* UnseenCount, by skill: the person's from day `since` on. */
GArray *practice_db_unseen(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error);

/* How it went lately: the newest graded first tries, at most PRACTICE_RECENT_MOST. */
enum { PRACTICE_RECENT_MOST = 20 };
typedef struct {
    gint64 attempts, right;
} RecentCount;
gboolean practice_db_recent(DbTx *tx, const HttpIdentity *who, RecentCount *count,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- sessions */

typedef struct {
    int position, version;
    gint64 concept_id, exercise_id;
    char *why;
    double retrievability, later, predicted, seconds;
    gboolean introduces;
    gint64 attempt_id; /* the failed attempt after which it was added; 0: it was planned */
    int follows;       /* position that it comes after; -1: it comes by its own */
} SessionEntry;

typedef struct {
    gint64 id, created_at, finished_at;
    int budget_seconds;
    char *note, *kind;
    GPtrArray *entries; /* SessionEntry * */
} Session;
Session *session_new(void);
void session_entry_free(SessionEntry *entry);
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

gboolean practice_db_add_session(DbTx *tx, const HttpIdentity *who, const Session *session,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean practice_db_add_entry(DbTx *tx, const HttpIdentity *who, gint64 session_id, const SessionEntry *entry,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Its entries in the order in which they come. */
Session *practice_db_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error);
/* The newest unfinished session made after `since`; 0 none, -1 error. */
gint64 practice_db_open_session(DbTx *tx, const HttpIdentity *who, gint64 since, GError **error);
gboolean practice_db_finish_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, const char *note, gint64 now,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- checking */

gboolean practice_db_remove_memory(DbTx *tx, const HttpIdentity *who, gint64 concept_id,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every (organisation, person) that has memories or reviews: HttpIdentity. */
GArray *practice_db_everybody(DbTx *tx, GError **error);
/* Reviews in the order in which they changed memory: concept after concept, `review` ascending. */
typedef struct {
    gint64 concept_id, exercise_id, review, day, answered_at, id;
    MemoryRating rating;
    double score;
    gboolean confidently_wrong, must_know;
} ReviewRow;
gboolean practice_db_each_review(DbTx *tx, const HttpIdentity *who, void (*each)(const ReviewRow *row, gpointer data),
                                 gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those of one concept. */
gboolean practice_db_each_review_of(DbTx *tx, const HttpIdentity *who, gint64 concept_id,
                                    void (*each)(const ReviewRow *row, gpointer data), gpointer data,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
