/* Tokens: secrets that prove who somebody is to whoever holds them. Knows their length and how they are hashed for
 * keeping. */
#pragma once

#include <glib.h>

enum { TOKEN_LENGTH = 43 }; /* characters: 32 random bytes in base64url without padding */

/* Free with g_free. */
char *token_new(void);

/* SHA-256 in hexadecimal: what is kept in the place of a token or an address. 256 random bits need no salt. Free with
 * g_free. */
char *token_hash(const char *token);

/* 32 random bytes in hexadecimal, for the CSRF header. */
void token_fill_hex(char hex[65]);
