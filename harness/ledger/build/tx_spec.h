/* What a transaction's specification must be for the builder. */
#ifndef PLB_LEDGER_TX_SPEC_H
#define PLB_LEDGER_TX_SPEC_H

#include <plutbench/ledger.h>

/* PLB_OK, or what is wrong: PLB_E_ARGUMENT, PLB_E_PARSE (a datum or redeemer), PLB_E_MEMORY. Calls
 * with the same script are not compared. */
plb_status plb_tx_spec_check(const plb_tx_spec *spec, const plb_protocol_parameters *parameters,
                             plb_error *error);

#endif
