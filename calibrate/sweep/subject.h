/* What a point of a grid evaluates: a program that applies the builtin to arguments. */
#ifndef PLB_SWEEP_SUBJECT_H
#define PLB_SWEEP_SUBJECT_H

#include "calibrate/sweep/grid.h"

typedef struct plb_subject_arguments {
    plb_value values[PLB_BUILTIN_MAX_ARITY];
    unsigned count;
} plb_subject_arguments;

/* Build the program of point `index` into `program`, which uses the no-ops and the grid's plug-ins,
 * as far as the point is one of theirs, with the arguments of its visit number `visit`: equal seeds
 * give equal arguments. They begin at a random place of the program's memory. `arguments` may be
 * NULL.
 * Errors: PLB_E_MEMORY with the point's name; PLB_E_MEASURE of a plug-in, with its file. */
plb_status plb_subject_make(const plb_grid *grid, size_t index, uint64_t seed, uint64_t visit,
                            plb_pools *pools, plb_program *program,
                            plb_subject_arguments *arguments, plb_error *error);

/* Whether the arguments have the sizes that the point's name says. PLB_E_MEASURE tells which has
 * another. */
plb_status plb_subject_check(const plb_grid *grid, size_t index,
                             const plb_subject_arguments *arguments, plb_error *error);

#endif
