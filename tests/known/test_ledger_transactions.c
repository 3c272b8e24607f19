/* Transactions with known outcomes from outside: the validation fixtures of pragma-org/amaru. What
 * is within the ledger's scope must give the expected outcome; the rest must say that it is not
 * supported; there is no third kind. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>
#include <cmocka.h>

#include <plutbench/ledger.h>

#ifndef PLB_SHARED_DIR
#define PLB_SHARED_DIR "../shared"
#endif

/* How many of the fixtures the ledger covers at least. */
#define LEAST_IN_SCOPE 31

static const char *data_dir(char path[1024]) {
    const char *shared = getenv("PLB_SHARED");
    snprintf(path, 1024, "%s/upstream/transaction", shared != NULL ? shared : PLB_SHARED_DIR);
    return path;
}

/* ---- Fixtures' protocol parameters, in cardano-cli's form ---- */

static json_t *renamed(const json_t *object, const char *a, const char *b) {
    json_t *made = json_object();
    json_object_set(made, "memory", json_object_get(object, a));
    json_object_set(made, "steps", json_object_get(object, b));
    return made;
}

static json_t *cli_parameters(const json_t *p) {
    static const char *const same[][2] = {
        {"txFeePerByte", "minFeeCoefficient"},
        {"txFeeFixed", "minFeeConstant"},
        {"utxoCostPerByte", "minUtxoDepositCoefficient"},
        {"maxBlockBodySize", "maxBlockBodySize"},
        {"maxTxSize", "maxTransactionSize"},
        {"maxValueSize", "maxValueSize"},
        {"collateralPercentage", "collateralPercentage"},
        {"maxCollateralInputs", "maxCollateralInputs"},
        {"protocolVersion", "version"},
    };
    json_t *made = json_object(), *prices = json_object(), *models = json_object();
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        json_object_set(made, same[i][0], json_object_get(p, same[i][1]));
    }
    const json_t *costs = json_object_get(p, "scriptExecutionPrices");
    json_object_set(prices, "priceMemory", json_object_get(costs, "memory"));
    json_object_set(prices, "priceSteps", json_object_get(costs, "cpu"));
    json_object_set_new(made, "executionUnitPrices", prices);
    json_object_set_new(
        made, "maxTxExecutionUnits",
        renamed(json_object_get(p, "maxExecutionUnitsPerTransaction"), "memory", "cpu"));
    json_object_set_new(made, "maxBlockExecutionUnits",
                        renamed(json_object_get(p, "maxExecutionUnitsPerBlock"), "memory", "cpu"));
    const json_t *languages = json_object_get(p, "plutusCostModels");
    json_object_set(models, "PlutusV1", json_object_get(languages, "plutusV1"));
    json_object_set(models, "PlutusV2", json_object_get(languages, "plutusV2"));
    json_object_set(models, "PlutusV3", json_object_get(languages, "plutusV3"));
    json_object_set_new(made, "costModels", models);
    return made;
}

static plb_protocol_parameters *fixture_parameters(const json_t *fixture) {
    const json_t *field = json_object_get(fixture, "protocolParameters");
    const json_t *ref = json_object_get(field, "$ref");
    char dir[1024], path[2048];
    json_t *document;
    if (ref != NULL) {
        snprintf(path, sizeof path, "%s/%s", data_dir(dir), json_string_value(ref));
        document = json_load_file(path, 0, NULL);
        assert_non_null(document);
        json_t *override = json_object_get(field, "$override");
        if (override != NULL) json_object_update(document, override);
    } else {
        document = json_deep_copy(field);
    }
    json_t *cli = cli_parameters(document);
    char *text = json_dumps(cli, 0);
    plb_protocol_parameters *parameters;
    plb_error error;
    if (plb_protocol_parameters_load(&parameters, "fixture", text, strlen(text), &error) !=
        PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    free(text);
    json_decref(cli);
    json_decref(document);
    return parameters;
}

/* ---- State and transaction ---- */

static uint8_t *unhex(const json_t *text, size_t *length) {
    const char *hex = json_string_value(text);
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = malloc(size + 1);
    assert_int_equal(sodium_hex2bin(bytes, size, hex, 2 * size, NULL, length, NULL), 0);
    return bytes;
}

/* [32 bytes, index], as all fixtures have it. */
static void read_ref(const uint8_t *cbor, size_t length, plb_utxo *utxo) {
    assert_true(length >= 36 && cbor[0] == 0x82 && cbor[1] == 0x58 && cbor[2] == 0x20);
    memcpy(utxo->id, cbor + 3, PLB_HASH_BYTES);
    utxo->index = cbor[35];
    if (cbor[35] == 0x18) utxo->index = cbor[36];
    if (cbor[35] == 0x19) utxo->index = (uint16_t) (cbor[36] << 8 | cbor[37]);
}

static plb_status add_state(plb_ledger *ledger, const json_t *fixture, plb_error *error) {
    const json_t *entries = json_object_get(json_object_get(fixture, "initialState"), "utxo");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < json_array_size(entries) && status == PLB_OK; i++) {
        const json_t *entry = json_array_get(entries, i);
        size_t ref_length, output_length;
        uint8_t *ref = unhex(json_object_get(entry, "input"), &ref_length);
        uint8_t *output = unhex(json_object_get(entry, "output"), &output_length);
        plb_utxo utxo = {.output = output, .output_length = output_length};
        read_ref(ref, ref_length, &utxo);
        status = plb_ledger_add_utxo(ledger, &utxo, 1, error);
        free(ref);
        free(output);
    }
    return status;
}

/* The fixtures' names for the ledger's predicates, where they differ. */
static const char *ledger_name(const char *predicate) {
    static const char *const names[][2] = {
        {"MissingVerificationKeyWitnessesUTXOW", "MissingVKeyWitnessesUTXOW"},
        {"WrongNetworkInTxOutput", "WrongNetwork"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(predicate, names[i][0]) == 0) return names[i][1];
    }
    return predicate;
}

static bool as_expected(const json_t *expected, const plb_submission *submission) {
    if (json_is_string(expected)) return submission->status == PLB_OK;
    if (json_object_get(expected, "decodingFailure") != NULL) {
        return submission->status == PLB_E_PARSE;
    }
    const char *predicate = json_string_value(json_object_get(expected, "predicate"));
    const json_t *description = json_object_get(expected, "description");
    return submission->status == PLB_E_LEDGER &&
           strcmp(ledger_name(predicate), submission->predicate) == 0 &&
           (description == NULL ||
            strstr(submission->error.message, json_string_value(description)) != NULL);
}

typedef struct tally {
    size_t in_scope, unsupported, wrong;
} tally;

static void run_fixture(const char *name, const json_t *fixture, tally *counts) {
    plb_protocol_parameters *parameters = fixture_parameters(fixture);
    const char *network = json_string_value(json_object_get(fixture, "network"));
    plb_ledger_config config = {
        .network = strcmp(network, "mainnet") == 0 ? PLB_MAINNET : PLB_TESTNET,
        .slot = (uint64_t) json_integer_value(
            json_object_get(json_object_get(fixture, "point"), "slot")),
    };
    plb_ledger *ledger;
    plb_submission submission;
    assert_int_equal(plb_ledger_new(&ledger, parameters, &config, &submission.error), PLB_OK);
    submission.status = add_state(ledger, fixture, &submission.error);
    if (submission.status == PLB_OK) {
        size_t length;
        uint8_t *bytes = unhex(json_object_get(fixture, "transaction"), &length);
        plb_ledger_submit(ledger, bytes, length, NULL, &submission);
        free(bytes);
    }
    const json_t *expected = json_object_get(fixture, "expected");
    if (submission.status == PLB_E_UNSUPPORTED) {
        counts->unsupported++;
        if (getenv("PLB_SHOW") != NULL) print_message("%s: %s\n", name, submission.error.message);
    } else if (as_expected(expected, &submission)) {
        counts->in_scope++;
        if (getenv("PLB_SHOW") != NULL) print_message("%s: as expected\n", name);
    } else {
        counts->wrong++;
        char *text = json_dumps(expected, JSON_ENCODE_ANY);
        print_error("%s: expected %s, got %s %s\n", name, text, plb_status_name(submission.status),
                    submission.status == PLB_OK ? "" : submission.error.message);
        free(text);
    }
    plb_ledger_free(ledger);
    plb_protocol_parameters_free(parameters);
}

static void fixtures_give_their_outcome(void **state) {
    (void) state;
    char dir[1024], path[2048];
    snprintf(path, sizeof path, "%s/scenarios", data_dir(dir));
    DIR *scenarios = opendir(path);
    assert_non_null(scenarios);
    tally counts = {0, 0, 0};
    for (const struct dirent *entry; (entry = readdir(scenarios)) != NULL;) {
        if (strstr(entry->d_name, ".json") == NULL) continue;
        snprintf(path, sizeof path, "%s/scenarios/%s", dir, entry->d_name);
        json_t *fixture = json_load_file(path, 0, NULL);
        assert_non_null(fixture);
        run_fixture(entry->d_name, fixture, &counts);
        json_decref(fixture);
    }
    closedir(scenarios);
    print_message("%zu in scope, %zu unsupported, %zu wrong\n", counts.in_scope, counts.unsupported,
                  counts.wrong);
    assert_int_equal(counts.wrong, 0);
    assert_true(counts.in_scope >= LEAST_IN_SCOPE);
}

int main(void) {
    char dir[1024];
    DIR *present = opendir(data_dir(dir));
    if (present == NULL) {
        fprintf(stderr, "skipped: no %s\n", dir);
        return 77;
    }
    closedir(present);
    const struct CMUnitTest tests[] = {cmocka_unit_test(fixtures_give_their_outcome)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
