/* Writing outputs. */
#ifndef PLB_LEDGER_TX_BUILD_OUTPUT_H
#define PLB_LEDGER_TX_BUILD_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/decode/cbor.h"

#define PLB_PLAN_ADDRESS_BYTES (PLB_KEY_HASH_BYTES + 1)
#define PLB_PLAN_ASSET_NAME_BYTES 8

/* The only asset under its policy. */
typedef struct plb_planned_asset {
    uint8_t policy[PLB_KEY_HASH_BYTES];
    uint8_t name[PLB_PLAN_ASSET_NAME_BYTES];
    size_t name_length;
    uint64_t amount;
} plb_planned_asset;

typedef struct plb_planned_output {
    const uint8_t *address; /* PLB_PLAN_ADDRESS_BYTES */
    uint64_t lovelace;
    const plb_planned_asset *assets; /* by policy */
    size_t asset_count;
    const uint8_t *datum_hash; /* PLB_HASH_BYTES, or NULL */
    plb_span inline_datum;     /* bytes NULL: none */
    const plb_tx_call *script; /* whose script is the reference script, or NULL */
} plb_planned_output;

void plb_write_output(plb_writer *writer, const plb_planned_output *output);

/* Bytes of the value as the maximum value size counts them. */
size_t plb_value_bytes(const plb_planned_output *output);

#endif
