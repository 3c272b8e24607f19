/* Reading members of JSON objects one after the other. The reader is sticky: after the first
 * failure everything fails, and the error says in which file, line and member it was. */
#ifndef PLB_LEDGER_JSON_READER_H
#define PLB_LEDGER_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/json_input.h"

typedef struct plb_json_reader {
    plb_json_path path;
    plb_error *error;
    plb_status status; /* PLB_OK until something failed */
} plb_json_reader;

/* Parse a text; NULL and reader->status for failure. Free with json_decref. */
json_t *plb_reader_open(plb_json_reader *reader, const char *name, const char *text, size_t length,
                        plb_error *error);

/* Fail where the reader is. Always false. */
bool plb_reader_fail(plb_json_reader *reader, plb_status status, const char *format, ...)
    PLB_PRINTF(3, 4);
/* "expected X, got an array"; `value` NULL: got nothing. Always false. */
bool plb_reader_expected(plb_json_reader *reader, const char *what, const json_t *value);

/* The value itself. */
bool plb_reader_uint(plb_json_reader *reader, const json_t *value, uint64_t *number);
/* A string of hexadecimal digits, malloc'ed; `what` names it. */
bool plb_reader_hex(plb_json_reader *reader, const json_t *value, const char *what, uint8_t **bytes,
                    size_t *length);
/* ... of exactly `length` bytes. */
bool plb_reader_hex_of(plb_json_reader *reader, const json_t *value, const char *what,
                       uint8_t *bytes, size_t length);

/* A member that must be there and of the type. Lives as long as `object`; NULL for failure. */
const json_t *plb_member_object(plb_json_reader *reader, const json_t *object, const char *key);
const json_t *plb_member_array(plb_json_reader *reader, const json_t *object, const char *key);
const char *plb_member_text(plb_json_reader *reader, const json_t *object, const char *key);
bool plb_member_uint(plb_json_reader *reader, const json_t *object, const char *key,
                     uint64_t *number);
/* The same, `fallback` where it is absent or null. */
bool plb_member_uint_or(plb_json_reader *reader, const json_t *object, const char *key,
                        uint64_t fallback, uint64_t *number);
bool plb_member_hex(plb_json_reader *reader, const json_t *object, const char *key, uint8_t **bytes,
                    size_t *length);

/* A member that may be absent or null: NULL then. */
const json_t *plb_member(const json_t *object, const char *key);

#endif
