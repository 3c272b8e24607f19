/* Order statistics, outliers, dependence, contrasts and regression against
 * known answers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.12g, expected %.12g", value, expected);
}

/* R: quantile(c(1, 3, 4, 9, 10), c(0, .1, .25, .5, .9, 1)) (type 7, its
 * default). */
static void quantiles_are_those_of_r(void **state) {
    (void) state;
    const double sorted[] = {1, 3, 4, 9, 10};
    const double q[] = {0, 0.1, 0.25, 0.5, 0.9, 1}, expected[] = {1, 1.8, 3, 4, 9.6, 10};
    for (size_t i = 0; i < 6; i++) {
        assert_near(plb_quantile_sorted(sorted, 5, q[i]), expected[i], 1e-12);
    }
}

/* R: median(c(5, 2, 9, 4)), mad(c(1, 1, 2, 2, 4, 6, 9)). */
static void median_and_mad_are_those_of_r(void **state) {
    (void) state;
    double four[] = {5, 2, 9, 4}, seven[] = {1, 1, 2, 2, 4, 6, 9};
    assert_near(plb_median_of(four, 4), 4.5, 0);
    assert_near(plb_mad_of(seven, 7), 1.4826, 1e-12);
    assert_true(isnan(plb_median_of(four, 0)));
}

/* Tables of Student's t, two-sided 95 %. */
static void student_quantiles_are_those_of_the_tables(void **state) {
    (void) state;
    const double freedom[] = {1, 2, 5, 10, 30, 120, 1e9};
    const double expected[] = {12.706, 4.303, 2.571, 2.228, 2.042, 1.980, 1.960};
    for (size_t i = 0; i < 7; i++) assert_near(plb_student_975(freedom[i]), expected[i], 0.0015);
}

static void outliers_are_classified_and_missing_samples_skipped(void **state) {
    (void) state;
    /* Quartiles 25 and 75 of 1..99: fences at -50, 150 (mild) and -125, 225
     * (severe). */
    double samples[104];
    for (int i = 0; i < 99; i++) samples[i] = i + 1;
    plb_outliers outliers;
    samples[99] = NAN;
    assert_int_equal(plb_outliers_count(samples, 100, &outliers, NULL), PLB_OK);
    assert_int_equal(outliers.count, 99);
    assert_int_equal(outliers.high_mild + outliers.high_severe + outliers.low_mild, 0);
    samples[99] = 160;
    samples[100] = 1e6;
    samples[101] = -60;
    samples[102] = -1e6;
    samples[103] = -1e6;
    assert_int_equal(plb_outliers_count(samples, 104, &outliers, NULL), PLB_OK);
    assert_int_equal(outliers.high_mild, 1);
    assert_int_equal(outliers.high_severe, 1);
    assert_int_equal(outliers.low_mild, 1);
    assert_int_equal(outliers.low_severe, 2);
}

/* AR(1) with coefficient 0.5 and variance 1 has the long-run variance (1 + 0.5)
 * / (1 - 0.5) = 3, and the best circular block length (2 g^2 n / (4/3
 * s^2))^(1/3) with g = 2 * 0.5 / 0.25 = 4, s = 3: for n = 20000 it is 37.6. */
static void dependence_of_an_autoregression_is_found(void **state) {
    (void) state;
    static double series[20000];
    plb_random random;
    plb_random_seed(&random, 3);
    double sum_variance = 0, sum_block = 0, sum_length = 0, last = 0;
    for (int trial = 0; trial < 10; trial++) {
        for (int i = 0; i < 20000; i++) {
            double u = 0;
            for (int k = 0; k < 12; k++) u += plb_random_unit(&random);
            series[i] = last = 0.5 * last + sqrt(0.75) * (u - 6);
        }
        plb_dependence d;
        plb_dependence_of(series, 20000, &d);
        sum_variance += d.long_run_variance;
        sum_length += d.block_length;
        sum_block += d.block_variance;
    }
    assert_near(sum_variance / 10, 3, 0.25);
    assert_near(sum_length / 10, 37.6, 8);
    assert_true(sum_block < sum_variance);
}

static void independent_and_constant_series_need_no_blocks(void **state) {
    (void) state;
    static double series[5000];
    plb_random random;
    plb_random_seed(&random, 8);
    for (int i = 0; i < 5000; i++) series[i] = plb_random_unit(&random);
    plb_dependence d;
    plb_dependence_of(series, 5000, &d);
    assert_near(d.block_length, 1, 0);
    assert_near(d.long_run_variance, 1.0 / 12, 0.005);
    for (int i = 0; i < 5000; i++) series[i] = 7;
    plb_dependence_of(series, 5000, &d);
    assert_near(d.block_length, 1, 0);
    assert_near(d.long_run_variance, 0, 0);
}

/* ---- Contrasts ---- */

static double x[64], y[64];
static const double *const pair[] = {x, y};

/* Differences are 18.5 to 81.5, in an order without a period; what both have in
 * common is large. */
static plb_rounds rounds_of_pair(void) {
    plb_random random;
    plb_random_seed(&random, 6);
    double differences[64];
    for (int i = 0; i < 64; i++) differences[i] = 18.5 + i;
    for (uint32_t i = 64; i > 1; i--) {
        uint32_t j = plb_random_below(&random, i);
        double swap = differences[i - 1];
        differences[i - 1] = differences[j];
        differences[j] = swap;
    }
    for (int i = 0; i < 64; i++) {
        y[i] = 50 + 1000 * plb_random_unit(&random);
        x[i] = y[i] + differences[i];
    }
    return (plb_rounds){.series = pair, .series_count = 2, .round_count = 64};
}

static void median_of_differences_is_the_value(void **state) {
    (void) state;
    plb_rounds rounds = rounds_of_pair();
    const double coefficients[] = {1, -1};
    plb_estimate e, quick;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 500, 1, &e, NULL), PLB_OK);
    assert_near(e.value, 50, 1e-9);
    assert_true(e.low < 50 && e.high > 50);
    assert_int_equal(e.count, 64);
    assert_int_equal(e.resamples, 500);
    assert_string_equal(e.method, "median of differences, circular block bootstrap");
    assert_int_equal(plb_contrast_quick(&rounds, coefficients, &quick, NULL), PLB_OK);
    assert_near(quick.value, 50, 1e-9);
}

static void equal_seeds_give_equal_intervals(void **state) {
    (void) state;
    plb_rounds rounds = rounds_of_pair();
    plb_random random;
    plb_random_seed(&random, 1);
    for (int i = 0; i < 64; i++) x[i] += plb_random_unit(&random);
    const double coefficients[] = {1, -1};
    plb_estimate e, again, other;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 500, 1, &e, NULL), PLB_OK);
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 500, 1, &again, NULL), PLB_OK);
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 500, 2, &other, NULL), PLB_OK);
    assert_true(again.low == e.low && again.high == e.high);
    assert_true(other.low != e.low || other.high != e.high);
}

static void series_without_coefficient_play_no_part(void **state) {
    (void) state;
    plb_rounds rounds = rounds_of_pair();
    for (int i = 0; i < 64; i++) y[i] = NAN;
    for (int i = 0; i < 64; i++) x[i] = 100 + (i * 37) % 64;
    const double coefficients[] = {2, 0};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 100, 1, &e, NULL), PLB_OK);
    assert_near(e.value, 263, 0);
}

static void intervals_are_no_narrower_than_the_clock_steps(void **state) {
    (void) state;
    plb_rounds rounds = rounds_of_pair();
    for (int i = 0; i < 64; i++) {
        x[i] = 7;
        y[i] = 5;
    }
    const double coefficients[] = {1, -1}, resolution[] = {1, 3};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 100, 1, &e, NULL), PLB_OK);
    assert_near(e.low, 2, 0);
    rounds.resolution = resolution;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 100, 1, &e, NULL), PLB_OK);
    assert_near(e.low, 0, 1e-12);
    assert_near(e.high, 4, 1e-12);
}

/* Three subjects; the third's time is anything, which no difference of the
 * first two sees. */
static void what_hits_a_whole_round_cancels(void **state) {
    (void) state;
    static double a[400], b[400], c[400];
    const double *series[] = {a, b, c}, coefficients[] = {-0.5, 1, -0.5};
    plb_random random;
    plb_random_seed(&random, 8);
    for (int i = 0; i < 400; i++) {
        double burst = i % 10 < 4 ? 300 + i : 0;
        a[i] = 100 + burst + plb_random_unit(&random);
        b[i] = 120 + burst + 5 * plb_random_unit(&random);
        c[i] = 100 + burst + plb_random_unit(&random);
    }
    plb_rounds rounds = {.series = series, .series_count = 3, .round_count = 400};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 300, 1, &e, NULL), PLB_OK);
    assert_string_equal(e.method, "medians of differences, circular block bootstrap");
    assert_near(e.value, 22, 0.5);
    assert_true(e.high - e.low < 1.5);
}

/* A series that is sampled in every tenth round is compared with what the other
 * had in that. */
static void seldom_sampled_series_have_fewer_differences(void **state) {
    (void) state;
    static double a[400], b[400];
    const double *series[] = {a, b}, coefficients[] = {1, -1};
    for (int i = 0; i < 400; i++) {
        a[i] = i % 10 == 9 ? 1000 + i : (double) NAN;
        b[i] = i;
    }
    plb_rounds rounds = {.series = series, .series_count = 2, .round_count = 400};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 300, 1, &e, NULL), PLB_OK);
    assert_int_equal(e.count, 40);
    assert_near(e.value, 1000, 1e-9);
}

static void quantiles_need_no_sorted_numbers(void **state) {
    (void) state;
    double values[] = {5, 1, 4, 2, 3, 3};
    assert_near(plb_quantile_of(values, 6, 0), 1, 0);
    assert_near(plb_quantile_of(values, 6, 1), 5, 0);
    assert_near(plb_quantile_of(values, 6, 0.5), 3, 0);
    assert_near(plb_quantile_of(values, 6, 0.9), 4.5, 1e-12);
    assert_near(plb_quantile_of(values, 6, 0.1), 1.5, 1e-12);
    assert_true(isnan(plb_quantile_of(values, 0, 0.5)));
    /* Whatever the order and the ties: as after sorting. */
    plb_random random;
    plb_random_seed(&random, 12);
    for (int t = 0; t < 3000; t++) {
        double some[200], sorted[200];
        size_t n = 1 + plb_random_below(&random, 200);
        uint32_t most = 1 + plb_random_below(&random, 50);
        for (size_t i = 0; i < n; i++) some[i] = sorted[i] = plb_random_below(&random, most);
        double q = plb_random_unit(&random);
        plb_sort_numbers(sorted, n);
        assert_near(plb_quantile_of(some, n, q), plb_quantile_sorted(sorted, n, q), 0);
    }
}

static void a_null_experiment_calls_beyond_its_interval(void **state) {
    (void) state;
    plb_estimate inside = {.low = -1, .high = 9}, barely = {.low = 0.4, .high = 9.4},
                 above = {.low = 0.6, .high = 9.6}, below = {.low = -9.6, .high = -0.6};
    assert_false(plb_null_called(&inside));
    assert_false(plb_null_called(&barely));
    assert_true(plb_null_called(&above));
    assert_true(plb_null_called(&below));
}

static void too_few_rounds_and_no_coefficients_are_errors(void **state) {
    (void) state;
    plb_rounds rounds = rounds_of_pair();
    const double coefficients[] = {1, -1}, none[] = {0, 0};
    plb_estimate e;
    plb_error error;
    assert_int_equal(plb_contrast_estimate(&rounds, none, 100, 1, &e, &error), PLB_E_ARGUMENT);
    for (int i = PLB_BOOTSTRAP_ROUNDS - 1; i < 64; i++) y[i] = NAN;
    assert_int_equal(plb_contrast_estimate(&rounds, coefficients, 100, 1, &e, &error),
                     PLB_E_MEASURE);
    rounds.round_count = 3;
    assert_int_equal(plb_contrast_quick(&rounds, coefficients, &e, &error), PLB_E_MEASURE);
}

static void claims_need_to_be_beyond_the_noise_floor(void **state) {
    (void) state;
    const plb_estimate null = {.value = -1, .low = -4, .high = 2};
    const plb_estimate small = {.value = 3.5, .low = 3, .high = 4};
    const plb_estimate large = {.value = -6, .low = -7, .high = -5};
    const plb_estimate vague = {.value = 9, .low = -1, .high = 19};
    assert_near(plb_noise_floor(&null), 4, 0);
    assert_false(plb_estimate_resolved(&small, 4));
    assert_true(plb_estimate_resolved(&small, 3));
    assert_true(plb_estimate_resolved(&large, 4));
    assert_false(plb_estimate_resolved(&vague, 4));
    assert_near(plb_estimate_precision(&large), 1.0 / 6, 1e-12);
    assert_true(isinf(plb_estimate_precision(&(plb_estimate){.low = -1, .high = 1})));
    plb_estimate turned = plb_estimate_scaled(large, -2);
    assert_true(turned.value == 12 && turned.low == 10 && turned.high == 14);
    assert_true(plb_estimates_agree(&small, &vague));
    assert_false(plb_estimates_agree(&small, &large));
}

/* ---- Regression ---- */

/* Longley's kind of check by hand: y = 1, 3, 2 at x = 0, 1, 2 has intercept 1.5
 * and slope 0.5, so the contrasts are (5/6, 1/3, -1/6) and (-1/2, 0, 1/2). */
static void contrasts_of_a_line_are_those_of_least_squares(void **state) {
    (void) state;
    const double design[] = {1, 0, 1, 1, 1, 2};
    const double expected[] = {5.0 / 6, 1.0 / 3, -1.0 / 6, -0.5, 0, 0.5};
    double contrasts[6];
    assert_int_equal(plb_design_contrasts(design, 3, 2, NULL, contrasts, NULL), PLB_OK);
    for (int i = 0; i < 6; i++) assert_near(contrasts[i], expected[i], 1e-12);
}

static void weights_of_zero_leave_a_point_out(void **state) {
    (void) state;
    const double design[] = {1, 0, 1, 1, 1, 2}, weights[] = {1, 1, 0};
    double contrasts[6];
    assert_int_equal(plb_design_contrasts(design, 3, 2, weights, contrasts, NULL), PLB_OK);
    assert_near(contrasts[0], 1, 1e-12);
    assert_near(contrasts[1], 0, 1e-12);
    assert_near(contrasts[3], -1, 1e-12);
    assert_near(contrasts[4], 1, 1e-12);
}

static void undetermined_designs_are_refused(void **state) {
    (void) state;
    const double collinear[] = {1, 2, 1, 2, 1, 2}, zero[] = {1, 0, 1, 0, 1, 0};
    const double large[] = {1, 1e6, 1, 2e6, 1, 3e6};
    double contrasts[6];
    plb_error error;
    assert_int_equal(plb_design_contrasts(collinear, 3, 2, NULL, contrasts, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(plb_design_contrasts(zero, 3, 2, NULL, contrasts, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_design_contrasts(large, 1, 2, NULL, contrasts, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_design_contrasts(large, 3, 2, NULL, contrasts, &error), PLB_OK);
    plb_regression fit;
    const double observations[] = {1, 2, 3, 4, 5, 6};
    const double same[] = {1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5};
    assert_int_equal(plb_regress(observations, same, 6, 2, 1, &fit, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_regress(observations, same, 2, 2, 1, &fit, &error), PLB_E_ARGUMENT);
}

static void an_exact_line_is_found_exactly(void **state) {
    (void) state;
    double observations[20], design[40];
    for (int i = 0; i < 20; i++) {
        design[2 * i] = 1;
        design[2 * i + 1] = i * 1e5;
        observations[i] = 12 + 3e-5 * design[2 * i + 1];
    }
    plb_regression fit;
    assert_int_equal(plb_regress(observations, design, 20, 2, 1, &fit, NULL), PLB_OK);
    assert_near(fit.coefficient[0].value, 12, 1e-9);
    assert_near(fit.coefficient[1].value, 3e-5, 1e-13);
}

/* A tenth of the observations is off by a thousand: least squares would be off
 * by a hundred. */
static void outliers_hardly_move_the_robust_fit(void **state) {
    (void) state;
    double observations[200], design[400];
    plb_random random;
    plb_random_seed(&random, 5);
    for (int i = 0; i < 200; i++) {
        design[2 * i] = 1;
        design[2 * i + 1] = i % 10;
        observations[i] = 50 + 2 * design[2 * i + 1] + plb_random_unit(&random) - 0.5;
        if (i % 10 == i / 20) observations[i] += 1000;
    }
    plb_regression fit;
    assert_int_equal(plb_regress(observations, design, 200, 2, 1, &fit, NULL), PLB_OK);
    assert_near(fit.coefficient[0].value, 50, 0.3);
    assert_near(fit.coefficient[1].value, 2, 0.05);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_r),
        cmocka_unit_test(median_and_mad_are_those_of_r),
        cmocka_unit_test(student_quantiles_are_those_of_the_tables),
        cmocka_unit_test(outliers_are_classified_and_missing_samples_skipped),
        cmocka_unit_test(dependence_of_an_autoregression_is_found),
        cmocka_unit_test(independent_and_constant_series_need_no_blocks),
        cmocka_unit_test(median_of_differences_is_the_value),
        cmocka_unit_test(equal_seeds_give_equal_intervals),
        cmocka_unit_test(series_without_coefficient_play_no_part),
        cmocka_unit_test(intervals_are_no_narrower_than_the_clock_steps),
        cmocka_unit_test(what_hits_a_whole_round_cancels),
        cmocka_unit_test(seldom_sampled_series_have_fewer_differences),
        cmocka_unit_test(quantiles_need_no_sorted_numbers),
        cmocka_unit_test(a_null_experiment_calls_beyond_its_interval),
        cmocka_unit_test(too_few_rounds_and_no_coefficients_are_errors),
        cmocka_unit_test(claims_need_to_be_beyond_the_noise_floor),
        cmocka_unit_test(contrasts_of_a_line_are_those_of_least_squares),
        cmocka_unit_test(weights_of_zero_leave_a_point_out),
        cmocka_unit_test(undetermined_designs_are_refused),
        cmocka_unit_test(an_exact_line_is_found_exactly),
        cmocka_unit_test(outliers_hardly_move_the_robust_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
