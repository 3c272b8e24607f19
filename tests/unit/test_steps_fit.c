/* Fits of machine steps to times whose costs are known, and what they leave. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "calibrate/steps/regression.h"
#include "harness/machine/cost.h"
#include "harness/measure/random.h"

#define COSTS (1 + PLB_TALLY_STEPS)

static plb_error error;

static void close_to(double a, double b, double relative) {
    if (!(fabs(a - b) <= relative * fmax(fabs(a), fabs(b)))) fail_msg("%.17g is not %.17g", a, b);
}

/* ---- Regression ---- */

static plb_step_problem problem_of(const double *matrix, const double *right, size_t rows,
                                   unsigned terms) {
    plb_step_problem problem;
    assert_true(plb_step_problem_new(&problem, rows));
    problem.rows = rows;
    problem.terms = terms;
    memcpy(problem.matrix, matrix, rows * terms * sizeof *matrix);
    memcpy(problem.right, right, rows * sizeof *right);
    return problem;
}

/* The line 4 - x through (1, 3), (2, 2), (3, 1), for which inverse and condition are known:
 * (X'X)^-1 is {{14, -6}, {-6, 3}} / 6, and columns at an angle with the cosine c = 6 / sqrt(42)
 * have the condition number sqrt((1 + c) / (1 - c)). */
static void least_squares_are_known(void **state) {
    static const double matrix[] = {1, 1, 1, 1, 2, 3}, right[] = {3, 2, 1};
    plb_step_problem p = problem_of(matrix, right, 3, 2), scratch = problem_of(matrix, right, 3, 2);
    plb_step_solution s;
    (void) state;
    assert_int_equal(plb_step_solve(&p, &scratch, &s), -1);
    close_to(s.b[0], 4, 1e-14);
    close_to(s.b[1], -1, 1e-14);
    close_to(s.inverse[0], 14.0 / 6, 1e-14);
    close_to(s.inverse[1], -1, 1e-14);
    close_to(s.inverse[3], 0.5, 1e-14);
    double c = 6 / sqrt(42);
    close_to(s.condition, sqrt((1 + c) / (1 - c)), 1e-13);
    close_to(plb_step_predict(&p, s.b, 2), 1, 1e-14);
    /* The slope's weights are (x - 2) / 2. */
    close_to(plb_step_influence(&p, &s, 1, 2), 0.5, 1e-14);
    /* Without a negative slope the mean is left. */
    assert_int_equal(plb_step_positive_terms(&p, &scratch), 1);
    plb_step_problem_free(&p);
    plb_step_problem_free(&scratch);
}

static void dependent_terms_are_found(void **state) {
    static const double matrix[] = {1, 1, 1, 1, 2, 3, 3, 5, 7}, right[] = {1, 2, 3};
    plb_step_problem p = problem_of(matrix, right, 3, 3), scratch = problem_of(matrix, right, 3, 3);
    plb_step_solution s;
    (void) state;
    assert_int_equal(plb_step_solve(&p, &scratch, &s), 2);
    p.rows = 2;
    p.terms = 3;
    assert_int_equal(plb_step_solve(&p, &scratch, &s), 2);
    plb_step_problem_free(&p);
    plb_step_problem_free(&scratch);
}

/* ---- Fits ---- */

typedef struct setting {
    double cost[COSTS];     /* start-up first */
    double noise;           /* relative */
    bool no_case;           /* no program has it */
    bool constr_with_force; /* always as often */
} setting;

static const setting by_kind = {.cost = {60, 1.5, 2, 3, 5, 2.5, 3.5, 6, 8, 7}};

static plb_step_times *make_times(const setting *s, unsigned families) {
    plb_step_times *times = plb_step_times_new(0);
    plb_random random;
    plb_random_seed(&random, 5);
    for (unsigned i = 0; i < 3 * families; i++) {
        char name[32];
        snprintf(name, sizeof name, "%c%c/%u", 'a' + (char) (i / 3 % 26), 'a' + (char) (i / 78),
                 i % 3);
        plb_step_time row = {.name = name, .builtin_ns = 10, .builtin_low_ns = 10};
        row.builtin_high_ns = 10;
        row.time_ns = s->cost[0] + 10;
        for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
            row.steps[k] = 1 + plb_random_below(&random, 10u << 2 * (i % 3));
        if (s->no_case) row.steps[PLB_STEP_CASE] = 0;
        if (s->constr_with_force) row.steps[PLB_STEP_CONSTR] = row.steps[PLB_STEP_FORCE];
        for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) row.time_ns += row.steps[k] * s->cost[k + 1];
        row.time_ns *= 1 + s->noise * (2 * plb_random_unit(&random) - 1);
        row.low_ns = row.high_ns = row.time_ns;
        assert_int_equal(plb_step_times_add(times, &row, &error), PLB_OK);
    }
    return times;
}

static plb_step_fit *fit_of(const plb_step_times *times, const plb_step_options *options) {
    plb_step_fit *fit;
    if (plb_step_fit_run(&fit, times, options, &error) != PLB_OK) fail_msg("%s", error.message);
    return fit;
}

static void exact_costs_are_found(void **state) {
    plb_step_times *times = make_times(&by_kind, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS);
    (void) state;
    assert_true(m->made);
    assert_int_equal(m->columns, COSTS);
    close_to(m->startup.value, 60, 1e-9);
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        close_to(m->cost[k].value, by_kind.cost[k + 1], 1e-9);
        assert_true(m->cost[k].high - m->cost[k].low < 1e-6);
    }
    assert_int_equal(plb_step_fit_chosen(fit), PLB_STEP_MODEL_KINDS);
    assert_int_equal(plb_step_fit_used(fit), 60);
    assert_int_equal(plb_step_fit_families(fit), 20);
    plb_step_residual r = plb_step_fit_residual(fit, 7);
    close_to(r.charged_ns[PLB_STEP_MODEL_KINDS], r.time_ns, 1e-9);
    assert_null(plb_step_fit_residual(fit, 60).name);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void one_cost_is_chosen_where_there_is_one(void **state) {
    static const setting equal = {.cost = {60, 4, 4, 4, 4, 4, 4, 4, 4, 4}, .noise = 0.1};
    plb_step_options asked = {.choice = PLB_STEP_TAKE_KINDS};
    plb_step_times *times = make_times(&equal, 25);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_COMMON);
    (void) state;
    assert_int_equal(plb_step_fit_chosen(fit), PLB_STEP_MODEL_COMMON);
    assert_non_null(strstr(plb_step_fit_reason(fit), "one cost for all kinds: families"));
    assert_true(m->cost[0].low <= 4 && m->cost[0].high >= 4);
    plb_step_fit_free(fit);
    fit = fit_of(times, &asked);
    assert_int_equal(plb_step_fit_chosen(fit), PLB_STEP_MODEL_KINDS);
    assert_string_equal(plb_step_fit_reason(fit), "costs by kind, as was asked for");
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void kinds_that_come_together_share_a_cost(void **state) {
    setting s = by_kind;
    s.constr_with_force = true;
    plb_step_times *times = make_times(&s, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS);
    (void) state;
    assert_true(m->made);
    assert_int_equal(m->column[PLB_STEP_CONSTR], m->column[PLB_STEP_FORCE]);
    assert_int_equal(m->columns, COSTS - 1);
    /* What the two take together is known, and their mean is what each is told to take. */
    close_to(m->cost[PLB_STEP_CONSTR].value, (3.5 + 8) / 2, 1e-9);
    close_to(m->cost[PLB_STEP_APPLY].value, 5, 1e-9);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void a_kind_without_steps_has_the_common_cost(void **state) {
    setting s = by_kind;
    s.no_case = true;
    plb_step_times *times = make_times(&s, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS);
    (void) state;
    assert_int_equal(m->column[PLB_STEP_CASE], 0);
    assert_true(isnan(m->inflation[PLB_STEP_CASE]));
    close_to(m->cost[PLB_STEP_CASE].value,
             plb_step_fit_model(fit, PLB_STEP_MODEL_COMMON)->cost[0].value, 1e-15);
    close_to(m->cost[PLB_STEP_CONSTR].value, 8, 1e-9);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void no_cost_is_negative(void **state) {
    setting s = by_kind;
    s.cost[0] = -20;
    plb_step_times *times = make_times(&s, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS);
    (void) state;
    assert_true(m->made && m->startup_at_zero);
    assert_true(m->startup.value >= 0 && m->startup.value <= 0 && m->startup.high <= 0);
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        assert_true(m->cost[k].value > 0 && !m->at_zero[k]);
        close_to(m->cost[k].value, by_kind.cost[k + 1], 0.5);
    }
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void a_kind_that_shows_no_cost_shares_one(void **state) {
    setting s = by_kind;
    s.noise = 0.01;
    s.cost[1 + PLB_STEP_DELAY] = 0;
    plb_step_times *times = make_times(&s, 25);
    plb_step_fit *fit = fit_of(times, NULL);
    const plb_step_model *m = plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS);
    unsigned shared = 0;
    (void) state;
    assert_true(m->made);
    assert_int_equal(m->columns, COSTS - 1);
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        shared += m->column[k] == m->column[PLB_STEP_DELAY];
        assert_true(m->cost[k].low > 0);
    }
    assert_int_equal(shared, 2);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void programs_are_left_out_by_name(void **state) {
    plb_step_times *times = make_times(&by_kind, 20);
    plb_step_time heavy = plb_step_times_get(times, 0), unknown = heavy;
    (void) state;
    heavy.name = "heavy";
    heavy.builtin_ns = heavy.builtin_low_ns = heavy.builtin_high_ns = 0.8 * heavy.time_ns;
    unknown.name = "unknown";
    unknown.builtin_ns = unknown.builtin_low_ns = unknown.builtin_high_ns = NAN;
    strcpy(unknown.missing, "sha2_256");
    assert_int_equal(plb_step_times_add(times, &heavy, &error), PLB_OK);
    assert_int_equal(plb_step_times_add(times, &unknown, &error), PLB_OK);
    plb_step_fit *fit = fit_of(times, NULL);
    assert_int_equal(plb_step_fit_used(fit), 60);
    plb_step_residual r = plb_step_fit_residual(fit, 60);
    assert_false(r.used);
    assert_string_equal(r.reason, "builtins take 80 % of its time, more than 50 %");
    assert_string_equal(plb_step_fit_residual(fit, 61).reason, "the time of sha2_256 is not known");
    plb_step_fit_free(fit);
    plb_step_options all = {.builtin_share = 0.9};
    fit = fit_of(times, &all);
    assert_int_equal(plb_step_fit_used(fit), 61);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void too_little_is_said(void **state) {
    plb_step_options bad = {.builtin_share = 2};
    plb_step_times *times = make_times(&by_kind, 2);
    plb_step_fit *fit;
    (void) state;
    assert_int_equal(plb_step_fit_run(&fit, times, NULL, &error), PLB_E_MEASURE);
    assert_string_equal(error.message,
                        "6 of 6 programs count, of 2 different families: expected 3 at least");
    assert_int_equal(plb_step_fit_run(&fit, times, &bad, &error), PLB_E_ARGUMENT);
    plb_step_times_free(times);
    /* Enough for one cost, not for ten. */
    times = make_times(&by_kind, 12);
    fit = fit_of(times, NULL);
    assert_false(plb_step_fit_model(fit, PLB_STEP_MODEL_KINDS)->made);
    assert_string_equal(
        plb_step_fit_reason(fit),
        "one cost for all kinds: 10 costs want 20 families of programs at least: there are 12");
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

/* ---- What a fit leaves ---- */

/* In the published files' form, so that a cost model is made of it; rounded up. */
static void costs_are_written_as_published(void **state) {
    static const char expected[] =
        "{\n"
        "  \"cekStartupCost\": { \"exBudgetCPU\": 60001, \"exBudgetMemory\": 100 },\n"
        "  \"cekVarCost\": { \"exBudgetCPU\": 2001, \"exBudgetMemory\": 100 },\n"
        "  \"cekConstCost\": { \"exBudgetCPU\": 1501, \"exBudgetMemory\": 100 },\n"
        "  \"cekLamCost\": { \"exBudgetCPU\": 3001, \"exBudgetMemory\": 100 },\n"
        "  \"cekDelayCost\": { \"exBudgetCPU\": 2501, \"exBudgetMemory\": 100 },\n"
        "  \"cekForceCost\": { \"exBudgetCPU\": 3501, \"exBudgetMemory\": 100 },\n"
        "  \"cekApplyCost\": { \"exBudgetCPU\": 5001, \"exBudgetMemory\": 100 },\n"
        "  \"cekBuiltinCost\": { \"exBudgetCPU\": 6001, \"exBudgetMemory\": 100 },\n"
        "  \"cekConstrCost\": { \"exBudgetCPU\": 8001, \"exBudgetMemory\": 100 },\n"
        "  \"cekCaseCost\": { \"exBudgetCPU\": 7001, \"exBudgetMemory\": 100 }\n"
        "}\n";
    setting s = by_kind;
    char *text;
    (void) state;
    /* Half a picosecond more, so that rounding does not depend on the last bit. */
    for (int c = 0; c < COSTS; c++) s.cost[c] += 0.0005;
    plb_step_times *times = make_times(&s, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    plb_cost_model *base = plb_cost_model_of_variant(PLB_VARIANT_E), *made;
    assert_int_equal(plb_step_fit_costs_json(fit, base, &text, &error), PLB_OK);
    assert_string_equal(text, expected);
    assert_int_equal(plb_cost_model_load(&made, (plb_era){PLB_LANGUAGE_NEWEST, 0}, "made", text,
                                         strlen(text), &error),
                     PLB_OK);
    assert_int_equal(made->step[PLB_STEP_FORCE].steps, 3501);
    assert_int_equal(made->startup.steps, 60001);
    plb_cost_model_free(made);
    plb_cost_model_free(base);
    free(text);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void everything_is_in_json(void **state) {
    plb_step_times *times = make_times(&by_kind, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    plb_cost_model *base = plb_cost_model_of_variant(PLB_VARIANT_E);
    char *text;
    (void) state;
    assert_int_equal(plb_step_fit_json(fit, base, &text, &error), PLB_OK);
    json_t *all = json_loads(text, 0, NULL);
    assert_non_null(all);
    assert_string_equal(json_string_value(json_object_get(all, "chosen")), "kinds");
    assert_int_equal(json_array_size(json_object_get(all, "residuals")), 60);
    json_t *kinds = json_object_get(json_object_get(all, "models"), "kinds");
    json_t *force =
        json_object_get(json_object_get(json_object_get(kinds, "costs"), "force"), "cost");
    close_to(json_number_value(json_object_get(force, "value")), 3.5, 1e-9);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(all, "base_ps"), "var")),
                     16000);
    json_decref(all);
    free(text);
    plb_cost_model_free(base);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

static void people_are_told(void **state) {
    setting s = by_kind;
    s.no_case = s.constr_with_force = true;
    plb_step_times *times = make_times(&s, 20);
    plb_step_fit *fit = fit_of(times, NULL);
    plb_cost_model *base = plb_cost_model_of_variant(PLB_VARIANT_E);
    static const char *const lines[] = {
        "machine steps, from 60 of 60 programs in 20 families",
        "\n  start-up ",
        "16 ns\n",
        "written: costs by kind: families of programs",
        "force, constr: not told apart by these programs; they have one cost in common",
        "case: no program has such steps; the one cost of all is taken",
        "worst programs",
    };
    char *text;
    (void) state;
    assert_int_equal(plb_step_fit_text(fit, base, &text, &error), PLB_OK);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strstr(text, lines[i]) == NULL) fail_msg("nothing about '%s' in\n%s", lines[i], text);
    assert_null(strstr(text, "left out\n"));
    free(text);
    plb_cost_model_free(base);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_squares_are_known),
        cmocka_unit_test(dependent_terms_are_found),
        cmocka_unit_test(exact_costs_are_found),
        cmocka_unit_test(one_cost_is_chosen_where_there_is_one),
        cmocka_unit_test(kinds_that_come_together_share_a_cost),
        cmocka_unit_test(a_kind_without_steps_has_the_common_cost),
        cmocka_unit_test(no_cost_is_negative),
        cmocka_unit_test(a_kind_that_shows_no_cost_shares_one),
        cmocka_unit_test(programs_are_left_out_by_name),
        cmocka_unit_test(too_little_is_said),
        cmocka_unit_test(costs_are_written_as_published),
        cmocka_unit_test(everything_is_in_json),
        cmocka_unit_test(people_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
