/* Plans of studies: what tests/plans/study_table.json says of each, which tests/cli/study.sh also
 * asks a validator of the JSON Schema; what is read; where errors are; texts that are no plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/study.h>

static plb_status read_plan(const char *text, plb_study_plan *plan, plb_error *error) {
    *error = (plb_error){.status = PLB_OK};
    return plb_study_plan_read(plan, "plan.json", text, strlen(text), error);
}

/* ---- The table ---- */

static void check_row(const json_t *row) {
    char *text =
        json_dumps(json_object_get(row, "plan"), JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    plb_study_plan plan;
    plb_error error;
    assert_non_null(text);
    plb_status status = read_plan(text, &plan, &error);
    if (json_is_true(json_object_get(row, "valid"))) {
        if (status != PLB_OK) fail_msg("%s\nwas refused: %s: %s", text, error.where, error.message);
    } else {
        char told[PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES + 4];
        const char *expected = json_string_value(json_object_get(row, "error"));
        (void) snprintf(told, sizeof told, "%s: %s", error.where, error.message);
        if (status != PLB_E_PARSE || strstr(told, expected) == NULL ||
            strncmp(told, "plan.json:1", 11) != 0)
            fail_msg("%s\nexpected: %s\ngot: %s", text, expected, told);
    }
    plb_study_plan_free(&plan);
    free(text);
}

static void every_plan_of_the_table(void **state) {
    (void) state;
    json_error_t at;
    json_t *table = json_load_file(PLB_SOURCE_DIR "/tests/plans/study_table.json", 0, &at);
    assert_non_null(table);
    assert_in_range(json_array_size(table), 80, 1000);
    for (size_t i = 0; i < json_array_size(table); i++) check_row(json_array_get(table, i));
    json_decref(table);
}

/* ---- What is read ---- */

static void what_a_plan_says_is_there(void **state) {
    (void) state;
    plb_study_plan plan;
    plb_error error;
    const char *text =
        "{\"out\": \"o\", \"seed\": 9, \"pin\": true, \"base\": \"b.json\","
        " \"protocol_parameters\": \"p\", \"reference\": \"r\","
        " \"sweep\": {\"grid\": \"g\", \"builtins\": [\"x\", \"y\"], \"time_s\": 1.5,"
        "             \"precision\": 0.25, \"max_visits\": 8, \"max_bytes\": 1000},"
        " \"fit\": {\"method\": \"quantile\", \"quantile\": 0.75, \"models\": \"m\","
        "           \"bootstrap\": 7},"
        " \"machine\": {\"time_s\": 2}, \"overhead\": {\"plans\": [\"q\"], \"time_s\": 3},"
        " \"calibrate\": {\"scripts\": [\"s\"], \"strategy\": \"txperblock_8\", \"time_s\": 4,"
        "                 \"precision\": 0.5},"
        " \"impact\": {\"protocol_versions\": [11, 9], \"languages\": [\"v3\", \"v1\"],"
        "              \"programs\": \"f\", \"scripts\": [\"t\"], \"strategies\": "
        "[\"blockbudget\"]}}";
    assert_int_equal(read_plan(text, &plan, &error), PLB_OK);
    assert_string_equal(plan.out, "o");
    assert_int_equal(plan.seed, 9);
    assert_true(plan.pin);
    assert_string_equal(plan.base, "b.json");
    assert_string_equal(plan.protocol_parameters, "p");
    assert_string_equal(plan.reference, "r");
    assert_null(plan.sweep.from);
    assert_string_equal(plan.sweep.grid, "g");
    assert_int_equal(plan.sweep.builtins.count, 2);
    assert_string_equal(plan.sweep.builtins.items[1], "y");
    assert_true(plan.sweep.time_s == 1.5 && plan.sweep.precision == 0.25);
    assert_int_equal(plan.sweep.visits_max, 8);
    assert_int_equal(plan.sweep.byte_cap, 1000);
    assert_int_equal(plan.fit.method, PLB_FIT_QUANTILE);
    assert_true(plan.fit.quantile == 0.75);
    assert_string_equal(plan.fit.models, "m");
    assert_int_equal(plan.fit.bootstrap, 7);
    assert_true(plan.machine.wanted && plan.machine.time_s == 2);
    assert_true(plan.overhead.wanted && plan.overhead.time_s == 3);
    assert_string_equal(plan.overhead.plans.items[0], "q");
    assert_string_equal(plan.calls.scripts.items[0], "s");
    assert_string_equal(plan.calls.strategy, "txperblock_8");
    assert_true(plan.calls.time_s == 4 && plan.calls.precision == 0.5);
    assert_int_equal(plan.impact.version_count, 2);
    assert_int_equal(plan.impact.versions[0], 9); /* ascending */
    assert_int_equal(plan.impact.versions[1], 11);
    assert_true(plan.impact.languages[0] && !plan.impact.languages[1] && plan.impact.languages[2]);
    assert_string_equal(plan.impact.programs, "f");
    assert_false(plan.impact.all_scripts);
    assert_string_equal(plan.impact.scripts.items[0], "t");
    assert_string_equal(plan.impact.strategies.items[0], "blockbudget");
    plb_study_plan_free(&plan);
}

static void what_a_plan_does_not_say_has_defaults(void **state) {
    (void) state;
    plb_study_plan plan;
    plb_error error;
    assert_int_equal(read_plan("{\"sweep\": {}}", &plan, &error), PLB_OK);
    assert_null(plan.out);
    assert_int_equal(plan.seed, 1);
    assert_string_equal(plan.base, "E");
    assert_int_equal(plan.fit.method, PLB_FIT_REFERENCE);
    assert_int_equal(plan.fit.bootstrap, PLB_STUDY_BOOTSTRAP);
    assert_false(plan.machine.wanted || plan.overhead.wanted || plan.impact.all_scripts);
    assert_int_equal(plan.calls.scripts.count, 0);
    assert_int_equal(plan.impact.version_count, 4);
    assert_int_equal(plan.impact.versions[0], 8);
    assert_true(plan.impact.languages[0] && plan.impact.languages[1] && plan.impact.languages[2]);
    assert_int_equal(plan.impact.strategies.count, 1);
    assert_string_equal(plan.impact.strategies.items[0], "txbudget");
    plb_study_plan_free(&plan);
}

/* ---- Errors ---- */

static void errors_have_line_and_path(void **state) {
    (void) state;
    plb_study_plan plan;
    plb_error error;
    const char *text = "{\n \"sweep\": {},\n \"impact\": {\n  \"languages\": [\n   \"v1\",\n"
                       "   \"v5\"\n  ]\n }\n}";
    assert_int_equal(read_plan(text, &plan, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "plan.json:6: impact.languages[1]");
    plb_study_plan_free(&plan);
    text = "{\n \"sweep\": {\"from\": \"a\",\n  \"precision\": 0.5}}";
    assert_int_equal(read_plan(text, &plan, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "plan.json:3: sweep.precision");
    plb_study_plan_free(&plan);
}

static void texts_that_are_no_plan(void **state) {
    (void) state;
    static const char *const texts[] = {"",
                                        "{",
                                        "{\"sweep\": {}} x",
                                        "{\"sweep\": {}, \"sweep\": {}}",
                                        "null",
                                        "[]",
                                        "{\"sweep\": {\"from\": \"a\\u0000b\"}}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        plb_study_plan plan;
        plb_error error;
        assert_int_equal(read_plan(texts[i], &plan, &error), PLB_E_PARSE);
        assert_true(error.message[0] != '\0');
        plb_study_plan_free(&plan);
    }
}

static void the_schema_is_the_file(void **state) {
    (void) state;
    json_error_t at;
    json_t *schema = json_loads(plb_study_schema(), JSON_REJECT_DUPLICATES, &at);
    json_t *file = json_load_file(PLB_SOURCE_DIR "/calibrate/data/study.schema.json", 0, &at);
    assert_non_null(schema);
    assert_true(json_equal(schema, file));
    json_decref(schema);
    json_decref(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_of_the_table),
        cmocka_unit_test(what_a_plan_says_is_there),
        cmocka_unit_test(what_a_plan_does_not_say_has_defaults),
        cmocka_unit_test(errors_have_line_and_path),
        cmocka_unit_test(texts_that_are_no_plan),
        cmocka_unit_test(the_schema_is_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
