/* Contrasts over epochs: what is constant within an epoch belongs into the interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define STRETCH_SAMPLES 12 /* of each series, on average; a third of it in every stretch */
#define FEWEST_TRIMMED 12  /* stretches; of fewer all count */
#define LEAST_ERRORS 1.65  /* standard errors that an interval has at least to either side */
#define TRIMMED_SHARE 0.2  /* of the stretches, at either end (Tukey and McLaughlin 1963) */

/* Where epochs begin among the rounds: `count` of them, and the end of the last. */
typedef struct epoch_starts {
    size_t *rounds;
    size_t count;
} epoch_starts;

static bool find_epochs(const plb_rounds *rounds, epoch_starts *starts) {
    starts->count = 0;
    starts->rounds = malloc((rounds->round_count + 1) * sizeof *starts->rounds);
    if (!starts->rounds) return false;
    for (size_t r = 0; r < rounds->round_count; r++) {
        if (r == 0 || rounds->epochs[r] != rounds->epochs[r - 1]) {
            starts->rounds[starts->count++] = r;
        }
    }
    starts->rounds[starts->count] = rounds->round_count;
    return true;
}

static size_t present(const double *samples, size_t count) {
    size_t n = 0;
    for (size_t r = 0; r < count; r++) n += isnan(samples[r]) ? 0 : 1;
    return n;
}

/* Median of the samples that there are; NAN when they are fewer than `least`. */
static double median_of_present(const double *samples, size_t count, size_t least,
                                double *scratch) {
    size_t n = 0;
    for (size_t r = 0; r < count; r++) {
        if (!isnan(samples[r])) scratch[n++] = samples[r];
    }
    return n < least ? (double) NAN : plb_median_of(scratch, n);
}

/* The contrast in each of `stretches` stretches; false when a series is missing in one. */
static bool stretch_contrasts(const plb_rounds *rounds, const double *coefficients,
                              const epoch_starts *starts, size_t stretches, double *contrasts,
                              double *scratch) {
    for (size_t k = 0; k < stretches; k++) {
        size_t begin = starts->rounds[k * starts->count / stretches];
        size_t end = starts->rounds[(k + 1) * starts->count / stretches];
        contrasts[k] = 0;
        for (size_t i = 0; i < rounds->series_count; i++) {
            if (coefficients[i] == 0) continue;
            double median = median_of_present(rounds->series[i] + begin, end - begin,
                                              STRETCH_SAMPLES / 3, scratch);
            if (isnan(median)) return false;
            contrasts[k] += coefficients[i] * median;
        }
    }
    return true;
}

/* Sum of squares of the series' projections on the slowest `cosines` cosines over its length. */
static double slow_variation(const double *series, size_t count, unsigned cosines) {
    const double pi = 3.14159265358979323846;
    double sum = 0, n = (double) count;
    for (unsigned j = 1; j <= cosines; j++) {
        double projection = 0;
        for (size_t k = 0; k < count; k++) {
            projection += series[k] * cos(pi * j * ((double) k + 0.5) / n);
        }
        sum += 2 / n * projection * projection;
    }
    return sum;
}

/* Sum of squares around the mean: the same with all cosines. */
static double all_variation(const double *series, size_t count) {
    double mean = 0, sum = 0;
    for (size_t k = 0; k < count; k++) mean += series[k] / (double) count;
    for (size_t k = 0; k < count; k++) sum += (series[k] - mean) * (series[k] - mean);
    return sum;
}

plb_estimate plb_mean_of_stretches(const double *series, size_t count) {
    double sorted[PLB_STRETCHES_MOST], mean = 0;
    size_t cut = count < FEWEST_TRIMMED ? 0 : (size_t) (TRIMMED_SHARE * (double) count);
    size_t rest = count - 2 * cut;
    memcpy(sorted, series, count * sizeof *sorted);
    plb_sort_numbers(sorted, count);
    for (size_t k = cut; k < count - cut; k++) mean += sorted[k] / (double) rest;
    double winsorized[PLB_STRETCHES_MOST];
    for (size_t k = 0; k < count; k++) {
        winsorized[k] = fmin(fmax(series[k], sorted[cut]), sorted[count - cut - 1]) - mean;
    }
    unsigned freedom = rest - 1 < PLB_STRETCH_FREEDOM ? (unsigned) (rest - 1) : PLB_STRETCH_FREEDOM;
    double shares = (double) (count - 1) / (double) (rest * (rest - 1));
    double slow = sqrt(slow_variation(winsorized, count, freedom) / freedom * shares);
    /* Few cosines may be small by luck, and a run that stops when its interval is narrow looks for
     * that luck: what all of them say if stretches were independent bounds it. */
    double all = sqrt(all_variation(winsorized, count) / (double) (count - 1) * shares);
    double half = fmax(plb_student_975(freedom) * slow, LEAST_ERRORS * all);
    return (plb_estimate){.value = mean,
                          .low = mean - half,
                          .high = mean + half,
                          .level = 0.95,
                          .stretches = count,
                          .freedom = freedom};
}

static const char *method_name(const plb_rounds *rounds, const double *coefficients) {
    size_t terms = 0;
    double sum = 0;
    for (size_t i = 0; i < rounds->series_count; i++) {
        terms += coefficients[i] != 0;
        sum += coefficients[i];
    }
    return terms == 2 && sum == 0 ? "difference of medians, trimmed mean over epochs, Student's t"
                                  : "contrast of medians, trimmed mean over epochs, Student's t";
}

static plb_status count_samples(const plb_rounds *rounds, const double *coefficients,
                                size_t *fewest, double *least_half_width, plb_error *error) {
    *fewest = SIZE_MAX;
    *least_half_width = 0;
    for (size_t i = 0; i < rounds->series_count; i++) {
        if (coefficients[i] == 0) continue;
        size_t count = present(rounds->series[i], rounds->round_count);
        if (count < PLB_BOOTSTRAP_ROUNDS) {
            return plb_fail(error, PLB_E_MEASURE, NULL,
                            "%zu samples in series %zu: an interval needs at least %d", count, i,
                            PLB_BOOTSTRAP_ROUNDS);
        }
        if (count < *fewest) *fewest = count;
        double resolution = rounds->resolution ? rounds->resolution[i] : 0;
        *least_half_width += fabs(coefficients[i]) * resolution / 2;
    }
    if (*fewest != SIZE_MAX) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a coefficient other than 0");
}

static plb_status estimate(const plb_rounds *rounds, const double *coefficients,
                           const epoch_starts *starts, size_t fewest, plb_estimate *result,
                           double *scratch, plb_error *error) {
    double contrasts[PLB_STRETCHES_MOST];
    size_t stretches = fewest / STRETCH_SAMPLES;
    if (stretches > PLB_STRETCHES_MOST) stretches = PLB_STRETCHES_MOST;
    if (stretches < 2) stretches = 2;
    if (stretches > starts->count) stretches = starts->count;
    while (stretches >= 2 &&
           !stretch_contrasts(rounds, coefficients, starts, stretches, contrasts, scratch)) {
        stretches = stretches * 3 / 4;
    }
    if (stretches < 2) {
        return plb_fail(error, PLB_E_MEASURE, NULL,
                        "%zu epochs with a series that is missing in some: an interval needs two",
                        starts->count);
    }
    *result = plb_mean_of_stretches(contrasts, stretches);
    return PLB_OK;
}

plb_status plb_contrast_over_epochs(const plb_rounds *rounds, const double *coefficients,
                                    plb_estimate *result, plb_error *error) {
    epoch_starts starts;
    size_t fewest;
    double least_half_width;
    plb_status status = count_samples(rounds, coefficients, &fewest, &least_half_width, error);
    if (status != PLB_OK) return status;
    double *scratch = malloc(rounds->round_count * sizeof *scratch);
    if (!find_epochs(rounds, &starts) || !scratch) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    } else {
        status = estimate(rounds, coefficients, &starts, fewest, result, scratch, error);
    }
    if (status == PLB_OK) {
        result->low = fmin(result->low, result->value - least_half_width);
        result->high = fmax(result->high, result->value + least_half_width);
        result->count = fewest;
        result->block_length = (double) rounds->round_count / (double) result->stretches;
        result->method = method_name(rounds, coefficients);
    }
    free(starts.rounds);
    free(scratch);
    return status;
}
