/* What the two files of the state on disk share: its folder, and what is in it. */
#ifndef PLB_LEDGER_UTXO_LMDB_H
#define PLB_LEDGER_UTXO_LMDB_H

#include <stdbool.h>
#include <stddef.h>

#include <lmdb.h>

#include <plutbench/ledger.h>

/* An environment that is open and locked against every other opening. All zero and `lock` -1:
 * closed. */
typedef struct plb_utxo_folder {
    char *path;
    int lock; /* the folder's descriptor */
    MDB_env *env;
    MDB_dbi outputs; /* key: id, index (big-endian); value: the output's CBOR */
} plb_utxo_folder;

/* Errors: PLB_E_IO, PLB_E_MEMORY; nothing is open then. */
plb_status plb_utxo_folder_open(plb_utxo_folder *folder, const char *path, plb_network network,
                                size_t map_bytes, plb_error *error);
void plb_utxo_folder_close(plb_utxo_folder *folder);

#endif
