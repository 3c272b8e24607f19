/* What is beyond the reference: weights, non-negative least squares, Huber, quantiles, the choice
 * of a shape, diagnoses. */
#include "fit_fixture.h"

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define LINEAR_IN_X "-\t-\t-\t-\tlinear_in_x"

static const double xs[] = {1, 2, 3, 4, 5, 6}, ts[] = {1.5, 2.25, 4, 3.75, 6, 5.125};

/* R: lm(t ~ x, weights = c(1, 2, 3, 1, 2, 0.5)) and with weights 1/t^2. */
static void weights(void **state) {
    (void) state;
    static const double w[] = {1, 2, 3, 1, 2, 0.5};
    fit_fixture f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 6; i++) fixture_add(&f, ts[i], 1 / sqrt(w[i]), xs[i], NAN, NAN);
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.weights = PLB_FIT_WEIGHTS_SD});
    close_to(m->by[PLB_FIT_WEIGHTED].value[0], 0.63896648044692816, 1e-12);
    close_to(m->by[PLB_FIT_WEIGHTED].value[1], 0.97555865921787699, 1e-12);
    assert_false(m->by[PLB_FIT_HUBER].made);
    m = fixture_fit(&f, &(plb_fit_options){.weights = PLB_FIT_WEIGHTS_RELATIVE});
    close_to(m->by[PLB_FIT_WEIGHTED].value[0], 0.66391930805856847, 1e-12);
    close_to(m->by[PLB_FIT_WEIGHTED].value[1], 0.8523597911147156, 1e-12);
    /* Points whose deviation is not told do not count. */
    fixture_add(&f, 1000, NAN, 7, NAN, NAN);
    m = fixture_fit(&f, &(plb_fit_options){.weights = PLB_FIT_WEIGHTS_SD});
    close_to(m->by[PLB_FIT_WEIGHTED].value[1], 0.97555865921787699, 1e-12);
    fixture_free(&f);
}

/* A falling line: the best one that does not fall is the mean. */
static void nnls_instead_of_a_patch(void **state) {
    (void) state;
    fit_fixture f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 6; i++) fixture_add(&f, 10 - ts[i], NAN, xs[i], NAN, NAN);
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.nnls = true});
    const plb_fit_coefficients *r = &m->by[PLB_FIT_REFERENCE], *n = &m->by[PLB_FIT_NNLS];
    assert_true(r->fitted[1] < 0);
    assert_true(r->value[1] == 0.001);
    close_to(n->value[0], 10 - 22.625 / 6, 1e-12);
    assert_true(n->value[1] == 0);
    fixture_free(&f);
    /* And where nothing is negative it is least squares. */
    f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 6; i++) fixture_add(&f, ts[i], NAN, xs[i], NAN, NAN);
    m = fixture_fit(&f, &(plb_fit_options){.nnls = true});
    close_to(m->by[PLB_FIT_NNLS].value[0], m->by[PLB_FIT_REFERENCE].value[0], 1e-12);
    close_to(m->by[PLB_FIT_NNLS].value[1], m->by[PLB_FIT_REFERENCE].value[1], 1e-12);
    fixture_free(&f);
}

static void huber_is_plb_regress(void **state) {
    (void) state;
    double y[20], design[40];
    fit_fixture f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 20; i++) {
        double x = (double) i + 1;
        y[i] = 3 + 2 * x + sin(5 * x) + (i == 17 ? 100 : 0);
        design[2 * i] = 1;
        design[2 * i + 1] = x;
        fixture_add(&f, y[i], NAN, x, NAN, NAN);
    }
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.huber = true});
    plb_regression regression;
    plb_error error;
    assert_int_equal(plb_regress(y, design, 20, 2, 1, &regression, &error), PLB_OK);
    const plb_fit_coefficients *c = &m->by[PLB_FIT_HUBER];
    close_to(c->value[0], regression.coefficient[0].value, 1e-12);
    close_to(c->value[1], regression.coefficient[1].value, 1e-12);
    assert_true(fabs(c->value[1] - 2) < 0.1);
    assert_true(fabs(m->by[PLB_FIT_REFERENCE].value[1] - 2) > 0.5);
    fixture_free(&f);
}

/* The quantile of a constant is one of the times; of a line as many points are below as promised.
 */
static void quantiles(void **state) {
    (void) state;
    fit_fixture f = fixture_new("-\t-\t-\t-\tconstant_cost");
    for (size_t i = 0; i < 101; i++)
        fixture_add(&f, 1 + (double) ((i * 37) % 101), NAN, 1, NAN, NAN);
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.quantile = 0.9});
    close_to(m->by[PLB_FIT_QUANTILE].value[0], 91, 1e-9);
    fixture_free(&f);
    plb_random random;
    plb_random_seed(&random, 5);
    f = fixture_new(LINEAR_IN_X);
    double x[500], t[500];
    for (size_t i = 0; i < 500; i++) {
        x[i] = 100 * plb_random_unit(&random);
        t[i] = 10 + x[i] * (1 + plb_random_unit(&random));
        fixture_add(&f, t[i], NAN, x[i], NAN, NAN);
    }
    m = fixture_fit(&f, &(plb_fit_options){.quantile = 0.99});
    const plb_fit_coefficients *c = &m->by[PLB_FIT_QUANTILE];
    size_t below = 0;
    for (size_t i = 0; i < 500; i++) below += t[i] < c->value[0] + c->value[1] * x[i] - 1e-6;
    assert_in_range(below, 493, 495); /* 495, and two points are on the line */
    assert_true(fabs(c->value[1] - 1.99) < 0.02);
    fixture_free(&f);
}

/* Data of one shape, with noise, chooses it among all others that fit the arguments. */
static void selection_finds_the_shape(void **state) {
    (void) state;
    static const struct {
        const char *shape, *inner;
    } truths[] = {{"constant_cost", NULL},
                  {"linear_in_y", NULL},
                  {"added_sizes", NULL},
                  {"multiplied_sizes", NULL},
                  {"min_size", NULL},
                  {"max_size", NULL},
                  {"quadratic_in_x", NULL},
                  {"linear_on_diagonal", NULL},
                  {"const_above_diagonal", "linear_in_x_and_y"}};
    for (size_t truth = 0; truth < sizeof truths / sizeof *truths; truth++) {
        plb_random random;
        plb_random_seed(&random, truth);
        fit_fixture f = fixture_new(LINEAR_IN_X);
        for (int i = 0; i < 400; i++) {
            double x = 1 + floor(30 * plb_random_unit(&random));
            double y = i % 2 ? x : 1 + floor(30 * plb_random_unit(&random));
            const double times[] = {50,
                                    50 + 3 * y,
                                    50 + 2 * (x + y),
                                    50 + x * y,
                                    50 + 4 * fmin(x, y),
                                    50 + 4 * fmax(x, y),
                                    50 + 3 * x + 0.5 * x * x,
                                    x >= y && x <= y ? 50 + 3 * x : 20,
                                    x < y ? 40 : 50 + 3 * x + 5 * y};
            fixture_add(&f, times[truth] * (1 + 0.01 * (plb_random_unit(&random) - 0.5)), NAN, x, y,
                        NAN);
        }
        const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.select = true, .seed = 3});
        assert_true(m->candidate_count > 20);
        assert_string_equal(m->selected_shape, truths[truth].shape);
        if (truths[truth].inner) assert_string_equal(m->selected_inner, truths[truth].inner);
        size_t chosen = 0;
        for (size_t i = 0; i < m->candidate_count; i++) {
            chosen += m->candidates[i].chosen;
            assert_true(i == 0 || m->candidates[i].error >= m->candidates[i - 1].error);
        }
        assert_int_equal(chosen, 1);
        fixture_free(&f);
    }
}

static void selection_wants_points(void **state) {
    (void) state;
    fit_fixture f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 6; i++) fixture_add(&f, ts[i], NAN, xs[i], NAN, NAN);
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.select = true});
    assert_int_equal(m->candidate_count, 0);
    assert_false(m->by[PLB_FIT_SELECTED].made);
    assert_non_null(strstr(plb_fit_notes(f.fit, 0)->text, "at least 20 points"));
    fixture_free(&f);
}

/* R: m <- lm(t ~ x); hatvalues(m), and anova(m, lm(t ~ factor(x))) with each x twice. */
static void diagnosis_of_a_line(void **state) {
    (void) state;
    fit_fixture f = fixture_new(LINEAR_IN_X);
    for (size_t i = 0; i < 6; i++) {
        fixture_add(&f, ts[i], NAN, xs[i], NAN, NAN);
        fixture_add(&f, ts[i] + 0.5, NAN, xs[i], NAN, NAN);
    }
    const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.diagnose = true});
    const plb_fit_diagnosis *d = m->diagnosis;
    assert_int_equal(d->points, 12);
    close_to(d->highest_leverage, 0.26190476190476197, 1e-12);
    close_to(d->deviation, 0.7186710619178257, 1e-12);
    assert_true(d->replicated);
    close_to(d->lack_of_fit, 8.8297619047619182, 1e-12);
    close_to(d->lack_of_fit_p, 0.010914028467337848, 1e-9);
    close_to(d->worst_under, 1.2483487450462352, 1e-12);
    assert_int_equal(d->worst_line, 6);
    close_to(d->under_share, 5.0 / 12, 1e-12);
    fixture_free(&f);
}

/* A line through a parabola without equal sizes: neighbours tell. Noise around a line: they do not.
 */
static void curvature_shows_in_neighbours(void **state) {
    (void) state;
    for (int bent = 0; bent < 2; bent++) {
        fit_fixture f = fixture_new(LINEAR_IN_X);
        plb_random random;
        plb_random_seed(&random, 11);
        for (int i = 0; i < 60; i++)
            fixture_add(&f, 100 + i + bent * 0.05 * i * i + plb_random_unit(&random), NAN, i, NAN,
                        NAN);
        const plb_fit_model *m = fixture_fit(&f, &(plb_fit_options){.diagnose = true});
        assert_false(m->diagnosis->replicated);
        assert_true(bent ? m->diagnosis->lack_of_fit_p < 1e-6 : m->diagnosis->lack_of_fit_p > 0.01);
        fixture_free(&f);
    }
}

static void options_are_checked(void **state) {
    (void) state;
    fit_fixture f = fixture_new(LINEAR_IN_X);
    plb_error error;
    static const double wrong[] = {-0.1, 1, 2, NAN};
    for (size_t i = 0; i < 4; i++) {
        plb_fit_options o = {.quantile = wrong[i]};
        assert_int_equal(plb_fit_run(&f.fit, f.benching, f.table, &o, &error), PLB_E_ARGUMENT);
        assert_null(f.fit);
    }
    fixture_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights),
        cmocka_unit_test(nnls_instead_of_a_patch),
        cmocka_unit_test(huber_is_plb_regress),
        cmocka_unit_test(quantiles),
        cmocka_unit_test(selection_finds_the_shape),
        cmocka_unit_test(selection_wants_points),
        cmocka_unit_test(diagnosis_of_a_line),
        cmocka_unit_test(curvature_shows_in_neighbours),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
