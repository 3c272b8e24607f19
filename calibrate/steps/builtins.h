/* What builtins take on this machine, inside. */
#ifndef PLB_STEPS_BUILTINS_H
#define PLB_STEPS_BUILTINS_H

#include "calibrate/steps/set.h"

struct plb_step_builtins {
    plb_cost_model *model; /* in picoseconds of this machine */
    bool known[PLB_TALLY_BUILTINS];
    double error[PLB_TALLY_BUILTINS]; /* relative, one standard deviation */
};

/* None is known. NULL when memory is short. */
plb_step_builtins *plb_step_builtins_none(void);

/* Fill the row's builtin_ns, builtin_low_ns, builtin_high_ns and missing. The program is run once
 * more; `set` has the memory for it. Errors: PLB_E_MEMORY. */
plb_status plb_step_builtins_time(const plb_step_builtins *builtins, plb_step_set *set,
                                  size_t index, plb_step_time *row, plb_error *error);

#endif
