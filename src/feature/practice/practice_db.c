/* The SQL of answering. */
#include "feature/practice/practice_db.h"
#include "platform/error.h"
#include "platform/id.h"

void attempt_free(Attempt *attempt)
{
    g_free(attempt->key);
    g_free(attempt->answer);
    g_free(attempt->grader);
    g_free(attempt->result);
    g_free(attempt->model_result);
    g_free(attempt);
}

void answer_ground_clear(AnswerGround *ground)
{
    g_clear_pointer(&ground->zone, g_free);
    g_clear_pointer(&ground->language, g_free);
}

void memory_row_clear(MemoryRow *row)
{
    g_clear_pointer(&row->seen, g_free);
}

void answer_state_clear(AnswerState *state)
{
    memory_row_clear(&state->memory);
}

gboolean practice_db_ground(DbTx *tx, const HttpIdentity *who, gint64 exercise_id, gint64 session_id, int position,
                            AnswerGround *ground, GError **error)
{
#define GROUND_COLUMNS                                                                                           \
    " exercise.concept_id, concept.skill_id, exercise.kind, person.time_zone, pack.language, concept.must_know," \
    " exercise.hint, exercise.options, exercise.correct"
#define GROUND_JOINS                                                                           \
    " JOIN concept ON concept.id = exercise.concept_id JOIN pack ON pack.id = concept.pack_id" \
    " JOIN person ON person.id = $2 AND person.organisation_id = $1"
    static const char of_session[] =
        "SELECT session_entry.version," GROUND_COLUMNS
        " FROM session_entry JOIN session ON session.id = session_entry.session_id"
        " JOIN exercise ON exercise.id = session_entry.exercise_id" GROUND_JOINS
        " WHERE session_entry.session_id = $4 AND session_entry.position = $5 AND session_entry.exercise_id = $3"
        " AND session.person_id = $2 AND session.organisation_id = $1";
    static const char alone[] =
        "SELECT exercise.version," GROUND_COLUMNS " FROM exercise" GROUND_JOINS
        " JOIN person_pack ON person_pack.pack_id = concept.pack_id AND person_pack.person_id = $2"
        " WHERE exercise.id = $3 AND exercise.organisation_id = $1 AND exercise.retired_at IS NULL"
        " AND concept.retired_at IS NULL";
    const DbValue org = db_int(who->organisation_id), person = db_int(who->person_id), exercise = db_int(exercise_id);
    g_autoptr(DbRows) rows =
        session_id
            ? db_query(tx, of_session, DB_ARGS(org, person, exercise, db_int(session_id), db_int(position)), error)
            : db_query(tx, alone, DB_ARGS(org, person, exercise), error);
    if (!rows)
        return FALSE;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND,
                        session_id ? "This exercise does not stand at that place of your session."
                                   : "There is no such exercise.");
        return FALSE;
    }
    ground->version = (int)db_rows_int(rows, 0);
    ground->concept_id = db_rows_int(rows, 1);
    ground->skill_id = db_rows_int(rows, 2);
    gboolean known = exercise_kind_parse(db_rows_text(rows, 3), &ground->kind);
    g_assert(known);
    ground->zone = g_strdup(db_rows_text(rows, 4));
    ground->language = g_strdup(db_rows_text(rows, 5));
    ground->must_know = db_rows_int(rows, 6) != 0;
    ground->hint = (DifficultyHint)db_rows_int(rows, 7);
    ground->n_options = (int)db_rows_int(rows, 8);
    ground->n_correct = (int)db_rows_int(rows, 9);
    return TRUE;
}

gboolean practice_db_state(DbTx *tx, const HttpIdentity *who, const AnswerGround *ground, const AttemptInput *input,
                           AnswerState *state, GError **error)
{
    static const char sql[] =
        "SELECT (SELECT id FROM attempt WHERE person_id = $1 AND key = $2),"
        " (SELECT COUNT(*) FROM attempt WHERE session_id = $3 AND position = $4),"
        " memory.stability, memory.difficulty, memory.due_at, memory.reviewed_at, memory.day, memory.reviews,"
        " memory.lapses,"
        " memory.confidently_wrong, memory.seen, ability.mean, ability.variance, exercise_difficulty.mean,"
        " exercise_difficulty.variance, memory.fast, memory.model_id, organisation.memory_model_id,"
        " memory.score_sum, memory.last_score, ability.attempts, ability.score_sum"
        " FROM person JOIN organisation ON organisation.id = person.organisation_id"
        " LEFT JOIN memory ON memory.organisation_id = $8 AND memory.person_id = person.id AND memory.concept_id = $5"
        " LEFT JOIN ability ON ability.person_id = person.id AND ability.skill_id = $6"
        " LEFT JOIN exercise_difficulty ON exercise_difficulty.exercise_id = $7"
        " WHERE person.id = $1 AND person.organisation_id = $8";
    g_autoptr(DbRows) rows =
        db_query(tx, sql,
                 DB_ARGS(db_int(who->person_id), db_text(input->key), db_int(input->session_id),
                         db_int(input->position), db_int(ground->concept_id), db_int(ground->skill_id),
                         db_int(input->exercise_id), db_int(who->organisation_id)),
                 error);
    if (!rows)
        return FALSE;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "This person is not there any more.");
        return FALSE;
    }
    state->replay_id = db_rows_int(rows, 0);
    state->tries = input->session_id ? db_rows_int(rows, 1) : 0;
    state->memory = (MemoryRow){
        .concept_id = ground->concept_id,
        .state = { db_rows_real(rows, 2), db_rows_real(rows, 15), db_rows_real(rows, 3) },
        .model_id = db_rows_int(rows, 16),
        .due_at = db_rows_int(rows, 4),
        .reviewed_at = db_rows_int(rows, 5),
        .day = db_rows_int(rows, 6),
        .reviews = db_rows_int(rows, 7),
        .lapses = db_rows_int(rows, 8),
        .score_sum = db_rows_real(rows, 18),
        .last_score = db_rows_real(rows, 19),
        .confidently_wrong = db_rows_int(rows, 9) != 0,
        .seen = g_strdup(db_rows_is_null(rows, 10) ? "" : db_rows_text(rows, 10)),
    };
    state->model_id = db_rows_int(rows, 17);
    state->skill = (SkillStanding){
        .ability = { db_rows_real(rows, 11), db_rows_real(rows, 12) },
        .attempts = db_rows_int(rows, 20),
        .score_sum = db_rows_real(rows, 21),
    };
    state->difficulty = (ChallengeEstimate){ db_rows_real(rows, 13), db_rows_real(rows, 14) };
    return db_rows_done(rows, error) && standing_db_person(tx, who, &state->person, error);
}

static DbValue int_or_null(gint64 value, gboolean known)
{
    return known ? db_int(value) : db_null();
}

static DbValue real_or_null(double value, gboolean known)
{
    return known ? db_real(value) : db_null();
}

#define ATTEMPT_COLUMNS                                                                                                  \
    "id, organisation_id, person_id, concept_id, exercise_id, version, session_id, position, key, answer,"               \
    " confidence, seconds, answered_at, received_at, day, try_number, grader, score, result, predicted, review, rating," \
    " stability_before, retrievability_before, stability_after, due_at"
#define ATTEMPT_READ                                                                              \
    ATTEMPT_COLUMNS ", (SELECT grading.result FROM grading WHERE grading.attempt_id = attempt.id" \
                    " AND grading.organisation_id = attempt.organisation_id)"

gboolean practice_db_add_attempt(DbTx *tx, const Attempt *a, GError **error)
{
    static const char sql[] = "INSERT INTO attempt (" ATTEMPT_COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                              " $18, $19, $20, $21, $22, $23, $24, $25, $26)";
    gboolean reviewed = a->review > 0;
    return db_run(
        tx, sql,
        DB_ARGS(db_int(a->id), db_int(a->organisation_id), db_int(a->person_id), db_int(a->concept_id),
                db_int(a->exercise_id), db_int(a->version), int_or_null(a->session_id, a->session_id != 0),
                int_or_null(a->position, a->session_id != 0), db_text(a->key), db_text(a->answer),
                db_int(a->confidence), db_real(a->seconds), db_int(a->answered_at), db_int(a->received_at),
                db_int(a->day), db_int(a->try_number), db_text(a->grader), real_or_null(a->score, a->score >= 0),
                db_text(a->result), real_or_null(a->predicted, a->predicted >= 0), int_or_null(a->review, reviewed),
                int_or_null(a->rating, reviewed), db_real(a->stability_before), db_real(a->retrievability_before),
                db_real(a->stability_after), int_or_null(a->due_at, a->due_at != 0)),
        error);
}

gboolean practice_db_put_memory(DbTx *tx, gint64 organisation_id, gint64 person_id, const MemoryRow *row,
                                GError **error)
{
    static const char sql[] =
        "INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews, lapses,"
        " confidently_wrong,"
        " organisation_id, seen, fast, model_id, score_sum, last_score)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        " ON CONFLICT (organisation_id, person_id, concept_id) DO UPDATE"
        " SET due_at = excluded.due_at, stability = excluded.stability,"
        " difficulty = excluded.difficulty, reviewed_at = excluded.reviewed_at, day = excluded.day,"
        " reviews = excluded.reviews,"
        " lapses = excluded.lapses, confidently_wrong = excluded.confidently_wrong, seen = excluded.seen,"
        " fast = excluded.fast, model_id = excluded.model_id, score_sum = excluded.score_sum,"
        " last_score = excluded.last_score";
    return db_run(tx, sql,
                  DB_ARGS(db_int(person_id), db_int(row->concept_id), db_int(row->due_at),
                          db_real(row->state.stability), db_real(row->state.difficulty), db_int(row->reviewed_at),
                          db_int(row->day), db_int(row->reviews), db_int(row->lapses), db_int(row->confidently_wrong),
                          db_int(organisation_id), db_text(row->seen), db_real(row->state.fast), db_int(row->model_id),
                          db_real(row->score_sum), db_real(row->last_score)),
                  error);
}

gboolean practice_db_add_evidence(DbTx *tx, gint64 organisation_id, const ExerciseEvidence *evidence, GError **error)
{
    static const char sql[] =
        "INSERT INTO exercise_difficulty (exercise_id, organisation_id, mean, variance, attempts, returns, passes,"
        " score_sum, score_squares, predicted_sum, predicted_squares, score_predicted, seconds_sum)"
        " VALUES ($1, $2, $3, $4, 1, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT (exercise_id) DO UPDATE SET mean = exercise_difficulty.mean + (excluded.mean - $5),"
        " variance = exercise_difficulty.variance * (excluded.variance / $6),"
        " attempts = exercise_difficulty.attempts + 1,"
        " returns = exercise_difficulty.returns + excluded.returns,"
        " passes = exercise_difficulty.passes + excluded.passes,"
        " score_sum = exercise_difficulty.score_sum + excluded.score_sum,"
        " score_squares = exercise_difficulty.score_squares + excluded.score_squares,"
        " predicted_sum = exercise_difficulty.predicted_sum + excluded.predicted_sum,"
        " predicted_squares = exercise_difficulty.predicted_squares + excluded.predicted_squares,"
        " score_predicted = exercise_difficulty.score_predicted + excluded.score_predicted,"
        " seconds_sum = exercise_difficulty.seconds_sum + excluded.seconds_sum";
    double score = evidence->score, predicted = evidence->predicted;
    return db_run(tx, sql,
                  DB_ARGS(db_int(evidence->exercise_id), db_int(organisation_id), db_real(evidence->to.mean),
                          db_real(evidence->to.variance), db_real(evidence->from.mean),
                          db_real(evidence->from.variance), db_int(evidence->returned), db_int(score >= MEMORY_PASS),
                          db_real(score), db_real(score * score), db_real(predicted), db_real(predicted * predicted),
                          db_real(score * predicted), db_real(evidence->seconds)),
                  error);
}

static Attempt *attempt_row(const DbRows *rows)
{
    Attempt *a = g_new0(Attempt, 1);
    a->id = db_rows_int(rows, 0);
    a->organisation_id = db_rows_int(rows, 1);
    a->person_id = db_rows_int(rows, 2);
    a->concept_id = db_rows_int(rows, 3);
    a->exercise_id = db_rows_int(rows, 4);
    a->version = (int)db_rows_int(rows, 5);
    a->session_id = db_rows_int(rows, 6);
    a->position = a->session_id ? (int)db_rows_int(rows, 7) : -1;
    a->key = g_strdup(db_rows_text(rows, 8));
    a->answer = g_strdup(db_rows_text(rows, 9));
    a->confidence = (Confidence)db_rows_int(rows, 10);
    a->seconds = db_rows_real(rows, 11);
    a->answered_at = db_rows_int(rows, 12);
    a->received_at = db_rows_int(rows, 13);
    a->day = db_rows_int(rows, 14);
    a->try_number = (int)db_rows_int(rows, 15);
    a->grader = g_strdup(db_rows_text(rows, 16));
    a->score = db_rows_is_null(rows, 17) ? -1 : db_rows_real(rows, 17);
    a->result = g_strdup(db_rows_text(rows, 18));
    a->predicted = db_rows_is_null(rows, 19) ? -1 : db_rows_real(rows, 19);
    a->review = db_rows_int(rows, 20);
    a->rating = (MemoryRating)db_rows_int(rows, 21);
    a->stability_before = db_rows_real(rows, 22);
    a->retrievability_before = db_rows_real(rows, 23);
    a->stability_after = db_rows_real(rows, 24);
    a->due_at = db_rows_int(rows, 25);
    a->model_result = g_strdup(db_rows_text(rows, 26));
    return a;
}

static GPtrArray *attempts(DbTx *tx, const char *sql, const DbValue *args, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, sql, args, error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)attempt_free);
    while (db_rows_next(rows))
        g_ptr_array_add(list, attempt_row(rows));
    return db_rows_done(rows, error) ? g_steal_pointer(&list) : NULL;
}

Attempt *practice_db_attempt_by_key(DbTx *tx, const HttpIdentity *who, const char *key, GError **error)
{
    static const char sql[] =
        "SELECT " ATTEMPT_READ " FROM attempt WHERE person_id = $1 AND key = $2 AND organisation_id = $3";
    g_autoptr(GPtrArray) found =
        attempts(tx, sql, DB_ARGS(db_int(who->person_id), db_text(key), db_int(who->organisation_id)), error);
    return found && found->len ? g_ptr_array_steal_index(found, 0) : NULL;
}

Attempt *practice_db_attempt(DbTx *tx, const HttpIdentity *who, gint64 id, GError **error)
{
    static const char sql[] =
        "SELECT " ATTEMPT_READ " FROM attempt WHERE id = $1 AND person_id = $2 AND organisation_id = $3";
    g_autoptr(GPtrArray) found =
        attempts(tx, sql, DB_ARGS(db_int(id), db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!found)
        return NULL;
    if (found->len)
        return g_ptr_array_steal_index(found, 0);
    whet_fail(error, WHET_ERROR_NOT_FOUND, "There is no such answer of yours.");
    return NULL;
}

GPtrArray *practice_db_attempts(DbTx *tx, const HttpIdentity *who, gint64 concept_id, gint64 before, int limit,
                                GError **error)
{
    static const char all[] =
        "SELECT " ATTEMPT_READ " FROM attempt WHERE person_id = $1 AND organisation_id = $2 AND id < $3"
        " ORDER BY id DESC LIMIT $4";
    static const char of_concept[] =
        "SELECT " ATTEMPT_READ " FROM attempt WHERE person_id = $1 AND organisation_id = $2 AND id < $3"
        " AND concept_id = $5 ORDER BY id DESC LIMIT $4";
    const DbValue person = db_int(who->person_id), org = db_int(who->organisation_id),
                  end = db_int(before ? before : G_MAXINT64);
    if (concept_id)
        return attempts(tx, of_concept, DB_ARGS(person, org, end, db_int(limit), db_int(concept_id)), error);
    return attempts(tx, all, DB_ARGS(person, org, end, db_int(limit)), error);
}

GPtrArray *practice_db_attempts_of_session(DbTx *tx, const HttpIdentity *who, gint64 session_id, GError **error)
{
    static const char sql[] =
        "SELECT " ATTEMPT_READ
        " FROM attempt WHERE session_id = $3 AND person_id = $1 AND organisation_id = $2 ORDER BY id";
    return attempts(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(session_id)), error);
}
