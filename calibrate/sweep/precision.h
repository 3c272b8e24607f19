/* Figures of one point from its visits. */
#ifndef PLB_SWEEP_PRECISION_H
#define PLB_SWEEP_PRECISION_H

#include <plutbench/sweep.h>

#include "calibrate/sweep/visit.h"

#define PLB_VISITS_LEAST 6 /* fewer give no interval for a median at 95 % */

/* The median of `count` values in order of size, and its interval at 95 % by order statistics,
 * interpolated between those whose level is above and below (Hettmansperger and Sheather 1986), and
 * widened to either side by `widening` (1: not). Half-infinite without PLB_VISITS_LEAST values. */
plb_estimate plb_median_interval(const double *sorted, size_t count, double widening);

/* Of values in order of time, which are reordered: the same. */
plb_estimate plb_median_of_visits(double *medians, size_t count, double widening);

/* By how much dependence between neighbours widens an interval: sqrt((1 + r) / (1 - r)). */
double plb_widening(double autocorrelation);

/* Autocorrelation of neighbouring visits of a point, from all points together. */
typedef struct plb_pooled {
    double products, squares; /* of relative deviations from the points' medians */
    double neighbours, values;
} plb_pooled;

/* Add one point's medians, in order of time. */
void plb_pooled_add(plb_pooled *pooled, const double *medians, size_t count);
/* Corrected for the medians having been taken from the same values; 0 when there is too little. */
double plb_pooled_autocorrelation(const plb_pooled *pooled);

/* Mean and standard deviation of samples, with intervals from resampling visits. `visits` are
 * `count` visits; `sorted` is room for as many doubles as they have samples together. */
void plb_sample_figures(const plb_visit *const *visits, size_t count, uint64_t seed,
                        double widening, double *sorted, plb_sweep_timing *timing);

#endif
