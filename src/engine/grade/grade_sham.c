/* Every threshold stands between what model answers are like and what made-up shams are like, on the packs that ship
 * with Whet; tests/unit/test_grade_gaming.c looks at both sides. */
#include "engine/grade/grade_sham.h"

#include <math.h>
#include <string.h>

enum {
    LIST_WORDS_FEWEST = 3, /* shorter answers are not looked at for being lists */
    LIST_PARTS_FEWEST = 4,
    LIST_IDEAS_FEWEST = 2,
    LONG_WORDS = 400, /* never too long under this */
    LONG_FACTOR = 8,  /* times the longest model answer */
    HEAP_WORDS_FEWEST = 8,
};

/* Running English has four or five small words in ten; lists of key words have next to none. */
#define LIST_SMALL_WORDS 0.15
#define LIST_WORDS_PER_PART 2.5
/* From this share of whole phrasings, word for word, an answer is a list of them, unless it is like a model answer;
 * from the second on in any case. */
#define LIST_PHRASINGS 0.5
#define LIST_MARGIN 1.0
#define LIST_PHRASINGS_ONLY 0.95
/* Nearly all words of a model answer and nearly none of its neighbours: they were shuffled. In a short answer some stay
 * neighbours by chance, and the order tells. */
#define HEAP_COVERAGE 0.7
#define HEAP_PAIRS 0.12
#define HEAP_COVERAGE_SHORT 0.9
#define HEAP_PAIRS_SHORT 0.34
#define HEAP_ORDER_SHORT 0.6
/* More than one word in four denies. */
#define DENIALS_MOST 0.25

static const Word *words_in(const ShamAnswer *answer, guint *n)
{
    return match_text_words(answer->answer, n);
}

/* --- lists */

static gboolean is_english(const char *language)
{
    return language && g_ascii_strncasecmp(language, "en", 2) == 0 && !g_ascii_isalpha(language[2]);
}

/* Pieces between commas, semicolons, slashes, bars and lines. */
static guint parts(const char *text)
{
    guint n = 1;
    for (const char *at = text; (at = strpbrk(at, ",;/|\n")) != NULL; at++)
        n++;
    return n;
}

static gboolean is_key_words(const ShamAnswer *answer)
{
    guint n = 0;
    const Word *words = words_in(answer, &n);
    if (n < LIST_WORDS_FEWEST)
        return FALSE;
    double small_words = 1 - (double)ready_content_words(words, n) / n;
    if (is_english(answer->rubric->language) && small_words < LIST_SMALL_WORDS)
        return TRUE;
    guint n_parts = parts(answer->text);
    return n_parts >= LIST_PARTS_FEWEST && (double)n / n_parts < LIST_WORDS_PER_PART;
}

/* The words of an answer, and which of them stand in whole phrasings. */
typedef struct {
    MatchText *text;
    const Word *words;
    guint n;
    GHashTable *positions; /* stem -> GArray of guint: where it stands, without what the question gave */
    gboolean *marked;
} Marking;

static void find_positions(Marking *marking)
{
    marking->positions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
    for (guint i = 0; i < marking->n; i++) {
        if (match_text_is_void(marking->text, i))
            continue;
        GArray *own = g_hash_table_lookup(marking->positions, marking->words[i].stem);
        if (!own) {
            own = g_array_new(FALSE, FALSE, sizeof(guint));
            g_hash_table_insert(marking->positions, (gpointer)marking->words[i].stem, own);
        }
        g_array_append_val(own, i);
    }
}

static gboolean stands_at(const Marking *marking, const ReadyPhrase *phrase, guint at)
{
    if (at + phrase->n > marking->n)
        return FALSE;
    for (guint i = 0; i < phrase->n; i++)
        if (!g_str_equal(phrase->words[i].stem, marking->words[at + i].stem))
            return FALSE;
    return TRUE;
}

/* Marks the words of a whole phrasing; TRUE when it occurs. */
static gboolean mark_phrase(Marking *marking, const ReadyPhrase *phrase)
{
    gboolean found = FALSE;
    const GArray *starts = phrase->n ? g_hash_table_lookup(marking->positions, phrase->words[0].stem) : NULL;
    for (guint i = 0; starts && i < starts->len; i++) {
        guint at = g_array_index(starts, guint, i);
        if (!stands_at(marking, phrase, at))
            continue;
        for (guint j = 0; j < phrase->n; j++)
            marking->marked[at + j] = TRUE;
        found = TRUE;
    }
    return found;
}

static gboolean mark_idea(Marking *marking, const ReadyIdea *idea)
{
    gboolean found = FALSE;
    for (guint i = 0; i < idea->n_phrasings; i++)
        found = mark_phrase(marking, &idea->phrasings[i]) || found;
    return found;
}

static guint mark_ideas(Marking *marking, const GradeReady *rubric)
{
    guint found = 0;
    for (guint i = 0; i < rubric->n_criteria; i++)
        for (guint j = 0; j < rubric->criteria[i].n_ideas; j++)
            found += mark_idea(marking, &rubric->criteria[i].ideas[j]);
    return found;
}

static double share_marked(const Marking *marking)
{
    guint left = 0, covered = 0;
    for (guint i = 0; i < marking->n; i++) {
        gboolean own = !match_text_is_void(marking->text, i);
        left += own;
        covered += own && marking->marked[i];
    }
    return left ? (double)covered / left : 0;
}

/* Share of the answer, without what the question gave it, that stands in whole phrasings; 0 when they are all of one
 * idea, since a phrasing may be a sentence. */
static double share_of_phrasings(const ShamAnswer *answer)
{
    Marking marking = { .text = answer->answer };
    marking.words = words_in(answer, &marking.n);
    g_autofree gboolean *marked = g_new0(gboolean, MAX(marking.n, 1));
    marking.marked = marked;
    find_positions(&marking);
    guint found = mark_ideas(&marking, answer->rubric);
    double share = found >= LIST_IDEAS_FEWEST ? share_marked(&marking) : 0;
    g_hash_table_unref(marking.positions);
    return share;
}

static gboolean is_phrasings(const ShamAnswer *answer)
{
    return share_of_phrasings(answer) >= (answer->margin < LIST_MARGIN ? LIST_PHRASINGS : LIST_PHRASINGS_ONLY);
}

/* --- heaps and endless texts */

static gboolean is_heap(const ShamAnswer *answer)
{
    guint n = 0;
    words_in(answer, &n);
    const double *features = answer->reading->features;
    double coverage = features[FEATURE_COVERAGE], pairs = features[FEATURE_MOST_PAIRS];
    if (n < HEAP_WORDS_FEWEST)
        return FALSE;
    return (coverage >= HEAP_COVERAGE && pairs < HEAP_PAIRS) ||
           (coverage >= HEAP_COVERAGE_SHORT && pairs < HEAP_PAIRS_SHORT &&
            features[FEATURE_MOST_ORDER] < HEAP_ORDER_SHORT);
}

static gboolean is_denials(const ShamAnswer *answer)
{
    guint n = 0, denying = 0;
    const Word *words = words_in(answer, &n);
    for (guint i = 0; i < n; i++)
        denying += words[i].denies;
    return n >= HEAP_WORDS_FEWEST && denying > DENIALS_MOST * n;
}

static gboolean is_endless(const ShamAnswer *answer)
{
    guint n = 0;
    words_in(answer, &n);
    return n > MAX(LONG_WORDS, LONG_FACTOR * answer->rubric->longest_model);
}

gboolean sham_found(const ShamAnswer *answer)
{
    return is_key_words(answer) || is_phrasings(answer) || is_heap(answer) || is_denials(answer) || is_endless(answer);
}

/* --- sentences turned round */

static gboolean ends_sentence(const char *text, const Word *word, const Word *next)
{
    for (guint at = word->end; at < next->start; at++)
        if (strchr(".!?", text[at]))
            return TRUE;
    return FALSE;
}

void sham_each_sentence(const char *text, const Word *words, guint n, SentenceTaker take, gpointer data)
{
    guint first = 0;
    for (guint i = 0; i < n; i++)
        if (i + 1 == n || ends_sentence(text, &words[i], &words[i + 1])) {
            take(first, i + 1, data);
            first = i + 1;
        }
}

/* What it takes to be the same sentence: shares of the model's and of the answer's words in their longest common
 * sequence, words that deny left out. A frame ("It is not true that ...") adds some to the answer's. */
#define SAME_OF_MODEL 0.9
#define SAME_OF_ANSWER 0.5
enum { SAME_WORDS_FEWEST = 3, SENTENCE_WORDS_MOST = 120 };

/* Sorted. What may stand before a sentence to deny it as a whole, beside small words; in stems. */
static const char *const frame_words[] = {
    "believ", "case", "claim", "correct", "fact", "right", "say", "think", "true"
};
static const char *const frame_denials[] = { "fals", "incorrect", "nonsens", "untru", "wrong" };

static int compare_stems(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

#define AMONG(stem, list) (bsearch(stem, list, G_N_ELEMENTS(list), sizeof *(list), compare_stems) != NULL)

typedef struct {
    const Word *words;
    guint n;
} Sentence;

/* Where the common sequence begins and ends in the left sentence, and how long it is. */
typedef struct {
    guint first, last, n;
} Common;

static Common common_of(Sentence left, Sentence right)
{
    guint8 lengths[SENTENCE_WORDS_MOST + 1][SENTENCE_WORDS_MOST + 1];
    for (guint i = 0; i <= left.n; i++)
        lengths[i][right.n] = 0;
    for (guint j = 0; j <= right.n; j++)
        lengths[left.n][j] = 0;
    for (guint i = left.n; i-- > 0;)
        for (guint j = right.n; j-- > 0;)
            lengths[i][j] = g_str_equal(left.words[i].stem, right.words[j].stem) && !left.words[i].denies
                                ? (guint8)(lengths[i + 1][j + 1] + 1)
                                : MAX(lengths[i + 1][j], lengths[i][j + 1]);
    Common common = { .n = lengths[0][0] };
    gboolean begun = FALSE;
    for (guint i = 0, j = 0; i < left.n && j < right.n && lengths[i][j];) {
        if (lengths[i + 1][j] == lengths[i][j]) {
            i++;
        } else if (lengths[i][j + 1] == lengths[i][j]) {
            j++;
        } else {
            common.first = begun ? common.first : i;
            common.last = i;
            begun = TRUE;
            i++;
            j++;
        }
    }
    return common;
}

static guint denials(Sentence sentence)
{
    guint n = 0;
    for (guint i = 0; i < sentence.n; i++)
        n += sentence.words[i].denies;
    return n;
}

/* Denials before the common words, when what stands there does nothing but frame them. */
static guint frame_of(Sentence answer, guint first)
{
    guint n = 0;
    for (guint i = 0; i < first; i++) {
        const Word *word = &answer.words[i];
        gboolean denies = word->denies || AMONG(word->stem, frame_denials);
        if (!denies && !word->stop && !AMONG(word->stem, frame_words))
            return 0;
        n += denies;
    }
    return n;
}

typedef enum { ANOTHER, SAME, REVERSED_WITHIN, REVERSED_BY_FRAME } Turn;

/* How the answer's sentence stands to the model's: another one, the same, or the same but for a denial. */
static Turn turn_of(Sentence answer, Sentence model)
{
    guint model_denials = denials(model);
    Common common = common_of(answer, model);
    if (common.n < SAME_WORDS_FEWEST || common.n < SAME_OF_MODEL * (model.n - model_denials) ||
        common.n < SAME_OF_ANSWER * (answer.n - denials(answer)))
        return ANOTHER;
    const Sentence within = { answer.words + common.first, common.last + 1 - common.first };
    guint frame = frame_of(answer, common.first);
    if (denials(within) + frame == model_denials)
        return SAME;
    return frame ? REVERSED_BY_FRAME : REVERSED_WITHIN;
}

typedef struct {
    MatchText *answer;
    const Word *words;
    const GradeReady *rubric;
    guint n;         /* reversed */
    gboolean framed; /* one before it was denied as a whole, and what follows stands under that */
} Reversal;

/* What one model answer affirms another may deny in other words: an answer that is the same as either is right. */
static Turn turn_against(const GArray *models, Sentence sentence)
{
    Turn turn = ANOTHER;
    for (guint i = 0; i < models->len && turn != SAME; i++) {
        const ReadyPhrase *model = &g_array_index(models, ReadyPhrase, i);
        Turn one = turn_of(sentence, (Sentence){ model->words, MIN(model->n, SENTENCE_WORDS_MOST) });
        turn = one == ANOTHER ? turn : one;
    }
    return turn;
}

static void try_sentence(guint first, guint after, gpointer data)
{
    Reversal *reversal = data;
    const Sentence sentence = { reversal->words + first, MIN(after - first, SENTENCE_WORDS_MOST) };
    Turn turn = turn_against(reversal->rubric->sentences, sentence);
    reversal->framed = reversal->framed || turn == REVERSED_BY_FRAME;
    if (turn < REVERSED_WITHIN && !reversal->framed)
        return;
    match_text_void_words(reversal->answer, first, after);
    reversal->n++;
}

guint sham_void_reversed(MatchText *answer, const char *text, const GradeReady *rubric)
{
    guint n = 0;
    Reversal reversal = { .answer = answer, .words = match_text_words(answer, &n), .rubric = rubric };
    sham_each_sentence(text, reversal.words, n, try_sentence, &reversal);
    return reversal.n;
}
