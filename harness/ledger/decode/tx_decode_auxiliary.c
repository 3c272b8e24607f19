/* Auxiliary data in its three forms (Cardano.Ledger.Alonzo.TxAuxData). */
#include "harness/ledger/decode/native_script.h"
#include "harness/ledger/tx.h"

#define AUXILIARY_TAG 259

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

/* Scripts, none or any number of times the same. */
static bool decode_native_scripts(plb_cbor *reader, plb_region *arena) {
    plb_cbor_members members;
    plb_tx_script script;
    if (!plb_cbor_array(reader, &members, "native scripts in auxiliary data")) return false;
    while (plb_cbor_more(reader, &members)) {
        if (!plb_decode_native_script(reader, arena, &script)) return false;
    }
    return reader->status == PLB_OK;
}

static bool decode_plutus_scripts(plb_cbor *reader, plb_region *arena, plb_tx *tx,
                                  plb_language language) {
    plb_cbor_members members;
    plb_list list = {(uint8_t *) tx->auxiliary_scripts, tx->auxiliary_script_count,
                     tx->auxiliary_script_count};
    if (!plb_cbor_array(reader, &members, "Plutus scripts in auxiliary data")) return false;
    while (plb_cbor_more(reader, &members)) {
        plb_tx_script *script = plb_list_add(&list, sizeof *script, arena, reader);
        if (script == NULL) return false;
        *script = (plb_tx_script){.language = language};
        if (!plb_cbor_bytes(reader, &script->bytes, "a script's bytes")) return false;
    }
    tx->auxiliary_scripts = (plb_tx_script *) (void *) list.items;
    tx->auxiliary_script_count = list.count;
    return reader->status == PLB_OK;
}

/* Alonzo's form: a tag around a map of metadata and scripts by language. */
static bool decode_tagged_auxiliary(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    unsigned seen = 0;
    if (!plb_cbor_tag(reader, AUXILIARY_TAG, "auxiliary data: a map, an array or tag 259") ||
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
        bool ok = key == 0   ? decode_metadata(reader, arena)
                  : key == 1 ? decode_native_scripts(reader, arena)
                             : decode_plutus_scripts(reader, arena, tx, (plb_language) (key - 1));
        if (!ok) return false;
    }
    return reader->status == PLB_OK;
}

/* Allegra's form: an array of metadata and native scripts. */
static bool decode_array_auxiliary(plb_cbor *reader, plb_region *arena) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "auxiliary data") || !plb_cbor_more(reader, &members) ||
        !decode_metadata(reader, arena) || !plb_cbor_more(reader, &members) ||
        !decode_native_scripts(reader, arena)) {
        return plb_cbor_malformed(reader, "auxiliary data of metadata and scripts");
    }
    return plb_cbor_end(reader, &members, "the end of the auxiliary data");
}

bool plb_decode_auxiliary(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    switch (plb_cbor_peek(reader)) {
    case 5: return decode_metadata(reader, arena);
    case 4: return decode_array_auxiliary(reader, arena);
    default: return decode_tagged_auxiliary(reader, arena, tx);
    }
}
