/* Blocks: what is in them against searches of the test's own, states in memory and on disk, and
 * what is refused; and what is told of them. */
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

#include "calibrate/blocks/blocks.h"
#include "tests/unit/catalogue_fixture.h"
#include "tests/unit/temporary_folder.h"

static char root[64];

/* In memory where there is such a file system: a disk may take its time to sync. */
static bool make_root(void) {
    static const char *const folders[] = {"/dev/shm", "/tmp"};
    bool made = false;
    for (size_t i = 0; i < 2 && !made; i++) {
        (void) snprintf(root, sizeof root, "%s/plutbench-blocks-XXXXXX", folders[i]);
        made = mkdtemp(root) != NULL;
    }
    return made;
}

static int open_all(void **state) { return make_root() ? open_catalogue(state) : -1; }

static int close_all(void **state) {
    (void) close_catalogue(state);
    return remove_folder(root);
}

static plb_block_config config_of(const plb_script *script,
                                  const plb_protocol_parameters *parameters) {
    return (plb_block_config){
        .script = script, .parameters = parameters, .time_s = 0.15, .seed = 5, .utxo_size = 500};
}

static plb_block_run *measured(const plb_block_config *config) {
    plb_block_run *run = NULL;
    plb_error error;
    if (plb_block_measure(config, &run, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return run;
}

/* Small limits, so that a block is applied in less than a millisecond. */
static plb_protocol_parameters small_limits(void) {
    plb_protocol_parameters parameters = *mainnet;
    parameters.max_tx_exunits = (plb_exunits){400000, 350000000};
    parameters.max_block_exunits = (plb_exunits){1700000, 900000000};
    return parameters;
}

/* ---- The test's own search ---- */

/* What a call with `loops` loops takes, in a transaction and a ledger of the test's own. */
static plb_exunits cost_of(const plb_script *script, uint64_t loops) {
    plb_error error;
    plb_ledger *ledger = NULL;
    plb_program *redeemer = plb_program_new(1 << 24);
    uint8_t *datum = NULL, *argument = NULL;
    plb_exunits exunits;
    plb_tx_built built;
    plb_tx_call call = {.language = plb_script_language(script)};
    call.script = plb_script_bytes(script, &call.script_length);
    assert_int_equal(plb_ledger_new(&ledger, mainnet, NULL, NULL), PLB_OK);
    assert_int_equal(plb_data_encode(plb_script_datum(script), &datum, &call.datum_length, NULL),
                     PLB_OK);
    assert_int_equal(plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), loops, NULL),
                     PLB_OK);
    assert_int_equal(plb_data_encode(redeemer, &argument, &call.redeemer_length, NULL), PLB_OK);
    call.datum = datum;
    call.redeemer = argument;
    plb_tx_spec spec = {.network = PLB_MAINNET, .calls = &call, .call_count = 1, .payments = 1};
    if (plb_ledger_build_exact(ledger, &built, &spec, &exunits, &error) != PLB_OK) {
        fail_msg("%s", error.message);
    }
    plb_tx_built_free(&built);
    plb_program_free(redeemer);
    plb_ledger_free(ledger);
    free(datum);
    free(argument);
    return exunits;
}

static bool within(plb_exunits cost, plb_exunits limit) {
    return cost.memory <= limit.memory && cost.steps <= limit.steps;
}

static void assert_largest_within(const plb_script *script, int64_t loops, plb_exunits target) {
    assert_true(loops > 0);
    assert_true(within(cost_of(script, (uint64_t) loops), target));
    assert_false(within(cost_of(script, (uint64_t) loops + 1), target));
}

/* ---- What is in a block ---- */

static void eight_transactions_spend_the_fraction(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    const double fractions[] = {0, 0.5};
    for (size_t i = 0; i < 2; i++) {
        plb_block_config config = config_of(script, &parameters);
        config.fraction = fractions[i];
        plb_block_run *run = measured(&config);
        const plb_block_summary *s = plb_block_run_summary(run);
        int64_t parts = i == 0 ? 8 : 16; /* of a block's whole budget */
        plb_exunits target = {parameters.max_block_exunits.memory / parts,
                              parameters.max_block_exunits.steps / parts};
        assert_int_equal(s->transactions, 8);
        assert_int_equal(s->calls, 1);
        assert_largest_within(script, s->loops, target);
        plb_exunits one = cost_of(script, (uint64_t) s->loops);
        assert_int_equal(s->used.memory, 8 * one.memory);
        assert_int_equal(s->used.steps, 8 * one.steps);
        assert_int_equal(s->limiting, PLB_LIMIT_MEMORY);
        assert_true(s->body_bytes > 8 * (s->transaction_bytes - 20));
        assert_true(s->body_bytes < 8 * (s->transaction_bytes + 20));
        plb_block_run_free(run);
    }
    plb_script_free(script);
}

static void few_transactions_keep_to_their_own_limit(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    plb_block_config config = config_of(script, &parameters);
    config.transactions = 2; /* half of the block's 1,700,000 each would be more than 400,000 */
    plb_block_run *run = measured(&config);
    assert_largest_within(script, plb_block_run_summary(run)->loops, parameters.max_tx_exunits);
    plb_block_run_free(run);
    plb_script_free(script);
}

static void calls_share_a_transactions_part(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    plb_block_config config = config_of(script, &parameters);
    config.calls = 3;
    config.place = PLB_SCRIPT_IN_REFERENCE;
    plb_block_run *run = measured(&config);
    const plb_block_summary *s = plb_block_run_summary(run);
    assert_int_equal(s->transactions, 8);
    assert_int_equal(s->calls, 3);
    assert_true(s->reference_script);
    assert_true(s->reference_script_bytes > 0);
    /* Each call of a third of an eighth, but for what a larger script context takes. */
    assert_true(s->used.memory <= parameters.max_block_exunits.memory);
    assert_true(s->used.memory > parameters.max_block_exunits.memory * 9 / 10);
    plb_block_run_free(run);
    plb_script_free(script);
}

static void a_loop_count_leaves_the_number_of_transactions(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    plb_block_config config = config_of(script, &parameters);
    config.has_loops = true;
    config.loops = 20;
    config.fraction = 0.5;
    plb_block_run *run = measured(&config);
    plb_exunits one = cost_of(script, 20);
    int64_t by_memory = parameters.max_block_exunits.memory / 2 / one.memory;
    int64_t by_steps = parameters.max_block_exunits.steps / 2 / one.steps;
    assert_int_equal(plb_block_run_summary(run)->transactions,
                     by_memory < by_steps ? by_memory : by_steps);
    assert_int_equal(plb_block_run_summary(run)->limiting, 0);
    plb_block_run_free(run);
    /* A block's body ends it where loops take next to nothing. */
    config.parameters = mainnet;
    config.loops = 0;
    config.fraction = 0;
    run = measured(&config);
    const plb_block_summary *s = plb_block_run_summary(run);
    plb_block_limit limit;
    assert_true(s->body_bytes <= mainnet->max_block_body_size_bytes);
    /* The twins' body is up to three bytes a transaction larger, and has to fit too. */
    assert_true(s->body_bytes + s->transaction_bytes + 3 * s->transactions >
                mainnet->max_block_body_size_bytes);
    assert_true(plb_block_fullness(s, &limit) > 0.98);
    assert_int_equal(limit, PLB_BLOCK_BYTES);
    plb_block_run_free(run);
    /* Both given. */
    config.transactions = 3;
    run = measured(&config);
    assert_int_equal(plb_block_run_summary(run)->transactions, 3);
    assert_int_equal(plb_block_run_summary(run)->loops, 0);
    plb_block_run_free(run);
    plb_script_free(script);
}

static void a_strategy_gives_the_loop_count(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    plb_block_config config = config_of(script, &parameters);
    config.has_strategy = true;
    assert_int_equal(plb_strategy_parse("txperblock_5", &config.strategy, NULL), PLB_OK);
    plb_block_run *run = measured(&config);
    plb_exunits target = {parameters.max_block_exunits.memory / 5,
                          parameters.max_block_exunits.steps / 5};
    assert_largest_within(script, plb_block_run_summary(run)->loops, target);
    assert_int_equal(plb_block_run_summary(run)->transactions, 5);
    plb_block_run_free(run);
    plb_script_free(script);
}

/* ---- States ---- */

static void a_state_is_filled_once(void **state) {
    (void) state;
    char folder[96];
    plb_error error;
    (void) snprintf(folder, sizeof folder, "%s/filled", root);
    const char *folders[] = {NULL, folder};
    for (size_t i = 0; i < 2; i++) {
        plb_ledger_config config = {.network = PLB_MAINNET, .utxo_folder = folders[i]};
        plb_ledger *ledger = NULL;
        bool complete = false;
        assert_int_equal(plb_ledger_new(&ledger, mainnet, &config, &error), PLB_OK);
        assert_int_equal(plb_fill_utxo(ledger, 5000, NULL, &complete, &error), PLB_OK);
        assert_true(complete);
        assert_int_equal(plb_ledger_utxo_count(ledger), 5000);
        plb_ledger_free(ledger);
    }
    plb_ledger_config config = {.network = PLB_MAINNET, .utxo_folder = folder};
    plb_ledger *ledger = NULL;
    bool complete = false;
    assert_int_equal(plb_ledger_new(&ledger, mainnet, &config, &error), PLB_OK);
    assert_int_equal(plb_ledger_utxo_count(ledger), 5000);
    assert_int_equal(plb_fill_utxo(ledger, 4000, NULL, &complete, &error), PLB_OK);
    assert_int_equal(plb_ledger_utxo_count(ledger), 5000);
    volatile sig_atomic_t interrupted = 1;
    assert_int_equal(plb_fill_utxo(ledger, 9000, &interrupted, &complete, &error), PLB_OK);
    assert_false(complete);
    assert_int_equal(plb_ledger_utxo_count(ledger), 5000);
    plb_ledger_free(ledger);
}

static void assert_figures(const plb_block_figures *f, size_t utxo) {
    assert_non_null(f->calls_ns.method);
    assert_non_null(f->twins_ns.method);
    assert_non_null(f->scripts_ns.method);
    assert_non_null(f->null_ns.method);
    assert_true(f->utxo_count >= utxo);
    assert_true(f->calls_ns.value > f->twins_ns.value);
}

static void blocks_are_measured_in_memory_and_on_disk(void **state) {
    (void) state;
    char folder[96];
    plb_script *script = entry("ecdsa-loop");
    (void) snprintf(folder, sizeof folder, "%s/measured", root);
    plb_block_config config = config_of(script, mainnet);
    config.has_loops = true;
    config.loops = 5; /* a sixth of a millisecond a call */
    config.transactions = 4;
    config.time_s = 4;
    config.utxo_folder = folder;
    plb_block_run *run = measured(&config);
    const plb_block_summary *s = plb_block_run_summary(run);
    assert_int_equal(s->store_count, 2);
    assert_string_equal(s->stores[0].name, "memory");
    assert_string_equal(s->stores[1].name, "disk");
    for (size_t i = 0; i < 2; i++) {
        assert_figures(&s->stores[i], 500);
    }
    assert_non_null(s->disk_ns.method);
    assert_false(plb_block_partial(s));
    assert_string_equal(plb_sampling_subject(s->sampling, s->stores[0].calls)->name,
                        "memory-calls");
    assert_string_equal(plb_sampling_subject(s->sampling, s->stores[1].twins)->name, "disk-twins");
    for (size_t i = 0; i < plb_sampling_get_facts(s->sampling)->subject_count; i++) {
        assert_int_equal(plb_sampling_subject(s->sampling, i)->batch, 1);
    }
    assert_true(plb_sampling_get_facts(s->sampling)->epochs > 1);
    plb_block_run_free(run);
    plb_script_free(script);
}

static void an_interruption_leaves_a_partial_result(void **state) {
    (void) state;
    volatile sig_atomic_t interrupted = 1;
    plb_error error;
    plb_block_run *run = NULL;
    char *text = NULL;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    plb_block_config config = config_of(script, &parameters);
    config.interrupted = &interrupted;
    assert_int_equal(plb_block_measure(&config, &run, &error), PLB_E_INTERRUPTED);
    assert_null(run);
    config.utxo_size = 0; /* nothing to fill */
    run = measured(&config);
    const plb_block_summary *s = plb_block_run_summary(run);
    assert_true(plb_block_partial(s));
    assert_int_equal(plb_block_summary_text(s, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "PARTIAL"));
    assert_non_null(strstr(text, "too few samples"));
    free(text);
    plb_block_run_free(run);
    plb_script_free(script);
}

/* ---- What is refused ---- */

static void assert_refused(const plb_block_config *config, plb_status expected, const char *part) {
    plb_error error;
    plb_block_run *run = NULL;
    plb_status status = plb_block_measure(config, &run, &error);
    if (status != expected || strstr(error.message, part) == NULL) {
        fail_msg("status %d: %s: %s", (int) status, error.where, error.message);
    }
    assert_null(run);
}

static void impossible_blocks_are_refused(void **state) {
    (void) state;
    plb_script *script = entry("loop");
    plb_protocol_parameters parameters = small_limits();
    const plb_block_config plain = config_of(script, &parameters);
    plb_block_config config = plain;
    config.has_loops = config.has_strategy = true;
    assert_refused(&config, PLB_E_ARGUMENT, "got both");
    config = plain;
    config.has_loops = true;
    config.transactions = 2;
    config.fraction = 0.5;
    assert_refused(&config, PLB_E_ARGUMENT, "which give the third");
    config = plain;
    config.fraction = 1.01;
    assert_refused(&config, PLB_E_ARGUMENT, "at most 1");
    config.fraction = -1;
    assert_refused(&config, PLB_E_ARGUMENT, "at most 1");
    config.fraction = (double) NAN;
    assert_refused(&config, PLB_E_ARGUMENT, "at most 1");
    config = plain;
    config.fraction = 0.001;
    assert_refused(&config, PLB_E_BUDGET, "not even one loop fits");
    config = plain;
    config.calls = PLB_SCRIPT_VARIANTS + 1;
    assert_refused(&config, PLB_E_ARGUMENT, "calls a transaction");
    config = plain;
    config.has_strategy = true;
    config.strategy = (plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 0};
    assert_refused(&config, PLB_E_ARGUMENT, "scale");
    config = plain;
    config.has_loops = true;
    config.loops = 100;
    config.transactions = 20; /* of some 250,000 of memory each */
    assert_refused(&config, PLB_E_LEDGER, "TooManyExUnits");
    config = plain;
    config.utxo_folder = "/dev/null/folder";
    assert_refused(&config, PLB_E_IO, "");
    plb_script_free(script);
}

/* ---- What is told ---- */

static int nothing(void *context) {
    volatile unsigned *counter = context;
    for (int i = 0; i < 2000; i++) {
        *counter += 1;
    }
    return 0;
}

static plb_sampling *sampled(void) {
    static unsigned counters[3];
    plb_sampling *sampling = NULL;
    const plb_subject subjects[] = {{.name = "memory-calls", .context = &counters[0]},
                                    {.name = "memory-twins", .context = &counters[1]},
                                    {.name = "memory-twins-again", .context = &counters[2]}};
    plb_subject own[3];
    for (int i = 0; i < 3; i++) {
        own[i] = subjects[i];
        own[i].submit = nothing;
    }
    const plb_plan plan = {
        .subjects = own, .subject_count = 3, .maximum_rounds = 200, .single = true, .seed = 9};
    assert_int_equal(plb_sample(&plan, &sampling, NULL), PLB_OK);
    return sampling;
}

static plb_estimate between(double low, double value, double high) {
    return (plb_estimate){
        .value = value, .low = low, .high = high, .level = 0.95, .method = "test"};
}

/* 4 transactions of 5 calls each that spend a quarter of the steps and half of the memory. */
static plb_block_summary summary_of(const plb_sampling *sampling) {
    return (plb_block_summary){
        .script = "ecdsa-loop",
        .language = "PlutusV2",
        .protocol_version = 10,
        .target = "embedded ledger",
        .purpose = "spend",
        .transactions = 4,
        .calls = 5,
        .loops = 12,
        .used = {.memory = 31000000, .steps = 5000000000},
        .budget = {.memory = 62000000, .steps = 20000000000},
        .body_bytes = 9000,
        .most_body_bytes = 90000,
        .most_reference_script_bytes = 1048576,
        .transaction_bytes = 2250,
        .fees = 1234567,
        .sampling = sampling,
        .stores = {{.name = "memory",
                    .utxo_count = 1000,
                    .calls = 0,
                    .twins = 1,
                    .calls_ns = between(2900000, 3000000, 3100000),
                    .twins_ns = between(990000, 1000000, 1010000),
                    .scripts_ns = between(1900000, 2000000, 2100000),
                    .null_ns = between(-1000, 500, 2000)}},
        .store_count = 1,
    };
}

static void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("there is no '%s' in:\n%s", part, text);
    }
}

static void a_block_is_as_full_as_what_it_has_most_of(void **state) {
    (void) state;
    plb_sampling *sampling = sampled();
    plb_block_summary s = summary_of(sampling);
    plb_block_limit limit;
    assert_float_equal(plb_block_fullness(&s, &limit), 0.5, 1e-12);
    assert_string_equal(plb_block_limit_name(limit), "memory");
    s.body_bytes = 72000;
    assert_float_equal(plb_block_fullness(&s, &limit), 0.8, 1e-12);
    assert_string_equal(plb_block_limit_name(limit), "size");
    s.reference_script_bytes = 943718;
    assert_float_equal(plb_block_fullness(&s, &limit), 0.9, 1e-6);
    assert_string_equal(plb_block_limit_name(limit), "reference scripts");
    plb_estimate call = plb_block_per_call(&s, s.stores[0].scripts_ns);
    assert_float_equal(call.value, 100000, 1e-6);
    assert_float_equal(call.high, 105000, 1e-6);
    assert_float_equal(plb_block_per_transaction(&s, s.stores[0].twins_ns).value, 250000, 1e-6);
    plb_sampling_free(sampling);
}

static void a_conclusion_claims_nothing_below_the_noise(void **state) {
    (void) state;
    plb_sampling *sampling = sampled();
    plb_block_summary s = summary_of(sampling);
    char *text = NULL;
    assert_int_equal(plb_block_conclusion(&s, &text, NULL), PLB_OK);
    /* Half full: twice as much of everything. 5e9 steps are 5 ms, a block's 20e9 are 20 ms. */
    assert_contains(text, "Each call to ecdsa-loop adds 100.0 µs to its block.");
    assert_contains(text, "limited by memory, takes 6.000 ms, of which the calls 4.000 ms");
    assert_contains(text, "charged 10.00 ms of steps (1 step = 1 ps), of the 20.00 ms");
    free(text);
    s.stores[0].null_ns = between(-1000, 500, 3000000);
    assert_int_equal(plb_block_conclusion(&s, &text, NULL), PLB_OK);
    assert_contains(text, "nothing is claimed");
    free(text);
    s = summary_of(sampling);
    s.stores[0].scripts_ns = between(-2100000, -2000000, -1900000);
    assert_int_equal(plb_block_conclusion(&s, &text, NULL), PLB_OK);
    assert_contains(text, "not plausible");
    free(text);
    s.stores[0].null_ns = between(500, 1000, 2000);
    assert_true(plb_block_flags(&s) >> PLB_FLAG_NULL & 1);
    s.stores[0].scripts_ns.method = NULL;
    assert_int_equal(plb_block_conclusion(&s, &text, NULL), PLB_OK);
    assert_contains(text, "too few samples");
    free(text);
    plb_sampling_free(sampling);
}

static void summaries_tell_all_of_it(void **state) {
    (void) state;
    plb_sampling *sampling = sampled();
    plb_block_summary s = summary_of(sampling);
    char *text = NULL;
    plb_error error;
    assert_int_equal(plb_block_summary_text(&s, &text, &error), PLB_OK);
    static const char *const parts[] = {
        "ecdsa-loop (PlutusV2, protocol version 10) in blocks on embedded ledger",
        "4 transactions of 2,250 bytes, 5 calls (spend) of 12 loops each",
        "5,000,000,000 of 20,000,000,000 steps (25.00 %)",
        "31,000,000 of 62,000,000 memory (50.00 %)",
        "9,000 of 90,000 bytes (10.00 %)",
        "1,234,567 lovelace",
        "charged 5.000 ms",
        "charged 250.0 µs",
        "memory, 1,000 unspent outputs",
        "95 % interval",
        "noise floor",
        "memory-twins",
        "p99.9"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_contains(text, parts[i]);
    }
    free(text);
    assert_int_equal(plb_block_summary_json(&s, &text, &error), PLB_OK);
    json_t *o = json_loads(text, 0, NULL), *states = json_object_get(o, "states");
    assert_int_equal(json_array_size(states), 1);
    json_t *scripts = json_object_get(json_array_get(states, 0), "scripts");
    assert_float_equal(
        json_number_value(json_object_get(json_object_get(scripts, "per_call"), "value")), 100000,
        1e-6);
    assert_float_equal(json_number_value(json_object_get(json_object_get(o, "budget"), "fullness")),
                       0.5, 1e-12);
    assert_true(json_is_true(json_object_get(json_array_get(states, 0), "resolved")));
    assert_true(json_is_null(json_object_get(o, "disk")));
    assert_int_equal(json_array_size(json_object_get(o, "subjects")), 3);
    json_decref(o);
    free(text);
    plb_sampling_free(sampling);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_transactions_spend_the_fraction),
        cmocka_unit_test(few_transactions_keep_to_their_own_limit),
        cmocka_unit_test(calls_share_a_transactions_part),
        cmocka_unit_test(a_loop_count_leaves_the_number_of_transactions),
        cmocka_unit_test(a_strategy_gives_the_loop_count),
        cmocka_unit_test(a_state_is_filled_once),
        cmocka_unit_test(blocks_are_measured_in_memory_and_on_disk),
        cmocka_unit_test(an_interruption_leaves_a_partial_result),
        cmocka_unit_test(impossible_blocks_are_refused),
        cmocka_unit_test(a_block_is_as_full_as_what_it_has_most_of),
        cmocka_unit_test(a_conclusion_claims_nothing_below_the_noise),
        cmocka_unit_test(summaries_tell_all_of_it),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
