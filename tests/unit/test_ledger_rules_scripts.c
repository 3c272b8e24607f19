/* UTXOW: scripts, datums, redeemers, signatures, auxiliary data. Each test changes one thing of a
 * transaction that is accepted. */
#include "ledger_transaction.h"

static const uint8_t never[] = {0x82, 0x02, 0x80};  /* any of none */
static const uint8_t always[] = {0x82, 0x01, 0x80}; /* all of none */

static void native_scripts_must_hold(void **state) {
    test_world *world = *state;
    world->good.valid_from = 49; /* the script wants 50 or later */
    expect(&world->state, &world->good, "ScriptWitnessNotValidatingUTXOW");
    world->good.valid_from = 50;
    expect(&world->state, &world->good, NULL);
    world->good.valid_until = 2001; /* ... and an end at 2000 or before */
    expect(&world->state, &world->good, "ScriptWitnessNotValidatingUTXOW");
    world->good.valid_until = 2000;
    expect(&world->state, &world->good, NULL);
    world->good.unsigned_ = true;
    expect(&world->state, &world->good, "ScriptWitnessNotValidatingUTXOW");
}

static void native_scripts_that_are_referred_to_must_hold(void **state) {
    test_world *world = *state;
    world->good.reference[1] = WITH_NATIVE;
    world->good.reference_count = 2;
    world->good.native[0] = (plb_span){0};
    expect(&world->state, &world->good, NULL);
    world->good.valid_from = 49;
    expect(&world->state, &world->good, "ScriptWitnessNotValidatingUTXOW");
}

/* Only needed ones are evaluated. */
static void native_scripts_that_are_not_needed_may_fail(void **state) {
    test_world *world = *state;
    world->state.outputs[WITH_V3_TOO].script_language = 0;
    world->state.outputs[WITH_V3_TOO].script = span_of(never, sizeof never);
    world->good.reference[1] = WITH_V3_TOO;
    world->good.reference_count = 2;
    expect(&world->state, &world->good, NULL);
}

static void scripts_that_are_not_needed_are_extraneous(void **state) {
    test_world *world = *state;
    world->good.native[1] = span_of(always, sizeof always);
    expect(&world->state, &world->good, "ExtraneousScriptWitnessesUTXOW");
    world->good.native[1] = (plb_span){0};
    world->good.plutus_v2[0] = span_of(world->v2.bytes, world->v2.length);
    expect(&world->state, &world->good, "ExtraneousScriptWitnessesUTXOW");
}

static void scripts_that_are_referred_to_are_extraneous_as_witnesses(void **state) {
    test_world *world = *state;
    world->good.plutus_v3[0] = span_of(world->v3.bytes, world->v3.length);
    expect(&world->state, &world->good, "ExtraneousScriptWitnessesUTXOW");
    world->good.reference_count = 0;
    expect(&world->state, &world->good, NULL);
    world->good.plutus_v3[0] = (plb_span){0};
    world->good.reference_count = 1;
    world->good.reference[0] = WITH_NATIVE;
    expect(&world->state, &world->good, "ExtraneousScriptWitnessesUTXOW");
}

static void scripts_must_be_there(void **state) {
    test_world *world = *state;
    world->good.native[0] = (plb_span){0};
    expect(&world->state, &world->good, "MissingScriptWitnessesUTXOW");
    world->good.native[0] = span_of(world->native, world->native_length);
    world->good.reference_count = 0;
    expect(&world->state, &world->good, "MissingScriptWitnessesUTXOW");
    /* That of a collateral input is not provided. */
    world->good.collateral[0] = WITH_V3;
    memset(world->good.collateral_return.assets, 0, sizeof world->good.collateral_return.assets);
    expect(&world->state, &world->good, "MissingScriptWitnessesUTXOW");
}

/* What of the good transaction only minting, and only withdrawing, needs. */
static void each_purpose_needs_its_script(void **state) {
    test_world *world = *state;
    world->plain.mint[0] = asset_of(world->v2_hash, "x", 1);
    world->plain.outputs[0].assets[0] = world->plain.mint[0];
    expect(&world->state, &world->plain, "MissingScriptWitnessesUTXOW");
    make_plain(world);
    world->plain.withdrawals[0] = withdrawal_of(true, world->v3_hash, 0);
    world->plain.withdrawal_count = 1;
    expect(&world->state, &world->plain, "MissingScriptWitnessesUTXOW");
}

/* A transaction that spends from the PlutusV2 script. */
static void make_v2(test_world *world) {
    test_transaction *t = &world->plain;
    make_plain(world);
    t->inputs[0] = AT_V2;
    t->collateral[0] = PLAIN;
    t->collateral_count = 1;
    t->plutus_v2[0] = span_of(world->v2.bytes, world->v2.length);
    t->datums[0] = span_of(unit_datum, sizeof unit_datum);
    t->redeemers[0] = (test_redeemer){0, 0, {1000000, 500000000}};
    t->languages = 1u << PLB_PLUTUS_V2;
}

static void outputs_without_datums_are_unspendable_before_v3(void **state) {
    test_world *world = *state;
    make_v2(world);
    expect(&world->state, &world->plain, NULL);
    world->state.outputs[AT_V2].datum_hash = (plb_span){0};
    world->plain.datums[0] = (plb_span){0};
    expect(&world->state, &world->plain, "UnspendableUTxONoDatumHash");
    world->state.outputs[AT_V2].inline_datum = span_of(unit_datum, sizeof unit_datum);
    expect(&world->state, &world->plain, NULL);
}

static void datums_of_plutus_scripts_are_required(void **state) {
    test_world *world = *state;
    make_v2(world);
    world->plain.datums[0] = (plb_span){0};
    expect(&world->state, &world->plain, "MissingRequiredDatums");
    /* PlutusV3 needs no datum, but that of a hash. */
    world->state.outputs[AT_V3].datum_hash = span_of(world->datum_hash, PLB_HASH_BYTES);
    expect(&world->state, &world->good, "MissingRequiredDatums");
    world->good.datums[0] = span_of(unit_datum, sizeof unit_datum);
    expect(&world->state, &world->good, NULL);
    /* A native script does not look at it. */
    world->good.datums[0] = (plb_span){0};
    world->state.outputs[AT_V3].datum_hash = (plb_span){0};
    world->state.outputs[AT_NATIVE].datum_hash = span_of(world->datum_hash, PLB_HASH_BYTES);
    expect(&world->state, &world->good, NULL);
}

static void datums_are_named_by_some_output(void **state) {
    test_world *world = *state;
    plb_span hash = span_of(world->datum_hash, PLB_HASH_BYTES);
    world->good.datums[0] = span_of(unit_datum, sizeof unit_datum);
    expect(&world->state, &world->good, "NotAllowedSupplementalDatums");
    world->good.outputs[0].datum_hash = hash;
    expect(&world->state, &world->good, NULL);
    world->good.outputs[0].datum_hash = (plb_span){0};
    world->good.collateral_return.datum_hash = hash;
    expect(&world->state, &world->good, NULL);
    world->good.collateral_return.datum_hash = (plb_span){0};
    world->good.reference[1] = WITH_DATUM;
    world->good.reference_count = 2;
    expect(&world->state, &world->good, NULL);
    world->good.reference_count = 1;
    /* Not by one that a key or a native script unlocks, nor by collateral. */
    world->state.outputs[AT_KEY].datum_hash = hash;
    world->state.outputs[AT_NATIVE].datum_hash = hash;
    world->state.outputs[FOR_COLLATERAL].datum_hash = hash;
    expect(&world->state, &world->good, "NotAllowedSupplementalDatums");
}

/* Each of the three redeemers, by purpose. */
static void redeemers_are_those_of_plutus_scripts(void **state) {
    test_world *world = *state;
    for (size_t left_out = 0; left_out < 3; left_out++) {
        make_good(world);
        for (size_t i = left_out; i < 3; i++) {
            world->good.redeemers[i] = world->good.redeemers[i + 1];
        }
        expect(&world->state, &world->good, "MissingRedeemers");
    }
    static const test_redeemer extra[] = {
        {0, 0, {1, 1}}, /* a key's input */
        {0, 2, {1, 1}}, /* a native script's */
        {0, 9, {1, 1}}, /* no input */
        {1, 2, {1, 1}}, /* no policy */
        {2, 0, {1, 1}}, /* no certificate */
        {3, 1, {1, 1}}, /* a key's withdrawal */
        {4, 0, {1, 1}}, {5, 0, {1, 1}},
    };
    for (size_t i = 0; i < sizeof extra / sizeof extra[0]; i++) {
        make_good(world);
        world->good.redeemers[3] = extra[i];
        expect(&world->state, &world->good, "ExtraRedeemers");
    }
    make_good(world);
    world->good.redeemers[3] = (test_redeemer){1, 1 - world->v3_policy, {1, 1}};
    expect(&world->state, &world->good, "ExtraRedeemers");
}

static void signatures_verify(void **state) {
    test_world *world = *state;
    world->good.wrong_signature = true;
    expect(&world->state, &world->good, "InvalidWitnessesUTXOW");
}

static void keys_sign(void **state) {
    test_world *world = *state;
    world->plain.unsigned_ = true;
    expect(&world->state, &world->plain, "MissingVKeyWitnessesUTXOW");
    make_plain(world);
    world->plain.required_signer = world->v2_hash;
    expect(&world->state, &world->plain, "MissingVKeyWitnessesUTXOW");
    make_plain(world);
    /* Also for collateral that nothing asks for. */
    world->plain.collateral[0] = FOR_COLLATERAL;
    world->plain.collateral_count = 1;
    expect(&world->state, &world->plain, NULL);
    world->state.outputs[FOR_COLLATERAL] = output_at(world->v2_hash, false, 5 * ADA);
    expect(&world->state, &world->plain, "MissingVKeyWitnessesUTXOW");
}

static void auxiliary_data_is_hashed(void **state) {
    test_world *world = *state;
    static const uint8_t other[] = {0xa1, 0x00, 0x01};
    world->good.hash_auxiliary = false;
    expect(&world->state, &world->good, "MissingTxBodyMetadataHash");
    make_good(world);
    plb_writer w = write_transaction(&world->good, world->parameters);
    plb_ledger *ledger = ledger_of(&world->state);
    plb_tx_built built = {.bytes = w.bytes, .length = w.length};
    memcpy(w.bytes + w.length - sizeof other, other, sizeof other);
    assert_refused(ledger, &built, "ConflictingMetadataHash");
    w.bytes[w.length - sizeof other] = 0xf6; /* null */
    built.length -= sizeof other - 1;
    assert_refused(ledger, &built, "MissingTxMetadata");
    plb_ledger_free(ledger);
    plb_writer_free(&w);
}

/* 259({2: [script]}): PlutusV1 scripts in auxiliary data are checked. */
static void write_auxiliary(plb_writer *w, const uint8_t *script, size_t length) {
    w->length = 0;
    plb_write_tag(w, 259);
    plb_write_map(w, 1);
    plb_write_uint(w, 2);
    plb_write_array(w, 1);
    plb_write_bytes(w, script, length);
}

static void auxiliary_scripts_are_well_formed(void **state) {
    test_world *world = *state;
    static const uint8_t bad[] = {0x43, 0x01, 0x00, 0x00};
    test_script v1;
    plb_writer w = {0};
    compile_success(&v1, PLB_PLUTUS_V1);
    write_auxiliary(&w, v1.bytes, v1.length);
    world->good.auxiliary = span_of(w.bytes, w.length);
    expect(&world->state, &world->good, NULL);
    write_auxiliary(&w, bad, sizeof bad);
    world->good.auxiliary = span_of(w.bytes, w.length);
    expect(&world->state, &world->good, "InvalidMetadata");
    plb_writer_free(&w);
}

static void scripts_are_well_formed(void **state) {
    test_world *world = *state;
    static const uint8_t bad[] = {0x43, 0x01, 0x00, 0x00};
    test_output *out = &world->good.outputs[0];
    out->script_language = PLB_PLUTUS_V3;
    out->script = span_of(world->v3.bytes, world->v3.length);
    expect(&world->state, &world->good, NULL);
    out->script = span_of(bad, sizeof bad);
    expect(&world->state, &world->good, "MalformedReferenceScripts");
    out->script_language = 0;
    out->script = span_of(always, sizeof always);
    expect(&world->state, &world->good, NULL);
    out->script = (plb_span){0};
    out = &world->good.collateral_return;
    out->script_language = PLB_PLUTUS_V2;
    out->script = span_of(bad, sizeof bad);
    expect(&world->state, &world->good, "MalformedReferenceScripts");
    /* A byte string around a byte string around flat is one too many. */
    uint8_t twice[sizeof world->v2.bytes + 1];
    assert_true(world->v2.length < 24);
    twice[0] = (uint8_t) (0x40 + world->v2.length);
    memcpy(twice + 1, world->v2.bytes, world->v2.length);
    out->script = span_of(twice, world->v2.length + 1);
    expect(&world->state, &world->good, "MalformedReferenceScripts");
    out->script = span_of(world->v2.bytes, world->v2.length);
    expect(&world->state, &world->good, NULL);
}

static void malformed_witnesses_are_refused(void **state) {
    test_world *world = *state;
    static const uint8_t bad[] = {0x43, 0x01, 0x00, 0x00};
    uint8_t hash[28];
    make_v2(world);
    plb_script_hash(PLB_PLUTUS_V2, bad, sizeof bad, hash);
    plb_enterprise_address(PLB_TESTNET, true, hash, world->state.outputs[AT_V2].address);
    world->plain.plutus_v2[0] = span_of(bad, sizeof bad);
    expect(&world->state, &world->plain, "MalformedScriptWitnesses");
}

static void the_integrity_hash_covers_languages_that_are_used(void **state) {
    test_world *world = *state;
    world->good.wrong_integrity_hash = true;
    expect(&world->state, &world->good, "PPViewHashesDontMatch");
    world->state.parameters.protocol_major = 11;
    expect(&world->state, &world->good, "ScriptIntegrityHashMismatch");
    world->state.parameters.protocol_major = 10;
    world->good.wrong_integrity_hash = false;
    world->good.no_integrity_hash = true;
    expect(&world->state, &world->good, "PPViewHashesDontMatch");
    world->good.no_integrity_hash = false;
    world->good.languages |= 1u << PLB_PLUTUS_V2;
    expect(&world->state, &world->good, "PPViewHashesDontMatch");
    /* A reference script that nothing needs is not used. */
    world->state.outputs[WITH_V3_TOO].script_language = PLB_PLUTUS_V2;
    world->state.outputs[WITH_V3_TOO].script = span_of(world->v2.bytes, world->v2.length);
    world->good.reference[1] = WITH_V3_TOO;
    world->good.reference_count = 2;
    expect(&world->state, &world->good, "PPViewHashesDontMatch");
    world->good.languages = 1u << PLB_PLUTUS_V3;
    expect(&world->state, &world->good, NULL);
    /* Nothing to hash, and a hash. */
    world->plain.wrong_integrity_hash = true;
    expect(&world->state, &world->plain, "PPViewHashesDontMatch");
}

/* ---- Measuring ExUnits ---- */

static void expect_evaluation(const test_world *world, const test_transaction *t,
                              const char *predicate) {
    plb_ledger *ledger = ledger_of(&world->state);
    plb_writer w = write_transaction(t, world->parameters);
    plb_submission submission;
    plb_tx_evaluate(ledger, w.bytes, w.length, &submission);
    if (predicate == NULL) {
        assert_int_equal(submission.status, PLB_OK);
        assert_int_equal(submission.call_count, count_redeemers(t));
    } else {
        assert_int_equal(submission.status, PLB_E_LEDGER);
        assert_string_equal(submission.predicate, predicate);
    }
    plb_writer_free(&w);
    plb_ledger_free(ledger);
}

/* Of the rules, only those that running needs: not that anybody signed or that fees are paid. */
static void evaluation_needs_little(void **state) {
    test_world *world = *state;
    world->good.unsigned_ = true;
    world->good.fee = 0;
    world->good.no_integrity_hash = true;
    expect_evaluation(world, &world->good, NULL);
    world->good.inputs[0] = STATE_OUTPUTS;
    expect_evaluation(world, &world->good, "BadInputsUTxO");
    world->good.inputs[0] = AT_KEY;
    world->good.redeemers[3] = (test_redeemer){3, 1, {1, 1}};
    expect_evaluation(world, &world->good, "ExtraRedeemers");
    world->good.redeemers[3].exunits.steps = world->good.redeemers[2].exunits.steps = 0;
    expect_evaluation(world, &world->good, "MissingRedeemers");
    world->good.reference_count = 0;
    expect_evaluation(world, &world->good, "MissingScriptWitnessesUTXOW");
}

static void evaluation_needs_scripts_that_decode(void **state) {
    test_world *world = *state;
    static const uint8_t bad[] = {0x43, 0x01, 0x00, 0x00};
    world->good.plutus_v2[0] = span_of(bad, sizeof bad);
    expect_evaluation(world, &world->good, "MalformedScriptWitnesses");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(native_scripts_must_hold),
        WORLD_TEST(native_scripts_that_are_referred_to_must_hold),
        WORLD_TEST(native_scripts_that_are_not_needed_may_fail),
        WORLD_TEST(scripts_that_are_not_needed_are_extraneous),
        WORLD_TEST(scripts_that_are_referred_to_are_extraneous_as_witnesses),
        WORLD_TEST(scripts_must_be_there),
        WORLD_TEST(each_purpose_needs_its_script),
        WORLD_TEST(outputs_without_datums_are_unspendable_before_v3),
        WORLD_TEST(datums_of_plutus_scripts_are_required),
        WORLD_TEST(datums_are_named_by_some_output),
        WORLD_TEST(redeemers_are_those_of_plutus_scripts),
        WORLD_TEST(signatures_verify),
        WORLD_TEST(keys_sign),
        WORLD_TEST(auxiliary_data_is_hashed),
        WORLD_TEST(auxiliary_scripts_are_well_formed),
        WORLD_TEST(scripts_are_well_formed),
        WORLD_TEST(malformed_witnesses_are_refused),
        WORLD_TEST(the_integrity_hash_covers_languages_that_are_used),
        WORLD_TEST(evaluation_needs_little),
        WORLD_TEST(evaluation_needs_scripts_that_decode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
