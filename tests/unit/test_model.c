/* Cost models as something to look at: where they come from, what is in them, what is written, and
 * what is said when something can't be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/model.h>

#include "harness/machine/builtin.h"

static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};
static const plb_era v1_pv10 = {PLB_PLUTUS_V1, 10};
static const plb_era v2_pv8 = {PLB_PLUTUS_V2, 8};
static const plb_era v3_pv11 = {PLB_PLUTUS_V3, 11};

static unsigned tag_of(const char *name) {
    int tag = plb_builtin_find(name, strlen(name));
    assert_true(tag >= 0);
    return (unsigned) tag;
}

static plb_costs *read_ok(plb_era era, const char *text) {
    plb_costs *costs;
    plb_error error;
    if (plb_costs_read(&costs, era, "m.json", text, strlen(text), &error))
        fail_msg("%s: %s", error.where, error.message);
    return costs;
}

static plb_costs *published(char letter, plb_era era) {
    plb_costs *costs;
    plb_error error;
    assert_int_equal(plb_costs_published(&costs, letter, era, &error), PLB_OK);
    return costs;
}

static char *write_ok(const plb_costs *costs, plb_costs_form form, plb_era era,
                      plb_costs_findings *findings) {
    char *text;
    plb_error error;
    if (plb_costs_write(&costs, 1, form, era, &text, findings, &error))
        fail_msg("%s: %s", error.where, error.message);
    return text;
}

static void not_written(const plb_costs *costs, plb_costs_form form, plb_era era, plb_status status,
                        const char *where, const char *message) {
    char *text;
    plb_error error;
    assert_int_equal(plb_costs_write(&costs, 1, form, era, &text, NULL, &error), status);
    assert_null(text);
    assert_string_equal(error.where, where);
    if (!strstr(error.message, message))
        fail_msg("expected \"%s\" in \"%s\"", message, error.message);
}

/* `count` values 1000, 1001 ... */
static char *put_array(char *text, size_t size, size_t count) {
    size_t used = (size_t) snprintf(text, size, "[");
    for (size_t i = 0; i < count; i++)
        used += (size_t) snprintf(text + used, size - used, "%s%zu", i ? "," : "", 1000 + i);
    snprintf(text + used, size - used, "]");
    return text;
}

static const plb_costs_finding *find(const plb_costs_findings *findings, const char *what,
                                     const char *parameter) {
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->items[i].what, what) == 0 &&
            strcmp(findings->items[i].parameter, parameter) == 0)
            return &findings->items[i];
    return NULL;
}

/* ---- Where they come from ---- */

#define STEP(name) "\"" name "\":{\"exBudgetCPU\":11,\"exBudgetMemory\":12}"
#define STEPS                                                                                      \
    STEP("cekStartupCost")                                                                         \
    "," STEP("cekVarCost") "," STEP("cekConstCost") "," STEP("cekLamCost") "," STEP(               \
        "cekDelayCost") "," STEP("cekForceCost") "," STEP("cekApplyCost") "," STEP("cekBuiltinCos" \
                                                                                   "t")
#define CONSTANT(n) "{\"type\":\"constant_cost\",\"arguments\":" n "}"
#define I_DATA "\"iData\":{\"cpu\":" CONSTANT("5") ",\"memory\":" CONSTANT("6") "}"

static void the_source_is_told(void **state) {
    (void) state;
    static char array[8192], text[20000];
    put_array(array, sizeof array, 166);
    snprintf(text, sizeof text,
             "{\"costModels\":{\"PlutusV1\":%s,\"PlutusV2\":[1]},"
             "\"protocolVersion\":{\"major\":8,\"minor\":0}}",
             array);
    static const plb_era v1 = {PLB_PLUTUS_V1, 0};
    plb_costs *costs = read_ok(v1, text);
    const plb_costs_source *source = plb_costs_where(costs);
    assert_int_equal(source->form, PLB_COSTS_PROTOCOL_PARAMETERS);
    assert_string_equal(source->name, "m.json");
    assert_string_equal(source->key, "PlutusV1");
    assert_int_equal(source->era.protocol_version, 8);
    assert_false(source->version_assumed);
    assert_int_equal(source->variant, 'A');
    assert_int_equal(source->parameters, 166);
    assert_int_equal(source->languages, 2 | 4);
    assert_true(source->more);
    plb_costs_free(costs);

    costs = read_ok(newest, "{" STEPS "}");
    source = plb_costs_where(costs);
    assert_int_equal(source->form, PLB_COSTS_MACHINE);
    assert_true(source->builtins_published);
    assert_int_equal(source->era.language, PLB_LANGUAGE_NEWEST);
    plb_costs_free(costs);

    costs = read_ok(newest, "{" I_DATA "," STEPS "}");
    assert_int_equal(plb_costs_where(costs)->form, PLB_COSTS_BOTH);
    plb_costs_free(costs);
}

static void what_is_too_much_is_told(void **state) {
    (void) state;
    static char text[20000];
    put_array(text, sizeof text, 400);
    plb_costs *costs = read_ok(v3_pv11, text);
    assert_int_equal(plb_costs_where(costs)->parameters + plb_costs_where(costs)->surplus, 400);
    assert_true(plb_costs_where(costs)->surplus > 0);
    plb_costs_free(costs);

    plb_costs *full = published('B', v1_pv10);
    char *named = write_ok(full, PLB_COSTS_NAMED, v1_pv10, NULL);
    snprintf(text, sizeof text, "{\"addIntegre-cpu-arguments-slope\": 7,%s", named + 1);
    costs = read_ok(v1_pv10, text);
    assert_string_equal(plb_costs_unknown(costs, 0), "addIntegre-cpu-arguments-slope");
    assert_null(plb_costs_unknown(costs, 1));
    plb_costs_free(costs);
    plb_costs_free(full);
    free(named);
}

static void languages_of_a_text(void **state) {
    (void) state;
    static const char text[] = "{\"costModels\":{\"PlutusV3\":[],\"PlutusV1\":{}}}";
    plb_language languages[PLB_COSTS_LANGUAGES];
    size_t count;
    plb_error error;
    assert_int_equal(plb_costs_languages("m.json", text, strlen(text), languages, &count, &error),
                     PLB_OK);
    assert_int_equal(count, 2);
    assert_int_equal(languages[0], PLB_PLUTUS_V1);
    assert_int_equal(languages[1], PLB_PLUTUS_V3);
    assert_int_equal(plb_costs_languages("m.json", "[1]", 3, languages, &count, &error), PLB_OK);
    assert_int_equal(count, 0);
}

static void wrong_texts(void **state) {
    (void) state;
    static const struct {
        plb_language language;
        const char *text;
        plb_status status;
        const char *where, *message;
    } rows[] = {
        {PLB_LANGUAGE_NEWEST, "[", PLB_E_PARSE, "m.json:1:1", "expected JSON"},
        {PLB_LANGUAGE_NEWEST, "[1]", PLB_E_COST_MODEL, "m.json", "does not say whose"},
        {PLB_LANGUAGE_NEWEST, "{\"addInteger-cpu-arguments-slope\":1}", PLB_E_COST_MODEL, "m.json",
         "does not say whose"},
        {PLB_PLUTUS_V1, "[1]", PLB_E_COST_MODEL, "m.json:1", "expected a cost model for PlutusV1"},
        {PLB_LANGUAGE_NEWEST, "{\"x\":1}", PLB_E_COST_MODEL, "m.json:1", "expected costModels"},
        {PLB_LANGUAGE_NEWEST, "{\"costModels\":3}", PLB_E_COST_MODEL, "m.json:1: costModels",
         "an object"},
        {PLB_LANGUAGE_NEWEST, "{\"addInteger\":{\n\"cpu\":{\"type\":\"cubic\"}}}", PLB_E_COST_MODEL,
         "m.json:2: addInteger.cpu.type", "got \"cubic\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const plb_era era = {rows[i].language, 5};
        plb_costs *costs;
        plb_error error;
        const char *text = rows[i].text;
        assert_int_equal(plb_costs_read(&costs, era, "m.json", text, strlen(text), &error),
                         rows[i].status);
        assert_null(costs);
        if (!strstr(error.where, rows[i].where) || !strstr(error.message, rows[i].message))
            fail_msg("row %zu: %s: %s", i, error.where, error.message);
    }
    plb_costs *costs;
    plb_error error;
    assert_int_equal(plb_costs_published(&costs, 'F', newest, &error), PLB_E_ARGUMENT);
}

/* ---- What is in them ---- */

static void functions(void **state) {
    (void) state;
    plb_costs *costs = published('E', newest);
    plb_costs_builtin builtin;
    assert_true(plb_costs_get(costs, tag_of("divideInteger"), &builtin));
    assert_true(builtin.present);
    assert_int_equal(builtin.arity, 2);
    assert_string_equal(builtin.steps.shape, "above_and_below_diagonal/quadratic_in_x_and_y");
    assert_int_equal(builtin.steps.arguments, 3);
    assert_int_equal(builtin.steps.count, 8);
    assert_string_equal(builtin.steps.names[1], "model-arguments-c00");
    assert_int_equal(builtin.steps.values[1], 123203);
    assert_string_equal(builtin.steps.formula,
                        "(x and y swapped where x < y) at least 85848: 123203 + 1716 x + 7305 y + "
                        "57 x^2 + 960 x y - 900 y^2");
    assert_string_equal(builtin.memory.formula, "0 + 1 max(x - y, 1)");
    assert_true(plb_costs_get(costs, tag_of("equalsByteString"), &builtin));
    assert_string_equal(builtin.steps.formula, "30623 where x <> y, else 28755 + 75 x");
    assert_false(plb_costs_get(costs, PLB_TALLY_BUILTINS, &builtin));
    plb_costs_free(costs);
}

static void machine_steps(void **state) {
    (void) state;
    plb_costs *costs = published('A', newest), *machine = read_ok(newest, "{" STEPS "}");
    const char *name;
    plb_exunits cost;
    assert_true(plb_costs_step(costs, 1, &name, &cost));
    assert_string_equal(name, "cekVarCost");
    assert_int_equal(cost.steps, 23000);
    plb_costs_set_machine(costs, machine);
    assert_true(plb_costs_step(costs, 1, &name, &cost));
    assert_int_equal(cost.steps, 11);
    assert_false(plb_costs_step(costs, 8, &name, &cost)); /* constr is not in the text */
    assert_string_equal(name, "cekConstrCost");
    assert_false(plb_costs_step(costs, PLB_COSTS_STEPS, &name, &cost));
    assert_null(name);
    plb_costs_free(machine);
    plb_costs_free(costs);
}

static void costs_at_sizes(void **state) {
    (void) state;
    plb_costs *costs = published('E', newest);
    static const int64_t sizes[] = {20, 10}, negative[] = {-1, 1};
    plb_exunits cost;
    plb_error error;
    unsigned divide = tag_of("divideInteger");
    assert_int_equal(plb_costs_at(costs, divide, sizes, 2, &cost, &error), PLB_OK);
    /* 123203 + 1716*20 + 7305*10 + 57*400 + 960*200 - 900*100, and 20 - 10 */
    assert_int_equal(cost.steps, 355373);
    assert_int_equal(cost.memory, 10);
    assert_int_equal(plb_costs_at(costs, divide, sizes, 1, &cost, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_costs_at(costs, divide, negative, 2, &cost, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_costs_at(costs, 200, sizes, 2, &cost, &error), PLB_E_ARGUMENT);
    plb_costs_free(costs);
    costs = read_ok(newest, "{" I_DATA "}");
    assert_int_equal(plb_costs_at(costs, divide, sizes, 2, &cost, &error), PLB_E_COST_MODEL);
    plb_costs_free(costs);
}

static void parameters(void **state) {
    (void) state;
    static char text[8192];
    plb_costs_parameter *list;
    size_t count;
    plb_error error;
    plb_costs *costs = read_ok(v2_pv8, put_array(text, sizeof text, 170));
    assert_int_equal(plb_costs_parameters(costs, newest, &list, &count, &error), PLB_OK);
    assert_int_equal(count, 175);
    assert_string_equal(list[0].name, "addInteger-cpu-arguments-intercept");
    assert_int_equal(list[169].value, 1169);
    assert_true(list[169].present);
    assert_false(list[170].present);
    assert_true(list[170].value == INT64_MAX);
    free(list);
    plb_costs_free(costs);

    costs = published('E', newest);
    assert_int_equal(plb_costs_parameters(costs, v1_pv10, &list, &count, &error), PLB_E_COST_MODEL);
    assert_string_equal(error.where, "divideInteger-cpu-arguments");
    static const plb_era too_early = {PLB_PLUTUS_V3, 8};
    assert_int_equal(plb_costs_parameters(costs, too_early, &list, &count, &error),
                     PLB_E_UNAVAILABLE);
    plb_costs_free(costs);
}

/* ---- Writing ---- */

static void what_is_left_out_is_named(void **state) {
    (void) state;
    plb_costs_findings findings = {0};
    plb_costs *costs = published('B', v1_pv10);
    free(write_ok(costs, PLB_COSTS_ARRAY, newest, &findings));
    assert_non_null(find(&findings, "left-out", "serialiseData"));
    assert_non_null(find(&findings, "left-out", "cekCaseCost"));
    assert_null(find(&findings, "left-out", "addInteger"));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);

    costs = read_ok(newest, "{" I_DATA "}");
    char *text = write_ok(costs, PLB_COSTS_BOTH, newest, &findings);
    assert_non_null(strstr(text, "\"iData\""));
    assert_null(strstr(text, "\"bData\""));
    assert_non_null(find(&findings, "missing", "bData"));
    assert_non_null(find(&findings, "default", ""));
    free(text);
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

static void arrays_end_before_what_is_missing(void **state) {
    (void) state;
    static char text[8192];
    plb_costs_findings findings = {0};
    plb_costs *costs = read_ok(v2_pv8, put_array(text, sizeof text, 174));
    char *array = write_ok(costs, PLB_COSTS_ARRAY, newest, &findings);
    assert_non_null(strstr(array, "1173\n]"));
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].what, "missing");
    assert_int_equal(findings.items[0].severity, PLB_COSTS_WARNING);
    free(array);
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
}

/* A gap can be left in an object of names, and not in an array. */
static void gaps(void **state) {
    (void) state;
    plb_costs *full = published('B', v1_pv10);
    char *named = write_ok(full, PLB_COSTS_NAMED, v1_pv10, NULL);
    char *gap = strstr(named, "\"bData-cpu-arguments\"");
    assert_non_null(gap);
    gap[1] = 'x';
    plb_costs *costs = read_ok(v1_pv10, named);
    not_written(costs, PLB_COSTS_ARRAY, newest, PLB_E_COST_MODEL, "bData-cpu-arguments",
                "expected a value: it is parameter 12");
    plb_costs_findings findings = {0};
    char *again = write_ok(costs, PLB_COSTS_NAMED, newest, &findings);
    assert_null(strstr(again, "bData-cpu"));
    assert_non_null(find(&findings, "missing", "bData-cpu-arguments"));
    assert_non_null(find(&findings, "left-out", "xData-cpu-arguments"));
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
    plb_costs_free(full);
    free(again);
    free(named);
}

static void forms_that_do_not_fit(void **state) {
    (void) state;
    plb_costs *costs = published('E', newest);
    static const plb_era v1 = {PLB_PLUTUS_V1, 0};
    not_written(costs, PLB_COSTS_ARRAY, newest, PLB_E_ARGUMENT, "E", "expected a language");
    not_written(costs, PLB_COSTS_NAMED, v1, PLB_E_COST_MODEL, "divideInteger-cpu-arguments",
                "expected the shape above_and_below_diagonal/multiplied_sizes");
    not_written(costs, PLB_COSTS_PUBLISHED, newest, PLB_E_ARGUMENT, "", "published");
    const plb_costs *two[] = {costs, costs};
    char *text;
    plb_error error;
    assert_int_equal(plb_costs_write(two, 2, PLB_COSTS_BUILTIN, newest, &text, NULL, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(plb_costs_write(two, 0, PLB_COSTS_BUILTIN, newest, &text, NULL, &error),
                     PLB_E_ARGUMENT);
    plb_costs_free(costs);
    costs = published('E', v3_pv11);
    two[0] = two[1] = costs;
    assert_int_equal(
        plb_costs_write(two, 2, PLB_COSTS_PROTOCOL_PARAMETERS, newest, &text, NULL, &error),
        PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "two of PlutusV3"));
    plb_costs_free(costs);
}

static void genesis_files(void **state) {
    (void) state;
    plb_costs *costs = published('A', (plb_era){PLB_PLUTUS_V1, 5});
    char *text = write_ok(costs, PLB_COSTS_GENESIS, newest, NULL);
    assert_non_null(strstr(text, "\"verifySignature-cpu-arguments-slope\""));
    plb_costs *again = read_ok((plb_era){PLB_LANGUAGE_NEWEST, 5}, text);
    assert_int_equal(plb_costs_where(again)->form, PLB_COSTS_GENESIS);
    assert_int_equal(plb_costs_where(again)->era.language, PLB_PLUTUS_V1);
    plb_costs_free(again);
    plb_costs_free(costs);
    free(text);
    costs = published('C', (plb_era){PLB_PLUTUS_V3, 9});
    text = write_ok(costs, PLB_COSTS_GENESIS, newest, NULL);
    assert_ptr_equal(strstr(text, "{\n  \"plutusV3CostModel\": ["), text);
    plb_costs_free(costs);
    free(text);
}

static const char node_file[] = "{\"fee\": 1.50,\"costModels\": {\"PlutusV2\" : [ 1,2 ],\n"
                                "\"PlutusV1\":[]}, \"protocolVersion\":{\"major\":8}}";

static plb_status write_into(const plb_costs *costs, plb_era era, const char *base, char **text,
                             plb_error *error) {
    return plb_costs_write_into(&costs, 1, era, "n.json", base, strlen(base), text, NULL, error);
}

/* All but the list stays as it is; the file's version counts where none was said. */
static void into_a_file(void **state) {
    (void) state;
    static const plb_era v2 = {PLB_PLUTUS_V2, 0};
    plb_costs *costs = published('A', v2);
    char *text, *again;
    plb_error error;
    assert_int_equal(write_into(costs, newest, node_file, &text, &error), PLB_OK);
    const char *end = "],\n\"PlutusV1\":[]}, \"protocolVersion\":{\"major\":8}}";
    const char *begin = "{\"fee\": 1.50,\"costModels\": {\"PlutusV2\" : [ 205665,";
    assert_memory_equal(text, begin, strlen(begin));
    assert_string_equal(text + strlen(text) - strlen(end), end);
    assert_int_equal(write_into(costs, newest, text, &again, &error), PLB_OK);
    assert_string_equal(again, text);
    free(again);
    free(text);
    plb_costs_free(costs);

    costs = published('E', newest);
    assert_int_equal(write_into(costs, v2, node_file, &text, &error), PLB_E_COST_MODEL);
    assert_non_null(strstr(error.message, "PlutusV2 at protocol version 8"));
    assert_int_equal(write_into(costs, v3_pv11, node_file, &text, &error), PLB_E_COST_MODEL);
    assert_string_equal(error.where, "n.json:1: costModels");
    assert_int_equal(write_into(costs, v2, "[", &text, &error), PLB_E_PARSE);
    assert_null(text);
    plb_costs_free(costs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_is_told),
        cmocka_unit_test(what_is_too_much_is_told),
        cmocka_unit_test(languages_of_a_text),
        cmocka_unit_test(wrong_texts),
        cmocka_unit_test(functions),
        cmocka_unit_test(machine_steps),
        cmocka_unit_test(costs_at_sizes),
        cmocka_unit_test(parameters),
        cmocka_unit_test(what_is_left_out_is_named),
        cmocka_unit_test(arrays_end_before_what_is_missing),
        cmocka_unit_test(gaps),
        cmocka_unit_test(forms_that_do_not_fit),
        cmocka_unit_test(genesis_files),
        cmocka_unit_test(into_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
