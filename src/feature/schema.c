/* Knows every table and index. Times are microseconds UTC, truth values 0 or 1, ids 63 bits; every row names its
 * organisation. */
#include "feature/schema.h"

static const char first[] =
    "CREATE TABLE organisation ("
    " id BIGINT PRIMARY KEY, name TEXT NOT NULL, catalogue_version BIGINT NOT NULL DEFAULT 1,"
    " created_at BIGINT NOT NULL);\n"

    "CREATE TABLE team ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL REFERENCES organisation(id), name TEXT NOT NULL,"
    " coach_id BIGINT,"
    " UNIQUE (organisation_id, name));\n"

    /* An e-mail address belongs to one person on a server, so that signing in needs no name of an organisation. */
    "CREATE TABLE person ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL REFERENCES organisation(id),"
    " team_id BIGINT REFERENCES team(id),"
    " email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT, roles BIGINT NOT NULL,"
    " time_zone TEXT NOT NULL,"
    " session_minutes BIGINT NOT NULL, created_at BIGINT NOT NULL, disabled_at BIGINT);\n"
    "CREATE INDEX person_of_organisation ON person (organisation_id, team_id);\n"

    /* A signed-in browser. Only hashes of tokens are kept; the one before the last rotation stays good until the new
     * one was used (previous_until NULL), and a moment longer. */
    "CREATE TABLE sign_in ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT NOT NULL REFERENCES person(id),"
    " token_hash TEXT NOT NULL UNIQUE, previous_hash TEXT, previous_until BIGINT, csrf TEXT NOT NULL, user_agent TEXT,"
    " created_at BIGINT NOT NULL, rotated_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);\n"
    "CREATE INDEX sign_in_of_person ON sign_in (person_id);\n"
    "CREATE INDEX sign_in_previous ON sign_in (previous_hash);\n"

    "CREATE TABLE sign_in_link ("
    " token_hash TEXT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT NOT NULL REFERENCES person(id),"
    " uses_left BIGINT NOT NULL, expires_at BIGINT NOT NULL);\n"

    "CREATE TABLE sign_in_failure ("
    " name_hash TEXT PRIMARY KEY, failures BIGINT NOT NULL, since BIGINT NOT NULL);\n"

    "CREATE TABLE audit ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT, time BIGINT NOT NULL,"
    " action TEXT NOT NULL, subject_id BIGINT, detail TEXT);\n"
    "CREATE INDEX audit_of_organisation ON audit (organisation_id, id);\n"

    "CREATE TABLE event ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT, time BIGINT NOT NULL,"
    " kind TEXT NOT NULL, subject_id BIGINT NOT NULL);\n"

    "CREATE TABLE job ("
    " id BIGINT PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, run_at BIGINT NOT NULL, tries BIGINT NOT NULL,"
    " failure TEXT, failed_at BIGINT);\n"
    "CREATE INDEX job_waiting ON job (run_at) WHERE failed_at IS NULL;\n"

    "CREATE TABLE pack ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL REFERENCES organisation(id), slug TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " language TEXT NOT NULL, about TEXT NOT NULL, source TEXT NOT NULL, digest TEXT NOT NULL, version BIGINT NOT NULL,"
    " imported_at BIGINT NOT NULL, UNIQUE (organisation_id, slug));\n"
    /* No row: everybody practises the pack. */
    "CREATE TABLE pack_team ("
    " pack_id BIGINT NOT NULL REFERENCES pack(id), team_id BIGINT NOT NULL REFERENCES team(id),"
    " organisation_id BIGINT NOT NULL,"
    " PRIMARY KEY (pack_id, team_id));\n"
    "CREATE TABLE skill ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, pack_id BIGINT NOT NULL REFERENCES pack(id),"
    " slug TEXT NOT NULL,"
    " name TEXT NOT NULL, position BIGINT NOT NULL, UNIQUE (pack_id, slug));\n"
    "CREATE TABLE concept ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, pack_id BIGINT NOT NULL REFERENCES pack(id),"
    " skill_id BIGINT NOT NULL REFERENCES skill(id), slug TEXT NOT NULL, title TEXT NOT NULL,"
    " must_know BIGINT NOT NULL,"
    " position BIGINT NOT NULL, text TEXT NOT NULL, file TEXT NOT NULL, source TEXT NOT NULL, retired_at BIGINT,"
    " UNIQUE (pack_id, slug));\n"
    "CREATE INDEX concept_of_organisation ON concept (organisation_id, pack_id, position);\n"
    "CREATE TABLE requirement ("
    " concept_id BIGINT NOT NULL REFERENCES concept(id), requires_id BIGINT NOT NULL REFERENCES concept(id),"
    " organisation_id BIGINT NOT NULL, PRIMARY KEY (concept_id, requires_id));\n"
    "CREATE TABLE exercise ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, concept_id BIGINT NOT NULL REFERENCES concept(id),"
    " slug TEXT NOT NULL,"
    " kind TEXT NOT NULL, version BIGINT NOT NULL, position BIGINT NOT NULL, hint BIGINT NOT NULL,"
    " options BIGINT NOT NULL,"
    " correct BIGINT NOT NULL, retired_at BIGINT, UNIQUE (concept_id, slug));\n"
    /* Every wording an exercise ever had: an attempt names the one that was answered. */
    "CREATE TABLE exercise_body ("
    " exercise_id BIGINT NOT NULL REFERENCES exercise(id), version BIGINT NOT NULL, organisation_id BIGINT NOT NULL,"
    " digest TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (exercise_id, version));\n"

    "CREATE TABLE session ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT NOT NULL REFERENCES person(id),"
    " kind TEXT NOT NULL,"
    " budget_seconds BIGINT NOT NULL, created_at BIGINT NOT NULL, finished_at BIGINT, note TEXT);\n"
    "CREATE INDEX session_of_person ON session (person_id, id);\n"
    "CREATE TABLE session_entry ("
    " session_id BIGINT NOT NULL REFERENCES session(id), position BIGINT NOT NULL, organisation_id BIGINT NOT NULL,"
    " concept_id BIGINT NOT NULL, exercise_id BIGINT NOT NULL, version BIGINT NOT NULL, why TEXT NOT NULL,"
    " retrievability DOUBLE PRECISION NOT NULL, later DOUBLE PRECISION NOT NULL, predicted DOUBLE PRECISION NOT NULL,"
    " seconds DOUBLE PRECISION NOT NULL, introduces BIGINT NOT NULL, PRIMARY KEY (session_id, position));\n"

    /* Append-only. `review` numbers those that changed the memory of (person, concept), from 1: replaying them in that
     * order gives the memory. `day` is the person's day number then, so that a later change of time zone changes
     * nothing. */
    "CREATE TABLE attempt ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL, person_id BIGINT NOT NULL REFERENCES person(id),"
    " concept_id BIGINT NOT NULL REFERENCES concept(id), exercise_id BIGINT NOT NULL REFERENCES exercise(id),"
    " version BIGINT NOT NULL,"
    " session_id BIGINT, position BIGINT, key TEXT NOT NULL, answer TEXT NOT NULL, confidence BIGINT NOT NULL,"
    " seconds DOUBLE PRECISION NOT NULL, answered_at BIGINT NOT NULL, received_at BIGINT NOT NULL, day BIGINT NOT NULL,"
    " try_number BIGINT NOT NULL, grader TEXT NOT NULL, score DOUBLE PRECISION, result TEXT NOT NULL,"
    " predicted DOUBLE PRECISION, review BIGINT, rating BIGINT, stability_before DOUBLE PRECISION,"
    " retrievability_before DOUBLE PRECISION, stability_after DOUBLE PRECISION, due_at BIGINT, UNIQUE (person_id,"
    " key));\n"
    "CREATE INDEX attempt_of_person ON attempt (person_id, id);\n"
    "CREATE INDEX attempt_of_concept ON attempt (person_id, concept_id, review);\n"
    "CREATE INDEX attempt_of_session ON attempt (session_id, position);\n"

    /* Derived from attempts; `whet check` proves it. `seen`: ids of the concept's exercises, least recently answered
       first. */
    "CREATE TABLE memory ("
    " person_id BIGINT NOT NULL REFERENCES person(id), concept_id BIGINT NOT NULL REFERENCES concept(id),"
    " due_at BIGINT NOT NULL, stability DOUBLE PRECISION NOT NULL, difficulty DOUBLE PRECISION NOT NULL,"
    " reviewed_at BIGINT NOT NULL,"
    " day BIGINT NOT NULL, reviews BIGINT NOT NULL, lapses BIGINT NOT NULL, confidently_wrong BIGINT NOT NULL,"
    " organisation_id BIGINT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (organisation_id, person_id, concept_id));\n"
    "CREATE INDEX memory_due ON memory (person_id, due_at);\n"
    "CREATE TABLE ability ("
    " person_id BIGINT NOT NULL REFERENCES person(id), skill_id BIGINT NOT NULL REFERENCES skill(id),"
    " organisation_id BIGINT NOT NULL,"
    " mean DOUBLE PRECISION NOT NULL, variance DOUBLE PRECISION NOT NULL, PRIMARY KEY (person_id, skill_id));\n"
    "CREATE TABLE exercise_difficulty ("
    " exercise_id BIGINT PRIMARY KEY REFERENCES exercise(id), organisation_id BIGINT NOT NULL,"
    " mean DOUBLE PRECISION NOT NULL,"
    " variance DOUBLE PRECISION NOT NULL, attempts BIGINT NOT NULL);\n"
    "CREATE INDEX exercise_difficulty_of_organisation ON exercise_difficulty (organisation_id);\n"

    /* Which concepts a person practises: those of the packs that are for everybody or for their team. */
    "CREATE VIEW person_pack AS SELECT person.id AS person_id, pack.id AS pack_id,"
    " pack.organisation_id AS organisation_id"
    " FROM person JOIN pack ON pack.organisation_id = person.organisation_id"
    " WHERE NOT EXISTS (SELECT 1 FROM pack_team WHERE pack_team.pack_id = pack.id)"
    " OR EXISTS (SELECT 1 FROM pack_team WHERE pack_team.pack_id = pack.id AND pack_team.team_id = person.team_id)";

static const char second[] =
    /* What was ever fitted to an organisation's attempts, or published and used; rows never change. `weights`: a JSON
     * list. `n`: the reviews it was judged by, 0 for published weights; the losses are on those: its own, that of the
     * model in use before and that of the published weights. `returns`: what the organisation had of them then. */
    "CREATE TABLE memory_model ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL REFERENCES organisation(id), algorithm TEXT NOT NULL,"
    " weights TEXT NOT NULL, made_at BIGINT NOT NULL, chosen BIGINT NOT NULL, n BIGINT NOT NULL,"
    " returns BIGINT NOT NULL, log_loss DOUBLE PRECISION, log_loss_before DOUBLE PRECISION,"
    " log_loss_default DOUBLE PRECISION, rmse_bins DOUBLE PRECISION, auc DOUBLE PRECISION);\n"
    "CREATE INDEX memory_model_of_organisation ON memory_model (organisation_id, id);\n"
    /* 0, here and in memory: the published weights of FSRS-6, which have no row. */
    "ALTER TABLE organisation ADD COLUMN memory_model_id BIGINT NOT NULL DEFAULT 0;\n"

    /* `fast` is the second stability of FSRS-7; `model_id` the model that folded the attempts to this state. In attempt
     * the stabilities are the days until recall falls to 0.9, whatever the model. */
    "ALTER TABLE memory ADD COLUMN fast DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE memory ADD COLUMN model_id BIGINT NOT NULL DEFAULT 0;\n"
    "CREATE INDEX attempt_counted ON attempt (organisation_id, id) WHERE review IS NOT NULL;\n"

    /* Sums over the counted attempts at an exercise, from which its statistics follow; `whet check` proves them.
     * `returns`: a day or more after the person's answer about the concept before; `passes`: those that were right. */
    "ALTER TABLE exercise_difficulty ADD COLUMN returns BIGINT NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN passes BIGINT NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN seconds_sum DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN score_sum DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN score_squares DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN predicted_sum DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN predicted_squares DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE exercise_difficulty ADD COLUMN score_predicted DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "UPDATE exercise_difficulty SET returns = sums.returns, passes = sums.passes,"
    " seconds_sum = sums.seconds_sum, score_sum = sums.score_sum,"
    " score_squares = sums.score_squares, predicted_sum = sums.predicted_sum,"
    " predicted_squares = sums.predicted_squares, score_predicted = sums.score_predicted"
    " FROM (SELECT exercise_id, SUM(CASE WHEN day > day_before THEN 1 ELSE 0 END) AS returns,"
    " SUM(CASE WHEN score >= 0.6 THEN 1 ELSE 0 END) AS passes, SUM(seconds) AS seconds_sum,"
    " SUM(score) AS score_sum,"
    " SUM(score * score) AS score_squares, SUM(predicted) AS predicted_sum,"
    " SUM(predicted * predicted) AS predicted_squares, SUM(score * predicted) AS score_predicted"
    " FROM (SELECT exercise_id, day, seconds, score, predicted, MAX(day) OVER (PARTITION BY person_id, concept_id"
    " ORDER BY review ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS day_before"
    " FROM attempt WHERE review IS NOT NULL) AS counted GROUP BY exercise_id) AS sums"
    " WHERE exercise_difficulty.exercise_id = sums.exercise_id";

static const char third[] =
    /* What the person wishes the exercises to be: -1 harder, 0 as they are, 1 easier. */
    "ALTER TABLE person ADD COLUMN challenge BIGINT NOT NULL DEFAULT 0;\n"
    /* An entry that was added after an attempt failed: which one, and the position that it follows. */
    "ALTER TABLE session_entry ADD COLUMN attempt_id BIGINT;\n"
    "ALTER TABLE session_entry ADD COLUMN follows BIGINT;\n"
    /* Who of an organisation has something due now: read off the index, without what is not due. */
    "CREATE INDEX memory_due_of_organisation ON memory (organisation_id, due_at, person_id, concept_id)";

static const char fourth[] =
    /* What is worth remembering decides when a concept is due, where it was one retention for all: memories folded
     * until now wait to be folded anew (-1 is MODEL_EARLIER), which a job of each organisation does. */
    "UPDATE memory SET model_id = -1 WHERE model_id = 0;\n"
    "INSERT INTO job (id, kind, payload, run_at, tries)"
    " SELECT id, 'memory-refold', '{\"organisation\":' || CAST(id AS TEXT) || '}', 0, 0 FROM organisation";

static const char fifth[] =
    /* What a language model said of an attempt, which stays as it is: `sent` and `received` are kept as they went, the
     * first NULL when nothing was sent since the same had been asked before. `result` is what is shown in the place of
     * the attempt's own, NULL with a `failure` when the reply was of no use. */
    "CREATE TABLE grading ("
    " attempt_id BIGINT PRIMARY KEY REFERENCES attempt(id), organisation_id BIGINT NOT NULL, grader TEXT NOT NULL,"
    " model TEXT, sent TEXT, received TEXT NOT NULL, result TEXT, score DOUBLE PRECISION, failure TEXT,"
    " created_at BIGINT NOT NULL, milliseconds BIGINT NOT NULL, tokens BIGINT NOT NULL);\n"
    "CREATE INDEX grading_of_organisation ON grading (organisation_id, attempt_id);\n"
    /* Whether its people's answers may be sent to the language model of the server. */
    "ALTER TABLE organisation ADD COLUMN model_grading BIGINT NOT NULL DEFAULT 1";

static const char sixth[] =
    /* What was ever fitted to an organisation's attempts, chosen or not; rows never change. `weights`: JSON, the terms
     * by name. `n`: the attempts it was judged by, which were held out; the losses are on those: its own, that of the
     * model in use before and that of the shipped weights. `attempts`: what the organisation had then. */
    "CREATE TABLE challenge_model ("
    " id BIGINT PRIMARY KEY, organisation_id BIGINT NOT NULL REFERENCES organisation(id), weights TEXT NOT NULL,"
    " made_at BIGINT NOT NULL, chosen BIGINT NOT NULL, n BIGINT NOT NULL, attempts BIGINT NOT NULL,"
    " log_loss DOUBLE PRECISION NOT NULL, log_loss_before DOUBLE PRECISION NOT NULL,"
    " log_loss_default DOUBLE PRECISION NOT NULL, auc DOUBLE PRECISION);\n"
    "CREATE INDEX challenge_model_of_organisation ON challenge_model (organisation_id, id);\n"
    /* 0: the shipped weights, which have no row. */
    "ALTER TABLE organisation ADD COLUMN challenge_model_id BIGINT NOT NULL DEFAULT 0;\n"

    /* Of a person in everything; `ability` is what a skill adds to it. What was known of a skill is shared out evenly
     * between the two, as one skill's answers would have been. */
    "CREATE TABLE person_ability ("
    " person_id BIGINT PRIMARY KEY REFERENCES person(id), organisation_id BIGINT NOT NULL,"
    " mean DOUBLE PRECISION NOT NULL, variance DOUBLE PRECISION NOT NULL);\n"
    "INSERT INTO person_ability (person_id, organisation_id, mean, variance)"
    " SELECT person_id, organisation_id, AVG(mean) / 2, 0.25 + AVG(variance) / 4 FROM ability"
    " GROUP BY person_id, organisation_id;\n"
    "UPDATE ability SET mean = ability.mean - person_ability.mean, variance = 0.25 + ability.variance / 4"
    " FROM person_ability WHERE person_ability.person_id = ability.person_id;\n"

    /* Sums over the counted attempts; those of memory are proved by `whet check`. */
    "ALTER TABLE ability ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;\n"
    "ALTER TABLE ability ADD COLUMN score_sum DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "UPDATE ability SET attempts = sums.attempts, score_sum = sums.score_sum"
    " FROM (SELECT attempt.person_id, concept.skill_id, COUNT(*) AS attempts, SUM(attempt.score) AS score_sum"
    " FROM attempt JOIN concept ON concept.id = attempt.concept_id WHERE attempt.review IS NOT NULL"
    " GROUP BY attempt.person_id, concept.skill_id) AS sums"
    " WHERE ability.person_id = sums.person_id AND ability.skill_id = sums.skill_id;\n"
    "ALTER TABLE memory ADD COLUMN score_sum DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "ALTER TABLE memory ADD COLUMN last_score DOUBLE PRECISION NOT NULL DEFAULT 0;\n"
    "UPDATE memory SET score_sum = sums.score_sum, last_score = sums.last_score"
    " FROM (SELECT person_id, concept_id, SUM(score) AS score_sum,"
    " MAX(CASE WHEN newest = 1 THEN score END) AS last_score"
    " FROM (SELECT person_id, concept_id, score, ROW_NUMBER() OVER (PARTITION BY person_id, concept_id"
    " ORDER BY review DESC) AS newest FROM attempt WHERE review IS NOT NULL) AS counted"
    " GROUP BY person_id, concept_id) AS sums"
    " WHERE memory.person_id = sums.person_id AND memory.concept_id = sums.concept_id";

static const DbMigration migrations[] = {
    { 1, "organisations, people, packs, attempts and memory", first },
    { 2, "memory models, and statistics of exercises", second },
    { 3, "what people wish, exercises that return, and who has something due", third },
    { 4, "due dates by what is worth remembering", fourth },
    { 5, "what a language model said of attempts", fifth },
    { 6, "challenge models, ability in everything, and how often people were right", sixth },
};

const DbMigration *schema_migrations(gsize *count)
{
    *count = G_N_ELEMENTS(migrations);
    return migrations;
}

void schema_register(void)
{
    db_set_migrations(migrations, G_N_ELEMENTS(migrations));
}
