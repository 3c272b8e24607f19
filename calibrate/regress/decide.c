#include "calibrate/regress/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/distributions.h"
#include "harness/measure/statistics.h"

#define LEVEL 0.95
#define TRIMMED 0.2
#define TRIMMED_LEAST 10 /* of fewer nothing is cut off */
#define CAUTION 1.2
#define CHANGES_LEAST 8 /* whose spread says anything about runs */
#define BETWEEN_MOST 0.2
#define HALVINGS 50
#define NORMAL_QUARTILE 1.4826
#define MAD_EFFICIENCY 0.37 /* of the median absolute deviation, for normal numbers */

/* ---- Figures ---- */

static const plb_measured unknown = {NAN, INFINITY, 1};

plb_measured plb_gate_of_differences(double *d, size_t count) {
    if (count < PLB_GATE_PROCESSES_LEAST) return unknown;
    size_t cut = count < TRIMMED_LEAST ? 0 : (size_t) (TRIMMED * (double) count);
    double rest = (double) (count - 2 * cut), mean = 0, centre = 0, squares = 0;
    plb_sort_numbers(d, count);
    for (size_t i = cut; i < count - cut; i++) mean += d[i] / rest;
    for (size_t i = 0; i < cut; i++) {
        d[i] = d[cut];
        d[count - 1 - i] = d[count - 1 - cut];
    }
    for (size_t i = 0; i < count; i++) centre += d[i] / (double) count;
    for (size_t i = 0; i < count; i++) squares += (d[i] - centre) * (d[i] - centre);
    return (plb_measured){mean, sqrt(squares / (rest * (rest - 1))), rest - 1};
}

/* More levels than that function takes are put together in order of time. */
plb_measured plb_gate_of_levels(const double *levels, size_t count) {
    double stretches[PLB_STRETCHES_MOST];
    if (count < PLB_GATE_PROCESSES_LEAST) return unknown;
    size_t most = count < PLB_STRETCHES_MOST ? count : PLB_STRETCHES_MOST;
    for (size_t k = 0; k < most; k++) {
        size_t begin = k * count / most, end = (k + 1) * count / most;
        stretches[k] = 0;
        for (size_t i = begin; i < end; i++) stretches[k] += levels[i] / (double) (end - begin);
    }
    plb_estimate e = plb_mean_of_stretches(stretches, most, false);
    return (plb_measured){e.value, (e.high - e.value) / plb_student_975(e.freedom), e.freedom};
}

plb_measured plb_gate_widened(plb_measured figure, double error, double freedom) {
    return plb_measured_difference(figure, (plb_measured){0, error, freedom});
}

double plb_gate_half(plb_measured figure, double level) {
    return plb_measured_half(figure, 1 - level);
}

bool plb_gate_known(plb_measured figure, size_t count, double precision) {
    return count >= PLB_GATE_LOOK_AFTER && CAUTION * plb_gate_half(figure, LEVEL) <= precision;
}

/* ---- Between runs ---- */

/* The median absolute deviation of the changes in units of what they should deviate by. */
static double deviation_at(const plb_measured *changes, size_t count, double centre, double between,
                           double *scratch) {
    for (size_t i = 0; i < count; i++)
        scratch[i] = fabs(changes[i].value - centre) / hypot(changes[i].error, between);
    return NORMAL_QUARTILE * plb_median_of(scratch, count);
}

double plb_gate_between(plb_measured *changes, size_t count, double *freedom) {
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(changes[i].error)) changes[known++] = changes[i];
    *freedom = fmax(1, MAD_EFFICIENCY * (double) known);
    double *scratch = calloc(known + 1, sizeof *scratch);
    if (scratch == NULL || known < CHANGES_LEAST) {
        free(scratch);
        return 0;
    }
    for (size_t i = 0; i < known; i++) scratch[i] = changes[i].value;
    double centre = plb_median_of(scratch, known), low = 0, high = BETWEEN_MOST;
    if (deviation_at(changes, known, centre, 0, scratch) > 1) {
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            bool more = deviation_at(changes, known, centre, middle, scratch) > 1;
            *(more ? &low : &high) = middle;
        }
    }
    free(scratch);
    return low;
}

/* ---- Verdicts ---- */

/* The changes beyond which a row fails, as a logarithm. */
static double margin_of(const plb_gate_row *row) { return log1p(row->margin); }

static void fill_figures(plb_gate_row *row, const plb_gate_case *c, double tolerance) {
    double half = plb_measured_half(c->nothing, 1 - LEVEL);
    row->null_low = expm1(c->nothing.value - half);
    row->null_high = expm1(c->nothing.value + half);
    row->noise_floor = expm1(fabs(c->nothing.value) + half);
    row->margin = fmax(tolerance, isfinite(row->noise_floor) ? row->noise_floor : 0);
    double single = plb_measured_half(c->change, 1 - LEVEL);
    row->change = expm1(c->change.value);
    row->single_low = expm1(c->change.value - single);
    row->single_high = expm1(c->change.value + single);
    row->p = plb_measured_p(c->change, margin_of(row));
}

/* What would decide it: so much more time, or another comparison. */
static void advise(plb_gate_row *row, const plb_gate_case *c, double tolerance) {
    double left = log1p(tolerance) - fabs(c->change.value);
    double half = plb_measured_half(c->change, 1 - LEVEL);
    if (isinf(half)) {
        (void) snprintf(row->advice, sizeof row->advice, "too few processes: give it more --time");
    } else if (left <= half / 10) {
        (void) snprintf(
            row->advice, sizeof row->advice,
            "the change is about as large as what is tolerated: more --time, or another "
            "--tolerance");
    } else {
        (void) snprintf(row->advice, sizeof row->advice,
                        "wants an interval of ±%.1f %%, has ±%.1f %%: %.0f times the --time, or "
                        "--tolerance %.0f%%",
                        100 * left, 100 * half, ceil(half * half / left / left),
                        ceil(100 * expm1(fabs(c->change.value) + half)));
    }
}

/* Beyond the noise floor, too, where it fails; within the tolerance alone where it passes: noise is
 * no reason for either. */
static void decide(plb_gate_row *row, const plb_gate_case *c, double outside, double tolerance,
                   bool both) {
    double half = plb_measured_half(c->change, outside),
           single = plb_measured_half(c->change, 1 - LEVEL);
    double margin = margin_of(row), tolerated = log1p(tolerance);
    row->low = expm1(c->change.value - half);
    row->high = expm1(c->change.value + half);
    row->advice[0] = '\0';
    if (c->change.value - half > margin) {
        row->verdict = PLB_GATE_SLOWER;
    } else if (c->change.value + half < -margin) {
        row->verdict = PLB_GATE_FASTER;
    } else if (c->change.value + single <= tolerated &&
               (!both || c->change.value - single >= -tolerated)) {
        row->verdict = PLB_GATE_SAME;
    } else {
        row->verdict = PLB_GATE_UNDECIDED;
        advise(row, c, tolerance);
    }
}

plb_status plb_gate_judge(plb_gate_row *const *rows, const plb_gate_case *cases, size_t count,
                          double tolerance, double level, bool both, plb_error *error) {
    double *p = calloc(count + 1, sizeof *p), *outside = calloc(count + 1, sizeof *outside);
    plb_status status = p != NULL && outside != NULL
                            ? PLB_OK
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for verdicts");
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        fill_figures(rows[i], &cases[i], tolerance);
        p[i] = rows[i]->p;
    }
    if (status == PLB_OK) status = plb_holm_outside(p, count, 1 - level, outside, error);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        decide(rows[i], &cases[i], outside[i], tolerance, both);
    }
    free(p);
    free(outside);
    return status;
}

size_t plb_gate_null_called(const plb_gate_case *cases, size_t count, bool *suspicious) {
    size_t called = 0, known = 0;
    for (size_t i = 0; i < count; i++) {
        if (isinf(cases[i].nothing.error)) continue;
        known++;
        called += fabs(cases[i].nothing.value) > plb_measured_half(cases[i].nothing, 1 - LEVEL);
    }
    /* Of a binomial distribution's 5 %, what is exceeded once in a hundred times or less. */
    double n = (double) known, expected = (1 - LEVEL) * n;
    *suspicious = (double) called > expected + 2.6 * sqrt(expected * LEVEL) + 1;
    return called;
}
