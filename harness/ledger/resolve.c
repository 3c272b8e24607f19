/* What a transaction refers to: outputs, and the scripts that are provided and needed
 * (Babbage.UTxO, getBabbageScriptsProvided; Conway.UTxO, getConwayScriptsNeeded). */
#include <string.h>

#include "harness/ledger/rules/rules.h"

/* ---- Outputs ---- */

static bool resolve_inputs(plb_validation *v, plb_tx_inputs *inputs) {
    plb_utxo_state *utxo = v->ledger->utxo;
    plb_region *arena = &v->ledger->arena;
    inputs->outputs = plb_region_alloc(arena, inputs->count * sizeof(plb_tx_out));
    if (inputs->outputs == NULL) return plb_fail_memory(v);
    plb_status status =
        utxo->interface->get(utxo, inputs->refs, inputs->count, arena, inputs->outputs);
    if (status != PLB_OK) return plb_fail_state(v, status);
    for (size_t i = 0; i < inputs->count; i++) {
        if (!plb_is_there(&inputs->outputs[i])) inputs->missing++;
    }
    return true;
}

/* ---- Provided scripts ---- */

static int compare_provided(const void *a, const void *b) {
    const plb_provided_script *x = a, *y = b;
    int order = memcmp(x->script->hash, y->script->hash, PLB_KEY_HASH_BYTES);
    return order != 0 ? order : x->by_reference - y->by_reference;
}

static void provide(plb_validation *v, const plb_tx_script *script, bool by_reference,
                    size_t index) {
    v->provided[v->provided_count++] = (plb_provided_script){script, by_reference, false, index};
}

static void provide_reference(plb_validation *v, const plb_tx_out *out) {
    if (!plb_is_there(out) || out->script == NULL) return;
    v->reference_script_bytes += out->script->bytes.length;
    provide(v, out->script, true, PLB_NO_SCRIPT);
}

/* An output that is spent and referred to counts once: inputs are a set. */
static void provide_references(plb_validation *v) {
    const plb_tx_inputs *inputs = &v->tx.inputs, *reference = &v->tx.reference;
    size_t k = 0;
    for (size_t i = 0; i < inputs->count; i++) provide_reference(v, &inputs->outputs[i]);
    for (size_t i = 0; i < reference->count; i++) {
        int order = 1;
        while (k < inputs->count &&
               (order = plb_tx_in_compare(&inputs->refs[k], &reference->refs[i])) < 0) {
            k++;
        }
        if (k == inputs->count || order != 0) provide_reference(v, &reference->outputs[i]);
    }
}

static size_t count_references(const plb_tx_inputs *inputs) {
    size_t count = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        count += plb_is_there(&inputs->outputs[i]) && inputs->outputs[i].script != NULL;
    }
    return count;
}

static bool resolve_provided(plb_validation *v) {
    const plb_tx *tx = &v->tx;
    size_t most =
        tx->script_count + count_references(&tx->inputs) + count_references(&tx->reference);
    v->provided_count = v->script_count = 0;
    v->reference_script_bytes = 0;
    v->provided = plb_region_alloc(&v->ledger->arena, most * sizeof *v->provided);
    v->scripts = plb_region_alloc(&v->ledger->arena, most * sizeof *v->scripts);
    if (v->provided == NULL || v->scripts == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < tx->script_count; i++) {
        provide(v, &tx->scripts[i], false, i);
        v->scripts[v->script_count++] = &tx->scripts[i];
    }
    provide_references(v);
    plb_sort(v->provided, v->provided_count, sizeof *v->provided, compare_provided);
    return true;
}

/* The first that has the hash, which is the witness set's if it has one; NULL when there is none.
 */
static plb_provided_script *find_provided(const plb_validation *v, const uint8_t *hash) {
    size_t low = 0, high = v->provided_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(v->provided[middle].script->hash, hash, PLB_KEY_HASH_BYTES) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < v->provided_count &&
                 memcmp(v->provided[low].script->hash, hash, PLB_KEY_HASH_BYTES) == 0;
    return found ? &v->provided[low] : NULL;
}

/* ---- Needed scripts ---- */

static void need(plb_validation *v, plb_purpose purpose, size_t index, const uint8_t *hash) {
    plb_provided_script *provided = find_provided(v, hash);
    size_t script = PLB_NO_SCRIPT;
    if (provided != NULL) {
        if (provided->index == PLB_NO_SCRIPT) {
            provided->index = v->script_count;
            v->scripts[v->script_count++] = provided->script;
        }
        provided->is_needed = true;
        script = provided->index;
        if (!provided->script->is_native) v->languages |= 1u << provided->script->language;
    }
    v->needed[v->needed_count++] = (plb_needed_script){purpose, (uint32_t) index, hash, script};
}

static bool starts_policy(const plb_tx_assets *mint, size_t i) {
    return i == 0 ||
           memcmp(mint->items[i - 1].policy, mint->items[i].policy, PLB_KEY_HASH_BYTES) != 0;
}

static size_t count_needed(const plb_tx *tx) {
    size_t count = 0;
    for (size_t i = 0; i < tx->inputs.count; i++) {
        const plb_tx_out *out = &tx->inputs.outputs[i];
        count += plb_is_there(out) && out->address.payment_is_script;
    }
    for (size_t i = 0; i < tx->mint.count; i++) count += starts_policy(&tx->mint, i);
    for (size_t i = 0; i < tx->withdrawal_count; i++) count += tx->withdrawals[i].is_script;
    return count;
}

static bool resolve_needed(plb_validation *v) {
    const plb_tx *tx = &v->tx;
    size_t policies = 0;
    v->needed_count = 0;
    v->languages = 0;
    v->needed = plb_region_alloc(&v->ledger->arena, count_needed(tx) * sizeof *v->needed);
    if (v->needed == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < tx->inputs.count; i++) {
        const plb_tx_out *out = &tx->inputs.outputs[i];
        if (!plb_is_there(out) || !out->address.payment_is_script) continue;
        need(v, PLB_PURPOSE_SPEND, i, out->address.payment);
    }
    for (size_t i = 0; i < tx->mint.count; i++) {
        if (!starts_policy(&tx->mint, i)) continue;
        need(v, PLB_PURPOSE_MINT, policies++, tx->mint.items[i].policy);
    }
    for (size_t i = 0; i < tx->withdrawal_count; i++) {
        if (tx->withdrawals[i].is_script) need(v, PLB_PURPOSE_REWARD, i, tx->withdrawals[i].hash);
    }
    return true;
}

bool plb_resolve(plb_validation *v) {
    plb_tx *tx = &v->tx;
    return resolve_inputs(v, &tx->inputs) && resolve_inputs(v, &tx->collateral) &&
           resolve_inputs(v, &tx->reference) && resolve_provided(v) && resolve_needed(v);
}
