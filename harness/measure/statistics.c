#include "harness/measure/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

void plb_sort_numbers(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare);
}

double plb_quantile_sorted(const double *sorted, size_t count, double q) {
    double position = q * (double) (count - 1);
    size_t below = (size_t) position;
    if (below + 1 >= count) return sorted[count - 1];
    double part = position - (double) below;
    return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

static void swap(double *a, double *b) {
    double kept = *a;
    *a = *b;
    *b = kept;
}

static double middle_of(double a, double b, double c) {
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* Put the number that sorting would put at `rank` there, no smaller one behind
 * it and no larger one before it (Hoare's selection). Many bad pivots in a row:
 * sorting is no slower then. */
static void put_in_place(double *values, size_t count, size_t rank) {
    size_t begin = 0, end = count;
    for (int tries = 64; end - begin > 1; tries--) {
        if (tries == 0) {
            plb_sort_numbers(values + begin, end - begin);
            return;
        }
        double pivot = middle_of(values[begin], values[begin + (end - begin) / 2], values[end - 1]);
        size_t i = begin, j = end - 1;
        for (;;) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i >= j) break;
            swap(&values[i++], &values[j--]);
        }
        /* Up to j nothing is larger than the pivot, and from i on nothing smaller.
         */
        if (i == j) {
            if (rank == i) return;
            if (rank < i) {
                end = i;
            } else {
                begin = i + 1;
            }
        } else if (rank <= j) {
            end = j + 1;
        } else {
            begin = i;
        }
    }
}

double plb_quantile_of(double *values, size_t count, double q) {
    if (count == 0) return NAN;
    double position = q * (double) (count - 1);
    size_t below = (size_t) position;
    put_in_place(values, count, below);
    if (below + 1 >= count) return values[count - 1];
    double next = values[below + 1];
    for (size_t i = below + 2; i < count; i++) next = fmin(next, values[i]);
    return values[below] + (position - (double) below) * (next - values[below]);
}

double plb_median_of(double *values, size_t count) { return plb_quantile_of(values, count, 0.5); }

double plb_mad_of(double *values, size_t count) {
    double median = plb_median_of(values, count);
    for (size_t i = 0; i < count; i++) values[i] = fabs(values[i] - median);
    return 1.4826 * plb_median_of(values, count);
}

double plb_student_975(double freedom) {
    /* Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5); exact values where
     * it is poor. */
    static const double small[] = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706,
                                   2.4469,  2.3646, 2.3060, 2.2622, 2.2281};
    const double z = 1.959963984540054;
    if (freedom < 1) freedom = 1;
    if (freedom < 10) {
        size_t below = (size_t) freedom - 1;
        double part = freedom - floor(freedom);
        return small[below] + part * (small[below + 1] - small[below]);
    }
    double z2 = z * z, v = freedom;
    return z * (1 + (z2 + 1) / (4 * v) + (5 * z2 * z2 + 16 * z2 + 3) / (96 * v * v) +
                (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / (384 * v * v * v));
}

/* ---- Outliers ---- */

plb_status plb_outliers_count(const double *samples, size_t count, plb_outliers *outliers,
                              plb_error *error) {
    memset(outliers, 0, sizeof *outliers);
    double *sorted = malloc((count ? count : 1) * sizeof *sorted);
    if (!sorted) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for %zu samples", count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(samples[i])) sorted[n++] = samples[i];
    }
    outliers->count = n;
    if (n > 0) {
        plb_sort_numbers(sorted, n);
        double q1 = plb_quantile_sorted(sorted, n, 0.25), q3 = plb_quantile_sorted(sorted, n, 0.75);
        double range = q3 - q1;
        for (size_t i = 0; i < n; i++) {
            double x = sorted[i];
            if (x < q1 - 3 * range) {
                outliers->low_severe++;
            } else if (x < q1 - 1.5 * range) {
                outliers->low_mild++;
            } else if (x > q3 + 3 * range) {
                outliers->high_severe++;
            } else if (x > q3 + 1.5 * range) {
                outliers->high_mild++;
            }
        }
    }
    free(sorted);
    return PLB_OK;
}

/* ---- Dependence ---- */

static double autocovariance(const double *series, size_t count, size_t lag) {
    double sum = 0;
    for (size_t i = lag; i < count; i++) sum += series[i] * series[i - lag];
    return sum / (double) count;
}

static void centre(double *series, size_t count) {
    double mean = 0;
    for (size_t i = 0; i < count; i++) mean += series[i];
    mean /= (double) count;
    for (size_t i = 0; i < count; i++) series[i] -= mean;
}

/* The lag beyond which `run` autocorrelations in a row are insignificant; the
 * last significant one when there is no such run. */
static size_t last_significant_lag(const double *series, size_t count, double variance) {
    double n = (double) count;
    double threshold = 2 * sqrt(log10(n) / n) * variance;
    size_t run = (size_t) fmax(5, ceil(sqrt(log10(n))));
    size_t most = (size_t) ceil(sqrt(n)) + run;
    size_t last = 0;
    for (size_t lag = 1; lag < count && lag <= most; lag++) {
        if (fabs(autocovariance(series, count, lag)) >= threshold) last = lag;
        if (lag - last >= run) break;
    }
    return last;
}

/* The spectrum at frequency 0 by a flat-top window, and its slope as Politis
 * and White need it. The window may go negative; negative dependence narrows no
 * interval by more than a half. */
static double flat_top_spectrum(const double *series, size_t count, size_t window, double variance,
                                double *slope) {
    double spectrum = variance;
    *slope = 0;
    for (size_t lag = 1; lag <= window && lag < count; lag++) {
        double t = (double) lag / (double) window;
        double weight = t <= 0.5 ? 1 : 2 * (1 - t);
        double covariance = weight * autocovariance(series, count, lag);
        spectrum += 2 * covariance;
        *slope += 2 * (double) lag * covariance;
    }
    return fmax(spectrum, 0.25 * variance);
}

void plb_dependence_of(double *series, size_t count, plb_dependence *out) {
    out->block_length = 1;
    out->block_variance = out->long_run_variance = 0;
    if (count < 2) return;
    centre(series, count);
    double variance = autocovariance(series, count, 0), slope, ignored;
    out->block_variance = out->long_run_variance = variance;
    if (variance <= 0) return;

    double n = (double) count;
    size_t last = last_significant_lag(series, count, variance);
    double spectrum = flat_top_spectrum(series, count, 2 * last, variance, &slope);
    double length = cbrt(2 * slope * slope / (4.0 / 3.0 * spectrum * spectrum) * n);
    double longest = fmax(1, ceil(fmin(3 * sqrt(n), n / 3)));
    out->block_length = fmin(fmax(1, ceil(length)), longest);
    for (size_t lag = 1; (double) lag < out->block_length; lag++) {
        double weight = 1 - (double) lag / out->block_length;
        out->block_variance += 2 * weight * autocovariance(series, count, lag);
    }
    /* Beyond the last lag that is significant by itself there is more in sum: the
     * window that is best for block lengths leaves a tenth of an AR(1)'s variance
     * out, one twice as wide little. */
    out->long_run_variance = flat_top_spectrum(series, count, 4 * last, variance, &ignored);
}

/* ---- Linear algebra ---- */

static bool cholesky(double *m, size_t n) {
    for (size_t j = 0; j < n; j++) {
        double diagonal = m[j * n + j], whole = fabs(diagonal);
        for (size_t k = 0; k < j; k++) diagonal -= m[j * n + k] * m[j * n + k];
        if (!(diagonal > 1e-12 * whole) || whole == 0) return false;
        m[j * n + j] = sqrt(diagonal);
        for (size_t i = j + 1; i < n; i++) {
            double sum = m[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= m[i * n + k] * m[j * n + k];
            m[i * n + j] = sum / m[j * n + j];
        }
    }
    return true;
}

bool plb_solve(double *matrix, size_t n, double *right, size_t columns) {
    if (!cholesky(matrix, n)) return false;
    for (size_t c = 0; c < columns; c++) {
        double *x = right + c * n;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < i; k++) x[i] -= matrix[i * n + k] * x[k];
            x[i] /= matrix[i * n + i];
        }
        for (size_t i = n; i-- > 0;) {
            for (size_t k = i + 1; k < n; k++) x[i] -= matrix[k * n + i] * x[k];
            x[i] /= matrix[i * n + i];
        }
    }
    return true;
}
