/* Plots: lines over a number line, side by side in panels, as an SVG of its own: with bands of uncertainty, axes, and
 * each line's name at its end. Readable in light and dark, without colour alone, and without sight of it (title and
 * description). Knows nothing of what is drawn; hides the drawing. */
#pragma once

#include <glib.h>

typedef struct {
    double x, y;
    double low, high; /* of the band; both y without one */
} PlotPoint;

/* A line with `is_strong` is drawn over the others, and thicker. Colours and dashes follow from the place among the
 * lines. */
typedef struct {
    const char *name;
    const PlotPoint *points; /* by ascending x, all finite; at least one */
    guint n;
    gboolean is_strong;
} PlotLine;

typedef struct {
    const char *title;
    const char *x_label, *y_label;
    const PlotLine *lines;
    guint n_lines; /* at least one */
} PlotPanel;

/* The SVG document. Free with g_free. */
char *plot_svg(const char *title, const char *description, const PlotPanel *panels, guint n_panels);

/* Whether a picture can be put at that path: in a folder that can be written to, where there is nothing or a plain
 * file. It takes the place of what is there, so a device or a link would be gone. */
gboolean plot_may_go_to(const char *file);

/* Steps for an axis from 0 to `most` (> 0): 1, 2 or 5 times a power of ten, four to ten of them. */
double plot_step(double most);
