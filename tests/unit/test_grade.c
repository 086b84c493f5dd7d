/* Grade: what earns and what does not. */
#include "engine/grade/grade.h"

#include "engine/grade/grade_ready.h"
#include "engine/memory/memory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char *const comparison[] = { "ask what they compare it with", "compared with what",
                                          "another number in mind" };
static const char *const waiting[] = { "what the problem costs", "price of waiting" };
static const char *const monthly[] = { "each month", "per year" };
static const char *const teaching[] = { "first price was not real", "ask again" };
static const char *const speed[] = { "offer a discount", "discounts close deals faster" };

static const GradeIdea comparison_ideas[] = { { comparison, G_N_ELEMENTS(comparison) } };
static const GradeIdea waiting_ideas[] = { { waiting, G_N_ELEMENTS(waiting) }, { monthly, G_N_ELEMENTS(monthly) } };
static const GradeIdea teaching_ideas[] = { { teaching, G_N_ELEMENTS(teaching) } };
static const GradeIdea misconceptions[] = { { speed, G_N_ELEMENTS(speed) } };

static const GradeCriterion criteria[] = {
    { "names the comparison", 2, comparison_ideas, G_N_ELEMENTS(comparison_ideas) },
    { "cost of inaction", 2, waiting_ideas, G_N_ELEMENTS(waiting_ideas) },
    { "what a discount teaches", 1, teaching_ideas, G_N_ELEMENTS(teaching_ideas) },
};
enum { COMPARISON, INACTION, TEACHING };

static const char model[] =
    "It is a comparison, so ask first what they compare it with. Then put the price beside what the problem costs them each month. "
    "A quick discount tells the buyer that the first price was not real, and that it pays to ask again.";
static const char *const models[] = { model };

static const GradeRubric rubric = {
    .criteria = criteria,
    .n_criteria = G_N_ELEMENTS(criteria),
    .misconceptions = misconceptions,
    .n_misconceptions = G_N_ELEMENTS(misconceptions),
    .prompt =
        "A colleague asks why we should ask what they compare it with before we talk about what the problem costs each month.",
    .models = models,
    .n_models = G_N_ELEMENTS(models),
    .language = "en",
};

static GradeResult *grade(const char *answer)
{
    GradeResult *result = grade_answer(NULL, &rubric, answer);
    assert_int_equal(result->criteria->len, rubric.n_criteria);
    assert_true(result->score >= 0 && result->score <= 1 && result->certainty >= 0 && result->certainty <= 1);
    return result;
}

static const GradeCriterionResult *criterion(const GradeResult *result, guint i)
{
    return &g_array_index(result->criteria, GradeCriterionResult, i);
}

static double score_of(const char *answer)
{
    g_autoptr(GradeResult) result = grade(answer);
    return result->score;
}

static void assert_note(const char *answer, const char *note)
{
    g_autoptr(GradeResult) result = grade(answer);
    assert_non_null(result->note);
    assert_string_equal(result->note, note);
    assert_true(result->score == 0);
    assert_int_equal(result->next, 0);
}

static void the_model_answer_is_mastered(void **unused)
{
    g_autoptr(GradeResult) result = grade(model);
    assert_true(result->score > 0.95);
    assert_null(result->note);
    assert_int_equal(result->next, -1);
    assert_int_equal(result->misconceptions->len, 0);
    for (guint i = 0; i < rubric.n_criteria; i++)
        assert_int_equal(criterion(result, i)->verdict, VERDICT_THERE);
}

static void order_and_form_of_the_words_do_not_matter(void **unused)
{
    g_autoptr(GradeResult) result = grade("With what are they comparing it? That is the thing I would be asking them.");
    assert_int_equal(criterion(result, COMPARISON)->verdict, VERDICT_THERE);
    assert_int_equal(criterion(result, INACTION)->verdict, VERDICT_MISSING);
}

static void a_part_of_the_ideas_is_partly_there(void **unused)
{
    g_autoptr(GradeResult) result = grade("I would tell them that there is a price of waiting for this.");
    assert_int_equal(criterion(result, INACTION)->verdict, VERDICT_PARTLY);
    assert_true(criterion(result, INACTION)->coverage > 0.4 && criterion(result, INACTION)->coverage < 0.6);
}

static void words_far_apart_are_not_a_phrase(void **unused)
{
    g_autoptr(GradeResult) result = grade(
        "There is a price on the page that I gave to them in the first meeting, where everybody was very happy and we had some coffee "
        "and cake together in the sun, and they kept me waiting.");
    assert_int_equal(criterion(result, INACTION)->verdict, VERDICT_MISSING);
}

static void what_is_denied_was_not_said(void **unused)
{
    g_autoptr(GradeResult) result = grade("We should not ask what they compare with, I would say to her.");
    assert_int_equal(criterion(result, COMPARISON)->verdict, VERDICT_MISSING);
    g_autoptr(GradeResult) never = grade("You should never ask what they compare it with, it is rude to them.");
    assert_int_equal(criterion(never, COMPARISON)->verdict, VERDICT_MISSING);
}

static void a_phrasing_that_denies_wants_the_denial(void **unused)
{
    g_autoptr(GradeResult) denied = grade("They see that the first price was not real.");
    assert_int_equal(criterion(denied, TEACHING)->verdict, VERDICT_THERE);
    g_autoptr(GradeResult) affirmed = grade("They see that the first price was real.");
    assert_int_equal(criterion(affirmed, TEACHING)->verdict, VERDICT_MISSING);
}

static void evidence_is_whole_words_of_the_answer(void **unused)
{
    const char *answer = "Well, I think it is about the price of waiting, and they look at it each month.";
    g_autoptr(GradeResult) result = grade(answer);
    const GArray *evidence = criterion(result, INACTION)->evidence;
    assert_int_equal(evidence->len, 2);
    const GradeSpan *first = &g_array_index(evidence, GradeSpan, 0), *second = &g_array_index(evidence, GradeSpan, 1);
    assert_memory_equal(answer + first->start, "price of waiting", strlen("price of waiting"));
    assert_int_equal(first->end - first->start, strlen("price of waiting"));
    assert_memory_equal(answer + second->start, "each month", strlen("each month"));
    assert_true(first->end <= second->start);
}

static void evidence_is_at_most_three_spans_in_order(void **unused)
{
    static const char *const words[] = { "apples", "pears", "plums", "cherries", "grapes" };
    GradeIdea ideas[G_N_ELEMENTS(words)];
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        ideas[i] = (GradeIdea){ &words[i], 1 };
    GradeCriterion fruit = { "fruit", 1, ideas, G_N_ELEMENTS(words) };
    GradeRubric fruits = { .criteria = &fruit, .n_criteria = 1, .language = "en" };
    g_autoptr(GradeResult) result = grade_answer(
        NULL, &fruits,
        "There are grapes on it, and there are cherries. And we have plums with it, and the pears are in the apples.");
    const GArray *evidence = criterion(result, 0)->evidence;
    assert_int_equal(evidence->len, 3);
    for (guint i = 1; i < evidence->len; i++)
        assert_true(g_array_index(evidence, GradeSpan, i - 1).end < g_array_index(evidence, GradeSpan, i).start);
    assert_true(criterion(result, 0)->coverage > 0.99);
}

static void misconceptions_are_found_and_cost(void **unused)
{
    g_autofree char *answer = g_strconcat(model, " Then I would offer a discount to them.", NULL);
    g_autoptr(GradeResult) result = grade(answer);
    assert_int_equal(result->misconceptions->len, 1);
    const GradeMisconceptionHit *hit = &g_array_index(result->misconceptions, GradeMisconceptionHit, 0);
    assert_int_equal(hit->index, 0);
    assert_memory_equal(answer + hit->where.start, "offer a discount", strlen("offer a discount"));
    assert_true(result->score < score_of(model) - 0.1);
}

static void a_misconception_that_is_rejected_is_none(void **unused)
{
    g_autoptr(GradeResult) never = grade("You should never offer a discount to them.");
    assert_int_equal(never->misconceptions->len, 0);
    g_autoptr(GradeResult) instead = grade("Ask them instead of offering a discount.");
    assert_int_equal(instead->misconceptions->len, 0);
}

static void lists_of_key_words_are_not_mastery(void **unused)
{
    assert_true(
        score_of(
            "comparison, compare, number, mind, problem, cost, price, waiting, month, year, first price not real, ask again") <
        MEMORY_PASS);
    assert_true(score_of("compare number mind problem costs price waiting month year first price not real ask again") <
                MEMORY_PASS);
    assert_true(score_of("budget, alternative, cost, price") < MEMORY_PASS);
    assert_true(score_of("ask compare\nproblem costs\neach month\nask again\nfirst price") < MEMORY_PASS);
}

static void the_question_pasted_back_earns_nothing(void **unused)
{
    assert_note(rubric.prompt, "question");
    g_autofree char *padded = g_strconcat("Well. ", rubric.prompt, NULL);
    assert_note(padded, "question");
    g_autofree char *with_answer =
        g_strconcat(rubric.prompt, " Because they think the first price was not real.", NULL);
    g_autoptr(GradeResult) result = grade(with_answer);
    assert_int_equal(criterion(result, COMPARISON)->verdict, VERDICT_MISSING);
    assert_int_equal(criterion(result, TEACHING)->verdict, VERDICT_THERE);
}

static void repeating_oneself_earns_nothing_more(void **unused)
{
    const char *once = "I would ask what they compare it with. ";
    g_autofree char *thrice = g_strconcat(once, once, once, NULL);
    assert_true(score_of(thrice) <= score_of(once) + 0.02);
    g_autoptr(GradeResult) result = grade(thrice);
    assert_true(criterion(result, COMPARISON)->evidence->len <= 1);
}

static void nothing_said_is_nothing(void **unused)
{
    assert_note("", "empty");
    assert_note(NULL, "empty");
    assert_note("  \n ... !? ", "empty");
    assert_note("ask", "too-short");
}

static void another_language_is_not_mastery(void **unused)
{
    assert_true(
        score_of(
            "Zu teuer ist ein Vergleich, also frage ich zuerst, womit sie vergleichen, und was das Problem im Monat kostet.") <
        MEMORY_PASS);
    assert_true(
        score_of("\xe5\xa4\xaa\xe8\xb4\xb5\xe4\xba\x86\xef\xbc\x8c\xe8\xb7\x9f\xe4\xbb\x80\xe4\xb9\x88\xe6\xaf\x94") <
        MEMORY_PASS);
}

static void markup_changes_nothing(void **unused)
{
    const char *answer = "<script>alert(1)</script> <b>I would ask</b> what they <i>compare</i> it with &amp; more";
    g_autoptr(GradeResult) result = grade(answer);
    assert_int_equal(criterion(result, COMPARISON)->verdict, VERDICT_THERE);
    assert_true(score_of("<b></b><i></i><p></p><a href=\"x\"></a>") == 0);
}

static void ten_thousand_words_are_not_mastery(void **unused)
{
    g_autoptr(GString) many = g_string_new(NULL);
    for (int i = 0; i < 200; i++)
        g_string_append(many, model);
    assert_true(score_of(many->str) < MEMORY_PASS);
    g_autofree char *noise = g_strnfill(1000000, 'a');
    assert_true(score_of(noise) == 0);
}

static void bytes_that_are_no_text_are_survived(void **unused)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    for (int i = 0; i < 200; i++) {
        char bytes[301] = { 0 };
        for (gsize j = 0; j < sizeof bytes - 1; j++)
            bytes[j] = (char)g_rand_int_range(random, 1, 256);
        assert_true(score_of(bytes) < MEMORY_PASS);
    }
}

static void a_rubric_with_nothing_in_it_gives_nothing(void **unused)
{
    GradeRubric nothing = { .language = NULL };
    g_autoptr(GradeResult) result = grade_answer(NULL, &nothing, "I would ask them what it is.");
    assert_true(result->score == 0);
    assert_int_equal(result->next, -1);
    GradeCriterion hollow = { "hollow", 1, NULL, 0 };
    GradeRubric one = { .criteria = &hollow, .n_criteria = 1, .language = "en" };
    g_autoptr(GradeResult) missing = grade_answer(NULL, &one, "I would ask them what it is.");
    assert_int_equal(missing->next, 0);
}

static void the_heaviest_gap_comes_next(void **unused)
{
    g_autoptr(GradeResult) result = grade("I would ask what they compare it with.");
    assert_int_equal(result->next, INACTION);
    g_autoptr(GradeResult) other = grade("Tell them the price of waiting for it, each month.");
    assert_int_equal(other->next, COMPARISON);
}

static void a_paraphrase_of_the_model_answer_around_an_idea_gets_some_credit(void **unused)
{
    g_autoptr(GradeResult) result = grade("The buyer learns that the price is not real and that it pays.");
    double with_model = criterion(result, TEACHING)->coverage;
    GradeRubric without = rubric;
    without.n_models = 0;
    g_autoptr(GradeResult) bare =
        grade_answer(NULL, &without, "The buyer learns that the price is not real and that it pays.");
    assert_true(with_model > criterion(bare, TEACHING)->coverage);
    assert_int_equal(criterion(result, COMPARISON)->verdict, VERDICT_MISSING);
}

static void synonyms_and_slips_are_understood(void **unused)
{
    static const char data[] =
        "00000001 21 n 02 problem 0 trouble 0 000 | x\n00000002 21 n 02 price 0 terms 0 000 | y\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, strlen(data));
    g_autoptr(Lexicon) lexicon = lexicon_new(&bytes, 1);
    g_autoptr(GradeResult) result =
        grade_answer(lexicon, &rubric, "I would look at what the trouble costs them, each mounth.");
    assert_int_equal(criterion(result, INACTION)->verdict, VERDICT_THERE);
}

static void the_surer_the_more_alike(void **unused)
{
    g_autoptr(GradeResult) whole = grade(model),
                           none = grade("I like the colour of their office and the coffee there.");
    assert_true(whole->certainty > 0.8);
    assert_true(none->certainty > 0.8);
    g_autoptr(GradeResult) half =
        grade("Ask first what they compare it with, as the first price is perhaps a number of their own.");
    assert_true(half->certainty < whole->certainty && half->certainty < none->certainty);
}

static void a_sentence_of_the_model_turned_round_earns_nothing(void **unused)
{
    g_autoptr(GradeResult) denied = grade(
        "It is not true that a quick discount tells the buyer that the first price was not real, and that it pays to ask again.");
    assert_int_equal(criterion(denied, TEACHING)->verdict, VERDICT_MISSING);
    g_autoptr(GradeResult) lost =
        grade("A quick discount tells the buyer that the first price was real, and that it pays to ask again.");
    assert_int_equal(criterion(lost, TEACHING)->verdict, VERDICT_MISSING);
    g_autoptr(GradeResult) other =
        grade("Do not talk about features; ask first what they compare it with. I would never hurry them.");
    assert_int_equal(criterion(other, COMPARISON)->verdict, VERDICT_THERE);
}

static double corrected(const GradeReady *ready, const GradeCorrection *correction, const char *answer)
{
    g_autoptr(GradeResult) result = grade_ready_answer_corrected(ready, correction, answer);
    return result->score;
}

static void scores_of_people_move_the_next_grades(void **unused)
{
    static const GradeSample samples[] = {
        { "They have some other budget in their head, so find out about that budget.", 1 },
        { "I would find out about the budget that they have in their head.", 1 },
        { "Tell them that our company is big and has many happy customers.", 0 },
        { "Our company has the best product, and many happy customers.", 0 },
    };
    g_autoptr(GradeReady) ready = grade_ready_new(NULL, &rubric);
    g_autoptr(GradeCorrection) correction = grade_ready_learn(ready, samples, G_N_ELEMENTS(samples));
    const char *good = "Find out which budget is in their head.", *bad = "Tell them we have many happy customers.";
    assert_true(corrected(ready, correction, good) > corrected(ready, NULL, good) + 0.02);
    double gain = corrected(ready, correction, good) - corrected(ready, NULL, good);
    assert_true(corrected(ready, correction, bad) - corrected(ready, NULL, bad) < gain / 4);
    assert_true(corrected(ready, NULL, good) == corrected(ready, NULL, good));
    g_autoptr(GradeCorrection) nothing = grade_ready_learn(ready, NULL, 0);
    assert_true(corrected(ready, nothing, good) == corrected(ready, NULL, good));
}

static void no_correction_makes_a_list_an_answer(void **unused)
{
    const char *list = "comparison, number, problem, cost, price, waiting, month, ask again";
    const GradeSample samples[] = { { list, 1 }, { list, 1 }, { list, 1 }, { list, 1 }, { list, 1 }, { list, 1 } };
    g_autoptr(GradeReady) ready = grade_ready_new(NULL, &rubric);
    g_autoptr(GradeCorrection) correction = grade_ready_learn(ready, samples, G_N_ELEMENTS(samples));
    assert_true(corrected(ready, correction, list) < MEMORY_PASS);
}

enum { LARGE = 12, LARGE_PHRASE_WORDS = 30 };

/* Every word of the rubric another one, or all the same. */
static char *large_phrase(guint number, gboolean alike)
{
    GString *phrase = g_string_new(NULL);
    for (guint i = 0; i < LARGE_PHRASE_WORDS; i++)
        g_string_append_printf(phrase, "word%ux ", alike ? i % 3 : number * LARGE_PHRASE_WORDS + i);
    return g_string_free(phrase, FALSE);
}

static void assert_bounded(gboolean alike)
{
    g_autoptr(GPtrArray) phrasings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < LARGE * LARGE * LARGE; i++)
        g_ptr_array_add(phrasings, large_phrase(i, alike));
    GradeIdea ideas[LARGE * LARGE];
    GradeCriterion large[LARGE];
    for (guint i = 0; i < G_N_ELEMENTS(ideas); i++)
        ideas[i] = (GradeIdea){ (const char *const *)phrasings->pdata + i * LARGE, LARGE };
    for (guint i = 0; i < LARGE; i++)
        large[i] = (GradeCriterion){ "large", 1, ideas + i * LARGE, LARGE };
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; text->len < 64000; i++)
        g_string_append_printf(text, "%s. ", (char *)phrasings->pdata[i % phrasings->len]);
    const char *all[12];
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        all[i] = text->str;
    const GradeRubric whole = { .criteria = large,
                                .n_criteria = LARGE,
                                .prompt = text->str,
                                .models = all,
                                .n_models = G_N_ELEMENTS(all),
                                .language = "en" };
    g_autoptr(GradeReady) ready = grade_ready_new(NULL, &whole);
    guint words = 0;
    for (guint i = 0; i < ready->n_criteria; i++)
        for (guint j = 0; j < ready->criteria[i].n_ideas; j++)
            for (guint k = 0; k < ready->criteria[i].ideas[j].n_phrasings; k++)
                words += ready->criteria[i].ideas[j].phrasings[k].n;
    assert_true(words <= READY_WORDS_MOST);
    assert_true(ready->sentences->len <= READY_SENTENCES_MOST);
    g_autoptr(GradeResult) result = grade_ready_answer(ready, text->str + 1);
    assert_true(result->score < MEMORY_PASS);
}

static void the_largest_rubric_is_looked_at_as_far_as_there_is_time(void **unused)
{
    assert_bounded(FALSE);
    assert_bounded(TRUE);
}

static void grading_twice_gives_the_same(void **unused)
{
    assert_true(score_of(model) == score_of(model));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_answer_is_mastered),
        cmocka_unit_test(order_and_form_of_the_words_do_not_matter),
        cmocka_unit_test(a_part_of_the_ideas_is_partly_there),
        cmocka_unit_test(words_far_apart_are_not_a_phrase),
        cmocka_unit_test(what_is_denied_was_not_said),
        cmocka_unit_test(a_phrasing_that_denies_wants_the_denial),
        cmocka_unit_test(evidence_is_whole_words_of_the_answer),
        cmocka_unit_test(evidence_is_at_most_three_spans_in_order),
        cmocka_unit_test(misconceptions_are_found_and_cost),
        cmocka_unit_test(a_misconception_that_is_rejected_is_none),
        cmocka_unit_test(lists_of_key_words_are_not_mastery),
        cmocka_unit_test(the_question_pasted_back_earns_nothing),
        cmocka_unit_test(repeating_oneself_earns_nothing_more),
        cmocka_unit_test(nothing_said_is_nothing),
        cmocka_unit_test(another_language_is_not_mastery),
        cmocka_unit_test(markup_changes_nothing),
        cmocka_unit_test(ten_thousand_words_are_not_mastery),
        cmocka_unit_test(bytes_that_are_no_text_are_survived),
        cmocka_unit_test(a_rubric_with_nothing_in_it_gives_nothing),
        cmocka_unit_test(the_heaviest_gap_comes_next),
        cmocka_unit_test(a_paraphrase_of_the_model_answer_around_an_idea_gets_some_credit),
        cmocka_unit_test(synonyms_and_slips_are_understood),
        cmocka_unit_test(the_surer_the_more_alike),
        cmocka_unit_test(a_sentence_of_the_model_turned_round_earns_nothing),
        cmocka_unit_test(scores_of_people_move_the_next_grades),
        cmocka_unit_test(no_correction_makes_a_list_an_answer),
        cmocka_unit_test(the_largest_rubric_is_looked_at_as_far_as_there_is_time),
        cmocka_unit_test(grading_twice_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
