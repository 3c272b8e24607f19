/* What arguments are made with and where. */
#ifndef PLB_SWEEP_MAKER_H
#define PLB_SWEEP_MAKER_H

#include <plutbench/sweep.h>

#include "harness/machine/machine_internal.h"
#include "harness/measure/random.h"

/* Points of BLS12-381, which take long to make, and the context that signs. Made when they are
 * first wanted; they depend on nothing but their number. */
typedef struct plb_pools plb_pools;
plb_pools *plb_pools_new(void);
void plb_pools_free(plb_pools *pools);

typedef struct plb_maker {
    plb_region *region; /* where the arguments are made */
    plb_types *types;   /* of the program that they belong to */
    plb_pools *pools;
    plb_random random; /* differs from visit to visit */
    plb_random shape;  /* is the same for all visits of a point: structure that sizes leave open */
    uint32_t repeat;   /* as in plb_grid_point */
} plb_maker;

/* ---- Parts of arguments; PLB_NO_VALUE when memory is short ---- */

/* An integer of so many words, the top one full: of random sign, or positive. */
plb_value plb_random_integer(plb_maker *maker, uint64_t words, bool positive);
plb_value plb_random_bytes(plb_maker *maker, uint64_t length);
void plb_fill_random(plb_maker *maker, void *bytes, size_t length);
/* Both PLB_NO_VALUE, or neither: a list cell in front of `rest`. */
plb_value plb_in_front(plb_maker *maker, plb_type element, plb_value first, plb_value rest);
/* Uniform in 0 .. bound-1; bound at least 1. */
uint64_t plb_random_up_to(plb_random *random, uint64_t bound);

#endif
