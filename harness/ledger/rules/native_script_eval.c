#include "harness/ledger/rules/native_script_eval.h"

#include <string.h>

#include "harness/ledger/decode/native_script.h"

bool plb_has_signed(const plb_tx *tx, const uint8_t key_hash[PLB_KEY_HASH_BYTES]) {
    size_t low = 0, high = tx->vkey_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(tx->vkeys[middle].hash, key_hash, PLB_KEY_HASH_BYTES);
        if (order == 0) return true;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* A bound holds when the transaction's own is at least as narrow; where the transaction has none it
 * never holds. */
static bool leaf_holds(const plb_native_walk *walk, const plb_tx *tx) {
    switch (walk->kind) {
    case PLB_NATIVE_SIGNATURE: return plb_has_signed(tx, walk->key_hash);
    case PLB_NATIVE_FROM: return tx->has_valid_from && walk->slot <= tx->valid_from;
    default: return tx->has_valid_until && tx->valid_until <= walk->slot;
    }
}

static bool level_holds(const plb_native_level *level) {
    switch (level->kind) {
    case PLB_NATIVE_ALL: return level->satisfied == level->members;
    case PLB_NATIVE_ANY: return level->satisfied != 0;
    default: return level->required <= 0 || (uint64_t) level->required <= level->satisfied;
    }
}

plb_status plb_native_script_eval(plb_span script, const plb_tx *tx, plb_region *stack,
                                  bool *holds) {
    plb_cbor reader;
    plb_native_walk walk;
    *holds = false;
    plb_cbor_open(&reader, script.bytes, script.length);
    plb_native_walk_open(&walk, &reader, stack);
    for (plb_native_event event; (event = plb_native_walk_next(&walk)) != PLB_NATIVE_END;) {
        if (event == PLB_NATIVE_OPEN) continue;
        *holds = event == PLB_NATIVE_LEAF ? leaf_holds(&walk, tx) : level_holds(&walk.closed);
        if (walk.depth != 0) {
            walk.level.members++;
            walk.level.satisfied += *holds;
        }
    }
    plb_cbor_finish(&reader, "the end of the native script");
    return reader.status;
}
