/* Fixtures: their documents, inline or referred to, and what is said of those that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ledger/files/scenario.h"
#include "harness/ledger/files/tx_file.h"

#define RATIO(n, d) "{\"numerator\": " #n ", \"denominator\": " #d "}"
#define UNITS(m, c) "{\"memory\": " #m ", \"cpu\": " #c "}"
/* The members of protocol parameters but for `version`. */
#define PARAMETERS                                                                                 \
    "\"minFeeCoefficient\": 44, \"minFeeConstant\": 155381, \"minFeeReferenceScripts\": "          \
    "{\"range\": 25600, \"base\": " RATIO(30, 2) ", \"multiplier\": " RATIO(                       \
        12,                                                                                        \
        10) "}, "                                                                                  \
            "\"minUtxoDepositCoefficient\": 4310, \"maxBlockBodySize\": 90112, "                   \
            "\"maxTransactionSize\": "                                                             \
            "16384, \"maxValueSize\": 5000, \"maxReferenceScriptsSize\": 204800, "                 \
            "\"collateralPercentage\": 150, \"maxCollateralInputs\": 3, \"plutusCostModels\": "    \
            "{\"plutusV1\": [1, -2, 3], \"plutusV3\": []}, \"scriptExecutionPrices\": "            \
            "{\"memory\": " RATIO(577, 10000) ", \"cpu\": " RATIO(                                 \
                721,                                                                               \
                10000000) "}, "                                                                    \
                          "\"maxExecutionUnitsPerTransaction\": " UNITS(                           \
                              14,                                                                  \
                              10) ", \"maxExecutionUnitsPerBlock\": " UNITS(62,                    \
                                                                            20) ", "               \
                                                                                "\"unknownParamet" \
                                                                                "er\": [null]"
#define VERSION "\"version\": {\"major\": 10, \"minor\": 0}"
#define ERAS                                                                                       \
    "{\"stabilityWindow\": 129600, \"eras\": [{\"start\": {\"time\": 0, \"slot\": 0, \"epoch\": "  \
    "0}, \"end\": {\"time\": 40, \"slot\": 2, \"epoch\": 1}, \"params\": {\"epochSizeSlots\": 2, " \
    "\"slotLengthMs\": 20000, \"eraName\": \"Byron\"}}, {\"start\": {\"time\": 40, \"slot\": 2, "  \
    "\"epoch\": 1}, \"end\": null, \"params\": {\"epochSizeSlots\": 5, \"slotLengthMs\": 1000, "   \
    "\"eraName\": \"Conway\"}}]}"
#define ID "f131d0e876f702cca495707733f1ac665544e0fdee5d8bc5eb884fedb70185d1"
#define HASH "9493315cd92eb5d8c4304e67b7e16ae36d61d34502694657811a2c8e"
#define STATE                                                                                      \
    "{\"utxo\": [{\"input\": \"825820" ID "03\", \"output\": \"82581d61" HASH "1a000f4240\"}], "   \
    "\"accounts\": [{\"credential\": \"8200581c" HASH "\", \"deposit\": 1, \"rewards\": 9, "       \
    "\"drep\": {\"id\": \"8102\"}}], \"pots\": {\"treasury\": 77}, \"pools\": [], \"future\": {}}"

/* A fixture; every part but `expected` may be another. */
static const char *fixture_of(const char *network, const char *eras, const char *parameters,
                              const char *state, const char *rest) {
    static char text[1 << 14];
    int length = snprintf(text, sizeof text,
                          "{\"title\": \"a title\", \"network\": %s,\n\"eraHistory\": %s,\n"
                          "\"protocolParameters\": %s,\n\"initialState\": %s,\n%s}",
                          network, eras, parameters, state, rest);
    assert_true(length > 0 && (size_t) length < sizeof text);
    return text;
}

#define REST "\"point\": {\"slot\": 5, \"transactionIndex\": 0}, \"transaction\": \"84Aa\""
#define INLINE "{" PARAMETERS ", " VERSION "}"

/* Files as a table: eras.json, parameters.json, list.json, broken.json. */
static plb_status table(void *context, const char *reference, char **name, char **text,
                        size_t *length, plb_error *error) {
    static const char *const files[][2] = {
        {"eras.json", ERAS},
        {"sub/parameters.json", INLINE},
        {"list.json", "[]"},
        {"broken.json", "{\n\"a\": }"},
    };
    size_t *asked = context;
    *asked += 1;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (strcmp(reference, files[i][0]) == 0) {
            *name = strdup(reference);
            *text = strdup(files[i][1]);
            *length = strlen(*text);
            return PLB_OK;
        }
    }
    return plb_fail(error, PLB_E_IO, NULL, "there is no %s", reference);
}

static plb_status load(plb_scenario *scenario, const char *text, plb_error *error) {
    size_t asked = 0;
    *error = (plb_error){.status = PLB_OK};
    return plb_scenario_load(scenario, "f.json", text, strlen(text), table, &asked, error);
}

static void expect_load(plb_scenario *scenario, const char *text) {
    plb_error error;
    if (load(scenario, text, &error) != PLB_OK) fail_msg("%s: %s", error.where, error.message);
}

static void expect_parameters(const plb_protocol_parameters *p) {
    assert_int_equal(p->protocol_major, 10);
    assert_int_equal(p->fee_per_byte, 44);
    assert_int_equal(p->fee_fixed, 155381);
    assert_int_equal(p->lovelace_per_utxo_byte, 4310);
    assert_int_equal(p->max_block_body_size_bytes, 90112);
    assert_int_equal(p->max_tx_size_bytes, 16384);
    assert_int_equal(p->max_value_size_bytes, 5000);
    assert_int_equal(p->collateral_percentage, 150);
    assert_int_equal(p->max_collateral_inputs, 3);
    assert_int_equal(p->max_reference_scripts_tx_bytes, 204800);
    assert_int_equal(p->reference_script_tier_bytes, 25600);
    assert_int_equal(p->fee_per_reference_script_byte.numerator, 15);
    assert_int_equal(p->fee_per_reference_script_byte.denominator, 1);
    assert_int_equal(p->reference_script_tier_factor.numerator, 6);
    assert_int_equal(p->reference_script_tier_factor.denominator, 5);
    assert_int_equal(p->price_memory.numerator, 577);
    assert_int_equal(p->price_steps.denominator, 10000000);
    assert_int_equal(p->max_tx_exunits.memory, 14);
    assert_int_equal(p->max_tx_exunits.steps, 10);
    assert_int_equal(p->max_block_exunits.memory, 62);
    assert_int_equal(p->max_block_exunits.steps, 20);
    assert_int_equal(p->cost_models[PLB_PLUTUS_V1].count, 3);
    assert_int_equal(p->cost_models[PLB_PLUTUS_V1].values[1], -2);
    assert_null(p->cost_models[PLB_PLUTUS_V2].values);
    assert_non_null(p->cost_models[PLB_PLUTUS_V3].values);
}

static void everything_inline(void **state) {
    (void) state;
    plb_scenario s;
    expect_load(&s, fixture_of("\"preprod\"", ERAS, INLINE, STATE, REST));
    assert_string_equal(s.title, "a title");
    assert_int_equal(s.network, PLB_TESTNET);
    assert_int_equal(s.slot, 5);
    assert_int_equal(s.treasury, 77);
    assert_int_equal(s.transaction_length, 2);
    assert_memory_equal(s.transaction, "\x84\xaa", 2);
    assert_int_equal(s.expected.kind, PLB_EXPECT_NOTHING);
    assert_int_equal(s.utxo.count, 1);
    assert_int_equal(s.utxo.items[0].index, 3);
    assert_int_equal(s.accounts.count, 1);
    assert_int_equal(s.accounts.items[0].rewards, 9);
    assert_true(s.accounts.items[0].delegated_to_drep);
    expect_parameters(s.parameters);
    assert_int_equal(s.era_history.system_start_ms, 1654041600000);
    assert_int_equal(s.era_history.forecast_slots, 129600);
    assert_int_equal(s.era_history.era_count, 2);
    const plb_era_summary *eras = s.era_history.eras;
    assert_int_equal(eras[0].end_slot, 2);
    assert_int_equal(eras[0].slot_ms, 20000);
    assert_int_equal(eras[1].start_ms, 40000);
    assert_int_equal(eras[1].epoch_slots, 5);
    assert_true(eras[1].end_slot == UINT64_MAX);
    plb_scenario_free(&s);
}

static void documents_by_reference(void **state) {
    (void) state;
    plb_scenario s;
    expect_load(&s, fixture_of("\"mainnet\"", "{\"$ref\": \"eras.json\"}",
                               "{\"$ref\": \"sub/parameters.json\"}", "{}", REST));
    assert_int_equal(s.network, PLB_MAINNET);
    assert_int_equal(s.era_history.era_count, 2);
    assert_int_equal(s.utxo.count, 0);
    expect_parameters(s.parameters);
    plb_scenario_free(&s);
    /* An override replaces members as they are, and does not look inside of them. */
    expect_load(&s, fixture_of("\"testnet_42\"",
                               "{\"$ref\": \"eras.json\", \"$override\": "
                               "{\"stabilityWindow\": 9}}",
                               "{\"$ref\": \"sub/parameters.json\", \"$override\": "
                               "{\"maxTransactionSize\": 100, \"plutusCostModels\": {}}}",
                               "{}", REST));
    assert_int_equal(s.era_history.forecast_slots, 9);
    assert_int_equal(s.parameters->max_tx_size_bytes, 100);
    assert_int_equal(s.parameters->fee_per_byte, 44);
    assert_null(s.parameters->cost_models[PLB_PLUTUS_V1].values);
    plb_scenario_free(&s);
}

static void what_is_expected(void **state) {
    (void) state;
    plb_scenario s;
    expect_load(&s, fixture_of("\"preview\"", ERAS, INLINE, "{}", REST ", \"expected\": \"Pass\""));
    assert_int_equal(s.expected.kind, PLB_EXPECT_PASS);
    plb_scenario_free(&s);
    expect_load(&s, fixture_of("\"preview\"", ERAS, INLINE, "{}",
                               REST ", \"expected\": {\"decodingFailure\": true}"));
    assert_int_equal(s.expected.kind, PLB_EXPECT_DECODING_FAILURE);
    plb_scenario_free(&s);
    expect_load(&s,
                fixture_of("\"preview\"", ERAS, INLINE, "{}",
                           REST ", \"expected\": {\"predicate\": \"A\", \"description\": \"B\", "
                                "\"later\": 1}"));
    assert_int_equal(s.expected.kind, PLB_EXPECT_PREDICATE);
    assert_string_equal(s.expected.predicate, "A");
    assert_string_equal(s.expected.description, "B");
    plb_scenario_free(&s);
}

#define WITH_PARAMETERS(p) "\"preprod\"", ERAS, p, "{}", REST
#define WITH_ERAS(e) "\"preprod\"", e, INLINE, "{}", REST
#define WITH_STATE(s) "\"preprod\"", ERAS, INLINE, s, REST
#define WITH_REST(r) "\"preprod\"", ERAS, INLINE, "{}", r
#define ERA(start, end, params)                                                                    \
    WITH_ERAS("{\"stabilityWindow\": 1, \"eras\": [{\"start\": " start ", \"end\": " end           \
              ", \"params\": " params "}]}")
#define ZERO "{\"time\": 0, \"slot\": 0, \"epoch\": 0}"

static void errors_say_where_and_what(void **state) {
    (void) state;
    static const struct {
        const char *parts[5];
        const char *where, *message;
        plb_status status; /* 0: PLB_E_PARSE */
    } cases[] = {
        {{"7", ERAS, INLINE, "{}", REST}, "f.json:1: network", "a string, got an integer", 0},
        {{"\"testnet_\"", ERAS, INLINE, "{}", REST}, "network", "testnet_N, got 'testnet_'", 0},
        {{"\"testnet_1x\"", ERAS, INLINE, "{}", REST}, "network", "got 'testnet_1x'", 0},
        {{WITH_ERAS("[]")}, "f.json:2: eraHistory", "an object, got an array", 0},
        {{WITH_ERAS("{\"stabilityWindow\": 1, \"eras\": []}")},
         "eraHistory.eras",
         "at least one era",
         0},
        {{WITH_ERAS("{\"stabilityWindow\": -1, \"eras\": [1]}")},
         "eraHistory.stabilityWindow",
         "got -1",
         0},
        {{ERA("{}", "null", "{}")}, "eraHistory.eras[0].start.slot", "got nothing", 0},
        {{ERA("{\"time\": 9223372036854775807, \"slot\": 0}", "null", "{}")},
         "eraHistory.eras[0].start.time",
         "expected seconds",
         0},
        {{ERA(ZERO, "7", "{}")}, "eraHistory.eras[0].end", "an object, got an integer", 0},
        {{ERA(ZERO, "null", "{\"epochSizeSlots\": 1, \"slotLengthMs\": 0}")},
         "eraHistory.eras[0].params",
         "above 0",
         0},
        {{WITH_ERAS("{\"$ref\": \"../eras.json\"}")},
         "eraHistory.$ref",
         "a path inside of the data root, got '../eras.json'",
         0},
        {{WITH_ERAS("{\"$ref\": \"/etc/passwd\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": \"a/../../b\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": \"a/..\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": \"a//b\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": \"..\\\\b\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": \"\"}")}, "eraHistory.$ref", "inside", 0},
        {{WITH_ERAS("{\"$ref\": 1}")}, "eraHistory.$ref", "a string", 0},
        {{WITH_ERAS("{\"$ref\": \"none.json\"}")}, "f.json", "there is no none.json", PLB_E_IO},
        {{WITH_ERAS("{\"$ref\": \"list.json\"}")}, "list.json:1", "an object, got an array", 0},
        {{WITH_ERAS("{\"$ref\": \"broken.json\"}")}, "broken.json:2", "expected JSON", 0},
        {{WITH_ERAS("{\"$ref\": \"eras.json\", \"$override\": 1}")},
         "eraHistory.$override",
         "an object",
         0},
        {{WITH_PARAMETERS("{\"$ref\": \"sub/parameters.json\", \"$override\": {\"maxValueSize\": "
                          "\"5\"}}")},
         "sub/parameters.json with $override of f.json:1: maxValueSize",
         "got a string",
         0},
        {{WITH_PARAMETERS("{" PARAMETERS "}")}, "protocolParameters.version", "got nothing", 0},
        {{WITH_PARAMETERS("{" PARAMETERS ", \"version\": {\"major\": 13, \"minor\": 0}}")},
         "protocolParameters.version",
         "unsupported: protocol version 13",
         PLB_E_UNSUPPORTED},
        {{WITH_PARAMETERS("{" VERSION "}")},
         "protocolParameters.minFeeCoefficient",
         "got nothing",
         0},
        {{WITH_PARAMETERS("{" VERSION ", \"minFeeCoefficient\": 9223372036854775808}")},
         "f.json:3",
         "expected JSON",
         0},
        {{WITH_STATE("{\"utxo\": {}}")}, "initialState.utxo", "an array", 0},
        {{WITH_STATE("{\"utxo\": [{\"input\": \"82\", \"output\": \"\"}]}")},
         "initialState.utxo[0].input",
         "of the CBOR",
         0},
        {{WITH_STATE("{\"accounts\": [{\"credential\": \"8202\"}]}")},
         "initialState.accounts[0].credential",
         "a credential",
         0},
        {{WITH_STATE("{\"pots\": {\"treasury\": -3}}")}, "initialState.pots.treasury", "got -3", 0},
        {{WITH_REST("\"transaction\": \"00\"")}, "f.json:1: point", "an object, got nothing", 0},
        {{WITH_REST("\"point\": {\"slot\": 1}, \"transaction\": \"0\"")},
         "f.json:5: transaction",
         "odd number of hexadecimal digits (1)",
         0},
        {{WITH_REST("\"point\": {\"slot\": 1}, \"transaction\": [0]")},
         "transaction",
         "an array",
         0},
        {{WITH_REST(REST ", \"expected\": \"Fail\"")}, "expected", "expected \"Pass\", or", 0},
        {{WITH_REST(REST ", \"expected\": {}")}, "expected.predicate", "got nothing", 0},
        {{WITH_REST(REST ", \"expected\": {\"decodingFailure\": false}")},
         "expected",
         "true, and",
         0},
        {{WITH_REST(REST ", \"expected\": {\"decodingFailure\": true, \"predicate\": \"A\"}")},
         "expected",
         "and alone",
         0},
        {{WITH_REST(REST ", \"point\": {}")}, "f.json:5", "duplicate", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_scenario s;
        plb_error error;
        const char *const *p = cases[i].parts;
        const char *text = fixture_of(p[0], p[1], p[2], p[3], p[4]);
        plb_status wanted = cases[i].status != PLB_OK ? cases[i].status : PLB_E_PARSE;
        plb_status status = load(&s, text, &error);
        if (status != wanted || strstr(error.where, cases[i].where) == NULL ||
            strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu gave %s, %s: %s", i, plb_status_name(status), error.where,
                     error.message);
        }
        plb_scenario_free(&s);
    }
}

/* Every beginning of a fixture is an error with a place. */
static void cut_fixtures(void **state) {
    (void) state;
    char text[1 << 14];
    (void) snprintf(text, sizeof text, "%s", fixture_of("\"preprod\"", ERAS, INLINE, STATE, REST));
    for (size_t length = strlen(text); length-- > 0;) {
        plb_scenario s;
        plb_error error;
        size_t asked = 0;
        assert_int_equal(plb_scenario_load(&s, "f.json", text, length, table, &asked, &error),
                         PLB_E_PARSE);
        assert_non_null(strstr(error.where, "f.json:"));
        plb_scenario_free(&s);
    }
}

static void predicates_by_the_fixtures_names(void **state) {
    (void) state;
    assert_string_equal(plb_fixture_predicate("MissingVKeyWitnessesUTXOW", ""),
                        "MissingVerificationKeyWitnessesUTXOW");
    assert_string_equal(plb_fixture_predicate("WrongNetwork", ""), "WrongNetworkInTxOutput");
    assert_string_equal(plb_fixture_predicate("FeeTooSmallUTxO", ""), "FeeTooSmallUTxO");
    assert_string_equal(
        plb_fixture_description("ValidationTagMismatch", "x: PassedUnexpectedly: y"),
        "PassedUnexpectedly");
    assert_null(plb_fixture_description("FeeTooSmallUTxO", "PassedUnexpectedly"));
}

/* ---- Transactions in files ---- */

static void transactions_in_files(void **state) {
    (void) state;
    static const struct {
        const char *text;
        plb_status status;
        const char *message; /* of an error; otherwise the transaction is 84a0 */
    } cases[] = {
        {"84a0", PLB_OK, NULL},
        {"\n 84A0\t\n", PLB_OK, NULL},
        {"\x84\xa0", PLB_OK, NULL},
        {"{\"type\": \"Witnessed Tx ConwayEra\", \"description\": \"\", \"cborHex\": \"84a0\"}",
         PLB_OK, NULL},
        {"{\"type\": \"Unwitnessed Tx ConwayEra\", \"cborHex\": \"84a0\"}", PLB_OK, NULL},
        {"{\"type\": \"Tx ConwayEra\", \"cborHex\": \"84a0\", \"txId\": \"00\"}", PLB_OK, NULL},
        {"{\"type\": \"Witnessed Tx BabbageEra\", \"cborHex\": \"84a0\"}", PLB_E_UNSUPPORTED,
         "got 'Witnessed Tx BabbageEra'"},
        {"{\"type\": \"TxBodyBabbage\", \"cborHex\": \"84a0\"}", PLB_E_PARSE,
         "got 'TxBodyBabbage'"},
        {"{\"type\": \"PlutusScriptV2\", \"cborHex\": \"84a0\"}", PLB_E_PARSE,
         "got 'PlutusScriptV2'"},
        {"{\"cborHex\": \"84a0\"}", PLB_E_PARSE, "expected a string, got nothing"},
        {"{\"type\": \"Tx ConwayEra\", \"cborHex\": \"84a\"}", PLB_E_PARSE, "odd number"},
        {"{\"type\": \"Tx ConwayEra\"}", PLB_E_PARSE, "expected a text envelope"},
        {"[]", PLB_E_PARSE, "expected a transaction or a fixture, got an array"},
        {"", PLB_E_PARSE, "is empty"},
        {"84a", PLB_E_PARSE, "odd number of digits (3)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t *bytes = NULL;
        size_t length = 0;
        plb_error error = {.status = PLB_OK};
        plb_status status =
            plb_tx_file_read("tx", cases[i].text, strlen(cases[i].text), &bytes, &length, &error);
        if (status != cases[i].status ||
            (cases[i].message != NULL && strstr(error.message, cases[i].message) == NULL)) {
            fail_msg("%s gave %s: %s", cases[i].text, plb_status_name(status), error.message);
        }
        if (status == PLB_OK) {
            assert_int_equal(length, 2);
            assert_memory_equal(bytes, "\x84\xa0", 2);
        }
        free(bytes);
    }
}

/* As `cardano-cli conway transaction sign` writes it. */
static void envelope_of_a_transaction(void **state) {
    (void) state;
    static const uint8_t bytes[] = {0x84, 0xa0};
    size_t length = 0;
    char *text = plb_tx_envelope(bytes, sizeof bytes, &length);
    assert_string_equal(text, "{\n    \"type\": \"Witnessed Tx ConwayEra\",\n"
                              "    \"description\": \"Ledger Cddl Format\",\n"
                              "    \"cborHex\": \"84a0\"\n}\n");
    assert_int_equal(length, strlen(text));
    free(text);
}

static void fixtures_are_told_from_transactions(void **state) {
    (void) state;
    assert_true(plb_is_scenario("{\"transaction\": \"\"}", 19));
    assert_false(plb_is_scenario("{\"cborHex\": \"\"}", 15));
    assert_false(plb_is_scenario("[1]", 3));
    assert_false(plb_is_scenario("{", 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_inline),
        cmocka_unit_test(documents_by_reference),
        cmocka_unit_test(what_is_expected),
        cmocka_unit_test(errors_say_where_and_what),
        cmocka_unit_test(cut_fixtures),
        cmocka_unit_test(predicates_by_the_fixtures_names),
        cmocka_unit_test(transactions_in_files),
        cmocka_unit_test(envelope_of_a_transaction),
        cmocka_unit_test(fixtures_are_told_from_transactions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
