/* Timing what is short, and is timed for a short while only, at many places in memory. */
#ifndef PLB_MEASURE_BRIEF_H
#define PLB_MEASURE_BRIEF_H

#include <plutbench/measure.h>

#define PLB_BRIEF_SAMPLES 21 /* at one visit, at most */
#define PLB_BRIEF_STACK 4096 /* bytes by which the stack may be deeper */

/* What is timed: 0 is success, and nothing else may happen any more. */
typedef struct plb_brief {
    const plb_clock_facts *clock;
    int (*submit)(void *context);
    void *context;
    uint32_t stack_bytes; /* by which the stack is deeper, at most PLB_BRIEF_STACK */
} plb_brief;

/* Submit until it is warm: for `least_ns`, of which the first submission took `call_ns`. Returns
 * how long one takes then, roughly. */
double plb_brief_warm_up(const plb_brief *brief, double call_ns, double least_ns);

/* Submissions a sample, for it to be at least 5 us and 400 steps of the clock long. */
uint32_t plb_brief_batch(const plb_clock_facts *clock, double call_ns);

/* Samples a visit, of that length: as many as fit in 60 us, but 5 to PLB_BRIEF_SAMPLES; 3 of
 * samples that take more than 2 ms. */
unsigned plb_brief_count(double sample_ns);

/* Time of one submission, ns, the clock's and the loop's own time subtracted. */
double plb_brief_sample(const plb_brief *brief, uint32_t batch);

/* What is typical of samples: their mean without the fifth of them at either end. Sorts them. */
double plb_brief_typical(double *samples, unsigned count);

/* How often the thread lost its processor unasked, so far. */
long plb_brief_preemptions(void);

#endif
