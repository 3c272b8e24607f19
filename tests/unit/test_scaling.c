/* Calibrations under scaled limits. Expected orders, names and numbers follow from cardano-node's
 * bench/tx-generator, app/calibrate-script.hs (runScaling, bumpLimit, applyScale); loop counts are
 * compared with searches of the test's own, one loop after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/budget/scaling.h"
#include "results/budget/budget.h"
#include "results/folder.h"
#include "tests/unit/catalogue_fixture.h"
#include "tests/unit/temporary_folder.h"

static plb_strategy strategy_of(const char *name) {
    plb_strategy strategy = {0};
    assert_int_equal(plb_strategy_parse(name, &strategy, NULL), PLB_OK);
    return strategy;
}

/* ---- Factors ---- */

static void four_factors_are_parsed(void **state) {
    (void) state;
    plb_scale scale = {0};
    assert_int_equal(plb_scale_parse(" 1.5 1  0.25\t2e1 ", &scale, NULL), PLB_OK);
    assert_true(scale.tx_memory >= 1.5 && scale.tx_memory <= 1.5);
    assert_true(scale.tx_steps >= 1 && scale.tx_steps <= 1);
    assert_true(scale.block_memory >= 0.25 && scale.block_memory <= 0.25);
    assert_true(scale.block_steps >= 20 && scale.block_steps <= 20);
    static const char *const wrong[] = {
        "",          "1 1 1",     "1 1 1 1 1", "1 1 1 x",   "1,1,1,1",  "0 1 1 1", "-1 1 1 1",
        "1 nan 1 1", "1 1 inf 1", "1e9 1 1 1", "1 1 1 0x2", "1 1 1 1;", "+1 1 1 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        plb_error error;
        if (plb_scale_parse(wrong[i], &scale, &error) != PLB_E_ARGUMENT) {
            fail_msg("'%s' was taken", wrong[i]);
        }
        assert_non_null(strstr(error.message, "txmem txsteps blockmem blocksteps"));
    }
}

/* unwords (show strategy : ...), and show of Double: digits between 0.1 and 10^7, else scientific.
 */
static void scopes_are_named_as_in_haskell(void **state) {
    (void) state;
    static const struct {
        const char *strategy;
        plb_scale scale;
        const char *scope;
    } cases[] = {
        {"txbudget", {1.5, 1, 1, 1}, "txbudget txm:1.5"},
        {"txbudget", {1, 2, 1, 1}, "txbudget txs:2.0"},
        {"txperblock_8", {1, 1, 1.25, 10}, "txperblock_8 bm:1.25 bs:10.0"},
        {"txperblock_12",
         {0.1, 0.05, 123.5, 1e6},
         "txperblock_12 txm:0.1 txs:5.0e-2 bm:123.5 bs:1000000.0"},
        {"blockbudget_1.5", {0.0123, 1, 1, 1}, "blockbudget_1.5 txm:1.23e-2"},
        {"txbudget", {0.30000000000000004, 1, 1, 1}, "txbudget txm:0.30000000000000004"},
        {"txbudget", {1, 1, 1, 1}, "txbudget"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char scope[PLB_SCOPE_BYTES];
        plb_scale_scope(strategy_of(cases[i].strategy), &cases[i].scale, scope);
        assert_string_equal(scope, cases[i].scope);
    }
    char text[PLB_SHOWN_BYTES];
    plb_show_double(1e7, text);
    assert_string_equal(text, "1.0e7");
    plb_show_double(9999999.5, text);
    assert_string_equal(text, "9999999.5");
    plb_show_double(1.25e-7, text);
    assert_string_equal(text, "1.25e-7");
}

/* floor (d * fromIntegral n) in doubles: 0.29 * 100 is 28.999999999999996, 1.1 * 10 is
 * 11.000000000000002. A factor of 1 leaves what a double could not hold. */
static void limits_are_scaled_as_in_haskell(void **state) {
    (void) state;
    plb_protocol_parameters parameters = *mainnet, scaled;
    parameters.max_tx_exunits = (plb_exunits){100, 10};
    parameters.max_block_exunits = (plb_exunits){9007199254740993, 3};
    plb_scale scale = {0.29, 1.1, 1, 1.5};
    assert_int_equal(plb_scale_apply(&scale, &parameters, &scaled, NULL), PLB_OK);
    assert_int_equal(scaled.max_tx_exunits.memory, 28);
    assert_int_equal(scaled.max_tx_exunits.steps, 11);
    assert_int_equal(scaled.max_block_exunits.memory, 9007199254740993);
    assert_int_equal(scaled.max_block_exunits.steps, 4);
    scale = (plb_scale){1, 1, 1, 0.3};
    assert_int_equal(plb_scale_apply(&scale, &parameters, &scaled, NULL), PLB_E_ARGUMENT);
    scale = (plb_scale){1, 1, 1e6, 1};
    assert_int_equal(plb_scale_apply(&scale, &parameters, &scaled, NULL), PLB_E_ARGUMENT);
}

/* ---- Auto-scaling ---- */

typedef struct seen_runs {
    plb_scale scales[16];
    size_t count;
    size_t happy_from; /* run at which conditions are met */
} seen_runs;

static plb_status note_run(void *context, const plb_scale *scale, plb_budget_summary *summary,
                           plb_error *error) {
    seen_runs *seen = context;
    (void) error;
    assert_true(seen->count < 16);
    seen->scales[seen->count] = *scale;
    *summary = (plb_budget_summary){
        .loop_limiting_factors = PLB_LIMIT_STEPS,
        .projected_tx_per_block = seen->count >= seen->happy_from ? 4 : 3,
    };
    seen->count++;
    return PLB_OK;
}

static void assert_runs(const char *strategy, unsigned hint, size_t happy_from,
                        const plb_scale *expected, size_t count) {
    seen_runs seen = {.happy_from = happy_from};
    plb_budget_summary baseline = {.loop_limiting_factors = PLB_LIMIT_STEPS,
                                   .projected_tx_per_block = 4};
    assert_int_equal(plb_scale_auto(strategy_of(strategy), hint, &baseline, note_run, &seen, NULL),
                     PLB_OK);
    assert_int_equal(seen.count, count);
    assert_memory_equal(seen.scales, expected, count * sizeof *expected);
}

static void limits_are_bumped_in_the_strategys_order(void **state) {
    (void) state;
    const plb_scale by_memory[] = {
        {1.5, 1, 1, 1}, {1.5, 1, 1.5, 1}, {1.5, 1, 1.5, 1.5}, {1.5, 1.5, 1.5, 1.5},
        {2, 1, 1, 1},   {2, 1, 2, 1},     {2, 1, 2, 2},       {2, 2, 2, 2},
    };
    assert_runs("txbudget", PLB_LIMIT_MEMORY, SIZE_MAX, by_memory, 8);
    const plb_scale by_steps[] = {
        {1, 1.5, 1, 1}, {1, 1.5, 1, 1.5}, {1, 1.5, 1.5, 1.5}, {1.5, 1.5, 1.5, 1.5},
        {1, 2, 1, 1},   {1, 2, 1, 2},     {1, 2, 2, 2},       {2, 2, 2, 2},
    };
    assert_runs("txbudget", PLB_LIMIT_STEPS, SIZE_MAX, by_steps, 8);
    const plb_scale blocks_by_memory[] = {
        {1, 1, 1.5, 1}, {1, 1, 1.5, 1.5}, {1, 1, 2, 1}, {1, 1, 2, 2}};
    assert_runs("txperblock_8", PLB_LIMIT_MEMORY, SIZE_MAX, blocks_by_memory, 4);
    const plb_scale blocks_by_steps[] = {
        {1, 1, 1, 1.5}, {1, 1, 1.5, 1.5}, {1, 1, 1, 2}, {1, 1, 2, 2}};
    assert_runs("txperblock_8", PLB_LIMIT_STEPS, SIZE_MAX, blocks_by_steps, 4);
    assert_runs("blockbudget_1.5", PLB_LIMIT_STEPS, SIZE_MAX, NULL, 0);
}

static void bumping_ends_when_conditions_are_met(void **state) {
    (void) state;
    const plb_scale at_once[] = {{1.5, 1, 1, 1}, {2, 1, 1, 1}};
    assert_runs("txbudget", PLB_LIMIT_MEMORY, 0, at_once, 2);
    const plb_scale second[] = {{1.5, 1, 1, 1}, {1.5, 1, 1.5, 1}, {2, 1, 1, 1}};
    assert_runs("txbudget", PLB_LIMIT_MEMORY, 1, second, 3);
    const plb_scale after_all[] = {{1, 1, 1, 1.5}, {1, 1, 1.5, 1.5}, {1, 1, 1, 2}, {1, 1, 2, 2}};
    assert_runs("txperblock_8", PLB_LIMIT_STEPS, 3, after_all, 4);
}

static void strategies_exhaust_what_the_node_team_takes(void **state) {
    (void) state;
    assert_int_equal(plb_scale_hint(strategy_of("txbudget")), PLB_LIMIT_MEMORY);
    assert_int_equal(plb_scale_hint(strategy_of("txperblock_8")), PLB_LIMIT_STEPS);
    assert_int_equal(plb_scale_hint(strategy_of("blockbudget_1.0")), PLB_LIMIT_STEPS);
}

/* ---- Loop counts against a search of the test's own ---- */

#define MOST_LOOPS 600

typedef struct known_costs {
    plb_exunits costs[MOST_LOOPS];
} known_costs;

/* What each loop count takes, in transactions and a ledger of the test's own. */
static void find_costs(const plb_script *script, known_costs *known) {
    plb_error error;
    plb_ledger *ledger = NULL;
    plb_program *redeemer = plb_program_new(1 << 24);
    uint8_t *datum = NULL;
    size_t datum_length, script_length;
    assert_int_equal(plb_ledger_new(&ledger, mainnet, NULL, NULL), PLB_OK);
    assert_int_equal(plb_data_encode(plb_script_datum(script), &datum, &datum_length, NULL),
                     PLB_OK);
    for (uint64_t loops = 0; loops < MOST_LOOPS; loops++) {
        uint8_t *argument = NULL;
        plb_tx_built built;
        plb_tx_call call = {.language = plb_script_language(script),
                            .script = plb_script_bytes(script, &script_length),
                            .datum = datum,
                            .datum_length = datum_length,
                            .inline_datum = false}; /* which PlutusV1 can't see */
        call.script_length = script_length;
        assert_int_equal(plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), loops, NULL),
                         PLB_OK);
        assert_int_equal(plb_data_encode(redeemer, &argument, &call.redeemer_length, NULL), PLB_OK);
        call.redeemer = argument;
        plb_tx_spec spec = {.calls = &call, .call_count = 1, .payments = 1};
        if (plb_ledger_build_exact(ledger, &built, &spec, &known->costs[loops], &error) != PLB_OK) {
            fail_msg("%s", error.message);
        }
        plb_tx_built_free(&built);
        free(argument);
    }
    free(datum);
    plb_program_free(redeemer);
    plb_ledger_free(ledger);
}

static bool within(plb_exunits cost, plb_exunits limit) {
    return cost.memory <= limit.memory && cost.steps <= limit.steps;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* The summary that one loop after the other leads to. */
static void assert_searched(const known_costs *known, const plb_budget_summary *s,
                            const plb_scale *scale, const plb_protocol_parameters *base,
                            int64_t parts) {
    plb_exunits tx = {(int64_t) (scale->tx_memory * (double) base->max_tx_exunits.memory),
                      (int64_t) (scale->tx_steps * (double) base->max_tx_exunits.steps)};
    plb_exunits block = {(int64_t) (scale->block_memory * (double) base->max_block_exunits.memory),
                         (int64_t) (scale->block_steps * (double) base->max_block_exunits.steps)};
    plb_exunits target = tx;
    if (parts > 0) {
        target.memory = smaller(tx.memory, block.memory / parts);
        target.steps = smaller(tx.steps, block.steps / parts);
    }
    int64_t loops = 0;
    while (loops + 1 < MOST_LOOPS && within(known->costs[loops + 1], target)) loops++;
    assert_true(loops + 1 < MOST_LOOPS);
    plb_exunits used = known->costs[loops], over = known->costs[loops + 1];
    assert_int_equal(s->loop_counter, loops);
    assert_int_equal(s->loop_limiting_factors,
                     (over.steps > target.steps ? PLB_LIMIT_STEPS : 0) |
                         (over.memory > target.memory ? PLB_LIMIT_MEMORY : 0));
    assert_memory_equal(&s->budget_per_tx, &tx, sizeof tx);
    assert_memory_equal(&s->budget_per_block, &block, sizeof block);
    assert_memory_equal(&s->budget_target, &target, sizeof target);
    assert_memory_equal(&s->budget_used_per_tx_input, &used, sizeof used);
    int64_t transactions = smaller(block.steps / used.steps, block.memory / used.memory);
    assert_int_equal(s->projected_tx_per_block, transactions);
    assert_int_equal(s->projected_loops_per_block, loops * transactions);
    assert_int_equal(s->projected_budget_unused_per_block.steps,
                     block.steps - transactions * used.steps);
}

static plb_calibration *calibrated(const plb_script *script, const char *strategy,
                                   const plb_protocol_parameters *parameters) {
    plb_calibration *calibration = NULL;
    plb_error error;
    plb_calibration_config config = {
        .script = script, .parameters = parameters, .strategy = strategy_of(strategy), .seed = 3};
    if (plb_calibrate(&config, &calibration, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return calibration;
}

static plb_scaling *scaled(const plb_calibration *baseline, const plb_scale *scales, size_t count,
                           unsigned hint) {
    plb_scaling *scaling = NULL;
    plb_error error;
    if (plb_scaling_make(baseline, scales, count, hint, &scaling, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return scaling;
}

/* Limits that some hundred loops of the script exhaust. */
static plb_protocol_parameters small_limits(void) {
    plb_protocol_parameters parameters = *mainnet;
    parameters.max_tx_exunits = (plb_exunits){400000, 350000000};
    parameters.max_block_exunits = (plb_exunits){1700000, 900000000};
    return parameters;
}

static void loops_are_those_of_an_exhaustive_search(void **state) {
    (void) state;
    static known_costs known;
    plb_error error;
    plb_script *script = NULL;
    plb_protocol_parameters parameters = small_limits();
    assert_int_equal(plb_script_load_entry(&script, catalogue, "loop", &error), PLB_OK);
    find_costs(script, &known);
    const plb_scale scales[] = {
        {1.5, 1, 1, 1}, {1, 0.3, 1, 1}, {2.5, 2.5, 1, 1}, {3, 2, 0.2, 4}, {1, 1, 1.1, 0.2}};
    const size_t count = sizeof scales / sizeof *scales;
    static const struct {
        const char *strategy;
        int64_t parts; /* of a block's budget; 0: the transaction's */
    } cases[] = {{"txbudget", 0}, {"txperblock_8", 8}};
    for (size_t k = 0; k < 2; k++) {
        plb_calibration *baseline = calibrated(script, cases[k].strategy, &parameters);
        plb_scale one = {1, 1, 1, 1};
        assert_searched(&known, plb_calibration_budget(baseline), &one, &parameters,
                        cases[k].parts);
        plb_scaling *scaling = scaled(baseline, scales, count, 0);
        size_t made = 0;
        const plb_budget_summary *summaries = plb_scaling_summaries(scaling, &made);
        assert_int_equal(made, count);
        for (size_t i = 0; i < made; i++) {
            char scope[PLB_SCOPE_BYTES];
            assert_searched(&known, &summaries[i], &scales[i], &parameters, cases[k].parts);
            plb_scale_scope(strategy_of(cases[k].strategy), &scales[i], scope);
            assert_string_equal(summaries[i].message_id, scope);
            assert_true(summaries[i].projected_tx_size > 0 && summaries[i].projected_tx_fee > 0);
        }
        plb_scaling_free(scaling);
        plb_calibration_free(baseline);
    }
    plb_script_free(script);
}

/* What a transaction takes is told even where it exceeds a block. */
static void a_transaction_may_have_more_than_a_block(void **state) {
    (void) state;
    static known_costs known;
    plb_script *script = NULL;
    plb_protocol_parameters parameters = small_limits();
    parameters.max_block_exunits = parameters.max_tx_exunits;
    assert_int_equal(plb_script_load_entry(&script, catalogue, "loop", NULL), PLB_OK);
    find_costs(script, &known);
    plb_calibration *baseline = calibrated(script, "txbudget", &parameters);
    plb_scale scale = {1.5, 1, 1, 1};
    plb_scaling *scaling = scaled(baseline, &scale, 1, 0);
    size_t made = 0;
    const plb_budget_summary *summaries = plb_scaling_summaries(scaling, &made);
    assert_int_equal(made, 1);
    assert_searched(&known, &summaries[0], &scale, &parameters, 0);
    assert_int_equal(summaries[0].projected_tx_per_block, 0);
    assert_int_equal(summaries[0].loop_limiting_factors, PLB_LIMIT_MEMORY);
    plb_scaling_free(scaling);
    plb_calibration_free(baseline);
    plb_script_free(script);
}

/* ---- Files ---- */

static char *contents(const plb_results *results, const char *name) {
    char *text = NULL;
    size_t length = 0;
    assert_int_equal(plb_results_read(results, name, &text, &length, NULL), PLB_OK);
    assert_non_null(text);
    return text;
}

static void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("there is no '%s' in:\n%s", part, text);
    }
}

static void write_budgets(plb_results *results, const plb_calibration *baseline,
                          const plb_scaling *scaling) {
    size_t count = 0;
    plb_error error;
    const plb_budget_summary *summaries = plb_scaling_summaries(scaling, &count);
    if (plb_results_budgets(results, "loop", plb_calibration_budget(baseline), summaries, count,
                            &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static void files_have_a_column_and_an_entry_for_each(void **state) {
    (void) state;
    char root[] = "/tmp/plutbench-scaling-XXXXXX";
    plb_results *results = NULL;
    plb_script *script = NULL;
    plb_protocol_parameters parameters = small_limits();
    assert_non_null(mkdtemp(root));
    assert_int_equal(plb_results_open(root, &results, NULL), PLB_OK);
    assert_int_equal(plb_script_load_entry(&script, catalogue, "loop", NULL), PLB_OK);
    plb_calibration *baseline = calibrated(script, "txbudget", &parameters);
    plb_scaling *scaling = scaled(baseline, NULL, 0, 0);
    write_budgets(results, baseline, scaling);
    char *csv = contents(results, "scaling_loop.csv");
    /* A loop takes some 2,200 of memory and 580,000 steps. Four transactions fit in a block, by
     * memory; at 1.5 times a transaction's memory two do, and four when the block has 1.5 times as
     * much; and so at 2.0 times. */
    const char header[] = ",txbudget,txbudget txm:1.5,txbudget txm:1.5 bm:1.5,txbudget txm:2.0,"
                          "txbudget txm:2.0 bm:2.0\n";
    assert_memory_equal(csv, header, sizeof header - 1);
    assert_contains(csv, "\nmemory,1700000,1700000,2550000,1700000,3400000\n");
    assert_contains(csv, "\nsteps,900000000,900000000,900000000,900000000,900000000\n");
    assert_contains(csv, "\nmemory,400000,600000,600000,800000,800000\n");
    assert_contains(csv, "\nlimiting factor,memory,memory,memory,memory,memory\n");
    assert_contains(csv, "\ntxns per block,4,2,4,2,4\n");
    write_budgets(results, baseline, scaling); /* equal columns are not repeated */
    char *again = contents(results, "scaling_loop.csv");
    assert_string_equal(again, csv);
    char *json = contents(results, "summaries_loop.json");
    assert_contains(json, "\n  \"txbudget\": {");
    assert_contains(json, "\n  \"txbudget txm:1.5\": {");
    assert_contains(json, "\n    \"messageId\": \"txbudget txm:1.5 bm:1.5\"");
    free(csv);
    free(again);
    free(json);
    plb_scaling_free(scaling);
    plb_calibration_free(baseline);
    plb_script_free(script);
    plb_results_close(results);
    assert_int_equal(remove_folder(root), 0);
}

/* ---- What is refused, and ended early ---- */

static void impossible_scales_are_refused(void **state) {
    (void) state;
    plb_error error;
    plb_script *script = NULL;
    plb_scaling *scaling = NULL;
    plb_protocol_parameters parameters = small_limits();
    assert_int_equal(plb_script_load_entry(&script, catalogue, "loop", NULL), PLB_OK);
    plb_calibration *baseline = calibrated(script, "txbudget", &parameters);
    plb_scale tiny = {0.001, 1, 1, 1};
    assert_int_equal(plb_scaling_make(baseline, &tiny, 1, 0, &scaling, &error), PLB_E_BUDGET);
    assert_null(scaling);
    assert_non_null(strstr(error.where, "txbudget txm:1.0e-3"));
    static plb_scale many[PLB_SCALES_MAX + 1];
    assert_int_equal(plb_scaling_make(baseline, many, PLB_SCALES_MAX + 1, 0, &scaling, &error),
                     PLB_E_ARGUMENT);
    /* The baseline is there already. */
    plb_scale one = {1, 1, 1, 1};
    size_t count = 9;
    scaling = scaled(baseline, &one, 1, 0);
    (void) plb_scaling_summaries(scaling, &count);
    assert_int_equal(count, 0);
    plb_scaling_free(scaling);
    plb_calibration_free(baseline);
    baseline = calibrated(script, "blockbudget_1.5", &parameters);
    assert_int_equal(plb_scaling_make(baseline, NULL, 0, 0, &scaling, &error), PLB_E_ARGUMENT);
    plb_calibration_free(baseline);
    plb_script_free(script);
}

static void an_interruption_leaves_what_is_there(void **state) {
    (void) state;
    volatile sig_atomic_t interrupted = 1;
    plb_script *script = NULL;
    plb_calibration *baseline = NULL;
    size_t count = 9;
    assert_int_equal(plb_script_load_entry(&script, catalogue, "loop", NULL), PLB_OK);
    plb_calibration_config config = {.script = script,
                                     .parameters = mainnet,
                                     .strategy = strategy_of("txbudget"),
                                     .interrupted = &interrupted};
    assert_int_equal(plb_calibrate(&config, &baseline, NULL), PLB_OK);
    plb_scaling *scaling = scaled(baseline, NULL, 0, 0);
    (void) plb_scaling_summaries(scaling, &count);
    assert_int_equal(count, 0);
    assert_true(plb_scaling_partial(scaling));
    plb_scaling_free(scaling);
    plb_calibration_free(baseline);
    plb_script_free(script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_factors_are_parsed),
        cmocka_unit_test(scopes_are_named_as_in_haskell),
        cmocka_unit_test(limits_are_scaled_as_in_haskell),
        cmocka_unit_test(limits_are_bumped_in_the_strategys_order),
        cmocka_unit_test(bumping_ends_when_conditions_are_met),
        cmocka_unit_test(strategies_exhaust_what_the_node_team_takes),
        cmocka_unit_test(loops_are_those_of_an_exhaustive_search),
        cmocka_unit_test(a_transaction_may_have_more_than_a_block),
        cmocka_unit_test(files_have_a_column_and_an_entry_for_each),
        cmocka_unit_test(impossible_scales_are_refused),
        cmocka_unit_test(an_interruption_leaves_what_is_there),
    };
    return cmocka_run_group_tests(tests, open_catalogue, close_catalogue);
}
