/* Grids of sweeps: their syntax, what is refused, and the reference's grid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/sweep/grid.h"

static plb_status read_with(plb_grid **grid, const char *text, const char *const *only,
                            size_t only_count, plb_error *error) {
    *grid = NULL;
    return plb_grid_read(grid, "g.csv", text, strlen(text), only, only_count, 0, error);
}

/* The points' names, a line each; malloc'ed. */
static char *names_of(const char *text, const char *const *only, size_t only_count) {
    plb_grid *grid;
    plb_error error;
    char *names;
    size_t length;
    if (read_with(&grid, text, only, only_count, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_int_equal(plb_grid_text(grid, &names, &length, &error), PLB_OK);
    plb_grid_free(grid);
    return names;
}

static void assert_names(const char *text, const char *expected) {
    char *names = names_of(text, NULL, 0);
    assert_string_equal(names, expected);
    free(names);
}

static void lines_are_names_or_csv(void **state) {
    (void) state;
    assert_names("AddInteger/11/22\nSha2_256/5", "AddInteger/11/22\nSha2_256/5\n");
    assert_names("# comment\r\n\r\nbenchmark,t,t.mean.lb\r\nAddInteger/1/2,1e-6,1e-6\r\n"
                 "  IData/10\t# ten\n",
                 "AddInteger/1/2\nIData/10\n");
    assert_names("UnitTerm/1\nNop3o/1/1/1\n", "UnitTerm/1\nNop3o/1/1/1\n");
}

static void ranges_and_lists_are_combined(void **state) {
    (void) state;
    assert_names("IData/1|5|10..30:10", "IData/1\nIData/5\nIData/10\nIData/20\nIData/30\n");
    assert_names("IData/1..10:4", "IData/1\nIData/5\nIData/9\n");
    assert_names("AddInteger/1..2/7|9",
                 "AddInteger/1/7\nAddInteger/1/9\nAddInteger/2/7\nAddInteger/2/9\n");
    assert_names("EqualsInteger/3..5:2/=", "EqualsInteger/3/3\nEqualsInteger/5/5\n");
    assert_names("ExpModInteger/1|2/3/=", "ExpModInteger/1/3/3\nExpModInteger/2/3/3\n");
    assert_names("IData/4 *3", "IData/4\nIData/4\nIData/4\n");
}

static void repeats_are_numbered(void **state) {
    (void) state;
    plb_grid *grid;
    plb_error error;
    plb_grid_point first, before;
    assert_int_equal(read_with(&grid, "IData/4\nIData/5\nIData/4\n\nIData/4\n", NULL, 0, &error),
                     PLB_OK);
    const uint32_t repeats[] = {0, 0, 1, 2};
    for (size_t i = 0; i < 4; i++) assert_int_equal(plb_grid_at(grid, i).repeat, repeats[i]);
    assert_int_equal(plb_grid_repeats(grid, &first, &before), 2);
    assert_int_equal(first.line, 3);
    assert_int_equal(before.line, 1);
    plb_grid_free(grid);
}

static void builtins_are_chosen_with_the_yardsticks(void **state) {
    (void) state;
    const char *const only[] = {"addInteger", "Sha2_256"};
    char *names = names_of("AddInteger/1/1\nIData/4\nNop2o/1/1\nSha2_256/3\nUnitTerm/1\n", only, 2);
    assert_string_equal(names, "AddInteger/1/1\nNop2o/1/1\nSha2_256/3\nUnitTerm/1\n");
    free(names);
}

static void what_is_wrong_is_named(void **state) {
    (void) state;
    const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"\nAddIntger/1/2", "g.csv:2",
         "AddIntger/1/2: there is no such benchmark; did you mean 'AddInteger'?"},
        {"zzzzzz/1", "g.csv:1", "zzzzzz/1: there is no such benchmark"},
        {"AddInteger/1", "g.csv:1",
         "AddInteger/1: expected 2 sizes behind 'AddInteger', such as AddInteger/1"},
        {"AddInteger/1/2/3", "g.csv:1",
         "AddInteger/1/2/3: expected 2 sizes behind 'AddInteger', such as AddInteger/1"},
        {"AddInteger", "g.csv:1",
         "AddInteger: expected 2 sizes behind 'AddInteger', such as AddInteger/1"},
        {"IData/1/2/3/4/5/6/7", "g.csv:1", "IData/1/2/3/4/5/6/7: expected fewer sizes"},
        {"IData/-4", "g.csv:1", "IData/-4: expected a size at '-4': a number that is not negative"},
        {"IData/", "g.csv:1", "IData/: expected a size at '': a number that is not negative"},
        {"IData/4x", "g.csv:1", "IData/4x: expected 1 sizes behind 'IData', such as IData/1"},
        {"IData/0", "g.csv:1", "IData/0: size 1 is 0, expected 1 to 1099511627776"},
        {"IData/99999999999999999999", "g.csv:1",
         "IData/99999999999999999999: expected sizes below 2^62"},
        {"AddInteger/1/100000000000", "g.csv:1",
         "AddInteger/1/100000000000: its arguments would take more than the byte cap of "
         "1073741824"},
        {"IData/5..4", "g.csv:1", "IData/5..4: expected a range that goes up"},
        {"IData/1..4:0", "g.csv:1", "IData/1..4:0: expected a range that goes up"},
        {"AddInteger/1..2000/1..2000", "g.csv:1",
         "AddInteger/1..2000/1..2000: expected at most 1000000 points in a grid"},
        {"IData/1..4611686018427387904", "g.csv:1",
         "IData/1..4611686018427387904: expected at most 1000000 points in a grid"},
        {"IData/4 *0", "g.csv:1", "IData/4 *0: expected *COUNT, at least 1"},
        {"IData/4 *2x", "g.csv:1", "IData/4 *2x: expected *COUNT, at least 1"},
        {"ConsByteString/2/10", "g.csv:1", "ConsByteString/2/10: size 1 is 2, expected 1 to 1"},
        {"Bls12_381_G1_neg/17", "g.csv:1", "Bls12_381_G1_neg/17: size 1 is 17, expected 18 to 18"},
        {"UnMapData/7", "g.csv:1", "UnMapData/7: expected a map whose size is 4, or 12 or more"},
        {"UnValueData/10", "g.csv:1",
         "UnValueData/10: expected a number of nodes that is 1, or odd and 5 or more"},
        {"# nothing\n", "g.csv", "expected a grid: no points in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_grid *grid;
        plb_error error = {.status = PLB_OK};
        assert_int_equal(read_with(&grid, cases[i].text, NULL, 0, &error), PLB_E_PARSE);
        assert_null(grid);
        assert_string_equal(error.where, cases[i].where);
        assert_string_equal(error.message, cases[i].message);
    }
}

static void builtins_that_are_not_there_are_named(void **state) {
    (void) state;
    plb_grid *grid;
    plb_error error;
    const char *const wrong[] = {"addIntger"}, *const absent[] = {"Sha2_256"};
    assert_int_equal(read_with(&grid, "IData/4\n", wrong, 1, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message,
                        "there is no builtin 'addIntger' to sweep; did you mean 'AddInteger'?");
    assert_int_equal(read_with(&grid, "IData/4\n", absent, 1, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "the grid has no points of Sha2_256");
}

/* All builtins have points: those that the reference does not measure when they are asked for. */
static void every_builtin_can_be_swept(void **state) {
    (void) state;
    for (int id = 0; id < PLB_BUILTIN_COUNT; id++) {
        plb_grid *grid;
        plb_error error;
        const char *const only[] = {plb_builtins[id].name};
        if (plb_grid_default(&grid, only, 1, &error) != PLB_OK) fail_msg("%s", error.message);
        size_t points = 0;
        for (size_t i = 0; i < plb_grid_count(grid); i++) {
            plb_grid_point point = plb_grid_at(grid, i);
            if (point.builtin != NULL && strcmp(point.builtin, plb_builtins[id].name) == 0)
                points++;
        }
        assert_true(points >= 50);
        assert_int_equal(plb_grid_count(grid), points + 25); /* no-ops and the unit term */
        plb_grid_free(grid);
    }
}

static void tables_name_what_is_wrong(void **state) {
    (void) state;
    const struct {
        const char *text, *message;
    } cases[] = {
        {"A\taddInteger\tinteger", "expected as many arguments as the builtin has, got 'integer'"},
        {"A\taddIntegr\tinteger integer", "expected a builtin, got 'addIntegr'"},
        {"A\t+nop7b\tbool", "expected a builtin, got '+nop7b'"},
        {"A\tiData\tintegr", "expected a word for arguments, got 'integr'"},
        {"\tiData\tinteger", "expected a benchmark's name, got ''"},
        {"A\tiData\tinteger\nA\tbData\tbytes",
         "expected a benchmark that no other row has, got 'A"},
        {"A", "expected a builtin, got ''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_benchmarks benchmarks;
        plb_error error;
        assert_int_equal(
            plb_benchmarks_read(&benchmarks, "t.tsv", cases[i].text, strlen(cases[i].text), &error),
            PLB_E_PARSE);
        /* Blanks in what is quoted are not the point. */
        assert_int_equal(strncmp(error.message, cases[i].message, strlen(cases[i].message)), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_names_or_csv),
        cmocka_unit_test(ranges_and_lists_are_combined),
        cmocka_unit_test(repeats_are_numbered),
        cmocka_unit_test(builtins_are_chosen_with_the_yardsticks),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(builtins_that_are_not_there_are_named),
        cmocka_unit_test(every_builtin_can_be_swept),
        cmocka_unit_test(tables_name_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
