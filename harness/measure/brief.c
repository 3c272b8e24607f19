#include "harness/measure/brief.h"

#include <math.h>
#include <sys/resource.h>

#include "harness/measure/clock.h"
#include "harness/measure/statistics.h"

#define SAMPLE_NS 5000.0 /* at least, by submitting several times */
#define SAMPLE_STEPS 400 /* and at least so many steps of the clock */
#define VISIT_NS 60000.0 /* of samples, as far as their number allows */
#define LONG_NS 2e6      /* what takes longer is sampled three times */
enum { SAMPLES_LEAST = 5, SAMPLES_OF_LONG = 3 };

static double time_batch(const plb_brief *brief, uint32_t batch) {
    static const plb_clock real = {NULL, NULL};
    int failure;
    double whole =
        (double) plb_clock_time_ns(&real, brief->submit, brief->context, batch, &failure);
    return fmax((whole - brief->clock->read_ns) / batch - brief->clock->call_ns, 0.1);
}

double plb_brief_warm_up(const plb_brief *brief, double call_ns, double least_ns) {
    for (double spent = call_ns; spent < least_ns;) {
        uint32_t batch = (uint32_t) fmin(fmax(least_ns / 4 / call_ns, 1), 1000);
        call_ns = time_batch(brief, batch);
        spent += call_ns * batch;
    }
    return call_ns;
}

uint32_t plb_brief_batch(const plb_clock_facts *clock, double call_ns) {
    double least_ns = fmax(SAMPLE_NS, SAMPLE_STEPS * clock->resolution_ns);
    return (uint32_t) fmin(fmax(ceil(least_ns / call_ns), 1), 1e6);
}

unsigned plb_brief_count(double sample_ns) {
    if (sample_ns > LONG_NS) return SAMPLES_OF_LONG;
    return (unsigned) fmin(fmax(VISIT_NS / sample_ns, SAMPLES_LEAST), PLB_BRIEF_SAMPLES);
}

__attribute__((noinline)) double plb_brief_sample(const plb_brief *brief, uint32_t batch) {
    volatile char *deeper = __builtin_alloca(brief->stack_bytes % (PLB_BRIEF_STACK + 1) + 1);
    deeper[0] = 0;
    double ns = time_batch(brief, batch);
    return ns + (double) deeper[0]; /* keeps the stack until then */
}

double plb_brief_typical(double *samples, unsigned count) {
    double sum = 0;
    unsigned cut = count / 5;
    plb_sort_numbers(samples, count);
    for (unsigned i = cut; i < count - cut; i++) sum += samples[i];
    return sum / (count - 2 * cut);
}

long plb_brief_preemptions(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}
