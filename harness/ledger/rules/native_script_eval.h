/* The verdict of native scripts: signatures and time locks (Cardano.Ledger.Allegra.Scripts,
 * evalTimelock). */
#ifndef PLB_LEDGER_NATIVE_SCRIPT_EVAL_H
#define PLB_LEDGER_NATIVE_SCRIPT_EVAL_H

#include <stdbool.h>

#include "harness/ledger/tx.h"
#include "harness/machine/region.h"

/* Whether the key of this hash is among the transaction's vkey witnesses. */
bool plb_has_signed(const plb_tx *tx, const uint8_t key_hash[PLB_KEY_HASH_BYTES]);

/* Evaluate a script, all of `script`, against the transaction's signatures and validity interval.
 * Nesting takes memory from the upper end of `stack` and gives it back. PLB_OK (*holds is the
 * verdict), PLB_E_PARSE, PLB_E_MEMORY. */
plb_status plb_native_script_eval(plb_span script, const plb_tx *tx, plb_region *stack,
                                  bool *holds);

#endif
