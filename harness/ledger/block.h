/* A block's sums, which its rules look at; added up by the transactions as they are applied. */
#ifndef PLB_LEDGER_BLOCK_H
#define PLB_LEDGER_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/tx.h"

typedef struct plb_block_totals {
    size_t transactions, auxiliary, invalid;
    uint64_t content_bytes; /* of the body's four parts, without their heads */
    plb_exunits declared;   /* saturating */
    uint64_t reference_script_bytes;
} plb_block_totals;

/* Add a transaction, which is the next one of the block. */
void plb_block_add(plb_block_totals *totals, const plb_tx *tx, uint64_t reference_script_bytes);

/* The bytes of the block's body as a node writes it: transactions' bodies, their witness sets,
 * their auxiliary data by index, indices of those that are marked invalid. */
uint64_t plb_block_body_bytes(const plb_block_totals *totals);

#endif
