/* Knows where the files lie in the program (the GResource that web/ makes) and what each may be cached for. */
#include "client.h"
#include <gio/gio.h>
#include <string.h>

#define PREFIX "/whet/"

static const struct {
    const char *ending, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
};

static const char *type_of(const char *path)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_has_suffix(path, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

static HttpFile *file_new(const char *path, GBytes *bytes)
{
    HttpFile *file = g_new0(HttpFile, 1);
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    g_autofree char *zipped = g_strconcat(PREFIX, path, ".gz", NULL);
    file->content_type = type_of(path);
    file->etag = g_strdup_printf("\"%.32s\"", sum);
    file->cache_control = "no-cache"; /* asked for again each time, answered with 304: a new version is there at once */
    file->bytes = bytes;
    file->gzip = g_resources_lookup_data(zipped, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    return file;
}

static gpointer load(gpointer data)
{
    GHashTable *files = g_hash_table_new(g_str_hash, g_str_equal);
    g_auto(GStrv) names = g_resources_enumerate_children(PREFIX, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    for (char **name = names; name && *name; name++) {
        g_autofree char *path = g_strconcat(PREFIX, *name, NULL);
        GBytes *bytes =
            g_str_has_suffix(*name, ".gz") ? NULL : g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
        if (bytes)
            g_hash_table_insert(files, g_strconcat("/", *name, NULL), file_new(*name, bytes));
    }
    return files;
}

const HttpFile *client_file(App *app, const char *path)
{
    static GOnce once = G_ONCE_INIT;
    GHashTable *files = g_once(&once, load, NULL);
    const HttpFile *file = g_hash_table_lookup(files, path);
    gboolean is_page = !strchr(path + 1, '.') && !g_str_has_prefix(path, "/docs/");
    return file ? file : is_page ? g_hash_table_lookup(files, "/index.html") : NULL;
}
