/* CBOR items of any nesting: transaction metadata, and what is only passed over. */
#include <string.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/machine/utf8.h"

#define METADATUM_MAX_BYTES 64

/* What an open collection still waits for: a number of items, or one of these. */
#define LIST_OPEN UINT64_MAX
#define MAP_KEY_DUE (UINT64_MAX - 1)
#define MAP_VALUE_DUE (UINT64_MAX - 2)

typedef struct rules {
    size_t string_max_bytes;
    bool any_kind; /* tags, booleans, null and the rest too */
} rules;

static const rules metadata_rules = {METADATUM_MAX_BYTES, false};
static const rules skipping_rules = {SIZE_MAX, true};

static bool push_level(plb_cbor *reader, plb_region *stack, uint64_t waits) {
    if ((size_t) (stack->high - stack->low) < sizeof waits) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "CBOR is nested too deeply");
    }
    stack->high -= sizeof waits;
    memcpy(stack->high, &waits, sizeof waits);
    return true;
}

static bool check_string(plb_cbor *reader, const plb_cbor_item *string, size_t room) {
    if (string->length > room) {
        return plb_cbor_malformed(reader, "a metadata string of at most 64 bytes");
    }
    return string->kind != PLB_CBOR_TEXT || plb_utf8_valid(string->bytes, string->length) ||
           plb_cbor_malformed(reader, "UTF-8");
}

/* The rest of a string whose head is read; the limit is on all chunks together. */
static bool finish_string(plb_cbor *reader, const rules *allowed, const plb_cbor_item *head) {
    if (!head->indefinite) return check_string(reader, head, allowed->string_max_bytes);
    for (size_t room = allowed->string_max_bytes;;) {
        plb_cbor_item chunk;
        if (!plb_cbor_next(reader, &chunk)) return false;
        if (chunk.kind == PLB_CBOR_BREAK) return true;
        if (chunk.kind != head->kind || chunk.indefinite) {
            return plb_cbor_malformed(reader, "a chunk of the string, or its end");
        }
        if (!check_string(reader, &chunk, room)) return false;
        room -= chunk.length;
    }
}

/* An item stands where `waits` says that one is due: what the collection waits for after it. */
static uint64_t after_item(uint64_t waits) {
    switch (waits) {
    case LIST_OPEN: return LIST_OPEN;
    case MAP_KEY_DUE: return MAP_VALUE_DUE;
    case MAP_VALUE_DUE: return MAP_KEY_DUE;
    default: return waits - 1;
    }
}

/* Tags may stand before an item: pass over them to it. */
static bool pass_tags(plb_cbor *reader, plb_cbor_item *item) {
    while (item->kind == PLB_CBOR_TAG) {
        if (!plb_cbor_next(reader, item)) return false;
    }
    return item->kind != PLB_CBOR_BREAK || plb_cbor_malformed(reader, "an item");
}

/* Read one item; *waits is the innermost open collection's state, before and after. */
static bool step(plb_cbor *reader, const rules *allowed, plb_region *stack, uint64_t *waits) {
    plb_cbor_item item;
    if (!plb_cbor_next(reader, &item)) return false;
    if (item.kind == PLB_CBOR_BREAK && (*waits == LIST_OPEN || *waits == MAP_KEY_DUE)) {
        *waits = 0;
        return true;
    }
    if (allowed->any_kind && !pass_tags(reader, &item)) return false;
    *waits = after_item(*waits);
    switch (item.kind) {
    case PLB_CBOR_UINT:
    case PLB_CBOR_NEGINT: return true;
    case PLB_CBOR_BYTES:
    case PLB_CBOR_TEXT: return finish_string(reader, allowed, &item);
    case PLB_CBOR_ARRAY:
    case PLB_CBOR_MAP: break;
    default:
        return allowed->any_kind ||
               plb_cbor_malformed(reader, "a metadatum: integer, bytes, text, list or map");
    }
    bool is_map = item.kind == PLB_CBOR_MAP;
    if (!item.indefinite && item.number > (uint64_t) (reader->end - reader->at)) {
        return plb_cbor_malformed(reader, "as many members as the count says");
    }
    if (!push_level(reader, stack, *waits)) return false;
    *waits = item.indefinite ? (is_map ? MAP_KEY_DUE : LIST_OPEN) : item.number * (is_map ? 2 : 1);
    return true;
}

static bool read_item(plb_cbor *reader, const rules *allowed, plb_region *stack) {
    uint8_t *floor = stack->high;
    uint64_t waits = 1;
    bool ok = true;
    while (ok && (waits != 0 || stack->high != floor)) {
        if (waits == 0) {
            memcpy(&waits, stack->high, sizeof waits);
            stack->high += sizeof waits;
        } else {
            ok = step(reader, allowed, stack, &waits);
        }
    }
    stack->high = floor;
    return ok;
}

bool plb_cbor_metadatum(plb_cbor *reader, plb_region *stack) {
    return read_item(reader, &metadata_rules, stack);
}

bool plb_cbor_skip(plb_cbor *reader, plb_region *stack) {
    return read_item(reader, &skipping_rules, stack);
}
