/* Reports: what is read out of runs' documents, and what the formats make of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/report.h>

#include "results/report/report.h"
#include "results/report/ticks.h"
#include "results/run/run.h"

static const char plan[] = "{\"command\": \"calibrate\", \"arguments\": [\"plutbench\"]}";

static void put(plb_run *run, const char *name, const char *text) {
    assert_int_equal(plb_run_add_document(run, name, strdup(text), strlen(text), NULL), PLB_OK);
}

/* A report of one unfinished run with the document. */
static plb_report *report_of(const char *name, const char *text) {
    plb_run *run = plb_run_new();
    plb_report *report;
    plb_error error;
    put(run, "plan.json", plan);
    put(run, name, text);
    assert_int_equal(plb_run_conclude(run, "/nonexistent", 0, 0, &error), PLB_OK);
    assert_int_equal(plb_report_new(NULL, &report, &error), PLB_OK);
    assert_int_equal(plb_report_add(report, run, &error), PLB_OK);
    plb_run_free(run);
    return report;
}

static char *written(const plb_report *report, plb_report_format format) {
    char *text;
    size_t length;
    plb_error error;
    assert_int_equal(plb_report_write(report, format, &text, &length, &error), PLB_OK);
    assert_int_equal(strlen(text), length);
    return text;
}

/* The first item of that kind and name; borrowed of `json`. */
static const json_t *item_of(const json_t *json, const char *kind, const char *name) {
    const json_t *sections =
                     plb_json_at(json_array_get(json_object_get(json, "runs"), 0), "sections"),
                 *section, *item;
    size_t i, k;
    json_array_foreach(sections, i, section) {
        json_array_foreach(json_object_get(section, "items"), k, item) {
            if (strcmp(plb_string_at(item, "kind"), kind) == 0 &&
                strcmp(plb_string_at(item, "name"), name) == 0) {
                return item;
            }
        }
    }
    return NULL;
}

static const json_t *cell(const json_t *table, size_t row, size_t column) {
    return json_array_get(json_array_get(json_object_get(table, "rows"), row), column);
}

/* RFC 4180: quotes, separators and line breaks in fields; CRLF; and what is no number. */
static void csv_files_become_tables(void **state) {
    (void) state;
    plb_report *report =
        report_of("t.csv", "a,\"b \"\"c\"\"\",d\r\n1,NA,\"x,\ny\"\r\n-2e5,,0x10\n,inf");
    json_t *json = plb_report_json(report);
    const json_t *table = item_of(json, "table", "t.csv");
    assert_non_null(table);
    const json_t *columns = json_object_get(table, "columns");
    assert_int_equal(json_array_size(columns), 3);
    assert_string_equal(plb_string_at(json_array_get(columns, 1), "title"), "b \"c\"");
    assert_int_equal(plb_row_count(table), 3);
    assert_float_equal(json_number_value(cell(table, 0, 0)), 1, 0);
    assert_true(json_is_null(cell(table, 0, 1)));
    assert_string_equal(json_string_value(cell(table, 0, 2)), "x,\ny");
    assert_float_equal(json_number_value(cell(table, 1, 0)), -2e5, 0);
    assert_true(json_is_null(cell(table, 1, 1)));
    assert_string_equal(json_string_value(cell(table, 1, 2)), "0x10");
    assert_string_equal(json_string_value(cell(table, 2, 1)), "inf");
    json_decref(json);
    plb_report_free(report);
}

static const char calibration[] =
    "{\"overhead_per_call\": {\"paired\": {\"value\": 10, \"low\": 8, \"high\": 12, \"unit\": "
    "\"ns\","
    " \"level\": 0.95, \"method\": \"m\"}, \"regression\": null},"
    " \"cost_per_loop\": {\"paired\": {\"value\": 5, \"low\": 4, \"high\": 6, \"unit\": \"ns\"}},"
    " \"conclusion\": \"</script><b>\", \"subjects\": ["
    " {\"name\": \"call\", \"label\": \"c\", \"loops\": 100, \"calls\": 1, \"percentiles\": "
    "{\"p50_ns\": 620}},"
    " {\"name\": \"twin\", \"label\": \"t\", \"loops\": 0, \"calls\": 0, \"percentiles\": "
    "{\"p50_ns\": 100}}]}";

/* By hand: 100 + 10 + 100 * 5 = 610, and what was measured is 10 above it. */
static void residuals_are_medians_less_the_model(void **state) {
    (void) state;
    plb_report *report = report_of("summary.json", calibration);
    json_t *json = plb_report_json(report);
    const json_t *table = item_of(json, "table", "loops");
    assert_non_null(table);
    assert_int_equal(plb_row_count(table), 1);
    assert_float_equal(json_number_value(cell(table, 0, 3)), 610, 1e-9);
    assert_float_equal(json_number_value(cell(table, 0, 4)), 10, 1e-9);
    const json_t *plot = item_of(json, "plot", "loops-residuals");
    const json_t *band = json_array_get(json_object_get(plot, "series"), 0);
    assert_float_equal(json_number_value(json_array_get(json_object_get(band, "high"), 0)), 102,
                       1e-9);
    json_decref(json);
    plb_report_free(report);
}

static void a_run_s_text_is_no_markup(void **state) {
    (void) state;
    plb_report *report = report_of("summary.json", calibration);
    char *html = written(report, PLB_REPORT_HTML), *typst = written(report, PLB_REPORT_TYPST);
    char *markdown = written(report, PLB_REPORT_MARKDOWN);
    assert_null(strstr(html, "</script><b>"));
    assert_non_null(strstr(html, "\\u003c/script\\u003e\\u003cb\\u003e"));
    assert_null(strstr(markdown, "<b>"));
    assert_non_null(strstr(markdown, "&lt;b>"));
    assert_non_null(strstr(typst, "\"</script><b>\""));
    free(html);
    free(typst);
    free(markdown);
    plb_report_free(report);
}

static void an_unfinished_run_says_so_first(void **state) {
    (void) state;
    plb_report *report = report_of("summary.json", calibration);
    json_t *json = plb_report_json(report);
    const json_t *part = json_array_get(json_object_get(json, "runs"), 0);
    const json_t *first = json_array_get(json_object_get(part, "warnings"), 0);
    assert_string_equal(plb_string_at(first, "name"), "incomplete");
    assert_float_equal(plb_number_at(part, "headline.value"), 10, 0);
    json_decref(json);
    plb_report_free(report);
}

static void columns_are_explained_by_the_dictionary(void **state) {
    (void) state;
    plb_report *report = report_of("summary.json", calibration);
    json_t *json = plb_report_json(report);
    const json_t *column =
        json_array_get(json_object_get(item_of(json, "table", "loops"), "columns"), 2);
    const char *term = plb_string_at(column, "term");
    assert_string_equal(term, "summary.json subjects[].percentiles.p50_ns");
    const json_t *told = json_object_get(json_object_get(json, "terms"), term);
    assert_string_equal(plb_string_at(told, "unit"), "ns");
    assert_true(strlen(plb_string_at(told, "definition")) > 0);
    json_decref(json);
    plb_report_free(report);
}

static void what_is_damaged_is_named(void **state) {
    (void) state;
    plb_run *run = plb_run_new();
    plb_report *report;
    plb_error error;
    put(run, "plan.json", plan);
    put(run, "machine_fit.json", "{\"chosen\": ");
    assert_int_equal(plb_run_conclude(run, "/nonexistent", 0, 0, &error), PLB_OK);
    assert_int_equal(plb_report_new("t", &report, &error), PLB_OK);
    assert_int_equal(plb_report_add(report, run, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "machine_fit.json");
    char *text;
    size_t length;
    assert_int_equal(plb_report_write(report, PLB_REPORT_HTML, &text, &length, &error),
                     PLB_E_ARGUMENT);
    assert_null(text);
    plb_report_free(report);
    plb_run_free(run);
}

static void there_is_an_end_to_runs(void **state) {
    (void) state;
    plb_run *run = plb_run_new();
    plb_report *report;
    plb_error error;
    put(run, "plan.json", plan);
    assert_int_equal(plb_run_conclude(run, "/nonexistent", 0, 0, &error), PLB_OK);
    assert_int_equal(plb_report_new(NULL, &report, &error), PLB_OK);
    for (int i = 0; i < PLB_REPORT_RUNS; i++) {
        assert_int_equal(plb_report_add(report, run, &error), PLB_OK);
    }
    assert_int_equal(plb_report_add(report, run, &error), PLB_E_ARGUMENT);
    plb_report_free(report);
    plb_run_free(run);
}

static void text_that_is_no_utf8_is_shown(void **state) {
    (void) state;
    json_t *shown = plb_cell_text("a\xff\xfe"
                                  "b",
                                  4);
    assert_string_equal(json_string_value(shown), "a??b");
    json_decref(shown);
}

static void ticks_are_round_and_within(void **state) {
    (void) state;
    json_t *axis = json_pack("{s:s, s:s, s:s}", "title", "t", "unit", "ns", "scale", "linear");
    plb_ticks ticks;
    plb_ticks_find(&ticks, axis, 1100, 8200);
    assert_string_equal(ticks.unit, "µs");
    assert_true(ticks.count >= 4);
    for (size_t i = 0; i < ticks.count; i++) {
        assert_true(ticks.at[i] >= ticks.low && ticks.at[i] <= ticks.high);
        assert_true(fabs(ticks.at[i] - 1000 * strtod(ticks.texts[i], NULL)) < 1e-6);
    }
    json_object_set_new(axis, "scale", json_string("tail"));
    plb_ticks_find(&ticks, axis, 1, 5000);
    assert_int_equal(ticks.count, 4);
    assert_string_equal(ticks.texts[3], "99.9 %");
    json_decref(axis);
    axis = json_pack("{s:s, s:s, s:s}", "title", "t", "unit", "", "scale", "linear");
    plb_ticks_find(&ticks, axis, 0, 0);
    assert_true(ticks.low < ticks.high);
    json_decref(axis);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_files_become_tables),
        cmocka_unit_test(residuals_are_medians_less_the_model),
        cmocka_unit_test(a_run_s_text_is_no_markup),
        cmocka_unit_test(an_unfinished_run_says_so_first),
        cmocka_unit_test(columns_are_explained_by_the_dictionary),
        cmocka_unit_test(what_is_damaged_is_named),
        cmocka_unit_test(there_is_an_end_to_runs),
        cmocka_unit_test(text_that_is_no_utf8_is_shown),
        cmocka_unit_test(ticks_are_round_and_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
