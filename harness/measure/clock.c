#include <math.h>
#include <string.h>
#include <time.h>

#include "harness/measure/clock.h"
#include "harness/measure/statistics.h"

#define CLOCK_READINGS 2001
#define CLOCK_READINGS_ROW 32
#define GIVEN_READINGS 301 /* of a clock that a plan gives */
#define CLOCK_PASSES 1000
#define CLOCK_TRIALS 31

uint64_t plb_clock_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t) now.tv_sec * 1000000000U + (uint64_t) now.tv_nsec;
}

static int do_nothing(void *context) {
    (void) context;
    return 0;
}

/* Not inlined, so that every subject pays the same for the loop around it. */
static __attribute__((noinline)) uint64_t time_here(int (*submit)(void *context), void *context,
                                                    uint32_t submissions, int *failure) {
    int failed = 0;
    uint64_t start = plb_clock_now_ns();
    for (uint32_t i = 0; i < submissions; i++) failed |= submit(context);
    uint64_t end = plb_clock_now_ns();
    *failure = failed;
    return end - start;
}

static uint64_t time_elsewhere(const plb_clock *clock, int (*submit)(void *context), void *context,
                               uint32_t submissions, int *failure) {
    int failed = 0;
    uint64_t start = clock->now(clock->context);
    for (uint32_t i = 0; i < submissions; i++) failed |= submit(context);
    uint64_t end = clock->now(clock->context);
    *failure = failed;
    return end - start;
}

/* Which clock it is, is asked before the first reading. */
uint64_t plb_clock_time_ns(const plb_clock *clock, int (*submit)(void *context), void *context,
                           uint32_t submissions, int *failure) {
    return clock->now ? time_elsewhere(clock, submit, context, submissions, failure)
                      : time_here(submit, context, submissions, failure);
}

/* The smallest step between elapsed times of work of different lengths. */
static double measure_resolution(const plb_clock *clock, double *elapsed, uint32_t count) {
    int (*volatile nothing)(void *) = do_nothing;
    int failure;
    for (uint32_t i = 0; i < count; i++) {
        elapsed[i] = (double) plb_clock_time_ns(clock, nothing, NULL, i % 97, &failure);
    }
    plb_sort_numbers(elapsed, count);
    double step = INFINITY;
    for (uint32_t i = 1; i < count; i++) {
        if (elapsed[i] > elapsed[i - 1]) step = fmin(step, elapsed[i] - elapsed[i - 1]);
    }
    if (isfinite(step)) return step;
    if (clock->now) return 1;
    struct timespec told = {0, 1};
    clock_getres(CLOCK_MONOTONIC_RAW, &told);
    return (double) told.tv_nsec;
}

/* One reading's time, from some in a row: a clock may step by more than it takes to read. */
static double read_again_and_again(const plb_clock *clock) {
    uint64_t first = plb_clock_read_ns(clock), last = first;
    for (int i = 0; i < CLOCK_READINGS_ROW; i++) last = plb_clock_read_ns(clock);
    return (double) (last - first) / CLOCK_READINGS_ROW;
}

void plb_clock_measure_of(const plb_clock *clock, plb_clock_facts *facts) {
    double readings[CLOCK_READINGS], passes[CLOCK_TRIALS];
    uint32_t count = clock->now ? GIVEN_READINGS : CLOCK_READINGS;
    memset(facts, 0, sizeof *facts);
    facts->source = clock->now ? "given" : "CLOCK_MONOTONIC_RAW";
    facts->resolution_ns = measure_resolution(clock, readings, count);

    for (uint32_t i = 0; i < count; i++) readings[i] = read_again_and_again(clock);
    facts->read_ns = plb_median_of(readings, count);

    /* A volatile pointer, so that the call is made as a subject's is. */
    int (*volatile nothing)(void *) = do_nothing;
    int failure;
    for (int i = 0; i < CLOCK_TRIALS; i++) {
        double whole = (double) plb_clock_time_ns(clock, nothing, NULL, CLOCK_PASSES, &failure);
        passes[i] = fmax(0, whole - facts->read_ns) / CLOCK_PASSES;
    }
    facts->call_ns = plb_median_of(passes, CLOCK_TRIALS);
}

void plb_clock_measure(plb_clock_facts *facts) {
    plb_clock_measure_of(&(plb_clock){NULL, NULL}, facts);
}

uint32_t plb_clock_batch(const plb_clock_facts *facts, double call_ns, double sample_ns) {
    double least = fmax(sample_ns, 1000 * facts->resolution_ns);
    double batch = ceil(least / fmax(call_ns, 0.1));
    return (uint32_t) fmin(fmax(batch, 1), 1e6);
}
