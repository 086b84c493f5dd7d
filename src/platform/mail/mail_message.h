/* What a message is made of. Private to this folder, beside mail_compose(). */
#pragma once

#include "platform/mail/mail.h"

/* "anna@example.org" of "Anna <anna@example.org>". Free with g_free. */
char *mail_bare_address(const char *mailbox);
