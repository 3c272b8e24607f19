/* Histograms, for what else makes them. */
#ifndef PLB_MEASURE_HISTOGRAM_H
#define PLB_MEASURE_HISTOGRAM_H

#include <plutbench/measure.h>

/* `count` times the same value; at most INT64_MAX in all. */
void plb_histogram_record_many(plb_histogram *histogram, double ns, uint64_t count);
void plb_histogram_clear(plb_histogram *histogram);

#endif
