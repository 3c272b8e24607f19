/* Intervals by resampling points: whole points are drawn, within the region where the function is
 * constant and outside of it, and everything is done again, from the outlier rule on, so that what
 * the procedure itself does to a coefficient is in its interval. The no-op's time is drawn from its
 * own error. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/fit.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define LOW 0.025
#define HIGH 0.975
#define TRIES 5 /* for every resample: some do not determine the coefficients */

typedef struct resampling {
    plb_fit_job job;
    const plb_fit_no_op *no_op; /* NULL: nothing is subtracted */
    const plb_bench_point *points;
    size_t *order; /* indices of points, those of the constant region first */
    size_t constant, count;
    plb_bench_point *drawn;
    plb_random random;
} resampling;

static void draw(resampling *r) {
    for (size_t i = 0; i < r->count; i++) {
        size_t from = i < r->constant ? 0 : r->constant;
        size_t size = i < r->constant ? r->constant : r->count - r->constant;
        size_t pick = r->order[from + plb_random_below(&r->random, (uint32_t) size)];
        r->drawn[i] = r->points[pick];
    }
}

/* Those that the filter lets pass, by region. */
static void order_points(resampling *r, size_t count) {
    plb_regressors regressors = plb_fit_regressors(r->job.shape, r->job.inner);
    unsigned filter = r->job.row->filter | regressors.filter;
    for (size_t i = 0; i < count; i++)
        if (plb_fit_passes(filter, r->points[i].size) &&
            plb_fit_in_constant(r->job.split, r->points[i].size))
            r->order[r->count++] = i;
    r->constant = r->count;
    for (size_t i = 0; i < count; i++)
        if (plb_fit_passes(filter, r->points[i].size) &&
            !plb_fit_in_constant(r->job.split, r->points[i].size))
            r->order[r->count++] = i;
}

static void end(resampling *r) {
    free(r->order);
    free(r->drawn);
}

static plb_status begin(const plb_fit *fit, size_t index, plb_fit_method method, uint64_t seed,
                        resampling *r, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    *r = (resampling){.job = plb_fit_job_of(fit, row), .points = group->points};
    r->job.method = method;
    r->order = malloc(group->count * sizeof *r->order);
    r->drawn = malloc(group->count * sizeof *r->drawn);
    if (!r->order || !r->drawn)
        return plb_fail(error, PLB_E_MEMORY, row->builtin, "no memory for a bootstrap");
    for (size_t i = 0; i < fit->no_op_count; i++)
        if (strcmp(fit->no_ops[i].name, row->no_op) == 0) r->no_op = &fit->no_ops[i];
    plb_random_seed(&r->random, seed);
    return PLB_OK;
}

/* What all times have in common as their uncertainty is none of single points. */
static void vary_common(const plb_fit *fit, resampling *r, plb_fit_coefficients *c) {
    double deviation = fit->options.common_deviation;
    if (!(deviation > 0)) return;
    double factor = exp(deviation * plb_random_normal(&r->random));
    for (unsigned t = 0; t < c->count; t++) {
        c->value[t] *= factor;
        c->fitted[t] *= factor;
    }
    c->constant *= factor;
    c->minimum *= factor;
}

static plb_status resample(plb_fit *fit, resampling *r, size_t wanted, plb_fit_take take,
                           void *context, plb_error *error) {
    size_t made = 0;
    for (uint64_t try = 0; try < (uint64_t) wanted * TRIES && made < wanted; try++) {
        plb_fit_result result;
        draw(r);
        if (r->no_op)
            r->job.overhead = r->no_op->time + r->no_op->deviation * plb_random_normal(&r->random);
        plb_status status = plb_fit_points(&fit->work, &r->job, r->drawn, r->count, &result, error);
        if (status) return status;
        if (!result.c.made) continue;
        vary_common(fit, r, &result.c);
        take(context, &result.c);
        made++;
    }
    return PLB_OK;
}

plb_status plb_fit_resample(plb_fit *fit, size_t index, plb_fit_method method, uint8_t shape,
                            uint8_t inner, size_t wanted, plb_fit_take take, void *context,
                            plb_error *error) {
    resampling r;
    plb_status status = begin(fit, index, method, fit->options.seed + index, &r, error);
    r.job.split = shape == r.job.shape ? r.job.split : plb_fit_split_as(r.job.row, shape);
    r.job.shape = shape;
    r.job.inner = inner;
    if (!status) {
        order_points(&r, plb_fit_group_of(fit, r.job.row)->count);
        status = resample(fit, &r, wanted, take, context, error);
    }
    end(&r);
    return status;
}

/* Percentiles, moved away from the estimate by what resampling makes too narrow: it counts `points`
 * degrees of freedom where there are fewer. */
plb_fit_interval plb_fit_percentiles(double *values, size_t count, double estimate, double points,
                                     double terms) {
    double freedom = fmax(points - terms, 1);
    double wider = sqrt(points / freedom) * plb_student_975(freedom) / 1.959963984540054;
    double low = plb_r_quantile(values, count, LOW), high = plb_r_quantile(values, count, HIGH);
    return (plb_fit_interval){estimate - wider * fmax(estimate - low, 0),
                              estimate + wider * fmax(high - estimate, 0)};
}

static void make_intervals(const plb_fit_model *model, const resampling *r, size_t wanted,
                           double *columns, size_t made, plb_fit_interval *out) {
    const plb_fit_coefficients *c = &model->by[PLB_FIT_REFERENCE];
    double rest = (double) (r->count - r->constant);
    for (unsigned t = 0; t <= c->count; t++) {
        bool constant = t == c->count;
        out[t] = (plb_fit_interval){NAN, NAN};
        if (made * 2 < wanted || (constant && !c->has_constant)) continue;
        out[t] =
            plb_fit_percentiles(columns + t * wanted, made, constant ? c->constant : c->fitted[t],
                                constant ? (double) r->constant : rest, constant ? 1 : c->count);
    }
}

/* From a function above that is fitted to the same points. */
static const plb_fit_model *find_same(const plb_fit *fit, size_t index) {
    const plb_fit_row *row = &fit->table->rows[index];
    for (size_t i = 0; i < index; i++) {
        const plb_fit_row *other = &fit->table->rows[i];
        if (plb_fit_same_data(other, row) && other->shape == row->shape &&
            other->inner == row->inner && fit->models[i].intervals)
            return &fit->models[i];
    }
    return NULL;
}

/* Unpatched coefficients and the constant of each resample, one column each. */
typedef struct columns {
    double *values;
    size_t wanted, made;
} columns;

static void take_column(void *context, const plb_fit_coefficients *c) {
    columns *into = context;
    for (unsigned t = 0; t < c->count; t++)
        into->values[t * into->wanted + into->made] = c->fitted[t];
    into->values[c->count * into->wanted + into->made] = c->constant;
    into->made++;
}

plb_status plb_fit_bootstrap(plb_fit *fit, size_t index, plb_error *error) {
    plb_fit_model *model = &fit->models[index];
    columns into = {.wanted = fit->options.bootstrap};
    plb_fit_interval *intervals = calloc(PLB_FIT_TERMS + 1, sizeof *intervals);
    model->intervals = intervals;
    const plb_fit_model *same = find_same(fit, index);
    if (intervals && same) {
        memcpy(intervals, same->intervals, (PLB_FIT_TERMS + 1) * sizeof *intervals);
        return PLB_OK;
    }
    resampling r;
    plb_status status = begin(fit, index, PLB_FIT_REFERENCE, fit->options.seed + index, &r, error);
    into.values = malloc((PLB_FIT_TERMS + 1) * into.wanted * sizeof *into.values);
    if (!status && (!intervals || !into.values))
        status = plb_fail(error, PLB_E_MEMORY, model->builtin, "no memory for a bootstrap");
    if (!status) {
        order_points(&r, plb_fit_group_of(fit, r.job.row)->count);
        status = resample(fit, &r, into.wanted, take_column, &into, error);
    }
    if (!status) make_intervals(model, &r, into.wanted, into.values, into.made, intervals);
    end(&r);
    free(into.values);
    return status;
}
