/* Packs that are right are understood; what only shows in the whole pack is found. What is wrong in one file:
 * test_pack_problems.c. */
#include "pack_case.h"

static const PackExercise *exercise_of(const Check *check, guint i)
{
    const PackConcept *concept = check->pack->concepts->pdata[0];
    assert_true(i < concept->exercises->len);
    return concept->exercises->pdata[i];
}

static void documented_examples_are_understood(void **state)
{
    g_auto(Check) check = check_new();
    add(&check, "pack.md", PACK "For people who sell.\n");
    add(&check, "price-objection.md",
        "---\nid: price-objection\ntitle: '\"Too expensive\" is a question about value'\nskill: objections\nrequires: "
        "[cost-of-inaction]\nmust_know: true\n---\n"
        "\"Too expensive\" compares.\nAsk *what*.\n\n"
        "## choose: the CFO over plan (hard)\nThe CFO says: \"You are 20 % over.\"\nWhat do you say?\n\n"
        "- [ ] \"Let me see.\"\n  > A discount before\n  > a diagnosis.\n- [x] \"Over what,\n  exactly?\"\n  > Yes.\n\n"
        "## explain: no discount\nExplain it.\n\n"
        "- names the hidden comparison (2): compared with what | alternative\n- cost of inaction (0.5): the cost | "
        "price of waiting;\n  per week | per month\n"
        "- misconception: \"discounts close\" | cheaper wins\n  > A discount moves the price.\n\n> It is a "
        "comparison.\n> Ask.\n\nor\n\n> Another.\n");
    add(&check, "cost-of-inaction.md",
        "---\nid: cost-of-inaction\ntitle: Cost\nskill: discovery\n---\nText.\n\n## reflect: last talk\nThink.\n\n- "
        "follow-up: And next?\n");
    parse(&check);
    assert_fine(&check);

    const Pack *pack = check.pack;
    assert_string_equal(pack->id, "selling-on-value");
    assert_string_equal(pack->title, "Selling on value");
    assert_string_equal(pack->language, "en");
    assert_null(pack->licence);
    assert_string_equal(pack->about, "For people who sell.");
    assert_string_equal(pack->source, PACK "For people who sell.\n");
    assert_int_equal(pack->skills->len, 2);
    assert_string_equal(((PackSkill *)pack->skills->pdata[1])->id, "objections");
    assert_string_equal(((PackSkill *)pack->skills->pdata[1])->name, "Handling objections");

    const PackConcept *first = pack->concepts->pdata[0];
    const PackConcept *concept = pack->concepts->pdata[1];
    assert_string_equal(first->id, "cost-of-inaction");
    assert_string_equal(((PackExercise *)first->exercises->pdata[0])->follow_up, "And next?");
    assert_string_equal(concept->title, "\"Too expensive\" is a question about value");
    assert_string_equal(concept->text, "\"Too expensive\" compares.\nAsk *what*.");
    assert_string_equal(concept->file, "price-objection.md");
    assert_true(concept->must_know);
    assert_string_equal(concept->requires->pdata[0], "cost-of-inaction");

    const PackExercise *choose = concept->exercises->pdata[0];
    assert_int_equal(choose->kind, EXERCISE_CHOOSE);
    assert_int_equal(choose->hint, DIFFICULTY_HARD);
    assert_int_equal(choose->line, 11);
    assert_string_equal(choose->slug, "choose-the-cfo-over-plan");
    assert_string_equal(choose->name, "the CFO over plan");
    assert_string_equal(choose->prompt, "The CFO says: \"You are 20 % over.\"\nWhat do you say?");
    assert_int_equal(choose->options->len, 2);
    const PackOption *right = choose->options->pdata[1];
    assert_string_equal(right->text, "\"Over what,\nexactly?\"");
    assert_string_equal(right->feedback, "Yes.");
    assert_true(right->correct);
    assert_string_equal(((PackOption *)choose->options->pdata[0])->feedback, "A discount before\na diagnosis.");
    assert_null(choose->criteria);

    const PackExercise *explain = concept->exercises->pdata[1];
    const PackCriterion *cost = explain->criteria->pdata[1];
    assert_string_equal(cost->name, "cost of inaction");
    assert_float_equal(cost->weight, 0.5, 0);
    assert_int_equal(cost->ideas->len, 2);
    assert_string_equal(((PackIdea *)cost->ideas->pdata[1])->phrasings->pdata[1], "per month");
    const PackMisconception *wrong = explain->misconceptions->pdata[0];
    assert_string_equal(wrong->idea->phrasings->pdata[0], "\"discounts close\"");
    assert_string_equal(wrong->correction, "A discount moves the price.");
    assert_int_equal(explain->models->len, 2);
    assert_string_equal(explain->models->pdata[0], "It is a comparison.\nAsk.");
    assert_string_equal(explain->models->pdata[1], "Another.");
    assert_null(explain->options);
}

static void roleplay_is_understood(void **state)
{
    g_auto(Check) check = check_concept(PLAY SCENE "- turns: 8\n\n" RUBRIC);
    assert_fine(&check);
    const PackScene *scene = exercise_of(&check, 0)->scene;
    assert_string_equal(scene->buyer, "Dana");
    assert_string_equal(scene->temperament, "dry");
    assert_string_equal(scene->goal, "a number");
    assert_string_equal(scene->opens, "Too much.");
    assert_int_equal(scene->turns, 8);
    const PackLine *fact = scene->facts->pdata[0];
    assert_string_equal(fact->text, "It slipped.");
    assert_string_equal(fact->idea->phrasings->pdata[1], "what went wrong");
    assert_string_equal(((PackLine *)scene->objections->pdata[0])->text, "Interns.");
    assert_int_equal(exercise_of(&check, 0)->criteria->len, 1);
}

static void roleplay_has_five_turns_if_left_out(void **state)
{
    g_auto(Check) check = check_concept(PLAY SCENE RUBRIC);
    assert_fine(&check);
    assert_int_equal(exercise_of(&check, 0)->scene->turns, 5);
}

static void windows_line_ends_and_byte_order_mark_are_accepted(void **state)
{
    g_auto(GStrv) lines = g_strsplit(CHOOSE OPTIONS, "\n", -1);
    g_autofree char *joined = g_strjoinv("\r\n", lines);
    g_autofree char *windows = g_strconcat("\xEF\xBB\xBF", joined, NULL);
    g_auto(Check) check = check_concept(windows);
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->prompt, "Which?");
    assert_string_equal(((PackOption *)exercise_of(&check, 0)->options->pdata[1])->feedback, "Yes.");
    assert_string_equal(((PackConcept *)check.pack->concepts->pdata[0])->source, windows);
}

static void code_in_a_prompt_is_neither_heading_nor_list(void **state)
{
    g_auto(Check) check = check_concept(
        FRONT TEXT "## choose: c\nWhich?\n\n~~~~\n## recall\n- [x] no\n~~~\n> quote\n~~~~\nTell.\n\n" OPTIONS);
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->prompt,
                        "Which?\n\n~~~~\n## recall\n- [x] no\n~~~\n> quote\n~~~~\nTell.");
    assert_int_equal(exercise_of(&check, 0)->options->len, 2);
}

static void code_in_an_option_is_part_of_it(void **state)
{
    g_auto(Check) check = check_concept(
        CHOOSE "- [ ] One:\n\n  ```\n  ## recall\n    - [x] no\n  > q\n  ```\n  > No.\n- [x] Two\n  > Yes.\n");
    assert_fine(&check);
    assert_string_equal(((PackOption *)exercise_of(&check, 0)->options->pdata[0])->text,
                        "One:\n\n```\n## recall\n  - [x] no\n> q\n```");
}

static void numbered_list_is_part_of_the_prompt(void **state)
{
    g_auto(Check) check = check_concept(FRONT TEXT "## choose\nOrder:\n\n1. a\n2. b\n\n" OPTIONS);
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->prompt, "Order:\n\n1. a\n2. b");
}

static void list_in_an_option_is_part_of_it(void **state)
{
    g_auto(Check) check = check_concept(CHOOSE "- [ ] One:\n  - a\n  - b\n  > No.\n- [x] Two\n  > Yes.\n");
    assert_fine(&check);
    assert_string_equal(((PackOption *)exercise_of(&check, 0)->options->pdata[0])->text, "One:\n- a\n- b");
}

static void unnamed_exercises_are_numbered_among_themselves(void **state)
{
    g_auto(Check) check =
        check_concept(FRONT TEXT REFLECT "\n## reflect: Über uns!\nWhy?\n\n" REFLECT "\n## recall\nWhat?\n\n" RUBRIC);
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->slug, "reflect-1");
    assert_null(exercise_of(&check, 0)->name);
    assert_string_equal(exercise_of(&check, 1)->slug, "reflect-über-uns");
    assert_string_equal(exercise_of(&check, 2)->slug, "reflect-2");
    assert_string_equal(exercise_of(&check, 3)->slug, "recall-1");
}

static void brackets_at_the_end_of_a_name_may_be_no_difficulty(void **state)
{
    g_auto(Check) check =
        check_concept(FRONT TEXT "## reflect: the talk (second part)\nWhy?\n\n## Reflect: b (Easy) ##\nWhy?\n");
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->name, "the talk (second part)");
    assert_int_equal(exercise_of(&check, 0)->hint, DIFFICULTY_MEDIUM);
    assert_string_equal(exercise_of(&check, 1)->name, "b");
    assert_int_equal(exercise_of(&check, 1)->hint, DIFFICULTY_EASY);
}

static void criterion_name_may_have_brackets_and_colons(void **state)
{
    g_auto(Check) check = check_concept(RECALL "- says (or hints): it (1.5): a (b): c\n\n> M.\n");
    /* "(or hints):" looks like a weight, so the author is told. */
    assert_problem(&check, "price.md:11: the weight \"or hints\" is not a number");
    g_auto(Check) other = check_concept(RECALL "- says: it (all) of it (1.5): a (b): c\n\n> M.\n");
    assert_fine(&other);
    const PackCriterion *criterion = exercise_of(&other, 0)->criteria->pdata[0];
    assert_string_equal(criterion->name, "says: it (all) of it");
    assert_string_equal(((PackIdea *)criterion->ideas->pdata[0])->phrasings->pdata[0], "a (b): c");
}

static void paragraphs_go_on_without_indent(void **state)
{
    g_auto(Check) check =
        check_concept(RECALL "- cause (2): a |\nb\n- misconception: c\n  > No,\nnever.\n\n> One\ntwo.\nor\n> Three.\n");
    assert_fine(&check);
    const PackExercise *recall = exercise_of(&check, 0);
    const PackCriterion *criterion = recall->criteria->pdata[0];
    assert_string_equal(((PackIdea *)criterion->ideas->pdata[0])->phrasings->pdata[1], "b");
    assert_string_equal(((PackMisconception *)recall->misconceptions->pdata[0])->correction, "No,\nnever.");
    assert_string_equal(recall->models->pdata[0], "One\ntwo.");
    assert_string_equal(recall->models->pdata[1], "Three.");
}

static void rule_between_exercises_is_ignored(void **state)
{
    g_auto(Check) check = check_concept(CHOOSE OPTIONS "\n---\n\n" REFLECT);
    assert_fine(&check);
}

/* ---- the whole pack ---- */

static void concepts_come_after_what_they_require(void **state)
{
    g_auto(Check) check = check_new();
    add_concept(&check, "a.md", "a", "c");
    add_concept(&check, "b.md", "b", "");
    add_concept(&check, "c.md", "c", "d");
    add_concept(&check, "d.md", "d", "");
    add(&check, "pack.md", PACK);
    add_concept(&check, "zero.md", "0", "");
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
    add_concept(&check, "c\n.md", "d", "");
    add_concept(&check, "d\xFF.md", "e", "");
    parse(&check);
    assert_problem(&check, "a.md: there are two files of this name");
    assert_problem(&check, "..?b.md: the name of the file is not valid");
    assert_problem(&check, "c?.md: the name of the file is not valid");
    assert_int_equal(check.problems->len, 4);
}

static void nested_yaml_is_refused_without_growing(void **state)
{
    g_autofree char *nest = g_strnfill(60000, '[');
    g_autofree char *text = g_strdup_printf("---\nid: %s\n---\n" TEXT REFLECT, nest);
    g_auto(Check) check = check_concept(text);
    assert_problem(&check, "price.md:2: ");
}

static void kinds_are_found_by_name(void **state)
{
    for (guint i = 0; i < EXERCISE_KINDS; i++) {
        ExerciseKind kind = EXERCISE_KINDS;
        assert_true(exercise_kind_parse(exercise_kind_info((ExerciseKind)i)->name, &kind));
        assert_int_equal(kind, i);
        assert_true(exercise_kind_info(kind)->usual_seconds > 0);
    }
    ExerciseKind kind;
    assert_false(exercise_kind_parse("quiz", &kind));
    assert_false(exercise_kind_info(EXERCISE_REFLECT)->graded);
    assert_true(exercise_kind_info(EXERCISE_ROLEPLAY)->has_rubric);
    assert_false(exercise_kind_info(EXERCISE_CHOOSE)->production);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documented_examples_are_understood),
        cmocka_unit_test(roleplay_is_understood),
        cmocka_unit_test(roleplay_has_five_turns_if_left_out),
        cmocka_unit_test(windows_line_ends_and_byte_order_mark_are_accepted),
        cmocka_unit_test(code_in_a_prompt_is_neither_heading_nor_list),
        cmocka_unit_test(code_in_an_option_is_part_of_it),
        cmocka_unit_test(numbered_list_is_part_of_the_prompt),
        cmocka_unit_test(list_in_an_option_is_part_of_it),
        cmocka_unit_test(unnamed_exercises_are_numbered_among_themselves),
        cmocka_unit_test(brackets_at_the_end_of_a_name_may_be_no_difficulty),
        cmocka_unit_test(criterion_name_may_have_brackets_and_colons),
        cmocka_unit_test(paragraphs_go_on_without_indent),
        cmocka_unit_test(rule_between_exercises_is_ignored),
        cmocka_unit_test(concepts_come_after_what_they_require),
        cmocka_unit_test(circle_is_printed_with_its_path),
        cmocka_unit_test(long_chain_of_requirements_is_followed),
        cmocka_unit_test(duplicate_id_names_the_other_file),
        cmocka_unit_test(pack_without_pack_file_is_reported),
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
        cmocka_unit_test(kinds_are_found_by_name),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
