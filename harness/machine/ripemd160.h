/* RIPEMD-160 (Dobbertin, Bosselaers, Preneel, "RIPEMD-160: a strengthened version of RIPEMD",
 * 1996; ISO/IEC 10118-3). Own code: libsodium has it not, and OpenSSL 3 keeps it in a provider
 * that may be switched off. */
#ifndef PLB_MACHINE_RIPEMD160_H
#define PLB_MACHINE_RIPEMD160_H

#include <stddef.h>
#include <stdint.h>

void plb_ripemd_160(uint8_t digest[20], const uint8_t *message, size_t length);

#endif
