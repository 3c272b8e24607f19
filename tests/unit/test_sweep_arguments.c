/* The arguments that sweeps make: for every benchmark, that they have the sizes its names say, and
 * that the builtin takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/sweep/no_ops.h"
#include "calibrate/sweep/subject.h"
#include "harness/machine/measure.h"

typedef struct fixture {
    plb_pools *pools;
    plb_program *program;
    plb_machine *machine;
    plb_extra_builtins *no_ops;
    plb_cost_model *model;
} fixture;

static fixture f;

static int setup(void **state) {
    (void) state;
    plb_error error;
    f.pools = plb_pools_new();
    f.program = plb_program_new(PLB_GRID_BYTE_CAP);
    f.machine = plb_machine_new(0);
    f.model = plb_cost_model_default((plb_era){PLB_LANGUAGE_NEWEST, 0});
    if (plb_no_ops_new(&f.no_ops, &error) != PLB_OK) return -1;
    plb_program_use_extras(f.program, f.no_ops);
    return 0;
}

static int teardown(void **state) {
    (void) state;
    plb_pools_free(f.pools);
    plb_program_free(f.program);
    plb_machine_free(f.machine);
    plb_cost_model_free(f.model);
    plb_extra_builtins_free(f.no_ops);
    return 0;
}

static plb_grid *grid_of(const char *text) {
    plb_error error;
    plb_grid *grid = NULL;
    if (plb_grid_read(&grid, "test", text, strlen(text), NULL, 0, 0, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return grid;
}

static void make(const plb_grid *grid, size_t index, uint64_t seed, uint64_t visit,
                 plb_subject_arguments *arguments) {
    plb_error error;
    if (plb_subject_make(grid, index, seed, visit, f.pools, f.program, arguments, &error) !=
        PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static plb_status evaluate(plb_era era, plb_outcome *outcome) {
    plb_evaluation evaluation = {
        .program = f.program, .cost_model = f.model, .era = era, .limit = {INT64_MAX, INT64_MAX}};
    return plb_machine_run(f.machine, &evaluation, outcome);
}

/* What is large takes long to make, and is made often enough. */
static bool is_too_much(const plb_grid_point *point, size_t index) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < point->size_count; i++) sum += point->sizes[i];
    return point->repeat > 20 || (sum > 2000 && index % 16 != 0);
}

static void sizes_are_those_of_the_name(void **state) {
    (void) state;
    plb_error error;
    plb_grid *grid;
    size_t checked = 0;
    bool *seen = test_calloc(1000, 1);
    assert_int_equal(plb_grid_default(&grid, NULL, 0, &error), PLB_OK);
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        plb_grid_point point = plb_grid_at(grid, i);
        bool *met = &seen[plb_grid_benchmark_of(grid, i) - grid->benchmarks.rows];
        if (*met && is_too_much(&point, i)) continue;
        *met = true;
        plb_subject_arguments arguments;
        make(grid, i, 1, i, &arguments);
        if (plb_subject_check(grid, i, &arguments, &error) != PLB_OK) {
            fail_msg("%s: %s", error.where, error.message);
        }
        checked++;
    }
    test_free(seen);
    assert_true(checked > 7000);
    plb_grid_free(grid);
}

/* A check that can't fail proves nothing. */
static void other_sizes_are_noticed(void **state) {
    (void) state;
    plb_error error;
    plb_subject_arguments arguments;
    plb_grid *grid =
        grid_of("AddInteger/3/4\nHeadList/12\nFstPair/9\nDropList/2/18\nEqualsData/40/40\n"
                "LookupCoin/4/4/9\nUnValueData/21\nMkCons/5\n");
    plb_grid *other =
        grid_of("AddInteger/3/5\nHeadList/13\nFstPair/11\nDropList/2/19\nEqualsData/40/41\n"
                "LookupCoin/4/4/10\nUnValueData/23\nMkCons/6\n");
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        make(grid, i, 1, 0, &arguments);
        assert_int_equal(plb_subject_check(grid, i, &arguments, &error), PLB_OK);
        assert_int_equal(plb_subject_check(other, i, &arguments, &error), PLB_E_MEASURE);
    }
    plb_grid_free(grid);
    plb_grid_free(other);
}

/* One small point of every benchmark evaluates: in variant E, or in C where E's bounds are. */
static void every_benchmark_evaluates(void **state) {
    (void) state;
    plb_error error;
    plb_grid *grid;
    bool *seen = test_calloc(1000, 1);
    assert_int_equal(plb_grid_default(&grid, NULL, 0, &error), PLB_OK);
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        bool *met = &seen[plb_grid_benchmark_of(grid, i) - grid->benchmarks.rows];
        if (*met) continue;
        *met = true;
        plb_outcome outcome;
        make(grid, i, 2, 0, NULL);
        if (evaluate((plb_era){PLB_LANGUAGE_NEWEST, 0}, &outcome) != PLB_OK &&
            evaluate((plb_era){PLB_PLUTUS_V3, 10}, &outcome) != PLB_OK) {
            fail_msg("%s: %s", plb_grid_at(grid, i).benchmark, outcome.message);
        }
    }
    test_free(seen);
    plb_grid_free(grid);
}

static plb_value result(void) {
    plb_outcome outcome;
    assert_int_equal(evaluate((plb_era){PLB_LANGUAGE_NEWEST, 0}, &outcome), PLB_OK);
    return f.machine->result;
}

/* Worst cases: what is compared is equal, what is verified is valid, what is looked for is there.
 */
static void worst_cases_are_met(void **state) {
    (void) state;
    plb_grid *grid = grid_of("EqualsInteger/5/5\nEqualsByteString/7/7\nEqualsString/9/9\n"
                             "EqualsData/300/300\nVerifyEd25519Signature/4/100/8\n"
                             "VerifyEcdsaSecp256k1Signature/5/4/8\n"
                             "VerifySchnorrSecp256k1Signature/4/50/8\nValueContains/31/20\n"
                             "Bls12_381_G1_equal/18/18\nBls12_381_G2_equal/36/36\n"
                             "LessThanEqualsByteString/7/7\n");
    for (uint64_t visit = 0; visit < 5; visit++) {
        for (size_t i = 0; i < plb_grid_count(grid); i++) {
            make(grid, i, 3, visit, NULL);
            if (result() != PLB_TRUE) fail_msg("%s is false", plb_grid_at(grid, i).benchmark);
        }
    }
    plb_grid_free(grid);
    grid =
        grid_of("LookupCoin/4/4/12\nExpModInteger/4/4/4\nValueContains/5/20\nEqualsString/4/5\n");
    plb_subject_arguments arguments;
    make(grid, 0, 3, 0, &arguments);
    assert_true(plb_int_compare(result(), plb_make_int(&f.program->heap, INT64_MAX)) == 0);
    make(grid, 2, 3, 0, NULL);
    assert_true(result() == PLB_FALSE);
    make(grid, 3, 3, 0, NULL);
    assert_true(result() == PLB_FALSE);
    /* 2^(64*4-32) - 11, a third of it, 2^(64*4-33) - 1 */
    make(grid, 1, 3, 0, &arguments);
    plb_int_view modulus, exponent;
    plb_int_open(arguments.values[2], &modulus);
    plb_int_open(arguments.values[1], &exponent);
    assert_true(modulus.limbs[0] == UINT64_MAX - 10 && modulus.limbs[3] == UINT32_MAX);
    assert_true(exponent.limbs[0] == UINT64_MAX && exponent.limbs[3] == UINT32_MAX >> 1);
    plb_grid_free(grid);
}

static void equal_seeds_give_equal_arguments(void **state) {
    (void) state;
    plb_subject_arguments first, second, third;
    plb_grid *grid = grid_of("AppendByteString/10/20\nEqualsData/500/500\nInsertCoin/4/4/2/12\n");
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        plb_region kept;
        assert_true(plb_region_init(&kept, 1 << 20));
        make(grid, i, 7, 3, &first);
        for (unsigned a = 0; a < first.count; a++)
            first.values[a] = plb_copy_constant(&kept, first.values[a]);
        make(grid, i, 7, 3, &second);
        for (unsigned a = 0; a < first.count; a++)
            assert_int_equal(plb_constant_equal(first.values[a], second.values[a]), 1);
        make(grid, i, 7, 4, &third);
        assert_int_equal(plb_constant_equal(first.values[0], third.values[0]), 0);
        make(grid, i, 8, 3, &third);
        assert_int_equal(plb_constant_equal(first.values[0], third.values[0]), 0);
        plb_region_free(&kept);
    }
    plb_grid_free(grid);
}

/* Cells of the index list lie hundreds of bytes and more apart. */
static void index_lists_are_scattered(void **state) {
    (void) state;
    plb_subject_arguments arguments;
    plb_grid *grid = grid_of("MultiIndexArray/4096/100\nMultiIndexArray/2048/1000\n");
    for (size_t i = 0; i < 2; i++) {
        uint64_t least = i == 0 ? 512 : 90000;
        make(grid, i, 1, 0, &arguments);
        plb_value list = arguments.values[1];
        for (; plb_is_cons(plb_cons_of(list)->rest); list = plb_cons_of(list)->rest) {
            uint64_t here = list, next = plb_cons_of(list)->rest;
            assert_true(here - next >= least);
        }
    }
    plb_grid_free(grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_those_of_the_name),
        cmocka_unit_test(other_sizes_are_noticed),
        cmocka_unit_test(every_benchmark_evaluates),
        cmocka_unit_test(worst_cases_are_met),
        cmocka_unit_test(equal_seeds_give_equal_arguments),
        cmocka_unit_test(index_lists_are_scattered),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
