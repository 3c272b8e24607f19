/* UTXOW: scripts, their datums and redeemers, and the hash over them. */
#include <string.h>

#include "harness/ledger/rules/native_script_eval.h"
#include "harness/ledger/rules/rules.h"

static const char *const purpose_names[PLB_PURPOSE_COUNT] = {"input",      "policy", "certificate",
                                                             "withdrawal", "vote",   "proposal"};

/* ---- Scripts ---- */

bool plb_rule_native_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->provided_count; i++) {
        const plb_provided_script *provided = &v->provided[i];
        bool holds = true;
        if (!provided->is_needed || !provided->script->is_native) continue;
        plb_status status =
            plb_native_script_eval(provided->script->bytes, &v->tx, &v->ledger->arena, &holds);
        if (status == PLB_E_MEMORY) return plb_fail_memory(v);
        plb_hex_text text;
        if (status != PLB_OK || !holds) {
            return plb_fail_rule(v, predicate, "native script %s does not hold",
                                 plb_hex_of(text, provided->script->hash, PLB_KEY_HASH_BYTES));
        }
    }
    return true;
}

/* A script that is needed is superfluous all the same when a reference provides it. */
bool plb_rule_extraneous_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->provided_count; i++) {
        const plb_provided_script *provided = &v->provided[i];
        if (provided->by_reference) continue;
        const uint8_t *hash = provided->script->hash;
        bool again = i + 1 < v->provided_count &&
                     memcmp(hash, provided[1].script->hash, PLB_KEY_HASH_BYTES) == 0;
        plb_hex_text text;
        if (!provided->is_needed || again) {
            return plb_fail_rule(v, predicate, "script %s is %s",
                                 plb_hex_of(text, hash, PLB_KEY_HASH_BYTES),
                                 again ? "a reference script already" : "not needed");
        }
    }
    return true;
}

bool plb_rule_missing_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        plb_hex_text text;
        if (v->needed[i].script == PLB_NO_SCRIPT) {
            return plb_fail_rule(v, predicate, "script %s is needed by %s %u",
                                 plb_hex_of(text, v->needed[i].hash, PLB_KEY_HASH_BYTES),
                                 purpose_names[v->needed[i].purpose],
                                 (unsigned) v->needed[i].index);
        }
    }
    return true;
}

/* The Plutus script of needed script `i`; NULL when it is native or missing. */
static const plb_tx_script *plutus_script(const plb_validation *v, size_t i) {
    if (v->needed[i].script == PLB_NO_SCRIPT) return NULL;
    const plb_tx_script *script = v->scripts[v->needed[i].script];
    return script->is_native ? NULL : script;
}

/* ---- Datums ---- */

/* The output that needed script `i` is to unlock, when it is a Plutus script's; else NULL. */
static const plb_tx_out *plutus_output(const plb_validation *v, size_t i) {
    bool spends = v->needed[i].purpose == PLB_PURPOSE_SPEND && plutus_script(v, i) != NULL;
    return spends ? &v->tx.inputs.outputs[v->needed[i].index] : NULL;
}

/* Since PlutusV3 an output needs no datum to be spent (CIP-69). */
bool plb_rule_unspendable_inputs(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_tx_out *out = plutus_output(v, i);
        if (out != NULL && out->datum_kind == PLB_DATUM_NONE &&
            plutus_script(v, i)->language < PLB_PLUTUS_V3) {
            return plb_fail_rule(v, predicate, "input %u has no datum",
                                 (unsigned) v->needed[i].index);
        }
    }
    return true;
}

/* The place of a datum in the witness set; datum_count when it is not there. */
static size_t find_datum(const plb_tx *tx, const uint8_t *hash) {
    size_t low = 0, high = tx->datum_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(tx->datums[middle].hash, hash, PLB_HASH_BYTES);
        if (order == 0) return middle;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return tx->datum_count;
}

bool plb_rule_missing_datums(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_tx_out *out = plutus_output(v, i);
        plb_hex_text text;
        if (out != NULL && out->datum_kind == PLB_DATUM_HASH &&
            find_datum(&v->tx, out->datum_hash) == v->tx.datum_count) {
            return plb_fail_rule(v, predicate, "datum %s of input %u",
                                 plb_hex_of(text, out->datum_hash, PLB_HASH_BYTES),
                                 (unsigned) v->needed[i].index);
        }
    }
    return true;
}

static void name_datum(const plb_tx *tx, const plb_tx_out *out, bool *named) {
    if (out == NULL || !plb_is_there(out) || out->datum_kind != PLB_DATUM_HASH) return;
    size_t at = find_datum(tx, out->datum_hash);
    if (at < tx->datum_count) named[at] = true;
}

/* Which datums some output names: those that scripts unlock, those that may be created, and those
 * of reference inputs. */
static void name_datums(const plb_validation *v, bool *named) {
    const plb_tx *tx = &v->tx;
    const plb_tx_out *out;
    for (size_t i = 0; i < v->needed_count; i++) name_datum(tx, plutus_output(v, i), named);
    for (size_t i = 0; (out = plb_output_at(tx, i)) != NULL; i++) name_datum(tx, out, named);
    for (size_t i = 0; i < tx->reference.count; i++) {
        name_datum(tx, &tx->reference.outputs[i], named);
    }
}

bool plb_rule_supplemental_datums(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    if (tx->datum_count == 0) return true;
    uint8_t *mark = v->ledger->arena.low;
    bool *named = plb_region_alloc(&v->ledger->arena, tx->datum_count * sizeof *named);
    if (named == NULL) return plb_fail_memory(v);
    memset(named, 0, tx->datum_count * sizeof *named);
    name_datums(v, named);
    size_t i = 0;
    while (i < tx->datum_count && named[i]) i++;
    v->ledger->arena.low = mark;
    plb_hex_text text;
    return i == tx->datum_count ||
           plb_fail_rule(v, predicate, "no output names datum %s",
                         plb_hex_of(text, tx->datums[i].hash, PLB_HASH_BYTES));
}

/* ---- Redeemers ---- */

/* Redeemers and needed scripts have the same order. */
static int compare_redeemer(const plb_needed_script *needed, const plb_redeemer *redeemer) {
    int order = (needed->purpose > redeemer->purpose) - (needed->purpose < redeemer->purpose);
    return order != 0 ? order
                      : (needed->index > redeemer->index) - (needed->index < redeemer->index);
}

bool plb_rule_extra_redeemers(plb_validation *v, const char *predicate) {
    size_t k = 0;
    for (size_t i = 0; i < v->tx.redeemer_count; i++) {
        const plb_redeemer *redeemer = &v->tx.redeemers[i];
        int order = 1;
        while (k < v->needed_count && (order = compare_redeemer(&v->needed[k], redeemer)) < 0) k++;
        if (k == v->needed_count || order != 0 || plutus_script(v, k) == NULL) {
            return plb_fail_rule(v, predicate, "redeemer (%u, %u) points to no script",
                                 (unsigned) redeemer->purpose, (unsigned) redeemer->index);
        }
    }
    return true;
}

bool plb_rule_missing_redeemers(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    size_t k = 0;
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_needed_script *needed = &v->needed[i];
        int order = -1;
        if (plutus_script(v, i) == NULL) continue;
        while (k < tx->redeemer_count &&
               (order = compare_redeemer(needed, &tx->redeemers[k])) > 0) {
            k++;
        }
        if (k == tx->redeemer_count || order != 0) {
            return plb_fail_rule(v, predicate, "%s %u has no redeemer",
                                 purpose_names[needed->purpose], (unsigned) needed->index);
        }
    }
    return true;
}

/* ---- Well-formed scripts ---- */

bool plb_rule_script_is_well_formed(plb_validation *v, const plb_tx_script *script,
                                    const char *predicate) {
    plb_status status = script->is_native ? PLB_OK : plb_check_script(v, script);
    if (status == PLB_E_MEMORY) return plb_fail_memory(v);
    if (status == PLB_OK) return true;
    v->failure = PLB_E_LEDGER;
    v->predicate = predicate;
    return false;
}

/* These are kept decoded: they will run. */
bool plb_rule_witness_scripts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.script_count; i++) {
        if (v->scripts[i]->is_native) continue;
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

bool plb_rule_reference_scripts(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = plb_output_at(&v->tx, i)) != NULL; i++) {
        if (out->script != NULL && !plb_rule_script_is_well_formed(v, out->script, predicate)) {
            return false;
        }
    }
    return true;
}

/* ---- Integrity ---- */

bool plb_rule_integrity_hash(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    bool expected = tx->redeemer_count != 0 || tx->datum_count != 0 || v->languages != 0;
    if (!expected) {
        return tx->integrity_hash == NULL ||
               plb_fail_rule(v, predicate, "there is nothing that the hash could be of");
    }
    uint8_t hash[PLB_HASH_BYTES];
    plb_hex_text text;
    plb_integrity_hash(&v->ledger->views, v->languages, tx->redeemers_bytes, tx->datums_bytes,
                       hash);
    return (tx->integrity_hash != NULL && memcmp(hash, tx->integrity_hash, sizeof hash) == 0) ||
           plb_fail_rule(v, predicate, "the script integrity hash is %s",
                         plb_hex_of(text, hash, PLB_HASH_BYTES));
}
