/* Costing functions against values worked out by hand from the formulas in
 * PlutusCore.Evaluation.Machine.CostingFun.Core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/machine/cost_shapes.h"

#define MAX INT64_MAX
#define MIN INT64_MIN

typedef struct example {
    const char *shape, *inner;
    int64_t c[PLB_COSTING_COEFFICIENTS];
    int64_t sizes[4];
    int64_t cost;
} example;

static const example examples[] = {
    {"constant_cost", NULL, {77}, {2, 3, 5, 7}, 77},
    {"linear_in_x", NULL, {100, 7}, {2, 3, 5, 7}, 114},
    {"linear_in_y", NULL, {100, 7}, {2, 3, 5, 7}, 121},
    {"linear_in_z", NULL, {100, 7}, {2, 3, 5, 7}, 135},
    {"linear_in_u", NULL, {100, 7}, {2, 3, 5, 7}, 149},
    /* intercept, minimum, slope: the minimum counts for nothing */
    {"linear_in_y2", NULL, {1, 50, 2}, {2, 3, 5, 7}, 7},
    {"added_sizes", NULL, {100, 7}, {2, 3, 5, 7}, 135},
    {"multiplied_sizes", NULL, {100, 7}, {2, 3, 5, 7}, 142},
    {"min_size", NULL, {100, 7}, {2, 3, 5, 7}, 114},
    {"min_size", NULL, {100, 7}, {3, 2, 5, 7}, 114},
    {"max_size", NULL, {100, 7}, {2, 3, 5, 7}, 121},
    {"max_size", NULL, {100, 7}, {3, 2, 5, 7}, 121},
    /* intercept, minimum, slope */
    {"subtracted_sizes", NULL, {4, 1, 3}, {5, 2}, 13},
    {"subtracted_sizes", NULL, {4, 1, 3}, {2, 5}, 7},
    {"subtracted_sizes", NULL, {4, 1, 3}, {5, 5}, 7},
    {"subtracted_sizes", NULL, {4, -10, 3}, {2, 5}, -5},
    /* constant, intercept, slope */
    {"linear_on_diagonal", NULL, {9, 100, 7}, {2, 3}, 9},
    {"linear_on_diagonal", NULL, {9, 100, 7}, {3, 2}, 9},
    {"linear_on_diagonal", NULL, {9, 100, 7}, {3, 3}, 121},
    {"linear_in_x_and_y", NULL, {1, 10, 100}, {2, 3, 5, 7}, 321},
    {"linear_in_y_and_z", NULL, {1, 10, 100}, {2, 3, 5, 7}, 531},
    {"linear_in_max_yz", NULL, {100, 7}, {9, 3, 5, 7}, 135},
    {"linear_in_max_yz", NULL, {100, 7}, {9, 5, 3, 7}, 135},
    {"literal_in_y_or_linear_in_z", NULL, {100, 7}, {2, 3, 5, 7}, 3},
    {"literal_in_y_or_linear_in_z", NULL, {100, 7}, {2, 0, 5, 7}, 135},
    {"quadratic_in_x", NULL, {1, 10, 100}, {2, 3, 5, 7}, 421},
    {"quadratic_in_y", NULL, {1, 10, 100}, {2, 3, 5, 7}, 931},
    {"quadratic_in_z", NULL, {1, 10, 100}, {2, 3, 5, 7}, 2551},
    /* c00, c01, c02, c10, c11, c20, minimum */
    {"quadratic_in_x_and_y", NULL, {1, 10, 100, 1000, 10000, 100000, 0}, {2, 3, 5}, 462931},
    {"quadratic_in_y_and_z", NULL, {1, 10, 100, 1000, 10000, 100000, 0}, {2, 3, 5}, 1055551},
    {"quadratic_in_x_and_y", NULL, {1, 10, 100, 1000, 10000, 100000, 500000}, {2, 3, 5}, 500000},
    {"quadratic_in_x_and_y", NULL, {0, 0, -900, 0, 0, 0, 85848}, {2, 3, 5}, 85848},
    /* c00, c10, c01, c11 */
    {"with_interaction_in_x_and_y", NULL, {1, 10, 100, 1000}, {2, 3, 5, 7}, 6321},
    /* c00, c11, c12: half as much again for a base larger than the modulus, rounded down */
    {"exp_mod_cost", NULL, {1, 10, 100}, {2, 3, 5}, 7651},
    {"exp_mod_cost", NULL, {1, 10, 100}, {5, 3, 5}, 7651},
    {"exp_mod_cost", NULL, {1, 10, 100}, {6, 3, 5}, 11476},
    {"exp_mod_cost", NULL, {-7, 0, 0}, {6, 3, 5}, -11},
    {"exp_mod_cost", NULL, {-8, 0, 0}, {6, 3, 5}, -12},
    {"exp_mod_cost", NULL, {MAX, 0, 0}, {6, 3, 5}, MAX},
    {"exp_mod_cost", NULL, {MIN, 0, 0}, {6, 3, 5}, MIN},
    {"const_off_diagonal", "linear_in_x", {9, 100, 7}, {2, 3}, 9},
    {"const_off_diagonal", "linear_in_x", {9, 100, 7}, {3, 3}, 121},
    {"const_off_diagonal", "constant_cost", {9, 10}, {3, 3}, 10},
    {"const_above_diagonal", "multiplied_sizes", {9, 100, 7}, {2, 3}, 9},
    {"const_above_diagonal", "multiplied_sizes", {9, 100, 7}, {3, 2}, 142},
    {"const_above_diagonal", "multiplied_sizes", {9, 100, 7}, {3, 3}, 163},
    {"const_below_diagonal", "multiplied_sizes", {9, 100, 7}, {3, 2}, 9},
    {"const_below_diagonal", "multiplied_sizes", {9, 100, 7}, {2, 3}, 142},
    {"const_below_diagonal", "multiplied_sizes", {9, 100, 7}, {3, 3}, 163},
    {"above_and_below_diagonal", "linear_in_x_and_y", {9, 1, 10, 100}, {2, 3}, 231},
    {"above_and_below_diagonal", "linear_in_x_and_y", {9, 1, 10, 100}, {3, 2}, 231},
    {"above_and_below_diagonal", "linear_in_x_and_y", {9, 1, 10, 100}, {3, 3}, 331},
    /* divideInteger in variant E: 123203 + 1716 4 + 7305 1 + 57 16 + 960 4 1 - 900 1 */
    {"above_and_below_diagonal",
     "quadratic_in_x_and_y",
     {85848, 123203, 7305, -900, 1716, 960, 57, 85848},
     {1, 4},
     141224},
    /* saturation, step by step */
    {"linear_in_x", NULL, {1, MAX}, {2}, MAX},
    {"linear_in_x", NULL, {-1, MAX}, {2}, MAX - 1},
    {"linear_in_x", NULL, {5, MIN}, {2}, MIN + 5},
    {"linear_in_x", NULL, {MIN, MIN}, {2}, MIN},
    {"linear_in_x", NULL, {MAX, 1}, {1}, MAX},
    {"linear_in_x", NULL, {0, MAX}, {0}, 0},
    {"added_sizes", NULL, {0, -1}, {MAX, MAX}, -MAX},
    {"multiplied_sizes", NULL, {0, -1}, {MAX, 2}, -MAX},
    {"subtracted_sizes", NULL, {0, MIN, 1}, {-2, MAX}, MIN},
    {"quadratic_in_x", NULL, {-5, -1, MAX}, {2}, MAX - 7},
    {"quadratic_in_x_and_y", NULL, {MAX, 0, -1, 1, 0, 0, 0}, {10, 30}, MAX - 900},
    {"with_interaction_in_x_and_y", NULL, {-1, 0, 0, 1}, {MAX, MAX}, MAX - 1},
    {"exp_mod_cost", NULL, {-1, 0, MAX}, {0, 1, 2}, MAX - 1},
};
enum { EXAMPLE_COUNT = sizeof examples / sizeof examples[0] };

static plb_costing costing_of(const example *e) {
    plb_costing costing = {.shape = (uint8_t) plb_shape_find(e->shape, strlen(e->shape))};
    if (e->inner) costing.inner = (uint8_t) plb_shape_find(e->inner, strlen(e->inner));
    memcpy(costing.c, e->c, sizeof costing.c);
    return costing;
}

static void costs_are_those_of_the_formulas(void **state) {
    (void) state;
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        plb_costing costing = costing_of(&examples[i]);
        int64_t cost = plb_costing_apply(&costing, examples[i].sizes);
        if (cost != examples[i].cost)
            fail_msg("%s, example %zu: expected %lld, got %lld", examples[i].shape, i,
                     (long long) examples[i].cost, (long long) cost);
    }
}

/* What is evaluated in place for speed is in the table too. */
static void table_and_inline_agree(void **state) {
    (void) state;
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        plb_costing costing = costing_of(&examples[i]);
        int64_t cost = plb_shapes[costing.shape].apply(costing.c, (plb_shape) costing.inner,
                                                       examples[i].sizes);
        assert_int_equal(cost, examples[i].cost);
    }
}

static void every_shape_has_an_example(void **state) {
    (void) state;
    for (int shape = 0; shape < PLB_SHAPE_COUNT; shape++) {
        bool found = false;
        for (size_t i = 0; i < EXAMPLE_COUNT; i++)
            found |= strcmp(examples[i].shape, plb_shapes[shape].name) == 0;
        if (!found) fail_msg("no example for %s", plb_shapes[shape].name);
    }
}

/* A size that the mask does not name must not matter. */
static void only_named_arguments_matter(void **state) {
    (void) state;
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        plb_costing costing = costing_of(&examples[i]);
        int64_t sizes[4];
        for (unsigned j = 0; j < 4; j++)
            sizes[j] = plb_costing_arguments(&costing) & 1u << j ? examples[i].sizes[j] : 987654321;
        assert_int_equal(plb_costing_apply(&costing, sizes), examples[i].cost);
    }
}

static void coefficients_are_counted_and_named(void **state) {
    (void) state;
    plb_costing costing = {.shape = PLB_SHAPE_CONST_ABOVE_DIAGONAL,
                           .inner = PLB_SHAPE_QUADRATIC_IN_X_AND_Y};
    static const char *const names[] = {
        "constant",
        "model-arguments-c00",
        "model-arguments-c01",
        "model-arguments-c02",
        "model-arguments-c10",
        "model-arguments-c11",
        "model-arguments-c20",
        "model-arguments-minimum",
    };
    assert_int_equal(plb_costing_count(&costing), PLB_COSTING_COEFFICIENTS);
    for (unsigned i = 0; i < PLB_COSTING_COEFFICIENTS; i++) {
        char name[PLB_COEFFICIENT_NAME_BYTES];
        plb_coefficient_name(&costing, i, name);
        assert_string_equal(name, names[i]);
    }
    costing.shape = PLB_SHAPE_CONSTANT_COST;
    char name[PLB_COEFFICIENT_NAME_BYTES];
    plb_coefficient_name(&costing, 0, name);
    assert_string_equal(name, "");
    assert_int_equal(plb_costing_count(&costing), 1);
}

static void unknown_shapes_are_not_found(void **state) {
    (void) state;
    assert_int_equal(plb_shape_find("linear_in_q", 11), -1);
    assert_int_equal(plb_shape_find("linear_in_x", 10), -1);
    assert_int_equal(plb_shape_find("", 0), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_those_of_the_formulas),
        cmocka_unit_test(table_and_inline_agree),
        cmocka_unit_test(every_shape_has_an_example),
        cmocka_unit_test(only_named_arguments_matter),
        cmocka_unit_test(coefficients_are_counted_and_named),
        cmocka_unit_test(unknown_shapes_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
