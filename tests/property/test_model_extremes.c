/* The extremes and falls of random costing functions are those that trying all sizes finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/model/extremes.h"
#include "harness/measure/random.h"

#define ARGUMENTS 4
#define ROUNDS 400 /* of each shape */

static int64_t between(plb_random *random, int64_t least, int64_t most) {
    return least + (int64_t) plb_random_below(random, (uint32_t) (most - least + 1));
}

/* Coefficients of very different sizes, so that zeros of derivatives fall into the ranges. */
static int64_t coefficient(plb_random *random) {
    static const int64_t scales[] = {0, 3, 20, 200, 5000};
    int64_t scale = scales[plb_random_below(random, 5)];
    return between(random, -scale, scale);
}

static bool may_nest(uint8_t shape, uint8_t inner) {
    return !plb_shapes[inner].inner_arguments &&
           (plb_shapes[inner].arguments & ~plb_shapes[shape].inner_arguments) == 0;
}

static plb_costing random_costing(plb_random *random, uint8_t shape) {
    plb_costing costing = {.shape = shape};
    if (plb_shapes[shape].inner_arguments) do
            costing.inner = (uint8_t) plb_random_below(random, PLB_SHAPE_COUNT);
        while (!may_nest(shape, costing.inner));
    for (unsigned i = 0; i < plb_costing_count(&costing); i++) costing.c[i] = coefficient(random);
    return costing;
}

typedef struct facts {
    int64_t least, most;
    bool falls[ARGUMENTS];
} facts;

static void visit(const plb_costing *costing, const plb_size_range *ranges, int64_t *sizes,
                  facts *truth) {
    int64_t cost = plb_costing_apply(costing, sizes);
    if (cost < truth->least) truth->least = cost;
    if (cost > truth->most) truth->most = cost;
    for (unsigned i = 0; i < ARGUMENTS; i++) {
        if (!(plb_costing_arguments(costing) >> i & 1) || sizes[i] == ranges[i].most) continue;
        sizes[i]++;
        truth->falls[i] |= plb_costing_apply(costing, sizes) < cost;
        sizes[i]--;
    }
}

/* All sizes of the arguments that count. */
static facts try_all(const plb_costing *costing, const plb_size_range *ranges) {
    facts truth = {INT64_MAX, INT64_MIN, {false}};
    int64_t sizes[ARGUMENTS];
    for (unsigned i = 0; i < ARGUMENTS; i++) sizes[i] = ranges[i].least;
    for (unsigned digit = 0; digit < ARGUMENTS;) {
        visit(costing, ranges, sizes, &truth);
        for (digit = 0; digit < ARGUMENTS; digit++) {
            bool counts = plb_costing_arguments(costing) >> digit & 1;
            if (counts && ++sizes[digit] <= ranges[digit].most) break;
            sizes[digit] = ranges[digit].least;
        }
    }
    return truth;
}

static void describe(const plb_costing *costing, const plb_size_range *ranges) {
    char shape[PLB_COSTS_SHAPE_BYTES], formula[PLB_COSTS_FORMULA_BYTES];
    plb_costing_shape(costing, shape);
    plb_costing_formula(costing, formula);
    fprintf(stderr, "%s: %s\n", shape, formula);
    for (unsigned i = 0; i < ARGUMENTS; i++)
        fprintf(stderr, "  argument %u: %lld to %lld\n", i, (long long) ranges[i].least,
                (long long) ranges[i].most);
}

static void compare(const plb_costing *costing, const plb_size_range *ranges) {
    facts truth = try_all(costing, ranges);
    plb_extremes found;
    plb_extremes_find(costing, ARGUMENTS, ranges, &found);
    bool same = found.least == truth.least && found.most == truth.most &&
                plb_costing_apply(costing, found.at_least) == truth.least &&
                plb_costing_apply(costing, found.at_most) == truth.most;
    for (unsigned i = 0; i < ARGUMENTS; i++)
        same &= truth.falls[i] ==
                (found.falls[i][PLB_FALL_WITHIN].any || found.falls[i][PLB_FALL_ACROSS].any);
    if (same) return;
    describe(costing, ranges);
    fail_msg("least %lld, found %lld; most %lld, found %lld", (long long) truth.least,
             (long long) found.least, (long long) truth.most, (long long) found.most);
}

static void all_shapes(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 20261121);
    for (unsigned shape = 0; shape < PLB_SHAPE_COUNT; shape++) {
        bool three = plb_shapes[shape].arguments == (PLB_X | PLB_Y | PLB_Z);
        for (unsigned round = 0; round < ROUNDS; round++) {
            plb_costing costing = random_costing(&random, (uint8_t) shape);
            plb_size_range ranges[PLB_COSTS_SIZES] = {{0}};
            for (unsigned i = 0; i < ARGUMENTS; i++) {
                ranges[i].least = between(&random, 0, 4);
                ranges[i].most = ranges[i].least + between(&random, 0, three ? 12 : 60);
            }
            compare(&costing, ranges);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_shapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
