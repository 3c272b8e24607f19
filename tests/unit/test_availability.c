/* What is available when: PlutusLedgerApi.Common.Versions, and the table of semantics variants in
 * PlutusLedgerApi.Common.ProtocolVersions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/availability.h"

static unsigned tag_of(const char *name) {
    int tag = plb_builtin_find(name, strlen(name));
    assert_true(tag >= 0);
    return (unsigned) tag;
}

/* The first protocol version of a builtin in PlutusV1 to V4 (0: none). */
static const struct {
    const char *name;
    unsigned introduced[4];
} introductions[] = {
    {"addInteger", {5, 7, 9, 12}},
    {"mkNilPairData", {5, 7, 9, 12}},
    {"serialiseData", {11, 7, 9, 12}},
    {"verifyEcdsaSecp256k1Signature", {11, 8, 9, 12}},
    {"verifySchnorrSecp256k1Signature", {11, 8, 9, 12}},
    {"bls12_381_G1_add", {11, 11, 9, 12}},
    {"bls12_381_finalVerify", {11, 11, 9, 12}},
    {"keccak_256", {11, 11, 9, 12}},
    {"blake2b_224", {11, 11, 9, 12}},
    {"integerToByteString", {11, 10, 9, 12}},
    {"byteStringToInteger", {11, 10, 9, 12}},
    {"andByteString", {11, 11, 10, 12}},
    {"ripemd_160", {11, 11, 10, 12}},
    {"expModInteger", {11, 11, 11, 12}},
    {"dropList", {11, 11, 11, 12}},
    {"indexArray", {11, 11, 11, 12}},
    {"bls12_381_G2_multiScalarMul", {11, 11, 11, 12}},
    {"insertCoin", {11, 11, 11, 12}},
    {"scaleValue", {11, 11, 11, 12}},
    {"multiIndexArray", {0, 0, 0, 0}},
    {"policies", {0, 0, 0, 0}},
    {"assetCount", {0, 0, 0, 0}},
};

static void builtins_appear_in_their_protocol_version(void **state) {
    (void) state;
    for (size_t i = 0; i < sizeof introductions / sizeof introductions[0]; i++) {
        unsigned tag = tag_of(introductions[i].name);
        for (int l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V4; l++) {
            unsigned first = introductions[i].introduced[l - 1];
            assert_int_equal(plb_builtin_introduced(tag, (plb_language) l), first);
            for (unsigned v = PLB_PROTOCOL_VERSION_MIN; v <= PLB_PROTOCOL_VERSION_MAX; v++)
                assert_int_equal(plb_builtin_available(tag, (plb_era){(plb_language) l, v}),
                                 first != 0 && v >= first);
        }
    }
}

/* The sizes of the batches, as sums of what a language has. */
static void numbers_of_builtins(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        unsigned count;
    } rows[] = {
        {{PLB_PLUTUS_V1, 5}, 51},
        {{PLB_PLUTUS_V1, 10}, 51},
        {{PLB_PLUTUS_V1, 11}, 101},
        {{PLB_PLUTUS_V2, 6}, 0},
        {{PLB_PLUTUS_V2, 7}, 52},
        {{PLB_PLUTUS_V2, 8}, 54},
        {{PLB_PLUTUS_V2, 9}, 54},
        {{PLB_PLUTUS_V2, 10}, 56},
        {{PLB_PLUTUS_V2, 11}, 101},
        {{PLB_PLUTUS_V3, 8}, 0},
        {{PLB_PLUTUS_V3, 9}, 75},
        {{PLB_PLUTUS_V3, 10}, 87},
        {{PLB_PLUTUS_V3, 11}, 101},
        {{PLB_PLUTUS_V4, 11}, 0},
        {{PLB_PLUTUS_V4, 12}, 101},
        {{PLB_LANGUAGE_NEWEST, 0}, PLB_BUILTIN_COUNT},
        {{PLB_LANGUAGE_NEWEST, 5}, PLB_BUILTIN_COUNT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned count = 0;
        for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++)
            count += plb_builtin_available(tag, rows[i].era);
        assert_int_equal(count, rows[i].count);
    }
}

/* Rows: PlutusV1 to V4; columns: protocol versions 5 to 12. Before a language exists, the letter
 * is the first one that it has. */
static void semantics_variants(void **state) {
    (void) state;
    static const char *const rows[] = {"AAAABBDD", "AAAABBDD", "CCCCCCEE", "EEEEEEEE"};
    for (unsigned l = 0; l < 4; l++)
        for (unsigned v = 5; v <= 12; v++)
            assert_int_equal(plb_era_variant((plb_era){(plb_language) (l + 1), v}), rows[l][v - 5]);
    assert_int_equal(plb_era_variant((plb_era){PLB_LANGUAGE_NEWEST, 5}), 'E');
}

static void languages_exist_from_their_hard_fork_on(void **state) {
    (void) state;
    static const unsigned first[] = {5, 7, 9, 12};
    for (unsigned l = 0; l < 4; l++)
        for (unsigned v = 5; v <= 12; v++) {
            const plb_availability *a = plb_availability_of((plb_era){(plb_language) (l + 1), v});
            assert_int_equal(a->language, v >= first[l]);
            assert_int_equal(a->core_1_0_0, v >= first[l]);
            assert_int_equal(a->core_1_1_0, v >= (l < 2 ? 11 : first[l]));
            assert_int_equal(a->reject_remainder, l >= 2);
            assert_int_equal(a->must_return_unit, l >= 2);
        }
}

static void version_11_brings_bounds_and_case_on_constants(void **state) {
    (void) state;
    for (int l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++)
        for (unsigned v = 9; v <= 12; v++) {
            const plb_availability *a = plb_availability_of((plb_era){(plb_language) l, v});
            assert_int_equal(a->case_on_constants, v >= 11);
            assert_true(a->constr_max_fields == (v >= 11 ? 1024 : UINT64_MAX));
            assert_true(a->constant_type_max == (v >= 11 ? 32 : UINT64_MAX));
        }
}

static void newest_has_everything_and_no_bounds(void **state) {
    (void) state;
    const plb_availability *a = plb_availability_of((plb_era){PLB_LANGUAGE_NEWEST, 0});
    assert_true(a->language && a->core_1_0_0 && a->core_1_1_0 && a->case_on_constants);
    assert_false(a->must_return_unit);
    assert_true(a->constr_max_fields == UINT64_MAX);
    assert_true(a->constant_type_max == UINT64_MAX);
    assert_int_equal(plb_builtin_introduced(tag_of("serialiseData"), PLB_LANGUAGE_NEWEST), 7);
    assert_int_equal(plb_builtin_introduced(tag_of("policies"), PLB_LANGUAGE_NEWEST), 0);
}

static void version_0_is_the_newest_and_later_ones_are_like_it(void **state) {
    (void) state;
    for (int l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V4; l++) {
        const plb_availability *newest = plb_availability_of((plb_era){(plb_language) l, 12});
        assert_ptr_equal(plb_availability_of((plb_era){(plb_language) l, 0}), newest);
        assert_ptr_equal(plb_availability_of((plb_era){(plb_language) l, 99}), newest);
    }
}

static void names_and_nonsense(void **state) {
    (void) state;
    assert_string_equal(plb_language_name(PLB_LANGUAGE_NEWEST), "newest");
    assert_string_equal(plb_language_name(PLB_PLUTUS_V3), "PlutusV3");
    assert_string_equal(plb_language_name((plb_language) 77), "unknown");
    assert_false(plb_builtin_available(PLB_BUILTIN_COUNT, (plb_era){PLB_LANGUAGE_NEWEST, 0}));
    assert_int_equal(plb_builtin_introduced(PLB_BUILTIN_COUNT, PLB_PLUTUS_V1), 0);
    assert_false(plb_availability_of((plb_era){(plb_language) 77, 10})->language);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtins_appear_in_their_protocol_version),
        cmocka_unit_test(numbers_of_builtins),
        cmocka_unit_test(semantics_variants),
        cmocka_unit_test(languages_exist_from_their_hard_fork_on),
        cmocka_unit_test(version_11_brings_bounds_and_case_on_constants),
        cmocka_unit_test(newest_has_everything_and_no_bounds),
        cmocka_unit_test(version_0_is_the_newest_and_later_ones_are_like_it),
        cmocka_unit_test(names_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
