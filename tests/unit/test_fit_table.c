/* The table of shapes: what is embedded, and what is said about rows that make no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/fit/table.h"
#include "calibrate/fit/terms.h"
#include "harness/machine/builtin.h"

/* Every builtin but those that have no costing in the reference yet, each once, with a shape that
 * takes no more arguments than the builtin has. */
static void the_embedded_table_is_complete(void **state) {
    (void) state;
    plb_fit_table *table = plb_fit_table_default();
    assert_non_null(table);
    assert_int_equal(table->builtins, 102);
    bool seen[PLB_BUILTIN_COUNT] = {false}, position[103] = {false};
    for (size_t i = 0; i < table->builtins; i++) {
        const plb_fit_row *row = &table->rows[i];
        int tag = plb_builtin_find(row->builtin, strlen(row->builtin));
        assert_true(tag >= 0);
        assert_false(seen[tag]);
        seen[tag] = true;
        assert_in_range(row->position, 1, 102);
        assert_false(position[row->position]);
        position[row->position] = true;
        unsigned arguments = (1u << plb_builtins[tag].arity) - 1;
        assert_int_equal(plb_shapes[row->shape].arguments & ~arguments, 0);
    }
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        const char *name = plb_builtins[i].name;
        bool priced = strcmp(name, "policies") != 0 && strcmp(name, "assetCount") != 0;
        if (seen[i] != priced) fail_msg("%s", name);
    }
    plb_fit_table_free(table);
}

/* Coefficients of a shape's regression, its constant and its minimum are all of its coefficients,
 * each once. */
static void every_shape_has_a_regression(void **state) {
    (void) state;
    for (uint8_t shape = 0; shape < PLB_SHAPE_COUNT; shape++) {
        for (uint8_t inner = 0; inner < PLB_SHAPE_COUNT; inner++) {
            bool nests = plb_shapes[shape].inner_arguments != 0;
            if (nests ? !plb_fit_nests(shape, inner) : inner != 0) continue;
            plb_regressors r = plb_fit_regressors(shape, inner);
            plb_costing costing = {.shape = shape, .inner = inner};
            unsigned slots = 0;
            for (unsigned i = 0; i < r.count; i++) slots |= 1u << r.slot[i];
            if (r.constant_slot >= 0) slots |= 1u << r.constant_slot;
            if (r.minimum_slot >= 0) slots |= 1u << r.minimum_slot;
            assert_int_equal(slots, (1u << plb_costing_count(&costing)) - 1);
            assert_int_equal(r.constant_slot >= 0, plb_fit_has_constant(shape));
            assert_int_equal(plb_fit_own_split(shape) != PLB_FIT_SPLIT_NONE, r.constant_slot >= 0);
        }
    }
    assert_string_equal(plb_fit_term("const_above_diagonal", "quadratic_in_x_and_y", 4),
                        "I(x_mem * y_mem)");
    assert_string_equal(plb_fit_term("linear_in_u", NULL, 1), "u_mem");
    assert_null(plb_fit_term("linear_in_u", NULL, 2));
    assert_null(plb_fit_term("linear_in_v", NULL, 0));
}

static void a_new_builtin_is_one_row(void **state) {
    (void) state;
    static const char text[] =
        "# mine\n"
        "frobnicate\tFrob\tNop3o\tx>0 z>0\t-\toutliers lift\tlinear_in_z\t7\n"
        "-\tNop3o\t-\t-\t-\tno-op\t-\t-\n";
    plb_fit_table *table;
    plb_error error;
    assert_int_equal(plb_fit_table_parse(&table, "t", text, sizeof text - 1, &error), PLB_OK);
    assert_int_equal(table->builtins, 1);
    assert_int_equal(table->count, 2);
    const plb_fit_row *row = &table->rows[0];
    assert_string_equal(row->builtin, "frobnicate");
    assert_string_equal(row->data, "Frob");
    assert_string_equal(row->no_op, "Nop3o");
    assert_int_equal(row->filter, PLB_FIT_X_POSITIVE | PLB_FIT_Z_POSITIVE);
    assert_int_equal(row->rules, PLB_FIT_OUTLIERS | PLB_FIT_LIFT);
    assert_int_equal(row->shape, PLB_SHAPE_LINEAR_IN_Z);
    assert_int_equal(row->position, 7);
    plb_fit_table_free(table);
}

static void wrong_rows_are_refused(void **state) {
    (void) state;
    static const struct {
        const char *row, *message;
    } rows[] = {
        {"f\tF\t-\t-\t-\t-\tlinear_in_x", "8 columns"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_x\t1\t", "8 columns"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_q\t1", "a costing function's shape"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_x/linear_in_y\t1", "no shape inside"},
        {"f\tF\t-\t-\tx<y\t-\tconst_above_diagonal\t1", "the shape inside"},
        {"f\tF\t-\t-\tx<y\t-\tconst_above_diagonal/linear_in_z\t1", "that can be inside"},
        {"f\tF\t-\t-\tx<y\t-\tconst_above_diagonal/linear_on_diagonal\t1", "that can be inside"},
        {"f\tF\t-\t-\t-\t-\tconst_above_diagonal/linear_in_x\t1", "a split"},
        {"f\tF\t-\t-\tx<y\t-\tlinear_in_x\t1", "no split"},
        {"f\tF\t-\t-\tx<y x<=y\t-\tlinear_on_diagonal\t1", "one split"},
        {"f\tF\t-\tx>=0\t-\t-\tlinear_in_x\t1", "a condition"},
        {"f\tF\t-\t-\t-\tfun\tlinear_in_x\t1", "a rule"},
        {"f\tF\t-\t-\t-\tno-op\tlinear_in_x\t1", "no builtin"},
        {"f\tF\t-\t-\t-\tfan\tadded_sizes\t1", "linear in one size"},
        {"f\tF\t-\t-\t-\tlift\tlinear_in_x_and_y\t1", "one size to lift"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_x\tone", "a position"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_x\t", "a position"},
        {"f\t-\t-\t-\t-\t-\tlinear_in_x\t1", "the name of a benchmark"},
        {"f!\tF\t-\t-\t-\t-\tlinear_in_x\t1", "a builtin's name"},
        {"-\tF\t-\t-\t-\t-\t-\t-", "no-op or unused"},
        {"f\tF\t-\t-\t-\t-\tlinear_in_x\t1\nf\tG\t-\t-\t-\t-\tlinear_in_x\t1", "each name once"},
        {"-\tN\t-\t-\t-\tno-op\t-\t-\nf\tG\t-\t-\t-\t-\tlinear_in_x\t1", "builtins before"},
        {"# nothing", "a row with a builtin"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plb_fit_table *table;
        plb_error error = {0};
        plb_status status =
            plb_fit_table_parse(&table, "t.tsv", rows[i].row, strlen(rows[i].row), &error);
        if (status != PLB_E_PARSE) fail_msg("was read: %s", rows[i].row);
        assert_null(table);
        if (!strstr(error.message, rows[i].message))
            fail_msg("%s: expected \"%s\" in \"%s\"", rows[i].row, rows[i].message, error.message);
        assert_memory_equal(error.where, "t.tsv:", 6);
    }
}

/* By builtins' or benchmarks' names; what is left out stays known as a benchmark. */
static void some_rows_can_be_kept(void **state) {
    (void) state;
    static const char *const names[] = {"sha2_256", "AddInteger"}, *const wrong[] = {"sha2_256",
                                                                                     "x"};
    plb_fit_table *table = plb_fit_table_default();
    plb_error error;
    assert_non_null(table);
    size_t count = table->count, known = 0;
    assert_int_equal(plb_fit_table_keep(table, wrong, 2, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "there is no builtin 'x' to fit");
    assert_int_equal(table->builtins, 102);
    assert_int_equal(plb_fit_table_keep(table, names, 2, &error), PLB_OK);
    assert_int_equal(table->count, count);
    assert_int_equal(table->builtins, 3); /* subtractInteger is fitted to addInteger's times */
    assert_string_equal(table->rows[0].builtin, "addInteger");
    assert_string_equal(table->rows[1].builtin, "subtractInteger");
    assert_string_equal(table->rows[2].builtin, "sha2_256");
    for (size_t i = table->builtins; i < count; i++) {
        assert_string_equal(table->rows[i].builtin, "");
        assert_true((table->rows[i].rules & (PLB_FIT_NO_OP | PLB_FIT_UNUSED)) != 0);
        known += strcmp(table->rows[i].data, "MultiplyInteger") == 0;
    }
    assert_int_equal(known, 1);
    plb_fit_table_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_embedded_table_is_complete),
        cmocka_unit_test(every_shape_has_a_regression),
        cmocka_unit_test(a_new_builtin_is_one_row),
        cmocka_unit_test(wrong_rows_are_refused),
        cmocka_unit_test(some_rows_can_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
