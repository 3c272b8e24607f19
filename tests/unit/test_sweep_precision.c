/* Intervals of sweeps: what they are by hand, and that they cover the truth as often as they say.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calibrate/sweep/precision.h"
#include "harness/measure/random.h"

static void assert_near(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance)) fail_msg("%g is not %g", a, b);
}

/* Of ten values the levels are 1 - 2*11/1024 = 97.852 % between the second ones and
 * 1 - 2*56/1024 = 89.063 % between the third ones (binomial), so that the share is 0.32444 and
 * Hettmansperger and Sheather's lambda (10-2)*0.32444 / (2 + 6*0.32444) = 0.657658. */
static void ten_values_by_hand(void **state) {
    (void) state;
    const double v[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    plb_estimate e = plb_median_interval(v, 10, 1);
    assert_near(e.value, 24, 0);
    assert_near(e.low, 2 + 0.657658 * 2, 1e-4);
    assert_near(e.high, 256 - 0.657658 * 128, 1e-3);
    e = plb_median_interval(v, 10, 2);
    assert_near(e.low, 24 - 2 * (24 - (2 + 0.657658 * 2)), 1e-3);
}

static void six_values_are_the_least(void **state) {
    (void) state;
    const double v[] = {1, 2, 3, 4, 5, 6};
    plb_estimate e = plb_median_interval(v, 5, 1);
    assert_null(e.method);
    assert_true(isinf(e.low) && isinf(e.high));
    e = plb_median_interval(v, 6, 1);
    assert_non_null(e.method);
    assert_true(e.low >= 1 && e.low < 1.5 && e.high <= 6 && e.high > 5.5);
    e = plb_median_interval(v, 0, 1);
    assert_true(isnan(e.value));
}

static double normal(plb_random *random) {
    double u = plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u + 1e-300)) * cos(6.283185307179586 * v);
}

typedef double draw_fn(plb_random *random);
static double skewed(plb_random *random) { return exp(normal(random)); }

/* Share of samples of `count` whose interval holds the true median. */
static double coverage(draw_fn *draw, double median, size_t count) {
    enum { TRIALS = 4000 };
    double v[1200];
    int held = 0;
    plb_random random;
    plb_random_seed(&random, 12345 + count);
    for (int t = 0; t < TRIALS; t++) {
        for (size_t i = 0; i < count; i++) v[i] = draw(&random);
        plb_estimate e = plb_median_of_visits(v, count, 1);
        held += e.low <= median && median <= e.high;
    }
    return (double) held / TRIALS;
}

/* 4000 trials at 95 % have a standard error of 0.35 %; interpolation is exact to about 1 %. */
static void intervals_cover_the_median(void **state) {
    (void) state;
    const size_t counts[] = {6, 7, 8, 10, 13, 20, 33, 64, 257};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double level = coverage(normal, 0, counts[i]);
        if (level < 0.935 || level > 0.975) fail_msg("normal, %zu: %g", counts[i], level);
        level = coverage(skewed, 1, counts[i]);
        if (level < 0.935 || level > 0.975) fail_msg("skewed, %zu: %g", counts[i], level);
    }
    double level = coverage(normal, 0, 1100); /* beyond exact probabilities */
    assert_true(level > 0.935 && level < 0.97);
}

/* Series of visits of many points, each with an autocorrelation of r. */
static double pooled(double r, size_t length) {
    plb_pooled sums = {0, 0, 0, 0};
    plb_random random;
    double v[64];
    plb_random_seed(&random, 99);
    for (int point = 0; point < 3000; point++) {
        double x = normal(&random) / sqrt(1 - r * r);
        for (size_t i = 0; i < length; i++) {
            v[i] = 100 * (1 + point % 7) * (1 + 0.01 * x);
            x = r * x + normal(&random);
        }
        plb_pooled_add(&sums, v, length);
    }
    return plb_pooled_autocorrelation(&sums);
}

static void autocorrelation_is_found_over_points(void **state) {
    (void) state;
    assert_near(pooled(0, 8), 0, 0.02);
    assert_near(pooled(0, 30), 0, 0.02);
    assert_near(pooled(0.5, 30), 0.5, 0.08);
    assert_true(pooled(0.5, 8) > 0.25);
    assert_near(plb_widening(0), 1, 0);
    assert_near(plb_widening(-0.3), 1, 0);
    assert_near(plb_widening(0.5), sqrt(3), 1e-12);
    assert_near(plb_widening(1), 3, 0);
}

/* Means and deviations of visits that differ among themselves as much as their samples do. */
static void means_are_covered(void **state) {
    (void) state;
    enum { TRIALS = 400, VISITS = 16 };
    plb_random random;
    plb_random_seed(&random, 5);
    int held = 0, held_deviation = 0;
    for (int t = 0; t < TRIALS; t++) {
        plb_visit visits[VISITS];
        const plb_visit *pointers[VISITS];
        double sorted[VISITS * PLB_VISIT_SAMPLES];
        plb_sweep_timing timing = {.visits = VISITS};
        for (int v = 0; v < VISITS; v++) {
            double own = 2 * normal(&random);
            visits[v] = (plb_visit){.count = 11, .batch = 1, .typical = 100};
            for (int i = 0; i < 11; i++)
                visits[v].samples[i] = (float) (100 + own + 1 * normal(&random));
            pointers[v] = &visits[v];
        }
        plb_sample_figures(pointers, VISITS, 7, 1, sorted, &timing);
        held += timing.mean.low <= 100 && 100 <= timing.mean.high;
        held_deviation += timing.deviation.low <= sqrt(5) && sqrt(5) <= timing.deviation.high;
        assert_true(timing.least <= timing.p05 && timing.p05 <= timing.p25 &&
                    timing.p25 <= timing.p75 && timing.p75 <= timing.p95 &&
                    timing.p95 <= timing.most);
        assert_int_equal(timing.samples, VISITS * 11);
    }
    if (held < 0.91 * TRIALS) fail_msg("means: %d of %d", held, TRIALS);
    if (held_deviation < 0.85 * TRIALS) fail_msg("deviations: %d of %d", held_deviation, TRIALS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_values_by_hand),
        cmocka_unit_test(six_values_are_the_least),
        cmocka_unit_test(intervals_cover_the_median),
        cmocka_unit_test(autocorrelation_is_found_over_points),
        cmocka_unit_test(means_are_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
