/* Transactions that are built: accepted, exact in fee and ExUnits, equal to their twins where the
 * header says so, the same at every submission. */
#include "ledger_fixture.h"
#include "ledger_parameters.h"

#include "harness/ledger/build/tx_padding.h"
#include "harness/ledger/tx.h"

static void every_language_and_datum_is_accepted(void **state) {
    (void) state;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        for (int is_inline = 0; is_inline <= (language > PLB_PLUTUS_V1); is_inline++) {
            test_script script;
            compile_success(&script, language);
            plb_tx_call call = call_of(&script, language, is_inline);
            plb_tx_spec spec = spec_of(&call, 1);
            plb_tx_built built;
            build(&built, parameters, &spec);
            plb_ledger *ledger = ledger_with(parameters, &built);
            assert_accepted(ledger, &built);
            plb_ledger_free(ledger);
            plb_tx_built_free(&built);
        }
    }
}

static void v3_needs_no_datum(void **state) {
    (void) state;
    test_script script;
    compile_success(&script, PLB_PLUTUS_V3);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, false);
    call.datum = NULL;
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    build(&built, parameters, &spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    assert_accepted(ledger, &built);
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void many_calls_share_scripts_and_datums(void **state) {
    (void) state;
    test_script scripts[4];
    plb_tx_call calls[12];
    for (size_t i = 0; i < 4; i++) {
        compile_success(&scripts[i], i == 0   ? PLB_PLUTUS_V1
                                     : i == 1 ? PLB_PLUTUS_V2
                                              : PLB_PLUTUS_V3);
    }
    for (size_t i = 0; i < 12; i++) {
        plb_language language = i % 3 == 0 ? PLB_PLUTUS_V2 : PLB_PLUTUS_V3;
        calls[i] = call_of(&scripts[i % 3 == 0 ? 1 : 2], language, i % 2 == 0);
    }
    plb_tx_spec spec = spec_of(calls, 12);
    spec.payments = 3;
    spec.required_signers = 1;
    spec.extra_key_inputs = 2;
    plb_tx_built built;
    build(&built, parameters, &spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    plb_submission submission;
    assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, NULL, &submission),
                     PLB_OK);
    assert_int_equal(submission.call_count, 12);
    assert_int_equal(built.utxo_count, 12 + 2 + 1);
    plb_submit_options again = {.decode_per_call = true};
    assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, &again, &submission),
                     PLB_OK);
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

/* One lovelace less is refused: the rule itself is checked against fixtures from outside. */
static void the_fee_is_the_minimum(void **state) {
    (void) state;
    test_script script;
    compile_success(&script, PLB_PLUTUS_V2);
    for (size_t payments = 0; payments < 40; payments++) {
        plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
        plb_tx_spec spec = spec_of(&call, 1);
        spec.payments = payments;
        spec.lovelace_per_input = 100000000;
        plb_tx_built built;
        build(&built, parameters, &spec);
        plb_ledger *ledger = ledger_with(parameters, &built);
        assert_accepted(ledger, &built);
        plb_ledger_free(ledger);
        plb_protocol_parameters dearer = *parameters;
        dearer.fee_fixed++;
        ledger = ledger_with(&dearer, &built);
        assert_refused(ledger, &built, "FeeTooSmallUTxO");
        plb_ledger_free(ledger);
        plb_tx_built_free(&built);
    }
}

/* ---- Twins ---- */

typedef struct decoded {
    plb_region arena;
    plb_tx tx;
} decoded;

static void open_built(decoded *d, const plb_tx_built *built) {
    assert_true(plb_region_init(&d->arena, 1 << 24));
    assert_int_equal(plb_tx_decode(&d->tx, &d->arena, built->bytes, built->length, NULL), PLB_OK);
}

static void assert_twins(const plb_tx_spec *spec) {
    plb_tx_built call, twin;
    decoded a, b;
    build(&call, parameters, spec);
    build_twin(&twin, parameters, spec);
    open_built(&a, &call);
    open_built(&b, &twin);
    assert_int_equal(call.length, twin.length);
    assert_int_equal(call.fee, twin.fee);
    assert_int_equal(a.tx.size_bytes, b.tx.size_bytes);
    assert_int_equal(a.tx.body.length, b.tx.body.length);
    assert_int_equal(a.tx.inputs.count, b.tx.inputs.count);
    assert_int_equal(a.tx.collateral.count, b.tx.collateral.count);
    assert_int_equal(a.tx.vkey_count, b.tx.vkey_count);
    assert_int_equal(a.tx.required_signer_count, b.tx.required_signer_count);
    assert_int_equal(a.tx.output_count, b.tx.output_count);
    for (size_t i = 0; i < a.tx.output_count; i++) {
        assert_int_equal(a.tx.outputs[i].bytes.length, b.tx.outputs[i].bytes.length);
        assert_memory_equal(a.tx.outputs[i].bytes.bytes, b.tx.outputs[i].bytes.bytes,
                            a.tx.outputs[i].bytes.length);
    }
    assert_int_equal(b.tx.script_count, 0);
    assert_int_equal(b.tx.redeemer_count, 0);
    assert_int_equal(b.tx.datum_count, 0);
    plb_ledger *ledger = ledger_with(parameters, &call);
    plb_error error;
    assert_int_equal(plb_ledger_add_utxo(ledger, twin.utxo, twin.utxo_count, &error), PLB_OK);
    assert_accepted(ledger, &call);
    assert_accepted(ledger, &twin);
    plb_ledger_free(ledger);
    plb_region_free(&a.arena);
    plb_region_free(&b.arena);
    plb_tx_built_free(&call);
    plb_tx_built_free(&twin);
}

static void twins_are_equal(void **state) {
    (void) state;
    test_script scripts[PLB_PLUTUS_V3 + 1];
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) compile_success(&scripts[l], l);
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) {
        plb_tx_call calls[3] = {call_of(&scripts[l], l, false), call_of(&scripts[l], l, false),
                                call_of(&scripts[3], PLB_PLUTUS_V3, false)};
        for (size_t count = 1; count <= 3; count++) {
            plb_tx_spec spec = spec_of(calls, count);
            spec.payments = count;
            spec.required_signers = count % 2;
            assert_twins(&spec);
        }
    }
}

/* Whatever size the script has: redeemers of growing length move it byte by byte. */
static void twins_of_every_size_are_equal(void **state) {
    (void) state;
    test_script script;
    uint8_t redeemer[2 + 64 * 30] = {0x9f};
    compile_success(&script, PLB_PLUTUS_V2);
    for (size_t items = 0; items < 600; items += items < 120 ? 1 : 37) {
        memset(redeemer + 1, 0, items);
        redeemer[1 + items] = 0xff;
        plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
        call.redeemer = redeemer;
        call.redeemer_length = items + 2;
        plb_tx_spec spec = spec_of(&call, 1);
        assert_twins(&spec);
    }
}

static void padding_has_every_length(void **state) {
    (void) state;
    plb_region stack;
    assert_true(plb_region_init(&stack, 1 << 20));
    for (size_t length = 3; length < 20000; length += length < 2000 || length > 16700 ? 1 : 13) {
        plb_writer w = {0};
        assert_true(plb_write_padding(&w, length));
        assert_int_equal(w.length, length);
        plb_cbor reader;
        plb_cbor_open(&reader, w.bytes, w.length);
        plb_tx tx = {.auxiliary_script_count = 0};
        assert_true(plb_decode_auxiliary(&reader, &stack, &tx));
        assert_ptr_equal(reader.at, reader.end);
        plb_writer_free(&w);
        plb_region_reset(&stack);
    }
    plb_writer w = {0};
    assert_false(plb_write_padding(&w, 2));
    plb_writer_free(&w);
    plb_region_free(&stack);
}

/* ---- Submission ---- */

static void validation_leaves_the_state(void **state) {
    (void) state;
    test_script script;
    compile_success(&script, PLB_PLUTUS_V3);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, true);
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    build(&built, parameters, &spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    plb_submission first, later;
    assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, NULL, &first), PLB_OK);
    plb_call_outcome ran = first.calls[0];
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, NULL, &later),
                         PLB_OK);
        assert_int_equal(later.calls[0].spent.steps, ran.spent.steps);
        assert_int_equal(later.calls[0].spent.memory, ran.spent.memory);
    }
    assert_int_equal(plb_ledger_utxo_count(ledger), 2);
    assert_memory_equal(later.id, built.id, PLB_HASH_BYTES);
    assert_int_equal(later.fee, built.fee);
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void applying_spends_and_creates(void **state) {
    (void) state;
    test_script script;
    compile_success(&script, PLB_PLUTUS_V3);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, true);
    plb_tx_spec spec = spec_of(&call, 1);
    spec.payments = 4;
    plb_tx_built built;
    build(&built, parameters, &spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    plb_submission submission;
    plb_submit_options options = {.apply = true};
    assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, &options, &submission),
                     PLB_OK);
    /* The collateral stays, the script's output is spent, four payments and the change are new. */
    assert_int_equal(plb_ledger_utxo_count(ledger), 1 + 5);
    assert_refused(ledger, &built, "BadInputsUTxO");
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void failing_scripts_are_told(void **state) {
    (void) state;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        test_script script;
        compile_failure(&script, language);
        plb_tx_call call = call_of(&script, language, false);
        plb_tx_spec spec = spec_of(&call, 1);
        plb_tx_built built;
        build(&built, parameters, &spec);
        plb_ledger *ledger = ledger_with(parameters, &built);
        plb_submission submission;
        assert_refused(ledger, &built, "ValidationTagMismatch");
        assert_int_equal(plb_tx_evaluate(ledger, built.bytes, built.length, &submission),
                         PLB_E_EVALUATION);
        plb_ledger_free(ledger);
        plb_tx_built_free(&built);
    }
}

/* Evaluation without a declared limit ends all the same. */
static void endless_scripts_end(void **state) {
    (void) state;
    test_script script;
    compile(&script, PLB_PLUTUS_V3, "(program 1.1.0 (lam c [ (lam f [ f f ]) (lam f [ f f ]) ]))");
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, false);
    plb_tx_spec spec = spec_of(&call, 1);
    plb_protocol_parameters p = *parameters;
    p.max_block_exunits = (plb_exunits){100000000, 1000000000};
    plb_tx_built built;
    build(&built, &p, &spec);
    plb_ledger *ledger = ledger_with(&p, &built);
    plb_submission submission;
    assert_int_equal(plb_tx_evaluate(ledger, built.bytes, built.length, &submission), PLB_E_BUDGET);
    assert_refused(ledger, &built, "ValidationTagMismatch");
    plb_tx_built_free(&built);
    assert_int_equal(plb_ledger_build_exact(ledger, &built, &spec, NULL, NULL), PLB_E_BUDGET);
    plb_ledger_free(ledger);
}

static void v3_must_return_unit(void **state) {
    (void) state;
    test_script script;
    compile(&script, PLB_PLUTUS_V3, "(program 1.1.0 (lam c (con integer 1)))");
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, false);
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    build(&built, parameters, &spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    assert_refused(ledger, &built, "ValidationTagMismatch");
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void exact_exunits_are_enough_and_not_more(void **state) {
    (void) state;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        test_script script;
        compile_success(&script, language);
        plb_tx_call calls[2] = {call_of(&script, language, false),
                                call_of(&script, language, false)};
        plb_tx_spec spec = spec_of(calls, 2);
        plb_ledger *ledger = ledger_with(parameters, NULL);
        plb_exunits exunits[2];
        plb_tx_built built;
        plb_error error;
        plb_submission submission;
        if (plb_ledger_build_exact(ledger, &built, &spec, exunits, &error) != PLB_OK) {
            fail_msg("%s: %s", error.where, error.message);
        }
        assert_accepted(ledger, &built);
        plb_ledger_submit(ledger, built.bytes, built.length, NULL, &submission);
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(submission.calls[i].spent.steps, submission.calls[i].declared.steps);
            assert_int_equal(submission.calls[i].spent.memory, submission.calls[i].declared.memory);
        }
        plb_tx_built_free(&built);
        calls[0].exunits = calls[1].exunits = exunits[0];
        calls[0].exunits.steps--;
        build(&built, parameters, &spec);
        assert_int_equal(plb_ledger_add_utxo(ledger, built.utxo, built.utxo_count, &error), PLB_OK);
        assert_refused(ledger, &built, "ValidationTagMismatch");
        plb_tx_built_free(&built);
        plb_ledger_free(ledger);
    }
}

static void impossible_specifications_are_refused(void **state) {
    (void) state;
    test_script script;
    compile_success(&script, PLB_PLUTUS_V2);
    const plb_tx_call good = call_of(&script, PLB_PLUTUS_V2, false);
    static const uint8_t truncated[] = {0x82, 0x01}, trailing[] = {0x01, 0x02};
    plb_tx_call call;
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
#define REFUSED(change, expected)                                                                  \
    do {                                                                                           \
        call = good;                                                                               \
        change;                                                                                    \
        assert_int_equal(plb_tx_build(&built, parameters, &spec, NULL), expected);                 \
        assert_int_equal(plb_tx_build_twin(&built, parameters, &spec, NULL), expected);            \
        assert_null(built.bytes);                                                                  \
    } while (0)
    REFUSED(call.language = PLB_PLUTUS_V4, PLB_E_ARGUMENT);
    REFUSED(call.language = PLB_LANGUAGE_NEWEST, PLB_E_ARGUMENT);
    REFUSED(call.datum = NULL, PLB_E_ARGUMENT);
    REFUSED((call.language = PLB_PLUTUS_V1, call.inline_datum = true), PLB_E_ARGUMENT);
    REFUSED(call.redeemer = NULL, PLB_E_ARGUMENT);
    REFUSED((call.redeemer = truncated, call.redeemer_length = 2), PLB_E_PARSE);
    REFUSED((call.redeemer = trailing, call.redeemer_length = 2), PLB_E_PARSE);
    REFUSED((call.datum = trailing, call.datum_length = 2), PLB_E_PARSE);
    REFUSED(call.exunits.steps = -1, PLB_E_ARGUMENT);
    REFUSED(spec.call_count = 0, PLB_E_ARGUMENT);
    spec.call_count = 1;
    REFUSED((spec.payments = 200, spec.lovelace_per_input = 10000000), PLB_E_LEDGER);
    spec.payments = 0;
    REFUSED(spec.extra_key_inputs = 900, PLB_E_LEDGER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_and_datum_is_accepted),
        cmocka_unit_test(v3_needs_no_datum),
        cmocka_unit_test(many_calls_share_scripts_and_datums),
        cmocka_unit_test(the_fee_is_the_minimum),
        cmocka_unit_test(twins_are_equal),
        cmocka_unit_test(twins_of_every_size_are_equal),
        cmocka_unit_test(padding_has_every_length),
        cmocka_unit_test(validation_leaves_the_state),
        cmocka_unit_test(applying_spends_and_creates),
        cmocka_unit_test(failing_scripts_are_told),
        cmocka_unit_test(endless_scripts_end),
        cmocka_unit_test(v3_must_return_unit),
        cmocka_unit_test(exact_exunits_are_enough_and_not_more),
        cmocka_unit_test(impossible_specifications_are_refused),
    };
    return cmocka_run_group_tests(tests, load_parameters, free_parameters);
}
