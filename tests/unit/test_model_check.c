/* What is found wrong with cost models, and how two of them differ. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/model.h>

static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};
static const plb_exunits mainnet = {0, 0};

static plb_costs *read_ok(plb_era era, const char *text) {
    plb_costs *costs;
    plb_error error;
    if (plb_costs_read(&costs, era, "m.json", text, strlen(text), &error))
        fail_msg("%s: %s", error.where, error.message);
    return costs;
}

#define FUNCTION(type, arguments) "{\"type\":\"" type "\",\"arguments\":" arguments "}"
#define ONE FUNCTION("constant_cost", "1")
#define BUILTIN(name, cpu, memory) "\"" name "\":{\"cpu\":" cpu ",\"memory\":" memory "}"
#define MODEL(name, cpu) "{" BUILTIN(name, cpu, ONE) "}"

static plb_costs_findings check(const plb_costs *costs, plb_era era) {
    plb_costs_findings findings = {0};
    plb_error error;
    assert_int_equal(plb_costs_check(costs, era, mainnet, &findings, &error), PLB_OK);
    return findings;
}

/* The finding of that kind about that parameter; `index` counts them. */
static const plb_costs_finding *find(const plb_costs_findings *findings, const char *what,
                                     const char *parameter, size_t index) {
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->items[i].what, what) == 0 &&
            strcmp(findings->items[i].parameter, parameter) == 0 && index-- == 0)
            return &findings->items[i];
    return NULL;
}

/* ---- Costs ---- */

static void costs_of_functions(void **state) {
    (void) state;
    static const struct {
        const char *model, *what, *parameter;
        plb_costs_severity severity;
        const char *text;
    } rows[] = {
        {MODEL("iData", FUNCTION("constant_cost", "-3")), "negative", "iData-cpu-arguments",
         PLB_COSTS_ERROR, "costs -3 steps at every size"},
        {MODEL("sha2_256", FUNCTION("linear_in_x", "{\"intercept\":-5,\"slope\":1}")), "negative",
         "sha2_256-cpu-arguments", PLB_COSTS_ERROR, "costs -4 steps at x = 1"},
        /* 1000 - 60 y + y^2 is least, 100, at y = 30: a grid of 1, 10, 100, 1000 would miss it */
        {MODEL("verifyEd25519Signature",
               FUNCTION("quadratic_in_y", "{\"c0\":800,\"c1\":-60,\"c2\":1}")),
         "negative", "verifyEd25519Signature-cpu-arguments", PLB_COSTS_ERROR,
         "costs -100 steps at y = 30"},
        {MODEL("sha2_256", FUNCTION("linear_in_x", "{\"intercept\":100000,\"slope\":-1}")), "falls",
         "sha2_256-cpu-arguments", PLB_COSTS_WARNING,
         "falls from 91809 to 91808 steps where x grows by 1 at x = 8191"},
        {MODEL("divideInteger",
               FUNCTION("const_above_diagonal",
                        "{\"constant\":5,\"model\":" FUNCTION(
                            "multiplied_sizes", "{\"intercept\":9,\"slope\":1}") "}")),
         "falls", "divideInteger-cpu-arguments", PLB_COSTS_NOTE,
         "falls from 10 to 5 steps where y grows by 1 at x = 1, y = 1, as its shape does"},
        {MODEL("multiplyInteger",
               FUNCTION("multiplied_sizes", "{\"intercept\":1,\"slope\":4611686018427387904}")),
         "saturates", "multiplyInteger-cpu-arguments", PLB_COSTS_WARNING, "beyond 64 bits"},
        {MODEL("serialiseData", FUNCTION("linear_in_x", "{\"intercept\":1,\"slope\":2}")),
         "saturates", "serialiseData-cpu-arguments", PLB_COSTS_NOTE, "no budget bounds"},
        {MODEL("iData", FUNCTION("constant_cost", "10000000001")), "unaffordable",
         "iData-cpu-arguments", PLB_COSTS_WARNING, "more than the 10000000000 of a transaction"},
        {MODEL("iData", FUNCTION("constant_cost", "0")), "zero", "iData-cpu-arguments",
         PLB_COSTS_WARNING, "costs nothing at every size"},
        {MODEL("appendString", FUNCTION("added_sizes", "{\"intercept\":0,\"slope\":1}")), "zero",
         "appendString-cpu-arguments", PLB_COSTS_WARNING, "costs nothing at x = 0, y = 0"},
        {MODEL("iData", FUNCTION("constant_cost", "15999")), "cheap", "iData-cpu-arguments",
         PLB_COSTS_NOTE, "less than the machine step (16000)"},
        {MODEL("iData", ONE), "default", "", PLB_COSTS_NOTE, "no machine steps are in it"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_costs *costs = read_ok(newest, rows[i].model);
        plb_costs_findings findings = check(costs, newest);
        const plb_costs_finding *finding = find(&findings, rows[i].what, rows[i].parameter, 0);
        if (!finding) fail_msg("row %zu: no %s", i, rows[i].what);
        assert_int_equal(finding->severity, rows[i].severity);
        if (!strstr(finding->text, rows[i].text))
            fail_msg("expected \"%s\" in \"%s\"", rows[i].text, finding->text);
        plb_costs_findings_free(&findings);
        plb_costs_free(costs);
    }
}

/* A function that always grows and costs enough has none of these findings. */
static void nothing_is_found_where_nothing_is(void **state) {
    (void) state;
    plb_costs *costs = read_ok(
        newest, "{" BUILTIN("sha2_256",
                            FUNCTION("linear_in_x", "{\"intercept\":20000,\"slope\":1}"), ONE) "}");
    plb_costs_findings findings = check(costs, newest);
    for (size_t i = 0; i < findings.count; i++)
        assert_null(strstr(findings.items[i].parameter, "sha2_256"));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

/* A limit below the smallest sizes leaves these. */
static void tiny_limits(void **state) {
    (void) state;
    plb_costs *costs;
    plb_costs_findings findings = {0};
    plb_error error;
    assert_int_equal(plb_costs_published(&costs, 'E', newest, &error), PLB_OK);
    assert_int_equal(plb_costs_check(costs, newest, (plb_exunits){1, 1}, &findings, &error),
                     PLB_OK);
    assert_non_null(find(&findings, "unaffordable", "serialiseData-cpu-arguments", 0));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

static void machine_steps(void **state) {
    (void) state;
    plb_costs *costs =
        read_ok(newest, "{\"cekStartupCost\":{\"exBudgetCPU\":0,\"exBudgetMemory\":1},"
                        "\"cekVarCost\":{\"exBudgetCPU\":-1,\"exBudgetMemory\":1},"
                        "\"cekConstCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1},"
                        "\"cekLamCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1},"
                        "\"cekDelayCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1},"
                        "\"cekForceCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1},"
                        "\"cekApplyCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1},"
                        "\"cekBuiltinCost\":{\"exBudgetCPU\":1,\"exBudgetMemory\":1}"
                        "}");
    plb_costs_findings findings = check(costs, newest);
    assert_non_null(find(&findings, "zero", "cekStartupCost-exBudgetCPU", 0));
    assert_non_null(find(&findings, "negative", "cekVarCost-exBudgetCPU", 0));
    assert_non_null(find(&findings, "missing", "cekConstrCost-exBudgetCPU", 0));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

/* ---- Completeness ---- */

static void what_a_version_lacks_and_has_too_much(void **state) {
    (void) state;
    plb_costs *costs;
    plb_error error;
    static char text[8192];
    size_t used = (size_t) snprintf(text, sizeof text, "[1");
    for (int i = 1; i < 170; i++)
        used += (size_t) snprintf(text + used, sizeof text - used, ",%d", i);
    snprintf(text + used, sizeof text - used, "]");
    static const plb_era v2_pv8 = {PLB_PLUTUS_V2, 8}, v2_pv7 = {PLB_PLUTUS_V2, 7};
    costs = read_ok(v2_pv8, text);
    plb_costs_findings findings = check(costs, v2_pv8);
    const plb_costs_finding *finding =
        find(&findings, "missing", "verifySchnorrSecp256k1Signature", 0);
    assert_non_null(finding);
    assert_int_equal(finding->severity, PLB_COSTS_ERROR);
    assert_non_null(strstr(finding->text, "PlutusV2 at protocol version 8"));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);

    assert_int_equal(plb_costs_published(&costs, 'A', v2_pv7, &error), PLB_OK);
    findings = check(costs, v2_pv7);
    assert_int_equal(plb_costs_findings_count(&findings, PLB_COSTS_ERROR), 0);
    finding = find(&findings, "extra", "verifySchnorrSecp256k1Signature", 0);
    assert_non_null(finding);
    assert_int_equal(finding->severity, PLB_COSTS_NOTE);
    plb_costs_findings_free(&findings);
    findings = check(costs, (plb_era){PLB_PLUTUS_V3, 8});
    assert_non_null(find(&findings, "missing", "PlutusV3", 0));
    plb_costs_findings_free(&findings);
    findings = check(costs, (plb_era){PLB_PLUTUS_V1, 10});
    assert_non_null(find(&findings, "shape", "multiplyInteger-cpu-arguments", 0));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

/* ---- Differences ---- */

static const plb_costs_change *change_of(const plb_costs_diff *diff, const char *parameter) {
    const plb_costs_change *change;
    for (size_t i = 0; (change = plb_costs_diff_change(diff, i)) != NULL; i++)
        if (strcmp(change->parameter, parameter) == 0) return change;
    return NULL;
}

static plb_costs_diff *compare(const char *before, const char *after) {
    plb_costs *b = read_ok(newest, before), *a = read_ok(newest, after);
    plb_costs_diff *diff;
    plb_error error;
    assert_int_equal(plb_costs_compare(b, a, &diff, &error), PLB_OK);
    plb_costs_free(b);
    plb_costs_free(a);
    return diff;
}

static void numbers_that_differ(void **state) {
    (void) state;
    plb_costs_diff *diff =
        compare("{" BUILTIN("sha2_256", FUNCTION("linear_in_x", "{\"intercept\":200,\"slope\":10}"),
                            ONE) "," BUILTIN("bData", ONE, ONE) "}",
                "{" BUILTIN("sha2_256", FUNCTION("linear_in_x", "{\"intercept\":100,\"slope\":11}"),
                            ONE) "," BUILTIN("iData", ONE, ONE) "}");
    const plb_costs_change *change = change_of(diff, "sha2_256-cpu-arguments-intercept");
    assert_int_equal(change->kind, PLB_COSTS_CHANGED);
    assert_int_equal(change->before, 200);
    assert_int_equal(change->after, 100);
    assert_true(fabs(change->percent + 50) < 1e-9);
    assert_true(fabs(change_of(diff, "sha2_256-cpu-arguments-slope")->percent - 10) < 1e-9);
    assert_int_equal(change_of(diff, "bData")->kind, PLB_COSTS_REMOVED);
    assert_int_equal(change_of(diff, "iData")->kind, PLB_COSTS_ADDED);
    assert_null(plb_costs_diff_change(diff, 4));
    assert_int_equal(plb_costs_diff_parameters(diff), 20 + 3 + 2 + 2);

    const plb_costs_ratio *ratio = plb_costs_diff_ratio(diff, 0);
    assert_string_equal(ratio->builtin, "sha2_256");
    assert_int_equal(ratio->count, 4);
    assert_int_equal(ratio->points[3].sizes[0], 1000);
    assert_true(fabs(ratio->at_level[0] - 111.0 / 210) < 1e-12);
    assert_true(fabs(ratio->points[ratio->highest].ratio - 11100.0 / 10200) < 1e-12);
    assert_int_equal(ratio->lowest, 0);
    assert_null(plb_costs_diff_ratio(diff, 1));
    plb_costs_diff_free(diff);
}

static void shapes_that_differ(void **state) {
    (void) state;
    plb_costs_diff *diff =
        compare(MODEL("addInteger", FUNCTION("max_size", "{\"intercept\":100,\"slope\":10}")),
                MODEL("addInteger", FUNCTION("linear_in_x_and_y",
                                             "{\"intercept\":100,\"slope1\":10,\"slope2\":10}")));
    const plb_costs_change *change = change_of(diff, "addInteger-cpu-arguments");
    assert_int_equal(change->kind, PLB_COSTS_RESHAPED);
    assert_string_equal(change->shape_before, "max_size");
    assert_string_equal(change->shape_after, "linear_in_x_and_y");
    assert_int_equal(change_of(diff, "addInteger-cpu-arguments-slope")->kind, PLB_COSTS_REMOVED);
    assert_int_equal(change_of(diff, "addInteger-cpu-arguments-slope2")->kind, PLB_COSTS_ADDED);
    assert_null(change_of(diff, "addInteger-cpu-arguments-intercept"));
    const plb_costs_ratio *ratio = plb_costs_diff_ratio(diff, 0);
    assert_int_equal(ratio->count, 16);
    assert_true(fabs(ratio->at_level[3] - 20100.0 / 10100) < 1e-12);
    plb_costs_diff_free(diff);
}

/* A point on a curve has one size. */
static void sizes_are_those_that_there_are(void **state) {
    (void) state;
    plb_costs_diff *diff = compare(
        MODEL("bls12_381_G1_neg", FUNCTION("linear_in_x", "{\"intercept\":0,\"slope\":10}")),
        MODEL("bls12_381_G1_neg", FUNCTION("linear_in_x", "{\"intercept\":0,\"slope\":20}")));
    const plb_costs_ratio *ratio = plb_costs_diff_ratio(diff, 0);
    assert_int_equal(ratio->count, 1);
    assert_int_equal(ratio->points[0].sizes[0], 18);
    assert_int_equal(ratio->points[0].after, 360);
    plb_costs_diff_free(diff);
}

static void equal_models_do_not_differ(void **state) {
    (void) state;
    plb_costs_diff *diff = compare(MODEL("iData", ONE), MODEL("iData", ONE));
    assert_null(plb_costs_diff_change(diff, 0));
    assert_null(plb_costs_diff_ratio(diff, 0));
    plb_costs_diff_free(diff);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_of_functions),
        cmocka_unit_test(nothing_is_found_where_nothing_is),
        cmocka_unit_test(tiny_limits),
        cmocka_unit_test(machine_steps),
        cmocka_unit_test(what_a_version_lacks_and_has_too_much),
        cmocka_unit_test(numbers_that_differ),
        cmocka_unit_test(shapes_that_differ),
        cmocka_unit_test(sizes_are_those_that_there_are),
        cmocka_unit_test(equal_models_do_not_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
