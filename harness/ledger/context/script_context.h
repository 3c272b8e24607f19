/* Script contexts as data, as the ledger builds them, in the encodings of PlutusLedgerApi.V1 to
 * V3. */
#ifndef PLB_LEDGER_SCRIPT_CONTEXT_H
#define PLB_LEDGER_SCRIPT_CONTEXT_H

#include <plutbench/ledger.h>

#include "harness/ledger/context/script_purpose.h"

/* The script context of a call for `item` with `redeemer`; `info` as by plb_tx_info, shared by all
 * calls of the language. `datum` (PLB_NO_VALUE: none) is of the output that is spent; PlutusV3's
 * context holds it, the others take it as an argument. PLB_NO_VALUE when memory is short. */
plb_value plb_script_context(plb_region *arena, plb_language language, plb_value info,
                             const plb_script_item *item, plb_value redeemer, plb_value datum);

#endif
