/* Unspent outputs as users have them, and as they want them:
 *  - the JSON of `cardano-cli query utxo --output-json`: {"ID#INDEX": {"address", "value",
 *    "datumhash", "inlineDatum", "inlineDatumRaw", "referenceScript"}};
 *  - a JSON array of {"input", "output"} in hexadecimal CBOR, as amaru's fixtures have it, or of
 *    strings, each a CBOR pair of input and output (CIP-30's transaction unspent outputs);
 *  - a CBOR map from inputs to outputs, or its hexadecimal text.
 * An output that came as CBOR keeps its bytes. */
#ifndef PLB_LEDGER_UTXO_JSON_H
#define PLB_LEDGER_UTXO_JSON_H

#include <stddef.h>

#include <plutbench/ledger.h>

#include "harness/ledger/files/json_reader.h"

/* Owns its outputs' bytes. Zero-initialised it is empty. */
typedef struct plb_utxo_list {
    plb_utxo *items;
    size_t count, capacity;
} plb_utxo_list;

void plb_utxo_list_free(plb_utxo_list *list);

/* Append what a file holds; `name` is used in messages. Outputs are checked for their own form only
 * (plb_ledger_add_utxo does the rest). An id and index with two different outputs are refused.
 * Errors: PLB_E_PARSE, PLB_E_MEMORY; *list then has some of them. */
plb_status plb_utxo_file_read(plb_utxo_list *list, const char *name, const void *content,
                              size_t length, plb_error *error);

/* Append the elements of a JSON array, on which `reader` is. */
bool plb_utxo_list_read(plb_utxo_list *list, plb_json_reader *reader, const json_t *array);

/* "0123...#4" */
#define PLB_UTXO_NAME_BYTES (2 * PLB_HASH_BYTES + 7)
void plb_utxo_name(const plb_utxo *utxo, char name[PLB_UTXO_NAME_BYTES]);

/* Write cardano-cli's JSON, in the order given; *text is malloc'ed and NUL-terminated.
 * Errors: those of decoding an output; PLB_E_MEMORY. */
plb_status plb_utxo_json_write(const plb_utxo *utxo, size_t count, char **text, size_t *length,
                               plb_error *error);

#endif
