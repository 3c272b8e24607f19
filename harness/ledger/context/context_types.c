#include "harness/ledger/context/context_types.h"

#include <string.h>

#define CONSTR PLB_CONTEXT_CONSTR

plb_value plb_context_credential(plb_context_builder *b, bool is_script, const uint8_t *hash) {
    return CONSTR(b, is_script ? 1 : 0, plb_context_bytes(b, hash, PLB_KEY_HASH_BYTES));
}

/* StakingHash is constructor 0 of StakingCredential. */
static plb_value staking_hash(plb_context_builder *b, plb_value credential) {
    return CONSTR(b, 0, credential);
}

plb_value plb_context_account(plb_context_builder *b, bool is_script, const uint8_t *hash) {
    plb_value credential = plb_context_credential(b, is_script, hash);
    return b->language >= PLB_PLUTUS_V3 ? credential : staking_hash(b, credential);
}

plb_value plb_context_tx_id(plb_context_builder *b, const uint8_t *id) {
    plb_value bytes = plb_context_bytes(b, id, PLB_HASH_BYTES);
    return b->language >= PLB_PLUTUS_V3 ? bytes : CONSTR(b, 0, bytes);
}

plb_value plb_context_tx_in(plb_context_builder *b, const plb_tx_in *ref) {
    return CONSTR(b, 0, plb_context_tx_id(b, ref->id), plb_context_uint(b, ref->index));
}

/* ---- Values ---- */

/* How many of the `count` assets are under the first one's policy. */
static size_t same_policy(const plb_tx_asset *assets, size_t count) {
    size_t n = 1;
    while (n < count && memcmp(assets[n].policy, assets->policy, PLB_KEY_HASH_BYTES) == 0) n++;
    return n;
}

static plb_value policy_entry(plb_context_builder *b, const plb_tx_asset *assets, size_t count) {
    plb_value *names = plb_context_scratch(b, count);
    for (size_t i = 0; !b->failed && i < count; i++) {
        plb_value name = plb_context_bytes(b, assets[i].name.bytes, assets[i].name.length);
        names[i] = plb_context_entry(b, name, plb_context_int(b, assets[i].amount));
    }
    plb_value policy = plb_context_bytes(b, assets->policy, PLB_KEY_HASH_BYTES);
    return plb_context_entry(b, policy, plb_context_map(b, names, count));
}

/* ADA is the empty name under the empty policy. */
static plb_value ada_entry(plb_context_builder *b, uint64_t lovelace) {
    plb_value empty = plb_context_bytes(b, NULL, 0);
    plb_value name = plb_context_entry(b, empty, plb_context_uint(b, lovelace));
    return plb_context_entry(b, empty, plb_context_map(b, &name, 1));
}

static plb_value value_map(plb_context_builder *b, const uint64_t *lovelace,
                           const plb_tx_assets *assets) {
    plb_value *entries = plb_context_scratch(b, assets->count + 1);
    size_t count = 0;
    if (lovelace != NULL && !b->failed) entries[count++] = ada_entry(b, *lovelace);
    for (size_t i = 0, n; !b->failed && i < assets->count; i += n) {
        n = same_policy(&assets->items[i], assets->count - i);
        entries[count++] = policy_entry(b, &assets->items[i], n);
    }
    return plb_context_map(b, entries, count);
}

plb_value plb_context_value(plb_context_builder *b, uint64_t lovelace,
                            const plb_tx_assets *assets) {
    return value_map(b, &lovelace, assets);
}

plb_value plb_context_mint(plb_context_builder *b, const plb_tx_assets *assets) {
    static const uint64_t none = 0;
    return value_map(b, b->language >= PLB_PLUTUS_V3 ? NULL : &none, assets);
}

/* ---- Outputs ---- */

static plb_value address(plb_context_builder *b, const plb_address *address) {
    plb_value payment = plb_context_credential(b, address->payment_is_script, address->payment);
    if (address->stake_kind == PLB_STAKE_NONE) {
        return CONSTR(b, 0, payment, plb_context_nothing(b));
    }
    plb_value stake =
        plb_context_credential(b, address->stake_kind == PLB_STAKE_SCRIPT, address->stake);
    return CONSTR(b, 0, payment, plb_context_just(b, staking_hash(b, stake)));
}

/* PlutusV1 has the hash or nothing; since V2 there are no datum, hash, and inline datum. */
static plb_value output_datum(plb_context_builder *b, const plb_tx_out *out,
                              plb_value inline_datum) {
    bool first = b->language == PLB_PLUTUS_V1;
    switch (out->datum_kind) {
    case PLB_DATUM_HASH:
        return CONSTR(b, first ? 0 : 1, plb_context_bytes(b, out->datum_hash, PLB_HASH_BYTES));
    case PLB_DATUM_INLINE: return CONSTR(b, 2, plb_context_checked(b, inline_datum));
    default: return first ? plb_context_nothing(b) : plb_context_enum(b, 0);
    }
}

static plb_value reference_script(plb_context_builder *b, const plb_tx_script *script) {
    if (script == NULL) return plb_context_nothing(b);
    return plb_context_just(b, plb_context_bytes(b, script->hash, PLB_KEY_HASH_BYTES));
}

plb_value plb_context_output(plb_context_builder *b, const plb_tx_out *out,
                             plb_value inline_datum) {
    plb_value where = address(b, &out->address);
    plb_value value = plb_context_value(b, out->lovelace, &out->assets);
    plb_value datum = output_datum(b, out, inline_datum);
    if (b->language == PLB_PLUTUS_V1) return CONSTR(b, 0, where, value, datum);
    return CONSTR(b, 0, where, value, datum, reference_script(b, out->script));
}

/* ---- Time ---- */

/* Constructors of Extended: negative infinity, finite, positive infinity. */
enum { NEGATIVE_INFINITY = 0, FINITE = 1, POSITIVE_INFINITY = 2 };

static plb_value end_of(plb_context_builder *b, plb_context_bound bound, int64_t infinity) {
    plb_value at = bound.finite ? CONSTR(b, FINITE, plb_context_int(b, bound.posix_ms))
                                : plb_context_enum(b, infinity);
    return CONSTR(b, 0, at, plb_context_enum(b, bound.closed ? 1 : 0));
}

plb_value plb_context_interval(plb_context_builder *b, plb_context_bound from,
                               plb_context_bound to) {
    plb_value lower = end_of(b, from, NEGATIVE_INFINITY);
    return CONSTR(b, 0, lower, end_of(b, to, POSITIVE_INFINITY));
}
