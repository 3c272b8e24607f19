/* A solution of a quantile regression passes through as many points as it has terms. From one such
 * vertex the search goes along the edge, on which one point is let go, that descends most, to the
 * lowest point of that edge, which is a vertex again (the simplex method of Barrodale and Roberts,
 * without its tableau, as there are few terms). */
#include "calibrate/fit/quantile_fit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <lapack.h>

#include "harness/measure/random.h"

#define TERMS PLB_FIT_TERMS
#define STEPS_PER_ROW 20
#define TIE_BREAK 1e-10
/* Slopes, of sums over columns that are scaled to 1: what is less is rounding. */
#define LEVEL 1e-10

/* Where a residual changes its sign. */
typedef struct crossing {
    double step;
    size_t row;
} crossing;

typedef struct search {
    size_t rows;
    unsigned terms;
    double quantile;
    const double *matrix; /* by columns */
    double scale[TERMS];  /* of the columns */
    double *time;         /* with ties broken */
    double *residual;
    double *along; /* x * direction of each row */
    crossing *crossings;
    size_t basis[TERMS];
    double inverse[TERMS * TERMS]; /* of the basis' rows, by columns */
    double b[TERMS];               /* of the scaled columns */
    bool *in_basis;
} search;

static double element(const search *s, size_t row, unsigned term) {
    return s->matrix[term * s->rows + row] / s->scale[term];
}

/* By LAPACK's LU decomposition; `a` is overwritten. */
static bool invert(double *a, unsigned n, double *inverse) {
    lapack_int size = (lapack_int) n, pivots[TERMS], info = 0;
    for (unsigned i = 0; i < n * n; i++) inverse[i] = i % (n + 1) == 0;
    LAPACK_dgesv(&size, &size, a, &size, pivots, inverse, &size, &info);
    for (unsigned i = 0; i < n && info == 0; i++)
        if (fabs(a[i * n + i]) < 1e-12) return false;
    return info == 0;
}

/* Solution and residuals of the basis. */
static bool at_vertex(search *s) {
    double rows[TERMS * TERMS];
    unsigned n = s->terms;
    for (unsigned t = 0; t < n; t++)
        for (unsigned i = 0; i < n; i++) rows[t * n + i] = element(s, s->basis[i], t);
    if (!invert(rows, n, s->inverse)) return false;
    for (unsigned t = 0; t < n; t++) {
        s->b[t] = 0;
        for (unsigned i = 0; i < n; i++) s->b[t] += s->inverse[i * n + t] * s->time[s->basis[i]];
    }
    for (size_t i = 0; i < s->rows; i++) {
        s->residual[i] = s->time[i];
        for (unsigned t = 0; t < n; t++) s->residual[i] -= element(s, i, t) * s->b[t];
        if (s->in_basis[i]) s->residual[i] = 0;
    }
    return true;
}

/* Rows that are as independent as can be: one after the other the one that is furthest from what
 * those before it span. */
static bool first_basis(search *s) {
    double orthogonal[TERMS][TERMS];
    for (unsigned found = 0; found < s->terms; found++) {
        double most = 1e-12, best_v[TERMS] = {0};
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < s->rows; i++) {
            double v[TERMS], square = 0;
            for (unsigned t = 0; t < s->terms; t++) v[t] = element(s, i, t);
            for (unsigned k = 0; k < found; k++) {
                double dot = 0;
                for (unsigned t = 0; t < s->terms; t++) dot += v[t] * orthogonal[k][t];
                for (unsigned t = 0; t < s->terms; t++) v[t] -= dot * orthogonal[k][t];
            }
            for (unsigned t = 0; t < s->terms; t++) square += v[t] * v[t];
            if (s->in_basis[i] || !(sqrt(square) > most)) continue;
            most = sqrt(square);
            best = i;
            memcpy(best_v, v, sizeof v);
        }
        if (best == SIZE_MAX) return false;
        s->in_basis[best] = true;
        s->basis[found] = best;
        for (unsigned t = 0; t < s->terms; t++) orthogonal[found][t] = best_v[t] / most;
    }
    return true;
}

/* Slope of the sum of check functions along the direction in which basis point `leaving` gets a
 * residual of -sign * step, others keep 0. */
static double descent(search *s, unsigned leaving, double sign) {
    double slope = sign > 0 ? 1 - s->quantile : s->quantile;
    unsigned n = s->terms;
    for (size_t i = 0; i < s->rows; i++) {
        if (s->in_basis[i]) continue;
        double x = 0;
        for (unsigned t = 0; t < n; t++) x += element(s, i, t) * s->inverse[leaving * n + t];
        double rate = -sign * x; /* of the residual */
        bool above = s->residual[i] > 0 || (s->residual[i] == 0 && rate > 0);
        slope += rate * (above ? s->quantile : s->quantile - 1);
    }
    return slope;
}

static int by_step(const void *a, const void *b) {
    const crossing *l = a, *r = b;
    return l->step < r->step ? -1 : l->step > r->step;
}

/* To the lowest point of the edge: the row whose residual becomes 0 there; SIZE_MAX: none. */
static size_t line_search(search *s, unsigned leaving, double sign, double slope) {
    size_t count = 0;
    unsigned n = s->terms;
    for (size_t i = 0; i < s->rows; i++) {
        s->along[i] = 0;
        if (s->in_basis[i]) continue;
        for (unsigned t = 0; t < n; t++)
            s->along[i] += element(s, i, t) * s->inverse[leaving * n + t];
        double rate = -sign * s->along[i], step = -s->residual[i] / rate;
        if (fabs(rate) < LEVEL || !(step > 0) || !isfinite(step)) continue;
        s->crossings[count++] = (crossing){step, i};
    }
    qsort(s->crossings, count, sizeof *s->crossings, by_step);
    for (size_t i = 0; i < count; i++) {
        size_t row = s->crossings[i].row;
        slope += fabs(s->along[row]);
        if (slope >= -LEVEL / 2) return row;
    }
    return SIZE_MAX;
}

static bool run(search *s) {
    if (!first_basis(s)) return false;
    for (size_t step = 0; step < STEPS_PER_ROW * s->rows + 100; step++) {
        if (!at_vertex(s)) return false;
        double best = -LEVEL, best_sign = 0;
        unsigned leaving = 0;
        for (unsigned i = 0; i < s->terms; i++) {
            for (double sign = -1; sign < 2; sign += 2) {
                double slope = descent(s, i, sign);
                if (slope < best) best = slope, best_sign = sign, leaving = i;
            }
        }
        if (best_sign == 0) return true;
        size_t entering = line_search(s, leaving, best_sign, best);
        if (entering == SIZE_MAX) return false;
        s->in_basis[s->basis[leaving]] = false;
        s->in_basis[entering] = true;
        s->basis[leaving] = entering;
    }
    return false;
}

bool plb_quantile_fit(plb_lsq *lsq, size_t rows, unsigned terms, double quantile, double b[TERMS]) {
    search s = {.rows = rows, .terms = terms, .quantile = quantile, .matrix = lsq->matrix};
    plb_random random;
    plb_random_seed(&random, rows);
    s.time = lsq->scratch;
    s.residual = malloc(rows * (2 * sizeof(double) + sizeof *s.crossings + sizeof(bool)));
    if (!s.residual) return false;
    s.along = s.residual + rows;
    s.crossings = (crossing *) (void *) (s.along + rows);
    s.in_basis = (bool *) (s.crossings + rows);
    memset(s.in_basis, 0, rows * sizeof *s.in_basis);
    for (unsigned t = 0; t < terms; t++) {
        for (size_t i = 0; i < rows; i++)
            s.scale[t] = fmax(s.scale[t], fabs(lsq->matrix[t * rows + i]));
        if (s.scale[t] == 0) s.scale[t] = 1;
    }
    for (size_t i = 0; i < rows; i++)
        s.time[i] = lsq->right[i] * (1 + TIE_BREAK * plb_random_unit(&random));
    bool found = run(&s);
    for (unsigned t = 0; found && t < terms; t++) b[t] = s.b[t] / s.scale[t];
    free(s.residual);
    return found;
}
