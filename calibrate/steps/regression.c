#include "calibrate/steps/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <lapack.h>

#define TERMS PLB_STEP_TERMS
#define DEPENDENT 1e-8 /* of a column's length: what is left of it beside those before */

bool plb_step_problem_new(plb_step_problem *problem, size_t rows) {
    size_t room = rows < TERMS ? TERMS : rows;
    *problem = (plb_step_problem){.matrix = calloc(room, (TERMS + 1) * sizeof *problem->matrix)};
    if (problem->matrix == NULL) return false;
    problem->right = problem->matrix + TERMS * room;
    return true;
}

void plb_step_problem_free(plb_step_problem *problem) { free(problem->matrix); }

static double length_of(const double *column, size_t rows) {
    double sum = 0;
    for (size_t i = 0; i < rows; i++) sum += column[i] * column[i];
    return sqrt(sum);
}

/* ---- QR ---- */

/* Overwrites the problem with its triangular factor and Q' * right. */
static void decompose(plb_step_problem *p) {
    double tau[TERMS], work[64 * TERMS];
    lapack_int m = (lapack_int) p->rows, n = (lapack_int) p->terms, one = 1, info = 0;
    lapack_int room = (lapack_int) (sizeof work / sizeof *work);
    LAPACK_dgeqrf(&m, &n, p->matrix, &m, tau, work, &room, &info);
    LAPACK_dormqr("L", "T", &m, &one, &n, p->matrix, &m, tau, p->right, &m, work, &room, &info);
}

/* Of the triangular factor, terms x terms by columns, whose columns are as long as the matrix's. */
static double condition_of(const double *factor, unsigned terms) {
    double scaled[TERMS * TERMS], values[TERMS], work[16 * TERMS], none = 0;
    lapack_int n = (lapack_int) terms, one = 1, info = 0;
    lapack_int room = (lapack_int) (sizeof work / sizeof *work);
    for (unsigned c = 0; c < terms; c++) {
        double length = length_of(factor + c * terms, terms);
        for (unsigned r = 0; r < terms; r++) scaled[c * terms + r] = factor[c * terms + r] / length;
    }
    LAPACK_dgesvd("N", "N", &n, &n, scaled, &n, values, &none, &one, &none, &one, work, &room,
                  &info);
    return info == 0 && values[terms - 1] > 0 ? values[0] / values[terms - 1] : INFINITY;
}

/* (R' R)^-1 = R^-1 R^-T. */
static void invert(const double *factor, unsigned terms, double *inverse) {
    double root[TERMS * TERMS];
    lapack_int n = (lapack_int) terms, info = 0;
    for (unsigned i = 0; i < terms * terms; i++) root[i] = i % (terms + 1) == 0;
    LAPACK_dtrtrs("U", "N", "N", &n, &n, factor, &n, root, &n, &info);
    for (unsigned i = 0; i < terms; i++) {
        for (unsigned k = 0; k < terms; k++) {
            double sum = 0;
            for (unsigned j = 0; j < terms; j++) sum += root[j * terms + i] * root[j * terms + k];
            inverse[i * terms + k] = sum;
        }
    }
}

int plb_step_solve(const plb_step_problem *problem, plb_step_problem *scratch,
                   plb_step_solution *solution) {
    size_t rows = problem->rows;
    unsigned terms = problem->terms;
    double factor[TERMS * TERMS] = {0};
    if (rows < terms) return (int) rows;
    scratch->rows = rows;
    scratch->terms = terms;
    memcpy(scratch->matrix, problem->matrix, rows * terms * sizeof *scratch->matrix);
    memcpy(scratch->right, problem->right, rows * sizeof *scratch->right);
    decompose(scratch);
    for (unsigned c = 0; c < terms; c++) {
        for (unsigned r = 0; r <= c; r++) factor[c * terms + r] = scratch->matrix[c * rows + r];
        double length = length_of(problem->matrix + c * rows, rows);
        if (!(fabs(factor[c * terms + c]) > DEPENDENT * length)) return (int) c;
    }
    lapack_int n = (lapack_int) terms, one = 1, info = 0;
    memcpy(solution->b, scratch->right, terms * sizeof *solution->b);
    LAPACK_dtrtrs("U", "N", "N", &n, &one, factor, &n, solution->b, &n, &info);
    invert(factor, terms, solution->inverse);
    solution->condition = condition_of(factor, terms);
    return -1;
}

/* ---- Non-negative ---- */

/* The problem with the columns of `mask` alone. */
static void choose_columns(const plb_step_problem *from, unsigned mask, plb_step_problem *to) {
    to->rows = from->rows;
    to->terms = 0;
    for (unsigned t = 0; t < from->terms; t++)
        if (mask >> t & 1)
            memcpy(to->matrix + to->terms++ * from->rows, from->matrix + t * from->rows,
                   from->rows * sizeof *to->matrix);
    memcpy(to->right, from->right, from->rows * sizeof *to->right);
}

/* Squares that are left with the columns of `mask`; infinity where a coefficient is negative. */
static double try_terms(const plb_step_problem *small, unsigned mask) {
    double chosen[TERMS * (TERMS + 1)], room[TERMS * (TERMS + 1)], sum = 0;
    plb_step_problem part = {.matrix = chosen, .right = chosen + TERMS * TERMS};
    plb_step_problem scratch = {.matrix = room, .right = room + TERMS * TERMS};
    plb_step_solution solution = {.condition = 0};
    choose_columns(small, mask, &part);
    if (mask != 0 && plb_step_solve(&part, &scratch, &solution) >= 0) return INFINITY;
    for (unsigned t = 0; t < part.terms; t++)
        if (solution.b[t] < 0) return INFINITY;
    for (size_t i = 0; i < part.rows; i++) {
        double left = part.right[i] - plb_step_predict(&part, solution.b, i);
        sum += left * left;
    }
    return sum;
}

/* With so few terms all sets of them can be tried: the best without a negative coefficient is the
 * solution, which is unique as the columns are independent. The triangular factor has the same one.
 */
unsigned plb_step_positive_terms(const plb_step_problem *problem, plb_step_problem *scratch) {
    double square[TERMS * (TERMS + 1)] = {0}, best = INFINITY;
    unsigned terms = problem->terms, found = 0;
    plb_step_problem small = {
        .rows = terms, .terms = terms, .matrix = square, .right = square + TERMS * TERMS};
    choose_columns(problem, (1U << terms) - 1, scratch);
    decompose(scratch);
    for (unsigned c = 0; c < terms; c++)
        memcpy(square + c * terms, scratch->matrix + c * problem->rows, (c + 1) * sizeof *square);
    memcpy(small.right, scratch->right, terms * sizeof *square);
    for (unsigned mask = 0; mask < 1U << terms; mask++) {
        double squares = try_terms(&small, mask);
        if (!(squares < best)) continue;
        best = squares;
        found = mask;
    }
    return found;
}

/* ---- Rows ---- */

double plb_step_influence(const plb_step_problem *problem, const plb_step_solution *solution,
                          unsigned term, size_t row) {
    double sum = 0;
    for (unsigned t = 0; t < problem->terms; t++)
        sum +=
            solution->inverse[term * problem->terms + t] * problem->matrix[t * problem->rows + row];
    return sum;
}

double plb_step_predict(const plb_step_problem *problem, const double *b, size_t row) {
    double sum = 0;
    for (unsigned t = 0; t < problem->terms; t++)
        sum += b[t] * problem->matrix[t * problem->rows + row];
    return sum;
}
