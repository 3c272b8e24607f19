/* Pseudo-random numbers for orders and resampling: xoshiro256** (Blackman and Vigna 2018), seeded
 * through splitmix64, so that a run can be repeated from one 64-bit seed. */
#ifndef PLB_MEASURE_RANDOM_H
#define PLB_MEASURE_RANDOM_H

#include <math.h>
#include <stdint.h>

typedef struct plb_random {
    uint64_t s[4];
} plb_random;

static inline uint64_t plb_random_mix(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static inline void plb_random_seed(plb_random *random, uint64_t seed) {
    for (int i = 0; i < 4; i++) random->s[i] = plb_random_mix(&seed);
}

static inline uint64_t plb_random_rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t plb_random_next(plb_random *random) {
    uint64_t *s = random->s;
    uint64_t result = plb_random_rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = plb_random_rotate(s[3], 45);
    return result;
}

/* Uniform in [0, bound), bound > 0. The bias of multiply-and-shift is below bound / 2^32. */
static inline uint32_t plb_random_below(plb_random *random, uint32_t bound) {
    return (uint32_t) (((plb_random_next(random) >> 32) * (uint64_t) bound) >> 32);
}

/* Uniform in [0, 1). */
static inline double plb_random_unit(plb_random *random) {
    return (double) (plb_random_next(random) >> 11) * 0x1.0p-53;
}

/* Normal, with mean 0 and variance 1 (Box and Muller 1958). */
static inline double plb_random_normal(plb_random *random) {
    double u = 1 - plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

#endif
