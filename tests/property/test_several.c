/* Means over runs, Welch's differences, Holm's procedure and changes of level: known answers, and
 * how often they hold on drawn numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/measure/random.h"
#include "harness/measure/several.h"

enum { TIMES = 4000, MOST = 512 };

/* ---- Known answers ---- */

/* p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R 4.2.2. */
static void test_holm_adjusts_as_r_does(void **state) {
    (void) state;
    const double p[] = {0.01, 0.04, NAN, 0.03, 0.005}, expected[] = {0.03, 0.06, NAN, 0.06, 0.02};
    double adjusted[5];
    assert_int_equal(plb_holm_adjust(p, 5, adjusted, NULL), PLB_OK);
    for (size_t i = 0; i < 5; i++) {
        if (isnan(expected[i])) {
            assert_true(isnan(adjusted[i]));
        } else {
            assert_true(fabs(adjusted[i] - expected[i]) < 1e-12);
        }
    }
}

/* Levels of intervals and adjusted probabilities reject the same. */
static void test_holm_both_ways(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 3);
    for (size_t k = 0; k < 300; k++) {
        double p[12], adjusted[12], outside[12];
        for (size_t i = 0; i < 12; i++) p[i] = pow(plb_random_unit(&random), 4);
        assert_int_equal(plb_holm_adjust(p, 12, adjusted, NULL), PLB_OK);
        assert_int_equal(plb_holm_outside(p, 12, 0.05, outside, NULL), PLB_OK);
        for (size_t i = 0; i < 12; i++) assert_int_equal(adjusted[i] <= 0.05, p[i] <= outside[i]);
    }
}

/* By the formulas of Welch (1947), sums of squares by hand. */
static void test_difference_is_welchs(void **state) {
    (void) state;
    const plb_measured a[] = {{10.1, 0, 1}, {9.8, 0, 1}, {10.4, 0, 1}, {10.0, 0, 1}};
    const plb_measured b[] = {{10.9, 0, 1}, {11.3, 0, 1}, {10.2, 0, 1}, {11.0, 0, 1}, {11.4, 0, 1}};
    plb_batch_mean before = plb_batch_mean_of(a, 4), after = plb_batch_mean_of(b, 5);
    plb_measured d = plb_measured_difference(after.mean, before.mean);
    double va = 0.1875 / 3 / 4, vb = 0.892 / 4 / 5; /* sums of squares 0.1875 and 0.892 */
    assert_true(fabs(d.value - (10.96 - 10.075)) < 1e-12);
    assert_true(fabs(d.error - sqrt(va + vb)) < 1e-12);
    assert_true(fabs(d.freedom - (va + vb) * (va + vb) / (va * va / 3 + vb * vb / 4)) < 1e-9);
}

/* ---- Batches ---- */

/* Runs of a batch: a truth, what varies between runs, what a run sees. */
static void draw_batch(plb_random *random, double truth, double between, double within,
                       plb_measured *runs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double error = within * (i % 2 ? 1.5 : 0.5); /* some know themselves better */
        runs[i] = (plb_measured){truth + between * plb_random_normal(random) +
                                     error * plb_random_normal(random),
                                 error, 8};
    }
}

static double coverage(size_t before, size_t after, double between_before, double between_after) {
    plb_random random;
    plb_measured runs[16];
    size_t held = 0;
    plb_random_seed(&random, before * 100 + after);
    for (size_t k = 0; k < TIMES; k++) {
        draw_batch(&random, 100, between_before, 1, runs, before);
        plb_measured a = plb_batch_mean_of(runs, before).mean;
        draw_batch(&random, 102, between_after, 1, runs, after);
        plb_measured b = plb_batch_mean_of(runs, after).mean;
        plb_measured d = plb_measured_difference(b, a);
        held += fabs(d.value - 2) <= plb_measured_half(d, 0.05) ? 1 : 0;
    }
    return (double) held / TIMES;
}

static void test_batches_cover_their_difference(void **state) {
    (void) state;
    static const struct {
        size_t before, after;
        double between_before, between_after;
    } cases[] = {{6, 6, 1, 1}, {6, 6, 0, 0}, {4, 8, 2, 0.2}, {10, 5, 0.2, 2}, {16, 16, 1, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double share = coverage(cases[i].before, cases[i].after, cases[i].between_before,
                                cases[i].between_after);
        print_message("%zu and %zu runs: %.3f\n", cases[i].before, cases[i].after, share);
        assert_true(share > 0.935 && share < 0.985);
    }
}

static void test_variance_is_told_apart(void **state) {
    (void) state;
    plb_random random;
    plb_measured runs[MOST];
    plb_random_seed(&random, 11);
    draw_batch(&random, 100, 2, 1, runs, MOST);
    plb_batch_mean batch = plb_batch_mean_of(runs, MOST);
    assert_true(fabs(sqrt(batch.within) - sqrt(1.25)) < 1e-9);
    assert_true(fabs(sqrt(batch.between) - 2) < 0.25);
    draw_batch(&random, 100, 0, 1, runs, MOST);
    assert_true(sqrt(plb_batch_mean_of(runs, MOST).between) < 0.5);
}

/* ---- Levels ---- */

static void draw_series(plb_random *random, double *values, size_t count, size_t at, double size) {
    for (size_t i = 0; i < count; i++) {
        values[i] = plb_random_normal(random) + (i >= at ? size : 0);
    }
}

static double false_changes(size_t count, size_t least, double noise_least) {
    double values[MOST];
    size_t starts[MOST], found = 0, times = count > 100 ? 500 : TIMES;
    plb_segmentation levels;
    plb_random random;
    plb_random_seed(&random, count);
    for (size_t k = 0; k < times; k++) {
        draw_series(&random, values, count, count, 0);
        assert_int_equal(
            plb_segmentation_find(values, count, least, noise_least, starts, &levels, NULL),
            PLB_OK);
        found += levels.segments > 1 ? 1 : 0;
    }
    return (double) found / (double) times;
}

static void test_series_without_a_change_have_none(void **state) {
    (void) state;
    static const size_t counts[] = {4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double one = false_changes(counts[i], 1, 0), two = false_changes(counts[i], 2, 0);
        print_message("%zu values: %.3f with segments of one, %.3f of two\n", counts[i], one, two);
        assert_true(one < 0.065 && two < 0.06);
        assert_true(false_changes(counts[i], 2, 1) < 0.05);
    }
}

/* A change by four standard deviations is found where it is, one by three mostly. */
static void test_changes_are_found_and_placed(void **state) {
    (void) state;
    enum { COUNT = 30, AT = 18, SERIES = 1500 };
    double values[COUNT];
    size_t starts[COUNT], found = 0, held = 0, earliest, latest;
    plb_segmentation levels;
    plb_random random;
    plb_random_seed(&random, 17);
    for (size_t k = 0; k < SERIES; k++) {
        draw_series(&random, values, COUNT, AT, 3);
        assert_int_equal(plb_segmentation_find(values, COUNT, 2, 0, starts, &levels, NULL), PLB_OK);
        if (levels.segments != 2) continue;
        found++;
        plb_segmentation_place(values, 0, COUNT, levels.noise, &earliest, &latest);
        held += earliest <= AT && AT <= latest ? 1 : 0;
    }
    print_message("found %zu of %d, placed %zu\n", found, SERIES, held);
    assert_true((double) found > 0.9 * SERIES);
    assert_true((double) held > 0.94 * (double) found);
}

/* Pruning loses nothing: the same cost as over all splits. */
static double least_cost(const double *values, size_t count, size_t least, double square,
                         double penalty) {
    double best[16];
    best[0] = -penalty;
    for (size_t end = 1; end <= count; end++) {
        best[end] = INFINITY;
        for (size_t begin = 0; begin + least <= end; begin++) {
            double mean = 0, cost = 0;
            for (size_t i = begin; i < end; i++) mean += values[i] / (double) (end - begin);
            for (size_t i = begin; i < end; i++) cost += pow(values[i] - mean, 2) / square;
            best[end] = fmin(best[end], best[begin] + cost + penalty);
        }
    }
    return best[count];
}

static double cost_of(const double *values, size_t count, const size_t *starts,
                      const plb_segmentation *levels) {
    double total = -levels->penalty;
    for (size_t s = 0; s < levels->segments; s++) {
        size_t begin = starts[s], end = s + 1 < levels->segments ? starts[s + 1] : count;
        double mean = 0;
        for (size_t i = begin; i < end; i++) mean += values[i] / (double) (end - begin);
        for (size_t i = begin; i < end; i++) {
            total += pow(values[i] - mean, 2) / (levels->noise * levels->noise);
        }
        total += levels->penalty;
    }
    return total;
}

static void test_segments_are_the_best_ones(void **state) {
    (void) state;
    double values[15];
    size_t starts[15];
    plb_segmentation levels;
    plb_random random;
    plb_random_seed(&random, 23);
    for (size_t k = 0; k < 2000; k++) {
        size_t count = 4 + k % 12, least = 1 + k % 3;
        for (size_t i = 0; i < count; i++) {
            values[i] = plb_random_normal(&random) + 6 * (double) (i * (1 + k % 4) / count);
        }
        assert_int_equal(plb_segmentation_find(values, count, least, 0.5, starts, &levels, NULL),
                         PLB_OK);
        if (count < 2 * least) continue;
        double best = least_cost(values, count, least, levels.noise * levels.noise, levels.penalty);
        assert_true(fabs(cost_of(values, count, starts, &levels) - best) < 1e-6 * (1 + best));
    }
}

static void test_levels_of_nothing(void **state) {
    (void) state;
    const double same[] = {5, 5, 5, 5, 5, 5};
    size_t starts[6];
    plb_segmentation levels;
    plb_error error;
    assert_int_equal(plb_segmentation_find(same, 6, 2, 0, starts, &levels, &error), PLB_OK);
    assert_int_equal(levels.segments, 1);
    assert_int_equal(plb_segmentation_find(same, 0, 2, 0, starts, &levels, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "expected 1 to 4096 values");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holm_adjusts_as_r_does),
        cmocka_unit_test(test_holm_both_ways),
        cmocka_unit_test(test_difference_is_welchs),
        cmocka_unit_test(test_batches_cover_their_difference),
        cmocka_unit_test(test_variance_is_told_apart),
        cmocka_unit_test(test_series_without_a_change_have_none),
        cmocka_unit_test(test_changes_are_found_and_placed),
        cmocka_unit_test(test_segments_are_the_best_ones),
        cmocka_unit_test(test_levels_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
