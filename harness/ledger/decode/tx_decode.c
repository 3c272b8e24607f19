/* The outermost array of a transaction (Cardano.Ledger.Alonzo.Tx), and what all parts of the
 * decoder use. */
#include <string.h>

#include "harness/ledger/tx.h"

/* ---- Containers ---- */

int plb_tx_in_compare(const plb_tx_in *a, const plb_tx_in *b) {
    int order = memcmp(a->id, b->id, sizeof a->id);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

#define SORT_ITEM_MAX_BYTES 128

static void swap_items(uint8_t *a, uint8_t *b, size_t size) {
    uint8_t kept[SORT_ITEM_MAX_BYTES];
    memcpy(kept, a, size);
    memcpy(a, b, size);
    memcpy(b, kept, size);
}

static void sift_down(uint8_t *items, size_t root, size_t count, size_t size,
                      int (*compare)(const void *, const void *)) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && compare(items + child * size, items + (child + 1) * size) < 0) {
            child++;
        }
        if (compare(items + root * size, items + child * size) >= 0) return;
        swap_items(items + root * size, items + child * size, size);
    }
}

void plb_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
    uint8_t *bytes = items;
    size_t sorted = 1;
    while (sorted < count && compare(bytes + (sorted - 1) * size, bytes + sorted * size) <= 0) {
        sorted++;
    }
    if (sorted >= count) return;
    for (size_t root = count / 2; root-- > 0;) sift_down(bytes, root, count, size, compare);
    for (size_t last = count; --last > 0;) {
        swap_items(bytes, bytes + last * size, size);
        sift_down(bytes, 0, last, size, compare);
    }
}

void *plb_list_add(plb_list *list, size_t size, plb_region *arena, plb_cbor *reader) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        uint8_t *items = plb_region_alloc(arena, capacity * size);
        if (items == NULL) {
            plb_cbor_fail(reader, PLB_E_MEMORY, "the transaction is larger than the byte cap");
            return NULL;
        }
        if (list->count != 0) memcpy(items, list->items, list->count * size);
        list->items = items;
        list->capacity = capacity;
    }
    return list->items + list->count++ * size;
}

/* ---- The whole ---- */

static bool decode_span(plb_cbor *reader, plb_region *arena, plb_tx *tx, plb_span *span,
                        bool (*decode)(plb_cbor *, plb_region *, plb_tx *)) {
    const uint8_t *start = reader->at;
    if (!decode(reader, arena, tx)) return false;
    *span = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

static bool decode_auxiliary_or_null(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    const uint8_t *start = reader->at;
    if (plb_cbor_peek(reader) == 7) {
        plb_cbor_item item;
        return plb_cbor_next(reader, &item) &&
               (item.kind == PLB_CBOR_NULL || plb_cbor_malformed(reader, "auxiliary data or null"));
    }
    if (!plb_decode_auxiliary(reader, arena, tx)) return false;
    tx->auxiliary = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

/* The validity flag may be left out (Cardano.Ledger.Alonzo.Tx): then there are three members. */
static bool decode_flag(plb_cbor *reader, plb_cbor_members *members, plb_tx *tx) {
    plb_cbor_item item;
    tx->is_valid = true;
    bool is_flag = reader->at < reader->end && (*reader->at == 0xf4 || *reader->at == 0xf5);
    if (!is_flag) return true;
    if (!plb_cbor_next(reader, &item)) return false;
    tx->is_valid = item.number != 0;
    return plb_cbor_more(reader, members) || plb_cbor_malformed(reader, "auxiliary data or null");
}

static bool decode_transaction(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "a transaction: an array of four")) return false;
    if (!plb_cbor_more(reader, &members) ||
        !decode_span(reader, arena, tx, &tx->body, plb_decode_body) ||
        !plb_cbor_more(reader, &members) ||
        !decode_span(reader, arena, tx, &tx->witnesses, plb_decode_witnesses) ||
        !plb_cbor_more(reader, &members)) {
        return plb_cbor_malformed(reader, "body, witnesses, validity and auxiliary data");
    }
    if (!decode_flag(reader, &members, tx) || !decode_auxiliary_or_null(reader, arena, tx) ||
        !plb_cbor_end(reader, &members, "the end of the transaction")) {
        return false;
    }
    return plb_cbor_finish(reader, "nothing behind the transaction");
}

plb_status plb_tx_decode(plb_tx *tx, plb_region *arena, const uint8_t *bytes, size_t length,
                         plb_error *error) {
    plb_cbor reader;
    *tx = (plb_tx){0};
    plb_cbor_open(&reader, bytes, length);
    if (!decode_transaction(&reader, arena, tx)) plb_cbor_malformed(&reader, "a transaction");
    if (reader.status == PLB_OK || reader.status == PLB_E_UNSUPPORTED) {
        /* An array's head, the parts as they came, no validity flag: toCBORForSizeComputation. */
        tx->size_bytes = 1 + tx->body.length + tx->witnesses.length +
                         (tx->auxiliary.bytes != NULL ? tx->auxiliary.length : 1);
        plb_blake2b_256(tx->body.bytes, tx->body.length, tx->id);
    }
    return plb_cbor_error(&reader, "transaction", error);
}

plb_exunits plb_tx_exunits(const plb_tx *tx) {
    plb_exunits total = {0, 0};
    for (size_t i = 0; i < tx->redeemer_count; i++) {
        const plb_exunits *one = &tx->redeemers[i].exunits;
        if (__builtin_add_overflow(total.memory, one->memory, &total.memory)) {
            total.memory = INT64_MAX;
        }
        if (__builtin_add_overflow(total.steps, one->steps, &total.steps)) {
            total.steps = INT64_MAX;
        }
    }
    return total;
}
