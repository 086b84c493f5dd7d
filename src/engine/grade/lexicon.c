/* Lexicon: WordNet's data files folded into "stem -> the synsets it belongs to". Knows the file format (wndb(5WN)) and
 * what counts as a spelling slip; hides the index. Left out: names, entries of several words, synsets with one word
 * only. */
#include "engine/grade/words.h"

#include <libstemmer.h>
#include <string.h>

#define LIKENESS_SYNONYM 0.9
#define LIKENESS_SLIP 0.8

enum {
    SLIP_ONE_FROM = 5,   /* bytes of a stem from which on one slip is forgiven */
    SLIP_TWO_FROM = 9,   /* and two */
    SLIP_LENGTH_MAX = 40 /* longer stems are compared exactly */
};

/* Words of many senses (take, make, set) share some synset with nearly everything: one of two synonyms must have few
 * senses, and neither may have very many. */
enum { SENSES_CLEAR = 4, SENSES_VAGUE = 10 };

/* Senses of one stem: a slice of Lexicon.senses. */
typedef struct {
    guint32 from, n;
} Slice;

struct Lexicon {
    GStringChunk *stems;
    GHashTable *index; /* stem -> 1 + position in slices */
    GArray *slices;    /* Slice */
    GArray *senses;    /* guint32 */
};

typedef struct {
    guint32 stem, synset;
} Membership;

/* What is needed only while the files are read. */
typedef struct {
    Lexicon *lexicon;
    struct sb_stemmer *stemmer;
    GArray *memberships; /* Membership */
    GArray *members;     /* guint32: stems of the synset at hand, each once */
    guint32 synset;
} Reader;

static guint32 intern(Lexicon *lexicon, const char *stem)
{
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(lexicon->index, stem));
    if (known)
        return known - 1;

    Slice none = { 0 };
    guint32 position = lexicon->slices->len;
    g_array_append_val(lexicon->slices, none);
    g_hash_table_insert(lexicon->index, g_string_chunk_insert(lexicon->stems, stem), GUINT_TO_POINTER(position + 1));
    return position;
}

static void add_member(Reader *reader, const char *word, gsize length)
{
    const sb_symbol *stem = sb_stemmer_stem(reader->stemmer, (const sb_symbol *)word, (int)length);
    if (!stem)
        return;

    guint32 position = intern(reader->lexicon, (const char *)stem);
    for (guint i = 0; i < reader->members->len; i++)
        if (g_array_index(reader->members, guint32, i) == position)
            return;
    g_array_append_val(reader->members, position);
}

/* The length of a lower-case word without a syntactic marker ("able(p)"); 0 for names and entries of several words. */
static gsize plain_word(const char *field, gsize length)
{
    gsize n = 0;
    while (n < length && g_ascii_islower(field[n]))
        n++;
    return n == length || (n && field[n] == '(') ? n : 0;
}

/* The next field of a line that is separated by single spaces; NULL at its end. */
static const char *next_field(const char **at, const char *end, gsize *length)
{
    while (*at < end && **at == ' ')
        (*at)++;
    if (*at == end)
        return NULL;
    const char *field = *at;
    while (*at < end && **at != ' ')
        (*at)++;
    *length = (gsize)(*at - field);
    return field;
}

static void close_synset(Reader *reader)
{
    if (reader->members->len < 2)
        return;
    for (guint i = 0; i < reader->members->len; i++) {
        Membership membership = { .stem = g_array_index(reader->members, guint32, i), .synset = reader->synset };
        g_array_append_val(reader->memberships, membership);
    }
    reader->synset++;
}

/* "offset file type count (word id)... ...": count is hexadecimal. */
static void read_line(Reader *reader, const char *line, const char *end)
{
    enum { FIELDS_BEFORE_COUNT = 3 };
    gsize length = 0;
    for (int i = 0; i < FIELDS_BEFORE_COUNT; i++)
        if (!next_field(&line, end, &length))
            return;
    const char *count = next_field(&line, end, &length);
    if (!count || length != 2 || !g_ascii_isxdigit(count[0]) || !g_ascii_isxdigit(count[1]))
        return;

    g_array_set_size(reader->members, 0);
    int words = g_ascii_xdigit_value(count[0]) * 16 + g_ascii_xdigit_value(count[1]);
    for (int i = 0; i < words; i++) {
        gsize word_length = 0;
        const char *word = next_field(&line, end, &word_length);
        if (!word || !next_field(&line, end, &length))
            return;
        gsize plain = plain_word(word, word_length);
        if (plain)
            add_member(reader, word, plain);
    }
    close_synset(reader);
}

/* The licence at the top of each file is indented; synsets are not. */
static void read_file(Reader *reader, GBytes *file)
{
    gsize size = 0;
    const char *at = file ? g_bytes_get_data(file, &size) : NULL;
    const char *end = size ? at + size : at;
    while (at < end) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const char *line_end = newline ? newline : end;
        if (*at != ' ')
            read_line(reader, at, line_end);
        at = newline ? newline + 1 : end;
    }
}

static int by_stem_and_synset(gconstpointer a, gconstpointer b)
{
    const Membership *left = a, *right = b;
    if (left->stem != right->stem)
        return left->stem < right->stem ? -1 : 1;
    return (left->synset > right->synset) - (left->synset < right->synset);
}

static void fill_slices(Lexicon *lexicon, GArray *memberships)
{
    g_array_sort(memberships, by_stem_and_synset);
    for (guint i = 0; i < memberships->len; i++) {
        Membership *membership = &g_array_index(memberships, Membership, i);
        Slice *slice = &g_array_index(lexicon->slices, Slice, membership->stem);
        if (!slice->n)
            slice->from = i;
        slice->n++;
        g_array_append_val(lexicon->senses, membership->synset);
    }
}

Lexicon *lexicon_new(GBytes *const *data_files, gsize n)
{
    Lexicon *lexicon = g_new0(Lexicon, 1);
    lexicon->stems = g_string_chunk_new(4096);
    lexicon->index = g_hash_table_new(g_str_hash, g_str_equal);
    lexicon->slices = g_array_new(FALSE, FALSE, sizeof(Slice));
    lexicon->senses = g_array_new(FALSE, FALSE, sizeof(guint32));

    g_autoptr(GArray) memberships = g_array_new(FALSE, FALSE, sizeof(Membership));
    g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(guint32));
    Reader reader = {
        .lexicon = lexicon,
        .stemmer = sb_stemmer_new("english", "UTF_8"),
        .memberships = memberships,
        .members = members,
    };
    if (!reader.stemmer)
        g_error("out of memory");
    for (gsize i = 0; i < n; i++)
        read_file(&reader, data_files[i]);
    sb_stemmer_delete(reader.stemmer);
    fill_slices(lexicon, memberships);
    return lexicon;
}

void lexicon_free(Lexicon *lexicon)
{
    if (!lexicon)
        return;
    g_hash_table_unref(lexicon->index);
    g_string_chunk_free(lexicon->stems);
    g_array_unref(lexicon->slices);
    g_array_unref(lexicon->senses);
    g_free(lexicon);
}

LexiconEntry lexicon_entry(const Lexicon *lexicon, const char *stem)
{
    LexiconEntry entry = { .stem = stem, .length = strlen(stem) };
    guint known = lexicon ? GPOINTER_TO_UINT(g_hash_table_lookup(lexicon->index, stem)) : 0;
    if (!known)
        return entry;

    Slice slice = g_array_index(lexicon->slices, Slice, known - 1);
    entry.known = TRUE;
    entry.n_senses = slice.n;
    entry.senses = slice.n ? &g_array_index(lexicon->senses, guint32, slice.from) : NULL;
    return entry;
}

static gboolean synonyms(const LexiconEntry *entry, const LexiconEntry *other)
{
    if (MIN(entry->n_senses, other->n_senses) > SENSES_CLEAR || MAX(entry->n_senses, other->n_senses) > SENSES_VAGUE)
        return FALSE;
    guint i = 0, j = 0;
    while (i < entry->n_senses && j < other->n_senses) {
        if (entry->senses[i] == other->senses[j])
            return TRUE;
        if (entry->senses[i] < other->senses[j])
            i++;
        else
            j++;
    }
    return FALSE;
}

/* Insertions, deletions, substitutions and swaps of neighbours between two stems (Damerau 1964, optimal string
 * alignment), by bytes. */
static guint distance(const LexiconEntry *entry, const LexiconEntry *other)
{
    const char *a = entry->stem, *b = other->stem;
    guint8 rows[3][SLIP_LENGTH_MAX + 1];
    guint8 *before = rows[0], *last = rows[1], *row = rows[2];
    for (gsize j = 0; j <= other->length; j++)
        last[j] = (guint8)j;

    for (gsize i = 1; i <= entry->length; i++) {
        row[0] = (guint8)i;
        for (gsize j = 1; j <= other->length; j++) {
            int least = MIN(MIN(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                least = MIN(least, before[j - 2] + 1);
            row[j] = (guint8)least;
        }
        guint8 *freed = before;
        before = last;
        last = row;
        row = freed;
    }
    return last[other->length];
}

/* The first letter is hardly ever the wrong one. Numbers have no slips. */
static gboolean slip(const LexiconEntry *entry, const LexiconEntry *other)
{
    gsize shorter = MIN(entry->length, other->length), longer = MAX(entry->length, other->length);
    if (shorter < SLIP_ONE_FROM || longer > SLIP_LENGTH_MAX || (entry->known && other->known))
        return FALSE;
    guint forgiven = shorter >= SLIP_TWO_FROM ? 2 : 1;
    if (longer - shorter > forgiven || entry->stem[0] != other->stem[0] || g_ascii_isdigit(entry->stem[0]))
        return FALSE;
    return distance(entry, other) <= forgiven;
}

double lexicon_entry_likeness(const LexiconEntry *entry, const LexiconEntry *other)
{
    if (strcmp(entry->stem, other->stem) == 0)
        return 1;
    if (synonyms(entry, other))
        return LIKENESS_SYNONYM;
    return slip(entry, other) ? LIKENESS_SLIP : 0;
}

double lexicon_likeness(const Lexicon *lexicon, const char *stem, const char *other)
{
    LexiconEntry left = lexicon_entry(lexicon, stem), right = lexicon_entry(lexicon, other);
    return lexicon_entry_likeness(&left, &right);
}
