/* Knows how the addresses of OpenAI-compatible servers are written; hides libcurl's parser of URLs. */
#include "platform/ai/ai_url.h"

#include <string.h>

#include "platform/error.h"
#include "platform/libcurl.h"

typedef char CurlText;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlText, curl_free)

static const char *const paths[AI_SERVICES] = {
    [AI_CHAT] = "/chat/completions",
    [AI_TRANSCRIPTION] = "/audio/transcriptions",
};

/* NULL when the address has no such part. */
static CurlText *part_of(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    return curl_url_get(url, part, &value, 0) == CURLUE_OK ? value : NULL;
}

/* whisper.cpp's server answers at /inference unless told otherwise. */
static gboolean is_whole(const char *path, AiService service)
{
    return g_str_has_suffix(path, paths[service]) ||
           (service == AI_TRANSCRIPTION && g_str_has_suffix(path, "/inference"));
}

static gboolean has_version(const char *path)
{
    for (const char *at = path; (at = strstr(at, "/v")); at++)
        if (g_ascii_isdigit(at[2]))
            return TRUE;
    return FALSE;
}

static char *complete_path(const char *path, AiService service)
{
    g_autofree char *bare = g_strdup(path);
    for (gsize length = strlen(bare); length > 0 && bare[length - 1] == '/'; length--)
        bare[length - 1] = '\0';
    if (is_whole(bare, service))
        return g_steal_pointer(&bare);
    return g_strconcat(bare, has_version(bare) ? "" : "/v1", paths[service], NULL);
}

static gboolean is_web_address(CURLU *url)
{
    g_autoptr(CurlText) scheme = part_of(url, CURLUPART_SCHEME);
    return scheme && (g_str_equal(scheme, "http") || g_str_equal(scheme, "https"));
}

static gboolean has_part(CURLU *url, CURLUPart part)
{
    g_autoptr(CurlText) value = part_of(url, part);
    return value != NULL;
}

char *ai_url(const char *base, AiService service, GError **error)
{
    g_autoptr(CURLU) url = curl_url();
    if (curl_url_set(url, CURLUPART_URL, base, 0) != CURLUE_OK || !is_web_address(url)) {
        whet_fail(error, WHET_ERROR_INVALID, "It must be a whole address, as in http://127.0.0.1:8081/v1.");
        return NULL;
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) || has_part(url, CURLUPART_FRAGMENT)) {
        whet_fail(error, WHET_ERROR_INVALID, "It must hold neither a user nor a password nor a '#'.");
        return NULL;
    }
    g_autoptr(CurlText) path = part_of(url, CURLUPART_PATH);
    g_autofree char *completed = complete_path(path ? path : "", service);
    curl_url_set(url, CURLUPART_PATH, completed, 0);
    g_autoptr(CurlText) whole = part_of(url, CURLUPART_URL);
    return g_strdup(whole);
}
