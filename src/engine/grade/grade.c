/* Grade: from matches to coverage, verdicts, a score and the next step. Knows the thresholds, how much the likeness to
 * a model answer says beside them, and how sure both are together; hides how the model answers help. */
#include "engine/grade/grade_model.h"
#include "engine/grade/grade_sham.h"
#include "engine/maths/logistic.h"
#include "engine/memory/memory.h"

#include <math.h>
#include <string.h>

enum {
    ANSWER_BYTES_MAX = 64 * 1024,
    WORDS_FEWEST = 2,     /* under it there is nothing to grade */
    PROMPT_RUN = 8,       /* words in a row that the prompt has too are the prompt's */
    EVIDENCE_MOST = 3,    /* spans for a criterion */
    TAG_BYTES_MOST = 200, /* a "<" without a ">" within so many bytes opens no tag */
};

/* Share of a phrasing's words: under this it was not said, from SHARE_SAID on it was. */
#define SHARE_NOTHING 0.45
#define SHARE_MISCONCEPTION 0.90
/* A passage of the model answer is longer than a phrasing and says more than the idea: less of it is asked, less is
 * given. */
#define PASSAGE_NOTHING 0.40
#define PASSAGE_SAID 0.70
#define PASSAGE_CREDIT 0.80

#define COVERAGE_THERE 0.75
#define COVERAGE_PARTLY 0.30

#define CAP_NOT_AN_ANSWER 0.45 /* most that a sham gets; under MEMORY_PASS */

#define MISCONCEPTION_FACTOR 0.8 /* on the score, for each */
#define MISCONCEPTION_FLOOR 0.5

/* How much the probability that the answer is right by its likeness to the model answers counts in the score, beside
 * what was found of the criteria. */
#define LIKENESS_SHARE 0.3

#define CERTAINTY_SHAM 0.5
#define CERTAINTY_MOST 0.95 /* people do not agree with each other more than that */

/* All that one answer is graded with. */
typedef struct {
    const GradeReady *rubric;
    MatchText *answer;
    const char *text;
    AnswerReading *reading;            /* beside the model answers */
    double margin;                     /* of the shipped weights; 0 without model answers */
    const GradeCorrection *correction; /* may be NULL */
    guint reversed;                    /* sentences that deny a model answer's */
} Grader;

static double between(double value, double low, double high)
{
    return CLAMP((value - low) / (high - low), 0, 1);
}

static Match best_phrase(MatchText *text, const ReadyPhrase *phrases, guint n)
{
    Match best = { 0 };
    for (guint i = 0; i < n; i++) {
        Match match = match_phrase(text, phrases[i].words, phrases[i].n);
        if (match.share > best.share)
            best = match;
    }
    return best;
}

/* How far one idea was said, and where. */
typedef struct {
    double coverage;
    Match match;
} IdeaResult;

/* What the answer does not say in one of the phrasings it may say as a model answer does. */
static IdeaResult grade_idea(const Grader *grader, const ReadyIdea *idea)
{
    IdeaResult result = { .match = best_phrase(grader->answer, idea->phrasings, idea->n_phrasings) };
    result.coverage = between(result.match.share, SHARE_NOTHING, SHARE_SAID);
    if (result.coverage >= PASSAGE_CREDIT)
        return result;

    Match match = best_phrase(grader->answer, idea->passages, idea->n_passages);
    double coverage = PASSAGE_CREDIT * between(match.share, PASSAGE_NOTHING, PASSAGE_SAID);
    return coverage > result.coverage ? (IdeaResult){ .coverage = coverage, .match = match } : result;
}

static int by_start(gconstpointer a, gconstpointer b)
{
    const GradeSpan *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

static GradeSpan span_of(const Grader *grader, Match match)
{
    guint n = 0;
    const Word *words = match_text_words(grader->answer, &n);
    return (GradeSpan){ .start = words[match.first].start, .end = words[match.last].end };
}

/* In order, joined where they overlap, the first few. */
static void tidy_spans(GArray *spans)
{
    g_array_sort(spans, by_start);
    guint kept = 0;
    for (guint i = 0; i < spans->len; i++) {
        GradeSpan span = g_array_index(spans, GradeSpan, i);
        GradeSpan *last = kept ? &g_array_index(spans, GradeSpan, kept - 1) : NULL;
        if (last && span.start <= last->end)
            last->end = MAX(last->end, span.end);
        else
            g_array_index(spans, GradeSpan, kept++) = span;
    }
    g_array_set_size(spans, MIN(kept, EVIDENCE_MOST));
}

static GradeVerdict verdict_of(double coverage)
{
    if (coverage >= COVERAGE_THERE)
        return VERDICT_THERE;
    return coverage >= COVERAGE_PARTLY ? VERDICT_PARTLY : VERDICT_MISSING;
}

static GradeCriterionResult no_criterion(void)
{
    return (GradeCriterionResult){ .evidence = g_array_new(FALSE, FALSE, sizeof(GradeSpan)) };
}

/* `most` limits what an answer that is none can get. */
static GradeCriterionResult grade_criterion(const Grader *grader, const ReadyCriterion *criterion, double most)
{
    GradeCriterionResult result = no_criterion();
    double sum = 0;
    for (guint i = 0; i < criterion->n_ideas; i++) {
        IdeaResult idea = grade_idea(grader, &criterion->ideas[i]);
        sum += idea.coverage;
        if (idea.coverage > 0) {
            GradeSpan span = span_of(grader, idea.match);
            g_array_append_val(result.evidence, span);
        }
    }
    tidy_spans(result.evidence);
    result.coverage = criterion->n_ideas ? MIN(sum / criterion->n_ideas, most) : 0;
    result.verdict = verdict_of(result.coverage);
    return result;
}

static void find_misconceptions(const Grader *grader, GArray *hits)
{
    const GradeReady *rubric = grader->rubric;
    for (guint i = 0; i < rubric->n_misconceptions; i++) {
        const ReadyIdea *idea = &rubric->misconceptions[i];
        Match match = best_phrase(grader->answer, idea->phrasings, idea->n_phrasings);
        if (match.share < SHARE_MISCONCEPTION)
            continue;
        GradeMisconceptionHit hit = { .index = i, .where = span_of(grader, match) };
        g_array_append_val(hits, hit);
    }
}

/* Why there is nothing to grade; NULL when there is. */
static const char *nothing_to_grade(const Grader *grader)
{
    guint n = 0;
    match_text_words(grader->answer, &n);
    if (!n)
        return "empty";
    if (n < WORDS_FEWEST)
        return "too-short";
    const ReadyPhrase *prompt = &grader->rubric->prompt;
    guint run = MIN(PROMPT_RUN, MAX(prompt->n, WORDS_FEWEST));
    guint left = match_text_void(grader->answer, prompt->words, prompt->n, run);
    return left < WORDS_FEWEST ? "question" : NULL;
}

/* Weighted mean of the criteria. */
static double coverage_of(const GradeReady *rubric, const GradeResult *result)
{
    double sum = 0, weights = 0;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        double weight = rubric->criteria[i].weight;
        sum += weight * g_array_index(result->criteria, GradeCriterionResult, i).coverage;
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

static double misconception_factor(guint n)
{
    return MAX(pow(MISCONCEPTION_FACTOR, n), MISCONCEPTION_FLOOR);
}

double grade_verdict_score(const GradeVerdict *verdicts, const double *weights, guint n, guint n_misconceptions)
{
    double sum = 0, total = 0;
    for (guint i = 0; i < n; i++) {
        sum += weights[i] * (double)verdicts[i] / (double)VERDICT_THERE;
        total += weights[i];
    }
    return total > 0 ? sum / total * misconception_factor(n_misconceptions) : 0;
}

/* Probability that people call the answer right, by what was found and by its likeness to the model answers. A sentence
 * turned round is like the model's and must not gain by that. */
static double probability_of(const Grader *grader, double coverage)
{
    if (!grader->rubric->has_models)
        return grade_calibration_probability(&grade_calibration_alone, coverage, 0);
    double probability = grade_calibration_probability(&grade_calibration_shipped, coverage, grader->margin);
    return grader->reversed ? MIN(probability, coverage) : probability;
}

/* The criterion that would bring the most; the first of several. */
static int next_of(const GradeReady *rubric, const GradeResult *result)
{
    int next = -1;
    double most = -1;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        const GradeCriterionResult *criterion = &g_array_index(result->criteria, GradeCriterionResult, i);
        double gain = rubric->criteria[i].weight * (1 - criterion->coverage);
        if (criterion->verdict != VERDICT_THERE && gain > most) {
            most = gain;
            next = (int)i;
        }
    }
    return next;
}

static void clear_criterion(gpointer criterion)
{
    g_array_unref(((GradeCriterionResult *)criterion)->evidence);
}

static void grade_nothing(const GradeReady *rubric, GradeResult *result, const char *note)
{
    for (guint i = 0; i < rubric->n_criteria; i++) {
        GradeCriterionResult criterion = no_criterion();
        g_array_append_val(result->criteria, criterion);
    }
    result->note = note;
    result->certainty = CERTAINTY_MOST;
}

#define LOGIT_SCORE_LEAST 0.02 /* scores nearer to 0 or 1 would take any number of labels to move */

static double logit_of(double score)
{
    double inner = CLAMP(score, LOGIT_SCORE_LEAST, 1 - LOGIT_SCORE_LEAST);
    return log(inner / (1 - inner));
}

static double shifted(double value, double shift)
{
    return shift == 0 ? value : logistic_probability(logit_of(value) + shift);
}

/* Score and certainty, once criteria and misconceptions are there. */
static void conclude(const Grader *grader, GradeResult *result, gboolean sham)
{
    double coverage = coverage_of(grader->rubric, result), probability = probability_of(grader, coverage);
    double share = sham || !grader->rubric->has_models ? 0 : LIKENESS_SHARE;
    double score = ((1 - share) * coverage + share * probability) * misconception_factor(result->misconceptions->len);
    double shift = grade_correction_shift(grader->correction, grader->reading);
    result->score = MIN(shifted(score, shift), sham ? CAP_NOT_AN_ANSWER : 1);
    probability = shifted(probability, shift);
    double certainty = result->score >= MEMORY_PASS ? probability : 1 - probability;
    result->certainty = CLAMP(certainty, sham ? CERTAINTY_SHAM : 0, CERTAINTY_MOST);
}

/* A copy without the sentences that stood there before: saying a thing again makes an answer no more like the model's.
 */
static char *without_repeats(const char *text)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) kept = g_string_sized_new(strlen(text));
    while (*text) {
        gsize length = strcspn(text, ".!?");
        length += strspn(text + length, ".!?");
        char *sentence = g_strstrip(g_strndup(text, length));
        if (g_hash_table_add(seen, sentence))
            g_string_append_len(kept, text, (gssize)length);
        text += length;
    }
    return g_string_free(g_steal_pointer(&kept), FALSE);
}

static AnswerReading *read_likeness(const GradeReady *ready, const char *text)
{
    g_autofree char *once = without_repeats(text);
    return answer_read(ready->key, once);
}

static void grade_words(Grader *grader, GradeResult *result)
{
    const GradeReady *rubric = grader->rubric;
    grader->reading = read_likeness(rubric, grader->text);
    if (rubric->has_models)
        grader->margin = grade_weights_margin(&grade_weights_shipped, grader->reading->features);
    const ShamAnswer answer = { rubric, grader->answer, grader->text, grader->reading, grader->margin };
    gboolean sham = sham_found(&answer);
    for (guint i = 0; i < rubric->n_criteria; i++) {
        GradeCriterionResult criterion = grade_criterion(grader, &rubric->criteria[i], sham ? CAP_NOT_AN_ANSWER : 1);
        g_array_append_val(result->criteria, criterion);
    }
    find_misconceptions(grader, result->misconceptions);
    conclude(grader, result, sham);
}

/* A copy without markup, byte for byte as long: tags become spaces. */
static char *without_markup(const char *answer)
{
    char *text = g_strndup(answer ? answer : "", ANSWER_BYTES_MAX);
    for (char *open = text; (open = strchr(open, '<')) != NULL; open++) {
        gboolean tag = g_ascii_isalpha(open[1]) || open[1] == '/' || open[1] == '!';
        char *close = tag ? memchr(open, '>', strnlen(open, TAG_BYTES_MOST)) : NULL;
        if (close)
            memset(open, ' ', (gsize)(close + 1 - open));
    }
    return text;
}

GradeResult *grade_ready_answer_corrected(const GradeReady *ready, const GradeCorrection *correction,
                                          const char *answer)
{
    GradeResult *result = g_new0(GradeResult, 1);
    result->criteria = g_array_new(FALSE, FALSE, sizeof(GradeCriterionResult));
    g_array_set_clear_func(result->criteria, clear_criterion);
    result->misconceptions = g_array_new(FALSE, FALSE, sizeof(GradeMisconceptionHit));

    g_autofree char *text = without_markup(answer);
    g_autoptr(MatchText) words = match_text_new(ready->lexicon, text, ready->language);
    Grader grader = { .rubric = ready, .answer = words, .text = text, .correction = correction };
    const char *note = nothing_to_grade(&grader);
    grader.reversed = note ? 0 : sham_void_reversed(words, text, ready);
    if (note)
        grade_nothing(ready, result, note);
    else
        grade_words(&grader, result);
    answer_reading_free(grader.reading);
    result->next = next_of(ready, result);
    return result;
}

GradeResult *grade_ready_answer(const GradeReady *ready, const char *answer)
{
    return grade_ready_answer_corrected(ready, NULL, answer);
}

GradeCorrection *grade_ready_learn(const GradeReady *ready, const GradeSample *samples, guint n)
{
    guint first = n - MIN(n, CORRECTION_LABELS_MOST);
    g_autoptr(GPtrArray) readings = g_ptr_array_new_with_free_func((GDestroyNotify)answer_reading_free);
    g_autoptr(GArray) labels = g_array_new(FALSE, FALSE, sizeof(GradeLabel));
    for (guint i = first; i < n; i++) {
        g_autofree char *text = without_markup(samples[i].answer);
        AnswerReading *reading = read_likeness(ready, text);
        g_ptr_array_add(readings, reading);
        g_autoptr(GradeResult) result = grade_ready_answer(ready, samples[i].answer);
        GradeLabel label = { reading, logit_of(result->score), samples[i].score };
        g_array_append_val(labels, label);
    }
    return grade_correction_learn((const GradeLabel *)(gpointer)labels->data, labels->len);
}

GradeResult *grade_answer(const Lexicon *lexicon, const GradeRubric *rubric, const char *answer)
{
    g_autoptr(GradeReady) ready = grade_ready_new(lexicon, rubric);
    return grade_ready_answer(ready, answer);
}

void grade_result_free(GradeResult *result)
{
    if (!result)
        return;
    g_array_unref(result->criteria);
    g_array_unref(result->misconceptions);
    g_free(result);
}
