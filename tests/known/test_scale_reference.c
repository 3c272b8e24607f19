/* The default set on the reference's own benchmark times: every benchmark of it has points there
 * that count, and a machine is as fast as itself, and half as fast as one that takes half the time.
 */
#include <math.h>

#include <plutbench/scale.h>

#include "tests/known/shared_data.h"

#define FILE_NAME "cost-model/benching-conway.csv"

static plb_benching *reference_times(void) {
    plb_benching *times;
    plb_error error;
    size_t length;
    char *text = read_shared(FILE_NAME, &length);
    if (plb_benching_parse(&times, FILE_NAME, text, length, &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    free(text);
    return times;
}

static plb_machine_scale *make(const plb_benching *reference, const plb_benching *own) {
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    plb_machine_scale *scale;
    plb_error error;
    if (plb_machine_scale_make(&scale, reference, own, set, NULL, &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    plb_machine_scale_set_free(set);
    return scale;
}

static void assert_factor(const plb_machine_scale *scale, double factor) {
    assert_true(fabs(scale->factor / factor - 1) < 1e-12);
    assert_true(scale->low <= factor * (1 + 1e-12) && factor <= scale->high * (1 + 1e-12));
    assert_true(scale->spread < 1e-9);
}

static void every_benchmark_of_the_set_is_there(void **state) {
    (void) state;
    plb_benching *times = reference_times();
    plb_machine_scale *scale = make(times, times);
    assert_int_equal(scale->used, scale->builtin_count);
    for (size_t i = 0; i < scale->builtin_count; i++) {
        const plb_machine_scale_builtin *b = &scale->builtins[i];
        if (b->points < 40) fail_msg("%s: %zu points", b->name, b->points);
    }
    assert_factor(scale, 1);
    plb_machine_scale_free(scale);
    plb_benching_free(times);
}

static void a_machine_that_is_twice_as_fast_is(void **state) {
    (void) state;
    const plb_machine_scale twice = {.factor = 2, .low = 2, .high = 2, .agrees = true};
    plb_benching *times = reference_times(), *halved;
    assert_int_equal(plb_machine_scale_apply(&twice, times, &halved, NULL), PLB_OK);
    plb_machine_scale *scale = make(halved, times);
    assert_factor(scale, 2);
    plb_machine_scale_free(scale);
    plb_benching_free(halved);
    plb_benching_free(times);
}

int main(void) {
    if (shared_is_missing(FILE_NAME)) return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_benchmark_of_the_set_is_there),
        cmocka_unit_test(a_machine_that_is_twice_as_fast_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
