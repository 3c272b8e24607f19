/* Means of parts: they add up, they are what they are said to be, and their intervals cover. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/measure/parts.h"
#include "harness/measure/random.h"

static double normal(plb_random *random) {
    double u = plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * v);
}

static int by_value(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Parts with outliers of any size: their means add up to the whole's, which is the mean of the
 * middle half of the wholes. */
static void parts_add_up_to_the_middle_half(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 4711);
    for (int trial = 0; trial < 200; trial++) {
        enum { PARTS = 5 };
        plb_parts *parts = plb_parts_new(1, PARTS, 0);
        assert_non_null(parts);
        double expected = 0;
        size_t epochs = 4 + plb_random_below(&random, 12);
        for (size_t e = 0; e < epochs; e++) {
            size_t n = 1 + plb_random_below(&random, 300);
            double wholes[300];
            for (size_t i = 0; i < n; i++) {
                double ns[PARTS];
                wholes[i] = 0;
                for (int k = 0; k < PARTS; k++) {
                    ns[k] = 100 + 10 * normal(&random);
                    if (plb_random_below(&random, 10) == 0) ns[k] += 1e6 * plb_random_unit(&random);
                    wholes[i] += ns[k];
                }
                assert_true(plb_parts_add(parts, 0, ns));
            }
            assert_true(plb_parts_end_epoch(parts));
            qsort(wholes, n, sizeof *wholes, by_value);
            double mean = 0;
            for (size_t i = n / 4; i < n - n / 4; i++) mean += wholes[i];
            expected += mean / (double) (n - 2 * (n / 4)) / (double) epochs;
        }
        plb_estimate whole, part;
        double all[PARTS] = {1, 1, 1, 1, 1}, sum = 0;
        assert_int_equal(plb_parts_contrast(parts, all, &whole, NULL), PLB_OK);
        for (int k = 0; k < PARTS; k++) {
            double one[PARTS] = {0};
            one[k] = 1;
            assert_int_equal(plb_parts_contrast(parts, one, &part, NULL), PLB_OK);
            sum += part.value;
        }
        assert_true(fabs(sum - whole.value) <= 1e-9 * fabs(whole.value));
        assert_true(fabs(expected - whole.value) <= 1e-9 * expected);
        plb_parts_free(parts);
    }
}

/* Two subjects whose true difference is 5 ns in the first part and 3 in the second; epochs differ
 * by a layout of their own and by what drifts, samples by skewed noise. */
static bool covers(plb_random *random, size_t epochs, double drift) {
    plb_parts *parts = plb_parts_new(2, 2, 0);
    double level = 0;
    for (size_t e = 0; e < epochs; e++) {
        level = drift * level + normal(random);
        double layout[2] = {2 * normal(random) + 2 * level, 2 * normal(random)};
        for (size_t i = 0; i < 40; i++) {
            for (size_t s = 0; s < 2; s++) {
                double noise = 3 * normal(random);
                if (plb_random_below(random, 20) == 0) noise += 1000;
                double ns[2] = {s == 0 ? 105 + layout[0] : 100, (s == 0 ? 53 : 50) + noise};
                if (s == 1) ns[1] += layout[1];
                plb_parts_add(parts, s, ns);
            }
        }
        plb_parts_end_epoch(parts);
    }
    plb_estimate estimate;
    const double whole[] = {1, 1, -1, -1};
    assert_int_equal(plb_parts_contrast(parts, whole, &estimate, NULL), PLB_OK);
    plb_parts_free(parts);
    return estimate.low <= 8 && 8 <= estimate.high;
}

static double coverage(uint64_t seed, size_t epochs, double drift) {
    enum { TRIALS = 2000 };
    plb_random random;
    plb_random_seed(&random, seed);
    int covered = 0;
    for (int i = 0; i < TRIALS; i++) covered += covers(&random, epochs, drift);
    return (double) covered / TRIALS;
}

/* With 2,000 trials 95 % is between 94 and 96 % in 19 of 20 cases. */
static void intervals_cover_the_truth(void **state) {
    (void) state;
    double independent = coverage(1, 16, 0), few = coverage(2, 4, 0),
           drifting = coverage(3, 16, 0.5);
    print_message("coverage: %.3f, of few epochs %.3f, under drift %.3f\n", independent, few,
                  drifting);
    assert_true(independent > 0.93 && independent < 0.97);
    assert_true(few > 0.93 && few < 0.97);
    assert_true(drifting > 0.90 && drifting < 0.98);
}

static void what_is_too_little_is_refused(void **state) {
    (void) state;
    plb_parts *parts = plb_parts_new(2, 1, 1);
    const double first[] = {1, 0}, none[] = {0, 0}, both[] = {1, -1}, ns[] = {7}, nothing[] = {0};
    plb_estimate estimate;
    plb_error error;
    for (int e = 0; e < PLB_PARTS_EPOCHS_MOST; e++) {
        if (e == 3) {
            assert_int_equal(plb_parts_contrast(parts, first, &estimate, &error), PLB_E_MEASURE);
        }
        assert_true(plb_parts_add(parts, 0, ns));
        assert_true(plb_parts_add(parts, 0, nothing));
        if (e < 3) assert_true(plb_parts_add(parts, 1, ns));
        assert_true(plb_parts_end_epoch(parts));
    }
    assert_false(plb_parts_end_epoch(parts));
    assert_int_equal(plb_parts_contrast(parts, first, &estimate, &error), PLB_OK);
    assert_int_equal(plb_parts_contrast(parts, none, &estimate, &error), PLB_E_ARGUMENT);
    /* The second subject has three epochs. */
    assert_int_equal(plb_parts_contrast(parts, both, &estimate, &error), PLB_E_MEASURE);
    assert_int_equal(plb_parts_samples(parts, 0), 2 * PLB_PARTS_EPOCHS_MOST);
    assert_int_equal(plb_histogram_count(plb_parts_histogram(parts, 0, 0)), PLB_PARTS_EPOCHS_MOST);
    assert_null(plb_parts_histogram(parts, 1, 0));
    for (int i = 0; i < PLB_PARTS_SAMPLES; i++) assert_true(plb_parts_add(parts, 0, ns));
    assert_false(plb_parts_add(parts, 0, ns));
    plb_parts_free(parts);
    assert_null(plb_parts_new(1, PLB_PARTS_MOST + 1, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_the_middle_half),
        cmocka_unit_test(intervals_cover_the_truth),
        cmocka_unit_test(what_is_too_little_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
