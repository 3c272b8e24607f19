/* What a contrast is made of: differences within rounds. */
#ifndef PLB_MEASURE_TERMS_H
#define PLB_MEASURE_TERMS_H

#include <plutbench/measure.h>

typedef struct plb_term {
    double weight;
    double *values; /* per round; NAN: none in this round */
    size_t count;   /* that are not NAN */
} plb_term;

/* The contrast is the sum of weight times median over the terms. */
typedef struct plb_terms {
    plb_term *terms;
    size_t count;
    size_t round_count;
    size_t fewest;      /* values of a term */
    double step;        /* of the clock, in the contrast */
    bool is_contrast;   /* coefficients add up to 0: terms are differences */
    bool is_difference; /* of two series */
} plb_terms;

/* Coefficients that add up to 0 are taken apart into differences to one of the
 * series, the one with most samples (the largest coefficient among equals):
 * what hits a whole round then cancels in each value, and what hits both series
 * with the same probability leaves the median where it is. Other coefficients
 * have terms that are the series themselves.
 *
 * A difference is taken as soon as both series have a sample, the newest of
 * each, within one epoch. Samples are put at random into the clock step that
 * they stand for, since the median of multiples of a step jumps by it.
 *
 * Errors: PLB_E_ARGUMENT when all coefficients are 0, PLB_E_MEASURE when a term
 * has fewer than PLB_BOOTSTRAP_ROUNDS values, PLB_E_MEMORY. Free with
 * plb_terms_free, also after an error. */
plb_status plb_terms_make(const plb_rounds *rounds, const double *coefficients, plb_terms *terms,
                          plb_error *error);
void plb_terms_free(plb_terms *terms);

/* Where samples hardly differ, the truth is anywhere within the clock's step:
 * half of `step` when the quartiles, `spread` apart, are mostly made by it, and
 * 0 otherwise. */
double plb_least_half_width(double step, double spread);
/* The same for terms as they are; `scratch` has a number for every round. */
double plb_terms_least_half_width(const plb_terms *terms, double *scratch);

#endif
