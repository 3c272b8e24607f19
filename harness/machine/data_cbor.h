/* Data from CBOR: the inputs that the reference's decoder takes, and no others
 * (PlutusCore.Data, Codec.Serialise): integers of any width, bignums, byte strings of at most 64
 * bytes a chunk, lists and maps of definite and indefinite length, constructor tags 121-127,
 * 1280-1400 and 102. */
#ifndef PLB_MACHINE_DATA_CBOR_H
#define PLB_MACHINE_DATA_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* Decode one item from the front of `bytes`, copied into `region`. *consumed (may be NULL)
 * receives how many bytes it took; what follows is the caller's business. Nesting is bounded by
 * the region only; the region's upper end is used as a stack and given back.
 * PLB_NO_VALUE for failure: PLB_E_PARSE with the byte's offset as `where`, PLB_E_MEMORY. */
plb_value plb_data_decode_cbor(plb_region *region, const uint8_t *bytes, size_t length,
                               size_t *consumed, plb_error *error);

/* A CBOR byte string at the front of some bytes. */
typedef struct plb_cbor_string {
    const uint8_t *content; /* inside the input; NULL when it is in chunks (indefinite length) */
    size_t length;          /* of the content, all chunks together */
    size_t consumed;        /* of the input */
} plb_cbor_string;

/* Find the byte string, of any chunk sizes. False when there is no well-formed one; *problem then
 * says what was expected, and string->consumed where. */
bool plb_cbor_string_open(const uint8_t *bytes, size_t length, plb_cbor_string *string,
                          const char **problem);
/* Copy the content of an opened string to `out`, which has room for string->length bytes. */
void plb_cbor_string_copy(const uint8_t *bytes, const plb_cbor_string *string, uint8_t *out);

#endif
