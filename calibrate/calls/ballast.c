#include "calibrate/calls/ballast.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_BYTES 4096u
#define MOST_PAGES 256u
#define MOST_OFFSET_BYTES 65536u

/* Pages that were freed last are given out first: without some in between, a layout would have the
 * pages of the one before the last. */
bool plb_ballast_take(plb_ballast *ballast, plb_random *random) {
    ballast->page_bytes = PAGE_BYTES * (1 + (size_t) plb_random_below(random, MOST_PAGES));
    ballast->pages =
        mmap(NULL, ballast->page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ballast->pages == MAP_FAILED) {
        ballast->pages = NULL;
        return false;
    }
    memset(ballast->pages, 1, ballast->page_bytes);
    ballast->offset = malloc(1 + (size_t) plb_random_below(random, MOST_OFFSET_BYTES));
    return ballast->offset != NULL;
}

void plb_ballast_free(plb_ballast *ballast) {
    if (ballast->pages != NULL) {
        munmap(ballast->pages, ballast->page_bytes);
    }
    free(ballast->offset);
    *ballast = (plb_ballast){0};
}
