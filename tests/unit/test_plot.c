/* Plot: what is drawn says what it shows, and nothing that is named can become markup. */
#include "command/plot.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char *drawn(const PlotLine *lines, guint n)
{
    const PlotPanel panel = { "A <panel>", "day", "concepts", lines, n };
    return plot_svg("Title & more", "What it shows", &panel, 1);
}

static void a_plot_is_well_formed_and_names_its_lines(void **unused)
{
    const PlotPoint points[] = { { 0, 0, 0, 0 }, { 7, 10, 8, 12 }, { 14, 12, 11, 13 } };
    const PlotLine lines[] = { { "plain", points, 3, FALSE }, { "<script>\"&", points, 3, TRUE } };
    g_autofree char *svg = drawn(lines, 2);
    GMarkupParser parser = { 0 };
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, NULL, NULL);
    assert_true(g_markup_parse_context_parse(context, svg, -1, NULL));
    assert_true(g_markup_parse_context_end_parse(context, NULL));
    assert_non_null(strstr(svg, ">plain</text>"));
    assert_non_null(strstr(svg, "&lt;script&gt;"));
    assert_null(strstr(svg, "<script"));
    assert_non_null(strstr(svg, "Title &amp; more"));
    assert_non_null(strstr(svg, "prefers-color-scheme:dark"));
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
}

static void a_single_point_and_all_zero_can_be_drawn(void **unused)
{
    const PlotPoint point = { 3, 0, 0, 0 };
    const PlotLine line = { "one", &point, 1, FALSE };
    g_autofree char *svg = drawn(&line, 1);
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
}

static void bands_are_drawn_where_there_is_uncertainty(void **unused)
{
    const PlotPoint sure[] = { { 0, 1, 1, 1 }, { 1, 2, 2, 2 } }, unsure[] = { { 0, 1, 1, 1 }, { 1, 2, 1.5, 3 } };
    const PlotLine first = { "sure", sure, 2, FALSE }, second = { "unsure", unsure, 2, FALSE };
    g_autofree char *without = drawn(&first, 1);
    g_autofree char *with = drawn(&second, 1);
    assert_null(strstr(without, "class=\"band\""));
    assert_non_null(strstr(with, "class=\"band\""));
}

static void steps_are_round_and_few(void **unused)
{
    for (double most = 1e-6; most < 1e9; most *= 1.37) {
        double step = plot_step(most), mantissa = step / pow(10, floor(log10(step) + 1e-9));
        assert_true(most / step <= 10 && most / step >= 3.9);
        assert_true(fabs(mantissa - 1) < 1e-6 || fabs(mantissa - 2) < 1e-6 || fabs(mantissa - 5) < 1e-6);
    }
    assert_true(plot_step(455) == 50);
}

/* Names of lines that end together stand apart. */
static void names_do_not_overlap(void **unused)
{
    enum { LINES = 12 };
    const PlotPoint points[] = { { 0, 0, 0, 0 }, { 1, 5, 5, 5 } };
    PlotLine lines[LINES];
    for (guint i = 0; i < LINES; i++)
        lines[i] = (PlotLine){ "same", points, 2, FALSE };
    g_autofree char *svg = drawn(lines, LINES);
    double before = -INFINITY;
    const char *at = svg;
    for (guint i = 0; i < LINES; i++) {
        at = strstr(at, "class=\"to-name\"");
        assert_non_null(at);
        double y = g_ascii_strtod(strstr(at, "y2=\"") + 4, NULL);
        assert_true(y >= before + 14.9);
        before = y;
        at++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plot_is_well_formed_and_names_its_lines),
        cmocka_unit_test(a_single_point_and_all_zero_can_be_drawn),
        cmocka_unit_test(bands_are_drawn_where_there_is_uncertainty),
        cmocka_unit_test(steps_are_round_and_few),
        cmocka_unit_test(names_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
