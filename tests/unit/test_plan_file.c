/* Plan files: what tests/plans/table.json says of each plan, which tests/cli/measure.sh also asks a
 * validator of the JSON Schema; where errors are; texts that are no plan at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/design/plan_file.h"

static plb_status read_plan(const char *text, plb_plan_file *plan, plb_error *error) {
    *error = (plb_error){.status = PLB_OK};
    return plb_plan_file_read(plan, "plan.json", text, strlen(text), error);
}

/* ---- The table ---- */

static void check_row(const json_t *row) {
    char *text =
        json_dumps(json_object_get(row, "plan"), JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    plb_plan_file plan;
    plb_error error;
    assert_non_null(text);
    plb_status status = read_plan(text, &plan, &error);
    if (json_is_true(json_object_get(row, "valid"))) {
        if (status != PLB_OK) {
            fail_msg("%s\nwas refused: %s: %s", text, error.where, error.message);
        }
    } else {
        char told[PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES + 4];
        const char *expected = json_string_value(json_object_get(row, "error"));
        (void) snprintf(told, sizeof told, "%s: %s", error.where, error.message);
        if (status != PLB_E_PARSE || strstr(told, expected) == NULL ||
            strncmp(told, "plan.json:1", 11) != 0) {
            fail_msg("%s\nexpected: %s\ngot: %s", text, expected, told);
        }
    }
    plb_plan_file_free(&plan);
    free(text);
}

static void every_plan_of_the_table(void **state) {
    (void) state;
    json_error_t at;
    json_t *table = json_load_file(PLB_SOURCE_DIR "/tests/plans/table.json", 0, &at);
    assert_non_null(table);
    assert_in_range(json_array_size(table), 60, 1000);
    for (size_t i = 0; i < json_array_size(table); i++) {
        check_row(json_array_get(table, i));
    }
    json_decref(table);
}

/* ---- What is read ---- */

static void what_a_plan_says_is_there(void **state) {
    (void) state;
    plb_plan_file plan;
    plb_error error;
    const char *text =
        "{\"script\": {\"file\": \"a.uplc\", \"language\": \"v2\", \"redeemer\": \"r\"},"
        " \"fixed\": {\"loops\": 7, \"required_signer\": true},"
        " \"vary\": {\"script_place\": [\"reference\", \"witness\"], \"calls\": [4, 2]},"
        " \"model\": \"1 + calls\", \"time_s\": 1.5, \"precision\": 0.25, \"seed\": 9,"
        " \"pin\": true, \"out\": \"o\", \"protocol_parameters\": \"p\"}";
    assert_int_equal(read_plan(text, &plan, &error), PLB_OK);
    assert_true(plan.is_file);
    assert_string_equal(plan.script, "a.uplc");
    assert_string_equal(plan.redeemer, "r");
    assert_null(plan.datum);
    assert_int_equal(plan.language, PLB_PLUTUS_V2);
    assert_string_equal(plan.model, "1 + calls");
    assert_string_equal(plan.out, "o");
    assert_string_equal(plan.protocol_parameters, "p");
    assert_null(plan.strategy);
    assert_true(plan.time_s == 1.5 && plan.precision == 0.25 && plan.pin);
    assert_int_equal(plan.seed, 9);
    const plb_sweep *s = &plan.sweep;
    assert_true(s->given[PLB_FACTOR_LOOPS] && s->fixed[PLB_FACTOR_LOOPS] == 7);
    assert_true(s->given[PLB_FACTOR_REQUIRED_SIGNER] && s->fixed[PLB_FACTOR_REQUIRED_SIGNER] == 1);
    assert_false(s->given[PLB_FACTOR_PAYMENTS]);
    assert_int_equal(s->fixed[PLB_FACTOR_PAYMENTS], 1);
    assert_int_equal(s->varied[PLB_FACTOR_CALLS].count, 2);
    assert_int_equal(s->varied[PLB_FACTOR_CALLS].values[0], 4);
    assert_int_equal(s->varied[PLB_FACTOR_CALLS].values[1], 2);
    assert_int_equal(s->varied[PLB_FACTOR_SCRIPT_PLACE].values[0], PLB_SCRIPT_IN_REFERENCE);
    plb_plan_file_free(&plan);
}

static void errors_have_line_and_path(void **state) {
    (void) state;
    plb_plan_file plan;
    plb_error error;
    const char *text = "{\n\"script\": \"loop\",\n\"vary\": {\n  \"calls\": [1,\n  2, \"x\"]}}";
    assert_int_equal(read_plan(text, &plan, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "plan.json:5: vary.calls[2]");
    plb_plan_file_free(&plan);
}

static void texts_that_are_no_plan(void **state) {
    (void) state;
    static const char *const texts[] = {
        "",
        "{",
        "plutbench",
        "{\"script\": \"loop\"} {}",
        "{\"script\": \"loop\", \"script\": \"loop-v3\"}",
        "{\"script\": \"loop\", \"fixed\": {\"calls\": 1, \"calls\": 2}}",
        "{\"script\": \"lo\\u0000op\"}",
        "{\"script\": \"\xff\"}",
        "{\"script\": \"loop\", \"seed\": 99999999999999999999}",
        "{\"script\": \"loop\", \"time_s\": 1e999}",
        "{\"script\": \"loop\", \"time_s\": NaN}",
        "{'script': 'loop'}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        plb_plan_file plan;
        plb_error error;
        plb_status status = read_plan(texts[i], &plan, &error);
        if (status != PLB_E_PARSE || error.message[0] == '\0' ||
            strncmp(error.where, "plan.json:", 10) != 0) {
            fail_msg("%s: %s: %s", texts[i], error.where, error.message);
        }
        plb_plan_file_free(&plan);
    }
}

/* More than a plan may have, of anything that can be repeated. */
static void long_lists_are_refused(void **state) {
    (void) state;
    char text[4096] = "{\"script\": \"loop\", \"vary\": {\"loops\": [0";
    for (int i = 1; i <= PLB_SWEEP_POINTS_MAX; i++) {
        size_t used = strlen(text);
        (void) snprintf(text + used, sizeof text - used, ",%d", i);
    }
    strcat(text, "]}}");
    plb_plan_file plan;
    plb_error error;
    assert_int_equal(read_plan(text, &plan, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.message, "expected 2 to 200 values, got 201"));
    plb_plan_file_free(&plan);
}

/* What the program prints is the file that is published, and names every factor. */
static void the_schema_is_complete(void **state) {
    (void) state;
    json_error_t at;
    json_t *schema = json_loads(plb_plan_schema(), JSON_REJECT_DUPLICATES, &at);
    assert_non_null(schema);
    const json_t *definitions = json_object_get(schema, "$defs");
    assert_int_equal(json_object_size(definitions), PLB_FACTOR_COUNT);
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        char key[64];
        (void) snprintf(key, sizeof key, "%s", info->name);
        for (char *c = key; *c != '\0'; c++) {
            *c = *c == '-' ? '_' : *c;
        }
        const json_t *definition = json_object_get(definitions, key);
        assert_non_null(definition);
        if (info->levels == NULL) {
            json_int_t least = json_integer_value(json_object_get(definition, "minimum"));
            json_int_t most = json_integer_value(json_object_get(definition, "maximum"));
            assert_int_equal(least, info->least);
            assert_int_equal(most, info->most);
        }
    }
    json_decref(schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_of_the_table),   cmocka_unit_test(what_a_plan_says_is_there),
        cmocka_unit_test(errors_have_line_and_path), cmocka_unit_test(texts_that_are_no_plan),
        cmocka_unit_test(long_lists_are_refused),    cmocka_unit_test(the_schema_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
