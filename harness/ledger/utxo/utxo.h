/* The set of unspent outputs, behind an interface: in memory, or on disk.
 *
 * Changes come in batches: begin, then put and remove, then commit or cancel. A batch is seen by
 * get as it grows, and is kept or lost as a whole. A mark is a state that can be gone back to any
 * number of times; both cost time and memory in proportion to what has changed since. */
#ifndef PLB_LEDGER_UTXO_H
#define PLB_LEDGER_UTXO_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/status.h>

#include "harness/ledger/tx.h"

typedef struct plb_utxo_state plb_utxo_state;

/* Where a function returns another status than PLB_OK, state->problem says why. */
typedef struct plb_utxo_interface {
    /* Look `count` outputs up; together, so that waiting for memory overlaps. What outs[i] points
     * to lives until the state changes or `arena` is reset. PLB_OK (outs[i].bytes.bytes NULL: there
     * is none), PLB_E_MEMORY, PLB_E_IO (also for a record that is damaged). */
    plb_status (*get)(plb_utxo_state *state, const plb_tx_in *refs, size_t count, plb_region *arena,
                      plb_tx_out *outs);

    void (*begin)(plb_utxo_state *state);
    /* Add or replace. The output's bytes are copied; `scratch` is left as it was. PLB_OK, or (with
     * nothing changed) PLB_E_MEMORY, PLB_E_IO, PLB_E_PARSE and PLB_E_UNSUPPORTED as
     * plb_tx_out_decode's. */
    plb_status (*put)(plb_utxo_state *state, const plb_tx_in *ref, plb_span output,
                      plb_region *scratch);
    /* Remove; one that is not there is no failure. PLB_OK, PLB_E_MEMORY. */
    plb_status (*remove)(plb_utxo_state *state, const plb_tx_in *ref);
    /* PLB_OK, or PLB_E_MEMORY, PLB_E_IO: then the batch is cancelled. */
    plb_status (*commit)(plb_utxo_state *state);
    void (*cancel)(plb_utxo_state *state);

    /* Outside of a batch: remember the state (and forget an earlier mark); go back to it, which
     * keeps the mark; forget it. */
    void (*mark)(plb_utxo_state *state);
    plb_status (*rollback)(plb_utxo_state *state);
    void (*unmark)(plb_utxo_state *state);

    /* Outside of a batch. */
    size_t (*count)(const plb_utxo_state *state);
    void (*free)(plb_utxo_state *state);
} plb_utxo_interface;

#define PLB_UTXO_PROBLEM_BYTES 384

/* Every implementation begins with this. */
struct plb_utxo_state {
    const plb_utxo_interface *interface;
    char problem[PLB_UTXO_PROBLEM_BYTES];
};

/* In memory: a hash table of decoded outputs. NULL when memory is short. */
plb_utxo_state *plb_utxo_in_memory(void);

/* On disk: an LMDB environment in `folder`, made if need be, for `network`. Each batch is a
 * transaction of LMDB's: a crash leaves it done or not done, and a batch that was committed is on
 * disk. A folder is one state's at a time, in all processes. `map_bytes`: address space to start
 * with, doubled whenever it is full; 0: 1 GiB.
 * Errors: PLB_E_IO (can't be read or written, in use, not plutbench's, of another format or
 * network, damaged), PLB_E_MEMORY. */
plb_status plb_utxo_on_disk(plb_utxo_state **state, const char *folder, plb_network network,
                            size_t map_bytes, plb_error *error);

#endif
