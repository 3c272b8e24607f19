/* The set of unspent outputs, behind an interface, so that it can live in memory or elsewhere. */
#ifndef PLB_LEDGER_UTXO_H
#define PLB_LEDGER_UTXO_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/status.h>

#include "harness/ledger/tx.h"

typedef struct plb_utxo_state plb_utxo_state;

typedef struct plb_utxo_interface {
    /* Look an output up; what *out points to lives until the state changes. */
    bool (*get)(const plb_utxo_state *state, const plb_tx_in *ref, plb_tx_out *out);
    /* Add or replace; the output's bytes are copied. False when memory is short: nothing has
     * changed then. */
    bool (*put)(plb_utxo_state *state, const plb_tx_in *ref, const plb_tx_out *out);
    /* Remove; false when there is none. */
    bool (*remove)(plb_utxo_state *state, const plb_tx_in *ref);
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
