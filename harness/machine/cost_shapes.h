/* Shapes of costing functions (PlutusCore.Evaluation.Machine.CostingFun.Core): how the sizes of a
 * builtin's arguments become a cost. A new shape is one row in the table of cost_shapes.c. */
#ifndef PLB_MACHINE_COST_SHAPES_H
#define PLB_MACHINE_COST_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The ones that plb_costing_apply evaluates in place come first. */
typedef enum plb_shape {
    PLB_SHAPE_CONSTANT_COST,
    PLB_SHAPE_LINEAR_IN_X,
    PLB_SHAPE_LINEAR_IN_Y,
    PLB_SHAPE_LINEAR_IN_Z,
    PLB_SHAPE_ADDED_SIZES,
    PLB_SHAPE_MIN_SIZE,
    PLB_SHAPE_MAX_SIZE,
    PLB_SHAPE_LINEAR_ON_DIAGONAL,
    PLB_SHAPE_LINEAR_IN_U,
    PLB_SHAPE_LINEAR_IN_Y2,
    PLB_SHAPE_SUBTRACTED_SIZES,
    PLB_SHAPE_MULTIPLIED_SIZES,
    PLB_SHAPE_LINEAR_IN_X_AND_Y,
    PLB_SHAPE_LINEAR_IN_Y_AND_Z,
    PLB_SHAPE_LINEAR_IN_MAX_YZ,
    PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z,
    PLB_SHAPE_QUADRATIC_IN_X,
    PLB_SHAPE_QUADRATIC_IN_Y,
    PLB_SHAPE_QUADRATIC_IN_Z,
    PLB_SHAPE_QUADRATIC_IN_X_AND_Y,
    PLB_SHAPE_QUADRATIC_IN_Y_AND_Z,
    PLB_SHAPE_WITH_INTERACTION_IN_X_AND_Y,
    PLB_SHAPE_EXP_MOD_COST,
    PLB_SHAPE_CONST_OFF_DIAGONAL,
    PLB_SHAPE_CONST_ABOVE_DIAGONAL,
    PLB_SHAPE_CONST_BELOW_DIAGONAL,
    PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL,
    PLB_SHAPE_COUNT
} plb_shape;

#define PLB_COSTING_COEFFICIENTS 8

/* One costing function: a shape and its coefficients in the order of the shape's row. A shape that
 * contains another one (const_above_diagonal ...) has its constant in c[0]; `inner` is the other
 * shape, with its coefficients from c[1] on. */
typedef struct plb_costing {
    uint8_t shape; /* plb_shape */
    uint8_t inner; /* plb_shape; meaningful only where plb_shapes[shape].inner_arguments is not 0 */
    int64_t c[PLB_COSTING_COEFFICIENTS];
} plb_costing;

/* `c`: the shape's own coefficients; `inner`: the shape that it contains. */
typedef int64_t (*plb_shape_fn)(const int64_t *c, plb_shape inner, const int64_t *sizes);

/* Bits of a mask of arguments: x is the first. */
enum { PLB_X = 1, PLB_Y = 2, PLB_Z = 4, PLB_U = 8 };

typedef struct plb_shape_row {
    const char *name;            /* the tag in builtinCostModel*.json */
    uint8_t arguments;           /* mask of the arguments whose sizes are used */
    uint8_t inner_arguments;     /* of a shape that contains one: those that are handed on; or 0 */
    uint8_t count;               /* of coefficients, without the inner shape's */
    const char *coefficients[7]; /* their names, in the order of the ledger's parameters */
    plb_shape_fn apply;
} plb_shape_row;

extern const plb_shape_row plb_shapes[PLB_SHAPE_COUNT];

/* The shape of that name, -1 when there is none. */
int plb_shape_find(const char *name, size_t length);
/* All coefficients, the inner shape's included. */
unsigned plb_costing_count(const plb_costing *costing);
/* Mask of the arguments whose sizes are needed. */
unsigned plb_costing_arguments(const plb_costing *costing);
/* Writes the path of coefficient `index` below "arguments" into `name`, such as "slope",
 * "model-arguments-c00", or nothing for the one of constant_cost. */
#define PLB_COEFFICIENT_NAME_BYTES 48
void plb_coefficient_name(const plb_costing *costing, unsigned index,
                          char name[PLB_COEFFICIENT_NAME_BYTES]);

/* Saturating arithmetic of the reference's SatInt. */
static inline int64_t plb_sat_add(int64_t a, int64_t b) {
    int64_t r;
    if (__builtin_expect(__builtin_add_overflow(a, b, &r), 0)) {
        return a < 0 ? INT64_MIN : INT64_MAX;
    }
    return r;
}
static inline int64_t plb_sat_sub(int64_t a, int64_t b) {
    int64_t r;
    if (__builtin_expect(__builtin_sub_overflow(a, b, &r), 0)) {
        return a < 0 ? INT64_MIN : INT64_MAX;
    }
    return r;
}
static inline int64_t plb_sat_mul(int64_t a, int64_t b) {
    int64_t r;
    if (__builtin_expect(__builtin_mul_overflow(a, b, &r), 0)) {
        return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
    }
    return r;
}
/* intercept + slope * size */
static inline int64_t plb_sat_linear(int64_t intercept, int64_t slope, int64_t size) {
    return plb_sat_add(intercept, plb_sat_mul(slope, size));
}

/* The cost for the given sizes; only those that the shape uses are read. Saturates, and rounds
 * nowhere but where the reference does (exp_mod_cost). */
static inline int64_t plb_costing_apply(const plb_costing *costing, const int64_t *sizes) {
    const int64_t *c = costing->c;
    switch (costing->shape) {
    case PLB_SHAPE_CONSTANT_COST: return c[0];
    case PLB_SHAPE_LINEAR_IN_X: return plb_sat_linear(c[0], c[1], sizes[0]);
    case PLB_SHAPE_LINEAR_IN_Y: return plb_sat_linear(c[0], c[1], sizes[1]);
    case PLB_SHAPE_LINEAR_IN_Z: return plb_sat_linear(c[0], c[1], sizes[2]);
    case PLB_SHAPE_ADDED_SIZES: return plb_sat_linear(c[0], c[1], plb_sat_add(sizes[0], sizes[1]));
    case PLB_SHAPE_MIN_SIZE:
        return plb_sat_linear(c[0], c[1], sizes[0] < sizes[1] ? sizes[0] : sizes[1]);
    case PLB_SHAPE_MAX_SIZE:
        return plb_sat_linear(c[0], c[1], sizes[0] > sizes[1] ? sizes[0] : sizes[1]);
    case PLB_SHAPE_LINEAR_ON_DIAGONAL:
        return sizes[0] == sizes[1] ? plb_sat_linear(c[1], c[2], sizes[0]) : c[0];
    default: return plb_shapes[costing->shape].apply(c, (plb_shape) costing->inner, sizes);
    }
}

#endif
