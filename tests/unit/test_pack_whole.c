/* What only shows in the whole pack: ids, requirements and their order, limits, pack.md, the list of problems itself.
 */
#include "pack_case.h"

static void concepts_come_after_what_they_require(void **state)
{
    g_auto(Check) check = check_new();
    add_concept(&check, "zero.md", "0", "");
    add_concept(&check, "d.md", "d", "");
    add_concept(&check, "c.md", "c", "d");
    add(&check, "pack.md", PACK);
    add_concept(&check, "b.md", "b", "");
    add_concept(&check, "a.md", "a", "c");
    parse(&check);
    assert_fine(&check);
    static const char *const expected[] = { "b", "d", "c", "a", "0" };
    assert_int_equal(check.pack->concepts->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_string_equal(((PackConcept *)check.pack->concepts->pdata[i])->id, expected[i]);
}

static void circle_is_printed_with_its_path(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_concept(&check, "a.md", "a", "b");
    add_concept(&check, "b.md", "b", "c");
    add_concept(&check, "c.md", "c", "d, b");
    add_concept(&check, "d.md", "d", "");
    add_concept(&check, "e.md", "e", "f");
    add_concept(&check, "f.md", "f", "e");
    add_concept(&check, "g.md", "g", "f");
    parse(&check);
    assert_problem(&check,
                   "b.md:5: concepts require each other in a circle: b → c → b; delete one of these requirements\n");
    assert_problem(&check, "e.md:5: concepts require each other in a circle: e → f → e;");
    assert_int_equal(check.problems->len, 2);
}

static void long_chain_of_requirements_is_followed(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    for (int i = 0; i < PACK_CONCEPTS_MAX; i++) {
        g_autofree char *file = g_strdup_printf("%d.md", i);
        g_autofree char *id = g_strdup_printf("c%d", i);
        g_autofree char *requires = g_strdup_printf("c%d", (i + 1) % PACK_CONCEPTS_MAX);
        add_concept(&check, file, id, requires);
    }
    parse(&check);
    assert_int_equal(check.problems->len, 1);
    assert_problem(&check, "c11 → … (1988 more) → c0;");
}

static void duplicate_id_names_the_other_file(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_concept(&check, "a.md", "same", "");
    add_concept(&check, "b.md", "same", "");
    parse(&check);
    assert_only_problem(&check, "b.md:2: the id \"same\" is taken by a.md; give it another id\n");
}

static void pack_without_pack_file_is_reported(void **state)
{
    g_auto(Check) check = check_new();
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_only_problem(&check, "pack.md: the pack has no pack.md; write one with title, language and skills");
}

static void pack_file_that_was_refused_is_not_missing(void **state)
{
    g_autofree char *large = g_strnfill(PACK_FILE_BYTES_MAX + 1, 'a');
    g_auto(Check) check = check_new();
    add(&check, "pack.md", large);
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_only_problem(&check, "pack.md: the file is larger than 64 KiB");
}

static void long_language_is_refused(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md",
        "---\ntitle: T\nlanguage: en-12345678-12345678-12345678-12345678\nskills: { discovery: D }\n---\n");
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_only_problem(&check, "pack.md:3: the language");
}

static void pack_without_concepts_is_reported(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    parse(&check);
    assert_only_problem(&check, "pack.md: the pack has no concepts");
}

static void keys_of_the_pack_are_checked(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", "---\ntitel: T\nlanguage: english please\nskills:\n  Big: x\n  small:\nid: No No\n---\n");
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_problem(&check, "pack.md:1: the key \"title\" is missing");
    assert_problem(&check, "pack.md:2: the key \"titel\" is not known; write \"title\"");
    assert_problem(&check, "pack.md:3: the language \"english please\" is not a language tag");
    assert_problem(&check, "pack.md:5: the id of the skill \"Big\" is not valid");
    assert_problem(&check, "pack.md:6: the skill \"small\" has no name");
    assert_problem(&check, "pack.md:7: the id \"No No\" is not valid");
    assert_problem(&check, "a.md:4: the skill \"discovery\" is not one of the pack's; add it to the skills in pack.md");
    assert_int_equal(check.problems->len, 7);
}

static void skill_defined_twice_is_reported(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md",
        "---\nid: p\ntitle: T\nlanguage: pt-BR\nlicence: CC BY 4.0\nskills:\n  discovery: D\n  discovery: E\n---\n");
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_only_problem(&check, "pack.md:8: the key \"discovery\" stands here for the second time");
}

static void given_id_and_licence_are_kept(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md",
        "---\nid: p\ntitle: T\nlanguage: pt-BR\nlicence: CC BY 4.0\nskills: { discovery: D }\n---\n");
    add_concept(&check, "a.md", "a", "");
    parse(&check);
    assert_fine(&check);
    assert_string_equal(check.pack->id, "p");
    assert_string_equal(check.pack->licence, "CC BY 4.0");
    assert_string_equal(check.pack->about, "");
}

static void folder_that_cannot_name_the_pack_is_reported(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_concept(&check, "a.md", "a", "");
    check.pack = pack_parse("My Pack", check.files, check.problems);
    assert_only_problem(&check, "pack.md:1: the key \"id\" is missing, and the folder's name is not an id");
}

static void teaching_text_is_counted_in_words(void **state)
{
    GString *text = g_string_new(FRONT);
    for (int i = 0; i < PACK_TEACHING_WORDS_MAX; i++)
        g_string_append(text, "*two*-words\n");
    g_autofree char *just = g_strdup_printf("%s\n" REFLECT, text->str);
    g_autofree char *more = g_strdup_printf("%s\n\nbeyond [the](https://example.org) limit\n\n" REFLECT, text->str);
    g_string_free(text, TRUE);
    g_auto(Check) within = check_concept(just);
    assert_fine(&within);
    g_auto(Check) beyond = check_concept(more);
    assert_only_problem(&beyond, "price.md:6: the teaching text has 123 words; keep it to 120");
}

static void forty_one_exercises_are_too_many(void **state)
{
    GString *text = g_string_new(FRONT TEXT);
    for (int i = 0; i < PACK_EXERCISES_MAX; i++)
        g_string_append(text, REFLECT);
    g_auto(Check) within = check_concept(text->str);
    assert_fine(&within);
    g_string_append(text, REFLECT);
    g_auto(Check) beyond = check_concept(text->str);
    assert_only_problem(&beyond, "price.md:88: the concept has more than 40 exercises");
    g_string_free(text, TRUE);
}

static void too_many_concepts_are_reported(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    for (int i = 0; i <= PACK_CONCEPTS_MAX; i++) {
        g_autofree char *file = g_strdup_printf("%d.md", i);
        g_autofree char *id = g_strdup_printf("c%d", i);
        add_concept(&check, file, id, "");
    }
    parse(&check);
    assert_only_problem(&check, "pack.md: the pack has more than 2000 concepts");
}

static void requirement_written_twice_is_reported(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_concept(&check, "a.md", "a", "b, b");
    add_concept(&check, "b.md", "b", "");
    parse(&check);
    assert_only_problem(&check, "a.md:5: \"b\" is required twice; keep one of them");
}

static void front_matter_must_end(void **state)
{
    g_auto(Check) check = check_concept("---\nid: price\n\n" REFLECT);
    assert_problem(&check,
                   "price.md:1: the front matter does not end; write a line of three hyphens after the last key");
}

static void problems_are_found_in_every_file_and_sorted(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "b.md", FRONT TEXT "## choose\nWhich?\n\n- [ ] a\n- [ ] b\n  > No.\n");
    add(&check, "a.md", "---\nid: B_D\nskill: nothing\n---\n");
    add(&check, "pack.md", "---\nlanguage: en\n---\n");
    parse(&check);
    g_autofree char *problems = all_problems(&check);
    const char *last = problems;
    static const char *const order[] = { "pack.md:1: the key \"title\"",
                                         "a.md: the concept has no exercises",
                                         "a.md:1: ",
                                         "a.md:2: ",
                                         "a.md:5: ",
                                         "b.md:8: ",
                                         "b.md:11: " };
    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        last = strstr(last, order[i]);
        if (!last)
            fail_msg("\"%s\" is missing or too early in:\n%s", order[i], problems);
    }
}

static void list_of_problems_ends_after_two_hundred(void **state)
{
    GString *text = g_string_new(FRONT TEXT);
    for (int i = 0; i < 300; i++)
        g_string_append_printf(text, "## nothing %d\n", i);
    g_auto(Check) check = check_concept(text->str);
    g_string_free(text, TRUE);
    assert_int_equal(check.problems->len, 201);
    const PackProblem *last = check.problems->pdata[200];
    assert_string_equal(last->problem, "there are more than 200 problems");
}

static void large_file_is_refused_by_the_parser_too(void **state)
{
    g_autofree char *text = g_strnfill(PACK_FILE_BYTES_MAX + 1, 'a');
    g_auto(Check) check = check_concept(text);
    assert_problem(&check, "price.md: the file is larger than 64 KiB");
}

static void nul_byte_is_reported_at_its_line(void **state)
{
    static const char bytes[] = FRONT TEXT "## reflect\nWhy\0?\n";
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_bytes(&check, "price.md", bytes, sizeof bytes - 1);
    parse(&check);
    assert_only_problem(&check, "price.md:9: there is a NUL byte, so this is not a text file");
}

static void empty_file_is_reported(void **state)
{
    g_auto(Check) check = check_concept("");
    assert_problem(&check, "price.md:1: the file does not start with front matter");
}

static void names_of_files_are_checked(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK);
    add_concept(&check, "a.md", "a", "");
    add_concept(&check, "a.md", "b", "");
    add_concept(&check, "../b.md", "c", "");
    add_concept(&check, ".f.md", "f", "");
    add(&check, "README.md", "# Read me");
    add_concept(&check, "c\n.md", "d", "");
    add_concept(&check, "d\xFF.md", "e", "");
    parse(&check);
    assert_problem(&check, "a.md: there are two files of this name");
    assert_problem(&check, "..?b.md: the name of the file is not valid");
    assert_problem(&check, "c?.md: the name of the file is not valid");
    assert_problem(&check, ".f.md: the name of the file is not valid");
    assert_int_equal(check.problems->len, 5);
}

static void nested_yaml_is_refused_without_growing(void **state)
{
    g_autofree char *nest = g_strnfill(60000, '[');
    g_autofree char *text = g_strdup_printf("---\nid: %s\n---\n" TEXT REFLECT, nest);
    g_auto(Check) check = check_concept(text);
    assert_problem(&check, "price.md:2: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(concepts_come_after_what_they_require),
        cmocka_unit_test(circle_is_printed_with_its_path),
        cmocka_unit_test(long_chain_of_requirements_is_followed),
        cmocka_unit_test(duplicate_id_names_the_other_file),
        cmocka_unit_test(pack_without_pack_file_is_reported),
        cmocka_unit_test(pack_file_that_was_refused_is_not_missing),
        cmocka_unit_test(long_language_is_refused),
        cmocka_unit_test(pack_without_concepts_is_reported),
        cmocka_unit_test(keys_of_the_pack_are_checked),
        cmocka_unit_test(skill_defined_twice_is_reported),
        cmocka_unit_test(given_id_and_licence_are_kept),
        cmocka_unit_test(folder_that_cannot_name_the_pack_is_reported),
        cmocka_unit_test(teaching_text_is_counted_in_words),
        cmocka_unit_test(forty_one_exercises_are_too_many),
        cmocka_unit_test(too_many_concepts_are_reported),
        cmocka_unit_test(requirement_written_twice_is_reported),
        cmocka_unit_test(front_matter_must_end),
        cmocka_unit_test(problems_are_found_in_every_file_and_sorted),
        cmocka_unit_test(list_of_problems_ends_after_two_hundred),
        cmocka_unit_test(large_file_is_refused_by_the_parser_too),
        cmocka_unit_test(nul_byte_is_reported_at_its_line),
        cmocka_unit_test(empty_file_is_reported),
        cmocka_unit_test(names_of_files_are_checked),
        cmocka_unit_test(nested_yaml_is_refused_without_growing),
    };
    return cmocka_run_group_tests_name("pack whole", tests, NULL, NULL);
}
