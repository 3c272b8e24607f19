/* Least squares with as many terms as machine steps have kinds, and one more. (The fit of builtins
 * has its own, which rounds as R does: calibrate/fit/least_squares.h.) */
#ifndef PLB_STEPS_REGRESSION_H
#define PLB_STEPS_REGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/steps.h>

#define PLB_STEP_TERMS (1 + PLB_TALLY_STEPS)

/* What is minimised is |right - matrix * b|. */
typedef struct plb_step_problem {
    size_t rows;
    unsigned terms;
    double *matrix; /* rows x terms, by columns */
    double *right;  /* rows */
} plb_step_problem;

typedef struct plb_step_solution {
    double b[PLB_STEP_TERMS];
    double inverse[PLB_STEP_TERMS * PLB_STEP_TERMS]; /* of matrix' * matrix, terms x terms */
    double condition; /* of the matrix, its columns scaled to one length */
} plb_step_solution;

/* Room for problems of so many rows; free with plb_step_problem_free. False: no memory. */
bool plb_step_problem_new(plb_step_problem *problem, size_t rows);
void plb_step_problem_free(plb_step_problem *problem);

/* By QR; `scratch` has room for a problem of as many rows. -1, or the first term that those before
 * it make up, or that there are too few rows for. */
int plb_step_solve(const plb_step_problem *problem, plb_step_problem *scratch,
                   plb_step_solution *solution);

/* The terms, as bits, that are not 0 in the solution none of whose coefficients is negative. The
 * problem's terms must be independent. */
unsigned plb_step_positive_terms(const plb_step_problem *problem, plb_step_problem *scratch);

/* What a change of row `row` changes in coefficient `term`. */
double plb_step_influence(const plb_step_problem *problem, const plb_step_solution *solution,
                          unsigned term, size_t row);
/* The row's value with those coefficients. */
double plb_step_predict(const plb_step_problem *problem, const double *b, size_t row);

#endif
