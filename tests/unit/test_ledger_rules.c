/* Each rule fails under its own name when what it checks is broken and nothing else is: a good
 * transaction against changed parameters, a changed state, or with bytes changed and signed
 * again. */
#include "ledger_fixture.h"

#include <sodium.h>

#include "harness/ledger/tx.h"

typedef struct fixture {
    plb_protocol_parameters *parameters;
    test_script script;
    plb_tx_call call;
    plb_tx_spec spec;
    plb_tx_built built;
} fixture;

static int make(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->parameters = plb_protocol_parameters_default();
    compile_success(&f->script, PLB_PLUTUS_V2);
    f->call = call_of(&f->script, PLB_PLUTUS_V2, false);
    f->spec = spec_of(&f->call, 1);
    f->spec.payments = 1;
    f->spec.required_signers = 1;
    build(&f->built, f->parameters, &f->spec);
    *state = f;
    return 0;
}

static int drop(void **state) {
    fixture *f = *state;
    plb_tx_built_free(&f->built);
    plb_protocol_parameters_free(f->parameters);
    free(f);
    return 0;
}

/* ---- Other parameters ---- */

static void refused_with(const fixture *f, const plb_protocol_parameters *parameters,
                         const char *predicate) {
    plb_ledger *ledger = ledger_with(parameters, &f->built);
    assert_refused(ledger, &f->built, predicate);
    plb_ledger_free(ledger);
}

static void parameters_decide(void **state) {
    const fixture *f = *state;
    plb_protocol_parameters p;
#define REFUSED(change, predicate)                                                                 \
    do {                                                                                           \
        p = *f->parameters;                                                                        \
        change;                                                                                    \
        refused_with(f, &p, predicate);                                                            \
    } while (0)
    REFUSED(p.fee_per_byte *= 2, "FeeTooSmallUTxO");
    REFUSED(p.price_steps.numerator *= 2, "FeeTooSmallUTxO");
    REFUSED(p.max_tx_size_bytes = 200, "MaxTxSizeUTxO");
    REFUSED(p.max_tx_exunits.memory = f->call.exunits.memory - 1, "ExUnitsTooBigUTxO");
    REFUSED(p.max_tx_exunits.steps = f->call.exunits.steps - 1, "ExUnitsTooBigUTxO");
    REFUSED(p.max_collateral_inputs = 0, "TooManyCollateralInputs");
    REFUSED(p.collateral_percentage = 100000, "InsufficientCollateral");
    REFUSED(p.lovelace_per_utxo_byte = 100000, "BabbageOutputTooSmallUTxO");
    REFUSED(p.max_value_size_bytes = 4, "OutputTooBigUTxO");
    REFUSED(p.cost_models[PLB_PLUTUS_V2].count--, "PPViewHashesDontMatch");
    /* The language view of one that is not used is not hashed. */
    p = *f->parameters;
    p.cost_models[PLB_PLUTUS_V1].count--;
    plb_ledger *ledger = ledger_with(&p, &f->built);
    assert_accepted(ledger, &f->built);
    plb_ledger_free(ledger);
}

static void the_hash_mismatch_was_renamed(void **state) {
    const fixture *f = *state;
    plb_protocol_parameters p = *f->parameters;
    p.protocol_major = 11;
    p.cost_models[PLB_PLUTUS_V2].count--;
    refused_with(f, &p, "ScriptIntegrityHashMismatch");
}

static void the_network_decides(void **state) {
    const fixture *f = *state;
    plb_ledger_config config = {.network = PLB_MAINNET};
    plb_ledger *ledger;
    plb_error error;
    assert_int_equal(plb_ledger_new(&ledger, f->parameters, &config, &error), PLB_OK);
    assert_int_equal(plb_ledger_add_utxo(ledger, f->built.utxo, f->built.utxo_count, &error),
                     PLB_OK);
    assert_refused(ledger, &f->built, "WrongNetwork");
    plb_ledger_free(ledger);
}

/* ---- Another state ---- */

/* The output that stands in place of the built transaction's `index`-th. */
static void refused_when_spending(const fixture *f, size_t index, const plb_writer *output,
                                  const char *predicate) {
    plb_ledger *ledger = ledger_with(f->parameters, &f->built);
    plb_utxo utxo = f->built.utxo[index];
    plb_error error;
    utxo.output = output->bytes;
    utxo.output_length = output->length;
    if (plb_ledger_add_utxo(ledger, &utxo, 1, &error) != PLB_OK) fail_msg("%s", error.message);
    assert_refused(ledger, &f->built, predicate);
    plb_ledger_free(ledger);
}

static void write_head(plb_writer *w, const uint8_t *address, size_t length, uint64_t lovelace,
                       bool datum) {
    w->length = 0;
    plb_write_map(w, datum ? 3 : 2);
    plb_write_uint(w, 0);
    plb_write_bytes(w, address, length);
    plb_write_uint(w, 1);
    plb_write_uint(w, lovelace);
    if (datum) plb_write_uint(w, 2);
}

static void the_state_decides(void **state) {
    const fixture *f = *state;
    plb_writer w = {0};
    uint8_t script_hash[PLB_KEY_HASH_BYTES], other[PLB_HASH_BYTES] = {1};
    uint8_t at_script[PLB_KEY_HASH_BYTES + 1], at_key[PLB_KEY_HASH_BYTES + 1];
    plb_script_hash(PLB_PLUTUS_V2, f->script.bytes, f->script.length, script_hash);
    plb_enterprise_address(PLB_TESTNET, true, script_hash, at_script);
    plb_enterprise_address(PLB_TESTNET, false, other, at_key);

    write_head(&w, at_script, sizeof at_script, 10000000, false);
    refused_when_spending(f, 0, &w, "UnspendableUTxONoDatumHash");

    write_head(&w, at_script, sizeof at_script, 10000000, true);
    plb_write_array(&w, 2);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, other, sizeof other);
    refused_when_spending(f, 0, &w, "MissingRequiredDatums");

    write_head(&w, at_script, sizeof at_script, 10000000, true);
    plb_write_array(&w, 2);
    plb_write_uint(&w, 1);
    plb_write_tag(&w, 24);
    plb_write_bytes(&w, unit_datum, sizeof unit_datum);
    refused_when_spending(f, 0, &w, "NotAllowedSupplementalDatums");

    write_head(&w, at_key, sizeof at_key, 10000000, false);
    refused_when_spending(f, 0, &w, "ExtraneousScriptWitnessesUTXOW");
    refused_when_spending(f, 1, &w, "MissingVKeyWitnessesUTXOW");

    at_script[1] ^= 1;
    write_head(&w, at_script, sizeof at_script, 5000000, false);
    refused_when_spending(f, 1, &w, "ScriptsNotPaidUTxO");

    uint8_t datum_hash[PLB_HASH_BYTES];
    plb_blake2b_256(unit_datum, sizeof unit_datum, datum_hash);
    at_script[1] ^= 1;
    write_head(&w, at_script, sizeof at_script, 10000001, true);
    plb_write_array(&w, 2);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, datum_hash, sizeof datum_hash);
    refused_when_spending(f, 0, &w, "ValueNotConservedUTxO");
    plb_writer_free(&w);
}

static void unknown_inputs_are_refused(void **state) {
    const fixture *f = *state;
    for (size_t left_out = 0; left_out < f->built.utxo_count; left_out++) {
        plb_ledger *ledger = ledger_with(f->parameters, NULL);
        plb_error error;
        for (size_t i = 0; i < f->built.utxo_count; i++) {
            if (i == left_out) continue;
            assert_int_equal(plb_ledger_add_utxo(ledger, &f->built.utxo[i], 1, &error), PLB_OK);
        }
        assert_refused(ledger, &f->built, "BadInputsUTxO");
        plb_ledger_free(ledger);
    }
}

/* ---- Other bytes ---- */

typedef struct edit {
    plb_span part;        /* to be replaced */
    const uint8_t *bytes; /* by these */
    size_t length;
} edit;

/* The transaction with `part` of its body or witnesses replaced, and, when `sign`, a new signature
 * in its place. */
static plb_tx_built edited(const fixture *f, const edit *change, bool sign) {
    plb_region arena;
    plb_tx tx;
    assert_true(plb_region_init(&arena, 1 << 24));
    assert_int_equal(plb_tx_decode(&tx, &arena, f->built.bytes, f->built.length, NULL), PLB_OK);
    plb_writer w = {0};
    size_t before = (size_t) (change->part.bytes - f->built.bytes);
    size_t body = (size_t) (tx.body.bytes - f->built.bytes);
    size_t signature = (size_t) (tx.vkeys[0].signature - f->built.bytes);
    size_t body_length = tx.body.length;
    plb_write_raw(&w, f->built.bytes, before);
    plb_write_raw(&w, change->bytes, change->length);
    plb_write_raw(&w, f->built.bytes + before + change->part.length,
                  f->built.length - before - change->part.length);
    if (before < body + body_length) body_length += change->length - change->part.length;
    if (before < signature) signature += change->length - change->part.length;
    if (sign) {
        uint8_t id[PLB_HASH_BYTES], key[32], secret[64];
        plb_blake2b_256(w.bytes + body, body_length, id);
        crypto_sign_seed_keypair(key, secret, f->spec.seed);
        crypto_sign_detached(w.bytes + signature, NULL, id, sizeof id, secret);
    }
    plb_region_free(&arena);
    plb_tx_built made = f->built;
    made.bytes = w.bytes;
    made.length = w.length;
    return made;
}

static void refused_after(const fixture *f, edit change, bool sign, const char *predicate) {
    plb_tx_built made = edited(f, &change, sign);
    plb_ledger *ledger = ledger_with(f->parameters, &f->built);
    assert_refused(ledger, &made, predicate);
    plb_ledger_free(ledger);
    free(made.bytes);
}

static void the_bytes_decide(void **state) {
    const fixture *f = *state;
    plb_region arena;
    plb_tx tx;
    assert_true(plb_region_init(&arena, 1 << 24));
    assert_int_equal(plb_tx_decode(&tx, &arena, f->built.bytes, f->built.length, NULL), PLB_OK);
    uint8_t bytes[64];

    /* One bit of the signature; one of the body, which it no longer signs. */
    memcpy(bytes, tx.vkeys[0].signature, 64);
    bytes[5] ^= 1;
    refused_after(f, (edit){{tx.vkeys[0].signature, 64}, bytes, 64}, false,
                  "InvalidWitnessesUTXOW");
    memcpy(bytes, tx.integrity_hash, 32);
    bytes[5] ^= 1;
    refused_after(f, (edit){{tx.integrity_hash, 32}, bytes, 32}, false, "InvalidWitnessesUTXOW");
    refused_after(f, (edit){{tx.integrity_hash, 32}, bytes, 32}, true, "PPViewHashesDontMatch");

    memcpy(bytes, tx.required_signers[0], PLB_KEY_HASH_BYTES);
    bytes[0] ^= 1;
    refused_after(f,
                  (edit){{tx.required_signers[0], PLB_KEY_HASH_BYTES}, bytes, PLB_KEY_HASH_BYTES},
                  true, "MissingVKeyWitnessesUTXOW");

    /* The integrity hash becomes a metadata hash. */
    const uint8_t seven_key = 7;
    refused_after(f, (edit){{tx.integrity_hash - 3, 1}, &seven_key, 1}, true, "MissingTxMetadata");

    /* The validity flag. */
    const uint8_t invalid = 0xf4;
    const uint8_t *flag = f->built.bytes + f->built.length - 2;
    assert_int_equal(*flag, 0xf5);
    refused_after(f, (edit){{flag, 1}, &invalid, 1}, true, "ValidationTagMismatch");

    /* Null becomes metadata; nothing in the body hashes it. */
    static const uint8_t metadata[] = {0xa1, 0x00, 0x00};
    refused_after(f, (edit){{flag + 1, 1}, metadata, sizeof metadata}, true,
                  "MissingTxBodyMetadataHash");

    /* The redeemer points to another input. */
    uint8_t index = 5;
    refused_after(f, (edit){{tx.redeemers_bytes.bytes + 3, 1}, &index, 1}, true, "ExtraRedeemers");

    /* A script of another hash, of the same length. */
    uint8_t broken = (uint8_t) (tx.scripts[0].bytes.bytes[tx.scripts[0].bytes.length - 1] ^ 1);
    refused_after(
        f, (edit){{tx.scripts[0].bytes.bytes + tx.scripts[0].bytes.length - 1, 1}, &broken, 1},
        true, "ExtraneousScriptWitnessesUTXOW");
    plb_region_free(&arena);
}

static void malformed_scripts_are_refused(void **state) {
    const fixture *f = *state;
    /* Flat that ends too early, at its own address. */
    static const uint8_t bytes[] = {0x43, 0x01, 0x00, 0x00};
    plb_tx_call call = f->call;
    call.script = bytes;
    call.script_length = sizeof bytes;
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    build(&built, f->parameters, &spec);
    plb_ledger *ledger = ledger_with(f->parameters, &built);
    assert_refused(ledger, &built, "MalformedScriptWitnesses");
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void an_invalid_transaction_costs_its_collateral(void **state) {
    const fixture *f = *state;
    fixture failing = *f;
    compile_failure(&failing.script, PLB_PLUTUS_V2);
    failing.call = call_of(&failing.script, PLB_PLUTUS_V2, false);
    failing.spec = spec_of(&failing.call, 1);
    build(&failing.built, f->parameters, &failing.spec);
    const uint8_t invalid = 0xf4;
    const uint8_t *flag = failing.built.bytes + failing.built.length - 2;
    plb_tx_built marked = edited(&failing, &(edit){{flag, 1}, &invalid, 1}, false);
    plb_ledger *ledger = ledger_with(f->parameters, &failing.built);
    plb_submit_options options = {.apply = true};
    plb_submission submission;
    assert_refused(ledger, &failing.built, "ValidationTagMismatch");
    assert_int_equal(plb_ledger_submit(ledger, marked.bytes, marked.length, &options, &submission),
                     PLB_OK);
    assert_int_equal(plb_ledger_utxo_count(ledger), 1);
    free(marked.bytes);
    plb_ledger_free(ledger);
    plb_tx_built_free(&failing.built);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parameters_decide, make, drop),
        cmocka_unit_test_setup_teardown(the_hash_mismatch_was_renamed, make, drop),
        cmocka_unit_test_setup_teardown(the_network_decides, make, drop),
        cmocka_unit_test_setup_teardown(the_state_decides, make, drop),
        cmocka_unit_test_setup_teardown(unknown_inputs_are_refused, make, drop),
        cmocka_unit_test_setup_teardown(the_bytes_decide, make, drop),
        cmocka_unit_test_setup_teardown(malformed_scripts_are_refused, make, drop),
        cmocka_unit_test_setup_teardown(an_invalid_transaction_costs_its_collateral, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
