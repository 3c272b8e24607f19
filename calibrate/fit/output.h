/* What the writers of results share. */
#ifndef PLB_FIT_OUTPUT_H
#define PLB_FIT_OUTPUT_H

#include <jansson.h>

#include "calibrate/fit/fit.h"
#include "harness/machine/cost.h"

/* The coefficients by `method` of a function that is made, or the reference's where that method has
 * none, and the shape they belong to. */
const plb_fit_coefficients *plb_fit_chosen(const plb_fit *fit, size_t index, plb_fit_method method,
                                           uint8_t *shape, uint8_t *inner);

/* In whole picoseconds, rounded up, as generate-cost-model of the reference does (microToPico).
 * PLB_E_COST_MODEL: `builtin` has a coefficient that does not fit in 64 bits. */
plb_status plb_fit_costing(const plb_fit_coefficients *c, uint8_t shape, uint8_t inner,
                           const char *builtin, plb_costing *costing, plb_error *error);

/* json_dumps with two spaces and a line break at the end; frees `value`. */
plb_status plb_fit_dump(json_t *value, char **text, plb_error *error);

#endif
