/* Any bytes as a transaction: decoded and held against what the decoder promises, then submitted to
 * a ledger that has the outputs and reward accounts of the seeds. The first byte chooses the
 * protocol version and what else is done. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/ledger.h>

#include "harness/ledger/tx.h"

#define BYTE_CAP ((size_t) 1 << 24)
#define SLOT 1000000

/* The first byte: the version is 9 + the lowest bits modulo 3. */
enum { DECODE_PER_CALL = 4, AS_OUTPUT = 8 };

static plb_ledger *ledgers[3];
static plb_region arena;

/* ---- The ledger ---- */

/* (program 1.0.0 (lam d (lam r (lam c (con unit ()))))), with two arguments for minting, and
 * (program 1.1.0 (lam c (con unit ()))), as CBOR byte strings around flat. */
static const uint8_t three_arguments[] = {0x46, 0x01, 0x00, 0x00, 0x22, 0x24, 0x99};
static const uint8_t two_arguments[] = {0x46, 0x01, 0x00, 0x00, 0x22, 0x49, 0x81};
static const uint8_t one_argument[] = {0x45, 0x01, 0x01, 0x00, 0x24, 0x99};
static const uint8_t datum[] = {0xd8, 0x79, 0x80}, redeemer[] = {0x07};

static plb_tx_call call_of(plb_language language, plb_call_purpose purpose) {
    bool newest = language == PLB_PLUTUS_V3, spends = purpose == PLB_CALL_SPEND;
    plb_tx_call call = {
        .purpose = purpose,
        .language = language,
        .script = newest   ? one_argument
                  : spends ? three_arguments
                           : two_arguments,
        .script_length = newest   ? sizeof one_argument
                         : spends ? sizeof three_arguments
                                  : sizeof two_arguments,
        .datum = spends ? datum : NULL,
        .datum_length = spends ? sizeof datum : 0,
        .inline_datum = spends && language == PLB_PLUTUS_V2,
        .redeemer = redeemer,
        .redeemer_length = sizeof redeemer,
        .exunits = {100000, 100000000},
    };
    return call;
}

/* What the seeds are and spend: plb_tx_build's transactions with these calls, and their twins. */
#define SEED_COUNT 8
#define SEED_CALLS 3

static plb_tx_spec seed_spec(size_t seed, bool twin, plb_tx_call calls[SEED_CALLS]) {
    plb_tx_spec spec = {.calls = calls, .required_signers = seed % 2, .slot = SLOT};
    spec.seed[0] = (uint8_t) seed;
    spec.seed[1] = twin;
    plb_language language = (plb_language) (PLB_PLUTUS_V1 + seed % 3);
    if (seed < 3) {
        /* Two spending calls of one language. */
        calls[0] = calls[1] = call_of(language, PLB_CALL_SPEND);
        spec.call_count = 2;
    } else {
        calls[0] = call_of(language, PLB_CALL_MINT);
        calls[1] = call_of(language, PLB_CALL_WITHDRAW);
        calls[2] = call_of(language, PLB_CALL_SPEND);
        spec.call_count = 3;
        spec.payments = 1;
        spec.assets = 2;
        spec.native_script_inputs = seed % 2;
        spec.extra_key_inputs = 1;
        spec.collateral_return = true;
        spec.validity_interval = language != PLB_PLUTUS_V1;
        spec.supplemental_datum = redeemer;
        spec.supplemental_datum_length = sizeof redeemer;
    }
    for (size_t i = 0; i < spec.call_count && seed >= 6; i++) {
        calls[i].place = PLB_SCRIPT_IN_REFERENCE;
    }
    return spec;
}

static void build_seed(plb_tx_built *built, const plb_protocol_parameters *parameters, size_t seed,
                       bool twin) {
    plb_tx_call calls[SEED_CALLS];
    plb_tx_spec spec = seed_spec(seed, twin, calls);
    plb_status status = twin ? plb_tx_build_twin(built, parameters, &spec, NULL)
                             : plb_tx_build(built, parameters, &spec, NULL);
    if (status != PLB_OK) abort();
}

static void add_state(plb_ledger *ledger, const plb_protocol_parameters *parameters) {
    for (size_t seed = 0; seed < 2 * SEED_COUNT; seed++) {
        plb_tx_built built;
        build_seed(&built, parameters, seed / 2, seed % 2 != 0);
        if (plb_ledger_add_utxo(ledger, built.utxo, built.utxo_count, NULL) != PLB_OK ||
            plb_ledger_add_accounts(ledger, built.accounts, built.account_count, NULL) != PLB_OK) {
            abort();
        }
        plb_tx_built_free(&built);
    }
}

static plb_ledger *ledger_of(size_t which) {
    if (ledgers[which] != NULL) return ledgers[which];
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    plb_ledger_config config = {.byte_cap = BYTE_CAP, .slot = SLOT};
    if (parameters == NULL) abort();
    parameters->protocol_major = 9 + (unsigned) which;
    parameters->max_block_exunits = (plb_exunits){10000000, 1000000000};
    if (plb_ledger_new(&ledgers[which], parameters, &config, NULL) != PLB_OK) abort();
    add_state(ledgers[which], parameters);
    plb_protocol_parameters_free(parameters);
    return ledgers[which];
}

/* ---- What the decoder promises ---- */

static void promise(bool kept) {
    if (!kept) abort();
}

static void check_assets(const plb_tx_assets *assets, bool minted) {
    for (size_t i = 0; i < assets->count; i++) {
        const plb_tx_asset *asset = &assets->items[i];
        promise(asset->amount != 0 && asset->name.length <= 32);
        promise(minted ? asset->amount >= INT64_MIN && asset->amount <= INT64_MAX
                       : asset->amount > 0 && asset->amount <= (plb_wide) UINT64_MAX);
        if (i == 0) continue;
        int order = memcmp(asset[-1].policy, asset->policy, PLB_KEY_HASH_BYTES);
        size_t before = asset[-1].name.length, now = asset->name.length;
        int names = memcmp(asset[-1].name.bytes, asset->name.bytes, before < now ? before : now);
        promise(order < 0 || (order == 0 && (names < 0 || (names == 0 && before < now))));
    }
}

static void check_script(const plb_tx_script *script, bool hashed) {
    uint8_t hash[PLB_KEY_HASH_BYTES];
    plb_language language = script->is_native ? (plb_language) 0 : script->language;
    promise(script->is_native || (language >= PLB_PLUTUS_V1 && language <= PLB_PLUTUS_V3));
    plb_script_hash(language, script->bytes.bytes, script->bytes.length, hash);
    promise(!hashed || memcmp(hash, script->hash, sizeof hash) == 0);
}

static void check_output(const plb_tx_out *out) {
    promise(out->bytes.bytes != NULL && out->bytes.length > out->value.length);
    promise(out->address.payment != NULL);
    promise((out->address.stake == NULL) == (out->address.stake_kind == PLB_STAKE_NONE));
    promise((out->datum_hash != NULL) == (out->datum_kind == PLB_DATUM_HASH));
    check_assets(&out->assets, false);
    if (out->script != NULL) check_script(out->script, true);
}

static void check_inputs(const plb_tx_inputs *inputs) {
    for (size_t i = 1; i < inputs->count; i++) {
        promise(plb_tx_in_compare(&inputs->refs[i - 1], &inputs->refs[i]) < 0);
    }
}

static void check_witnesses(const plb_tx *tx) {
    for (size_t i = 0; i < tx->script_count; i++) check_script(&tx->scripts[i], true);
    for (size_t i = 0; i < tx->auxiliary_script_count; i++) {
        check_script(&tx->auxiliary_scripts[i], false);
    }
    for (size_t i = 1; i < tx->vkey_count; i++) {
        promise(memcmp(tx->vkeys[i - 1].hash, tx->vkeys[i].hash, PLB_KEY_HASH_BYTES) <= 0);
    }
    for (size_t i = 1; i < tx->datum_count; i++) {
        promise(memcmp(tx->datums[i - 1].hash, tx->datums[i].hash, PLB_HASH_BYTES) < 0);
    }
    for (size_t i = 1; i < tx->redeemer_count; i++) {
        const plb_redeemer *a = &tx->redeemers[i - 1], *b = &tx->redeemers[i];
        promise(a->purpose < b->purpose || (a->purpose == b->purpose && a->index < b->index));
    }
}

static void check_decoded(const plb_tx *tx, size_t length) {
    promise(tx->body.length + tx->witnesses.length + tx->auxiliary.length < length);
    check_inputs(&tx->inputs);
    check_inputs(&tx->collateral);
    check_inputs(&tx->reference);
    for (size_t i = 0; i < tx->output_count; i++) check_output(&tx->outputs[i]);
    if (tx->collateral_return != NULL) check_output(tx->collateral_return);
    check_assets(&tx->mint, true);
    for (size_t i = 0; i < tx->withdrawal_count; i++) {
        const plb_withdrawal *w = &tx->withdrawals[i];
        promise(w->account.length == 1 + PLB_KEY_HASH_BYTES && w->hash == w->account.bytes + 1);
        promise(i == 0 || memcmp(w[-1].account.bytes, w->account.bytes, w->account.length) != 0);
    }
    check_witnesses(tx);
}

static plb_status decode(const uint8_t *bytes, size_t length) {
    plb_tx tx;
    plb_error error;
    plb_region_reset(&arena);
    plb_status status = plb_tx_decode(&tx, &arena, bytes, length, &error);
    promise(arena.high == arena.end);
    if (status == PLB_OK) check_decoded(&tx, length);
    return status;
}

static void decode_output(const uint8_t *bytes, size_t length) {
    plb_tx_out out;
    plb_error error;
    plb_region_reset(&arena);
    plb_status status = plb_tx_out_decode(&out, &arena, bytes, length, &error);
    promise(arena.high == arena.end);
    if (status == PLB_OK) check_output(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    plb_submission submission;
    if (length == 0) return 0;
    if (arena.base == NULL && !plb_region_init(&arena, BYTE_CAP)) abort();
    if ((bytes[0] & AS_OUTPUT) != 0) {
        decode_output(bytes + 1, length - 1);
        return 0;
    }
    plb_status decoded = decode(bytes + 1, length - 1);
    plb_ledger *ledger = ledger_of((bytes[0] & 3) % 3);
    size_t before = plb_ledger_utxo_count(ledger);
    plb_submit_options options = {.decode_per_call = (bytes[0] & DECODE_PER_CALL) != 0};
    plb_status status = plb_ledger_submit(ledger, bytes + 1, length - 1, &options, &submission);
    promise(decoded == PLB_OK || decoded == status);
    promise(status == submission.status && plb_ledger_utxo_count(ledger) == before);
    promise((status == PLB_E_LEDGER) == (submission.predicate != NULL));
    plb_tx_evaluate(ledger, bytes + 1, length - 1, &submission);
    return 0;
}
