/* Match: see match.h. Hides the windows, the table of occurrences and how one word of the text serves one word of the
 * phrase. */
#include "engine/grade/match.h"

#include <string.h>

#define WEIGHT_CONTENT 1.0
#define WEIGHT_SMALL 0.3 /* of a small word beside content words */

/* A window is WINDOW_FACTOR times the phrase and WINDOW_SLACK words more: people put words between. */
enum { WINDOW_FACTOR = 2, WINDOW_SLACK = 4, WINDOW_MAX = WINDOW_FACTOR * MATCH_PHRASE_MAX + WINDOW_SLACK };

/* Where in the text something like a stem stands. */
typedef struct {
    guint position;
    double likeness;
} Occurrence;

struct MatchText {
    const Lexicon *lexicon;
    WordList *list;
    gboolean *voided;        /* by word */
    guint *distinct;         /* by word: position in entries */
    GArray *entries;         /* LexiconEntry, one for each stem of the text */
    GHashTable *occurrences; /* stem of a phrase -> GArray of Occurrence, by position */
    GStringChunk *asked;     /* keys of the table */
    guint comparisons;       /* of stems, so far */
};

static void tell_apart(MatchText *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < text->list->words->len; i++) {
        const char *stem = g_array_index(text->list->words, Word, i).stem;
        guint known = GPOINTER_TO_UINT(g_hash_table_lookup(seen, stem));
        if (!known) {
            LexiconEntry entry = lexicon_entry(text->lexicon, stem);
            g_array_append_val(text->entries, entry);
            known = text->entries->len;
            g_hash_table_insert(seen, (gpointer)stem, GUINT_TO_POINTER(known));
        }
        text->distinct[i] = known - 1;
    }
}

MatchText *match_text_new(const Lexicon *lexicon, const char *string, const char *language)
{
    MatchText *text = g_new0(MatchText, 1);
    text->lexicon = lexicon;
    text->list = words_of(string, language);
    text->voided = g_new0(gboolean, text->list->words->len);
    text->distinct = g_new0(guint, text->list->words->len);
    text->entries = g_array_new(FALSE, FALSE, sizeof(LexiconEntry));
    text->occurrences = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
    text->asked = g_string_chunk_new(512);
    tell_apart(text);
    return text;
}

void match_text_free(MatchText *text)
{
    if (!text)
        return;
    word_list_free(text->list);
    g_free(text->voided);
    g_free(text->distinct);
    g_array_unref(text->entries);
    g_hash_table_unref(text->occurrences);
    g_string_chunk_free(text->asked);
    g_free(text);
}

const Word *match_text_words(const MatchText *text, guint *n)
{
    *n = text->list->words->len;
    return (const Word *)(gpointer)text->list->words->data;
}

/* "a b c d e" for the words at `words`: the key by which a run is found in the prompt. */
static void run_key(GString *key, const Word *words, guint run)
{
    g_string_truncate(key, 0);
    for (guint i = 0; i < run; i++) {
        g_string_append(key, words[i].stem);
        g_string_append_c(key, ' ');
    }
}

guint match_text_void(MatchText *text, const Word *prompt, guint n_prompt, guint run)
{
    guint n = 0;
    const Word *words = match_text_words(text, &n);
    g_autoptr(GHashTable) runs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) key = g_string_new(NULL);
    for (guint i = 0; run && i + run <= n_prompt; i++) {
        run_key(key, prompt + i, run);
        g_hash_table_add(runs, g_strdup(key->str));
    }
    for (guint i = 0; g_hash_table_size(runs) && i + run <= n; i++) {
        run_key(key, words + i, run);
        if (g_hash_table_contains(runs, key->str))
            for (guint j = i; j < i + run; j++)
                text->voided[j] = TRUE;
    }

    guint left = 0;
    for (guint i = 0; i < n; i++)
        left += !text->voided[i];
    return left;
}

void match_text_void_words(MatchText *text, guint first, guint after)
{
    for (guint i = first; i < after; i++)
        text->voided[i] = TRUE;
}

gboolean match_text_is_void(const MatchText *text, guint word)
{
    return text->voided[word];
}

static const GArray *occurrences_of(MatchText *text, const char *stem)
{
    GArray *found = g_hash_table_lookup(text->occurrences, stem);
    if (found)
        return found;

    LexiconEntry asked = lexicon_entry(text->lexicon, stem);
    g_autofree double *likeness = g_new(double, text->entries->len);
    gboolean exactly = text->comparisons > MATCH_COMPARISONS_MOST;
    text->comparisons += text->entries->len;
    for (guint i = 0; i < text->entries->len; i++) {
        const LexiconEntry *entry = &g_array_index(text->entries, LexiconEntry, i);
        likeness[i] = exactly ? g_str_equal(stem, entry->stem) : lexicon_entry_likeness(&asked, entry);
    }

    found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
    for (guint i = 0; i < text->list->words->len; i++) {
        Occurrence occurrence = { .position = i, .likeness = likeness[text->distinct[i]] };
        if (occurrence.likeness > 0 && !text->voided[i])
            g_array_append_val(found, occurrence);
    }
    g_hash_table_insert(text->occurrences, g_string_chunk_insert(text->asked, stem), found);
    return found;
}

/* The phrase at hand. */
typedef struct {
    const Word *words;
    guint n;
    const GArray *occurrences[MATCH_PHRASE_MAX];
    double weight[MATCH_PHRASE_MAX];
    double total;
    gboolean has_content;
} Phrase;

static void prepare(Phrase *phrase, MatchText *text)
{
    for (guint i = 0; i < phrase->n; i++)
        phrase->has_content = phrase->has_content || !phrase->words[i].stop;
    for (guint i = 0; i < phrase->n; i++) {
        phrase->occurrences[i] = occurrences_of(text, phrase->words[i].stem);
        phrase->weight[i] = phrase->words[i].stop && phrase->has_content ? WEIGHT_SMALL : WEIGHT_CONTENT;
        phrase->total += phrase->weight[i];
    }
}

/* The first occurrence at `from` or after. */
static guint lower_bound(const GArray *occurrences, guint from)
{
    guint low = 0, high = occurrences->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(occurrences, Occurrence, middle).position < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What one window covers. */
typedef struct {
    guint positions[MATCH_PHRASE_MAX]; /* words of the text that are taken, one for each word covered */
    guint n;
    guint8 taken[WINDOW_MAX]; /* by word of the window */
    double covered, content;  /* weights */
    gboolean denied;          /* a word is negated in the text or in the phrase, but not in both */
} Cover;

/* How good an occurrence is for a word: one of the same sense before one that says the contrary, then the likest. */
static double rank(const Occurrence *occurrence, const Word *text, const Word *word)
{
    return occurrence->likeness + (text[occurrence->position].negated == word->negated ? 1 : 0);
}

/* Takes the best free word of [from, until) for word `i` of the phrase. */
static void cover_word(Cover *cover, const Phrase *phrase, guint i, const Word *text, guint from, guint until)
{
    const Word *word = &phrase->words[i];
    const Occurrence *best = NULL;
    const GArray *occurrences = phrase->occurrences[i];
    for (guint j = lower_bound(occurrences, from); j < occurrences->len; j++) {
        const Occurrence *occurrence = &g_array_index(occurrences, Occurrence, j);
        if (occurrence->position >= until)
            break;
        if ((!best || rank(occurrence, text, word) > rank(best, text, word)) &&
            !cover->taken[occurrence->position - from])
            best = occurrence;
    }
    if (!best)
        return;

    double gain = phrase->weight[i] * best->likeness;
    cover->positions[cover->n++] = best->position;
    cover->taken[best->position - from] = TRUE;
    cover->covered += gain;
    if (!word->stop || !phrase->has_content) {
        cover->content += gain;
        cover->denied = cover->denied || text[best->position].negated != word->negated;
    }
}

static Match match_of(const Cover *cover, const Phrase *phrase)
{
    Match match = { .share = cover->covered / phrase->total,
                    .first = cover->positions[0],
                    .last = cover->positions[0] };
    for (guint i = 1; i < cover->n; i++) {
        match.first = MIN(match.first, cover->positions[i]);
        match.last = MAX(match.last, cover->positions[i]);
    }
    return match;
}

static gboolean better(const Match *match, const Match *best)
{
    if (match->share != best->share)
        return match->share > best->share;
    return match->last - match->first < best->last - best->first;
}

static void try_window(const Phrase *phrase, const Word *words, guint from, guint length, Match *best)
{
    Cover cover = { 0 };
    for (guint i = 0; i < phrase->n; i++)
        cover_word(&cover, phrase, i, words, from, from + length);
    if (cover.content <= 0 || cover.denied)
        return;
    Match match = match_of(&cover, phrase);
    if (better(&match, best))
        *best = match;
}

/* The windows of a phrase that are tried. */
typedef struct {
    guint8 *tried; /* by word of the text: words of a phrase that are alike stand at the same places */
    guint left;
} Places;

static void try_places(const Phrase *phrase, guint i, const Word *words, Places *places, Match *best)
{
    const GArray *starts = phrase->occurrences[i];
    for (guint j = 0; j < starts->len && places->left; j++) {
        guint from = g_array_index(starts, Occurrence, j).position;
        if (places->tried[from])
            continue;
        places->tried[from] = TRUE;
        places->left--;
        try_window(phrase, words, from, WINDOW_FACTOR * phrase->n + WINDOW_SLACK, best);
    }
}

Match match_phrase(MatchText *text, const Word *words, guint n)
{
    Match best = { 0 };
    Phrase phrase = { .words = words, .n = MIN(n, MATCH_PHRASE_MAX) };
    prepare(&phrase, text);

    guint n_text = 0;
    const Word *text_words = match_text_words(text, &n_text);
    g_autofree guint8 *tried = g_new0(guint8, MAX(n_text, 1));
    Places places = { tried, MATCH_PLACES_MOST };
    for (guint i = 0; i < phrase.n; i++)
        if (!phrase.words[i].stop)
            try_places(&phrase, i, text_words, &places, &best);
    for (guint i = 0; i < phrase.n; i++)
        if (phrase.words[i].stop)
            try_places(&phrase, i, text_words, &places, &best);
    return best;
}
