/* The tables, and a walk over the words of a text. */
#include "engine/speech/speech_filler.h"

#include "engine/speech/speech.h"
#include <string.h>

typedef struct {
    const char *language;
    const char *phrase; /* folded, words separated by one space */
    gboolean is_a_word; /* has a meaning too: see the header */
} Filler;

/* At most PHRASE_WORDS words each; longer phrases before their beginnings. */
enum { PHRASE_WORDS = 3 };
static const Filler table[] = {
    { "en", "um", FALSE },       { "en", "uhm", FALSE },      { "en", "uh", FALSE },      { "en", "er", FALSE },
    { "en", "erm", FALSE },      { "en", "hmm", FALSE },      { "en", "hm", FALSE },      { "en", "mm", FALSE },
    { "en", "uh-huh", FALSE },   { "en", "like", TRUE },      { "en", "you know", TRUE }, { "en", "i mean", TRUE },
    { "en", "you see", TRUE },   { "en", "sort of", TRUE },   { "en", "kind of", TRUE },  { "en", "basically", TRUE },
    { "en", "actually", TRUE },  { "en", "literally", TRUE }, { "en", "so", TRUE },       { "en", "well", TRUE },
    { "en", "okay", TRUE },      { "en", "right", TRUE },     { "de", "äh", FALSE },      { "de", "ähm", FALSE },
    { "de", "hm", FALSE },       { "de", "hmm", FALSE },      { "de", "öh", FALSE },      { "de", "also", TRUE },
    { "de", "sozusagen", TRUE }, { "de", "halt", TRUE },      { "de", "quasi", TRUE },    { "de", "genau", TRUE },
    { "de", "na ja", TRUE },     { "de", "weißt du", TRUE },  { "fr", "euh", FALSE },     { "fr", "heu", FALSE },
    { "fr", "hum", FALSE },      { "fr", "ben", FALSE },      { "fr", "bah", FALSE },     { "fr", "genre", TRUE },
    { "fr", "en fait", TRUE },   { "fr", "du coup", TRUE },   { "fr", "tu vois", TRUE },  { "fr", "vous voyez", TRUE },
    { "fr", "tu sais", TRUE },   { "fr", "voilà", TRUE },     { "es", "eh", FALSE },      { "es", "em", FALSE },
    { "es", "ehm", FALSE },      { "es", "mmm", FALSE },      { "es", "este", TRUE },     { "es", "o sea", TRUE },
    { "es", "bueno", TRUE },     { "es", "pues", TRUE },      { "es", "digamos", TRUE },  { "es", "sabes", TRUE },
};

/* A transcript of ten minutes has some 2,000 words. */
enum { WORDS_MOST = 20000 };

typedef struct {
    const char *word;    /* folded, interned in the list */
    gboolean is_set_off; /* punctuation, or the beginning, stands before it */
} SpokenWord;

typedef struct {
    GArray *words; /* SpokenWord; behind the last one a NULL word that is set off */
    GStringChunk *chunk;
} SpokenWords;

static void spoken_words_clear(SpokenWords *spoken)
{
    g_array_unref(spoken->words);
    g_string_chunk_free(spoken->chunk);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpokenWords, spoken_words_clear)

/* Letters, digits and marks, with single hyphens and apostrophes between them. */
static gboolean is_in_word(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}
static gboolean joins(gunichar c)
{
    return c == '-' || c == '\'' || c == 0x2019;
}

static const char *end_of_word(const char *at)
{
    const char *end = at;
    while (is_in_word(g_utf8_get_char(end)) ||
           (end > at && joins(g_utf8_get_char(end)) && is_in_word(g_utf8_get_char(g_utf8_next_char(end)))))
        end = g_utf8_next_char(end);
    return end;
}

static void add_word(SpokenWords *spoken, const char *from, const char *to, gboolean is_set_off)
{
    g_autofree char *lower = g_utf8_strdown(from, to - from);
    g_autofree char *folded = g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
    SpokenWord word = { .word = g_string_chunk_insert_const(spoken->chunk, folded), .is_set_off = is_set_off };
    g_array_append_val(spoken->words, word);
}

static SpokenWords split(const char *text)
{
    SpokenWords spoken = { .words = g_array_new(FALSE, FALSE, sizeof(SpokenWord)), .chunk = g_string_chunk_new(4096) };
    gboolean is_set_off = TRUE;
    for (const char *at = text; *at != '\0' && spoken.words->len < WORDS_MOST;) {
        const char *end = end_of_word(at);
        if (end > at) {
            add_word(&spoken, at, end, is_set_off);
            is_set_off = FALSE;
            at = end;
            continue;
        }
        is_set_off |= !g_unichar_isspace(g_utf8_get_char(at));
        at = g_utf8_next_char(at);
    }
    SpokenWord last = { .is_set_off = TRUE };
    g_array_append_val(spoken.words, last);
    return spoken;
}

/* Whether the phrase begins at the word `at`; then of how many words it is, else 0. */
static guint words_matching(const SpokenWords *spoken, guint at, const Filler *filler)
{
    char copy[64];
    g_strlcpy(copy, filler->phrase, sizeof copy);
    guint n = 0;
    char *rest = NULL;
    for (char *part = strtok_r(copy, " ", &rest); part; part = strtok_r(NULL, " ", &rest), n++) {
        const SpokenWord *word = &g_array_index(spoken->words, SpokenWord, at + n);
        if (!word->word || strcmp(word->word, part) != 0 || (n > 0 && word->is_set_off))
            return 0;
    }
    gboolean is_set_off = g_array_index(spoken->words, SpokenWord, at).is_set_off &&
                          g_array_index(spoken->words, SpokenWord, at + n).is_set_off;
    return !filler->is_a_word || is_set_off ? n : 0;
}

static gboolean is_language(const char *tag, const char *language)
{
    gsize length = strlen(language);
    return g_ascii_strncasecmp(tag, language, length) == 0 && (tag[length] == '\0' || tag[length] == '-');
}

static void count(SpeechWords *words, const char *phrase)
{
    words->n_fillers++;
    for (guint i = 0; i < words->fillers->len; i++) {
        SpeechFiller *known = &g_array_index(words->fillers, SpeechFiller, i);
        if (known->phrase != phrase)
            continue;
        known->n++;
        return;
    }
    SpeechFiller filler = { .phrase = phrase, .n = 1 };
    g_array_append_val(words->fillers, filler);
}

/* Counts the filler that begins here, if one does; returns how many words it has, else 1. */
static guint take(SpeechWords *words, const SpokenWords *spoken, guint at, const char *language)
{
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        guint n = is_language(language, table[i].language) ? words_matching(spoken, at, &table[i]) : 0;
        if (n == 0)
            continue;
        count(words, table[i].phrase);
        words->n_words += table[i].is_a_word ? n : 0;
        return n;
    }
    words->n_words++;
    return 1;
}

static int compare_fillers(const void *a, const void *b)
{
    const SpeechFiller *x = a;
    const SpeechFiller *y = b;
    return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp(x->phrase, y->phrase);
}

SpeechWords speech_words(const char *transcript, const char *language)
{
    SpeechWords words = { .fillers = g_array_new(FALSE, FALSE, sizeof(SpeechFiller)) };
    if (!transcript || !g_utf8_validate(transcript, -1, NULL))
        return words;
    g_auto(SpokenWords) spoken = split(transcript);
    for (guint at = 0; at + 1 < spoken.words->len;)
        at += take(&words, &spoken, at, language ? language : "en");
    g_array_sort(words.fillers, compare_fillers);
    return words;
}

void speech_words_clear(SpeechWords *words)
{
    g_clear_pointer(&words->fillers, g_array_unref);
}
