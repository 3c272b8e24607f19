#include "harness/measure/several.h"

#include <math.h>
#include <stdlib.h>

#include "harness/measure/distributions.h"

/* ---- Figures ---- */

static const plb_measured unknown = {NAN, INFINITY, 1};

static double satterthwaite(plb_measured a, plb_measured b) {
    double va = a.error * a.error, vb = b.error * b.error;
    double parts = va * va / a.freedom + vb * vb / b.freedom;
    return parts > 0 ? (va + vb) * (va + vb) / parts : INFINITY;
}

plb_measured plb_measured_difference(plb_measured a, plb_measured b) {
    if (isinf(a.error) || isinf(b.error)) return unknown;
    return (plb_measured){a.value - b.value, hypot(a.error, b.error), satterthwaite(a, b)};
}

double plb_measured_half(plb_measured figure, double outside) {
    if (isinf(figure.error)) return INFINITY;
    return figure.error * plb_student_quantile(outside / 2, figure.freedom);
}

double plb_measured_p(plb_measured figure, double margin) {
    double excess = fabs(figure.value) - margin;
    if (isinf(figure.error) || !(excess > 0)) return 1;
    if (!(figure.error > 0)) return 0;
    return fmin(1, 2 * plb_student_above(excess / figure.error, figure.freedom));
}

/* ---- Many tests ---- */

typedef struct ranked {
    double p;
    size_t index;
} ranked;

static int by_p(const void *a, const void *b) {
    double l = ((const ranked *) a)->p, r = ((const ranked *) b)->p;
    return l < r ? -1 : l > r;
}

/* The tests by their p, the smallest first; *order is malloc'ed. */
static plb_status rank(const double *p, size_t count, ranked **order, size_t *tests,
                       plb_error *error) {
    *tests = 0;
    *order = calloc(count + 1, sizeof **order);
    if (*order == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for tests");
    for (size_t i = 0; i < count; i++) {
        if (!isnan(p[i])) (*order)[(*tests)++] = (ranked){p[i], i};
    }
    qsort(*order, *tests, sizeof **order, by_p);
    return PLB_OK;
}

plb_status plb_holm_adjust(const double *p, size_t count, double *adjusted, plb_error *error) {
    ranked *order;
    size_t tests;
    plb_status status = rank(p, count, &order, &tests, error);
    if (status != PLB_OK) return status;
    double highest = 0;
    for (size_t i = 0; i < count; i++) adjusted[i] = NAN;
    for (size_t k = 0; k < tests; k++) {
        highest = fmax(highest, fmin(1, (double) (tests - k) * order[k].p));
        adjusted[order[k].index] = highest;
    }
    free(order);
    return PLB_OK;
}

plb_status plb_holm_outside(const double *p, size_t count, double total, double *outside,
                            plb_error *error) {
    ranked *order;
    size_t tests;
    plb_status status = rank(p, count, &order, &tests, error);
    if (status != PLB_OK) return status;
    bool rejecting = true;
    double level = 0;
    for (size_t k = 0; k < tests; k++) {
        if (rejecting) level = total / (double) (tests - k);
        rejecting = rejecting && order[k].p <= level;
        outside[order[k].index] = level;
    }
    free(order);
    return PLB_OK;
}

/* ---- Batches ---- */

plb_batch_mean plb_batch_mean_of(const plb_measured *runs, size_t count) {
    plb_batch_mean batch = {.variance = NAN, .between = NAN};
    double n = (double) count, mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        mean += runs[i].value / n;
        if (isfinite(runs[i].error)) batch.within += runs[i].error * runs[i].error / n;
    }
    for (size_t i = 0; i < count; i++) squares += (runs[i].value - mean) * (runs[i].value - mean);
    if (count == 1) {
        batch.mean = runs[0];
        return batch;
    }
    batch.variance = squares / (n - 1);
    batch.between = fmax(0, batch.variance - batch.within);
    batch.mean = (plb_measured){mean, sqrt(batch.variance / n), n - 1};
    return batch;
}
