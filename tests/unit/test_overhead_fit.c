/* The overhead's function: terms and their names, exact fits, intervals, whether it fits. Truth is
 * made up here; quantiles of Student's t are those of published tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/design/overhead_fit.h"
#include "harness/measure/random.h"

static void assert_near(double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance)) {
        fail_msg("expected %.9g, got %.9g", expected, got);
    }
}

static void vary(plb_sweep *sweep, plb_factor factor, size_t count, const uint64_t *values) {
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(plb_sweep_vary(sweep, factor, values[i], NULL), PLB_OK);
    }
}

#define VARY(sweep, factor, ...)                                                                   \
    vary(sweep, factor, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t),                      \
         (uint64_t[]){__VA_ARGS__})

static plb_sweep calls_bytes_and_place(void) {
    plb_sweep sweep;
    plb_sweep_init(&sweep);
    VARY(&sweep, PLB_FACTOR_CALLS, 1, 5, 20);
    VARY(&sweep, PLB_FACTOR_SCRIPT_BYTES, 100, 1000);
    VARY(&sweep, PLB_FACTOR_SCRIPT_PLACE, PLB_SCRIPT_IN_WITNESSES, PLB_SCRIPT_IN_REFERENCE);
    return sweep;
}

/* ---- Models ---- */

static void terms_have_names_and_units(void **state) {
    (void) state;
    plb_sweep sweep = calls_bytes_and_place();
    plb_model model;
    plb_error error;
    assert_int_equal(plb_model_parse(&model, NULL, &sweep, false, &error), PLB_OK);
    assert_string_equal(model.text, "1 + calls + script-place=reference + script-bytes");
    assert_string_equal(model.terms[0].unit, "ns");
    assert_string_equal(model.terms[1].unit, "ns/call");
    assert_string_equal(model.terms[2].unit, "ns");
    assert_string_equal(model.terms[3].unit, "ns/byte");
    const char *text = " 1+calls * script_bytes +  calls*script-place + calls*calls ";
    assert_int_equal(plb_model_parse(&model, text, &sweep, false, &error), PLB_OK);
    assert_int_equal(model.count, 4);
    assert_string_equal(model.terms[1].name, "calls*script-bytes");
    assert_string_equal(model.terms[1].unit, "ns/(call*byte)");
    assert_string_equal(model.terms[2].name, "calls*script-place=reference");
    assert_string_equal(model.terms[2].unit, "ns/call");
    assert_string_equal(model.terms[3].unit, "ns/(call*call)");

    uint64_t settings[PLB_FACTOR_COUNT] = {
        [PLB_FACTOR_CALLS] = 20, [PLB_FACTOR_SCRIPT_BYTES] = 1000};
    assert_true(plb_model_value(&model.terms[0], settings) == 1);
    assert_true(plb_model_value(&model.terms[1], settings) == 20000);
    assert_true(plb_model_value(&model.terms[2], settings) == 0);
    assert_true(plb_model_value(&model.terms[3], settings) == 400);
    settings[PLB_FACTOR_SCRIPT_PLACE] = PLB_SCRIPT_IN_REFERENCE;
    assert_true(plb_model_value(&model.terms[2], settings) == 20);
}

/* Each level but the first, in the order in which they are varied. */
static void levels_have_a_term_each(void **state) {
    (void) state;
    plb_sweep sweep;
    plb_model model;
    plb_error error;
    plb_sweep_init(&sweep);
    VARY(&sweep, PLB_FACTOR_PURPOSE, PLB_CALL_MINT, PLB_CALL_WITHDRAW, PLB_CALL_SPEND);
    VARY(&sweep, PLB_FACTOR_COLLATERAL_RETURN, 0, 1);
    assert_int_equal(plb_model_parse(&model, "purpose*collateral-return", &sweep, false, &error),
                     PLB_OK);
    assert_string_equal(model.text, "purpose=withdraw*collateral-return=yes + "
                                    "purpose=spend*collateral-return=yes");
}

static void models_that_make_no_sense(void **state) {
    (void) state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "term '': expected 1 or what is varied"},
        {"1 +", "term '': expected 1"},
        {"+ calls", "term '': expected 1"},
        {"2", "term '2': expected 1"},
        {"1 + cals", "term 'cals': expected 1"},
        {"calls**calls", "term '': expected 1"},
        {"1 + payments", "term 'payments': it is not varied"},
        {"1 + loops", "term 'loops': it is not varied"},
        {"1 + calls + calls", "term 'calls' is there twice"},
        {"1 + 1", "term '1' is there twice"},
        {"calls*calls*calls*calls*calls", "a product of at most four"},
        {"calls\xff", "expected 1"},
    };
    plb_sweep sweep = calls_bytes_and_place();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_model model;
        plb_error error = {.status = PLB_OK};
        assert_int_equal(plb_model_parse(&model, cases[i].text, &sweep, false, &error),
                         PLB_E_ARGUMENT);
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("%s: %s", cases[i].text, error.message);
        }
    }
    plb_model model;
    assert_int_equal(plb_model_parse(&model, "1 + loops", &sweep, true, NULL), PLB_OK);
}

/* ---- Fits to a truth that is known ---- */

#define POINTS 12
#define SUBJECTS (3 * POINTS)

/* Subjects with independent normal figures: the truth and a deviation of each that is known. */
typedef struct truth {
    double mean[SUBJECTS], deviation[SUBJECTS];
    double noise[SUBJECTS]; /* of this experiment, in deviations */
} truth;

static plb_status source(void *context, const double *coefficients, plb_estimate *estimate,
                         plb_error *error) {
    const truth *t = context;
    double value = 0, variance = 0;
    (void) error;
    for (size_t i = 0; i < SUBJECTS; i++) {
        value += coefficients[i] * (t->mean[i] + t->noise[i] * t->deviation[i]);
        variance += coefficients[i] * coefficients[i] * t->deviation[i] * t->deviation[i];
    }
    double half = 1.959964 * sqrt(variance);
    *estimate = (plb_estimate){
        .value = value, .low = value - half, .high = value + half, .method = "normal"};
    return PLB_OK;
}

typedef struct world {
    plb_sweep sweep;
    plb_model model;
    truth truth;
    uint64_t settings[POINTS][PLB_FACTOR_COUNT];
    plb_estimate overheads[POINTS];
    plb_fit_point points[POINTS];
} world;

/* 700 ns, 300 a call, 2 a byte, 50 less in a reference input; `bend` a call squared. Larger points
 * are known less well, and all twins are different. */
static void make_world(world *w, double bend) {
    memset(w, 0, sizeof *w);
    w->sweep = calls_bytes_and_place();
    assert_int_equal(plb_model_parse(&w->model, NULL, &w->sweep, false, NULL), PLB_OK);
    for (size_t i = 0; i < POINTS; i++) {
        uint64_t calls = w->sweep.varied[PLB_FACTOR_CALLS].values[i / 4];
        uint64_t bytes = w->sweep.varied[PLB_FACTOR_SCRIPT_BYTES].values[i % 2];
        uint64_t place = i / 2 % 2;
        double k = (double) calls, twin = 40000 + 100 * (double) i;
        w->settings[i][PLB_FACTOR_CALLS] = calls;
        w->settings[i][PLB_FACTOR_SCRIPT_BYTES] = bytes;
        w->settings[i][PLB_FACTOR_SCRIPT_PLACE] = place;
        w->truth.mean[3 * i] =
            twin + 700 + 300 * k + 2 * (double) bytes - 50 * (double) place + bend * k * k;
        w->truth.mean[3 * i + 1] = w->truth.mean[3 * i + 2] = twin;
        w->truth.deviation[3 * i] = 5 + 2 * k;
        w->truth.deviation[3 * i + 1] = w->truth.deviation[3 * i + 2] = 7;
        w->points[i] = (plb_fit_point){.settings = w->settings[i],
                                       .call = 3 * i,
                                       .twin = 3 * i + 1,
                                       .twin_again = 3 * i + 2,
                                       .overhead_ns = &w->overheads[i],
                                       .charged_steps = 1000 * k,
                                       .fee_lovelace = 170000 + 44 * (double) bytes};
    }
}

static plb_status fit_world(world *w, plb_overhead_fit *fit, plb_error *error) {
    for (size_t i = 0; i < POINTS; i++) {
        double row[SUBJECTS] = {0};
        row[3 * i] = 1;
        row[3 * i + 1] = row[3 * i + 2] = -0.5;
        assert_int_equal(source(&w->truth, row, &w->overheads[i], NULL), PLB_OK);
    }
    return plb_overhead_fit_make(fit, &w->model, w->points, POINTS, SUBJECTS, source, &w->truth,
                                 error);
}

static void a_linear_truth_is_found(void **state) {
    (void) state;
    world w;
    plb_overhead_fit fit;
    make_world(&w, 0);
    assert_int_equal(fit_world(&w, &fit, NULL), PLB_OK);
    const double expected[] = {700, 300, -50, 2};
    const double steps[] = {0, 1000, 0, 0}, lovelace[] = {170000, 0, 0, 44};
    for (size_t t = 0; t < 4; t++) {
        const plb_estimate *e = &fit.terms[t].coefficient_ns;
        assert_near(e->value, expected[t], 1e-6);
        assert_true(e->low < e->value && e->value < e->high);
        assert_near(fit.terms[t].charged_steps, steps[t], 1e-6);
        assert_near(fit.terms[t].fee_lovelace, lovelace[t], 1e-6);
        assert_true(fit.terms[t].resolved);
    }
    for (size_t i = 0; i < POINTS; i++) {
        assert_near(fit.residual_ns[i].value, 0, 1e-6);
    }
    assert_true(fit.tested && fit.linear);
    plb_overhead_fit_free(&fit);
}

static void a_bend_is_called_so(void **state) {
    (void) state;
    world w;
    plb_overhead_fit fit;
    make_world(&w, 5);
    assert_int_equal(fit_world(&w, &fit, NULL), PLB_OK);
    assert_true(fit.tested);
    assert_false(fit.linear);
    assert_true(fit.worst_ratio > fit.limit_ratio);
    plb_overhead_fit_free(&fit);
    /* And is gone with a term for it. */
    assert_int_equal(plb_model_parse(&w.model,
                                     "1 + calls + script-bytes + script-place + "
                                     "calls*calls",
                                     &w.sweep, false, NULL),
                     PLB_OK);
    assert_int_equal(fit_world(&w, &fit, NULL), PLB_OK);
    assert_true(fit.linear);
    assert_near(fit.terms[4].coefficient_ns.value, 5, 1e-6);
    plb_overhead_fit_free(&fit);
}

/* What is nothing is not resolved. */
static void no_effect_is_claimed_where_there_is_none(void **state) {
    (void) state;
    world w;
    plb_overhead_fit fit;
    make_world(&w, 0);
    for (size_t i = 0; i < POINTS; i++) {
        w.truth.mean[3 * i] = w.truth.mean[3 * i + 1];
    }
    assert_int_equal(fit_world(&w, &fit, NULL), PLB_OK);
    for (size_t t = 0; t < 4; t++) {
        assert_false(fit.terms[t].resolved);
        assert_true(fit.terms[t].noise_floor_ns > 0);
    }
    plb_overhead_fit_free(&fit);
}

static double normal(plb_random *random) {
    double u = 1 - plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* 95 % intervals cover the truth in 95 % of many experiments, weights from the data and all; and a
 * function that fits is said not to in at most 5 %. */
static void intervals_cover_the_truth(void **state) {
    (void) state;
    enum { EXPERIMENTS = 2000 };
    static const double expected[] = {700, 300, -50, 2};
    int covered[4] = {0}, alarms = 0;
    plb_random random;
    world w;
    plb_random_seed(&random, 1);
    make_world(&w, 0);
    for (int k = 0; k < EXPERIMENTS; k++) {
        plb_overhead_fit fit;
        for (size_t i = 0; i < SUBJECTS; i++) {
            w.truth.noise[i] = normal(&random);
        }
        assert_int_equal(fit_world(&w, &fit, NULL), PLB_OK);
        for (size_t t = 0; t < 4; t++) {
            const plb_estimate *e = &fit.terms[t].coefficient_ns;
            covered[t] += e->low <= expected[t] && expected[t] <= e->high;
        }
        alarms += !fit.linear;
        plb_overhead_fit_free(&fit);
    }
    for (size_t t = 0; t < 4; t++) {
        assert_in_range(covered[t], EXPERIMENTS * 93 / 100, EXPERIMENTS * 97 / 100);
    }
    assert_in_range(alarms, EXPERIMENTS / 100, EXPERIMENTS * 6 / 100);
}

static void points_that_do_not_determine_the_terms(void **state) {
    (void) state;
    world w;
    plb_overhead_fit fit;
    plb_error error;
    make_world(&w, 0);
    for (size_t i = 0; i < POINTS; i++) {
        w.settings[i][PLB_FACTOR_SCRIPT_BYTES] = 100;
    }
    assert_int_equal(plb_model_check(&w.model, w.points, POINTS, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "12 design points do not determine the terms 1 + calls"));
    assert_int_equal(fit_world(&w, &fit, &error), PLB_E_ARGUMENT);
    plb_overhead_fit_free(&fit);
    make_world(&w, 0);
    assert_int_equal(plb_model_check(&w.model, w.points, POINTS, &error), PLB_OK);
    assert_int_equal(plb_model_check(&w.model, w.points, 3, &error), PLB_E_ARGUMENT);
}

/* Quantiles of Student's t: 0.975 and 0.995 (five residuals), 0.975 and 0.9975 (ten). */
static void limits_are_quantiles_of_t(void **state) {
    (void) state;
    assert_near(plb_residual_limit(1, 8), 1, 1e-9);
    assert_near(plb_residual_limit(5, 1), 63.657 / 12.706, 1e-3);
    assert_near(plb_residual_limit(5, 2), 9.925 / 4.303, 1e-3);
    assert_near(plb_residual_limit(5, 8), 3.355 / 2.306, 1e-3);
    assert_near(plb_residual_limit(10, 8), 3.833 / 2.306, 1e-3);
    assert_near(plb_residual_limit(5, 9), 3.250 / 2.262, 1e-3);
    assert_near(plb_residual_limit(5, 120), 2.617 / 1.980, 1e-3);
    assert_near(plb_residual_limit(5, 0), 2.576 / 1.960, 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_have_names_and_units),
        cmocka_unit_test(levels_have_a_term_each),
        cmocka_unit_test(models_that_make_no_sense),
        cmocka_unit_test(a_linear_truth_is_found),
        cmocka_unit_test(a_bend_is_called_so),
        cmocka_unit_test(no_effect_is_claimed_where_there_is_none),
        cmocka_unit_test(intervals_cover_the_truth),
        cmocka_unit_test(points_that_do_not_determine_the_terms),
        cmocka_unit_test(limits_are_quantiles_of_t),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
