/* Cost models in the form that the machine reads: coefficients by builtin and step kind. Where
 * they come from (embedded data, JSON, parameter arrays) is the business of cost_*.c. */
#ifndef PLB_MACHINE_COST_H
#define PLB_MACHINE_COST_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/machine.h>

#include "harness/machine/builtin.h"
#include "harness/machine/cost_shapes.h"

/* Step kinds of the CEK machine, in the reference's order. */
typedef enum plb_step {
    PLB_STEP_CONST,
    PLB_STEP_VAR,
    PLB_STEP_LAM,
    PLB_STEP_APPLY,
    PLB_STEP_DELAY,
    PLB_STEP_FORCE,
    PLB_STEP_BUILTIN,
    PLB_STEP_CONSTR,
    PLB_STEP_CASE,
    PLB_STEP_COUNT
} plb_step;

typedef struct plb_builtin_cost {
    bool constant;     /* both functions are constants, in steps.c[0] and memory.c[0] */
    bool present;      /* false: the model came without a costing for the builtin */
    uint8_t size_mask; /* bit i: the size of argument i is needed by steps or memory */
    plb_costing steps;
    plb_costing memory;
    plb_exunits unit; /* the cost where it is known beforehand: constant functions; and builtins on
                         nothing but integers, when all are small (size 1). Otherwise -1. */
} plb_builtin_cost;

struct plb_cost_model {
    plb_exunits startup;
    plb_exunits step[PLB_STEP_COUNT];
    plb_builtin_cost builtin[PLB_BUILTIN_COUNT];
    plb_variant variant; /* the variant it was published for */
};

/* For makers of cost models. A model of `variant` as published; NULL when memory is short. */
struct plb_cost_model *plb_cost_model_of_variant(plb_variant variant);
/* Sets `constant`, `size_mask` and `unit` of every builtin from its functions. */
void plb_cost_model_finish(struct plb_cost_model *model);
/* The cost that the reference calls `name` ("cekVarCost", "cekStartupCost"), NULL when there is
 * none. */
plb_exunits *plb_cost_model_step(struct plb_cost_model *model, const char *name, size_t length);
/* "cekConstCost" ... */
const char *plb_step_cost_name(plb_step step);
/* True when this model was made with a cost for the step. */
bool plb_cost_model_has_step(const struct plb_cost_model *model, plb_step step);
/* The function for a builtin that a cost model does not price: INT64_MAX. */
plb_costing plb_costing_missing(void);

#endif
