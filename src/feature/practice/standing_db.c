/* The SQL of how a person stands. */
#include "feature/practice/standing_db.h"
#include "platform/error.h"

#include <math.h>

gboolean standing_db_person(DbTx *tx, const HttpIdentity *who, PersonStanding *person, GError **error)
{
    /* The attempts are found by the person, who is of the organisation: with it, the engine might look through all of
     * the organisation's for those of one person. */
    static const char sql[] =
        "SELECT person_ability.mean, person_ability.variance, organisation.challenge_model_id,"
        " (SELECT AVG(score) FROM (SELECT score FROM attempt WHERE person_id = $1 AND review IS NOT NULL"
        " ORDER BY id DESC LIMIT $3) AS newest)"
        " FROM person JOIN organisation ON organisation.id = person.organisation_id"
        " LEFT JOIN person_ability ON person_ability.person_id = person.id"
        " WHERE person.id = $1 AND person.organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(
        tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_int(STANDING_RECENT)), error);
    if (!rows)
        return FALSE;
    if (!db_rows_next(rows)) {
        if (db_rows_done(rows, error))
            g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "This person is not there any more.");
        return FALSE;
    }
    *person = (PersonStanding){
        .overall = { db_rows_real(rows, 0), db_rows_real(rows, 1) },
        .weights_id = db_rows_int(rows, 2),
        .recent = db_rows_is_null(rows, 3) ? NAN : db_rows_real(rows, 3),
    };
    return db_rows_done(rows, error);
}

gboolean standing_db_put_overall(DbTx *tx, const HttpIdentity *who, ChallengeEstimate overall, GError **error)
{
    static const char sql[] =
        "INSERT INTO person_ability (person_id, organisation_id, mean, variance) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (person_id) DO UPDATE SET mean = excluded.mean, variance = excluded.variance";
    return db_run(
        tx, sql,
        DB_ARGS(db_int(who->person_id), db_int(who->organisation_id), db_real(overall.mean), db_real(overall.variance)),
        error);
}

GHashTable *standing_db_skills(DbTx *tx, const HttpIdentity *who, GError **error)
{
    static const char sql[] = "SELECT skill_id, mean, variance, attempts, score_sum FROM ability"
                              " WHERE person_id = $1 AND organisation_id = $2";
    g_autoptr(DbRows) rows = db_query(tx, sql, DB_ARGS(db_int(who->person_id), db_int(who->organisation_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GHashTable) skills = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    while (db_rows_next(rows)) {
        const gint64 id = db_rows_int(rows, 0);
        const SkillStanding skill = {
            .ability = { db_rows_real(rows, 1), db_rows_real(rows, 2) },
            .attempts = db_rows_int(rows, 3),
            .score_sum = db_rows_real(rows, 4),
        };
        g_hash_table_insert(skills, g_memdup2(&id, sizeof id), g_memdup2(&skill, sizeof skill));
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&skills) : NULL;
}

gboolean standing_db_put_skill(DbTx *tx, const HttpIdentity *who, gint64 skill_id, const SkillStanding *skill,
                               GError **error)
{
    static const char sql[] =
        "INSERT INTO ability (person_id, skill_id, organisation_id, mean, variance, attempts, score_sum)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id, skill_id) DO UPDATE"
        " SET mean = excluded.mean, variance = excluded.variance, attempts = excluded.attempts,"
        " score_sum = excluded.score_sum";
    return db_run(tx, sql,
                  DB_ARGS(db_int(who->person_id), db_int(skill_id), db_int(who->organisation_id),
                          db_real(skill->ability.mean), db_real(skill->ability.variance), db_int(skill->attempts),
                          db_real(skill->score_sum)),
                  error);
}
