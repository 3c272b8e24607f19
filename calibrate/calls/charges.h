/* What the ledger charges for a call, beside what the call costs. */
#ifndef PLB_CALIBRATE_CHARGES_H
#define PLB_CALIBRATE_CHARGES_H

#include <plutbench/ledger.h>
#include <plutbench/results.h>

/* Sizes of what a call's transaction has and its twin's has not. */
typedef struct plb_call_sizes {
    uint64_t script_bytes;           /* in the witness set, their CBOR heads included */
    uint64_t other_bytes;            /* what metadata stands in the place of, less those */
    uint64_t reference_script_bytes; /* as the fee counts them */
} plb_call_sizes;

/* PLB_E_PARSE, PLB_E_MEMORY and PLB_E_UNSUPPORTED, when it is none of plb_tx_build's transactions
 * with its twin. */
plb_status plb_call_sizes_of(const plb_tx_built *call, const plb_tx_built *twin,
                             plb_call_sizes *sizes, plb_error *error);

/* Put charges beside the overhead of a call at no loops: steps pay for evaluation, the bytes of
 * scripts (and reference scripts) for decoding them, the other bytes for decoding the transaction.
 * `stages` NULL: the total is calls' overhead_ns, and no stage has a time. */
void plb_charges_of(const plb_protocol_parameters *parameters, const plb_call_summary *calls,
                    const plb_stage_summary *stages, const plb_call_sizes *sizes,
                    plb_charge_summary *charges);

#endif
