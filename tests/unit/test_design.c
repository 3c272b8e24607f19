/* Design points: every shape is accepted by the ledger, with its twin; sizes are exact; dead code
 * costs what it is said to; what can't be is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "calibrate/design/design.h"
#include "calibrate/design/padding.h"

/* Mainnet's prices of a machine step, whichever it is. */
#define STEP_MEMORY 100
#define STEP_STEPS 16000

typedef struct fixture {
    plb_catalogue *catalogue;
    plb_script *v1, *v3;
    plb_protocol_parameters *parameters;
    plb_ledger *ledger;
} fixture;

static int set_up(void **state) {
    static fixture f;
    plb_ledger_config config = {.network = PLB_MAINNET, .slot = 150000000};
    assert_int_equal(plb_catalogue_open(&f.catalogue, NULL), PLB_OK);
    assert_int_equal(plb_script_load_entry(&f.v1, f.catalogue, "loop", NULL), PLB_OK);
    assert_int_equal(plb_script_load_entry(&f.v3, f.catalogue, "loop-v3", NULL), PLB_OK);
    f.parameters = plb_protocol_parameters_default();
    assert_int_equal(plb_ledger_new(&f.ledger, f.parameters, &config, NULL), PLB_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    plb_ledger_free(f->ledger);
    plb_protocol_parameters_free(f->parameters);
    plb_script_free(f->v1);
    plb_script_free(f->v3);
    plb_catalogue_free(f->catalogue);
    return 0;
}

/* Settings are given as pairs, ending with PLB_FACTOR_COUNT. */
static plb_design_config config_of(const fixture *f, const plb_script *script,
                                   const uint64_t *pairs) {
    plb_design_config config = {
        .script = script, .parameters = f->parameters, .network = PLB_MAINNET, .slot = 150000000};
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        config.settings[i] = plb_factor_get(i)->standard;
    }
    for (; pairs[0] != PLB_FACTOR_COUNT; pairs += 2) {
        config.settings[pairs[0]] = pairs[1];
    }
    return config;
}

#define PLAIN(f, script) config_of(f, script, (const uint64_t[]){PLB_FACTOR_COUNT})
#define CONFIG(f, script, ...)                                                                     \
    config_of(f, script, (const uint64_t[]){__VA_ARGS__, PLB_FACTOR_COUNT})

/* Build a point and its twin, have them accepted, and tell the charge. */
static plb_exunits accepted(const fixture *f, plb_design_config config) {
    plb_design design;
    plb_tx_built call, twin;
    plb_error error;
    uint64_t call_bytes = 0, twin_bytes = 1;
    if (plb_design_init(&design, &config, &error) != PLB_OK ||
        plb_design_build(&design, f->ledger, &call, &error) != PLB_OK ||
        plb_design_prove(f->ledger, &call, &call_bytes, &error) != PLB_OK ||
        plb_design_build_known(&design, true, &twin, &error) != PLB_OK ||
        plb_design_prove(f->ledger, &twin, &twin_bytes, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    plb_exunits charged = plb_design_charged(&design);
    assert_int_equal(call_bytes, twin_bytes);
    plb_tx_built_free(&call);
    plb_tx_built_free(&twin);
    plb_design_free(&design);
    return charged;
}

static void refused(const fixture *f, plb_design_config config, const char *message) {
    plb_design design;
    plb_tx_built call = {0};
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_design_init(&design, &config, &error);
    if (status == PLB_OK) {
        status = plb_design_build(&design, f->ledger, &call, &error);
    }
    if (status == PLB_OK) {
        status = plb_design_prove(f->ledger, &call, NULL, &error);
    }
    plb_tx_built_free(&call);
    plb_design_free(&design);
    if (status == PLB_OK || strstr(error.message, message) == NULL) {
        fail_msg("expected '%s', got '%s'", message, error.message);
    }
}

/* ---- Shapes ---- */

static void every_purpose_place_and_datum(void **state) {
    const fixture *f = *state;
    plb_exunits one = accepted(f, PLAIN(f, f->v3));
    for (uint64_t place = 0; place < 2; place++) {
        for (uint64_t purpose = 0; purpose < 3; purpose++) {
            plb_exunits many =
                accepted(f, CONFIG(f, f->v3, PLB_FACTOR_PURPOSE, purpose, PLB_FACTOR_SCRIPT_PLACE,
                                   place, PLB_FACTOR_CALLS, 7));
            /* A script that looks at nothing but its redeemer costs the same whatever it is for. */
            assert_int_equal(many.steps, 7 * one.steps);
            assert_int_equal(many.memory, 7 * one.memory);
        }
        for (uint64_t datum = 0; datum < 3; datum++) {
            (void) accepted(f, CONFIG(f, f->v3, PLB_FACTOR_DATUM, datum, PLB_FACTOR_SCRIPT_PLACE,
                                      place, PLB_FACTOR_CALLS, 2));
        }
    }
    (void) accepted(f, CONFIG(f, f->v1, PLB_FACTOR_CALLS, 2));
}

static void everything_at_once(void **state) {
    const fixture *f = *state;
    (void) accepted(
        f, CONFIG(f, f->v3, PLB_FACTOR_LOOPS, 10, PLB_FACTOR_CALLS, 3, PLB_FACTOR_SCRIPT_BYTES, 900,
                  PLB_FACTOR_DATUM, PLB_POINT_DATUM_HASHED, PLB_FACTOR_DATUM_BYTES, 700,
                  PLB_FACTOR_DATUM_NODES, 50, PLB_FACTOR_PAYMENTS, 4, PLB_FACTOR_EXTRA_INPUTS, 3,
                  PLB_FACTOR_ASSETS, 2, PLB_FACTOR_NATIVE_SCRIPTS, 2, PLB_FACTOR_REQUIRED_SIGNER, 1,
                  PLB_FACTOR_COLLATERAL_RETURN, 1, PLB_FACTOR_VALIDITY_INTERVAL, 1));
}

/* Many cheap calls in one transaction. */
static void a_hundred_withdrawals(void **state) {
    const fixture *f = *state;
    (void) accepted(f, CONFIG(f, f->v3, PLB_FACTOR_CALLS, 100, PLB_FACTOR_PURPOSE,
                              PLB_CALL_WITHDRAW, PLB_FACTOR_SCRIPT_PLACE, PLB_SCRIPT_IN_REFERENCE));
}

static void loops_are_calibrated(void **state) {
    const fixture *f = *state;
    plb_design_config config = CONFIG(f, f->v3, PLB_FACTOR_CALLS, 4);
    plb_strategy strategy;
    plb_loop_fit fit;
    plb_design design;
    plb_tx_built call;
    plb_error error;
    assert_int_equal(plb_strategy_parse("txbudget", &strategy, &error), PLB_OK);
    assert_int_equal(plb_design_init(&design, &config, &error), PLB_OK);
    assert_int_equal(plb_design_fit_loops(&design, f->ledger, strategy, &fit, &error), PLB_OK);
    assert_int_equal(design.loops, fit.loops);
    assert_int_equal(plb_design_build(&design, f->ledger, &call, &error), PLB_OK);
    plb_exunits charged = plb_design_charged(&design);
    plb_tx_built_free(&call);
    /* Memory is what limits it: more than 99 % is spent, and one loop a call more is too much. */
    assert_in_range(charged.memory, f->parameters->max_tx_exunits.memory * 99 / 100,
                    f->parameters->max_tx_exunits.memory);
    assert_int_equal(plb_design_set_loops(&design, fit.loops + 1, &error), PLB_OK);
    assert_int_equal(plb_design_build(&design, f->ledger, &call, &error), PLB_OK);
    assert_true(plb_design_charged(&design).memory > f->parameters->max_tx_exunits.memory);
    plb_tx_built_free(&call);
    plb_design_free(&design);
}

/* ---- Sizes ---- */

/* Whatever its size, dead code costs six steps. */
static void dead_code_costs_six_steps(void **state) {
    const fixture *f = *state;
    const plb_script *const scripts[] = {f->v1, f->v3};
    for (size_t i = 0; i < 2; i++) {
        plb_exunits plain = accepted(f, PLAIN(f, scripts[i]));
        for (uint64_t bytes = 100; bytes < 9000; bytes = bytes < 135 ? bytes + 1 : bytes * 2 + 1) {
            plb_exunits grown = accepted(f, CONFIG(f, scripts[i], PLB_FACTOR_SCRIPT_BYTES, bytes));
            assert_int_equal(grown.memory - plain.memory, PLB_DEAD_CODE_STEPS * STEP_MEMORY);
            assert_int_equal(grown.steps - plain.steps, PLB_DEAD_CODE_STEPS * STEP_STEPS);
        }
    }
}

static void scripts_have_exactly_their_size(void **state) {
    const fixture *f = *state;
    size_t length, own;
    const uint8_t *script = plb_script_bytes(f->v3, &length);
    plb_error error;
    assert_int_equal(plb_script_flat_bytes(script, length, &own, &error), PLB_OK);
    plb_program *program = plb_program_new(0);
    for (size_t bytes = own + PLB_DEAD_CODE_LEAST_BYTES; bytes <= 204800;
         bytes += bytes < 300 ? 1 : bytes) {
        uint8_t *grown;
        size_t grown_length, flat;
        assert_int_equal(plb_script_grow(script, length, bytes, &grown, &grown_length, &error),
                         PLB_OK);
        assert_int_equal(plb_script_flat_bytes(grown, grown_length, &flat, &error), PLB_OK);
        assert_int_equal(flat, bytes);
        plb_era era = {PLB_PLUTUS_V3, 10};
        if (plb_program_decode_cbor(program, era, grown, grown_length, &error) != PLB_OK) {
            fail_msg("%zu bytes: %s", bytes, error.message);
        }
        free(grown);
    }
    plb_program_free(program);
    uint8_t *grown;
    size_t grown_length;
    assert_int_equal(plb_script_grow(script, length, own + PLB_DEAD_CODE_LEAST_BYTES - 1, &grown,
                                     &grown_length, &error),
                     PLB_E_ARGUMENT);
    assert_null(grown);
    static const uint8_t nonsense[] = {0x42, 0x80, 0x80};
    assert_int_equal(plb_script_grow(nonsense, sizeof nonsense, 100, &grown, &grown_length, NULL),
                     PLB_E_PARSE);
    assert_int_equal(plb_script_grow(nonsense, 2, 100, &grown, &grown_length, NULL), PLB_E_PARSE);
}

/* Nodes of data in CBOR of lists and byte strings: items that are begun. */
static size_t count_nodes(const uint8_t *cbor, size_t length) {
    size_t nodes = 0;
    for (size_t at = 0; at < length; nodes++) {
        uint8_t head = cbor[at];
        if (head == 0xff) {
            assert_int_equal(at, length - 1);
            return nodes;
        }
        at += head == 0x9f ? 1 : head == 0x58 ? (size_t) 2 + cbor[at + 1] : head - 0x40u + 1u;
    }
    fail_msg("no end");
    return 0;
}

static void datums_have_exactly_their_size(void **state) {
    (void) state;
    plb_program *program = plb_program_new(0);
    for (size_t nodes = 2; nodes < 2000; nodes = nodes < 8 ? nodes + 1 : nodes * 3) {
        size_t items = nodes - 1;
        for (size_t bytes = items + 2; bytes <= 66 * items + 2; bytes += 1 + items / 5) {
            uint8_t *datum;
            size_t length;
            plb_error error;
            assert_int_equal(plb_datum_make(nodes, bytes, &datum, &length, &error), PLB_OK);
            assert_int_equal(length, bytes);
            assert_int_equal(count_nodes(datum, length), nodes);
            size_t counted = 0;
            assert_int_equal(plb_datum_count_nodes(datum, length, &counted, &error), PLB_OK);
            assert_int_equal(counted, nodes);
            assert_int_equal(plb_datum_count_nodes(datum, length - 1, &counted, &error),
                             PLB_E_PARSE);
            assert_int_equal(plb_program_data_cbor(program, datum, length, &error), PLB_OK);
            free(datum);
        }
        uint8_t *datum;
        size_t length;
        assert_int_equal(plb_datum_make(nodes, items + 1, &datum, &length, NULL), PLB_E_ARGUMENT);
        assert_int_equal(plb_datum_make(nodes, 66 * items + 3, &datum, &length, NULL),
                         PLB_E_ARGUMENT);
        /* Nodes alone, with as few bytes as they have; bytes alone, with as few nodes. */
        assert_int_equal(plb_datum_make(nodes, 0, &datum, &length, NULL), PLB_OK);
        assert_int_equal(count_nodes(datum, length), nodes);
        free(datum);
        assert_int_equal(plb_datum_make(0, 66 * items + 2, &datum, &length, NULL), PLB_OK);
        assert_int_equal(count_nodes(datum, length), nodes);
        free(datum);
    }
    plb_program_free(program);
}

/* ---- What can't be ---- */

static void impossible_combinations_are_refused(void **state) {
    const fixture *f = *state;
    refused(f,
            CONFIG(f, f->v3, PLB_FACTOR_PURPOSE, PLB_CALL_MINT, PLB_FACTOR_DATUM,
                   PLB_POINT_DATUM_INLINE),
            "only calls that spend have a datum");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_PURPOSE, PLB_CALL_WITHDRAW, PLB_FACTOR_DATUM_BYTES, 50),
            "only calls that spend have a datum");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_DATUM, PLB_POINT_DATUM_NONE, PLB_FACTOR_DATUM_NODES, 5),
            "no datum can have a size");
    refused(f, CONFIG(f, f->v1, PLB_FACTOR_DATUM, PLB_POINT_DATUM_INLINE),
            "PlutusV1 can't see inline datums");
    refused(f, CONFIG(f, f->v1, PLB_FACTOR_DATUM, PLB_POINT_DATUM_NONE), "needs a datum");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_SCRIPT_BYTES, 10), "can't be made 10 bytes long");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_DATUM_BYTES, 700, PLB_FACTOR_DATUM_NODES, 2),
            "a datum of 2 nodes has 3 to 68 bytes, and can't have 700");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_SCRIPT_BYTES, 20000), "MaxTxSizeUTxO");
    refused(f, CONFIG(f, f->v3, PLB_FACTOR_LOOPS, 10000), "ExUnitsTooBigUTxO");
}

/* ---- Words ---- */

static void factors_are_a_table(void **state) {
    (void) state;
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        uint64_t value;
        assert_int_equal(plb_factor_find(info->name, strlen(info->name)), i);
        assert_true((info->unit == NULL) == (info->levels != NULL));
        assert_true(info->standard == PLB_AS_IT_IS ||
                    (info->standard >= info->least && info->standard <= info->most));
        for (uint64_t k = 0; info->levels != NULL && info->levels[k] != NULL; k++) {
            assert_int_equal(plb_factor_parse((plb_factor) i, info->levels[k], &value, NULL),
                             PLB_OK);
            assert_int_equal(value, k);
            assert_true(k <= info->most);
        }
    }
    assert_null(plb_factor_get(PLB_FACTOR_COUNT));
    assert_int_equal(plb_factor_find("script_bytes", 12), PLB_FACTOR_SCRIPT_BYTES);
    assert_int_equal(plb_factor_find("script", 6), PLB_FACTOR_COUNT);
    static const char *const wrong[] = {
        "", "x", "-1", "1001", "1.5", " 1", "1 ", "0", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint64_t value;
        plb_error error;
        assert_int_equal(plb_factor_parse(PLB_FACTOR_CALLS, wrong[i], &value, &error),
                         PLB_E_ARGUMENT);
        assert_non_null(strstr(error.message, "expected a whole number from 1 to 1000"));
    }
}

static void labels_and_advice(void **state) {
    const fixture *f = *state;
    plb_design_config config =
        CONFIG(f, f->v3, PLB_FACTOR_CALLS, 10, PLB_FACTOR_SCRIPT_PLACE, PLB_SCRIPT_IN_REFERENCE);
    bool shown[PLB_FACTOR_COUNT] = {false};
    char text[PLB_DESIGN_LABEL_BYTES];
    plb_design_label(config.settings, shown, text);
    assert_string_equal(text, "");
    shown[PLB_FACTOR_CALLS] = shown[PLB_FACTOR_SCRIPT_PLACE] = true;
    plb_design_label(config.settings, shown, text);
    assert_string_equal(text, "calls=10, script-place=reference");
    plb_design_advice(config.settings, "MaxTxSizeUTxO: 3 bytes", text);
    assert_non_null(strstr(text, ": reduce calls or payments, or raise the limit"));
    assert_null(strstr(text, "reference input"));
    plb_design_advice(config.settings, "something else", text);
    assert_string_equal(text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_purpose_place_and_datum),
        cmocka_unit_test(everything_at_once),
        cmocka_unit_test(a_hundred_withdrawals),
        cmocka_unit_test(loops_are_calibrated),
        cmocka_unit_test(dead_code_costs_six_steps),
        cmocka_unit_test(scripts_have_exactly_their_size),
        cmocka_unit_test(datums_have_exactly_their_size),
        cmocka_unit_test(impossible_combinations_are_refused),
        cmocka_unit_test(factors_are_a_table),
        cmocka_unit_test(labels_and_advice),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
