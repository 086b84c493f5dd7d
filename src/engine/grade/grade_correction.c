/* The strengths below are the best of a grid by log loss in cross-validation over the answers of each question; see
 * docs/how-it-grades.md. */
#include "engine/grade/grade_correction.h"

#include "engine/maths/logistic.h"
#include <jansson.h>
#include <math.h>

/* Squared length that an answer's words, and its pairs, have together; of the offset. With a ridge of 1 these are the
 * prior variances of what they can add to the margin. */
#define VARIANCE_WORDS 2.0
#define VARIANCE_PAIRS 2.0
#define VARIANCE_OFFSET 0.3
#define RIDGE 1.0

#define WEIGHT_MOST 100.0 /* beyond what can be learnt: a text that says so is none of ours */
#define WEIGHT_LEAST 1e-3 /* a smaller one changes no grade */

typedef struct {
    guint64 id;
    char *text;
    double weight;
} CueWeight;

struct GradeCorrection {
    guint labels;
    double offset;     /* added to every margin */
    GArray *weights;   /* CueWeight, heaviest first */
    GHashTable *by_id; /* -> CueWeight */
};

static void clear_cue_weight(gpointer data)
{
    g_free(((CueWeight *)data)->text);
}

static GradeCorrection *correction_new(void)
{
    GradeCorrection *correction = g_new0(GradeCorrection, 1);
    correction->weights = g_array_new(FALSE, FALSE, sizeof(CueWeight));
    g_array_set_clear_func(correction->weights, clear_cue_weight);
    correction->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    return correction;
}

void grade_correction_free(GradeCorrection *correction)
{
    if (!correction)
        return;
    g_hash_table_unref(correction->by_id);
    g_array_unref(correction->weights);
    g_free(correction);
}

/* Once all weights stand where they stay. */
static void index_weights(GradeCorrection *correction)
{
    for (guint i = 0; i < correction->weights->len; i++) {
        CueWeight *weight = &g_array_index(correction->weights, CueWeight, i);
        g_hash_table_insert(correction->by_id, &weight->id, weight);
    }
}

/* The value of a single word, and of a pair, in an answer. */
typedef struct {
    double word, pair;
} CueValues;

static CueValues values_of(const AnswerReading *reading)
{
    guint words = 0, pairs = 0;
    for (guint i = 0; i < reading->own->len; i++) {
        words += g_array_index(reading->own, Cue, i).n == 1;
        pairs += g_array_index(reading->own, Cue, i).n == 2;
    }
    return (CueValues){ words ? sqrt(VARIANCE_WORDS / words) : 0, pairs ? sqrt(VARIANCE_PAIRS / pairs) : 0 };
}

static double value_of(CueValues values, const Cue *cue)
{
    return cue->n == 1 ? values.word : values.pair;
}

/* --- learning */

/* Weights by the numbers that cues get as they come. */
typedef struct {
    GHashTable *numbers; /* id -> number, from 1 on */
    GArray *cues;        /* CueWeight by number - 1 */
    GPtrArray *terms;    /* of the rows */
} Learning;

static guint number_of(Learning *learning, const AnswerReading *reading, const Cue *cue)
{
    gpointer known = g_hash_table_lookup(learning->numbers, &cue->id);
    if (known)
        return GPOINTER_TO_UINT(known);
    CueWeight weight = { .id = cue->id, .text = answer_cue_text(reading, cue) };
    g_array_append_val(learning->cues, weight);
    g_hash_table_insert(learning->numbers, g_memdup2(&cue->id, sizeof cue->id), GUINT_TO_POINTER(learning->cues->len));
    return learning->cues->len;
}

static LogisticRow row_of(Learning *learning, const GradeLabel *label)
{
    const GArray *own = label->reading->own;
    CueValues values = values_of(label->reading);
    LogisticTerm *terms = g_new(LogisticTerm, own->len + 1);
    g_ptr_array_add(learning->terms, terms);
    terms[0] = (LogisticTerm){ 0, sqrt(VARIANCE_OFFSET) };
    for (guint i = 0; i < own->len; i++) {
        const Cue *cue = &g_array_index(own, Cue, i);
        terms[i + 1] = (LogisticTerm){ number_of(learning, label->reading, cue), value_of(values, cue) };
    }
    return (LogisticRow){ terms, own->len + 1, label->margin, CLAMP(label->score, 0, 1) };
}

static int heaviest_first(gconstpointer a, gconstpointer b)
{
    const CueWeight *left = a, *right = b;
    double difference = fabs(right->weight) - fabs(left->weight);
    if (difference != 0)
        return difference > 0 ? 1 : -1;
    return (left->id > right->id) - (left->id < right->id);
}

static void keep_heaviest(GArray *weights)
{
    g_array_sort(weights, heaviest_first);
    guint n = MIN(weights->len, CORRECTION_WEIGHTS_MOST);
    while (n && fabs(g_array_index(weights, CueWeight, n - 1).weight) < WEIGHT_LEAST)
        n--;
    g_array_set_size(weights, n);
}

GradeCorrection *grade_correction_learn(const GradeLabel *labels, guint n)
{
    if (n > CORRECTION_LABELS_MOST)
        return grade_correction_learn(labels + (n - CORRECTION_LABELS_MOST), CORRECTION_LABELS_MOST);

    GradeCorrection *correction = correction_new();
    g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GPtrArray) terms = g_ptr_array_new_with_free_func(g_free);
    Learning learning = { numbers, correction->weights, terms };
    g_autofree LogisticRow *rows = g_new(LogisticRow, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        rows[i] = row_of(&learning, &labels[i]);

    guint n_weights = correction->weights->len + 1;
    g_autofree double *ridge = g_new(double, n_weights), *weights = g_new0(double, n_weights);
    for (guint k = 0; k < n_weights; k++)
        ridge[k] = RIDGE;
    logistic_fit(rows, n, ridge, n_weights, weights);

    correction->labels = n;
    correction->offset = weights[0] * sqrt(VARIANCE_OFFSET);
    for (guint k = 1; k < n_weights; k++)
        g_array_index(correction->weights, CueWeight, k - 1).weight = weights[k];
    keep_heaviest(correction->weights);
    index_weights(correction);
    return correction;
}

double grade_correction_shift(const GradeCorrection *correction, const AnswerReading *reading)
{
    if (!correction)
        return 0;
    CueValues values = values_of(reading);
    double shift = correction->offset;
    for (guint i = 0; i < reading->own->len; i++) {
        const Cue *cue = &g_array_index(reading->own, Cue, i);
        const CueWeight *weight = g_hash_table_lookup(correction->by_id, &cue->id);
        shift += weight ? weight->weight * value_of(values, cue) : 0;
    }
    return shift;
}

guint grade_correction_labels(const GradeCorrection *correction)
{
    return correction->labels;
}

/* --- as text */

char *grade_correction_to_json(const GradeCorrection *correction)
{
    enum { DIGITS = 6 };
    json_t *words = json_object();
    for (guint i = 0; i < correction->weights->len; i++) {
        const CueWeight *weight = &g_array_index(correction->weights, CueWeight, i);
        json_object_set_new(words, weight->text, json_real(weight->weight));
    }
    json_t *root =
        json_pack("{s:i, s:f, s:o}", "labels", (int)correction->labels, "offset", correction->offset, "words", words);
    char *text = root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS)) : NULL;
    json_decref(root);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

static gboolean is_weight(const json_t *value)
{
    return json_is_number(value) && fabs(json_number_value(value)) <= WEIGHT_MOST;
}

static gboolean read_weights(GradeCorrection *correction, json_t *words)
{
    const char *text;
    json_t *value;
    json_object_foreach(words, text, value) {
        if (!is_weight(value))
            return FALSE;
        CueWeight weight = { answer_cue_id(text), g_strdup(text), json_number_value(value) };
        g_array_append_val(correction->weights, weight);
    }
    g_array_sort(correction->weights, heaviest_first);
    index_weights(correction);
    return TRUE;
}

GradeCorrection *grade_correction_from_json(const char *json)
{
    if (!json || strlen(json) > CORRECTION_JSON_BYTES_MOST)
        return NULL;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    json_t *labels = json_object_get(root, "labels"), *words = json_object_get(root, "words");
    const json_t *offset = json_object_get(root, "offset");
    GradeCorrection *correction = correction_new();
    gboolean ours = json_is_integer(labels) && json_integer_value(labels) >= 0 &&
                    json_integer_value(labels) <= CORRECTION_LABELS_MOST && is_weight(offset) &&
                    json_is_object(words) && json_object_size(words) <= CORRECTION_WEIGHTS_MOST &&
                    read_weights(correction, words);
    if (ours) {
        correction->labels = (guint)json_integer_value(labels);
        correction->offset = json_number_value(offset);
    }
    json_decref(root);
    if (ours)
        return correction;
    grade_correction_free(correction);
    return NULL;
}
