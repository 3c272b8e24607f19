/* What is read of a measure.json, and what is said where that is not what it should be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/overhead/overhead.h"
#include "overhead_fixture.h"

#define NS "{\"value\": 10, \"low\": 9, \"high\": 12, \"degrees_of_freedom\": 6.5}"
#define ONE(SETTINGS, OVERHEAD)                                                                    \
    OVERHEAD_RUN("Z80", OVERHEAD_POINT("one", "1", SETTINGS, "5", "7", "9", OVERHEAD))

static void a_run_is_read(void **state) {
    (void) state;
    static const char text[] =
        ONE(", \"purpose\": \"withdraw\", \"script_place\": \"reference\", \"payments\": 3,"
            " \"required_signer\": true, \"script_bytes\": null, \"datum_nodes\": null",
            NS);
    plb_overhead_run *run;
    plb_error error;
    if (plb_overhead_run_read(&run, "m.json", text, strlen(text), &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    assert_string_equal(run->name, "m.json");
    assert_string_equal(run->script, "loop-v3");
    assert_string_equal(run->processor, "Z80");
    assert_int_equal(run->protocol_version, 10);
    assert_true(run->pace_ns == 700);
    assert_int_equal(run->point_count, 1);
    const plb_overhead_point *p = &run->points[0];
    assert_string_equal(p->label, "one");
    assert_int_equal(p->settings[PLB_FACTOR_PURPOSE], PLB_CALL_WITHDRAW);
    assert_int_equal(p->settings[PLB_FACTOR_SCRIPT_PLACE], PLB_SCRIPT_IN_REFERENCE);
    assert_int_equal(p->settings[PLB_FACTOR_PAYMENTS], 3);
    assert_int_equal(p->settings[PLB_FACTOR_REQUIRED_SIGNER], 1);
    assert_int_equal(p->settings[PLB_FACTOR_SCRIPT_BYTES], 100);
    assert_int_equal(p->settings[PLB_FACTOR_DATUM_NODES], 1);
    assert_int_equal(p->charged.steps, 5);
    assert_int_equal(p->fee, 7);
    assert_int_equal(p->size_bytes, 9);
    assert_true(p->overhead_ns.value == 10 && p->overhead_ns.high == 12);
    assert_true(p->overhead_ns.freedom == 6.5);
    assert_true(p->null_ns.freedom == PLB_STRETCH_FREEDOM);
    plb_overhead_run_free(run);
}

static void what_is_wrong_is_told_by_line_and_path(void **state) {
    (void) state;
    static const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"", "m.json:", "expected JSON"},
        {"[]", "m.json:1", "expected a sweep's measure.json, an object, got an array"},
        {"{}", "script", "expected a string, got nothing"},
        {"{\"measured\": false}", "m.json:1", "this is of --no-measure"},
        {"{\"script\": \"a\",\n\"language\": 3}", "m.json:2: language", "got a"},
        {OVERHEAD_RUN("Z80", ""), "design_points", "1 to 200 design points, got 0"},
        {OVERHEAD_RUN("Z80", "7"), "design_points[0]", "expected a design point"},
        {ONE(", \"sise\": 1", NS), "m.json:6: design_points[0].settings.sise", "may differ in"},
        {ONE(", \"purpose\": \"spent\"", NS), "settings.purpose",
         "expected one of spend, mint, withdraw"},
        {ONE(", \"payments\": -1", NS), "settings.payments", "got '-1'"},
        {ONE(", \"payments\": [1]", NS), "settings.payments", "a number, a name or null"},
        {ONE("", "null"), "m.json:9: design_points[0].overhead", "expected an object, got null"},
        {ONE("", "{\"value\": 1, \"low\": 2, \"high\": 3}"), "design_points[0].overhead",
         "a value within its interval, got 1 in [2, 3]"},
        {ONE("", "{\"value\": 1, \"low\": -1e300, \"high\": 3}"), "overhead.low", "at most 1e+15"},
        {ONE("", "{\"value\": \"1\", \"low\": 0, \"high\": 3}"), "overhead.value",
         "expected a number, got a string"},
        {OVERHEAD_RUN("Z80", OVERHEAD_POINT("one", "1", "", "-5", "7", "9", NS)), "charged.steps",
         "a number that is not negative, got -5"},
        {OVERHEAD_RUN("Z80", OVERHEAD_POINT("one", "1", "", "1.5", "7", "9", NS)), "charged.steps",
         "expected"},
        {OVERHEAD_RUN("Z80", OVERHEAD_POINT("one", "0", "", "5", "7", "9", NS)), "settings.calls",
         "got '0'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_overhead_run *run;
        plb_error error = {.status = PLB_OK};
        assert_int_equal(
            plb_overhead_run_read(&run, "m.json", cases[i].text, strlen(cases[i].text), &error),
            PLB_E_PARSE);
        assert_null(run);
        if (strstr(error.where, cases[i].where) == NULL ||
            strstr(error.message, cases[i].message) == NULL)
            fail_msg("case %zu: %s: %s", i, error.where, error.message);
    }
}

/* What plutbench's transactions have: docs/overhead.md. */
static void sizes_are_those_of_the_transaction(void **state) {
    (void) state;
    plb_overhead_point p = {.charged = {.memory = 1, .steps = 1000}};
    for (unsigned f = 0; f < PLB_FACTOR_COUNT; f++) p.settings[f] = plb_factor_get(f)->standard;
    p.settings[PLB_FACTOR_CALLS] = 5;
    p.settings[PLB_FACTOR_SCRIPT_BYTES] = 100;
    p.settings[PLB_FACTOR_DATUM] = PLB_POINT_DATUM_HASHED;
    p.settings[PLB_FACTOR_DATUM_BYTES] = 7;
    p.settings[PLB_FACTOR_PAYMENTS] = 2;
    p.settings[PLB_FACTOR_EXTRA_INPUTS] = 4;
    p.settings[PLB_FACTOR_NATIVE_SCRIPTS] = 1;
    p.settings[PLB_FACTOR_ASSETS] = 3;
    static const struct {
        const char *name;
        double spending, withdrawing;
    } expected[] = {
        {"spends", 5, 0},        {"withdrawals", 0, 5},
        {"mints", 0, 0},         {"transactions", 1, 1},
        {"scripts", 1, 5},       {"script_bytes", 100, 0},
        {"datum_bytes", 35, 0},  {"reference_script_bytes", 0, 500},
        {"hashed_datums", 5, 0}, {"inputs", 10, 6},
        {"outputs", 3, 3},       {"assets", 39, 27},
        {"steps", 1000, 1000},   {"call_items", 5 * (10 + 3 + 39 + 5), 5 * (6 + 3 + 27 + 5)},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double value = -1;
        const plb_overhead_size *size =
            &plb_overhead_sizes[plb_overhead_size_find(expected[i].name)];
        p.settings[PLB_FACTOR_PURPOSE] = PLB_CALL_SPEND;
        p.settings[PLB_FACTOR_SCRIPT_PLACE] = PLB_SCRIPT_IN_WITNESSES;
        assert_true(size->value(&p, &value));
        if (value != expected[i].spending) fail_msg("%s: %g", size->name, value);
        p.settings[PLB_FACTOR_PURPOSE] = PLB_CALL_WITHDRAW;
        p.settings[PLB_FACTOR_SCRIPT_PLACE] = PLB_SCRIPT_IN_REFERENCE;
        assert_true(size->value(&p, &value));
        if (value != expected[i].withdrawing) fail_msg("withdrawing, %s: %g", size->name, value);
    }
    double nodes;
    p.settings[PLB_FACTOR_PURPOSE] = PLB_CALL_SPEND;
    assert_false(plb_overhead_sizes[plb_overhead_size_find("datum_nodes")].value(&p, &nodes));
    assert_int_equal(plb_overhead_size_find("calls"), PLB_OVERHEAD_SIZES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_read),
        cmocka_unit_test(what_is_wrong_is_told_by_line_and_path),
        cmocka_unit_test(sizes_are_those_of_the_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
