/* Plots as SVG files. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/folder.h"
#include "results/report/report.h"
#include "results/report/ticks.h"
#include "results/svg.h"

#define WIDTH 760.0
#define LEFT 84.0
#define TOP 30.0
#define RIGHT 16.0
#define BOTTOM 52.0 /* above the legend */
#define LEGEND_HEIGHT 18.0
#define PLOT_HEIGHT 320.0
#define ROW_HEIGHT 26.0
#define NAMES_LEFT 220.0
#define NAME_BYTES 32 /* of a text that is shown */

static const char *const classes[] = {"a",      "b",      "d",      "c",      "e",
                                      "a dash", "b dash", "d dash", "c dash", "e dash"};
#define CLASS_OF(s) classes[(s) % (sizeof classes / sizeof *classes)]

static double number_in(const json_t *series, const char *key, size_t i) {
    const json_t *found = json_array_get(json_object_get(series, key), i);
    return json_is_number(found) ? json_number_value(found) : NAN;
}

static void widen(double *low, double *high, double value, bool logarithmic) {
    if (!isfinite(value) || (logarithmic && value <= 0)) return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

/* Of all series, what `keys` have. */
static void find_range(const json_t *plot, const char *const *keys, const char *axis,
                       plb_ticks *ticks) {
    const json_t *series, *which = plb_json_at(plot, axis);
    bool logarithmic = strcmp(plb_string_at(which, "scale"), "linear") != 0;
    double low = INFINITY, high = -INFINITY;
    size_t i;
    json_array_foreach(plb_json_at(plot, "series"), i, series) {
        if (strcmp(plb_string_at(series, "style"), "bars") == 0) widen(&low, &high, 0, logarithmic);
        for (const char *const *key = keys; *key; key++) {
            for (size_t k = 0; k < plb_point_count(series); k++) {
                widen(&low, &high, number_in(series, *key, k), logarithmic);
            }
        }
    }
    if (!(low <= high)) low = high = 1;
    plb_ticks_find(ticks, which, low, high);
}

static void draw_grid(const plb_plot *p, const plb_ticks *x, const plb_ticks *y) {
    const char *texts[PLB_TICKS_MOST];
    for (size_t i = 0; i < x->count; i++) texts[i] = x->texts[i];
    plb_plot_grid_x(p, x->at, texts, x->count);
    for (size_t i = 0; y && i < y->count; i++) texts[i] = y->texts[i];
    if (y) plb_plot_grid_y(p, y->at, texts, y->count);
    plb_svg_box(p->svg, "axis", p->left, p->top, p->width, p->height);
}

/* At most `most` bytes of a text, cut where a character begins; how many they are. */
static size_t put_text(const plb_plot *p, const char *anchor, double x, double y, const char *text,
                       size_t most) {
    char shown[128];
    size_t length = strlen(text);
    if (most >= sizeof shown) most = sizeof shown - 1;
    if (length > most) length = most;
    while (length > 0 && ((unsigned char) text[length] & 0xc0) == 0x80) length--;
    memcpy(shown, text, length);
    shown[length] = '\0';
    plb_svg_text(p->svg, anchor, x, y, shown);
    return length;
}

/* "time (µs)". */
static void put_title(const plb_plot *p, const char *anchor, double x, double y, const json_t *axis,
                      const char *unit) {
    char text[256];
    (void) snprintf(text, sizeof text, "%s%s%s%s", plb_string_at(axis, "title"), *unit ? " (" : "",
                    unit, *unit ? ")" : "");
    put_text(p, anchor, x, y, text, strlen(text));
}

/* ---- The legend: rows below the plot ---- */

static double legend_width(const char *title) {
    size_t length = strlen(title);
    return 30 + 7 * (double) (length < 2 * NAME_BYTES ? length : 2 * NAME_BYTES);
}

static size_t legend_rows(const json_t *plot, double left) {
    const json_t *series = plb_json_at(plot, "series");
    size_t rows = 1;
    double at = left;
    for (size_t s = 0; s < json_array_size(series); s++) {
        double width = legend_width(plb_string_at(json_array_get(series, s), "title"));
        if (at > left && at + width > WIDTH) {
            at = left;
            rows++;
        }
        at += width;
    }
    return rows;
}

static void draw_names(const plb_plot *p, const json_t *plot, const plb_ticks *x,
                       const plb_ticks *y) {
    const json_t *series = plb_json_at(plot, "series");
    double at = p->left, y_at = p->top + p->height + 60;
    put_title(p, "middle", p->left + p->width / 2, p->top + p->height + 36, plb_json_at(plot, "x"),
              x->unit);
    if (y) put_title(p, "start", 8, 18, plb_json_at(plot, "y"), y->unit);
    for (size_t s = 0; s < json_array_size(series); s++) {
        const char *title = plb_string_at(json_array_get(series, s), "title");
        double width = legend_width(title);
        if (at > p->left && at + width > WIDTH) {
            at = p->left;
            y_at += LEGEND_HEIGHT;
        }
        plb_svg_dot(p->svg, CLASS_OF(s), at + 4, y_at - 4, 4);
        put_text(p, "start", at + 12, y_at, title, 2 * NAME_BYTES);
        at += width;
    }
}

/* ---- Plots of x and y ---- */

static double shown_x(const plb_plot *p, double x) {
    return plb_plot_x(p, p->x_logarithmic ? fmax(x, p->x_low) : x);
}

static double shown_y(const plb_plot *p, double y) {
    return plb_plot_y(p, p->y_logarithmic ? fmax(y, p->y_low) : y);
}

static void draw_points(const plb_plot *p, const json_t *series, const char *class) {
    size_t count = plb_point_count(series);
    for (size_t i = 0; i < count; i++) {
        double x = shown_x(p, number_in(series, "x", i));
        double low = number_in(series, "low", i), high = number_in(series, "high", i);
        plb_svg_dot(p->svg, class, x, shown_y(p, number_in(series, "y", i)), count > 100 ? 2 : 4);
        if (isfinite(low) && isfinite(high)) {
            plb_svg_line(p->svg, class, x, shown_y(p, low), x, shown_y(p, high));
        }
    }
}

/* A line through the points, and what is between low and high. PLB_E_MEMORY. */
static plb_status draw_line(const plb_plot *p, const json_t *series, const char *class, bool band,
                            plb_error *error) {
    size_t count = plb_point_count(series);
    double *columns = malloc((4 * count + 1) * sizeof *columns);
    if (!columns) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a plot");
    double *x = columns, *y = x + count, *low = y + count, *high = low + count;
    for (size_t i = 0; i < count; i++) {
        x[i] = number_in(series, "x", i);
        y[i] = number_in(series, "y", i);
        low[i] = number_in(series, "low", i);
        high[i] = number_in(series, "high", i);
        band = band && isfinite(low[i]) && isfinite(high[i]);
    }
    if (band) plb_plot_band(p, class, x, low, high, count);
    plb_plot_line(p, class, x, y, count);
    free(columns);
    return PLB_OK;
}

static plb_status draw_xy(plb_svg *svg, const json_t *plot, plb_error *error) {
    static const char *const x_keys[] = {"x", NULL}, *const y_keys[] = {"y", "low", "high", NULL};
    const json_t *series = plb_json_at(plot, "series");
    plb_status status = PLB_OK;
    plb_ticks x, y;
    find_range(plot, x_keys, "x", &x);
    find_range(plot, y_keys, "y", &y);
    plb_plot p = {svg,    LEFT,  TOP,    WIDTH - LEFT - RIGHT, PLOT_HEIGHT,  x.low,
                  x.high, y.low, y.high, x.logarithmic,        y.logarithmic};
    draw_grid(&p, &x, &y);
    for (size_t s = 0; s < json_array_size(series) && status == PLB_OK; s++) {
        const json_t *one = json_array_get(series, s);
        const char *style = plb_string_at(one, "style");
        if (strcmp(style, "points") == 0) {
            draw_points(&p, one, CLASS_OF(s));
        } else {
            status = draw_line(&p, one, CLASS_OF(s), strcmp(style, "band") == 0, error);
        }
    }
    draw_names(&p, plot, &x, &y);
    return status;
}

/* ---- Plots over names ---- */

static void draw_row(const plb_plot *p, const json_t *series, size_t i, const char *class) {
    double place = number_in(series, "x", i), value = number_in(series, "y", i);
    double y = p->top + (place + 0.5) * ROW_HEIGHT, x = shown_x(p, value);
    double low = number_in(series, "low", i), high = number_in(series, "high", i);
    if (strcmp(plb_string_at(series, "style"), "bars") == 0) {
        double zero = shown_x(p, 0);
        fprintf(p->svg->file, "<g opacity=\"0.4\">");
        plb_svg_box(p->svg, class, fmin(zero, x), y - 7, fabs(x - zero), 14);
        fprintf(p->svg->file, "</g>\n");
    } else {
        plb_svg_dot(p->svg, class, x, y, 4);
    }
    if (isfinite(low) && isfinite(high)) {
        plb_svg_line(p->svg, class, shown_x(p, low), y, shown_x(p, high), y);
        plb_svg_line(p->svg, class, shown_x(p, low), y - 4, shown_x(p, low), y + 4);
        plb_svg_line(p->svg, class, shown_x(p, high), y - 4, shown_x(p, high), y + 4);
    }
}

static void draw_named(plb_svg *svg, const json_t *plot, double height) {
    static const char *const keys[] = {"y", "low", "high", NULL};
    const json_t *names = plb_json_at(plot, "y.names"), *series;
    plb_ticks x;
    size_t s, i;
    find_range(plot, keys, "x", &x);
    plb_plot p = {.svg = svg,
                  .left = NAMES_LEFT,
                  .top = TOP,
                  .width = WIDTH - NAMES_LEFT - RIGHT,
                  .height = height,
                  .x_low = x.low,
                  .x_high = x.high,
                  .y_high = 1,
                  .x_logarithmic = x.logarithmic};
    draw_grid(&p, &x, NULL);
    for (i = 0; i < json_array_size(names); i++) {
        put_text(&p, "end", p.left - 8, p.top + ((double) i + 0.5) * ROW_HEIGHT + 4,
                 json_string_value(json_array_get(names, i)), NAME_BYTES);
    }
    json_array_foreach(plb_json_at(plot, "series"), s, series) {
        for (i = 0; i < plb_point_count(series); i++) draw_row(&p, series, i, CLASS_OF(s));
    }
    draw_names(&p, plot, &x, NULL);
}

/* ---- Files ---- */

static plb_status write_plot(const char *directory, const char *name, const json_t *plot,
                             plb_error *error) {
    bool named = strcmp(plb_string_at(plot, "y.scale"), "category") == 0;
    double rows = (double) json_array_size(plb_json_at(plot, "y.names"));
    double height = named ? rows * ROW_HEIGHT : PLOT_HEIGHT;
    plb_svg svg;
    double legend = LEGEND_HEIGHT * (double) legend_rows(plot, named ? NAMES_LEFT : LEFT);
    plb_status status = plb_svg_open(&svg, directory, name, WIDTH, TOP + height + BOTTOM + legend,
                                     plb_string_at(plot, "title"), error);
    if (status != PLB_OK) return status;
    if (named) {
        draw_named(&svg, plot, height);
    } else {
        status = draw_xy(&svg, plot, error);
    }
    plb_status closed = plb_svg_close(&svg, status == PLB_OK ? error : NULL);
    return status == PLB_OK ? closed : status;
}

typedef struct writing {
    plb_results *folder;
    size_t count;
    plb_status status;
    plb_error *error;
} writing;

#define ID_DIGITS 12

static void write_item(void *context, const plb_item *at) {
    writing *w = context;
    char text[256], name[256];
    if (w->status != PLB_OK || strcmp(plb_string_at(at->item, "kind"), "plot") != 0) return;
    (void) snprintf(text, sizeof text, "%.*s-%.60s-%.100s.svg", ID_DIGITS,
                    plb_string_at(at->part, "id"), plb_string_at(at->section, "id"),
                    plb_string_at(at->item, "name"));
    plb_results_safe_name(text, name, sizeof name);
    w->status = write_plot(plb_results_directory(w->folder), name, at->item, w->error);
    if (w->status == PLB_OK) w->status = plb_results_note_file(w->folder, name, w->error);
    w->count += w->status == PLB_OK;
}

plb_status plb_report_plots(const plb_report *report, plb_results *folder, size_t *count,
                            plb_error *error) {
    writing w = {.folder = folder, .error = error};
    json_t *all = plb_report_json(report);
    *count = 0;
    if (!all) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    plb_report_each(all, write_item, &w);
    json_decref(all);
    *count = w.count;
    return w.status;
}
