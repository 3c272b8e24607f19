/* Data to CBOR, byte for byte as the reference does (PlutusCore.Data, Codec.Serialise): non-empty
 * lists of indefinite length, maps of definite length, constructors as tags 121-127, 1280-1400 or
 * 102, byte strings over 64 bytes in chunks of 64. */
#ifndef PLB_MACHINE_DATA_ENCODE_H
#define PLB_MACHINE_DATA_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* Encode `data` at the region's end: *bytes and *length receive the encoding, which stays
 * allocated. The region's upper end is used as a stack and given back. False, and the region as it
 * was, when its cap is reached. */
bool plb_data_to_cbor(plb_region *region, plb_value data, const uint8_t **bytes, size_t *length);

#endif
