/* Builtins that do nothing, of 1 to 6 arguments: what is left when a builtin's own work is taken
 * away (the reference's Benchmarks/Nops.hs). nop1b takes Booleans, nop1i integers, nop1c constants
 * of which it looks whether they are integers, nop1o anything without looking. */
#ifndef PLB_SWEEP_NO_OPS_H
#define PLB_SWEEP_NO_OPS_H

#include "harness/machine/extra_builtins.h"

/* Free with plb_extra_builtins_free. Those that plb_no_op_find tells are at that place. */
plb_status plb_no_ops_new(plb_extra_builtins **extras, plb_error *error);
/* The same with `count` others behind them. */
plb_status plb_no_ops_new_with(plb_extra_builtins **extras, const plb_extra_builtin *others,
                               unsigned count, plb_error *error);
/* "nop3i"; -1 when there is none. */
int plb_no_op_find(const char *name, size_t length);
unsigned plb_no_op_arity(int index);

#endif
