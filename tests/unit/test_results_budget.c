/* Budget summaries as calibrate-script writes them. Expected texts follow from its sources
 * (cardano-node, bench/tx-generator: PlutusContext.hs, app/calibrate-script.hs) and from the
 * encodings that those use (aeson's generic one, aeson-pretty, showFFloat). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "results/budget/budget.h"
#include "results/folder.h"
#include "tests/unit/temporary_folder.h"

static char root[] = "/tmp/plutbench-budget-XXXXXX";
static plb_results *results;

static int make_root(void **state) {
    (void) state;
    return mkdtemp(root) && plb_results_open(root, &results, NULL) == PLB_OK ? 0 : -1;
}

static int remove_root(void **state) {
    (void) state;
    plb_results_close(results);
    return remove_folder(root);
}

static char *contents(const char *name) {
    static char *text; /* gcc 12 warns of a dangling pointer where it is a local variable */
    size_t length;
    assert_int_equal(plb_results_read(results, name, &text, &length, NULL), PLB_OK);
    assert_non_null(text);
    return text;
}

static size_t place_of(const char *text, const char *part) {
    const char *found = strstr(text, part);
    assert_non_null(found);
    return found ? (size_t) (found - text) : 0;
}

static plb_budget_summary summary_of(const char *id) {
    plb_budget_summary s = {
        .budget_per_block = {62000000, 20000000000},
        .budget_per_tx = {14000000, 10000000000},
        .budget_target = {7750000, 2500000000},
        .budget_strategy = {PLB_STRATEGY_TX_PER_BLOCK, 8, 0},
        .script_id = "builtin: schnorr-loop",
        .script_arg_datum = "{\"int\":0}",
        .script_arg_redeemer =
            "{\"constructor\":0,\"fields\":[{\"int\":1000041},{\"bytes\":\"00\"}]}",
        .loop_counter = 41,
        .loop_limiting_factors = PLB_LIMIT_STEPS,
        .budget_used_per_tx_input = {250000, 2400000000},
        .message_strategy = "a fixed 8 txs per block was specified",
        .message_id = id,
    };
    plb_budget_summary_project(&s, 1);
    return s;
}

static void projections_are_those_of_the_node_team(void **state) {
    (void) state;
    plb_budget_summary s = summary_of("txperblock_8");
    assert_int_equal(s.projected_tx_per_block, 8); /* min (20e9 / 2.4e9) (62e6 / 250e3) */
    assert_int_equal(s.projected_loops_per_block, 328);
    assert_int_equal(s.budget_per_tx_input.steps, 10000000000);
    assert_int_equal(s.projected_budget_unused_per_tx.steps, 7600000000);
    assert_int_equal(s.projected_budget_unused_per_tx.memory, 13750000);
    assert_int_equal(s.projected_budget_unused_per_block.steps, 800000000);
    assert_int_equal(s.projected_budget_unused_per_block.memory, 60000000);
    assert_int_equal(s.projected_tx_size, -1);

    plb_budget_summary_project(&s, 2);
    assert_int_equal(s.projected_tx_per_block, 4);
    assert_int_equal(s.projected_loops_per_block, 328);
    assert_int_equal(s.budget_per_tx_input.memory, 7000000);
    assert_int_equal(s.projected_budget_unused_per_block.steps, 800000000);

    s.budget_used_per_tx_input = (plb_exunits){0, 0};
    plb_budget_summary_project(&s, 1);
    assert_int_equal(s.projected_tx_per_block, 0);
}

static void strategies_show_as_in_haskell(void **state) {
    (void) state;
    char name[PLB_STRATEGY_NAME_BYTES];
    plb_strategy_name((plb_strategy){PLB_STRATEGY_TX_BUDGET, 0, 0}, name);
    assert_string_equal(name, "txbudget");
    plb_strategy_name((plb_strategy){PLB_STRATEGY_TX_PER_BLOCK, 12, 0}, name);
    assert_string_equal(name, "txperblock_12");
    plb_strategy_name((plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 1}, name);
    assert_string_equal(name, "blockbudget_1.0");
    plb_strategy_name((plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 1.75}, name);
    assert_string_equal(name, "blockbudget_1.75");
}

static const char expected_json[] = "{\n"
                                    "  \"budgetPerBlock\": {\n"
                                    "    \"memory\": 62000000,\n"
                                    "    \"steps\": 20000000000\n"
                                    "  },\n"
                                    "  \"budgetPerTx\": {\n"
                                    "    \"memory\": 14000000,\n"
                                    "    \"steps\": 10000000000\n"
                                    "  },\n"
                                    "  \"budgetPerTxInput\": {\n"
                                    "    \"memory\": 14000000,\n"
                                    "    \"steps\": 10000000000\n"
                                    "  },\n"
                                    "  \"budgetStrategy\": {\n"
                                    "    \"contents\": 8,\n"
                                    "    \"tag\": \"TargetTxsPerBlock\"\n"
                                    "  },\n"
                                    "  \"budgetTarget\": {\n"
                                    "    \"memory\": 7750000,\n"
                                    "    \"steps\": 2500000000\n"
                                    "  },\n"
                                    "  \"budgetUsedPerTxInput\": {\n"
                                    "    \"memory\": 250000,\n"
                                    "    \"steps\": 2400000000\n"
                                    "  },\n"
                                    "  \"loopCounter\": 41,\n"
                                    "  \"loopLimitingFactors\": [\n"
                                    "    \"ExceededStepLimit\"\n"
                                    "  ],\n"
                                    "  \"messageId\": \"txperblock_8\",\n"
                                    "  \"messageStrategy\": "
                                    "\"a fixed 8 txs per block was specified\",\n"
                                    "  \"projectedBudgetUnusedPerBlock\": {\n"
                                    "    \"memory\": 60000000,\n"
                                    "    \"steps\": 800000000\n"
                                    "  },\n"
                                    "  \"projectedBudgetUnusedPerTx\": {\n"
                                    "    \"memory\": 13750000,\n"
                                    "    \"steps\": 7600000000\n"
                                    "  },\n"
                                    "  \"projectedLoopsPerBlock\": 328,\n"
                                    "  \"projectedTxFee\": 412345,\n"
                                    "  \"projectedTxPerBlock\": 8,\n"
                                    "  \"projectedTxSize\": 1234,\n"
                                    "  \"scriptArgDatum\": {\n"
                                    "    \"int\": 0\n"
                                    "  },\n"
                                    "  \"scriptArgRedeemer\": {\n"
                                    "    \"constructor\": 0,\n"
                                    "    \"fields\": [\n"
                                    "      {\n"
                                    "        \"int\": 1000041\n"
                                    "      },\n"
                                    "      {\n"
                                    "        \"bytes\": \"00\"\n"
                                    "      }\n"
                                    "    ]\n"
                                    "  },\n"
                                    "  \"scriptId\": \"builtin: schnorr-loop\"\n"
                                    "}\n";

static void a_summary_is_calibrate_scripts_json(void **state) {
    (void) state;
    char *text;
    plb_budget_summary s = summary_of("txperblock_8");
    s.projected_tx_size = 1234;
    s.projected_tx_fee = 412345;
    assert_int_equal(plb_budget_summary_json(&s, &text, NULL), PLB_OK);
    assert_string_equal(text, expected_json);
    free(text);
}

static void unknown_parts_are_left_out_and_strategies_tagged(void **state) {
    (void) state;
    char *text;
    plb_budget_summary s = summary_of("txbudget");
    s.budget_strategy = (plb_strategy){PLB_STRATEGY_TX_BUDGET, 0, 0};
    s.message_strategy = NULL;
    s.loop_limiting_factors = PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY;
    assert_int_equal(plb_budget_summary_json(&s, &text, NULL), PLB_OK);
    assert_null(strstr(text, "projectedTxSize"));
    assert_null(strstr(text, "messageStrategy"));
    assert_non_null(strstr(text, "{\n    \"tag\": \"TargetTxExpenditure\"\n  }"));
    assert_true(place_of(text, "ExceededStepLimit") < place_of(text, "ExceededMemoryLimit"));
    free(text);
    s.budget_strategy = (plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 1.25};
    assert_int_equal(plb_budget_summary_json(&s, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "\"contents\": 1.25,\n    \"tag\": \"TargetBlockExpenditure\""));
    free(text);
}

static void integers_of_any_size_are_kept(void **state) {
    (void) state;
    char *text;
    plb_budget_summary s = summary_of("x");
    s.script_arg_redeemer = "{\"list\":[{\"int\":-340282366920938463463374607431768211456},"
                            "{\"int\":9223372036854775808},{\"int\":999999999999999999},"
                            "{\"bytes\":\"1234567890123456789012345678901234567890\"}]}";
    assert_int_equal(plb_budget_summary_json(&s, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "\"int\": -340282366920938463463374607431768211456\n"));
    assert_non_null(strstr(text, "\"int\": 9223372036854775808\n"));
    assert_non_null(strstr(text, "\"int\": 999999999999999999\n"));
    assert_non_null(strstr(text, "\"bytes\": \"1234567890123456789012345678901234567890\"\n"));
    free(text);
}

static void arguments_that_are_no_json_are_named(void **state) {
    (void) state;
    char *text;
    plb_error error;
    plb_budget_summary s = summary_of("x");
    s.script_arg_redeemer = "{\"int\":";
    assert_int_equal(plb_budget_summary_json(&s, &text, &error), PLB_E_ARGUMENT);
    assert_null(text);
    assert_string_equal(error.where, "scriptArgRedeemer");
}

static void existing_summaries_are_extended(void **state) {
    (void) state;
    plb_budget_summary first = summary_of("a"), both[] = {summary_of("b"), summary_of("a")};
    first.script_arg_redeemer = "{\"int\":123456789012345678901234567890}";
    both[0].loop_counter = 5;
    both[1].loop_counter = 6;
    assert_int_equal(plb_results_budget_json(results, "s", &first, 1, NULL), PLB_OK);
    char *text = contents("summaries_s.json");
    assert_non_null(strstr(text, "\"loopCounter\": 41"));
    assert_non_null(strstr(text, "\"int\": 123456789012345678901234567890\n"));
    free(text);
    first.message_id = "c";
    assert_int_equal(plb_results_budget_json(results, "s", both, 2, NULL), PLB_OK);
    assert_int_equal(plb_results_budget_json(results, "s", &first, 1, NULL), PLB_OK);
    text = contents("summaries_s.json");
    size_t a = place_of(text, "\n  \"a\": {"), b = place_of(text, "\n  \"b\": {");
    size_t c = place_of(text, "\n  \"c\": {");
    assert_true(a < b && b < c);
    assert_non_null(strstr(text, "\"loopCounter\": 5"));
    assert_non_null(strstr(text, "\"loopCounter\": 6"));
    assert_non_null(strstr(text, "\"int\": 123456789012345678901234567890\n"));
    free(text);
}

static void other_files_of_that_name_are_not_overwritten(void **state) {
    (void) state;
    plb_error error;
    plb_budget_summary s = summary_of("a");
    const char *texts[] = {"[1]", "{", ""};
    for (size_t i = 0; i < 3; i++) {
        plb_results_write(results, "summaries_other.json", texts[i], strlen(texts[i]), NULL);
        assert_int_equal(plb_results_budget_json(results, "other", &s, 1, &error), PLB_E_PARSE);
        char *text = contents("summaries_other.json");
        assert_string_equal(text, texts[i]);
        free(text);
    }
    const char *tables[] = {"a,b\nc,d\n", ",x\n\n", "", ",x\n,\nProtocol Parameters\n"};
    for (size_t i = 0; i < 4; i++) {
        plb_results_write(results, "scaling_other.csv", tables[i], strlen(tables[i]), NULL);
        assert_int_equal(plb_results_scaling_csv(results, "other", &s, 1, &error), PLB_E_PARSE);
    }
}

static const char expected_csv[] = ",txperblock_8,txperblock_8 bs:1.5\n"
                                   ",,\n"
                                   "Protocol Parameters,,\n"
                                   "block budget,,\n"
                                   "memory,62000000,62000000\n"
                                   "steps,20000000000,30000000000\n"
                                   "tx budget,,\n"
                                   "memory,14000000,14000000\n"
                                   "steps,10000000000,10000000000\n"
                                   ",,\n"
                                   "Unused Budget,,\n"
                                   "block budget,,\n"
                                   "- memory,60000000,59000000\n"
                                   "- - %,96.77%,95.16%\n"
                                   "- steps,800000000,1200000000\n"
                                   "- - %,4.00%,4.00%\n"
                                   "tx budget,,\n"
                                   "- memory,13750000,13750000\n"
                                   "- - %,98.21%,98.21%\n"
                                   "- steps,7600000000,7600000000\n"
                                   "- - %,76.00%,76.00%\n"
                                   ",,\n"
                                   "limiting factor,steps,steps+memory\n"
                                   "loops per tx,41,41\n"
                                   "txns per block,8,12\n"
                                   "loops per block,328,492\n"
                                   "~ tx fee,412345,\n"
                                   "~ tx size,1234,\n"
                                   "~ block size,10736,\n";

static void scalings_are_calibrate_scripts_csv(void **state) {
    (void) state;
    plb_budget_summary first = summary_of("txperblock_8"), both[] = {first, first};
    first.projected_tx_size = 1234;
    first.projected_tx_fee = 412345;
    both[0] = first;
    both[1].message_id = "txperblock_8 bs:1.5";
    both[1].budget_per_block.steps = 30000000000;
    both[1].loop_limiting_factors = PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY;
    plb_budget_summary_project(&both[1], 1);
    /* In two steps, of which the second repeats a column. */
    assert_int_equal(plb_results_scaling_csv(results, "s", &first, 1, NULL), PLB_OK);
    assert_int_equal(plb_results_scaling_csv(results, "s", both, 2, NULL), PLB_OK);
    char *text = contents("scaling_s.csv");
    assert_string_equal(text, expected_csv);
    free(text);
}

static void percentages_round_as_in_haskell(void **state) {
    (void) state;
    const struct {
        int64_t part, whole;
        const char *text;
    } cases[] = {
        {2675, 100000, "2.68%"}, /* shortest digits 2.675, odd before the half; C says 2.67 */
        {125, 100000, "0.12%"},  /* even before the half */
        {99995, 100000, "100.00%"}, {5, 100000, "0.00%"}, {15, 100000, "0.02%"}, {1, 3, "33.33%"},
        {2, 3, "66.67%"},           {0, 7, "0.00%"},      {7, 7, "100.00%"},     {-1, 8, "-12.50%"},
        {1, 0, "Infinity%"},        {0, 0, "NaN%"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[PLB_PERCENT_BYTES];
        plb_percent_text(cases[i].part, cases[i].whole, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projections_are_those_of_the_node_team),
        cmocka_unit_test(strategies_show_as_in_haskell),
        cmocka_unit_test(a_summary_is_calibrate_scripts_json),
        cmocka_unit_test(unknown_parts_are_left_out_and_strategies_tagged),
        cmocka_unit_test(integers_of_any_size_are_kept),
        cmocka_unit_test(arguments_that_are_no_json_are_named),
        cmocka_unit_test(existing_summaries_are_extended),
        cmocka_unit_test(other_files_of_that_name_are_not_overwritten),
        cmocka_unit_test(scalings_are_calibrate_scripts_csv),
        cmocka_unit_test(percentages_round_as_in_haskell),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
