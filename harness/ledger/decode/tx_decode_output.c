/* Outputs in both of their forms (Cardano.Ledger.Babbage.TxOut), and data. */
#include "harness/ledger/decode/native_script.h"
#include "harness/ledger/tx.h"
#include "harness/machine/data_cbor.h"

#define EMBEDDED_CBOR_TAG 24

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
    plb_cbor inner = plb_cbor_enter(reader, out->datum);
    plb_decode_data(&inner, arena, NULL);
    return plb_cbor_leave(reader, &inner, "the end of the inline datum");
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

/* ---- Reference scripts ---- */

/* [0, native script] or [1 to 3, Plutus script] */
static bool decode_script(plb_cbor *reader, plb_region *arena, plb_tx_script *script) {
    static const char *const expected = "a script's language, 0 to 3";
    plb_cbor_members members;
    uint64_t language;
    if (!plb_cbor_array(reader, &members, "a script") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &language, expected) || !plb_cbor_more(reader, &members)) {
        return plb_cbor_malformed(reader, "a script of language and content");
    }
    if (language > PLB_PLUTUS_V3) return plb_cbor_malformed(reader, expected);
    if (language == 0) {
        if (!plb_decode_native_script(reader, arena, script)) return false;
    } else {
        *script = (plb_tx_script){.language = (plb_language) language};
        if (!plb_cbor_bytes(reader, &script->bytes, "a script's bytes")) return false;
        plb_script_hash(script->language, script->bytes.bytes, script->bytes.length, script->hash);
    }
    return plb_cbor_end(reader, &members, "the end of the script");
}

static bool decode_reference_script(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    plb_span content;
    if (!plb_cbor_tag(reader, EMBEDDED_CBOR_TAG, "tag 24 around a reference script") ||
        !plb_cbor_bytes(reader, &content, "the bytes of a reference script")) {
        return false;
    }
    plb_tx_script *script = plb_region_alloc(arena, sizeof *script);
    if (script == NULL) {
        return plb_cbor_fail(reader, PLB_E_MEMORY, "the transaction is larger than the byte cap");
    }
    plb_cbor inner = plb_cbor_enter(reader, content);
    decode_script(&inner, arena, script);
    out->script = script;
    return plb_cbor_leave(reader, &inner, "the end of the reference script");
}

/* ---- Outputs ---- */

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
                  : key == 1 ? plb_decode_value(reader, arena, out)
                  : key == 2 ? decode_datum_option(reader, arena, out)
                             : decode_reference_script(reader, arena, out);
        if (!ok) return false;
    }
    if (reader->status != PLB_OK) return false;
    return (seen & 3) == 3 || plb_cbor_malformed(reader, "an output with address and value");
}

/* The form before Babbage: an array of address, value and perhaps a datum hash. */
static bool decode_array_output(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    plb_cbor_members members;
    if (!plb_cbor_array(reader, &members, "an output (map or array)")) return false;
    if (!plb_cbor_more(reader, &members) || !plb_decode_address(reader, &out->address) ||
        !plb_cbor_more(reader, &members) || !plb_decode_value(reader, arena, out)) {
        return plb_cbor_malformed(reader, "an output of two or three members");
    }
    if (!plb_cbor_more(reader, &members)) return reader->status == PLB_OK;
    return decode_datum_hash(reader, out) &&
           plb_cbor_end(reader, &members, "the end of the output");
}

bool plb_decode_output(plb_cbor *reader, plb_region *arena, plb_tx_out *out) {
    const uint8_t *start = reader->at;
    *out = (plb_tx_out){0};
    /* decodeBabbageTxOut has no case for a map whose length takes eight bytes. */
    bool is_map = plb_cbor_peek(reader) == 5 && *start != 0xbb;
    bool ok =
        is_map ? decode_map_output(reader, arena, out) : decode_array_output(reader, arena, out);
    if (!ok) return plb_cbor_malformed(reader, "an output");
    out->bytes = (plb_span){start, (size_t) (reader->at - start)};
    return true;
}

plb_status plb_tx_out_decode(plb_tx_out *out, plb_region *arena, const uint8_t *bytes,
                             size_t length, plb_error *error) {
    plb_cbor reader;
    plb_cbor_open(&reader, bytes, length);
    if (plb_decode_output(&reader, arena, out)) plb_cbor_finish(&reader, "the end of the output");
    return plb_cbor_error(&reader, "output", error);
}
