/* Script contexts as data, as the ledger builds them (Cardano.Ledger.Conway.TxInfo,
 * Babbage.TxInfo, Alonzo.Plutus.TxInfo) in the encodings of PlutusLedgerApi.V1 to V3. */
#ifndef PLB_LEDGER_SCRIPT_CONTEXT_H
#define PLB_LEDGER_SCRIPT_CONTEXT_H

#include <plutbench/ledger.h>

#include "harness/ledger/tx.h"

/* The TxInfo of a transaction whose inputs are all resolved, in `arena`, where the transaction must
 * live too. One serves all calls of a language.
 * Errors: PLB_E_LEDGER when it has no translation for the language (*problem is the ledger's name
 * of why, such as "InlineDatumsNotSupported"), PLB_E_UNSUPPORTED (*problem says what),
 * PLB_E_MEMORY. */
plb_status plb_tx_info(plb_value *info, plb_region *arena, const plb_tx *tx, plb_language language,
                       unsigned protocol_major, const char **problem);

/* The script context of spending `input` with `redeemer`. `datum` (PLB_NO_VALUE: none) is part of
 * PlutusV3's only. PLB_NO_VALUE when memory is short. */
plb_value plb_script_context(plb_region *arena, plb_language language, plb_value info,
                             const plb_tx_in *input, plb_value redeemer, plb_value datum);

#endif
