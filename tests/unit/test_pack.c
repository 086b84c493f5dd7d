/* Packs that are right: what each part of a concept's file becomes. */
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

static void code_in_an_option_ends_with_it(void **state)
{
    g_auto(Check) check = check_concept(CHOOSE "- [ ] One:\n  > No:\n\n  ```\n- [x] Two\n  > Yes.\n");
    assert_only_problem(&check, "price.md:14: the text below the quotation belongs to nothing");
}

static void list_in_the_code_of_an_item_is_no_list(void **state)
{
    g_auto(Check) check = check_concept(FRONT TEXT REFLECT "\n- follow-up: And:\n\n  ```\n  - a\n  ```\n");
    assert_fine(&check);
    assert_string_equal(exercise_of(&check, 0)->follow_up, "And:\n\n```\n- a\n```");
}

static void line_of_inline_code_opens_no_block(void **state)
{
    g_auto(Check) check = check_concept(FRONT TEXT "## choose\n```a``` or\n\n" OPTIONS);
    assert_fine(&check);
    assert_int_equal(exercise_of(&check, 0)->options->len, 2);
}

static void only_quotation_marks_around_all_that_is_said_go(void **state)
{
    g_auto(Check) check = check_concept(
        PLAY "- buyer: \"B\"\n- temperament: t\n- goal: g\n- opens: \"No,\" she says, \"no.\"\n- fact: \"f\"\n"
             "  - asked: a\n- objection: “Too dear.”\n  - answered: a\n" RUBRIC);
    assert_fine(&check);
    const PackScene *scene = exercise_of(&check, 0)->scene;
    assert_string_equal(scene->buyer, "\"B\"");
    assert_string_equal(scene->opens, "\"No,\" she says, \"no.\"");
    assert_string_equal(((PackLine *)scene->facts->pdata[0])->text, "\"f\"");
    assert_string_equal(((PackLine *)scene->objections->pdata[0])->text, "Too dear.");
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

static void kinds_are_found_by_name(void **state)
{
    for (guint i = 0; i < EXERCISE_KINDS; i++) {
        ExerciseKind kind = EXERCISE_KINDS;
        assert_true(exercise_kind_parse(exercise_kind_names[(ExerciseKind)i], &kind));
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
        cmocka_unit_test(code_in_an_option_ends_with_it),
        cmocka_unit_test(list_in_the_code_of_an_item_is_no_list),
        cmocka_unit_test(line_of_inline_code_opens_no_block),
        cmocka_unit_test(only_quotation_marks_around_all_that_is_said_go),
        cmocka_unit_test(numbered_list_is_part_of_the_prompt),
        cmocka_unit_test(list_in_an_option_is_part_of_it),
        cmocka_unit_test(unnamed_exercises_are_numbered_among_themselves),
        cmocka_unit_test(brackets_at_the_end_of_a_name_may_be_no_difficulty),
        cmocka_unit_test(criterion_name_may_have_brackets_and_colons),
        cmocka_unit_test(paragraphs_go_on_without_indent),
        cmocka_unit_test(rule_between_exercises_is_ignored),
        cmocka_unit_test(kinds_are_found_by_name),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
