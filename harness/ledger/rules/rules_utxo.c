/* UTXO: what is spent and made, limits, networks and the validity interval. */
#include <string.h>

#include "harness/ledger/context/slot_time.h"
#include "harness/ledger/rules/balance.h"
#include "harness/ledger/rules/rules.h"

/* ---- Inputs ---- */

static bool bad_inputs_of(plb_validation *v, const plb_tx_inputs *inputs, const char *what,
                          const char *predicate) {
    for (size_t i = 0; inputs->missing != 0 && i < inputs->count; i++) {
        plb_hex_text text;
        if (!plb_is_there(&inputs->outputs[i])) {
            return plb_fail_rule(v, predicate, "%s %s#%u is not unspent", what,
                                 plb_hex_of(text, inputs->refs[i].id, PLB_HASH_BYTES),
                                 (unsigned) inputs->refs[i].index);
        }
    }
    return true;
}

bool plb_rule_bad_inputs(plb_validation *v, const char *predicate) {
    return bad_inputs_of(v, &v->tx.inputs, "input", predicate) &&
           bad_inputs_of(v, &v->tx.collateral, "collateral input", predicate) &&
           bad_inputs_of(v, &v->tx.reference, "reference input", predicate);
}

bool plb_rule_disjoint_reference_inputs(plb_validation *v, const char *predicate) {
    const plb_tx_inputs *a = &v->tx.inputs, *b = &v->tx.reference;
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

bool plb_rule_empty_inputs(plb_validation *v, const char *predicate) {
    return v->tx.inputs.count != 0 || plb_fail_rule(v, predicate, "nothing is spent");
}

/* ---- Time ---- */

bool plb_rule_validity_interval(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    uint64_t slot = v->ledger->config.slot;
    bool inside = !(tx->has_valid_from && slot < tx->valid_from) &&
                  !(tx->has_valid_until && slot >= tx->valid_until);
    return inside || plb_fail_rule(v, predicate, "slot %llu", (unsigned long long) slot);
}

/* Scripts are told the time at which validity ends. */
bool plb_rule_forecast(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    plb_wide posix_ms;
    return tx->redeemer_count == 0 || !tx->has_valid_until ||
           plb_slot_time_ms(v->ledger->config.era_history, v->ledger->config.slot, tx->valid_until,
                            &posix_ms) ||
           plb_fail_rule(v, predicate, "the time of slot %llu can't be told",
                         (unsigned long long) tx->valid_until);
}

/* ---- Value ---- */

bool plb_rule_fee(plb_validation *v, const char *predicate) {
    const plb_protocol_parameters *p = v->ledger->parameters;
    uint64_t least = plb_minimum_fee(p, v->tx.size_bytes, plb_tx_exunits(&v->tx));
    if (__builtin_add_overflow(least, plb_reference_script_fee(p, v->reference_script_bytes),
                               &least)) {
        least = UINT64_MAX;
    }
    return v->tx.fee >= least ||
           plb_fail_rule(v, predicate, "the fee is %llu lovelace, the minimum %llu",
                         (unsigned long long) v->tx.fee, (unsigned long long) least);
}

static bool lovelace_conserved(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    plb_wide consumed = plb_lovelace_of(&tx->inputs);
    plb_wide produced = (plb_wide) tx->fee + tx->donation;
    for (size_t i = 0; i < tx->withdrawal_count; i++) consumed += tx->withdrawals[i].lovelace;
    for (size_t i = 0; i < tx->output_count; i++) produced += tx->outputs[i].lovelace;
    return consumed == produced || plb_fail_rule(v, predicate, "consumed %s lovelace than produced",
                                                 consumed > produced ? "more" : "less");
}

/* Inputs and what is minted count for the balance (what is burned has amounts below zero there),
 * outputs against it. */
static size_t asset_terms(const plb_tx *tx, plb_balance_term *terms) {
    size_t count = 0;
    for (size_t i = 0; i < tx->inputs.count; i++) {
        const plb_tx_out *out = &tx->inputs.outputs[i];
        if (plb_is_there(out) && out->assets.count != 0) {
            terms[count++] = (plb_balance_term){out->assets, 1};
        }
    }
    if (tx->mint.count != 0) terms[count++] = (plb_balance_term){tx->mint, 1};
    for (size_t i = 0; i < tx->output_count; i++) {
        if (tx->outputs[i].assets.count != 0) {
            terms[count++] = (plb_balance_term){tx->outputs[i].assets, -1};
        }
    }
    return count;
}

static bool assets_conserved(plb_validation *v, const char *predicate) {
    const plb_tx *tx = &v->tx;
    plb_region *arena = &v->ledger->arena;
    uint8_t *mark = arena->low;
    plb_balance_term *terms =
        plb_region_alloc(arena, (tx->inputs.count + tx->output_count + 1) * sizeof *terms);
    if (terms == NULL) return plb_fail_memory(v);
    const plb_tx_asset *off = NULL;
    size_t count = asset_terms(tx, terms);
    plb_status status = count != 0 ? plb_assets_balance(arena, terms, count, &off) : PLB_OK;
    arena->low = mark;
    if (status != PLB_OK) return plb_fail_memory(v);
    plb_hex_text policy, name;
    return off == NULL || plb_fail_rule(v, predicate, "consumed and produced differ in asset %s.%s",
                                        plb_hex_of(policy, off->policy, PLB_KEY_HASH_BYTES),
                                        plb_hex_of(name, off->name.bytes, off->name.length));
}

bool plb_rule_value_conserved(plb_validation *v, const char *predicate) {
    return lovelace_conserved(v, predicate) && assets_conserved(v, predicate);
}

/* ---- Outputs ---- */

bool plb_rule_output_too_small(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = plb_output_at(&v->tx, i)) != NULL; i++) {
        uint64_t least = plb_minimum_lovelace(v->ledger->parameters, out->bytes.length);
        if (out->lovelace < least) {
            return plb_fail_rule(v, predicate, "output %zu has %llu lovelace, the minimum is %llu",
                                 i, (unsigned long long) out->lovelace, (unsigned long long) least);
        }
    }
    return true;
}

bool plb_rule_output_too_big(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_value_size_bytes;
    const plb_tx_out *out;
    for (size_t i = 0; (out = plb_output_at(&v->tx, i)) != NULL; i++) {
        uint64_t size = plb_value_size(out->lovelace, &out->assets);
        if (size > most) {
            return plb_fail_rule(v, predicate, "the value of output %zu: %llu bytes of %llu", i,
                                 (unsigned long long) size, (unsigned long long) most);
        }
    }
    return true;
}

/* ---- Networks ---- */

bool plb_rule_output_network(plb_validation *v, const char *predicate) {
    const plb_tx_out *out;
    for (size_t i = 0; (out = plb_output_at(&v->tx, i)) != NULL; i++) {
        if (out->address.network != v->ledger->config.network) {
            return plb_fail_rule(v, predicate, "output %zu is on another network", i);
        }
    }
    return true;
}

bool plb_rule_withdrawal_network(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.withdrawal_count; i++) {
        if (v->tx.withdrawals[i].network != v->ledger->config.network) {
            return plb_fail_rule(v, predicate, "withdrawal %zu is from another network", i);
        }
    }
    return true;
}

bool plb_rule_body_network(plb_validation *v, const char *predicate) {
    return v->tx.network == -1 || v->tx.network == (int) v->ledger->config.network ||
           plb_fail_rule(v, predicate, "the body says network %d", v->tx.network);
}

/* ---- Limits ---- */

bool plb_rule_transaction_size(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_tx_size_bytes;
    return v->tx.size_bytes <= most ||
           plb_fail_rule(v, predicate, "%llu bytes, the maximum is %llu",
                         (unsigned long long) v->tx.size_bytes, (unsigned long long) most);
}

bool plb_rule_exunits(plb_validation *v, const char *predicate) {
    plb_exunits total = plb_tx_exunits(&v->tx), most = v->ledger->parameters->max_tx_exunits;
    return (total.memory <= most.memory && total.steps <= most.steps) ||
           plb_fail_rule(v, predicate, "memory %lld of %lld, steps %lld of %lld",
                         (long long) total.memory, (long long) most.memory, (long long) total.steps,
                         (long long) most.steps);
}
