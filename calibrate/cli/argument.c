#include "calibrate/cli/argument.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/cli/cli.h"

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (uint8_t) tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode hexadecimal (white space around it is allowed) in place. False when it is something else.
 */
static bool decode_hex(uint8_t *text, size_t *length) {
    size_t start = 0;
    size_t end = *length;
    while (start < end && isspace(text[start])) {
        start++;
    }
    while (end > start && isspace(text[end - 1])) {
        end--;
    }
    if ((end - start) % 2 != 0 || end == start) {
        return false;
    }
    for (size_t i = start; i < end; i++) {
        if (hex_digit(text[i]) < 0) {
            return false;
        }
    }
    for (size_t i = start; i < end; i += 2) {
        text[(i - start) / 2] = (uint8_t) (hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
    }
    *length = (end - start) / 2;
    return true;
}

/* CBOR data does not begin like that: '{' would be text, '[' a length of 64 bits. */
static bool looks_like_json(const uint8_t *bytes, size_t length) {
    size_t i = 0;
    while (i < length && isspace(bytes[i])) {
        i++;
    }
    return i < length && (bytes[i] == '{' || bytes[i] == '[');
}

static plb_status decode(plb_program *program, uint8_t *bytes, size_t length, plb_error *error) {
    if (length == 0) {
        return plb_fail(error, PLB_E_PARSE, NULL, "is empty: expected data as JSON or CBOR");
    }
    if (looks_like_json(bytes, length)) {
        return plb_program_data_json(program, (const char *) bytes, length, error);
    }
    (void) decode_hex(bytes, &length);
    plb_status status = plb_program_data_cbor(program, bytes, length, error);
    return status == PLB_OK ? PLB_OK : plb_error_prefix(error, "CBOR");
}

plb_status cli_read_data(const char *text, uint8_t **bytes, size_t *length, plb_error *error) {
    if (strcmp(text, "-") == 0 || access(text, F_OK) == 0) {
        return cli_read_file(text, bytes, length, error);
    }
    *length = strlen(text);
    *bytes = malloc(*length + 1);
    if (*bytes == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    memcpy(*bytes, text, *length + 1);
    size_t hex_length = *length;
    if (decode_hex(*bytes, &hex_length)) {
        *length = hex_length;
        return PLB_OK;
    }
    free(*bytes);
    *bytes = NULL;
    return plb_fail(error, PLB_E_IO, text[0] != '\0' ? text : "''",
                    "is neither a file nor CBOR in hexadecimal");
}

plb_status cli_decode_data(plb_program **program, const char *text, uint8_t *bytes, size_t length,
                           plb_error *error) {
    *program = plb_program_new(0);
    plb_status status = *program != NULL
                            ? decode(*program, bytes, length, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no address space for data");
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, text);
        plb_program_free(*program);
        *program = NULL;
    }
    return status;
}

plb_status cli_load_data(plb_program **program, const char *text, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_data(text, &bytes, &length, error);
    if (status == PLB_OK) {
        status = cli_decode_data(program, text, bytes, length, error);
    }
    free(bytes);
    return status;
}
