/* Bech32 (BIP-173), as Cardano uses it for addresses (CIP-19): without its limit of 90 characters,
 * which a base address exceeds. */
#ifndef PLB_LEDGER_BECH32_H
#define PLB_LEDGER_BECH32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest human-readable part of BIP-173, and room for its NUL. */
#define PLB_BECH32_PREFIX_BYTES 84
/* Longest data that is read or written: more than any address has. */
#define PLB_BECH32_DATA_BYTES 128
/* Room for the text of the longest data, with its NUL. */
#define PLB_BECH32_TEXT_BYTES                                                                      \
    (PLB_BECH32_PREFIX_BYTES + 1 + (PLB_BECH32_DATA_BYTES * 8 + 4) / 5 + 6)

/* Decode the NUL-terminated `text`. The prefix is in lower case. NULL on success, else a string
 * constant that says what is wrong ("its checksum is wrong"). */
const char *plb_bech32_decode(const char *text, char prefix[PLB_BECH32_PREFIX_BYTES],
                              uint8_t data[PLB_BECH32_DATA_BYTES], size_t *length);

/* Write at most PLB_BECH32_DATA_BYTES of data. False when there are more, or the prefix is not one
 * (1 to 83 visible characters, no capitals). */
bool plb_bech32_encode(const char *prefix, const uint8_t *data, size_t length,
                       char text[PLB_BECH32_TEXT_BYTES]);

#endif
