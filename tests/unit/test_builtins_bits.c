#include "builtin_support.h"

static void expect(plb_value actual, plb_value expected) {
    assert_true(actual != PLB_NO_VALUE);
    assert_same(actual, expected);
}

/* CIP-121 */
static void integers_become_bytes(void **state) {
    caller *c = *state;
    const char *name = "integerToByteString";
    plb_value big = plb_small(0x123456);
    expect(call3(c, name, PLB_TRUE, plb_small(0), big), hex(c, "123456"));
    expect(call3(c, name, PLB_FALSE, plb_small(0), big), hex(c, "563412"));
    expect(call3(c, name, PLB_TRUE, plb_small(5), big), hex(c, "0000123456"));
    expect(call3(c, name, PLB_FALSE, plb_small(5), big), hex(c, "5634120000"));
    expect(call3(c, name, PLB_TRUE, plb_small(0), plb_small(0)), hex(c, ""));
    expect(call3(c, name, PLB_TRUE, plb_small(3), plb_small(0)), hex(c, "000000"));
    expect(call3(c, name, PLB_TRUE, plb_small(0), power(c, 1, 64, 1)),
           hex(c, "010000000000000001"));
    expect(call3(c, name, PLB_FALSE, plb_small(10), power(c, 1, 64, 2)),
           hex(c, "02000000000000000100"));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(2), big));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(0), plb_small(-1)));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(0), power(c, -1, 99, 0)));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(-1), big));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(8193), big));
    assert_failed(c, call3(c, name, PLB_TRUE, power(c, 1, 64, 0), big));
}

static void at_most_8192_bytes_are_made(void **state) {
    caller *c = *state;
    const char *name = "integerToByteString";
    plb_value most = power(c, 1, 65536, -1), above = power(c, 1, 65536, 0);
    plb_value bytes = call3(c, name, PLB_TRUE, plb_small(0), most);
    assert_int_equal(plb_object_of(bytes)->size, 8192);
    expect(call3(c, name, PLB_FALSE, plb_small(8192), most), bytes);
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(0), above));
    assert_failed(c, call3(c, name, PLB_TRUE, plb_small(8192), above));
    expect(call2(c, "byteStringToInteger", PLB_TRUE, bytes), most);
    expect(call2(c, "replicateByte", plb_small(8192), plb_small(255)), bytes);
    assert_failed(c, call2(c, "replicateByte", plb_small(8193), plb_small(255)));
    assert_failed(c, call2(c, "replicateByte", plb_small(-1), plb_small(255)));
    assert_refused(c, call2(c, "replicateByte", plb_small(1), plb_small(256)));
    assert_refused(c, call2(c, "replicateByte", plb_small(1), plb_small(-1)));
    expect(call2(c, "replicateByte", plb_small(3), plb_small(7)), hex(c, "070707"));
    expect(call2(c, "replicateByte", plb_small(0), plb_small(7)), hex(c, ""));
}

static void bytes_become_integers(void **state) {
    caller *c = *state;
    const char *name = "byteStringToInteger";
    expect(call2(c, name, PLB_TRUE, hex(c, "")), plb_small(0));
    expect(call2(c, name, PLB_TRUE, hex(c, "000000000000000000000000")), plb_small(0));
    expect(call2(c, name, PLB_TRUE, hex(c, "00001234")), plb_small(0x1234));
    expect(call2(c, name, PLB_FALSE, hex(c, "34120000")), plb_small(0x1234));
    expect(call2(c, name, PLB_TRUE, hex(c, "010000000000000005")), power(c, 1, 64, 5));
    expect(call2(c, name, PLB_FALSE, hex(c, "05000000000000000100")), power(c, 1, 64, 5));
}

/* CIP-122 */
static void logic_pads_or_truncates(void **state) {
    caller *c = *state;
    const struct {
        const char *name;
        plb_value pad;
        const char *result;
    } cases[] = {{"andByteString", PLB_FALSE, "e080"}, {"andByteString", PLB_TRUE, "e08055"},
                 {"orByteString", PLB_FALSE, "ffcf"},  {"orByteString", PLB_TRUE, "ffcf55"},
                 {"xorByteString", PLB_FALSE, "1f4f"}, {"xorByteString", PLB_TRUE, "1f4f55"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_value a = hex(c, "ffc055"), b = hex(c, "e08f");
        expect(call3(c, cases[i].name, cases[i].pad, a, b), hex(c, cases[i].result));
        expect(call3(c, cases[i].name, cases[i].pad, b, a), hex(c, cases[i].result));
        expect(call3(c, cases[i].name, PLB_FALSE, a, hex(c, "")), hex(c, ""));
        expect(call3(c, cases[i].name, PLB_TRUE, a, hex(c, "")), a);
    }
    expect(call1(c, "complementByteString", hex(c, "00f0a5")), hex(c, "ff0f5a"));
    expect(call1(c, "complementByteString", hex(c, "")), hex(c, ""));
}

static plb_value indices(caller *c, int64_t a, int64_t b) {
    return list_of(c, PLB_TYPE_INTEGER, (plb_value[]){plb_small(a), plb_small(b)}, 2);
}

static void bits_are_read_and_written(void **state) {
    caller *c = *state;
    plb_value bytes = hex(c, "f401"); /* 1111 0100 0000 0001 */
    const int set[] = {0, 10, 12, 13, 14, 15};
    for (int i = 0, next = 0; i < 16; i++) {
        bool is_set = next < 6 && set[next] == i;
        assert_true(call2(c, "readBit", bytes, plb_small(i)) == plb_bool(is_set));
        next += is_set ? 1 : 0;
    }
    assert_failed(c, call2(c, "readBit", bytes, plb_small(16)));
    assert_failed(c, call2(c, "readBit", bytes, plb_small(-1)));
    assert_failed(c, call2(c, "readBit", hex(c, ""), plb_small(0)));
    assert_failed(c, call2(c, "readBit", bytes, power(c, 1, 62, 0)));
    assert_refused(c, call2(c, "readBit", bytes, power(c, 1, 63, 0)));

    const char *name = "writeBits";
    expect(call3(c, name, bytes, indices(c, 1, 8), PLB_TRUE), hex(c, "f503"));
    expect(call3(c, name, bytes, indices(c, 0, 15), PLB_FALSE), hex(c, "7400"));
    expect(bytes, hex(c, "f401"));
    expect(call3(c, name, bytes, PLB_NIL(PLB_TYPE_INTEGER), PLB_FALSE), bytes);
    expect(call3(c, name, hex(c, ""), PLB_NIL(PLB_TYPE_INTEGER), PLB_TRUE), hex(c, ""));
    assert_failed(c, call3(c, name, bytes, indices(c, 0, 16), PLB_TRUE));
    assert_failed(c, call3(c, name, bytes, indices(c, -1, 0), PLB_TRUE));
    assert_refused(c, call3(c, name, bytes, PLB_NIL(PLB_TYPE_DATA), PLB_TRUE));
}

static void write_bits_takes_4096_bytes_from_variant_d(void **state) {
    caller *c = *state;
    uint8_t *room;
    plb_value most = plb_make_bytes_room(region_of(c), PLB_KIND_BYTESTRING, 4096, &room);
    memset(room, 0, 4096);
    plb_value above = call2(c, "consByteString", plb_small(0), most);
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        assert_true(call3(c, "writeBits", most, indices(c, 0, 1), PLB_TRUE) != PLB_NO_VALUE);
        plb_value v = call3(c, "writeBits", above, PLB_NIL(PLB_TYPE_INTEGER), PLB_TRUE);
        assert_int_equal(c->failure, variant >= PLB_VARIANT_D ? CALL_FAILED : CALL_GOOD);
        assert_true(v == (variant >= PLB_VARIANT_D ? PLB_NO_VALUE : above));
    }
}

/* CIP-123: positive to the left */
static void shifts_move_bits_and_drop_them(void **state) {
    caller *c = *state;
    const struct {
        int by;
        const char *result;
    } cases[] = {{0, "ebfc0f"},  {5, "7f81e0"},   {-5, "075fe0"},   {8, "fc0f00"},
                 {-8, "00ebfc"}, {16, "0f0000"},  {23, "800000"},   {-23, "000001"},
                 {24, "000000"}, {-24, "000000"}, {1000, "000000"}, {12, "c0f000"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect(call2(c, "shiftByteString", hex(c, "ebfc0f"), plb_small(cases[i].by)),
               hex(c, cases[i].result));
    }
    expect(call2(c, "shiftByteString", hex(c, ""), plb_small(3)), hex(c, ""));
    expect(call2(c, "shiftByteString", hex(c, "ff"), power(c, -1, 63, 0)), hex(c, "00"));
}

static void rotations_bring_bits_back(void **state) {
    caller *c = *state;
    const struct {
        int by;
        const char *result;
    } cases[] = {{0, "ebfc0f"},  {5, "7f81fd"},  {-5, "7f5fe0"}, {8, "fc0feb"},   {-8, "0febfc"},
                 {16, "0febfc"}, {24, "ebfc0f"}, {29, "7f81fd"}, {-29, "7f5fe0"}, {12, "c0febf"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect(call2(c, "rotateByteString", hex(c, "ebfc0f"), plb_small(cases[i].by)),
               hex(c, cases[i].result));
    }
    expect(call2(c, "rotateByteString", hex(c, ""), plb_small(3)), hex(c, ""));
    expect(call2(c, "rotateByteString", hex(c, "81"), plb_small(1)), hex(c, "03"));
}

/* Int in variants D and E, any integer before. */
static void moves_are_64_bits_from_variant_d(void **state) {
    caller *c = *state;
    plb_value far = power(c, 1, 70, 5); /* 2^70 + 5 = 21 modulo 24 */
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        if (variant >= PLB_VARIANT_D) {
            assert_refused(c, call2(c, "shiftByteString", hex(c, "ff"), far));
            assert_refused(c, call2(c, "rotateByteString", hex(c, "ebfc0f"), far));
        } else {
            expect(call2(c, "shiftByteString", hex(c, "ff"), far), hex(c, "00"));
            expect(call2(c, "rotateByteString", hex(c, "ebfc0f"), far),
                   call2(c, "rotateByteString", hex(c, "ebfc0f"), plb_small(21)));
        }
    }
}

static void set_bits_are_counted_and_found(void **state) {
    caller *c = *state;
    const struct {
        const char *bytes;
        int count, first;
    } cases[] = {{"", 0, -1},
                 {"00", 0, -1},
                 {"01", 1, 0},
                 {"80", 1, 7},
                 {"0002", 1, 1},
                 {"ff00", 8, 8},
                 {"000000000000000000", 0, -1},
                 {"8000000000000000000000", 1, 87},
                 {"ffffffffffffffffffff", 80, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_value bytes = hex(c, cases[i].bytes);
        assert_true(call1(c, "countSetBits", bytes) == plb_small(cases[i].count));
        assert_true(call1(c, "findFirstSetBit", bytes) == plb_small(cases[i].first));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_become_bytes),
        cmocka_unit_test(at_most_8192_bytes_are_made),
        cmocka_unit_test(bytes_become_integers),
        cmocka_unit_test(logic_pads_or_truncates),
        cmocka_unit_test(bits_are_read_and_written),
        cmocka_unit_test(write_bits_takes_4096_bytes_from_variant_d),
        cmocka_unit_test(shifts_move_bits_and_drop_them),
        cmocka_unit_test(rotations_bring_bits_back),
        cmocka_unit_test(moves_are_64_bits_from_variant_d),
        cmocka_unit_test(set_bits_are_counted_and_found),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
