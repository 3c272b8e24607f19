#include "calibrate/fit/terms.h"

#include <math.h>
#include <string.h>

/* ---- Terms ---- */

static double larger(double a, double b) { return a > b || isnan(a) ? a : b; }
static double smaller(double a, double b) { return a < b || isnan(a) ? a : b; }

static double one(const double *s) {
    (void) s;
    return 1;
}
static double x(const double *s) { return s[0]; }
static double y(const double *s) { return s[1]; }
static double z(const double *s) { return s[2]; }
static double u(const double *s) { return s[3]; }
static double xx(const double *s) { return s[0] * s[0]; }
static double yy(const double *s) { return s[1] * s[1]; }
static double zz(const double *s) { return s[2] * s[2]; }
static double xy(const double *s) { return s[0] * s[1]; }
static double yz(const double *s) { return s[1] * s[2]; }
static double yzz(const double *s) { return s[1] * (s[2] * s[2]); }
static double x_plus_y(const double *s) { return s[0] + s[1]; }
static double x_minus_y(const double *s) { return larger(s[0] - s[1], 0); }
static double min_xy(const double *s) { return smaller(s[0], s[1]); }
static double max_xy(const double *s) { return larger(s[0], s[1]); }
static double max_yz(const double *s) { return larger(s[1], s[2]); }

typedef enum term {
    ONE,
    X,
    Y,
    Z,
    U,
    I_X,
    I_Y,
    I_Z,
    XX,
    YY,
    ZZ,
    XY,
    YZ,
    YZZ,
    INTERACTION,
    X_PLUS_Y,
    X_MINUS_Y,
    MIN_XY,
    MAX_XY,
    MAX_YZ
} term;

/* As R writes the terms of a formula; the reference's tools look coefficients up by these. */
static const plb_fit_term_row terms[] = {
    [ONE] = {"(Intercept)", "", one},
    [X] = {"x_mem", "x", x},
    [Y] = {"y_mem", "y", y},
    [Z] = {"z_mem", "z", z},
    [U] = {"u_mem", "u", u},
    [I_X] = {"I(x_mem)", "x", x},
    [I_Y] = {"I(y_mem)", "y", y},
    [I_Z] = {"I(z_mem)", "z", z},
    [XX] = {"I(x_mem^2)", "x^2", xx},
    [YY] = {"I(y_mem^2)", "y^2", yy},
    [ZZ] = {"I(z_mem^2)", "z^2", zz},
    [XY] = {"I(x_mem * y_mem)", "x y", xy},
    [YZ] = {"I(y_mem * z_mem)", "y z", yz},
    [YZZ] = {"I(y_mem * z_mem^2)", "y z^2", yzz},
    [INTERACTION] = {"x_mem:y_mem", "x y", xy},
    [X_PLUS_Y] = {"I(x_mem + y_mem)", "(x + y)", x_plus_y},
    [X_MINUS_Y] = {"pmax(x_mem - y_mem, 0)", "max(x - y, 0)", x_minus_y},
    [MIN_XY] = {"pmin(x_mem, y_mem)", "min(x, y)", min_xy},
    [MAX_XY] = {"pmax(x_mem, y_mem)", "max(x, y)", max_xy},
    [MAX_YZ] = {"pmax(y_mem, z_mem)", "max(y, z)", max_yz},
};

/* ---- Shapes ---- */

typedef struct shape_row {
    uint8_t count; /* 0 for a shape that takes the terms of the one inside */
    uint8_t term[PLB_FIT_TERMS];
    uint8_t slot[PLB_FIT_TERMS]; /* in the order of plb_shapes' coefficients */
    int8_t constant_slot;        /* 1 + slot, 0: none; the same for the minimum */
    int8_t minimum_slot;
    int8_t variable; /* 1 + index of the only size, 0: several or none */
    uint8_t filter;
    plb_fit_split split;
} shape_row;

#define LINEAR_IN(t, v)                                                                            \
    { .count = 2, .term = {ONE, t}, .slot = {0, 1}, .variable = v }
#define QUADRATIC_IN(t, tt, v)                                                                     \
    { .count = 3, .term = {ONE, t, tt}, .slot = {0, 1, 2}, .variable = v }
#define NESTING(where)                                                                             \
    { .constant_slot = 1, .split = where }

static const shape_row shapes[PLB_SHAPE_COUNT] = {
    [PLB_SHAPE_CONSTANT_COST] = {.count = 1, .term = {ONE}, .slot = {0}},
    [PLB_SHAPE_LINEAR_IN_X] = LINEAR_IN(X, 1),
    [PLB_SHAPE_LINEAR_IN_Y] = LINEAR_IN(Y, 2),
    [PLB_SHAPE_LINEAR_IN_Z] = LINEAR_IN(Z, 3),
    [PLB_SHAPE_LINEAR_IN_U] = LINEAR_IN(U, 4),
    [PLB_SHAPE_LINEAR_IN_Y2] =
        {.count = 2, .term = {ONE, Y}, .slot = {0, 2}, .minimum_slot = 2, .variable = 2},
    [PLB_SHAPE_ADDED_SIZES] = LINEAR_IN(X_PLUS_Y, 0),
    [PLB_SHAPE_SUBTRACTED_SIZES] = {.count = 2,
                                    .term = {ONE, X_MINUS_Y},
                                    .slot = {0, 2},
                                    .minimum_slot = 2},
    [PLB_SHAPE_MULTIPLIED_SIZES] = LINEAR_IN(XY, 0),
    [PLB_SHAPE_MIN_SIZE] = LINEAR_IN(MIN_XY, 1),
    [PLB_SHAPE_MAX_SIZE] = LINEAR_IN(MAX_XY, 1),
    [PLB_SHAPE_LINEAR_ON_DIAGONAL] = {.count = 2,
                                      .term = {ONE, X},
                                      .slot = {1, 2},
                                      .constant_slot = 1,
                                      .split = PLB_FIT_SPLIT_NE},
    [PLB_SHAPE_LINEAR_IN_X_AND_Y] = {.count = 3, .term = {ONE, X, Y}, .slot = {0, 1, 2}},
    [PLB_SHAPE_LINEAR_IN_Y_AND_Z] = {.count = 3, .term = {ONE, Y, Z}, .slot = {0, 1, 2}},
    [PLB_SHAPE_LINEAR_IN_MAX_YZ] = LINEAR_IN(MAX_YZ, 0),
    [PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z] = {.count = 2,
                                               .term = {ONE, Z},
                                               .slot = {0, 1},
                                               .filter = PLB_FIT_Y_ZERO},
    [PLB_SHAPE_QUADRATIC_IN_X] = QUADRATIC_IN(I_X, XX, 1),
    [PLB_SHAPE_QUADRATIC_IN_Y] = QUADRATIC_IN(I_Y, YY, 2),
    [PLB_SHAPE_QUADRATIC_IN_Z] = QUADRATIC_IN(I_Z, ZZ, 3),
    [PLB_SHAPE_QUADRATIC_IN_X_AND_Y] = {.count = 6,
                                        .term = {ONE, I_X, I_Y, XX, XY, YY},
                                        .slot = {0, 3, 1, 5, 4, 2},
                                        .minimum_slot = 7},
    [PLB_SHAPE_QUADRATIC_IN_Y_AND_Z] = {.count = 6,
                                        .term = {ONE, I_Y, I_Z, YY, YZ, ZZ},
                                        .slot = {0, 3, 1, 5, 4, 2},
                                        .minimum_slot = 7},
    [PLB_SHAPE_WITH_INTERACTION_IN_X_AND_Y] = {.count = 4,
                                               .term = {ONE, X, Y, INTERACTION},
                                               .slot = {0, 1, 2, 3}},
    [PLB_SHAPE_EXP_MOD_COST] = {.count = 3, .term = {ONE, YZ, YZZ}, .slot = {0, 1, 2}},
    [PLB_SHAPE_CONST_OFF_DIAGONAL] = NESTING(PLB_FIT_SPLIT_NE),
    [PLB_SHAPE_CONST_ABOVE_DIAGONAL] = NESTING(PLB_FIT_SPLIT_LT),
    [PLB_SHAPE_CONST_BELOW_DIAGONAL] = NESTING(PLB_FIT_SPLIT_GT),
    [PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL] = NESTING(PLB_FIT_SPLIT_LT),
};

plb_regressors plb_fit_regressors(uint8_t shape, uint8_t inner) {
    const shape_row *outer = &shapes[shape], *row = outer->count ? outer : &shapes[inner];
    unsigned base = outer->count ? 0 : plb_shapes[shape].count; /* of the inner's coefficients */
    plb_regressors r = {
        .count = row->count,
        .constant_slot = outer->constant_slot - 1,
        .minimum_slot = row->minimum_slot ? row->minimum_slot - 1 + (int) base : -1,
        .sorted = shape == PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL,
        .filter = row->filter,
    };
    for (unsigned i = 0; i < row->count; i++) {
        r.term[i] = &terms[row->term[i]];
        r.slot[i] = (uint8_t) (row->slot[i] + base);
    }
    return r;
}

bool plb_fit_has_constant(uint8_t shape) { return shapes[shape].constant_slot != 0; }

bool plb_fit_nests(uint8_t shape, uint8_t inner) {
    unsigned handed_on = plb_shapes[shape].inner_arguments;
    return handed_on && !plb_shapes[inner].inner_arguments && !shapes[inner].constant_slot &&
           (plb_shapes[inner].arguments & ~handed_on) == 0;
}

int plb_fit_variable(uint8_t shape) { return shapes[shape].variable - 1; }

plb_fit_split plb_fit_own_split(uint8_t shape) { return shapes[shape].split; }

plb_fit_split plb_fit_split_as(const plb_fit_row *row, uint8_t shape) {
    return shapes[shape].split == shapes[row->shape].split ? row->split : shapes[shape].split;
}

double plb_fit_term_value(const plb_regressors *regressors, unsigned term_index,
                          const double size[PLB_BENCH_SIZES]) {
    const plb_fit_term_row *row = regressors->term[term_index];
    if (!regressors->sorted || !(size[0] < size[1])) return row->value(size);
    const double sorted[PLB_BENCH_SIZES] = {size[1], size[0], size[2], size[3]};
    return row->value(sorted);
}

bool plb_fit_in_constant(plb_fit_split split, const double size[PLB_BENCH_SIZES]) {
    switch (split) {
    case PLB_FIT_SPLIT_NONE: return false;
    case PLB_FIT_SPLIT_LE: return size[0] <= size[1];
    case PLB_FIT_SPLIT_LT: return size[0] < size[1];
    case PLB_FIT_SPLIT_NE: return size[0] < size[1] || size[0] > size[1];
    case PLB_FIT_SPLIT_GE: return size[0] >= size[1];
    case PLB_FIT_SPLIT_GT: return size[0] > size[1];
    }
    return false;
}

/* ---- Public ---- */

const char *plb_fit_term(const char *shape, const char *inner, unsigned index) {
    int outer_index = plb_shape_find(shape, strlen(shape));
    int inner_index = inner ? plb_shape_find(inner, strlen(inner)) : 0;
    if (outer_index < 0 || inner_index < 0) return NULL;
    plb_regressors r = plb_fit_regressors((uint8_t) outer_index, (uint8_t) inner_index);
    return index < r.count ? r.term[index]->name : NULL;
}
