/* Memory that is taken so that what is made after it gets another place than last time. */
#ifndef PLB_BALLAST_H
#define PLB_BALLAST_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/measure/random.h"

typedef struct plb_ballast {
    void *pages;
    size_t page_bytes;
    void *offset;
} plb_ballast;

/* A random amount. False when memory is short. */
bool plb_ballast_take(plb_ballast *ballast, plb_random *random);
void plb_ballast_free(plb_ballast *ballast);

#endif
