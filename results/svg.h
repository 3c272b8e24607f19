/* Plots as SVG files that can be read on light and on dark ground. */
#ifndef PLB_RESULTS_SVG_H
#define PLB_RESULTS_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include <plutbench/status.h>

typedef struct plb_svg {
    FILE *file;
    char *path;
    double width, height;
} plb_svg;

/* Errors: PLB_E_IO, PLB_E_MEMORY. */
plb_status plb_svg_open(plb_svg *svg, const char *folder, const char *name, double width,
                        double height, const char *title, plb_error *error);
/* PLB_E_IO when something could not be written. */
plb_status plb_svg_close(plb_svg *svg, plb_error *error);

/* Classes of lines and marks: "axis", "grid", "a" to "e" (colours), "dash" behind one
 * of them, "band". */
void plb_svg_line(plb_svg *svg, const char *class, double x1, double y1, double x2, double y2);
void plb_svg_dot(plb_svg *svg, const char *class, double x, double y, double radius);
void plb_svg_box(plb_svg *svg, const char *class, double x, double y, double width, double height);
/* `anchor`: "start", "middle", "end". Text is any text: what means something in SVG is escaped. */
void plb_svg_text(plb_svg *svg, const char *anchor, double x, double y, const char *text);

/* A plot's frame: where it is, and what its axes mean. */
typedef struct plb_plot {
    plb_svg *svg;
    double left, top, width, height;
    double x_low, x_high, y_low, y_high;
    bool x_logarithmic, y_logarithmic;
} plb_plot;

/* Where a value is; logarithmic axes want values above zero. */
double plb_plot_x(const plb_plot *plot, double x);
double plb_plot_y(const plb_plot *plot, double y);
/* Frame, a grid line and a number at each tick, and what the axes are. */
void plb_plot_axes(const plb_plot *plot, const double *x_ticks, size_t x_count,
                   const double *y_ticks, size_t y_count, const char *x_name, const char *y_name);
/* As `plb_plot_axes`, with a text at each tick. */
void plb_plot_grid_x(const plb_plot *plot, const double *ticks, const char *const *texts,
                     size_t count);
void plb_plot_grid_y(const plb_plot *plot, const double *ticks, const char *const *texts,
                     size_t count);
void plb_plot_line(const plb_plot *plot, const char *class, const double *x, const double *y,
                   size_t count);
/* The area between two lines over the same x. */
void plb_plot_band(const plb_plot *plot, const char *class, const double *x, const double *low,
                   const double *high, size_t count);

#endif
