#include "harness/ledger/decode/native_script.h"

#include <string.h>

/* How many members a script's array has, its kind included. */
static const uint8_t script_lengths[] = {
    [PLB_NATIVE_SIGNATURE] = 2, [PLB_NATIVE_ALL] = 2,  [PLB_NATIVE_ANY] = 2,
    [PLB_NATIVE_AT_LEAST] = 3,  [PLB_NATIVE_FROM] = 2, [PLB_NATIVE_UNTIL] = 2,
};

void plb_native_walk_open(plb_native_walk *walk, plb_cbor *reader, plb_region *stack) {
    *walk = (plb_native_walk){.reader = reader, .stack = stack, .floor = stack->high};
}

static plb_native_event end(plb_native_walk *walk) {
    walk->over = true;
    walk->stack->high = walk->floor;
    return PLB_NATIVE_END;
}

static bool finish_array(plb_cbor *reader, bool indefinite) {
    plb_cbor_members members = {.indefinite = indefinite};
    return plb_cbor_end(reader, &members, "the end of the native script");
}

/* The array's head and the kind. */
static bool decode_head(plb_cbor *reader, plb_native_kind *kind, bool *indefinite) {
    static const char *const expected = "a native script's kind, 0 to 5";
    plb_cbor_members members;
    uint64_t number;
    if (!plb_cbor_array(reader, &members, "a native script: an array") ||
        !plb_cbor_uint(reader, &number, expected)) {
        return false;
    }
    if (number > PLB_NATIVE_UNTIL) return plb_cbor_malformed(reader, expected);
    *kind = (plb_native_kind) number;
    *indefinite = members.indefinite;
    return members.indefinite || members.left == script_lengths[number] ||
           plb_cbor_malformed(reader, "a native script of as many members as its kind has");
}

static bool decode_leaf(plb_native_walk *walk, bool indefinite) {
    plb_cbor *reader = walk->reader;
    bool ok = walk->kind == PLB_NATIVE_SIGNATURE
                  ? plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, &walk->key_hash,
                                      "a key hash of 28 bytes")
                  : plb_cbor_uint(reader, &walk->slot, "a slot");
    return ok && finish_array(reader, indefinite);
}

static bool open_level(plb_native_walk *walk, bool indefinite) {
    plb_cbor *reader = walk->reader;
    plb_region *stack = walk->stack;
    plb_native_level level = {.kind = walk->kind, .indefinite = indefinite};
    if (level.kind == PLB_NATIVE_AT_LEAST &&
        !plb_cbor_int(reader, &level.required, "a number of scripts")) {
        return false;
    }
    if (!plb_cbor_array(reader, &level.list, "native scripts")) return false;
    if (walk->depth++ != 0) {
        if ((size_t) (stack->high - stack->low) < sizeof level) {
            return plb_cbor_fail(reader, PLB_E_MEMORY, "a native script is nested too deeply");
        }
        stack->high -= sizeof level;
        memcpy(stack->high, &walk->level, sizeof level);
    }
    walk->level = level;
    return true;
}

static bool close_level(plb_native_walk *walk) {
    walk->closed = walk->level;
    if (!finish_array(walk->reader, walk->closed.indefinite)) return false;
    if (--walk->depth != 0) {
        memcpy(&walk->level, walk->stack->high, sizeof walk->level);
        walk->stack->high += sizeof walk->level;
    }
    return true;
}

plb_native_event plb_native_walk_next(plb_native_walk *walk) {
    if (walk->over || walk->reader->status != PLB_OK) return end(walk);
    if (walk->depth != 0 && !plb_cbor_more(walk->reader, &walk->level.list)) {
        if (walk->reader->status != PLB_OK || !close_level(walk)) return end(walk);
        walk->over = walk->depth == 0;
        return PLB_NATIVE_CLOSE;
    }
    bool indefinite = false;
    if (!decode_head(walk->reader, &walk->kind, &indefinite)) return end(walk);
    switch (walk->kind) {
    case PLB_NATIVE_ALL:
    case PLB_NATIVE_ANY:
    case PLB_NATIVE_AT_LEAST: return open_level(walk, indefinite) ? PLB_NATIVE_OPEN : end(walk);
    default: break;
    }
    if (!decode_leaf(walk, indefinite)) return end(walk);
    walk->over = walk->depth == 0;
    return PLB_NATIVE_LEAF;
}

bool plb_decode_native_script(plb_cbor *reader, plb_region *stack, plb_tx_script *script) {
    const uint8_t *start = reader->at;
    plb_native_walk walk;
    plb_native_walk_open(&walk, reader, stack);
    while (plb_native_walk_next(&walk) != PLB_NATIVE_END) {}
    if (reader->status != PLB_OK) return false;
    *script = (plb_tx_script){.is_native = true, .bytes = {start, (size_t) (reader->at - start)}};
    plb_script_hash(PLB_NATIVE_SCRIPT_TAG, script->bytes.bytes, script->bytes.length, script->hash);
    return true;
}
