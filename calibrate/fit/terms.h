/* The regressions behind the costing functions' shapes: which terms a shape has, in R's notation,
 * and where each coefficient goes in the shape. */
#ifndef PLB_FIT_TERMS_H
#define PLB_FIT_TERMS_H

#include <plutbench/fit.h>

#include "calibrate/fit/table.h"
#include "harness/machine/cost_shapes.h"

typedef struct plb_fit_term_row {
    const char *name; /* R's */
    const char *text; /* for people: "x y"; "" for the intercept */
    double (*value)(const double size[PLB_BENCH_SIZES]); /* NAN where a size is not told */
} plb_fit_term_row;

/* A shape's regression. */
typedef struct plb_regressors {
    unsigned count;
    const plb_fit_term_row *term[PLB_FIT_TERMS];
    uint8_t slot[PLB_FIT_TERMS]; /* index among the costing function's coefficients */
    int constant_slot;           /* of the region where it is constant; -1: it is nowhere */
    int minimum_slot;            /* -1: none */
    bool sorted;                 /* x and y are swapped so that x is the larger */
    unsigned filter;             /* points that say something about the terms */
} plb_regressors;

/* `inner` is only looked at for shapes that contain one. */
plb_regressors plb_fit_regressors(uint8_t shape, uint8_t inner);

/* Whether the shape is a constant in one region. */
bool plb_fit_has_constant(uint8_t shape);
/* Whether `inner` can stand inside `shape`. */
bool plb_fit_nests(uint8_t shape, uint8_t inner);
/* The only size that a shape depends on: 0 for x; sizes that are the same on the diagonal count as
 * one. -1: there are several, or none. */
int plb_fit_variable(uint8_t shape);
/* The region in which a shape is constant, as its definition has it. above_and_below_diagonal says
 * above the diagonal what it says below it, and is fitted below, as the reference does: there the
 * work is that its cost is for. */
plb_fit_split plb_fit_own_split(uint8_t shape);
/* The split for a row's points when they are fitted with `shape` instead of the row's own. */
plb_fit_split plb_fit_split_as(const plb_fit_row *row, uint8_t shape);

/* The term's value at a point, with x and y sorted where the shape wants it. */
double plb_fit_term_value(const plb_regressors *regressors, unsigned term,
                          const double size[PLB_BENCH_SIZES]);
/* In the region where the function is constant? */
bool plb_fit_in_constant(plb_fit_split split, const double size[PLB_BENCH_SIZES]);

#endif
