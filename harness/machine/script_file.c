/* Scripts as users have them: bare, wrapped in CBOR, in hexadecimal, or inside JSON. */
#include "harness/machine/script_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/json_input.h"
#include "harness/machine/availability.h"
#include "harness/machine/data_cbor.h"
#include "harness/machine/output.h"
#include "harness/machine/term.h"

static const char *const format_names[] = {
    [PLB_FORMAT_AUTO] = "auto",
    [PLB_FORMAT_TEXT] = "text",
    [PLB_FORMAT_FLAT] = "flat",
    [PLB_FORMAT_CBOR] = "cbor",
    [PLB_FORMAT_HEX] = "hex",
    [PLB_FORMAT_ENVELOPE] = "envelope",
    [PLB_FORMAT_BLUEPRINT] = "blueprint",
};

const char *plb_format_name(plb_format format) {
    size_t count = sizeof format_names / sizeof format_names[0];
    return (size_t) format < count ? format_names[format] : "unknown";
}

/* ---- Which format ---- */

static bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Without the whitespace around it. */
static void trim(const uint8_t **bytes, size_t *length) {
    while (*length > 0 && is_space(**bytes)) {
        ++*bytes;
        --*length;
    }
    while (*length > 0 && is_space((*bytes)[*length - 1])) --*length;
}

static bool is_hex(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (plb_hex_digit(bytes[i]) < 0) return false;
    }
    return length > 0;
}

/* Major type 2: a CBOR byte string. A flat program begins with its version, which is no such
 * number before version 64. */
static bool is_cbor_string(const uint8_t *bytes, size_t length) {
    return length > 0 && bytes[0] >> 5 == 2;
}

static bool contains(const uint8_t *bytes, size_t length, const char *word) {
    return memmem(bytes, length, word, strlen(word)) != NULL;
}

plb_format plb_script_format(const uint8_t *bytes, size_t length) {
    const uint8_t *at = bytes;
    size_t left = length;
    trim(&at, &left);
    bool comment = left >= 2 && (memcmp(at, "--", 2) == 0 || memcmp(at, "{-", 2) == 0);
    if (left > 0 && (*at == '(' || comment)) return PLB_FORMAT_TEXT;
    if (left > 0 && *at == '{') {
        bool envelope = contains(at, left, "\"cborHex\"");
        return !envelope && contains(at, left, "\"validators\"") ? PLB_FORMAT_BLUEPRINT
                                                                 : PLB_FORMAT_ENVELOPE;
    }
    if (is_hex(at, left)) return PLB_FORMAT_HEX;
    return is_cbor_string(bytes, length) ? PLB_FORMAT_CBOR : PLB_FORMAT_FLAT;
}

/* ---- CBOR ---- */

/* Open the byte string at the front of `bytes`. Around flat the reference takes only a definite
 * length, and what may follow depends on the language. */
static plb_status open_layer(plb_era era, bool innermost, const uint8_t *bytes, size_t length,
                             plb_cbor_string *string, plb_error *error) {
    const char *problem;
    char where[48];
    if (!plb_cbor_string_open(bytes, length, string, &problem)) {
        snprintf(where, sizeof where, "byte %zu", string->consumed);
        return plb_fail(error, PLB_E_PARSE, where, "expected %s", problem);
    }
    bool ledger = era.language != PLB_LANGUAGE_NEWEST;
    if (innermost && ledger && !string->content) {
        return plb_fail(error, PLB_E_PARSE, "byte 0", "expected a byte string of definite length");
    }
    bool remainder_allowed = innermost && !plb_availability_of(era)->reject_remainder;
    if (string->consumed != length && !remainder_allowed) {
        snprintf(where, sizeof where, "byte %zu", string->consumed);
        return plb_fail(error, PLB_E_PARSE, where,
                        "expected nothing after the byte string, found %zu bytes",
                        length - string->consumed);
    }
    return PLB_OK;
}

/* The content of a string, copied to *joined when it is in chunks. False when memory is short. */
static bool layer_content(const uint8_t *bytes, const plb_cbor_string *string, uint8_t **joined,
                          const uint8_t **content) {
    *joined = NULL;
    *content = string->content;
    if (string->content) return true;
    *joined = malloc(string->length + 1);
    if (!*joined) return false;
    plb_cbor_string_copy(bytes, string, *joined);
    *content = *joined;
    return true;
}

/* The first byte of a string's content, 0 for none. */
static uint8_t first_byte(const uint8_t *bytes, const plb_cbor_string *string) {
    if (string->length == 0) return 0;
    if (string->content) return *string->content;
    plb_cbor_string chunk = {0};
    const char *problem;
    size_t at = 1;
    while (plb_cbor_string_open(bytes + at, string->consumed - at, &chunk, &problem)) {
        if (chunk.length > 0) return *chunk.content;
        at += chunk.consumed;
    }
    return 0;
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "memory is short");
}

static plb_status decode_layers(plb_program *program, plb_era era, const uint8_t *bytes,
                                size_t length, bool may_wrap, plb_error *error) {
    plb_cbor_string string;
    const char *problem;
    uint8_t first = 0;
    if (plb_cbor_string_open(bytes, length, &string, &problem)) first = first_byte(bytes, &string);
    bool innermost = !may_wrap || !is_cbor_string(&first, 1);
    plb_status status = open_layer(era, innermost, bytes, length, &string, error);
    if (status != PLB_OK) return status;
    uint8_t *joined;
    const uint8_t *content;
    if (!layer_content(bytes, &string, &joined, &content)) return no_memory(error);
    status = innermost ? plb_program_decode_flat(program, era, content, string.length, error)
                       : decode_layers(program, era, content, string.length, false, error);
    free(joined);
    return status;
}

plb_status plb_program_decode_cbor(plb_program *program, plb_era era, const uint8_t *bytes,
                                   size_t length, plb_error *error) {
    return decode_layers(program, era, bytes, length, true, error);
}

plb_status plb_program_decode_script(plb_program *program, plb_era era, const uint8_t *bytes,
                                     size_t length, plb_error *error) {
    plb_cbor_string string;
    plb_status status = open_layer(era, true, bytes, length, &string, error);
    if (status != PLB_OK) return status;
    uint8_t *joined;
    const uint8_t *content;
    if (!layer_content(bytes, &string, &joined, &content)) return no_memory(error);
    status = plb_program_decode_flat_well_formed(program, era, content, string.length, error);
    free(joined);
    return status;
}

/* ---- Hexadecimal ---- */

static plb_status decode_hex(plb_program *program, plb_era era, const uint8_t *hex, size_t length,
                             plb_error *error) {
    trim(&hex, &length);
    if (length % 2 != 0 || !is_hex(hex, length)) {
        size_t at = 0;
        while (at < length && plb_hex_digit(hex[at]) >= 0) at++;
        char where[48];
        snprintf(where, sizeof where, "character %zu", at);
        return plb_fail(error, PLB_E_PARSE, where, "expected an even number of hexadecimal digits");
    }
    uint8_t *bytes = malloc(length / 2);
    if (!bytes) return no_memory(error);
    for (size_t i = 0; i < length / 2; i++) {
        bytes[i] = (uint8_t) (plb_hex_digit(hex[2 * i]) << 4 | plb_hex_digit(hex[2 * i + 1]));
    }
    plb_status status = is_cbor_string(bytes, length / 2)
                            ? plb_program_decode_cbor(program, era, bytes, length / 2, error)
                            : plb_program_decode_flat(program, era, bytes, length / 2, error);
    free(bytes);
    return status;
}

/* ---- JSON ---- */

static const struct {
    plb_language language;
    const char *envelope_type;
    const char *blueprint_version;
} language_names[] = {
    {PLB_PLUTUS_V1, "PlutusScriptV1", "v1"},
    {PLB_PLUTUS_V2, "PlutusScriptV2", "v2"},
    {PLB_PLUTUS_V3, "PlutusScriptV3", "v3"},
    {PLB_PLUTUS_V4, "PlutusScriptV4", "v4"},
};
#define LANGUAGE_COUNT (sizeof language_names / sizeof language_names[0])

/* A member of an object that is a string; the path is left at it. NULL, and *error filled, when it
 * is something else. */
static const char *string_member(plb_json_path *path, const json_t *object, const char *key,
                                 plb_error *error) {
    const json_t *value = json_object_get(object, key);
    if (value) plb_json_enter(path, key);
    if (json_is_string(value)) return json_string_value(value);
    if (value) {
        plb_json_fail(path, error, PLB_E_PARSE, "expected a string, found %s",
                      plb_json_type_name(value));
    } else {
        plb_json_fail(path, error, PLB_E_PARSE, "expected a member \"%s\"", key);
    }
    return NULL;
}

/* The script in a string of hexadecimal digits; errors in it are put behind the path. */
static plb_status decode_hex_member(plb_json_path *path, plb_program *program, plb_era era,
                                    const char *hex, plb_error *error) {
    plb_error inner = {.status = PLB_OK};
    plb_status status = decode_hex(program, era, (const uint8_t *) hex, strlen(hex), &inner);
    if (status == PLB_OK) return status;
    plb_json_fail(path, error, status, "%s", inner.message);
    if (error && inner.where[0] != '\0') {
        size_t used = strlen(error->where);
        snprintf(error->where + used, sizeof error->where - used, ": %s", inner.where);
    }
    return status;
}

static plb_status load_envelope(plb_json_path *path, const json_t *root, plb_program *program,
                                plb_era era, plb_language *language, plb_error *error) {
    const char *type = string_member(path, root, "type", error);
    if (!type) return PLB_E_PARSE;
    size_t i = 0;
    while (i < LANGUAGE_COUNT && strcmp(type, language_names[i].envelope_type) != 0) i++;
    if (i == LANGUAGE_COUNT) {
        return plb_json_fail(path, error, PLB_E_UNSUPPORTED,
                             "expected PlutusScriptV1 to PlutusScriptV4, found \"%s\"", type);
    }
    if (language) *language = language_names[i].language;
    plb_json_leave(path);
    const char *hex = string_member(path, root, "cborHex", error);
    return hex ? decode_hex_member(path, program, era, hex, error) : PLB_E_PARSE;
}

/* CIP-57: "plutusVersion" is optional. */
static plb_status blueprint_language(plb_json_path *path, const json_t *root,
                                     plb_language *language, plb_error *error) {
    const json_t *preamble = json_object_get(root, "preamble");
    plb_json_enter(path, "preamble");
    if (!json_object_get(preamble, "plutusVersion")) {
        plb_json_leave(path);
        return PLB_OK;
    }
    const char *version = string_member(path, preamble, "plutusVersion", error);
    if (!version) return PLB_E_PARSE;
    size_t i = 0;
    while (i < LANGUAGE_COUNT && strcmp(version, language_names[i].blueprint_version) != 0) i++;
    if (i == LANGUAGE_COUNT) {
        return plb_json_fail(path, error, PLB_E_UNSUPPORTED, "expected v1 to v4, found \"%s\"",
                             version);
    }
    if (language) *language = language_names[i].language;
    plb_json_leave(path);
    plb_json_leave(path);
    return PLB_OK;
}

static plb_status load_blueprint(plb_json_path *path, const json_t *root, const char *title,
                                 plb_program *program, plb_era era, plb_language *language,
                                 plb_error *error) {
    plb_status status = blueprint_language(path, root, language, error);
    if (status != PLB_OK) return status;
    const json_t *validators = json_object_get(root, "validators");
    plb_json_enter(path, "validators");
    if (!json_is_array(validators)) {
        return plb_json_fail(path, error, PLB_E_PARSE, "expected an array of validators");
    }
    for (size_t i = 0; i < json_array_size(validators); i++) {
        const json_t *validator = json_array_get(validators, i);
        const json_t *named = json_object_get(validator, "title");
        bool has_code = json_object_get(validator, "compiledCode") != NULL;
        bool wanted = title ? json_is_string(named) && strcmp(json_string_value(named), title) == 0
                            : has_code;
        if (!wanted) continue;
        plb_json_enter_index(path, i);
        const char *hex = string_member(path, validator, "compiledCode", error);
        return hex ? decode_hex_member(path, program, era, hex, error) : PLB_E_PARSE;
    }
    if (title) return plb_json_fail(path, error, PLB_E_PARSE, "expected a validator \"%s\"", title);
    return plb_json_fail(path, error, PLB_E_PARSE, "expected a validator with \"compiledCode\"");
}

static plb_status load_json(plb_program *program, plb_era era, plb_format format,
                            const uint8_t *bytes, size_t length, const char *title,
                            plb_language *language, plb_error *error) {
    plb_json_path path = {.text = (const char *) bytes, .length = length};
    json_t *root;
    plb_status status = plb_json_parse(&path, &root, error);
    if (status != PLB_OK) return status;
    if (!json_is_object(root)) {
        status = plb_json_fail(&path, error, PLB_E_PARSE, "expected an object");
    } else if (format == PLB_FORMAT_ENVELOPE) {
        status = load_envelope(&path, root, program, era, language, error);
    } else {
        status = load_blueprint(&path, root, title, program, era, language, error);
    }
    json_decref(root);
    return status;
}

/* ---- Any format ---- */

plb_status plb_program_load_validator(plb_program *program, plb_era era, plb_format format,
                                      const uint8_t *bytes, size_t length, const char *title,
                                      plb_language *envelope_language, plb_error *error) {
    if (envelope_language) *envelope_language = PLB_LANGUAGE_NEWEST;
    if (format == PLB_FORMAT_AUTO) format = plb_script_format(bytes, length);
    switch (format) {
    case PLB_FORMAT_TEXT:
        return plb_program_parse_text(program, era, (const char *) bytes, length, error);
    case PLB_FORMAT_FLAT: return plb_program_decode_flat(program, era, bytes, length, error);
    case PLB_FORMAT_CBOR: return plb_program_decode_cbor(program, era, bytes, length, error);
    case PLB_FORMAT_HEX: return decode_hex(program, era, bytes, length, error);
    case PLB_FORMAT_ENVELOPE:
    case PLB_FORMAT_BLUEPRINT:
        return load_json(program, era, format, bytes, length, title, envelope_language, error);
    case PLB_FORMAT_AUTO: break;
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a script format, got %d", (int) format);
}

plb_status plb_program_load(plb_program *program, plb_era era, plb_format format,
                            const uint8_t *bytes, size_t length, plb_language *envelope_language,
                            plb_error *error) {
    return plb_program_load_validator(program, era, format, bytes, length, NULL, envelope_language,
                                      error);
}

/* ---- Writing ---- */

static void put_cbor_head(plb_output *output, size_t length) {
    unsigned width = length < 24             ? 0
                     : length < 0x100        ? 1
                     : length < 0x10000      ? 2
                     : length < 0x100000000u ? 4
                                             : 8;
    static const uint8_t initial[9] = {[1] = 0x58, [2] = 0x59, [4] = 0x5a, [8] = 0x5b};
    plb_output_byte(output, width == 0 ? (uint8_t) (0x40 | length) : initial[width]);
    for (unsigned i = width; i > 0; i--) {
        plb_output_byte(output, (uint8_t) (length >> (8 * (i - 1))));
    }
}

plb_status plb_program_encode_cbor(const plb_program *program, unsigned wraps, uint8_t **bytes,
                                   size_t *length, plb_error *error) {
    if (wraps < 1 || wraps > 2) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected 1 or 2 byte strings, got %u", wraps);
    }
    uint8_t *content;
    size_t count;
    plb_status status = plb_program_encode_flat(program, &content, &count, error);
    for (; wraps > 0 && status == PLB_OK; wraps--) {
        plb_output output;
        plb_output_begin(&output, SIZE_MAX / 4);
        put_cbor_head(&output, count);
        plb_output_bytes(&output, content, count);
        free(content);
        if (!plb_output_take(&output, &content, &count)) status = no_memory(error);
    }
    if (status != PLB_OK) return status;
    *bytes = content;
    *length = count;
    return PLB_OK;
}

plb_status plb_program_encode_envelope(const plb_program *program, plb_language language,
                                       char **text, size_t *length, plb_error *error) {
    size_t i = 0;
    while (i < LANGUAGE_COUNT && language_names[i].language != language) i++;
    if (i == LANGUAGE_COUNT) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected a ledger language (PlutusV1 to PlutusV4) for the envelope");
    }
    uint8_t *bytes;
    size_t count;
    plb_status status = plb_program_encode_cbor(program, 2, &bytes, &count, error);
    if (status != PLB_OK) return status;
    plb_output output;
    plb_output_begin(&output, SIZE_MAX / 4);
    plb_output_text(&output, "{\n    \"type\": \"");
    plb_output_text(&output, language_names[i].envelope_type);
    plb_output_text(&output, "\",\n    \"description\": \"\",\n    \"cborHex\": \"");
    plb_output_hex(&output, bytes, count);
    plb_output_text(&output, "\"\n}\n");
    free(bytes);
    uint8_t *made;
    if (!plb_output_take(&output, &made, length)) return no_memory(error);
    *text = (char *) made;
    return PLB_OK;
}
