/* The route with which authors see what their exercises do. */
#include "feature/authoring/authoring.h"
#include "feature/authoring/item_db.h"

#include <math.h>

enum { PAGE = 100, PAGE_MOST = 500, ROWS_AT_ONCE = 500 };

static const HttpField named_item[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "Its id" },
    { "title", FIELD_TEXT, HTTP_REQUIRED, .about = "Its title" },
    { 0 },
};
static const HttpField interval_fields[] = {
    { "estimate", FIELD_NUMBER, HTTP_REQUIRED, .about = "The most likely value" },
    { "low", FIELD_NUMBER, HTTP_REQUIRED, .about = "It is hardly less than this (95 % interval)" },
    { "high", FIELD_NUMBER, HTTP_REQUIRED, .about = "It is hardly more than this" },
    { 0 },
};
static const HttpField item_fields[] = {
    { "id", FIELD_ID, HTTP_REQUIRED, .about = "The exercise" },
    { "slug", FIELD_TEXT, HTTP_REQUIRED, .about = "Its name in the pack" },
    { "kind", FIELD_TEXT, HTTP_REQUIRED, .about = "Its kind" },
    { "concept", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_item, .about = "Its concept" },
    { "pack", FIELD_OBJECT, HTTP_REQUIRED, .fields = named_item, .about = "Its pack" },
    { "answers", FIELD_INTEGER, HTTP_REQUIRED, .about = "Answers that counted: graded first tries" },
    { "right", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = interval_fields,
      .about = "Share of them that were right; null without any" },
    { "difficulty", FIELD_OBJECT, HTTP_REQUIRED, .fields = interval_fields,
      .about = "In logits, higher is harder; before the first answer what its kind and its author say" },
    { "success", FIELD_OBJECT, HTTP_REQUIRED, .fields = interval_fields,
      .about = "How probably an average person who remembers the concept well gets it right" },
    { "discrimination", FIELD_OBJECT, HTTP_REQUIRED | HTTP_NULLABLE, .fields = interval_fields,
      .about = "Correlation of the score with what was expected of the person; null when it cannot be said" },
    { "seconds", FIELD_NUMBER, HTTP_REQUIRED | HTTP_NULLABLE, .about = "Time it takes, on average" },
    { "flags", FIELD_TEXT, HTTP_REQUIRED | HTTP_LIST, .most = ITEM_FLAGS, .values = item_flag_names,
      .about = "What is worth a look" },
    { 0 },
};
static const HttpField items_query[] = {
    { "packId", FIELD_ID, 0, .about = "Only of this pack" },
    { "flag", FIELD_TEXT, 0, .values = item_flag_names, .about = "Only those with this flag" },
    { "after", FIELD_ID, 0, .about = "Only those added after this one" },
    { "limit", FIELD_INTEGER, 0, 1, PAGE_MOST, .about = "How many, at most (100)" },
    { 0 },
};
static const HttpField items_reply[] = {
    { "exercises", FIELD_OBJECT, HTTP_REQUIRED | HTTP_LIST, .most = PAGE_MOST, .fields = item_fields,
      .about = "Living, graded exercises in the order they were added" },
    { "next", FIELD_ID, HTTP_REQUIRED | HTTP_NULLABLE, .about = "What to send as `after` for the next page" },
    { 0 },
};

static json_t *named(gint64 id, const char *title)
{
    return json_pack("{s:o, s:s}", "id", http_json_id(id), "title", title);
}

static json_t *interval_json(StatsInterval interval)
{
    if (isnan(interval.mean))
        return json_null();
    return json_pack("{s:f, s:f, s:f}", "estimate", interval.mean, "low", interval.low, "high", interval.high);
}

static json_t *flags_json(unsigned flags)
{
    json_t *list = json_array();
    for (unsigned bit = 0; bit < ITEM_FLAGS; bit++)
        if (flags & 1u << bit)
            json_array_append_new(list, json_string(item_flag_names[bit]));
    return list;
}

static json_t *item_json(const ItemRow *row, const ItemStatistics *statistics)
{
    return json_pack("{s:o, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "id", http_json_id(row->id),
                     "slug", row->slug, "kind", exercise_kind_names[row->kind], "concept",
                     named(row->concept_id, row->concept), "pack", named(row->pack_id, row->pack), "answers",
                     (json_int_t)row->sums.attempts, "right", interval_json(statistics->right), "difficulty",
                     interval_json(statistics->difficulty), "success", interval_json(statistics->success),
                     "discrimination", interval_json(statistics->discrimination), "seconds",
                     http_json_number(statistics->seconds), "flags", flags_json(statistics->flags));
}

typedef struct {
    const HttpRequest *request;
    gint64 pack_id, limit;
    unsigned flag; /* 0: all */
    json_t *list;
    gint64 last;   /* listed */
    gboolean more; /* there is one after it */
} Listing;

/* FALSE when the page is full. */
static gboolean add_item(Listing *listing, const ItemRow *row)
{
    if (!exercise_kind_info(row->kind)->graded)
        return TRUE;
    ItemStatistics statistics = item_statistics(&row->sums, row->difficulty, row->floor);
    if (listing->flag && !(statistics.flags & listing->flag))
        return TRUE;
    listing->more = (gint64)json_array_size(listing->list) == listing->limit;
    if (listing->more)
        return FALSE;
    json_array_append_new(listing->list, item_json(row, &statistics));
    listing->last = row->id;
    return TRUE;
}

static gboolean list_in(DbTx *tx, gpointer data, GError **error)
{
    Listing *listing = data;
    gint64 after = http_query_integer(listing->request, "after", 0);
    for (gboolean open = TRUE; open;) {
        g_autoptr(GPtrArray) rows =
            item_db_rows(tx, listing->request->who.organisation_id, listing->pack_id, after, ROWS_AT_ONCE, error);
        if (!rows)
            return FALSE;
        open = rows->len == ROWS_AT_ONCE;
        for (guint i = 0; i < rows->len; i++) {
            const ItemRow *row = rows->pdata[i];
            after = row->id;
            if (!add_item(listing, row))
                return TRUE;
        }
    }
    return TRUE;
}

static unsigned flag_of(const HttpRequest *request)
{
    const char *name = http_query_text(request, "flag");
    for (unsigned bit = 0; name && bit < ITEM_FLAGS; bit++)
        if (g_str_equal(name, item_flag_names[bit]))
            return 1u << bit;
    return 0;
}

static HttpReply *list(const HttpRequest *request, GError **error)
{
    Listing listing = {
        .request = request,
        .pack_id = http_query_integer(request, "packId", 0),
        .limit = http_query_integer(request, "limit", PAGE),
        .flag = flag_of(request),
        .list = json_array(),
    };
    if (!db_read(request->app->db, list_in, &listing, error)) {
        json_decref(listing.list);
        return NULL;
    }
    json_t *next = listing.more ? http_json_id(listing.last) : json_null();
    return http_reply_json(json_pack("{s:o, s:o}", "exercises", listing.list, "next", next));
}

const HttpRoute item_routes[] = {
    { HTTP_GET, "/api/v1/exercises/statistics", list, ROLE_AUTHOR | ROLE_ADMIN, RATE_READ,
      "What people's answers say about each exercise", .query = items_query, .reply = items_reply },
    { 0 },
};
