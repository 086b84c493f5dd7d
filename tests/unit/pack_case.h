/* What the tests of packs share: a small pack in memory, and how its problems are looked at. The macros are pieces of
 * files. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "content/pack.h"

#define PACK                                                                                               \
    "---\ntitle: Selling on value\nlanguage: en\nskills:\n  discovery: Discovery\n  objections: Handling " \
    "objections\n---\n"
#define FRONT "---\nid: price\ntitle: Price\nskill: objections\n---\n"
#define TEXT "Price the problem, not the product.\n\n"
#define REFLECT "## reflect\nWhy?\n"
#define OPTIONS "- [ ] One\n  > No.\n- [x] Two\n  > Yes.\n"
#define RUBRIC "- cause (2): a | b; c\n\n> A model.\n"
/* The exercise's heading is line 8, its prompt line 9, its first item line 11. */
#define RECALL FRONT TEXT "## recall: r\nWhat?\n\n"
#define CHOOSE FRONT TEXT "## choose: c\nWhich?\n\n"
#define PLAY FRONT TEXT "## roleplay: p\nTalk.\n\n"
#define SCENE                                                                                                       \
    "- buyer: Dana\n- temperament: dry\n- goal: a number\n- opens: \"Too much.\"\n- fact: It slipped.\n  - asked: " \
    "last project | what went wrong\n"                                                                              \
    "- objection: \"Interns.\"\n  - answered: errors\n"

typedef struct {
    GPtrArray *files, *problems;
    Pack *pack;
} Check;

static inline Check check_new(void)
{
    return (Check){ .files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free),
                    .problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free) };
}

static inline void check_clear(Check *check)
{
    g_ptr_array_unref(check->files);
    g_ptr_array_unref(check->problems);
    pack_free(check->pack);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Check, check_clear)

static inline void add_bytes(Check *check, const char *name, const char *bytes, gsize length)
{
    PackFile *file = g_new0(PackFile, 1);
    file->name = g_strdup(name);
    file->bytes = g_bytes_new(bytes, length);
    g_ptr_array_add(check->files, file);
}

static inline void add(Check *check, const char *name, const char *text)
{
    add_bytes(check, name, text, strlen(text));
}

static inline void parse(Check *check)
{
    check->pack = pack_parse("/home/ada/selling-on-value", check->files, check->problems);
}

/* A pack of one concept. */
static inline Check check_concept(const char *text)
{
    Check check = check_new();
    add(&check, "pack.md", PACK);
    add(&check, "price.md", text);
    parse(&check);
    return check;
}

static inline char *all_problems(const Check *check)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < check->problems->len; i++) {
        g_autofree char *line = pack_problem_format(check->problems->pdata[i]);
        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

static inline void assert_fine(const Check *check)
{
    g_autofree char *problems = all_problems(check);
    assert_string_equal(problems, "");
    assert_non_null(check->pack);
}

static inline void assert_problem(const Check *check, const char *expected)
{
    g_autofree char *problems = all_problems(check);
    if (!strstr(problems, expected))
        fail_msg("\"%s\" is not among:\n%s", expected, problems);
    assert_null(check->pack);
}

static inline void assert_only_problem(const Check *check, const char *expected)
{
    assert_problem(check, expected);
    g_autofree char *problems = all_problems(check);
    if (check->problems->len != 1)
        fail_msg("more than one problem:\n%s", problems);
}

static inline void add_concept(Check *check, const char *file, const char *id, const char *requires)
{
    g_autofree char *text =
        g_strdup_printf("---\nid: %s\ntitle: T\nskill: discovery\nrequires: [%s]\n---\n" TEXT REFLECT, id, requires);
    add(check, file, text);
}
