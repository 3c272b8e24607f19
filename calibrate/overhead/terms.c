/* Which sizes the data tell apart. */
#include <math.h>
#include <string.h>

#include "calibrate/overhead/costing.h"
#include "harness/measure/statistics.h"

/* A size that others make up but for a thousandth of it is not told apart from them. */
#define APART 1e-3
/* Charged steps a call have to differ that much, or a step's time is that of something else. */
#define STEPS_APART 2

/* Inner product of two sizes over all samples. */
static double product(const plb_overhead_pool *pool, size_t a, size_t b) {
    double sum = 0;
    for (size_t i = 0; i < pool->count; i++)
        sum += pool->samples[i].sizes[a] * pool->samples[i].sizes[b];
    return sum;
}

/* The size as a sum of the terms: coefficients where both have length 1, and what is left of its
 * length. */
static double project(const plb_overhead_pool *pool, const plb_overhead_terms *terms, size_t size,
                      double coefficients[PLB_OVERHEAD_SIZES]) {
    double matrix[PLB_OVERHEAD_SIZES * PLB_OVERHEAD_SIZES], right[PLB_OVERHEAD_SIZES];
    double lengths[PLB_OVERHEAD_SIZES], own = sqrt(product(pool, size, size)), left = 0;
    size_t n = terms->count;
    for (size_t t = 0; t < n; t++) lengths[t] = sqrt(product(pool, terms->size[t], terms->size[t]));
    for (size_t t = 0; t < n; t++) {
        right[t] = product(pool, terms->size[t], size) / lengths[t] / own;
        for (size_t k = 0; k < n; k++)
            matrix[t * n + k] =
                product(pool, terms->size[t], terms->size[k]) / lengths[t] / lengths[k];
    }
    memset(coefficients, 0, PLB_OVERHEAD_SIZES * sizeof *coefficients);
    if (n > 0 && plb_solve(matrix, n, right, 1)) memcpy(coefficients, right, n * sizeof *right);
    for (size_t i = 0; i < pool->count; i++) {
        double rest = pool->samples[i].sizes[size] / own;
        for (size_t t = 0; t < n; t++)
            rest -= coefficients[t] * pool->samples[i].sizes[terms->size[t]] / lengths[t];
        left += rest * rest;
    }
    return sqrt(left);
}

static bool steps_differ(const plb_overhead_pool *pool) {
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < pool->count; i++) {
        const plb_overhead_point *p = pool->samples[i].point;
        double each = (double) p->charged.steps / (double) p->settings[PLB_FACTOR_CALLS];
        least = fmin(least, each);
        most = fmax(most, each);
    }
    return most >= STEPS_APART * least;
}

static void stand_in(plb_overhead_coefficient *coefficients, size_t size, uint32_t made_of) {
    coefficients[size].state = PLB_OVERHEAD_NOT_APART;
    coefficients[size].made_of = made_of;
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
        if (made_of >> s & 1) coefficients[s].stands_for |= UINT32_C(1) << size;
}

void plb_overhead_choose(const plb_overhead_pool *pool, uint32_t unknown, uint32_t allowed,
                         plb_overhead_terms *terms,
                         plb_overhead_coefficient coefficients[PLB_OVERHEAD_SIZES]) {
    const size_t steps = plb_overhead_size_find("steps");
    *terms = (plb_overhead_terms){0};
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        double of_terms[PLB_OVERHEAD_SIZES];
        if ((allowed >> s & 1) == 0) continue;
        if (unknown >> s & 1) {
            coefficients[s].state = PLB_OVERHEAD_UNKNOWN;
            continue;
        }
        if (!(product(pool, s, s) > 0)) continue;
        bool apart = project(pool, terms, s, of_terms) >= APART;
        if (apart && (s != steps || steps_differ(pool))) {
            coefficients[s].state = PLB_OVERHEAD_NOT_RESOLVED; /* until it is */
            terms->size[terms->count++] = s;
            continue;
        }
        uint32_t made_of = 0;
        for (size_t t = 0; t < terms->count; t++)
            if (fabs(of_terms[t]) > APART) made_of |= UINT32_C(1) << terms->size[t];
        stand_in(coefficients, s, made_of);
    }
}
