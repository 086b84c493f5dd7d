/* How often somebody may ask: token buckets by person or address, one for each class of rate. Hides the buckets, and
 * that they are kept in two generations: when the young one is full it becomes the old one, and what was old and unused
 * since is forgotten. So memory is bounded whatever addresses come, and a bucket that is forgotten was full again or
 * nearly. */
#include "platform/http/http_private.h"

#include <arpa/inet.h>
#include <math.h>
#include <string.h>

/* `burst` at once, then one every `seconds`. Ours: a page of the client makes about a dozen requests; a device that
 * comes back online replays a queue of answers; a roomful of people behind one address signs in within minutes. */
static const struct {
    double burst, seconds;
} rates[] = {
    [RATE_READ] = { 120, 0.05 },
    [RATE_WRITE] = { 60, 0.25 },
    [RATE_HEAVY] = { 10, 6 },
    [RATE_SIGN_IN] = { 20, 3 },
};

typedef struct {
    guint64 high, low; /* an IPv6 network, an IPv4 address, or 0 and a person */
    guint kind;        /* HttpRate * 2 + (1 for a person) */
} Key;

typedef struct {
    Key key;
    double tokens;
    gint64 at; /* when tokens was right, monotonic µs */
} Bucket;

struct HttpLimits {
    GMutex lock;
    GHashTable *young, *old; /* sets of Bucket */
    guint64 seed;            /* nobody outside can choose addresses that collide */
};

static guint64 mixed(guint64 value)
{
    value ^= value >> 33;
    value *= G_GUINT64_CONSTANT(0xff51afd7ed558ccd); /* MurmurHash3's finalizer */
    return value ^ (value >> 33);
}

/* GLib hands no context to hash functions; the seed is therefore mixed into the key itself. */
static guint key_hash(gconstpointer data)
{
    const Key *key = data;
    guint64 hash = mixed(mixed(key->high) ^ key->low) ^ key->kind;
    return (guint)(hash ^ (hash >> 32));
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const Key *left = a, *right = b;
    return left->high == right->high && left->low == right->low && left->kind == right->kind;
}

static GHashTable *generation_new(void)
{
    return g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
}

HttpLimits *http_limits_new(void)
{
    HttpLimits *limits = g_new0(HttpLimits, 1);
    g_mutex_init(&limits->lock);
    limits->young = generation_new();
    limits->old = generation_new();
    limits->seed = ((guint64)g_random_int() << 32) | g_random_int();
    return limits;
}

void http_limits_free(HttpLimits *limits)
{
    if (!limits)
        return;
    g_hash_table_destroy(limits->young);
    g_hash_table_destroy(limits->old);
    g_mutex_clear(&limits->lock);
    g_free(limits);
}

/* Whoever has IPv6 has at least a /64 of it: that is one address here. */
static Key address_key(const char *address)
{
    Key key = { 0 };
    struct in6_addr six;
    struct in_addr four;
    if (inet_pton(AF_INET, address, &four) == 1) {
        key.low = four.s_addr;
    } else if (inet_pton(AF_INET6, address, &six) == 1) {
        if (IN6_IS_ADDR_V4MAPPED(&six))
            memcpy(&key.low, &six.s6_addr[8], sizeof key.low);
        else
            memcpy(&key.high, six.s6_addr, sizeof key.high);
    }
    return key;
}

static Key key_of(const HttpLimits *limits, gint64 person_id, const char *address, HttpRate rate)
{
    Key key = person_id ? (Key){ .low = (guint64)person_id } : address_key(address);
    key.high ^= limits->seed;
    key.kind = (guint)rate * 2 + (person_id ? 1 : 0);
    return key;
}

static Bucket *bucket_of(HttpLimits *limits, const Key *key, gint64 now)
{
    Bucket *bucket = g_hash_table_lookup(limits->young, key);
    if (bucket)
        return bucket;
    if (g_hash_table_size(limits->young) >= HTTP_LIMITS_GENERATION) {
        g_hash_table_destroy(limits->old);
        limits->old = g_steal_pointer(&limits->young);
        limits->young = generation_new();
    }
    gpointer stolen;
    if (g_hash_table_steal_extended(limits->old, key, &stolen, NULL)) {
        bucket = stolen;
    } else {
        bucket = g_new0(Bucket, 1);
        *bucket = (Bucket){ .key = *key, .tokens = rates[key->kind / 2].burst, .at = now };
    }
    g_hash_table_add(limits->young, bucket);
    return bucket;
}

guint http_limits_take(HttpLimits *limits, gint64 person_id, const char *address, HttpRate rate, gint64 now)
{
    Key key = key_of(limits, person_id, address, rate);
    double burst = rates[rate].burst, seconds = rates[rate].seconds;
    g_mutex_lock(&limits->lock);
    Bucket *bucket = bucket_of(limits, &key, now);
    double elapsed = (double)MAX(now - bucket->at, 0) / G_USEC_PER_SEC;
    bucket->tokens = MIN(bucket->tokens + elapsed / seconds, burst);
    bucket->at = MAX(now, bucket->at);
    double lacking = 1 - bucket->tokens;
    if (lacking <= 0)
        bucket->tokens -= 1;
    g_mutex_unlock(&limits->lock);
    return lacking <= 0 ? 0 : (guint)ceil(MAX(lacking * seconds, 1));
}

guint http_limits_size(HttpLimits *limits)
{
    g_mutex_lock(&limits->lock);
    guint size = g_hash_table_size(limits->young) + g_hash_table_size(limits->old);
    g_mutex_unlock(&limits->lock);
    return size;
}
