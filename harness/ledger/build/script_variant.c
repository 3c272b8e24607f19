/* Scripts that differ in nothing but their hash. */
#include <plutbench/ledger.h>

#include <stdlib.h>

#include "harness/ledger/decode/cbor.h"

/* A flat program begins with the three numbers of its version, each in bytes of seven bits, least
 * first; a set top bit says that more follow. */
#define VERSION_NUMBERS 3
#define MORE 0x80
/* Decoders that read a number into 64 bits take no more bytes. */
#define NUMBER_MAX_BYTES 10
#define MOST_EXTRA (NUMBER_MAX_BYTES - 1)

/* How many bytes longer variant `number` has each of the version's numbers: variants that are
 * longer together come later. False: there are not so many. */
static bool extra_bytes(unsigned number, unsigned extra[VERSION_NUMBERS]) {
    for (unsigned total = 0; total <= VERSION_NUMBERS * MOST_EXTRA; total++) {
        for (unsigned a = 0; a <= total && a <= MOST_EXTRA; a++) {
            for (unsigned b = 0; a + b <= total && b <= MOST_EXTRA; b++) {
                unsigned c = total - a - b;
                if (c > MOST_EXTRA || number-- != 0) continue;
                extra[0] = a;
                extra[1] = b;
                extra[2] = c;
                return true;
            }
        }
    }
    return false;
}

/* Copy a number and make it `extra` bytes longer; returns what is behind it, or NULL. */
static const uint8_t *write_number(plb_writer *w, const uint8_t *at, const uint8_t *end,
                                   unsigned extra) {
    static const uint8_t more = MORE, last = 0;
    size_t length = 0;
    while (at < end && (*at & MORE) != 0) {
        plb_write_raw(w, at++, 1);
        length++;
    }
    if (at == end || length + 1 + extra > NUMBER_MAX_BYTES) return NULL;
    uint8_t byte = *at++;
    if (extra != 0) byte |= MORE;
    plb_write_raw(w, &byte, 1);
    for (unsigned i = 1; i < extra; i++) plb_write_raw(w, &more, 1);
    if (extra != 0) plb_write_raw(w, &last, 1);
    return at;
}

static plb_status write_variant(plb_writer *flat, const uint8_t *script, size_t length,
                                const unsigned extra[VERSION_NUMBERS], plb_error *error) {
    plb_cbor reader;
    plb_span program;
    plb_cbor_open(&reader, script, length);
    if (!plb_cbor_bytes(&reader, &program, "a byte string")) {
        return plb_cbor_error(&reader, "script", error);
    }
    if (reader.at != reader.end) {
        return plb_fail(error, PLB_E_PARSE, "script", "expected the end at byte %zu",
                        (size_t) (reader.at - reader.base));
    }
    const uint8_t *at = program.bytes, *end = program.bytes + program.length;
    for (size_t i = 0; i < VERSION_NUMBERS; i++) {
        at = write_number(flat, at, end, extra[i]);
        if (at == NULL) {
            return plb_fail(error, PLB_E_PARSE, "script",
                            "expected a version in its shortest form");
        }
    }
    plb_write_raw(flat, at, (size_t) (end - at));
    return PLB_OK;
}

plb_status plb_script_variant(const uint8_t *script, size_t length, unsigned number,
                              uint8_t **variant, size_t *variant_length, plb_error *error) {
    unsigned extra[VERSION_NUMBERS];
    plb_writer flat = {0}, wrapped = {0};
    *variant = NULL;
    *variant_length = 0;
    if (!extra_bytes(number, extra)) {
        return plb_fail(error, PLB_E_ARGUMENT, "script", "expected a variant below %d",
                        PLB_SCRIPT_VARIANTS);
    }
    plb_status status = write_variant(&flat, script, length, extra, error);
    plb_write_bytes(&wrapped, flat.bytes, flat.length);
    if (status == PLB_OK && (flat.failed || wrapped.failed)) {
        status = plb_fail(error, PLB_E_MEMORY, "script", "out of memory");
    }
    plb_writer_free(&flat);
    if (status != PLB_OK) {
        plb_writer_free(&wrapped);
        return status;
    }
    *variant = wrapped.bytes;
    *variant_length = wrapped.length;
    return PLB_OK;
}
