/* The SQL of people, as typed functions. Every statement names the organisation, except those that find out which one
 * it is: by an address, by a token, or from the command line. Private to this folder. */
#pragma once

#include "feature/people/people.h"

/* Who there is. The next two are TRUE with `found` NULL when there is nobody. */
gboolean people_db_person(DbTx *tx, gint64 organisation_id, gint64 person_id, Person **found, GError **error);
/* `password_hash` may be NULL; otherwise free what it gets with g_free. */
gboolean people_db_person_of_email(DbTx *tx, const char *email, Person **found, char **password_hash, GError **error);
gboolean people_db_password_hash(DbTx *tx, gint64 organisation_id, gint64 person_id, char **password_hash,
                                 GError **error);
/* Person *, by id, from after `after`, at most `limit`. */
GPtrArray *people_db_people(DbTx *tx, gint64 organisation_id, gint64 after, gint64 limit, GError **error);
/* `added` is FALSE when the address is taken. */
gboolean people_db_add(DbTx *tx, gint64 id, const PersonDraft *draft, gint64 now, gboolean *added, GError **error);
/* Writes name, team, roles, time zone, minutes and whether they are disabled. */
gboolean people_db_update(DbTx *tx, const Person *person, GError **error);
gboolean people_db_set_password(DbTx *tx, gint64 organisation_id, gint64 person_id, const char *password_hash,
                                GError **error);

/* Ids; 0 in `id` when there is none of that name. */
gboolean people_db_organisation(DbTx *tx, const char *name, gint64 *id, GError **error);
gboolean people_db_put_organisation(DbTx *tx, gint64 id, const char *name, gint64 now, GError **error);
/* gint64, oldest first. */
GArray *people_db_organisations(DbTx *tx, GError **error);
gboolean people_db_team(DbTx *tx, gint64 organisation_id, const char *name, gint64 *id, GError **error);
/* Nothing when there is one of that name. */
gboolean people_db_put_team(DbTx *tx, gint64 organisation_id, gint64 id, const char *name, GError **error);
gboolean people_db_has_team(DbTx *tx, gint64 organisation_id, gint64 id, gboolean *there, GError **error);
gboolean people_db_set_coach(DbTx *tx, gint64 organisation_id, gint64 team_id, gint64 person_id, gint64 *changed,
                             GError **error);

gboolean people_db_audit(DbTx *tx, gint64 id, gint64 organisation_id, gint64 person_id, gint64 time, const char *action,
                         gint64 subject_id, const char *detail, GError **error);
gboolean people_db_emit(DbTx *tx, gint64 id, gint64 organisation_id, gint64 person_id, gint64 time, const char *kind,
                        gint64 subject_id, GError **error);
gboolean people_db_forget_events(DbTx *tx, gint64 before, GError **error);

/* What a coach sees of one person; person_id 0: the team is empty. */
typedef struct {
    gint64 team_id, person_id;
    char *team_name, *name;
    gint64 practised_at; /* 0: never */
    gint64 attempts, due, sure_and_wrong;
} TeamMember;
/* TeamMember *, in order of team and name, of the teams that `coach_id` coaches. `attempts`: received after `since`. */
GPtrArray *people_db_team_members(DbTx *tx, gint64 organisation_id, gint64 coach_id, gint64 now, gint64 since,
                                  GError **error);
