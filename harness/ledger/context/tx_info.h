/* What a script sees of its transaction (TxInfo). */
#ifndef PLB_LEDGER_TX_INFO_H
#define PLB_LEDGER_TX_INFO_H

#include <plutbench/ledger.h>

#include "harness/ledger/context/script_purpose.h"
#include "harness/ledger/tx.h"

/* What contexts are made from. Languages share it: an inline datum is decoded once. */
typedef struct plb_context_source {
    plb_region *arena; /* where the transaction lives too */
    const plb_tx *tx;  /* its inputs and reference inputs are looked up */
    unsigned protocol_major;
    const plb_era_history *era_history;
    uint64_t slot;          /* the ledger's own */
    plb_script_items items; /* what redeemers point to */
    /* Decoded inline datums of inputs, reference inputs and outputs, PLB_NO_VALUE until needed. */
    plb_value *input_datums, *reference_datums, *output_datums;
} plb_context_source;

/* Make ready a source whose members up to `slot` are filled. Errors: PLB_E_MEMORY, PLB_E_PARSE
 * (certificates). */
plb_status plb_context_source_open(plb_context_source *source);

/* The inline datum of the output that input `index` spends; PLB_NO_VALUE when memory is short. */
plb_value plb_context_input_datum(plb_context_source *source, size_t index);

/* The TxInfo for `language`, which serves all of its calls.
 * Errors: PLB_E_LEDGER when the transaction has no translation (*problem is the ledger's name of
 * why, its ContextError, such as "InlineDatumsNotSupported"), PLB_E_UNSUPPORTED (*problem says
 * what), PLB_E_MEMORY. */
plb_status plb_tx_info(plb_value *info, plb_context_source *source, plb_language language,
                       const char **problem);

#endif
