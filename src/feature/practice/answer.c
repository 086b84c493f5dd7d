/* Answering: the way of an attempt from what was sent to what is kept. Knows the order of things; hides nothing. */
#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/challenge_model.h"
#include "feature/practice/grading.h"
#include "feature/practice/model.h"
#include "feature/practice/model_grading.h"
#include "feature/practice/practice_db.h"
#include "feature/practice/relearn.h"
#include "feature/practice/replay.h"
#include "feature/practice/review.h"
#include "feature/practice/standing.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"
#include "platform/json.h"

#define ANSWER_AGE_MAX (30 * CLOCK_DAY) /* an answer may wait this long in a client that is offline */

typedef struct {
    App *app;
    const HttpIdentity *who;
    const AttemptInput *input;
    AnswerGround ground;
    StoredExercise *exercise;
    Grading grading;
    char *answer, *result; /* what is kept of them: JSON */
    gint64 now, answered_at, day;
    Attempt *attempt; /* the result */
    gboolean replayed;
} Answering;

static void answering_clear(Answering *answering)
{
    answer_ground_clear(&answering->ground);
    g_clear_pointer(&answering->exercise, stored_exercise_unref);
    grading_clear(&answering->grading);
    g_clear_pointer(&answering->answer, g_free);
    g_clear_pointer(&answering->result, g_free);
    g_clear_pointer(&answering->attempt, attempt_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answering, answering_clear)

static gboolean load(DbTx *tx, gpointer data, GError **error)
{
    Answering *answering = data;
    const AttemptInput *input = answering->input;
    if (!practice_db_ground(tx, answering->who, input->exercise_id, input->session_id, input->position,
                            &answering->ground, error))
        return FALSE;
    answering->exercise = authoring_exercise(answering->app, tx, answering->who->organisation_id, input->exercise_id,
                                             answering->ground.version, error);
    return answering->exercise != NULL;
}

static double usual_seconds(const Answering *answering)
{
    return exercise_kind_info(answering->ground.kind)->usual_seconds;
}

/* What the write needs and can be worked out before it: everybody's writes wait for each other. */
static void prepare(Answering *answering)
{
    g_autoptr(GTimeZone) zone = clock_zone(answering->ground.zone);
    answering->answered_at = CLAMP(answering->input->answered_at, answering->now - ANSWER_AGE_MAX, answering->now);
    answering->day = clock_day(answering->answered_at, zone);
    answering->answer = json_write(answering->grading.answer, NULL);
    answering->result = json_write(answering->grading.result, NULL);
}

static Attempt *attempt_new(const Answering *answering, const AnswerState *state)
{
    const AttemptInput *input = answering->input;
    Attempt *attempt = g_new0(Attempt, 1);
    attempt->id = id_new();
    attempt->organisation_id = answering->who->organisation_id;
    attempt->person_id = answering->who->person_id;
    attempt->concept_id = answering->ground.concept_id;
    attempt->exercise_id = input->exercise_id;
    attempt->version = answering->ground.version;
    attempt->session_id = input->session_id;
    attempt->position = input->position;
    attempt->try_number = (int)state->tries + 1;
    attempt->key = g_strdup(input->key);
    attempt->answer = g_strdup(answering->answer);
    attempt->grader = g_strdup(answering->grading.grader);
    attempt->result = g_strdup(answering->result);
    attempt->confidence = input->confidence;
    attempt->seconds = input->seconds;
    attempt->answered_at = answering->answered_at;
    attempt->received_at = answering->now;
    attempt->day = answering->day;
    attempt->score = answering->grading.score;
    attempt->predicted = -1;
    return attempt;
}

/* A second try at once, with the feedback still on the screen, says little about memory: it is kept, but counts for
 * neither memory nor ability nor difficulty. */
static gboolean leave_alone(DbTx *tx, const Answering *answering, Attempt *attempt, const AnswerState *state,
                            GError **error)
{
    const MemoryRow *memory = &state->memory;
    const MemoryModel *model = model_find(answering->app, tx, attempt->organisation_id, memory->model_id, error);
    if (!model)
        return FALSE;
    attempt->stability_before = attempt->stability_after = memory_lasts(model, memory->state);
    attempt->due_at = memory->due_at;
    return TRUE;
}

/* The model that the organisation uses; a memory that was folded with another one is folded with it first. */
static const MemoryModel *bring_up_to_date(DbTx *tx, const Answering *answering, AnswerState *state, GError **error)
{
    MemoryRow *memory = &state->memory;
    const MemoryModel *model = model_find(answering->app, tx, answering->who->organisation_id, state->model_id, error);
    if (!model || memory->model_id == state->model_id)
        return model;
    memory_row_clear(memory);
    return replay_memory(tx, answering->who, answering->ground.concept_id, 0, model, state->model_id, memory, error)
               ? model
               : NULL;
}

/* What is known of the person and the exercise before the answer counts. */
static ChallengeInput challenge_of(const Answering *answering, const Attempt *attempt, const AnswerState *state)
{
    const AnswerGround *ground = &answering->ground;
    ChallengeInput input = standing_input(&state->person, &state->skill, &state->memory, attempt->answered_at);
    input.retrievability = state->memory.state.stability > 0 ? attempt->retrievability_before : -1;
    input.floor = challenge_floor(ground->n_options, ground->n_correct);
    input.difficulty = state->difficulty.variance > 0
                           ? state->difficulty
                           : challenge_difficulty_prior(exercise_kind_info(ground->kind)->difficulty, ground->hint);
    return input;
}

/* What was expected, and what the answer says about the person's abilities and the exercise's difficulty. */
static gboolean learn_challenge(DbTx *tx, const Answering *answering, Attempt *attempt, const AnswerState *state,
                                GError **error)
{
    const HttpIdentity *who = answering->who;
    const MemoryRow *memory = &state->memory;
    const ChallengeWeights *weights =
        challenge_model_find(answering->app, tx, who->organisation_id, state->person.weights_id, error);
    if (!weights)
        return FALSE;
    ChallengeInput input = challenge_of(answering, attempt, state);
    ExerciseEvidence evidence = {
        .exercise_id = attempt->exercise_id,
        .from = input.difficulty,
        .score = attempt->score,
        .seconds = attempt->seconds,
        .predicted = challenge_expect(weights, &input),
        .returned = memory->reviews > 0 && attempt->day > memory->day,
    };
    challenge_learn(weights, &input, attempt->score);
    evidence.to = input.difficulty;
    attempt->predicted = evidence.predicted;
    const SkillStanding skill = {
        .ability = input.ability,
        .attempts = state->skill.attempts + 1,
        .score_sum = state->skill.score_sum + attempt->score,
    };
    return standing_db_put_overall(tx, who, input.overall, error) &&
           standing_db_put_skill(tx, who, answering->ground.skill_id, &skill, error) &&
           practice_db_add_evidence(tx, attempt->organisation_id, &evidence, error);
}

static gboolean learn_memory(DbTx *tx, const Answering *answering, const MemoryModel *model, Attempt *attempt,
                             MemoryRow *memory, GError **error)
{
    attempt->rating =
        memory_rating(attempt->score, (int)attempt->confidence, attempt->seconds / usual_seconds(answering));
    attempt->review = memory->reviews + 1;
    const ReviewRow review = {
        .concept_id = attempt->concept_id,
        .exercise_id = attempt->exercise_id,
        .review = attempt->review,
        .day = attempt->day,
        .answered_at = attempt->answered_at,
        .id = attempt->id,
        .rating = attempt->rating,
        .score = attempt->score,
        .confidently_wrong = practice_confidently_wrong(attempt->confidence, attempt->score),
        .must_know = answering->ground.must_know,
    };
    review_apply(model, memory, &review);
    attempt->stability_after = memory_lasts(model, memory->state);
    attempt->due_at = memory->due_at;
    return practice_db_put_memory(tx, attempt->organisation_id, attempt->person_id, memory, error);
}

/* Memory, ability and difficulty after a graded first try. */
static gboolean learn(DbTx *tx, const Answering *answering, Attempt *attempt, AnswerState *state, GError **error)
{
    const MemoryModel *model = bring_up_to_date(tx, answering, state, error);
    if (!model)
        return FALSE;
    attempt->stability_before = memory_lasts(model, state->memory.state);
    attempt->retrievability_before = review_recall(model, &state->memory, attempt->answered_at);
    return learn_challenge(tx, answering, attempt, state, error) &&
           learn_memory(tx, answering, model, attempt, &state->memory, error);
}

static gboolean keep(DbTx *tx, gpointer data, GError **error)
{
    Answering *answering = data;
    const HttpIdentity *who = answering->who;
    g_clear_pointer(&answering->attempt, attempt_free);
    g_auto(AnswerState) state = { 0 };
    if (!db_lock(tx, who->person_id, error) ||
        !practice_db_state(tx, who, &answering->ground, answering->input, &state, error))
        return FALSE;
    answering->replayed = state.replay_id != 0;
    if (answering->replayed) {
        answering->attempt = practice_db_attempt_by_key(tx, who, answering->input->key, error);
        return answering->attempt != NULL;
    }
    answering->attempt = attempt_new(answering, &state);
    Attempt *attempt = answering->attempt;
    gboolean counts = attempt->score >= 0 && attempt->try_number == 1;
    return (counts ? learn(tx, answering, attempt, &state, error)
                   : leave_alone(tx, answering, attempt, &state, error)) &&
           practice_db_add_attempt(tx, attempt, error) && relearn_after(answering->app, tx, who, attempt, error) &&
           people_emit(tx, who->organisation_id, who->person_id, "attempt", attempt->id, error);
}

static gboolean find_kept(DbTx *tx, gpointer data, GError **error)
{
    Answering *answering = data;
    GError *failure = NULL;
    answering->attempt = practice_db_attempt_by_key(tx, answering->who, answering->input->key, &failure);
    answering->replayed = answering->attempt != NULL;
    if (failure)
        g_propagate_error(error, failure);
    return failure == NULL;
}

/* Since an answer was kept its exercise may have been retired or reworded; who sends it again, having missed the reply,
 * still gets it. */
static gboolean find_kept_or_refuse(Answering *answering, GError *refusal, GError **error)
{
    if (db_read(answering->app->db, find_kept, answering, error) && answering->attempt) {
        g_error_free(refusal);
        return TRUE;
    }
    g_clear_error(error);
    g_propagate_error(error, refusal);
    return FALSE;
}

/* What was answered then. */
static gboolean load_kept(DbTx *tx, gpointer data, GError **error)
{
    Answering *answering = data;
    const Attempt *attempt = answering->attempt;
    g_clear_pointer(&answering->exercise, stored_exercise_unref);
    answering->exercise =
        authoring_exercise(answering->app, tx, attempt->organisation_id, attempt->exercise_id, attempt->version, error);
    return answering->exercise != NULL;
}

static gboolean same_answer(const Attempt *attempt, const AttemptInput *input)
{
    json_t *given = grading_answer(input);
    g_autofree char *answer = json_write(given, NULL);
    json_decref(given);
    return attempt->exercise_id == input->exercise_id && attempt->session_id == input->session_id &&
           g_str_equal(attempt->answer, answer);
}

/* A key stands for one answer. */
static gboolean check_replay(Answering *answering, GError **error)
{
    if (same_answer(answering->attempt, answering->input))
        return db_read(answering->app->db, load_kept, answering, error);
    g_set_error(error, WHET_ERROR, WHET_ERROR_CONFLICT, "This key was already used for another answer.");
    return FALSE;
}

static void tell_other_screens(const App *app, const Attempt *attempt)
{
    json_t *data =
        json_pack("{s:o, s:o}", "attemptId", http_json_id(attempt->id), "conceptId", http_json_id(attempt->concept_id));
    http_stream_publish(app->server, attempt->person_id, "attempt", data);
    json_decref(data);
}

Attempt *practice_answer(App *app, const HttpIdentity *who, const AttemptInput *input, StoredExercise **exercise,
                         gboolean *replayed, GError **error)
{
    g_auto(Answering) answering = { .app = app, .who = who, .input = input, .now = clock_now() };
    GError *refusal = NULL;
    gboolean judged = db_read(app->db, load, &answering, &refusal) &&
                      grading_judge(word_source_lexicon(app->words), answering.exercise, answering.ground.language,
                                    input, &answering.grading, &refusal);
    if (judged)
        prepare(&answering);
    if (judged ? !db_write(app->db, keep, &answering, error) : !find_kept_or_refuse(&answering, refusal, error))
        return NULL;
    *replayed = answering.replayed;
    if (answering.replayed && !check_replay(&answering, error))
        return NULL;
    if (!answering.replayed) {
        tell_other_screens(app, answering.attempt);
        answering.attempt->asks_model = model_grading_begin(app, answering.attempt, answering.exercise);
    }
    if (exercise)
        *exercise = g_steal_pointer(&answering.exercise);
    return g_steal_pointer(&answering.attempt);
}
