#include "harness/measure/warm_up.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define LEAST_ROUNDS 32
#define LARGEST_WINDOW 64
#define DEVIATIONS 4

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to look for warm-up");
}

static void window_medians(const double *levels, size_t windows, size_t window, double *medians) {
    double scratch[LARGEST_WINDOW];
    for (size_t w = 0; w < windows; w++) {
        memcpy(scratch, levels + w * window, window * sizeof *scratch);
        medians[w] = plb_median_of(scratch, window);
    }
}

plb_status plb_warm_up_find(const double *levels, size_t count, plb_warm_up *found,
                            plb_error *error) {
    *found = (plb_warm_up){0, true};
    if (count < LEAST_ROUNDS) return PLB_OK;
    size_t window = count / 64;
    if (window < 2) window = 2;
    if (window > LARGEST_WINDOW) window = LARGEST_WINDOW;
    size_t windows = count / window, half = windows / 2;
    double *medians = malloc(2 * windows * sizeof *medians);
    if (!medians) return no_memory(error);
    window_medians(levels, windows, window, medians);

    double *settled = medians + windows;
    memcpy(settled, medians + half, (windows - half) * sizeof *settled);
    double level = plb_median_of(settled, windows - half);
    double deviation = plb_mad_of(settled, windows - half);
    double bound = DEVIATIONS * deviation + 1e-12 * fabs(level);

    size_t w = 0;
    while (w < half &&
           !(fabs(medians[w] - level) <= bound && fabs(medians[w + 1] - level) <= bound)) {
        w++;
    }
    free(medians);
    *found = (plb_warm_up){w * window, w < half};
    return PLB_OK;
}

plb_status plb_drift_find(const double *levels, size_t count, double *drift, plb_error *error) {
    *drift = 0;
    if (count < LEAST_ROUNDS) return PLB_OK;
    double *copy = malloc(count * sizeof *copy);
    if (!copy) return no_memory(error);
    size_t third = count / 3;
    memcpy(copy, levels, count * sizeof *copy);
    double first = plb_median_of(copy, third);
    double last = plb_median_of(copy + count - third, third);
    double whole = plb_median_of(copy, count);
    free(copy);
    *drift = whole > 0 ? (last - first) / whole : 0;
    return PLB_OK;
}

/* NAN when the series has gaps or nothing but zeros. */
static double complete_median(const double *series, size_t count, double *scratch) {
    for (size_t r = 0; r < count; r++) {
        if (isnan(series[r])) return NAN;
    }
    memcpy(scratch, series, count * sizeof *scratch);
    double median = plb_median_of(scratch, count);
    return median > 0 ? median : NAN;
}

plb_status plb_round_levels(const plb_rounds *rounds, double *levels, plb_error *error) {
    size_t count = rounds->round_count, complete = 0;
    memset(levels, 0, count * sizeof *levels);
    double *scratch = malloc((count ? count : 1) * sizeof *scratch);
    if (!scratch) return no_memory(error);
    for (size_t i = 0; i < rounds->series_count; i++) {
        double median = complete_median(rounds->series[i], count, scratch);
        if (isnan(median)) continue;
        complete++;
        for (size_t r = 0; r < count; r++) levels[r] += rounds->series[i][r] / median;
    }
    for (size_t r = 0; complete && r < count; r++) levels[r] /= (double) complete;
    free(scratch);
    return PLB_OK;
}
