/* The steps of auto-scaling, apart from what is calibrated, so that they can be tested against the
 * node team's rules (cardano-node, bench/tx-generator: app/calibrate-script.hs). */
#ifndef PLB_SCALING_H
#define PLB_SCALING_H

#include <plutbench/calibrate.h>

/* "txbudget txm:1.5 bm:1.5": a strategy and the factors that are not 1 (go0's scope). */
#define PLB_SCOPE_BYTES (PLB_STRATEGY_NAME_BYTES + 4 * 32)
void plb_scale_scope(plb_strategy strategy, const plb_scale *scale, char scope[PLB_SCOPE_BYTES]);

/* Parameters with scaled limits (applyScale). They share what the originals own: don't free them.
 * PLB_E_ARGUMENT when a limit becomes 0 or leaves 62 bits. */
plb_status plb_scale_apply(const plb_scale *scale, const plb_protocol_parameters *parameters,
                           plb_protocol_parameters *scaled, plb_error *error);

/* The limit that a strategy is taken to exhaust when nobody says it (exhaustsBudget). */
unsigned plb_scale_hint(plb_strategy strategy);

/* Raise the next limit in the strategy's order to `factor` (bumpLimit). False: there is none left.
 */
bool plb_scale_bump(plb_strategy strategy, unsigned hint, double factor, plb_scale *scale);

/* Calibrate at a scale. */
typedef plb_status (*plb_scaled_run)(void *context, const plb_scale *scale,
                                     plb_budget_summary *summary, plb_error *error);

/* Run at 1.5 and then at 2.0 times, bumping one limit after another until what limits the loops and
 * the transactions in a block are the baseline's (go1, happilyCalibrated). */
plb_status plb_scale_auto(plb_strategy strategy, unsigned hint, const plb_budget_summary *baseline,
                          plb_scaled_run run, void *context, plb_error *error);

#endif
