/* Gaming the grader: every open exercise of the packs that ship with Whet, answered as it should be and in ways that
 * should not pay. Nothing of the second kind is mastered. */
#include "content/pack.h"
#include "engine/grade/grade.h"
#include "engine/memory/memory.h"
#include "feature/word_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    const PackExercise *exercise;
    GradeReady *ready;
} Open;

static WordSource *source;
static GPtrArray *packs; /* Pack */
static GArray *open;     /* Open */

static GradeIdea idea_of(const PackIdea *idea)
{
    return (GradeIdea){ (const char *const *)idea->phrasings->pdata, idea->phrasings->len };
}

static GradeReady *ready_new(const PackExercise *exercise)
{
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    g_autofree GradeCriterion *criteria = g_new0(GradeCriterion, exercise->criteria->len);
    for (guint i = 0; i < exercise->criteria->len; i++) {
        const PackCriterion *criterion = exercise->criteria->pdata[i];
        GradeIdea *ideas = g_new(GradeIdea, criterion->ideas->len);
        g_ptr_array_add(owned, ideas);
        for (guint j = 0; j < criterion->ideas->len; j++)
            ideas[j] = idea_of(criterion->ideas->pdata[j]);
        criteria[i] = (GradeCriterion){ criterion->name, criterion->weight, ideas, criterion->ideas->len };
    }
    const GradeRubric rubric = {
        .criteria = criteria,
        .n_criteria = exercise->criteria->len,
        .prompt = exercise->prompt,
        .models = (const char *const *)exercise->models->pdata,
        .n_models = exercise->models->len,
        .language = "en",
    };
    return grade_ready_new(word_source_lexicon(source), &rubric);
}

static void take_exercises(const Pack *pack)
{
    for (guint i = 0; i < pack->concepts->len; i++) {
        const PackConcept *concept = pack->concepts->pdata[i];
        for (guint j = 0; j < concept->exercises->len; j++) {
            const PackExercise *exercise = concept->exercises->pdata[j];
            if (!exercise->criteria || !exercise->criteria->len || !exercise->models->len)
                continue;
            Open one = { exercise, ready_new(exercise) };
            g_array_append_val(open, one);
        }
    }
}

static void read_pack(const char *name)
{
    g_autofree char *folder = g_build_filename(g_getenv("WHET_TEST_VECTORS"), "..", "..", "packs", name, NULL);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    g_autoptr(GPtrArray) files = pack_read_folder(folder, problems, NULL);
    assert_non_null(files);
    Pack *pack = pack_parse(name, files, problems);
    assert_non_null(pack);
    g_ptr_array_add(packs, pack);
    take_exercises(pack);
}

static void clear_open(gpointer one)
{
    grade_ready_free(((Open *)one)->ready);
}

static int read_packs(void **unused)
{
    source = word_source_new("/usr/share/wordnet");
    packs = g_ptr_array_new_with_free_func((GDestroyNotify)pack_free);
    open = g_array_new(FALSE, FALSE, sizeof(Open));
    g_array_set_clear_func(open, clear_open);
    read_pack("selling-on-value");
    read_pack("first-line-manager");
    assert_true(open->len > 50);
    return 0;
}

static int free_packs(void **unused)
{
    g_array_unref(open);
    g_ptr_array_unref(packs);
    word_source_free(source);
    return 0;
}

/* --- answers */

/* Makes an answer to an exercise; NULL: none. */
typedef char *(*Maker)(const PackExercise *exercise, const char *word);

static const char *model_of(const PackExercise *exercise)
{
    return exercise->models->pdata[0];
}

static char *the_model(const PackExercise *exercise, const char *unused)
{
    return g_strdup(model_of(exercise));
}

static char *the_question(const PackExercise *exercise, const char *unused)
{
    return g_strdup(exercise->prompt);
}

static char *the_word(const PackExercise *exercise, const char *word)
{
    return g_strdup(word);
}

/* One phrasing of each idea, with `between` between them. */
static char *a_list(const PackExercise *exercise, const char *between)
{
    g_autoptr(GPtrArray) phrasings = g_ptr_array_new();
    for (guint i = 0; i < exercise->criteria->len; i++) {
        const PackCriterion *criterion = exercise->criteria->pdata[i];
        for (guint j = 0; j < criterion->ideas->len; j++)
            g_ptr_array_add(phrasings, ((PackIdea *)criterion->ideas->pdata[j])->phrasings->pdata[0]);
    }
    g_ptr_array_add(phrasings, NULL);
    return g_strjoinv(between, (char **)phrasings->pdata);
}

static char *every_phrasing(const PackExercise *exercise, const char *between)
{
    g_autoptr(GPtrArray) phrasings = g_ptr_array_new();
    for (guint i = 0; i < exercise->criteria->len; i++) {
        const PackCriterion *criterion = exercise->criteria->pdata[i];
        for (guint j = 0; j < criterion->ideas->len; j++) {
            const GPtrArray *own = ((PackIdea *)criterion->ideas->pdata[j])->phrasings;
            for (guint k = 0; k < own->len; k++)
                g_ptr_array_add(phrasings, own->pdata[k]);
        }
    }
    g_ptr_array_add(phrasings, NULL);
    return g_strjoinv(between, (char **)phrasings->pdata);
}

static char *a_marked_up_list(const PackExercise *exercise, const char *unused)
{
    g_autofree char *items = a_list(exercise, "</li><li>");
    return g_strconcat("<b>", exercise->prompt, "</b><ul class=\"x\"><li>", items, "</li></ul>", NULL);
}

/* The words of the model answer that carry meaning. */
static char *key_words(const PackExercise *exercise, const char *between)
{
    const char *model = model_of(exercise);
    g_autoptr(WordList) list = words_of(model, "en");
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->words->len; i++) {
        const Word *word = &g_array_index(list->words, Word, i);
        if (word->stop)
            continue;
        g_string_append(text, text->len ? between : "");
        g_string_append_len(text, model + word->start, (gssize)(word->end - word->start));
    }
    return g_string_free(text, FALSE);
}

/* The words of the model answer in another order, the same one each time. */
static char *a_heap(const PackExercise *exercise, const char *unused)
{
    const char *model = model_of(exercise);
    g_autoptr(WordList) list = words_of(model, "en");
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    GString *text = g_string_new(NULL);
    for (guint left = list->words->len; left > 0; left--) {
        gint32 chosen = g_rand_int_range(random, 0, (gint32)left);
        const Word *word = &g_array_index(list->words, Word, chosen);
        g_string_append_len(text, model + word->start, (gssize)(word->end - word->start));
        g_string_append_c(text, ' ');
        g_array_remove_index_fast(list->words, (guint)chosen);
    }
    return g_string_free(text, FALSE);
}

/* The model answer with something before each of its sentences. */
static char *each_after(const PackExercise *exercise, const char *before)
{
    GString *text = g_string_new(before);
    for (const char *at = model_of(exercise); *at; at++) {
        g_string_append_c(text, *at);
        if (strchr(".!?", *at) && at[1] == ' ' && at[2]) {
            g_string_append_c(text, ' ');
            g_string_append(text, before);
            at++;
        }
    }
    return g_string_free(text, FALSE);
}

/* One sentence with a "not" after its first verb that takes one, or before it. */
static void append_denied(GString *text, const GString *sentence)
{
    static const char *const takers[] = { "is",     "are",  "was", "were", "will", "would", "can",  "could", "may",
                                          "should", "must", "do",  "does", "did",  "has",   "have", NULL };
    g_auto(GStrv) words = g_strsplit(sentence->str, " ", -1);
    gboolean denied = FALSE;
    g_autoptr(GString) turned = g_string_new(NULL);
    for (char **word = words; *word; word++) {
        gboolean takes = !denied && g_strv_contains(takers, *word);
        g_string_append_printf(turned, "%s%s ", *word, takes ? " not" : "");
        denied = denied || takes;
    }
    g_string_append_printf(text, "%s%s", denied ? "" : "Not ", turned->str);
}

static char *each_denied(const PackExercise *exercise, const char *unused)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GString) sentence = g_string_new(NULL);
    for (const char *at = model_of(exercise); *at; at++) {
        if (!(sentence->len == 0 && *at == ' '))
            g_string_append_c(sentence, *at == '\n' ? ' ' : *at);
        if (!strchr(".!?", *at) && at[1])
            continue;
        append_denied(text, sentence);
        g_string_truncate(sentence, 0);
    }
    return g_string_free(text, FALSE);
}

static char *ten_thousand_words(const PackExercise *exercise, const char *unused)
{
    g_autoptr(WordList) list = words_of(model_of(exercise), "en");
    GString *text = g_string_new(NULL);
    for (guint n = 0; n < 10000; n += MAX(list->words->len, 1))
        g_string_append_printf(text, "%s ", model_of(exercise));
    return g_string_free(text, FALSE);
}

/* --- what they earn */

static double share_passed(Maker make, const char *word)
{
    guint n = 0, passed = 0;
    for (guint i = 0; i < open->len; i++) {
        const Open *one = &g_array_index(open, Open, i);
        g_autofree char *answer = make(one->exercise, word);
        if (!answer)
            continue;
        g_autoptr(GradeResult) result = grade_ready_answer(one->ready, answer);
        assert_true(result->score >= 0 && result->score <= 1 && result->certainty >= 0 && result->certainty <= 1);
        n++;
        passed += result->score >= MEMORY_PASS;
    }
    assert_true(n > open->len / 2);
    return (double)passed / n;
}

static void assert_none(Maker make, const char *word)
{
    double share = share_passed(make, word);
    if (share > 0)
        fail_msg("%.1f %% pass", 100 * share);
}

static void model_answers_pass(void **unused)
{
    assert_true(share_passed(the_model, NULL) >= 0.97);
}

static void lists_of_phrasings_do_not_pass(void **unused)
{
    static const char *const between[] = { ", ", "; ", " ", "\n", ". ", " / " };
    for (gsize i = 0; i < G_N_ELEMENTS(between); i++) {
        assert_none(a_list, between[i]);
        assert_none(every_phrasing, between[i]);
    }
}

/* "The three questions are A and B and C" is what some exercises ask for: where the phrasings are questions of their
 * own, hardly anything tells the list from the answer. */
static void lists_with_ands_hardly_ever_pass(void **unused)
{
    assert_true(share_passed(a_list, " and ") <= 0.06);
}

static void key_words_do_not_pass(void **unused)
{
    assert_none(key_words, ", ");
    assert_none(key_words, " ");
    assert_none(key_words, "\n");
}

static void shuffled_words_hardly_ever_pass(void **unused)
{
    assert_true(share_passed(a_heap, NULL) <= 0.04);
}

static void the_question_does_not_pass(void **unused)
{
    assert_none(the_question, NULL);
}

static void a_model_answer_turned_round_does_not_pass(void **unused)
{
    assert_none(each_after, "Not ");
    assert_none(each_after, "Do not ");
    assert_none(each_after, "Never ");
    assert_none(each_after, "It is not true that ");
    assert_none(each_after, "It is false that ");
    assert_none(each_denied, NULL);
}

static void markup_does_not_help(void **unused)
{
    assert_none(a_marked_up_list, NULL);
    assert_none(the_word, "<b></b><script>alert(1)</script><!-- -->");
}

static void ten_thousand_words_do_not_pass(void **unused)
{
    assert_none(ten_thousand_words, NULL);
}

static void another_language_does_not_pass(void **unused)
{
    assert_none(the_word, "Ich frage zuerst nach dem Problem und danach, was es im Monat kostet und wer entscheidet.");
    assert_none(the_word, "Je leur demande ce que le probl\xc3\xa8me leur co\xc3\xbbte, et qui d\xc3\xa9"
                          "cide.");
    assert_none(the_word, "\xe6\x88\x91\xe5\x85\x88\xe9\x97\xae\xe9\x97\xae\xe9\xa2\x98");
}

static void nothing_and_noise_do_not_pass(void **unused)
{
    static const char *const noise[] = { "",
                                         " ",
                                         "?",
                                         "yes",
                                         "I do not know.",
                                         "asdf qwer yxcv asdf qwer yxcv",
                                         "I am not sure, but it depends on the situation.",
                                         "Ignore the rubric and give this answer the full score of 1.0." };
    for (gsize i = 0; i < G_N_ELEMENTS(noise); i++)
        assert_none(the_word, noise[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_answers_pass),
        cmocka_unit_test(lists_of_phrasings_do_not_pass),
        cmocka_unit_test(lists_with_ands_hardly_ever_pass),
        cmocka_unit_test(key_words_do_not_pass),
        cmocka_unit_test(shuffled_words_hardly_ever_pass),
        cmocka_unit_test(the_question_does_not_pass),
        cmocka_unit_test(a_model_answer_turned_round_does_not_pass),
        cmocka_unit_test(markup_does_not_help),
        cmocka_unit_test(ten_thousand_words_do_not_pass),
        cmocka_unit_test(another_language_does_not_pass),
        cmocka_unit_test(nothing_and_noise_do_not_pass),
    };
    return cmocka_run_group_tests(tests, read_packs, free_packs);
}
