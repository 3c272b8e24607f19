#include "harness/machine/region.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes at either end that stay mapped over a reset: the working set of all but extreme scripts. */
#define RETAINED_BYTES ((size_t) 64 << 20)

/* The downward stack leaves no trace of how deep it went, since `high` is back at `end` when the
 * region is reset. So a mark is written where the retained part of the stack ends; a stack that
 * went deeper has written over it. */
#define MARK_WORDS 8
static const uint64_t mark[MARK_WORDS] = {
    0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu, 0xd6e8feb86659fd93u,
    0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u};

static size_t page_bytes(void) {
    long bytes = sysconf(_SC_PAGESIZE);
    return bytes > 0 ? (size_t) bytes : 4096;
}

/* Only a region that is larger than what it may retain has anything to give back. */
static uint8_t *mark_place(const plb_region *region) {
    size_t total = (size_t) (region->end - region->base);
    return total > 2 * RETAINED_BYTES ? region->end - RETAINED_BYTES : NULL;
}

bool plb_region_init(plb_region *region, size_t cap_bytes) {
    size_t page = page_bytes();
    memset(region, 0, sizeof *region);
    if (cap_bytes > SIZE_MAX - page) return false;
    size_t total = (cap_bytes + page - 1) / page * page;
    if (total == 0) total = page;
    void *base = mmap(NULL, total, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) return false;
    region->base = base;
    region->low = region->base;
    region->end = region->base + total;
    region->high = region->end;
    uint8_t *place = mark_place(region);
    if (place != NULL) memcpy(place, mark, sizeof mark);
    return true;
}

void plb_region_free(plb_region *region) {
    if (region->base != NULL) munmap(region->base, (size_t) (region->end - region->base));
    memset(region, 0, sizeof *region);
}

void plb_region_reset(plb_region *region) {
    uint8_t *place = mark_place(region);
    if (place != NULL && ((size_t) (region->low - region->base) > RETAINED_BYTES ||
                          memcmp(place, mark, sizeof mark) != 0)) {
        /* The mark's own page goes too, and comes back as a fresh one. */
        uint8_t *from = region->base + RETAINED_BYTES;
        uint8_t *to = place + page_bytes();
        madvise(from, (size_t) (to - from), MADV_DONTNEED);
        memcpy(place, mark, sizeof mark);
    }
    region->low = region->base;
    region->high = region->end;
}
