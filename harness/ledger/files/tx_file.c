#include "harness/ledger/files/tx_file.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ledger/files/hex.h"
#include "harness/ledger/files/json_reader.h"
#include "harness/machine/output.h"

#define ENVELOPE_ERA "ConwayEra"

static bool is_space(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* White space around text is nothing. */
static void trim(const uint8_t **bytes, size_t *length) {
    for (; *length > 0 && is_space(**bytes); (*bytes)++) (*length)--;
    while (*length > 0 && is_space((*bytes)[*length - 1])) (*length)--;
}

plb_content plb_content_of(const void *content, size_t length) {
    const uint8_t *bytes = content;
    trim(&bytes, &length);
    /* CBOR of a map, a list or a byte string does not begin like that, but for one with a length of
     * 64 bits, or of 27 members. */
    if (length > 0 && (bytes[0] == '{' || bytes[0] == '[')) return PLB_CONTENT_JSON;
    for (size_t i = 0; i < length; i++) {
        if (plb_hex_digit(bytes[i]) < 0) return PLB_CONTENT_BINARY;
    }
    return length > 0 ? PLB_CONTENT_HEX : PLB_CONTENT_BINARY;
}

plb_status plb_cbor_file_read(const char *name, const void *content, size_t length, uint8_t **bytes,
                              size_t *bytes_length, plb_error *error) {
    const uint8_t *at = content;
    if (plb_content_of(content, length) == PLB_CONTENT_HEX) {
        bool no_memory;
        trim(&at, &length);
        *bytes = plb_hex_bytes((const char *) at, length, &no_memory);
        *bytes_length = length / 2;
        if (*bytes != NULL) return PLB_OK;
        if (!no_memory) {
            return plb_fail(error, PLB_E_PARSE, name,
                            "expected CBOR in hexadecimal, got an odd number of digits (%zu)",
                            length);
        }
    } else {
        *bytes = malloc(length + 1);
        *bytes_length = length;
        if (*bytes != NULL) {
            if (length > 0) memcpy(*bytes, content, length);
            return PLB_OK;
        }
    }
    return plb_fail(error, PLB_E_MEMORY, name, "out of memory");
}

/* "Tx ConwayEra", perhaps with a word before it that says whether it is signed. */
static bool check_type(plb_json_reader *reader, const char *type) {
    static const char *const words[] = {"Witnessed ", "Unwitnessed ", "Signed ", "Unsigned "};
    const char *rest = type;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(type, words[i], length) == 0) rest = type + length;
    }
    if (strcmp(rest, "Tx " ENVELOPE_ERA) == 0) return true;
    size_t length = strlen(rest);
    bool other_era = strncmp(rest, "Tx", 2) == 0 && length > 3 &&
                     (strcmp(rest + length - 3, "Era") == 0 || strchr(rest, ' ') != NULL);
    plb_json_enter(&reader->path, "type");
    return plb_reader_fail(reader, other_era ? PLB_E_UNSUPPORTED : PLB_E_PARSE,
                           "%sexpected a transaction of Conway, such as 'Witnessed Tx " ENVELOPE_ERA
                           "', got '%.80s'",
                           other_era ? "unsupported: " : "", type);
}

static plb_status read_envelope(const char *name, const char *text, size_t length, uint8_t **bytes,
                                size_t *bytes_length, plb_error *error) {
    plb_json_reader reader;
    json_t *root = plb_reader_open(&reader, name, text, length, error);
    if (root != NULL && !json_is_object(root)) {
        plb_reader_expected(&reader, "a transaction or a fixture", root);
    } else if (root != NULL && json_object_get(root, "cborHex") == NULL) {
        plb_reader_fail(&reader, PLB_E_PARSE,
                        "expected a text envelope (type, cborHex) or a fixture (transaction, "
                        "initialState ...)");
    }
    const char *type = plb_member_text(&reader, root, "type");
    if (type != NULL && check_type(&reader, type)) {
        plb_member_hex(&reader, root, "cborHex", bytes, bytes_length);
    }
    json_decref(root);
    return reader.status;
}

plb_status plb_tx_file_read(const char *name, const void *content, size_t length, uint8_t **bytes,
                            size_t *bytes_length, plb_error *error) {
    *bytes = NULL;
    *bytes_length = 0;
    if (length == 0) {
        return plb_fail(error, PLB_E_PARSE, name,
                        "is empty: expected a transaction (CBOR, hexadecimal or text envelope)");
    }
    if (plb_content_of(content, length) == PLB_CONTENT_JSON) {
        return read_envelope(name, content, length, bytes, bytes_length, error);
    }
    return plb_cbor_file_read(name, content, length, bytes, bytes_length, error);
}

char *plb_tx_envelope(const uint8_t *bytes, size_t bytes_length, size_t *length) {
    plb_output output;
    uint8_t *text = NULL;
    plb_output_begin(&output, 0);
    /* What cardano-cli 9 and 10 write; 8 calls it the same. */
    plb_output_text(&output, "{\n    \"type\": \"Witnessed Tx " ENVELOPE_ERA "\",\n"
                             "    \"description\": \"Ledger Cddl Format\",\n    \"cborHex\": \"");
    plb_output_hex(&output, bytes, bytes_length);
    plb_output_text(&output, "\"\n}\n");
    return plb_output_take(&output, &text, length) ? (char *) text : NULL;
}
