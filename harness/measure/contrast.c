/* Contrasts of medians with a block-bootstrap interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/random.h"
#include "harness/measure/statistics.h"
#include "harness/measure/terms.h"

#define NORMAL_975 1.959963984540054
#define MOST_BLOCKS 200
#define WINDOW_DEVIATIONS 5 /* of a resample's median: further ones are cut off */

/* A term with its values in order. */
typedef struct ranked {
    double weight;
    double *values;  /* ascending */
    uint32_t *ranks; /* per round; NO_RANK: no value in this round */
    size_t count;
    double median;
} ranked;

#define NO_RANK UINT32_MAX

typedef struct contrast {
    plb_terms terms;
    ranked *ranked; /* as many as there are terms */
    double value;
    double least_half_width;
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
    for (size_t k = 0; c->ranked && k < c->terms.count; k++) {
        free(c->ranked[k].values);
        free(c->ranked[k].ranks);
    }
    free(c->ranked);
    plb_terms_free(&c->terms);
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
}

static bool rank_term(const plb_term *term, size_t round_count, pair *pairs, ranked *out) {
    out->weight = term->weight;
    out->values = malloc((term->count + 1) * sizeof *out->values);
    out->ranks = malloc((round_count + 1) * sizeof *out->ranks);
    if (!out->values || !out->ranks) return false;
    for (size_t r = 0; r < round_count; r++) {
        out->ranks[r] = NO_RANK;
        if (!isnan(term->values[r])) pairs[out->count++] = (pair){term->values[r], (uint32_t) r};
    }
    qsort(pairs, out->count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < out->count; i++) {
        out->values[i] = pairs[i].value;
        out->ranks[pairs[i].round] = (uint32_t) i;
    }
    out->median = plb_quantile_sorted(out->values, out->count, 0.5);
    return true;
}

static bool rank_terms(contrast *c) {
    const plb_terms *t = &c->terms;
    c->ranked = calloc(t->count, sizeof *c->ranked);
    pair *pairs = malloc((t->round_count + 1) * sizeof *pairs);
    bool memory = c->ranked && pairs;
    for (size_t k = 0; memory && k < t->count; k++) {
        memory = rank_term(&t->terms[k], t->round_count, pairs, &c->ranked[k]);
        if (memory) c->value += c->ranked[k].weight * c->ranked[k].median;
    }
    free(pairs);
    return memory;
}

/* ---- What the medians' errors are made of ---- */

static double middle_spread(const ranked *s, double share) {
    return plb_quantile_sorted(s->values, s->count, 0.5 + share) -
           plb_quantile_sorted(s->values, s->count, 0.5 - share);
}

/* How far a share of the rounds moves the median, 1 / (2 f(median)), with the
 * bandwidth of Hall and Sheather (1988). */
static double deviation_at_median(const ranked *s) {
    double share = fmin(0.973 * cbrt(1 / (double) s->count), 0.3);
    return middle_spread(s, share) / (4 * share);
}

/* The influence of each round on the estimate, for its dependence: the
 * estimate's error is about their mean. */
static bool find_dependence(contrast *c) {
    size_t rounds = c->terms.round_count;
    double *influence = calloc(rounds, sizeof *influence);
    if (!influence) return false;
    for (size_t k = 0; k < c->terms.count; k++) {
        const ranked *s = &c->ranked[k];
        double each = s->weight * deviation_at_median(s) * (double) rounds / (double) s->count;
        for (size_t r = 0; r < rounds; r++) {
            if (s->ranks[r] == NO_RANK) continue;
            double x = s->values[s->ranks[r]];
            influence[r] += each * ((x > s->median) - (x < s->median));
        }
    }
    plb_dependence_of(influence, rounds, &c->dependence);
    free(influence);
    return true;
}

static plb_status contrast_init(contrast *c, const plb_rounds *rounds, const double *coefficients,
                                plb_error *error) {
    memset(c, 0, sizeof *c);
    if (rounds->round_count > UINT32_MAX / 4) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most 2^30 rounds");
    }
    plb_status status = plb_terms_make(rounds, coefficients, &c->terms, error);
    if (status == PLB_OK && !(rank_terms(c) && find_dependence(c))) status = no_memory(error);
    if (status == PLB_OK) {
        double spread = 0;
        for (size_t k = 0; k < c->terms.count; k++) {
            spread += fabs(c->ranked[k].weight) * middle_spread(&c->ranked[k], 0.25);
        }
        c->least_half_width = plb_least_half_width(c->terms.step, spread);
    } else {
        contrast_free(c);
    }
    return status;
}

/* Blocks that are as good as independent; a term has no more than it has
 * values. */
static double freedom(const contrast *c) {
    double blocks = (double) c->terms.round_count / c->dependence.block_length;
    return fmin(blocks, (double) c->terms.fewest) - 1;
}

static const char *method_name(const contrast *c, bool quick) {
    static const char *const names[2][2] = {{"medians of differences, circular block bootstrap",
                                             "medians of differences, long-run variance"},
                                            {"median of differences, circular block bootstrap",
                                             "median of differences, long-run variance"}};
    static const char *const plain[2] = {"medians, circular block bootstrap",
                                         "medians, long-run variance"};
    return c->terms.is_contrast ? names[c->terms.is_difference][quick] : plain[quick];
}

static plb_estimate estimate_of(const contrast *c, double below, double above) {
    return (plb_estimate){.value = c->value,
                          .low = c->value - fmax(below, c->least_half_width),
                          .high = c->value + fmax(above, c->least_half_width),
                          .level = 0.95,
                          .count = c->terms.fewest,
                          .block_length = c->dependence.block_length,
                          .freedom = freedom(c)};
}

plb_status plb_contrast_quick(const plb_rounds *rounds, const double *coefficients,
                              plb_estimate *estimate, plb_error *error) {
    contrast c;
    if (rounds->epochs)
        return plb_contrast_over_epochs(rounds, coefficients, true, estimate, error);
    plb_status status = contrast_init(&c, rounds, coefficients, error);
    if (status != PLB_OK) return status;
    double half = plb_student_975(freedom(&c)) *
                  sqrt(c.dependence.long_run_variance / (double) c.terms.round_count);
    half *= 1 + 1 / sqrt(2 * fmax(freedom(&c), 1)); /* its own standard error */
    *estimate = estimate_of(&c, half, half);
    estimate->method = method_name(&c, true);
    contrast_free(&c);
    return PLB_OK;
}

/* ---- Bootstrap ----
 *
 * A resample is a number of blocks of rounds, the same for all terms. A term's
 * median then has a rank within a window of a few standard deviations around
 * the middle: how many of a block rank below the window is a difference of
 * prefix sums, and only those in it are counted one by one. */

typedef struct window {
    const ranked *s;
    size_t first, width; /* ranks */
    uint32_t *below;     /* below[r]: how many of rounds 0..r-1 rank below the window */
    uint32_t *present;   /* present[r]: how many of them have a value */
    uint32_t *members;   /* ranks in the window, less `first`, in order of rounds */
    uint32_t *before;    /* before[r]: how many of rounds 0..r-1 are members */
    uint32_t *drawn;     /* how often each rank of the window was drawn */
} window;

static void window_free(window *w) {
    free(w->below);
    free(w->present);
    free(w->members);
    free(w->before);
    free(w->drawn);
}

static bool window_init(window *w, const ranked *s, size_t rounds, double block_length) {
    double margin = WINDOW_DEVIATIONS * sqrt((double) s->count * block_length) / 2 + 8;
    size_t middle = s->count / 2;
    w->s = s;
    w->first = margin < (double) middle ? middle - (size_t) margin : 0;
    w->width = s->count - w->first;
    if (2 * margin < (double) w->width) w->width = (size_t) (2 * margin);
    w->below = calloc(rounds + 1, sizeof *w->below);
    w->present = calloc(rounds + 1, sizeof *w->present);
    w->before = calloc(rounds + 1, sizeof *w->before);
    w->members = calloc(w->width, sizeof *w->members);
    w->drawn = calloc(w->width, sizeof *w->drawn);
    if (!w->below || !w->present || !w->before || !w->members || !w->drawn) return false;
    for (size_t r = 0; r < rounds; r++) {
        size_t rank = s->ranks[r];
        bool has_value = rank != NO_RANK, is_below = has_value && rank < w->first;
        bool is_member = has_value && !is_below && rank - w->first < w->width;
        if (is_member) w->members[w->before[r]] = (uint32_t) (rank - w->first);
        w->below[r + 1] = w->below[r] + is_below;
        w->present[r + 1] = w->present[r] + has_value;
        w->before[r + 1] = w->before[r] + is_member;
    }
    return true;
}

typedef struct resample {
    uint32_t *starts; /* of the blocks */
    uint32_t blocks, length;
    size_t rounds;
} resample;

typedef struct drawn_count {
    uint64_t below, present;
} drawn_count;

static void count_rounds(window *w, size_t begin, size_t end, drawn_count *count) {
    for (uint32_t m = w->before[begin]; m < w->before[end]; m++) w->drawn[w->members[m]]++;
    count->below += w->below[end] - w->below[begin];
    count->present += w->present[end] - w->present[begin];
}

static drawn_count count_drawn(window *w, const resample *sample) {
    drawn_count count = {0, 0};
    memset(w->drawn, 0, w->width * sizeof *w->drawn);
    for (uint32_t b = 0; b < sample->blocks; b++) {
        size_t start = sample->starts[b], end = start + sample->length;
        if (end <= sample->rounds) {
            count_rounds(w, start, end, &count);
        } else {
            count_rounds(w, start, sample->rounds, &count);
            count_rounds(w, 0, end - sample->rounds, &count);
        }
    }
    return count;
}

static double resampled_median(window *w, const resample *sample) {
    drawn_count count = count_drawn(w, sample);
    uint64_t reached = count.below;
    const double *values = w->s->values + w->first;
    size_t rank = 0, last = w->width - 1;
    if (count.present == 0) return w->s->median;
    for (; rank < last; rank++) {
        reached += w->drawn[rank];
        if (2 * reached >= count.present) break;
    }
    if (2 * reached != count.present || rank == last) return values[rank];
    size_t next = rank + 1; /* exactly half: between this one and the next that was drawn */
    while (next < last && w->drawn[next] == 0) next++;
    return (values[rank] + values[next]) / 2;
}

static void resample_values(const contrast *c, window *windows, resample *sample, uint64_t seed,
                            uint32_t resamples, double *values) {
    plb_random random;
    plb_random_seed(&random, seed);
    for (uint32_t i = 0; i < resamples; i++) {
        for (uint32_t b = 0; b < sample->blocks; b++) {
            sample->starts[b] = plb_random_below(&random, (uint32_t) sample->rounds);
        }
        values[i] = 0;
        for (size_t k = 0; k < c->terms.count; k++) {
            values[i] += windows[k].s->weight * resampled_median(&windows[k], sample);
        }
    }
}

static bool bootstrap(const contrast *c, uint32_t resamples, uint64_t seed, double *values) {
    size_t rounds = c->terms.round_count;
    /* More blocks than that make it slower and no better. */
    double length = fmax(c->dependence.block_length, ceil((double) rounds / MOST_BLOCKS));
    resample sample = {.length = (uint32_t) length,
                       .blocks = (uint32_t) fmax(1, round((double) rounds / length)),
                       .rounds = rounds};
    sample.starts = malloc(sample.blocks * sizeof *sample.starts);
    window *windows = calloc(c->terms.count, sizeof *windows);
    bool memory = sample.starts && windows;
    for (size_t k = 0; memory && k < c->terms.count; k++) {
        memory = window_init(&windows[k], &c->ranked[k], rounds, length);
    }
    if (memory) resample_values(c, windows, &sample, seed, resamples, values);
    for (size_t k = 0; windows && k < c->terms.count; k++) window_free(&windows[k]);
    free(windows);
    free(sample.starts);
    return memory;
}

/* Blocks cut off what reaches from one into the next, and their number is
 * small: both make the resamples vary less than the estimate does. */
static double interval_widening(const contrast *c) {
    const plb_dependence *d = &c->dependence;
    double cut = d->block_variance > 0 ? d->long_run_variance / d->block_variance : 1;
    return plb_student_975(freedom(c)) / NORMAL_975 * sqrt(fmax(1, cut));
}

plb_status plb_contrast_estimate(const plb_rounds *rounds, const double *coefficients,
                                 uint32_t resamples, uint64_t seed, plb_estimate *estimate,
                                 plb_error *error) {
    contrast c;
    if (rounds->epochs)
        return plb_contrast_over_epochs(rounds, coefficients, false, estimate, error);
    if (resamples == 0) resamples = PLB_BOOTSTRAP_RESAMPLES;
    plb_status status = contrast_init(&c, rounds, coefficients, error);
    if (status != PLB_OK) return status;
    double *values = malloc(resamples * sizeof *values);
    if (!values || !bootstrap(&c, resamples, seed, values)) {
        free(values);
        contrast_free(&c);
        return no_memory(error);
    }
    plb_sort_numbers(values, resamples);
    double widening = interval_widening(&c);
    double below = fmax(c.value - plb_quantile_sorted(values, resamples, 0.025), 0);
    double above = fmax(plb_quantile_sorted(values, resamples, 0.975) - c.value, 0);
    *estimate = estimate_of(&c, widening * below, widening * above);
    estimate->resamples = resamples;
    estimate->method = method_name(&c, false);
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

bool plb_null_called(const plb_estimate *null_experiment) {
    double margin = 0.05 * (null_experiment->high - null_experiment->low);
    return null_experiment->low > margin || null_experiment->high < -margin;
}

bool plb_estimate_resolved(const plb_estimate *estimate, double noise_floor) {
    return plb_estimate_excludes_zero(estimate) && fabs(estimate->value) > noise_floor;
}
