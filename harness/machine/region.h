/* A reserved range of address space, used from both ends: objects grow upwards, a stack grows
 * downwards, and one byte cap bounds their sum. Pages are touched only as they are needed and stay
 * mapped between uses, so that resetting is free and a second evaluation takes no page faults. */
#ifndef PLB_MACHINE_REGION_H
#define PLB_MACHINE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plb_region {
    uint8_t *base; /* start of the reservation */
    uint8_t *low;  /* next free byte for objects, 8-aligned */
    uint8_t *high; /* lowest byte in use by the downward stack, 8-aligned */
    uint8_t *end;  /* end of the reservation */
} plb_region;

#define PLB_DEFAULT_BYTE_CAP ((size_t) 1 << 30)

/* Reserve `cap_bytes` (rounded up to pages). False when the address space can't be had. */
bool plb_region_init(plb_region *region, size_t cap_bytes);
void plb_region_free(plb_region *region);

/* Forget all contents. Memory beyond a retained working set goes back to the system. */
void plb_region_reset(plb_region *region);

/* Bytes, rounded up to 8 and 8-aligned, uninitialised; NULL when the cap is reached. */
static inline void *plb_region_alloc(plb_region *region, size_t bytes) {
    size_t room = (size_t) (region->high - region->low);
    if (bytes > room || ((bytes + 7) & ~(size_t) 7) > room) {
        return NULL;
    }
    void *p = region->low;
    region->low += (bytes + 7) & ~(size_t) 7;
    return p;
}

/* The same for a size that is a multiple of 8 and far from overflowing. */
static inline void *plb_region_take(plb_region *region, size_t bytes) {
    uint8_t *p = region->low;
    if (__builtin_expect((size_t) (region->high - p) < bytes, 0)) {
        return NULL;
    }
    region->low = p + bytes;
    return p;
}

#endif
