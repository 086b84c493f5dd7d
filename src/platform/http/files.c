/* Files of the client: conditional requests and the choice of encoding. Hides how ETags of the two encodings differ. */
#include "platform/http/http_private.h"

#include <string.h>

/* Whether an Accept-Encoding names gzip and does not refuse it (q=0). */
static gboolean accepts_gzip(const char *accept)
{
    g_auto(GStrv) codings = g_strsplit(accept ? accept : "", ",", 20);
    for (char **coding = codings; *coding; coding++) {
        char *name = g_strstrip(*coding);
        gsize length = strcspn(name, "; \t");
        if (length != 4 || g_ascii_strncasecmp(name, "gzip", 4) != 0)
            continue;
        const char *quality = strstr(name + length, "q=");
        return !quality || g_ascii_strtod(quality + 2, NULL) > 0;
    }
    return FALSE;
}

/* If-None-Match compares weakly (RFC 9110, 13.1.2). */
static gboolean matches(const char *if_none_match, const char *etag)
{
    if (!if_none_match)
        return FALSE;
    g_auto(GStrv) tags = g_strsplit(if_none_match, ",", 20);
    for (char **tag = tags; *tag; tag++) {
        const char *text = g_strstrip(*tag);
        if (g_str_has_prefix(text, "W/"))
            text += 2;
        if (strcmp(text, "*") == 0 || strcmp(text, etag) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Two encodings are two representations, and a strong ETag tells them apart (RFC 9110, 8.8.3.3). */
static char *etag_of(const HttpFile *file, gboolean gzip)
{
    gsize length = strlen(file->etag);
    return gzip && length >= 2 ? g_strdup_printf("%.*s-gzip\"", (int)length - 1, file->etag) : g_strdup(file->etag);
}

HttpReply *http_file_reply(const HttpFile *file, const HttpHeads *heads)
{
    gboolean gzip = file->gzip && accepts_gzip(heads->accept_encoding);
    g_autofree char *etag = etag_of(file, gzip);
    gboolean unchanged = matches(heads->if_none_match, etag);
    HttpReply *reply =
        unchanged ? http_reply_new(304) : http_reply_bytes(gzip ? file->gzip : file->bytes, file->content_type);
    http_reply_header(reply, "ETag", etag);
    http_reply_header(reply, "Cache-Control", file->cache_control);
    if (file->gzip)
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (gzip && !unchanged)
        http_reply_header(reply, "Content-Encoding", "gzip");
    return reply;
}
