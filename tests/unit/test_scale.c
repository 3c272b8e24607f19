/* Machine scales: sets and what is wrong with them, which points are matched, what is subtracted,
 * what is refused, and what scaling does to times and figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/fit/points.h"
#include "calibrate/scale/scale.h"

static void assert_near(double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance)) fail_msg("expected %.12g, got %.12g", expected, got);
}

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("'%s' is not in '%s'", part, text);
}

static const char four[] = "A Nop1o one\nB Nop1o one\nC Nop2o two\nD Nop2o two\n";

static plb_machine_scale_set *parse(const char *text) {
    plb_machine_scale_set *set;
    plb_error error;
    if (plb_machine_scale_set_parse(&set, "set", text, strlen(text), &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    return set;
}

static plb_benching *times(const char *rows) {
    plb_benching *benching;
    plb_error error;
    char text[8192];
    (void) snprintf(text, sizeof text, "benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n");
    /* Rows as "NAME SECONDS". */
    char copy[4096], *rest = copy, *row;
    (void) snprintf(copy, sizeof copy, "%s", rows);
    while ((row = strtok_r(rest, "\n", &rest)) != NULL) {
        size_t used = strlen(text);
        char *space = strchr(row, ' ');
        assert_non_null(space);
        *space = '\0';
        (void) snprintf(text + used, sizeof text - used, "%s,%s,%s,%s,1e-9,1e-9,1e-9\n", row,
                        space + 1, space + 1, space + 1);
    }
    if (plb_benching_parse(&benching, "csv", text, strlen(text), &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    return benching;
}

/* ---- Sets ---- */

static void the_default_set_has_libraries_that_no_one_dominates(void **state) {
    (void) state;
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    assert_non_null(set);
    assert_true(plb_machine_scale_set_count(set) >= PLB_SCALE_BUILTINS_LEAST);
    for (size_t i = 0; i < set->count; i++) {
        size_t same = 0;
        for (size_t k = 0; k < set->count; k++)
            same += strcmp(set->entries[k].library, set->entries[i].library) == 0;
        assert_true(same <= 3);
    }
    plb_machine_scale_set_free(set);
}

static void sets_are_lines_of_three_words(void **state) {
    (void) state;
    const char *benchmark, *no_op;
    plb_machine_scale_set *set =
        parse("# why\n\n A\tNop1o  one # this\r\nB Nop1o one\nC Nop2o two\n  \nD Nop2o two");
    assert_int_equal(plb_machine_scale_set_count(set), 4);
    assert_true(plb_machine_scale_set_get(set, 0, &benchmark, &no_op));
    assert_string_equal(benchmark, "A");
    assert_string_equal(no_op, "Nop1o");
    assert_string_equal(set->entries[0].library, "one");
    assert_false(plb_machine_scale_set_get(set, 4, &benchmark, &no_op));
    plb_machine_scale_set_free(set);
}

static void what_is_wrong_with_a_set_is_told_by_line(void **state) {
    (void) state;
    static const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"A Nop1o one\nA Nop1o one\n", "set:2", "each benchmark once, got 'A'"},
        {"A\n", "set:1", "the no-op to subtract"},
        {"A Nop1o\n", "set:1", "the library"},
        {"A Nop1o one more\n", "set:1", "three columns, got 'more'"},
        {"A/1 Nop1o one\n", "set:1", "the name of a benchmark, such as Sha2_256, got 'A/1'"},
        {"\x01 Nop1o one\n", "set:1", "the name of a benchmark"},
        {"A Nop1o one\n", "set", "at least 4 benchmarks of at least 2 libraries, got 1 of 1"},
        {"A N x\nB N x\nC N x\nD N x\n", "set", "got 4 of 1"},
        {"", "set", "got 0 of 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_machine_scale_set *set;
        plb_error error;
        assert_int_equal(
            plb_machine_scale_set_parse(&set, "set", cases[i].text, strlen(cases[i].text), &error),
            PLB_E_PARSE);
        assert_null(set);
        assert_string_equal(error.where, cases[i].where);
        assert_has(error.message, cases[i].message);
    }
}

/* ---- Matching ---- */

static void points_are_matched_by_sizes_and_order(void **state) {
    (void) state;
    const plb_machine_scale_entry entry = {"A", "Nop1o", "one"};
    plb_benching *reference = times("Nop1o/1 1e-7\nA/1 3e-6\nA/2 5e-6\nA/2 7e-6\nA/3 9e-6\n"
                                    "A/4 5e-7\n");
    plb_benching *own = times("Nop1o/1 1e-8\nA/4 5e-6\nA/2 1e-6\nA/5 1e-6\nA/2 2e-6\nA/1 4e-6\n");
    plb_machine_scale_pairs pairs;
    assert_int_equal(plb_machine_scale_match(&pairs, reference, own, &entry, NULL), PLB_OK);
    /* A/3 and A/5 are on one side only; a fifth of A/4 is the no-op. */
    assert_int_equal(pairs.left_out, 3);
    assert_int_equal(pairs.count, 3);
    static const double expected[3][2] = {{4, 3}, {1, 5}, {2, 7}};
    for (size_t i = 0; i < 3; i++) {
        assert_near(pairs.pairs[i].own, expected[i][0], 1e-9);
        assert_near(pairs.pairs[i].reference, expected[i][1], 1e-9);
    }
    free(pairs.pairs);
    plb_benching_free(reference);
    plb_benching_free(own);
}

static void no_ops_have_to_be_there(void **state) {
    (void) state;
    plb_machine_scale_set *set = parse(four);
    plb_benching *reference = times("Nop1o/1 1e-7\nA/1 3e-6\n"), *own = times("A/1 3e-6\n");
    plb_machine_scale *scale;
    plb_error error;
    assert_int_equal(plb_machine_scale_make(&scale, reference, own, set, NULL, &error),
                     PLB_E_ARGUMENT);
    assert_null(scale);
    assert_string_equal(error.where, "A");
    assert_has(error.message, "the time of Nop1o, which is subtracted, in the own times");
    plb_benching_free(reference);
    plb_benching_free(own);
    plb_machine_scale_set_free(set);
}

static void too_few_are_named(void **state) {
    (void) state;
    plb_machine_scale_set *set = parse(four);
    plb_benching *benching = times("Nop1o/1 1e-7\nNop2o/1/1 1e-7\nA/1 3e-6\nC/1/1 3e-6\n");
    plb_machine_scale *scale;
    plb_error error;
    assert_int_equal(plb_machine_scale_make(&scale, benching, benching, set, NULL, &error),
                     PLB_E_ARGUMENT);
    assert_null(scale);
    assert_has(error.message, "got 2; without any: B, D");
    plb_benching_free(benching);
    plb_machine_scale_set_free(set);
}

/* ---- Scales ---- */

static const char reference_rows[] = "Nop1o/1 1e-6\nNop2o/1/1 2e-6\n"
                                     "A/1 2.1e-5\nA/2 4.1e-5\nB/1 6.1e-5\n"
                                     "C/1/1 2.2e-5\nC/2/2 3.2e-5\nD/1/1 8.2e-5\n";

/* Half as long, but for the call, which takes a hundredth: exact after the no-ops are gone. */
static const char own_rows[] = "Nop1o/1 1e-8\nNop2o/1/1 2e-8\n"
                               "A/1 1.001e-5\nA/2 2.001e-5\nB/1 3.001e-5\n"
                               "C/1/1 1.002e-5\nC/2/2 1.502e-5\nD/1/1 4.002e-5\n";

static void the_calls_themselves_play_no_part(void **state) {
    (void) state;
    plb_machine_scale_set *set = parse(four);
    plb_benching *reference = times(reference_rows), *own = times(own_rows);
    plb_machine_scale *scale;
    assert_int_equal(plb_machine_scale_make(&scale, reference, own, set, NULL, NULL), PLB_OK);
    assert_true(scale->agrees);
    assert_int_equal(scale->used, 4);
    assert_int_equal(scale->points, 6);
    assert_int_equal(scale->library_count, 2);
    assert_near(scale->factor, 0.5, 1e-9);
    assert_near(scale->low, 0.5, 1e-9);
    assert_near(scale->high, 0.5, 1e-9);
    assert_near(scale->spread, 0, 1e-9);
    for (size_t i = 0; i < 4; i++) {
        assert_near(scale->builtins[i].factor, 0.5, 1e-9);
        assert_near(scale->builtins[i].without, 0.5, 1e-9);
    }
    plb_machine_scale_free(scale);
    plb_benching_free(reference);
    plb_benching_free(own);
    plb_machine_scale_set_free(set);
}

static void disagreement_names_the_furthest(void **state) {
    (void) state;
    plb_machine_scale_set *set = parse(four);
    plb_benching *reference = times(reference_rows);
    plb_benching *own = times("Nop1o/1 1e-8\nNop2o/1/1 2e-8\n"
                              "A/1 1.001e-5\nA/2 2.001e-5\nB/1 12.001e-5\n"
                              "C/1/1 1.002e-5\nC/2/2 1.502e-5\nD/1/1 3.002e-5\n");
    plb_machine_scale *scale;
    plb_error error;
    assert_int_equal(plb_machine_scale_make(&scale, reference, own, set, NULL, &error),
                     PLB_E_MEASURE);
    assert_non_null(scale);
    assert_false(scale->agrees);
    assert_string_equal(scale->builtins[scale->furthest].name, "B");
    assert_has(error.message, "the set disagrees with itself");
    assert_has(error.message, "B 2");
    plb_benching *scaled;
    assert_int_equal(plb_machine_scale_apply(scale, own, &scaled, &error), PLB_E_ARGUMENT);
    assert_true(isnan(plb_machine_scale_estimate(scale, (plb_estimate){.value = 1}).value));
    plb_machine_scale_free(scale);
    /* What is allowed for can be said. */
    const plb_machine_scale_options lax = {.spread_limit = 2};
    assert_int_equal(plb_machine_scale_make(&scale, reference, own, set, &lax, &error), PLB_OK);
    plb_machine_scale_free(scale);
    plb_benching_free(reference);
    plb_benching_free(own);
    plb_machine_scale_set_free(set);
}

static void times_are_divided_and_figures_widened(void **state) {
    (void) state;
    plb_machine_scale scale = {.factor = 0.5, .low = 0.4, .high = 0.625, .agrees = true};
    plb_benching *own = times("A/1 2e-6\nA/2 4e-6\nB/7 -1\n"), *scaled;
    assert_int_equal(plb_machine_scale_apply(&scale, own, &scaled, NULL), PLB_OK);
    const plb_bench_group *a = plb_benching_find(scaled, "A");
    assert_int_equal(a->count, 2);
    assert_near(a->points[1].time, 8, 1e-12);
    assert_near(a->points[1].time_high, 8, 1e-12);
    assert_near(a->points[1].deviation, 2e-3, 1e-12);
    assert_near(a->points[1].size[0], 2, 0);
    assert_int_equal(a->points[1].line, 3);
    assert_int_equal(plb_benching_find(scaled, "B")->bad, 1);
    assert_int_equal(scaled->notes.count, 1);
    plb_benching_free(own);
    plb_benching_free(scaled);

    /* 10 [9, 11] at 0.5: 20, by own error 2, by the scale's -4 and +5. */
    plb_estimate e =
        plb_machine_scale_estimate(&scale, (plb_estimate){.value = 10, .low = 9, .high = 11});
    assert_near(e.value, 20, 1e-12);
    assert_near(e.low, 20 - hypot(2, 4), 1e-9);
    assert_near(e.high, 20 + hypot(2, 5), 1e-9);
    assert_near(plb_machine_scale_deviation(&scale), log(0.625 / 0.4) / 2 / 1.96, 1e-4);
}

/* Points on a line leave no doubt but what all of them have in common. */
static void fits_have_what_times_have_in_common(void **state) {
    (void) state;
    plb_benching *own = times("Nop1o/1 1e-8\nSha2_256/1 1.1e-6\nSha2_256/2 2.1e-6\n"
                              "Sha2_256/4 4.1e-6\nSha2_256/7 7.1e-6\nSha2_256/9 9.1e-6\n"
                              "Sha2_256/12 12.1e-6\nSha2_256/15 15.1e-6\nSha2_256/20 20.1e-6\n");
    plb_fit_table *table = plb_fit_table_default();
    const double deviations[] = {0, 0.05};
    for (size_t k = 0; k < 2; k++) {
        const plb_fit_options options = {
            .bootstrap = 2000, .seed = 1, .common_deviation = deviations[k]};
        plb_fit *fit;
        assert_int_equal(plb_fit_run(&fit, own, table, &options, NULL), PLB_OK);
        size_t i = 0;
        while (strcmp(plb_fit_get(fit, i)->builtin, "sha2_256") != 0) i++;
        const plb_fit_model *model = plb_fit_get(fit, i);
        double slope = model->by[PLB_FIT_REFERENCE].value[1];
        double half = (model->intervals[1].high - model->intervals[1].low) / 2;
        assert_near(slope, 1, 1e-9);
        /* 8 points and 2 coefficients: Student's t of 6, and the root of 8/6. */
        assert_near(half, deviations[k] * 2.447 * sqrt(8.0 / 6), deviations[k] / 4 + 1e-9);
        plb_fit_free(fit);
    }
    plb_fit_table_free(table);
    plb_benching_free(own);
}

/* Of 1, 2 and 9 the means of all pairs are 1 1.5 2 5 5.5 9. */
static void locations_are_medians_of_means(void **state) {
    (void) state;
    double scratch[10];
    const double values[] = {9, 1, 2};
    assert_near(plb_machine_scale_location(values, 3, scratch), 3.5, 1e-12);
    assert_near(plb_machine_scale_location(values, 1, scratch), 9, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_set_has_libraries_that_no_one_dominates),
        cmocka_unit_test(sets_are_lines_of_three_words),
        cmocka_unit_test(what_is_wrong_with_a_set_is_told_by_line),
        cmocka_unit_test(points_are_matched_by_sizes_and_order),
        cmocka_unit_test(no_ops_have_to_be_there),
        cmocka_unit_test(too_few_are_named),
        cmocka_unit_test(the_calls_themselves_play_no_part),
        cmocka_unit_test(disagreement_names_the_furthest),
        cmocka_unit_test(times_are_divided_and_figures_widened),
        cmocka_unit_test(fits_have_what_times_have_in_common),
        cmocka_unit_test(locations_are_medians_of_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
