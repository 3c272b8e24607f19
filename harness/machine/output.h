/* Growing byte buffers with a cap, for printers and encoders, and growing arrays. A buffer that
 * once failed stays failed, so that callers check once, at the end. */
#ifndef PLB_MACHINE_OUTPUT_H
#define PLB_MACHINE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "harness/machine/value.h"

typedef struct plb_output {
    uint8_t *bytes; /* malloc'ed */
    size_t length, capacity, cap;
    bool failed; /* the cap was reached, or memory is short */
} plb_output;

/* `cap`: most bytes, 0 for 1 GiB. */
void plb_output_begin(plb_output *output, size_t cap);
void plb_output_free(plb_output *output);
/* Room for `count` more bytes; false (and failed) beyond the cap. */
bool plb_output_reserve(plb_output *output, size_t count);
void plb_output_bytes(plb_output *output, const void *bytes, size_t count);
void plb_output_text(plb_output *output, const char *text);
/* Unsigned decimal. */
void plb_output_uint(plb_output *output, uint64_t number);
/* Lower-case hexadecimal. */
void plb_output_hex(plb_output *output, const uint8_t *bytes, size_t count);
/* An integer value in decimal. */
void plb_output_integer(plb_output *output, plb_value integer);
/* Hand the bytes over, with a NUL behind them that *length does not count. False when the buffer
 * has failed (it is then freed). */
bool plb_output_take(plb_output *output, uint8_t **bytes, size_t *length);

static inline void plb_output_byte(plb_output *output, uint8_t byte) {
    if (output->length < output->capacity || plb_output_reserve(output, 1)) {
        output->bytes[output->length++] = byte;
    }
}

/* The integer that `count` decimal digits ('0'..'9', at least one) spell, in `region`;
 * PLB_NO_VALUE when memory is short. */
plb_value plb_integer_from_decimal(plb_region *region, bool negative, const char *digits,
                                   size_t count);

/* Make the malloc'ed array *items of elements of `item_bytes` hold at least `wanted` of them.
 * False when memory is short; the array is then as it was. */
bool plb_grow(void **items, size_t *capacity, size_t wanted, size_t item_bytes);

/* The value of a hexadecimal digit, -1 when it is none. */
static inline int plb_hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* A stack of 64-bit words at the upper end of a region: work space that the region's cap bounds
 * and that needs no allocation. Give back by restoring region->high. */
static inline bool plb_region_push(plb_region *region, uint64_t word) {
    if ((size_t) (region->high - region->low) < sizeof word) return false;
    region->high -= sizeof word;
    memcpy(region->high, &word, sizeof word);
    return true;
}
static inline uint64_t plb_region_pop(plb_region *region) {
    uint64_t word;
    memcpy(&word, region->high, sizeof word);
    region->high += sizeof word;
    return word;
}

#endif
