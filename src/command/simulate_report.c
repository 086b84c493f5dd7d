/* The report of `whet simulate`: see simulate_report.h. Knows what Whet is compared with: FSRS at that fixed retention
 * which remembers most in the same daily budget, and at the one which remembers most per hour. The second is hard to
 * read alone: whoever practises less has more per hour, and remembers less. */
#include "command/simulate_report.h"
#include "command/plot.h"

#include <math.h>
#include <string.h>

#define FIXED_PREFIX "fsrs-" /* policies with a fixed retention */
static const char ours[] = "whet";

/* --- comparisons */

typedef double (*Measure)(const SimulateOutcome *outcome);

static double year_mean(const SimulateOutcome *outcome)
{
    return stats_mean(outcome->year, outcome->learners).mean;
}

static double per_hour_mean(const SimulateOutcome *outcome)
{
    return simulate_per_hour(outcome).mean;
}

static const struct {
    const char *name; /* in JSON */
    const char *about;
    Measure measure;
} bests[] = {
    { "remembers most", "which remembers most", year_mean },
    { "most per hour", "which remembers most per hour", per_hour_mean },
};

static const SimulateRow *row_of(const SimulateReport *report, const SimulateTruth *truth, const char *policy)
{
    for (guint i = 0; i < report->n; i++)
        if (report->rows[i].truth == truth && g_str_equal(report->rows[i].policy->name, policy))
            return &report->rows[i];
    return NULL;
}

/* The best fixed retention; NULL when there is none. */
static const SimulateRow *best_fixed(const SimulateReport *report, const SimulateTruth *truth, Measure measure)
{
    const SimulateRow *best = NULL;
    for (guint i = 0; i < report->n; i++) {
        const SimulateRow *row = &report->rows[i];
        if (row->truth == truth && g_str_has_prefix(row->policy->name, FIXED_PREFIX) &&
            (!best || isnan(measure(best->outcome)) || measure(row->outcome) > measure(best->outcome)))
            best = row;
    }
    return best;
}

static gboolean begins_truth(const SimulateReport *report, guint i)
{
    return i == 0 || report->rows[i].truth != report->rows[i - 1].truth;
}

/* --- for people */

static char *with_interval(StatsInterval interval, int digits)
{
    if (!isfinite(interval.mean))
        return g_strdup("-");
    return g_strdup_printf("%.*f ±%.*f", digits, interval.mean, digits, (interval.high - interval.low) / 2);
}

static double minutes_of(const SimulateOutcome *outcome)
{
    return stats_mean(outcome->hours, outcome->learners).mean * 60;
}

/* Padded by characters, which printf does not count. */
static void print_cell(const char *text, glong width)
{
    g_autofree char *padding = g_strnfill((gsize)MAX(0, width - g_utf8_strlen(text, -1)), ' ');
    g_print("%s%s", padding, text);
}

static void print_row(const SimulateRow *row)
{
    const SimulateOutcome *outcome = row->outcome;
    g_autofree char *early = with_interval(stats_mean(outcome->early, outcome->learners), 1);
    g_autofree char *year = with_interval(stats_mean(outcome->year, outcome->learners), 1);
    g_autofree char *after = with_interval(stats_mean(outcome->after, outcome->learners), 1);
    g_autofree char *per_hour = with_interval(simulate_per_hour(outcome), 2);
    g_print("%-10s %7.0f", row->policy->name, minutes_of(outcome));
    print_cell(early, 14);
    print_cell(year, 14);
    print_cell(after, 16);
    print_cell(per_hour, 14);
    g_print("  %s\n", row->policy->about);
}

static void print_comparison(const SimulateRow *row, const SimulateRow *other, const char *about)
{
    StatsInterval year = simulate_year_difference(row->outcome, other->outcome);
    StatsInterval per_hour = simulate_per_hour_difference(row->outcome, other->outcome);
    g_print("%s against %s, %s: %+.1f concepts (%+.1f to %+.1f)", row->policy->name, other->policy->name, about,
            year.mean, year.low, year.high);
    if (isfinite(per_hour.mean)) /* both practised */
        g_print(", %+.2f per hour (%+.2f to %+.2f), %+.1f %%", per_hour.mean, per_hour.low, per_hour.high,
                100 * per_hour.mean / per_hour_mean(other->outcome));
    g_print(".\n");
}

static void print_comparisons(const SimulateReport *report, const SimulateTruth *truth)
{
    const SimulateRow *row = row_of(report, truth, ours);
    for (gsize i = 0; row && i < G_N_ELEMENTS(bests); i++) {
        const SimulateRow *other = best_fixed(report, truth, bests[i].measure);
        if (other)
            print_comparison(row, other, bests[i].about);
    }
}

void simulate_report_print(const SimulateReport *report)
{
    const SimulateWish *wish = report->wish;
    g_print("%u learners, %u concepts, %g minutes of exercises a day at most, %u days, seed %" G_GUINT64_FORMAT
            "; %.1f s\n"
            "Concepts remembered: the sum of true recall over all of them, mean of learners ± half of its 95 %% "
            "interval,\non day %d, on day %d and %d days after the practice ended. Per hour: on day %d, for each hour "
            "practised.\n",
            wish->learners, wish->setting.concepts, report->minutes, wish->days, wish->seed, report->seconds,
            SIMULATE_EARLY_DAY, SIMULATE_YEAR_DAYS, SIMULATE_AFTER_DAYS, SIMULATE_YEAR_DAYS);
    for (guint i = 0; i < report->n; i++) {
        const SimulateRow *row = &report->rows[i];
        if (begins_truth(report, i))
            g_print("\nTruth: %s (%s)\n%-10s %7s%14s%14s%16s%14s\n", row->truth->name, row->truth->about, "policy",
                    "minutes", "day 90", "day 365", "90 days after", "per hour");
        print_row(row);
        if (i + 1 == report->n || begins_truth(report, i + 1))
            print_comparisons(report, row->truth);
    }
}

/* --- for programs */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *interval_json(StatsInterval interval)
{
    return json_pack("{s:o, s:o, s:o}", "mean", number(interval.mean), "low", number(interval.low), "high",
                     number(interval.high));
}

static json_t *mean_json(const double *x, guint n)
{
    return interval_json(stats_mean(x, n));
}

static json_t *row_json(const SimulateRow *row)
{
    const SimulateOutcome *outcome = row->outcome;
    guint n = outcome->learners;
    return json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o}", "truth", row->truth->name, "policy", row->policy->name,
                     "minutes", minutes_of(outcome), "remembered_90", mean_json(outcome->early, n), "remembered_365",
                     mean_json(outcome->year, n), "remembered_after", mean_json(outcome->after, n), "per_hour",
                     interval_json(simulate_per_hour(outcome)));
}

static void append_comparisons(const SimulateReport *report, const SimulateTruth *truth, json_t *list)
{
    const SimulateRow *row = row_of(report, truth, ours);
    for (gsize i = 0; row && i < G_N_ELEMENTS(bests); i++) {
        const SimulateRow *other = best_fixed(report, truth, bests[i].measure);
        if (other)
            json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "truth", truth->name, "policy", row->policy->name,
                                "against", other->policy->name, "which", bests[i].name, "remembered_365",
                                interval_json(simulate_year_difference(row->outcome, other->outcome)), "per_hour",
                                interval_json(simulate_per_hour_difference(row->outcome, other->outcome))));
    }
}

json_t *simulate_report_json(const SimulateReport *report)
{
    const SimulateWish *wish = report->wish;
    json_t *rows = json_array(), *comparisons = json_array();
    for (guint i = 0; i < report->n; i++) {
        json_array_append_new(rows, row_json(&report->rows[i]));
        if (begins_truth(report, i))
            append_comparisons(report, report->rows[i].truth, comparisons);
    }
    return json_pack("{s:I, s:I, s:I, s:f, s:I, s:f, s:o, s:o}", "learners", (json_int_t)wish->learners, "days",
                     (json_int_t)wish->days, "concepts", (json_int_t)wish->setting.concepts, "minutes_a_day",
                     report->minutes, "seed", (json_int_t)wish->seed, "seconds", report->seconds, "rows", rows,
                     "differences", comparisons);
}

/* --- the picture */

static PlotLine line_of(const SimulateRow *row)
{
    PlotPoint *points = g_new0(PlotPoint, SIMULATE_CURVE_POINTS);
    for (guint i = 0; i < SIMULATE_CURVE_POINTS; i++) {
        const StatsInterval *value = &row->outcome->curve[i];
        points[i] = (PlotPoint){ i * SIMULATE_CURVE_STEP, value->mean, value->low, value->high };
    }
    return (PlotLine){
        .name = row->policy->name,
        .points = points,
        .n = SIMULATE_CURVE_POINTS,
        .is_strong = g_str_equal(row->policy->name, ours),
    };
}

static void line_clear(gpointer line)
{
    g_free((gpointer)((PlotLine *)line)->points);
}

char *simulate_report_plot(const SimulateReport *report)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, TRUE, sizeof(PlotLine));
    g_autoptr(GArray) panels = g_array_new(FALSE, TRUE, sizeof(PlotPanel));
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    g_array_set_clear_func(lines, line_clear);
    for (guint i = 0; i < report->n; i++) {
        PlotLine line = line_of(&report->rows[i]);
        g_array_append_val(lines, line);
    }
    for (guint i = 0; i < report->n; i++) {
        if (begins_truth(report, i)) {
            g_ptr_array_add(titles, g_strdup_printf("Truth: %s", report->rows[i].truth->about));
            PlotPanel panel = {
                .title = g_ptr_array_index(titles, titles->len - 1),
                .x_label = "day",
                .y_label = "concepts remembered, with 95 % interval",
                .lines = &g_array_index(lines, PlotLine, i),
            };
            g_array_append_val(panels, panel);
        }
        g_array_index(panels, PlotPanel, panels->len - 1).n_lines++;
    }
    g_autofree char *title = g_strdup_printf("%u concepts, %g minutes a day for %u days",
                                             report->wish->setting.concepts, report->minutes, report->wish->days);
    g_autofree char *description = g_strdup_printf(
        "Concepts that %u simulated learners remember on average, from the first day to 90 days after a year, one line "
        "for each policy and one panel for each truth.",
        report->wish->learners);
    return plot_svg(title, description, (const PlotPanel *)(gconstpointer)panels->data, panels->len);
}
