/* Addresses and reward accounts as text (CIP-19): bech32, and base 58 for Byron's. */
#ifndef PLB_LEDGER_ADDRESS_TEXT_H
#define PLB_LEDGER_ADDRESS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/ledger/files/bech32.h"

/* The bytes of an address (addr1..., addr_test1..., or Byron's). NULL on success, else what is
 * wrong with the text, a string constant. */
const char *plb_address_from_text(const char *text, uint8_t bytes[PLB_BECH32_DATA_BYTES],
                                  size_t *length);
/* The same for a reward account: stake1..., stake_test1... */
const char *plb_reward_account_from_text(const char *text, uint8_t bytes[PLB_BECH32_DATA_BYTES],
                                         size_t *length);

/* An address or reward account of a network's, by its header. False when it is too long, or has no
 * bech32 form (Byron's). */
bool plb_address_to_text(const uint8_t *bytes, size_t length, char text[PLB_BECH32_TEXT_BYTES]);

#endif
