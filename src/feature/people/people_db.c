/* Knows the tables of organisations, teams, people, the audit and the outbox. */
#include "feature/people/people_db.h"

#define PERSON_COLUMNS                                                                                  \
    "SELECT person.id, person.organisation_id, person.team_id, person.roles, person.session_minutes, "  \
    "person.disabled_at,"                                                                               \
    " person.email, person.name, person.time_zone, organisation.name, team.name, person.password_hash," \
    " person.challenge"                                                                                 \
    " FROM person JOIN organisation ON organisation.id = person.organisation_id"                        \
    " LEFT JOIN team ON team.id = person.team_id AND team.organisation_id = person.organisation_id"

static const char person_of_id[] = PERSON_COLUMNS " WHERE person.organisation_id = $1 AND person.id = $2";
static const char person_of_email[] = PERSON_COLUMNS " WHERE person.email = $1";
static const char people_after[] =
    PERSON_COLUMNS " WHERE person.organisation_id = $1 AND person.id > $2 ORDER BY person.id LIMIT $3";
static const char password_of[] = "SELECT password_hash FROM person WHERE organisation_id = $1 AND id = $2";
static const char add_person[] = "INSERT INTO person (id, organisation_id, team_id, email, name, password_hash, roles, "
                                 "time_zone, session_minutes, created_at)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email) DO NOTHING";
static const char update_person[] =
    "UPDATE person SET name = $1, team_id = $2, roles = $3, time_zone = $4, session_minutes = $5, disabled_at = $6,"
    " challenge = $9 WHERE organisation_id = $7 AND id = $8";
static const char set_password[] = "UPDATE person SET password_hash = $1 WHERE organisation_id = $2 AND id = $3";

static const char organisation_of_name[] = "SELECT id FROM organisation WHERE name = $1 ORDER BY id LIMIT 1";
static const char add_organisation[] = "INSERT INTO organisation (id, name, created_at) VALUES ($1, $2, $3)";
static const char all_organisations[] = "SELECT id FROM organisation ORDER BY id";
static const char team_of_name[] = "SELECT id FROM team WHERE organisation_id = $1 AND name = $2";
static const char team_of_id[] = "SELECT id FROM team WHERE organisation_id = $1 AND id = $2";
static const char add_team[] =
    "INSERT INTO team (id, organisation_id, name) VALUES ($1, $2, $3) ON CONFLICT (organisation_id, name) DO NOTHING";
static const char set_coach[] = "UPDATE team SET coach_id = $1 WHERE organisation_id = $2 AND id = $3";

static const char add_audit[] = "INSERT INTO audit (id, organisation_id, person_id, time, action, subject_id, detail)"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char add_event[] = "INSERT INTO event (id, organisation_id, person_id, time, kind, subject_id)"
                                " VALUES ($1, $2, $3, $4, $5, $6)";
static const char forget_events[] = "DELETE FROM event WHERE time < $1";

/* Due is what the person's own sessions would bring: living concepts of the packs they practise. */
#define MEMORIES                                                                                                 \
    "(SELECT COUNT(*) FROM memory JOIN concept ON concept.id = memory.concept_id AND concept.retired_at IS NULL" \
    " JOIN person_pack ON person_pack.person_id = memory.person_id AND person_pack.pack_id = concept.pack_id"    \
    " WHERE memory.person_id = person.id AND memory.organisation_id = person.organisation_id AND "
static const char team_members[] =
    "SELECT team.id, team.name, person.id, person.name,"
    " (SELECT attempt.received_at FROM attempt WHERE attempt.person_id = person.id AND attempt.organisation_id = "
    "person.organisation_id"
    "  ORDER BY attempt.id DESC LIMIT 1),"
    " (SELECT COUNT(*) FROM attempt WHERE attempt.person_id = person.id AND attempt.organisation_id = "
    "person.organisation_id"
    "  AND attempt.received_at > $1), " MEMORIES "memory.due_at <= $2), " MEMORIES "memory.confidently_wrong <> 0)"
    " FROM team LEFT JOIN person ON person.team_id = team.id AND person.organisation_id = team.organisation_id"
    " AND person.disabled_at IS NULL"
    " WHERE team.organisation_id = $3 AND team.coach_id = $4 ORDER BY team.name, team.id, person.name, person.id";

static DbValue id_or_null(gint64 id)
{
    return id ? db_int(id) : db_null();
}

static Person *read_person(const DbRows *row)
{
    Person *person = g_new0(Person, 1);
    person->id = db_rows_int(row, 0);
    person->organisation_id = db_rows_int(row, 1);
    person->team_id = db_rows_int(row, 2);
    person->roles = (unsigned)db_rows_int(row, 3);
    person->session_minutes = (int)db_rows_int(row, 4);
    person->disabled_at = db_rows_int(row, 5);
    person->email = g_strdup(db_rows_text(row, 6));
    person->name = g_strdup(db_rows_text(row, 7));
    person->time_zone = g_strdup(db_rows_text(row, 8));
    person->organisation_name = g_strdup(db_rows_text(row, 9));
    person->team_name = g_strdup(db_rows_text(row, 10));
    person->has_password = !db_rows_is_null(row, 11);
    person->challenge = (TargetWish)db_rows_int(row, 12);
    return person;
}

/* Reads the one row there may be. */
static gboolean read_one_person(DbRows *rows, Person **found, char **password_hash, GError **error)
{
    g_autoptr(Person) person = NULL;
    g_autofree char *hash = NULL;
    *found = NULL;
    if (db_rows_next(rows)) {
        person = read_person(rows);
        hash = g_strdup(db_rows_text(rows, 11));
    }
    if (!db_rows_done(rows, error))
        return FALSE;
    *found = g_steal_pointer(&person);
    if (password_hash)
        *password_hash = g_steal_pointer(&hash);
    return TRUE;
}

gboolean people_db_person(DbTx *tx, gint64 organisation_id, gint64 person_id, Person **found, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, person_of_id, DB_ARGS(db_int(organisation_id), db_int(person_id)), error);
    return rows && read_one_person(rows, found, NULL, error);
}

gboolean people_db_person_of_email(DbTx *tx, const char *email, Person **found, char **password_hash, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, person_of_email, DB_ARGS(db_text(email)), error);
    return rows && read_one_person(rows, found, password_hash, error);
}

gboolean people_db_password_hash(DbTx *tx, gint64 organisation_id, gint64 person_id, char **password_hash,
                                 GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, password_of, DB_ARGS(db_int(organisation_id), db_int(person_id)), error);
    if (!rows)
        return FALSE;
    g_autofree char *hash = db_rows_next(rows) ? g_strdup(db_rows_text(rows, 0)) : NULL;
    if (!db_rows_done(rows, error))
        return FALSE;
    *password_hash = g_steal_pointer(&hash);
    return TRUE;
}

GPtrArray *people_db_people(DbTx *tx, gint64 organisation_id, gint64 after, gint64 limit, GError **error)
{
    g_autoptr(DbRows) rows =
        db_query(tx, people_after, DB_ARGS(db_int(organisation_id), db_int(after), db_int(limit)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
    while (db_rows_next(rows))
        g_ptr_array_add(people, read_person(rows));
    return db_rows_done(rows, error) ? g_steal_pointer(&people) : NULL;
}

gboolean people_db_add(DbTx *tx, gint64 id, const PersonDraft *draft, gint64 now, gboolean *added, GError **error)
{
    gint64 changed;
    if (!db_run_counted(tx, add_person,
                        DB_ARGS(db_int(id), db_int(draft->organisation_id), id_or_null(draft->team_id),
                                db_text(draft->email), db_text(draft->name), db_text(draft->password_hash),
                                db_int(draft->roles), db_text(draft->time_zone), db_int(PEOPLE_SESSION_MINUTES),
                                db_int(now)),
                        &changed, error))
        return FALSE;
    *added = changed == 1;
    return TRUE;
}

gboolean people_db_update(DbTx *tx, const Person *person, GError **error)
{
    return db_run(tx, update_person,
                  DB_ARGS(db_text(person->name), id_or_null(person->team_id), db_int(person->roles),
                          db_text(person->time_zone), db_int(person->session_minutes), id_or_null(person->disabled_at),
                          db_int(person->organisation_id), db_int(person->id), db_int(person->challenge)),
                  error);
}

gboolean people_db_set_password(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *password_hash,
                                GError **error)
{
    return db_run(tx, set_password, DB_ARGS(db_text(password_hash), db_int(organisation_id), db_int(person_id)), error);
}

/* The integer of the one row there may be, or 0. */
static gboolean read_id(DbRows *rows, gint64 *id, GError **error)
{
    *id = db_rows_next(rows) ? db_rows_int(rows, 0) : 0;
    return db_rows_done(rows, error);
}

gboolean people_db_organisation(DbTx *tx, const char *name, gint64 *id, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, organisation_of_name, DB_ARGS(db_text(name)), error);
    return rows && read_id(rows, id, error);
}

gboolean people_db_put_organisation(DbTx *tx, gint64 id, const char *name, gint64 now, GError **error)
{
    return db_run(tx, add_organisation, DB_ARGS(db_int(id), db_text(name), db_int(now)), error);
}

GArray *people_db_organisations(DbTx *tx, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, all_organisations, DB_NO_ARGS, error);
    if (!rows)
        return NULL;
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    while (db_rows_next(rows)) {
        gint64 id = db_rows_int(rows, 0);
        g_array_append_val(ids, id);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&ids) : NULL;
}

gboolean people_db_team(DbTx *tx, gint64 organisation_id, const char *name, gint64 *id, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, team_of_name, DB_ARGS(db_int(organisation_id), db_text(name)), error);
    return rows && read_id(rows, id, error);
}

gboolean people_db_put_team(DbTx *tx, gint64 organisation_id, gint64 id, const char *name, GError **error)
{
    return db_run(tx, add_team, DB_ARGS(db_int(id), db_int(organisation_id), db_text(name)), error);
}

gboolean people_db_has_team(DbTx *tx, gint64 organisation_id, gint64 id, gboolean *there, GError **error)
{
    g_autoptr(DbRows) rows = db_query(tx, team_of_id, DB_ARGS(db_int(organisation_id), db_int(id)), error);
    if (!rows)
        return FALSE;
    *there = db_rows_next(rows);
    return db_rows_done(rows, error);
}

gboolean people_db_set_coach(DbTx *tx, gint64 organisation_id, gint64 team_id, gint64 person_id, gint64 *changed,
                             GError **error)
{
    return db_run_counted(tx, set_coach, DB_ARGS(db_int(person_id), db_int(organisation_id), db_int(team_id)), changed,
                          error);
}

gboolean people_db_audit(DbTx *tx, gint64 id, gint64 organisation_id, gint64 person_id, gint64 time, const char *action,
                         gint64 subject_id, const char *detail, GError **error)
{
    return db_run(tx, add_audit,
                  DB_ARGS(db_int(id), db_int(organisation_id), id_or_null(person_id), db_int(time), db_text(action),
                          id_or_null(subject_id), db_text(detail)),
                  error);
}

gboolean people_db_emit(DbTx *tx, gint64 id, gint64 organisation_id, gint64 person_id, gint64 time, const char *kind,
                        gint64 subject_id, GError **error)
{
    return db_run(tx, add_event,
                  DB_ARGS(db_int(id), db_int(organisation_id), id_or_null(person_id), db_int(time), db_text(kind),
                          db_int(subject_id)),
                  error);
}

gboolean people_db_forget_events(DbTx *tx, gint64 before, GError **error)
{
    return db_run(tx, forget_events, DB_ARGS(db_int(before)), error);
}

static void team_member_free(TeamMember *member)
{
    g_free(member->team_name);
    g_free(member->name);
    g_free(member);
}

GPtrArray *people_db_team_members(DbTx *tx, gint64 organisation_id, gint64 coach_id, gint64 now, gint64 since,
                                  GError **error)
{
    g_autoptr(DbRows) rows = db_query(
        tx, team_members, DB_ARGS(db_int(since), db_int(now), db_int(organisation_id), db_int(coach_id)), error);
    if (!rows)
        return NULL;
    g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func((GDestroyNotify)team_member_free);
    while (db_rows_next(rows)) {
        TeamMember *member = g_new0(TeamMember, 1);
        member->team_id = db_rows_int(rows, 0);
        member->team_name = g_strdup(db_rows_text(rows, 1));
        member->person_id = db_rows_int(rows, 2);
        member->name = g_strdup(db_rows_text(rows, 3));
        member->practised_at = db_rows_int(rows, 4);
        member->attempts = db_rows_int(rows, 5);
        member->due = db_rows_int(rows, 6);
        member->sure_and_wrong = db_rows_int(rows, 7);
        g_ptr_array_add(members, member);
    }
    return db_rows_done(rows, error) ? g_steal_pointer(&members) : NULL;
}
