/* Calibrations of real scripts: loop counts against searches of the test's own through the ledger,
 * what is refused, and what a measurement leaves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

#include "tests/unit/catalogue_fixture.h"

/* A PlutusV2 script of the text, with the redeemer 1000000. */
static plb_script *script_of(const char *text) {
    plb_script *script = NULL;
    plb_error error;
    plb_program *redeemer = plb_program_new(1 << 20);
    const char json[] = "{\"int\": 1000000}";
    assert_int_equal(plb_program_data_json(redeemer, json, sizeof json - 1, NULL), PLB_OK);
    plb_script_source source = {
        .name = "own.uplc",
        .bytes = (const uint8_t *) text,
        .length = strlen(text),
        .language = PLB_PLUTUS_V2,
        .redeemer_name = "redeemer",
        .redeemer = redeemer,
    };
    if (plb_script_load(&script, &source, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    plb_program_free(redeemer);
    return script;
}

static plb_strategy strategy_of(const char *name) {
    plb_strategy strategy = {0};
    assert_int_equal(plb_strategy_parse(name, &strategy, NULL), PLB_OK);
    return strategy;
}

static plb_calibration *calibrated(const plb_script *script, const char *strategy) {
    plb_calibration *calibration = NULL;
    plb_error error;
    plb_calibration_config config = {
        .script = script,
        .parameters = mainnet,
        .strategy = strategy_of(strategy),
        .seed = 7,
    };
    if (plb_calibrate(&config, &calibration, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return calibration;
}

/* ---- The test's own evaluation ---- */

typedef struct own_call {
    plb_status status;
    plb_exunits exunits;
    size_t length;
    uint64_t fee;
} own_call;

/* A call with `loops` loops, in a transaction and a ledger of its own. */
static own_call call_with(const plb_script *script, int64_t loops, bool inline_datum) {
    own_call call = {0};
    plb_error error;
    plb_program *redeemer = plb_program_new(1 << 24);
    uint8_t *datum = NULL;
    uint8_t *argument = NULL, *supplement = NULL;
    size_t datum_length, argument_length, script_length, supplement_length = 0;
    assert_int_equal(
        plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), (uint64_t) loops, NULL),
        PLB_OK);
    assert_int_equal(plb_data_encode(redeemer, &argument, &argument_length, NULL), PLB_OK);
    assert_int_equal(plb_data_encode(plb_script_datum(script), &datum, &datum_length, NULL),
                     PLB_OK);
    const plb_program *supplemental = plb_script_supplemental_datum(script);
    if (supplemental != NULL) {
        assert_int_equal(plb_data_encode(supplemental, &supplement, &supplement_length, NULL),
                         PLB_OK);
    }
    const uint8_t *bytes = plb_script_bytes(script, &script_length);
    plb_tx_call what = {
        .language = plb_script_language(script),
        .script = bytes,
        .script_length = script_length,
        .datum = datum,
        .datum_length = datum_length,
        .inline_datum = inline_datum,
        .redeemer = argument,
        .redeemer_length = argument_length,
    };
    plb_tx_spec spec = {.network = PLB_MAINNET,
                        .calls = &what,
                        .call_count = 1,
                        .payments = 1,
                        .supplemental_datum = supplement,
                        .supplemental_datum_length = supplement_length,
                        .seed = {42}};
    plb_ledger *ledger = NULL;
    plb_tx_built built;
    plb_ledger_config config = {.network = PLB_MAINNET};
    assert_int_equal(plb_ledger_new(&ledger, mainnet, &config, NULL), PLB_OK);
    call.status = plb_ledger_build_exact(ledger, &built, &spec, &call.exunits, &error);
    if (call.status == PLB_OK) {
        call.length = built.length;
        call.fee = built.fee;
        plb_tx_built_free(&built);
    }
    plb_ledger_free(ledger);
    plb_program_free(redeemer);
    free(datum);
    free(argument);
    free(supplement);
    return call;
}

static bool is_inline(const plb_script *script) {
    return plb_script_language(script) != PLB_PLUTUS_V1;
}

/* PLB_LIMIT_* that a call exceeds; PLB_E_BUDGET is beyond everything. */
static unsigned exceeds(const own_call *call, plb_exunits target) {
    if (call->status == PLB_E_BUDGET) return PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY;
    assert_int_equal(call->status, PLB_OK);
    return (call->exunits.steps > target.steps ? PLB_LIMIT_STEPS : 0u) |
           (call->exunits.memory > target.memory ? PLB_LIMIT_MEMORY : 0u);
}

/* The calibrated count fits, one more doesn't, and the figures are those of the call. */
static void assert_is_last(const plb_calibration *calibration, const plb_script *script) {
    const plb_budget_summary *budget = plb_calibration_budget(calibration);
    const plb_loop_fit *fit = plb_calibration_fit(calibration);
    own_call last = call_with(script, budget->loop_counter, is_inline(script));
    own_call next = call_with(script, budget->loop_counter + 1, is_inline(script));
    assert_int_equal(exceeds(&last, budget->budget_target), 0);
    assert_int_equal(exceeds(&next, budget->budget_target), budget->loop_limiting_factors);
    assert_int_not_equal(budget->loop_limiting_factors, 0);
    assert_int_equal(budget->budget_used_per_tx_input.steps, last.exunits.steps);
    assert_int_equal(budget->budget_used_per_tx_input.memory, last.exunits.memory);
    assert_int_equal(budget->projected_tx_size, last.length);
    assert_int_equal(budget->projected_tx_fee, last.fee);
    assert_int_equal(fit->loops, budget->loop_counter);
    own_call none = call_with(script, 0, is_inline(script));
    assert_int_equal(fit->at_zero.steps, none.exunits.steps);
    assert_int_equal(fit->at_zero.memory, none.exunits.memory);
}

/* ---- Loop counts ---- */

static int64_t search_upwards(const plb_script *script, plb_exunits target) {
    for (int64_t loops = 0;; loops++) {
        own_call call = call_with(script, loops, is_inline(script));
        if (exceeds(&call, target) != 0) return loops - 1;
    }
}

static void test_small_counts_equal_a_search_upwards(void **state) {
    (void) state;
    static const struct {
        const char *script, *strategy;
    } small[] = {
        {"hash-onto-g2-and-add", "txbudget"},
        {"hash-onto-g2-and-add", "txperblock_4"},
        {"hash-onto-g2-and-add", "txperblock_8"},
        {"hash-onto-g2-and-add", "blockbudget_1.25"},
        {"ecdsa-loop", "txperblock_30"},
        {"loop", "txperblock_1000"},
        {"loop-v3", "txperblock_900"},
        {"ripemd160-loop", "txperblock_500"},
    };
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        plb_script *script = entry(small[i].script);
        plb_calibration *calibration = calibrated(script, small[i].strategy);
        const plb_budget_summary *budget = plb_calibration_budget(calibration);
        assert_int_equal(budget->loop_counter, search_upwards(script, budget->budget_target));
        assert_is_last(calibration, script);
        plb_calibration_free(calibration);
        plb_script_free(script);
    }
}

static void test_every_script_of_the_catalogue(void **state) {
    (void) state;
    static const char *const strategies[] = {"txbudget", "txperblock_8", "blockbudget_2.0"};
    for (size_t i = 0; i < plb_catalogue_count(catalogue); i++) {
        const char *name = plb_catalogue_entry(catalogue, i)->name;
        plb_script *script = entry(name);
        for (size_t k = 0; k < sizeof strategies / sizeof *strategies; k++) {
            plb_calibration *calibration = calibrated(script, strategies[k]);
            assert_is_last(calibration, script);
            /* Loops are linear: two evaluations to see it, two to prove it. */
            assert_int_equal(plb_calibration_fit(calibration)->evaluations, 4);
            assert_null(plb_calibration_calls(calibration));
            plb_calibration_free(calibration);
        }
        plb_script_free(script);
    }
}

/* `step` of an accumulator of bytes, in each of the loops that the redeemer asks for. */
#define ACCUMULATING(step)                                                                         \
    "(program 1.0.0 (lam d (lam r (lam c [(lam go [go go [(builtin subtractInteger) "              \
    "[(builtin unIData) r] (con integer 1000000)] (con bytestring #00)]) (lam self (lam n "        \
    "(lam acc (force [(force (builtin ifThenElse)) [(builtin equalsInteger) n (con integer 0)] "   \
    "(delay (con unit ())) (delay [self self [(builtin subtractInteger) n (con integer 1)] " step  \
    "])]))))]))))"

/* Costs that are no line: the bytes, and with them the cost of a loop, grow. */
static void test_costs_that_are_not_linear(void **state) {
    (void) state;
    static const struct {
        const char *text;
        uint32_t evaluations; /* at most */
    } growing[] = {
        {ACCUMULATING("[(builtin appendByteString) acc (con bytestring "
                      "#000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f)]"),
         30},
        /* Twice as long each time: the line through the first two counts goes far beyond what a
         * block may take. */
        {ACCUMULATING("[(builtin appendByteString) acc acc]"), 20},
    };
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        plb_script *script = script_of(growing[i].text);
        plb_calibration *calibration = calibrated(script, "txbudget");
        assert_is_last(calibration, script);
        assert_true(plb_calibration_budget(calibration)->loop_counter > 10);
        assert_true(plb_calibration_fit(calibration)->evaluations <= growing[i].evaluations);
        plb_calibration_free(calibration);
        plb_script_free(script);
    }
}

static void test_best_scale(void **state) {
    (void) state;
    static const char *const scales[] = {"blockbudget_1.0", "blockbudget_1.25", "blockbudget_1.5",
                                         "blockbudget_1.75", "blockbudget_2.0"};
    static const char *const scripts[] = {"ecdsa-loop", "loop", "hash-onto-g2-and-add"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        plb_script *script = entry(scripts[i]);
        int64_t most_loops = -1;
        int64_t least_unused = INT64_MAX;
        size_t best = 0;
        size_t tightest = 0;
        uint32_t evaluations = 0;
        for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
            plb_calibration *one = calibrated(script, scales[k]);
            const plb_budget_summary *budget = plb_calibration_budget(one);
            evaluations += plb_calibration_fit(one)->evaluations;
            /* maximumBy takes the last of equals, minimumBy the first. */
            if (budget->projected_loops_per_block >= most_loops) {
                most_loops = budget->projected_loops_per_block;
                best = k;
            }
            if (budget->projected_budget_unused_per_block.steps < least_unused) {
                least_unused = budget->projected_budget_unused_per_block.steps;
                tightest = k;
            }
            plb_calibration_free(one);
        }
        plb_calibration *calibration = calibrated(script, "blockbudget");
        const plb_budget_summary *budget = plb_calibration_budget(calibration);
        assert_string_equal(budget->message_id, scales[best]);
        assert_int_equal(budget->projected_loops_per_block, most_loops);
        assert_string_equal(budget->message_strategy,
                            best == tightest
                                ? "maximizes loops per block AND minimizes unused execution steps "
                                  "per block"
                                : "maximizes loops per block BUT DOES NOT minimize unused "
                                  "execution steps per block");
        assert_is_last(calibration, script);
        /* What one scale found out serves the others. */
        assert_true(plb_calibration_fit(calibration)->evaluations < evaluations);
        plb_calibration_free(calibration);
        plb_script_free(script);
    }
}

/* A scale whose share of the block has no room for a loop is passed over. */
static void test_best_scale_of_those_that_fit(void **state) {
    (void) state;
    plb_script *script = entry("hash-onto-g2-and-add");
    own_call one = call_with(script, 1, true);
    plb_protocol_parameters *p = plb_protocol_parameters_default();
    /* A block takes two such transactions (scale 1.0), and not three (1.25 and 1.5). */
    p->max_tx_exunits = one.exunits;
    p->max_block_exunits = (plb_exunits){2 * one.exunits.memory, 2 * one.exunits.steps};
    plb_calibration_config config = {
        .script = script, .parameters = p, .strategy = strategy_of("blockbudget"), .seed = 1};
    plb_calibration *calibration = NULL;
    assert_int_equal(plb_calibrate(&config, &calibration, NULL), PLB_OK);
    assert_string_equal(plb_calibration_budget(calibration)->message_id, "blockbudget_1.0");
    assert_int_equal(plb_calibration_budget(calibration)->loop_counter, 1);
    plb_calibration_free(calibration);
    /* None at all. */
    p->max_tx_exunits.steps--;
    p->max_block_exunits.steps -= 2;
    plb_error error;
    assert_int_equal(plb_calibrate(&config, &calibration, &error), PLB_E_BUDGET);
    assert_null(calibration);
    plb_protocol_parameters_free(p);
    plb_script_free(script);
}

/* PlutusV1 can't see inline datums: its datum is hashed, whatever is asked for. */
static void test_hashed_datum(void **state) {
    (void) state;
    static const struct {
        const char *script;
        bool asked, hashed;
    } cases[] = {{"loop", false, true},
                 {"loop", true, true},
                 {"ecdsa-loop", false, false},
                 {"ecdsa-loop", true, true},
                 {"loop-v3", true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_script *script = entry(cases[i].script);
        plb_calibration *calibration = NULL;
        plb_calibration_config config = {.script = script,
                                         .parameters = mainnet,
                                         .strategy = strategy_of("txperblock_100"),
                                         .hashed_datum = cases[i].asked,
                                         .seed = 3};
        assert_int_equal(plb_calibrate(&config, &calibration, NULL), PLB_OK);
        const plb_budget_summary *budget = plb_calibration_budget(calibration);
        own_call same = call_with(script, budget->loop_counter, !cases[i].hashed);
        assert_int_equal(budget->projected_tx_size, same.length);
        if (is_inline(script)) {
            own_call other = call_with(script, budget->loop_counter, cases[i].hashed);
            assert_int_not_equal(other.length, same.length);
        }
        plb_calibration_free(calibration);
        plb_script_free(script);
    }
}

/* ---- What is told beside the count ---- */

static void test_summary(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_calibration *calibration = calibrated(script, "txperblock_8");
    const plb_budget_summary *b = plb_calibration_budget(calibration);
    char redeemer[64];
    (void) snprintf(redeemer, sizeof redeemer, "{\"int\":%lld}",
                    (long long) b->loop_counter + 1000000);
    assert_string_equal(b->script_id, "loop");
    assert_string_equal(b->message_id, "txperblock_8");
    assert_string_equal(b->message_strategy, "a fixed 8 txs per block was specified");
    assert_string_equal(b->script_arg_redeemer, redeemer);
    assert_string_equal(b->script_arg_datum, "{\"int\":0}");
    assert_int_equal(b->budget_target.memory, 7750000);
    assert_int_equal(b->budget_target.steps, 2500000000);
    assert_int_equal(b->budget_per_tx.steps, 10000000000);
    assert_int_equal(b->budget_per_block.memory, 62000000);
    assert_int_equal(b->projected_tx_per_block, 8);
    assert_int_equal(b->projected_loops_per_block, 8 * b->loop_counter);
    plb_calibration_free(calibration);
    calibration = calibrated(script, "txbudget");
    assert_string_equal(plb_calibration_budget(calibration)->message_strategy,
                        "maxing out loops for tx budget was indicated");
    plb_calibration_free(calibration);
    plb_script_free(script);
}

/* ---- What is refused ---- */

static void assert_refused(const plb_script *script, const plb_protocol_parameters *parameters,
                           plb_status status, const char *where, const char *reason) {
    plb_calibration *calibration = (plb_calibration *) &calibration;
    plb_error error = {0};
    plb_calibration_config config = {
        .script = script, .parameters = parameters, .strategy = strategy_of("txbudget")};
    plb_status got = plb_calibrate(&config, &calibration, &error);
    if (got != status) fail_msg("status %d: %s: %s", got, error.where, error.message);
    assert_null(calibration);
    assert_int_equal(error.status, status);
    if (strncmp(error.where, where, strlen(where)) != 0) fail_msg("where: %s", error.where);
    if (strstr(error.message, reason) == NULL) fail_msg("%s", error.message);
    assert_int_equal(plb_calibrate(&config, &calibration, NULL), status);
}

/* PlutusV2 has 175 parameters in the order of names; the last eight are those of the signatures,
 * first two of them ECDSA's (PlutusLedgerApi.V2.ParamName). */
static void test_short_cost_models(void **state) {
    (void) state;
    plb_protocol_parameters *p = plb_protocol_parameters_default();
    plb_script *ecdsa = entry("ecdsa-loop");
    plb_script *sha2 = entry("sha2-256-loop");
    plb_script *v3 = entry("loop-v3");
    plb_cost_parameters *v2 = &p->cost_models[PLB_PLUTUS_V2];
    v2->count = 168;
    assert_refused(ecdsa, p, PLB_E_COST_MODEL, "ecdsa-loop: PlutusV2 with 168 parameters",
                   "no price for verifyEcdsaSecp256k1Signature");
    plb_calibration *calibration = NULL;
    plb_calibration_config config = {
        .script = sha2, .parameters = p, .strategy = strategy_of("txbudget")};
    assert_int_equal(plb_calibrate(&config, &calibration, NULL), PLB_OK);
    plb_calibration_free(calibration);
    v2->count = 169;
    config.script = ecdsa;
    assert_int_equal(plb_calibrate(&config, &calibration, NULL), PLB_OK);
    plb_calibration_free(calibration);
    free(p->cost_models[PLB_PLUTUS_V3].values);
    p->cost_models[PLB_PLUTUS_V3] = (plb_cost_parameters){0};
    assert_refused(v3, p, PLB_E_COST_MODEL, "loop-v3", "no cost model for PlutusV3");
    plb_script_free(v3);
    plb_script_free(sha2);
    plb_script_free(ecdsa);
    plb_protocol_parameters_free(p);
}

static void test_unavailable_builtins(void **state) {
    (void) state;
    plb_protocol_parameters *p = plb_protocol_parameters_default();
    plb_script *ecdsa = entry("ecdsa-loop");
    plb_script *ripemd = entry("ripemd160-loop");
    p->protocol_major = 7;
    assert_refused(ecdsa, p, PLB_E_UNAVAILABLE, "ecdsa-loop", "verifyEcdsaSecp256k1Signature");
    p->protocol_major = 9;
    assert_refused(ripemd, p, PLB_E_UNAVAILABLE, "ripemd160-loop", "ripemd_160");
    plb_script_free(ripemd);
    plb_script_free(ecdsa);
    plb_protocol_parameters_free(p);
}

static void test_small_budgets(void **state) {
    (void) state;
    plb_protocol_parameters *p = plb_protocol_parameters_default();
    plb_script *script = entry("schnorr-loop");
    own_call one = call_with(script, 1, true);
    p->max_tx_exunits.steps = one.exunits.steps - 1;
    assert_refused(script, p, PLB_E_BUDGET, "schnorr-loop",
                   "not even one loop fits in the budget: at 1 the script takes cpu");
    p->max_tx_exunits.memory = 100;
    assert_refused(script, p, PLB_E_BUDGET, "schnorr-loop", "at 0 the script takes cpu");
    /* A block that the script can't even end in. */
    p->max_block_exunits = p->max_tx_exunits;
    assert_refused(script, p, PLB_E_BUDGET, "schnorr-loop",
                   "not even one loop fits in the budget of a block");
    p->max_tx_exunits.memory = 0;
    assert_refused(script, p, PLB_E_ARGUMENT, "schnorr-loop", "no ExUnits");
    plb_script_free(script);
    plb_protocol_parameters_free(p);
}

static void test_scripts_that_are_no_loops(void **state) {
    (void) state;
    plb_script *ignores = script_of("(program 1.0.0 (lam d (lam r (lam c (con unit ())))))");
    assert_refused(ignores, mainnet, PLB_E_ARGUMENT, "own.uplc",
                   "the script's cost does not depend on the loop counter");
    plb_script_free(ignores);
    plb_script *fails = script_of("(program 1.0.0 (lam d (lam r (lam c (error)))))");
    assert_refused(fails, mainnet, PLB_E_EVALUATION, "own.uplc", "the script fails at zero loops");
    plb_script_free(fails);
    /* Only one loop is too much for it. */
    plb_script *breaks = script_of(
        "(program 1.0.0 (lam d (lam r (lam c (force [(force (builtin ifThenElse)) [(builtin "
        "equalsInteger) [(builtin unIData) r] (con integer 1000000)] (delay (con unit ())) (delay "
        "(error))])))))");
    assert_refused(breaks, mainnet, PLB_E_EVALUATION, "own.uplc", "the script fails at 1 loop: ");
    plb_script_free(breaks);
}

/* ---- Measurement ---- */

static plb_calibration *measured(const plb_script *script, const volatile sig_atomic_t *interrupted,
                                 double time_s) {
    plb_calibration *calibration = NULL;
    plb_error error;
    plb_calibration_config config = {
        .script = script,
        .parameters = mainnet,
        .strategy = strategy_of("txperblock_200"),
        .measure = true,
        .time_s = time_s,
        .seed = 5,
        .interrupted = interrupted,
    };
    if (plb_calibrate(&config, &calibration, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return calibration;
}

static void assert_estimate(const plb_estimate *estimate) {
    assert_non_null(estimate->method);
    assert_true(isfinite(estimate->value) && isfinite(estimate->low) && isfinite(estimate->high));
    assert_true(estimate->low <= estimate->value && estimate->value <= estimate->high);
}

static void test_short_measurement(void **state) {
    (void) state;
    plb_script *script = entry("sha2-256-loop");
    plb_calibration *calibration = measured(script, NULL, 0.3);
    const plb_call_summary *calls = plb_calibration_calls(calibration);
    const plb_loop_fit *fit = plb_calibration_fit(calibration);
    assert_non_null(calls);
    assert_string_equal(calls->script, "sha2-256-loop");
    assert_string_equal(calls->language, "PlutusV2");
    assert_int_equal(calls->protocol_version, 10);
    assert_ptr_equal(calls->budget, plb_calibration_budget(calibration));
    assert_false(plb_call_partial(calls));
    const plb_sampling_facts *facts = plb_sampling_get_facts(calls->sampling);
    assert_int_equal(facts->stop, PLB_STOP_TIME);
    assert_int_equal(facts->seed, 5);
    assert_int_equal(facts->subject_count, 5);
    assert_true(facts->elapsed_ns >= 300000000u);

    /* Every figure is there, with an interval. */
    assert_true(calls->has_loop && calls->has_loop_regression && calls->has_overhead_regression &&
                calls->has_null);
    assert_estimate(&calls->overhead_ns);
    assert_estimate(&calls->overhead_regression_ns);
    assert_estimate(&calls->loop_ns);
    assert_estimate(&calls->loop_regression_ns);
    assert_estimate(&calls->null_ns);
    assert_true(calls->loop_ns.value > 0);

    /* What is charged, against the test's own calls. */
    own_call none = call_with(script, 0, true);
    own_call one = call_with(script, 1, true);
    assert_int_equal(calls->charged_per_call.steps, none.exunits.steps);
    assert_int_equal(calls->charged_per_call.memory, none.exunits.memory);
    assert_int_equal(calls->charged_per_loop.steps, one.exunits.steps - none.exunits.steps);
    assert_int_equal(calls->charged_per_loop.memory, one.exunits.memory - none.exunits.memory);

    /* The points: the calibrated count, half of it, none, and the twin twice. */
    assert_int_equal(calls->points[calls->call].loops, fit->loops);
    assert_int_equal(calls->points[calls->call].charged.steps, fit->used.steps);
    assert_int_equal(calls->points[1].loops, fit->loops / 2);
    assert_int_equal(calls->points[2].loops, 0);
    assert_int_equal(calls->points[calls->twin].calls, 0);
    assert_int_equal(calls->points[calls->twin].charged.steps, 0);
    for (size_t i = 0; i < facts->subject_count; i++) {
        assert_true(plb_sampling_subject(calls->sampling, i)->samples > 0);
    }
    plb_calibration_free(calibration);
    plb_script_free(script);
}

/* Half of one loop is none: the overhead is told all the same. */
static void test_measurement_of_one_loop(void **state) {
    (void) state;
    plb_script *script = entry("hash-onto-g2-and-add");
    plb_calibration *calibration = NULL;
    plb_calibration_config config = {
        .script = script,
        .parameters = mainnet,
        .strategy = strategy_of("txperblock_20"),
        .measure = true,
        .time_s = 0.2,
    };
    assert_int_equal(plb_calibrate(&config, &calibration, NULL), PLB_OK);
    const plb_call_summary *calls = plb_calibration_calls(calibration);
    assert_int_equal(plb_calibration_fit(calibration)->loops, 1);
    assert_false(calls->has_loop || calls->has_loop_regression);
    assert_true(calls->has_null);
    assert_estimate(&calls->overhead_ns);
    plb_calibration_free(calibration);
    plb_script_free(script);
}

static void test_interrupted_measurement_is_partial(void **state) {
    (void) state;
    plb_script *script = entry("sha2-256-loop");
    volatile sig_atomic_t interrupted = 1;
    plb_calibration *calibration = measured(script, &interrupted, 30);
    const plb_call_summary *calls = plb_calibration_calls(calibration);
    assert_non_null(calls);
    assert_true(plb_call_partial(calls));
    assert_int_equal(plb_sampling_get_facts(calls->sampling)->stop, PLB_STOP_INTERRUPTED);
    assert_true(plb_sampling_get_facts(calls->sampling)->elapsed_ns < 10000000000u);
    /* Whatever is left out, the summary can be printed. */
    char *text = NULL;
    assert_int_equal(plb_call_summary_text(calls, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "partial"));
    free(text);
    assert_int_equal(plb_call_summary_json(calls, &text, NULL), PLB_OK);
    free(text);
    plb_calibration_free(calibration);
    plb_script_free(script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_counts_equal_a_search_upwards),
        cmocka_unit_test(test_every_script_of_the_catalogue),
        cmocka_unit_test(test_costs_that_are_not_linear),
        cmocka_unit_test(test_best_scale),
        cmocka_unit_test(test_best_scale_of_those_that_fit),
        cmocka_unit_test(test_hashed_datum),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_short_cost_models),
        cmocka_unit_test(test_unavailable_builtins),
        cmocka_unit_test(test_small_budgets),
        cmocka_unit_test(test_scripts_that_are_no_loops),
        cmocka_unit_test(test_short_measurement),
        cmocka_unit_test(test_measurement_of_one_loop),
        cmocka_unit_test(test_interrupted_measurement_is_partial),
    };
    return cmocka_run_group_tests(tests, open_catalogue, close_catalogue);
}
