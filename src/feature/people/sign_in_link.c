/* Knows who gets a link, how long it lasts and what the message says. */
#include "feature/people/sign_in_link.h"

#include "feature/people/people.h"
#include "feature/people/people_db.h"
#include "feature/people/sign_in_db.h"
#include "feature/people/token.h"
#include "platform/error.h"
#include "platform/jobs/jobs.h"
#include "platform/json.h"
#include "platform/mail/mail.h"

/* A message that comes later than this would only puzzle. */
static const gint64 ASKED_LATEST = CLOCK_HOUR;

static const char SUBJECT[] = "Your sign-in link for Whet";
static const char TEXT[] =
    "Open this link to sign in:\n\n%s/sign-in#%s\n\n"
    "It works once, and for %d minutes. If you did not ask for it, do nothing: nobody gets in without it.\n";

/* --- links in general */

typedef struct {
    const char *hash;
    gint64 person_id, uses, expires_at;
} NewLink;

static gboolean put_link(DbTx *tx, gpointer data, GError **error)
{
    const NewLink *link = data;
    gboolean added;
    if (!sign_in_db_put_link(tx, link->hash, link->person_id, link->uses, link->expires_at, &added, error))
        return FALSE;
    if (!added)
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such person, or they are disabled.");
    return added;
}

char *people_link_new(Db *db, gint64 person_id, int uses, gint64 seconds, GError **error)
{
    g_autofree char *token = token_new();
    g_autofree char *hash = token_hash(token);
    NewLink link = { hash, person_id, uses, clock_now() + seconds * CLOCK_SECOND };
    return db_write(db, put_link, &link, error) ? g_steal_pointer(&token) : NULL;
}

/* --- asking for one */

static gboolean add_job(DbTx *tx, gpointer data, GError **error)
{
    return jobs_add(tx, SIGN_IN_LINK_JOB, data, clock_now(), error);
}

gboolean sign_in_link_ask(App *app, const char *email, GError **error)
{
    g_autofree char *normal = people_normal_email(email);
    if (!normal) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_INVALID,
                            "An e-mail address is written like anna@example.org.");
        return FALSE;
    }
    g_autoptr(json_t) payload = json_pack("{s:s, s:I}", "email", normal, "askedAt", (json_int_t)clock_now());
    char *text = json_dumps(payload, JSON_COMPACT);
    gboolean added = db_write(app->db, add_job, text, error);
    free(text);
    if (added)
        jobs_wake();
    return added;
}

/* --- sending it */

typedef struct {
    const char *email, *hash;
    gint64 now;
    Person *person;
    gboolean put; /* FALSE: they have had enough for now */
} Sending;

static gboolean find_person(DbTx *tx, gpointer data, GError **error)
{
    Sending *sending = data;
    g_clear_pointer(&sending->person, person_free);
    return people_db_person_of_email(tx, sending->email, &sending->person, NULL, error);
}

static gboolean put_if_few(DbTx *tx, gpointer data, GError **error)
{
    Sending *sending = data;
    const Person *person = sending->person;
    gint64 expires_at = sending->now + SIGN_IN_LINK_LASTS;
    gint64 count;
    sending->put = FALSE;
    /* Links by e-mail are known by when they end; those from the command line last longer. */
    if (!db_lock(tx, person->id, error) ||
        !sign_in_db_count_links(tx, person->organisation_id, person->id, expires_at - SIGN_IN_LINK_WINDOW, expires_at,
                                &count, error))
        return FALSE;
    return count >= SIGN_IN_LINKS_MOST ||
           sign_in_db_put_link(tx, sending->hash, person->id, 1, expires_at, &sending->put, error);
}

static gboolean drop(DbTx *tx, gpointer data, GError **error)
{
    return sign_in_db_drop_link(tx, data, error);
}

static gboolean send_to(App *app, const Person *person, const char *token, GError **error)
{
    MailServer server = { settings_text(app->settings, SETTING_MAIL_URL),
                          settings_text(app->settings, SETTING_MAIL_FROM) };
    g_autofree char *text = g_strdup_printf(TEXT, app->public_url, token, (int)(SIGN_IN_LINK_LASTS / CLOCK_MINUTE));
    return mail_send(&server, person->email, SUBJECT, text, error);
}

/* A link that was not sent does not count, and the job that tries again makes another. */
static gboolean send_link(App *app, const char *email, GError **error)
{
    g_autofree char *token = token_new();
    g_autofree char *hash = token_hash(token);
    Sending sending = { .email = email, .hash = hash, .now = clock_now() };
    gboolean found = db_read(app->db, find_person, &sending, error);
    g_autoptr(Person) person = sending.person;
    if (!found || !person || person->disabled_at)
        return found;
    if (!db_write(app->db, put_if_few, &sending, error))
        return FALSE;
    if (!sending.put) {
        g_message("no sign-in link was sent: %d in an hour are enough for one person", SIGN_IN_LINKS_MOST);
        return TRUE;
    }
    if (send_to(app, person, token, error))
        return TRUE;
    g_autoptr(GError) failure = NULL;
    if (!db_write(app->db, drop, hash, &failure))
        g_warning("a link that was not sent could not be deleted: %s", failure->message);
    return FALSE;
}

gboolean sign_in_link_send(App *app, const char *payload, GError **error)
{
    const char *email;
    json_int_t asked_at;
    g_autoptr(json_t) json = json_loads(payload, 0, NULL);
    if (!json || json_unpack(json, "{s:s, s:I}", "email", &email, "askedAt", &asked_at) != 0) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_FAILED, "The job's payload cannot be read.");
        return FALSE;
    }
    if (clock_now() - asked_at > ASKED_LATEST) {
        g_message("a sign-in link was not sent: it was asked for too long ago");
        return TRUE;
    }
    return send_link(app, email, error);
}
