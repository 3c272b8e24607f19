/* Integers of any size on region memory, on top of GMP's mpn functions. Small operands are dealt
 * with by the callers' fast paths; everything here takes them as well. */
#ifndef PLB_MACHINE_INTEGER_H
#define PLB_MACHINE_INTEGER_H

#include <gmp.h>

#include "harness/machine/value.h"

_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NUMB_BITS == 64,
               "limbs of 64 bits without nails");

/* Room for `count` limbs at the region's end, NULL when the cap is reached. Until it is finished
 * nothing else may be allocated that is meant to stay. */
plb_bigint *plb_bigint_begin(plb_region *region, size_t count);
/* Make an integer of the lowest `count` limbs: normalised, in place where it is small, and with
 * everything behind it given back to the region. */
plb_value plb_bigint_finish(plb_region *region, plb_bigint *integer, size_t count, bool negative);

/* True when multiplying or dividing operands with together `count` limbs leaves room under the
 * cap for GMP's temporary memory, and the C library has it: GMP ends the process when it has not.
 */
bool plb_integer_scratch_ok(const plb_region *region, size_t count);

/* PLB_NO_VALUE when the cap is reached. */
plb_value plb_int_add(plb_region *region, plb_value a, plb_value b);
plb_value plb_int_subtract(plb_region *region, plb_value a, plb_value b);
plb_value plb_int_multiply(plb_region *region, plb_value a, plb_value b);

/* Which part of a division, and how it is rounded. */
typedef enum plb_division {
    PLB_DIVIDE,    /* quotient, rounded to minus infinity */
    PLB_MODULUS,   /* its remainder, of the divisor's sign */
    PLB_QUOTIENT,  /* quotient, rounded to zero */
    PLB_REMAINDER, /* its remainder, of the dividend's sign */
} plb_division;
/* `b` is not 0. */
plb_value plb_int_divide(plb_region *region, plb_value a, plb_value b, plb_division part);

/* From a little-endian magnitude of any length. */
plb_value plb_make_integer_le(plb_region *region, bool negative, const uint8_t *bytes,
                              size_t length);
/* Bytes that the magnitude takes, 0 for zero. */
size_t plb_int_magnitude_bytes(const plb_int_view *view);
/* The magnitude, filled up with zero bytes to `length` bytes, which are enough. */
void plb_int_write_le(const plb_int_view *view, uint8_t *bytes, size_t length);
void plb_int_write_be(const plb_int_view *view, uint8_t *bytes, size_t length);

#endif
