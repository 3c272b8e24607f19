/* Times of programs as CSV. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/steps/times.h"
#include "results/format.h"

enum { PROGRAM, STEPS, TIMES = STEPS + PLB_TALLY_STEPS, BUILTINS = TIMES + 3 };
enum { MISSING = BUILTINS + 3, PARTS, ROLES = PARTS + PLB_STEP_PARTS };

#define COLUMNS_MAX 128 /* those of no meaning included */
#define NUMBER_BYTES 40 /* of a number in a file */

static const char *const number_names[] = {"time_ns",    "low_ns",         "high_ns",
                                           "builtin_ns", "builtin_low_ns", "builtin_high_ns"};

static void role_name(int role, char name[32]) {
    if (role >= PARTS) {
        snprintf(name, 32, "part_%d", role - PARTS + 1);
    } else if (role == PROGRAM || role == MISSING) {
        snprintf(name, 32, "%s", role == PROGRAM ? "program" : "missing");
    } else {
        snprintf(name, 32, "%s",
                 role < TIMES ? plb_step_name((unsigned) (role - STEPS))
                              : number_names[role - TIMES]);
    }
}

/* The number of a row that a column has; NULL for text. */
static double *number_of(plb_step_time *row, double *parts, int role) {
    double *const numbers[] = {&row->time_ns,    &row->low_ns,         &row->high_ns,
                               &row->builtin_ns, &row->builtin_low_ns, &row->builtin_high_ns};
    if (role >= PARTS) return &parts[role - PARTS];
    if (role == PROGRAM || role == MISSING) return NULL;
    return role < TIMES ? &row->steps[role - STEPS] : numbers[role - TIMES];
}

/* ---- Writing ---- */

static void print_row(FILE *out, const plb_step_time *told, int roles) {
    plb_step_time row = *told;
    fputs(row.name, out);
    for (int role = STEPS; role < roles; role++) {
        double *number = role < PARTS ? number_of(&row, NULL, role) : NULL;
        double value = number != NULL ? *number : role < PARTS ? 0 : row.parts[role - PARTS];
        if (role == MISSING) {
            fprintf(out, ",%s", row.missing);
        } else if (isnan(value)) {
            fputs(",NA", out);
        } else {
            fprintf(out, ",%.12g", value);
        }
    }
    fputc('\n', out);
}

plb_status plb_step_times_csv(const plb_step_times *times, char **text, plb_error *error) {
    size_t length;
    int roles = PARTS + (int) times->parts;
    FILE *out = open_memstream(text, &length);
    for (int role = PROGRAM; role < roles && out != NULL; role++) {
        char name[32];
        role_name(role, name);
        fprintf(out, "%s%s", role == PROGRAM ? "" : ",", name);
    }
    if (out != NULL) fputc('\n', out);
    for (size_t i = 0; i < times->count && out != NULL; i++) print_row(out, &times->rows[i], roles);
    return plb_text_close(out, text, error);
}

/* ---- Reading ---- */

typedef struct field {
    const char *at;
    size_t length;
} field;

typedef struct reader {
    const char *name; /* of the input */
    const char *at, *end;
    unsigned line;
    size_t columns;
    int roles[COLUMNS_MAX]; /* by column; -1: none that matters */
    field fields[COLUMNS_MAX];
    plb_step_times *times;
    plb_error *error;
} reader;

/* The column counts from 1; 0: the line as a whole. */
static plb_status fail_at(reader *r, size_t column, plb_status status, const char *expected,
                          const field *got) {
    char where[PLB_ERROR_WHERE_BYTES], place[32] = "";
    if (column > 0) snprintf(place, sizeof place, ":%zu", column);
    snprintf(where, sizeof where, "%.200s:%u%s", r->name, r->line, place);
    if (got == NULL) return plb_fail(r->error, status, where, "expected %s", expected);
    int shown = got->length < 40 ? (int) got->length : 40;
    return plb_fail(r->error, status, where, "expected %s, got '%.*s'", expected, shown, got->at);
}

/* The next line with something in it, split; false at the end. *count: its fields, at most one more
 * than there is room for. */
static bool next_line(reader *r, size_t *count) {
    while (r->at < r->end) {
        const char *p = r->at, *newline = memchr(p, '\n', (size_t) (r->end - p));
        const char *end = newline != NULL ? newline : r->end;
        r->at = newline != NULL ? newline + 1 : r->end;
        r->line++;
        if (end > p && end[-1] == '\r') end--;
        if (p == end || *p == '#') continue;
        for (*count = 0; *count < COLUMNS_MAX; p++) {
            const char *comma = memchr(p, ',', (size_t) (end - p));
            const char *stop = comma != NULL ? comma : end;
            r->fields[(*count)++] = (field){p, (size_t) (stop - p)};
            if (comma == NULL) return true;
            p = comma;
        }
        ++*count;
        return true;
    }
    return false;
}

static bool is_word(const field *f, const char *word) {
    return strlen(word) == f->length && memcmp(f->at, word, f->length) == 0;
}

static int find_role(const field *f) {
    for (int role = 0; role < ROLES; role++) {
        char name[32];
        role_name(role, name);
        if (is_word(f, name)) return role;
    }
    return -1;
}

static plb_status check_header(reader *r, const bool seen[ROLES]) {
    char name[32], expected[64];
    for (int role = 0; role < MISSING; role++) {
        role_name(role, name);
        snprintf(expected, sizeof expected, "a column %s: there is none", name);
        if (!seen[role]) return fail_at(r, 0, PLB_E_PARSE, expected, NULL);
    }
    size_t parts = 0;
    while (parts < PLB_STEP_PARTS && seen[PARTS + parts]) parts++;
    for (size_t p = parts; p < PLB_STEP_PARTS; p++) {
        snprintf(expected, sizeof expected, "a column part_%zu before part_%zu", parts + 1, p + 1);
        if (seen[PARTS + p]) return fail_at(r, 0, PLB_E_PARSE, expected, NULL);
    }
    r->times->parts = parts;
    return PLB_OK;
}

static plb_status read_header(reader *r) {
    bool seen[ROLES] = {false};
    if (!next_line(r, &r->columns)) {
        return plb_fail(r->error, PLB_E_PARSE, r->name,
                        "expected a header with the columns program, const, var ..., got nothing");
    }
    if (r->columns > COLUMNS_MAX) return fail_at(r, 0, PLB_E_PARSE, "at most 128 columns", NULL);
    for (size_t c = 0; c < r->columns; c++) {
        int role = r->roles[c] = find_role(&r->fields[c]);
        if (role >= 0 && seen[role])
            return fail_at(r, c + 1, PLB_E_PARSE, "each column once", &r->fields[c]);
        if (role >= 0) seen[role] = true;
    }
    return check_header(r, seen);
}

static bool read_number(const field *f, double *number) {
    char text[NUMBER_BYTES], *end = text;
    *number = NAN;
    if (is_word(f, "NA")) return true;
    if (f->length == 0 || f->length >= sizeof text || strchr("-+.0123456789", *f->at) == NULL)
        return false;
    memcpy(text, f->at, f->length);
    text[f->length] = '\0';
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

static bool is_builtin_name(const field *f) {
    for (size_t i = 0; i < f->length; i++)
        if (!isalnum((unsigned char) f->at[i]) && f->at[i] != '_') return false;
    return f->length < sizeof((plb_step_time *) NULL)->missing;
}

/* What a table says against a row is wrong with the text here. */
static plb_status refuse_row(const reader *r, plb_status status) {
    char where[PLB_ERROR_WHERE_BYTES];
    snprintf(where, sizeof where, "%.200s:%u", r->name, r->line);
    (void) plb_error_prefix(r->error, where);
    if (status != PLB_E_ARGUMENT) return status;
    if (r->error != NULL) r->error->status = PLB_E_PARSE;
    return PLB_E_PARSE;
}

static plb_status read_row(reader *r) {
    char name[PLB_STEP_NAME_BYTES] = "";
    double parts[PLB_STEP_PARTS];
    plb_step_time row = {.name = name, .parts = parts, .line = r->line};
    for (size_t c = 0; c < r->columns; c++) {
        const field *f = &r->fields[c];
        int role = r->roles[c];
        double *number = role < 0 ? NULL : number_of(&row, parts, role);
        if (number != NULL && !read_number(f, number))
            return fail_at(r, c + 1, PLB_E_PARSE, "a number", f);
        if (role == PROGRAM && f->length >= sizeof name)
            return fail_at(r, c + 1, PLB_E_PARSE, "a name of at most 95 bytes", f);
        if (role == PROGRAM) memcpy(name, f->at, f->length);
        if (role == MISSING && !is_builtin_name(f))
            return fail_at(r, c + 1, PLB_E_PARSE, "the name of a builtin, or nothing", f);
        if (role == MISSING) memcpy(row.missing, f->at, f->length);
    }
    plb_status status = plb_step_times_add(r->times, &row, r->error);
    return status == PLB_OK ? PLB_OK : refuse_row(r, status);
}

static plb_status read_rows(reader *r) {
    size_t count;
    while (next_line(r, &count)) {
        char expected[64];
        snprintf(expected, sizeof expected, "%zu fields, as in the header, got %zu", r->columns,
                 count);
        plb_status status =
            count == r->columns ? read_row(r) : fail_at(r, 0, PLB_E_PARSE, expected, NULL);
        if (status != PLB_OK) return status;
    }
    return r->times->count > 0 ? PLB_OK
                               : plb_fail(r->error, PLB_E_PARSE, r->name,
                                          "expected a row for each program: there is none");
}

plb_status plb_step_times_parse(plb_step_times **times, const char *name, const char *text,
                                size_t length, plb_error *error) {
    reader r = {.name = name, .at = text, .end = text + length, .error = error};
    *times = NULL;
    r.times = plb_step_times_new(0);
    if (r.times == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for times");
    plb_status status = read_header(&r);
    if (status == PLB_OK) status = read_rows(&r);
    if (status != PLB_OK) {
        plb_step_times_free(r.times);
        return status;
    }
    *times = r.times;
    return PLB_OK;
}
