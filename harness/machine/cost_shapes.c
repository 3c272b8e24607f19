#include "harness/machine/cost_shapes.h"

#include <stdio.h>
#include <string.h>

/* The order of operations is the reference's: where something saturates or is negative, another
 * order would give another result. */

static int64_t max_size(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t min_size(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t constant_cost(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    (void) sizes;
    return c[0];
}

static int64_t linear_in_x(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], sizes[0]);
}

static int64_t linear_in_y(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], sizes[1]);
}

static int64_t linear_in_z(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], sizes[2]);
}

static int64_t linear_in_u(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], sizes[3]);
}

/* c: intercept, minimum, slope. The minimum is carried along but not used: variant D has the
 * parameters of subtracted_sizes here. */
static int64_t linear_in_y2(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[2], sizes[1]);
}

static int64_t added_sizes(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], plb_sat_add(sizes[0], sizes[1]));
}

static int64_t subtracted_sizes(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[2], max_size(c[1], plb_sat_sub(sizes[0], sizes[1])));
}

static int64_t multiplied_sizes(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], plb_sat_mul(sizes[0], sizes[1]));
}

static int64_t min_of_sizes(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], min_size(sizes[0], sizes[1]));
}

static int64_t max_of_sizes(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], max_size(sizes[0], sizes[1]));
}

static int64_t linear_on_diagonal(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return sizes[0] == sizes[1] ? plb_sat_linear(c[1], c[2], sizes[0]) : c[0];
}

static int64_t linear_in_two(const int64_t *c, int64_t a, int64_t b) {
    return plb_sat_add(c[0], plb_sat_add(plb_sat_mul(c[1], a), plb_sat_mul(c[2], b)));
}

static int64_t linear_in_x_and_y(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return linear_in_two(c, sizes[0], sizes[1]);
}

static int64_t linear_in_y_and_z(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return linear_in_two(c, sizes[1], sizes[2]);
}

static int64_t linear_in_max_yz(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return plb_sat_linear(c[0], c[1], max_size(sizes[1], sizes[2]));
}

static int64_t literal_or_linear(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return sizes[1] == 0 ? plb_sat_linear(c[0], c[1], sizes[2]) : sizes[1];
}

static int64_t quadratic_in_one(const int64_t *c, int64_t a) {
    int64_t square = plb_sat_mul(plb_sat_mul(c[2], a), a);
    return plb_sat_add(c[0], plb_sat_add(square, plb_sat_mul(c[1], a)));
}

static int64_t quadratic_in_x(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return quadratic_in_one(c, sizes[0]);
}

static int64_t quadratic_in_y(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return quadratic_in_one(c, sizes[1]);
}

static int64_t quadratic_in_z(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return quadratic_in_one(c, sizes[2]);
}

/* c: c00, c01, c02, c10, c11, c20, minimum */
static int64_t quadratic_in_two(const int64_t *c, int64_t a, int64_t b) {
    int64_t sum = plb_sat_add(c[0], plb_sat_mul(c[3], a));
    sum = plb_sat_add(sum, plb_sat_mul(c[1], b));
    sum = plb_sat_add(sum, plb_sat_mul(plb_sat_mul(c[5], a), a));
    sum = plb_sat_add(sum, plb_sat_mul(plb_sat_mul(c[4], a), b));
    sum = plb_sat_add(sum, plb_sat_mul(plb_sat_mul(c[2], b), b));
    return max_size(c[6], sum);
}

static int64_t quadratic_in_x_and_y(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return quadratic_in_two(c, sizes[0], sizes[1]);
}

static int64_t quadratic_in_y_and_z(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    return quadratic_in_two(c, sizes[1], sizes[2]);
}

/* c: c00, c10, c01, c11 */
static int64_t with_interaction(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    int64_t sum = plb_sat_add(plb_sat_mul(c[1], sizes[0]), plb_sat_mul(c[2], sizes[1]));
    sum = plb_sat_add(sum, plb_sat_mul(c[3], plb_sat_mul(sizes[0], sizes[1])));
    return plb_sat_add(sum, c[0]);
}

/* SatInt's dividedBy 2: rounds down, and leaves both bounds as they are. */
static int64_t half(int64_t n) {
    if (n == INT64_MAX || n == INT64_MIN) return n;
    return n / 2 - (n % 2 < 0 ? 1 : 0);
}

/* c: coefficient00, coefficient11, coefficient12. Half as much again for a base that is larger
 * than the modulus. */
static int64_t exp_mod_cost(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    (void) inner;
    int64_t base = sizes[0], exponent = sizes[1], modulus = sizes[2];
    int64_t once = plb_sat_mul(plb_sat_mul(c[1], exponent), modulus);
    int64_t twice = plb_sat_mul(plb_sat_mul(plb_sat_mul(c[2], exponent), modulus), modulus);
    int64_t cost = plb_sat_add(plb_sat_add(c[0], once), twice);
    return base <= modulus ? cost : plb_sat_add(cost, half(cost));
}

static int64_t apply_inner(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    return plb_shapes[inner].apply(c + 1, PLB_SHAPE_CONSTANT_COST, sizes);
}

static int64_t const_off_diagonal(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    return sizes[0] != sizes[1] ? c[0] : apply_inner(c, inner, sizes);
}

static int64_t const_above_diagonal(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    return sizes[0] < sizes[1] ? c[0] : apply_inner(c, inner, sizes);
}

static int64_t const_below_diagonal(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    return sizes[0] > sizes[1] ? c[0] : apply_inner(c, inner, sizes);
}

/* The constant is not used: it is there so that variants with const_above_diagonal have the same
 * parameters. */
static int64_t above_and_below(const int64_t *c, plb_shape inner, const int64_t *sizes) {
    int64_t sorted[2] = {max_size(sizes[0], sizes[1]), min_size(sizes[0], sizes[1])};
    return apply_inner(c, inner, sorted);
}

#define PLB_XY (PLB_X | PLB_Y)
#define PLB_YZ (PLB_Y | PLB_Z)
#define PLB_XYZ (PLB_X | PLB_Y | PLB_Z)
#define LINEAR                                                                                     \
    2, { "intercept", "slope" }
#define LINEAR_MINIMUM                                                                             \
    3, { "intercept", "minimum", "slope" }
#define LINEAR_IN_TWO                                                                              \
    3, { "intercept", "slope1", "slope2" }
#define QUADRATIC                                                                                  \
    3, { "c0", "c1", "c2" }
#define QUADRATIC_IN_TWO                                                                           \
    7, { "c00", "c01", "c02", "c10", "c11", "c20", "minimum" }
#define EXP_MOD                                                                                    \
    3, { "coefficient00", "coefficient11", "coefficient12" }
#define DIAGONAL                                                                                   \
    3, { "constant", "intercept", "slope" }
#define CONSTANT_AND_INNER                                                                         \
    1, { "constant" }

/* clang-format off */
const plb_shape_row plb_shapes[PLB_SHAPE_COUNT] = {
    [PLB_SHAPE_CONSTANT_COST] = {"constant_cost", 0, 0, 1, {""}, constant_cost},
    [PLB_SHAPE_LINEAR_IN_X] = {"linear_in_x", PLB_X, 0, LINEAR, linear_in_x},
    [PLB_SHAPE_LINEAR_IN_Y] = {"linear_in_y", PLB_Y, 0, LINEAR, linear_in_y},
    [PLB_SHAPE_LINEAR_IN_Z] = {"linear_in_z", PLB_Z, 0, LINEAR, linear_in_z},
    [PLB_SHAPE_LINEAR_IN_U] = {"linear_in_u", PLB_U, 0, LINEAR, linear_in_u},
    [PLB_SHAPE_LINEAR_IN_Y2] = {"linear_in_y2", PLB_Y, 0, LINEAR_MINIMUM, linear_in_y2},
    [PLB_SHAPE_ADDED_SIZES] = {"added_sizes", PLB_XY, 0, LINEAR, added_sizes},
    [PLB_SHAPE_SUBTRACTED_SIZES] =
        {"subtracted_sizes", PLB_XY, 0, LINEAR_MINIMUM, subtracted_sizes},
    [PLB_SHAPE_MULTIPLIED_SIZES] = {"multiplied_sizes", PLB_XY, 0, LINEAR, multiplied_sizes},
    [PLB_SHAPE_MIN_SIZE] = {"min_size", PLB_XY, 0, LINEAR, min_of_sizes},
    [PLB_SHAPE_MAX_SIZE] = {"max_size", PLB_XY, 0, LINEAR, max_of_sizes},
    [PLB_SHAPE_LINEAR_ON_DIAGONAL] =
        {"linear_on_diagonal", PLB_XY, 0, DIAGONAL, linear_on_diagonal},
    [PLB_SHAPE_LINEAR_IN_X_AND_Y] =
        {"linear_in_x_and_y", PLB_XY, 0, LINEAR_IN_TWO, linear_in_x_and_y},
    [PLB_SHAPE_LINEAR_IN_Y_AND_Z] =
        {"linear_in_y_and_z", PLB_YZ, 0, LINEAR_IN_TWO, linear_in_y_and_z},
    [PLB_SHAPE_LINEAR_IN_MAX_YZ] = {"linear_in_max_yz", PLB_YZ, 0, LINEAR, linear_in_max_yz},
    [PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z] =
        {"literal_in_y_or_linear_in_z", PLB_YZ, 0, LINEAR, literal_or_linear},
    [PLB_SHAPE_QUADRATIC_IN_X] = {"quadratic_in_x", PLB_X, 0, QUADRATIC, quadratic_in_x},
    [PLB_SHAPE_QUADRATIC_IN_Y] = {"quadratic_in_y", PLB_Y, 0, QUADRATIC, quadratic_in_y},
    [PLB_SHAPE_QUADRATIC_IN_Z] = {"quadratic_in_z", PLB_Z, 0, QUADRATIC, quadratic_in_z},
    [PLB_SHAPE_QUADRATIC_IN_X_AND_Y] =
        {"quadratic_in_x_and_y", PLB_XY, 0, QUADRATIC_IN_TWO, quadratic_in_x_and_y},
    [PLB_SHAPE_QUADRATIC_IN_Y_AND_Z] =
        {"quadratic_in_y_and_z", PLB_YZ, 0, QUADRATIC_IN_TWO, quadratic_in_y_and_z},
    [PLB_SHAPE_WITH_INTERACTION_IN_X_AND_Y] =
        {"with_interaction_in_x_and_y", PLB_XY, 0, 4, {"c00", "c10", "c01", "c11"},
         with_interaction},
    [PLB_SHAPE_EXP_MOD_COST] = {"exp_mod_cost", PLB_XYZ, 0, EXP_MOD, exp_mod_cost},
    [PLB_SHAPE_CONST_OFF_DIAGONAL] =
        {"const_off_diagonal", PLB_XY, PLB_X, CONSTANT_AND_INNER, const_off_diagonal},
    [PLB_SHAPE_CONST_ABOVE_DIAGONAL] =
        {"const_above_diagonal", PLB_XY, PLB_XY, CONSTANT_AND_INNER, const_above_diagonal},
    [PLB_SHAPE_CONST_BELOW_DIAGONAL] =
        {"const_below_diagonal", PLB_XY, PLB_XY, CONSTANT_AND_INNER, const_below_diagonal},
    [PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL] =
        {"above_and_below_diagonal", PLB_XY, PLB_XY, CONSTANT_AND_INNER, above_and_below},
};
/* clang-format on */

int plb_shape_find(const char *name, size_t length) {
    for (int i = 0; i < PLB_SHAPE_COUNT; i++)
        if (strlen(plb_shapes[i].name) == length && memcmp(plb_shapes[i].name, name, length) == 0)
            return i;
    return -1;
}

unsigned plb_costing_count(const plb_costing *costing) {
    const plb_shape_row *row = &plb_shapes[costing->shape];
    return row->count + (row->inner_arguments ? plb_shapes[costing->inner].count : 0u);
}

unsigned plb_costing_arguments(const plb_costing *costing) {
    return plb_shapes[costing->shape].arguments;
}

void plb_coefficient_name(const plb_costing *costing, unsigned index,
                          char name[PLB_COEFFICIENT_NAME_BYTES]) {
    const plb_shape_row *row = &plb_shapes[costing->shape];
    if (index < row->count) {
        snprintf(name, PLB_COEFFICIENT_NAME_BYTES, "%s", row->coefficients[index]);
        return;
    }
    const char *inner = plb_shapes[costing->inner].coefficients[index - row->count];
    snprintf(name, PLB_COEFFICIENT_NAME_BYTES, "model-arguments%s%s", *inner ? "-" : "", inner);
}
