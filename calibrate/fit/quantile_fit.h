/* Linear quantile regression. */
#ifndef PLB_FIT_QUANTILE_FIT_H
#define PLB_FIT_QUANTILE_FIT_H

#include "calibrate/fit/least_squares.h"

/* The coefficients that minimise the sum of the check function of the residuals, quantile * r for
 * r > 0 and (quantile - 1) * r below (Koenker and Bassett 1978). The problem is in `lsq`, and is
 * kept but for the scratch. Exact up to ties, which are broken by changing times in their tenth
 * digit. False when it does not get there. */
bool plb_quantile_fit(plb_lsq *lsq, size_t rows, unsigned terms, double quantile,
                      double b[PLB_FIT_TERMS]);

#endif
