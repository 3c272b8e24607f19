/* The body of a transaction (Cardano.Ledger.Conway.TxBody). */
#include <string.h>

#include "harness/ledger/tx.h"

/* ---- Inputs and outputs ---- */

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

static bool field_collateral_return(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    tx->collateral_return = plb_region_alloc(arena, sizeof *tx->collateral_return);
    if (tx->collateral_return == NULL) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "the transaction is larger than the byte cap");
    }
    return plb_decode_output(reader, arena, tx->collateral_return);
}

/* ---- Single values ---- */

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

static bool field_network(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    uint64_t network;
    if (!plb_cbor_uint(reader, &network, "network id 0 or 1")) return false;
    if (network > 1) return plb_cbor_malformed(reader, "network id 0 or 1");
    tx->network = (int) network;
    return true;
}

static bool field_total_collateral(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    tx->has_total_collateral = true;
    return plb_cbor_uint(reader, &tx->total_collateral, "an amount of lovelace");
}

static bool field_current_treasury(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    tx->has_current_treasury = true;
    return plb_cbor_uint(reader, &tx->current_treasury, "an amount of lovelace");
}

static bool field_donation(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    return plb_cbor_uint(reader, &tx->donation, "an amount of lovelace") &&
           (tx->donation != 0 || plb_cbor_malformed(reader, "a donation that is not zero"));
}

/* ---- Collections ---- */

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

/* A set that is not supported: its items need only be well-formed. */
static bool pass_set(plb_cbor *reader, plb_region *arena, const char *what) {
    plb_cbor_members members;
    plb_cbor_unsupported(reader, what);
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, what)) return false;
    while (plb_cbor_more(reader, &members)) {
        if (!plb_cbor_skip(reader, arena)) return false;
    }
    if (reader->status != PLB_OK) return false;
    return members.taken != 0 || plb_cbor_malformed(reader, "a set that is not empty");
}

static bool field_certificates(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    const uint8_t *start = reader->at;
    if (!pass_set(reader, arena, "certificates")) return false;
    tx->certificates = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

static bool field_proposals(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) tx;
    return pass_set(reader, arena, "proposal procedures");
}

static bool field_votes(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) tx;
    plb_cbor_members members;
    plb_cbor_unsupported(reader, "voting procedures");
    if (!plb_cbor_map(reader, &members, "voting procedures")) return false;
    while (plb_cbor_more(reader, &members)) {
        if (!plb_cbor_skip(reader, arena) || !plb_cbor_skip(reader, arena)) return false;
    }
    if (reader->status != PLB_OK) return false;
    return members.taken != 0 || plb_cbor_malformed(reader, "voting procedures that are not empty");
}

/* ---- The body ---- */

typedef bool body_field(plb_cbor *reader, plb_region *arena, plb_tx *tx);

/* By key. */
static body_field *const body_fields[] = {
    [0] = field_inputs,
    [1] = field_outputs,
    [2] = field_fee,
    [3] = field_valid_until,
    [4] = field_certificates,
    [5] = plb_decode_withdrawals,
    [7] = field_auxiliary_hash,
    [8] = field_valid_from,
    [9] = plb_decode_mint,
    [11] = field_integrity_hash,
    [13] = field_collateral,
    [14] = field_required_signers,
    [15] = field_network,
    [16] = field_collateral_return,
    [17] = field_total_collateral,
    [18] = field_reference,
    [19] = field_votes,
    [20] = field_proposals,
    [21] = field_current_treasury,
    [22] = field_donation,
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
        body_field *decode = key < BODY_FIELD_COUNT ? body_fields[key] : NULL;
        if (decode == NULL) {
            return plb_cbor_malformed(reader, "a key of Conway's transaction body");
        }
        if ((seen & UINT32_C(1) << key) != 0) {
            return plb_cbor_malformed(reader, "each key of the transaction body once");
        }
        seen |= UINT32_C(1) << key;
        if (!decode(reader, arena, tx)) return false;
    }
    if ((seen & 7) != 7) {
        return plb_cbor_malformed(reader, "a transaction body with inputs, outputs and fee");
    }
    return reader->status == PLB_OK;
}
