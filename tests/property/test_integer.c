/* Random integers through the builtins, against the same with GMP's mpz functions. */
#include <stdio.h>

#include "../unit/builtin_support.h"

static uint64_t random_state;

static uint64_t random_word(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Up to `most` limbs, small ones often, with runs of ones and zeros that make carries. */
static void random_integer(mpz_t n, unsigned most) {
    unsigned limbs = random_word() % 4 == 0 ? (unsigned) (random_word() % most) + 1
                                            : (unsigned) (random_word() % 3) + 1;
    mpz_set_ui(n, 0);
    for (unsigned i = 0; i < limbs; i++) {
        uint64_t limb = random_word();
        if (random_word() % 3 == 0) limb = random_word() % 2 == 0 ? 0 : UINT64_MAX;
        mpz_mul_2exp(n, n, 64);
        mpz_add_ui(n, n, limb);
    }
    mpz_fdiv_q_2exp(n, n, random_word() % 70);
    if (random_word() % 8 == 0) mpz_add_ui(n, n, 1);
    if (random_word() % 2 == 0) mpz_neg(n, n);
}

static plb_value value_of(caller *c, const mpz_t n) {
    return plb_make_integer(region_of(c), mpz_sgn(n) < 0, mpz_limbs_read(n), mpz_size(n));
}

static bool is_mpz(plb_value v, const mpz_t n) {
    plb_int_view view;
    mpz_t seen;
    if (v == PLB_NO_VALUE || !plb_is_integer(v)) return false;
    plb_int_open(v, &view);
    mp_size_t count = (mp_size_t) view.count;
    mpz_roinit_n(seen, view.limbs, view.negative ? -count : count);
    /* One form for each integer: in place where it fits in 63 bits. */
    bool fits = mpz_sizeinbase(n, 2) <= 62 ||
                (mpz_sgn(n) < 0 && mpz_sizeinbase(n, 2) == 63 && mpz_scan1(n, 0) == 62);
    return mpz_cmp(seen, n) == 0 && plb_is_small(v) == fits;
}

static void reset(caller *c) {
    plb_region_reset(region_of(c));
    c->machine->last_log = NULL;
    c->machine->variant = PLB_VARIANT_C;
}

typedef void (*mpz_operation)(mpz_t result, const mpz_t a, const mpz_t b);

static const struct {
    const char *name;
    mpz_operation operation;
    bool divides;
} arithmetic[] = {{"addInteger", mpz_add, false},        {"subtractInteger", mpz_sub, false},
                  {"multiplyInteger", mpz_mul, false},   {"divideInteger", mpz_fdiv_q, true},
                  {"modInteger", mpz_fdiv_r, true},      {"quotientInteger", mpz_tdiv_q, true},
                  {"remainderInteger", mpz_tdiv_r, true}};

static void check_pair(caller *c, const mpz_t a, const mpz_t b) {
    mpz_t expected;
    mpz_init(expected);
    plb_value x = value_of(c, a), y = value_of(c, b);
    for (size_t i = 0; i < sizeof arithmetic / sizeof arithmetic[0]; i++) {
        if (arithmetic[i].divides && mpz_sgn(b) == 0) continue;
        arithmetic[i].operation(expected, a, b);
        plb_value v = call2(c, arithmetic[i].name, x, y);
        if (!is_mpz(v, expected)) {
            gmp_fprintf(stderr, "%s %Zd %Zd\n", arithmetic[i].name, a, b);
            fail();
        }
    }
    int order = mpz_cmp(a, b);
    assert_true(call2(c, "equalsInteger", x, y) == plb_bool(order == 0));
    assert_true(call2(c, "lessThanInteger", x, y) == plb_bool(order < 0));
    assert_true(call2(c, "lessThanEqualsInteger", x, y) == plb_bool(order <= 0));
    assert_int_equal(plb_int_sign(x), mpz_sgn(a));
    size_t bits = mpz_sgn(a) == 0 ? 1 : mpz_sizeinbase(a, 2);
    assert_int_equal(plb_int_memory(x), (bits - 1) / 64 + 1);
    mpz_clear(expected);
}

static void check_random_pairs(caller *c, unsigned limbs, int rounds) {
    mpz_t a, b, product;
    mpz_inits(a, b, product, NULL);
    for (int i = 0; i < rounds; i++) {
        reset(c);
        random_integer(a, limbs);
        random_integer(b, limbs);
        check_pair(c, a, b);
        /* Divisions without remainder, and one off. */
        mpz_mul(product, a, b);
        check_pair(c, product, b);
        mpz_add_ui(product, product, 1);
        check_pair(c, product, a);
        check_pair(c, a, a);
    }
    mpz_clears(a, b, product, NULL);
}

static void arithmetic_agrees_with_gmp(void **state) {
    random_state = 0x2545f4914f6cdd1d;
    check_random_pairs(*state, 40, 20000);
}

static void large_arithmetic_agrees_with_gmp(void **state) {
    random_state = 0x9e3779b97f4a7c15;
    check_random_pairs(*state, 6000, 60);
}

static void bytes_go_both_ways(void **state) {
    caller *c = *state;
    random_state = 0x853c49e6748fea9b;
    mpz_t n;
    mpz_init(n);
    for (int i = 0; i < 5000; i++) {
        reset(c);
        random_integer(n, 30);
        mpz_abs(n, n);
        for (int big_endian = 0; big_endian <= 1; big_endian++) {
            uint8_t bytes[8 * 40] = {0};
            size_t length = 0;
            mpz_export(bytes, &length, big_endian != 0 ? 1 : -1, 1, 0, 0, n);
            plb_value order = plb_bool(big_endian != 0);
            plb_value exported =
                call3(c, "integerToByteString", order, plb_small(0), value_of(c, n));
            assert_int_equal(plb_bytes_of(exported)->head.size, length);
            assert_memory_equal(plb_bytes_of(exported)->bytes, bytes, length);
            assert_true(is_mpz(call2(c, "byteStringToInteger", order, exported), n));
            /* With zeros on the insignificant side. */
            int64_t width = (int64_t) (length + random_word() % 20 + 1);
            exported = call3(c, "integerToByteString", order, plb_small(width), value_of(c, n));
            assert_int_equal(plb_bytes_of(exported)->head.size, width);
            assert_true(is_mpz(call2(c, "byteStringToInteger", order, exported), n));
        }
    }
    mpz_clear(n);
}

/* The bytestring of `length` bytes whose big-endian value is n. */
static plb_value bytes_of(caller *c, const mpz_t n, size_t length) {
    if (length == 0) return hex(c, "");
    return call3(c, "integerToByteString", PLB_TRUE, plb_small((int64_t) length), value_of(c, n));
}

/* n * 2^by within `bits` bits; a negative `by` divides, rounding down. */
static void shift_mpz(mpz_t result, const mpz_t n, int64_t by, size_t bits) {
    if (by < 0) {
        mpz_fdiv_q_2exp(result, n, (mp_bitcnt_t) -by);
    } else {
        mpz_mul_2exp(result, n, (mp_bitcnt_t) by);
        mpz_fdiv_r_2exp(result, result, bits);
    }
}

static void moves_of_bits_are_multiplications(void **state) {
    caller *c = *state;
    random_state = 0xda942042e4dd58b5;
    mpz_t n, left, right;
    mpz_inits(n, left, right, NULL);
    for (int i = 0; i < 5000; i++) {
        reset(c);
        size_t length = random_word() % 40 + 1, bits = 8 * length;
        random_integer(n, 6);
        mpz_fdiv_r_2exp(n, n, bits);
        plb_value bytes = bytes_of(c, n, length);
        int64_t by = (int64_t) (random_word() % (3 * bits)) - (int64_t) bits * 3 / 2;

        shift_mpz(left, n, by, bits);
        assert_same(call2(c, "shiftByteString", bytes, plb_small(by)), bytes_of(c, left, length));

        int64_t turn = (by % (int64_t) bits + (int64_t) bits) % (int64_t) bits;
        shift_mpz(left, n, turn, bits);
        shift_mpz(right, n, turn - (int64_t) bits, bits);
        mpz_ior(left, left, right);
        assert_same(call2(c, "rotateByteString", bytes, plb_small(by)), bytes_of(c, left, length));

        assert_true(call1(c, "countSetBits", bytes) == plb_small((int64_t) mpz_popcount(n)));
        int64_t first = mpz_sgn(n) == 0 ? -1 : (int64_t) mpz_scan1(n, 0);
        assert_true(call1(c, "findFirstSetBit", bytes) == plb_small(first));
        int64_t index = (int64_t) (random_word() % bits);
        assert_true(call2(c, "readBit", bytes, plb_small(index)) ==
                    plb_bool(mpz_tstbit(n, (mp_bitcnt_t) index) != 0));
    }
    mpz_clears(n, left, right, NULL);
}

static void logic_on_equal_lengths_is_logic_on_integers(void **state) {
    caller *c = *state;
    random_state = 0xa3ec647659359acd;
    const struct {
        const char *name;
        mpz_operation operation;
    } cases[] = {{"andByteString", mpz_and}, {"orByteString", mpz_ior}, {"xorByteString", mpz_xor}};
    mpz_t a, b, expected;
    mpz_inits(a, b, expected, NULL);
    for (int i = 0; i < 3000; i++) {
        reset(c);
        size_t length = random_word() % 60 + 1;
        random_integer(a, 8);
        random_integer(b, 8);
        mpz_fdiv_r_2exp(a, a, 8 * length);
        mpz_fdiv_r_2exp(b, b, 8 * length);
        for (size_t k = 0; k < 3; k++) {
            cases[k].operation(expected, a, b);
            plb_value pad = plb_bool(random_word() % 2 == 0);
            assert_same(
                call3(c, cases[k].name, pad, bytes_of(c, a, length), bytes_of(c, b, length)),
                bytes_of(c, expected, length));
        }
    }
    mpz_clears(a, b, expected, NULL);
}

/* By repeated squaring, so as not to compare GMP with itself. */
static void power_by_squaring(mpz_t result, const mpz_t base, const mpz_t exponent,
                              const mpz_t modulus) {
    mpz_t square;
    mpz_init(square);
    mpz_fdiv_r(square, base, modulus);
    mpz_set_ui(result, 1);
    mpz_fdiv_r(result, result, modulus);
    for (size_t bit = 0; bit < mpz_sizeinbase(exponent, 2); bit++) {
        if (mpz_tstbit(exponent, bit) != 0) {
            mpz_mul(result, result, square);
            mpz_fdiv_r(result, result, modulus);
        }
        mpz_mul(square, square, square);
        mpz_fdiv_r(square, square, modulus);
    }
    mpz_clear(square);
}

static void powers_agree_with_repeated_squaring(void **state) {
    caller *c = *state;
    random_state = 0xbf58476d1ce4e5b9;
    mpz_t base, exponent, modulus, expected, gcd;
    mpz_inits(base, exponent, modulus, expected, gcd, NULL);
    for (int i = 0; i < 2000; i++) {
        reset(c);
        random_integer(base, 6);
        random_integer(exponent, 3);
        random_integer(modulus, 6);
        mpz_abs(modulus, modulus);
        if (mpz_cmp_ui(modulus, 2) < 0) continue;
        plb_value v = call3(c, "expModInteger", value_of(c, base), value_of(c, exponent),
                            value_of(c, modulus));
        mpz_gcd(gcd, base, modulus);
        if (mpz_sgn(exponent) < 0 && mpz_cmp_ui(gcd, 1) != 0) {
            assert_true(v == PLB_NO_VALUE);
            continue;
        }
        int sign = mpz_sgn(exponent);
        mpz_abs(exponent, exponent);
        power_by_squaring(expected, base, exponent, modulus);
        if (sign >= 0) {
            assert_true(is_mpz(v, expected));
            continue;
        }
        /* The result times the positive power is 1. */
        mpz_t inverse;
        plb_int_view view;
        plb_int_open(v, &view);
        mpz_roinit_n(inverse, view.limbs, (mp_size_t) view.count);
        mpz_mul(expected, expected, inverse);
        mpz_fdiv_r(expected, expected, modulus);
        assert_int_equal(mpz_cmp_ui(expected, 1), 0);
        assert_true(mpz_cmp(inverse, modulus) < 0 && !view.negative);
    }
    mpz_clears(base, exponent, modulus, expected, gcd, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_agrees_with_gmp),
        cmocka_unit_test(large_arithmetic_agrees_with_gmp),
        cmocka_unit_test(bytes_go_both_ways),
        cmocka_unit_test(moves_of_bits_are_multiplications),
        cmocka_unit_test(logic_on_equal_lengths_is_logic_on_integers),
        cmocka_unit_test(powers_agree_with_repeated_squaring),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
