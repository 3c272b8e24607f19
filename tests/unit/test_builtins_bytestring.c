#include "builtin_support.h"

static void append_and_cons_join_bytes(void **state) {
    caller *c = *state;
    assert_same(call2(c, "appendByteString", hex(c, "0102"), hex(c, "03")), hex(c, "010203"));
    assert_same(call2(c, "appendByteString", hex(c, ""), hex(c, "03")), hex(c, "03"));
    assert_same(call2(c, "appendByteString", hex(c, "03"), hex(c, "")), hex(c, "03"));
    assert_same(call2(c, "appendByteString", hex(c, ""), hex(c, "")), hex(c, ""));
    assert_same(call2(c, "consByteString", plb_small(255), hex(c, "00")), hex(c, "ff00"));
}

static void cons_takes_integers_modulo_256_in_variants_a_b_and_d(void **state) {
    caller *c = *state;
    const plb_value wrapping[] = {plb_small(256), plb_small(-1), plb_small(511),
                                  power(c, -1, 70, 1), power(c, 1, 80, 7)};
    const char *wrapped[] = {"00", "ff", "ff", "ff", "07"};
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        bool bytes_only = variant == PLB_VARIANT_C || variant == PLB_VARIANT_E;
        for (size_t i = 0; i < 5; i++) {
            if (bytes_only) {
                assert_refused(c, call2(c, "consByteString", wrapping[i], hex(c, "")));
            } else {
                assert_same(call2(c, "consByteString", wrapping[i], hex(c, "")),
                            hex(c, wrapped[i]));
            }
        }
        plb_value beyond = power(c, 1, 262143, 0);
        if (variant >= PLB_VARIANT_C) {
            assert_refused(c, call2(c, "consByteString", beyond, hex(c, "")));
        } else {
            assert_same(call2(c, "consByteString", beyond, hex(c, "")), hex(c, "00"));
        }
    }
}

static void slices_are_cut_to_what_is_there(void **state) {
    caller *c = *state;
    const struct {
        int64_t start, count;
        const char *slice;
    } cases[] = {{1, 2, "0203"},
                 {0, 4, "01020304"},
                 {0, 100, "01020304"},
                 {3, 100, "04"},
                 {4, 1, ""},
                 {100, 1, ""},
                 {-3, 2, "0102"},
                 {1, 0, ""},
                 {1, -1, ""},
                 {PLB_SMALL_MAX, 1, ""},
                 {PLB_SMALL_MIN, PLB_SMALL_MAX, "01020304"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_same(call3(c, "sliceByteString", plb_small(cases[i].start),
                          plb_small(cases[i].count), hex(c, "01020304")),
                    hex(c, cases[i].slice));
    }
    plb_value most = power(c, 1, 63, -1), least = power(c, -1, 63, 0);
    assert_same(call3(c, "sliceByteString", least, most, hex(c, "0102")), hex(c, "0102"));
    assert_same(call3(c, "sliceByteString", most, most, hex(c, "0102")), hex(c, ""));
    assert_refused(c, call3(c, "sliceByteString", power(c, 1, 63, 0), most, hex(c, "0102")));
    assert_refused(c, call3(c, "sliceByteString", most, power(c, -1, 63, 1), hex(c, "0102")));
}

static void bytes_are_indexed_and_counted(void **state) {
    caller *c = *state;
    plb_value bytes = hex(c, "0aff");
    assert_true(call1(c, "lengthOfByteString", bytes) == plb_small(2));
    assert_true(call1(c, "lengthOfByteString", hex(c, "")) == plb_small(0));
    assert_true(call2(c, "indexByteString", bytes, plb_small(0)) == plb_small(10));
    assert_true(call2(c, "indexByteString", bytes, plb_small(1)) == plb_small(255));
    assert_failed(c, call2(c, "indexByteString", bytes, plb_small(2)));
    assert_failed(c, call2(c, "indexByteString", bytes, plb_small(-1)));
    assert_failed(c, call2(c, "indexByteString", bytes, power(c, 1, 63, -1)));
    assert_refused(c, call2(c, "indexByteString", bytes, power(c, 1, 63, 0)));
}

static void bytestrings_are_ordered_lexicographically(void **state) {
    caller *c = *state;
    const plb_value ascending[] = {hex(c, ""),     hex(c, "00"), hex(c, "0000"), hex(c, "01"),
                                   hex(c, "0100"), hex(c, "80"), hex(c, "ff")};
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7; j++) {
            plb_value a = ascending[i], b = ascending[j];
            assert_true(call2(c, "equalsByteString", a, b) == plb_bool(i == j));
            assert_true(call2(c, "lessThanByteString", a, b) == plb_bool(i < j));
            assert_true(call2(c, "lessThanEqualsByteString", a, b) == plb_bool(i <= j));
        }
    }
    assert_true(call2(c, "equalsByteString", hex(c, "0102"), hex(c, "0102")) == PLB_TRUE);
}

/* CByteString of variants D and E: up to 65,536 bytes; lengthOfByteString has no bound. */
static void bytestrings_are_bounded_from_variant_d(void **state) {
    caller *c = *state;
    uint8_t *room;
    plb_value most = plb_make_bytes_room(region_of(c), PLB_KIND_BYTESTRING, 65536, &room);
    memset(room, 7, 65536);
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        plb_value above = call2(c, "consByteString", plb_small(7), most);
        assert_true(call1(c, "lengthOfByteString", above) == plb_small(65537));
        assert_true(call2(c, "equalsByteString", most, most) == PLB_TRUE);
        if (variant >= PLB_VARIANT_D) {
            assert_refused(c, call2(c, "equalsByteString", above, above));
            assert_refused(c, call2(c, "appendByteString", hex(c, ""), above));
        } else {
            assert_true(call2(c, "equalsByteString", above, above) == PLB_TRUE);
            assert_same(call2(c, "appendByteString", hex(c, ""), above), above);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_and_cons_join_bytes),
        cmocka_unit_test(cons_takes_integers_modulo_256_in_variants_a_b_and_d),
        cmocka_unit_test(slices_are_cut_to_what_is_there),
        cmocka_unit_test(bytes_are_indexed_and_counted),
        cmocka_unit_test(bytestrings_are_ordered_lexicographically),
        cmocka_unit_test(bytestrings_are_bounded_from_variant_d),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
