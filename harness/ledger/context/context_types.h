/* The ledger's types as data, in the encodings of PlutusLedgerApi.V1 to V3. */
#ifndef PLB_LEDGER_CONTEXT_TYPES_H
#define PLB_LEDGER_CONTEXT_TYPES_H

#include "harness/ledger/context/context_builder.h"
#include "harness/ledger/tx.h"

/* A credential of PLB_KEY_HASH_BYTES. */
plb_value plb_context_credential(plb_context_builder *b, bool is_script, const uint8_t *hash);
/* What stands for a reward account: a StakingCredential before PlutusV3, then a Credential. */
plb_value plb_context_account(plb_context_builder *b, bool is_script, const uint8_t *hash);
plb_value plb_context_tx_id(plb_context_builder *b, const uint8_t *id);
plb_value plb_context_tx_in(plb_context_builder *b, const plb_tx_in *ref);

/* Lovelace comes first, even when it is none, then the assets. */
plb_value plb_context_value(plb_context_builder *b, uint64_t lovelace, const plb_tx_assets *assets);
/* What is minted: before PlutusV3 with an entry of no lovelace, then without. */
plb_value plb_context_mint(plb_context_builder *b, const plb_tx_assets *assets);

/* An output; `inline_datum` is its decoded datum when that is inline (and the language sees it). */
plb_value plb_context_output(plb_context_builder *b, const plb_tx_out *out, plb_value inline_datum);

/* A bound of an interval in POSIX milliseconds. */
typedef struct plb_context_bound {
    bool finite;
    plb_wide posix_ms; /* when finite */
    bool closed;
} plb_context_bound;

plb_value plb_context_interval(plb_context_builder *b, plb_context_bound from,
                               plb_context_bound to);

#endif
