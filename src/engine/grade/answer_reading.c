/* Comparing an answer with a key. The likeness of each of its stems with each of the key's is looked up once; all
 * features follow from that table. */
#include "engine/grade/answer_reading.h"

#include <math.h>
#include <string.h>

const char *const feature_names[FEATURES] = {
    [FEATURE_COVERAGE] = "coverage",
    [FEATURE_COVERAGE_NEW] = "coverage_new",
    [FEATURE_PRECISION] = "precision",
    [FEATURE_BOTH] = "both",
    [FEATURE_BOTH_NEW] = "both_new",
    [FEATURE_ORDER] = "order",
    [FEATURE_LETTERS] = "letters",
    [FEATURE_LENGTH] = "length",
    [FEATURE_DENIAL] = "denial",
    [FEATURE_MOST_PRECISION] = "most_precision",
    [FEATURE_MOST_BOTH_NEW] = "most_both_new",
    [FEATURE_MOST_PAIRS] = "most_pairs",
    [FEATURE_MOST_ORDER] = "most_order",
    [FEATURE_MOST_LETTERS] = "most_letters",
    [FEATURE_MEAN_COVERAGE_NEW] = "mean_coverage_new",
    [FEATURE_MEAN_BOTH_NEW] = "mean_both_new",
    [FEATURE_ALL_PRECISION] = "all_precision",
    [FEATURE_ALL_PRECISION_NEW] = "all_precision_new",
    [FEATURE_DENIAL_UNKNOWN] = "denial_unknown",
    [FEATURE_DENIAL_MISSING] = "denial_missing",
    [FEATURE_NUMBER_UNKNOWN] = "number_unknown",
    [FEATURE_WORDS] = "words",
    [FEATURE_WORDS_NEW] = "words_new",
    [FEATURE_ECHO] = "echo",
};

enum { NOT_IN_KEY = -1 };

/* A distinct stem of the answer. */
typedef struct {
    const Word *word;
    int position; /* in the key's stems, or NOT_IN_KEY */
    guint n;      /* how often it occurs */
    float best;   /* highest likeness with a stem of any reference */
} Stem;

/* An answer beside a key. */
typedef struct {
    const AnswerKey *key;
    const KeyStem *key_stems;
    guint n_key;
    const Word *words;
    guint n;
    guint *stem_of;  /* by word: position in stems */
    GArray *stems;   /* Stem */
    float *likeness; /* by stem, then by stem of the key */
    float *said;     /* by stem of the key: its highest likeness with a stem of the answer */
    KeyLetters *letters;
    guint n_letters, n_letters_all;
    gboolean denies;
} Beside;

static float likeness_of(const Beside *beside, guint stem, guint position)
{
    return beside->likeness[(gsize)stem * beside->n_key + position];
}

static double weight_of(gboolean small)
{
    return small ? KEY_SMALL_WORD : 1;
}

static double harmonic(double left, double right)
{
    return left + right > 0 ? 2 * left * right / (left + right) : 0;
}

/* --- the table */

static void tell_apart(Beside *beside)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < beside->n; i++) {
        const Word *word = &beside->words[i];
        guint known = GPOINTER_TO_UINT(g_hash_table_lookup(seen, word->stem));
        if (!known) {
            guint position = GPOINTER_TO_UINT(g_hash_table_lookup(beside->key->index, word->stem));
            Stem stem = { .word = word, .position = position ? (int)position - 1 : NOT_IN_KEY };
            g_array_append_val(beside->stems, stem);
            known = beside->stems->len;
            g_hash_table_insert(seen, (gpointer)word->stem, GUINT_TO_POINTER(known));
        }
        beside->stem_of[i] = known - 1;
        g_array_index(beside->stems, Stem, known - 1).n++;
        beside->denies = beside->denies || word->denies;
    }
}

static void fill_likeness(Beside *beside)
{
    beside->likeness = g_new(float, MAX((gsize)beside->stems->len * beside->n_key, 1));
    for (guint i = 0; i < beside->stems->len; i++) {
        const Stem *stem = &g_array_index(beside->stems, Stem, i);
        LexiconEntry entry = lexicon_entry(beside->key->lexicon, stem->word->stem);
        for (guint j = 0; j < beside->n_key; j++) {
            float likeness = (float)lexicon_entry_likeness(&beside->key_stems[j].entry, &entry);
            beside->likeness[(gsize)i * beside->n_key + j] = likeness;
            beside->said[j] = MAX(beside->said[j], likeness);
        }
    }
}

static void beside_clear(Beside *beside)
{
    g_clear_pointer(&beside->stems, g_array_unref);
    g_clear_pointer(&beside->stem_of, g_free);
    g_clear_pointer(&beside->likeness, g_free);
    g_clear_pointer(&beside->said, g_free);
    g_clear_pointer(&beside->letters, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Beside, beside_clear)

static void put_beside(Beside *beside, const AnswerKey *key, const WordList *list)
{
    beside->key = key;
    beside->key_stems = (const KeyStem *)(gpointer)key->stems->data;
    beside->n_key = key->stems->len;
    beside->words = (const Word *)(gpointer)list->words->data;
    beside->n = MIN(list->words->len, READING_WORDS_MOST);
    beside->stem_of = g_new(guint, MAX(beside->n, 1));
    beside->stems = g_array_new(FALSE, FALSE, sizeof(Stem));
    beside->said = g_new0(float, MAX(beside->n_key, 1));
    beside->letters = key_letters(beside->words, beside->n, &beside->n_letters, &beside->n_letters_all);
    tell_apart(beside);
    fill_likeness(beside);
}

static const Stem *stem_at(const Beside *beside, guint i)
{
    return &g_array_index(beside->stems, Stem, i);
}

static gboolean is_asked(const Beside *beside, const Stem *stem)
{
    return stem->position != NOT_IN_KEY && beside->key_stems[stem->position].asked;
}

/* --- one reference */

typedef struct {
    double coverage, coverage_new, precision, both, both_new, pairs, order, letters;
} Comparison;

/* A weighted share, which is `otherwise` when nothing has weight. */
typedef struct {
    double part, whole;
} Share;

static void share_add(Share *share, double weight, double likeness)
{
    share->part += weight * likeness;
    share->whole += weight;
}

static double share_of(Share share, double otherwise)
{
    return share.whole > 0 ? share.part / share.whole : otherwise;
}

static void compare_coverage(const Beside *beside, const KeyReference *reference, Comparison *comparison)
{
    Share all = { 0 }, unasked = { 0 };
    for (guint i = 0; i < reference->n; i++) {
        const KeyStem *stem = &beside->key_stems[reference->stems[i]];
        double said = beside->said[reference->stems[i]];
        share_add(&all, weight_of(stem->small), said);
        if (!stem->asked)
            share_add(&unasked, weight_of(stem->small), said);
    }
    comparison->coverage = share_of(all, 0);
    comparison->coverage_new = share_of(unasked, comparison->coverage);
}

/* Also remembers how well each stem of the answer is known to any reference. */
static void compare_precision(Beside *beside, const KeyReference *reference, Comparison *comparison)
{
    Share all = { 0 }, unasked = { 0 };
    for (guint i = 0; i < beside->stems->len; i++) {
        Stem *stem = &g_array_index(beside->stems, Stem, i);
        float best = 0;
        for (guint j = 0; j < reference->n; j++)
            best = MAX(best, likeness_of(beside, i, reference->stems[j]));
        stem->best = MAX(stem->best, best);
        double weight = stem->n * weight_of(stem->word->stop);
        share_add(&all, weight, best);
        if (!is_asked(beside, stem))
            share_add(&unasked, weight, best);
    }
    comparison->precision = share_of(all, 0);
    double precision_new = share_of(unasked, 0);
    comparison->both = harmonic(comparison->coverage, comparison->precision);
    comparison->both_new = harmonic(comparison->coverage_new, precision_new);
}

static gboolean are_neighbours(const Beside *beside, guint left, guint right)
{
    for (guint i = 0; i + 1 < beside->n; i++)
        if (stem_at(beside, beside->stem_of[i])->position == (int)left &&
            stem_at(beside, beside->stem_of[i + 1])->position == (int)right)
            return TRUE;
    return FALSE;
}

static double compare_pairs(const Beside *beside, const KeyReference *reference)
{
    Share share = { 0 };
    for (guint i = 0; i + 1 < reference->n; i++)
        share_add(&share, 1, are_neighbours(beside, reference->stems[i], reference->stems[i + 1]));
    return share_of(share, 0);
}

/* The heaviest common subsequence, over the weight of the reference. */
static double compare_order(const Beside *beside, const KeyReference *reference)
{
    g_autofree double *row = g_new0(double, beside->n + 1);
    double whole = 0;
    for (guint i = 0; i < reference->n; i++) {
        double weight = weight_of(beside->key_stems[reference->stems[i]].small), corner = 0;
        whole += weight;
        for (guint j = 0; j < beside->n; j++) {
            double above = row[j + 1];
            gboolean alike = likeness_of(beside, beside->stem_of[j], reference->stems[i]) > 0;
            row[j + 1] = MAX(MAX(above, row[j]), alike ? corner + weight : 0);
            corner = above;
        }
    }
    return whole > 0 ? row[beside->n] / whole : 0;
}

static double compare_letters(const Beside *beside, const KeyReference *reference)
{
    guint i = 0, j = 0, common = 0;
    while (i < beside->n_letters && j < reference->n_letters) {
        const KeyLetters *left = &beside->letters[i], *right = &reference->letters[j];
        if (left->letters == right->letters)
            common += MIN(left->n, right->n);
        i += left->letters <= right->letters;
        j += right->letters <= left->letters;
    }
    guint all = beside->n_letters_all + reference->n_letters_all;
    return all ? 2.0 * common / all : 0;
}

static Comparison compare(Beside *beside, const KeyReference *reference)
{
    Comparison comparison = { 0 };
    compare_coverage(beside, reference, &comparison);
    compare_precision(beside, reference, &comparison);
    comparison.pairs = compare_pairs(beside, reference);
    comparison.order = compare_order(beside, reference);
    comparison.letters = compare_letters(beside, reference);
    return comparison;
}

/* --- features */

static void raise_to(double *feature, double value)
{
    *feature = MAX(*feature, value);
}

static void take_nearest(double *features, const Comparison *comparison, const Beside *beside,
                         const KeyReference *reference)
{
    features[FEATURE_COVERAGE] = comparison->coverage;
    features[FEATURE_COVERAGE_NEW] = comparison->coverage_new;
    features[FEATURE_PRECISION] = comparison->precision;
    features[FEATURE_BOTH] = comparison->both;
    features[FEATURE_BOTH_NEW] = comparison->both_new;
    features[FEATURE_ORDER] = comparison->order;
    features[FEATURE_LETTERS] = comparison->letters;
    features[FEATURE_LENGTH] = log((1.0 + beside->n) / (1.0 + reference->n));
    features[FEATURE_DENIAL] = beside->denies != reference->denies;
}

/* Returns the nearest reference; NULL when there is none. */
static const KeyReference *compare_references(Beside *beside, double *features)
{
    const GArray *references = beside->key->references;
    const KeyReference *nearest = NULL;
    for (guint i = 0; i < references->len; i++) {
        const KeyReference *reference = &g_array_index(references, KeyReference, i);
        const Comparison comparison = compare(beside, reference);
        if (!nearest || comparison.both > features[FEATURE_BOTH]) {
            nearest = reference;
            take_nearest(features, &comparison, beside, reference);
        }
        raise_to(&features[FEATURE_MOST_PRECISION], comparison.precision);
        raise_to(&features[FEATURE_MOST_BOTH_NEW], comparison.both_new);
        raise_to(&features[FEATURE_MOST_PAIRS], comparison.pairs);
        raise_to(&features[FEATURE_MOST_ORDER], comparison.order);
        raise_to(&features[FEATURE_MOST_LETTERS], comparison.letters);
        features[FEATURE_MEAN_COVERAGE_NEW] += comparison.coverage_new / references->len;
        features[FEATURE_MEAN_BOTH_NEW] += comparison.both_new / references->len;
    }
    return nearest;
}

static void compare_denials(const Beside *beside, double *features)
{
    const GArray *references = beside->key->references;
    guint denying = 0;
    for (guint i = 0; i < references->len; i++)
        denying += g_array_index(references, KeyReference, i).denies;
    features[FEATURE_DENIAL_UNKNOWN] = beside->denies && denying == 0;
    features[FEATURE_DENIAL_MISSING] = !beside->denies && references->len && denying == references->len;
}

/* Reads what compare_precision remembered. */
static void compare_words(const Beside *beside, double *features)
{
    Share all = { 0 }, unasked = { 0 };
    guint fresh = 0;
    for (guint i = 0; i < beside->stems->len; i++) {
        const Stem *stem = stem_at(beside, i);
        double weight = stem->n * weight_of(stem->word->stop);
        share_add(&all, weight, stem->best);
        if (stem->best == 0 && !is_asked(beside, stem) && g_ascii_isdigit(stem->word->stem[0]))
            features[FEATURE_NUMBER_UNKNOWN] = 1;
        if (is_asked(beside, stem))
            continue;
        share_add(&unasked, weight, stem->best);
        if (!stem->word->stop)
            fresh += stem->n;
    }
    features[FEATURE_ALL_PRECISION] = share_of(all, 0);
    features[FEATURE_ALL_PRECISION_NEW] = share_of(unasked, 0);
    features[FEATURE_WORDS] = log(1.0 + beside->n);
    features[FEATURE_WORDS_NEW] = log(1.0 + fresh);
    features[FEATURE_ECHO] = fresh == 0;
}

/* --- cues */

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static guint64 hash_text(guint64 hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (guchar)*text) * G_GUINT64_CONSTANT(1099511628211);
    return hash;
}

static guint64 cue_id(char role, const char *first, const char *second)
{
    const char begin[] = { role, ':', 0 };
    guint64 hash = hash_text(hash_text(G_GUINT64_CONSTANT(14695981039346656037), begin), first);
    return second ? hash_text(hash_text(hash, " "), second) : hash;
}

enum {
    ROLE_OWN = 'o',
    ROLE_WORD = 'w',
    ROLE_FOREIGN = 'f',
    ROLE_OTHER = 'x',
    ROLE_MATCHED = 'm',
    ROLE_MISSING = 's',
    ROLE_PAIR = 'p'
};

static int by_id(gconstpointer a, gconstpointer b)
{
    const Cue *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static void add_cue(GArray *cues, guint64 id, guint at, guint n)
{
    Cue cue = { .id = id, .at = at, .n = n };
    g_array_append_val(cues, cue);
}

/* Ascending, each id once. */
static void tidy_cues(GArray *cues)
{
    g_array_sort(cues, by_id);
    guint kept = 0;
    for (guint i = 0; i < cues->len; i++) {
        Cue cue = g_array_index(cues, Cue, i);
        if (!kept || g_array_index(cues, Cue, kept - 1).id != cue.id)
            g_array_index(cues, Cue, kept++) = cue;
    }
    g_array_set_size(cues, kept);
}

static gboolean says(const Beside *beside, const KeyReference *reference, guint stem)
{
    for (guint i = 0; reference && i < reference->n; i++)
        if (likeness_of(beside, stem, reference->stems[i]) > 0)
            return TRUE;
    return FALSE;
}

/* How a stem of the answer stands to the key: said by the nearest reference, by another text, or by none. */
static char role_of(const Beside *beside, const KeyReference *nearest, guint i)
{
    const Stem *stem = stem_at(beside, i);
    if (says(beside, nearest, i))
        return ROLE_MATCHED;
    return stem->best > 0 || is_asked(beside, stem) ? ROLE_OTHER : ROLE_FOREIGN;
}

static void find_cues(const Beside *beside, const KeyReference *nearest, GArray *cues)
{
    for (guint i = 0; i < beside->n; i++) {
        const char *stem = beside->words[i].stem;
        add_cue(cues, cue_id(ROLE_WORD, stem, NULL), i, 1);
        add_cue(cues, cue_id(role_of(beside, nearest, beside->stem_of[i]), stem, NULL), i, 1);
        add_cue(cues, cue_id(ROLE_PAIR, i ? beside->words[i - 1].stem : "", stem), i, 1);
    }
    for (guint i = 0; nearest && i < nearest->n; i++)
        if (beside->said[nearest->stems[i]] == 0)
            add_cue(cues, cue_id(ROLE_MISSING, beside->key_stems[nearest->stems[i]].entry.stem, NULL), 0, 0);
    tidy_cues(cues);
}

static void find_own(const Beside *beside, GArray *own)
{
    for (guint i = 0; i < beside->n; i++) {
        const char *stem = beside->words[i].stem;
        add_cue(own, cue_id(ROLE_OWN, stem, NULL), i, 1);
        if (i + 1 < beside->n)
            add_cue(own, cue_id(ROLE_OWN, stem, beside->words[i + 1].stem), i, 2);
    }
    tidy_cues(own);
}

char *answer_cue_text(const AnswerReading *reading, const Cue *cue)
{
    const char *first = g_array_index(reading->words->words, Word, cue->at).stem;
    return cue->n == 1 ? g_strdup(first)
                       : g_strconcat(first, " ", g_array_index(reading->words->words, Word, cue->at + 1).stem, NULL);
}

guint64 answer_cue_id(const char *text)
{
    return cue_id(ROLE_OWN, text, NULL);
}

AnswerReading *answer_read(const AnswerKey *key, const char *answer)
{
    AnswerReading *reading = g_new0(AnswerReading, 1);
    reading->cues = g_array_new(FALSE, FALSE, sizeof(Cue));
    reading->own = g_array_new(FALSE, FALSE, sizeof(Cue));
    reading->words = words_of(answer, key->language);

    g_auto(Beside) beside = { 0 };
    put_beside(&beside, key, reading->words);
    const KeyReference *nearest = compare_references(&beside, reading->features);
    compare_denials(&beside, reading->features);
    compare_words(&beside, reading->features);
    find_cues(&beside, nearest, reading->cues);
    find_own(&beside, reading->own);
    return reading;
}

void answer_reading_free(AnswerReading *reading)
{
    if (!reading)
        return;
    g_array_unref(reading->cues);
    g_array_unref(reading->own);
    word_list_free(reading->words);
    g_free(reading);
}
