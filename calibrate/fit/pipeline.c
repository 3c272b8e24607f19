#include "calibrate/fit/pipeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define FAN_THRESHOLD 0.9
#define FAN_INTERCEPT 0.8
#define FAN_LIMIT 20
#define WHOLE 1e6 /* picoseconds in a microsecond */

/* ---- Memory ---- */

static bool reserve_frame(plb_frame *frame, size_t points) {
    if (points <= frame->room && frame->points) return true;
    free(frame->points);
    frame->points = malloc((points ? points : 1) * sizeof *frame->points);
    frame->room = frame->points ? points : 0;
    frame->count = 0;
    return frame->points != NULL;
}

bool plb_fit_work_reserve(plb_fit_work *work, size_t points) {
    if (points <= work->room && work->numbers) return true;
    free(work->numbers);
    work->numbers = malloc((points ? points : 1) * sizeof *work->numbers);
    work->room = work->numbers ? points : 0;
    return work->numbers && reserve_frame(&work->all, points) &&
           reserve_frame(&work->constant, points) && reserve_frame(&work->rest, points) &&
           reserve_frame(&work->fan, points) && plb_lsq_reserve(&work->lsq, points);
}

void plb_fit_work_free(plb_fit_work *work) {
    free(work->all.points);
    free(work->constant.points);
    free(work->rest.points);
    free(work->fan.points);
    free(work->numbers);
    plb_lsq_free(&work->lsq);
    memset(work, 0, sizeof *work);
}

/* ---- R's statistics ---- */

double plb_r_mean(const plb_bench_point *points, size_t count) {
    long double sum = 0, correction = 0;
    if (count == 0) return NAN;
    for (size_t i = 0; i < count; i++) sum += points[i].time;
    sum /= (long double) count;
    for (size_t i = 0; i < count; i++) correction += points[i].time - sum;
    return (double) (sum + correction / (long double) count);
}

double plb_r_quantile(double *values, size_t count, double q) {
    if (count == 0) return NAN;
    plb_sort_numbers(values, count);
    double index = 1 + (double) (count - 1) * q, below = floor(index);
    double low = values[(size_t) below - 1], high = values[(size_t) ceil(index) - 1];
    double h = index - below;
    return index > below && high != low ? (1 - h) * low + h * high : low;
}

/* ---- Filter, outliers, overhead ---- */

bool plb_fit_passes(unsigned filter, const double size[PLB_BENCH_SIZES]) {
    for (unsigned i = 0; i < PLB_BENCH_SIZES; i++)
        if ((filter & ((unsigned) PLB_FIT_X_POSITIVE << i)) && !(size[i] > 0)) return false;
    if ((filter & PLB_FIT_ON_DIAGONAL) && !(size[0] >= size[1] && size[0] <= size[1])) return false;
    return !(filter & PLB_FIT_Y_ZERO) || fabs(size[1]) <= 0;
}

static void apply_filter(plb_frame *frame, unsigned filter, const plb_bench_point *points,
                         size_t count) {
    frame->count = 0;
    for (size_t i = 0; i < count; i++)
        if (plb_fit_passes(filter, points[i].size)) frame->points[frame->count++] = points[i];
}

/* Upper ends of the times' intervals above the third quartile by one and a half times the distance
 * between the quartiles, or there: a tie is an outlier. */
static void drop_outliers(plb_fit_work *work, const plb_fit_job *job) {
    plb_frame *frame = &work->all;
    for (size_t i = 0; i < frame->count; i++) work->numbers[i] = frame->points[i].time_high;
    double first = plb_r_quantile(work->numbers, frame->count, 0.25);
    double third = plb_r_quantile(work->numbers, frame->count, 0.75);
    double cutoff = third + 1.5 * (third - first);
    size_t before = frame->count;
    frame->count = 0;
    for (size_t i = 0; i < before; i++)
        if (frame->points[i].time_high < cutoff) frame->points[frame->count++] = frame->points[i];
    if ((double) frame->count <= 0.9 * (double) before)
        plb_note(job->data_notes, PLB_FIT_WARNING, job->row->data, 0,
                 "%zu of %zu points are outliers and do not count", before - frame->count, before);
}

static void subtract_overhead(const plb_fit_job *job, plb_frame *frame) {
    if (isnan(job->overhead) || frame->count == 0) return;
    double mean = plb_r_mean(frame->points, frame->count);
    bool above = mean > job->overhead;
    if (!above)
        plb_note(job->data_notes, PLB_FIT_WARNING, job->row->data, 0,
                 "its mean time, %.6f us, is not above that of %s, %.6f us: %.3f us is taken for "
                 "all of its points",
                 mean, job->row->no_op, job->overhead, PLB_FIT_SMALLEST);
    for (size_t i = 0; i < frame->count; i++) {
        plb_bench_point *p = &frame->points[i];
        p->time = above ? p->time - job->overhead : PLB_FIT_SMALLEST;
        p->time_low = above ? p->time_low - job->overhead : PLB_FIT_SMALLEST;
        p->time_high = above ? p->time_high - job->overhead : PLB_FIT_SMALLEST;
    }
}

/* Points of the constant region, and the others. Where x or y is not told, a point is neither. */
static void split(plb_fit_work *work, const plb_fit_job *job) {
    work->constant.count = work->rest.count = 0;
    for (size_t i = 0; i < work->all.count; i++) {
        const plb_bench_point *p = &work->all.points[i];
        bool known = job->split == PLB_FIT_SPLIT_NONE || !isnan(p->size[0] - p->size[1]);
        bool constant = known && plb_fit_in_constant(job->split, p->size);
        if (constant) work->constant.points[work->constant.count++] = *p;
        if (known && !constant) work->rest.points[work->rest.count++] = *p;
    }
}

static void prepare(plb_fit_work *work, const plb_fit_job *job, const plb_regressors *regressors,
                    const plb_bench_point *points, size_t count) {
    bool by_part = job->row->rules & PLB_FIT_OVERHEAD_BY_PART && job->split != PLB_FIT_SPLIT_NONE;
    apply_filter(&work->all, job->row->filter | regressors->filter, points, count);
    if (job->row->rules & PLB_FIT_OUTLIERS) drop_outliers(work, job);
    if (!by_part) subtract_overhead(job, &work->all);
    split(work, job);
    if (!by_part) return;
    subtract_overhead(job, &work->constant);
    subtract_overhead(job, &work->rest);
}

/* ---- The fan ---- */

/* A line that points may lie above. */
typedef struct edge {
    double intercept, slope;
    unsigned variable;
} edge;

static double at(const edge *e, const plb_bench_point *p) {
    return e->intercept + e->slope * p->size[e->variable];
}

static size_t count_below(const edge *e, const plb_frame *frame) {
    size_t count = 0;
    for (size_t i = 0; i < frame->count; i++)
        count += at(e, &frame->points[i]) > frame->points[i].time;
    return count;
}

static void tell_fan(const plb_fit_job *job, const edge *e, const plb_frame *frame,
                     unsigned iterations) {
    size_t under = 0, over = 0;
    double worst_under = 0, worst_over = 0, sum_under = 0, sum_over = 0;
    for (size_t i = 0; i < frame->count; i++) {
        double cost = at(e, &frame->points[i]), time = frame->points[i].time;
        if (cost < time) {
            under++;
            sum_under += time / cost;
            worst_under = fmax(worst_under, time / cost);
        } else if (cost > time) {
            over++;
            sum_over += cost / time;
            worst_over = fmax(worst_over, cost / time);
        }
    }
    double n = (double) frame->count;
    plb_note(job->data_notes, PLB_FIT_INFO, job->row->data, 0,
             "upper edge after %u iteration%s: %.1f%% of points above it, by at most %.2f times "
             "(mean %.2f); %.1f%% below it, by at most %.2f times (mean %.2f)",
             iterations, iterations == 1 ? "" : "s", 100 * (double) under / n, worst_under,
             under ? sum_under / (double) under : 0, 100 * (double) over / n, worst_over,
             over ? sum_over / (double) over : 0);
}

/* The line's intercept is the 80th percentile of the times at the smallest size; its slope that of
 * the points which were above the last line, until 90 % of all points are below. */
static plb_lsq_outcome fit_fan(plb_fit_work *work, const plb_fit_job *job, double *b,
                               char *problem) {
    static const uint8_t linear[] = {PLB_SHAPE_LINEAR_IN_X, PLB_SHAPE_LINEAR_IN_Y,
                                     PLB_SHAPE_LINEAR_IN_Z, PLB_SHAPE_LINEAR_IN_U};
    unsigned variable = (unsigned) plb_fit_variable(job->shape), iterations = 0;
    plb_regressors regressors = plb_fit_regressors(linear[variable], 0);
    const plb_frame *all = &work->rest;
    plb_frame *left = &work->fan;
    double least = INFINITY;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        double size = all->points[i].size[variable];
        if (isnan(size)) return PLB_LSQ_INFINITE;
        least = fmin(least, size);
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->points[i].size[variable] <= least) work->numbers[count++] = all->points[i].time;
    edge e = {.intercept = plb_r_quantile(work->numbers, count, FAN_INTERCEPT),
              .variable = variable};
    memcpy(left->points, all->points, all->count * sizeof *left->points);
    left->count = all->count;
    for (;;) {
        double line[PLB_FIT_TERMS];
        plb_lsq_outcome outcome = plb_fit_solve(work, job, &regressors, left, line, problem);
        if (outcome != PLB_LSQ_OK) return outcome;
        e.slope = line[1];
        iterations++;
        double below = (double) count_below(&e, all);
        if (below / (double) all->count >= FAN_THRESHOLD || iterations == FAN_LIMIT) break;
        size_t before = left->count;
        left->count = 0;
        for (size_t i = 0; i < before; i++)
            if (left->points[i].time > at(&e, &left->points[i]))
                left->points[left->count++] = left->points[i];
    }
    b[0] = e.intercept;
    b[1] = e.slope;
    tell_fan(job, &e, all, iterations);
    return PLB_LSQ_OK;
}

static void check_diagonal(const plb_fit_job *job, const plb_frame *frame) {
    for (size_t i = 0; i < frame->count; i++) {
        const double *s = frame->points[i].size;
        if ((isnan(s[0]) && isnan(s[1])) || (s[0] >= s[1] && s[0] <= s[1])) continue;
        plb_note(job->data_notes, PLB_FIT_WARNING, job->row->data, frame->points[i].line,
                 "x and y differ here: the shape is fitted to x alone");
        return;
    }
}

/* ---- Afterwards ---- */

/* Raise the intercept until no point of the smallest size is above the function. False: a size is
 * not told. */
static bool lift(const plb_fit_work *work, const plb_fit_job *job, const plb_regressors *regressors,
                 double *b) {
    unsigned variable = (unsigned) plb_fit_variable(job->shape);
    double least = INFINITY, most = -INFINITY, size[PLB_BENCH_SIZES], cost = 0;
    for (size_t i = 0; i < work->rest.count; i++) {
        double s = work->rest.points[i].size[variable];
        if (isnan(s)) return false;
        least = fmin(least, s);
    }
    for (size_t i = 0; i < work->rest.count; i++)
        if (work->rest.points[i].size[variable] <= least)
            most = fmax(most, work->rest.points[i].time);
    for (unsigned i = 0; i < PLB_BENCH_SIZES; i++) size[i] = least;
    for (unsigned i = 0; i < regressors->count; i++)
        cost += b[i] * plb_fit_term_value(regressors, i, size);
    if (most - cost > 0) b[0] += most - cost;
    return true;
}

static void patch(const plb_fit_job *job, const plb_regressors *regressors,
                  plb_fit_coefficients *c) {
    for (unsigned i = 0; i < c->count; i++) {
        if (!(c->value[i] < 0)) continue;
        plb_note(job->notes, PLB_FIT_WARNING, job->row->builtin, 0,
                 "the coefficient of %s is negative, %f us: %g us is taken in its place",
                 regressors->term[i]->name, c->value[i], PLB_FIT_SMALLEST);
        c->value[i] = PLB_FIT_SMALLEST;
    }
    if (c->has_constant && c->constant < 0) {
        plb_note(job->notes, PLB_FIT_WARNING, job->row->builtin, 0,
                 "the constant is negative, %f us: %g us is taken in its place", c->constant,
                 PLB_FIT_SMALLEST_CONSTANT);
        c->constant = PLB_FIT_SMALLEST_CONSTANT;
    }
}

/* The first term that nothing determines. */
static const char *undetermined(const plb_regressors *regressors, const double *b) {
    unsigned i = 0;
    while (i + 1 < regressors->count && !isnan(b[i])) i++;
    return regressors->term[i]->name;
}

static void describe(plb_lsq_outcome outcome, const plb_regressors *regressors, size_t points,
                     plb_fit_result *result) {
    char *text = result->problem;
    if (text[0]) return;
    if (outcome == PLB_LSQ_COLLINEAR) {
        snprintf(text, PLB_FIT_PROBLEM_BYTES,
                 "%zu point%s determine%s no coefficient of %s: expected points of more different "
                 "sizes",
                 points, points == 1 ? "" : "s", points == 1 ? "s" : "",
                 undetermined(regressors, result->c.value));
    } else if (outcome == PLB_LSQ_EMPTY) {
        snprintf(text, PLB_FIT_PROBLEM_BYTES,
                 "no points are left: expected at least %u with all of the sizes that count",
                 regressors->count);
    } else {
        snprintf(text, PLB_FIT_PROBLEM_BYTES,
                 "expected a size for every argument that counts in every name");
    }
}

static void finish(plb_fit_work *work, const plb_fit_job *job, const plb_regressors *regressors,
                   plb_fit_result *result) {
    plb_fit_coefficients *c = &result->c;
    memcpy(c->fitted, c->value, sizeof c->fitted);
    bool quantile = job->method == PLB_FIT_QUANTILE; /* is above the points as it is */
    if ((job->row->rules & PLB_FIT_LIFT) && plb_fit_variable(job->shape) >= 0 && !quantile &&
        !lift(work, job, regressors, c->value)) {
        describe(PLB_LSQ_INFINITE, regressors, 0, result);
        return;
    }
    if (job->row->rules & PLB_FIT_WHOLE)
        for (unsigned i = 0; i < c->count; i++) c->value[i] = ceil(c->value[i] * WHOLE) / WHOLE;
    if (!(job->row->rules & PLB_FIT_KEEP_NEGATIVE)) patch(job, regressors, c);
    c->made = true;
}

/* The mean of the constant region, or what the method has in its place. */
static bool fit_constant(plb_fit_work *work, const plb_fit_job *job, plb_fit_result *result) {
    static const uint8_t shape = PLB_SHAPE_CONSTANT_COST;
    plb_regressors regressors = plb_fit_regressors(shape, 0);
    double b[PLB_FIT_TERMS];
    if (work->constant.count == 0) {
        snprintf(result->problem, sizeof result->problem,
                 "no points are left in the region where it is constant");
        return false;
    }
    if (job->method == PLB_FIT_REFERENCE || job->method == PLB_FIT_NNLS ||
        job->method == PLB_FIT_SELECTED) {
        b[0] = plb_r_mean(work->constant.points, work->constant.count);
    } else {
        plb_lsq_outcome outcome =
            plb_fit_solve(work, job, &regressors, &work->constant, b, result->problem);
        if (outcome != PLB_LSQ_OK) return false;
    }
    result->c.has_constant = true;
    result->c.constant = b[0];
    return true;
}

/* The reference takes the constant of the other region for the least that a quadratic function of
 * two sizes may say. Without such a region, the shortest time does as well; shapes that count a
 * difference of sizes have 0. */
static double least_cost(const plb_fit_work *work, const plb_fit_job *job,
                         const plb_fit_result *result) {
    uint8_t shape = result->c.has_constant ? job->inner : job->shape;
    double least = INFINITY;
    if (shape != PLB_SHAPE_QUADRATIC_IN_X_AND_Y && shape != PLB_SHAPE_QUADRATIC_IN_Y_AND_Z)
        return 0;
    if (result->c.has_constant) return result->c.constant;
    for (size_t i = 0; i < work->rest.count; i++) least = fmin(least, work->rest.points[i].time);
    return fmax(least, 0);
}

plb_status plb_fit_points(plb_fit_work *work, const plb_fit_job *job, const plb_bench_point *points,
                          size_t count, plb_fit_result *result, plb_error *error) {
    memset(result, 0, sizeof *result);
    if (!plb_fit_work_reserve(work, count))
        return plb_fail(error, PLB_E_MEMORY, job->row->builtin, "no memory for a fit");
    plb_regressors regressors = plb_fit_regressors(job->shape, job->inner);
    result->c.count = regressors.count;
    prepare(work, job, &regressors, points, count);
    result->points = work->constant.count + work->rest.count;
    if (job->split != PLB_FIT_SPLIT_NONE && !fit_constant(work, job, result)) return PLB_OK;
    if (regressors.minimum_slot >= 0) {
        result->c.has_minimum = true;
        result->c.minimum = least_cost(work, job, result);
    }
    if (job->row->rules & PLB_FIT_DIAGONAL) check_diagonal(job, &work->rest);
    bool fan = (job->row->rules & PLB_FIT_FAN) && job->method != PLB_FIT_QUANTILE &&
               plb_fit_variable(job->shape) >= 0;
    plb_lsq_outcome outcome =
        fan ? fit_fan(work, job, result->c.value, result->problem)
            : plb_fit_solve(work, job, &regressors, &work->rest, result->c.value, result->problem);
    if (outcome == PLB_LSQ_OK) {
        finish(work, job, &regressors, result);
    } else {
        result->undetermined = outcome == PLB_LSQ_COLLINEAR && !fan;
        describe(outcome, &regressors, work->rest.count, result);
    }
    return PLB_OK;
}

double plb_fit_predict(const plb_fit_job *job, const plb_regressors *regressors,
                       const plb_fit_coefficients *c, const double size[PLB_BENCH_SIZES]) {
    double cost = 0;
    if (plb_fit_in_constant(job->split, size) && !regressors->sorted) return c->constant;
    for (unsigned i = 0; i < c->count; i++)
        cost += c->value[i] * plb_fit_term_value(regressors, i, size);
    return c->has_minimum && cost < c->minimum ? c->minimum : cost;
}
