/* The proof of the method, in small: promises are kept, and the proof is one
 * that can fail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/selftest/selftest.h"

static plb_selftest_report report;

static void run(plb_selftest_config config) {
    plb_error error = {0};
    if (plb_selftest(&config, &report, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

/* Clopper and Pearson's intervals, as tables have them. */
static void rates_have_exact_intervals(void **state) {
    (void) state;
    static const struct {
        unsigned hits, runs;
        double low, high;
    } known[] = {{0, 10, 0, 0.3085},      {10, 10, 0.6915, 1},       {5, 10, 0.1871, 0.8129},
                 {1, 20, 0.0013, 0.2487}, {50, 100, 0.3983, 0.6017}, {95, 100, 0.8872, 0.9836}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        plb_selftest_rate rate = plb_selftest_rate_of(known[i].hits, known[i].runs, 0, 1);
        if (fabs(rate.low - known[i].low) > 1e-4 || fabs(rate.high - known[i].high) > 1e-4) {
            fail_msg("%u of %u: [%.5f, %.5f]", rate.hits, rate.runs, rate.low, rate.high);
        }
    }
}

/* With 99.9 %: 915 of 1000 may still be 93 %, 880 may not; 970 may be 97 %, 990
 * not. */
static void promises_are_broken_beyond_chance_only(void **state) {
    (void) state;
    assert_true(plb_selftest_rate_of(915, 1000, 0.93, 0.97).kept);
    assert_false(plb_selftest_rate_of(880, 1000, 0.93, 0.97).kept);
    assert_true(plb_selftest_rate_of(970, 1000, 0.93, 0.97).kept);
    assert_false(plb_selftest_rate_of(990, 1000, 0.93, 0.97).kept);
    assert_true(plb_selftest_rate_of(990, 1000, 0.93, 1).kept);
    assert_true(plb_selftest_rate_of(60, 1000, 0, 0.05).kept);
    assert_false(plb_selftest_rate_of(90, 1000, 0, 0.05).kept);
    assert_true(plb_selftest_rate_of(0, 0, 0.9, 1).kept);
}

static void all_promises_are_kept(void **state) {
    (void) state;
    run((plb_selftest_config){.runs = 60});
    assert_true(report.row_count >= 20);
    assert_true(report.kept);
    for (size_t i = 0; i < report.row_count; i++) {
        for (int f = 0; f < PLB_SELFTEST_FIGURES; f++) {
            assert_int_equal(report.rows[i].results[f].covered.runs, 60);
            assert_true(report.rows[i].results[f].half_width > 0);
        }
    }
}

/* The mutations that a proof of coverage must notice. */
static void intervals_that_are_too_narrow_or_too_wide_break_them(void **state) {
    (void) state;
    run((plb_selftest_config){.runs = 800, .scenario = "independent"});
    assert_true(report.kept);
    run((plb_selftest_config){.runs = 800, .scenario = "independent", .scale = 0.75});
    assert_false(report.kept);
    assert_false(report.rows[0].results[PLB_SELFTEST_OVERHEAD].covered.kept);
    run((plb_selftest_config){.runs = 800, .scenario = "independent", .scale = 1.7});
    assert_false(report.kept);
}

/* By fields: the bytes between them are anything. */
static bool equal_rates(const plb_selftest_rate *a, const plb_selftest_rate *b) {
    return a->hits == b->hits && a->runs == b->runs && a->low == b->low && a->high == b->high &&
           a->kept == b->kept;
}

static bool equal_results(const plb_selftest_result *a, const plb_selftest_result *b) {
    return equal_rates(&a->covered, &b->covered) && a->half_width == b->half_width &&
           a->bias == b->bias && a->deviation == b->deviation;
}

static bool equal_rows(const plb_selftest_row *a, const plb_selftest_row *b) {
    bool equal = a->scenario == b->scenario && equal_rates(&a->called, &b->called) &&
                 equal_rates(&a->found, &b->found) && a->elapsed_s == b->elapsed_s &&
                 a->rounds == b->rounds && a->precise == b->precise;
    for (int f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        equal = equal && equal_results(&a->results[f], &b->results[f]);
    }
    return equal;
}

static void equal_seeds_give_equal_reports(void **state) {
    (void) state;
    static plb_selftest_report first;
    run((plb_selftest_config){.runs = 30, .scenario = "machine", .seed = 5, .threads = 1});
    first = report;
    run((plb_selftest_config){.runs = 30, .scenario = "machine", .seed = 5, .threads = 3});
    assert_int_equal(first.row_count, 1);
    assert_int_equal(report.row_count, 1);
    assert_true(equal_rows(&first.rows[0], &report.rows[0]));
    run((plb_selftest_config){.runs = 30, .scenario = "machine", .seed = 6});
    assert_true(report.rows[0].results[0].half_width != first.rows[0].results[0].half_width);
}

static void unknown_scenarios_are_refused(void **state) {
    (void) state;
    plb_selftest_config config = {.scenario = "earthquake"};
    plb_error error = {0};
    assert_int_equal(plb_selftest(&config, &report, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.where, "earthquake");
    assert_null(plb_selftest_scenario_find("earthquake"));
    assert_string_equal(plb_selftest_scenario_find("layout")->name, "layout");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_have_exact_intervals),
        cmocka_unit_test(promises_are_broken_beyond_chance_only),
        cmocka_unit_test(all_promises_are_kept),
        cmocka_unit_test(intervals_that_are_too_narrow_or_too_wide_break_them),
        cmocka_unit_test(equal_seeds_give_equal_reports),
        cmocka_unit_test(unknown_scenarios_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
