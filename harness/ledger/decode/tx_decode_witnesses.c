/* The witness set (Cardano.Ledger.Alonzo.TxWits). */
#include <string.h>

#include "harness/ledger/decode/native_script.h"
#include "harness/ledger/tx.h"

#define KEY_BYTES 32
#define SIGNATURE_BYTES 64

/* Sort, and of equal items keep one: how many are left. */
static size_t keep_one_of_each(void *items, size_t count, size_t size,
                               int (*compare)(const void *, const void *)) {
    uint8_t *bytes = items;
    size_t kept = count < 2 ? count : 1;
    plb_sort(items, count, size, compare);
    for (size_t i = 1; i < count; i++) {
        if (compare(bytes + (kept - 1) * size, bytes + i * size) == 0) continue;
        if (kept != i) memcpy(bytes + kept * size, bytes + i * size, size);
        kept++;
    }
    return kept;
}

/* ---- Signatures ---- */

static bool decode_vkey(plb_cbor *reader, plb_vkey_witness *vkey) {
    plb_cbor_members pair;
    if (!plb_cbor_array(reader, &pair, "a vkey witness") || !plb_cbor_more(reader, &pair) ||
        !plb_cbor_bytes_of(reader, KEY_BYTES, &vkey->key, "a verification key of 32 bytes") ||
        !plb_cbor_more(reader, &pair) ||
        !plb_cbor_bytes_of(reader, SIGNATURE_BYTES, &vkey->signature, "a signature of 64 bytes") ||
        !plb_cbor_end(reader, &pair, "the end of the vkey witness")) {
        return plb_cbor_malformed(reader, "a vkey witness of key and signature");
    }
    plb_blake2b_224(vkey->key, KEY_BYTES, vkey->hash);
    return true;
}

static int compare_vkeys(const void *a, const void *b) {
    const plb_vkey_witness *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, PLB_KEY_HASH_BYTES);
    return order != 0 ? order : memcmp(x->signature, y->signature, SIGNATURE_BYTES);
}

static bool field_vkeys(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "vkey witnesses")) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        plb_vkey_witness *vkey = plb_list_add(&list, sizeof *vkey, arena, reader);
        if (vkey == NULL || !decode_vkey(reader, vkey)) return false;
    }
    if (reader->status != PLB_OK) return false;
    tx->vkeys = (plb_vkey_witness *) (void *) list.items;
    tx->vkey_count = keep_one_of_each(list.items, list.count, sizeof *tx->vkeys, compare_vkeys);
    return list.count != 0 || plb_cbor_malformed(reader, "vkey witnesses that are not empty");
}

/* [key, signature, chain code, attributes] */
static bool pass_bootstrap_witness(plb_cbor *reader) {
    plb_cbor_members members;
    const uint8_t *bytes;
    plb_span span;
    if (!plb_cbor_array(reader, &members, "a bootstrap witness") ||
        !plb_cbor_more(reader, &members) ||
        !plb_cbor_bytes_of(reader, KEY_BYTES, &bytes, "a verification key of 32 bytes") ||
        !plb_cbor_more(reader, &members) ||
        !plb_cbor_bytes_of(reader, SIGNATURE_BYTES, &bytes, "a signature of 64 bytes") ||
        !plb_cbor_more(reader, &members) || !plb_cbor_bytes(reader, &span, "a chain code") ||
        !plb_cbor_more(reader, &members) ||
        !plb_cbor_bytes(reader, &span, "a Byron address's attributes")) {
        return plb_cbor_malformed(reader, "a bootstrap witness of four members");
    }
    return plb_cbor_end(reader, &members, "the end of the bootstrap witness");
}

static bool field_bootstrap(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    (void) arena;
    (void) tx;
    plb_cbor_members members;
    plb_cbor_unsupported(reader, "bootstrap witnesses");
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "bootstrap witnesses")) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        if (!pass_bootstrap_witness(reader)) return false;
    }
    if (reader->status != PLB_OK) return false;
    return members.taken != 0 ||
           plb_cbor_malformed(reader, "bootstrap witnesses that are not empty");
}

/* ---- Scripts ---- */

static int compare_scripts(const void *a, const void *b) {
    return memcmp(((const plb_tx_script *) a)->hash, ((const plb_tx_script *) b)->hash,
                  PLB_KEY_HASH_BYTES);
}

static bool decode_script(plb_cbor *reader, plb_region *arena, plb_language language,
                          plb_tx_script *script) {
    if (language == PLB_NATIVE_SCRIPT_TAG) return plb_decode_native_script(reader, arena, script);
    *script = (plb_tx_script){.language = language};
    if (!plb_cbor_bytes(reader, &script->bytes, "a script's bytes")) return false;
    plb_script_hash(language, script->bytes.bytes, script->bytes.length, script->hash);
    return true;
}

/* Of a native script that comes twice one counts; a Plutus script may not (scriptDecoderV9). */
static bool decode_scripts(plb_cbor *reader, plb_region *arena, plb_tx *tx, plb_language language) {
    plb_cbor_members members;
    plb_list list = {(uint8_t *) tx->scripts, tx->script_count, tx->script_count};
    size_t first = list.count;
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "scripts")) return false;
    while (plb_cbor_more(reader, &members)) {
        plb_tx_script *script = plb_list_add(&list, sizeof *script, arena, reader);
        if (script == NULL || !decode_script(reader, arena, language, script)) return false;
    }
    if (reader->status != PLB_OK) return false;
    size_t came = list.count - first;
    if (came == 0) return plb_cbor_malformed(reader, "scripts that are not empty");
    tx->scripts = (plb_tx_script *) (void *) list.items;
    size_t kept = keep_one_of_each(tx->scripts + first, came, sizeof *tx->scripts, compare_scripts);
    tx->script_count = first + kept;
    return kept == came || language == PLB_NATIVE_SCRIPT_TAG ||
           plb_cbor_malformed(reader, "scripts without duplicates");
}

static bool field_native_scripts(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_scripts(reader, arena, tx, PLB_NATIVE_SCRIPT_TAG);
}
static bool field_scripts_v1(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_scripts(reader, arena, tx, PLB_PLUTUS_V1);
}
static bool field_scripts_v2(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_scripts(reader, arena, tx, PLB_PLUTUS_V2);
}
static bool field_scripts_v3(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    return decode_scripts(reader, arena, tx, PLB_PLUTUS_V3);
}

/* ---- Datums ---- */

static int compare_datums(const void *a, const void *b) {
    return memcmp(((const plb_witness_datum *) a)->hash, ((const plb_witness_datum *) b)->hash,
                  PLB_HASH_BYTES);
}

static bool field_datums(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    const uint8_t *start = reader->at;
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_set_tag(reader) || !plb_cbor_array(reader, &members, "datums")) return false;
    while (plb_cbor_more(reader, &members)) {
        plb_witness_datum *datum = plb_list_add(&list, sizeof *datum, arena, reader);
        const uint8_t *from = reader->at;
        if (datum == NULL || !plb_decode_data(reader, arena, &datum->data)) return false;
        plb_blake2b_256(from, (size_t) (reader->at - from), datum->hash);
    }
    if (reader->status != PLB_OK) return false;
    if (list.count == 0) return plb_cbor_malformed(reader, "datums that are not empty");
    tx->datums = (plb_witness_datum *) (void *) list.items;
    tx->datum_count = keep_one_of_each(list.items, list.count, sizeof *tx->datums, compare_datums);
    tx->datums_bytes = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

/* ---- Redeemers ---- */

/* A redeemer and where it stood: of several with the same pointer the last one counts. */
typedef struct placed_redeemer {
    plb_redeemer redeemer;
    size_t place;
} placed_redeemer;

static int compare_pointers(const plb_redeemer *a, const plb_redeemer *b) {
    int order = (a->purpose > b->purpose) - (a->purpose < b->purpose);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static int compare_placed(const void *a, const void *b) {
    const placed_redeemer *x = a, *y = b;
    int order = compare_pointers(&x->redeemer, &y->redeemer);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static bool decode_pointer(plb_cbor *reader, plb_cbor_members *members, plb_redeemer *redeemer) {
    uint64_t purpose, index;
    if (!plb_cbor_more(reader, members) ||
        !plb_cbor_uint(reader, &purpose, "a redeemer tag, 0 to 5") ||
        !plb_cbor_more(reader, members) || !plb_cbor_uint(reader, &index, "a redeemer index")) {
        return plb_cbor_malformed(reader, "a redeemer's tag and index");
    }
    if (purpose >= PLB_PURPOSE_COUNT) return plb_cbor_malformed(reader, "a redeemer tag, 0 to 5");
    if (index > UINT32_MAX) return plb_cbor_malformed(reader, "a redeemer index below 2^32");
    redeemer->purpose = (plb_purpose) purpose;
    redeemer->index = (uint32_t) index;
    return true;
}

static bool decode_exunits(plb_cbor *reader, plb_exunits *exunits) {
    plb_cbor_members members;
    uint64_t memory, steps;
    if (!plb_cbor_array(reader, &members, "ExUnits") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &memory, "an amount of memory") ||
        !plb_cbor_more(reader, &members) || !plb_cbor_uint(reader, &steps, "an amount of steps")) {
        return plb_cbor_malformed(reader, "ExUnits of memory and steps");
    }
    if (memory > INT64_MAX || steps > INT64_MAX) {
        return plb_cbor_malformed(reader, "ExUnits below 2^63");
    }
    exunits->memory = (int64_t) memory;
    exunits->steps = (int64_t) steps;
    return plb_cbor_end(reader, &members, "the end of the ExUnits");
}

/* [tag, index, data, exunits] */
static bool decode_array_redeemer(plb_cbor *reader, plb_region *arena, plb_redeemer *redeemer) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "a redeemer") ||
        !decode_pointer(reader, &members, redeemer) || !plb_cbor_more(reader, &members) ||
        !plb_decode_data(reader, arena, &redeemer->data) || !plb_cbor_more(reader, &members) ||
        !decode_exunits(reader, &redeemer->exunits)) {
        return plb_cbor_malformed(reader, "a redeemer of four members");
    }
    return plb_cbor_end(reader, &members, "the end of the redeemer");
}

/* [tag, index] => [data, exunits]; the latter is of definite length (decodeTuple). */
static bool decode_map_redeemer(plb_cbor *reader, plb_region *arena, plb_redeemer *redeemer) {
    plb_cbor_members key, value;
    if (!plb_cbor_array(reader, &key, "a redeemer's tag and index") ||
        !decode_pointer(reader, &key, redeemer) ||
        !plb_cbor_end(reader, &key, "the end of the redeemer's key") ||
        !plb_cbor_array(reader, &value, "a redeemer's data and ExUnits") || value.indefinite ||
        !plb_cbor_more(reader, &value) || !plb_decode_data(reader, arena, &redeemer->data) ||
        !plb_cbor_more(reader, &value) || !decode_exunits(reader, &redeemer->exunits)) {
        return plb_cbor_malformed(reader, "a redeemer of data and ExUnits");
    }
    return plb_cbor_end(reader, &value, "the end of the redeemer");
}

static bool keep_last_redeemers(plb_cbor *reader, plb_region *arena, plb_tx *tx,
                                placed_redeemer *placed, size_t count) {
    plb_sort(placed, count, sizeof *placed, compare_placed);
    tx->redeemers = plb_region_alloc(arena, count * sizeof *tx->redeemers);
    if (tx->redeemers == NULL) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "the transaction is larger than the byte cap");
    }
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && compare_pointers(&placed[i].redeemer, &placed[i + 1].redeemer) == 0) {
            continue;
        }
        tx->redeemers[tx->redeemer_count++] = placed[i].redeemer;
    }
    return true;
}

static bool field_redeemers(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    const uint8_t *start = reader->at;
    plb_cbor_members members;
    plb_list list = {0};
    /* The ledger's decoder has no case for a map whose length takes eight bytes. */
    bool is_map = plb_cbor_peek(reader) == 5 && *start != 0xbb;
    if (!(is_map ? plb_cbor_map(reader, &members, "redeemers")
                 : plb_cbor_array(reader, &members, "redeemers"))) {
        return false;
    }
    while (plb_cbor_more(reader, &members)) {
        placed_redeemer *placed = plb_list_add(&list, sizeof *placed, arena, reader);
        if (placed == NULL) return false;
        placed->place = list.count;
        if (!(is_map ? decode_map_redeemer(reader, arena, &placed->redeemer)
                     : decode_array_redeemer(reader, arena, &placed->redeemer))) {
            return false;
        }
    }
    if (reader->status != PLB_OK) return false;
    if (list.count == 0) return plb_cbor_malformed(reader, "redeemers that are not empty");
    tx->redeemers_bytes = (plb_span){start, (size_t) (reader->at - start)};
    return keep_last_redeemers(reader, arena, tx, (placed_redeemer *) (void *) list.items,
                               list.count);
}

/* ---- The set ---- */

typedef bool witness_field(plb_cbor *reader, plb_region *arena, plb_tx *tx);

/* By key. */
static witness_field *const witness_fields[] = {
    field_vkeys,  field_native_scripts, field_bootstrap,  field_scripts_v1,
    field_datums, field_redeemers,      field_scripts_v2, field_scripts_v3,
};
#define WITNESS_FIELD_COUNT (sizeof witness_fields / sizeof witness_fields[0])

bool plb_decode_witnesses(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    unsigned seen = 0;
    if (!plb_cbor_map(reader, &members, "a witness set")) return false;
    while (plb_cbor_more(reader, &members)) {
        uint64_t key;
        if (!plb_cbor_uint(reader, &key, "a witness set's key, 0 to 7")) return false;
        if (key >= WITNESS_FIELD_COUNT || (seen & 1u << key) != 0) {
            return plb_cbor_malformed(reader, "each key of the witness set, 0 to 7, once");
        }
        seen |= 1u << key;
        if (!witness_fields[key](reader, arena, tx)) return false;
    }
    return reader->status == PLB_OK;
}
