/* Phase-1: one function a rule, in the ledger's order (babbageUtxowTransition,
 * babbageUtxoValidation, which Conway uses), each under the ledger's name of its failure. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "harness/ledger/validation.h"

__extension__ typedef __int128 wide;

/* ---- Failing ---- */

bool plb_fail_memory(plb_validation *v) {
    v->failure = PLB_E_MEMORY;
    snprintf(v->detail, sizeof v->detail, "the transaction needs more than the byte cap");
    return false;
}

bool plb_fail_rule(plb_validation *v, const char *predicate, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(v->detail, sizeof v->detail, format, arguments);
    va_end(arguments);
    v->failure = PLB_E_LEDGER;
    v->predicate = predicate;
    return false;
}

typedef char hex_text[2 * PLB_HASH_BYTES + 1];

static const char *hex(hex_text text, const uint8_t *bytes, size_t length) {
    return sodium_bin2hex(text, sizeof(hex_text), bytes, length);
}

/* ---- Resolution ---- */

static bool resolve_inputs(plb_validation *v, plb_tx_inputs *inputs) {
    plb_utxo_state *utxo = v->ledger->utxo;
    plb_region *arena = &v->ledger->arena;
    inputs->outputs = plb_region_alloc(&v->ledger->arena, inputs->count * sizeof(plb_tx_out));
    if (inputs->outputs == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < inputs->count; i++) {
        plb_tx_out *out = &inputs->outputs[i];
        if (utxo->interface->get(utxo, &inputs->refs[i], arena, out) != PLB_OK) {
            return plb_fail_memory(v);
        }
        if (out->bytes.bytes == NULL) inputs->missing++;
    }
    return true;
}

static bool is_there(const plb_tx_out *out) { return out->bytes.bytes != NULL; }

static size_t find_script(const plb_validation *v, const uint8_t *hash) {
    for (size_t i = 0; i < v->script_count; i++) {
        if (memcmp(v->scripts[i]->hash, hash, PLB_KEY_HASH_BYTES) == 0) return i;
    }
    return PLB_NO_SCRIPT;
}

bool plb_resolve(plb_validation *v) {
    plb_tx *tx = &v->tx;
    if (!resolve_inputs(v, &tx->inputs) || !resolve_inputs(v, &tx->collateral) ||
        !resolve_inputs(v, &tx->reference)) {
        return false;
    }
    v->scripts = plb_region_alloc(&v->ledger->arena, tx->script_count * sizeof *v->scripts);
    if (v->scripts == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < tx->script_count; i++) v->scripts[v->script_count++] = &tx->scripts[i];
    size_t count = 0;
    for (size_t i = 0; i < tx->inputs.count; i++) {
        const plb_tx_out *out = &tx->inputs.outputs[i];
        if (is_there(out) && out->address.payment_is_script) count++;
    }
    v->needed = plb_region_alloc(&v->ledger->arena, count * sizeof *v->needed);
    if (v->needed == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < tx->inputs.count; i++) {
        const plb_tx_out *out = &tx->inputs.outputs[i];
        if (!is_there(out) || !out->address.payment_is_script) continue;
        plb_needed_script needed = {PLB_PURPOSE_SPEND, (uint32_t) i, out->address.payment,
                                    find_script(v, out->address.payment)};
        if (needed.script != PLB_NO_SCRIPT) {
            v->languages |= 1u << v->scripts[needed.script]->language;
        }
        v->needed[v->needed_count++] = needed;
    }
    return true;
}

/* ---- UTXOW ---- */

static bool extraneous_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.script_count; i++) {
        bool is_needed = false;
        for (size_t k = 0; k < v->needed_count && !is_needed; k++) {
            is_needed = memcmp(v->needed[k].hash, v->tx.scripts[i].hash, PLB_KEY_HASH_BYTES) == 0;
        }
        hex_text text;
        if (!is_needed) {
            return plb_fail_rule(v, predicate, "script %s is not needed",
                                 hex(text, v->tx.scripts[i].hash, PLB_KEY_HASH_BYTES));
        }
    }
    return true;
}

static bool missing_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        hex_text text;
        if (v->needed[i].script == PLB_NO_SCRIPT) {
            return plb_fail_rule(v, predicate, "script %s is needed by input %u",
                                 hex(text, v->needed[i].hash, PLB_KEY_HASH_BYTES),
                                 (unsigned) v->needed[i].index);
        }
    }
    return true;
}

/* Since PlutusV3 an output needs no datum to be spent (CIP-69). */
static bool unspendable_without_datum(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_needed_script *needed = &v->needed[i];
        if (needed->script == PLB_NO_SCRIPT ||
            v->scripts[needed->script]->language >= PLB_PLUTUS_V3) {
            continue;
        }
        if (v->tx.inputs.outputs[needed->index].datum_kind == PLB_DATUM_NONE) {
            return plb_fail_rule(v, predicate, "input %u has no datum", (unsigned) needed->index);
        }
    }
    return true;
}

static bool has_datum(const plb_tx *tx, const uint8_t *hash) {
    size_t low = 0, high = tx->datum_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(tx->datums[middle].hash, hash, PLB_HASH_BYTES);
        if (order == 0) return true;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* The datum hash that running needed script `i` requires, or NULL. */
static const uint8_t *required_datum(const plb_validation *v, size_t i) {
    const plb_tx_out *out = &v->tx.inputs.outputs[v->needed[i].index];
    bool required = v->needed[i].script != PLB_NO_SCRIPT && out->datum_kind == PLB_DATUM_HASH;
    return required ? out->datum_hash : NULL;
}

static bool missing_datums(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        const uint8_t *hash = required_datum(v, i);
        hex_text text;
        if (hash != NULL && !has_datum(&v->tx, hash)) {
            return plb_fail_rule(v, predicate, "datum %s of input %u",
                                 hex(text, hash, PLB_HASH_BYTES), (unsigned) v->needed[i].index);
        }
    }
    return true;
}

static bool names_datum(const plb_tx_out *outputs, size_t count, const uint8_t *hash) {
    for (size_t i = 0; i < count; i++) {
        if (outputs[i].datum_kind == PLB_DATUM_HASH &&
            memcmp(outputs[i].datum_hash, hash, PLB_HASH_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_required_datum(const plb_validation *v, const uint8_t *hash) {
    for (size_t i = 0; i < v->needed_count; i++) {
        const uint8_t *required = required_datum(v, i);
        if (required != NULL && memcmp(required, hash, PLB_HASH_BYTES) == 0) return true;
    }
    return false;
}

static bool supplemental_datums(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    for (size_t i = 0; i < tx->datum_count; i++) {
        const uint8_t *hash = tx->datums[i].hash;
        bool allowed = is_required_datum(v, hash) ||
                       names_datum(tx->outputs, tx->output_count, hash) ||
                       names_datum(tx->reference.outputs, tx->reference.count, hash) ||
                       names_datum(tx->collateral_return, tx->collateral_return != NULL, hash);
        hex_text text;
        if (!allowed) {
            return plb_fail_rule(v, predicate, "no output names datum %s",
                                 hex(text, hash, PLB_HASH_BYTES));
        }
    }
    return true;
}

/* Redeemers and needed scripts are both ordered by input. */
static bool extra_redeemers(plb_validation *v, const char *predicate) {
    size_t k = 0;
    for (size_t i = 0; i < v->tx.redeemer_count; i++) {
        const plb_redeemer *redeemer = &v->tx.redeemers[i];
        while (k < v->needed_count && v->needed[k].index < redeemer->index) k++;
        bool wanted = redeemer->purpose == PLB_PURPOSE_SPEND && k < v->needed_count &&
                      v->needed[k].index == redeemer->index && v->needed[k].script != PLB_NO_SCRIPT;
        if (!wanted) {
            return plb_fail_rule(v, predicate, "redeemer (%u, %u) points to no script",
                                 (unsigned) redeemer->purpose, (unsigned) redeemer->index);
        }
    }
    return true;
}

static bool missing_redeemers(plb_validation *v, const char *predicate) {
    size_t k = 0;
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_redeemer *redeemers = v->tx.redeemers;
        if (v->needed[i].script == PLB_NO_SCRIPT) continue;
        while (k < v->tx.redeemer_count && redeemers[k].purpose == PLB_PURPOSE_SPEND &&
               redeemers[k].index < v->needed[i].index) {
            k++;
        }
        if (k == v->tx.redeemer_count || redeemers[k].purpose != PLB_PURPOSE_SPEND ||
            redeemers[k].index != v->needed[i].index) {
            return plb_fail_rule(v, predicate, "input %u has no redeemer",
                                 (unsigned) v->needed[i].index);
        }
    }
    return true;
}

static bool invalid_signatures(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.vkey_count; i++) {
        const plb_vkey_witness *vkey = &v->tx.vkeys[i];
        hex_text text;
        if (crypto_sign_verify_detached(vkey->signature, v->tx.id, PLB_HASH_BYTES, vkey->key) !=
            0) {
            return plb_fail_rule(v, predicate, "the signature of key %s does not verify",
                                 hex(text, vkey->key, 32));
        }
    }
    return true;
}

static bool has_signed(const plb_tx *tx, const uint8_t *key_hash) {
    for (size_t i = 0; i < tx->vkey_count; i++) {
        if (memcmp(tx->vkeys[i].hash, key_hash, PLB_KEY_HASH_BYTES) == 0) return true;
    }
    return false;
}

/* The key hash that the first input wants and that has not signed, or NULL. */
static const uint8_t *missing_signature(const plb_tx *tx, const plb_tx_inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++) {
        const plb_tx_out *out = &inputs->outputs[i];
        if (is_there(out) && !out->address.payment_is_script &&
            !has_signed(tx, out->address.payment)) {
            return out->address.payment;
        }
    }
    return NULL;
}

static bool missing_signatures(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    const uint8_t *missing = missing_signature(tx, &tx->inputs);
    if (missing == NULL) missing = missing_signature(tx, &tx->collateral);
    for (size_t i = 0; missing == NULL && i < tx->required_signer_count; i++) {
        if (!has_signed(tx, tx->required_signers[i])) missing = tx->required_signers[i];
    }
    hex_text text;
    return missing == NULL || plb_fail_rule(v, predicate, "key %s has not signed",
                                            hex(text, missing, PLB_KEY_HASH_BYTES));
}

static bool missing_metadata(plb_validation *v, const char *predicate) {
    bool missing = v->tx.auxiliary_hash != NULL && v->tx.auxiliary.bytes == NULL;
    return !missing || plb_fail_rule(v, predicate, "the body hashes auxiliary data, there is none");
}

static bool missing_metadata_hash(plb_validation *v, const char *predicate) {
    bool missing = v->tx.auxiliary_hash == NULL && v->tx.auxiliary.bytes != NULL;
    return !missing || plb_fail_rule(v, predicate, "the body does not hash the auxiliary data");
}

static bool conflicting_metadata_hash(plb_validation *v, const char *predicate) {
    if (v->tx.auxiliary_hash == NULL) return true;
    uint8_t hash[PLB_HASH_BYTES];
    hex_text text;
    plb_blake2b_256(v->tx.auxiliary.bytes, v->tx.auxiliary.length, hash);
    return memcmp(hash, v->tx.auxiliary_hash, PLB_HASH_BYTES) == 0 ||
           plb_fail_rule(v, predicate, "the auxiliary data's hash is %s",
                         hex(text, hash, PLB_HASH_BYTES));
}

static bool malformed_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.script_count; i++) {
        plb_status status = plb_decode_script(v, i);
        if (status == PLB_E_MEMORY) return plb_fail_memory(v);
        if (status != PLB_OK) {
            v->failure = PLB_E_LEDGER;
            v->predicate = predicate;
            return false;
        }
    }
    return true;
}

static bool integrity_hash(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    bool expected = tx->redeemer_count != 0 || tx->datum_count != 0 || v->languages != 0;
    if (!expected) {
        return tx->integrity_hash == NULL ||
               plb_fail_rule(v, predicate, "there is nothing that the hash could be of");
    }
    uint8_t hash[PLB_HASH_BYTES];
    hex_text text;
    plb_integrity_hash(&v->ledger->views, v->languages, tx->redeemers_bytes, tx->datums_bytes,
                       hash);
    return (tx->integrity_hash != NULL && memcmp(hash, tx->integrity_hash, sizeof hash) == 0) ||
           plb_fail_rule(v, predicate, "the script integrity hash is %s",
                         hex(text, hash, PLB_HASH_BYTES));
}

/* The failure was renamed in protocol version 11. */
static bool integrity_hash_before_11(plb_validation *v, const char *predicate) {
    return v->ledger->parameters->protocol_major >= 11 || integrity_hash(v, predicate);
}

static bool integrity_hash_since_11(plb_validation *v, const char *predicate) {
    return v->ledger->parameters->protocol_major < 11 || integrity_hash(v, predicate);
}

/* ---- UTXO ---- */

static bool bad_inputs_of(plb_validation *v, const plb_tx_inputs *inputs, const char *what,
                          const char *predicate) {
    for (size_t i = 0; inputs->missing != 0 && i < inputs->count; i++) {
        hex_text text;
        if (!is_there(&inputs->outputs[i])) {
            return plb_fail_rule(v, predicate, "%s %s#%u is not unspent", what,
                                 hex(text, inputs->refs[i].id, PLB_HASH_BYTES),
                                 (unsigned) inputs->refs[i].index);
        }
    }
    return true;
}

static bool bad_inputs(plb_validation *v, const char *predicate) {
    return bad_inputs_of(v, &v->tx.inputs, "input", predicate) &&
           bad_inputs_of(v, &v->tx.collateral, "collateral input", predicate) &&
           bad_inputs_of(v, &v->tx.reference, "reference input", predicate);
}

/* Required in Conway up to version 10; from 11 on only PlutusV3's context refuses it. */
static bool disjoint_reference_inputs(plb_validation *v, const char *predicate) {
    unsigned version = v->ledger->parameters->protocol_major;
    const plb_tx_inputs *a = &v->tx.inputs, *b = &v->tx.reference;
    if (version < 9 || version > 10) return true;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        int order = plb_tx_in_compare(&a->refs[i], &b->refs[k]);
        if (order == 0) {
            return plb_fail_rule(v, predicate, "input %zu is a reference input too", i);
        }
        if (order < 0) {
            i++;
        } else {
            k++;
        }
    }
    return true;
}

static bool validity_interval(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    uint64_t slot = v->ledger->config.slot;
    bool inside = !(tx->has_valid_from && slot < tx->valid_from) &&
                  !(tx->has_valid_until && slot >= tx->valid_until);
    return inside || plb_fail_rule(v, predicate, "slot %llu", (unsigned long long) slot);
}

static bool empty_inputs(plb_validation *v, const char *predicate) {
    return v->tx.inputs.count != 0 || plb_fail_rule(v, predicate, "nothing is spent");
}

static bool fee_too_small(plb_validation *v, const char *predicate) {
    uint64_t least =
        plb_minimum_fee(v->ledger->parameters, v->tx.size_bytes, plb_tx_exunits(&v->tx));
    return v->tx.fee >= least ||
           plb_fail_rule(v, predicate, "the fee is %llu lovelace, the minimum %llu",
                         (unsigned long long) v->tx.fee, (unsigned long long) least);
}

static bool needs_collateral(const plb_validation *v) { return v->tx.redeemer_count != 0; }

static bool collateral_at_scripts(plb_validation *v, const char *predicate) {
    const plb_tx_inputs *inputs = &v->tx.collateral;
    for (size_t i = 0; needs_collateral(v) && i < inputs->count; i++) {
        if (is_there(&inputs->outputs[i]) && inputs->outputs[i].address.payment_is_script) {
            return plb_fail_rule(v, predicate, "collateral input %zu is at a script address", i);
        }
    }
    return true;
}

static wide sum_of(const plb_tx_inputs *inputs) {
    wide sum = 0;
    for (size_t i = 0; i < inputs->count; i++) sum += inputs->outputs[i].lovelace;
    return sum;
}

static wide collateral_balance(const plb_tx *tx) {
    wide balance = sum_of(&tx->collateral);
    return tx->collateral_return != NULL ? balance - (wide) tx->collateral_return->lovelace
                                         : balance;
}

/* More is returned than was put up. cardano-ledger has no failure of its own for it and reports the
 * collateral as insufficient; amaru's fixtures name what is wrong. */
static bool collateral_not_conserved(plb_validation *v, const char *predicate) {
    return !needs_collateral(v) || collateral_balance(&v->tx) >= 0 ||
           plb_fail_rule(v, predicate, "the collateral return exceeds the collateral");
}

static bool insufficient_collateral(plb_validation *v, const char *predicate) {
    if (!needs_collateral(v)) return true;
    uint64_t percentage = v->ledger->parameters->collateral_percentage;
    return collateral_balance(&v->tx) * 100 >= (wide) v->tx.fee * percentage ||
           plb_fail_rule(v, predicate, "less than %llu %% of the fee",
                         (unsigned long long) percentage);
}

static bool total_collateral(plb_validation *v, const char *predicate) {
    if (!needs_collateral(v) || !v->tx.has_total_collateral) return true;
    return collateral_balance(&v->tx) == (wide) v->tx.total_collateral ||
           plb_fail_rule(v, predicate, "total collateral is not what collateral inputs leave");
}

static bool no_collateral(plb_validation *v, const char *predicate) {
    return !needs_collateral(v) || v->tx.collateral.count != 0 ||
           plb_fail_rule(v, predicate, "scripts run, and there is no collateral input");
}

static bool value_not_conserved(plb_validation *v, const char *predicate) {
    wide consumed = sum_of(&v->tx.inputs), produced = v->tx.fee;
    for (size_t i = 0; i < v->tx.output_count; i++) produced += v->tx.outputs[i].lovelace;
    return consumed == produced || plb_fail_rule(v, predicate, "consumed %s than produced",
                                                 consumed > produced ? "more" : "less");
}

/* All outputs: the transaction's and the collateral's. */
static const plb_tx_out *output_at(const plb_tx *tx, size_t i) {
    return i < tx->output_count    ? &tx->outputs[i]
           : i == tx->output_count ? tx->collateral_return
                                   : NULL;
}

static bool output_too_small(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = output_at(&v->tx, i)) != NULL; i++) {
        uint64_t least = plb_minimum_lovelace(v->ledger->parameters, out->bytes.length);
        if (out->lovelace < least) {
            return plb_fail_rule(v, predicate, "output %zu has %llu lovelace, the minimum is %llu",
                                 i, (unsigned long long) out->lovelace, (unsigned long long) least);
        }
    }
    return true;
}

/* ADA alone takes at most nine bytes. */
static bool output_too_big(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = output_at(&v->tx, i)) != NULL; i++) {
        uint64_t n = out->lovelace;
        uint64_t size = n < 24            ? 1
                        : n <= UINT8_MAX  ? 2
                        : n <= UINT16_MAX ? 3
                        : n <= UINT32_MAX ? 5
                                          : 9;
        if (size > v->ledger->parameters->max_value_size_bytes) {
            return plb_fail_rule(v, predicate, "the value of output %zu", i);
        }
    }
    return true;
}

static bool wrong_network(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = output_at(&v->tx, i)) != NULL; i++) {
        if (out->address.network != v->ledger->config.network) {
            return plb_fail_rule(v, predicate, "output %zu is on another network", i);
        }
    }
    return true;
}

static bool wrong_network_in_body(plb_validation *v, const char *predicate) {
    return v->tx.network == -1 || v->tx.network == (int) v->ledger->config.network ||
           plb_fail_rule(v, predicate, "the body says network %d", v->tx.network);
}

static bool transaction_too_large(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_tx_size_bytes;
    return v->tx.size_bytes <= most ||
           plb_fail_rule(v, predicate, "%llu bytes, the maximum is %llu",
                         (unsigned long long) v->tx.size_bytes, (unsigned long long) most);
}

static bool exunits_too_big(plb_validation *v, const char *predicate) {
    plb_exunits total = plb_tx_exunits(&v->tx), most = v->ledger->parameters->max_tx_exunits;
    return (total.memory <= most.memory && total.steps <= most.steps) ||
           plb_fail_rule(v, predicate, "memory %lld of %lld, steps %lld of %lld",
                         (long long) total.memory, (long long) most.memory, (long long) total.steps,
                         (long long) most.steps);
}

static bool too_many_collateral_inputs(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_collateral_inputs;
    return v->tx.collateral.count <= most ||
           plb_fail_rule(v, predicate, "%zu, the maximum is %llu", v->tx.collateral.count,
                         (unsigned long long) most);
}

/* ---- The rules ---- */

typedef struct rule {
    const char *predicate;
    bool (*holds)(plb_validation *v, const char *predicate);
} rule;

/* The ledger reports every failure of a rule at once; here the first is reported. What other
 * failures follow from comes before them: unknown inputs, and no collateral at all. Otherwise the
 * order is the ledger's. Rules about what is
 * not supported (native scripts and assets, withdrawals, Byron addresses, the forecast of slots)
 * come with it. */
static const rule rules[] = {
    {"BadInputsUTxO", bad_inputs},
    {"ExtraneousScriptWitnessesUTXOW", extraneous_scripts},
    {"MissingScriptWitnessesUTXOW", missing_scripts},
    {"UnspendableUTxONoDatumHash", unspendable_without_datum},
    {"MissingRequiredDatums", missing_datums},
    {"NotAllowedSupplementalDatums", supplemental_datums},
    {"ExtraRedeemers", extra_redeemers},
    {"MissingRedeemers", missing_redeemers},
    {"InvalidWitnessesUTXOW", invalid_signatures},
    {"MissingVKeyWitnessesUTXOW", missing_signatures},
    {"MissingTxMetadata", missing_metadata},
    {"MissingTxBodyMetadataHash", missing_metadata_hash},
    {"ConflictingMetadataHash", conflicting_metadata_hash},
    {"MalformedScriptWitnesses", malformed_scripts},
    {"PPViewHashesDontMatch", integrity_hash_before_11},
    {"ScriptIntegrityHashMismatch", integrity_hash_since_11},
    {"BabbageNonDisjointRefInputs", disjoint_reference_inputs},
    {"OutsideValidityIntervalUTxO", validity_interval},
    {"InputSetEmptyUTxO", empty_inputs},
    {"FeeTooSmallUTxO", fee_too_small},
    {"ScriptsNotPaidUTxO", collateral_at_scripts},
    {"NoCollateralInputs", no_collateral},
    {"ValueNotConservedUTxO", collateral_not_conserved},
    {"InsufficientCollateral", insufficient_collateral},
    {"IncorrectTotalCollateralField", total_collateral},
    {"ValueNotConservedUTxO", value_not_conserved},
    {"BabbageOutputTooSmallUTxO", output_too_small},
    {"OutputTooBigUTxO", output_too_big},
    {"WrongNetwork", wrong_network},
    {"WrongNetworkInTxBody", wrong_network_in_body},
    {"MaxTxSizeUTxO", transaction_too_large},
    {"ExUnitsTooBigUTxO", exunits_too_big},
    {"TooManyCollateralInputs", too_many_collateral_inputs},
};

bool plb_phase1(plb_validation *v) {
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].holds(v, rules[i].predicate)) return false;
    }
    return true;
}
