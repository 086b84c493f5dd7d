/* Words and the lexicon: cutting, stems, negation, synonyms and slips. */
#include "engine/grade/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const Word *word_at(const WordList *list, guint i)
{
    assert_true(i < list->words->len);
    return &g_array_index(list->words, Word, i);
}

/* "stem stem stem" */
static void assert_stems(const char *text, const char *language, const char *expected)
{
    g_autoptr(WordList) list = words_of(text, language);
    g_autoptr(GString) stems = g_string_new(NULL);
    for (guint i = 0; i < list->words->len; i++)
        g_string_append_printf(stems, "%s%s", i ? " " : "", word_at(list, i)->stem);
    assert_string_equal(stems->str, expected);
}

/* The words that are negated, as they stand in the text. */
static void assert_negated(const char *text, const char *expected)
{
    g_autoptr(WordList) list = words_of(text, "en");
    g_autoptr(GString) negated = g_string_new(NULL);
    for (guint i = 0; i < list->words->len; i++) {
        const Word *word = word_at(list, i);
        if (word->negated)
            g_string_append_printf(negated, "%s%.*s", negated->len ? " " : "", (int)(word->end - word->start),
                                   text + word->start);
    }
    assert_string_equal(negated->str, expected);
}

static void words_are_stemmed_in_their_language(void **unused)
{
    assert_stems("Discounts, discounted; DISCOUNTING!", "en", "discount discount discount");
    assert_stems("Discounts", "en-GB", "discount");
    assert_stems("Häuser", "de", "haus");
    assert_stems("Discounts", "tlh", "discounts");
    assert_stems("Discounts", NULL, "discounts");
    assert_stems("Discounts", "no such language at all", "discounts");
}

static void contractions_lose_their_tail(void **unused)
{
    assert_stems("they\xe2\x80\x99re the buyer's", "en", "they the buyer");
    assert_stems("we don't", "en", "we do");
}

static void numbers_lose_their_separators_and_keep_their_point(void **unused)
{
    assert_stems("10,000 euro, 3.5 hours.", "en", "10000 euro 3.5 hour");
}

static void offsets_are_the_bytes_of_the_word(void **unused)
{
    const char *text = "caf\xc3\xa9 \xe2\x80\x94 don't";
    g_autoptr(WordList) list = words_of(text, "en");
    assert_int_equal(list->words->len, 2);
    assert_int_equal(word_at(list, 0)->start, 0);
    assert_int_equal(word_at(list, 0)->end, 5);
    assert_int_equal(word_at(list, 1)->start, 10);
    assert_int_equal(word_at(list, 1)->end, 15);
}

static void decomposed_letters_are_the_same_as_composed_ones(void **unused)
{
    g_autoptr(WordList) list = words_of("caf\xc3\xa9 cafe\xcc\x81", "en");
    assert_int_equal(list->words->len, 2);
    assert_string_equal(word_at(list, 0)->stem, word_at(list, 1)->stem);
}

static void small_words_are_marked(void **unused)
{
    g_autoptr(WordList) list = words_of("ask what they compare it with", "en");
    static const gboolean small[] = { FALSE, TRUE, TRUE, FALSE, TRUE, TRUE };
    for (guint i = 0; i < G_N_ELEMENTS(small); i++)
        assert_int_equal(word_at(list, i)->stop, small[i]);
}

static void a_negation_reaches_to_the_end_of_its_clause(void **unused)
{
    assert_negated("we should not ask what they compare with", "ask what they compare with");
    assert_negated("do not discount, ask first", "discount");
    assert_negated("Never argue but ask", "argue");
    assert_negated("you shouldn't discount because it teaches", "discount");
    assert_negated("ask instead of giving a discount", "giving a discount");
    assert_negated("ask rather than discount", "discount");
    assert_negated("ask what they compare it with", "");
    assert_negated("not a b c d e f g h i j", "a b c d e f g h");
}

static void not_only_and_never_without_deny_nothing(void **unused)
{
    assert_negated("not only the price", "");
    assert_negated("never answer without asking", "answer without");
    assert_negated("answer without asking", "asking");
}

static void bytes_that_are_no_text_are_survived(void **unused)
{
    assert_stems("\xff\xfe ask \xc3", "en", "ask");
    assert_stems("", "en", "");
    assert_stems(NULL, "en", "");
    assert_stems("<b>ask</b>&nbsp;", "en", "b ask b nbsp");
}

static void scripts_without_spaces_are_cut_by_character(void **unused)
{
    g_autoptr(WordList) list = words_of("\xe4\xbb\xb7\xe6\xa0\xbc", "zh");
    assert_int_equal(list->words->len, 2);
}

static void long_words_and_many_words_are_bounded(void **unused)
{
    g_autofree char *long_word = g_strnfill(100000, 'x');
    g_autoptr(WordList) one = words_of(long_word, "en");
    assert_int_equal(one->words->len, 1);
    assert_int_equal(word_at(one, 0)->end, 100000);
    assert_true(strlen(word_at(one, 0)->stem) <= 64);

    g_autoptr(GString) many = g_string_new(NULL);
    for (int i = 0; i < 10000; i++)
        g_string_append(many, "word ");
    g_autoptr(WordList) list = words_of(many->str, "en");
    assert_int_equal(list->words->len, WORDS_MAX);
}

/* In the format of WordNet's files, wndb(5WN); the synsets are made up. */
static const char data_noun[] =
    "  1 This is a licence and not a synset.  \n"
    "00000001 21 n 02 price 0 cost 1 000 | what is paid\n"
    "00000002 21 n 03 problem 0 trouble 0 hot_water 0 001 @ 00000001 n 0000 | a source of difficulty\n"
    "00000003 21 n 02 Paris 0 capital 0 000 | a name\n"
    "00000004 21 n 01 comparison 0 000 | alone in its synset\n";
static const char data_adj[] = "00000001 00 a 02 dear(p) 0 costly 0 000 | expensive\n";

static Lexicon *lexicon_of(const char *first, const char *second)
{
    g_autoptr(GBytes) one = g_bytes_new_static(first, strlen(first));
    g_autoptr(GBytes) two = second ? g_bytes_new_static(second, strlen(second)) : NULL;
    GBytes *files[] = { one, two };
    return lexicon_new(files, G_N_ELEMENTS(files));
}

static void assert_likeness(const Lexicon *lexicon, const char *stem, const char *other, double least, double most)
{
    double likeness = lexicon_likeness(lexicon, stem, other);
    assert_true(likeness >= least && likeness <= most);
    assert_true(lexicon_likeness(lexicon, other, stem) == likeness);
}

static void synonyms_are_like_but_not_equal(void **unused)
{
    g_autoptr(Lexicon) lexicon = lexicon_of(data_noun, data_adj);
    assert_likeness(lexicon, "price", "price", 1, 1);
    assert_likeness(lexicon, "price", "cost", 0.85, 0.95);
    assert_likeness(lexicon, "problem", "troubl", 0.85, 0.95);
    assert_likeness(lexicon, "dear", "cost", 0.85, 0.95); /* the stem of costly too */
    assert_likeness(lexicon, "dear", "price", 0, 0);
    assert_likeness(lexicon, "price", "problem", 0, 0);
}

static void names_and_entries_of_several_words_are_left_out(void **unused)
{
    g_autoptr(Lexicon) lexicon = lexicon_of(data_noun, NULL);
    assert_likeness(lexicon, "pari", "capit", 0, 0);
    assert_likeness(lexicon, "hot", "problem", 0, 0);
    assert_likeness(lexicon, "licenc", "synset", 0, 0);
}

static void a_slip_is_forgiven_in_long_words_only(void **unused)
{
    assert_likeness(NULL, "compar", "comapr", 0.75, 0.85);
    assert_likeness(NULL, "discount", "discout", 0.75, 0.85);
    assert_likeness(NULL, "altern", "elterm", 0, 0);
    assert_likeness(NULL, "cost", "cots", 0, 0);
    assert_likeness(NULL, "competitor", "competetr", 0.75, 0.85);
    assert_likeness(NULL, "discount", "discuont", 0.75, 0.85);
    assert_likeness(NULL, "budget", "gadget", 0, 0);
    assert_likeness(NULL, "123456", "123457", 0, 0);
}

static void two_known_words_are_no_slips_of_each_other(void **unused)
{
    g_autoptr(Lexicon) lexicon =
        lexicon_of("00000001 21 n 02 price 0 prize 0 000 | x\n00000002 21 n 02 pride 0 self 0 000 | y\n", NULL);
    assert_likeness(lexicon, "price", "pride", 0, 0);
    assert_likeness(NULL, "price", "pride", 0.75, 0.85);
}

static void broken_files_make_no_lexicon_entries_and_no_harm(void **unused)
{
    static const char *const broken[] = {
        "",
        "\n\n",
        "00000001",
        "00000001 21 n",
        "00000001 21 n zz price 0",
        "00000001 21 n ff price 0 cost",
        "00000001 21 n 02 price",
        "x y z 02 ( 0 ) 0 0",
        "\xff\xfe\x01 1 1 02 a b c d",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autoptr(Lexicon) lexicon = lexicon_of(broken[i], NULL);
        assert_likeness(lexicon, "price", "cost", 0, 0);
    }
    g_autoptr(Lexicon) none = lexicon_new(NULL, 0);
    assert_likeness(none, "price", "price", 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_stemmed_in_their_language),
        cmocka_unit_test(contractions_lose_their_tail),
        cmocka_unit_test(numbers_lose_their_separators_and_keep_their_point),
        cmocka_unit_test(offsets_are_the_bytes_of_the_word),
        cmocka_unit_test(decomposed_letters_are_the_same_as_composed_ones),
        cmocka_unit_test(small_words_are_marked),
        cmocka_unit_test(a_negation_reaches_to_the_end_of_its_clause),
        cmocka_unit_test(not_only_and_never_without_deny_nothing),
        cmocka_unit_test(bytes_that_are_no_text_are_survived),
        cmocka_unit_test(scripts_without_spaces_are_cut_by_character),
        cmocka_unit_test(long_words_and_many_words_are_bounded),
        cmocka_unit_test(synonyms_are_like_but_not_equal),
        cmocka_unit_test(names_and_entries_of_several_words_are_left_out),
        cmocka_unit_test(a_slip_is_forgiven_in_long_words_only),
        cmocka_unit_test(two_known_words_are_no_slips_of_each_other),
        cmocka_unit_test(broken_files_make_no_lexicon_entries_and_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
