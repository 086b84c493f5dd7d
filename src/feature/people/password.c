/* Knows argon2id's parameters and how many hashings run at once. */
#include "feature/people/password.h"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "platform/error.h"

/* https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html, argon2id, second row */
enum { MEMORY_KIB = 19456, PASSES = 2, LANES = 1 };
enum { SALT_BYTES = 16, HASH_BYTES = 32, ENCODED_LONGEST = 128 };
enum {
    AT_ONCE = 2,
    WAITING_MOST = 32, /* about a second's worth */
};

/* With the parameters above, of no known password. */
static const char NOBODYS[] =
    "$argon2id$v=19$m=19456,t=2,p=1$d2hldC1ub2JvZHktMDAwMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static GMutex gate;
static GCond freed;
static guint working, waiting;

static gboolean enter(GError **error)
{
    g_mutex_lock(&gate);
    gboolean full = waiting >= WAITING_MOST;
    if (!full) {
        waiting++;
        while (working >= AT_ONCE)
            g_cond_wait(&freed, &gate);
        waiting--;
        working++;
    }
    g_mutex_unlock(&gate);
    if (full)
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_UNAVAILABLE,
                            "Many people are signing in right now. Try again in a moment.");
    return !full;
}

static void leave(void)
{
    g_mutex_lock(&gate);
    working--;
    g_cond_signal(&freed);
    g_mutex_unlock(&gate);
}

/* The same password typed on two machines may come composed or decomposed (RFC 8265, 4.2.2). NULL when it is not UTF-8.
 */
static char *normalise(const char *password)
{
    return g_utf8_normalize(password, -1, G_NORMALIZE_NFC);
}

static void forget(char *secret)
{
    OPENSSL_cleanse(secret, strlen(secret));
    g_free(secret);
}

char *password_hash(const char *password, GError **error)
{
    guchar salt[SALT_BYTES];
    char encoded[ENCODED_LONGEST];
    char *normal = normalise(password);
    if (!normal) {
        g_set_error_literal(error, WHET_ERROR, WHET_ERROR_INVALID, "The password is not valid UTF-8.");
        return NULL;
    }
    if (!enter(error)) {
        forget(normal);
        return NULL;
    }
    int result = RAND_bytes(salt, sizeof salt) == 1
                     ? argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, normal, strlen(normal), salt, sizeof salt,
                                             HASH_BYTES, encoded, sizeof encoded)
                     : ARGON2_MISSING_ARGS;
    leave();
    forget(normal);
    if (result == ARGON2_OK)
        return g_strdup(encoded);
    g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "The password cannot be hashed: %s.",
                argon2_error_message(result));
    return NULL;
}

gboolean password_matches(const char *hash, const char *password, gboolean *matches, GError **error)
{
    *matches = FALSE;
    char *normal = normalise(password);
    if (!normal)
        return TRUE;
    if (!enter(error)) {
        forget(normal);
        return FALSE;
    }
    int result = argon2id_verify(hash ? hash : NOBODYS, normal, strlen(normal));
    leave();
    forget(normal);
    if (result != ARGON2_OK && result != ARGON2_VERIFY_MISMATCH) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "A password cannot be checked: %s.",
                    argon2_error_message(result));
        return FALSE;
    }
    *matches = hash && result == ARGON2_OK;
    return TRUE;
}
