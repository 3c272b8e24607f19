/* Criterion's CSV, as the reference's R code takes it (read.csv with comment.char = "#"). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/fit/points.h"

#define COLUMNS_MAX 64
#define MICROSECONDS 1e6

enum { BENCHMARK, TIME, TIME_LOW, TIME_HIGH, SD, SD_LOW, SD_HIGH, WANTED };
static const char *const wanted[WANTED] = {"benchmark", "t",       "t.mean.lb", "t.mean.ub",
                                           "t.sd",      "t.sd.lb", "t.sd.ub"};

typedef struct field {
    const char *at, *end;
} field;

typedef struct reader {
    const char *name; /* of the input */
    const char *at, *end;
    unsigned line;
    size_t columns;
    uint8_t column[WANTED]; /* where each wanted one is */
    field fields[COLUMNS_MAX + 1];
    plb_benching *benching;
    plb_error *error;
} reader;

/* The column is counted from 1. */
static plb_status fail_at(reader *r, size_t column, const char *expected, field got) {
    char where[PLB_ERROR_WHERE_BYTES];
    snprintf(where, sizeof where, "%s:%u:%zu", r->name, r->line, column);
    int shown = (int) (got.end - got.at > 40 ? 40 : got.end - got.at);
    return plb_fail(r->error, PLB_E_PARSE, where, "expected %s, got '%.*s'", expected, shown,
                    got.at ? got.at : "");
}

static plb_status fail_line(reader *r, const char *format, size_t a, size_t b) {
    char where[PLB_ERROR_WHERE_BYTES], message[PLB_ERROR_MESSAGE_BYTES];
    snprintf(where, sizeof where, "%s:%u", r->name, r->line);
    snprintf(message, sizeof message, format, a, b);
    return plb_fail(r->error, PLB_E_PARSE, where, "%s", message);
}

/* Past a field in quotes: what is between them; doubled quotes are not undone, as no name that
 * means something has any. */
static const char *quoted(const char *p, const char *end, field *f) {
    f->at = ++p;
    while (p < end && *p != '"') p++;
    f->end = p;
    return p < end ? p + 1 : NULL;
}

/* Fields of one line, up to a comment. -1: a quote that does not end, or that text follows. */
static long split(reader *r, const char *p, const char *end) {
    long count = 0;
    for (;;) {
        field *f = &r->fields[count < COLUMNS_MAX ? count : COLUMNS_MAX];
        if (p < end && *p == '"') {
            p = quoted(p, end, f);
            if (!p || (p < end && *p != ',')) return -1;
        } else {
            const char *comma = memchr(p, ',', (size_t) (end - p));
            f->at = p;
            f->end = p = comma ? comma : end;
        }
        count++;
        if (p == end) return count;
        p++;
    }
}

static bool is_blank(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    return p == end;
}

/* Where a comment begins, which is not inside quotes. */
static const char *comment(const char *p, const char *end) {
    const char *hash = memchr(p, '#', (size_t) (end - p));
    if (!hash) return end;
    for (bool inside = false; p < end; p++) {
        if (*p == '"') inside = !inside;
        if (*p == '#' && !inside) return p;
    }
    return end;
}

/* The next line with something in it. False at the end. *count: its fields, -1: malformed. */
static bool next_line(reader *r, long *count) {
    while (r->at < r->end) {
        const char *p = r->at, *newline = memchr(p, '\n', (size_t) (r->end - p));
        const char *end = newline ? newline : r->end;
        r->at = newline ? newline + 1 : r->end;
        r->line++;
        if (end > p && end[-1] == '\r') end--;
        end = comment(p, end);
        if (is_blank(p, end)) continue;
        *count = split(r, p, end);
        return true;
    }
    return false;
}

static bool is_name(field f, const char *name) {
    size_t length = strlen(name);
    return (size_t) (f.end - f.at) == length && memcmp(f.at, name, length) == 0;
}

static plb_status read_header(reader *r) {
    static const char all[] = "expected the columns benchmark, t, t.mean.lb, t.mean.ub, t.sd, "
                              "t.sd.lb, t.sd.ub";
    long count = 0;
    if (r->end - r->at >= 3 && memcmp(r->at, "\xef\xbb\xbf", 3) == 0) r->at += 3;
    if (!next_line(r, &count)) {
        return plb_fail(r->error, PLB_E_PARSE, r->name, "%s, got a file without any", all);
    }
    if (count < 0 || count > COLUMNS_MAX)
        return fail_line(r, "expected at most %zu columns", 64, 0);
    r->columns = (size_t) count;
    for (unsigned i = 0; i < WANTED; i++) {
        bool found = false;
        for (size_t c = 0; c < r->columns; c++) {
            if (!is_name(r->fields[c], wanted[i])) continue;
            if (found) return fail_at(r, c + 1, "no column twice", r->fields[c]);
            found = true;
            r->column[i] = (uint8_t) c;
        }
        char where[PLB_ERROR_WHERE_BYTES];
        snprintf(where, sizeof where, "%s:%u", r->name, r->line);
        if (!found)
            return plb_fail(r->error, PLB_E_PARSE, where, "%s: there is no %s", all, wanted[i]);
    }
    return PLB_OK;
}

/* The number in column `which`, microseconds. */
static plb_status number(reader *r, unsigned which, double *out) {
    field f = r->fields[r->column[which]];
    bool missing;
    if (plb_r_number(f.at, f.end, out, &missing)) {
        *out *= MICROSECONDS;
        return PLB_OK;
    }
    field row = r->fields[r->column[BENCHMARK]];
    int shown = (int) (row.end - row.at > 60 ? 60 : row.end - row.at);
    char expected[128];
    snprintf(expected, sizeof expected, "seconds in column %s of %.*s", wanted[which], shown,
             row.at);
    return fail_at(r, r->column[which] + 1u, expected, f);
}

static void check_times(reader *r, const plb_bench_group *group, const plb_bench_point *point) {
    bool time = plb_bench_is_time(point->time);
    if (time && plb_bench_is_time(point->time_high)) return;
    plb_note(&r->benching->notes, PLB_FIT_PROBLEM, group->name, point->line,
             "expected a finite time above 0 in column %s, got %g s",
             wanted[time ? TIME_HIGH : TIME],
             (time ? point->time_high : point->time) / MICROSECONDS);
}

static plb_status read_row(reader *r) {
    plb_bench_point point = {.line = r->line};
    const char *name;
    size_t length;
    field f = r->fields[r->column[BENCHMARK]];
    if (!plb_bench_name(f.at, f.end, &name, &length, point.size) || length >= PLB_BENCH_NAME_BYTES)
        return fail_at(r, r->column[BENCHMARK] + 1u, "a name with sizes, such as AddInteger/11/22",
                       f);
    double ignored;
    plb_status status = number(r, TIME, &point.time);
    if (!status) status = number(r, TIME_LOW, &point.time_low);
    if (!status) status = number(r, TIME_HIGH, &point.time_high);
    if (!status) status = number(r, SD, &point.deviation);
    if (!status) status = number(r, SD_LOW, &ignored);
    if (!status) status = number(r, SD_HIGH, &ignored);
    plb_bench_group *group = NULL;
    if (!status) status = plb_benching_group(r->benching, name, length, &group, r->error);
    if (!status) status = plb_bench_append(r->benching, group, &point, r->error);
    if (!status) check_times(r, group, &point);
    return status;
}

static plb_status read_rows(reader *r) {
    plb_status status = read_header(r);
    long count = 0;
    while (!status && next_line(r, &count)) {
        if (count < 0) return fail_line(r, "expected a quote that ends with its field", 0, 0);
        if ((size_t) count != r->columns)
            return fail_line(r, "expected %zu fields, as in the header, got %zu", r->columns,
                             (size_t) count);
        status = read_row(r);
    }
    if (!status && r->benching->rows == 0)
        return plb_fail(
            r->error, PLB_E_PARSE, r->name,
            "expected rows such as AddInteger/11/22,1.2e-6,...: there is only a header");
    return status;
}

plb_status plb_benching_parse(plb_benching **benching, const char *name, const char *text,
                              size_t length, plb_error *error) {
    *benching = NULL;
    reader r = {.name = name ? name : "CSV", .at = text, .end = text + length, .error = error};
    r.benching = plb_benching_new();
    if (!r.benching) return plb_fail(error, PLB_E_MEMORY, name, "no memory for benchmark times");
    plb_status status = read_rows(&r);
    if (!status && r.benching->notes.no_memory)
        status = plb_fail(error, PLB_E_MEMORY, name, "no memory for notes");
    if (status) {
        plb_benching_free(r.benching);
        if (error && error->where[0] == '\0') plb_error_prefix(error, r.name);
        return status;
    }
    *benching = r.benching;
    return PLB_OK;
}
