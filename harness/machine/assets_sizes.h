/* How many policies of a value have how many tokens (PlutusCore.Value keeps the same). The largest
 * number of tokens is so known after every change without a look at other policies. There are at
 * most sqrt(2 n) different numbers in a value of n entries. */
#ifndef PLB_MACHINE_ASSETS_SIZES_H
#define PLB_MACHINE_ASSETS_SIZES_H

#include "harness/machine/value.h"

typedef struct plb_policy_size {
    uint32_t tokens;   /* not 0 */
    uint32_t policies; /* that have so many; not 0 */
} plb_policy_size;

/* Ascending in tokens. Values share them: only who made one changes it, and only until the region
 * gives out something else. */
typedef struct plb_policy_sizes {
    uint64_t count;
    plb_policy_size of[];
} plb_policy_sizes;

/* A copy of `from`, of nothing when that is NULL; NULL when the cap is reached. */
plb_policy_sizes *plb_policy_sizes_new(plb_region *region, const plb_policy_sizes *from);
/* More policies, one less of those there are; a policy without tokens does not count. Adding is
 * false when the cap is reached. */
bool plb_policy_sizes_add(plb_region *region, plb_policy_sizes *sizes, plb_policy_size more);
void plb_policy_sizes_drop(plb_policy_sizes *sizes, uint32_t tokens);

/* The most tokens that a policy has; 0 when there is no policy. */
uint32_t plb_policy_sizes_largest(const plb_policy_sizes *sizes);

#endif
