/* The set of unspent outputs, behind an interface, so that it can live in memory or elsewhere. */
#ifndef PLB_LEDGER_UTXO_H
#define PLB_LEDGER_UTXO_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/status.h>

#include "harness/ledger/tx.h"

typedef struct plb_utxo_state plb_utxo_state;

typedef struct plb_utxo_interface {
    /* Look an output up. What *out points to lives until the state changes or `arena` is reset; an
     * implementation that keeps bytes only decodes into `arena`. PLB_OK (out->bytes.bytes NULL:
     * there is none), PLB_E_MEMORY, PLB_E_IO. */
    plb_status (*get)(plb_utxo_state *state, const plb_tx_in *ref, plb_region *arena,
                      plb_tx_out *out);
    /* Add or replace; the output's bytes are copied. PLB_OK, PLB_E_MEMORY, PLB_E_IO: nothing has
     * changed then. */
    plb_status (*put)(plb_utxo_state *state, const plb_tx_in *ref, const plb_tx_out *out);
    /* Remove; one that is not there is no failure. PLB_OK, PLB_E_IO. */
    plb_status (*remove)(plb_utxo_state *state, const plb_tx_in *ref);
    size_t (*count)(const plb_utxo_state *state);
    void (*free)(plb_utxo_state *state);
} plb_utxo_interface;

/* Every implementation begins with this. */
struct plb_utxo_state {
    const plb_utxo_interface *interface;
};

/* In memory: a hash table. NULL when memory is short. */
plb_utxo_state *plb_utxo_in_memory(void);

#endif
