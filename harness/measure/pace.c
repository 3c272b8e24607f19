#include "harness/measure/pace.h"

#define STEPS 1000
#define THOUSANDS 8 /* a sample */

static inline uint64_t step(uint64_t x) {
    x *= UINT64_C(0x9e3779b97f4a7c15);
    __asm__ volatile("" : "+r"(x)); /* or the compiler would multiply the constants */
    return x;
}

double plb_pace_sample_ns(void) {
    uint64_t x = 1, start = plb_clock_now_ns();
    for (int i = 0; i < STEPS; i++) {
        x = step(step(step(step(step(step(step(step(x))))))));
    }
    return (double) (plb_clock_now_ns() - start) / THOUSANDS + (double) (x == 0);
}
