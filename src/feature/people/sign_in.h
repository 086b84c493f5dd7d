/* Signing in: from a password or a link to a cookie, and what becomes of the cookie. Private to this folder, but for
 * what people.h names. Tokens leave this file once, to the browser or to the person; the database has their hashes. */
#pragma once

#include "feature/people/people.h"
#include "platform/clock.h"

/* How long failures with one address are counted together. */
#define SIGN_IN_FAILURE_WINDOW (15 * CLOCK_MINUTE)

/* The browser that asks. All may be NULL. */
typedef struct {
    const char *time_zone; /* taken over by a person who has none but UTC */
    const char *user_agent;
    const char *old_cookie; /* of the sign-in that this one replaces */
} Browser;

/* Owned by whoever asked; free with sign_in_free. */
typedef struct {
    Person *person;
    char *cookie;
    char csrf[65];
} SignIn;
void sign_in_free(SignIn *sign_in);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignIn, sign_in_free)

/* SIGN_IN when it is not right, whether or not there is such an account; TOO_MANY after five failures with the address
 * in a quarter of an hour; INVALID when the time zone is none. */
SignIn *sign_in_by_password(App *app, const char *email, const char *password, const Browser *browser,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* By the token of a link. SIGN_IN when it was used, or is too old, or never was. */
SignIn *sign_in_by_link(App *app, const char *token, const Browser *browser, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new cookie in the place of one that is older than a day; the old one stays good for a minute. NULL in `renewed`
 * when it is still fresh. Free with g_free. */
gboolean sign_in_renew(App *app, const char *cookie, char **renewed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How long a cookie lasts, in seconds. */
gint64 sign_in_lasts(const App *app);

/* Sets the person's password, which ends their other sign-ins. `current`: needed by those who have one; may be NULL.
 * INVALID when it is not right or the new one is too short or long; TOO_MANY as above. */
gboolean sign_in_set_password(App *app, const HttpIdentity *who, const char *current, const char *password,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
