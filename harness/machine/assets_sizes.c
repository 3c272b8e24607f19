#include "harness/machine/assets_sizes.h"

#include <string.h>

#include "harness/machine/region.h"

plb_policy_sizes *plb_policy_sizes_new(plb_region *region, const plb_policy_sizes *from) {
    size_t count = from == NULL ? 0 : from->count;
    plb_policy_sizes *sizes =
        plb_region_alloc(region, sizeof *sizes + count * sizeof(plb_policy_size));
    if (sizes == NULL) return NULL;
    sizes->count = count;
    if (count != 0) memcpy(sizes->of, from->of, count * sizeof(plb_policy_size));
    return sizes;
}

/* The first of at least so many tokens; what is the last in a value is asked for most. */
static size_t place_of(const plb_policy_sizes *sizes, uint32_t tokens) {
    size_t low = 0, high = sizes->count;
    if (high != 0 && sizes->of[high - 1].tokens < tokens) return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sizes->of[middle].tokens < tokens) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool plb_policy_sizes_add(plb_region *region, plb_policy_sizes *sizes, plb_policy_size more) {
    if (more.tokens == 0) return true;
    size_t place = place_of(sizes, more.tokens);
    plb_policy_size *size = &sizes->of[place];
    if (place < sizes->count && size->tokens == more.tokens) {
        size->policies += more.policies;
        return true;
    }
    /* Being the last thing in the region, it grows where it is. */
    if (plb_region_alloc(region, sizeof *size) == NULL) return false;
    if (place < sizes->count) memmove(size + 1, size, (sizes->count - place) * sizeof *size);
    *size = more;
    sizes->count++;
    return true;
}

void plb_policy_sizes_drop(plb_policy_sizes *sizes, uint32_t tokens) {
    if (tokens == 0) return;
    size_t place = place_of(sizes, tokens);
    plb_policy_size *size = &sizes->of[place];
    size->policies--;
    if (size->policies != 0) return;
    sizes->count--;
    memmove(size, size + 1, (sizes->count - place) * sizeof *size);
}

uint32_t plb_policy_sizes_largest(const plb_policy_sizes *sizes) {
    return sizes->count == 0 ? 0 : sizes->of[sizes->count - 1].tokens;
}
