/* A hash table of outputs by reference. An entry is one block of memory that holds the output's
 * bytes, decoded: looking one up decodes nothing.
 *
 * An entry takes 192 bytes (the allocator's included) and its output's; its slots take 21 to 43.
 * Ten million outputs of an enterprise address and lovelace are 2.6 GB. */
#ifndef PLB_LEDGER_UTXO_TABLE_H
#define PLB_LEDGER_UTXO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

#include "harness/ledger/tx.h"

typedef struct plb_utxo_entry {
    plb_tx_in ref;
    plb_tx_out out; /* points into the entry; .bytes.bytes NULL: nothing is at the reference */
} plb_utxo_entry;

/* The slot is kept with the whole hash, so that neither searching past others nor growing touches
 * their entries. */
typedef struct plb_utxo_slot {
    uint64_t hash;
    plb_utxo_entry *entry; /* NULL: free */
} plb_utxo_slot;

#define PLB_UTXO_KEY_BYTES 16

typedef struct plb_utxo_table {
    plb_utxo_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
    uint8_t key[PLB_UTXO_KEY_BYTES]; /* random: references that collide can't be chosen */
} plb_utxo_table;

/* Decode `output` into an entry of its own, to be freed with free(). `scratch` is left as it was.
 * Errors: plb_tx_out_decode's. */
plb_status plb_utxo_entry_make(plb_utxo_entry **entry, const plb_tx_in *ref, plb_span output,
                               plb_region *scratch, plb_error *error);
/* One that says that nothing is there. NULL when memory is short. */
plb_utxo_entry *plb_utxo_entry_absent(const plb_tx_in *ref);

void plb_utxo_table_init(plb_utxo_table *table);
/* Frees the entries too. */
void plb_utxo_table_free(plb_utxo_table *table);
/* NULL: there is none. */
plb_utxo_entry *plb_utxo_table_find(const plb_utxo_table *table, const plb_tx_in *ref);

#define PLB_UTXO_FIND_MOST 32
/* The same for up to PLB_UTXO_FIND_MOST references: in a large table nearly each lookup waits twice
 * for memory, and here they wait together. */
void plb_utxo_table_find_all(const plb_utxo_table *table, const plb_tx_in *refs, size_t count,
                             plb_utxo_entry **entries);
/* Room for one more entry. False when memory is short. */
bool plb_utxo_table_reserve(plb_utxo_table *table);
/* Put an entry where there is room for it; returns the one that it replaces, or NULL. */
plb_utxo_entry *plb_utxo_table_put(plb_utxo_table *table, plb_utxo_entry *entry);
/* Take an entry out; NULL: there was none. */
plb_utxo_entry *plb_utxo_table_take(plb_utxo_table *table, const plb_tx_in *ref);
/* Forget and free all entries; the slots stay, unless they are many. */
void plb_utxo_table_clear(plb_utxo_table *table);

#endif
