/* Addresses (CIP-19), outputs in both of their forms, and data. */
#include <string.h>

#include "harness/ledger/tx.h"
#include "harness/machine/data_cbor.h"

#define EMBEDDED_CBOR_TAG 24

bool plb_decode_address(plb_cbor *reader, plb_address *address) {
    if (!plb_cbor_bytes(reader, &address->bytes, "an address")) return false;
    const uint8_t *bytes = address->bytes.bytes;
    size_t length = address->bytes.length;
    if (length == 0) return plb_cbor_malformed(reader, "an address of at least one byte");
    unsigned type = bytes[0] >> 4;
    if (type == 8) return plb_cbor_unsupported(reader, "a Byron address");
    if (type == 4 || type == 5) return plb_cbor_unsupported(reader, "a pointer address");
    bool base = type < 4;
    if (type > 7 || length != 1u + PLB_KEY_HASH_BYTES * (base ? 2u : 1u)) {
        return plb_cbor_malformed(reader, "a payment address of the length its header says");
    }
    if ((bytes[0] & 0x0f) > 1) return plb_cbor_malformed(reader, "network id 0 or 1");
    address->network = (plb_network) (bytes[0] & 0x0f);
    address->payment_is_script = (type & 1) != 0;
    address->payment = bytes + 1;
    address->stake_kind = !base             ? PLB_STAKE_NONE
                          : (type & 2) != 0 ? PLB_STAKE_SCRIPT
                                            : PLB_STAKE_KEY;
    address->stake = base ? bytes + 1 + PLB_KEY_HASH_BYTES : NULL;
    return true;
}

bool plb_decode_data(plb_cbor *reader, plb_region *arena, plb_value *data) {
    if (reader->status != PLB_OK) return false;
    uint8_t *low = arena->low;
    size_t consumed = 0;
    plb_error error;
    plb_value value = plb_data_decode_cbor(arena, reader->at, (size_t) (reader->end - reader->at),
                                           &consumed, &error);
    if (data == NULL) {
        arena->low = low;
    } else {
        *data = value;
    }
    if (value == PLB_NO_VALUE && error.status == PLB_E_MEMORY) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "data is larger than the byte cap");
    }
    if (value == PLB_NO_VALUE) return plb_cbor_malformed(reader, "data");
    reader->at += consumed;
    return true;
}

static bool decode_lovelace(plb_cbor *reader, uint64_t *lovelace) {
    if (plb_cbor_peek(reader) == 4) return plb_cbor_unsupported(reader, "native assets");
    return plb_cbor_uint(reader, lovelace, "an amount of lovelace");
}

static bool decode_datum_hash(plb_cbor *reader, plb_tx_out *out) {
    out->datum_kind = PLB_DATUM_HASH;
    return plb_cbor_bytes_of(reader, PLB_HASH_BYTES, &out->datum_hash, "a datum hash of 32 bytes");
}

static bool decode_inline_datum(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    out->datum_kind = PLB_DATUM_INLINE;
    if (!plb_cbor_tag(reader, EMBEDDED_CBOR_TAG, "tag 24 around an inline datum") ||
        !plb_cbor_bytes(reader, &out->datum, "the bytes of an inline datum")) {
        return false;
    }
    plb_cbor inner;
    plb_cbor_open(&inner, out->datum.bytes, out->datum.length);
    if (plb_decode_data(&inner, arena, NULL) && inner.at == inner.end) return true;
    return plb_cbor_fail(reader, inner.status == PLB_E_MEMORY ? PLB_E_MEMORY : PLB_E_PARSE,
                         "data in the inline datum");
}

static bool decode_datum_option(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    plb_cbor_members members;
    uint64_t form;
    if (!plb_cbor_array(reader, &members, "a datum option") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &form, "0 (datum hash) or 1 (inline datum)") ||
        !plb_cbor_more(reader, &members)) {
        return plb_cbor_malformed(reader, "a datum option of two members");
    }
    if (form > 1) return plb_cbor_malformed(reader, "0 (datum hash) or 1 (inline datum)");
    if (!(form == 0 ? decode_datum_hash(reader, out) : decode_inline_datum(reader, arena, out))) {
        return false;
    }
    return plb_cbor_end(reader, &members, "the end of the datum option");
}

/* Babbage's form: a map of address, value, datum option, reference script. */
static bool decode_map_output(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    plb_cbor_members members;
    unsigned seen = 0;
    if (!plb_cbor_map(reader, &members, "an output")) return false;
    while (plb_cbor_more(reader, &members)) {
        uint64_t key;
        if (!plb_cbor_uint(reader, &key, "an output's key, 0 to 3")) return false;
        if (key > 3 || (seen & 1u << key) != 0) {
            return plb_cbor_malformed(reader, "each output key of 0 to 3 at most once");
        }
        seen |= 1u << key;
        bool ok = key == 0   ? plb_decode_address(reader, &out->address)
                  : key == 1 ? decode_lovelace(reader, &out->lovelace)
                  : key == 2 ? decode_datum_option(reader, arena, out)
                             : plb_cbor_unsupported(reader, "a reference script");
        if (!ok) return false;
    }
    if ((seen & 3) != 3) return plb_cbor_malformed(reader, "an output with address and value");
    return true;
}

/* The form before Babbage: an array of address, value and perhaps a datum hash. */
static bool decode_array_output(plb_cbor *reader, plb_tx_out *out) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "an output (map or array)")) return false;
    if (!plb_cbor_more(reader, &members) || !plb_decode_address(reader, &out->address) ||
        !plb_cbor_more(reader, &members) || !decode_lovelace(reader, &out->lovelace)) {
        return plb_cbor_malformed(reader, "an output of two or three members");
    }
    if (!plb_cbor_more(reader, &members)) return reader->status == PLB_OK;
    return decode_datum_hash(reader, out) &&
           plb_cbor_end(reader, &members, "the end of the output");
}

bool plb_decode_output(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    const uint8_t *start = reader->at;
    *out = (plb_tx_out){0};
    bool ok = plb_cbor_peek(reader) == 5 ? decode_map_output(reader, arena, out)
                                         : decode_array_output(reader, out);
    if (!ok) return plb_cbor_malformed(reader, "an output");
    out->bytes = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

plb_status plb_tx_out_decode(plb_tx_out *out, plb_region *scratch, const uint8_t *bytes,
                             size_t length, plb_error *error) {
    plb_cbor reader;
    plb_cbor_open(&reader, bytes, length);
    if (plb_decode_output(&reader, scratch, out) && reader.at != reader.end) {
        plb_cbor_malformed(&reader, "the end of the output");
    }
    return plb_cbor_error(&reader, "output", error);
}
