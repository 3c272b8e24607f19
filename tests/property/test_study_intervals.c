/* The interval of "new over old": over many studies of times that are a known multiple of what is
 * charged, with noise, it holds the truth about as often as it promises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/study/study.h"
#include "harness/measure/random.h"

#define STUDIES 300
#define NOISE 0.05 /* standard deviation of a time, relative */

static double normal(plb_random *random) {
    double u = 1 - plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

static void add(plb_benching *times, const char *name, double us, double x, double y) {
    plb_bench_point point = {.time = us,
                             .time_low = us * 0.99,
                             .time_high = us * 1.01,
                             .deviation = us * NOISE,
                             .size = {x, y, NAN, NAN}};
    assert_int_equal(plb_benching_add(times, name, &point, NULL), PLB_OK);
}

/* Version E's addInteger, multiplied, with noise: 100788 + 420 max(x, y) picoseconds. */
static plb_benching *make_times(double factor, plb_random *random) {
    plb_benching *times = plb_benching_new();
    assert_non_null(times);
    for (int x = 1; x <= 901; x += 100) {
        for (int y = 1; y <= 901; y += 100) {
            double cost = 0.100788 + 0.00042 * (x > y ? x : y);
            add(times, "AddInteger", factor * cost * (1 + NOISE * normal(random)), x, y);
        }
    }
    return times;
}

static plb_study_builtin study_once(const plb_study_plan *plan, double factor, plb_random *random) {
    plb_study *study = calloc(1, sizeof *study);
    plb_study_builtin found = {.name = NULL};
    plb_error error = {.status = PLB_OK};
    assert_non_null(study);
    study->plan = plan;
    study->lock = -1;
    study->own = make_times(factor, random);
    assert_int_equal(plb_study_load_base(study, &error), PLB_OK);
    assert_int_equal(plb_study_load_fit(study, &error), PLB_OK);
    assert_int_equal(plb_study_compare_builtins(study, &error), PLB_OK);
    for (size_t i = 0; i < study->summary.builtin_count; i++) {
        if (strcmp(study->builtins[i].name, "addInteger") == 0) found = study->builtins[i];
    }
    plb_study_free(study);
    assert_non_null(found.ratio.method);
    return found;
}

static void intervals_hold_the_truth(void **state) {
    (void) state;
    static const double factors[] = {0.3, 1, 2.5};
    plb_study_plan plan;
    plb_random random;
    size_t held = 0, called = 0, same = 0;
    const char *text = "{\"sweep\": {}, \"fit\": {\"bootstrap\": 200}}";
    assert_int_equal(plb_study_plan_read(&plan, "p", text, strlen(text), NULL), PLB_OK);
    plb_random_seed(&random, 20);
    for (int i = 0; i < STUDIES; i++) {
        double factor = factors[i % 3];
        plan.seed = (uint64_t) i + 1;
        plb_study_builtin b = study_once(&plan, factor, &random);
        assert_int_equal(b.points, 100);
        held += b.ratio.low <= factor && factor <= b.ratio.high;
        same += i % 3 == 1;
        called += i % 3 == 1 && b.resolved;
    }
    plb_study_plan_free(&plan);
    print_message("%zu of %d intervals hold the truth\n", held, STUDIES);
    /* 95 %, by 3 standard errors of 300 trials. */
    if (held * 1000 < STUDIES * 912 || held * 1000 > STUDIES * 988)
        fail_msg("%zu of %d intervals hold the truth", held, STUDIES);
    if (called * 100 > same * 12)
        fail_msg("%zu of %zu find a change where there is none", called, same);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_hold_the_truth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
