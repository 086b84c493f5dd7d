/* Markdown as a tree: what a client may draw, and nothing that it could run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "content/html_entity.h"
#include "content/markdown.h"
#include <glib.h>

static void assert_tree(const char *markdown, const char *expected)
{
    json_t *tree = markdown_to_json(markdown);
    char *text = json_dumps(tree, JSON_COMPACT);
    assert_non_null(text);
    json_t *wanted = json_loads(expected, 0, NULL);
    if (!wanted)
        fail_msg("not JSON: %s", expected);
    if (!json_equal(tree, wanted))
        fail_msg("%s\n instead of\n%s", text, expected);
    free(text);
    json_decref(tree);
    json_decref(wanted);
}

static void nothing_is_an_empty_array(void **state)
{
    assert_tree(NULL, "[]");
    assert_tree("", "[]");
    assert_tree("\n \n", "[]");
}

static void blocks_become_elements(void **state)
{
    assert_tree("# One\n\ntwo\nthree", "[{\"t\":\"h\",\"c\":[\"One\"]},{\"t\":\"p\",\"c\":[\"two three\"]}]");
    assert_tree("- a\n- b", "[{\"t\":\"ul\",\"c\":[{\"t\":\"li\",\"c\":[\"a\"]},{\"t\":\"li\",\"c\":[\"b\"]}]}]");
    assert_tree("1. a", "[{\"t\":\"ol\",\"c\":[{\"t\":\"li\",\"c\":[\"a\"]}]}]");
    assert_tree("> q", "[{\"t\":\"quote\",\"c\":[{\"t\":\"p\",\"c\":[\"q\"]}]}]");
    assert_tree("```c\na < b\n&amp;\n```", "[{\"t\":\"pre\",\"c\":[\"a < b\\n&amp;\\n\"]}]");
    assert_tree("a\n\n---\n\nb", "[{\"t\":\"p\",\"c\":[\"a\"]},{\"t\":\"p\",\"c\":[\"b\"]}]");
}

static void spans_become_elements(void **state)
{
    assert_tree("a *b* **c** ~~d~~ `e`  \nf",
                "[{\"t\":\"p\",\"c\":[\"a \",{\"t\":\"em\",\"c\":[\"b\"]},\" \",{\"t\":\"strong\",\"c\":[\"c\"]},\" "
                "\",{\"t\":\"s\",\"c\":[\"d\"]},\" \","
                "{\"t\":\"code\",\"c\":[\"e\"]},{\"t\":\"br\",\"c\":[]},\"f\"]}]");
}

static void tables_become_rows_and_cells(void **state)
{
    assert_tree(
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "[{\"t\":\"table\",\"c\":[{\"t\":\"tr\",\"c\":[{\"t\":\"th\",\"c\":[\"a\"]},{\"t\":\"th\",\"c\":[\"b\"]}]},"
        "{\"t\":\"tr\",\"c\":[{\"t\":\"td\",\"c\":[\"1\"]},{\"t\":\"td\",\"c\":[\"2\"]}]}]}]");
}

static void html_is_text(void **state)
{
    assert_tree("<script>alert(1)</script>", "[{\"t\":\"p\",\"c\":[\"<script>alert(1)</script>\"]}]");
    assert_tree("a <img src=x onerror=y> b", "[{\"t\":\"p\",\"c\":[\"a <img src=x onerror=y> b\"]}]");
}

static void links_to_the_web_and_to_mail_are_kept(void **state)
{
    assert_tree("[a](https://example.org/?b=1&amp;c=2 \"t\")",
                "[{\"t\":\"p\",\"c\":[{\"t\":\"a\",\"href\":\"https://example.org/?b=1&c=2\",\"c\":[\"a\"]}]}]");
    assert_tree(
        "<mailto:a@example.org>",
        "[{\"t\":\"p\",\"c\":[{\"t\":\"a\",\"href\":\"mailto:a@example.org\",\"c\":[\"mailto:a@example.org\"]}]}]");
    assert_tree("see http://example.org now",
                "[{\"t\":\"p\",\"c\":[\"see "
                "\",{\"t\":\"a\",\"href\":\"http://example.org\",\"c\":[\"http://example.org\"]},\" now\"]}]");
}

static void other_links_lose_their_target(void **state)
{
    static const char *const targets[] = { "javascript:alert(1)",
                                           "JaVaScRiPt:alert(1)",
                                           "data:text/html,x",
                                           "vbscript:x",
                                           "/relative",
                                           "//host/x",
                                           "&#106;avascript:alert(1)",
                                           "<java\tscript:x>",
                                           "<https://a b>",
                                           "&#1;https://a",
                                           "https&#58;/a",
                                           "file:///etc/passwd" };
    for (guint i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autofree char *markdown = g_strdup_printf("[a](%s)", targets[i]);
        assert_tree(markdown, "[{\"t\":\"p\",\"c\":[\"a\"]}]");
    }
}

static void images_leave_their_description(void **state)
{
    assert_tree("![a *b*](https://example.org/x.png)", "[{\"t\":\"p\",\"c\":[\"a \",{\"t\":\"em\",\"c\":[\"b\"]}]}]");
}

static void entities_are_decoded(void **state)
{
    assert_tree("&lt;b&gt; &eacute;&Uuml;&hellip;&apos;&#65;&#x42; &nope; &amp",
                "[{\"t\":\"p\",\"c\":[\"<b> éÜ…'AB &nope; &amp\"]}]");
    assert_tree("&#0;&#xD800;&#x110000;&#7;", "[{\"t\":\"p\",\"c\":[\"����\"]}]");
}

static void every_entity_is_found(void **state)
{
    static const struct {
        const char *text;
        gunichar character;
    } known[] = { { "&AElig;", 0xC6 }, { "&zwnj;", 0x200C }, { "&thetasym;", 0x3D1 },
                  { "&lt;", '<' },     { "&ETH;", 0xD0 },    { "&eth;", 0xF0 },
                  { "&sub;", 0x2282 }, { "&sube;", 0x2286 }, { "&sup1;", 0xB9 },
                  { "&Yuml;", 0x178 }, { "&yuml;", 0xFF },   { "&su;", 0 },
                  { "&;", 0 },         { "&subex;", 0 },     { "&#;", 0 },
                  { "&#x;", 0 },       { "&#12345678;", 0 }, { "&thetasymm;", 0 },
                  { "lt", 0 } };
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        assert_int_equal(html_entity(known[i].text, strlen(known[i].text)), known[i].character);
}

static guint depth_of(const json_t *nodes)
{
    guint deepest = 0;
    size_t i;
    json_t *node;
    json_array_foreach((json_t *)nodes, i, node)
        if (json_is_object(node))
            deepest = MAX(deepest, depth_of(json_object_get(node, "c")));
    return deepest + 1;
}

static guint count_nodes(const json_t *nodes)
{
    guint n = 0;
    size_t i;
    json_t *node;
    json_array_foreach((json_t *)nodes, i, node)
        n += 1 + (json_is_object(node) ? count_nodes(json_object_get(node, "c")) : 0);
    return n;
}

static void depth_is_bounded_and_the_text_stays(void **state)
{
    g_autofree char *signs = g_strnfill(2000, '>');
    g_autofree char *markdown = g_strconcat(signs, "deep", NULL);
    json_t *tree = markdown_to_json(markdown);
    assert_true(depth_of(tree) <= 26);
    json_decref(tree);
    g_autofree char *text = markdown_to_text(markdown);
    assert_string_equal(text, "deep");
}

static void table_of_empty_cells_is_bounded(void **state)
{
    GString *markdown = g_string_new(NULL);
    for (int i = 0; i < 5000; i++)
        g_string_append(markdown, "a|");
    g_string_append_c(markdown, '\n');
    for (int i = 0; i < 5000; i++)
        g_string_append(markdown, "-|");
    g_string_append_c(markdown, '\n');
    for (int i = 0; i < 5000; i++)
        g_string_append(markdown, "|\n");
    json_t *tree = markdown_to_json(markdown->str);
    assert_true(count_nodes(tree) <= 10100);
    json_decref(tree);
    g_string_free(markdown, TRUE);
}

static void number_of_elements_is_bounded(void **state)
{
    GString *markdown = g_string_new(NULL);
    for (int i = 0; i < 15000; i++)
        g_string_append(markdown, "*a* ");
    json_t *tree = markdown_to_json(markdown->str);
    guint n = count_nodes(tree);
    assert_true(n > 9000 && n <= 10100);
    json_decref(tree);
    g_string_free(markdown, TRUE);
}

static void long_text_is_cut_between_characters(void **state)
{
    GString *markdown = g_string_new("a");
    for (int i = 0; i < 70000; i++)
        g_string_append(markdown, "é");
    json_t *tree = markdown_to_json(markdown->str);
    const char *text = json_string_value(json_array_get(json_object_get(json_array_get(tree, 0), "c"), 0));
    assert_int_equal(strlen(text), 65535);
    assert_true(g_utf8_validate(text, -1, NULL));
    json_decref(tree);
    g_string_free(markdown, TRUE);
}

static void invalid_text_is_repaired(void **state)
{
    assert_tree("a\xFF"
                "b",
                "[{\"t\":\"p\",\"c\":[\"a�b\"]}]");
}

static void text_has_the_words_only(void **state)
{
    g_autofree char *text = markdown_to_text(
        "# One\n\n*two*th [three](https://example.org)  \nfour\n\n- five\n- six\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
    assert_string_equal(text, "One twoth three four five six a b 1 2");
    g_autofree char *none = markdown_to_text(NULL);
    assert_string_equal(none, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_an_empty_array),
        cmocka_unit_test(blocks_become_elements),
        cmocka_unit_test(spans_become_elements),
        cmocka_unit_test(tables_become_rows_and_cells),
        cmocka_unit_test(html_is_text),
        cmocka_unit_test(links_to_the_web_and_to_mail_are_kept),
        cmocka_unit_test(other_links_lose_their_target),
        cmocka_unit_test(images_leave_their_description),
        cmocka_unit_test(entities_are_decoded),
        cmocka_unit_test(every_entity_is_found),
        cmocka_unit_test(depth_is_bounded_and_the_text_stays),
        cmocka_unit_test(table_of_empty_cells_is_bounded),
        cmocka_unit_test(number_of_elements_is_bounded),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(invalid_text_is_repaired),
        cmocka_unit_test(text_has_the_words_only),
    };
    return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
