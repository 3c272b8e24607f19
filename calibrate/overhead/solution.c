/* The regression over samples of several runs. It is that of sweeps
 * (calibrate/design/overhead_fit.h) with figures from files in the place of a sampling: intervals
 * are made from those of the points, taken for independent, and are wider where residuals are
 * larger than these explain (Birge 1932), which is where runs differ from each other, too. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/overhead/costing.h"
#include "harness/measure/statistics.h"

/* Subjects as the regression numbers them. */
enum { CALL, TWIN, TWIN_AGAIN, SUBJECTS };

plb_estimate plb_overhead_sum(const plb_overhead_pool *pool, const double *weights, bool null,
                              double widened, double freedom) {
    double value = 0, variance = 0;
    for (size_t i = 0; i < pool->count; i++) {
        const plb_overhead_sample *s = &pool->samples[i];
        const plb_estimate *e = null ? &s->null_ns : &s->overhead_ns;
        double deviation = weights[i] * (null ? s->null_deviation_ns : s->deviation_ns);
        value += weights[i] * e->value;
        variance += deviation * deviation;
    }
    double quantile = freedom > 0 ? plb_student_975(freedom) : PLB_NORMAL_975;
    double half = quantile * sqrt(variance) * widened;
    return (plb_estimate){.value = value,
                          .low = value - half,
                          .high = value + half,
                          .level = 0.95,
                          .count = pool->count,
                          .block_length = 1,
                          .freedom = freedom,
                          .method = "weighted least squares over design points, Student's t"};
}

/* ---- Least squares ---- */

typedef struct source {
    const plb_overhead_pool *pool;
    double *weights;
    double widened, freedom;
} source;

/* A contrast of calls against twins is a sum of overheads, one of twins against twins a sum of null
 * experiments. */
static plb_status sum_of_subjects(void *context, const double *coefficients, plb_estimate *estimate,
                                  plb_error *error) {
    source *s = context;
    bool null = true;
    (void) error;
    for (size_t i = 0; i < s->pool->count; i++) null &= coefficients[i * SUBJECTS + CALL] == 0;
    for (size_t i = 0; i < s->pool->count; i++)
        s->weights[i] = coefficients[i * SUBJECTS + (null ? TWIN : CALL)];
    *estimate = plb_overhead_sum(s->pool, s->weights, null, s->widened, s->freedom);
    return PLB_OK;
}

static void fill_points(const plb_overhead_pool *pool, const plb_overhead_terms *terms,
                        plb_fit_point *points, double *values) {
    for (size_t i = 0; i < pool->count; i++) {
        const plb_overhead_sample *s = &pool->samples[i];
        for (size_t t = 0; t < terms->count; t++)
            values[i * terms->count + t] = s->sizes[terms->size[t]];
        points[i] = (plb_fit_point){.settings = s->point->settings,
                                    .values = values + i * terms->count,
                                    .call = i * SUBJECTS + CALL,
                                    .twin = i * SUBJECTS + TWIN,
                                    .twin_again = i * SUBJECTS + TWIN_AGAIN,
                                    .overhead_ns = &s->overhead_ns,
                                    .charged_steps = (double) s->point->charged.steps,
                                    .fee_lovelace = (double) s->point->fee};
    }
}

static double sum_of_squares(const plb_overhead_pool *pool, const plb_overhead_fit *fit) {
    double sum = 0;
    for (size_t i = 0; i < pool->count; i++) {
        double off = fit->residual_ns[i].value / pool->samples[i].deviation_ns;
        sum += off * off;
    }
    return sum;
}

/* Weights that are made from the points' own intervals are uncertain themselves, by their degrees
 * of freedom, which costs so much more of variance. */
static double because_of_weights(const plb_overhead_pool *pool) {
    double inverse = 0;
    for (size_t i = 0; i < pool->count; i++)
        inverse += 1 / pool->samples[i].overhead_ns.freedom / (double) pool->count;
    return sqrt(1 + 2 * inverse);
}

/* What chi squared is above in one of twenty cases (Wilson and Hilferty 1931). */
static double chi_squared_95(double freedom) {
    double part = 2 / (9 * freedom);
    return freedom * pow(1 - part + 1.644853627 * sqrt(part), 3);
}

/* Once as the points' own intervals have it; and again where residuals are beyond what these
 * explain, with intervals that follow from the residuals. Whether the function is linear is told by
 * the first. */
static plb_status fit_twice(plb_overhead_solution *s, const plb_overhead_pool *pool,
                            const plb_fit_point *points, source *from, plb_error *error) {
    plb_model model = {.count = s->terms.count};
    size_t subjects = SUBJECTS * pool->count;
    s->residual_freedom = (double) (pool->count - s->terms.count);
    if (s->residual_freedom > 0) from->widened = because_of_weights(pool);
    plb_status status = plb_overhead_fit_make(&s->fit, &model, points, pool->count, subjects,
                                              sum_of_subjects, from, error);
    if (status == PLB_OK && s->residual_freedom > 0) s->squares = sum_of_squares(pool, &s->fit);
    s->misfit = s->residual_freedom > 0 && s->squares > chi_squared_95(s->residual_freedom);
    if (status == PLB_OK && s->misfit) {
        plb_overhead_fit first = s->fit;
        from->widened *= sqrt(s->squares / s->residual_freedom);
        from->freedom = s->residual_freedom;
        status = plb_overhead_fit_make(&s->fit, &model, points, pool->count, subjects,
                                       sum_of_subjects, from, error);
        s->fit.linear = first.linear;
        s->fit.worst = first.worst;
        s->fit.worst_ratio = first.worst_ratio;
        s->fit.limit_ratio = first.limit_ratio;
        plb_overhead_fit_free(&first);
    }
    s->widened = from->widened;
    s->freedom = from->freedom;
    return status;
}

plb_status plb_overhead_solve(plb_overhead_solution *solution, const plb_overhead_pool *pool,
                              const plb_overhead_terms *terms, plb_error *error) {
    *solution = (plb_overhead_solution){.terms = *terms, .widened = 1};
    if (pool->count < terms->count || terms->count == 0)
        return plb_fail(error, PLB_E_ARGUMENT, "overhead",
                        "expected at least as many design points as coefficients: %zu, got %zu",
                        terms->count > 0 ? terms->count : 1, pool->count);
    plb_fit_point *points = calloc(pool->count, sizeof *points);
    double *values = calloc(pool->count * terms->count, sizeof *values);
    source from = {.pool = pool, .weights = calloc(pool->count, sizeof(double)), .widened = 1};
    plb_status status = plb_fail(error, PLB_E_MEMORY, "overhead", "no memory for a regression");
    if (points != NULL && values != NULL && from.weights != NULL) {
        fill_points(pool, terms, points, values);
        status = fit_twice(solution, pool, points, &from, error);
    }
    free(points);
    free(values);
    free(from.weights);
    return status;
}

void plb_overhead_solution_free(plb_overhead_solution *solution) {
    plb_overhead_fit_free(&solution->fit);
}

/* ---- Not negative ---- */

typedef struct normal {
    size_t count;
    double matrix[PLB_OVERHEAD_SIZES * PLB_OVERHEAD_SIZES], right[PLB_OVERHEAD_SIZES];
} normal;

/* Normal equations; columns have length 1. */
static normal normal_equations(const plb_overhead_pool *pool, const plb_overhead_terms *all) {
    normal n = {.count = all->count};
    double lengths[PLB_OVERHEAD_SIZES] = {0};
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < pool->count; i++) {
            const plb_overhead_sample *s = &pool->samples[i];
            for (size_t t = 0; t < n.count; t++) {
                double x = s->sizes[all->size[t]] / s->deviation_ns;
                if (pass == 0) {
                    lengths[t] += x * x;
                    continue;
                }
                x /= sqrt(lengths[t]);
                n.right[t] += x * s->overhead_ns.value / s->deviation_ns;
                for (size_t k = 0; k < n.count; k++)
                    n.matrix[t * n.count + k] +=
                        x * s->sizes[all->size[k]] / s->deviation_ns / sqrt(lengths[k]);
            }
        }
    }
    return n;
}

/* Least squares with the terms in `set` alone; the others are 0. */
static bool solve_set(const normal *n, const bool *set, double *x) {
    double matrix[PLB_OVERHEAD_SIZES * PLB_OVERHEAD_SIZES], right[PLB_OVERHEAD_SIZES];
    size_t index[PLB_OVERHEAD_SIZES], count = 0;
    for (size_t t = 0; t < n->count; t++) {
        x[t] = 0;
        if (set[t]) index[count++] = t;
    }
    for (size_t i = 0; i < count; i++) {
        right[i] = n->right[index[i]];
        for (size_t k = 0; k < count; k++)
            matrix[i * count + k] = n->matrix[index[i] * n->count + index[k]];
    }
    if (count > 0 && !plb_solve(matrix, count, right, 1)) return false;
    for (size_t i = 0; i < count; i++) x[index[i]] = right[i];
    return true;
}

/* From x, where no coefficient in the set is negative, towards `wanted` as far as that stays so:
 * the first to become 0 leaves the set. True when it got there. */
static bool step_towards(const normal *n, bool *set, double *x, const double *wanted) {
    double share = 1;
    size_t first = n->count;
    for (size_t t = 0; t < n->count; t++) {
        if (!set[t] || wanted[t] > 0) continue;
        double until = x[t] > 0 ? x[t] / (x[t] - wanted[t]) : 0;
        if (first == n->count || until < share) {
            share = until;
            first = t;
        }
    }
    for (size_t t = 0; t < n->count; t++)
        if (set[t]) x[t] += share * (wanted[t] - x[t]);
    if (first == n->count) return true;
    x[first] = 0;
    set[first] = false;
    return false;
}

/* The term outside of the set whose growth from 0 lowers the sum of squares most; n->count: none.
 */
static size_t steepest(const normal *n, const bool *set, const double *x) {
    size_t best = n->count;
    double most = 0;
    for (size_t t = 0; t < n->count; t++) {
        double slope = n->right[t];
        for (size_t k = 0; k < n->count; k++) slope -= n->matrix[t * n->count + k] * x[k];
        if (set[t] || slope <= fmax(most, 1e-9 * fabs(n->right[t]))) continue;
        most = slope;
        best = t;
    }
    return best;
}

plb_overhead_terms plb_overhead_not_negative(const plb_overhead_pool *pool,
                                             const plb_overhead_terms *all) {
    normal n = normal_equations(pool, all);
    bool set[PLB_OVERHEAD_SIZES] = {false};
    double x[PLB_OVERHEAD_SIZES] = {0}, wanted[PLB_OVERHEAD_SIZES];
    /* Every round lowers the sum of squares, so that no set comes twice; rounding might. */
    for (size_t round = 0; round < 10 * PLB_OVERHEAD_SIZES; round++) {
        size_t next = steepest(&n, set, x);
        if (next == n.count) break;
        set[next] = true;
        while (solve_set(&n, set, wanted) && !step_towards(&n, set, x, wanted)) continue;
    }
    plb_overhead_terms kept = {0};
    for (size_t t = 0; t < n.count; t++)
        if (set[t]) kept.size[kept.count++] = all->size[t];
    return kept;
}
