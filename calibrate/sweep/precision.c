#include "calibrate/sweep/precision.h"

#include <math.h>
#include <string.h>

#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define LEVEL 0.95
#define EXACT_MOST 1000 /* values for which binomial probabilities are added up */
#define RESAMPLES 400
#define POOLED_BOUND 0.1 /* deviations beyond it count as this much */
#define WIDENING_MOST 3
#define NORMAL_975 1.959963984540054

/* ---- The median ---- */

/* The level of the interval between the d-th smallest and the d-th largest of n values. */
static double level_of(size_t n, size_t d) {
    double probability = exp2(-(double) n), sum = 0;
    for (size_t k = 0; k < d; k++) {
        sum += probability;
        probability *= (double) (n - k) / (double) (k + 1);
    }
    return 1 - 2 * sum;
}

/* The interval's ends lie between order statistics d and d+1; *part of the way. */
static size_t place_of(size_t n, double *part) {
    *part = 0;
    if (n > EXACT_MOST) {
        double d = (double) n / 2 - 0.98 * sqrt((double) n);
        return (size_t) d;
    }
    size_t d = 1;
    while (2 * (d + 1) <= n && level_of(n, d + 1) >= LEVEL) d++;
    if (2 * (d + 1) > n) return d;
    double above = level_of(n, d), below = level_of(n, d + 1);
    double share = (above - LEVEL) / (above - below);
    double nn = (double) n, dd = (double) d;
    *part = (nn - dd) * share / (dd + (nn - 2 * dd) * share);
    return d;
}

plb_estimate plb_median_interval(const double *sorted, size_t count, double widening) {
    plb_estimate e = {.value = count > 0 ? plb_quantile_sorted(sorted, count, 0.5) : NAN,
                      .low = -INFINITY,
                      .high = INFINITY,
                      .level = LEVEL,
                      .count = count,
                      .block_length = 1};
    if (count < PLB_VISITS_LEAST) return e;
    double part;
    size_t d = place_of(count, &part);
    double low = (1 - part) * sorted[d - 1] + part * sorted[d];
    double high = (1 - part) * sorted[count - d] + part * sorted[count - d - 1];
    e.low = e.value - widening * (e.value - low);
    e.high = e.value + widening * (high - e.value);
    e.method = "median over visits, interpolated order statistics, widened for autocorrelation";
    return e;
}

plb_estimate plb_median_of_visits(double *medians, size_t count, double widening) {
    if (count > 0) plb_sort_numbers(medians, count);
    return plb_median_interval(medians, count, widening);
}

/* ---- Autocorrelation ---- */

double plb_widening(double r) {
    if (!(r > 0)) return 1;
    return fmin(sqrt((1 + r) / (1 - fmin(r, 0.99))), WIDENING_MOST);
}

static double bounded(double deviation) {
    return fmax(-POOLED_BOUND, fmin(POOLED_BOUND, deviation));
}

void plb_pooled_add(plb_pooled *pooled, const double *medians, size_t count) {
    double mean = 0;
    if (count < 3) return;
    for (size_t i = 0; i < count; i++) mean += medians[i] / (double) count;
    double before = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = bounded(medians[i] / mean - 1);
        pooled->squares += deviation * deviation;
        if (i > 0) pooled->products += before * deviation;
        before = deviation;
    }
    pooled->values += (double) count;
    pooled->neighbours += 1;
}

/* Deviations from a mean of n independent values have an autocorrelation of -1/n: the first order
 * of what centring does. */
double plb_pooled_autocorrelation(const plb_pooled *pooled) {
    if (pooled->neighbours < 1 || pooled->squares <= 0) return 0;
    double n = pooled->values / pooled->neighbours;
    return pooled->products / pooled->squares + 1 / n;
}

/* ---- Mean and standard deviation ---- */

typedef struct sums {
    double count, sum, squares;
} sums;

static sums sums_of(const plb_visit *visit, double centre) {
    sums s = {(double) visit->count, 0, 0};
    for (unsigned i = 0; i < visit->count; i++) {
        double d = (double) visit->samples[i] - centre;
        s.sum += d;
        s.squares += d * d;
    }
    return s;
}

static void add(sums *to, const sums *s) {
    to->count += s->count;
    to->sum += s->sum;
    to->squares += s->squares;
}

static double mean_of(const sums *s) { return s->sum / s->count; }

static double deviation_of(const sums *s) {
    if (s->count < 2) return 0;
    return sqrt(fmax(0, (s->squares - s->sum * s->sum / s->count) / (s->count - 1)));
}

static plb_estimate resampled(double value, double *figures, double widening, size_t count) {
    plb_sort_numbers(figures, RESAMPLES);
    double low = plb_quantile_sorted(figures, RESAMPLES, (1 - LEVEL) / 2);
    double high = plb_quantile_sorted(figures, RESAMPLES, (1 + LEVEL) / 2);
    /* Resampling n visits shows (n - 1) / n of their variance, and takes it for known. */
    double n = (double) count;
    double factor = widening * sqrt(n / (n - 1)) * plb_student_975(n - 1) / NORMAL_975;
    return (plb_estimate){
        .value = value,
        .low = value - factor * fmax(0, value - low),
        .high = value + factor * fmax(0, high - value),
        .level = LEVEL,
        .count = count,
        .block_length = 1,
        .resamples = RESAMPLES,
        .method = "bootstrap of visits, percentile interval, widened for autocorrelation",
    };
}

/* A standard deviation's resamples are skewed and too small: its interval is symmetric in its
 * logarithm, by the resamples' spread there. */
static plb_estimate resampled_deviation(double value, double *figures, double widening,
                                        size_t count) {
    double spread = 0, mean = 0;
    if (!(value > 0)) return resampled(value, figures, widening, count);
    for (int i = 0; i < RESAMPLES; i++) {
        figures[i] = log(fmax(figures[i], 1e-3 * value));
        mean += figures[i] / RESAMPLES;
    }
    for (int i = 0; i < RESAMPLES; i++)
        spread += (figures[i] - mean) * (figures[i] - mean) / (RESAMPLES - 1);
    double n = (double) count;
    double ratio = exp(widening * sqrt(spread * n / (n - 1)) * plb_student_975(n - 1));
    plb_estimate e = {.value = value,
                      .low = value / ratio,
                      .high = value * ratio,
                      .level = LEVEL,
                      .count = count,
                      .block_length = 1,
                      .resamples = RESAMPLES,
                      .method = "bootstrap of visits, Student's t of the logarithm"};
    return e;
}

enum { VISITS_RESAMPLED = 256 }; /* at most; further ones are put together */

static void fill_percentiles(double *sorted, size_t count, plb_sweep_timing *timing) {
    plb_sort_numbers(sorted, count);
    timing->least = sorted[0];
    timing->p05 = plb_quantile_sorted(sorted, count, 0.05);
    timing->p25 = plb_quantile_sorted(sorted, count, 0.25);
    timing->p75 = plb_quantile_sorted(sorted, count, 0.75);
    timing->p95 = plb_quantile_sorted(sorted, count, 0.95);
    timing->most = sorted[count - 1];
}

void plb_sample_figures(const plb_visit *const *visits, size_t count, uint64_t seed,
                        double widening, double *sorted, plb_sweep_timing *timing) {
    sums parts[VISITS_RESAMPLED] = {{0, 0, 0}}, all = {0, 0, 0};
    double means[RESAMPLES], deviations[RESAMPLES];
    size_t samples = 0, groups = count < VISITS_RESAMPLED ? count : VISITS_RESAMPLED;
    double centre = (double) visits[0]->typical;
    for (size_t i = 0; i < count; i++) {
        sums one = sums_of(visits[i], centre);
        add(&parts[i % groups], &one);
        add(&all, &one);
        for (unsigned k = 0; k < visits[i]->count; k++)
            sorted[samples++] = (double) visits[i]->samples[k];
    }
    fill_percentiles(sorted, samples, timing);
    timing->samples = samples;
    plb_random random;
    plb_random_seed(&random, seed);
    for (int r = 0; r < RESAMPLES && groups > 1; r++) {
        sums drawn = {0, 0, 0};
        for (size_t i = 0; i < groups; i++)
            add(&drawn, &parts[plb_random_below(&random, (uint32_t) groups)]);
        means[r] = centre + mean_of(&drawn);
        deviations[r] = deviation_of(&drawn);
    }
    timing->mean.value = centre + mean_of(&all);
    timing->deviation.value = deviation_of(&all);
    if (groups > 1) {
        timing->mean = resampled(timing->mean.value, means, widening, groups);
        timing->deviation =
            resampled_deviation(timing->deviation.value, deviations, widening, groups);
    }
}
