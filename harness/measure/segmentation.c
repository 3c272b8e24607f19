/* Changes of level in a series (several.h). */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "harness/measure/several.h"
#include "harness/measure/statistics.h"

#define COVERED 0.95
#define NORMAL_MAD 1.4826

/* Sums from the begin of the series, of values less the first: what is left over in any segment is
 * then told by four of them. */
typedef struct sums {
    double *of, *squares;
} sums;

static void add_up(const double *values, size_t count, sums *s) {
    s->of[0] = s->squares[0] = 0;
    for (size_t i = 0; i < count; i++) {
        double v = values[i] - values[0];
        s->of[i + 1] = s->of[i] + v;
        s->squares[i + 1] = s->squares[i] + v * v;
    }
}

/* The sum of squares around the mean of values begin to end - 1. */
static double left_over(const sums *s, size_t begin, size_t end) {
    double sum = s->of[end] - s->of[begin];
    return fmax(0, s->squares[end] - s->squares[begin] - sum * sum / (double) (end - begin));
}

/* Standard deviation; `scratch` has room for `count`. */
static double noise_of(const double *values, size_t count, double *scratch) {
    for (size_t i = 0; i + 1 < count; i++) scratch[i] = fabs(values[i + 1] - values[i]);
    return count < 2 ? 0 : NORMAL_MAD * plb_median_of(scratch, count - 1) / sqrt(2);
}

double plb_segmentation_penalty(size_t count) { return 12 + 40 / (double) count; }

/* ---- PELT ---- */

typedef struct search {
    sums sums;
    double *best;       /* of the first so many values */
    size_t *from;       /* begin of the last segment that reaches it */
    size_t *candidates; /* begins that may still be the best ones */
    double *scratch;
} search;

static void find_best(search *s, size_t count, size_t least, double square, double penalty) {
    size_t candidates = 1;
    s->candidates[0] = 0;
    s->best[0] = -penalty;
    for (size_t end = least; end <= count; end++) {
        size_t kept = 0;
        s->best[end] = INFINITY;
        for (size_t c = 0; c < candidates; c++) {
            size_t begin = s->candidates[c];
            double cost = s->best[begin] + left_over(&s->sums, begin, end) / square + penalty;
            if (cost < s->best[end]) {
                s->best[end] = cost;
                s->from[end] = begin;
            }
        }
        for (size_t c = 0; c < candidates; c++) {
            size_t begin = s->candidates[c];
            double cost = s->best[begin] + left_over(&s->sums, begin, end) / square;
            if (cost <= s->best[end]) s->candidates[kept++] = begin;
        }
        candidates = kept;
        if (end + 1 >= 2 * least) s->candidates[candidates++] = end + 1 - least;
    }
}

static size_t trace_back(const search *s, size_t count, size_t *starts) {
    size_t segments = 0;
    for (size_t end = count; end > 0; end = s->from[end]) starts[segments++] = s->from[end];
    for (size_t i = 0; i < segments / 2; i++) {
        size_t other = starts[segments - 1 - i];
        starts[segments - 1 - i] = starts[i];
        starts[i] = other;
    }
    return segments;
}

static void release(search *s) {
    free(s->sums.of);
    free(s->sums.squares);
    free(s->best);
    free(s->from);
    free(s->candidates);
    free(s->scratch);
}

plb_status plb_segmentation_find(const double *values, size_t count, size_t least,
                                 double noise_least, size_t *starts, plb_segmentation *levels,
                                 plb_error *error) {
    if (count == 0 || count > PLB_SEGMENTATION_MOST || least == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected 1 to %d values",
                        PLB_SEGMENTATION_MOST);
    }
    size_t room = count + 2;
    search s = {.sums = {calloc(room, sizeof(double)), calloc(room, sizeof(double))},
                .best = calloc(room, sizeof(double)),
                .from = calloc(room, sizeof(size_t)),
                .candidates = calloc(room, sizeof(size_t)),
                .scratch = calloc(room, sizeof(double))};
    if (!s.sums.of || !s.sums.squares || !s.best || !s.from || !s.candidates || !s.scratch) {
        release(&s);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a series");
    }
    *levels = (plb_segmentation){.segments = 1,
                                 .noise = fmax(noise_least, noise_of(values, count, s.scratch)),
                                 .penalty = plb_segmentation_penalty(count)};
    starts[0] = 0;
    if (count >= 2 * least && levels->noise > 0) {
        add_up(values, count, &s.sums);
        find_best(&s, count, least, levels->noise * levels->noise, levels->penalty);
        levels->segments = trace_back(&s, count, starts);
    }
    release(&s);
    return PLB_OK;
}

/* ---- Where ---- */

/* What two levels leave over when the second begins at `at`. */
static double left_over_at(const double *values, size_t first, size_t at, size_t end) {
    double total = 0;
    for (size_t side = 0; side < 2; side++) {
        size_t from = side == 0 ? first : at, to = side == 0 ? at : end;
        double mean = 0;
        for (size_t i = from; i < to; i++) mean += values[i] / (double) (to - from);
        for (size_t i = from; i < to; i++) total += (values[i] - mean) * (values[i] - mean);
    }
    return total;
}

static size_t likeliest(const double *left, const bool *taken, size_t first, size_t end) {
    size_t best = 0;
    for (size_t at = first + 1; at < end; at++) {
        if (!taken[at - first] && (best == 0 || left[at - first] < left[best - first])) best = at;
    }
    return best;
}

void plb_segmentation_place(const double *values, size_t first, size_t end, double noise,
                            size_t *earliest, size_t *latest) {
    double left[PLB_SEGMENTATION_MOST], all = 0, covered = 0;
    bool taken[PLB_SEGMENTATION_MOST] = {false};
    size_t best = first + 1;
    for (size_t at = first + 1; at < end; at++) {
        left[at - first] = left_over_at(values, first, at, end);
        if (left[at - first] < left[best - first]) best = at;
    }
    double least = left[best - first], unit = 2 * noise * noise;
    for (size_t at = first + 1; at < end; at++) all += exp(-(left[at - first] - least) / unit);
    *earliest = *latest = best;
    while (covered < COVERED * all) {
        size_t at = likeliest(left, taken, first, end);
        if (at == 0) break;
        taken[at - first] = true;
        covered += exp(-(left[at - first] - least) / unit);
        *earliest = at < *earliest ? at : *earliest;
        *latest = at > *latest ? at : *latest;
    }
}
