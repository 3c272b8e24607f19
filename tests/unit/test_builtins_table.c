#include "builtin_support.h"

#include <stdio.h>

#include "harness/machine/builtin_args.h"

static void every_builtin_is_found_by_its_name(void **state) {
    (void) state;
    for (int id = 0; id < PLB_BUILTIN_COUNT; id++) {
        const char *name = plb_builtins[id].name;
        assert_int_equal(plb_builtin_find(name, strlen(name)), id);
        assert_int_equal(plb_builtin_find(name, strlen(name) - 1), -1);
        char longer[64];
        snprintf(longer, sizeof longer, "%sX", name);
        assert_int_equal(plb_builtin_find(longer, strlen(longer)), -1);
    }
    assert_int_equal(plb_builtin_find("", 0), -1);
    assert_int_equal(plb_builtin_find("addinteger", 10), -1);
    assert_int_equal(plb_builtin_find("addInteger\0", 11), -1);
    assert_int_equal(plb_builtin_find("addInteger)", 10), 0);
}

/* Flat tags of the first and last builtin of each batch, and of some around which the order of
 * names and of tags differ (PlutusCore.Default.Builtins). */
static void tags_are_the_references(void **state) {
    (void) state;
    const struct {
        const char *name;
        int tag, batch;
    } cases[] = {{"addInteger", 0, 1},
                 {"verifyEd25519Signature", 21, 1},
                 {"mkNilPairData", 50, 1},
                 {"serialiseData", 51, 2},
                 {"verifyEcdsaSecp256k1Signature", 52, 3},
                 {"verifySchnorrSecp256k1Signature", 53, 3},
                 {"bls12_381_G1_add", 54, 4},
                 {"bls12_381_G1_compress", 58, 4},
                 {"bls12_381_G1_hashToGroup", 60, 4},
                 {"bls12_381_finalVerify", 70, 4},
                 {"byteStringToInteger", 74, 4},
                 {"andByteString", 75, 5},
                 {"ripemd_160", 86, 5},
                 {"expModInteger", 87, 6},
                 {"bls12_381_G2_multiScalarMul", 93, 6},
                 {"scaleValue", 100, 6},
                 {"multiIndexArray", 101, 7},
                 {"assetCount", 103, 7}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int id = plb_builtin_find(cases[i].name, strlen(cases[i].name));
        assert_int_equal(id, cases[i].tag);
        assert_int_equal(plb_builtins[id].batch, cases[i].batch);
    }
}

static void rows_are_complete(void **state) {
    (void) state;
    for (int id = 0; id < PLB_BUILTIN_COUNT; id++) {
        const plb_builtin *row = &plb_builtins[id];
        assert_non_null(row->name);
        assert_true(row->run != NULL);
        assert_in_range(row->arity, 1, PLB_BUILTIN_MAX_ARITY);
        assert_in_range(row->forces, 0, 2);
        assert_in_range(row->batch, 1, 7);
    }
}

/* The quick check accepts nothing that the full one refuses, and the other way round. */
static void quick_and_full_checks_agree(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    uint8_t *room;
    plb_value long_bytes = plb_make_bytes_room(region, PLB_KIND_BYTESTRING, 65537, &room);
    plb_value pair = plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA, data_int(c, 1), data_int(c, 1));
    plb_closure *closure = plb_region_alloc(region, sizeof *closure);
    const plb_value values[] = {plb_small(0),
                                plb_small(-1),
                                plb_small(256),
                                power(c, 1, 63, 0),
                                power(c, 1, 64, 0),
                                power(c, -1, 63, 0),
                                power(c, 1, 262143, -1),
                                power(c, 1, 262143, 0),
                                power(c, -1, 262143, 0),
                                power(c, -1, 262143, 1),
                                power(c, -1, 262150, 0),
                                hex(c, ""),
                                long_bytes,
                                text(c, "a"),
                                PLB_UNIT,
                                PLB_TRUE,
                                PLB_NIL(PLB_TYPE_INTEGER),
                                PLB_NIL(PLB_TYPE_DATA),
                                PLB_NIL(PLB_TYPE_PAIR_DATA_DATA),
                                PLB_NIL(PLB_TYPE_G1),
                                plb_builtin_value(1, 0),
                                data_int(c, 1),
                                pair,
                                plb_make_array(region, PLB_TYPE_DATA, NULL, 0),
                                plb_from_object(closure) | PLB_PTR_LAMBDA,
                                plb_from_object(closure) | PLB_PTR_DELAY};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        for (int arg = 0; arg < PLB_ARG_COUNT; arg++) {
            for (plb_variant variant = PLB_VARIANT_A; variant <= PLB_VARIANT_E; variant++) {
                assert_int_equal(plb_arg_ok(values[i], (plb_arg) arg, variant),
                                 plb_arg_check(values[i], (plb_arg) arg, variant));
            }
        }
        assert_true(plb_arg_ok(values[i], PLB_ARG_ANY, PLB_VARIANT_E));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_builtin_is_found_by_its_name),
        cmocka_unit_test(tags_are_the_references),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(quick_and_full_checks_agree),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
