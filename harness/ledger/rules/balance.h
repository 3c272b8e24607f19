/* Arithmetic of native assets. */
#ifndef PLB_LEDGER_BALANCE_H
#define PLB_LEDGER_BALANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

#include "harness/ledger/tx.h"
#include "harness/machine/region.h"

/* Assets that count for (+1) or against (-1) a balance. */
typedef struct plb_balance_term {
    plb_tx_assets assets;
    int sign;
} plb_balance_term;

/* Add the terms up. *off is an asset whose sum is not zero, NULL when there is none. `arena` is as
 * full afterwards as before. PLB_OK, PLB_E_MEMORY. */
plb_status plb_assets_balance(plb_region *arena, const plb_balance_term *terms, size_t count,
                              const plb_tx_asset **off);

/* How many bytes the ledger's own encoding of a value has, however the value came: what the
 * maximum value size limits. */
uint64_t plb_value_size(uint64_t lovelace, const plb_tx_assets *assets);

#endif
