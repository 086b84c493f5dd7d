/* Routes for authors: check, import and export a pack over HTTP. */
#include "feature/authoring/authoring.h"

enum { IMPORT_BYTES_MAX = 8 * 1024 * 1024, IMPORT_FILES_MAX = PACK_CONCEPTS_MAX + 1 };

static const HttpField file_fields[] = {
    { "name", FIELD_TEXT, HTTP_REQUIRED, .min = 1, .max = 200, .about = "As in price-objection.md" },
    { "text", FIELD_TEXT, HTTP_REQUIRED, .min = 0, .max = PACK_FILE_BYTES_MAX, .about = "Its Markdown" },
    { 0 },
};
static const HttpField pack_body[] = {
    { "folder", FIELD_TEXT, HTTP_REQUIRED, .min = 1, .max = 80,
      .about = "Name of the folder: the pack's id unless pack.md gives one" },
    { "files", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = IMPORT_FILES_MAX, .fields = file_fields,
      .about = "pack.md and one file per concept" },
    { 0 },
};
static const HttpField problem_fields[] = {
    { "file", FIELD_TEXT, HTTP_REQUIRED, .about = "The file" },
    { "line", FIELD_INTEGER, HTTP_REQUIRED, .about = "From 1; 0 when it concerns the whole file" },
    { "problem", FIELD_TEXT, HTTP_REQUIRED, .about = "What is wrong" },
    { "remedy", FIELD_TEXT, HTTP_REQUIRED, .about = "What to do" },
    { 0 },
};
static const HttpField check_reply[] = {
    { "problems", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .fields = problem_fields,
      .about = "Everything that is wrong; empty when nothing is" },
    { "concepts", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many; 0 when there are problems" },
    { "exercises", FIELD_INTEGER, HTTP_REQUIRED, .about = "How many" },
    { 0 },
};
static const HttpField import_reply[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The pack" },
    { "version", FIELD_INTEGER, HTTP_REQUIRED, .about = "Goes up with each change" },
    { "concepts", FIELD_INTEGER, HTTP_REQUIRED, .about = "Living concepts" },
    { "exercises", FIELD_INTEGER, HTTP_REQUIRED, .about = "Living exercises" },
    { "added", FIELD_INTEGER, HTTP_REQUIRED, .about = "Exercises that are new" },
    { "changed", FIELD_INTEGER, HTTP_REQUIRED, .about = "Exercises with a new wording" },
    { "retired", FIELD_INTEGER, HTTP_REQUIRED, .about = "Exercises that are not asked any more" },
    { 0 },
};
static const HttpField export_reply[] = {
    { "folder", FIELD_TEXT, HTTP_REQUIRED, .about = "Name for the folder" },
    { "files", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = IMPORT_FILES_MAX, .fields = file_fields,
      .about = "As they were imported" },
    { 0 },
};

static Pack *parse_body(const HttpRequest *request, GPtrArray *problems)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    gsize i;
    json_t *item;
    json_array_foreach(http_body_list(request, "files"), i, item) {
        PackFile *file = g_new0(PackFile, 1);
        const json_t *text = json_object_get(item, "text");
        file->name = g_strdup(json_string_value(json_object_get(item, "name")));
        file->bytes = g_bytes_new(json_string_value(text), json_string_length(text));
        g_ptr_array_add(files, file);
    }
    return pack_parse(http_body_text(request, "folder"), files, problems);
}

static guint count_exercises(const Pack *pack)
{
    guint n = 0;
    for (guint i = 0; i < pack->concepts->len; i++)
        n += ((PackConcept *)pack->concepts->pdata[i])->exercises->len;
    return n;
}

static HttpReply *check(const HttpRequest *request, GError **error)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    g_autoptr(Pack) pack = parse_body(request, problems);
    json_t *list = json_array();
    for (guint i = 0; i < problems->len; i++) {
        const PackProblem *problem = problems->pdata[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:i, s:s, s:s}", "file", problem->file ? problem->file : "", "line",
                                        problem->line, "problem", problem->problem, "remedy", problem->remedy));
    }
    return http_reply_json(json_pack("{s:o, s:i, s:i}", "problems", list, "concepts",
                                     pack ? (int)pack->concepts->len : 0, "exercises",
                                     pack ? (int)count_exercises(pack) : 0));
}

static HttpReply *import(const HttpRequest *request, GError **error)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    g_autoptr(Pack) pack = parse_body(request, problems);
    if (!pack) {
        json_t *errors = json_array();
        for (guint i = 0; i < problems->len; i++) {
            const PackProblem *problem = problems->pdata[i];
            json_array_append_new(errors,
                                  json_pack("{s:o, s:o}", "pointer",
                                            json_sprintf("%s:%d", problem->file ? problem->file : "", problem->line),
                                            "detail", json_sprintf("%s; %s", problem->problem, problem->remedy)));
        }
        return http_reply_wrong(request, errors);
    }
    ImportReport report;
    if (!authoring_import(request->app, request->who.organisation_id, request->who.person_id, pack, 0, &report, error))
        return NULL;
    return http_reply_json_status(
        201, json_pack("{s:o, s:i, s:i, s:i, s:i, s:i, s:i}", "id", http_json_id(report.pack_id), "version",
                       report.version, "concepts", (int)report.concepts, "exercises", (int)report.exercises, "added",
                       (int)report.added, "changed", (int)report.changed, "retired", (int)report.retired));
}

typedef struct {
    gint64 organisation_id, pack_id;
    char *slug;
    GPtrArray *files;
} Export;

static gboolean export_in(DbTx *tx, gpointer data, GError **error)
{
    Export *wanted = data;
    wanted->files = authoring_export(tx, wanted->organisation_id, wanted->pack_id, &wanted->slug, error);
    return wanted->files != NULL;
}

static HttpReply *export(const HttpRequest *request, GError **error)
{
    Export wanted = { .organisation_id = request->who.organisation_id };
    if (!http_path_id(request, "id", &wanted.pack_id, error) || !db_read(request->app->db, export_in, &wanted, error))
        return NULL;
    json_t *files = json_array();
    for (guint i = 0; i < wanted.files->len; i++) {
        const PackFile *file = wanted.files->pdata[i];
        gsize length;
        const char *text = g_bytes_get_data(file->bytes, &length);
        json_array_append_new(files, json_pack("{s:s, s:s%}", "name", file->name, "text", text, length));
    }
    HttpReply *reply = http_reply_json(json_pack("{s:s, s:o}", "folder", wanted.slug, "files", files));
    g_ptr_array_unref(wanted.files);
    g_free(wanted.slug);
    return reply;
}

const HttpRoute authoring_routes[] = {
    { HTTP_POST, "/api/v1/packs/check", check, ROLE_AUTHOR | ROLE_ADMIN, RATE_HEAVY,
      "Check a pack without importing it", pack_body, .reply = check_reply, .body_limit = IMPORT_BYTES_MAX },
    { HTTP_POST, "/api/v1/packs", import, ROLE_AUTHOR | ROLE_ADMIN, RATE_HEAVY, "Import a pack, or its new version",
      pack_body, .reply = import_reply, .status = 201, .body_limit = IMPORT_BYTES_MAX },
    { HTTP_GET, "/api/v1/packs/{id}/export", export, ROLE_AUTHOR | ROLE_ADMIN, RATE_HEAVY,
      "The files of a pack as they were imported", .reply = export_reply },
    { 0 },
};
