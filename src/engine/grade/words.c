/* Words: cuts a text into words, stems them and marks what is negated. Knows what a word is, the small words and the
 * negations of English; hides the stemmer. Stemmers are not thread-safe, so each call has its own. */
#include "engine/grade/words.h"

#include <libstemmer.h>
#include <string.h>

enum {
    NEGATION_REACH = 8,   /* words after a "not" that it can still negate in the same clause */
    STOP_BYTES_OTHER = 2, /* in languages whose small words we do not know, words this short are taken for such */
    WORD_BYTES_MAX = 64,  /* of a stem; the rest of a longer word is not looked at */
};

/* Sorted; looked up by bisection. */
static const char *const small_words[] = {
    "a",     "about",   "all",   "also",       "am",   "an",    "and",   "any",    "are",  "as",    "at",
    "be",    "because", "been",  "being",      "but",  "by",    "can",   "could",  "d",    "did",   "do",
    "does",  "doing",   "for",   "from",       "had",  "has",   "have",  "having", "he",   "her",   "hers",
    "him",   "his",     "how",   "i",          "if",   "in",    "into",  "is",     "it",   "its",   "just",
    "let",   "ll",      "m",     "may",        "me",   "might", "mine",  "must",   "my",   "no",    "nor",
    "not",   "of",      "off",   "on",         "onto", "or",    "our",   "ours",   "out",  "over",  "re",
    "s",     "shall",   "she",   "should",     "so",   "some",  "such",  "t",      "than", "that",  "the",
    "their", "theirs",  "them",  "themselves", "then", "there", "these", "they",   "this", "those", "through",
    "to",    "too",     "up",    "us",         "ve",   "very",  "was",   "we",     "were", "what",  "when",
    "where", "which",   "while", "who",        "whom", "whose", "why",   "will",   "with", "would", "you",
    "your",  "yours",
};

static const char *const negators[] = {
    "ain't",  "avoid",    "avoiding", "avoids",  "cannot", "cant",    "didnt", "doesnt",
    "dont",   "hardly",   "isnt",     "neither", "never",  "no",      "nor",   "not",
    "refuse", "refusing", "shouldnt", "without", "wont",   "wouldnt",
};

/* Where a new thought begins, a "not" before it has spent its force. "and" is one: what is denied together is joined by
 * "or". */
static const char *const clause_openers[] = {
    "although", "and",  "because", "before", "but",   "if",   "instead", "rather", "since",
    "so",       "then", "though",  "unless", "until", "when", "whereas", "while",
};

static int compare_words(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

static gboolean among(const char *word, const char *const *sorted, gsize n)
{
    return bsearch(word, sorted, n, sizeof *sorted, compare_words) != NULL;
}

/* What a text is cut with. */
typedef struct {
    WordList *list;
    struct sb_stemmer *stemmer; /* NULL: words are only folded to lower case */
    gboolean english;
    gboolean negating;           /* a negation is in force */
    guint reach;                 /* words that it still reaches */
    GString *folded;             /* the word at hand in lower case */
    char before[WORD_BYTES_MAX]; /* the word before, in lower case */
} Cutter;

static gboolean is_apostrophe(gunichar c)
{
    return c == '\'' || c == 0x2019;
}

static gboolean ends_clause(gunichar c)
{
    return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '\n' || c == '(' || c == ')' ||
           c == 0x2014 || c == 0x2026;
}

/* The character at `at`, and the one after it; 0 for a byte that is not UTF-8, which is then stepped over. */
static gunichar character(const char *at, const char *end, const char **next)
{
    gunichar c = g_utf8_get_char_validated(at, end - at);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
        *next = at + 1;
        return 0;
    }
    *next = g_utf8_next_char(at);
    return c;
}

static gboolean in_word(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* Whether `c`, with a word character on both sides, belongs to the word: don't, 3.5, 10,000. */
static gboolean joins(gunichar c, gunichar left, gunichar right)
{
    if (is_apostrophe(c))
        return g_unichar_isalpha(left) && g_unichar_isalpha(right);
    return (c == '.' || c == ',') && g_unichar_isdigit(left) && g_unichar_isdigit(right);
}

/* The end of the word that begins at `at`. A wide character (CJK) is a word by itself: such scripts have no spaces. */
static const char *word_end(const char *at, const char *end)
{
    const char *next = NULL;
    gunichar left = character(at, end, &next);
    if (g_unichar_iswide(left))
        return next;

    at = next;
    while (at < end) {
        gunichar c = character(at, end, &next);
        const char *after_next = NULL;
        gunichar right = next < end ? character(next, end, &after_next) : 0;
        if (!(in_word(c) && !g_unichar_iswide(c)) && !joins(c, left, right))
            break;
        left = c;
        at = next;
    }
    return at;
}

/* Lower case, composed, with plain apostrophes, numbers without thousands separators. */
static void fold(GString *folded, const char *word, gsize length)
{
    g_string_truncate(folded, 0);
    gboolean ascii = TRUE;
    for (gsize i = 0; i < length; i++) {
        ascii = ascii && (guchar)word[i] < 0x80;
        if (word[i] != ',')
            g_string_append_c(folded, g_ascii_tolower(word[i]));
    }
    if (ascii)
        return;

    g_autofree char *composed = g_utf8_normalize(folded->str, (gssize)folded->len, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *lower = composed ? g_utf8_strdown(composed, -1) : NULL;
    if (lower)
        g_string_assign(folded, lower);
    g_string_replace(folded, "\xe2\x80\x99", "'", 0);
}

/* "isn't" -> "is", "they're" -> "they"; TRUE when an n't was taken off. */
static gboolean drop_contraction(GString *folded)
{
    const char *apostrophe = strchr(folded->str, '\'');
    if (!apostrophe)
        return FALSE;
    gsize at = (gsize)(apostrophe - folded->str);
    gboolean negates = at > 0 && strcmp(apostrophe, "'t") == 0 && folded->str[at - 1] == 'n';
    g_string_truncate(folded, negates ? at - 1 : at);
    return negates;
}

/* A long word is cut at a whole character. */
static void shorten(GString *folded)
{
    if (folded->len < WORD_BYTES_MAX)
        return;
    const char *cut = g_utf8_find_prev_char(folded->str, folded->str + WORD_BYTES_MAX);
    g_string_truncate(folded, cut ? (gsize)(cut - folded->str) : 0);
}

static const char *stem_of(Cutter *cutter)
{
    const char *word = cutter->folded->str;
    if (!cutter->stemmer)
        return g_string_chunk_insert_const(cutter->list->stems, word);
    const sb_symbol *stem = sb_stemmer_stem(cutter->stemmer, (const sb_symbol *)word, (int)cutter->folded->len);
    return g_string_chunk_insert_const(cutter->list->stems, stem ? (const char *)stem : word);
}

static void begin_negation(Cutter *cutter, gboolean negating)
{
    cutter->negating = negating;
    cutter->reach = NEGATION_REACH;
}

/* "instead of X", "rather than X" */
static gboolean prefers_something_else(const Cutter *cutter, const char *word)
{
    return (strcmp(word, "of") == 0 && strcmp(cutter->before, "instead") == 0) ||
           (strcmp(word, "than") == 0 && strcmp(cutter->before, "rather") == 0);
}

/* Moves the negation on by one word; TRUE when that word is negated. */
static gboolean negation(Cutter *cutter, gboolean contracted)
{
    const char *word = cutter->folded->str;
    gboolean only = strcmp(word, "only") == 0 && strcmp(cutter->before, "not") == 0;
    if (!cutter->english)
        return FALSE;
    if (only || among(word, clause_openers, G_N_ELEMENTS(clause_openers)))
        cutter->negating = FALSE;

    gboolean negated = cutter->negating && cutter->reach > 0;
    if (negated)
        cutter->reach--;
    if (contracted || prefers_something_else(cutter, word))
        begin_negation(cutter, TRUE);
    else if (strcmp(word, "without") == 0)
        begin_negation(cutter, !negated); /* never answer without asking: asking is asked for */
    else if (among(word, negators, G_N_ELEMENTS(negators)))
        begin_negation(cutter, TRUE);
    return negated;
}

static gboolean is_small(const Cutter *cutter)
{
    const GString *folded = cutter->folded;
    if (cutter->english)
        return among(folded->str, small_words, G_N_ELEMENTS(small_words));
    return folded->len <= STOP_BYTES_OTHER && !g_ascii_isdigit(folded->str[0]);
}

static void add_word(Cutter *cutter, guint start, guint end, const char *text)
{
    fold(cutter->folded, text + start, end - start);
    gboolean contracted = cutter->english && drop_contraction(cutter->folded);
    shorten(cutter->folded);
    Word word = {
        .start = start,
        .end = end,
        .denies = contracted || (cutter->english && among(cutter->folded->str, negators, G_N_ELEMENTS(negators))),
        .negated = negation(cutter, contracted),
        .stop = is_small(cutter),
        .stem = stem_of(cutter),
    };
    g_strlcpy(cutter->before, cutter->folded->str, sizeof cutter->before);
    g_array_append_val(cutter->list->words, word);
}

static void cut(Cutter *cutter, const char *text)
{
    const char *end = text + strlen(text);
    const char *at = text;
    while (at < end && cutter->list->words->len < WORDS_MAX) {
        const char *next = NULL;
        gunichar c = character(at, end, &next);
        if (c && g_unichar_isalnum(c)) {
            next = word_end(at, end);
            add_word(cutter, (guint)(at - text), (guint)(next - text), text);
        } else if (ends_clause(c)) {
            cutter->negating = FALSE;
        }
        at = next;
    }
}

/* The part of a tag that names the language: "en-GB" -> "en". NULL when it cannot be one. */
static char *primary_language(const char *tag)
{
    gsize length = tag ? strcspn(tag, "-_") : 0;
    return length == 2 || length == 3 ? g_ascii_strdown(tag, (gssize)length) : NULL;
}

WordList *words_of(const char *text, const char *language)
{
    WordList *list = g_new0(WordList, 1);
    list->words = g_array_new(FALSE, FALSE, sizeof(Word));
    list->stems = g_string_chunk_new(512);
    if (!text)
        return list;

    g_autofree char *primary = primary_language(language);
    g_autoptr(GString) folded = g_string_sized_new(WORD_BYTES_MAX);
    Cutter cutter = {
        .list = list,
        .stemmer = primary ? sb_stemmer_new(primary, "UTF_8") : NULL,
        .english = g_strcmp0(primary, "en") == 0,
        .folded = folded,
    };
    cut(&cutter, text);
    sb_stemmer_delete(cutter.stemmer);
    return list;
}

void word_list_free(WordList *list)
{
    if (!list)
        return;
    g_array_unref(list->words);
    g_string_chunk_free(list->stems);
    g_free(list);
}
