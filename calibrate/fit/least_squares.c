/* LAPACK does the decomposition (dgeqrf, dormqr, dtrtrs); what is collinear is decided as R does.
 */
#include "calibrate/fit/least_squares.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lapack.h>

#define TERMS PLB_FIT_TERMS
#define R_TOLERANCE 1e-7 /* of lm */
/* The relative error of a coefficient from which on two ways to compute it may differ visibly. */
#define EXACT 1e-13

bool plb_lsq_reserve(plb_lsq *lsq, size_t rows) {
    if (rows <= lsq->rows && lsq->matrix) return true;
    plb_lsq_free(lsq);
    size_t room = rows < TERMS ? TERMS : rows; /* for as many rows as columns */
    lsq->matrix = malloc((2 * TERMS + 2) * room * sizeof *lsq->matrix);
    if (!lsq->matrix) return false;
    lsq->right = lsq->matrix + TERMS * room;
    lsq->scratch = lsq->right + room;
    lsq->rows = room;
    return true;
}

void plb_lsq_free(plb_lsq *lsq) {
    free(lsq->matrix);
    memset(lsq, 0, sizeof *lsq);
}

static double norm(const double *v, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += v[i] * v[i];
    return sqrt(sum);
}

static bool all_finite(const double *v, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += v[i] - v[i];
    return sum == 0;
}

/* Decompose the columns `pick` of the matrix, of lsq->rows each, in the scratch; the right side,
 * behind them, is multiplied by Q'. */
static void decompose(plb_lsq *lsq, size_t rows, const unsigned *pick, unsigned count) {
    double tau[TERMS], work[64 * TERMS];
    double *a = lsq->scratch, *y = a + TERMS * rows;
    for (unsigned i = 0; i < count; i++)
        memcpy(a + i * rows, lsq->matrix + pick[i] * rows, rows * sizeof *a);
    memcpy(y, lsq->right, rows * sizeof *y);
    lapack_int m = (lapack_int) rows, n = (lapack_int) count, one = 1, info = 0;
    lapack_int lwork = (lapack_int) (sizeof work / sizeof *work);
    LAPACK_dgeqrf(&m, &n, a, &m, tau, work, &lwork, &info);
    lapack_int reflections = n < m ? n : m;
    LAPACK_dormqr("L", "T", &m, &one, &reflections, a, &m, tau, y, &m, work, &lwork, &info);
}

/* The first of the decomposed columns that the ones before it make up; `count` when none. */
static unsigned first_dependent(const plb_lsq *lsq, size_t rows, const unsigned *pick,
                                unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        double whole = norm(lsq->matrix + pick[i] * rows, rows);
        if (whole == 0) whole = 1;
        if (fabs(lsq->scratch[i * rows + i]) < whole * R_TOLERANCE) return i;
    }
    return count;
}

/* The independent columns, decomposed; returns how many there are. A column that drops out makes
 * room for those that had none because there are too few rows. */
static unsigned decompose_independent(plb_lsq *lsq, size_t rows, unsigned terms, unsigned *pick) {
    unsigned all[TERMS], left = terms;
    for (unsigned i = 0; i < terms; i++) all[i] = i;
    for (;;) {
        unsigned count = left < rows ? left : (unsigned) rows;
        decompose(lsq, rows, all, count);
        unsigned drop = first_dependent(lsq, rows, all, count);
        if (drop == count) {
            memcpy(pick, all, count * sizeof *pick);
            return count;
        }
        memmove(all + drop, all + drop + 1, (--left - drop) * sizeof *all);
    }
}

static void back_substitute(const plb_lsq *lsq, size_t rows, unsigned count, double *b) {
    const double *y = lsq->scratch + TERMS * rows;
    lapack_int n = (lapack_int) count, one = 1, m = (lapack_int) rows, info = 0;
    memcpy(b, y, count * sizeof *b);
    if (count) LAPACK_dtrtrs("U", "N", "N", &n, &one, lsq->scratch, &m, b, &n, &info);
}

/* Whether rounding shows in some of the coefficients `b` of the decomposed columns: an error of one
 * part in 2^52 of the times and of each column goes through the inverse of the triangular factor.
 */
static bool is_rounded(const plb_lsq *lsq, size_t rows, unsigned count, const double *b) {
    double inverse[TERMS * TERMS], whole = norm(lsq->right, rows);
    for (unsigned i = 0; i < count; i++) whole += fabs(b[i]) * norm(lsq->scratch + i * rows, i + 1);
    whole *= DBL_EPSILON;
    for (unsigned i = 0; i < count * count; i++) inverse[i] = i % (count + 1) == 0;
    lapack_int n = (lapack_int) count, m = (lapack_int) rows, info = 0;
    if (count) LAPACK_dtrtrs("U", "N", "N", &n, &n, lsq->scratch, &m, inverse, &n, &info);
    for (unsigned i = 0; i < count; i++) {
        double sum = 0;
        for (unsigned k = 0; k < count; k++) sum += inverse[k * count + i] * inverse[k * count + i];
        if (!(sqrt(sum) * whole <= EXACT * fabs(b[i]))) return true;
    }
    return false;
}

plb_lsq_outcome plb_lsq_solve(plb_lsq *lsq, size_t rows, unsigned terms, double b[TERMS]) {
    for (unsigned i = 0; i < terms; i++) b[i] = NAN;
    if (rows == 0) return PLB_LSQ_EMPTY;
    if (!all_finite(lsq->matrix, rows * terms) || !all_finite(lsq->right, rows))
        return PLB_LSQ_INFINITE;
    unsigned pick[TERMS];
    double found[TERMS];
    unsigned count = decompose_independent(lsq, rows, terms, pick);
    back_substitute(lsq, rows, count, found);
    for (unsigned i = 0; i < count; i++) b[pick[i]] = found[i];
    if (is_rounded(lsq, rows, count, found)) plb_lsq_like_r(lsq, rows, terms, b);
    return count == terms ? PLB_LSQ_OK : PLB_LSQ_COLLINEAR;
}

bool plb_lsq_reduce(plb_lsq *lsq, size_t rows, unsigned terms, double factor[TERMS * TERMS],
                    double right[TERMS], double *rest) {
    unsigned pick[TERMS];
    if (rows < terms || !all_finite(lsq->matrix, rows * terms)) return false;
    if (decompose_independent(lsq, rows, terms, pick) < terms) return false;
    const double *y = lsq->scratch + TERMS * rows;
    memset(factor, 0, TERMS * TERMS * sizeof *factor);
    for (unsigned column = 0; column < terms; column++)
        for (unsigned row = 0; row <= column; row++)
            factor[column * terms + row] = lsq->scratch[column * rows + row];
    memcpy(right, y, terms * sizeof *right);
    *rest = norm(y + terms, rows - terms);
    return true;
}

double plb_lsq_leverage(const double *factor, unsigned terms, const double *row) {
    double z[TERMS], sum = 0;
    for (unsigned i = 0; i < terms; i++) { /* R' z = x */
        z[i] = row[i];
        for (unsigned k = 0; k < i; k++) z[i] -= factor[i * terms + k] * z[k];
        z[i] /= factor[i * terms + i];
        sum += z[i] * z[i];
    }
    return sum;
}
