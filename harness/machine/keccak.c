#include "harness/machine/keccak.h"

#include <endian.h>
#include <string.h>

enum { RATE_BYTES = 136, RATE_LANES = RATE_BYTES / 8, LANES = 25, ROUNDS = 24 };

/* FIPS 202, 3.2.5, iota. */
static const uint64_t round_constants[ROUNDS] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t rotate(uint64_t lane, unsigned bits) {
    return bits == 0 ? lane : lane << bits | lane >> (64 - bits);
}

/* One row of rho, pi and chi: output row `y` takes the five lanes that pi moves there, each
 * rotated by rho; FIPS 202, 3.2.2 to 3.2.4. Column parities d[] are those of theta. */
#define ROW(y, l0, r0, l1, r1, l2, r2, l3, r3, l4, r4)                                             \
    do {                                                                                           \
        uint64_t b0 = rotate(a[l0] ^ d[(l0) % 5], r0);                                             \
        uint64_t b1 = rotate(a[l1] ^ d[(l1) % 5], r1);                                             \
        uint64_t b2 = rotate(a[l2] ^ d[(l2) % 5], r2);                                             \
        uint64_t b3 = rotate(a[l3] ^ d[(l3) % 5], r3);                                             \
        uint64_t b4 = rotate(a[l4] ^ d[(l4) % 5], r4);                                             \
        e[5 * (y)] = b0 ^ (~b1 & b2);                                                              \
        e[5 * (y) + 1] = b1 ^ (~b2 & b3);                                                          \
        e[5 * (y) + 2] = b2 ^ (~b3 & b4);                                                          \
        e[5 * (y) + 3] = b3 ^ (~b4 & b0);                                                          \
        e[5 * (y) + 4] = b4 ^ (~b0 & b1);                                                          \
    } while (0)

/* Lane (x, y) is a[x + 5 y]. Reads a, writes e: two of them make a round trip without copying. */
static inline void keccak_round(uint64_t e[LANES], const uint64_t a[LANES], uint64_t constant) {
    uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    const uint64_t d[5] = {c4 ^ rotate(c1, 1), c0 ^ rotate(c2, 1), c1 ^ rotate(c3, 1),
                           c2 ^ rotate(c4, 1), c3 ^ rotate(c0, 1)};
    ROW(0, 0, 0, 6, 44, 12, 43, 18, 21, 24, 14);
    ROW(1, 3, 28, 9, 20, 10, 3, 16, 45, 22, 61);
    ROW(2, 1, 1, 7, 6, 13, 25, 19, 8, 20, 18);
    ROW(3, 4, 27, 5, 36, 11, 10, 17, 15, 23, 56);
    ROW(4, 2, 62, 8, 55, 14, 39, 15, 41, 21, 2);
    e[0] ^= constant;
}

static void keccak_permute(uint64_t state[LANES]) {
    uint64_t other[LANES];
    for (unsigned i = 0; i < ROUNDS; i += 2) {
        keccak_round(other, state, round_constants[i]);
        keccak_round(state, other, round_constants[i + 1]);
    }
}

static void absorb(uint64_t state[LANES], const uint8_t block[RATE_BYTES]) {
    for (unsigned i = 0; i < RATE_LANES; i++) {
        uint64_t lane;
        memcpy(&lane, block + 8 * i, sizeof lane);
        state[i] ^= le64toh(lane);
    }
    keccak_permute(state);
}

/* `padding` is the message's suffix with the first bit of pad10*1. */
static void sponge(uint8_t digest[32], const uint8_t *message, size_t length, uint8_t padding) {
    uint64_t state[LANES] = {0};
    uint8_t last[RATE_BYTES] = {0};
    for (; length >= RATE_BYTES; message += RATE_BYTES, length -= RATE_BYTES) {
        absorb(state, message);
    }
    if (length != 0) {
        memcpy(last, message, length);
    }
    last[length] = padding;
    last[RATE_BYTES - 1] |= 0x80;
    absorb(state, last);
    for (unsigned i = 0; i < 4; i++) {
        uint64_t lane = htole64(state[i]);
        memcpy(digest + 8 * i, &lane, sizeof lane);
    }
}

void plb_sha3_256(uint8_t digest[32], const uint8_t *message, size_t length) {
    sponge(digest, message, length, 0x06);
}

void plb_keccak_256(uint8_t digest[32], const uint8_t *message, size_t length) {
    sponge(digest, message, length, 0x01);
}
