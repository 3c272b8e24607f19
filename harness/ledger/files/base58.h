/* Base 58, in which Byron addresses are written. */
#ifndef PLB_LEDGER_BASE58_H
#define PLB_LEDGER_BASE58_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode the NUL-terminated `text` into at most `capacity` bytes. False when a character is none of
 * the alphabet's, or there are more bytes. */
bool plb_base58_decode(const char *text, uint8_t *bytes, size_t capacity, size_t *length);

#endif
