/* UTXOW: signatures and auxiliary data. */
#include <string.h>

#include <sodium.h>

#include "harness/ledger/rules/native_script_eval.h"
#include "harness/ledger/rules/rules.h"

bool plb_rule_signatures(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.vkey_count; i++) {
        const plb_vkey_witness *vkey = &v->tx.vkeys[i];
        plb_hex_text text;
        if (crypto_sign_verify_detached(vkey->signature, v->tx.id, PLB_HASH_BYTES, vkey->key) !=
            0) {
            return plb_fail_rule(v, predicate, "the signature of key %s does not verify",
                                 plb_hex_of(text, vkey->key, 32));
        }
    }
    return true;
}

/* The key hash that an input wants and that has not signed, or NULL. */
static const uint8_t *missing_of_inputs(const plb_tx *tx, const plb_tx_inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++) {
        const plb_tx_out *out = &inputs->outputs[i];
        if (plb_is_there(out) && !out->address.payment_is_script &&
            !plb_has_signed(tx, out->address.payment)) {
            return out->address.payment;
        }
    }
    return NULL;
}

static const uint8_t *missing_of_withdrawals(const plb_tx *tx) {
    for (size_t i = 0; i < tx->withdrawal_count; i++) {
        const plb_withdrawal *withdrawal = &tx->withdrawals[i];
        if (!withdrawal->is_script && !plb_has_signed(tx, withdrawal->hash))
            return withdrawal->hash;
    }
    return NULL;
}

static const uint8_t *missing_required(const plb_tx *tx) {
    for (size_t i = 0; i < tx->required_signer_count; i++) {
        if (!plb_has_signed(tx, tx->required_signers[i])) return tx->required_signers[i];
    }
    return NULL;
}

bool plb_rule_missing_signatures(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    const uint8_t *missing = missing_of_inputs(tx, &tx->inputs);
    if (missing == NULL) missing = missing_of_inputs(tx, &tx->collateral);
    if (missing == NULL) missing = missing_of_withdrawals(tx);
    if (missing == NULL) missing = missing_required(tx);
    plb_hex_text text;
    return missing == NULL || plb_fail_rule(v, predicate, "key %s has not signed",
                                            plb_hex_of(text, missing, PLB_KEY_HASH_BYTES));
}

bool plb_rule_missing_metadata(plb_validation *v, const char *predicate) {
    bool missing = v->tx.auxiliary_hash != NULL && v->tx.auxiliary.bytes == NULL;
    return !missing || plb_fail_rule(v, predicate, "the body hashes auxiliary data, there is none");
}

bool plb_rule_missing_metadata_hash(plb_validation *v, const char *predicate) {
    bool missing = v->tx.auxiliary_hash == NULL && v->tx.auxiliary.bytes != NULL;
    return !missing || plb_fail_rule(v, predicate, "the body does not hash the auxiliary data");
}

bool plb_rule_conflicting_metadata_hash(plb_validation *v, const char *predicate) {
    if (v->tx.auxiliary_hash == NULL) return true;
    uint8_t hash[PLB_HASH_BYTES];
    plb_hex_text text;
    plb_blake2b_256(v->tx.auxiliary.bytes, v->tx.auxiliary.length, hash);
    return memcmp(hash, v->tx.auxiliary_hash, PLB_HASH_BYTES) == 0 ||
           plb_fail_rule(v, predicate, "the auxiliary data's hash is %s",
                         plb_hex_of(text, hash, PLB_HASH_BYTES));
}

/* Metadata is checked when it is decoded; what is left are Plutus scripts. */
bool plb_rule_auxiliary_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.auxiliary_script_count; i++) {
        if (!plb_rule_script_is_well_formed(v, &v->tx.auxiliary_scripts[i], predicate)) {
            return false;
        }
    }
    return true;
}
