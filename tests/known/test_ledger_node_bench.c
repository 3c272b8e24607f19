/* The node team's protocol parameters of every version load as they are, and one of their scripts
 * runs through the ledger under each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/ledger.h>

#include "tests/hex.h"
#include "tests/known/shared_data.h"

#define FOLDER "node-bench/"

static plb_protocol_parameters *load(const char *name) {
    char path[300];
    size_t length;
    snprintf(path, sizeof path, FOLDER "%s", name);
    char *text = read_shared(path, &length);
    plb_protocol_parameters *parameters;
    plb_error error;
    if (plb_protocol_parameters_load(&parameters, name, text, length, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    free(text);
    return parameters;
}

/* Loop.plutus without the text envelope's wrapper. */
static size_t load_script(uint8_t *bytes, size_t room) {
    size_t length;
    char *text = read_shared(FOLDER "Loop.plutus", &length);
    json_t *envelope = json_loads(text, 0, NULL);
    uint8_t *wrapped = unhex(json_string_value(json_object_get(envelope, "cborHex")), &length);
    size_t head = wrapped[0] == 0x59 ? 3 : wrapped[0] == 0x58 ? 2 : 1;
    assert_in_range(length, head, room + head);
    memcpy(bytes, wrapped + head, length - head);
    free(wrapped);
    free(text);
    json_decref(envelope);
    return length - head;
}

static void parameters_load_and_serve(void **state) {
    (void) state;
    static const struct {
        const char *name;
        unsigned version;
        int64_t memory, block_steps;
        size_t counts[4];
    } files[] = {
        {"protocol-parameters.json", 6, 10000000, 40000000000, {0, 166, 0, 0}},
        {"protocol-parameters-v8.json", 8, 0, 0, {0, 166, 175, 0}},
        {"protocol-parameters-v9.json", 9, 0, 0, {0, 166, 185, 251}},
        {"protocol-parameters-v10.json", 10, 14000000, 20000000000, {0, 166, 185, 297}},
    };
    static const uint8_t datum[] = {0xd8, 0x79, 0x80}, redeemer[] = {0x1a, 0x00, 0x0f, 0x42, 0x40};
    static uint8_t script[20000];
    size_t script_length = load_script(script, sizeof script);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        plb_protocol_parameters *p = load(files[i].name);
        assert_int_equal(p->protocol_major, files[i].version);
        assert_int_equal(p->price_steps.numerator, 721);
        assert_int_equal(p->price_steps.denominator, 10000000);
        if (files[i].memory != 0) {
            assert_int_equal(p->max_tx_exunits.memory, files[i].memory);
            assert_int_equal(p->max_block_exunits.steps, files[i].block_steps);
        }
        for (size_t language = 1; language <= 3; language++) {
            assert_int_equal(p->cost_models[language].count, files[i].counts[language]);
        }
        plb_tx_call call = {.language = PLB_PLUTUS_V1,
                            .script = script,
                            .script_length = script_length,
                            .datum = datum,
                            .datum_length = sizeof datum,
                            .redeemer = redeemer,
                            .redeemer_length = sizeof redeemer};
        plb_tx_spec spec = {.calls = &call, .call_count = 1};
        plb_ledger *ledger;
        plb_tx_built built;
        plb_error error;
        plb_submission submission;
        plb_exunits exunits;
        assert_int_equal(plb_ledger_new(&ledger, p, NULL, &error), PLB_OK);
        if (plb_ledger_build_exact(ledger, &built, &spec, &exunits, &error) != PLB_OK) {
            fail_msg("%s: %s: %s", files[i].name, error.where, error.message);
        }
        assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, NULL, &submission),
                         PLB_OK);
        plb_tx_built_free(&built);
        plb_ledger_free(ledger);
        plb_protocol_parameters_free(p);
    }
}

int main(void) {
    if (shared_is_missing(FOLDER "Loop.plutus")) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(parameters_load_and_serve)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
