/* What a fit leaves over. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/fit.h"
#include "harness/measure/distributions.h"

#define TERMS PLB_FIT_TERMS
/* For an F test: degrees of freedom of points of equal sizes, and their share of all points, as a
 * few such points of one size say nothing about the spread elsewhere. */
#define PURE_ERROR_MIN 5
#define PURE_ERROR_SHARE 0.25
#define NEIGHBOURS_MIN 10
#define ROUNDING 1e-12 /* residuals that are smaller, relative to the cost, are none */

typedef struct residual {
    double cost, left;
    double size[PLB_BENCH_SIZES];
} residual;

static int compare(double a, double b) { return a < b ? -1 : a > b; }

static int by_size(const void *a, const void *b) {
    const residual *l = a, *r = b;
    for (unsigned i = 0; i < PLB_BENCH_SIZES; i++) {
        int c = compare(l->size[i], r->size[i]);
        if (c) return c;
    }
    return 0;
}

static int by_cost(const void *a, const void *b) {
    int c = compare(((const residual *) a)->cost, ((const residual *) b)->cost);
    return c ? c : by_size(a, b);
}

/* Squares around the means of points with equal sizes. Returns the number of different sizes. */
static size_t pure_error(residual *r, size_t count, double *squares) {
    size_t groups = 0;
    *squares = 0;
    qsort(r, count, sizeof *r, by_size);
    for (size_t i = 0; i < count; groups++) {
        size_t end = i;
        double sum = 0;
        for (; end < count && by_size(&r[i], &r[end]) == 0; end++) sum += r[end].left;
        double mean = sum / (double) (end - i);
        for (; i < end; i++) *squares += (r[i].left - mean) * (r[i].left - mean);
    }
    return groups;
}

/* Half the mean squared difference of neighbours is the variance where no trend is left. */
static void neighbours(residual *r, size_t count, plb_fit_diagnosis *d) {
    double differences = 0, squares = 0, n = (double) count;
    if (count < NEIGHBOURS_MIN) return;
    qsort(r, count, sizeof *r, by_cost);
    for (size_t i = 0; i < count; i++) {
        squares += r[i].left * r[i].left;
        if (i) differences += (r[i].left - r[i - 1].left) * (r[i].left - r[i - 1].left);
    }
    if (squares <= 0) return;
    d->lack_of_fit = (1 - differences / (2 * squares)) / sqrt((n - 2) / (n * n - 1));
    d->lack_of_fit_p = erfc(d->lack_of_fit / sqrt(2)) / 2;
}

static void lack_of_fit(residual *r, size_t count, unsigned terms, plb_fit_diagnosis *d) {
    double all = 0, costs = 0, pure;
    d->lack_of_fit = d->lack_of_fit_p = NAN;
    for (size_t i = 0; i < count; i++) {
        all += r[i].left * r[i].left;
        costs += r[i].cost * r[i].cost;
    }
    d->deviation = count > terms ? sqrt(all / (double) (count - terms)) : 0;
    size_t groups = pure_error(r, count, &pure);
    double below = (double) (count - groups), above = (double) groups - terms;
    /* The shape passes through every mean, or through every point up to rounding. */
    if (above < 1 || all < ROUNDING * ROUNDING * costs) return;
    d->replicated =
        below >= PURE_ERROR_MIN && below >= PURE_ERROR_SHARE * (double) count && pure > 0;
    if (!d->replicated) {
        neighbours(r, count, d);
        return;
    }
    d->lack_of_fit = fmax(all - pure, 0) / above / (pure / below);
    d->lack_of_fit_p = plb_f_above(d->lack_of_fit, above, below);
}

static void compare_costs(const plb_fit_job *job, const plb_regressors *regressors,
                          const plb_fit_coefficients *c, const plb_frame *frame,
                          plb_fit_diagnosis *d, size_t *under) {
    for (size_t i = 0; i < frame->count; i++) {
        const plb_bench_point *p = &frame->points[i];
        double cost = plb_fit_predict(job, regressors, c, p->size);
        if (isnan(cost)) continue;
        d->points++;
        *under += p->time > cost * (1 + ROUNDING);
        if (cost > 0 && p->time / cost > d->worst_under) {
            d->worst_under = p->time / cost;
            d->worst_line = p->line;
        }
        if (p->time > 0 && cost / p->time > d->worst_over) d->worst_over = cost / p->time;
    }
}

static void leverages(plb_fit_work *work, const plb_regressors *regressors, size_t rows,
                      plb_fit_diagnosis *d) {
    double factor[TERMS * TERMS], right[TERMS], rest, row[TERMS];
    unsigned terms = regressors->count;
    const plb_frame *frame = &work->rest;
    if (!plb_lsq_reduce(&work->lsq, rows, terms, factor, right, &rest)) return;
    for (size_t i = 0; i < frame->count; i++) {
        double sum = frame->points[i].time;
        for (unsigned t = 0; t < terms; t++)
            sum += row[t] = plb_fit_term_value(regressors, t, frame->points[i].size);
        if (isnan(sum)) continue;
        double h = plb_lsq_leverage(factor, terms, row);
        d->high_leverage += h > 2 * (double) terms / (double) rows;
        if (h <= d->highest_leverage) continue;
        d->highest_leverage = h;
        d->highest_line = frame->points[i].line;
    }
}

/* Residuals of plain least squares, whatever the reference makes of its coefficients afterwards:
 * the question is whether the shape follows the points. */
static plb_status curvature(plb_fit_work *work, const plb_regressors *regressors, size_t rows,
                            plb_fit_diagnosis *d, plb_error *error) {
    double b[TERMS];
    if (plb_lsq_solve(&work->lsq, rows, regressors->count, b) != PLB_LSQ_OK) return PLB_OK;
    residual *list = calloc(rows, sizeof *list);
    if (!list) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a diagnosis");
    size_t count = 0;
    for (size_t i = 0; i < work->rest.count && count < rows; i++) {
        const plb_bench_point *p = &work->rest.points[i];
        residual r = {.left = p->time};
        for (unsigned t = 0; t < regressors->count; t++)
            r.cost += b[t] * plb_fit_term_value(regressors, t, p->size);
        r.left -= r.cost;
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++) /* so that they can be compared */
            r.size[k] = isnan(p->size[k]) ? -1 : p->size[k];
        if (!isnan(r.left)) list[count++] = r;
    }
    lack_of_fit(list, count, regressors->count, d);
    free(list);
    return PLB_OK;
}

plb_status plb_fit_diagnose(plb_fit *fit, size_t index, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    plb_fit_model *model = &fit->models[index];
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    plb_fit_job job = plb_fit_job_of(fit, row);
    plb_regressors regressors = plb_fit_regressors(job.shape, job.inner);
    plb_fit_result result;
    plb_fit_diagnosis *d = calloc(1, sizeof *d);
    model->diagnosis = d;
    if (!d) return plb_fail(error, PLB_E_MEMORY, row->builtin, "no memory for a diagnosis");
    plb_status status =
        plb_fit_points(&fit->work, &job, group->points, group->count, &result, error);
    if (status) return status;
    size_t under = 0;
    const plb_fit_coefficients *c = &model->by[PLB_FIT_REFERENCE];
    d->worst_under = d->worst_over = 1;
    d->lack_of_fit = d->lack_of_fit_p = NAN;
    compare_costs(&job, &regressors, c, &fit->work.rest, d, &under);
    if (!regressors.sorted) compare_costs(&job, &regressors, c, &fit->work.constant, d, &under);
    d->under_share = d->points ? (double) under / (double) d->points : 0;
    size_t rows = plb_fit_design(&fit->work, &regressors, &fit->work.rest);
    leverages(&fit->work, &regressors, rows, d);
    return curvature(&fit->work, &regressors, rows, d, error);
}
