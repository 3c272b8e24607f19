/* Intervals against synthetic truth: 95 % intervals cover it about as often as they promise, for
 * independent and autocorrelated noise, drift, steps and outliers. Everything is seeded. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define SIMULATIONS 300
#define RESAMPLES 400
#define ROUNDS_MAX 1200

/* Coverage of 300 intervals at 95 %: the binomial's standard deviation is 1.26 %, and 3.3 of them
 * are 4.2 %. Block methods are known to fall short by a further percent or two for autocorrelated
 * series of this length. */
#define COVERAGE_LOW 0.905
#define COVERAGE_HIGH 0.992

static double normal(plb_random *random) {
    double u = 1 - plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* ---- Noise: fills `x` and `y` with rounds of two subjects that differ by nothing ---- */

typedef void fill_noise(plb_random *random, size_t rounds, double *x, double *y);

static void independent(plb_random *random, size_t rounds, double *x, double *y) {
    for (size_t i = 0; i < rounds; i++) {
        x[i] = normal(random);
        y[i] = normal(random);
    }
}

static void skewed_with_outliers(plb_random *random, size_t rounds, double *x, double *y) {
    for (size_t i = 0; i < rounds; i++) {
        x[i] = exp(0.8 * normal(random));
        y[i] = exp(0.8 * normal(random));
        if (plb_random_unit(random) < 0.03) x[i] += 50 * plb_random_unit(random);
        if (plb_random_unit(random) < 0.03) y[i] += 50 * plb_random_unit(random);
    }
}

static void autocorrelated(plb_random *random, size_t rounds, double *x, double *y) {
    double a = normal(random), b = normal(random), innovation = sqrt(1 - 0.7 * 0.7);
    for (size_t i = 0; i < rounds; i++) {
        x[i] = a = 0.7 * a + innovation * normal(random);
        y[i] = b = 0.7 * b + innovation * normal(random);
    }
}

/* Ten standard deviations of the noise, over the run. */
static void drifting(plb_random *random, size_t rounds, double *x, double *y) {
    independent(random, rounds, x, y);
    for (size_t i = 0; i < rounds; i++) {
        double drift = 10 * (double) i / (double) rounds;
        x[i] += drift;
        y[i] += drift;
    }
}

static void stepping(plb_random *random, size_t rounds, double *x, double *y) {
    independent(random, rounds, x, y);
    for (size_t i = plb_random_below(random, (uint32_t) rounds); i < rounds; i++) {
        x[i] += 5;
        y[i] += 5;
    }
}

/* What disturbs whole rounds, three times as strong as the samples' own noise. */
static void disturbed_together(plb_random *random, size_t rounds, double *x, double *y) {
    double common = normal(random), innovation = sqrt(1 - 0.95 * 0.95);
    independent(random, rounds, x, y);
    for (size_t i = 0; i < rounds; i++) {
        common = 0.95 * common + innovation * normal(random);
        x[i] += 3 * common;
        y[i] += 3 * common;
    }
}

static void of_unequal_noise(plb_random *random, size_t rounds, double *x, double *y) {
    independent(random, rounds, x, y);
    for (size_t i = 0; i < rounds; i++) y[i] *= 5;
}

/* The second subject is sampled at a random round in each stretch of ten. */
static void seldom_sampled(plb_random *random, size_t rounds, double *x, double *y) {
    independent(random, rounds, x, y);
    uint32_t due = 0;
    for (size_t i = 0; i < rounds; i++) {
        if (i % 10 == 0) due = plb_random_below(random, 10);
        if (i % 10 != due) y[i] = NAN;
    }
}

/* ---- Coverage ---- */

static double x_values[ROUNDS_MAX], y_values[ROUNDS_MAX];

static double paired_coverage(fill_noise *fill, size_t rounds, double truth, uint64_t seed) {
    plb_random random;
    plb_random_seed(&random, seed);
    unsigned covered = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        fill(&random, rounds, x_values, y_values);
        for (size_t i = 0; i < rounds; i++) x_values[i] += truth;
        const double *series[] = {x_values, y_values};
        const double coefficients[] = {1, -1};
        plb_rounds all = {.series = series, .series_count = 2, .round_count = rounds};
        plb_estimate estimate;
        assert_int_equal(plb_contrast_estimate(&all, coefficients, RESAMPLES, s, &estimate, NULL),
                         PLB_OK);
        covered += estimate.low <= truth && truth <= estimate.high;
    }
    return covered / (double) SIMULATIONS;
}

static void assert_covers(fill_noise *fill, size_t rounds, double most) {
    double coverage = paired_coverage(fill, rounds, 2, 20240601);
    if (coverage < COVERAGE_LOW || coverage > most) {
        fail_msg("coverage is %.3f, expected %.3f to %.3f", coverage, COVERAGE_LOW, most);
    }
}

static void paired_intervals_cover_independent_noise(void **state) {
    (void) state;
    assert_covers(independent, 200, COVERAGE_HIGH);
}

static void paired_intervals_cover_skewed_noise_with_outliers(void **state) {
    (void) state;
    assert_covers(skewed_with_outliers, 200, COVERAGE_HIGH);
}

static void paired_intervals_cover_autocorrelated_noise(void **state) {
    (void) state;
    assert_covers(autocorrelated, 1000, COVERAGE_HIGH);
}

static void paired_intervals_cover_drift(void **state) {
    (void) state;
    assert_covers(drifting, 600, 1);
}

static void paired_intervals_cover_steps(void **state) {
    (void) state;
    assert_covers(stepping, 300, 1);
}

static void paired_intervals_cover_common_disturbance(void **state) {
    (void) state;
    assert_covers(disturbed_together, 300, 1);
}

static void paired_intervals_cover_unequal_noise(void **state) {
    (void) state;
    assert_covers(of_unequal_noise, 300, COVERAGE_HIGH);
}

static void paired_intervals_cover_seldom_sampled_subjects(void **state) {
    (void) state;
    assert_covers(seldom_sampled, 800, COVERAGE_HIGH);
}

/* The median of exp(0.8 z) is 1. */
static void intervals_of_a_skewed_median_cover_it(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 31);
    unsigned covered = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        for (size_t i = 0; i < 600; i++) x_values[i] = exp(0.8 * normal(&random));
        const double *series[] = {x_values};
        const double one[] = {1};
        plb_rounds all = {.series = series, .series_count = 1, .round_count = 600};
        plb_estimate e;
        assert_int_equal(plb_contrast_estimate(&all, one, RESAMPLES, s, &e, NULL), PLB_OK);
        covered += e.low <= 1 && 1 <= e.high;
    }
    assert_in_range(covered, (unsigned) (COVERAGE_LOW * SIMULATIONS),
                    (unsigned) (COVERAGE_HIGH * SIMULATIONS));
}

static void null_experiments_find_a_difference_in_about_five_percent(void **state) {
    (void) state;
    double found = 1 - paired_coverage(independent, 300, 0, 7);
    if (found > 0.095) fail_msg("%.3f of null experiments found a difference", found);
}

/* With noise of 1, the standard error of the difference is 1.25 sqrt(2 / 800) = 0.063. */
static void a_difference_of_five_standard_errors_is_found(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 11);
    unsigned found = 0;
    for (unsigned s = 0; s < 100; s++) {
        independent(&random, 800, x_values, y_values);
        for (size_t i = 0; i < 800; i++) x_values[i] += 0.32;
        const double *series[] = {x_values, y_values};
        const double coefficients[] = {1, -1};
        plb_rounds all = {.series = series, .series_count = 2, .round_count = 800};
        plb_estimate estimate;
        assert_int_equal(plb_contrast_estimate(&all, coefficients, RESAMPLES, s, &estimate, NULL),
                         PLB_OK);
        found += estimate.low > 0;
    }
    assert_in_range(found, 95, 100);
}

/* ---- Regression over a grid of loop counts ---- */

#define POINTS 4
#define GRID_ROUNDS 300

static const double grid[POINTS * 3] = {1, 0, 0, 1, 1, 0, 1, 1, 50, 1, 1, 100};

/* base 100, overhead 20, loop 3; noise grows with the time, a drift hits whole rounds. */
static void simulate_grid(plb_random *random, double samples[POINTS][GRID_ROUNDS]) {
    for (size_t r = 0; r < GRID_ROUNDS; r++) {
        double drift = 0.02 * (double) r / GRID_ROUNDS;
        for (size_t p = 0; p < POINTS; p++) {
            double mean = 100 * grid[3 * p] + 20 * grid[3 * p + 1] + 3 * grid[3 * p + 2];
            samples[p][r] = mean * (1 + drift + 0.01 * normal(random));
            if (plb_random_unit(random) < 0.02) samples[p][r] += mean * plb_random_unit(random);
        }
    }
}

static void contrasts_of_a_design_cover_its_coefficients(void **state) {
    (void) state;
    static double samples[POINTS][GRID_ROUNDS];
    const double *series[POINTS] = {samples[0], samples[1], samples[2], samples[3]};
    plb_rounds all = {.series = series, .series_count = POINTS, .round_count = GRID_ROUNDS};
    const double variances[POINTS] = {1, 1.44, 7.3, 17.6};
    double weights[POINTS], contrasts[3 * POINTS];
    for (size_t p = 0; p < POINTS; p++) weights[p] = 1 / variances[p];
    assert_int_equal(plb_design_contrasts(grid, POINTS, 3, weights, contrasts, NULL), PLB_OK);

    plb_random random;
    plb_random_seed(&random, 99);
    unsigned overhead = 0, loop = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        simulate_grid(&random, samples);
        plb_estimate e;
        /* Truth at the run's middle, where drift has added 1 %. */
        assert_int_equal(plb_contrast_estimate(&all, contrasts + POINTS, RESAMPLES, s, &e, NULL),
                         PLB_OK);
        overhead += e.low <= 20.2 && 20.2 <= e.high;
        assert_int_equal(
            plb_contrast_estimate(&all, contrasts + 2 * POINTS, RESAMPLES, s, &e, NULL), PLB_OK);
        loop += e.low <= 3.03 && 3.03 <= e.high;
    }
    assert_in_range(overhead, (unsigned) (0.905 * SIMULATIONS), SIMULATIONS);
    assert_in_range(loop, (unsigned) (0.905 * SIMULATIONS), SIMULATIONS);
}

/* Observations 5 + 0.3 x with autocorrelated noise and 5 % outliers, x in saw teeth. */
static void robust_regression_covers_its_coefficients(void **state) {
    (void) state;
    static double y[600], design[600 * 2];
    plb_random random;
    plb_random_seed(&random, 4242);
    unsigned intercept = 0, slope = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        double noise = normal(&random);
        for (size_t i = 0; i < 600; i++) {
            noise = 0.6 * noise + 0.8 * normal(&random);
            design[2 * i] = 1;
            design[2 * i + 1] = (double) (i % 25);
            y[i] = 5 + 0.3 * design[2 * i + 1] + noise;
            if (plb_random_unit(&random) < 0.05) y[i] += plb_random_unit(&random) < 0.5 ? 40 : -40;
        }
        plb_regression fit;
        assert_int_equal(plb_regress(y, design, 600, 2, 1, &fit, NULL), PLB_OK);
        intercept += fit.coefficient[0].low <= 5 && 5 <= fit.coefficient[0].high;
        slope += fit.coefficient[1].low <= 0.3 && 0.3 <= fit.coefficient[1].high;
    }
    assert_in_range(intercept, (unsigned) (0.9 * SIMULATIONS), (unsigned) (0.995 * SIMULATIONS));
    assert_in_range(slope, (unsigned) (0.9 * SIMULATIONS), (unsigned) (0.995 * SIMULATIONS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paired_intervals_cover_independent_noise),
        cmocka_unit_test(paired_intervals_cover_skewed_noise_with_outliers),
        cmocka_unit_test(paired_intervals_cover_autocorrelated_noise),
        cmocka_unit_test(paired_intervals_cover_drift),
        cmocka_unit_test(paired_intervals_cover_steps),
        cmocka_unit_test(paired_intervals_cover_common_disturbance),
        cmocka_unit_test(paired_intervals_cover_unequal_noise),
        cmocka_unit_test(paired_intervals_cover_seldom_sampled_subjects),
        cmocka_unit_test(intervals_of_a_skewed_median_cover_it),
        cmocka_unit_test(null_experiments_find_a_difference_in_about_five_percent),
        cmocka_unit_test(a_difference_of_five_standard_errors_is_found),
        cmocka_unit_test(contrasts_of_a_design_cover_its_coefficients),
        cmocka_unit_test(robust_regression_covers_its_coefficients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
