#include "harness/ledger/context/script_purpose.h"

#include <string.h>

#include "harness/ledger/context/context_types.h"

/* Constructors of ScriptPurpose and ScriptInfo, equal in all languages. */
enum { MINTING = 0, SPENDING = 1, REWARDING = 2, CERTIFYING = 3 };

bool plb_policies_of(plb_policies *policies, plb_region *arena, const plb_tx_assets *mint) {
    policies->count = 0;
    policies->hashes = plb_region_alloc(arena, mint->count * sizeof *policies->hashes);
    if (policies->hashes == NULL) return false;
    const uint8_t *last = NULL;
    for (size_t i = 0; i < mint->count; i++) {
        const uint8_t *policy = mint->items[i].policy;
        if (last != NULL && memcmp(policy, last, PLB_KEY_HASH_BYTES) == 0) continue;
        policies->hashes[policies->count++] = last = policy;
    }
    return true;
}

bool plb_script_item_at(plb_script_item *item, const plb_script_items *items, plb_purpose purpose,
                        uint32_t index) {
    const plb_tx *tx = items->tx;
    *item = (plb_script_item){
        .purpose = purpose, .index = index, .protocol_major = items->protocol_major};
    switch (purpose) {
    case PLB_PURPOSE_SPEND:
        if (index >= tx->inputs.count) return false;
        item->input = &tx->inputs.refs[index];
        return true;
    case PLB_PURPOSE_MINT:
        if (index >= items->policies.count) return false;
        item->hash = items->policies.hashes[index];
        return true;
    case PLB_PURPOSE_REWARD:
        if (index >= tx->withdrawal_count) return false;
        item->hash = tx->withdrawals[index].hash;
        item->is_script = tx->withdrawals[index].is_script;
        return true;
    case PLB_PURPOSE_CERTIFY:
        if (index >= items->certificates.count) return false;
        item->certificate = &items->certificates.items[index];
        return true;
    default: return false; /* votes and proposals: no transaction here has them */
    }
}

/* PlutusV3 has the index too. */
static plb_value certifying(plb_context_builder *b, const plb_script_item *item) {
    plb_value certificate = plb_context_certificate(b, item->certificate, item->protocol_major);
    if (b->language < PLB_PLUTUS_V3) return PLB_CONTEXT_CONSTR(b, CERTIFYING, certificate);
    return PLB_CONTEXT_CONSTR(b, CERTIFYING, plb_context_uint(b, item->index), certificate);
}

plb_value plb_context_purpose(plb_context_builder *b, const plb_script_item *item) {
    switch (item->purpose) {
    case PLB_PURPOSE_SPEND:
        return PLB_CONTEXT_CONSTR(b, SPENDING, plb_context_tx_in(b, item->input));
    case PLB_PURPOSE_MINT:
        return PLB_CONTEXT_CONSTR(b, MINTING, plb_context_bytes(b, item->hash, PLB_KEY_HASH_BYTES));
    case PLB_PURPOSE_CERTIFY: return certifying(b, item);
    default:
        return PLB_CONTEXT_CONSTR(b, REWARDING,
                                  plb_context_account(b, item->is_script, item->hash));
    }
}

plb_value plb_context_script_info(plb_context_builder *b, const plb_script_item *item,
                                  plb_value datum) {
    if (item->purpose != PLB_PURPOSE_SPEND) return plb_context_purpose(b, item);
    plb_value known = datum != PLB_NO_VALUE ? plb_context_just(b, datum) : plb_context_nothing(b);
    return PLB_CONTEXT_CONSTR(b, SPENDING, plb_context_tx_in(b, item->input), known);
}
