/* What is charged for a call: sizes against transactions that differ by a known number of bytes,
 * fees against prices. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

#include "calibrate/calls/charges.h"
#include "tests/unit/catalogue_fixture.h"

static plb_script *script;

static int open_all(void **state) {
    if (open_catalogue(state) != 0) return -1;
    script = entry("ecdsa-loop");
    return 0;
}

static int close_all(void **state) {
    plb_script_free(script);
    return close_catalogue(state);
}

/* ---- Sizes ---- */

static const uint8_t unit[] = {0xd8, 0x79, 0x80}; /* constructor 0 */
static const uint8_t bytes_redeemer[] = {0x4a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static plb_call_sizes sizes_of(plb_script_place place, const uint8_t *redeemer, size_t length) {
    plb_tx_call call = {.language = plb_script_language(script),
                        .place = place,
                        .datum = unit,
                        .datum_length = sizeof unit,
                        .inline_datum = true,
                        .redeemer = redeemer,
                        .redeemer_length = length,
                        .exunits = {1000000, 1000000000}};
    call.script = plb_script_bytes(script, &call.script_length);
    plb_tx_spec spec = {.network = PLB_MAINNET, .calls = &call, .call_count = 1, .payments = 1};
    plb_tx_built built, twin;
    plb_call_sizes sizes;
    plb_error error;
    assert_int_equal(plb_tx_build(&built, mainnet, &spec, &error), PLB_OK);
    assert_int_equal(plb_tx_build_twin(&twin, mainnet, &spec, &error), PLB_OK);
    assert_int_equal(built.length, twin.length);
    assert_int_equal(plb_call_sizes_of(&built, &twin, &sizes, &error), PLB_OK);
    assert_true(sizes.script_bytes + sizes.other_bytes < built.length);
    plb_tx_built_free(&built);
    plb_tx_built_free(&twin);
    return sizes;
}

static void bytes_are_the_calls(void **state) {
    (void) state;
    size_t length;
    (void) plb_script_bytes(script, &length);
    plb_call_sizes small = sizes_of(PLB_SCRIPT_IN_WITNESSES, unit, sizeof unit);
    plb_call_sizes large = sizes_of(PLB_SCRIPT_IN_WITNESSES, bytes_redeemer, sizeof bytes_redeemer);
    plb_call_sizes referred = sizes_of(PLB_SCRIPT_IN_REFERENCE, unit, sizeof unit);
    /* A byte string of 24 to 255 bytes has a head of two (RFC 8949, 3.1). */
    assert_true(length > 23 && length < 256);
    assert_int_equal(small.script_bytes, length + 2);
    assert_int_equal(large.script_bytes, small.script_bytes);
    assert_int_equal(large.other_bytes, small.other_bytes + sizeof bytes_redeemer - sizeof unit);
    assert_int_equal(small.reference_script_bytes, 0);
    assert_int_equal(referred.script_bytes, 0);
    assert_int_equal(referred.reference_script_bytes, length);
    /* Key 11, the integrity hash and the redeemer are in every call. */
    assert_true(small.other_bytes > 35 + sizeof unit);
}

static void a_transaction_without_metadata_is_no_twin(void **state) {
    (void) state;
    plb_tx_call call = {.language = plb_script_language(script),
                        .datum = unit,
                        .datum_length = sizeof unit,
                        .redeemer = unit,
                        .redeemer_length = sizeof unit};
    call.script = plb_script_bytes(script, &call.script_length);
    plb_tx_spec spec = {.network = PLB_MAINNET, .calls = &call, .call_count = 1, .payments = 1};
    plb_tx_built built;
    plb_call_sizes sizes;
    plb_error error;
    assert_int_equal(plb_tx_build(&built, mainnet, &spec, &error), PLB_OK);
    assert_int_equal(plb_call_sizes_of(&built, &built, &sizes, &error), PLB_E_PARSE);
    built.length--;
    assert_int_equal(plb_call_sizes_of(&built, &built, &sizes, &error), PLB_E_PARSE);
    built.length++;
    plb_tx_built_free(&built);
}

/* ---- Charges ---- */

static int nothing(void *context) {
    (void) context;
    return 0;
}

static plb_estimate between(double low, double value, double high) {
    return (plb_estimate){.value = value, .low = low, .high = high, .method = "given"};
}

static void assert_near(double value, double truth) {
    if (fabs(value - truth) > 1e-6 * fabs(truth)) fail_msg("%.9g is not %.9g", value, truth);
}

static void fees_are_steps_by_their_price(void **state) {
    (void) state;
    const plb_subject subject = {.name = "nothing", .submit = nothing};
    plb_plan plan = {.subjects = &subject, .subject_count = 1, .maximum_rounds = 50, .seed = 1};
    plb_sampling *sampling;
    assert_int_equal(plb_sample(&plan, &sampling, NULL), PLB_OK);
    plb_call_summary calls = {.sampling = sampling,
                              .overhead_ns = between(1900, 2000, 2500),
                              .has_null = true,
                              .null_ns = between(-10, 0, 10),
                              .has_loop = true,
                              .loop_ns = between(2900, 3000, 3100),
                              .charged_per_call = {.memory = 100, .steps = 1000000},
                              .charged_per_loop = {.memory = 1, .steps = 2000000}};
    plb_stage_summary stages = {0};
    stages.stages[PLB_STAGE_EVALUATE].overhead_ns = between(390, 400, 410);
    stages.stages[PLB_STAGE_EVALUATE].noise_floor_ns = 5;
    stages.stages[PLB_STAGE_PHASE1].overhead_ns = between(20, 30, 40);
    stages.stages[PLB_STAGE_PHASE1].noise_floor_ns = 50;
    plb_call_sizes sizes = {.script_bytes = 10, .other_bytes = 5, .reference_script_bytes = 25600};
    plb_charge_summary c;
    plb_charges_of(mainnet, &calls, &stages, &sizes, &c);
    /* Mainnet: 44 lovelace a byte, 0.0577 a unit of memory, 0.0000721 a step, 15 a byte of
     * reference scripts in the first tier. */
    assert_near(c.lovelace_per_step, 7.21e-5);
    assert_near(c.stages[PLB_STAGE_DECODE_SCRIPTS].size_steps, 440 / 7.21e-5);
    assert_near(c.stages[PLB_STAGE_DECODE_TRANSACTION].size_steps, 220 / 7.21e-5);
    assert_near(c.stages[PLB_STAGE_DECODE_SCRIPTS].reference_steps, 384000 / 7.21e-5);
    assert_near(c.stages[PLB_STAGE_EVALUATE].exunits_steps, 1000000);
    assert_near(c.total.size_steps, 660 / 7.21e-5);
    assert_near(c.total.exunits_steps, 1000000);
    assert_near(c.memory_steps, 5.77 / 7.21e-5);
    assert_near(c.exunits_lovelace, 5.77 + 72.1);
    assert_near(c.ns_per_step.value, 1.5e-3);
    plb_estimate share;
    assert_true(plb_charge_share(&c.stages[PLB_STAGE_EVALUATE], false, 1e-3, &share));
    assert_near(share.value, 2.5); /* 1,000,000 steps are 1,000 ns at 1 ps, for 400 */
    assert_near(share.low, 1000.0 / 410);
    assert_near(share.high, 1000.0 / 390);
    assert_true(plb_charge_share(&c.total, false, c.ns_per_step.value, &share));
    assert_near(share.value, 0.75);
    assert_true(plb_charge_share(&c.total, true, 1e-3, &share));
    assert_near(share.value, (1e6 + 384660 / 7.21e-5) * 1e-3 / 2000);
    /* Below its noise floor nothing is claimed of a stage, nor of one that was not measured. */
    assert_false(plb_charge_share(&c.stages[PLB_STAGE_PHASE1], true, 1e-3, &share));
    assert_false(plb_charge_share(&c.stages[PLB_STAGE_DECODE_SCRIPTS], true, 1e-3, &share));
    plb_sampling_free(sampling);
}

static void a_free_step_buys_nothing(void **state) {
    (void) state;
    const plb_subject subject = {.name = "nothing", .submit = nothing};
    plb_plan plan = {.subjects = &subject, .subject_count = 1, .maximum_rounds = 50, .seed = 1};
    plb_sampling *sampling;
    plb_protocol_parameters parameters = *mainnet;
    parameters.price_steps.numerator = 0;
    assert_int_equal(plb_sample(&plan, &sampling, NULL), PLB_OK);
    plb_call_summary calls = {.sampling = sampling,
                              .overhead_ns = between(1900, 2000, 2500),
                              .has_null = true,
                              .null_ns = between(-10, 0, 10),
                              .charged_per_call = {.memory = 100, .steps = 1000000}};
    plb_call_sizes sizes = {.script_bytes = 10, .other_bytes = 5};
    plb_charge_summary c;
    plb_estimate share;
    plb_charges_of(&parameters, &calls, NULL, &sizes, &c);
    assert_false(plb_charge_share(&c.total, true, 1e-3, &share));
    assert_true(plb_charge_share(&c.total, false, 1e-3, &share));
    assert_near(share.value, 0.5);
    assert_false(c.has_ns_per_step);
    plb_sampling_free(sampling);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_the_calls),
        cmocka_unit_test(a_transaction_without_metadata_is_no_twin),
        cmocka_unit_test(fees_are_steps_by_their_price),
        cmocka_unit_test(a_free_step_buys_nothing),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
