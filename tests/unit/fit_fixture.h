/* A benchmark of one function, made point by point, and its fit. */
#ifndef TEST_FIT_FIXTURE_H
#define TEST_FIT_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/fit.h>

typedef struct fit_fixture {
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit;
} fit_fixture;

/* `row`: the columns of fit_models.tsv behind the names, such as "-\t-\t-\t-\tlinear_in_x". */
static inline fit_fixture fixture_new(const char *row) {
    fit_fixture f = {.benching = plb_benching_new()};
    char text[256];
    plb_error error;
    snprintf(text, sizeof text, "f\tF\t%s\t1\n", row);
    if (plb_fit_table_parse(&f.table, "table", text, strlen(text), &error))
        fail_msg("%s", error.message);
    return f;
}

static inline void fixture_add(fit_fixture *f, double time, double deviation, double x, double y,
                               double z) {
    plb_bench_point point = {.time = time,
                             .time_low = time,
                             .time_high = time,
                             .deviation = deviation,
                             .size = {x, y, z, NAN},
                             .line = (unsigned) plb_benching_rows(f->benching) + 1};
    assert_int_equal(plb_benching_add(f->benching, "F", &point, NULL), PLB_OK);
}

static inline const plb_fit_model *fixture_fit(fit_fixture *f, const plb_fit_options *options) {
    plb_error error;
    plb_fit_free(f->fit);
    if (plb_fit_run(&f->fit, f->benching, f->table, options, &error)) fail_msg("%s", error.message);
    return plb_fit_get(f->fit, 0);
}

static inline void fixture_free(fit_fixture *f) {
    plb_fit_free(f->fit);
    plb_benching_free(f->benching);
    plb_fit_table_free(f->table);
}

static inline void close_to(double a, double b, double relative) {
    if (!(fabs(a - b) <= relative * fmax(fabs(a), fabs(b)))) fail_msg("%.17g is not %.17g", a, b);
}

#endif
