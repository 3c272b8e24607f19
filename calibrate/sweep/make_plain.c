/* Integers, bytestrings, strings: the reference's Benchmarks/{Integers,ByteStrings,Bitwise,Strings,
 * Bool,Unit,Tracing}.hs and Generators.hs. */
#include <string.h>

#include <gmp.h>

#include "calibrate/sweep/words.h"
#include "harness/machine/value.h"

/* ---- Parts ---- */

__extension__ typedef unsigned __int128 two_words;

uint64_t plb_random_up_to(plb_random *random, uint64_t bound) {
    return (uint64_t) ((two_words) plb_random_next(random) * bound >> 64);
}

void plb_fill_random(plb_maker *maker, void *bytes, size_t length) {
    uint8_t *at = bytes;
    for (; length >= 8; length -= 8, at += 8) {
        uint64_t word = plb_random_next(&maker->random);
        memcpy(at, &word, 8);
    }
    uint64_t last = plb_random_next(&maker->random);
    memcpy(at, &last, length);
}

plb_value plb_random_bytes(plb_maker *maker, uint64_t length) {
    uint8_t *bytes;
    plb_value v = plb_make_bytes_room(maker->region, PLB_KIND_BYTESTRING, length, &bytes);
    if (v != PLB_NO_VALUE) plb_fill_random(maker, bytes, length);
    return v;
}

/* Room for an integer's limbs that the caller fills before plb_make_integer copies them. */
static uint64_t *limbs_room(plb_maker *maker, uint64_t words) {
    return plb_region_alloc(maker->region, words * sizeof(uint64_t));
}

/* As the reference's randNwords: at most 64 n - 1 bits. The top one of these is set, so that the
 * size is certain, and no integer is one of the machine's small ones. Signs are a point's own: to
 * add and to subtract magnitudes take different times. */
plb_value plb_random_integer(plb_maker *maker, uint64_t words, bool positive) {
    uint64_t *limbs = limbs_room(maker, words);
    if (limbs == NULL) return PLB_NO_VALUE;
    plb_fill_random(maker, limbs, words * sizeof *limbs);
    limbs[words - 1] = (limbs[words - 1] & (UINT64_MAX >> 1)) | (uint64_t) 1 << 62;
    bool negative = (plb_random_next(&maker->shape) >> 63) != 0 && !positive;
    return plb_make_integer(maker->region, negative, limbs, words);
}

static plb_value bytes_of(plb_maker *maker, uint64_t length, uint8_t content) {
    uint8_t *bytes;
    plb_value v = plb_make_bytes_room(maker->region, PLB_KIND_BYTESTRING, length, &bytes);
    if (v != PLB_NO_VALUE) memset(bytes, content, length);
    return v;
}

/* UTF-8 of characters beyond the Basic Multilingual Plane, of four bytes each: as most of those
 * that the reference draws, and what it calls the worst case (Note [Choosing the inputs for costing
 * benchmarks]). So characters, and bytes by four, are the same number. */
static void fill_text(plb_maker *maker, uint8_t *bytes, uint64_t characters) {
    for (uint64_t i = 0; i < characters; i++, bytes += 4) {
        uint32_t c = 0x10000 + plb_random_below(&maker->random, 0x100000);
        bytes[0] = (uint8_t) (0xf0 | c >> 18);
        bytes[1] = (uint8_t) (0x80 | (c >> 12 & 0x3f));
        bytes[2] = (uint8_t) (0x80 | (c >> 6 & 0x3f));
        bytes[3] = (uint8_t) (0x80 | (c & 0x3f));
    }
}

static plb_value random_text(plb_maker *maker, plb_kind kind, uint64_t characters) {
    uint8_t *bytes;
    plb_value v = plb_make_bytes_room(maker->region, kind, 4 * characters, &bytes);
    if (v != PLB_NO_VALUE) fill_text(maker, bytes, characters);
    return v;
}

/* Another object of the same contents, so that comparing can't stop at the pointers. */
static plb_value copy_of(plb_maker *maker, plb_value v) {
    return v != PLB_NO_VALUE ? plb_copy_constant(maker->region, v) : PLB_NO_VALUE;
}

/* ---- Words ---- */

#define MAKES(name)                                                                                \
    void plb_make_word_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

MAKES(integer) { arguments[0] = plb_random_integer(maker, sizes[0], false); }

MAKES(tag) { arguments[0] = plb_random_integer(maker, sizes[0], true); }

MAKES(literal) { arguments[0] = plb_make_uint(maker->region, sizes[0]); }

/* A number of bytes, which is costed as words. */
MAKES(width) { arguments[0] = plb_make_uint(maker->region, 8 * sizes[0]); }

/* 256^(8 n) - 1 */
MAKES(repunit) {
    uint64_t *limbs = limbs_room(maker, sizes[0]);
    if (limbs != NULL) memset(limbs, 0xff, sizes[0] * sizeof *limbs);
    arguments[0] =
        limbs != NULL ? plb_make_integer(maker->region, false, limbs, sizes[0]) : PLB_NO_VALUE;
}

MAKES(byte) {
    (void) maker, (void) sizes;
    arguments[0] = plb_small(0xff);
}

MAKES(bytes) { arguments[0] = plb_random_bytes(maker, 8 * sizes[0]); }

MAKES(bytes_ff) { arguments[0] = bytes_of(maker, 8 * sizes[0], 0xff); }

MAKES(bytes_80_00) {
    uint8_t *bytes;
    uint64_t length = 8 * sizes[0];
    arguments[0] = plb_make_bytes_room(maker->region, PLB_KIND_BYTESTRING, length, &bytes);
    if (arguments[0] != PLB_NO_VALUE) {
        memset(bytes, 0, length);
        bytes[0] = 0x80;
    }
}

MAKES(text) { arguments[0] = random_text(maker, PLB_KIND_STRING, sizes[0]); }

/* Two characters a word. */
MAKES(utf8) { arguments[0] = random_text(maker, PLB_KIND_BYTESTRING, 2 * sizes[0]); }

MAKES(unit) {
    (void) maker, (void) sizes;
    arguments[0] = PLB_UNIT;
}

MAKES(true) {
    (void) maker, (void) sizes;
    arguments[0] = PLB_TRUE;
}

MAKES(bool) {
    (void) sizes;
    arguments[0] = plb_bool(plb_random_next(&maker->random) >> 63);
}

/* Points of one name take turns. */
MAKES(either) {
    (void) sizes;
    arguments[0] = plb_bool(maker->repeat % 2 == 0);
}

/* The reference gives chooseUnit integers of up to 5000 words and bytestrings beyond. */
MAKES(anything) {
    arguments[0] = sizes[0] <= 5000 ? plb_random_integer(maker, sizes[0], false)
                                    : plb_random_bytes(maker, 8 * sizes[0]);
}

MAKES(five_integers) {
    (void) maker, (void) sizes;
    for (int i = 0; i < 5; i++) arguments[i] = plb_small(111 * (i + 1));
}

/* Equal where the sizes are: then comparing has to look at all. */
MAKES(same_integers) {
    arguments[0] = plb_random_integer(maker, sizes[0], false);
    arguments[1] = sizes[0] == sizes[1] ? copy_of(maker, arguments[0])
                                        : plb_random_integer(maker, sizes[1], false);
}

MAKES(same_bytes) {
    arguments[0] = plb_random_bytes(maker, 8 * sizes[0]);
    arguments[1] =
        sizes[0] == sizes[1] ? copy_of(maker, arguments[0]) : plb_random_bytes(maker, 8 * sizes[1]);
}

MAKES(same_texts) {
    arguments[0] = random_text(maker, PLB_KIND_STRING, sizes[0]);
    arguments[1] = sizes[0] == sizes[1] ? copy_of(maker, arguments[0])
                                        : random_text(maker, PLB_KIND_STRING, sizes[1]);
}

/* 2^(64 n - 32) - 11: the reference's moduli, which are 2^(32 k) - 11 for odd k. */
static uint64_t *modulus_of(plb_maker *maker, uint64_t words) {
    uint64_t *limbs = limbs_room(maker, words);
    if (limbs == NULL) return NULL;
    memset(limbs, 0xff, words * sizeof *limbs);
    limbs[words - 1] = UINT32_MAX;
    limbs[0] -= 10;
    return limbs;
}

/* A third of a modulus, the largest 2^k - 1 below one, and a modulus: the worst case, as the
 * exponent's bits are all set. */
MAKES(exp_mod) {
    uint64_t *base = modulus_of(maker, sizes[0]), *exponent = limbs_room(maker, sizes[1]),
             *modulus = modulus_of(maker, sizes[2]);
    arguments[0] = arguments[1] = arguments[2] = PLB_NO_VALUE;
    if (base == NULL || exponent == NULL || modulus == NULL) return;
    (void) mpn_divrem_1((mp_ptr) base, 0, (mp_srcptr) base, (mp_size_t) sizes[0], 3);
    memset(exponent, 0xff, sizes[1] * sizeof *exponent);
    exponent[sizes[1] - 1] = UINT32_MAX >> 1;
    arguments[0] = plb_make_integer(maker->region, false, base, sizes[0]);
    arguments[1] = plb_make_integer(maker->region, false, exponent, sizes[1]);
    arguments[2] = plb_make_integer(maker->region, false, modulus, sizes[2]);
}

/* The reference cuts at quarters, and from there at quarters of the rest: 16 points of one name. */
MAKES(slice) {
    uint64_t length = 8 * sizes[2];
    uint64_t start = length / 4 * (maker->repeat / 4 % 4);
    arguments[0] = plb_make_uint(maker->region, start);
    arguments[1] = plb_make_uint(maker->region, (length - start) / 4 * (maker->repeat % 4));
    arguments[2] = plb_random_bytes(maker, length);
}

MAKES(byte_index) {
    arguments[0] = plb_random_bytes(maker, 8 * sizes[0]);
    arguments[1] = plb_make_uint(maker->region, plb_random_up_to(&maker->random, 8 * sizes[0]));
}

MAKES(top_bit) {
    arguments[0] = plb_random_bytes(maker, 8 * sizes[0]);
    arguments[1] = plb_make_uint(maker->region, 64 * sizes[0] - 1);
}

/* Always the bit with the highest index. */
MAKES(writes) {
    plb_value list = PLB_NIL(PLB_TYPE_INTEGER);
    for (uint64_t i = 0; i < sizes[1]; i++) {
        plb_value index = plb_make_uint(maker->region, 64 * sizes[0] - 1);
        list = plb_in_front(maker, PLB_TYPE_INTEGER, index, list);
    }
    arguments[0] = plb_random_bytes(maker, 8 * sizes[0]);
    arguments[1] = list;
    arguments[2] = PLB_TRUE;
}
