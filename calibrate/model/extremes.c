#include "calibrate/model/extremes.h"

#include <math.h>
#include <string.h>

#define PLACES_MAX 384
#define PLACES_OF_THREE 64 /* with three arguments: combinations are what takes the time */
#define LONG_RANGE ((int64_t) 1 << 40)
#define ROWS_MAX 8192

/* The sizes of one argument that are tried. */
typedef struct size_axis {
    unsigned argument;
    int64_t least, most;
    int64_t at[PLACES_MAX];
    size_t count, room;
} size_axis;

typedef struct size_grid {
    size_axis axes[PLB_COSTS_SIZES];
    unsigned count;
} size_grid;

static void add(size_axis *axis, int64_t size) {
    if (size < axis->least || size > axis->most || axis->count == axis->room) return;
    for (size_t i = 0; i < axis->count; i++)
        if (axis->at[i] == size) return;
    axis->at[axis->count++] = size;
}

/* A size and its neighbours. */
static void add_near(size_axis *axis, long double size) {
    if (!(size > -2 && size < 0x1p62L)) return;
    int64_t below = (int64_t) floorl(size);
    for (int64_t i = -1; i <= 2; i++) add(axis, below + i);
}

/* ---- Where derivatives are zero ---- */

/* p a + q b + r = 0 */
typedef struct line {
    long double p, q, r;
} line;

static void add_crossing(size_axis *a, size_axis *b, line l, line m) {
    long double determinant = l.p * m.q - m.p * l.q;
    if (determinant == 0) return;
    add_near(a, (l.q * m.r - m.q * l.r) / determinant);
    add_near(b, (m.p * l.r - l.p * m.r) / determinant);
}

static void add_crossings(size_axis *a, size_axis *b, const line *lines, size_t count,
                          const line *others, size_t other_count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < other_count; j++) add_crossing(a, b, lines[i], others[j]);
}

/* Where the cost stops growing with one size lies half a step from where its derivative is zero;
 * far from there, where that is a line nearly along the other axis.
 * c: c00, c01, c02, c10, c11, c20 */
static void add_quadratic_in_two(size_axis *a, size_axis *b, const int64_t *c) {
    const line by_a = {2 * (long double) c[5], (long double) c[4], (long double) c[3]};
    const line by_b = {(long double) c[4], 2 * (long double) c[2], (long double) c[1]};
    const line ends[] = {
        {1, 0, -(long double) a->least},
        {1, 0, -(long double) a->most},
        {0, 1, -(long double) b->least},
        {0, 1, -(long double) b->most},
        {1, -1, 0}, /* the diagonal */
    };
    const line derivatives[] = {
        by_a, by_b, {by_a.p + by_b.p, by_a.q + by_b.q, by_a.r + by_b.r}, /* along the diagonal */
    };
    const line steps[] = {
        {by_a.p, by_a.q, by_a.r + (long double) c[5]},
        {by_b.p, by_b.q, by_b.r + (long double) c[2]},
    };
    add_crossings(a, b, ends, 5, derivatives, 3);
    add_crossings(a, b, derivatives, 3, derivatives, 3);
    add_crossings(a, b, ends, 5, steps, 2);
    add_crossings(a, b, steps, 2, steps, 2);
}

/* c1 a + c2 a^2 */
static void add_quadratic_in_one(size_axis *a, int64_t c1, int64_t c2) {
    if (c2 != 0) add_near(a, -(long double) c1 / (2 * (long double) c2));
}

static size_axis *axis_of(size_grid *places, unsigned argument) {
    for (unsigned i = 0; i < places->count; i++)
        if (places->axes[i].argument == argument) return &places->axes[i];
    return NULL;
}

/* `first` and `second`: the arguments that the shape takes for x and y. */
static void add_derivatives(size_grid *places, uint8_t shape, const int64_t *c, unsigned first,
                            unsigned second) {
    size_axis *x = axis_of(places, first), *y = axis_of(places, second), *z = axis_of(places, 2);
    const int64_t interaction[] = {c[0], c[2], 0, c[1], c[3], 0}; /* as a quadratic function */
    switch (shape) {
    case PLB_SHAPE_QUADRATIC_IN_X: add_quadratic_in_one(x, c[1], c[2]); break;
    case PLB_SHAPE_QUADRATIC_IN_Y: add_quadratic_in_one(y, c[1], c[2]); break;
    case PLB_SHAPE_QUADRATIC_IN_Z: add_quadratic_in_one(z, c[1], c[2]); break;
    case PLB_SHAPE_QUADRATIC_IN_X_AND_Y: add_quadratic_in_two(x, y, c); break;
    case PLB_SHAPE_QUADRATIC_IN_Y_AND_Z: add_quadratic_in_two(y, z, c); break;
    case PLB_SHAPE_WITH_INTERACTION_IN_X_AND_Y: add_quadratic_in_two(x, y, interaction); break;
    case PLB_SHAPE_EXP_MOD_COST: add_quadratic_in_one(z, c[1], c[2]); break;
    default: break;
    }
}

/* ---- All sizes to try ---- */

static void add_ends(size_axis *axis) {
    for (int64_t i = 0; i < 2; i++) {
        if (axis->least + i <= axis->most) add(axis, axis->least + i);
        if (axis->most - i >= axis->least) add(axis, axis->most - i);
    }
}

static void add_powers(size_axis *axis) {
    for (int bit = 0; bit < 63 && axis->most > LONG_RANGE; bit++) add(axis, (int64_t) 1 << bit);
}

/* The diagonal meets an end of one range at the same size of the other. */
static void add_each_others(size_grid *places) {
    size_t own[PLB_COSTS_SIZES];
    for (unsigned i = 0; i < places->count; i++) own[i] = places->axes[i].count;
    for (unsigned i = 0; i < places->count; i++)
        for (unsigned j = 0; j < places->count; j++)
            for (size_t k = 0; i != j && k < own[j]; k++) {
                int64_t size = places->axes[j].at[k];
                add(&places->axes[i], size);
                if (size > 0) add(&places->axes[i], size - 1);
                if (size < INT64_MAX) add(&places->axes[i], size + 1);
            }
}

static void find_places(const plb_costing *costing, unsigned arity, const plb_size_range *ranges,
                        size_grid *places) {
    bool nests = plb_shapes[costing->shape].inner_arguments != 0;
    unsigned arguments = plb_costing_arguments(costing);
    places->count = 0;
    for (unsigned i = 0; i < arity; i++) {
        if (!(arguments >> i & 1)) continue;
        size_axis *axis = &places->axes[places->count++];
        axis->argument = i;
        axis->least = ranges[i].least;
        axis->most = ranges[i].most;
        axis->count = 0;
        axis->room = __builtin_popcount(arguments) > 2 ? PLACES_OF_THREE : PLACES_MAX;
        add_ends(axis);
    }
    uint8_t shape = nests ? costing->inner : costing->shape;
    const int64_t *c = costing->c + (nests ? plb_shapes[costing->shape].count : 0);
    add_derivatives(places, shape, c, 0, 1);
    if (costing->shape == PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL)
        add_derivatives(places, shape, c, 1, 0);
    add_each_others(places);
    for (unsigned i = 0; i < places->count; i++) add_powers(&places->axes[i]);
}

/* ---- Trying them ---- */

/* Which polynomial a function is at some sizes. */
static int region_of(uint8_t shape, const int64_t *sizes) {
    switch (shape) {
    case PLB_SHAPE_LINEAR_ON_DIAGONAL:
    case PLB_SHAPE_CONST_OFF_DIAGONAL:
    case PLB_SHAPE_CONST_ABOVE_DIAGONAL:
    case PLB_SHAPE_CONST_BELOW_DIAGONAL:
    case PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL: return (sizes[0] > sizes[1]) - (sizes[0] < sizes[1]);
    case PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z: return sizes[1] > 0;
    case PLB_SHAPE_EXP_MOD_COST: return sizes[0] > sizes[2];
    default: return 0;
    }
}

/* The one with the smallest cost: there scripts can pay for it. */
static void note_fall(plb_extremes_fall *fall, const int64_t *sizes, int64_t before,
                      int64_t after) {
    if (after >= before || (fall->any && fall->before <= before)) return;
    *fall = (plb_extremes_fall){.any = true, .before = before, .after = after};
    memcpy(fall->sizes, sizes, sizeof fall->sizes);
}

static void try_sizes(const plb_costing *costing, const size_grid *places, int64_t *sizes,
                      plb_extremes *extremes) {
    int64_t cost = plb_costing_apply(costing, sizes);
    if (cost < extremes->least) {
        extremes->least = cost;
        memcpy(extremes->at_least, sizes, sizeof extremes->at_least);
    }
    if (cost > extremes->most) {
        extremes->most = cost;
        memcpy(extremes->at_most, sizes, sizeof extremes->at_most);
    }
    for (unsigned i = 0; i < places->count; i++) {
        const size_axis *axis = &places->axes[i];
        if (sizes[axis->argument] == axis->most) continue;
        int region = region_of(costing->shape, sizes);
        sizes[axis->argument]++;
        int64_t next = plb_costing_apply(costing, sizes);
        int kind = region_of(costing->shape, sizes) == region ? PLB_FALL_WITHIN : PLB_FALL_ACROSS;
        sizes[axis->argument]--;
        note_fall(&extremes->falls[axis->argument][kind], sizes, cost, next);
    }
}

/* ---- Row by row ---- */

/* Around `size`, in one argument. */
static void try_near(const plb_costing *costing, const size_grid *places, const size_axis *axis,
                     long double size, int64_t *sizes, plb_extremes *extremes) {
    if (!(size > -2 && size < 0x1p62L)) return;
    int64_t below = (int64_t) floorl(size);
    for (int64_t i = below - 1; i <= below + 2; i++) {
        if (i < axis->least || i > axis->most) continue;
        sizes[axis->argument] = i;
        try_sizes(costing, places, sizes, extremes);
    }
}

/* Along one argument, the other one as `row`. A row's ends, its diagonal, and where either
 * derivative is zero. */
static void try_row(const plb_costing *costing, const int64_t *c, const size_grid *places,
                    const size_axis *along, int64_t row, int64_t *sizes, plb_extremes *extremes) {
    long double other = (long double) row, c11 = (long double) c[4];
    const long double stops[] = {
        (long double) along->least,
        (long double) along->most,
        other,
        -((long double) c[3] + c11 * other) / (2 * (long double) c[5]),
        -((long double) c[1] + c11 * other) / (2 * (long double) c[2]),
    };
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        try_near(costing, places, along, stops[i], sizes, extremes);
}

/* The minimum of a quadratic function of two sizes cuts off what is below: its falls may begin at
 * the cut, which no line describes. */
static void try_rows(const plb_costing *costing, const int64_t *c, const size_grid *places,
                     int64_t *sizes, plb_extremes *extremes) {
    for (unsigned across = 0; across < 2; across++) {
        const size_axis *rows = &places->axes[across], *along = &places->axes[1 - across];
        int64_t end = rows->most - rows->least < ROWS_MAX ? rows->most : rows->least + ROWS_MAX - 1;
        for (int64_t row = rows->least; row <= end; row++) {
            sizes[rows->argument] = row;
            try_row(costing, c, places, along, row, sizes, extremes);
        }
    }
}

static bool is_quadratic_in_two(uint8_t shape) {
    return shape == PLB_SHAPE_QUADRATIC_IN_X_AND_Y || shape == PLB_SHAPE_QUADRATIC_IN_Y_AND_Z;
}

/* ---- All of it ---- */

static void try_places(const plb_costing *costing, const size_grid *places, int64_t *sizes,
                       plb_extremes *extremes) {
    size_t index[PLB_COSTS_SIZES] = {0};
    for (unsigned digit = 0; digit < places->count;) {
        for (unsigned i = 0; i < places->count; i++)
            sizes[places->axes[i].argument] = places->axes[i].at[index[i]];
        try_sizes(costing, places, sizes, extremes);
        for (digit = 0; digit < places->count; digit++) {
            if (++index[digit] < places->axes[digit].count) break;
            index[digit] = 0;
        }
    }
}

void plb_extremes_find(const plb_costing *costing, unsigned arity, const plb_size_range *ranges,
                       plb_extremes *extremes) {
    bool nests = plb_shapes[costing->shape].inner_arguments != 0;
    const int64_t *c = costing->c + (nests ? plb_shapes[costing->shape].count : 0);
    size_grid places;
    int64_t sizes[PLB_COSTS_SIZES] = {0};
    find_places(costing, arity, ranges, &places);
    for (unsigned i = 0; i < arity; i++) sizes[i] = ranges[i].least;
    *extremes = (plb_extremes){0};
    extremes->least = extremes->most = plb_costing_apply(costing, sizes);
    memcpy(extremes->at_least, sizes, sizeof sizes);
    memcpy(extremes->at_most, sizes, sizeof sizes);
    try_places(costing, &places, sizes, extremes);
    if (is_quadratic_in_two(nests ? costing->inner : costing->shape))
        try_rows(costing, c, &places, sizes, extremes);
}
