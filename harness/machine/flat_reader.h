/* Reading flat: bits, words, integers, byte strings, constants. */
#ifndef PLB_MACHINE_FLAT_READER_H
#define PLB_MACHINE_FLAT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <plutbench/machine.h>

#include "harness/machine/term.h"

/* Bytes after the input that may be read (as zeros). */
#define PLB_FLAT_PADDING 16

typedef struct plb_flat_reader {
    const uint8_t *bytes; /* padded */
    size_t bit;           /* position, may run a few bits past the end before it is noticed */
    size_t end;           /* in bits */
    plb_error *error;     /* may be NULL */
    plb_era era;
    bool only_well_formed; /* let through what the reference finds when a script is to run */
    plb_status status;     /* of the first failure */
} plb_flat_reader;

/* Record a failure at the current position: "expected ...". Always returns false. */
bool plb_flat_fail(plb_flat_reader *reader, const char *format, ...) PLB_PRINTF(2, 3);
/* Likewise: "... is not available in PlutusV2 at protocol version 9". */
bool plb_flat_unavailable(plb_flat_reader *reader, const char *format, ...) PLB_PRINTF(2, 3);

/* The next 57 bits or more, left-aligned; the position must not be past the end. */
static inline uint64_t plb_flat_window(const plb_flat_reader *reader) {
    uint64_t word;
    memcpy(&word, reader->bytes + (reader->bit >> 3), sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word << (reader->bit & 7);
}
/* The same at any position: past the end there are zeros. */
static inline uint64_t plb_flat_peek(const plb_flat_reader *reader) {
    return reader->bit <= reader->end ? plb_flat_window(reader) : 0;
}

/* `count` (1 to 32) bits; the caller notices running past the end later. */
static inline uint64_t plb_flat_bits(plb_flat_reader *reader, unsigned count) {
    uint64_t bits = plb_flat_peek(reader) >> (64 - count);
    reader->bit += count;
    return bits;
}

/* A natural number that must fit in 64 bits. */
bool plb_flat_word64_long(plb_flat_reader *reader, uint64_t *out);
static inline bool plb_flat_word64(plb_flat_reader *reader, uint64_t *out) {
    uint64_t byte = plb_flat_peek(reader) >> 56;
    if (byte < 128) {
        reader->bit += 8;
        *out = byte;
        return true;
    }
    return plb_flat_word64_long(reader, out);
}

/* Zeros and the 1 that ends them. */
bool plb_flat_filler(plb_flat_reader *reader);
/* The whole input must be used up. */
bool plb_flat_at_end(plb_flat_reader *reader);

/* Type and value of a constant, made in the program's heap and types; types of more than `max_type`
 * tags are refused. PLB_NO_VALUE on failure (reader->status PLB_OK: the byte cap). */
plb_value plb_flat_constant(plb_flat_reader *reader, plb_program *program, uint64_t max_type);

#endif
