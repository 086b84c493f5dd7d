/* People: organisations, teams, accounts and their roles, signing in, and the record of who did what.
 *
 * Knows what a person is and what may be done with an account; hides the tables, the tokens and the passwords.
 * Functions that take a DbTx belong in the caller's transaction; those that change something need a writing one. */
#pragma once

#include "engine/plan/target.h"
#include "feature/app.h"
#include "platform/jobs/jobs.h"

enum {
    PEOPLE_SESSION_MINUTES = 5,    /* a new person's budget */
    PEOPLE_PASSWORD_SHORTEST = 10, /* characters */
    PEOPLE_PASSWORD_LONGEST = 200,
};

/* Owned by whoever asked for it; free with person_free. */
typedef struct {
    gint64 id, organisation_id;
    gint64 team_id;       /* 0: in none */
    unsigned roles;       /* HttpRole bits */
    int session_minutes;  /* 2..20 */
    TargetWish challenge; /* how hard they wish exercises to be */
    gint64 disabled_at;   /* microseconds UTC; 0: may sign in */
    char *email;          /* lower case */
    char *name;
    char *time_zone; /* of the IANA, "Europe/Berlin" */
    char *organisation_name;
    char *team_name; /* NULL: in none */
    gboolean has_password;
} Person;
void person_free(Person *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)

/* NOT_FOUND when the organisation has no such person. Those who are disabled are found. */
Person *people_find(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* By address, in whatever case, in any organisation: for the command line. NOT_FOUND when there is nobody. */
Person *people_find_by_email(DbTx *tx, const char *email, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Person *, in the order they were added, from after the id `after`, at most `limit`. Free with g_ptr_array_unref. */
GPtrArray *people_list(DbTx *tx, gint64 organisation_id, gint64 after, gint64 limit,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A person to be. */
typedef struct {
    gint64 organisation_id;
    gint64 team_id; /* 0: in none */
    const char *email, *name;
    unsigned roles;            /* at least one */
    const char *time_zone;     /* NULL: UTC, until the first sign-in tells */
    const char *password_hash; /* from password_hash(); NULL: signs in by links */
} PersonDraft;

/* The new id, or 0. INVALID when the draft is wrong, CONFLICT when the address is taken. No audit row: the caller knows
 * who did it. */
gint64 people_add(DbTx *tx, const PersonDraft *draft, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The id of the organisation of this name, or of the only one there is when `name` is NULL; the id of a team. 0 on
 * error: NOT_FOUND when there is none of that name, INVALID when it is not clear which is meant. */
gint64 people_organisation_find(DbTx *tx, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 people_team_find(DbTx *tx, gint64 organisation_id, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The id of the organisation or team of this name, which is created when there is none; 0 on error. The first takes a
 * db_lock(). */
gint64 people_organisation_ensure(DbTx *tx, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gint64 people_team_ensure(DbTx *tx, gint64 organisation_id, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The ids (gint64) of all organisations, oldest first: for the command line and for jobs. Free with g_array_unref. */
GArray *people_organisations(DbTx *tx, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `person_id` coaches the team from now on. NOT_FOUND when the organisation has no such team. */
gboolean people_team_coach(DbTx *tx, gint64 organisation_id, gint64 team_id, gint64 person_id,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What to change about a person; NULL and -1 leave it as it is. */
typedef struct {
    const char *name, *time_zone;
    int session_minutes;
    const char *challenge; /* one of people_challenge_names */
    gint64 roles;
    gint64 team_id; /* 0: in none */
    int disabled;   /* 0 or 1; disabling ends their sign-ins and links */
} PersonChange;
#define PERSON_CHANGE_NOTHING ((PersonChange){ .session_minutes = -1, .roles = -1, .team_id = -1, .disabled = -1 })

/* Changes, and writes the audit row. Takes the person's db_lock(). `by`: who does it, 0 the command line. NOT_FOUND,
 * INVALID, and CONFLICT when somebody would take the role of admin from themselves or disable themselves. */
gboolean people_change(DbTx *tx, gint64 by, gint64 organisation_id, gint64 person_id, const PersonChange *change,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* INVALID when it is shorter or longer than a password may be, or not UTF-8. */
gboolean people_password_check(const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when `name` is a time zone that this machine knows. */
gboolean people_time_zone_is_known(const char *name);

/* An address as it is kept: without space around it, in lower case. NULL when it is none. Free with g_free. */
char *people_normal_email(const char *email);

/* How hard exercises are wished to be, by TargetWish + 1: "harder", "as-it-is", "easier". NULL-terminated. */
extern const char *const people_challenge_names[];
const char *people_challenge_name(TargetWish wish);

/* Roles as text, "learner,coach", and as JSON, ["learner", "coach"]. Free with g_free / json_decref. */
char *people_roles_to_text(unsigned roles);
json_t *people_roles_to_json(unsigned roles);
/* INVALID when a word is no role, or there is none. */
gboolean people_roles_from_text(const char *text, unsigned *roles, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record of who did what, in the transaction of what was done. `person_id` 0: the command line or the server
 * itself. `action`: "pack.imported"; `subject_id`: what it was done to, 0 for nothing; `detail`: a few words or JSON,
 * or NULL. */
gboolean people_audit(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *action, gint64 subject_id,
                      const char *detail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A row of the outbox, from which jobs tell others what happened. Kept for 30 days. */
gboolean people_emit(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *kind, gint64 subject_id,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* HttpOptions.authenticate. Keeps the sign-in alive: one that is used does not end. */
gboolean people_authenticate(App *app, const char *cookie, HttpIdentity *who, GError **error);

/* The token of a link that signs `person_id` in, `uses` times within `seconds`: the page is <public_url>/sign-in#TOKEN.
 * Only its hash is kept. NULL on error; NOT_FOUND when there is no such person or they are disabled. Opens its own
 * transaction. Free with g_free. */
char *people_link_new(Db *db, gint64 person_id, int uses, gint64 seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends every sign-in and link of the person. */
gboolean people_sign_ins_end(DbTx *tx, gint64 organisation_id, gint64 person_id,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As people_sign_ins_end, and takes their password away; writes the audit row. For the command line. */
gboolean people_reset(DbTx *tx, gint64 organisation_id, gint64 person_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

extern const HttpRoute people_routes[];
extern const HttpRoute people_admin_routes[];
/* Sends sign-in links; clears away what has expired. */
extern const JobHandler people_jobs[];
