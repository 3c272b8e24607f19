/* The timed loop, shared by the sampler and the measurement of its own cost. */
#ifndef PLB_MEASURE_CLOCK_H
#define PLB_MEASURE_CLOCK_H

#include <plutbench/measure.h>

/* Time `submissions` calls in a row, the clock's reading included. *failure receives the calls'
 * results, or-ed. */
uint64_t plb_clock_time_ns(int (*submit)(void *context), void *context, uint32_t submissions,
                           int *failure);

#endif
