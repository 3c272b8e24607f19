/* The script integrity hash: redeemers, datums and language views (Cardano.Ledger.Alonzo.Tx,
 * ScriptIntegrity; Alonzo.PParams, getLanguageView). */
#ifndef PLB_LEDGER_INTEGRITY_H
#define PLB_LEDGER_INTEGRITY_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/decode/cbor.h"

/* Each language's entry in the map of language views, encoded: they change only with the protocol
 * parameters. */
typedef struct plb_language_views {
    plb_writer entries[PLB_PLUTUS_V4 + 1]; /* by plb_language; empty: nothing written */
} plb_language_views;

/* False when memory is short. */
bool plb_language_views_make(plb_language_views *views, const plb_protocol_parameters *parameters);
void plb_language_views_free(plb_language_views *views);

/* Hash the original bytes of redeemers and datums (an empty span where the field is absent) with
 * the views of the languages whose bit 1 << language is set. */
void plb_integrity_hash(const plb_language_views *views, unsigned languages, plb_span redeemers,
                        plb_span datums, uint8_t hash[PLB_HASH_BYTES]);

#endif
