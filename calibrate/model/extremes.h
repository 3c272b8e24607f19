/* The least and largest cost of a costing function over ranges of sizes, and where it falls. */
#ifndef PLB_MODEL_EXTREMES_H
#define PLB_MODEL_EXTREMES_H

#include "calibrate/model/costs.h"

typedef struct plb_extremes_fall {
    bool any;
    int64_t sizes[PLB_COSTS_SIZES];
    int64_t before, after; /* after: with one more of that argument's size */
} plb_extremes_fall;

/* Falls inside of a region where the function is one polynomial, and from one region to another. */
enum { PLB_FALL_WITHIN, PLB_FALL_ACROSS, PLB_FALLS };

typedef struct plb_extremes {
    int64_t least, most;
    int64_t at_least[PLB_COSTS_SIZES], at_most[PLB_COSTS_SIZES];
    plb_extremes_fall falls[PLB_COSTS_SIZES][PLB_FALLS]; /* by argument: from the smallest cost */
} plb_extremes;

/* A function's shape is a polynomial of at most second degree in any size in each of at most three
 * regions, which the diagonal x = y and the ends of ranges bound. So its extremes, and those of its
 * differences, lie where two of these meet: ends, the diagonal, and lines on which a derivative is
 * zero. All combinations of such sizes and of their neighbours are evaluated; where a range is so
 * long that products saturate on the way, powers of two as well. The minimum of a quadratic
 * function of two sizes bounds regions too, by a curve: each of the first 8,192 sizes of either
 * argument is tried, with those of the other at which the cost has an end there. */
void plb_extremes_find(const plb_costing *costing, unsigned arity, const plb_size_range *ranges,
                       plb_extremes *extremes);

#endif
