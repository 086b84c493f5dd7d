/* Grade: from matches to coverage, verdicts, a score and the next step. Knows the thresholds and what does not pay
 * (lists of key words, the question pasted back, endless answers); hides how the model answers help. */
#include "engine/grade_ready.h"
#include "engine/match.h"

#include <string.h>

enum {
    ANSWER_BYTES_MAX = 64 * 1024,
    WORDS_FEWEST = 2,      /* under it there is nothing to grade */
    PROMPT_RUN = 8,        /* words in a row that the prompt has too are the prompt's */
    EVIDENCE_MOST = 3,     /* spans for a criterion */
    LIST_WORDS_FEWEST = 3, /* shorter answers are not looked at for being lists */
    LIST_PARTS_FEWEST = 4,
    LONG_WORDS = 400, /* never too long under this */
    LONG_FACTOR = 8,  /* times the longest model answer */
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

/* Running English has four or five small words in ten; lists of key words have next to none. */
#define LIST_SMALL_WORDS 0.15
#define LIST_WORDS_PER_PART 2.5
#define CAP_NOT_AN_ANSWER 0.45 /* most that a list or an endless answer gets; under MEMORY_PASS */

#define MISCONCEPTION_FACTOR 0.8 /* on the score, for each */
#define MISCONCEPTION_FLOOR 0.5

#define CERTAINTY_THERE 0.85  /* the words were found */
#define CERTAINTY_MISSING 0.5 /* they were not, but there may be others */
#define CERTAINTY_PARTLY 0.35
#define CERTAINTY_NOT_AN_ANSWER 0.3
#define CERTAINTY_NOTHING_SAID 0.95

/* All that one answer is graded with. */
typedef struct {
    const GradeReady *rubric;
    MatchText *answer;
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

static gboolean is_english(const char *language)
{
    return language && g_ascii_strncasecmp(language, "en", 2) == 0 && !g_ascii_isalpha(language[2]);
}

/* Pieces between commas, semicolons, slashes, bars and lines. */
static guint parts(const char *answer)
{
    guint n = 1;
    for (const char *at = answer; (at = strpbrk(at, ",;/|\n")) != NULL; at++)
        n++;
    return n;
}

/* Key words one after the other instead of an answer. */
static gboolean is_list(const Grader *grader, const char *answer)
{
    guint n = 0;
    const Word *words = match_text_words(grader->answer, &n);
    if (n < LIST_WORDS_FEWEST)
        return FALSE;
    double small_words = 1 - (double)ready_content_words(words, n) / n;
    if (is_english(grader->rubric->language) && small_words < LIST_SMALL_WORDS)
        return TRUE;
    guint n_parts = parts(answer);
    return n_parts >= LIST_PARTS_FEWEST && (double)n / n_parts < LIST_WORDS_PER_PART;
}

static gboolean is_endless(const Grader *grader)
{
    guint n = 0;
    match_text_words(grader->answer, &n);
    return n > MAX(LONG_WORDS, LONG_FACTOR * grader->rubric->longest_model);
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

static double score_of(const GradeReady *rubric, const GradeResult *result)
{
    double sum = 0, weights = 0, factor = 1;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        double weight = rubric->criteria[i].weight;
        sum += weight * g_array_index(result->criteria, GradeCriterionResult, i).coverage;
        weights += weight;
    }
    for (guint i = 0; i < result->misconceptions->len; i++)
        factor *= MISCONCEPTION_FACTOR;
    return weights > 0 ? sum / weights * MAX(factor, MISCONCEPTION_FLOOR) : 0;
}

static double certainty_of(const GradeReady *rubric, const GradeResult *result)
{
    static const double by_verdict[] = {
        [VERDICT_MISSING] = CERTAINTY_MISSING,
        [VERDICT_PARTLY] = CERTAINTY_PARTLY,
        [VERDICT_THERE] = CERTAINTY_THERE,
    };
    double sum = 0, weights = 0;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        double weight = rubric->criteria[i].weight;
        sum += weight * by_verdict[g_array_index(result->criteria, GradeCriterionResult, i).verdict];
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
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
    result->certainty = CERTAINTY_NOTHING_SAID;
}

static void grade_words(const Grader *grader, GradeResult *result, const char *answer)
{
    const GradeReady *rubric = grader->rubric;
    gboolean none = is_list(grader, answer) || is_endless(grader);
    double most = none ? CAP_NOT_AN_ANSWER : 1;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        GradeCriterionResult criterion = grade_criterion(grader, &rubric->criteria[i], most);
        g_array_append_val(result->criteria, criterion);
    }
    find_misconceptions(grader, result->misconceptions);
    result->score = score_of(rubric, result);
    result->certainty = none ? CERTAINTY_NOT_AN_ANSWER : certainty_of(rubric, result);
}

GradeResult *grade_ready_answer(const GradeReady *ready, const char *answer)
{
    GradeResult *result = g_new0(GradeResult, 1);
    result->criteria = g_array_new(FALSE, FALSE, sizeof(GradeCriterionResult));
    g_array_set_clear_func(result->criteria, clear_criterion);
    result->misconceptions = g_array_new(FALSE, FALSE, sizeof(GradeMisconceptionHit));

    g_autofree char *bounded = g_strndup(answer ? answer : "", ANSWER_BYTES_MAX);
    g_autoptr(MatchText) text = match_text_new(ready->lexicon, bounded, ready->language);
    const Grader grader = { .rubric = ready, .answer = text };
    const char *note = nothing_to_grade(&grader);
    if (note)
        grade_nothing(ready, result, note);
    else
        grade_words(&grader, result, bounded);
    result->next = next_of(ready, result);
    return result;
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
