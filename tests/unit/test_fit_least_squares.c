/* Least squares: coefficients that R's lm gives (4.2.2), collinear columns, and what is rounding.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/pipeline.h"

static plb_lsq lsq;

/* Columns one after the other; NAN in `expected` is R's NA. */
static void solves(const double *columns, const double *right, size_t rows, unsigned terms,
                   const double *expected, plb_lsq_outcome outcome) {
    double b[PLB_FIT_TERMS];
    assert_true(plb_lsq_reserve(&lsq, rows));
    memcpy(lsq.matrix, columns, rows * terms * sizeof *columns);
    memcpy(lsq.right, right, rows * sizeof *right);
    assert_int_equal(plb_lsq_solve(&lsq, rows, terms, b), outcome);
    for (unsigned i = 0; i < terms; i++) {
        if (isnan(expected[i]) != isnan(b[i])) fail_msg("term %u: %g", i, b[i]);
        if (isnan(b[i])) continue;
        if (!(fabs(b[i] - expected[i]) <= 1e-12 * fabs(expected[i])))
            fail_msg("term %u: %.17g, R has %.17g", i, b[i], expected[i]);
    }
    /* The problem is kept. */
    assert_memory_equal(lsq.matrix, columns, rows * terms * sizeof *columns);
    assert_memory_equal(lsq.right, right, rows * sizeof *right);
}

/* R's data set "cars" (Ezekiel 1930). */
static const double speed[] = {4,  4,  7,  7,  8,  9,  10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13,
                               13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 17, 17, 18, 18, 18,
                               18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25};
static const double distance[] = {2,  10, 4,  22, 16, 10, 18, 26, 34, 17,  28, 14, 20,
                                  24, 28, 26, 34, 34, 46, 26, 36, 60, 80,  20, 26, 54,
                                  32, 40, 32, 40, 50, 42, 56, 76, 84, 36,  46, 68, 32,
                                  48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85};

static void cars(void **state) {
    (void) state;
    double columns[150];
    for (size_t i = 0; i < 50; i++) {
        columns[i] = 1;
        columns[50 + i] = speed[i];
        columns[100 + i] = speed[i] * speed[i];
    }
    solves(columns, distance, 50, 2, (double[]){-17.579094890510895, 3.9324087591240855},
           PLB_LSQ_OK);
    solves(columns, distance, 50, 3,
           (double[]){2.470137785066298, 0.91328761424258498, 0.099959302069843881}, PLB_LSQ_OK);
}

static void collinear_columns_are_na(void **state) {
    (void) state;
    static const double t[] = {1.5, 2.25, 4, 3.75, 6, 5.125};
    static const double one_x_2x_z[] = {1, 1, 1, 1, 1,  1,  1, 2, 3, 4, 5, 6,
                                        2, 4, 6, 8, 10, 12, 1, 0, 2, 0, 3, 1};
    solves(one_x_2x_z, t, 6, 4,
           (double[]){0.60597826086956552, 0.72399068322981353, NAN, 0.54076086956521741},
           PLB_LSQ_COLLINEAR);
    static const double one_0_z[] = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 1};
    solves(one_0_z, t, 6, 3, (double[]){2.7073170731707328, NAN, 0.91158536585365812},
           PLB_LSQ_COLLINEAR);
    /* Fewer rows than columns. */
    static const double few[] = {1, 1, 1, 2, 1, 0, 1, 0};
    solves(few, t, 2, 4, (double[]){0.75, 0.75, NAN, NAN}, PLB_LSQ_COLLINEAR);
}

/* A column that differs from another in its eighth digit is one for R; in its fifth digit not. */
static void nearly_collinear_columns(void **state) {
    (void) state;
    static const double t[] = {1.5, 2.25, 4, 3.75, 6, 5.125}, z[] = {1, 0, 2, 0, 3, 1};
    double columns[18];
    for (size_t i = 0; i < 6; i++) {
        columns[i] = 1;
        columns[6 + i] = (double) i + 1;
        columns[12 + i] = ((double) i + 1) * (1 + 1e-8 * z[i]);
    }
    solves(columns, t, 6, 3, (double[]){0.85833333333333417, 0.83214285714285696, NAN},
           PLB_LSQ_COLLINEAR);
    double b[PLB_FIT_TERMS];
    for (size_t i = 0; i < 6; i++) columns[12 + i] = ((double) i + 1) * (1 + 1e-5 * z[i]);
    memcpy(lsq.matrix, columns, sizeof columns);
    memcpy(lsq.right, t, sizeof t);
    assert_int_equal(plb_lsq_solve(&lsq, 6, 3, b), PLB_LSQ_OK);
    /* The condition number costs five digits. */
    assert_true(fabs(b[1] + 12899.806340817859) < 1e-4);
    assert_true(fabs(b[2] - 12900.402590599058) < 1e-4);
}

/* Times that are all the same have no slope. R's arithmetic gives it a sign all the same, to the
 * last bit of which the reference's patch for negative coefficients listens. */
static void rounding_is_that_of_r(void **state) {
    (void) state;
    double columns[150], t[50], b[PLB_FIT_TERMS];
    for (size_t i = 0; i < 50; i++) {
        double x = 37 * ((double) i + 1);
        columns[i] = 1;
        columns[50 + i] = x;
        columns[100 + i] = x * x;
        t[i] = 0.001;
    }
    assert_true(plb_lsq_reserve(&lsq, 50));
    memcpy(lsq.matrix, columns, sizeof columns);
    memcpy(lsq.right, t, sizeof t);
    assert_int_equal(plb_lsq_solve(&lsq, 50, 3, b), PLB_LSQ_OK);
    assert_true(b[0] == 0.001000000000000002);
    assert_true(b[1] == -2.3026590628435699e-21);
    assert_true(b[2] == 1.013583529731301e-24);
    assert_int_equal(plb_lsq_solve(&lsq, 50, 2, b), PLB_LSQ_OK);
    assert_true(b[0] == 0.0010000000000000013);
    assert_true(b[1] == -3.9002694224060413e-22);
}

static void wrong_numbers(void **state) {
    (void) state;
    double b[PLB_FIT_TERMS];
    assert_true(plb_lsq_reserve(&lsq, 2));
    assert_int_equal(plb_lsq_solve(&lsq, 0, 1, b), PLB_LSQ_EMPTY);
    lsq.matrix[0] = lsq.matrix[1] = 1;
    lsq.right[0] = 1;
    lsq.right[1] = INFINITY;
    assert_int_equal(plb_lsq_solve(&lsq, 2, 1, b), PLB_LSQ_INFINITE);
    lsq.right[1] = 1;
    lsq.matrix[1] = NAN;
    assert_int_equal(plb_lsq_solve(&lsq, 2, 1, b), PLB_LSQ_INFINITE);
}

/* Leverages add up to the number of terms, and for a straight line they are 1/n + (x - mean)^2 over
 * the sum of such squares. */
static void leverages(void **state) {
    (void) state;
    double factor[PLB_FIT_TERMS * PLB_FIT_TERMS], right[PLB_FIT_TERMS], rest, sum = 0;
    assert_true(plb_lsq_reserve(&lsq, 50));
    for (size_t i = 0; i < 50; i++) {
        lsq.matrix[i] = 1;
        lsq.matrix[50 + i] = speed[i];
        lsq.right[i] = distance[i];
    }
    assert_true(plb_lsq_reduce(&lsq, 50, 2, factor, right, &rest));
    assert_true(fabs(rest * rest - 11353.52105109489) < 1e-6); /* R: deviance(lm(dist ~ speed)) */
    for (size_t i = 0; i < 50; i++) {
        double h = plb_lsq_leverage(factor, 2, (double[]){1, speed[i]});
        double expected = 1.0 / 50 + (speed[i] - 15.4) * (speed[i] - 15.4) / 1370;
        assert_true(fabs(h - expected) < 1e-12);
        sum += h;
    }
    assert_true(fabs(sum - 2) < 1e-12);
}

/* R: quantile(c(3,1,4,1,5,9,2,6), c(.25,.5,.75,.8)), quantile(c(7,7.1),.8) */
static void quantiles_are_of_type_7(void **state) {
    (void) state;
    static const double q[] = {0.25, 0.5, 0.75, 0.8},
                        expected[] = {1.75, 3.5, 5.25, 5.6000000000000005};
    for (size_t i = 0; i < 4; i++) {
        double v[] = {3, 1, 4, 1, 5, 9, 2, 6};
        assert_true(plb_r_quantile(v, 8, q[i]) == expected[i]);
    }
    double two[] = {7.1, 7}, one[] = {7};
    assert_true(plb_r_quantile(two, 2, 0.8) == 7.0799999999999992);
    assert_true(plb_r_quantile(one, 1, 0.8) == 7);
    assert_true(isnan(plb_r_quantile(one, 0, 0.5)));
}

static int free_memory(void **state) {
    (void) state;
    plb_lsq_free(&lsq);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cars),
        cmocka_unit_test(collinear_columns_are_na),
        cmocka_unit_test(nearly_collinear_columns),
        cmocka_unit_test(rounding_is_that_of_r),
        cmocka_unit_test(wrong_numbers),
        cmocka_unit_test(leverages),
        cmocka_unit_test(quantiles_are_of_type_7),
    };
    return cmocka_run_group_tests(tests, NULL, free_memory);
}
