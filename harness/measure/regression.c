/* Linear regression: design points as contrasts of medians, and a robust fit of observations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define HUBER_TUNING 1.345
#define REGRESSION_SWEEPS 200
#define REGRESSION_CLOSE 1e-9
#define TERMS PLB_REGRESSION_TERMS

/* Largest absolute value of each column: regressors are divided by it, so that 1 and a loop count
 * of a million go into one matrix. False when a column is all 0 or not finite. */
static bool column_scales(const double *design, size_t rows, size_t terms, double *scales) {
    for (size_t t = 0; t < terms; t++) {
        scales[t] = 0;
        for (size_t i = 0; i < rows; i++) {
            double x = design[i * terms + t];
            if (!isfinite(x)) return false;
            scales[t] = fmax(scales[t], fabs(x));
        }
        if (scales[t] == 0) return false;
    }
    return true;
}

/* matrix = sum over rows of weight * x * x', x scaled. */
static void normal_matrix(const double *design, size_t rows, size_t terms, const double *weights,
                          const double *scales, double *matrix) {
    memset(matrix, 0, terms * terms * sizeof *matrix);
    for (size_t i = 0; i < rows; i++) {
        double w = weights ? weights[i] : 1;
        for (size_t a = 0; a < terms; a++) {
            double x = w * design[i * terms + a] / scales[a];
            for (size_t b = 0; b <= a; b++) {
                matrix[a * terms + b] += x * design[i * terms + b] / scales[b];
            }
        }
    }
    for (size_t a = 0; a < terms; a++) {
        for (size_t b = a + 1; b < terms; b++) matrix[a * terms + b] = matrix[b * terms + a];
    }
}

static plb_status undetermined(plb_error *error, size_t rows, size_t terms) {
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "%zu observations do not determine %zu terms: expected a design in which no "
                    "term is a combination of the others",
                    rows, terms);
}

plb_status plb_design_contrasts(const double *design, size_t points, size_t terms,
                                const double *weights, double *contrasts, plb_error *error) {
    double scales[TERMS], matrix[TERMS * TERMS];
    if (terms == 0 || terms > TERMS || points < terms ||
        !column_scales(design, points, terms, scales)) {
        return undetermined(error, points, terms);
    }
    normal_matrix(design, points, terms, weights, scales, matrix);
    for (size_t i = 0; i < points; i++) {
        double factor[TERMS * TERMS], column[TERMS];
        memcpy(factor, matrix, terms * terms * sizeof *factor);
        double w = weights ? weights[i] : 1;
        for (size_t t = 0; t < terms; t++) column[t] = w * design[i * terms + t] / scales[t];
        if (!plb_solve(factor, terms, column, 1)) return undetermined(error, points, terms);
        for (size_t t = 0; t < terms; t++) contrasts[t * points + i] = column[t] / scales[t];
    }
    return PLB_OK;
}

/* ---- Huber ---- */

typedef struct fit {
    const double *y, *design;
    size_t count, terms, group;
    double scales[TERMS];
    double beta[TERMS]; /* of the scaled regressors */
    double sigma;
    double *residuals, *weights, *scratch; /* count each */
} fit;

static void residuals(fit *f) {
    for (size_t i = 0; i < f->count; i++) {
        double predicted = 0;
        for (size_t t = 0; t < f->terms; t++) {
            predicted += f->beta[t] * f->design[i * f->terms + t] / f->scales[t];
        }
        f->residuals[i] = f->y[i] - predicted;
    }
    memcpy(f->scratch, f->residuals, f->count * sizeof *f->scratch);
    f->sigma = plb_mad_of(f->scratch, f->count);
}

static bool weighted_fit(fit *f) {
    double matrix[TERMS * TERMS], right[TERMS] = {0};
    normal_matrix(f->design, f->count, f->terms, f->weights, f->scales, matrix);
    for (size_t i = 0; i < f->count; i++) {
        for (size_t t = 0; t < f->terms; t++) {
            right[t] += f->weights[i] * f->y[i] * f->design[i * f->terms + t] / f->scales[t];
        }
    }
    if (!plb_solve(matrix, f->terms, right, 1)) return false;
    memcpy(f->beta, right, f->terms * sizeof *right);
    return true;
}

static void reweight(fit *f) {
    double bound = HUBER_TUNING * f->sigma;
    for (size_t i = 0; i < f->count; i++) {
        double size = fabs(f->residuals[i]);
        f->weights[i] = size <= bound ? 1 : bound / size;
    }
}

/* Largest change of a prediction's part, relative to the scale of the residuals. */
static double change(const fit *f, const double *before) {
    double most = 0;
    for (size_t t = 0; t < f->terms; t++) most = fmax(most, fabs(f->beta[t] - before[t]));
    return f->sigma > 0 ? most / f->sigma : 0;
}

/* The long-run variance of each coefficient's influences, summed over a group. */
static bool sandwich(fit *f, plb_regression *regression) {
    double bound = HUBER_TUNING * f->sigma, bread[TERMS * TERMS];
    for (size_t i = 0; i < f->count; i++) f->weights[i] = fabs(f->residuals[i]) <= bound;
    normal_matrix(f->design, f->count, f->terms, f->weights, f->scales, bread);
    double inverse[TERMS * TERMS] = {0};
    for (size_t t = 0; t < f->terms; t++) inverse[t * f->terms + t] = 1;
    if (!plb_solve(bread, f->terms, inverse, f->terms)) return false;

    size_t groups = (f->count + f->group - 1) / f->group;
    double n = (double) f->count;
    for (size_t t = 0; t < f->terms; t++) {
        memset(f->scratch, 0, groups * sizeof *f->scratch);
        for (size_t i = 0; i < f->count; i++) {
            double psi = fmax(-bound, fmin(bound, f->residuals[i])), sum = 0;
            for (size_t k = 0; k < f->terms; k++) {
                sum += inverse[t * f->terms + k] * f->design[i * f->terms + k] / f->scales[k];
            }
            f->scratch[i / f->group] += sum * psi;
        }
        plb_dependence d;
        plb_dependence_of(f->scratch, groups, &d);
        double variance = d.long_run_variance * (double) groups * n / (n - (double) f->terms);
        double half = plb_student_975((double) groups / d.block_length - 1) * sqrt(variance);
        plb_estimate *e = &regression->coefficient[t];
        *e = (plb_estimate){.value = f->beta[t] / f->scales[t],
                            .level = 0.95,
                            .count = groups,
                            .block_length = d.block_length,
                            .method = "Huber regression, long-run variance"};
        e->low = e->value - half / f->scales[t];
        e->high = e->value + half / f->scales[t];
    }
    return true;
}

static plb_status run_fit(fit *f, plb_regression *regression, plb_error *error) {
    for (size_t i = 0; i < f->count; i++) f->weights[i] = 1;
    if (!weighted_fit(f)) return undetermined(error, f->count, f->terms);
    residuals(f);
    for (unsigned sweep = 1; sweep <= REGRESSION_SWEEPS; sweep++) {
        double before[TERMS];
        memcpy(before, f->beta, sizeof before);
        regression->iterations = sweep;
        if (f->sigma > 0) {
            reweight(f);
            if (!weighted_fit(f)) return undetermined(error, f->count, f->terms);
            residuals(f);
        }
        if (change(f, before) > REGRESSION_CLOSE) continue;
        regression->terms = f->terms;
        regression->scale = f->sigma;
        if (!sandwich(f, regression)) return undetermined(error, f->count, f->terms);
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_MEASURE, NULL, "the regression did not converge in %d sweeps",
                    REGRESSION_SWEEPS);
}

plb_status plb_regress(const double *observations, const double *design, size_t count, size_t terms,
                       size_t group, plb_regression *regression, plb_error *error) {
    memset(regression, 0, sizeof *regression);
    fit f = {.y = observations, .design = design, .count = count, .terms = terms};
    f.group = group ? group : 1;
    if (terms == 0 || terms > TERMS || count < terms + 2 ||
        !column_scales(design, count, terms, f.scales)) {
        return undetermined(error, count, terms);
    }
    double *memory = malloc(3 * count * sizeof *memory);
    if (!memory) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a regression");
    f.residuals = memory;
    f.weights = memory + count;
    f.scratch = memory + 2 * count;
    plb_status status = run_fit(&f, regression, error);
    free(memory);
    return status;
}
