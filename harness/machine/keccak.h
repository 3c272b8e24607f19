/* SHA3-256 and Keccak-256: the sponge over Keccak-f[1600] with 1088 bits of rate (FIPS 202, and
 * the Keccak team's submission of 2011, which pads without SHA3's domain bits).
 *
 * Own code, because no Debian 12 library has both: nettle, libgcrypt and OpenSSL 3.0 know SHA3
 * only, libsodium neither; one permutation serves the two. */
#ifndef PLB_MACHINE_KECCAK_H
#define PLB_MACHINE_KECCAK_H

#include <stddef.h>
#include <stdint.h>

void plb_sha3_256(uint8_t digest[32], const uint8_t *message, size_t length);
void plb_keccak_256(uint8_t digest[32], const uint8_t *message, size_t length);

#endif
