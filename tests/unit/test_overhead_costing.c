/* Costings of overheads: exact ones, what data can't tell apart or resolve, coefficients below
 * zero, what is charged, and runs that don't go together. Truth is made up here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "calibrate/overhead/costing.h"
#include "harness/measure/random.h"

#define POINTS_MOST 16
#define STEPS 1000000

static void assert_near(double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance)) fail_msg("expected %.12g, got %.12g", expected, got);
}

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("'%s' is not in '%s'", part, text);
}

static const plb_overhead_coefficient *coefficient(const plb_overhead_costing *costing,
                                                   const char *name) {
    return &costing->coefficients[plb_overhead_size_find(name)];
}

/* A run of the test's own: points are added, each with an overhead known to `half`. */
typedef struct bench {
    plb_protocol_parameters *parameters;
    plb_overhead_run run;
    plb_overhead_point points[POINTS_MOST];
} bench;

static void begin(bench *b) {
    memset(b, 0, sizeof *b);
    b->parameters = plb_protocol_parameters_default();
    b->run.points = b->points;
    (void) snprintf(b->run.name, sizeof b->run.name, "run");
    (void) snprintf(b->run.language, sizeof b->run.language, "PlutusV3");
}

static double fee_of(const bench *b, const plb_overhead_point *p) {
    const plb_protocol_parameters *v = b->parameters;
    double memory = (double) v->price_memory.numerator / (double) v->price_memory.denominator;
    double steps = (double) v->price_steps.numerator / (double) v->price_steps.denominator;
    return (double) (v->fee_per_byte * p->size_bytes + v->fee_fixed) +
           ceil(memory * (double) p->charged.memory + steps * (double) p->charged.steps);
}

static plb_overhead_point *add(bench *b, uint64_t calls, uint64_t script_bytes, double ns,
                               double half) {
    plb_overhead_point *p = &b->points[b->run.point_count++];
    for (unsigned f = 0; f < PLB_FACTOR_COUNT; f++) p->settings[f] = plb_factor_get(f)->standard;
    p->settings[PLB_FACTOR_CALLS] = calls;
    p->settings[PLB_FACTOR_SCRIPT_BYTES] = script_bytes;
    p->settings[PLB_FACTOR_DATUM] = PLB_POINT_DATUM_NONE;
    p->charged = (plb_exunits){.memory = 100, .steps = STEPS * (int64_t) calls};
    p->size_bytes = 200 + 40 * calls + script_bytes;
    p->fee = (uint64_t) fee_of(b, p);
    p->overhead_ns = (plb_estimate){.value = ns,
                                    .low = ns - half,
                                    .high = ns + half,
                                    .level = 0.95,
                                    .freedom = 8,
                                    .method = "made up"};
    p->null_ns = p->overhead_ns;
    p->null_ns.value = 0;
    p->null_ns.low = -half;
    p->null_ns.high = half;
    return p;
}

static plb_overhead_costing *make(bench *b, const plb_overhead_options *given) {
    plb_overhead_run *runs[] = {&b->run};
    plb_overhead_options options = given != NULL ? *given : (plb_overhead_options){0};
    plb_overhead_costing *costing;
    plb_error error;
    options.parameters = b->parameters;
    if (plb_overhead_costing_make(&costing, runs, 1, &options, &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    return costing;
}

static void end(bench *b, plb_overhead_costing *costing) {
    plb_overhead_costing_free(costing);
    plb_protocol_parameters_free(b->parameters);
}

/* ---- Coefficients ---- */

static void exact_data_give_exact_coefficients_and_charges(void **state) {
    (void) state;
    static const uint64_t calls[] = {1, 4, 10}, bytes[] = {100, 1000};
    bench b;
    begin(&b);
    for (size_t i = 0; i < 6; i++)
        add(&b, calls[i % 3], bytes[i / 3],
            1500 + 200 * (double) calls[i % 3] + 3 * (double) bytes[i / 3], 10);
    plb_overhead_costing *c = make(&b, NULL);
    assert_int_equal(coefficient(c, "spends")->state, PLB_OVERHEAD_FITTED);
    assert_near(coefficient(c, "spends")->charge.time_ns.value, 200, 1e-6);
    assert_near(coefficient(c, "transactions")->charge.time_ns.value, 1500, 1e-5);
    assert_near(coefficient(c, "script_bytes")->charge.time_ns.value, 3, 1e-8);
    const plb_overhead_charge *spend = &coefficient(c, "spends")->charge;
    assert_near(spend->exunits_steps, STEPS, 1e-3);
    assert_near(spend->size_lovelace, 40.0 * (double) b.parameters->fee_per_byte, 1e-6);
    assert_near(spend->reference_lovelace, 0, 1e-9);
    assert_near(spend->steps[PLB_BASIS_NOMINAL].value, 200000, 1e-3);
    assert_near(spend->uncharged_steps[PLB_BASIS_NOMINAL].value, 200000 - STEPS, 1e-2);
    assert_null(spend->steps[PLB_BASIS_MACHINE].method);
    assert_near(coefficient(c, "script_bytes")->charge.size_lovelace,
                (double) b.parameters->fee_per_byte, 1e-9);
    assert_true(c->tested && c->linear);
    assert_near(c->residual, 0, 1e-9);
    end(&b, c);
}

static void what_is_not_told_apart_is_named(void **state) {
    (void) state;
    bench b;
    begin(&b);
    add(&b, 1, 100, 1000, 10);
    add(&b, 4, 100, 1600, 10);
    add(&b, 10, 100, 2800, 10);
    plb_overhead_costing *c = make(&b, NULL);
    const plb_overhead_coefficient *bytes = coefficient(c, "script_bytes");
    uint32_t transactions = UINT32_C(1) << plb_overhead_size_find("transactions");
    uint32_t spends = UINT32_C(1) << plb_overhead_size_find("spends");
    assert_int_equal(bytes->state, PLB_OVERHEAD_NOT_APART);
    assert_int_equal(bytes->made_of, transactions);
    assert_int_equal(coefficient(c, "inputs")->made_of, spends);
    assert_int_equal(coefficient(c, "steps")->made_of, spends);
    assert_int_equal(coefficient(c, "mints")->state, PLB_OVERHEAD_ABSENT);
    assert_true(coefficient(c, "transactions")->stands_for >> plb_overhead_size_find("outputs") &
                1);
    assert_near(coefficient(c, "spends")->charge.time_ns.value, 200, 1e-6);
    char *text;
    assert_int_equal(plb_overhead_text(c, &text, NULL), PLB_OK);
    assert_has(text, "Not told apart by these data:");
    assert_has(text, "script_bytes from transactions");
    free(text);
    end(&b, c);
}

static void what_is_within_its_interval_has_no_number(void **state) {
    (void) state;
    bench b;
    begin(&b);
    add(&b, 1, 100, 1000, 50);
    add(&b, 4, 100, 1610, 50);
    add(&b, 1, 200, 1005, 50);
    add(&b, 4, 200, 1600, 50);
    plb_overhead_costing *c = make(&b, NULL);
    assert_int_equal(coefficient(c, "script_bytes")->state, PLB_OVERHEAD_NOT_RESOLVED);
    char *text;
    assert_int_equal(plb_overhead_json(c, &text, NULL), PLB_OK);
    json_t *root = json_loads(text, 0, NULL), *entry;
    size_t i, found = 0;
    assert_null(json_object_get(
        json_object_get(json_object_get(json_object_get(root, "overhead"), "cpu"), "arguments"),
        "script_bytes"));
    json_array_foreach(json_object_get(root, "coefficients"), i, entry) {
        if (strcmp(json_string_value(json_object_get(entry, "size")), "script_bytes") != 0)
            continue;
        found++;
        assert_string_equal(json_string_value(json_object_get(entry, "state")), "not-resolved");
        assert_null(json_object_get(entry, "time"));
        assert_true(json_number_value(json_object_get(entry, "at_most_ns")) > 0);
    }
    assert_int_equal(found, 1);
    json_decref(root);
    free(text);
    end(&b, c);
}

static void what_is_below_zero_is_held_at_zero_with_the_evidence(void **state) {
    (void) state;
    static const uint64_t calls[] = {1, 4, 10}, bytes[] = {100, 1000};
    bench b;
    begin(&b);
    for (size_t i = 0; i < 6; i++)
        add(&b, calls[i % 3], bytes[i / 3],
            9000 + 200 * (double) calls[i % 3] - 2 * (double) bytes[i / 3], 10);
    plb_overhead_costing *c = make(&b, NULL);
    const plb_overhead_coefficient *k = coefficient(c, "script_bytes");
    assert_int_equal(k->state, PLB_OVERHEAD_NEGATIVE);
    assert_true(k->held);
    assert_near(k->free_ns.value, -2, 1e-6);
    assert_true(k->worse > 100);
    /* The others are fitted without it: the mean of both sizes. */
    assert_near(coefficient(c, "transactions")->charge.time_ns.value, 9000 - 2 * 550, 1);
    assert_false(c->linear);
    assert_true(c->widened > 10);
    end(&b, c);
}

/* The best of all sets of coefficients, tried one by one. */
static void not_negative_is_the_best_of_all_sets(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 3);
    for (unsigned round = 0; round < 300; round++) {
        plb_overhead_sample samples[POINTS_MOST] = {0};
        plb_overhead_pool pool = {samples, POINTS_MOST};
        plb_overhead_terms all = {.count = 5, .size = {0, 1, 2, 3, 4}};
        for (size_t i = 0; i < pool.count; i++) {
            samples[i].deviation_ns = 1 + plb_random_unit(&random);
            samples[i].overhead_ns.value = plb_random_normal(&random);
            for (size_t t = 0; t < all.count; t++) samples[i].sizes[t] = plb_random_unit(&random);
        }
        plb_overhead_terms kept = plb_overhead_not_negative(&pool, &all), best = {0};
        double least = INFINITY;
        for (unsigned set = 0; set < 32; set++) {
            double design[POINTS_MOST * 5], weights[POINTS_MOST], contrasts[POINTS_MOST * 5];
            double squares = 0, value[5] = {0};
            plb_overhead_terms some = {0};
            for (size_t t = 0; t < 5; t++)
                if (set >> t & 1) some.size[some.count++] = t;
            for (size_t i = 0; i < pool.count; i++) {
                weights[i] = 1 / samples[i].deviation_ns / samples[i].deviation_ns;
                for (size_t t = 0; t < some.count; t++)
                    design[i * some.count + t] = samples[i].sizes[some.size[t]];
            }
            if (some.count > 0)
                assert_int_equal(
                    plb_design_contrasts(design, pool.count, some.count, weights, contrasts, NULL),
                    PLB_OK);
            bool below = false;
            for (size_t t = 0; t < some.count; t++) {
                for (size_t i = 0; i < pool.count; i++)
                    value[t] += contrasts[t * pool.count + i] * samples[i].overhead_ns.value;
                below |= value[t] < 0;
            }
            for (size_t i = 0; i < pool.count; i++) {
                double rest = samples[i].overhead_ns.value;
                for (size_t t = 0; t < some.count; t++)
                    rest -= value[t] * design[i * some.count + t];
                squares += weights[i] * rest * rest;
            }
            if (below || squares >= least) continue;
            least = squares;
            best = some;
        }
        assert_int_equal(kept.count, best.count);
        for (size_t t = 0; t < kept.count; t++) assert_int_equal(kept.size[t], best.size[t]);
    }
}

/* ---- Steps ---- */

static void loops_tell_what_a_step_takes(void **state) {
    (void) state;
    static const int64_t steps[] = {1000000, 20000000, 100000000};
    bench b;
    begin(&b);
    for (size_t i = 0; i < 3; i++) {
        plb_overhead_point *p = add(&b, 1, 100, 500 + 0.7e-3 * (double) steps[i], 10);
        p->charged.steps = steps[i];
        p->fee = (uint64_t) fee_of(&b, p);
    }
    const plb_overhead_options options = {.machine_basis = true};
    plb_overhead_costing *c = make(&b, &options);
    assert_near(c->ns_per_step[PLB_BASIS_MACHINE].value, 0.7e-3, 1e-9);
    assert_int_equal(c->basis, PLB_BASIS_MACHINE);
    const plb_overhead_charge *spend = &coefficient(c, "spends")->charge;
    assert_near(spend->time_ns.value, 500, 1e-5);
    assert_near(spend->exunits_steps, 0, 1e-3);
    assert_near(spend->uncharged_steps[PLB_BASIS_MACHINE].value, 500 / 0.7e-3, 1e-2);
    end(&b, c);
}

static void a_scale_gives_steps_of_the_reference_machine(void **state) {
    (void) state;
    plb_machine_scale scale = {.factor = 0.5, .low = 0.4, .high = 0.625, .agrees = true};
    bench b;
    begin(&b);
    add(&b, 1, 100, 1000, 10);
    add(&b, 4, 100, 1600, 10);
    const plb_overhead_options options = {.scale = &scale, .ns_per_step = 2e-3};
    plb_overhead_costing *c = make(&b, &options);
    const plb_overhead_charge *spend = &coefficient(c, "spends")->charge;
    assert_int_equal(c->basis, PLB_BASIS_REFERENCE);
    assert_near(spend->steps[PLB_BASIS_REFERENCE].value, 400000, 1e-3);
    assert_near(spend->steps[PLB_BASIS_MACHINE].value, 100000, 1e-3);
    /* By the scale alone: as far as 200 / 0.625 and 200 / 0.4. */
    assert_true(spend->steps[PLB_BASIS_REFERENCE].low <= 320000);
    assert_true(spend->steps[PLB_BASIS_REFERENCE].high >= 500000);
    assert_false(c->tested);
    end(&b, c);
}

/* ---- Refusals ---- */

static void what_does_not_go_together_is_refused(void **state) {
    (void) state;
    bench b;
    begin(&b);
    add(&b, 1, 100, 1000, 10);
    add(&b, 4, 100, 1600, 10);
    plb_overhead_run other = b.run, *runs[] = {&b.run, &other};
    plb_overhead_options options = {.parameters = b.parameters};
    plb_overhead_costing *c;
    plb_error error;
    (void) snprintf(other.name, sizeof other.name, "other");
    (void) snprintf(other.processor, sizeof other.processor, "Z80");
    assert_int_equal(plb_overhead_costing_make(&c, runs, 2, &options, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.where, "other");
    assert_has(error.message, "runs of one processor: 'Z80' here, '' in run");
    other = b.run;
    other.protocol_version = 11;
    assert_int_equal(plb_overhead_costing_make(&c, runs, 2, &options, &error), PLB_E_ARGUMENT);
    assert_has(error.message, "one protocol version");
    b.points[0].fee += 1000;
    assert_int_equal(plb_overhead_costing_make(&c, runs, 1, &options, &error), PLB_E_ARGUMENT);
    assert_has(error.message, "is not what the protocol parameters make it");
    assert_null(c);
    end(&b, NULL);
}

static void overheads_below_zero_make_no_costing(void **state) {
    (void) state;
    bench b;
    begin(&b);
    add(&b, 1, 100, -1000, 10);
    add(&b, 4, 100, -1600, 10);
    plb_overhead_run *runs[] = {&b.run};
    plb_overhead_options options = {.parameters = b.parameters};
    plb_overhead_costing *c;
    plb_error error;
    assert_int_equal(plb_overhead_costing_make(&c, runs, 1, &options, &error), PLB_E_ARGUMENT);
    assert_has(error.message, "overheads above zero");
    end(&b, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_data_give_exact_coefficients_and_charges),
        cmocka_unit_test(what_is_not_told_apart_is_named),
        cmocka_unit_test(what_is_within_its_interval_has_no_number),
        cmocka_unit_test(what_is_below_zero_is_held_at_zero_with_the_evidence),
        cmocka_unit_test(not_negative_is_the_best_of_all_sets),
        cmocka_unit_test(loops_tell_what_a_step_takes),
        cmocka_unit_test(a_scale_gives_steps_of_the_reference_machine),
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(overheads_below_zero_make_no_costing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
