/* Ticks of an axis of a plot that is written as a file. */
#ifndef PLB_RESULTS_REPORT_TICKS_H
#define PLB_RESULTS_REPORT_TICKS_H

#include <stdbool.h>
#include <stddef.h>

#include "results/report/model.h"

#define PLB_TICKS_MOST 16
#define PLB_TICK_BYTES 32

typedef struct plb_ticks {
    double low, high; /* of the axis */
    double at[PLB_TICKS_MOST];
    char texts[PLB_TICKS_MOST][PLB_TICK_BYTES];
    size_t count;
    bool logarithmic;
    const char *unit; /* that texts are in: "µs" of an axis in ns */
} plb_ticks;

/* The axis of values from low to high; `axis` says its unit and scale. */
void plb_ticks_find(plb_ticks *ticks, const json_t *axis, double low, double high);

#endif
