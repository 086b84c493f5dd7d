/* Plots: see plot.h. Hides sizes, colours and how names at the ends of lines keep apart. */
#include "command/plot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pixels. */
enum {
    PANEL_WIDTH = 640,
    PANEL_HEIGHT = 420,
    LEFT = 56,
    RIGHT = 110, /* names of lines */
    TOP = 64,
    BOTTOM = 48,
    HEADING = 40, /* of the whole */
    NAME_APART = 15
};
enum { COLOURS = 8, DASHES = 3 };

/* Okabe and Ito 2008, "Color Universal Design", told apart by colour-blind people; the first is the ink. */
static const char style[] =
    "<style>"
    "svg{--ink:#1b2225;--quiet:#5b676c;--rule:#d5dadc;--paper:#ffffff;"
    "--c0:#1b2225;--c1:#0072b2;--c2:#b34a00;--c3:#007a5a;--c4:#a8407f;--c5:#8a6d00;--c6:#2b7fa8;--c7:#6a5acd;"
    "font:14px system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){svg{--ink:#e8edef;--quiet:#a3afb4;--rule:#3a4448;--paper:#14191b;"
    "--c0:#e8edef;--c1:#56b4e9;--c2:#f28e4b;--c3:#3cc9a0;--c4:#e08fc0;--c5:#e0c04a;--c6:#8fd3f4;--c7:#b3a7ff}}"
    ".paper{fill:var(--paper)}text{fill:var(--ink)}.quiet{fill:var(--quiet)}.heading{font-size:16px;font-weight:600}"
    ".rule{stroke:var(--rule);stroke-width:1}.line{fill:none;stroke-width:1.5}.strong{stroke-width:3.5}"
    ".band{stroke:none;fill-opacity:.15}.to-name{stroke-width:1;stroke-opacity:.5;fill:none}"
    "</style>";
static const char *const dashes[DASHES] = { "none", "7 3", "2 3" };

/* What a panel is measured in. */
typedef struct {
    GString *svg;
    const PlotPanel *panel;
    double left, top;     /* of the area of lines, pixels */
    double x_low, x_high; /* values */
    double y_most, y_step;
} Frame;

G_GNUC_PRINTF(2, 3) static void put(GString *svg, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    g_string_append_vprintf(svg, format, values);
    va_end(values);
}

static void put_text(GString *svg, double x, double y, const char *attributes, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    put(svg, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, attributes, escaped);
}

double plot_step(double most)
{
    static const double factors[] = { 1, 2, 5 };
    enum { STEPS_MOST = 10 };
    double power = pow(10, floor(log10(most)) - 1);
    for (;; power *= 10)
        for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
            if (most / (factors[i] * power) <= STEPS_MOST)
                return factors[i] * power;
}

static double width(void)
{
    return PANEL_WIDTH - LEFT - RIGHT;
}

static double height(void)
{
    return PANEL_HEIGHT - TOP - BOTTOM;
}

static double x_of(const Frame *frame, double value)
{
    return frame->left + (value - frame->x_low) / (frame->x_high - frame->x_low) * width();
}

static double y_of(const Frame *frame, double value)
{
    return frame->top + (1 - value / frame->y_most) * height();
}

/* From 0 up, to the next full step. */
static void find_ranges(Frame *frame)
{
    double most = 0;
    frame->x_low = INFINITY;
    frame->x_high = -INFINITY;
    for (guint i = 0; i < frame->panel->n_lines; i++) {
        const PlotLine *line = &frame->panel->lines[i];
        frame->x_low = MIN(frame->x_low, line->points[0].x);
        frame->x_high = MAX(frame->x_high, line->points[line->n - 1].x);
        for (guint j = 0; j < line->n; j++)
            most = MAX(most, line->points[j].high);
    }
    if (!(frame->x_high > frame->x_low))
        frame->x_high = frame->x_low + 1;
    most = most > 0 ? most : 1;
    frame->y_step = plot_step(most);
    frame->y_most = ceil(most / frame->y_step) * frame->y_step;
}

static void draw_axes(const Frame *frame)
{
    GString *svg = frame->svg;
    double right = frame->left + width(), bottom = frame->top + height();
    for (double value = 0; value <= frame->y_most * (1 + 1e-9); value += frame->y_step) {
        double y = y_of(frame, value);
        g_autofree char *label = g_strdup_printf("%g", value);
        put(svg, "<line class=\"rule\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", frame->left, right, y, y);
        put_text(svg, frame->left - 8, y + 5, "class=\"quiet\" text-anchor=\"end\"", label);
    }
    double step = plot_step(frame->x_high - frame->x_low);
    for (double value = ceil(frame->x_low / step) * step; value <= frame->x_high; value += step) {
        g_autofree char *label = g_strdup_printf("%g", value);
        put_text(svg, x_of(frame, value), bottom + 20, "class=\"quiet\" text-anchor=\"middle\"", label);
    }
    put_text(svg, (frame->left + right) / 2, bottom + 40, "class=\"quiet\" text-anchor=\"middle\"",
             frame->panel->x_label);
    put_text(svg, frame->left - LEFT + 8, frame->top - 16, "class=\"quiet\"", frame->panel->y_label);
    put_text(svg, frame->left - LEFT + 8, frame->top - 38, "class=\"heading\"", frame->panel->title);
}

static gboolean has_band(const PlotLine *line)
{
    for (guint i = 0; i < line->n; i++)
        if (line->points[i].low < line->points[i].high)
            return TRUE;
    return FALSE;
}

static void draw_band(const Frame *frame, guint number)
{
    const PlotLine *line = &frame->panel->lines[number];
    if (!has_band(line))
        return;
    put(frame->svg, "<polygon class=\"band\" fill=\"var(--c%u)\" points=\"", number % COLOURS);
    for (guint i = 0; i < line->n; i++)
        put(frame->svg, "%.1f,%.1f ", x_of(frame, line->points[i].x), y_of(frame, line->points[i].high));
    for (guint i = line->n; i > 0; i--)
        put(frame->svg, "%.1f,%.1f ", x_of(frame, line->points[i - 1].x), y_of(frame, MAX(line->points[i - 1].low, 0)));
    put(frame->svg, "\"/>\n");
}

static void draw_line(const Frame *frame, guint number)
{
    const PlotLine *line = &frame->panel->lines[number];
    put(frame->svg, "<polyline class=\"line%s\" stroke=\"var(--c%u)\" stroke-dasharray=\"%s\" points=\"",
        line->is_strong ? " strong" : "", number % COLOURS,
        line->is_strong ? dashes[0] : dashes[number / COLOURS % DASHES]);
    for (guint i = 0; i < line->n; i++)
        put(frame->svg, "%.1f,%.1f ", x_of(frame, line->points[i].x), y_of(frame, line->points[i].y));
    put(frame->svg, "\"/>\n");
}

typedef struct {
    guint line;
    double end, y; /* where the line ends, and where its name stands */
} Name;

static int by_end(gconstpointer a, gconstpointer b)
{
    const Name *left = a, *right = b;
    return left->end < right->end ? -1 : left->end > right->end;
}

/* Down where two would overlap, then up again from the bottom of the panel. */
static void keep_apart(Name *names, guint n, double lowest)
{
    for (guint i = 1; i < n; i++)
        names[i].y = MAX(names[i].y, names[i - 1].y + NAME_APART);
    for (guint i = n; i > 0; i--) {
        double most = i == n ? lowest : names[i].y - NAME_APART;
        names[i - 1].y = MIN(names[i - 1].y, most);
    }
}

static void draw_names(const Frame *frame)
{
    guint n = frame->panel->n_lines;
    g_autofree Name *names = g_new0(Name, n);
    for (guint i = 0; i < n; i++) {
        const PlotLine *line = &frame->panel->lines[i];
        double end = y_of(frame, line->points[line->n - 1].y);
        names[i] = (Name){ .line = i, .end = end, .y = end };
    }
    qsort(names, n, sizeof *names, by_end);
    keep_apart(names, n, frame->top + height() + NAME_APART);
    for (guint i = 0; i < n; i++) {
        const PlotLine *line = &frame->panel->lines[names[i].line];
        guint colour = names[i].line % COLOURS;
        double from = x_of(frame, line->points[line->n - 1].x), to = frame->left + width() + 14;
        g_autofree char *attributes =
            g_strdup_printf("style=\"fill:var(--c%u)%s\"", colour, line->is_strong ? ";font-weight:600" : "");
        put(frame->svg,
            "<line class=\"to-name\" stroke=\"var(--c%u)\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", colour,
            from, names[i].end, to, names[i].y);
        put_text(frame->svg, to + 4, names[i].y + 5, attributes, line->name);
    }
}

/* Strong lines last, so that they lie on top. */
static void draw_panel(GString *svg, const PlotPanel *panel, double top)
{
    Frame frame = { .svg = svg, .panel = panel, .left = LEFT, .top = top + TOP };
    find_ranges(&frame);
    draw_axes(&frame);
    for (int strong = 0; strong <= 1; strong++)
        for (guint i = 0; i < panel->n_lines; i++) {
            if (panel->lines[i].is_strong != strong)
                continue;
            draw_band(&frame, i);
            draw_line(&frame, i);
        }
    draw_names(&frame);
}

char *plot_svg(const char *title, const char *description, const PlotPanel *panels, guint n_panels)
{
    GString *svg = g_string_new(NULL);
    g_autofree char *escaped_title = g_markup_escape_text(title, -1);
    g_autofree char *escaped_description = g_markup_escape_text(description, -1);
    guint whole = HEADING + n_panels * PANEL_HEIGHT;
    put(svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\" role=\"img\" "
        "aria-labelledby=\"plot-title plot-description\">\n",
        PANEL_WIDTH, whole, PANEL_WIDTH, whole);
    put(svg, "<title id=\"plot-title\">%s</title>\n<desc id=\"plot-description\">%s</desc>\n", escaped_title,
        escaped_description);
    put(svg, "%s\n<rect class=\"paper\" width=\"%u\" height=\"%u\"/>\n", style, PANEL_WIDTH, whole);
    put_text(svg, 8, 28, "class=\"heading\"", title);
    for (guint i = 0; i < n_panels; i++)
        draw_panel(svg, &panels[i], HEADING + i * PANEL_HEIGHT);
    g_string_append(svg, "</svg>\n");
    return g_string_free(svg, FALSE);
}

gboolean plot_may_go_to(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    struct stat status;
    gboolean may_replace = lstat(file, &status) == 0 ? S_ISREG(status.st_mode) : errno == ENOENT;
    return may_replace && g_access(folder, W_OK | X_OK) == 0;
}
