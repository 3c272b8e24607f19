/* Values: lovelace and native assets, in outputs and in the mint field (Cardano.Ledger.Mary.Value).
 */
#include <string.h>

#include "harness/ledger/tx.h"

#define ASSET_NAME_MAX_BYTES 32
/* isMultiAssetSmallEnough: what a node keeps assets in has offsets of 16 bits. */
#define COMPACT_MAX_BYTES 65535
#define COMPACT_ASSET_BYTES 44
#define COMPACT_POLICY_BYTES 28

typedef bool amount_decoder(plb_cbor *reader, plb_wide *amount);

static bool output_amount(plb_cbor *reader, plb_wide *amount) {
    uint64_t number;
    if (!plb_cbor_uint(reader, &number, "an amount of an asset, below 2^64")) return false;
    *amount = (plb_wide) number;
    return number != 0 || plb_cbor_malformed(reader, "an amount of an asset that is not zero");
}

static bool mint_amount(plb_cbor *reader, plb_wide *amount) {
    int64_t number;
    if (!plb_cbor_int(reader, &number, "an amount to mint, of 64 bits")) return false;
    *amount = number;
    return number != 0 || plb_cbor_malformed(reader, "an amount to mint that is not zero");
}

/* By policy, then name: bytes in order, a prefix before what it begins. */
static int compare_assets(const void *a, const void *b) {
    const plb_tx_asset *x = a, *y = b;
    int order = x->policy == y->policy ? 0 : memcmp(x->policy, y->policy, PLB_KEY_HASH_BYTES);
    if (order != 0) return order;
    size_t shorter = x->name.length < y->name.length ? x->name.length : y->name.length;
    order = memcmp(x->name.bytes, y->name.bytes, shorter);
    return order != 0 ? order
                      : (x->name.length > y->name.length) - (x->name.length < y->name.length);
}

/* policy => {+ name => amount} */
static bool decode_policy(plb_cbor *reader, plb_region *arena, plb_list *list,
                          amount_decoder *decode_amount) {
    plb_cbor_members names;
    const uint8_t *policy;
    if (!plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, &policy, "a policy id of 28 bytes") ||
        !plb_cbor_map(reader, &names, "a policy's assets")) {
        return false;
    }
    while (plb_cbor_more(reader, &names)) {
        plb_tx_asset *asset = plb_list_add(list, sizeof *asset, arena, reader);
        if (asset == NULL || !plb_cbor_bytes(reader, &asset->name, "an asset name")) return false;
        if (asset->name.length > ASSET_NAME_MAX_BYTES) {
            return plb_cbor_malformed(reader, "an asset name of at most 32 bytes");
        }
        asset->policy = policy;
        if (!decode_amount(reader, &asset->amount)) return false;
    }
    if (reader->status != PLB_OK) return false;
    return names.taken != 0 || plb_cbor_malformed(reader, "a policy's assets that are not empty");
}

/* Assets of one policy share its pointer: equal policies elsewhere came as a key of their own. */
static bool any_twice(const plb_tx_asset *assets, size_t count) {
    for (size_t i = 1; i < count; i++) {
        const plb_tx_asset *a = &assets[i - 1], *b = &assets[i];
        if (a->policy != b->policy) {
            if (memcmp(a->policy, b->policy, PLB_KEY_HASH_BYTES) == 0) return true;
        } else if (compare_assets(a, b) == 0) {
            return true;
        }
    }
    return false;
}

static bool decode_assets(plb_cbor *reader, plb_region *arena, plb_tx_assets *assets,
                          amount_decoder *decode_amount) {
    plb_cbor_members policies;
    plb_list list = {0};
    if (!plb_cbor_map(reader, &policies, "assets by policy")) return false;
    while (plb_cbor_more(reader, &policies)) {
        if (!decode_policy(reader, arena, &list, decode_amount)) return false;
    }
    if (reader->status != PLB_OK) return false;
    if (COMPACT_ASSET_BYTES * list.count + COMPACT_POLICY_BYTES * policies.taken >
        COMPACT_MAX_BYTES) {
        return plb_cbor_malformed(reader,
                                  "fewer native assets: 44 bytes each, and 28 a policy, are "
                                  "at most 65535");
    }
    plb_tx_asset *items = (plb_tx_asset *) (void *) list.items;
    plb_sort(items, list.count, sizeof *items, compare_assets);
    if (any_twice(items, list.count)) {
        return plb_cbor_malformed(reader, "each policy, and each of its assets, once");
    }
    *assets = (plb_tx_assets){items, list.count};
    return true;
}

bool plb_decode_mint(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_assets(reader, arena, &tx->mint, mint_amount) &&
           (tx->mint.count != 0 || plb_cbor_malformed(reader, "a mint field that is not empty"));
}

/* [lovelace, assets] */
static bool decode_pair(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "a value") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &out->lovelace, "an amount of lovelace") ||
        !plb_cbor_more(reader, &members) ||
        !decode_assets(reader, arena, &out->assets, output_amount)) {
        return plb_cbor_malformed(reader, "a value of lovelace and assets");
    }
    return plb_cbor_end(reader, &members, "the end of the value");
}

bool plb_decode_value(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    const uint8_t *start = reader->at;
    bool ok = plb_cbor_peek(reader) == 4
                  ? decode_pair(reader, arena, out)
                  : plb_cbor_uint(reader, &out->lovelace, "an amount of lovelace");
    out->value = (plb_span){start, (size_t) (reader->at - start)};
    return ok;
}
