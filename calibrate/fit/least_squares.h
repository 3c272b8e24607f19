/* Linear least squares by QR. */
#ifndef PLB_FIT_LEAST_SQUARES_H
#define PLB_FIT_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/fit.h>

/* Reusable memory for problems of up to `rows` rows. */
typedef struct plb_lsq {
    size_t rows;
    double *matrix;  /* rows x PLB_FIT_TERMS, by columns */
    double *right;   /* rows */
    double *scratch; /* rows x (PLB_FIT_TERMS + 1) */
} plb_lsq;

/* False when memory is short. `lsq` is zero-initialised before the first call. */
bool plb_lsq_reserve(plb_lsq *lsq, size_t rows);
void plb_lsq_free(plb_lsq *lsq);

typedef enum plb_lsq_outcome {
    PLB_LSQ_OK,
    PLB_LSQ_COLLINEAR, /* some coefficients are NAN: nothing determines them */
    PLB_LSQ_EMPTY,     /* no rows */
    PLB_LSQ_INFINITE   /* a term or a time is not finite */
} plb_lsq_outcome;

/* What is minimised is |right - matrix * b|, both in `lsq`, rows by terms; they are kept. The
 * columns are the terms in order; as R's lm, a column that the ones before it make up to within
 * 1e-7 of its length has the coefficient NAN (R: NA), and columns beyond the number of rows too.
 * Coefficients in which rounding shows are rounded as R rounds them. */
plb_lsq_outcome plb_lsq_solve(plb_lsq *lsq, size_t rows, unsigned terms, double b[PLB_FIT_TERMS]);

/* Triangular factor (by columns, terms x terms) of the QR decomposition and the first `terms`
 * elements of Q'y of the problem in `lsq`; *rest is the square root of what is left over. False
 * when the columns are not independent. */
bool plb_lsq_reduce(plb_lsq *lsq, size_t rows, unsigned terms,
                    double factor[PLB_FIT_TERMS * PLB_FIT_TERMS], double right[PLB_FIT_TERMS],
                    double *rest);
/* The leverage of a row of the matrix with that factor: x' (R'R)^-1 x. */
double plb_lsq_leverage(const double *factor, unsigned terms, const double *row);

/* R's arithmetic to the last bit: Householder reflections and their application in the order and
 * with the operations of R's dqrls with the reference BLAS. `pivot` are the independent columns. */
void plb_lsq_like_r(plb_lsq *lsq, size_t rows, unsigned terms, double b[PLB_FIT_TERMS]);

#endif
