/* The timed loop, shared by the sampler and the measurement of its own cost. */
#ifndef PLB_MEASURE_CLOCK_H
#define PLB_MEASURE_CLOCK_H

#include <plutbench/measure.h>

/* Where time comes from: the machine's clock when `now` is NULL. */
typedef struct plb_clock {
    uint64_t (*now)(void *context);
    void *context;
} plb_clock;

static inline uint64_t plb_clock_read_ns(const plb_clock *clock) {
    return clock->now ? clock->now(clock->context) : plb_clock_now_ns();
}

/* plb_clock_measure for any clock. */
void plb_clock_measure_of(const plb_clock *clock, plb_clock_facts *facts);

/* Time `submissions` calls in a row, the clock's reading included. *failure receives the calls'
 * results, or-ed. */
uint64_t plb_clock_time_ns(const plb_clock *clock, int (*submit)(void *context), void *context,
                           uint32_t submissions, int *failure);

#endif
