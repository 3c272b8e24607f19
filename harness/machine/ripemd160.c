#include "harness/machine/ripemd160.h"

#include <endian.h>
#include <string.h>

enum { BLOCK_BYTES = 64, LENGTH_OFFSET = 56 };

/* The paper's f(0, ...) to f(79, ...), one for each group of 16 steps. */
#define F0(x, y, z) ((x) ^ (y) ^ (z))
#define F1(x, y, z) (((x) & (y)) | (~(x) & (z)))
#define F2(x, y, z) (((x) | ~(y)) ^ (z))
#define F3(x, y, z) (((x) & (z)) | ((y) & ~(z)))
#define F4(x, y, z) ((x) ^ ((y) | ~(z)))

#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define STEP(a, b, c, d, e, f, k, i, s)                                                            \
    (a) += f(b, c, d) + x[i] + (k), (a) = ROTATE(a, s) + (e), (c) = ROTATE(c, 10)

/* Sixteen steps: message word and rotation of each. The five variables change roles with every
 * step instead of being moved; after sixteen steps they have moved by one. */
#define GROUP(a, b, c, d, e, f, k, i0, s0, i1, s1, i2, s2, i3, s3, i4, s4, i5, s5, i6, s6, i7, s7, \
              i8, s8, i9, s9, i10, s10, i11, s11, i12, s12, i13, s13, i14, s14, i15, s15)          \
    STEP(a, b, c, d, e, f, k, i0, s0), STEP(e, a, b, c, d, f, k, i1, s1),                          \
        STEP(d, e, a, b, c, f, k, i2, s2), STEP(c, d, e, a, b, f, k, i3, s3),                      \
        STEP(b, c, d, e, a, f, k, i4, s4), STEP(a, b, c, d, e, f, k, i5, s5),                      \
        STEP(e, a, b, c, d, f, k, i6, s6), STEP(d, e, a, b, c, f, k, i7, s7),                      \
        STEP(c, d, e, a, b, f, k, i8, s8), STEP(b, c, d, e, a, f, k, i9, s9),                      \
        STEP(a, b, c, d, e, f, k, i10, s10), STEP(e, a, b, c, d, f, k, i11, s11),                  \
        STEP(d, e, a, b, c, f, k, i12, s12), STEP(c, d, e, a, b, f, k, i13, s13),                  \
        STEP(b, c, d, e, a, f, k, i14, s14), STEP(a, b, c, d, e, f, k, i15, s15)

/* clang-format off: the paper's tables r(j), s(j) as pairs, a line a group. */
#define LEFT_LINE(a, b, c, d, e)                                                                   \
    GROUP(a, b, c, d, e, F0, 0u, 0, 11, 1, 14, 2, 15, 3, 12, 4, 5, 5, 8, 6, 7, 7, 9, 8, 11, 9, 13, \
          10, 14, 11, 15, 12, 6, 13, 7, 14, 9, 15, 8);                                             \
    GROUP(e, a, b, c, d, F1, 0x5a827999u, 7, 7, 4, 6, 13, 8, 1, 13, 10, 11, 6, 9, 15, 7, 3, 15,    \
          12, 7, 0, 12, 9, 15, 5, 9, 2, 11, 14, 7, 11, 13, 8, 12);                                 \
    GROUP(d, e, a, b, c, F2, 0x6ed9eba1u, 3, 11, 10, 13, 14, 6, 4, 7, 9, 14, 15, 9, 8, 13, 1, 15,  \
          2, 14, 7, 8, 0, 13, 6, 6, 13, 5, 11, 12, 5, 7, 12, 5);                                   \
    GROUP(c, d, e, a, b, F3, 0x8f1bbcdcu, 1, 11, 9, 12, 11, 14, 10, 15, 0, 14, 8, 15, 12, 9, 4, 8, \
          13, 9, 3, 14, 7, 5, 15, 6, 14, 8, 5, 6, 6, 5, 2, 12);                                    \
    GROUP(b, c, d, e, a, F4, 0xa953fd4eu, 4, 9, 0, 15, 5, 5, 9, 11, 7, 6, 12, 8, 2, 13, 10, 12,    \
          14, 5, 1, 12, 3, 13, 8, 14, 11, 11, 6, 8, 15, 5, 13, 6)

#define RIGHT_LINE(a, b, c, d, e)                                                                  \
    GROUP(a, b, c, d, e, F4, 0x50a28be6u, 5, 8, 14, 9, 7, 9, 0, 11, 9, 13, 2, 15, 11, 15, 4, 5,    \
          13, 7, 6, 7, 15, 8, 8, 11, 1, 14, 10, 14, 3, 12, 12, 6);                                 \
    GROUP(e, a, b, c, d, F3, 0x5c4dd124u, 6, 9, 11, 13, 3, 15, 7, 7, 0, 12, 13, 8, 5, 9, 10, 11,   \
          14, 7, 15, 7, 8, 12, 12, 7, 4, 6, 9, 15, 1, 13, 2, 11);                                  \
    GROUP(d, e, a, b, c, F2, 0x6d703ef3u, 15, 9, 5, 7, 1, 15, 3, 11, 7, 8, 14, 6, 6, 6, 9, 14, 11, \
          12, 8, 13, 12, 5, 2, 14, 10, 13, 0, 13, 4, 7, 13, 5);                                    \
    GROUP(c, d, e, a, b, F1, 0x7a6d76e9u, 8, 15, 6, 5, 4, 8, 1, 11, 3, 14, 11, 14, 15, 6, 0, 14,   \
          5, 6, 12, 9, 2, 12, 13, 9, 9, 12, 7, 5, 10, 15, 14, 8);                                  \
    GROUP(b, c, d, e, a, F0, 0u, 12, 8, 15, 5, 10, 12, 4, 9, 1, 12, 5, 5, 8, 14, 7, 6, 6, 8, 2,    \
          13, 13, 6, 14, 5, 0, 15, 3, 13, 9, 11, 11, 11)
/* clang-format on */

static void compress(uint32_t h[5], const uint8_t block[BLOCK_BYTES]) {
    uint32_t x[16];
    for (unsigned i = 0; i < 16; i++) {
        memcpy(&x[i], block + 4 * i, sizeof x[i]);
        x[i] = le32toh(x[i]);
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    LEFT_LINE(a, b, c, d, e);
    uint32_t left[5] = {a, b, c, d, e};
    a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    RIGHT_LINE(a, b, c, d, e);
    uint32_t t = h[1] + left[2] + d;
    h[1] = h[2] + left[3] + e;
    h[2] = h[3] + left[4] + a;
    h[3] = h[4] + left[0] + b;
    h[4] = h[0] + left[1] + c;
    h[0] = t;
}

void plb_ripemd_160(uint8_t digest[20], const uint8_t *message, size_t length) {
    uint32_t h[5] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u};
    uint64_t bits = htole64((uint64_t) length << 3);
    uint8_t last[BLOCK_BYTES] = {0};
    for (; length >= BLOCK_BYTES; message += BLOCK_BYTES, length -= BLOCK_BYTES) {
        compress(h, message);
    }
    if (length != 0) {
        memcpy(last, message, length);
    }
    last[length] = 0x80;
    if (length >= LENGTH_OFFSET) {
        compress(h, last);
        memset(last, 0, sizeof last);
    }
    memcpy(last + LENGTH_OFFSET, &bits, sizeof bits);
    compress(h, last);
    for (unsigned i = 0; i < 5; i++) {
        uint32_t word = htole32(h[i]);
        memcpy(digest + 4 * i, &word, sizeof word);
    }
}
