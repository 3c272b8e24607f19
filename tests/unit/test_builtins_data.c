#include "builtin_support.h"

static plb_value data_bytes(caller *c, plb_value bytes) {
    return plb_make_data_leaf(region_of(c), PLB_KIND_DATA_B, bytes);
}

static plb_value data_integer(caller *c, plb_value n) {
    return plb_make_data_leaf(region_of(c), PLB_KIND_DATA_I, n);
}

static plb_value constr(caller *c, plb_value tag, plb_value fields) {
    return plb_make_data_constr(region_of(c), tag, fields);
}

static void nodes_are_made_and_taken_apart(void **state) {
    caller *c = *state;
    plb_value n = plb_small(42), bytes = hex(c, "aabb");
    plb_value list = list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 1)}, 1);
    plb_value entry = call2(c, "mkPairData", data_int(c, 1), data_int(c, 2));
    plb_value map = call2(c, "mkCons", entry, call1(c, "mkNilPairData", PLB_UNIT));
    assert_true(call1(c, "unIData", call1(c, "iData", n)) == n);
    assert_true(call1(c, "unBData", call1(c, "bData", bytes)) == bytes);
    assert_true(call1(c, "unListData", call1(c, "listData", list)) == list);
    assert_true(call1(c, "unMapData", call1(c, "mapData", map)) == map);
    plb_value pair = call1(c, "unConstrData", call2(c, "constrData", n, list));
    assert_true(call1(c, "fstPair", pair) == n);
    assert_true(call1(c, "sndPair", pair) == list);
    assert_true(call1(c, "mkNilData", PLB_UNIT) == PLB_NIL(PLB_TYPE_DATA));
}

static void taking_apart_another_node_fails(void **state) {
    caller *c = *state;
    const char *names[] = {"unConstrData", "unMapData", "unListData", "unIData", "unBData"};
    const plb_value nodes[] = {
        constr(c, plb_small(0), PLB_NIL(PLB_TYPE_DATA)),
        plb_make_data_items(region_of(c), PLB_KIND_DATA_MAP, PLB_NIL(PLB_TYPE_PAIR_DATA_DATA)),
        plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, PLB_NIL(PLB_TYPE_DATA)),
        data_int(c, 1), data_bytes(c, hex(c, "00"))};
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
            plb_value v = call1(c, names[i], nodes[j]);
            assert_int_equal(c->failure, i == j ? CALL_GOOD : CALL_FAILED);
            assert_true((v != PLB_NO_VALUE) == (i == j));
        }
        assert_refused(c, call1(c, names[i], plb_small(1)));
    }
}

static void lists_need_their_element_type(void **state) {
    caller *c = *state;
    assert_refused(c, call1(c, "listData", PLB_NIL(PLB_TYPE_INTEGER)));
    assert_refused(c, call1(c, "mapData", PLB_NIL(PLB_TYPE_DATA)));
    assert_refused(c, call1(c, "listData", PLB_NIL(PLB_TYPE_PAIR_DATA_DATA)));
    assert_refused(c, call2(c, "constrData", plb_small(0), PLB_NIL(PLB_TYPE_BOOL)));
    assert_refused(c, call1(c, "mkNilData", PLB_FALSE));
}

/* Word64 in variants D and E, any integer before. */
static void constructor_tags_are_64_bits_from_variant_d(void **state) {
    caller *c = *state;
    plb_value nil = PLB_NIL(PLB_TYPE_DATA);
    const plb_value beyond[] = {plb_small(-1), power(c, 1, 64, 0), power(c, -1, 64, 0)};
    for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
        c->machine->variant = variant;
        assert_true(call2(c, "constrData", power(c, 1, 64, -1), nil) != PLB_NO_VALUE);
        for (int i = 0; i < 3; i++) {
            plb_value v = call2(c, "constrData", beyond[i], nil);
            assert_true((v == PLB_NO_VALUE) == (variant >= PLB_VARIANT_D));
        }
    }
}

static void equality_is_structural(void **state) {
    caller *c = *state;
    plb_value a =
        constr(c, plb_small(1), list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 1)}, 1));
    plb_value b =
        constr(c, plb_small(1), list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 1)}, 1));
    assert_true(call2(c, "equalsData", a, b) == PLB_TRUE);
    assert_true(call2(c, "equalsData", a, data_int(c, 1)) == PLB_FALSE);
    b = constr(c, plb_small(1), list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 2)}, 1));
    assert_true(call2(c, "equalsData", a, b) == PLB_FALSE);
}

static void expect_cbor(caller *c, plb_value data, const char *cbor) {
    assert_same(call1(c, "serialiseData", data), hex(c, cbor));
}

/* Heads by RFC 8949; which forms are used, by PlutusCore.Data. */
static void small_nodes_serialise(void **state) {
    caller *c = *state;
    plb_value nil = PLB_NIL(PLB_TYPE_DATA);
    expect_cbor(c, data_int(c, 0), "00");
    expect_cbor(c, data_int(c, 23), "17");
    expect_cbor(c, data_int(c, 24), "1818");
    expect_cbor(c, data_int(c, 256), "190100");
    expect_cbor(c, data_int(c, 65536), "1a00010000");
    expect_cbor(c, data_int(c, (int64_t) 1 << 32), "1b0000000100000000");
    expect_cbor(c, data_int(c, -1), "20");
    expect_cbor(c, data_int(c, -25), "3818");
    expect_cbor(c, data_bytes(c, hex(c, "")), "40");
    expect_cbor(c, data_bytes(c, hex(c, "0102")), "420102");
    expect_cbor(c, plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, nil), "80");
    plb_value two = list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 1), data_int(c, 2)}, 2);
    plb_value list = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, two);
    expect_cbor(c, list, "9f0102ff");
    plb_value map = PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
    expect_cbor(c, plb_make_data_items(region_of(c), PLB_KIND_DATA_MAP, map), "a0");
    map = call2(c, "mkCons", call2(c, "mkPairData", data_int(c, 3), list), map);
    map = call2(c, "mkCons", call2(c, "mkPairData", list, data_int(c, 4)), map);
    expect_cbor(c, plb_make_data_items(region_of(c), PLB_KIND_DATA_MAP, map),
                "a29f0102ff04039f0102ff");
}

static void constructors_serialise_as_tags(void **state) {
    caller *c = *state;
    plb_value nil = PLB_NIL(PLB_TYPE_DATA);
    plb_value one = list_of(c, PLB_TYPE_DATA, (plb_value[]){data_int(c, 1)}, 1);
    expect_cbor(c, constr(c, plb_small(0), nil), "d87980");
    expect_cbor(c, constr(c, plb_small(0), one), "d8799f01ff");
    expect_cbor(c, constr(c, plb_small(6), nil), "d87f80");
    expect_cbor(c, constr(c, plb_small(7), one), "d905009f01ff");
    expect_cbor(c, constr(c, plb_small(127), nil), "d9057880");
    expect_cbor(c, constr(c, plb_small(128), one), "d8668218809f01ff");
    expect_cbor(c, constr(c, power(c, 1, 64, -1), nil), "d866821bffffffffffffffff80");
    /* Tags that only variants A to C make. */
    expect_cbor(c, constr(c, plb_small(-1), nil), "d866822080");
    expect_cbor(c, constr(c, power(c, 1, 64, 0), nil), "d86682c24901000000000000000080");
}

static void big_integers_serialise_as_bignums(void **state) {
    caller *c = *state;
    expect_cbor(c, data_integer(c, power(c, 1, 64, -1)), "1bffffffffffffffff");
    expect_cbor(c, data_integer(c, power(c, -1, 64, 0)), "3bffffffffffffffff");
    expect_cbor(c, data_integer(c, power(c, 1, 64, 0)), "c249010000000000000000");
    expect_cbor(c, data_integer(c, power(c, -1, 64, 1)), "c349010000000000000000");
    expect_cbor(c, data_integer(c, power(c, -1, 72, 0)), "c349ffffffffffffffffff");
}

/* `prefix`, then `count` times `byte`, then `suffix`. */
static plb_value filled(caller *c, const char *prefix, size_t count, uint8_t byte,
                        const char *suffix) {
    uint8_t *room;
    plb_value middle = plb_make_bytes_room(region_of(c), PLB_KIND_BYTESTRING, count, &room);
    memset(room, byte, count);
    return call2(c, "appendByteString", call2(c, "appendByteString", hex(c, prefix), middle),
                 hex(c, suffix));
}

static void long_leaves_are_chunked(void **state) {
    caller *c = *state;
    plb_value v = data_bytes(c, filled(c, "", 64, 0xab, ""));
    assert_same(call1(c, "serialiseData", v), filled(c, "5840", 64, 0xab, ""));
    v = data_bytes(c, filled(c, "", 65, 0xab, ""));
    assert_same(call1(c, "serialiseData", v), filled(c, "5f5840", 64, 0xab, "41abff"));
    v = data_bytes(c, filled(c, "", 128, 0xab, ""));
    assert_same(call1(c, "serialiseData", v),
                call2(c, "appendByteString", filled(c, "5f5840", 64, 0xab, ""),
                      filled(c, "5840", 64, 0xab, "ff")));
    /* 2^512 has 65 bytes; -2^512 is encoded as 2^512-1, which has 64. */
    v = data_integer(c, power(c, 1, 512, 0));
    assert_same(call1(c, "serialiseData", v), filled(c, "c25f584001", 63, 0, "4100ff"));
    v = data_integer(c, power(c, -1, 512, 0));
    assert_same(call1(c, "serialiseData", v), filled(c, "c35840", 64, 0xff, ""));
    /* A tag's bignum is in one piece. */
    v = constr(c, power(c, 1, 520, 0), PLB_NIL(PLB_TYPE_DATA));
    assert_same(call1(c, "serialiseData", v), filled(c, "d86682c2584201", 65, 0, "80"));
}

static void deep_data_serialises_within_the_cap(void **state) {
    caller *c = *state;
    const int depth = 100000;
    plb_value v = data_int(c, 1);
    for (int i = 0; i < depth; i++) {
        v = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, list_of(c, PLB_TYPE_DATA, &v, 1));
    }
    plb_value bytes = call1(c, "serialiseData", v);
    assert_int_equal(plb_object_of(bytes)->size, 2 * depth + 1);
    assert_int_equal(plb_bytes_of(bytes)->bytes[depth], 1);
    assert_true(region_of(c)->high == region_of(c)->end);

    /* 2^40 leaves */
    v = data_int(c, 1);
    for (int i = 0; i < 40; i++) {
        v = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST,
                                list_of(c, PLB_TYPE_DATA, (plb_value[]){v, v}, 2));
    }
    assert_true(call1(c, "serialiseData", v) == PLB_NO_VALUE);
    assert_int_equal(c->failure, CALL_NO_MEMORY);
    assert_true(region_of(c)->high == region_of(c)->end);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_made_and_taken_apart),
        cmocka_unit_test(taking_apart_another_node_fails),
        cmocka_unit_test(lists_need_their_element_type),
        cmocka_unit_test(constructor_tags_are_64_bits_from_variant_d),
        cmocka_unit_test(equality_is_structural),
        cmocka_unit_test(small_nodes_serialise),
        cmocka_unit_test(constructors_serialise_as_tags),
        cmocka_unit_test(big_integers_serialise_as_bignums),
        cmocka_unit_test(long_leaves_are_chunked),
        cmocka_unit_test(deep_data_serialises_within_the_cap),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
