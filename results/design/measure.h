/* What the forms of a sweep summary have in common. */
#ifndef PLB_RESULTS_MEASURE_H
#define PLB_RESULTS_MEASURE_H

#include "results/format.h"

/* A factor's value at a point: a number, a level's name, or "" for what is as it is. */
void plb_sweep_value_text(const plb_sweep_factor *factor, uint64_t value,
                          char text[PLB_FORMAT_BYTES]);

/* The overhead a call: method NULL when it is not known. */
plb_estimate plb_sweep_per_call(const plb_sweep_point *point);

#endif
