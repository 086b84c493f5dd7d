/* How many answers the built-in grader judges in a second on one core, cutting and stemming included. Prints one JSON
 * object: short answers beside reference answers, and answers of some sentences against a rubric of three criteria. */
#include "engine/grade/grade.h"
#include "engine/grade/grade_model.h"
#include "feature/word_source.h"

#define SECONDS 2.0
enum { BATCH = 200 };

static const char question[] = "Why does a quick discount seldom help when somebody says that it is too expensive?";
static const char *const references[] = {
    "It teaches them that the first price was not real",
    "They compare it with something that nobody has asked for",
    "The cost of waiting is not on the table",
    "A discount answers a question that was not asked",
};
static const char *const answers[] = {
    "because then they know that the first price was not the real one",
    "nobody asked what they compare it with",
    "they will ask for more discounts next time",
    "it is cheaper for them and they like that",
};

static const char *const comparison[] = { "ask what they compare it with", "compared with what", "alternative" };
static const char *const waiting[] = { "what the problem costs", "price of waiting", "cost of doing nothing" };
static const char *const teaching[] = { "first price was not real", "ask again", "there was room" };
static const GradeIdea comparison_idea = { comparison, G_N_ELEMENTS(comparison) };
static const GradeIdea waiting_idea = { waiting, G_N_ELEMENTS(waiting) };
static const GradeIdea teaching_idea = { teaching, G_N_ELEMENTS(teaching) };
static const GradeCriterion criteria[] = {
    { "names the comparison", 2, &comparison_idea, 1 },
    { "cost of inaction", 2, &waiting_idea, 1 },
    { "what a discount teaches", 1, &teaching_idea, 1 },
};
static const char *const models[] = {
    "It is a comparison, so ask first what they compare it with. Then put the price beside what the problem costs them "
    "each month. A quick discount tells the buyer that the first price was not real, and that it pays to ask again.",
};
static const char *const long_answers[] = {
    "I would not answer with a number. First I want to know what they are comparing us with, perhaps another supplier or "
    "doing nothing at all. Then we look together at what the trouble costs them every month, and only then at our price.",
    "If I take ten percent off at once they learn that the first price was just a try. So I ask compared to what, wait, "
    "and let them talk. The cost of waiting another quarter is usually far more than the difference.",
};

static void likeness(const Lexicon *lexicon, guint n)
{
    static AnswerKey *key;
    if (!key)
        key = answer_key_new(lexicon, "en", question, references, G_N_ELEMENTS(references));
    for (guint i = 0; i < n; i++) {
        g_autoptr(AnswerReading) reading = answer_read(key, answers[i % G_N_ELEMENTS(answers)]);
        g_assert(grade_weights_margin(&grade_weights_shipped, reading->features) < G_MAXDOUBLE);
    }
}

static void rubric(const Lexicon *lexicon, guint n)
{
    static GradeReady *ready;
    const GradeRubric whole = { .criteria = criteria,
                                .n_criteria = G_N_ELEMENTS(criteria),
                                .prompt = question,
                                .models = models,
                                .n_models = G_N_ELEMENTS(models),
                                .language = "en" };
    if (!ready)
        ready = grade_ready_new(lexicon, &whole);
    for (guint i = 0; i < n; i++) {
        g_autoptr(GradeResult) result = grade_ready_answer(ready, long_answers[i % G_N_ELEMENTS(long_answers)]);
        g_assert(result->score >= 0);
    }
}

static double per_second(void (*judge)(const Lexicon *lexicon, guint n), const Lexicon *lexicon)
{
    judge(lexicon, BATCH); /* warm-up */
    gint64 begun = g_get_monotonic_time(), now = begun;
    guint n = 0;
    for (; (double)(now - begun) < SECONDS * G_USEC_PER_SEC; now = g_get_monotonic_time(), n += BATCH)
        judge(lexicon, BATCH);
    return n * (double)G_USEC_PER_SEC / (double)(now - begun);
}

int main(void)
{
    WordSource *source = word_source_new("/usr/share/wordnet");
    const Lexicon *lexicon = word_source_lexicon(source);
    double short_answers = per_second(likeness, lexicon), rubrics = per_second(rubric, lexicon);
    g_print("{\"short_answers_per_second\": %.0f, \"rubric_answers_per_second\": %.0f}\n", short_answers, rubrics);
    return 0;
}
