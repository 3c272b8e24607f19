/* Profiles of work whose shares are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

#include "harness/machine/cost.h"

static void say(uint64_t *activity, uint64_t what) {
    if (activity != NULL) __atomic_store_n(activity, what, __ATOMIC_RELAXED);
}

static void work(uint64_t ns) {
    uint64_t end = plb_clock_now_ns() + ns;
    while (plb_clock_now_ns() < end) {}
}

#define ADD_INTEGER PLB_ACTIVITY(PLB_ACTIVITY_BUILTIN + 0, 1)
#define APPLY PLB_ACTIVITY(PLB_ACTIVITY_STEP + PLB_STEP_APPLY, 1)

/* 30 us of one thing, 70 us of another: whatever else the machine does meanwhile hits both alike.
 */
static int three_to_seven(void *context, uint64_t *activity) {
    (void) context;
    say(activity, ADD_INTEGER);
    work(30000);
    say(activity, APPLY);
    work(70000);
    say(activity, PLB_ACTIVITY(PLB_ACTIVITY_OTHER, 0));
    return 0;
}

static plb_program *load(const char *text) {
    plb_program *program = plb_program_new(0);
    plb_error error;
    plb_era era = {PLB_LANGUAGE_NEWEST, PLB_PROTOCOL_VERSION_MAX};
    assert_int_equal(plb_program_parse_text(program, era, text, strlen(text), &error), PLB_OK);
    return program;
}

static const plb_profile_row *find(const plb_profile *profile, const char *name) {
    for (size_t i = 0; i < profile->row_count; i++) {
        if (strcmp(profile->rows[i].name, name) == 0) return &profile->rows[i];
    }
    return NULL;
}

static void known_shares_are_found(void **state) {
    (void) state;
    plb_program *program = load("(program 1.0.0 (lam main (con integer 1)))");
    plb_tally tally = {.startup = {100, 100}};
    tally.builtin_count[0] = 2;
    tally.builtin_cost[0] = (plb_exunits){.memory = 4, .steps = 1000};
    tally.step_count[PLB_STEP_APPLY] = 5;
    tally.step_cost[PLB_STEP_APPLY] = (plb_exunits){.memory = 5, .steps = 3000};
    tally.builtin_count[1] = 1; /* charged, and never seen */
    plb_profile_config config = {.run = three_to_seven,
                                 .program = program,
                                 .tally = &tally,
                                 .name = "root",
                                 .time_s = 1.5,
                                 .seed = 3};
    plb_profile *profile;
    plb_error error;
    assert_int_equal(plb_profile_make(&config, &profile, &error), PLB_OK);
    const plb_profile_row *add = find(profile, "addInteger"), *apply = find(profile, "apply");
    assert_non_null(add);
    assert_non_null(apply);
    assert_true(profile->looks > 500);
    /* When the process is preempted, all looks see the same thing for milliseconds: on a busy
     * machine some hundred preemptions decide, not the looks. */
    assert_true(fabs(add->share.value - 0.3) < 0.1);
    assert_true(fabs(apply->share.value - 0.7) < 0.1);
    assert_true(add->share.low <= add->share.value && add->share.value <= add->share.high);
    assert_true(profile->run_ns > 99000);
    assert_true(fabs(add->time_ns - add->share.value * profile->run_ns) < 1e-6);
    assert_true(profile->charged.steps == 4100 && profile->startup.steps == 100);
    assert_true(add->is_builtin && !apply->is_builtin && add->count == 2 && apply->count == 5);
    assert_non_null(find(profile, "subtractInteger"));
    assert_true(find(profile, "subtractInteger")->looks == 0);
    assert_null(find(profile, "multiplyInteger"));
    assert_non_null(strstr(profile->stacks, "root;main;addInteger "));
    plb_profile_free(profile);
    plb_program_free(program);
}

static int fails(void *context, uint64_t *activity) {
    (void) context;
    (void) activity;
    return 1;
}

static void a_run_that_fails_is_an_error(void **state) {
    (void) state;
    plb_program *program = load("(program 1.0.0 (error))");
    plb_tally tally = {.startup = {100, 100}};
    plb_profile_config config = {
        .run = fails, .program = program, .tally = &tally, .name = "root", .time_s = 0.1};
    plb_profile *profile;
    plb_error error;
    assert_int_equal(plb_profile_make(&config, &profile, &error), PLB_E_MEASURE);
    assert_null(profile);
    plb_program_free(program);
}

/* Wilson's interval for 8 of 10, from Brown, Cai and DasGupta's formula worked by hand. */
static void a_share_has_wilsons_interval(void **state) {
    (void) state;
    plb_estimate share = plb_share(8, 10);
    assert_true(fabs(share.value - 0.8) < 1e-12);
    assert_true(fabs(share.low - 0.4901625) < 1e-6 && fabs(share.high - 0.9433178) < 1e-6);
    share = plb_share(0, 100);
    assert_true(share.low == 0 && fabs(share.high - 0.0369935) < 1e-6);
}

/* The profiled evaluator is the same machine: result, budget and steps are those of the plain one.
 */
static void watching_changes_no_result(void **state) {
    (void) state;
    plb_program *program = load(
        "(program 1.1.0 [(lam f [[f f] (con integer 50)]) (lam f (lam n (force [[[(force (builtin "
        "ifThenElse)) [[(builtin lessThanEqualsInteger) n] (con integer 0)]] (delay (case (constr "
        "1 n) (lam a a) (lam b b)))] (delay [[f f] [[(builtin subtractInteger) n] (con integer "
        "1)]])])))])");
    plb_era era = {PLB_LANGUAGE_NEWEST, PLB_PROTOCOL_VERSION_MAX};
    plb_cost_model *model = plb_cost_model_default(era);
    plb_machine *machine = plb_machine_new(0);
    uint64_t activity = 77;
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = era, .limit = {INT64_MAX, INT64_MAX}};
    plb_outcome plain, watched;
    assert_int_equal(plb_machine_run(machine, &evaluation, &plain), PLB_OK);
    evaluation.activity = &activity;
    assert_int_equal(plb_machine_run(machine, &evaluation, &watched), PLB_OK);
    assert_true(plain.spent.steps == watched.spent.steps &&
                plain.spent.memory == watched.spent.memory && plain.steps == watched.steps);
    assert_int_equal(activity, 77);
    plb_machine_free(machine);
    plb_cost_model_free(model);
    plb_program_free(program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_shares_are_found),
        cmocka_unit_test(a_run_that_fails_is_an_error),
        cmocka_unit_test(a_share_has_wilsons_interval),
        cmocka_unit_test(watching_changes_no_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
