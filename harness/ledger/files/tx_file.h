/* Transactions as users have them in files: CBOR, its hexadecimal text, cardano-cli's text
 * envelope. */
#ifndef PLB_LEDGER_TX_FILE_H
#define PLB_LEDGER_TX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

/* What the content of a file looks like: an object in JSON (by its first character), hexadecimal
 * digits with white space around them, or neither. */
typedef enum plb_content { PLB_CONTENT_JSON, PLB_CONTENT_HEX, PLB_CONTENT_BINARY } plb_content;
plb_content plb_content_of(const void *content, size_t length);

/* The CBOR in a file of hexadecimal or of CBOR itself, malloc'ed. PLB_E_PARSE, PLB_E_MEMORY. */
plb_status plb_cbor_file_read(const char *name, const void *content, size_t length, uint8_t **bytes,
                              size_t *bytes_length, plb_error *error);

/* The CBOR of the transaction in a file, malloc'ed; `name` is used in messages. Text envelopes are
 * those of Conway: "Tx ConwayEra", "Witnessed Tx ConwayEra", "Unwitnessed Tx ConwayEra".
 * Errors: PLB_E_PARSE, PLB_E_UNSUPPORTED (another era's), PLB_E_MEMORY. */
plb_status plb_tx_file_read(const char *name, const void *content, size_t length, uint8_t **bytes,
                            size_t *bytes_length, plb_error *error);

/* The text envelope of a signed transaction as `cardano-cli conway transaction sign` writes it,
 * NUL-terminated and malloc'ed. NULL when memory is short. */
char *plb_tx_envelope(const uint8_t *bytes, size_t bytes_length, size_t *length);

#endif
