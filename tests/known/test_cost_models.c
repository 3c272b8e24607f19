/* The embedded default models are the published ones, and the node team's protocol parameters give
 * the models that mainnet had. Needs ../shared/upstream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/availability.h"
#include "harness/machine/cost.h"
#include "tests/known/shared_data.h"

/* An era of each semantics variant. */
static const plb_era eras[] = {
    {PLB_PLUTUS_V1, 8},  {PLB_PLUTUS_V1, 10}, {PLB_PLUTUS_V3, 10},
    {PLB_PLUTUS_V1, 11}, {PLB_PLUTUS_V3, 11},
};

static plb_cost_model *load(plb_era era, const char *name) {
    size_t length = 0;
    char *text = read_shared(name, &length);
    plb_cost_model *model = NULL;
    plb_error error = {0};
    if (plb_cost_model_load(&model, era, name, text, length, &error))
        fail_msg("%s: %s", error.where, error.message);
    free(text);
    return model;
}

static void same_function(const plb_costing *a, const plb_costing *b, const char *builtin) {
    if (a->shape != b->shape || a->inner != b->inner) fail_msg("%s: shapes differ", builtin);
    for (unsigned i = 0; i < PLB_COSTING_COEFFICIENTS; i++)
        if (a->c[i] != b->c[i]) fail_msg("%s: coefficient %u differs", builtin, i);
}

static void same_builtins(const plb_cost_model *a, const plb_cost_model *b) {
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        same_function(&a->builtin[i].steps, &b->builtin[i].steps, plb_builtins[i].name);
        same_function(&a->builtin[i].memory, &b->builtin[i].memory, plb_builtins[i].name);
        assert_int_equal(a->builtin[i].size_mask, b->builtin[i].size_mask);
        assert_int_equal(a->builtin[i].constant, b->builtin[i].constant);
    }
}

static void same_steps(const plb_cost_model *a, const plb_cost_model *b) {
    assert_memory_equal(&a->startup, &b->startup, sizeof a->startup);
    assert_memory_equal(a->step, b->step, sizeof a->step);
}

static void defaults_are_the_published_models(void **state) {
    (void) state;
    for (unsigned v = 0; v < 5; v++) {
        plb_cost_model *embedded = plb_cost_model_default(eras[v]);
        assert_non_null(embedded);
        assert_int_equal(plb_era_variant(eras[v]), 'A' + (int) v);
        char name[64];
        snprintf(name, sizeof name, "cost-model/builtinCostModel%c.json", 'A' + v);
        plb_cost_model *builtins = load(eras[v], name);
        snprintf(name, sizeof name, "cost-model/cekMachineCosts%c.json", 'A' + v);
        plb_cost_model *steps = load(eras[v], name);
        same_builtins(embedded, builtins);
        same_steps(embedded, builtins);
        same_builtins(embedded, steps);
        same_steps(embedded, steps);
        plb_cost_model_free(embedded);
        plb_cost_model_free(builtins);
        plb_cost_model_free(steps);
    }
}

/* A model of another variant in force of era: the file's, not the default's. */
static void a_file_replaces_the_default(void **state) {
    (void) state;
    plb_cost_model *e = load(eras[4], "cost-model/builtinCostModelA.json");
    plb_cost_model *a = plb_cost_model_default(eras[0]);
    same_builtins(a, e);
    assert_int_equal(e->step[PLB_STEP_VAR].steps, 16000);
    plb_cost_model_free(a);
    plb_cost_model_free(e);
}

/* Builtins whose parameters are in the array of that many protocol parameters. */
static unsigned count_present(const plb_cost_model *model) {
    unsigned count = 0;
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) count += plb_cost_model_has(model, i);
    return count;
}

/* At protocol version 10 mainnet had the published models B and C. */
static void version_10_is_models_b_and_c(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        unsigned present; /* with policies and assetCount, which have no parameters */
    } rows[] = {
        {{PLB_PLUTUS_V1, 10}, 51 + 2},
        {{PLB_PLUTUS_V2, 10}, 56 + 2},
        {{PLB_PLUTUS_V3, 10}, 87 + 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_cost_model *published = plb_cost_model_default(rows[i].era);
        plb_cost_model *mainnet = load(rows[i].era, "node-bench/protocol-parameters-v10.json");
        assert_int_equal(count_present(mainnet), rows[i].present);
        for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++) {
            assert_true(plb_cost_model_has(mainnet, tag) ||
                        !plb_builtin_available(tag, rows[i].era));
            if (!plb_cost_model_has(mainnet, tag)) continue;
            same_function(&published->builtin[tag].steps, &mainnet->builtin[tag].steps,
                          plb_builtins[tag].name);
            same_function(&published->builtin[tag].memory, &mainnet->builtin[tag].memory,
                          plb_builtins[tag].name);
        }
        assert_memory_equal(published->step, mainnet->step,
                            PLB_STEP_CONSTR * sizeof published->step[0]);
        plb_cost_model_free(published);
        plb_cost_model_free(mainnet);
    }
}

static void earlier_versions_load_too(void **state) {
    (void) state;
    static const struct {
        const char *name;
        plb_era era;
        unsigned present;
    } rows[] = {
        {"node-bench/protocol-parameters.json", {PLB_PLUTUS_V1, 6}, 51 + 2},
        {"node-bench/protocol-parameters-v8.json", {PLB_PLUTUS_V1, 8}, 51 + 2},
        {"node-bench/protocol-parameters-v8.json", {PLB_PLUTUS_V2, 8}, 54 + 2},
        {"node-bench/protocol-parameters-v9.json", {PLB_PLUTUS_V1, 9}, 51 + 2},
        {"node-bench/protocol-parameters-v9.json", {PLB_PLUTUS_V2, 9}, 56 + 2},
        {"node-bench/protocol-parameters-v9.json", {PLB_PLUTUS_V3, 9}, 75 + 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_cost_model *model = load(rows[i].era, rows[i].name);
        assert_int_equal(count_present(model), rows[i].present);
        plb_cost_model_free(model);
    }
}

int main(void) {
    if (shared_is_missing("cost-model")) return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_published_models),
        cmocka_unit_test(a_file_replaces_the_default),
        cmocka_unit_test(version_10_is_models_b_and_c),
        cmocka_unit_test(earlier_versions_load_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
