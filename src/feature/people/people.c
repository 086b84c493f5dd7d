/* Knows the rules about accounts: what a name, an address and a role may be, and who may change what. Hides the tables.
 */
#include "feature/people/people.h"

#include <string.h>

#include "feature/people/people_db.h"
#include "feature/people/sign_in.h"
#include "feature/people/sign_in_db.h"
#include "feature/people/sign_in_link.h"
#include "platform/error.h"
#include "platform/id.h"
#include "platform/json.h"
#include "platform/mail/mail.h"

enum { NAME_LONGEST = 100, ZONE_LONGEST = 64 }; /* characters */

static const gint64 ORGANISATIONS = 1; /* db_lock()'s key while one is made; ids are far greater */
static const char UTC[] = "UTC";
static const gint64 KEEP_EVENTS = 30 * CLOCK_DAY;
static const gint64 KEEP_FAILED_JOBS = 30 * CLOCK_DAY;

static const struct {
    unsigned bit;
    const char *name;
} ROLES[] = {
    { ROLE_LEARNER, "learner" },
    { ROLE_COACH, "coach" },
    { ROLE_AUTHOR, "author" },
    { ROLE_ADMIN, "admin" },
};

void person_free(Person *person)
{
    if (!person)
        return;
    g_free(person->email);
    g_free(person->name);
    g_free(person->time_zone);
    g_free(person->organisation_name);
    g_free(person->team_name);
    g_free(person);
}

/* --- what may be written into an account */

char *people_normal_email(const char *email)
{
    g_autofree char *normal = g_strstrip(g_ascii_strdown(email, -1));
    return mail_address_is_fit(normal) ? g_steal_pointer(&normal) : NULL;
}

/* Without space around it; NULL with an error when it is empty, long, or has control characters. */
static char *normal_name(const char *name, const char *whose, GError **error)
{
    gboolean fit = g_utf8_validate(name, -1, NULL);
    g_autofree char *normal = fit ? g_strstrip(g_strdup(name)) : NULL;
    for (const char *c = normal; fit && *c; c = g_utf8_next_char(c))
        fit = !g_unichar_iscntrl(g_utf8_get_char(c));
    if (fit && *normal && g_utf8_strlen(normal, -1) <= NAME_LONGEST)
        return g_steal_pointer(&normal);
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "The name of %s is 1 to %d characters on one line.", whose,
                NAME_LONGEST);
    return NULL;
}

/* GLib takes the name for a path: nothing may lead out of the folder of zones, nor to its tables, which are in lower
 * case. */
static gboolean is_zone_name(const char *name)
{
    if (!g_ascii_isupper(name[0]) || strlen(name) > ZONE_LONGEST)
        return FALSE;
    for (const char *c = name; *c; c++)
        if (!g_ascii_isalnum(*c) && !strchr("_+-/", *c))
            return FALSE;
    return TRUE;
}

gboolean people_time_zone_is_known(const char *name)
{
    if (!is_zone_name(name))
        return FALSE;
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name);
    return zone != NULL;
}

char *people_roles_to_text(unsigned roles)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(ROLES); i++)
        if (roles & ROLES[i].bit)
            g_string_append_printf(text, "%s%s", text->len ? "," : "", ROLES[i].name);
    return g_string_free(text, FALSE);
}

json_t *people_roles_to_json(unsigned roles)
{
    json_t *list = json_array();
    for (guint i = 0; i < G_N_ELEMENTS(ROLES); i++)
        if (roles & ROLES[i].bit)
            json_array_append_new(list, json_string(ROLES[i].name));
    return list;
}

static unsigned role_of(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(ROLES); i++)
        if (g_str_equal(ROLES[i].name, name))
            return ROLES[i].bit;
    return 0;
}

gboolean people_roles_from_text(const char *text, unsigned *roles, GError **error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);
    unsigned found = 0;
    gboolean known = TRUE;
    for (char **name = names; *name && known; name++) {
        unsigned role = role_of(g_strstrip(*name));
        known = role != 0;
        found |= role;
    }
    if (!known || found == 0)
        return whet_fail(error, WHET_ERROR_INVALID,
                         "Roles are learner, coach, author and admin, with commas between them.");
    *roles = found;
    return TRUE;
}

/* --- accounts */

static gboolean need_person(const Person *person, GError **error)
{
    return person || whet_fail(error, WHET_ERROR_NOT_FOUND, "There is no such person.");
}

Person *people_find(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error)
{
    Person *person = NULL;
    if (!people_db_person(tx, organisation_id, person_id, &person, error) || !need_person(person, error))
        return NULL;
    return person;
}

Person *people_find_by_email(DbTx *tx, const char *email, GError **error)
{
    Person *person = NULL;
    g_autofree char *normal = people_normal_email(email);
    if (normal && !people_db_person_of_email(tx, normal, &person, NULL, error))
        return NULL;
    need_person(person, error);
    return person;
}

GPtrArray *people_list(DbTx *tx, gint64 organisation_id, gint64 after, gint64 limit, GError **error)
{
    return people_db_people(tx, organisation_id, after, limit, error);
}

gint64 people_add(DbTx *tx, const PersonDraft *draft, GError **error)
{
    g_autofree char *email = people_normal_email(draft->email);
    if (!email)
        return whet_fail(error, WHET_ERROR_INVALID, "An e-mail address is written like anna@example.org.");
    g_autofree char *name = normal_name(draft->name, "a person", error);
    if (!name)
        return 0;
    if (draft->roles == 0)
        return whet_fail(error, WHET_ERROR_INVALID, "A person has at least one role.");
    if (draft->time_zone && !people_time_zone_is_known(draft->time_zone))
        return whet_fail(error, WHET_ERROR_INVALID,
                         "That time zone is not known here; one is written like Europe/Berlin.");

    PersonDraft normal = *draft;
    normal.email = email;
    normal.name = name;
    normal.time_zone = draft->time_zone ? draft->time_zone : UTC;
    gint64 id = id_new();
    gboolean added;
    if (!people_db_add(tx, id, &normal, clock_now(), &added, error))
        return 0;
    if (!added)
        return whet_fail(error, WHET_ERROR_CONFLICT, "Somebody has this e-mail address already.");
    return id;
}

static gint64 only_organisation(DbTx *tx, GError **error)
{
    g_autoptr(GArray) ids = people_db_organisations(tx, error);
    if (!ids)
        return 0;
    if (ids->len == 1)
        return g_array_index(ids, gint64, 0);
    g_set_error_literal(error, WHET_ERROR, ids->len ? WHET_ERROR_INVALID : WHET_ERROR_NOT_FOUND,
                        ids->len ? "There are several organisations: say which with --organisation."
                                 : "There is no organisation yet: `whet person add` makes the first.");
    return 0;
}

gint64 people_organisation_find(DbTx *tx, const char *name, GError **error)
{
    if (!name)
        return only_organisation(tx, error);
    gint64 id;
    g_autofree char *normal = normal_name(name, "an organisation", error);
    if (!normal || !people_db_organisation(tx, normal, &id, error))
        return 0;
    if (!id)
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no organisation called '%s'.", normal);
    return id;
}

gint64 people_team_find(DbTx *tx, gint64 organisation_id, const char *name, GError **error)
{
    gint64 id;
    g_autofree char *normal = normal_name(name, "a team", error);
    if (!normal || !people_db_team(tx, organisation_id, normal, &id, error))
        return 0;
    if (!id)
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND,
                    "There is no team called '%s': `whet person add --team` makes one.", normal);
    return id;
}

gint64 people_organisation_ensure(DbTx *tx, const char *name, GError **error)
{
    gint64 id;
    g_autofree char *normal = normal_name(name, "an organisation", error);
    if (!normal || !db_lock(tx, ORGANISATIONS, error) || !people_db_organisation(tx, normal, &id, error))
        return 0;
    if (id)
        return id;
    id = id_new();
    return people_db_put_organisation(tx, id, normal, clock_now(), error) ? id : 0;
}

GArray *people_organisations(DbTx *tx, GError **error)
{
    return people_db_organisations(tx, error);
}

gint64 people_team_ensure(DbTx *tx, gint64 organisation_id, const char *name, GError **error)
{
    gint64 id;
    g_autofree char *normal = normal_name(name, "a team", error);
    if (!normal || !people_db_put_team(tx, organisation_id, id_new(), normal, error) ||
        !people_db_team(tx, organisation_id, normal, &id, error))
        return 0;
    return id;
}

static gboolean need_team(GError **error)
{
    return whet_fail(error, WHET_ERROR_NOT_FOUND, "There is no such team.");
}

gboolean people_team_coach(DbTx *tx, gint64 organisation_id, gint64 team_id, gint64 person_id, GError **error)
{
    gint64 changed;
    g_autoptr(Person) coach = people_find(tx, organisation_id, person_id, error);
    if (!coach || !people_db_set_coach(tx, organisation_id, team_id, person_id, &changed, error))
        return FALSE;
    return changed == 1 || need_team(error);
}

gboolean people_sign_ins_end(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error)
{
    return sign_in_db_end_all(tx, organisation_id, person_id, 0, error) &&
           sign_in_db_drop_links(tx, organisation_id, person_id, error);
}

gboolean people_reset(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error)
{
    return db_lock(tx, person_id, error) && people_sign_ins_end(tx, organisation_id, person_id, error) &&
           people_db_set_password(tx, organisation_id, person_id, NULL, error) &&
           people_audit(tx, organisation_id, 0, "person.reset", person_id, NULL, error);
}

/* --- changing an account */

const char *const people_challenge_names[] = {
    [TARGET_HARDER + 1] = "harder",
    [TARGET_AS_IT_IS + 1] = "as-it-is",
    [TARGET_EASIER + 1] = "easier",
    NULL,
};

const char *people_challenge_name(TargetWish wish)
{
    return people_challenge_names[CLAMP((int)wish, TARGET_HARDER, TARGET_EASIER) + 1];
}

static gboolean apply_challenge(Person *person, const PersonChange *change, json_t *detail, GError **error)
{
    if (!change->challenge)
        return TRUE;
    int wish = TARGET_EASIER;
    while (wish >= TARGET_HARDER && !g_str_equal(change->challenge, people_challenge_name((TargetWish)wish)))
        wish--;
    if (wish < TARGET_HARDER)
        return whet_fail(error, WHET_ERROR_INVALID, "Exercises may be wished harder, as-it-is or easier.");
    person->challenge = (TargetWish)wish;
    json_object_set_new(detail, "challenge", json_string(change->challenge));
    return TRUE;
}

/* An organisation must not be left without anybody who can let people in. */
static gboolean may_change(gint64 by, const Person *person, const PersonChange *change, GError **error)
{
    gboolean self = by == person->id;
    if (self && change->roles >= 0 && (person->roles & ROLE_ADMIN) && !(change->roles & ROLE_ADMIN))
        return whet_fail(error, WHET_ERROR_CONFLICT,
                         "You cannot take the role of admin from yourself; another admin can.");
    if (self && change->disabled == 1)
        return whet_fail(error, WHET_ERROR_CONFLICT, "You cannot disable yourself; another admin can.");
    return TRUE;
}

static gboolean apply_name_and_zone(Person *person, const PersonChange *change, json_t *detail, GError **error)
{
    if (change->name) {
        g_autofree char *name = normal_name(change->name, "a person", error);
        if (!name)
            return FALSE;
        g_free(person->name);
        person->name = g_steal_pointer(&name);
        json_object_set_new(detail, "name", json_string(person->name));
    }
    if (change->time_zone) {
        if (!people_time_zone_is_known(change->time_zone))
            return whet_fail(error, WHET_ERROR_INVALID,
                             "That time zone is not known here; one is written like Europe/Berlin.");
        g_free(person->time_zone);
        person->time_zone = g_strdup(change->time_zone);
        json_object_set_new(detail, "timeZone", json_string(person->time_zone));
    }
    if (change->session_minutes >= 0) {
        person->session_minutes = change->session_minutes;
        json_object_set_new(detail, "sessionMinutes", json_integer(person->session_minutes));
    }
    return TRUE;
}

static gboolean apply_place(DbTx *tx, Person *person, const PersonChange *change, json_t *detail, GError **error)
{
    if (change->roles == 0)
        return whet_fail(error, WHET_ERROR_INVALID, "A person has at least one role.");
    if (change->roles > 0) {
        person->roles = (unsigned)change->roles;
        json_object_set_new(detail, "roles", people_roles_to_json(person->roles));
    }
    if (change->team_id >= 0) {
        gboolean there = change->team_id == 0;
        if (!there && !people_db_has_team(tx, person->organisation_id, change->team_id, &there, error))
            return FALSE;
        if (!there)
            return need_team(error);
        person->team_id = change->team_id;
        json_object_set_new(detail, "team", person->team_id ? http_json_id(person->team_id) : json_null());
    }
    if (change->disabled >= 0) {
        gboolean was = person->disabled_at != 0;
        if (was != change->disabled)
            person->disabled_at = change->disabled ? clock_now() : 0;
        json_object_set_new(detail, "disabled", json_boolean(change->disabled));
    }
    return TRUE;
}

gboolean people_change(DbTx *tx, gint64 by, gint64 organisation_id, gint64 person_id, const PersonChange *change,
                       GError **error)
{
    if (!db_lock(tx, person_id, error))
        return FALSE;
    g_autoptr(Person) person = people_find(tx, organisation_id, person_id, error);
    g_autoptr(json_t) detail = json_object();
    if (!person || !may_change(by, person, change, error) || !apply_name_and_zone(person, change, detail, error) ||
        !apply_challenge(person, change, detail, error) || !apply_place(tx, person, change, detail, error) ||
        !people_db_update(tx, person, error))
        return FALSE;
    if (change->disabled == 1 && !people_sign_ins_end(tx, organisation_id, person_id, error))
        return FALSE;
    char *text = json_dumps(detail, JSON_COMPACT);
    gboolean recorded = people_audit(tx, organisation_id, by, "person.changed", person_id, text, error);
    free(text);
    return recorded;
}

/* --- the record */

gboolean people_audit(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *action, gint64 subject_id,
                      const char *detail, GError **error)
{
    return people_db_audit(tx, id_new(), organisation_id, person_id, clock_now(), action, subject_id, detail, error);
}

gboolean people_emit(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *kind, gint64 subject_id,
                     GError **error)
{
    return people_db_emit(tx, id_new(), organisation_id, person_id, clock_now(), kind, subject_id, error);
}

/* --- clearing away */

static gboolean forget(DbTx *tx, gpointer data, GError **error)
{
    gint64 now = *(const gint64 *)data;
    return sign_in_db_forget(tx, now, now - SIGN_IN_LINK_WINDOW, now - SIGN_IN_FAILURE_WINDOW, error) &&
           people_db_forget_events(tx, now - KEEP_EVENTS, error);
}

static gboolean tidy(App *app, const char *payload, GError **error)
{
    gint64 now = clock_now();
    return db_write(app->db, forget, &now, error) && jobs_forget(app->db, now - KEEP_FAILED_JOBS, error);
}

const JobHandler people_jobs[] = {
    { SIGN_IN_LINK_JOB, sign_in_link_send, 0 },
    { "people-tidy", tidy, CLOCK_HOUR },
    { NULL },
};
