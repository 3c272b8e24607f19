/* Order statistics and dependence, for what include/plutbench/measure.h estimates. */
#ifndef PLB_MEASURE_STATISTICS_H
#define PLB_MEASURE_STATISTICS_H

#include <stddef.h>

#include <plutbench/measure.h>

/* The 0.975 quantile of the normal distribution. */
#define PLB_NORMAL_975 1.959963984540054

/* Ascending. There must be no NAN. */
void plb_sort_numbers(double *values, size_t count);

/* Quantile q in [0, 1] of ascending values, interpolated linearly (Hyndman and Fan's type 7).
 * count must not be 0. */
double plb_quantile_sorted(const double *sorted, size_t count, double q);

/* The same of any values, which are reordered; NAN when count is 0. */
double plb_quantile_of(double *values, size_t count, double q);

/* Median of any values, which are reordered; NAN when count is 0. */
double plb_median_of(double *values, size_t count);

/* Median absolute deviation from the median, times 1.4826 (the standard deviation of normal data).
 * Reorders and overwrites the values. */
double plb_mad_of(double *values, size_t count);

/* The 0.975 quantile of Student's t with `freedom` degrees (at least 1). */
double plb_student_975(double freedom);

/* What the autocorrelation of a series says. */
typedef struct plb_dependence {
    double block_length;      /* best for a circular block bootstrap of its mean, at least 1 */
    double long_run_variance; /* count * variance of the mean */
    double block_variance; /* what such a bootstrap makes of it: too small, by a Bartlett window */
} plb_dependence;

/* Politis and White 2004 (corrected 2009), with their flat-top window. `series` is centred in
 * place. */
void plb_dependence_of(double *series, size_t count, plb_dependence *out);

/* The contrast over epochs of plb_contrast_estimate; rounds->epochs must be set. */
plb_status plb_contrast_over_epochs(const plb_rounds *rounds, const double *coefficients,
                                    bool cautious, plb_estimate *estimate, plb_error *error);

/* Trimmed mean of 2 to PLB_STRETCHES_MOST numbers in order of time, a fifth off at either end, and
 * its interval as plb_contrast_estimate has it over epochs; `cautious`: as plb_contrast_quick has
 * it. */
plb_estimate plb_mean_of_stretches(const double *series, size_t count, bool cautious);

/* Solve the symmetric positive definite system matrix * x = right (n <= PLB_REGRESSION_TERMS) for
 * `columns` right-hand sides stored one after the other; in place. False when it is singular to
 * working precision. */
bool plb_solve(double *matrix, size_t n, double *right, size_t columns);

#endif
