/* Contrasts of medians with a block-bootstrap interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define NORMAL_975 1.959963984540054
#define MOST_BLOCKS 10000

/* One series of a contrast: its samples ordered by value. */
typedef struct ranked {
    double coefficient;
    double *values;   /* ascending */
    uint32_t *rounds; /* round of each of them */
    size_t count;
    double median;
    double deviation;  /* 1 / (2 f(median)): how far one side's share moves the median */
    size_t window;     /* rank from which a resample's median is searched first */
    uint32_t *below;   /* below[r]: how many in rounds 0..r-1 rank below the window */
    uint32_t *present; /* present[r]: how many in rounds 0..r-1 there are */
} ranked;

typedef struct contrast {
    ranked *series;
    size_t series_count;
    size_t round_count;
    size_t fewest; /* samples of a series */
    double value;
    double least_half_width; /* from the clock's steps */
    plb_dependence dependence;
} contrast;

typedef struct pair {
    double value;
    uint32_t round;
} pair;

static int compare_pairs(const void *a, const void *b) {
    const pair *x = a, *y = b;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return (x->round > y->round) - (x->round < y->round);
}

static void contrast_free(contrast *c) {
    for (size_t i = 0; c->series && i < c->series_count; i++) {
        free(c->series[i].values);
        free(c->series[i].rounds);
        free(c->series[i].below);
        free(c->series[i].present);
    }
    free(c->series);
    c->series = NULL;
}

/* Half of the spread around the median per share of the samples: 1 / (2 f(median)), with the
 * bandwidth of Hall and Sheather (1988) for the median. */
static double deviation_at_median(const double *sorted, size_t count, double resolution) {
    double h = 0.973 * cbrt(1 / (double) count);
    if (h > 0.3) h = 0.3;
    double spread =
        plb_quantile_sorted(sorted, count, 0.5 + h) - plb_quantile_sorted(sorted, count, 0.5 - h);
    return fmax(spread, resolution) / (4 * h);
}

static bool rank_series(ranked *series, const double *samples, size_t round_count,
                        double resolution) {
    pair *pairs = malloc(round_count * sizeof *pairs);
    series->values = malloc(round_count * sizeof *series->values);
    series->rounds = malloc(round_count * sizeof *series->rounds);
    if (!pairs || !series->values || !series->rounds) {
        free(pairs);
        return false;
    }
    size_t n = 0;
    for (size_t r = 0; r < round_count; r++) {
        if (!isnan(samples[r])) pairs[n++] = (pair){samples[r], (uint32_t) r};
    }
    qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        series->values[i] = pairs[i].value;
        series->rounds[i] = pairs[i].round;
    }
    free(pairs);
    series->count = n;
    if (n == 0) return true;
    series->median = plb_quantile_sorted(series->values, n, 0.5);
    series->deviation = deviation_at_median(series->values, n, resolution);
    return true;
}

/* The influence of each round on the estimate, for its dependence: the estimate's error is about
 * their mean. */
static bool find_dependence(contrast *c) {
    double *influence = calloc(c->round_count, sizeof *influence);
    if (!influence) return false;
    for (size_t i = 0; i < c->series_count; i++) {
        const ranked *s = &c->series[i];
        double weight = s->coefficient * s->deviation * (double) c->round_count / (double) s->count;
        for (size_t k = 0; k < s->count; k++) {
            double x = s->values[k];
            influence[s->rounds[k]] += weight * ((x > s->median) - (x < s->median));
        }
    }
    plb_dependence_of(influence, c->round_count, &c->dependence);
    free(influence);
    return true;
}

static plb_status add_series(contrast *c, const plb_rounds *rounds, size_t index,
                             double coefficient, plb_error *error) {
    double resolution = rounds->resolution ? rounds->resolution[index] : 0;
    ranked *series = &c->series[c->series_count++];
    series->coefficient = coefficient;
    if (!rank_series(series, rounds->series[index], rounds->round_count, resolution)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    }
    if (series->count < PLB_BOOTSTRAP_ROUNDS) {
        return plb_fail(error, PLB_E_MEASURE, NULL,
                        "%zu samples in series %zu: an interval needs at least %d", series->count,
                        index, PLB_BOOTSTRAP_ROUNDS);
    }
    if (series->count < c->fewest) c->fewest = series->count;
    c->value += coefficient * series->median;
    c->least_half_width += fabs(coefficient) * resolution / 2;
    return PLB_OK;
}

static plb_status contrast_init(contrast *c, const plb_rounds *rounds, const double *coefficients,
                                plb_error *error) {
    memset(c, 0, sizeof *c);
    c->round_count = c->fewest = rounds->round_count;
    if (rounds->round_count < PLB_BOOTSTRAP_ROUNDS || rounds->round_count > UINT32_MAX / 4) {
        return plb_fail(error, PLB_E_MEASURE, NULL, "%zu rounds: an interval needs at least %d",
                        rounds->round_count, PLB_BOOTSTRAP_ROUNDS);
    }
    c->series = calloc(rounds->series_count, sizeof *c->series);
    if (!c->series) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    plb_status status = PLB_OK;
    for (size_t i = 0; status == PLB_OK && i < rounds->series_count; i++) {
        if (coefficients[i] != 0) status = add_series(c, rounds, i, coefficients[i], error);
    }
    if (status == PLB_OK && c->series_count == 0) {
        status = plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a coefficient other than 0");
    }
    if (status == PLB_OK && !find_dependence(c)) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    }
    if (status != PLB_OK) contrast_free(c);
    return status;
}

/* Blocks that are as good as independent; a series has no more than it has samples. */
static double freedom(const contrast *c) {
    double blocks = (double) c->round_count / c->dependence.block_length;
    return fmin(blocks, (double) c->fewest) - 1;
}

static const char *method_name(const contrast *c, bool quick) {
    bool difference = c->series_count == 2 && c->series[0].coefficient == -c->series[1].coefficient;
    if (quick) {
        return difference ? "difference of medians, long-run variance"
                          : "contrast of medians, long-run variance";
    }
    return difference ? "difference of medians, circular block bootstrap"
                      : "contrast of medians, circular block bootstrap";
}

plb_status plb_contrast_quick(const plb_rounds *rounds, const double *coefficients,
                              plb_estimate *estimate, plb_error *error) {
    contrast c;
    if (rounds->epochs) return plb_contrast_over_epochs(rounds, coefficients, estimate, error);
    plb_status status = contrast_init(&c, rounds, coefficients, error);
    if (status != PLB_OK) return status;
    double half = plb_student_975(freedom(&c)) *
                  sqrt(c.dependence.long_run_variance / (double) c.round_count);
    half = fmax(half, c.least_half_width);
    *estimate = (plb_estimate){.value = c.value,
                               .low = c.value - half,
                               .high = c.value + half,
                               .level = 0.95,
                               .count = c.fewest,
                               .block_length = c.dependence.block_length,
                               .freedom = freedom(&c),
                               .method = method_name(&c, true)};
    contrast_free(&c);
    return PLB_OK;
}

/* ---- Bootstrap ----
 *
 * A resample is a number of blocks; its median is found by walking the ranks, counting how often
 * each round was drawn. The walk starts a few standard deviations below the median: what ranks
 * lower is counted block by block through prefix sums. */

static bool prepare_window(ranked *series, size_t round_count, double block_length) {
    double margin = 8 * sqrt((double) series->count * block_length) / 2 + 8;
    size_t middle = series->count / 2;
    series->window = margin < (double) middle ? middle - (size_t) margin : 0;
    series->below = calloc(round_count + 1, sizeof *series->below);
    series->present = calloc(round_count + 1, sizeof *series->present);
    if (!series->below || !series->present) return false;
    for (size_t rank = 0; rank < series->count; rank++) {
        series->present[series->rounds[rank] + 1] = 1;
        if (rank < series->window) series->below[series->rounds[rank] + 1] = 1;
    }
    for (size_t r = 0; r < round_count; r++) {
        series->below[r + 1] += series->below[r];
        series->present[r + 1] += series->present[r];
    }
    return true;
}

typedef struct resample {
    uint32_t *starts; /* of the blocks */
    uint32_t *drawn;  /* per round, how often it was drawn; count + 1 entries */
    uint32_t blocks, length;
} resample;

static void draw(resample *sample, size_t count, plb_random *random) {
    memset(sample->drawn, 0, (count + 1) * sizeof *sample->drawn);
    for (uint32_t b = 0; b < sample->blocks; b++) {
        uint32_t start = plb_random_below(random, (uint32_t) count);
        size_t end = (size_t) start + sample->length;
        sample->starts[b] = start;
        /* Differences modulo 2^32; their running sum is the count. */
        sample->drawn[start] += 1;
        if (end > count) {
            end -= count;
            sample->drawn[0] += 1;
        }
        sample->drawn[end] -= 1;
    }
    for (size_t r = 1; r < count; r++) sample->drawn[r] += sample->drawn[r - 1];
}

/* How much of what `sums` are prefix sums of was drawn. */
static uint64_t drawn_of(const uint32_t *sums, const resample *sample, size_t count) {
    uint64_t drawn = 0;
    for (uint32_t b = 0; b < sample->blocks; b++) {
        size_t start = sample->starts[b], end = start + sample->length;
        if (end <= count) {
            drawn += sums[end] - sums[start];
        } else {
            drawn += sums[count] - sums[start] + sums[end - count];
        }
    }
    return drawn;
}

static double resampled_median(const ranked *series, const resample *sample, size_t round_count) {
    uint64_t total = drawn_of(series->present, sample, round_count);
    uint64_t reached = drawn_of(series->below, sample, round_count);
    size_t rank = series->window, last = series->count - 1;
    if (total == 0) return series->median;
    if (2 * reached >= total) {
        reached = 0;
        rank = 0;
    }
    for (; rank < last; rank++) {
        reached += sample->drawn[series->rounds[rank]];
        if (2 * reached >= total) break;
    }
    if (2 * reached != total || rank == last) return series->values[rank];
    size_t next = rank + 1; /* exactly half: between this one and the next that was drawn */
    while (next < last && sample->drawn[series->rounds[next]] == 0) next++;
    return (series->values[rank] + series->values[next]) / 2;
}

static bool bootstrap(contrast *c, uint32_t resamples, uint64_t seed, double *values) {
    resample sample = {0};
    sample.length = (uint32_t) c->dependence.block_length;
    sample.blocks = (uint32_t) fmax(1, round((double) c->round_count / sample.length));
    sample.starts = malloc(sample.blocks * sizeof *sample.starts);
    sample.drawn = malloc((c->round_count + 1) * sizeof *sample.drawn);
    bool memory = sample.starts && sample.drawn;
    for (size_t i = 0; memory && i < c->series_count; i++) {
        memory = prepare_window(&c->series[i], c->round_count, c->dependence.block_length);
    }
    plb_random random;
    plb_random_seed(&random, seed);
    for (uint32_t b = 0; memory && b < resamples; b++) {
        draw(&sample, c->round_count, &random);
        values[b] = 0;
        for (size_t i = 0; i < c->series_count; i++) {
            values[b] +=
                c->series[i].coefficient * resampled_median(&c->series[i], &sample, c->round_count);
        }
    }
    free(sample.starts);
    free(sample.drawn);
    return memory;
}

/* Blocks cut off what reaches from one into the next, and their number is small: both make the
 * resamples vary less than the estimate does. */
static double interval_widening(const contrast *c) {
    const plb_dependence *d = &c->dependence;
    double cut = d->block_variance > 0 ? d->long_run_variance / d->block_variance : 1;
    return plb_student_975(freedom(c)) / NORMAL_975 * sqrt(fmax(1, cut));
}

plb_status plb_contrast_estimate(const plb_rounds *rounds, const double *coefficients,
                                 uint32_t resamples, uint64_t seed, plb_estimate *estimate,
                                 plb_error *error) {
    if (rounds->epochs) return plb_contrast_over_epochs(rounds, coefficients, estimate, error);
    if (resamples == 0) resamples = PLB_BOOTSTRAP_RESAMPLES;
    contrast c;
    plb_status status = contrast_init(&c, rounds, coefficients, error);
    if (status != PLB_OK) return status;
    double widening = interval_widening(&c);
    /* More blocks than that make it slower and no better. */
    double shortest = ceil((double) c.round_count / MOST_BLOCKS);
    c.dependence.block_length = fmax(c.dependence.block_length, shortest);
    double *values = malloc(resamples * sizeof *values);
    if (!values || !bootstrap(&c, resamples, seed, values)) {
        free(values);
        contrast_free(&c);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a bootstrap");
    }
    plb_sort_numbers(values, resamples);
    double low = fmax(c.value - plb_quantile_sorted(values, resamples, 0.025), 0);
    double high = fmax(plb_quantile_sorted(values, resamples, 0.975) - c.value, 0);
    *estimate = (plb_estimate){.value = c.value,
                               .low = c.value - fmax(widening * low, c.least_half_width),
                               .high = c.value + fmax(widening * high, c.least_half_width),
                               .level = 0.95,
                               .count = c.fewest,
                               .block_length = c.dependence.block_length,
                               .resamples = resamples,
                               .method = method_name(&c, false)};
    free(values);
    contrast_free(&c);
    return PLB_OK;
}

/* ---- Figures ---- */

bool plb_estimate_excludes_zero(const plb_estimate *estimate) {
    return estimate->low > 0 || estimate->high < 0;
}

double plb_estimate_precision(const plb_estimate *estimate) {
    if (estimate->value == 0) return INFINITY;
    return fabs((estimate->high - estimate->low) / 2 / estimate->value);
}

plb_estimate plb_estimate_scaled(plb_estimate estimate, double factor) {
    double a = estimate.low * factor, b = estimate.high * factor;
    estimate.value *= factor;
    estimate.low = fmin(a, b);
    estimate.high = fmax(a, b);
    return estimate;
}

plb_estimate plb_estimate_at_pace(plb_estimate estimate, double pace_ns, double other_ns) {
    return pace_ns > 0 && other_ns > 0 ? plb_estimate_scaled(estimate, other_ns / pace_ns)
                                       : estimate;
}

bool plb_estimates_agree(const plb_estimate *a, const plb_estimate *b) {
    return a->low <= b->high && b->low <= a->high;
}

double plb_noise_floor(const plb_estimate *null_experiment) {
    return fmax(fabs(null_experiment->low), fabs(null_experiment->high));
}

bool plb_estimate_resolved(const plb_estimate *estimate, double noise_floor) {
    return plb_estimate_excludes_zero(estimate) && fabs(estimate->value) > noise_floor;
}
