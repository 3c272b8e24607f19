#include "builtin_support.h"

static void sums_leave_the_small_range_and_come_back(void **state) {
    caller *c = *state;
    plb_value most = plb_small(PLB_SMALL_MAX), least = plb_small(PLB_SMALL_MIN);
    assert_true(call2(c, "addInteger", plb_small(-5), plb_small(7)) == plb_small(2));
    assert_true(call2(c, "subtractInteger", plb_small(-5), plb_small(7)) == plb_small(-12));
    plb_value above = call2(c, "addInteger", most, plb_small(1));
    assert_same(above, power(c, 1, 62, 0));
    assert_true(call2(c, "subtractInteger", above, plb_small(1)) == most);
    plb_value below = call2(c, "subtractInteger", least, plb_small(1));
    assert_same(below, power(c, -1, 62, 1));
    assert_true(call2(c, "addInteger", below, plb_small(1)) == least);
    assert_same(call2(c, "addInteger", least, least), power(c, -1, 63, 0));
    assert_true(call2(c, "subtractInteger", above, above) == plb_small(0));
    assert_same(call2(c, "addInteger", above, plb_small(0)), above);
    assert_same(call2(c, "subtractInteger", plb_small(0), above), power(c, -1, 62, 0));
}

static void products_carry_into_limbs(void **state) {
    caller *c = *state;
    plb_value a = plb_small((int64_t) 1 << 40), least = plb_small(PLB_SMALL_MIN);
    assert_true(call2(c, "multiplyInteger", plb_small(-6), plb_small(7)) == plb_small(-42));
    assert_same(call2(c, "multiplyInteger", a, a), power(c, 1, 80, 0));
    assert_same(call2(c, "multiplyInteger", least, plb_small(-1)), power(c, 1, 62, 0));
    assert_same(call2(c, "multiplyInteger", least, least), power(c, 1, 124, 0));
    assert_true(call2(c, "multiplyInteger", least, plb_small(1)) == least);
    assert_true(call2(c, "multiplyInteger", power(c, 1, 99, 0), plb_small(0)) == plb_small(0));
    plb_value big = power(c, 1, 100, 0);
    assert_same(call2(c, "multiplyInteger", big, big), power(c, 1, 200, 0));
}

/* The four divisions of CIP-35's integers, as in the Plutus Core specification: div and mod round
 * down, quot and rem round to zero. */
static void divisions_round_by_their_kind(void **state) {
    caller *c = *state;
    const struct {
        int a, b, div, mod, quot, rem;
    } cases[] = {{7, 2, 3, 1, 3, 1},     {-7, 2, -4, 1, -3, -1}, {7, -2, -4, -1, -3, 1},
                 {-7, -2, 3, -1, 3, -1}, {6, -2, -3, 0, -3, 0},  {0, -5, 0, 0, 0, 0},
                 {1, 5, 0, 1, 0, 1},     {-1, 5, -1, 4, 0, -1},  {1, -5, -1, -4, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_value a = plb_small(cases[i].a), b = plb_small(cases[i].b);
        assert_true(call2(c, "divideInteger", a, b) == plb_small(cases[i].div));
        assert_true(call2(c, "modInteger", a, b) == plb_small(cases[i].mod));
        assert_true(call2(c, "quotientInteger", a, b) == plb_small(cases[i].quot));
        assert_true(call2(c, "remainderInteger", a, b) == plb_small(cases[i].rem));
    }
    assert_same(call2(c, "divideInteger", plb_small(PLB_SMALL_MIN), plb_small(-1)),
                power(c, 1, 62, 0));
}

static void big_divisions_round_by_their_kind(void **state) {
    caller *c = *state;
    plb_value n = power(c, -1, 130, 1), d = power(c, 1, 65, 0); /* -(2^130 + 1), 2^65 */
    assert_same(call2(c, "divideInteger", n, d), power(c, -1, 65, 1));
    assert_same(call2(c, "modInteger", n, d), power(c, 1, 65, -1));
    assert_same(call2(c, "quotientInteger", n, d), power(c, -1, 65, 0));
    assert_true(call2(c, "remainderInteger", n, d) == plb_small(-1));
    /* A divisor that is longer than the dividend. */
    assert_true(call2(c, "divideInteger", plb_small(-3), d) == plb_small(-1));
    assert_same(call2(c, "modInteger", plb_small(-3), d), power(c, 1, 65, -3));
    assert_true(call2(c, "quotientInteger", plb_small(-3), d) == plb_small(0));
    assert_true(call2(c, "remainderInteger", plb_small(-3), d) == plb_small(-3));
    assert_true(call2(c, "divideInteger", plb_small(0), power(c, -1, 65, 0)) == plb_small(0));
}

static void division_by_zero_fails(void **state) {
    caller *c = *state;
    const char *names[] = {"divideInteger", "modInteger", "quotientInteger", "remainderInteger"};
    for (size_t i = 0; i < 4; i++) {
        assert_failed(c, call2(c, names[i], plb_small(1), plb_small(0)));
        assert_failed(c, call2(c, names[i], power(c, 1, 90, 0), plb_small(0)));
    }
}

static void comparisons_order_integers(void **state) {
    caller *c = *state;
    const plb_value ascending[] = {power(c, -1, 90, 0), plb_small(-1), plb_small(0), plb_small(1),
                                   power(c, 1, 90, 0)};
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            plb_value a = ascending[i], b = ascending[j];
            assert_true(call2(c, "equalsInteger", a, b) == plb_bool(i == j));
            assert_true(call2(c, "lessThanInteger", a, b) == plb_bool(i < j));
            assert_true(call2(c, "lessThanEqualsInteger", a, b) == plb_bool(i <= j));
        }
    }
    assert_true(call2(c, "equalsInteger", power(c, 1, 90, 0), power(c, 1, 90, 0)) == PLB_TRUE);
}

/* CInteger of variants D and E: -2^262143 .. 2^262143-1. */
static void integers_are_bounded_from_variant_d(void **state) {
    caller *c = *state;
    plb_value least = power(c, -1, 262143, 0), below = power(c, -1, 262143, 1);
    plb_value most = power(c, 1, 262143, -1), above = power(c, 1, 262143, 0);
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        assert_true(call2(c, "addInteger", least, most) == plb_small(-1));
        if (variant >= PLB_VARIANT_D) {
            assert_refused(c, call2(c, "addInteger", above, plb_small(0)));
            plb_value further = plb_int_add(region_of(c), least, power(c, -1, 262142, 0));
            assert_refused(c, call2(c, "addInteger", further, plb_small(0)));
            assert_refused(c, call2(c, "lessThanInteger", plb_small(0), below));
        } else {
            assert_same(call2(c, "addInteger", above, plb_small(0)), above);
            assert_true(call2(c, "lessThanInteger", plb_small(0), below) == PLB_FALSE);
        }
        /* The result and equalsInteger are not bounded. */
        assert_same(call2(c, "addInteger", most, plb_small(1)), above);
        assert_true(call2(c, "equalsInteger", above, below) == PLB_FALSE);
    }
}

static void other_types_are_refused(void **state) {
    caller *c = *state;
    assert_refused(c, call2(c, "addInteger", plb_small(1), PLB_UNIT));
    assert_refused(c, call2(c, "addInteger", hex(c, "01"), plb_small(1)));
    assert_refused(c, call2(c, "equalsInteger", plb_small(1), plb_builtin_value(0, 0)));
    assert_refused(c, call2(c, "equalsInteger", PLB_NIL(PLB_TYPE_INTEGER), plb_small(1)));
}

static void powers_are_taken_modulo(void **state) {
    caller *c = *state;
    const char *name = "expModInteger";
    assert_true(call3(c, name, plb_small(4), plb_small(13), plb_small(497)) == plb_small(445));
    assert_true(call3(c, name, plb_small(3), plb_small(-1), plb_small(11)) == plb_small(4));
    assert_true(call3(c, name, plb_small(3), plb_small(-2), plb_small(11)) == plb_small(5));
    assert_true(call3(c, name, plb_small(-2), plb_small(3), plb_small(11)) == plb_small(3));
    assert_true(call3(c, name, plb_small(5), plb_small(0), plb_small(7)) == plb_small(1));
    assert_true(call3(c, name, plb_small(0), plb_small(0), plb_small(7)) == plb_small(1));
    assert_true(call3(c, name, plb_small(2), plb_small(-3), plb_small(1)) == plb_small(0));
    assert_true(call3(c, name, plb_small(0), plb_small(-3), plb_small(1)) == plb_small(0));
    /* Fermat: 2^(p-1) = 1 for the prime p = 2^127 - 1. */
    assert_true(call3(c, name, plb_small(2), power(c, 1, 127, -2), power(c, 1, 127, -1)) ==
                plb_small(1));
    assert_failed(c, call3(c, name, plb_small(2), plb_small(-1), plb_small(4)));
    assert_failed(c, call3(c, name, plb_small(0), plb_small(-1), plb_small(4)));
    assert_failed(c, call3(c, name, plb_small(2), plb_small(1), plb_small(0)));
    assert_failed(c, call3(c, name, plb_small(2), plb_small(1), plb_small(-4)));
}

static void powers_are_bounded_by_8192_bits(void **state) {
    caller *c = *state;
    const char *name = "expModInteger";
    plb_value least = power(c, -1, 8191, 0), most = power(c, 1, 8191, -1);
    assert_true(call3(c, name, most, plb_small(1), most) == plb_small(0));
    /* -2^8191 = -(modulus + 1) */
    assert_same(call3(c, name, least, plb_small(1), most), power(c, 1, 8191, -2));
    assert_failed(c, call3(c, name, plb_small(2), plb_small(1), power(c, 1, 8191, 0)));
    assert_failed(c, call3(c, name, power(c, 1, 8191, 0), plb_small(1), plb_small(3)));
    assert_failed(c, call3(c, name, power(c, -1, 8191, 1), plb_small(1), plb_small(3)));
    assert_failed(c, call3(c, name, plb_small(2), power(c, 1, 8191, 0), plb_small(3)));
    assert_true(call3(c, name, power(c, 1, 9000, 0), plb_small(1), plb_small(1)) == plb_small(0));
}

static void a_full_region_is_an_error(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    plb_value a = power(c, 1, 1000000, 0);
    uint8_t *low = region->low, *end = region->high;
    const char *names[] = {"addInteger", "multiplyInteger", "divideInteger"};
    c->machine->variant = PLB_VARIANT_A;
    region->high = region->low + 1024;
    for (size_t i = 0; i < 3; i++) {
        assert_true(call2(c, names[i], a, a) == PLB_NO_VALUE);
        assert_int_equal(c->failure, CALL_NO_MEMORY);
        region->low = low;
    }
    region->high = end;
    c->machine->variant = PLB_VARIANT_E;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_leave_the_small_range_and_come_back),
        cmocka_unit_test(products_carry_into_limbs),
        cmocka_unit_test(divisions_round_by_their_kind),
        cmocka_unit_test(big_divisions_round_by_their_kind),
        cmocka_unit_test(division_by_zero_fails),
        cmocka_unit_test(comparisons_order_integers),
        cmocka_unit_test(integers_are_bounded_from_variant_d),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(powers_are_taken_modulo),
        cmocka_unit_test(powers_are_bounded_by_8192_bits),
        cmocka_unit_test(a_full_region_is_an_error),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
