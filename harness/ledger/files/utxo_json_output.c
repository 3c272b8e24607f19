#include "harness/ledger/files/utxo_json_output.h"

#include <stdlib.h>
#include <string.h>

#include <plutbench/scripts.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/files/address_text.h"
#include "harness/ledger/files/hex.h"
#include "harness/ledger/tx.h"
#include "harness/machine/data_cbor.h"
#include "harness/machine/data_json.h"

#define EMBEDDED_CBOR_TAG 24
#define LONG_DIGITS 18
#define ASSET_NAME_MAX_BYTES 32

/* Names of languages in cardano-api's text envelopes and scriptLanguage. */
static const struct {
    const char *type, *language_name;
    unsigned tag; /* of a reference script: 0 native, or the language */
} script_types[] = {
    {"PlutusScriptV1", "PlutusScriptLanguage PlutusScriptV1", PLB_PLUTUS_V1},
    {"PlutusScriptV2", "PlutusScriptLanguage PlutusScriptV2", PLB_PLUTUS_V2},
    {"PlutusScriptV3", "PlutusScriptLanguage PlutusScriptV3", PLB_PLUTUS_V3},
    {"SimpleScript", "SimpleScriptLanguage", 0},
    {"SimpleScriptV2", "SimpleScriptLanguage", 0}, /* before cardano-cli 8 */
    {"SimpleScriptV1", "SimpleScriptLanguage", 0},
};
#define SCRIPT_TYPES (sizeof script_types / sizeof script_types[0])

/* ---- Integers of any size ---- */

static size_t string_end(const char *text, size_t at, size_t length) {
    for (at++; at < length && text[at] != '"'; at++) {
        if (text[at] == '\\') at++;
    }
    return at < length ? at + 1 : length;
}

char *plb_quote_long_integers(const char *text, size_t length, size_t *quoted_length) {
    plb_output output;
    uint8_t *quoted = NULL;
    plb_output_begin(&output, SIZE_MAX / 4);
    for (size_t at = 0, end; at < length; at = end) {
        bool is_long = false;
        if (text[at] == '"') {
            end = string_end(text, at, length);
        } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
            size_t first = at + (text[at] == '-');
            for (end = first; end < length && text[end] >= '0' && text[end] <= '9'; end++) {}
            is_long = end - first > LONG_DIGITS && text[first] != '0' &&
                      (end == length || strchr(".eE", text[end]) == NULL);
            while (end < length && strchr("0123456789.eE+-", text[end]) != NULL && !is_long) end++;
        } else {
            end = at + 1;
        }
        if (is_long) plb_output_byte(&output, '"');
        plb_output_bytes(&output, text + at, end - at);
        if (is_long) plb_output_byte(&output, '"');
    }
    return plb_output_take(&output, &quoted, quoted_length) ? (char *) quoted : NULL;
}

/* An amount that is not negative; a string is a long one that was put in quotes. */
static bool read_amount(plb_json_reader *reader, const json_t *value, uint64_t *amount) {
    const char *digits = json_string_value(value);
    if (digits == NULL) return plb_reader_uint(reader, value, amount);
    size_t length = strlen(digits);
    static const char most[] = "18446744073709551615";
    if (length <= LONG_DIGITS || strspn(digits, "0123456789") != length) {
        return plb_reader_expected(reader, "an integer that is not negative", value);
    }
    if (length > sizeof most - 1 || (length == sizeof most - 1 && strcmp(digits, most) > 0)) {
        return plb_reader_fail(reader, PLB_E_PARSE, "expected an amount below 2^64, got %.40s",
                               digits);
    }
    *amount = strtoull(digits, NULL, 10);
    return true;
}

/* ---- Reading: values ---- */

static bool write_policy(plb_json_reader *reader, plb_writer *writer, const char *policy,
                         json_t *assets) {
    uint8_t id[PLB_KEY_HASH_BYTES], bytes[ASSET_NAME_MAX_BYTES];
    const char *name;
    json_t *amount_value;
    if (strlen(policy) != 2 * sizeof id || !plb_hex_decode(policy, 2 * sizeof id, id)) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected lovelace, or a policy id of 56 hexadecimal digits");
    }
    if (!json_is_object(assets)) {
        return plb_reader_expected(reader, "an object of amounts by asset name", assets);
    }
    plb_write_bytes(writer, id, sizeof id);
    plb_write_map(writer, json_object_size(assets));
    json_object_foreach(assets, name, amount_value) {
        uint64_t amount = 0;
        size_t length = strlen(name);
        plb_json_enter(&reader->path, name);
        if (length > 2 * sizeof bytes || !plb_hex_decode(name, length, bytes)) {
            return plb_reader_fail(reader, PLB_E_PARSE,
                                   "expected an asset name: at most 32 bytes in hexadecimal");
        }
        if (!read_amount(reader, amount_value, &amount)) return false;
        if (amount == 0) {
            return plb_reader_fail(reader, PLB_E_PARSE, "expected an amount above 0");
        }
        plb_json_leave(&reader->path);
        plb_write_bytes(writer, bytes, length / 2);
        plb_write_uint(writer, amount);
    }
    return true;
}

static bool write_value(plb_json_reader *reader, plb_writer *writer, const json_t *entry) {
    json_t *value = json_object_get(entry, "value"), *assets;
    const char *policy;
    uint64_t lovelace = 0;
    size_t policies = json_object_size(value);
    plb_json_enter(&reader->path, "value");
    if (!json_is_object(value)) {
        return plb_reader_expected(reader, "an object of amounts", value);
    }
    if (json_object_get(value, "lovelace") != NULL) {
        policies--;
        plb_json_enter(&reader->path, "lovelace");
        if (!read_amount(reader, json_object_get(value, "lovelace"), &lovelace)) return false;
        plb_json_leave(&reader->path);
    }
    if (policies != 0) plb_write_array(writer, 2);
    plb_write_uint(writer, lovelace);
    if (policies != 0) plb_write_map(writer, policies);
    json_object_foreach(value, policy, assets) {
        if (strcmp(policy, "lovelace") == 0) continue;
        plb_json_enter(&reader->path, policy);
        if (!write_policy(reader, writer, policy, assets)) return false;
        plb_json_leave(&reader->path);
    }
    plb_json_leave(&reader->path);
    return true;
}

/* ---- Reading: datums ---- */

/* Take the quotes off again: no string in data's JSON follows "int". */
static void unquote_integers(char *text) {
    static const char key[] = "\"int\":\"";
    char *to = text;
    while (*text != '\0') {
        bool is_quoted = strncmp(text, key, sizeof key - 1) == 0;
        if (!is_quoted) {
            *to++ = *text++;
            continue;
        }
        memcpy(to, key, sizeof key - 2);
        to += sizeof key - 2;
        for (text += sizeof key - 1; *text != '\0' && *text != '"';) *to++ = *text++;
        if (*text == '"') text++;
    }
    *to = '\0';
}

/* The reference's encoding of inlineDatum, malloc'ed. */
static bool encode_datum(plb_json_reader *reader, const json_t *datum, uint8_t **bytes,
                         size_t *length) {
    plb_error error = {.status = PLB_OK};
    plb_program *program = plb_program_new(0);
    char *text = json_dumps(datum, JSON_COMPACT | JSON_ENCODE_ANY);
    plb_status status = PLB_E_MEMORY;
    if (text != NULL && program != NULL) {
        unquote_integers(text);
        status = plb_program_data_json(program, text, strlen(text), &error);
        if (status == PLB_OK) status = plb_data_encode(program, bytes, length, &error);
    }
    free(text);
    plb_program_free(program);
    if (status == PLB_OK) return true;
    /* The line inside of the datum's own text would mislead. */
    const char *at = strstr(error.where, ": ");
    return plb_reader_fail(reader, status, "%s%s%s", at != NULL ? at + 2 : "",
                           at != NULL ? ": " : "",
                           status == PLB_E_MEMORY ? "out of memory" : error.message);
}

/* An inline datum's bytes, malloc'ed; NULL and true when there is none. */
static bool read_inline_datum(plb_json_reader *reader, const json_t *entry, uint8_t **bytes,
                              size_t *length) {
    const json_t *raw = plb_member(entry, "inlineDatumRaw");
    const json_t *datum = plb_member(entry, "inlineDatum");
    const json_t *hash = plb_member(entry, "inlineDatumhash");
    if (raw == NULL && datum == NULL) return true;
    plb_json_enter(&reader->path, raw != NULL ? "inlineDatumRaw" : "inlineDatum");
    if (!(raw != NULL ? plb_reader_hex(reader, raw, "a datum in hexadecimal CBOR", bytes, length)
                      : encode_datum(reader, datum, bytes, length))) {
        return false;
    }
    plb_json_leave(&reader->path);
    if (hash == NULL) return true;
    uint8_t named[PLB_HASH_BYTES], own[PLB_HASH_BYTES];
    plb_json_enter(&reader->path, "inlineDatumhash");
    if (!plb_reader_hex_of(reader, hash, "a datum hash", named, sizeof named)) return false;
    plb_blake2b_256(*bytes, *length, own);
    if (memcmp(named, own, sizeof own) != 0) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               raw != NULL ? "expected the hash of inlineDatumRaw"
                                           : "expected the hash of inlineDatum as it is encoded by "
                                             "default: give inlineDatumRaw too");
    }
    plb_json_leave(&reader->path);
    return true;
}

static bool read_datum_hash(plb_json_reader *reader, const json_t *entry, bool *has_hash,
                            uint8_t hash[PLB_HASH_BYTES]) {
    const char *key = plb_member(entry, "datumHash") != NULL ? "datumHash" : "datumhash";
    const json_t *value = plb_member(entry, key);
    *has_hash = value != NULL;
    if (value == NULL) return true;
    plb_json_enter(&reader->path, key);
    bool ok = plb_reader_hex_of(reader, value, "a datum hash", hash, PLB_HASH_BYTES);
    plb_json_leave(&reader->path);
    return ok;
}

static bool write_datum(plb_json_reader *reader, plb_writer *writer, const json_t *entry,
                        bool *has_datum) {
    uint8_t hash[PLB_HASH_BYTES], *datum = NULL;
    size_t length = 0;
    bool has_hash = false;
    bool ok = read_datum_hash(reader, entry, &has_hash, hash) &&
              read_inline_datum(reader, entry, &datum, &length);
    if (ok && has_hash && datum != NULL) {
        ok = plb_reader_fail(reader, PLB_E_PARSE, "expected datumhash or inlineDatum, got both");
    }
    *has_datum = has_hash || datum != NULL;
    if (ok && *has_datum) {
        plb_write_uint(writer, 2);
        plb_write_array(writer, 2);
        plb_write_uint(writer, datum != NULL);
        if (datum != NULL) {
            plb_write_tag(writer, EMBEDDED_CBOR_TAG);
            plb_write_bytes(writer, datum, length);
        } else {
            plb_write_bytes(writer, hash, sizeof hash);
        }
    }
    free(datum);
    return ok;
}

/* ---- Reading: reference scripts ---- */

/* A byte string and nothing else. */
static bool is_byte_string(plb_span bytes, plb_cbor_string *string) {
    const char *problem;
    return plb_cbor_string_open(bytes.bytes, bytes.length, string, &problem) &&
           string->consumed == bytes.length;
}

/* What a witness set has of a text envelope's script: a byte string around flat. The envelope has
 * it in another one, as a rule; some writers leave that away. False when it is neither. */
static bool script_in_envelope(plb_span *script) {
    plb_cbor_string outer, inner;
    if (!is_byte_string(*script, &outer)) return false;
    plb_span content = {outer.content, outer.length};
    if (content.bytes != NULL && is_byte_string(content, &inner)) *script = content;
    return true;
}

static void write_script(plb_writer *writer, unsigned tag, plb_span script) {
    plb_writer inner = {0};
    plb_write_array(&inner, 2);
    plb_write_uint(&inner, tag);
    if (tag == 0) {
        plb_write_raw(&inner, script.bytes, script.length);
    } else {
        plb_write_bytes(&inner, script.bytes, script.length);
    }
    plb_write_uint(writer, 3);
    plb_write_tag(writer, EMBEDDED_CBOR_TAG);
    plb_write_bytes(writer, inner.bytes, inner.length);
    writer->failed = writer->failed || inner.failed;
    plb_writer_free(&inner);
}

/* {"scriptLanguage": ..., "script": {"type", "description", "cborHex"}} */
static bool write_reference_script(plb_json_reader *reader, plb_writer *writer,
                                   const json_t *entry) {
    const json_t *reference = plb_member(entry, "referenceScript");
    uint8_t *bytes = NULL;
    size_t length = 0, i = 0;
    if (reference == NULL) return true;
    plb_json_enter(&reader->path, "referenceScript");
    if (!json_is_object(reference)) return plb_reader_expected(reader, "an object", reference);
    const json_t *script = plb_member_object(reader, reference, "script");
    plb_json_enter(&reader->path, "script");
    const char *type = plb_member_text(reader, script, "type");
    if (type == NULL) return false;
    while (i < SCRIPT_TYPES && strcmp(type, script_types[i].type) != 0) i++;
    if (i == SCRIPT_TYPES) {
        plb_json_enter(&reader->path, "type");
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected PlutusScriptV1 to V3 or SimpleScript, got '%.60s'", type);
    }
    if (!plb_member_hex(reader, script, "cborHex", &bytes, &length)) return false;
    plb_span content = {bytes, length};
    bool ok = script_types[i].tag == 0 || script_in_envelope(&content);
    if (ok) {
        write_script(writer, script_types[i].tag, content);
        plb_json_leave(&reader->path);
        plb_json_leave(&reader->path);
    } else {
        plb_json_enter(&reader->path, "cborHex");
        plb_reader_fail(reader, PLB_E_PARSE, "expected a script: a byte string in CBOR");
    }
    free(bytes);
    return ok;
}

/* ---- Reading: the output ---- */

static bool write_members(plb_json_reader *reader, plb_writer *writer, const json_t *entry) {
    uint8_t address[PLB_BECH32_DATA_BYTES];
    size_t length = 0;
    const char *text = plb_member_text(reader, entry, "address");
    if (text == NULL) return false;
    const char *problem = plb_address_from_text(text, address, &length);
    if (problem != NULL) {
        plb_json_enter(&reader->path, "address");
        return plb_reader_fail(reader, PLB_E_PARSE, "'%.150s' is no address: %s", text, problem);
    }
    plb_writer datum = {0};
    bool has_datum = false, has_script = plb_member(entry, "referenceScript") != NULL;
    bool ok = write_datum(reader, &datum, entry, &has_datum);
    if (ok) {
        plb_write_map(writer, 2u + has_datum + has_script);
        plb_write_uint(writer, 0);
        plb_write_bytes(writer, address, length);
        plb_write_uint(writer, 1);
        ok = write_value(reader, writer, entry);
        plb_write_raw(writer, datum.bytes, datum.length);
        writer->failed = writer->failed || datum.failed;
    }
    plb_writer_free(&datum);
    return ok && write_reference_script(reader, writer, entry);
}

bool plb_output_from_json(plb_json_reader *reader, const json_t *entry, uint8_t **bytes,
                          size_t *length) {
    plb_writer writer = {0};
    if (!json_is_object(entry)) {
        return plb_reader_expected(reader, "an object of address, value ...", entry);
    }
    bool ok = write_members(reader, &writer, entry);
    if (ok && writer.failed) ok = plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
    if (!ok) {
        plb_writer_free(&writer);
        return false;
    }
    *bytes = writer.bytes;
    *length = writer.length;
    return true;
}

/* ---- Writing ---- */

static void begin_member(plb_output *output, const char *key) {
    plb_output_text(output, ",\n        \"");
    plb_output_text(output, key);
    plb_output_text(output, "\": ");
}

static void put_hex(plb_output *output, const uint8_t *bytes, size_t length) {
    plb_output_byte(output, '"');
    plb_output_hex(output, bytes, length);
    plb_output_byte(output, '"');
}

static bool put_datum(plb_output *output, plb_region *scratch, const plb_tx_out *out,
                      plb_error *error) {
    if (out->datum_kind != PLB_DATUM_INLINE) {
        begin_member(output, "datum");
        plb_output_text(output, "null");
        begin_member(output, "datumhash");
        if (out->datum_kind == PLB_DATUM_HASH) {
            put_hex(output, out->datum_hash, PLB_HASH_BYTES);
        } else {
            plb_output_text(output, "null");
        }
        begin_member(output, "inlineDatum");
        plb_output_text(output, "null");
        begin_member(output, "inlineDatumRaw");
        plb_output_text(output, "null");
        return true;
    }
    uint8_t hash[PLB_HASH_BYTES];
    plb_value data =
        plb_data_decode_cbor(scratch, out->datum.bytes, out->datum.length, NULL, error);
    if (data == PLB_NO_VALUE) return false;
    plb_blake2b_256(out->datum.bytes, out->datum.length, hash);
    begin_member(output, "inlineDatum");
    plb_data_print_json(output, data);
    begin_member(output, "inlineDatumRaw");
    put_hex(output, out->datum.bytes, out->datum.length);
    begin_member(output, "inlineDatumhash");
    put_hex(output, hash, sizeof hash);
    return true;
}

static plb_status put_reference_script(plb_output *output, const plb_tx_script *script,
                                       plb_error *error) {
    size_t i = 0;
    plb_cbor_string string;
    begin_member(output, "referenceScript");
    if (script == NULL) {
        plb_output_text(output, "null");
        return PLB_OK;
    }
    if (!script->is_native && !is_byte_string(script->bytes, &string)) {
        return plb_fail(error, PLB_E_PARSE, "reference script",
                        "expected a script: a byte string in CBOR");
    }
    unsigned tag = script->is_native ? 0 : (unsigned) script->language;
    while (i + 1 < SCRIPT_TYPES && script_types[i].tag != tag) i++;
    plb_output_text(output, "{\n            \"script\": {\n                \"cborHex\": \"");
    if (!script->is_native) {
        plb_writer wrapped = {0};
        plb_write_bytes(&wrapped, script->bytes.bytes, script->bytes.length);
        plb_output_hex(output, wrapped.bytes, wrapped.length);
        output->failed = output->failed || wrapped.failed;
        plb_writer_free(&wrapped);
    } else {
        plb_output_hex(output, script->bytes.bytes, script->bytes.length);
    }
    plb_output_text(output,
                    "\",\n                \"description\": \"\",\n                \"type\": \"");
    plb_output_text(output, script_types[i].type);
    plb_output_text(output, "\"\n            },\n            \"scriptLanguage\": \"");
    plb_output_text(output, script_types[i].language_name);
    plb_output_text(output, "\"\n        }");
    return PLB_OK;
}

static void put_value(plb_output *output, const plb_tx_out *out) {
    begin_member(output, "value");
    plb_output_text(output, "{\n            \"lovelace\": ");
    plb_output_uint(output, out->lovelace);
    for (size_t i = 0; i < out->assets.count; i++) {
        const plb_tx_asset *asset = &out->assets.items[i];
        bool same_policy = i > 0 && memcmp(asset->policy, out->assets.items[i - 1].policy,
                                           PLB_KEY_HASH_BYTES) == 0;
        if (!same_policy) {
            plb_output_text(output, i > 0 ? "\n            },\n            " : ",\n            ");
            put_hex(output, asset->policy, PLB_KEY_HASH_BYTES);
            plb_output_text(output, ": {");
        }
        plb_output_text(output, same_policy ? ",\n                " : "\n                ");
        put_hex(output, asset->name.bytes, asset->name.length);
        plb_output_text(output, ": ");
        plb_output_uint(output, (uint64_t) asset->amount);
    }
    plb_output_text(output, out->assets.count > 0 ? "\n            }\n        }" : "\n        }");
}

plb_status plb_output_to_json(plb_output *output, plb_region *scratch, const uint8_t *bytes,
                              size_t length, plb_error *error) {
    plb_tx_out out;
    char address[PLB_BECH32_TEXT_BYTES];
    plb_status status = plb_tx_out_decode(&out, scratch, bytes, length, error);
    if (status != PLB_OK) return status;
    if (!plb_address_to_text(out.address.bytes.bytes, out.address.bytes.length, address)) {
        return plb_fail(error, PLB_E_UNSUPPORTED, "address", "unsupported: it has no bech32 form");
    }
    plb_output_text(output, "{\n        \"address\": \"");
    plb_output_text(output, address);
    plb_output_byte(output, '"');
    if (!put_datum(output, scratch, &out, error))
        return error != NULL ? error->status : PLB_E_PARSE;
    status = put_reference_script(output, out.script, error);
    put_value(output, &out);
    plb_output_text(output, "\n    }");
    return status;
}
