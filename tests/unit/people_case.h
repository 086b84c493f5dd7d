/* What the tests of people share: an organisation with Anna, who has a password. */
#pragma once

#include "feature_case.h"

#include <string.h>

#include "feature/people/password.h"
#include "feature/people/people.h"
#include "feature/people/sign_in.h"

#define PASSWORD "correct horse battery"

/* Hashing takes a while: once for all tests. */
static inline const char *password_hash_of_all(void)
{
    static char *hash;
    if (!hash)
        hash = password_hash(PASSWORD, NULL);
    assert_non_null(hash);
    return hash;
}

typedef struct {
    const char *organisation, *team; /* NULL: in none */
    const char *email, *name;
    unsigned roles;
    gboolean no_password;
    gint64 id, organisation_id, team_id;
} Somebody;

static inline gboolean add_somebody_in(DbTx *tx, gpointer data, GError **error)
{
    Somebody *somebody = data;
    somebody->organisation_id = people_organisation_ensure(tx, somebody->organisation, error);
    if (!somebody->organisation_id)
        return FALSE;
    if (somebody->team)
        somebody->team_id = people_team_ensure(tx, somebody->organisation_id, somebody->team, error);
    PersonDraft draft = {
        .organisation_id = somebody->organisation_id,
        .team_id = somebody->team_id,
        .email = somebody->email,
        .name = somebody->name,
        .roles = somebody->roles ? somebody->roles : ROLE_LEARNER,
        .password_hash = somebody->no_password ? NULL : password_hash_of_all(),
    };
    somebody->id = people_add(tx, &draft, error);
    return somebody->id != 0;
}

static inline void add_somebody(App *app, Somebody *somebody)
{
    must_write(app, add_somebody_in, somebody);
}

static inline Somebody add_anna(App *app)
{
    Somebody anna = { .organisation = "Acme", .email = "Anna@Example.org", .name = " Anna ", .roles = ROLE_LEARNER };
    add_somebody(app, &anna);
    return anna;
}

typedef struct {
    const Somebody *somebody;
    Person *person;
} CaseFind;

static inline gboolean find_in(DbTx *tx, gpointer data, GError **error)
{
    CaseFind *find = data;
    find->person = people_find(tx, find->somebody->organisation_id, find->somebody->id, error);
    return find->person != NULL;
}

static inline Person *find_again(App *app, const Somebody *somebody)
{
    CaseFind find = { somebody, NULL };
    must_read(app, find_in, &find);
    return find.person;
}

/* Changes somebody; 0 when it was done, otherwise code + 1. */
typedef struct {
    gint64 by, organisation_id, id;
    PersonChange change;
} CaseChange;

static inline gboolean change_in(DbTx *tx, gpointer data, GError **error)
{
    const CaseChange *change = data;
    return people_change(tx, change->by, change->organisation_id, change->id, &change->change, error);
}

static inline int change_person(App *app, gint64 by, gint64 organisation_id, gint64 id, PersonChange change)
{
    CaseChange work = { by, organisation_id, id, change };
    GError *error = NULL;
    if (db_write(app->db, change_in, &work, &error))
        return 0;
    return code_of(&error) + 1;
}

/* Who the cookie says it is. */
static inline HttpIdentity identity_of(App *app, const char *cookie)
{
    HttpIdentity who;
    g_autoptr(GError) error = NULL;
    if (!people_authenticate(app, cookie, &who, &error))
        no_error(error);
    return who;
}

static inline SignIn *sign_in_as(App *app, const char *email, const char *password, GError **error)
{
    Browser browser = { .user_agent = "Test/1.0" };
    return sign_in_by_password(app, email, password, &browser, error);
}

static inline SignIn *must_sign_in(App *app, const char *email)
{
    g_autoptr(GError) error = NULL;
    SignIn *sign_in = sign_in_as(app, email, PASSWORD, &error);
    no_error(error);
    return sign_in;
}
