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

static const DbMigration migrations[] = {
    { 1, "organisations, people, packs, attempts and memory", first },
};

void schema_register(void)
{
    db_set_migrations(migrations, G_N_ELEMENTS(migrations));
}
