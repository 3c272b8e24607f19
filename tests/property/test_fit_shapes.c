/* Whatever the shape: points that a costing function of the machine prices are fitted by it
 * exactly, and the costing function that the fit gives is the one that made them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/fit.h>

#include "calibrate/fit/output.h"
#include "calibrate/fit/terms.h"
#include "harness/measure/random.h"

#define ROUNDS 20

static const char *split_text(plb_fit_split split) {
    static const char *const texts[] = {"-", "x<=y", "x<y", "x<>y", "x>=y", "x>y"};
    return texts[split];
}

static plb_fit_table *table_of(uint8_t shape, uint8_t inner) {
    char text[256];
    plb_fit_table *table;
    plb_error error;
    bool nests = plb_shapes[shape].inner_arguments != 0;
    snprintf(text, sizeof text, "f\tF\t-\t-\t%s\t-\t%s%s%s\t1\n",
             split_text(plb_fit_own_split(shape)), plb_shapes[shape].name, nests ? "/" : "",
             nests ? plb_shapes[inner].name : "");
    if (plb_fit_table_parse(&table, "table", text, strlen(text), &error))
        fail_msg("%s: %s", text, error.message);
    return table;
}

/* Points in whole picoseconds. The sizes of exp_mod_cost stay where it has no surcharge, and those
 * of literal_in_y_or_linear_in_z where it says no literal, as the fits do not know of either. */
static plb_benching *points_of(plb_random *random, const plb_costing *costing) {
    plb_benching *benching = plb_benching_new();
    for (int i = 0; i < 120; i++) {
        int64_t size[PLB_BENCH_SIZES];
        plb_bench_point point = {.line = (unsigned) i + 1};
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++)
            size[k] = 1 + (int64_t) plb_random_below(random, 60);
        if (i % 3 == 0) size[1] = size[0];
        if (costing->shape == PLB_SHAPE_EXP_MOD_COST) size[0] = 1;
        if (costing->shape == PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z) size[1] = 0;
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++) point.size[k] = (double) size[k];
        point.time = (double) plb_costing_apply(costing, size) / 1e6;
        point.time_low = point.time_high = point.time;
        assert_int_equal(plb_benching_add(benching, "F", &point, NULL), PLB_OK);
    }
    return benching;
}

/* The coefficients, a little down so that rounding up leads to the same whole number. */
static void same_function(const plb_costing *truth, plb_fit *fit) {
    plb_regressors r = plb_fit_regressors(truth->shape, truth->inner);
    const plb_fit_model *model = plb_fit_get(fit, 0);
    if (!model->made) fail_msg("%s: %s", plb_shapes[truth->shape].name, model->problem);
    const plb_fit_coefficients *c = &model->by[PLB_FIT_REFERENCE];
    for (unsigned i = 0; i < r.count; i++) {
        double expected = (double) truth->c[r.slot[i]];
        if (!(fabs(1e6 * c->value[i] - expected) < 1e-3))
            fail_msg("%s: %s: %.9g, not %.9g", plb_shapes[truth->shape].name, r.term[i]->name,
                     1e6 * c->value[i], expected);
    }
    bool constant = r.constant_slot >= 0;
    if (constant && truth->shape != PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL)
        assert_true(fabs(1e6 * c->constant - (double) truth->c[r.constant_slot]) < 1e-3);
}

static void try_shape(plb_random *random, uint8_t shape, uint8_t inner) {
    plb_costing truth = {.shape = shape, .inner = inner};
    plb_regressors r = plb_fit_regressors(shape, inner);
    for (unsigned i = 0; i < plb_costing_count(&truth); i++)
        truth.c[i] = 1000 + (int64_t) plb_random_below(random, 1000000);
    /* A minimum is fitted from elsewhere; here it plays no part. */
    if (r.minimum_slot >= 0) truth.c[r.minimum_slot] = 0;
    plb_fit_table *table = table_of(shape, inner);
    plb_benching *benching = points_of(random, &truth);
    plb_fit *fit;
    plb_error error;
    assert_int_equal(plb_fit_run(&fit, benching, table, NULL, &error), PLB_OK);
    same_function(&truth, fit);
    plb_fit_free(fit);
    plb_benching_free(benching);
    plb_fit_table_free(table);
}

static void every_shape_is_recovered(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 2024);
    size_t shapes = 0;
    for (uint8_t shape = 0; shape < PLB_SHAPE_COUNT; shape++) {
        for (uint8_t inner = 0; inner < PLB_SHAPE_COUNT; inner++) {
            bool nests = plb_shapes[shape].inner_arguments != 0;
            if (nests ? !plb_fit_nests(shape, inner) : inner != 0) continue;
            /* x - y is never above 0 there. */
            if (shape == PLB_SHAPE_CONST_BELOW_DIAGONAL && inner == PLB_SHAPE_SUBTRACTED_SIZES)
                continue;
            for (int i = 0; i < ROUNDS; i++) try_shape(&random, shape, inner);
            shapes++;
        }
    }
    assert_true(shapes > PLB_SHAPE_COUNT);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_shape_is_recovered)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
