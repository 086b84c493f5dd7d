/* Knows what proves who somebody is, how often it may fail, and how long it holds. */
#include "feature/people/sign_in.h"

#include <string.h>

#include "feature/people/password.h"
#include "feature/people/people_db.h"
#include "feature/people/sign_in_db.h"
#include "feature/people/token.h"
#include "platform/error.h"
#include "platform/id.h"

enum {
    FAILURES_MOST = 5,      /* in SIGN_IN_FAILURE_WINDOW */
    USER_AGENT_BYTES = 200, /* of it that are kept */
};
static const gint64 ROTATE_AFTER = CLOCK_DAY;
static const gint64 PREVIOUS_LASTS = 60 * CLOCK_SECOND; /* for requests that were on their way */
static const gint64 TOUCH_AFTER = CLOCK_HOUR;           /* not every request is worth a write */
static const char UTC[] = "UTC";

static const char WRONG_PASSWORD[] = "The e-mail address or the password is not right.";
static const char WRONG_LINK[] = "This link was used before or is too old. Ask for a new one.";

void sign_in_free(SignIn *sign_in)
{
    if (!sign_in)
        return;
    person_free(sign_in->person);
    g_free(sign_in->cookie);
    g_free(sign_in);
}

gint64 sign_in_lasts(const App *app)
{
    return settings_number(app->settings, SETTING_SIGN_IN_DAYS) * (CLOCK_DAY / CLOCK_SECOND);
}

/* --- opening a sign-in, however it was proved */

typedef struct {
    SignInRow row;
    const char *token_hash, *old_hash; /* old_hash NULL: the browser had none */
    const char *time_zone;             /* NULL: not said */
    const char *how;                   /* for the record */
    const char *refusal;               /* what to say when the person may not sign in */
    const char *link_hash;             /* by a link; NULL: by a password */
    const char *proved_hash;           /* the password hash that was matched */
    const char *failures_name;
    Person *person; /* what comes of it */
} Opening;

static gboolean take_zone(DbTx *tx, Person *person, const char *time_zone, GError **error)
{
    if (!time_zone || !g_str_equal(person->time_zone, UTC))
        return TRUE;
    g_free(person->time_zone);
    person->time_zone = g_strdup(time_zone);
    return people_db_update(tx, person, error);
}

/* Finds who it is by the proof, inside the transaction: it may have been used up or changed since it was looked at.
 * Holds the person's lock from then on, so that nobody is disabled in the same moment. */
static gboolean check_proof(DbTx *tx, Opening *opening, GError **error)
{
    SignInRow *row = &opening->row;
    if (opening->link_hash) {
        if (!sign_in_db_use_link(tx, opening->link_hash, row->created_at, &row->organisation_id, &row->person_id,
                                 error))
            return FALSE;
        if (row->person_id == 0)
            return whet_fail(error, WHET_ERROR_SIGN_IN, opening->refusal);
        return db_lock(tx, row->person_id, error);
    }
    g_autofree char *hash = NULL;
    if (!db_lock(tx, row->person_id, error) ||
        !people_db_password_hash(tx, row->organisation_id, row->person_id, &hash, error))
        return FALSE;
    if (g_strcmp0(hash, opening->proved_hash) != 0)
        return whet_fail(error, WHET_ERROR_SIGN_IN, opening->refusal);
    return sign_in_db_clear_failures(tx, opening->failures_name, error);
}

static gboolean open_in(DbTx *tx, gpointer data, GError **error)
{
    Opening *opening = data;
    const SignInRow *row = &opening->row;
    g_clear_pointer(&opening->person, person_free);
    if (!check_proof(tx, opening, error))
        return FALSE;
    g_autoptr(Person) person = NULL;
    if (!people_db_person(tx, row->organisation_id, row->person_id, &person, error))
        return FALSE;
    if (!person || person->disabled_at)
        return whet_fail(error, WHET_ERROR_SIGN_IN, opening->refusal);
    if (opening->old_hash && !sign_in_db_end_of_token(tx, opening->old_hash, row->created_at, error))
        return FALSE;
    if (!take_zone(tx, person, opening->time_zone, error) || !sign_in_db_put(tx, row, opening->token_hash, error) ||
        !people_audit(tx, row->organisation_id, row->person_id, "person.signed-in", row->id, opening->how, error))
        return FALSE;
    opening->person = g_steal_pointer(&person);
    return TRUE;
}

static gboolean is_token(const char *text)
{
    return text && strlen(text) == TOKEN_LENGTH;
}

/* Headers may hold anything; what is kept is short and UTF-8. NULL for NULL. */
static char *keepable(const char *user_agent)
{
    return user_agent ? g_utf8_make_valid(user_agent, (gssize)MIN(strlen(user_agent), USER_AGENT_BYTES)) : NULL;
}

/* The proof is in `opening`; the rest is filled in here. */
static SignIn *open_sign_in(App *app, Opening *opening, const Browser *browser, GError **error)
{
    gint64 now = clock_now();
    g_autofree char *token = token_new();
    g_autofree char *hash = token_hash(token);
    g_autofree char *old_hash = is_token(browser->old_cookie) ? token_hash(browser->old_cookie) : NULL;
    g_autofree char *user_agent = keepable(browser->user_agent);
    SignInRow *row = &opening->row;
    row->id = id_new();
    row->created_at = row->rotated_at = row->seen_at = now;
    row->expires_at = now + sign_in_lasts(app) * CLOCK_SECOND;
    row->user_agent = user_agent;
    token_fill_hex(row->csrf);
    opening->token_hash = hash;
    opening->old_hash = old_hash;
    opening->time_zone = browser->time_zone;
    gboolean opened = db_write(app->db, open_in, opening, error);
    g_autoptr(Person) person = opening->person;
    if (!opened)
        return NULL;

    SignIn *sign_in = g_new0(SignIn, 1);
    sign_in->person = g_steal_pointer(&person);
    sign_in->cookie = g_steal_pointer(&token);
    memcpy(sign_in->csrf, row->csrf, sizeof sign_in->csrf);
    return sign_in;
}

static gboolean check_zone(const Browser *browser, GError **error)
{
    if (!browser->time_zone || people_time_zone_is_known(browser->time_zone))
        return TRUE;
    return whet_fail(error, WHET_ERROR_INVALID, "That time zone is not known here; one is written like Europe/Berlin.");
}

SignIn *sign_in_by_link(App *app, const char *token, const Browser *browser, GError **error)
{
    if (!check_zone(browser, error))
        return NULL;
    g_autofree char *hash = token_hash(token);
    Opening opening = { .link_hash = hash, .how = "link", .refusal = WRONG_LINK };
    return open_sign_in(app, &opening, browser, error);
}

/* --- passwords, and how often they may be wrong */

typedef struct {
    const char *name_hash;
    gint64 now, since;
    gboolean counted;
} Try;

static gboolean count_try(DbTx *tx, gpointer data, GError **error)
{
    Try *try = data;
    return sign_in_db_count_failure(tx, try->name_hash, try->now, try->now - SIGN_IN_FAILURE_WINDOW, FAILURES_MOST,
                                    &try->counted, &try->since, error);
}

/* Counts a try as failed before its password is looked at, so that many at once count too; success clears the count.
 * Every address counts, so that the limit does not tell which ones have an account. */
static gboolean begin_try(App *app, const char *name_hash, GError **error)
{
    Try try = { .name_hash = name_hash, .now = clock_now() };
    if (!db_write(app->db, count_try, &try, error))
        return FALSE;
    if (try.counted)
        return TRUE;
    gint64 wait = MAX(try.since + SIGN_IN_FAILURE_WINDOW - try.now, 1);
    int minutes = (int)((wait + CLOCK_MINUTE - 1) / CLOCK_MINUTE);
    g_set_error(error, WHET_ERROR, WHET_ERROR_TOO_MANY,
                "Too many failed tries with this address. Try again in %d minute%s.", minutes, minutes == 1 ? "" : "s");
    return FALSE;
}

typedef struct {
    const char *email;
    Person *person;
    char *hash;
} Lookup;

static gboolean look_up(DbTx *tx, gpointer data, GError **error)
{
    Lookup *lookup = data;
    g_clear_pointer(&lookup->person, person_free);
    g_clear_pointer(&lookup->hash, g_free);
    return people_db_person_of_email(tx, lookup->email, &lookup->person, &lookup->hash, error);
}

SignIn *sign_in_by_password(App *app, const char *email, const char *password, const Browser *browser, GError **error)
{
    if (!check_zone(browser, error))
        return NULL;
    g_autofree char *normal = people_normal_email(email);
    if (!normal)
        normal = g_ascii_strdown(email, -1); /* nobody's: takes the same way, and finds nobody */
    g_autofree char *name_hash = token_hash(normal);
    if (!begin_try(app, name_hash, error))
        return NULL;
    Lookup lookup = { .email = normal };
    gboolean looked = db_read(app->db, look_up, &lookup, error);
    g_autoptr(Person) person = lookup.person;
    g_autofree char *hash = lookup.hash;
    gboolean matches;
    if (!looked || !password_matches(hash, password, &matches, error))
        return NULL;
    if (!matches) {
        whet_fail(error, WHET_ERROR_SIGN_IN, WRONG_PASSWORD);
        return NULL;
    }
    Opening opening = {
        .row = { .organisation_id = person->organisation_id, .person_id = person->id },
        .proved_hash = hash,
        .failures_name = name_hash,
        .how = "password",
        .refusal = WRONG_PASSWORD,
    };
    return open_sign_in(app, &opening, browser, error);
}

typedef struct {
    const HttpIdentity *who;
    const char *new_hash;
    const char *email_hash;
    Person *person;
    char *hash;
} PasswordChange;

static gboolean load_own(DbTx *tx, gpointer data, GError **error)
{
    PasswordChange *change = data;
    g_clear_pointer(&change->person, person_free);
    g_clear_pointer(&change->hash, g_free);
    change->person = people_find(tx, change->who->organisation_id, change->who->person_id, error);
    return change->person &&
           people_db_password_hash(tx, change->who->organisation_id, change->who->person_id, &change->hash, error);
}

static gboolean store_password(DbTx *tx, gpointer data, GError **error)
{
    const PasswordChange *change = data;
    gint64 organisation_id = change->who->organisation_id, person_id = change->who->person_id;
    g_autofree char *hash = NULL;
    if (!db_lock(tx, person_id, error) || !people_db_password_hash(tx, organisation_id, person_id, &hash, error))
        return FALSE;
    if (g_strcmp0(hash, change->hash) != 0)
        return whet_fail(error, WHET_ERROR_CONFLICT, "The password was changed somewhere else just now.");
    return people_db_set_password(tx, organisation_id, person_id, change->new_hash, error) &&
           sign_in_db_end_all(tx, organisation_id, person_id, change->who->sign_in_id, error) &&
           sign_in_db_drop_links(tx, organisation_id, person_id, error) &&
           sign_in_db_clear_failures(tx, change->email_hash, error) &&
           people_audit(tx, organisation_id, person_id, "person.password-changed", person_id, NULL, error);
}

/* Somebody who found a browser open must not be able to guess on. */
static gboolean prove_current(App *app, const PasswordChange *change, const char *current, GError **error)
{
    if (!change->hash)
        return TRUE;
    if (!current)
        return whet_fail(error, WHET_ERROR_INVALID, "Give the current password too.");
    gboolean matches;
    if (!begin_try(app, change->email_hash, error) || !password_matches(change->hash, current, &matches, error))
        return FALSE;
    return matches || whet_fail(error, WHET_ERROR_INVALID, "The current password is not right.");
}

gboolean people_password_check(const char *password, GError **error)
{
    glong length = g_utf8_validate(password, -1, NULL) ? g_utf8_strlen(password, -1) : 0;
    return (length >= PEOPLE_PASSWORD_SHORTEST && length <= PEOPLE_PASSWORD_LONGEST) ||
           whet_fail(error, WHET_ERROR_INVALID, "A password has 10 to 200 characters.");
}

gboolean sign_in_set_password(App *app, const HttpIdentity *who, const char *current, const char *password,
                              GError **error)
{
    if (!people_password_check(password, error))
        return FALSE;
    PasswordChange change = { .who = who };
    gboolean loaded = db_read(app->db, load_own, &change, error);
    g_autoptr(Person) person = change.person;
    g_autofree char *hash = change.hash;
    if (!loaded)
        return FALSE;
    g_autofree char *email_hash = token_hash(person->email);
    change.email_hash = email_hash;
    if (!prove_current(app, &change, current, error))
        return FALSE;
    g_autofree char *new_hash = password_hash(password, error);
    change.new_hash = new_hash;
    return new_hash && db_write(app->db, store_password, &change, error);
}

/* --- the cookie afterwards */

typedef struct {
    const char *hash, *new_hash;
    gint64 now, expires_at;
    gint64 changed;
    SignInRow *row;
} CookieUse;

static gboolean find_row(DbTx *tx, gpointer data, GError **error)
{
    CookieUse *use = data;
    g_clear_pointer(&use->row, sign_in_row_free);
    return sign_in_db_of_token(tx, use->hash, use->now, &use->row, error);
}

static gboolean touch(DbTx *tx, gpointer data, GError **error)
{
    const CookieUse *use = data;
    return sign_in_db_touch(tx, use->row->organisation_id, use->row->id, use->now, use->expires_at, error);
}

static gboolean rotate(DbTx *tx, gpointer data, GError **error)
{
    CookieUse *use = data;
    return sign_in_db_rotate(tx, use->row, use->hash, use->new_hash, use->now, &use->changed, error);
}

static gboolean settle(DbTx *tx, gpointer data, GError **error)
{
    const CookieUse *use = data;
    return sign_in_db_settle(tx, use->row, use->now + PREVIOUS_LASTS, error);
}

gboolean people_authenticate(App *app, const char *cookie, HttpIdentity *who, GError **error)
{
    *who = (HttpIdentity){ 0 };
    if (!is_token(cookie))
        return TRUE;
    g_autofree char *hash = token_hash(cookie);
    gint64 now = clock_now();
    CookieUse use = { .hash = hash, .now = now, .expires_at = now + sign_in_lasts(app) * CLOCK_SECOND };
    gboolean looked = db_read(app->db, find_row, &use, error);
    g_autoptr(SignInRow) row = use.row;
    if (!looked || !row)
        return looked;
    g_autoptr(GError) failure = NULL;
    if (row->unsettled && !db_write(app->db, settle, &use, &failure))
        g_warning("a replaced cookie could not be ended: %s", failure->message);
    g_clear_error(&failure);
    if (now - row->seen_at >= TOUCH_AFTER && !db_write(app->db, touch, &use, &failure))
        g_warning("a sign-in could not be kept alive: %s", failure->message);
    who->person_id = row->person_id;
    who->organisation_id = row->organisation_id;
    who->sign_in_id = row->id;
    who->roles = row->roles;
    memcpy(who->csrf, row->csrf, sizeof who->csrf);
    return TRUE;
}

gboolean sign_in_renew(App *app, const char *cookie, char **renewed, GError **error)
{
    *renewed = NULL;
    if (!is_token(cookie))
        return TRUE;
    g_autofree char *hash = token_hash(cookie);
    CookieUse use = { .hash = hash, .now = clock_now() };
    gboolean looked = db_read(app->db, find_row, &use, error);
    g_autoptr(SignInRow) row = use.row;
    if (!looked || !row || use.now - row->rotated_at < ROTATE_AFTER)
        return looked;
    g_autofree char *token = token_new();
    g_autofree char *new_hash = token_hash(token);
    use.new_hash = new_hash;
    if (!db_write(app->db, rotate, &use, error))
        return FALSE;
    if (use.changed)
        *renewed = g_steal_pointer(&token);
    return TRUE;
}
