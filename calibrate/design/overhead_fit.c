#include "calibrate/design/overhead_fit.h"

#include <math.h>
#include <stdlib.h>

/* A contrast over points becomes one over subjects: the call of each against the mean of its twins,
 * or, for the null experiment, twin against twin. */
static void spread(const plb_fit_point *points, size_t count, const double *contrast, bool null,
                   double *coefficients) {
    for (size_t i = 0; i < count; i++) {
        const plb_fit_point *p = &points[i];
        coefficients[p->call] = null ? 0 : contrast[i];
        coefficients[p->twin] = null ? contrast[i] : -contrast[i] / 2;
        coefficients[p->twin_again] = null ? -contrast[i] : -contrast[i] / 2;
    }
}

/* ---- Least squares ---- */

typedef struct fitting {
    const plb_model *model;
    const plb_fit_point *points;
    size_t point_count, subject_count;
    plb_contrast_source contrast;
    void *context;
    double *design;       /* points by terms */
    double *weights;      /* of points */
    double *contrasts;    /* terms by points */
    double *row;          /* of points */
    double *coefficients; /* of subjects */
    plb_error *error;
} fitting;

static bool allocate(fitting *f) {
    size_t cells = f->point_count * f->model->count;
    f->design = calloc(cells + 1, sizeof *f->design);
    f->weights = calloc(f->point_count + 1, sizeof *f->weights);
    f->contrasts = calloc(cells + 1, sizeof *f->contrasts);
    f->row = calloc(f->point_count + 1, sizeof *f->row);
    f->coefficients = calloc(f->subject_count + 1, sizeof *f->coefficients);
    return f->design != NULL && f->weights != NULL && f->contrasts != NULL && f->row != NULL &&
           f->coefficients != NULL;
}

static void release(fitting *f) {
    free(f->design);
    free(f->weights);
    free(f->contrasts);
    free(f->row);
    free(f->coefficients);
}

static void fill_design(fitting *f) {
    for (size_t i = 0; i < f->point_count; i++) {
        for (size_t t = 0; t < f->model->count; t++) {
            const plb_fit_point *p = &f->points[i];
            f->design[i * f->model->count + t] =
                p->values != NULL ? p->values[t]
                                  : plb_model_value(&f->model->terms[t], p->settings);
        }
    }
}

/* A point that never varies is known to a thousandth of a nanosecond at best. */
static double weight_of(const plb_estimate *estimate) {
    double half = fmax(estimate->high - estimate->low, 2e-3) / 2;
    return 1 / (half * half);
}

static plb_status solve(fitting *f) {
    plb_status status = plb_design_contrasts(f->design, f->point_count, f->model->count, f->weights,
                                             f->contrasts, f->error);
    if (status != PLB_E_ARGUMENT) {
        return status;
    }
    return plb_fail(f->error, status, "model",
                    "%zu design point%s do not determine the terms %.300s", f->point_count,
                    f->point_count == 1 ? "" : "s", f->model->text);
}

plb_status plb_model_check(const plb_model *model, const plb_fit_point *points, size_t point_count,
                           plb_error *error) {
    fitting f = {.model = model, .points = points, .point_count = point_count, .error = error};
    plb_status status = PLB_OK;
    if (allocate(&f)) {
        fill_design(&f);
        for (size_t i = 0; i < point_count; i++) {
            f.weights[i] = 1;
        }
        status = solve(&f);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a regression");
    }
    release(&f);
    return status;
}

/* ---- Estimates ---- */

static plb_status estimate(fitting *f, const double *contrast, bool null, plb_estimate *result) {
    spread(f->points, f->point_count, contrast, null, f->coefficients);
    return f->contrast(f->context, f->coefficients, result, f->error);
}

static plb_status estimate_term(fitting *f, size_t term, plb_overhead_term *out) {
    const double *contrast = f->contrasts + term * f->point_count;
    plb_estimate null;
    plb_status status = estimate(f, contrast, false, &out->coefficient_ns);
    if (status == PLB_OK) {
        status = estimate(f, contrast, true, &null);
    }
    if (status != PLB_OK) {
        return status;
    }
    out->noise_floor_ns = plb_noise_floor(&null);
    out->resolved = plb_estimate_resolved(&out->coefficient_ns, out->noise_floor_ns);
    for (size_t i = 0; i < f->point_count; i++) {
        out->charged_steps += contrast[i] * f->points[i].charged_steps;
        out->fee_lovelace += contrast[i] * f->points[i].fee_lovelace;
    }
    return PLB_OK;
}

/* The point itself less what the function makes of all points. */
static plb_status estimate_residual(fitting *f, size_t point, plb_estimate *out) {
    size_t terms = f->model->count;
    for (size_t i = 0; i < f->point_count; i++) {
        f->row[i] = i == point;
        for (size_t t = 0; t < terms; t++) {
            f->row[i] -= f->design[point * terms + t] * f->contrasts[t * f->point_count + i];
        }
    }
    return estimate(f, f->row, false, out);
}

/* ---- Whether it fits ---- */

/* Probability that Student's t is within [-t, t]: the sums for whole degrees of freedom of
 * Abramowitz and Stegun, 26.7.3 and 26.7.4. */
static double student_within(double t, unsigned freedom) {
    const double pi = 3.14159265358979323846;
    double angle = atan(t / sqrt(freedom)), cosine = cos(angle), sum = 0;
    bool odd = freedom % 2 == 1;
    double term = odd ? cosine : 1;
    for (unsigned k = odd ? 3 : 2; k <= freedom; k += 2) {
        sum += term;
        term *= cosine * cosine * (k - 1) / k;
    }
    return odd ? 2 / pi * (angle + sin(angle) * sum) : sin(angle) * sum;
}

static double within(double t, double freedom) {
    return freedom > 0 && freedom < 1000 ? student_within(t, (unsigned) fmax(1, freedom + 0.5))
                                         : erf(t / sqrt(2));
}

/* The t that is exceeded, on either side, with probability `tail`. */
static double quantile(double tail, double freedom) {
    double low = 0, high = 1;
    while (1 - within(high, freedom) > tail && high < 1e9) {
        high *= 2;
    }
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        *(1 - within(middle, freedom) > tail ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

double plb_residual_limit(size_t count, double freedom) {
    double each = 0.05 / (double) (count > 0 ? count : 1);
    return quantile(each, freedom) / quantile(0.05, freedom);
}

static void judge(plb_overhead_fit *fit, size_t points, size_t terms) {
    fit->tested = points > terms;
    fit->linear = true;
    fit->limit_ratio = plb_residual_limit(points, fit->residual_ns[0].freedom);
    for (size_t i = 0; fit->tested && i < points; i++) {
        const plb_estimate *r = &fit->residual_ns[i];
        double half = fmax(r->high - r->low, 2e-3) / 2, ratio = fabs(r->value) / half;
        if (ratio > fit->worst_ratio) {
            fit->worst = i;
            fit->worst_ratio = ratio;
        }
    }
    fit->linear = !(fit->worst_ratio > fit->limit_ratio);
}

static plb_status run(fitting *f, plb_overhead_fit *fit) {
    fill_design(f);
    for (size_t i = 0; i < f->point_count; i++) {
        f->weights[i] = weight_of(f->points[i].overhead_ns);
    }
    plb_status status = solve(f);
    for (size_t t = 0; t < f->model->count && status == PLB_OK; t++) {
        status = estimate_term(f, t, &fit->terms[t]);
    }
    bool more = f->point_count > f->model->count;
    for (size_t i = 0; more && i < f->point_count && status == PLB_OK; i++) {
        status = estimate_residual(f, i, &fit->residual_ns[i]);
    }
    if (status == PLB_OK) {
        judge(fit, f->point_count, f->model->count);
    }
    return status;
}

plb_status plb_overhead_fit_make(plb_overhead_fit *fit, const plb_model *model,
                                 const plb_fit_point *points, size_t point_count,
                                 size_t subject_count, plb_contrast_source contrast, void *context,
                                 plb_error *error) {
    fitting f = {.model = model,
                 .points = points,
                 .point_count = point_count,
                 .subject_count = subject_count,
                 .contrast = contrast,
                 .context = context,
                 .error = error};
    *fit = (plb_overhead_fit){.residual_ns = calloc(point_count + 1, sizeof *fit->residual_ns)};
    plb_status status = fit->residual_ns != NULL && allocate(&f)
                            ? run(&f, fit)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a regression");
    fit->contrasts = f.contrasts;
    f.contrasts = NULL;
    release(&f);
    return status;
}

void plb_overhead_fit_free(plb_overhead_fit *fit) {
    free(fit->contrasts);
    free(fit->residual_ns);
    *fit = (plb_overhead_fit){0};
}
