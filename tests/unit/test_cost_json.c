/* Cost models from JSON: the forms, and what is said about wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/cost_params.h"

static const plb_era v1_pv5 = {PLB_PLUTUS_V1, 5};
static const plb_era v2_pv10 = {PLB_PLUTUS_V2, 10};
static const plb_era v3_pv9 = {PLB_PLUTUS_V3, 9};
static const plb_era v3_pv11 = {PLB_PLUTUS_V3, 11};
static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};

static plb_status load(plb_cost_model **model, plb_era era, const char *json, plb_error *error) {
    return plb_cost_model_load(model, era, "m.json", json, strlen(json), error);
}

static plb_cost_model *load_ok(plb_era era, const char *json) {
    plb_cost_model *model = NULL;
    plb_error error = {0};
    if (load(&model, era, json, &error)) fail_msg("%s: %s", error.where, error.message);
    assert_non_null(model);
    return model;
}

static void refused(plb_era era, const char *json, plb_status status, const char *where,
                    const char *message) {
    plb_cost_model *model = NULL;
    plb_error error = {0};
    assert_int_equal(load(&model, era, json, &error), status);
    assert_null(model);
    assert_int_equal(error.status, status);
    assert_string_equal(error.where, where);
    if (!strstr(error.message, message))
        fail_msg("expected \"%s\" in \"%s\"", message, error.message);
    assert_int_equal(load(&model, era, json, NULL), status);
}

static const plb_builtin_cost *cost_of(const plb_cost_model *model, const char *name) {
    int tag = plb_builtin_find(name, strlen(name));
    assert_true(tag >= 0);
    return &model->builtin[tag];
}

/* ---- Texts with parameters 1000, 1001, ... ---- */

static size_t put_array(char *out, size_t room, size_t count) {
    size_t used = (size_t) snprintf(out, room, "[");
    for (size_t i = 0; i < count; i++)
        used += (size_t) snprintf(out + used, room - used, "%s%zu", i ? "," : "", 1000 + i);
    return used + (size_t) snprintf(out + used, room - used, "]");
}

static size_t put_map(char *out, size_t room, plb_era era, size_t count, bool genesis) {
    plb_cost_model *model = plb_cost_model_default(era);
    plb_param params[PLB_PARAMS_MAX];
    plb_params_list(model, era.language, params);
    size_t used = (size_t) snprintf(out, room, "{");
    for (size_t i = count; i-- > 0;) { /* backwards: the order is of no importance */
        char name[PLB_PARAM_NAME_BYTES];
        if (!genesis || !plb_param_name(model, params[i], true, name))
            plb_param_name(model, params[i], false, name);
        used += (size_t) snprintf(out + used, room - used, "\"%s\":%zu,", name, 1000 + i);
    }
    plb_cost_model_free(model);
    return used + (size_t) snprintf(out + used, room - used, "\"something-else\":7}");
}

static void same_numbers(const plb_cost_model *a, const plb_cost_model *b) {
    assert_memory_equal(&a->startup, &b->startup, sizeof a->startup);
    assert_memory_equal(a->step, b->step, sizeof a->step);
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        assert_memory_equal(a->builtin[i].steps.c, b->builtin[i].steps.c,
                            sizeof a->builtin[i].steps.c);
        assert_memory_equal(a->builtin[i].memory.c, b->builtin[i].memory.c,
                            sizeof a->builtin[i].memory.c);
        assert_int_equal(a->builtin[i].present, b->builtin[i].present);
    }
}

/* All forms of the same parameters give the same model. */
static void forms_of_parameters(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        size_t count;
        const char *before, *after;
        bool map, genesis;
    } rows[] = {
        {{PLB_PLUTUS_V1, 5}, 166, "", "", true, false},
        {{PLB_PLUTUS_V1, 5}, 166, "", "", true, true},
        {{PLB_PLUTUS_V1, 5}, 166, "{\"costModels\":{\"PlutusV1\":", "}}", true, true},
        {{PLB_PLUTUS_V1, 5}, 166, "{\"costModels\":{\"PlutusScriptV1\":", "}}", true, true},
        {{PLB_PLUTUS_V2, 10}, 185, "{\"PlutusV1\":[1],\"PlutusV2\":", "}", false, false},
        {{PLB_PLUTUS_V2, 10},
         175,
         "{\"costModels\":{\"PlutusV2\":",
         ",\"PlutusV3\":[]}}",
         true,
         false},
        {{PLB_PLUTUS_V3, 9}, 251, "{\"plutusV3CostModel\":", ",\"other\":{}}", false, false},
        {{PLB_PLUTUS_V3, 11}, 297, "{\"costModels\":{\"PlutusV3\":", "},\"a\":1}", false, false},
        {{PLB_PLUTUS_V4, 12}, 350, "{\"costModels\":{\"PlutusV4\":", "}}", true, false},
    };
    static char json[1 << 16];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t values[400];
        for (size_t j = 0; j < 400; j++) values[j] = 1000 + (int64_t) j;
        plb_cost_model *expected, *got;
        plb_error error;
        assert_int_equal(
            plb_cost_model_from_params(&expected, rows[i].era, values, rows[i].count, &error),
            PLB_OK);
        size_t used = (size_t) snprintf(json, sizeof json, "%s", rows[i].before);
        used += rows[i].map ? put_map(json + used, sizeof json - used, rows[i].era, rows[i].count,
                                      rows[i].genesis)
                            : put_array(json + used, sizeof json - used, rows[i].count);
        snprintf(json + used, sizeof json - used, "%s", rows[i].after);
        got = load_ok(rows[i].era, json);
        same_numbers(expected, got);
        plb_cost_model_free(expected);
        plb_cost_model_free(got);
    }
}

static void bare_array(void **state) {
    (void) state;
    static char json[1 << 14];
    put_array(json, sizeof json, 400);
    plb_cost_model *model = load_ok(v1_pv5, json);
    assert_int_equal(cost_of(model, "multiIndexArray")->memory.c[1], 1336);
    plb_cost_model_free(model);
}

/* Without a ledger language: the newest language's parameters that there are. */
static void newest_language_of_a_file(void **state) {
    (void) state;
    static char json[1 << 16];
    size_t used = (size_t) snprintf(json, sizeof json, "{\"PlutusV3\":");
    used += put_array(json + used, sizeof json - used, 297);
    size_t end = used;
    snprintf(json + end, sizeof json - end, "}");
    plb_cost_model *model = load_ok(newest, json);
    assert_int_equal(cost_of(model, "ripemd_160")->memory.c[0], 1296);
    assert_int_equal(cost_of(model, "divideInteger")->steps.shape,
                     PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL);
    plb_cost_model_free(model);
    refused(newest, "{\"PlutusV1\":[1]}", PLB_E_COST_MODEL, "m.json:1", "PlutusV3");
}

/* ---- Costing functions ---- */

static void builtins_by_name(void **state) {
    (void) state;
    plb_cost_model *model = load_ok(
        newest, "{\"addInteger\": {\"cpu\": {\"type\": \"max_size\", \"arguments\":"
                " {\"slope\": 2, \"intercept\": 1}},"
                " \"memory\": {\"type\": \"constant_cost\", \"arguments\": 3}},"
                " \"divideInteger\": {\"cpu\": {\"type\": \"const_above_diagonal\", \"arguments\":"
                " {\"constant\": 4, \"model\": {\"type\": \"linear_in_x_and_y\", \"arguments\":"
                " {\"intercept\": 5, \"slope1\": 6, \"slope2\": 7}}}},"
                " \"memory\": {\"type\": \"linear_in_y\", \"arguments\":"
                " {\"intercept\": 8, \"slope\": 9}}}}");
    const plb_builtin_cost *add = cost_of(model, "addInteger");
    assert_int_equal(add->steps.shape, PLB_SHAPE_MAX_SIZE);
    assert_int_equal(add->steps.c[0], 1);
    assert_int_equal(add->steps.c[1], 2);
    assert_int_equal(add->memory.c[0], 3);
    assert_int_equal(add->size_mask, PLB_X | PLB_Y);
    assert_false(add->constant);
    const plb_builtin_cost *divide = cost_of(model, "divideInteger");
    assert_int_equal(divide->steps.inner, PLB_SHAPE_LINEAR_IN_X_AND_Y);
    for (int i = 0; i < 4; i++) assert_int_equal(divide->steps.c[i], 4 + i);
    /* not named: no price; steps, and builtins that have no price anywhere, as before */
    assert_true(plb_cost_model_has(model, 0));
    assert_false(plb_cost_model_has(model, 1));
    assert_true(cost_of(model, "subtractInteger")->steps.c[0] == INT64_MAX);
    assert_int_equal(model->step[PLB_STEP_VAR].steps, 16000);
    assert_true(cost_of(model, "policies")->present);
    plb_cost_model_free(model);
}

#define STEP(name) "\"" name "\":{\"exBudgetCPU\":11,\"exBudgetMemory\":12}"
#define OLD_STEPS                                                                                  \
    STEP("cekStartupCost")                                                                         \
    "," STEP("cekVarCost") "," STEP("cekConstCost") "," STEP("cekLamCost") "," STEP(               \
        "cekDelayCost") "," STEP("cekForceCost") "," STEP("cekApplyCost") "," STEP("cekBuiltinCos" \
                                                                                   "t")

static void machine_steps_by_name(void **state) {
    (void) state;
    plb_cost_model *model = load_ok(newest, "{" OLD_STEPS "}");
    assert_int_equal(model->step[PLB_STEP_LAM].steps, 11);
    assert_int_equal(model->startup.memory, 12);
    assert_false(plb_cost_model_has_step(model, PLB_STEP_CONSTR));
    assert_int_equal(cost_of(model, "addInteger")->steps.c[0], 100788);
    plb_cost_model_free(model);
    refused(newest, "{" STEP("cekStartupCost") "}", PLB_E_COST_MODEL, "m.json:1", "cekConstCost");
}

static void steps_and_builtins_in_one_file(void **state) {
    (void) state;
    plb_cost_model *model = load_ok(
        newest, "{" OLD_STEPS ",\"iData\":{\"cpu\":{\"type\":\"constant_cost\","
                "\"arguments\":5},\"memory\":{\"type\":\"constant_cost\",\"arguments\":6}}}");
    assert_int_equal(model->step[PLB_STEP_LAM].steps, 11);
    assert_int_equal(cost_of(model, "iData")->steps.c[0], 5);
    assert_true(cost_of(model, "iData")->constant);
    assert_int_equal(cost_of(model, "iData")->size_mask, 0);
    assert_false(cost_of(model, "bData")->present);
    plb_cost_model_free(model);
}

/* ---- Wrong ones ---- */

#define CONSTANT "{\"type\":\"constant_cost\",\"arguments\":1}"
#define BUILTIN(cpu) "{\"addInteger\":{\n\"memory\":" CONSTANT ",\n\"cpu\":" cpu "}}"

static void wrong_functions(void **state) {
    (void) state;
    static const struct {
        const char *json, *where, *message;
    } rows[] = {
        {"{\"addInteger\":{},\n\"addIntegre\":{}}", "m.json:1: addInteger.cpu", "got nothing"},
        {"{\n\"addIntegre\":{}}", "m.json:2: addIntegre", "name of a builtin"},
        {BUILTIN("5"), "m.json:3: addInteger.cpu", "an object with type and arguments, got an int"},
        {BUILTIN("{\"type\":1}"), "m.json:3: addInteger.cpu.type", "shape, got an integer"},
        {BUILTIN("{\"type\":\"cubic\"}"), "m.json:3: addInteger.cpu.type", "got \"cubic\""},
        {BUILTIN("{\"type\":\"linear_in_z\",\"arguments\":{}}"), "m.json:3: addInteger.cpu.type",
         "fewer arguments"},
        {BUILTIN("{\"type\":\"linear_in_x\",\"arguments\":1}"),
         "m.json:3: addInteger.cpu.arguments", "coefficients, got an integer"},
        {BUILTIN("{\"type\":\"linear_in_x\",\n\"arguments\":{\"slope\":1}}"),
         "m.json:4: addInteger.cpu.arguments.intercept", "got nothing"},
        {BUILTIN("{\"type\":\"linear_in_x\",\n\"arguments\":{\"intercept\":\n\"1\"}}"),
         "m.json:5: addInteger.cpu.arguments.intercept", "got a string"},
        {BUILTIN("{\"type\":\"constant_cost\",\"arguments\":1.5}"),
         "m.json:3: addInteger.cpu.arguments", "not an integer"},
        {BUILTIN("{\"type\":\"constant_cost\",\"arguments\":1e30}"),
         "m.json:3: addInteger.cpu.arguments", "64 bits"},
        {BUILTIN("{\"type\":\"const_above_diagonal\",\"arguments\":{\"constant\":1}}"),
         "m.json:3: addInteger.cpu.arguments.model", "got nothing"},
        {BUILTIN("{\"type\":\"const_above_diagonal\",\"arguments\":{\"constant\":1,\"model\":"
                 "{\"type\":\"const_above_diagonal\",\"arguments\":{}}}}"),
         "m.json:3: addInteger.cpu.arguments.model.type", "linear_in_x"},
        {BUILTIN("{\"type\":\"const_off_diagonal\",\"arguments\":{\"constant\":1,\"model\":"
                 "{\"type\":\"linear_in_y\",\"arguments\":{}}}}"),
         "m.json:3: addInteger.cpu.arguments.model.type", "fewer arguments"},
        {"{\"cekVarCost\":{\"exBudgetCPU\":1}}", "m.json:1: cekVarCost.exBudgetMemory", "integer"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(newest, rows[i].json, PLB_E_COST_MODEL, rows[i].where, rows[i].message);
}

static void wrong_parameters(void **state) {
    (void) state;
    refused(v2_pv10, "{\"costModels\":{\n\"PlutusV2\":[1,2,\n3,\"4\"]}}", PLB_E_COST_MODEL,
            "m.json:3: costModels.PlutusV2[3]", "expected an integer, got a string");
    refused(v2_pv10, "{\"costModels\":{\"PlutusV2\":[1,2,3]}}", PLB_E_COST_MODEL,
            "m.json:1: costModels.PlutusV2", "this one has no cek");
    refused(v2_pv10, "{\"costModels\":{\"PlutusV2\":7}}", PLB_E_COST_MODEL,
            "m.json:1: costModels.PlutusV2", "an array of parameters");
    refused(v2_pv10, "{\"costModels\":{\"PlutusV1\":[]}}", PLB_E_COST_MODEL, "m.json:1: costModels",
            "PlutusV2");
    refused(v2_pv10, "{\"costModels\":[]}", PLB_E_COST_MODEL, "m.json:1: costModels", "an object");
    refused(v3_pv9, "{\"addInteger-cpu-arguments-slope\":true}", PLB_E_COST_MODEL,
            "m.json:1: addInteger-cpu-arguments-slope", "got a boolean");
    refused(v3_pv11, "{\"addInteger-cpu-arguments-slope\":1}", PLB_E_COST_MODEL, "m.json:1", "cek");
    refused(v3_pv11, "[]", PLB_E_COST_MODEL, "m.json:1", "cek");
    refused(v1_pv5, "{}", PLB_E_COST_MODEL, "m.json:1", "costModels");
    refused(v1_pv5, "{\"a\":1}", PLB_E_COST_MODEL, "m.json:1", "costModels");
}

static void wrong_syntax(void **state) {
    (void) state;
    plb_cost_model *model;
    plb_error error;
    static const char *const texts[] = {"",      "{",    "[1,]", "[9223372036854775808]",
                                        "\"a\"", "null", "[1]x", "{\"a\":1,\"a\":1}",
                                        "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(load(&model, v1_pv5, texts[i], &error), PLB_E_PARSE);
        assert_ptr_equal(strstr(error.where, "m.json:1:"), error.where);
    }
    static char deep[1 << 20];
    memset(deep, '[', sizeof deep - 1);
    assert_int_equal(load(&model, v1_pv5, deep, &error), PLB_E_PARSE);
    assert_int_equal(plb_cost_model_load(&model, v1_pv5, NULL, "[", 1, &error), PLB_E_PARSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_parameters),
        cmocka_unit_test(bare_array),
        cmocka_unit_test(newest_language_of_a_file),
        cmocka_unit_test(builtins_by_name),
        cmocka_unit_test(machine_steps_by_name),
        cmocka_unit_test(steps_and_builtins_in_one_file),
        cmocka_unit_test(wrong_functions),
        cmocka_unit_test(wrong_parameters),
        cmocka_unit_test(wrong_syntax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
