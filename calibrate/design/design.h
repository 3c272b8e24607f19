/* A design point: the transaction that it submits, and its value-only twin. */
#ifndef PLB_DESIGN_H
#define PLB_DESIGN_H

#include <plutbench/calibrate.h>

#define PLB_DESIGN_LABEL_BYTES 512

typedef struct plb_design_config {
    const plb_script *script;
    const plb_protocol_parameters *parameters;
    plb_network network;
    uint64_t slot; /* where a validity interval begins */
    uint64_t settings[PLB_FACTOR_COUNT];
    const uint8_t *supplemental_datum; /* CBOR; NULL: the script's own, if it has one */
    size_t supplemental_datum_length;
} plb_design_config;

/* What is built. Fields are to be read; `spec.seed` and `spec.number` may be set. */
typedef struct plb_design {
    plb_design_config config; /* settings that are as they are when nothing is said are resolved,
                                 but for the sizes of script and datum */
    plb_tx_spec spec;
    plb_tx_call *calls; /* with the ExUnits that were needed last */
    plb_exunits *exunits;
    int64_t loops;
    size_t script_bytes; /* of flat, without what variants add */
    size_t datum_bytes, datum_nodes;
    uint8_t *script, *datum, *redeemer, *supplemental; /* scripts and CBOR that it owns */
    uint8_t **variants; /* of calls that must have scripts of their own */
} plb_design;

/* Make what is common to all transactions of a point. Free with plb_design_free, also after a
 * failure. Errors: PLB_E_ARGUMENT (a combination of settings that can't be), those of
 * plb_script_grow and plb_datum_make. */
plb_status plb_design_init(plb_design *design, const plb_design_config *config, plb_error *error);
void plb_design_free(plb_design *design);

plb_status plb_design_set_loops(plb_design *design, int64_t loops, plb_error *error);

/* Find the loop count at which every call spends its share of the strategy's budget, and set it.
 * The ledger gets what the transactions spend. Errors: those of plb_fit_loops. */
plb_status plb_design_fit_loops(plb_design *design, plb_ledger *ledger, plb_strategy strategy,
                                plb_loop_fit *fit, plb_error *error);

/* Build the transaction with the ExUnits that it needs (kept for the next), adding what it spends
 * to the ledger. */
plb_status plb_design_build(plb_design *design, plb_ledger *ledger, plb_tx_built *built,
                            plb_error *error);
/* Build it, or its twin, with the ExUnits that were needed last. */
plb_status plb_design_build_known(const plb_design *design, bool twin, plb_tx_built *built,
                                  plb_error *error);
/* Of all calls together. */
plb_exunits plb_design_charged(const plb_design *design);

/* Submit a transaction whose inputs the ledger may not have yet; `size_bytes` may be NULL. A
 * refusal is told by its predicate. */
plb_status plb_design_prove(plb_ledger *ledger, const plb_tx_built *built, uint64_t *size_bytes,
                            plb_error *error);

/* "calls=10, script-bytes=2000": those of the settings for which `shown` is true. */
void plb_design_label(const uint64_t settings[PLB_FACTOR_COUNT], const bool shown[PLB_FACTOR_COUNT],
                      char label[PLB_DESIGN_LABEL_BYTES]);

/* What to do about a design point that can't be built, by the message that says so: ": reduce calls
 * or script-bytes, or ..."; "" when there is nothing to say. */
void plb_design_advice(const uint64_t settings[PLB_FACTOR_COUNT], const char *message,
                       char advice[PLB_DESIGN_LABEL_BYTES]);

#endif
