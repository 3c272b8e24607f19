/* Points of BLS12-381 for those who read and write constants; the builtins are in builtin_bls.c.
 * Encoding: compressed, as in CIP-381 (the ZCash serialisation). */
#ifndef PLB_MACHINE_BLS_H
#define PLB_MACHINE_BLS_H

#include <stdint.h>

#include "harness/machine/value.h"

enum { PLB_G1_BYTES = 48, PLB_G2_BYTES = 96 };

/* PLB_NO_VALUE when the bytes are no point of the group (see plb_bls_*_problem), or when the
 * region's cap is reached. */
plb_value plb_bls_g1_from_compressed(plb_region *region, const uint8_t bytes[PLB_G1_BYTES]);
plb_value plb_bls_g2_from_compressed(plb_region *region, const uint8_t bytes[PLB_G2_BYTES]);

/* Why the bytes are no point of the group, in the reference's words ("BLST_BAD_ENCODING",
 * "BLST_POINT_NOT_ON_CURVE", "BLST_POINT_NOT_IN_GROUP"); NULL when they are one. */
const char *plb_bls_g1_problem(const uint8_t bytes[PLB_G1_BYTES]);
const char *plb_bls_g2_problem(const uint8_t bytes[PLB_G2_BYTES]);

void plb_bls_g1_compress(plb_value point, uint8_t bytes[PLB_G1_BYTES]);
void plb_bls_g2_compress(plb_value point, uint8_t bytes[PLB_G2_BYTES]);

/* Equal as points, whatever their projective coordinates. */
bool plb_bls_g1_equal(plb_value a, plb_value b);
bool plb_bls_g2_equal(plb_value a, plb_value b);
/* Equal before the final exponentiation, as the reference compares Miller loop results. */
bool plb_bls_ml_result_equal(plb_value a, plb_value b);

#endif
