/* Writing cost models: what calibrate/fit and calibrate/model put together to files. */
#ifndef PLB_MACHINE_COST_WRITE_H
#define PLB_MACHINE_COST_WRITE_H

#include <jansson.h>

#include "harness/machine/cost_params.h"

/* {"arguments": ..., "type": ...} with sorted keys, as in the published files. */
json_t *plb_costing_json(const plb_costing *costing);

/* {"exBudgetCPU": 1, "exBudgetMemory": 2} on one line, as in the published files. */
#define PLB_STEP_COST_BYTES 96
void plb_step_cost_text(plb_exunits cost, char text[PLB_STEP_COST_BYTES]);

/* How many of a language's `count` parameters the ledger's array of an era has: it ends with the
 * last one of what is available. */
size_t plb_params_reach(plb_era era, const plb_param *params, size_t count);

/* The first `count` of `params` as an array, or as an object by name; with `genesis`, names are
 * those of the Alonzo genesis file. With `given`, an object has only those for which it is true. */
json_t *plb_params_array(plb_cost_model *model, const plb_param *params, size_t count);
json_t *plb_params_object(plb_cost_model *model, const plb_param *params, const bool *given,
                          size_t count, bool genesis);

#endif
