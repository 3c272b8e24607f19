/* The outermost array of a transaction, its body, and its auxiliary data
 * (Cardano.Ledger.Conway.TxBody, Alonzo.TxAuxData). */
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

/* ---- Body fields ---- */

static int compare_refs(const void *a, const void *b) { return plb_tx_in_compare(a, b); }

static bool decode_ref(plb_cbor *reader, plb_tx_in *ref) {
    plb_cbor_members members;
    const uint8_t *id;
    uint64_t index;
    if (!plb_cbor_array(reader, &members, "an input") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_bytes_of(reader, PLB_HASH_BYTES, &id, "a transaction id of 32 bytes") ||
        !plb_cbor_more(reader, &members) || !plb_cbor_uint(reader, &index, "an output index")) {
        return plb_cbor_malformed(reader, "an input of transaction id and index");
    }
    if (index > UINT16_MAX) return plb_cbor_malformed(reader, "an output index below 65536");
    memcpy(ref->id, id, PLB_HASH_BYTES);
    ref->index = (uint16_t) index;
    return plb_cbor_end(reader, &members, "the end of the input");
}

static bool decode_inputs(plb_cbor *reader, plb_region *arena, plb_tx_inputs *inputs) {
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "a set of inputs")) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        plb_tx_in *ref = plb_list_add(&list, sizeof *ref, arena, reader);
        if (ref == NULL || !decode_ref(reader, ref)) return false;
    }
    inputs->refs = (plb_tx_in *) (void *) list.items;
    inputs->count = list.count;
    plb_sort(inputs->refs, inputs->count, sizeof *inputs->refs, compare_refs);
    for (size_t i = 1; i < inputs->count; i++) {
        if (plb_tx_in_compare(&inputs->refs[i - 1], &inputs->refs[i]) == 0) {
            return plb_cbor_malformed(reader, "a set without duplicates");
        }
    }
    return reader->status == PLB_OK;
}

static bool field_inputs(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_inputs(reader, arena, &tx->inputs);
}

static bool decode_nonempty_inputs(plb_cbor *reader, plb_region *arena, plb_tx_inputs *inputs) {
    return decode_inputs(reader, arena, inputs) &&
           (inputs->count != 0 || plb_cbor_malformed(reader, "a set that is not empty"));
}

static bool field_collateral(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_nonempty_inputs(reader, arena, &tx->collateral);
}

static bool field_reference(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_nonempty_inputs(reader, arena, &tx->reference);
}

static bool field_outputs(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_array(reader, &members, "outputs")) return false;
    while (plb_cbor_more(reader, &members)) {
        plb_tx_out *out = plb_list_add(&list, sizeof *out, arena, reader);
        if (out == NULL || !plb_decode_output(reader, arena, out)) return false;
    }
    tx->outputs = (plb_tx_out *) (void *) list.items;
    tx->output_count = list.count;
    if (list.count > (size_t) UINT16_MAX + 1) {
        return plb_cbor_malformed(reader, "at most 65536 outputs");
    }
    return reader->status == PLB_OK;
}

static bool field_fee(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    return plb_cbor_uint(reader, &tx->fee, "a fee");
}

static bool field_valid_until(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    tx->has_valid_until = true;
    return plb_cbor_uint(reader, &tx->valid_until, "a slot");
}

static bool field_valid_from(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    tx->has_valid_from = true;
    return plb_cbor_uint(reader, &tx->valid_from, "a slot");
}

static bool field_auxiliary_hash(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    return plb_cbor_bytes_of(reader, PLB_HASH_BYTES, &tx->auxiliary_hash, "a hash of 32 bytes");
}

static bool field_integrity_hash(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    return plb_cbor_bytes_of(reader, PLB_HASH_BYTES, &tx->integrity_hash, "a hash of 32 bytes");
}

static int compare_key_hashes(const void *a, const void *b) {
    return memcmp(*(const uint8_t *const *) a, *(const uint8_t *const *) b, PLB_KEY_HASH_BYTES);
}

static bool field_required_signers(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "required signers")) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        const uint8_t **hash = plb_list_add(&list, sizeof *hash, arena, reader);
        if (hash == NULL ||
            !plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, hash, "a key hash of 28 bytes")) {
            return false;
        }
    }
    tx->required_signers = (const uint8_t **) (void *) list.items;
    tx->required_signer_count = list.count;
    if (list.count == 0) return plb_cbor_malformed(reader, "a set that is not empty");
    plb_sort(list.items, list.count, sizeof *tx->required_signers, compare_key_hashes);
    for (size_t i = 1; i < list.count; i++) {
        if (compare_key_hashes(&tx->required_signers[i - 1], &tx->required_signers[i]) == 0) {
            return plb_cbor_malformed(reader, "a set without duplicates");
        }
    }
    return reader->status == PLB_OK;
}

static bool field_network(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    uint64_t network;
    if (!plb_cbor_uint(reader, &network, "network id 0 or 1")) return false;
    if (network > 1) return plb_cbor_malformed(reader, "network id 0 or 1");
    tx->network = (int) network;
    return true;
}

static bool field_collateral_return(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    tx->collateral_return = plb_region_alloc(arena, sizeof *tx->collateral_return);
    if (tx->collateral_return == NULL) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "the transaction is larger than the byte cap");
    }
    return plb_decode_output(reader, arena, tx->collateral_return);
}

static bool field_total_collateral(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    tx->has_total_collateral = true;
    return plb_cbor_uint(reader, &tx->total_collateral, "an amount of lovelace");
}

/* By key. A row without a decoder names what is not supported; one without a name is no field. */
typedef struct body_field {
    bool (*decode)(plb_cbor *reader, plb_region *arena, plb_tx *tx);
    const char *unsupported;
} body_field;

static const body_field body_fields[] = {
    [0] = {field_inputs, NULL},
    [1] = {field_outputs, NULL},
    [2] = {field_fee, NULL},
    [3] = {field_valid_until, NULL},
    [4] = {NULL, "certificates"},
    [5] = {NULL, "withdrawals"},
    [7] = {field_auxiliary_hash, NULL},
    [8] = {field_valid_from, NULL},
    [9] = {NULL, "minting"},
    [11] = {field_integrity_hash, NULL},
    [13] = {field_collateral, NULL},
    [14] = {field_required_signers, NULL},
    [15] = {field_network, NULL},
    [16] = {field_collateral_return, NULL},
    [17] = {field_total_collateral, NULL},
    [18] = {field_reference, NULL},
    [19] = {NULL, "voting procedures"},
    [20] = {NULL, "proposal procedures"},
    [21] = {NULL, "a current treasury value"},
    [22] = {NULL, "a treasury donation"},
};
#define BODY_FIELD_COUNT (sizeof body_fields / sizeof body_fields[0])

bool plb_decode_body(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    uint32_t seen = 0;
    tx->network = -1;
    if (!plb_cbor_map(reader, &members, "a transaction body")) return false;
    while (plb_cbor_more(reader, &members)) {
        uint64_t key;
        if (!plb_cbor_uint(reader, &key, "a transaction body's key")) return false;
        const body_field *field = key < BODY_FIELD_COUNT ? &body_fields[key] : NULL;
        if (field == NULL || (field->decode == NULL && field->unsupported == NULL)) {
            return plb_cbor_malformed(reader, "a key of Conway's transaction body");
        }
        if ((seen & UINT32_C(1) << key) != 0) {
            return plb_cbor_malformed(reader, "each key of the transaction body once");
        }
        seen |= UINT32_C(1) << key;
        if (field->decode == NULL) return plb_cbor_unsupported(reader, field->unsupported);
        if (!field->decode(reader, arena, tx)) return false;
    }
    if ((seen & 7) != 7) {
        return plb_cbor_malformed(reader, "a transaction body with inputs, outputs and fee");
    }
    return reader->status == PLB_OK;
}

/* ---- Auxiliary data ---- */

static int compare_labels(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
    return (x > y) - (x < y);
}

static bool decode_metadata(plb_cbor *reader, plb_region *arena) {
    plb_cbor_members members;
    plb_list labels = {0};
    if (!plb_cbor_map(reader, &members, "metadata")) return false;
    while (plb_cbor_more(reader, &members)) {
        uint64_t *label = plb_list_add(&labels, sizeof *label, arena, reader);
        if (label == NULL || !plb_cbor_uint(reader, label, "a metadata label") ||
            !plb_cbor_metadatum(reader, arena)) {
            return false;
        }
    }
    plb_sort(labels.items, labels.count, sizeof(uint64_t), compare_labels);
    for (size_t i = 1; i < labels.count; i++) {
        const uint64_t *label = (const uint64_t *) (const void *) labels.items + i;
        if (label[-1] == label[0]) {
            return plb_cbor_malformed(reader, "metadata labels without duplicates");
        }
    }
    return reader->status == PLB_OK;
}

/* An array of scripts that must be empty. */
static bool decode_no_scripts(plb_cbor *reader) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "scripts in auxiliary data")) return false;
    if (plb_cbor_more(reader, &members)) {
        return plb_cbor_unsupported(reader, "scripts in auxiliary data");
    }
    return reader->status == PLB_OK;
}

/* Alonzo's form: tag 259 around a map of metadata and scripts by language. */
static bool decode_tagged_auxiliary(plb_cbor *reader, plb_region *arena) {
    plb_cbor_members members;
    unsigned seen = 0;
    if (!plb_cbor_tag(reader, 259, "tag 259") ||
        !plb_cbor_map(reader, &members, "auxiliary data")) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        uint64_t key;
        if (!plb_cbor_uint(reader, &key, "a key of auxiliary data")) return false;
        if (key > 4 || (seen & 1u << key) != 0) {
            return plb_cbor_malformed(reader, "each key of auxiliary data, 0 to 4, once");
        }
        seen |= 1u << key;
        if (!(key == 0 ? decode_metadata(reader, arena) : decode_no_scripts(reader))) return false;
    }
    return reader->status == PLB_OK;
}

/* Allegra's form: an array of metadata and native scripts. */
static bool decode_array_auxiliary(plb_cbor *reader, plb_region *arena) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "auxiliary data") || !plb_cbor_more(reader, &members) ||
        !decode_metadata(reader, arena) || !plb_cbor_more(reader, &members) ||
        !decode_no_scripts(reader)) {
        return plb_cbor_malformed(reader, "auxiliary data of metadata and scripts");
    }
    return plb_cbor_end(reader, &members, "the end of the auxiliary data");
}

bool plb_decode_auxiliary(plb_cbor *reader, plb_region *arena) {
    switch (plb_cbor_peek(reader)) {
    case 5: return decode_metadata(reader, arena);
    case 4: return decode_array_auxiliary(reader, arena);
    default: return decode_tagged_auxiliary(reader, arena);
    }
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
    if (!plb_decode_auxiliary(reader, arena)) return false;
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
    return reader->at == reader->end || plb_cbor_malformed(reader, "nothing behind it");
}

plb_status plb_tx_decode(plb_tx *tx, plb_region *arena, const uint8_t *bytes, size_t length,
                         plb_error *error) {
    plb_cbor reader;
    *tx = (plb_tx){0};
    plb_cbor_open(&reader, bytes, length);
    if (!decode_transaction(&reader, arena, tx)) {
        plb_cbor_malformed(&reader, "a transaction");
        return plb_cbor_error(&reader, "transaction", error);
    }
    /* An array's head, the parts as they came, no validity flag: toCBORForSizeComputation. */
    tx->size_bytes = 1 + tx->body.length + tx->witnesses.length +
                     (tx->auxiliary.bytes != NULL ? tx->auxiliary.length : 1);
    plb_blake2b_256(tx->body.bytes, tx->body.length, tx->id);
    return PLB_OK;
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
