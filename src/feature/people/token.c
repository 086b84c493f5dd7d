/* Knows where randomness comes from. */
#include "feature/people/token.h"

#include <openssl/rand.h>

enum { TOKEN_BYTES = 32 };

/* A machine without randomness must not sign anybody in. */
static void fill_random(guchar *bytes, int count)
{
    if (RAND_bytes(bytes, count) != 1)
        g_error("there are no random bytes to be had");
}

char *token_new(void)
{
    guchar bytes[TOKEN_BYTES];
    fill_random(bytes, sizeof bytes);
    char *token = g_base64_encode(bytes, sizeof bytes);
    g_strdelimit(token, "+", '-');
    g_strdelimit(token, "/", '_');
    token[TOKEN_LENGTH] = '\0'; /* the padding */
    return token;
}

char *token_hash(const char *token)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
}

void token_fill_hex(char hex[65])
{
    guchar bytes[TOKEN_BYTES];
    fill_random(bytes, sizeof bytes);
    for (int i = 0; i < TOKEN_BYTES; i++)
        g_snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
}
