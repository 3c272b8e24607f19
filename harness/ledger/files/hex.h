/* Hexadecimal text. */
#ifndef PLB_LEDGER_HEX_H
#define PLB_LEDGER_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes that `length` digits spell, into `bytes` (length / 2 of them). False when the length is
 * odd or something is no digit. */
bool plb_hex_decode(const char *text, size_t length, uint8_t *bytes);

/* The same, malloc'ed; NULL when it is no hexadecimal or, with *no_memory set, memory is short. */
uint8_t *plb_hex_bytes(const char *text, size_t length, bool *no_memory);

#endif
