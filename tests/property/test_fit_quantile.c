/* Quantile regression against trying every line through as many points as it has terms, of which
 * one is a solution (Koenker and Bassett 1978); non-negative least squares against its conditions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/fit.h>

#include "calibrate/fit/quantile_fit.h"
#include "harness/measure/random.h"

#define ROWS 18

static plb_lsq lsq;

static double check(unsigned terms, double quantile, const double *b) {
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++) {
        double r = lsq.right[i];
        for (unsigned t = 0; t < terms; t++) r -= b[t] * lsq.matrix[t * ROWS + i];
        sum += r > 0 ? quantile * r : (quantile - 1) * r;
    }
    return sum;
}

/* Cramer's rule for two and three terms. */
static bool through(const size_t *rows, unsigned terms, double *b) {
#define M(r, c) lsq.matrix[(c) *ROWS + rows[r]]
#define Y(r) lsq.right[rows[r]]
    if (terms == 2) {
        double d = M(0, 0) * M(1, 1) - M(0, 1) * M(1, 0);
        if (fabs(d) < 1e-9) return false;
        b[0] = (Y(0) * M(1, 1) - M(0, 1) * Y(1)) / d;
        b[1] = (M(0, 0) * Y(1) - Y(0) * M(1, 0)) / d;
        return true;
    }
    double x = M(1, 1) * M(2, 2) - M(1, 2) * M(2, 1), y = M(1, 0) * M(2, 2) - M(1, 2) * M(2, 0),
           z = M(1, 0) * M(2, 1) - M(1, 1) * M(2, 0);
    double d = M(0, 0) * x - M(0, 1) * y + M(0, 2) * z;
    if (fabs(d) < 1e-9) return false;
    b[0] = (Y(0) * x - M(0, 1) * (Y(1) * M(2, 2) - M(1, 2) * Y(2)) +
            M(0, 2) * (Y(1) * M(2, 1) - M(1, 1) * Y(2))) /
           d;
    b[1] = (M(0, 0) * (Y(1) * M(2, 2) - M(1, 2) * Y(2)) - Y(0) * y +
            M(0, 2) * (M(1, 0) * Y(2) - Y(1) * M(2, 0))) /
           d;
    b[2] = (M(0, 0) * (M(1, 1) * Y(2) - Y(1) * M(2, 1)) -
            M(0, 1) * (M(1, 0) * Y(2) - Y(1) * M(2, 0)) + Y(0) * z) /
           d;
    return true;
}

static double best_of_all(unsigned terms, double quantile) {
    double best = INFINITY, b[3];
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = i + 1; j < ROWS; j++)
            for (size_t k = terms == 3 ? j + 1 : ROWS - 1; k < ROWS; k++)
                if (through((size_t[]){i, j, k}, terms, b))
                    best = fmin(best, check(terms, quantile, b));
    return best;
}

static void quantile_fits_are_best(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 77);
    assert_true(plb_lsq_reserve(&lsq, ROWS));
    for (int round = 0; round < 400; round++) {
        unsigned terms = 2 + plb_random_below(&random, 2);
        double quantile = 0.02 + 0.96 * plb_random_unit(&random), b[PLB_FIT_TERMS] = {0};
        bool ties = round % 2; /* few different sizes and times */
        for (size_t i = 0; i < ROWS; i++) {
            lsq.matrix[i] = 1;
            for (unsigned t = 1; t < terms; t++)
                lsq.matrix[t * ROWS + i] =
                    ties ? plb_random_below(&random, 4) : 10 * plb_random_unit(&random);
            lsq.right[i] = ties ? 1 + plb_random_below(&random, 3) : plb_random_unit(&random);
        }
        double best = best_of_all(terms, quantile);
        if (!isfinite(best)) continue; /* all sizes the same */
        if (!plb_quantile_fit(&lsq, ROWS, terms, quantile, b)) fail_msg("round %d: no fit", round);
        double got = check(terms, quantile, b);
        if (!(got <= best * (1 + 1e-9) + 1e-12))
            fail_msg("round %d: %.17g, not %.17g", round, got, best);
    }
    plb_lsq_free(&lsq);
}

/* Coefficients are not negative; the sum of squares does not fall by moving one of them: its
 * derivative is 0 where it may move both ways, and not negative where it is 0. */
static void nnls_meets_its_conditions(void **state) {
    (void) state;
    static const char table_text[] = "f\tF\t-\t-\t-\t-\tquadratic_in_x_and_y\t1\n";
    plb_random random;
    plb_random_seed(&random, 78);
    size_t zeros = 0;
    for (int round = 0; round < 200; round++) {
        plb_fit_table *table;
        plb_benching *benching = plb_benching_new();
        plb_fit *fit;
        plb_error error;
        double x[40], y[40], t[40];
        assert_int_equal(
            plb_fit_table_parse(&table, "t", table_text, sizeof table_text - 1, &error), PLB_OK);
        for (int i = 0; i < 40; i++) {
            x[i] = 10 * plb_random_unit(&random);
            y[i] = 10 * plb_random_unit(&random);
            t[i] = 5 + 3 * x[i] - 0.2 * y[i] * y[i] + 30 * plb_random_unit(&random);
            plb_bench_point p = {.time = t[i], .time_low = t[i], .time_high = t[i]};
            if (t[i] <= 0) p.time = p.time_low = p.time_high = t[i] = 1;
            p.size[0] = x[i];
            p.size[1] = y[i];
            p.size[2] = p.size[3] = NAN;
            assert_int_equal(plb_benching_add(benching, "F", &p, &error), PLB_OK);
        }
        plb_fit_options o = {.nnls = true};
        assert_int_equal(plb_fit_run(&fit, benching, table, &o, &error), PLB_OK);
        const plb_fit_coefficients *c = &plb_fit_get(fit, 0)->by[PLB_FIT_NNLS];
        assert_true(c->made);
        double gradient[6] = {0}, scale[6] = {0};
        for (int i = 0; i < 40; i++) {
            const double row[6] = {1, x[i], y[i], x[i] * x[i], x[i] * y[i], y[i] * y[i]};
            double left = t[i];
            for (int k = 0; k < 6; k++) left -= c->value[k] * row[k];
            for (int k = 0; k < 6; k++) {
                gradient[k] -= left * row[k];
                scale[k] += fabs(t[i] * row[k]);
            }
        }
        for (int k = 0; k < 6; k++) {
            assert_true(c->value[k] >= 0);
            zeros += c->value[k] == 0;
            assert_true(gradient[k] >= -1e-9 * scale[k]);
            if (c->value[k] > 0) assert_true(fabs(gradient[k]) <= 1e-9 * scale[k]);
        }
        plb_fit_free(fit);
        plb_benching_free(benching);
        plb_fit_table_free(table);
    }
    assert_in_range(zeros, 200, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_fits_are_best),
        cmocka_unit_test(nnls_meets_its_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
