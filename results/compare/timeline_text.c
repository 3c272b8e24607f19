/* A timeline for people: a bar a point, changes between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/timeline.h"

#define LABEL_WIDTH 20
#define VALUE_WIDTH 12
#define INTERVAL_WIDTH 22
#define BAR_LEAST 10
#define BAR_MOST 60
#define LINE_BYTES 4096

/* What the bars reach over: all intervals. */
typedef struct reach {
    double low, high;
} reach;

static reach range_of(const plb_timeline_report *r) {
    reach range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < r->point_count; i++) {
        const plb_estimate *e = &r->points[i].value;
        range.low = fmin(range.low, isfinite(e->low) ? e->low : e->value);
        range.high = fmax(range.high, isfinite(e->high) ? e->high : e->value);
    }
    return range;
}

static int column_of(const reach *range, double value, int width) {
    double share = range->high > range->low ? (value - range->low) / (range->high - range->low) : 0;
    int column = (int) (share * (width - 1) + 0.5);
    return column < 0 ? 0 : column >= width ? width - 1 : column;
}

/* The interval as a line, the value as a dot on it, the segment's level as a bar behind both. */
static void print_bar(FILE *out, const plb_timeline_report *r, const plb_timeline_point *point,
                      const reach *range, int width) {
    const plb_estimate *e = &point->value;
    double level = r->segments[point->segment].level.value;
    int low = column_of(range, isfinite(e->low) ? e->low : e->value, width);
    int high = column_of(range, isfinite(e->high) ? e->high : e->value, width);
    int value = column_of(range, e->value, width), middle = column_of(range, level, width);
    for (int i = 0; i < width; i++) {
        bool inside = i >= low && i <= high;
        fputs(i == value ? "●" : inside ? "─" : i == middle ? "│" : " ", out);
    }
}

static void print_point(FILE *out, const plb_timeline_report *r, const plb_timeline_point *point,
                        const reach *range, int width) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    if (strcmp(r->unit, "ns") == 0) {
        plb_format_estimate_ns(&point->value, value, interval);
    } else {
        plb_format_estimate(&point->value, 1, strcmp(r->unit, "1") == 0 ? "" : r->unit, value,
                            interval);
    }
    plb_print_left(out, *point->label ? point->label : "-", LABEL_WIDTH);
    fprintf(out, "%5zu ", point->runs);
    plb_print_right(out, value, VALUE_WIDTH);
    plb_print_right(out, isfinite(point->value.low) ? interval : "", INTERVAL_WIDTH);
    fputs("  ", out);
    print_bar(out, r, point, range, width);
    fputc('\n', out);
}

static const char *label_at(const plb_timeline_report *r, size_t point) {
    return r->points[point < r->point_count ? point : r->point_count - 1].label;
}

static void print_change(FILE *out, const plb_timeline_report *r, const plb_timeline_change *c) {
    char change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], line[LINE_BYTES];
    plb_format_change(c->change, (c->high - c->low) / 2, change);
    plb_format_change_interval(c->low, c->high, interval);
    (void) snprintf(line, sizeof line, "change at %s: %s %s", label_at(r, c->at), change, interval);
    fprintf(out, "── %s", line);
    if (c->earliest != c->latest) {
        fprintf(out, "; at the earliest %s, at the latest %s", label_at(r, c->earliest),
                label_at(r, c->latest));
    }
    fputc('\n', out);
    if (c->input_count == 0) fputs("   nothing differs that manifests tell of\n", out);
    for (size_t i = 0; i < c->input_count; i++) {
        const plb_compare_input *input = &c->inputs[i];
        (void) snprintf(line, sizeof line, "%s%s%s: %s -> %s", input->kind, *input->name ? " " : "",
                        input->name, input->values[0], input->values[1]);
        fputs("   ", out);
        plb_print_wrapped(out, line, 3, 5);
    }
}

/* Changes stand before the points at which they are. */
static void print_points(FILE *out, const plb_timeline_report *r, int width) {
    reach range = range_of(r);
    size_t next = 0;
    for (size_t i = 0; i < r->point_count; i++) {
        if (next < r->change_count && r->changes[next].at == i) {
            print_change(out, r, &r->changes[next++]);
        }
        print_point(out, r, &r->points[i], &range, width);
    }
}

plb_status plb_timeline_text(const plb_timeline *timeline, int width, char **text,
                             plb_error *error) {
    const plb_timeline_report *r = &timeline->report;
    int bar = width - LABEL_WIDTH - 6 - VALUE_WIDTH - INTERVAL_WIDTH - 2;
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    fprintf(out, "%s by %s: %zu points, %zu change%s\n\n", r->metric, plb_timeline_by_name(r->by),
            r->point_count, r->change_count, r->change_count == 1 ? "" : "s");
    plb_print_left(out, plb_timeline_by_name(r->by), LABEL_WIDTH);
    fputs(" runs ", out);
    plb_print_right(out, "value", VALUE_WIDTH);
    plb_print_right(out, "95 %", INTERVAL_WIDTH);
    fputc('\n', out);
    print_points(out, r, bar < BAR_LEAST ? BAR_LEAST : bar > BAR_MOST ? BAR_MOST : bar);
    fputc('\n', out);
    for (size_t i = 0; i < r->note_count; i++) {
        fputs("note: ", out);
        plb_print_wrapped(out, r->notes[i], 6, 6);
    }
    return plb_text_close(out, text, error);
}
