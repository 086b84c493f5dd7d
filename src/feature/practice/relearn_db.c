/* The SQL of returning: a session under way, and the exercises of one concept. */
#include "feature/practice/relearn_db.h"

void relearn_spent_clear(RelearnSpent *spent)
{
    g_clear_pointer(&spent->positions, g_hash_table_unref);
}

void relearn_concept_clear(RelearnConcept *concept)
{
    g_clear_pointer(&concept->variants, g_array_unref);
    memory_row_clear(&concept->memory);
}

gboolean relearn_db_spent(DbTx *tx, const HttpIdentity *who, gint64 session_id, RelearnSpent *spent, GError **error)
{
    static const char sql[] = "SELECT position, SUM(seconds) FROM attempt WHERE session_id = $3 AND person_id = $1"
                              " AND organisation_id = $2 GROUP BY position";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(session_id)), error);
    if (!rows)
        return FALSE;
    spent->positions = g_hash_table_new(NULL, NULL);
    while (db_rows_next(rows)) {
        g_hash_table_add(spent->positions, GINT_TO_POINTER((int)db_rows_int(rows, 0)));
        spent->seconds += db_rows_real(rows, 1);
    }
    return db_rows_done(rows, error);
}

static void take_variant(const DbRows *rows, RelearnConcept *concept)
{
    RelearnVariant variant = { .variant.id = db_rows_int(rows, 0), .version = (int)db_rows_int(rows, 1) };
    if (!exercise_kind_parse(db_rows_text(rows, 2), &variant.variant.kind))
        return;
    variant.variant.floor = challenge_floor((int)db_rows_int(rows, 4), (int)db_rows_int(rows, 5));
    variant.variant.difficulty =
        db_rows_is_null(rows, 6)
            ? challenge_difficulty_prior(exercise_kind_info(variant.variant.kind)->difficulty,
                                         (int)db_rows_int(rows, 3))
            : (ChallengeEstimate){ .mean = db_rows_real(rows, 6), .variance = db_rows_real(rows, 7) };
    g_array_append_val(concept->variants, variant);
}

/* The same in every row. */
static void take_standing(const DbRows *rows, RelearnConcept *concept)
{
    concept->skill = (SkillStanding){
        .ability = { db_rows_real(rows, 8), db_rows_real(rows, 9) },
        .attempts = db_rows_int(rows, 10),
        .score_sum = db_rows_real(rows, 11),
    };
    concept->memory = (MemoryRow){
        .seen = g_strdup(db_rows_text(rows, 12)),
        .reviews = db_rows_int(rows, 13),
        .reviewed_at = db_rows_int(rows, 14),
        .score_sum = db_rows_real(rows, 15),
        .last_score = db_rows_real(rows, 16),
    };
}

gboolean relearn_db_concept(DbTx *tx, const HttpIdentity *who, gint64 concept_id, RelearnConcept *concept,
                            GError **error)
{
    static const char sql[] =
        "SELECT exercise.id, exercise.version, exercise.kind, exercise.hint, exercise.options, exercise.correct,"
        " exercise_difficulty.mean, exercise_difficulty.variance, ability.mean, ability.variance, ability.attempts,"
        " ability.score_sum, memory.seen, memory.reviews, memory.reviewed_at, memory.score_sum, memory.last_score"
        " FROM exercise JOIN concept ON concept.id = exercise.concept_id"
        " LEFT JOIN exercise_difficulty ON exercise_difficulty.exercise_id = exercise.id"
        " LEFT JOIN ability ON ability.person_id = $1 AND ability.skill_id = concept.skill_id"
        " LEFT JOIN memory ON memory.organisation_id = $2 AND memory.person_id = $1"
        " AND memory.concept_id = exercise.concept_id"
        " WHERE exercise.concept_id = $3 AND exercise.organisation_id = $2 AND exercise.retired_at IS NULL"
        " AND concept.retired_at IS NULL ORDER BY exercise.position, exercise.id";
    g_autoptr(DbRows) rows =
        db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(concept_id)), error);
    if (!rows)
        return FALSE;
    concept->variants = g_array_new(FALSE, TRUE, sizeof(RelearnVariant));
    for (gboolean first = TRUE; db_rows_next(rows); first = FALSE) {
        if (first)
            take_standing(rows, concept);
        take_variant(rows, concept);
    }
    return db_rows_done(rows, error) && standing_db_person(tx, who, &concept->person, error);
}
