/* One output in cardano-cli's JSON (cardano-api's TxOut), to CBOR and back. */
#ifndef PLB_LEDGER_UTXO_JSON_OUTPUT_H
#define PLB_LEDGER_UTXO_JSON_OUTPUT_H

#include <plutbench/ledger.h>

#include "harness/ledger/files/json_reader.h"
#include "harness/machine/output.h"
#include "harness/machine/region.h"

/* A copy of a JSON text in which integers of more than 18 digits are strings, as the JSON library
 * takes no integers beyond 64 bits; malloc'ed and NUL-terminated. NULL when memory is short. */
char *plb_quote_long_integers(const char *text, size_t length, size_t *quoted_length);

/* The CBOR, malloc'ed, of the output `entry`, on which the reader is. The datum is inlineDatumRaw
 * to the byte, or where that is absent, inlineDatum in the reference's encoding. */
bool plb_output_from_json(plb_json_reader *reader, const json_t *entry, uint8_t **bytes,
                          size_t *length);

/* Write an output's CBOR as JSON. Errors: those of decoding it. */
plb_status plb_output_to_json(plb_output *output, plb_region *scratch, const uint8_t *bytes,
                              size_t length, plb_error *error);

#endif
