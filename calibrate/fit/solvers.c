/* The methods by which a regression's coefficients are found. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/measure.h>

#include "calibrate/fit/pipeline.h"
#include "calibrate/fit/quantile_fit.h"

#define TERMS PLB_FIT_TERMS

size_t plb_fit_design(plb_fit_work *work, const plb_regressors *regressors,
                      const plb_frame *frame) {
    size_t rows = 0;
    /* Rows that count are found first, as columns follow each other in the matrix. */
    for (size_t i = 0; i < frame->count; i++) {
        double sum = frame->points[i].time;
        for (unsigned t = 0; t < regressors->count; t++)
            sum += plb_fit_term_value(regressors, t, frame->points[i].size);
        rows += isnan(sum) ? 0 : 1;
    }
    size_t row = 0;
    for (size_t i = 0; i < frame->count && row < rows; i++) {
        double sum = frame->points[i].time;
        for (unsigned t = 0; t < regressors->count; t++) {
            double value = plb_fit_term_value(regressors, t, frame->points[i].size);
            work->lsq.matrix[t * rows + row] = value;
            sum += value;
        }
        work->lsq.right[row] = frame->points[i].time;
        row += isnan(sum) ? 0 : 1;
    }
    return rows;
}

static double weight(const plb_fit_job *job, const plb_bench_point *point) {
    double scale = job->weights == PLB_FIT_WEIGHTS_SD ? point->deviation : fabs(point->time);
    double w = 1 / (scale * scale);
    return isfinite(w) ? w : 0;
}

/* Multiplies every row by the square root of its weight; returns the rows whose weight is not 0,
 * which move up. */
static size_t apply_weights(plb_fit_work *work, const plb_fit_job *job,
                            const plb_regressors *regressors, const plb_frame *frame, size_t rows) {
    double *matrix = work->lsq.matrix, *right = work->lsq.right;
    size_t row = 0, kept = 0;
    for (size_t i = 0; i < frame->count && row < rows; i++) {
        double sum = frame->points[i].time;
        for (unsigned t = 0; t < regressors->count; t++)
            sum += plb_fit_term_value(regressors, t, frame->points[i].size);
        if (isnan(sum)) continue;
        double root = sqrt(weight(job, &frame->points[i]));
        for (unsigned t = 0; t < regressors->count; t++)
            matrix[t * rows + kept] = root * matrix[t * rows + row];
        right[kept] = root * right[row++];
        kept += root > 0;
    }
    for (unsigned t = 1; t < regressors->count; t++)
        memmove(matrix + t * kept, matrix + t * rows, kept * sizeof *matrix);
    return kept;
}

/* ---- Non-negative least squares ---- */

/* The least squares solution of the triangular problem with the columns of `mask` alone; returns
 * its squared residual, infinity where a coefficient is negative. */
static double solve_subset(plb_lsq *small, const double *factor, const double *right,
                           unsigned terms, unsigned mask, double *b) {
    unsigned columns[TERMS], count = 0;
    double found[TERMS], sum = 0;
    for (unsigned t = 0; t < terms; t++)
        if (mask >> t & 1) columns[count++] = t;
    for (unsigned i = 0; i < count; i++)
        memcpy(small->matrix + i * terms, factor + columns[i] * terms, terms * sizeof *factor);
    memcpy(small->right, right, terms * sizeof *right);
    if (count && plb_lsq_solve(small, terms, count, found) != PLB_LSQ_OK) return INFINITY;
    for (unsigned t = 0; t < terms; t++) b[t] = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!(found[i] >= 0)) return INFINITY;
        b[columns[i]] = found[i];
    }
    for (unsigned row = 0; row < terms; row++) {
        double left = right[row];
        for (unsigned t = 0; t < terms; t++) left -= factor[t * terms + row] * b[t];
        sum += left * left;
    }
    return sum;
}

/* With at most six terms, all sets of terms that are not zero can be tried: the best of those
 * whose coefficients are not negative is the solution (it is unique, as the columns are
 * independent). */
static plb_lsq_outcome solve_nnls(plb_fit_work *work, size_t rows, unsigned terms, double *b) {
    double factor[TERMS * TERMS], right[TERMS], rest, best = INFINITY;
    plb_lsq small = {0};
    if (!plb_lsq_reduce(&work->lsq, rows, terms, factor, right, &rest)) return PLB_LSQ_COLLINEAR;
    double buffer[TERMS * TERMS + TERMS + TERMS * (TERMS + 1)];
    small = (plb_lsq){.rows = TERMS,
                      .matrix = buffer,
                      .right = buffer + TERMS * TERMS,
                      .scratch = buffer + TERMS * TERMS + TERMS};
    for (unsigned mask = 0; mask < 1u << terms; mask++) {
        double candidate[TERMS];
        double sum = solve_subset(&small, factor, right, terms, mask, candidate);
        if (!(sum < best)) continue;
        best = sum;
        memcpy(b, candidate, terms * sizeof *b);
    }
    return PLB_LSQ_OK;
}

/* ---- Huber ---- */

static plb_lsq_outcome solve_huber(plb_fit_work *work, size_t rows, unsigned terms, double *b,
                                   char *problem) {
    plb_regression regression;
    plb_error error;
    double *design = work->lsq.scratch; /* by rows */
    for (size_t i = 0; i < rows; i++)
        for (unsigned t = 0; t < terms; t++) design[i * terms + t] = work->lsq.matrix[t * rows + i];
    if (plb_regress(work->lsq.right, design, rows, terms, 1, &regression, &error) != PLB_OK) {
        snprintf(problem, PLB_FIT_PROBLEM_BYTES, "Huber: %.200s", error.message);
        return PLB_LSQ_COLLINEAR;
    }
    for (unsigned t = 0; t < terms; t++) b[t] = regression.coefficient[t].value;
    return PLB_LSQ_OK;
}

/* ---- All ---- */

plb_lsq_outcome plb_fit_solve(plb_fit_work *work, const plb_fit_job *job,
                              const plb_regressors *regressors, const plb_frame *frame,
                              double b[PLB_FIT_TERMS], char problem[PLB_FIT_PROBLEM_BYTES]) {
    size_t rows = plb_fit_design(work, regressors, frame);
    unsigned terms = regressors->count;
    if (job->method == PLB_FIT_WEIGHTED && job->weights != PLB_FIT_WEIGHTS_NONE)
        rows = apply_weights(work, job, regressors, frame, rows);
    /* The methods that are not R's want a problem that R can solve. */
    plb_lsq_outcome outcome = plb_lsq_solve(&work->lsq, rows, terms, b);
    if (outcome != PLB_LSQ_OK) return outcome;
    switch (job->method) {
    case PLB_FIT_NNLS:
        return job->row->rules & PLB_FIT_KEEP_NEGATIVE ? outcome : solve_nnls(work, rows, terms, b);
    case PLB_FIT_HUBER: return solve_huber(work, rows, terms, b, problem);
    case PLB_FIT_QUANTILE:
        return plb_quantile_fit(&work->lsq, rows, terms, job->quantile, b) ? outcome
                                                                           : PLB_LSQ_COLLINEAR;
    default: return outcome;
    }
}
