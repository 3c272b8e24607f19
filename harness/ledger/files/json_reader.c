#include "harness/ledger/files/json_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/files/hex.h"

json_t *plb_reader_open(plb_json_reader *reader, const char *name, const char *text, size_t length,
                        plb_error *error) {
    *reader = (plb_json_reader){
        .path = {.name = name, .text = text, .length = length},
        .error = error,
    };
    json_t *root = NULL;
    reader->status = plb_json_parse(&reader->path, &root, error);
    return root;
}

bool plb_reader_fail(plb_json_reader *reader, plb_status status, const char *format, ...) {
    char message[PLB_ERROR_MESSAGE_BYTES];
    if (reader->status != PLB_OK) return false;
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    reader->status = plb_json_fail(&reader->path, reader->error, status, "%s", message);
    return false;
}

bool plb_reader_expected(plb_json_reader *reader, const char *what, const json_t *value) {
    return plb_reader_fail(reader, PLB_E_PARSE, "expected %s, got %s", what,
                           value != NULL ? plb_json_type_name(value) : "nothing");
}

/* ---- Values ---- */

bool plb_reader_uint(plb_json_reader *reader, const json_t *value, uint64_t *number) {
    if (reader->status != PLB_OK) return false;
    if (!json_is_integer(value)) {
        return plb_reader_expected(reader, "an integer that is not negative", value);
    }
    json_int_t integer = json_integer_value(value);
    if (integer < 0) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected an integer that is not negative, got %lld",
                               (long long) integer);
    }
    *number = (uint64_t) integer;
    return true;
}

bool plb_reader_hex(plb_json_reader *reader, const json_t *value, const char *what, uint8_t **bytes,
                    size_t *length) {
    if (reader->status != PLB_OK) return false;
    if (!json_is_string(value)) return plb_reader_expected(reader, what, value);
    bool no_memory;
    size_t digits = json_string_length(value);
    *bytes = plb_hex_bytes(json_string_value(value), digits, &no_memory);
    *length = digits / 2;
    if (*bytes != NULL) return true;
    if (no_memory) return plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
    if (digits % 2 != 0) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected %s, got an odd number of hexadecimal digits (%zu)", what,
                               digits);
    }
    return plb_reader_fail(reader, PLB_E_PARSE, "expected %s, got other characters", what);
}

bool plb_reader_hex_of(plb_json_reader *reader, const json_t *value, const char *what,
                       uint8_t *bytes, size_t length) {
    if (reader->status != PLB_OK) return false;
    if (!json_is_string(value)) return plb_reader_expected(reader, what, value);
    if (json_string_length(value) == 2 * length &&
        plb_hex_decode(json_string_value(value), 2 * length, bytes)) {
        return true;
    }
    return plb_reader_fail(reader, PLB_E_PARSE, "expected %s: %zu hexadecimal digits", what,
                           2 * length);
}

/* ---- Members ---- */

const json_t *plb_member(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

static const json_t *typed_member(plb_json_reader *reader, const json_t *object, const char *key,
                                  json_type type, const char *what) {
    if (reader->status != PLB_OK) return NULL;
    const json_t *value = json_object_get(object, key);
    if (value != NULL && json_typeof(value) == type) return value;
    plb_json_enter(&reader->path, key);
    plb_reader_expected(reader, what, value);
    return NULL;
}

const json_t *plb_member_object(plb_json_reader *reader, const json_t *object, const char *key) {
    return typed_member(reader, object, key, JSON_OBJECT, "an object");
}

const json_t *plb_member_array(plb_json_reader *reader, const json_t *object, const char *key) {
    return typed_member(reader, object, key, JSON_ARRAY, "an array");
}

const char *plb_member_text(plb_json_reader *reader, const json_t *object, const char *key) {
    return json_string_value(typed_member(reader, object, key, JSON_STRING, "a string"));
}

bool plb_member_uint(plb_json_reader *reader, const json_t *object, const char *key,
                     uint64_t *number) {
    plb_json_enter(&reader->path, key);
    bool ok = plb_reader_uint(reader, json_object_get(object, key), number);
    plb_json_leave(&reader->path);
    return ok;
}

bool plb_member_uint_or(plb_json_reader *reader, const json_t *object, const char *key,
                        uint64_t fallback, uint64_t *number) {
    *number = fallback;
    if (plb_member(object, key) == NULL) return reader->status == PLB_OK;
    return plb_member_uint(reader, object, key, number);
}

bool plb_member_hex(plb_json_reader *reader, const json_t *object, const char *key, uint8_t **bytes,
                    size_t *length) {
    plb_json_enter(&reader->path, key);
    bool ok = plb_reader_hex(reader, json_object_get(object, key), "hexadecimal", bytes, length);
    plb_json_leave(&reader->path);
    return ok;
}
