/* Front matter: finds the two lines of hyphens and turns libyaml's events into entries; the first event out of the
 * subset ends it. */
#include "content/front_matter.h"

#include <string.h>
#include <yaml.h>

#include "content/pack_lines.h"

#define FENCE "---"
#define QUOTING_REMEDY \
    "one `key: value` a line; put a value with quotation marks, a colon or # in it between single quotes"

static void front_item_free(gpointer data)
{
    FrontItem *item = data;
    g_free(item->key);
    g_free(item->text);
    g_free(item);
}

static void front_entry_free(gpointer data)
{
    FrontEntry *entry = data;
    g_free(entry->key);
    g_free(entry->text);
    g_clear_pointer(&entry->items, g_ptr_array_unref);
    g_free(entry);
}

void front_matter_free(FrontMatter *front)
{
    if (!front)
        return;
    g_ptr_array_unref(front->entries);
    g_free(front);
}

static gsize line_length(const char *line)
{
    return strcspn(line, "\n");
}

static gboolean is_fence(const char *line)
{
    gsize length = line_length(line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return length == strlen(FENCE) && strncmp(line, FENCE, length) == 0;
}

static const char *next_line(const char *line)
{
    gsize length = line_length(line);
    return line + length + (line[length] == '\n');
}

/* What the reader is in the middle of. */
typedef struct {
    FrontMatter *front;
    const ProblemSink *sink;
    int first_line;    /* the number of the YAML's first line */
    gboolean started;  /* the outermost mapping has begun */
    gboolean finished; /* and has ended */
    char *key;         /* waits for its value */
    int key_line;
    FrontEntry *open; /* the list or mapping that is being filled */
    char *inner_key;  /* in the mapping, waits for its value */
    GHashTable *seen; /* char *: the keys so far */
} Reader;

static gboolean refuse(const Reader *reader, const yaml_event_t *event, const char *problem, const char *remedy)
{
    problem_add_plain(reader->sink, reader->first_line + (int)event->start_mark.line, problem, remedy);
    return FALSE;
}

/* Two entries may hold the same inner key, so `seen` knows each with the entry that it stands in. */
static void check_once(const Reader *reader, const yaml_event_t *event, const char *key)
{
    if (g_hash_table_add(reader->seen, g_strdup_printf("%u %s", reader->open ? reader->front->entries->len : 0, key)))
        return;
    g_autofree char *excerpt = problem_excerpt(key);
    problem_add(reader->sink, reader->first_line + (int)event->start_mark.line,
                g_strdup_printf("the key \"%s\" stands here for the second time", excerpt),
                g_strdup("keep one of them"));
}

static FrontEntry *add_entry(Reader *reader, FrontKind kind)
{
    FrontEntry *entry = g_new0(FrontEntry, 1);
    entry->key = g_steal_pointer(&reader->key);
    entry->kind = kind;
    entry->line = reader->key_line;
    if (kind != FRONT_SCALAR)
        entry->items = g_ptr_array_new_with_free_func(front_item_free);
    g_ptr_array_add(reader->front->entries, entry);
    return entry;
}

static void add_item(Reader *reader, const yaml_event_t *event, const char *text)
{
    FrontItem *item = g_new0(FrontItem, 1);
    item->key = g_steal_pointer(&reader->inner_key);
    item->text = g_strstrip(g_strdup(text));
    item->line = reader->first_line + (int)event->start_mark.line;
    g_ptr_array_add(reader->open->items, item);
}

/* The file has none any more, but YAML can spell them: "\\x07". */
static gboolean has_control(const char *text)
{
    for (const char *c = text; *c; c = g_utf8_next_char(c))
        if (lines_is_control(g_utf8_get_char(c)))
            return TRUE;
    return FALSE;
}

static gboolean read_scalar(Reader *reader, const yaml_event_t *event)
{
    if (event->data.scalar.anchor || event->data.scalar.tag)
        return refuse(reader, event, "anchors and tags (& and !) are not understood here", QUOTING_REMEDY);
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length || has_control(text))
        return refuse(reader, event, "there is a control character in a value", "delete it");
    if (!reader->started)
        return refuse(reader, event, "the front matter is not a list of keys", QUOTING_REMEDY);

    if (reader->open && reader->open->kind == FRONT_MAP && !reader->inner_key) {
        check_once(reader, event, text);
        reader->inner_key = g_strdup(text);
    } else if (reader->open) {
        add_item(reader, event, text);
    } else if (reader->key) {
        add_entry(reader, FRONT_SCALAR)->text = g_strstrip(g_strdup(text));
    } else {
        check_once(reader, event, text);
        reader->key = g_strdup(text);
        reader->key_line = reader->first_line + (int)event->start_mark.line;
    }
    return TRUE;
}

static gboolean read_start(Reader *reader, const yaml_event_t *event, FrontKind kind)
{
    gboolean marked = kind == FRONT_MAP ? event->data.mapping_start.anchor || event->data.mapping_start.tag
                                        : event->data.sequence_start.anchor || event->data.sequence_start.tag;
    if (marked)
        return refuse(reader, event, "anchors and tags (& and !) are not understood here", QUOTING_REMEDY);
    if (!reader->started && kind == FRONT_MAP) {
        reader->started = TRUE;
        return TRUE;
    }
    if (!reader->started)
        return refuse(reader, event, "the front matter is not a list of keys", QUOTING_REMEDY);
    if (!reader->key)
        return refuse(reader, event, "the values are nested too deeply", "a list holds plain values, such as [a, b]");
    reader->open = add_entry(reader, kind);
    return TRUE;
}

static gboolean read_end(Reader *reader)
{
    if (reader->open)
        reader->open = NULL;
    else
        reader->finished = TRUE;
    return TRUE;
}

/* FALSE when the rest is not to be read. */
static gboolean read_event(Reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_start(reader, event, FRONT_LIST);
    case YAML_MAPPING_START_EVENT:
        return read_start(reader, event, FRONT_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return read_end(reader);
    case YAML_ALIAS_EVENT:
        return refuse(reader, event, "aliases (*) are not understood here", QUOTING_REMEDY);
    case YAML_DOCUMENT_START_EVENT:
        if (reader->finished)
            return refuse(reader, event, "the front matter holds a second document", "keep one list of keys");
        return TRUE;
    default:
        return TRUE;
    }
}

static void report_broken(const Reader *reader, const yaml_parser_t *parser)
{
    /* The scanner's problem is where it gave up, at the end for a quotation mark without a second; its context is where
     * that began. */
    gboolean scanning = parser->error == YAML_SCANNER_ERROR && parser->context;
    gsize line = scanning ? parser->context_mark.line : parser->problem_mark.line;
    const char *detail = parser->problem ? parser->problem : "it is not YAML";
    problem_add(reader->sink, reader->first_line + (int)line,
                g_strdup_printf("the front matter cannot be read from here (%s)", detail), g_strdup(QUOTING_REMEDY));
}

static gboolean read_yaml(Reader *reader, const char *text, gsize length)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        g_error("no memory for the YAML parser");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);

    gboolean well = TRUE;
    for (gboolean more = TRUE; more && well;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            report_broken(reader, &parser);
            well = FALSE;
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        well = read_event(reader, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    g_clear_pointer(&reader->key, g_free);
    g_clear_pointer(&reader->inner_key, g_free);
    return well;
}

FrontMatter *front_matter_parse(const char *text, const ProblemSink *sink)
{
    FrontMatter *front = g_new0(FrontMatter, 1);
    front->entries = g_ptr_array_new_with_free_func(front_entry_free);
    front->body = text;
    front->body_line = 1;
    if (!is_fence(text)) {
        problem_add_plain(sink, 1, "the file does not start with front matter",
                          "write a line of three hyphens, the keys, and three hyphens again");
        return front;
    }

    const char *start = next_line(text);
    const char *end = start;
    int lines = 0;
    for (; *end && !is_fence(end); end = next_line(end))
        lines++;
    if (!*end) {
        problem_add_plain(sink, 1, "the front matter does not end", "write a line of three hyphens after the last key");
        return front;
    }
    front->body = next_line(end);
    front->body_line = lines + 3;

    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reader reader = { .front = front, .sink = sink, .first_line = 2, .seen = seen };
    front->whole = read_yaml(&reader, start, (gsize)(end - start));
    return front;
}

void front_matter_expect(const FrontMatter *front, const char *const *known, gsize n, const ProblemSink *sink)
{
    for (guint i = 0; i < front->entries->len && problem_room(sink); i++) {
        const FrontEntry *entry = front->entries->pdata[i];
        gboolean is_known = FALSE;
        for (gsize k = 0; k < n && !is_known; k++)
            is_known = strcmp(entry->key, known[k]) == 0;
        if (is_known)
            continue;
        const char *nearest = problem_nearest(entry->key, known, n);
        g_autofree char *excerpt = problem_excerpt(entry->key);
        problem_add(sink, entry->line, g_strdup_printf("the key \"%s\" is not known", excerpt),
                    nearest ? g_strdup_printf("write \"%s\"", nearest) : g_strdup("delete the line"));
    }
}

static const FrontEntry *find_entry(const FrontMatter *front, const char *key)
{
    for (guint i = 0; i < front->entries->len; i++) {
        const FrontEntry *entry = front->entries->pdata[i];
        if (strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

const FrontEntry *front_matter_get(const FrontMatter *front, const char *key, FrontKind kind, gboolean required,
                                   const char *example, const ProblemSink *sink)
{
    const FrontEntry *entry = find_entry(front, key);
    gboolean empty = entry && (entry->kind == FRONT_SCALAR ? entry->text[0] == '\0' : entry->items->len == 0);
    if (!entry || empty) {
        if (required && front->whole)
            problem_add(sink, entry ? entry->line : 1,
                        g_strdup_printf(entry ? "the key \"%s\" has no value" : "the key \"%s\" is missing", key),
                        g_strdup_printf("write %s", example));
        return NULL;
    }
    if (entry->kind == kind)
        return entry;
    static const char *const names[] = { "one value", "a list", "a list of keys" };
    problem_add(sink, entry->line,
                g_strdup_printf("the key \"%s\" is %s where %s is wanted", key, names[entry->kind], names[kind]),
                g_strdup_printf("write %s", example));
    return NULL;
}
