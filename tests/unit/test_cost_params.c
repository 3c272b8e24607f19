/* Cost models from parameter arrays: order, length, and what is missing. Positions and lengths are
 * those of PlutusLedgerApi.V1 to V4, ParamName, and of the ledger's costModelInitParamCount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/cost_params.h"

static const plb_era v1_pv5 = {PLB_PLUTUS_V1, 5};
static const plb_era v1_pv9 = {PLB_PLUTUS_V1, 9};
static const plb_era v1_pv11 = {PLB_PLUTUS_V1, 11};
static const plb_era v2_pv8 = {PLB_PLUTUS_V2, 8};
static const plb_era v2_pv10 = {PLB_PLUTUS_V2, 10};
static const plb_era v3_pv9 = {PLB_PLUTUS_V3, 9};
static const plb_era v3_pv10 = {PLB_PLUTUS_V3, 10};
static const plb_era v3_pv11 = {PLB_PLUTUS_V3, 11};
static const plb_era v4_pv12 = {PLB_PLUTUS_V4, 12};
static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};

static const struct {
    plb_era era;
    size_t position;
    const char *name;
} positions[] = {
    {{PLB_PLUTUS_V1, 5}, 0, "addInteger-cpu-arguments-intercept"},
    {{PLB_PLUTUS_V1, 5}, 14, "blake2b_256-cpu-arguments-intercept"},
    {{PLB_PLUTUS_V1, 5}, 17, "cekApplyCost-exBudgetCPU"},
    {{PLB_PLUTUS_V1, 5}, 30, "cekStartupCost-exBudgetMemory"},
    {{PLB_PLUTUS_V1, 5}, 32, "cekVarCost-exBudgetMemory"},
    {{PLB_PLUTUS_V1, 5}, 49, "divideInteger-cpu-arguments-constant"},
    {{PLB_PLUTUS_V1, 5}, 51, "divideInteger-cpu-arguments-model-arguments-slope"},
    {{PLB_PLUTUS_V1, 5}, 53, "divideInteger-memory-arguments-minimum"},
    {{PLB_PLUTUS_V1, 5}, 165, "verifyEd25519Signature-memory-arguments"},
    {{PLB_PLUTUS_V1, 11}, 166, "serialiseData-cpu-arguments-intercept"},
    {{PLB_PLUTUS_V1, 11}, 331, "scaleValue-memory-arguments-slope"},
    {{PLB_PLUTUS_V1, 11}, 336, "multiIndexArray-memory-arguments-slope"},
    {{PLB_PLUTUS_V2, 7}, 174, "verifySchnorrSecp256k1Signature-memory-arguments"},
    {{PLB_PLUTUS_V2, 10}, 175, "integerToByteString-cpu-arguments-c0"},
    {{PLB_PLUTUS_V2, 10}, 184, "byteStringToInteger-memory-arguments-slope"},
    {{PLB_PLUTUS_V2, 11}, 185, "cekConstrCost-exBudgetCPU"},
    {{PLB_PLUTUS_V3, 9}, 50, "divideInteger-cpu-arguments-model-arguments-c00"},
    {{PLB_PLUTUS_V3, 9}, 56, "divideInteger-cpu-arguments-model-arguments-minimum"},
    {{PLB_PLUTUS_V3, 9}, 193, "cekConstrCost-exBudgetCPU"},
    {{PLB_PLUTUS_V3, 9}, 250, "byteStringToInteger-memory-arguments-slope"},
    {{PLB_PLUTUS_V3, 10}, 251, "andByteString-cpu-arguments-intercept"},
    {{PLB_PLUTUS_V3, 10}, 296, "ripemd_160-memory-arguments"},
    {{PLB_PLUTUS_V3, 11}, 297, "expModInteger-cpu-arguments-coefficient00"},
    {{PLB_PLUTUS_V3, 11}, 327, "unionValue-cpu-arguments-c10"},
    {{PLB_PLUTUS_V3, 11}, 328, "unionValue-cpu-arguments-c01"},
    {{PLB_PLUTUS_V3, 11}, 335, "valueContains-cpu-arguments-model-arguments-slope2"},
    {{PLB_PLUTUS_V3, 11}, 349, "scaleValue-memory-arguments-slope"},
    {{PLB_PLUTUS_V4, 12}, 354, "multiIndexArray-memory-arguments-slope"},
    {{PLB_LANGUAGE_NEWEST, 0}, 354, "multiIndexArray-memory-arguments-slope"},
};

static void parameters_are_in_the_ledgers_order(void **state) {
    (void) state;
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        plb_cost_model *model = plb_cost_model_default(positions[i].era);
        assert_non_null(model);
        plb_param params[PLB_PARAMS_MAX];
        size_t count = plb_params_list(model, positions[i].era.language, params);
        assert_true(positions[i].position < count);
        char name[PLB_PARAM_NAME_BYTES];
        assert_true(plb_param_name(model, params[positions[i].position], false, name));
        assert_string_equal(name, positions[i].name);
        plb_cost_model_free(model);
    }
}

/* Every variant of a language has the same parameters, although not the same shapes. */
static void number_of_parameters(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        size_t count;
    } rows[] = {
        {{PLB_PLUTUS_V1, 5}, 337},       {{PLB_PLUTUS_V1, 9}, 337},  {{PLB_PLUTUS_V1, 11}, 337},
        {{PLB_PLUTUS_V2, 7}, 337},       {{PLB_PLUTUS_V2, 10}, 337}, {{PLB_PLUTUS_V2, 12}, 337},
        {{PLB_PLUTUS_V3, 9}, 355},       {{PLB_PLUTUS_V3, 11}, 355}, {{PLB_PLUTUS_V4, 12}, 355},
        {{PLB_LANGUAGE_NEWEST, 0}, 355},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_cost_model *model = plb_cost_model_default(rows[i].era);
        assert_non_null(model);
        plb_param params[PLB_PARAMS_MAX];
        assert_int_equal(plb_params_list(model, rows[i].era.language, params), rows[i].count);
        plb_cost_model_free(model);
    }
}

static void names_in_the_alonzo_genesis_file(void **state) {
    (void) state;
    plb_cost_model *model = plb_cost_model_default(v1_pv5);
    plb_param params[PLB_PARAMS_MAX];
    plb_params_list(model, PLB_PLUTUS_V1, params);
    char name[PLB_PARAM_NAME_BYTES];
    assert_true(plb_param_name(model, params[15], true, name));
    assert_string_equal(name, "blake2b-cpu-arguments-slope");
    assert_true(plb_param_name(model, params[165], true, name));
    assert_string_equal(name, "verifySignature-memory-arguments");
    assert_false(plb_param_name(model, params[0], true, name));
    assert_false(plb_param_name(model, params[17], true, name));
    plb_cost_model_free(model);
}

/* 1000, 1001, ... so that every number says where it came from. */
static void fill(int64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) values[i] = 1000 + (int64_t) i;
}

static plb_cost_model *make(plb_era era, size_t count) {
    int64_t values[400];
    fill(values, count);
    plb_cost_model *model = NULL;
    plb_error error;
    assert_int_equal(plb_cost_model_from_params(&model, era, values, count, &error), PLB_OK);
    assert_non_null(model);
    return model;
}

static const plb_builtin_cost *cost_of(const plb_cost_model *model, const char *name) {
    int tag = plb_builtin_find(name, strlen(name));
    assert_true(tag >= 0);
    return &model->builtin[tag];
}

static bool has(const plb_cost_model *model, const char *name) {
    return plb_cost_model_has(model, (unsigned) plb_builtin_find(name, strlen(name)));
}

static void numbers_reach_their_place(void **state) {
    (void) state;
    plb_cost_model *model = make(v1_pv5, 166);
    assert_int_equal(cost_of(model, "addInteger")->steps.c[0], 1000);
    assert_int_equal(cost_of(model, "addInteger")->memory.c[1], 1003);
    assert_int_equal(model->step[PLB_STEP_APPLY].steps, 1017);
    assert_int_equal(model->step[PLB_STEP_VAR].memory, 1032);
    assert_int_equal(model->startup.steps, 1029);
    assert_int_equal(cost_of(model, "divideInteger")->steps.c[2], 1051);
    /* subtracted_sizes: intercept, minimum, slope */
    assert_int_equal(cost_of(model, "divideInteger")->memory.c[1], 1053);
    assert_int_equal(cost_of(model, "verifyEd25519Signature")->memory.c[0], 1165);
    plb_cost_model_free(model);
}

/* The shapes are those of the variant that the protocol version selects; the array is the same. */
static void shapes_change_with_the_protocol_version(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        plb_shape divide, multiply, mod_memory;
    } rows[] = {
        {{PLB_PLUTUS_V1, 8},
         PLB_SHAPE_CONST_ABOVE_DIAGONAL,
         PLB_SHAPE_ADDED_SIZES,
         PLB_SHAPE_SUBTRACTED_SIZES},
        {{PLB_PLUTUS_V1, 9},
         PLB_SHAPE_CONST_ABOVE_DIAGONAL,
         PLB_SHAPE_MULTIPLIED_SIZES,
         PLB_SHAPE_SUBTRACTED_SIZES},
        {{PLB_PLUTUS_V1, 11},
         PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL,
         PLB_SHAPE_MULTIPLIED_SIZES,
         PLB_SHAPE_LINEAR_IN_Y2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_cost_model *model = make(rows[i].era, 166);
        assert_int_equal(cost_of(model, "divideInteger")->steps.shape, rows[i].divide);
        assert_int_equal(cost_of(model, "divideInteger")->steps.inner, PLB_SHAPE_MULTIPLIED_SIZES);
        assert_int_equal(cost_of(model, "multiplyInteger")->steps.shape, rows[i].multiply);
        assert_int_equal(cost_of(model, "modInteger")->memory.shape, rows[i].mod_memory);
        assert_int_equal(cost_of(model, "divideInteger")->steps.c[1], 1050);
        plb_cost_model_free(model);
    }
    plb_cost_model *c = make(v3_pv10, 297), *e = make(v3_pv11, 297);
    assert_int_equal(cost_of(c, "divideInteger")->steps.shape, PLB_SHAPE_CONST_ABOVE_DIAGONAL);
    assert_int_equal(cost_of(e, "divideInteger")->steps.shape, PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL);
    assert_int_equal(cost_of(e, "divideInteger")->steps.inner, PLB_SHAPE_QUADRATIC_IN_X_AND_Y);
    assert_int_equal(cost_of(e, "divideInteger")->steps.c[7], 1056);
    plb_cost_model_free(c);
    plb_cost_model_free(e);
}

static void what_an_array_is_too_short_for_is_priced_at_the_maximum(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        size_t count;
        const char *last, *missing;
    } rows[] = {
        {{PLB_PLUTUS_V1, 11}, 166, "verifyEd25519Signature", "serialiseData"},
        {{PLB_PLUTUS_V2, 8}, 175, "verifySchnorrSecp256k1Signature", "integerToByteString"},
        {{PLB_PLUTUS_V2, 11}, 185, "byteStringToInteger", "bls12_381_G1_add"},
        {{PLB_PLUTUS_V3, 10}, 251, "byteStringToInteger", "andByteString"},
        {{PLB_PLUTUS_V3, 11}, 297, "ripemd_160", "expModInteger"},
        {{PLB_PLUTUS_V3, 11}, 350, "scaleValue", "multiIndexArray"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_cost_model *model = make(rows[i].era, rows[i].count);
        assert_true(has(model, rows[i].last));
        assert_false(has(model, rows[i].missing));
        int64_t sizes[4] = {1, 0, 1, 1}; /* 0: no literal width for integerToByteString */
        const plb_builtin_cost *cost = cost_of(model, rows[i].missing);
        assert_true(plb_costing_apply(&cost->steps, sizes) == INT64_MAX);
        assert_true(plb_costing_apply(&cost->memory, sizes) == INT64_MAX);
        plb_cost_model_free(model);
    }
}

/* An array may end inside a builtin's parameters: those that are there count. */
static void a_builtin_may_be_half_there(void **state) {
    (void) state;
    plb_cost_model *model = make(v2_pv10, 177);
    const plb_builtin_cost *cost = cost_of(model, "integerToByteString");
    assert_int_equal(cost->steps.c[0], 1175);
    assert_int_equal(cost->steps.c[1], 1176);
    assert_true(cost->steps.c[2] == INT64_MAX);
    assert_false(cost->present);
    plb_cost_model_free(model);
}

static void steps_of_core_1_1_0_may_be_missing(void **state) {
    (void) state;
    plb_cost_model *v2 = make(v2_pv8, 175), *v3 = make(v3_pv9, 251);
    assert_false(plb_cost_model_has_step(v2, PLB_STEP_CONSTR));
    assert_false(plb_cost_model_has_step(v2, PLB_STEP_CASE));
    assert_true(plb_cost_model_has_step(v2, PLB_STEP_VAR));
    assert_true(v2->step[PLB_STEP_CASE].steps == INT64_MAX);
    assert_int_equal(v3->step[PLB_STEP_CONSTR].steps, 1193);
    assert_true(plb_cost_model_has_step(v3, PLB_STEP_CASE));
    plb_cost_model_free(v2);
    plb_cost_model_free(v3);
}

static void surplus_parameters_are_ignored(void **state) {
    (void) state;
    plb_cost_model *exact = make(v1_pv9, 337), *more = make(v1_pv9, 400);
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        assert_int_equal(exact->builtin[i].present, more->builtin[i].present);
        assert_memory_equal(exact->builtin[i].steps.c, more->builtin[i].steps.c,
                            sizeof more->builtin[i].steps.c);
    }
    plb_cost_model_free(exact);
    plb_cost_model_free(more);
}

/* Builtins that have no parameters keep the reference's prohibitive price. */
static void builtins_without_parameters(void **state) {
    (void) state;
    plb_cost_model *model = make(newest, 355);
    assert_true(has(model, "policies"));
    assert_true(cost_of(model, "policies")->steps.c[0] == 100000000000);
    assert_true(cost_of(model, "assetCount")->memory.c[0] == 100000000000);
    plb_cost_model_free(model);
}

static void a_model_without_machine_steps_is_refused(void **state) {
    (void) state;
    int64_t values[400];
    fill(values, 400);
    for (size_t count = 0; count < 33; count++) {
        plb_cost_model *model = NULL;
        plb_error error = {0};
        assert_int_equal(plb_cost_model_from_params(&model, v4_pv12, values, count, &error),
                         PLB_E_COST_MODEL);
        assert_null(model);
        assert_non_null(strstr(error.message, "cek"));
        assert_non_null(strstr(error.message, "PlutusV4"));
    }
    plb_cost_model_free(make(v4_pv12, 33));
    plb_cost_model_free(make(v1_pv11, 33));
}

static void tags_beyond_the_table(void **state) {
    (void) state;
    plb_cost_model *model = plb_cost_model_default(newest);
    assert_false(plb_cost_model_has(model, PLB_BUILTIN_COUNT));
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) assert_true(plb_cost_model_has(model, i));
    plb_cost_model_free(model);
    plb_cost_model_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_in_the_ledgers_order),
        cmocka_unit_test(number_of_parameters),
        cmocka_unit_test(names_in_the_alonzo_genesis_file),
        cmocka_unit_test(numbers_reach_their_place),
        cmocka_unit_test(shapes_change_with_the_protocol_version),
        cmocka_unit_test(what_an_array_is_too_short_for_is_priced_at_the_maximum),
        cmocka_unit_test(a_builtin_may_be_half_there),
        cmocka_unit_test(steps_of_core_1_1_0_may_be_missing),
        cmocka_unit_test(surplus_parameters_are_ignored),
        cmocka_unit_test(builtins_without_parameters),
        cmocka_unit_test(a_model_without_machine_steps_is_refused),
        cmocka_unit_test(tags_beyond_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
