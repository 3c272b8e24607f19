/* Where a coefficient is nothing but rounding (times that are all the same have no slope), the
 * reference's patch for negative ones depends on the sign that R's arithmetic happens to give it;
 * and where the terms are nearly collinear, its leading digits do. So R's arithmetic is done again
 * here: the order of operations of its dqrls (src/appl of R: Householder reflections column by
 * column, norms of the columns carried along, near-collinear ones moved to the end) with the sums
 * of the reference BLAS, which run from the first element to the last. */
#include <math.h>
#include <string.h>

#include "calibrate/fit/least_squares.h"

#define TERMS PLB_FIT_TERMS
#define R_TOLERANCE 1e-7
#define RECOMPUTE                                                                                  \
    1e-6 /* a column that lost more than this of its squared norm is measured again                \
          */

static double norm(const double *v, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += v[i] * v[i];
    return sqrt(sum);
}

static double dot(const double *a, const double *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

static void add_scaled(double *to, double factor, const double *from, size_t count) {
    if (factor == 0) return;
    for (size_t i = 0; i < count; i++) to[i] += factor * from[i];
}

typedef struct r_column {
    double *x;
    unsigned index; /* in the model */
    double length;  /* of what is left of it */
    double whole;   /* of all of it; 1 for a column of zeros */
    double head;    /* of its reflection */
} r_column;

/* Apply the reflection of column c, which begins at row l, to v. */
static void reflect(const r_column *c, size_t l, size_t rows, double *v) {
    double t = -dot(c->x + l, v + l, rows - l) / c->x[l];
    add_scaled(v + l, t, c->x + l, rows - l);
}

/* After reflection l: how long the column is from row l + 1 on. */
static void shorten(r_column *c, size_t l, size_t rows) {
    if (c->length == 0) return;
    double share = fabs(c->x[l]) / c->length;
    double left = 1 - share * share;
    if (left < 0) left = 0;
    if (left >= RECOMPUTE) {
        c->length *= sqrt(left);
    } else {
        c->length = norm(c->x + l + 1, rows - l - 1);
    }
}

/* Make column l's reflection, and apply it to the ones behind it. */
static void make_reflection(r_column *columns, unsigned l, unsigned terms, size_t rows) {
    double *x = columns[l].x;
    double length = norm(x + l, rows - l);
    if (length == 0) return;
    if (x[l] != 0) length = copysign(length, x[l]);
    double factor = 1 / length;
    for (size_t i = l; i < rows; i++) x[i] *= factor;
    x[l] += 1;
    for (unsigned j = l + 1; j < terms; j++) {
        reflect(&columns[l], l, rows, columns[j].x);
        shorten(&columns[j], l, rows);
    }
    columns[l].head = x[l];
    x[l] = -length;
}

/* Returns the rank; the columns are in the order in which they were used. */
static unsigned factorise(r_column *columns, unsigned terms, size_t rows) {
    unsigned rank = terms;
    for (unsigned l = 0; l < terms && l < rows; l++) {
        while (l < rank && columns[l].length < columns[l].whole * R_TOLERANCE) {
            r_column moved = columns[l];
            memmove(columns + l, columns + l + 1, (terms - l - 1) * sizeof *columns);
            columns[terms - 1] = moved;
            rank--;
        }
        if (l + 1 < rows) make_reflection(columns, l, terms, rows);
    }
    return rank < rows ? rank : (unsigned) rows;
}

static void solve(r_column *columns, unsigned rank, size_t rows, double *y, double *b) {
    for (unsigned j = 0; j < rank && j + 1 < rows; j++) {
        if (columns[j].head == 0) continue;
        double diagonal = columns[j].x[j];
        columns[j].x[j] = columns[j].head;
        reflect(&columns[j], j, rows, y);
        columns[j].x[j] = diagonal;
    }
    double found[TERMS];
    memcpy(found, y, rank * sizeof *found);
    for (unsigned j = rank; j-- > 0;) {
        found[j] /= columns[j].x[j];
        add_scaled(found, -found[j], columns[j].x, j);
    }
    for (unsigned j = 0; j < rank; j++) b[columns[j].index] = found[j];
}

void plb_lsq_like_r(plb_lsq *lsq, size_t rows, unsigned terms, double b[TERMS]) {
    r_column columns[TERMS];
    double *y = lsq->scratch + TERMS * rows;
    memcpy(lsq->scratch, lsq->matrix, terms * rows * sizeof *y);
    memcpy(y, lsq->right, rows * sizeof *y);
    for (unsigned i = 0; i < terms; i++) {
        double *x = lsq->scratch + i * rows, length = norm(x, rows);
        columns[i] = (r_column){.x = x, .index = i, .length = length};
        columns[i].whole = length == 0 ? 1 : length;
        b[i] = NAN;
    }
    unsigned rank = factorise(columns, terms, rows);
    solve(columns, rank, rows, y, b);
}
