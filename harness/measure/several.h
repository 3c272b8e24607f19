/* Several measured figures together: differences, means over runs, many tests at once, and series
 * that change their level. */
#ifndef PLB_MEASURE_SEVERAL_H
#define PLB_MEASURE_SEVERAL_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/status.h>

/* A figure and its standard error, on which Student's t has so many degrees of freedom. */
typedef struct plb_measured {
    double value, error, freedom; /* error infinite: not known; freedom infinite: error known */
} plb_measured;

/* The first less the second, which are independent. Degrees of freedom as Welch (1947) and
 * Satterthwaite (1946) add them. Unknown (NAN, error infinite) where one of them is. */
plb_measured plb_measured_difference(plb_measured a, plb_measured b);

/* Half the interval that is exceeded on both sides together with probability `outside`. Infinite
 * when the error is. */
double plb_measured_half(plb_measured figure, double outside);

/* Probability of a value this far beyond `margin` (at least 0) on either side, when the truth is at
 * the margin or within. 1 when the error is infinite. */
double plb_measured_p(plb_measured figure, double margin);

/* Holm's procedure (1979). Reorders nothing: adjusted[i] is the smallest probability of any false
 * claim at which hypothesis i is still rejected. NAN is no test, and stays. PLB_E_MEMORY. */
plb_status plb_holm_adjust(const double *p, size_t count, double *adjusted, plb_error *error);

/* The same as intervals: outside[i] is the probability that hypothesis i's interval may leave out,
 * so that all of them together leave out `total`. No NAN. PLB_E_MEMORY. */
plb_status plb_holm_outside(const double *p, size_t count, double total, double *outside,
                            plb_error *error);

/* What a batch of runs says, each of which counts as one: they are draws from one distribution, and
 * weights by their own errors would be as uncertain as these are. */
typedef struct plb_batch_mean {
    plb_measured mean; /* of one run: as it is, for the caller to widen */
    double variance;   /* of a run, as seen; NAN: one run */
    double within;     /* mean of the squares of the runs' own errors, which is what the variance
                          would be if nothing varied between them */
    double between;    /* the rest, at least 0; NAN: one run */
} plb_batch_mean;

/* `count` is at least 1. Errors that are infinite are taken for 0: not known. */
plb_batch_mean plb_batch_mean_of(const plb_measured *runs, size_t count);

/* ---- Changes of level ---- */

#define PLB_SEGMENTATION_MOST 4096 /* values */

/* Where a series of independent values changes its level. Noise is the median absolute deviation of
 * neighbours' differences, which a few changes do not move, and no less than `noise_least`. The
 * segments minimise the sum of squares in units of the noise, plus a penalty for each change,
 * exactly (PELT: Killick, Fearnhead and Eckley 2012); none is shorter than `least` values. */
typedef struct plb_segmentation {
    size_t segments;
    double noise;   /* standard deviation */
    double penalty; /* of a change, in squares of the noise */
} plb_segmentation;

/* The penalty at which one in twenty series without a change is found to have one, by simulation,
 * the noise estimated from the same series (tests/property/test_several.c). */
double plb_segmentation_penalty(size_t count);

/* `count` is 1 to PLB_SEGMENTATION_MOST, `least` at least 1. starts[], of `count`, receives the
 * first value of each segment. PLB_E_ARGUMENT, PLB_E_MEMORY. */
plb_status plb_segmentation_find(const double *values, size_t count, size_t least,
                                 double noise_least, size_t *starts, plb_segmentation *levels,
                                 plb_error *error);

/* Where a change is that was found between `first` and `end` (not included): the places whose
 * likelihoods make up 95 %, from *earliest to *latest. */
void plb_segmentation_place(const double *values, size_t first, size_t end, double noise,
                            size_t *earliest, size_t *latest);

#endif
