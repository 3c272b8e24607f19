#include "results/svg.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "<style>\n"
    "text{font:12px sans-serif;fill:#24292f}\n"
    "polyline{fill:none!important}\n"
    ".ground{fill:#fff}.axis{stroke:#57606a;fill:none}.grid{stroke:#d0d7de}\n"
    ".band{fill:#2da44e;opacity:.15}.dash{stroke-dasharray:6 3}\n"
    ".a{stroke:#0969da;fill:#0969da}.b{stroke:#bc4c00;fill:#bc4c00}\n"
    ".c{stroke:#8250df;fill:#8250df}.d{stroke:#1a7f37;fill:#1a7f37}\n"
    ".e{stroke:#6e7781;fill:#6e7781}\n"
    "@media(prefers-color-scheme:dark){\n"
    "text{fill:#e6edf3}.ground{fill:#0d1117}.axis{stroke:#8b949e}.grid{stroke:#30363d}\n"
    ".band{opacity:.3}.a{stroke:#58a6ff;fill:#58a6ff}.b{stroke:#f0883e;fill:#f0883e}\n"
    ".c{stroke:#bc8cff;fill:#bc8cff}.d{stroke:#3fb950;fill:#3fb950}\n"
    ".e{stroke:#8b949e;fill:#8b949e}}\n"
    "</style>\n";

static void write_text(FILE *file, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '&': fputs("&amp;", file); break;
        default: fputc((unsigned char) *text < ' ' ? ' ' : *text, file);
        }
    }
}

plb_status plb_svg_open(plb_svg *svg, const char *folder, const char *name, double width,
                        double height, const char *title, plb_error *error) {
    size_t length = strlen(folder) + strlen(name) + 2;
    *svg = (plb_svg){.width = width, .height = height, .path = malloc(length)};
    if (!svg->path) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a path");
    (void) snprintf(svg->path, length, "%s/%s", folder, name);
    svg->file = fopen(svg->path, "w");
    if (!svg->file) {
        plb_status status =
            plb_fail(error, PLB_E_IO, svg->path, "cannot be written: %s", strerror(errno));
        free(svg->path);
        return status;
    }
    fprintf(svg->file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" "
            "width=\"%g\" "
            "height=\"%g\" role=\"img\">\n<title>",
            width, height, width, height);
    write_text(svg->file, title);
    fprintf(svg->file, "</title>\n%s<rect class=\"ground\" width=\"100%%\" height=\"100%%\"/>\n",
            style);
    return PLB_OK;
}

plb_status plb_svg_close(plb_svg *svg, plb_error *error) {
    fputs("</svg>\n", svg->file);
    bool failed = ferror(svg->file) != 0;
    failed = fclose(svg->file) != 0 || failed;
    plb_status status =
        failed ? plb_fail(error, PLB_E_IO, svg->path, "could not be written whole") : PLB_OK;
    free(svg->path);
    return status;
}

void plb_svg_line(plb_svg *svg, const char *class, double x1, double y1, double x2, double y2) {
    fprintf(svg->file, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
            class, x1, y1, x2, y2);
}

void plb_svg_dot(plb_svg *svg, const char *class, double x, double y, double radius) {
    fprintf(svg->file, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%g\"/>\n", class, x, y,
            radius);
}

void plb_svg_box(plb_svg *svg, const char *class, double x, double y, double width, double height) {
    fprintf(svg->file,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%.1f\"/>\n",
            class, x, y, width, height);
}

void plb_svg_text(plb_svg *svg, const char *anchor, double x, double y, const char *text) {
    fprintf(svg->file, "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", anchor, x, y);
    write_text(svg->file, text);
    fputs("</text>\n", svg->file);
}

/* ---- Plots ---- */

static double share_of(double value, double low, double high, bool logarithmic) {
    if (logarithmic) return log(value / low) / log(high / low);
    return (value - low) / (high - low);
}

double plb_plot_x(const plb_plot *p, double x) {
    return p->left + p->width * share_of(x, p->x_low, p->x_high, p->x_logarithmic);
}

double plb_plot_y(const plb_plot *p, double y) {
    return p->top + p->height * (1 - share_of(y, p->y_low, p->y_high, p->y_logarithmic));
}

void plb_plot_grid_x(const plb_plot *p, const double *ticks, const char *const *texts,
                     size_t count) {
    double bottom = p->top + p->height;
    for (size_t i = 0; i < count; i++) {
        double x = plb_plot_x(p, ticks[i]);
        plb_svg_line(p->svg, "grid", x, p->top, x, bottom);
        plb_svg_text(p->svg, "middle", x, bottom + 16, texts[i]);
    }
}

void plb_plot_grid_y(const plb_plot *p, const double *ticks, const char *const *texts,
                     size_t count) {
    for (size_t i = 0; i < count; i++) {
        double y = plb_plot_y(p, ticks[i]);
        plb_svg_line(p->svg, "grid", p->left, y, p->left + p->width, y);
        plb_svg_text(p->svg, "end", p->left - 6, y + 4, texts[i]);
    }
}

#define TICKS_MOST 32

void plb_plot_axes(const plb_plot *p, const double *x_ticks, size_t x_count, const double *y_ticks,
                   size_t y_count, const char *x_name, const char *y_name) {
    char numbers[TICKS_MOST][32];
    const char *texts[TICKS_MOST];
    if (x_count > TICKS_MOST) x_count = TICKS_MOST;
    if (y_count > TICKS_MOST) y_count = TICKS_MOST;
    for (size_t i = 0; i < TICKS_MOST; i++) texts[i] = numbers[i];
    for (size_t i = 0; i < x_count; i++) (void) snprintf(numbers[i], 32, "%g", x_ticks[i]);
    plb_plot_grid_x(p, x_ticks, texts, x_count);
    for (size_t i = 0; i < y_count; i++) (void) snprintf(numbers[i], 32, "%g", y_ticks[i]);
    plb_plot_grid_y(p, y_ticks, texts, y_count);
    plb_svg_box(p->svg, "axis", p->left, p->top, p->width, p->height);
    plb_svg_text(p->svg, "middle", p->left + p->width / 2, p->top + p->height + 34, x_name);
    plb_svg_text(p->svg, "start", p->left, p->top - 8, y_name);
}

void plb_plot_line(const plb_plot *p, const char *class, const double *x, const double *y,
                   size_t count) {
    fprintf(p->svg->file, "<polyline class=\"%s\" points=\"", class);
    for (size_t i = 0; i < count; i++) {
        fprintf(p->svg->file, "%.1f,%.1f ", plb_plot_x(p, x[i]), plb_plot_y(p, y[i]));
    }
    fputs("\"/>\n", p->svg->file);
}

void plb_plot_band(const plb_plot *p, const char *class, const double *x, const double *low,
                   const double *high, size_t count) {
    fprintf(p->svg->file, "<polygon class=\"%s\" opacity=\"0.2\" points=\"", class);
    for (size_t i = 0; i < count; i++) {
        fprintf(p->svg->file, "%.1f,%.1f ", plb_plot_x(p, x[i]), plb_plot_y(p, high[i]));
    }
    for (size_t i = count; i-- > 0;) {
        fprintf(p->svg->file, "%.1f,%.1f ", plb_plot_x(p, x[i]), plb_plot_y(p, low[i]));
    }
    fputs("\"/>\n", p->svg->file);
}
