/* Links that sign somebody in, sent by e-mail. What is asked for is only written down, the same for every address; who
 * has an account is found out later, by a job, so that nobody can tell from the reply or its time. The token is made
 * when it is sent and never kept. */
#pragma once

#include "feature/app.h"
#include "platform/clock.h"

#define SIGN_IN_LINK_JOB "sign-in-link"
#define SIGN_IN_LINK_LASTS (20 * CLOCK_MINUTE)
#define SIGN_IN_LINK_WINDOW CLOCK_HOUR /* in which somebody gets at most SIGN_IN_LINKS_MOST */
enum { SIGN_IN_LINKS_MOST = 3 };

/* A link is on its way to `email`, if somebody has it. INVALID when it is no address. */
gboolean sign_in_link_ask(App *app, const char *email, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The job. */
gboolean sign_in_link_send(App *app, const char *payload, GError **error);
