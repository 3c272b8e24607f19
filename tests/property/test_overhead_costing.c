/* Costings of overheads that are made up: how often intervals hold coefficients that are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/overhead/overhead.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define SIMULATIONS 1500
#define RUNS 3
#define FREEDOM 8
#define STEPS_A_CALL 1500000

/* What is true: nanoseconds by size. */
typedef struct truth {
    double calls, transactions, script_bytes, inputs;
    double noise; /* standard deviation of a point's overhead, relative to it */
    double runs;  /* of what a run adds to all of its points, relative */
    bool known;   /* points know their deviations; else from FREEDOM + 1 normal numbers */
} truth;

static double sum_of(const truth *t, const plb_overhead_point *p) {
    double value, sum = 0;
    const struct {
        const char *name;
        double each;
    } parts[] = {{"spends", t->calls},
                 {"transactions", t->transactions},
                 {"script_bytes", t->script_bytes},
                 {"inputs", t->inputs}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_true(plb_overhead_sizes[plb_overhead_size_find(parts[i].name)].value(p, &value));
        sum += parts[i].each * value;
    }
    return sum;
}

static plb_estimate estimate(double value, double deviation, const truth *t, plb_random *random) {
    double squares = 0, half = deviation;
    for (unsigned k = 0; k < FREEDOM; k++) squares += pow(plb_random_normal(random), 2);
    if (!t->known) half *= sqrt(squares / FREEDOM);
    half *= plb_student_975(t->known ? 1000 : FREEDOM);
    value += deviation * plb_random_normal(random);
    return (plb_estimate){.value = value,
                          .low = value - half,
                          .high = value + half,
                          .level = 0.95,
                          .freedom = t->known ? 1000 : FREEDOM,
                          .method = "made up"};
}

static void set_fee(plb_overhead_point *p, const plb_protocol_parameters *parameters) {
    double price =
        (double) parameters->price_steps.numerator / (double) parameters->price_steps.denominator;
    p->fee = parameters->fee_per_byte * p->size_bytes + parameters->fee_fixed +
             (uint64_t) ceil(price * (double) p->charged.steps);
}

/* Each run varies one thing more than calls, as people do. */
static plb_overhead_run *make_run(unsigned which, const truth *t,
                                  const plb_protocol_parameters *parameters, plb_random *random) {
    static const uint64_t calls[] = {1, 4, 16}, bytes[] = {300, 1200, 3000}, inputs[] = {0, 8, 20};
    plb_overhead_run *run = calloc(1, sizeof *run);
    run->points = calloc(9, sizeof *run->points);
    (void) snprintf(run->name, sizeof run->name, "run %u", which);
    double shift = t->runs * plb_random_normal(random);
    for (size_t i = 0; i < (which == 0 ? 3u : 9u); i++) {
        plb_overhead_point *p = &run->points[run->point_count++];
        for (unsigned f = 0; f < PLB_FACTOR_COUNT; f++)
            p->settings[f] = plb_factor_get(f)->standard;
        p->settings[PLB_FACTOR_CALLS] = calls[i % 3];
        p->settings[PLB_FACTOR_SCRIPT_BYTES] = which == 1 ? bytes[i / 3] : 500;
        p->settings[PLB_FACTOR_EXTRA_INPUTS] = which == 2 ? inputs[i / 3] : 0;
        p->settings[PLB_FACTOR_DATUM] = PLB_POINT_DATUM_NONE;
        p->charged.steps = (int64_t) calls[i % 3] * STEPS_A_CALL;
        p->size_bytes = 300 + 40 * calls[i % 3] + p->settings[PLB_FACTOR_SCRIPT_BYTES];
        set_fee(p, parameters);
        double ns = sum_of(t, p);
        p->overhead_ns = estimate(ns * (1 + shift), t->noise * ns, t, random);
        p->null_ns = estimate(0, t->noise * ns, t, random);
    }
    return run;
}

/* How many of a thousand intervals hold the truth, by coefficient. */
static void simulate(const truth *t, double least, double most) {
    static const char *const names[] = {"spends", "transactions", "script_bytes", "inputs"};
    const double true_ns[] = {t->calls, t->transactions, t->script_bytes, t->inputs};
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    unsigned held[4] = {0}, fitted[4] = {0}, linear = 0;
    plb_random random;
    plb_random_seed(&random, 5);
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        plb_overhead_run *runs[RUNS];
        plb_overhead_costing *costing;
        plb_overhead_options options = {.parameters = parameters};
        plb_error error;
        for (unsigned r = 0; r < RUNS; r++) runs[r] = make_run(r, t, parameters, &random);
        if (plb_overhead_costing_make(&costing, runs, RUNS, &options, &error) != PLB_OK)
            fail_msg("%s: %s", error.where, error.message);
        linear += costing->linear;
        for (size_t k = 0; k < 4; k++) {
            const plb_overhead_coefficient *c =
                &costing->coefficients[plb_overhead_size_find(names[k])];
            if (c->state == PLB_OVERHEAD_ABSENT) continue;
            fitted[k] += c->state == PLB_OVERHEAD_FITTED;
            held[k] += c->free_ns.low <= true_ns[k] && true_ns[k] <= c->free_ns.high;
        }
        plb_overhead_costing_free(costing);
        for (unsigned r = 0; r < RUNS; r++) plb_overhead_run_free(runs[r]);
    }
    plb_protocol_parameters_free(parameters);
    for (size_t k = 0; k < 4; k++) {
        double rate = 100.0 * held[k] / SIMULATIONS;
        printf("%-14s %.1f %% held, %.1f %% fitted\n", names[k], rate,
               100.0 * fitted[k] / SIMULATIONS);
        if (rate < least || rate > most) fail_msg("%s: %.1f %%", names[k], rate);
    }
    printf("linear: %.1f %%\n", 100.0 * linear / SIMULATIONS);
}

static void intervals_hold_the_coefficients(void **state) {
    (void) state;
    const truth t = {.calls = 350,
                     .transactions = 1500,
                     .script_bytes = 3,
                     .inputs = 150,
                     .noise = 0.01,
                     .known = true};
    simulate(&t, 93, 97);
}

static void also_where_deviations_are_estimated(void **state) {
    (void) state;
    const truth t = {
        .calls = 350, .transactions = 1500, .script_bytes = 3, .inputs = 150, .noise = 0.01};
    simulate(&t, 93, 97);
}

static void also_where_runs_differ(void **state) {
    (void) state;
    const truth t = {.calls = 350,
                     .transactions = 1500,
                     .script_bytes = 3,
                     .inputs = 150,
                     .noise = 0.01,
                     .runs = 0.005};
    simulate(&t, 85, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_the_coefficients),
        cmocka_unit_test(also_where_deviations_are_estimated),
        cmocka_unit_test(also_where_runs_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
