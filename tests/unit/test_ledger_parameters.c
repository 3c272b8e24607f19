/* Protocol parameters: exact numbers, what they charge, and what is wrong with a bad file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/ledger.h>

#define BASE                                                                                       \
    "\"protocolVersion\":{\"major\":10,\"minor\":2},\"txFeePerByte\":44,\"txFeeFixed\":155381,"    \
    "\"maxTxSize\":16384,\"maxBlockBodySize\":90112,\"maxValueSize\":5000,"                        \
    "\"collateralPercentage\":150,\"maxCollateralInputs\":3,"                                      \
    "\"maxTxExecutionUnits\":{\"memory\":14000000,\"steps\":10000000000},"                         \
    "\"maxBlockExecutionUnits\":{\"memory\":62000000,\"steps\":20000000000}"
#define UTXO ",\"utxoCostPerByte\":4310"
#define PRICES ",\"executionUnitPrices\":{\"priceMemory\":0.0577,\"priceSteps\":7.21e-05}"

static plb_status load(const char *json, plb_protocol_parameters **p, plb_error *error) {
    return plb_protocol_parameters_load(p, "params.json", json, strlen(json), error);
}

static plb_protocol_parameters *loaded(const char *json) {
    plb_protocol_parameters *p;
    plb_error error;
    if (load(json, &p, &error) != PLB_OK) fail_msg("%s: %s", error.where, error.message);
    return p;
}

static void the_default_is_mainnets(void **state) {
    (void) state;
    plb_protocol_parameters *p = plb_protocol_parameters_default();
    assert_non_null(p);
    assert_int_equal(p->protocol_major, 10);
    assert_int_equal(p->max_tx_exunits.memory, 14000000);
    assert_int_equal(p->max_tx_exunits.steps, 10000000000);
    assert_int_equal(p->max_block_exunits.memory, 62000000);
    assert_int_equal(p->max_block_exunits.steps, 20000000000);
    assert_int_equal(p->lovelace_per_utxo_byte, 4310);
    assert_int_equal(p->cost_models[PLB_PLUTUS_V1].count, 166);
    assert_int_equal(p->cost_models[PLB_PLUTUS_V2].count, 175);
    assert_int_equal(p->cost_models[PLB_PLUTUS_V3].count, 297);
    assert_null(p->cost_models[PLB_PLUTUS_V4].values);
    plb_protocol_parameters_free(p);
}

static void reference_scripts_have_conways_limits_unless_told(void **state) {
    (void) state;
    plb_protocol_parameters *p = loaded("{" BASE UTXO PRICES "}");
    assert_int_equal(p->max_reference_scripts_tx_bytes, 200 * 1024);
    assert_int_equal(p->max_reference_scripts_block_bytes, 1024 * 1024);
    assert_int_equal(p->reference_script_tier_bytes, 25600);
    assert_int_equal(p->reference_script_tier_factor.numerator, 6);
    assert_int_equal(p->reference_script_tier_factor.denominator, 5);
    plb_protocol_parameters_free(p);
    p = loaded("{" BASE UTXO PRICES ",\"maxRefScriptSizePerTx\":1,\"maxRefScriptSizePerBlock\":2,"
               "\"refScriptCostStride\":3,\"refScriptCostMultiplier\":1.5}");
    assert_int_equal(p->max_reference_scripts_tx_bytes, 1);
    assert_int_equal(p->max_reference_scripts_block_bytes, 2);
    assert_int_equal(p->reference_script_tier_bytes, 3);
    assert_int_equal(p->reference_script_tier_factor.numerator, 3);
    assert_int_equal(p->reference_script_tier_factor.denominator, 2);
    plb_protocol_parameters_free(p);
    static const char *const bad[] = {
        "\"refScriptCostStride\":0", "\"refScriptCostStride\":-1", "\"refScriptCostMultiplier\":0",
        "\"refScriptCostMultiplier\":\"x\"", "\"maxRefScriptSizePerTx\":1.5"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char json[2048];
        plb_error error;
        snprintf(json, sizeof json, "{" BASE UTXO PRICES ",%s}", bad[i]);
        assert_int_equal(load(json, &p, &error), PLB_E_PARSE);
        assert_non_null(strstr(error.where, "efScript"));
    }
}

static void prices_are_exact(void **state) {
    (void) state;
    static const struct {
        const char *memory, *steps;
        plb_rational expected_memory, expected_steps;
    } cases[] = {
        {"0.0577", "7.21e-05", {577, 10000}, {721, 10000000}},
        {"0.0577", "0.0000721", {577, 10000}, {721, 10000000}},
        {"1", "0", {1, 1}, {0, 1}},
        {"0.5", "1e1", {1, 2}, {10, 1}},
        {"0.1", "0.3", {1, 10}, {3, 10}},
        {"{\"numerator\":577,\"denominator\":10000}",
         "{\"numerator\":6,\"denominator\":4}",
         {577, 10000},
         {3, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char json[2048];
        snprintf(json, sizeof json,
                 "{" BASE UTXO ",\"executionUnitPrices\":{\"priceMemory\":%s,\"priceSteps\":%s}}",
                 cases[i].memory, cases[i].steps);
        plb_protocol_parameters *p = loaded(json);
        assert_int_equal(p->price_memory.numerator, cases[i].expected_memory.numerator);
        assert_int_equal(p->price_memory.denominator, cases[i].expected_memory.denominator);
        assert_int_equal(p->price_steps.numerator, cases[i].expected_steps.numerator);
        assert_int_equal(p->price_steps.denominator, cases[i].expected_steps.denominator);
        plb_protocol_parameters_free(p);
    }
}

/* The sum is rounded up once, not each part (txscriptfee). */
static void fees_are_rounded_once(void **state) {
    (void) state;
    plb_protocol_parameters *p = loaded("{" BASE UTXO PRICES "}");
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){0, 0}), 0);
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){1, 0}), 1);
    /* 0.0577 + 0.0000721 */
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){1, 1}), 1);
    /* 577 + 721 exactly */
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){10000, 10000000}), 577 + 721);
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){10000, 10000001}), 577 + 721 + 1);
    /* Both parts have a fraction: 0.577 + 0.721 = 1.298 */
    assert_int_equal(plb_exunits_fee(p, (plb_exunits){10, 10000}), 2);
    assert_int_equal(plb_exunits_fee(p, p->max_tx_exunits), 807800 + 721000);
    assert_int_equal(plb_minimum_fee(p, 200, (plb_exunits){0, 0}), 44 * 200 + 155381);
    assert_true(plb_exunits_fee(p, (plb_exunits){INT64_MAX, INT64_MAX}) > UINT64_C(1) << 58);
    /* The example of the ledger's babbageMinUTxOValue: 67 bytes. */
    assert_int_equal(plb_minimum_lovelace(p, 67), (160 + 67) * 4310);
    assert_int_equal(plb_minimum_lovelace(p, UINT64_MAX), UINT64_MAX);
    plb_protocol_parameters_free(p);
}

static void named_maps_become_arrays(void **state) {
    (void) state;
    plb_protocol_parameters *p = loaded("{" BASE UTXO PRICES ",\"costModels\":{\"PlutusV1\":{"
                                        "\"addInteger-cpu-arguments-intercept\":100788,"
                                        "\"addInteger-memory-arguments-slope\":3,"
                                        "\"addInteger-cpu-arguments-slope\":420,"
                                        "\"addInteger-memory-arguments-intercept\":2}}}");
    static const int64_t expected[] = {100788, 420, 2, 3};
    assert_int_equal(p->cost_models[PLB_PLUTUS_V1].count, 4);
    assert_memory_equal(p->cost_models[PLB_PLUTUS_V1].values, expected, sizeof expected);
    plb_protocol_parameters_free(p);
}

static void what_is_wrong_is_named(void **state) {
    (void) state;
    static const struct {
        const char *json;
        plb_status status;
        const char *where;
    } cases[] = {
        {"{\n\"a\":", PLB_E_PARSE, "params.json:2:4"},
        {"[]", PLB_E_PARSE, "params.json:1"},
        {"{}", PLB_E_PARSE, "params.json:1: protocolVersion"},
        {"{" BASE PRICES "}", PLB_E_PARSE, "params.json:1: utxoCostPerByte"},
        {"{" BASE UTXO "}", PLB_E_PARSE, "params.json:1: executionUnitPrices"},
        {"{" BASE UTXO ",\"executionUnitPrices\":{\"priceMemory\":-1,\"priceSteps\":1}}",
         PLB_E_PARSE, "params.json:1: executionUnitPrices.priceMemory"},
        {"{" BASE UTXO ",\"executionUnitPrices\":{\"priceMemory\":1,\"priceSteps\":1e-12}}",
         PLB_E_PARSE, "params.json:1: executionUnitPrices.priceSteps"},
        {"{" BASE UTXO PRICES ",\"costModels\":{\"PlutusV2\":[1,true]}}", PLB_E_PARSE,
         "params.json:1: costModels.PlutusV2[1]"},
        {"{" BASE UTXO PRICES ",\"costModels\":{\"PlutusV2\":7}}", PLB_E_PARSE,
         "params.json:1: costModels.PlutusV2"},
        {"{" BASE UTXO PRICES ",\"costModels\":{\"PlutusV1\":{"
         "\"addInteger-cpu-arguments-slope\":1}}}",
         PLB_E_COST_MODEL, "params.json:1: costModels.PlutusV1.addInteger-cpu-arguments-slope"},
        {"{" BASE UTXO PRICES
         ",\n\"costModels\":{\n\"PlutusV1\":[1],\n\"PlutusV2\":[1,\n2,\nnull]}}",
         PLB_E_PARSE, "params.json:6: costModels.PlutusV2[2]"},
        {"{\"protocolVersion\":{\"major\":4,\"minor\":0}}", PLB_E_PARSE,
         "params.json:1: protocolVersion"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_protocol_parameters *p;
        plb_error error;
        assert_int_equal(load(cases[i].json, &p, &error), cases[i].status);
        assert_null(p);
        assert_string_equal(error.where, cases[i].where);
    }
}

/* Alonzo's price is for words of eight bytes. */
static void words_become_bytes(void **state) {
    (void) state;
    plb_protocol_parameters *p =
        loaded("{" BASE PRICES ",\"utxoCostPerByte\":null,\"utxoCostPerWord\":34482}");
    assert_int_equal(p->lovelace_per_utxo_byte, 4310);
    plb_protocol_parameters_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_mainnets),
        cmocka_unit_test(reference_scripts_have_conways_limits_unless_told),
        cmocka_unit_test(prices_are_exact),
        cmocka_unit_test(fees_are_rounded_once),
        cmocka_unit_test(named_maps_become_arrays),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(words_become_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
