/* What is told of a regression run. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/regress.h>

static plb_gate_time time_of(double ns) { return (plb_gate_time){ns, ns, ns, 7, 0.01, 32}; }

static plb_gate_row row_of(const char *name, plb_gate_verdict verdict, double change) {
    return (plb_gate_row){.name = name,
                          .verdict = verdict,
                          .before = time_of(100),
                          .after = time_of(100 * (1 + change)),
                          .change = change,
                          .low = change - 0.01,
                          .high = change + 0.01,
                          .margin = 0.02,
                          .p = 0.5};
}

/* Rows as a run would have them. */
static plb_gate_report report_of(const plb_gate_row *rows, size_t count) {
    plb_gate_report r = {.mode = PLB_GATE_SAME_MACHINE,
                         .baseline = "base.json",
                         .measured = "0.1.0 (abc)",
                         .tolerance = 0.02,
                         .level = 0.05,
                         .rows = rows,
                         .row_count = count,
                         .items = count,
                         .processes = 32,
                         .between_runs = 0.005,
                         .budgets_compared = count};
    for (size_t i = 0; i < count; i++) r.verdicts[rows[i].verdict]++;
    return r;
}

static void has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("no '%s' in:\n%s", part, text);
}

static void has_not(const char *text, const char *part) {
    if (strstr(text, part) != NULL) fail_msg("'%s' in:\n%s", part, text);
}

static char *made_by(plb_status (*write)(const plb_gate_report *r, char **text, plb_error *e),
                     const plb_gate_report *r) {
    char *text = NULL;
    plb_error error;
    assert_int_equal(write(r, &text, &error), PLB_OK);
    return text;
}

static plb_status write_text(const plb_gate_report *r, char **text, plb_error *error) {
    return plb_gate_text(r, false, text, error);
}

static void outcomes_follow_from_verdicts(void **state) {
    (void) state;
    const struct {
        plb_gate_verdict verdict;
        bool failed, failed_both, incomplete;
    } cases[] = {
        {PLB_GATE_SAME, false, false, false},  {PLB_GATE_SLOWER, true, true, false},
        {PLB_GATE_FASTER, false, true, false}, {PLB_GATE_UNDECIDED, false, false, true},
        {PLB_GATE_NEW, false, false, false},   {PLB_GATE_GONE, false, false, true},
        {PLB_GATE_OTHER, false, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_gate_row row = row_of("a", cases[i].verdict, 0.05);
        plb_gate_report r = report_of(&row, 1);
        assert_int_equal(plb_gate_failed(&r), cases[i].failed);
        assert_int_equal(plb_gate_incomplete(&r), cases[i].incomplete);
        r.both = true;
        assert_int_equal(plb_gate_failed(&r), cases[i].failed_both);
        r.budget_count = 1;
        assert_true(plb_gate_failed(&r));
        r.interrupted = true;
        assert_true(plb_gate_incomplete(&r));
    }
}

static void people_see_what_matters_first(void **state) {
    (void) state;
    plb_gate_row rows[] = {row_of("AddInteger/1/1", PLB_GATE_SAME, 0.001),
                           row_of("Sha2_256/1", PLB_GATE_FASTER, -0.06),
                           row_of("MkCons/4", PLB_GATE_UNDECIDED, 0.015),
                           row_of("IData/10", PLB_GATE_SLOWER, 0.07)};
    (void) strcpy(rows[2].advice, "2 times the --time");
    plb_gate_report r = report_of(rows, 4);
    char *text = made_by(write_text, &r);
    has(text, "IData/10                               100.0 ns  107.0 ns   +7.0 %   [+6.0, +8.0]");
    has(text, "2 times the --time");
    has_not(text, "AddInteger/1/1");
    assert_true(strstr(text, "IData/10") < strstr(text, "MkCons/4"));
    assert_true(strstr(text, "MkCons/4") < strstr(text, "Sha2_256/1"));
    has(text, "failed: 1 time slower, 1 faster, 1 undecided, 1 the same");
    has(text, "against base.json of the same");
    free(text);
    plb_error error;
    assert_int_equal(plb_gate_text(&r, true, &text, &error), PLB_OK);
    has(text, "AddInteger/1/1");
    free(text);
}

static void budgets_that_changed_are_told(void **state) {
    (void) state;
    const plb_gate_budget_row budgets[] = {
        {"AddInteger/1/1", 'E', {true, {602, 181308}}, {true, {602, 181309}}},
        {"loop", 'D', {true, {1, 2}}, {false, {0, 0}}},
    };
    plb_gate_report r = report_of(NULL, 0);
    r.mode = PLB_GATE_BUDGETS;
    r.budgets = budgets;
    r.budget_count = 2;
    char *text = made_by(write_text, &r);
    has(text,
        "AddInteger/1/1, variant E: the budget was 181308 steps, 602 memory, is 181309 steps");
    has(text, "loop, variant D: the budget was 2 steps, 1 memory, is none");
    has(text, "failed: 2 budgets changed");
    free(text);
    text = made_by(plb_gate_junit, &r);
    has(text, "tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\"");
    has(text, "name=\"AddInteger/1/1 variant E\"");
    has(text, "<failure type=\"budget\" message=\"the budget was 181308 steps, 602 memory, is "
              "181309 steps, 602 memory\"/>");
    free(text);
    text = made_by(plb_gate_markdown, &r);
    has(text, "| AddInteger/1/1 | E | 181308 steps, 602 memory | **181309 steps, 602 memory** |");
    free(text);
}

static void junit_counts_what_it_has(void **state) {
    (void) state;
    plb_gate_row rows[] = {row_of("a<b>&\"c\"\x01", PLB_GATE_SLOWER, 0.07),
                           row_of("u", PLB_GATE_UNDECIDED, 0.02),
                           row_of("f", PLB_GATE_FASTER, -0.1), row_of("g", PLB_GATE_GONE, 0),
                           row_of("s", PLB_GATE_SAME, 0)};
    rows[1].quantity = PLB_GATE_DECODE;
    plb_gate_report r = report_of(rows, 5);
    char *text = made_by(plb_gate_junit, &r);
    has(text, "tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"2\"");
    has(text, "name=\"a&lt;b&gt;&amp;&quot;c&quot; \"");
    has(text, "<failure type=\"slower\" message=\"slower: +7.0 % [+6.0, +8.0], 107.0 ns instead of "
              "100.0 ns\"/>");
    has(text, "classname=\"plutbench.regress.decode\" name=\"u\"");
    has(text, "<skipped message=\"undecided: ");
    free(text);
    r.both = true;
    text = made_by(plb_gate_junit, &r);
    has(text, "failures=\"2\"");
    free(text);
}

static void markdown_escapes_cells(void **state) {
    (void) state;
    plb_gate_row rows[] = {row_of("a|b", PLB_GATE_SLOWER, 0.07), row_of("s", PLB_GATE_SAME, 0)};
    plb_gate_report r = report_of(rows, 2);
    char *text = made_by(plb_gate_markdown, &r);
    has(text, "### plutbench regress: failed");
    has(text, "| a\\|b | 100.0 ns | 107.0 ns | +7.0 % | [+6.0, +8.0] | **slower** |");
    has(text, "<details><summary>the same: 1</summary>");
    free(text);
}

static void json_has_everything(void **state) {
    (void) state;
    plb_gate_row rows[] = {row_of("a", PLB_GATE_SLOWER, 0.07), row_of("n", PLB_GATE_NEW, 0)};
    rows[0].noise_floor = INFINITY;
    rows[1].before.ns = 0;
    plb_gate_report r = report_of(rows, 2);
    char *text = made_by(plb_gate_json, &r);
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    assert_string_equal(json_string_value(json_object_get(o, "outcome")), "failed");
    assert_string_equal(json_string_value(json_object_get(o, "mode")), "same-machine");
    json_t *row = json_array_get(json_object_get(o, "times"), 0);
    assert_float_equal(json_number_value(json_object_get(row, "low")), 0.06, 1e-12);
    assert_true(json_is_null(json_object_get(row, "noise_floor")));
    row = json_array_get(json_object_get(o, "times"), 1);
    assert_true(json_is_null(json_object_get(row, "before")));
    assert_null(json_object_get(row, "change"));
    json_decref(o);
    free(text);
}

static void machines_that_do_not_compare_are_told(void **state) {
    (void) state;
    plb_gate_row row = row_of("a", PLB_GATE_UNDECIDED, NAN);
    plb_gate_report r = report_of(&row, 1);
    r.mode = PLB_GATE_SCALED;
    r.no_scale = "the set disagrees";
    char *text = made_by(write_text, &r);
    has(text, "which does not compare with base.json");
    has(text, "times do not compare: the set disagrees");
    has(text, "incomplete: 1 undecided");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_follow_from_verdicts),
        cmocka_unit_test(people_see_what_matters_first),
        cmocka_unit_test(budgets_that_changed_are_told),
        cmocka_unit_test(junit_counts_what_it_has),
        cmocka_unit_test(markdown_escapes_cells),
        cmocka_unit_test(json_has_everything),
        cmocka_unit_test(machines_that_do_not_compare_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
