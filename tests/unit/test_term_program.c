/* Equality and application of programs. */
#include "tests/program_support.h"

static void names_and_grouping_do_not_matter(void **state) {
    (void) state;
    assert_same("(program 1.0.0 (lam x x))", "(program 1.0.0 (lam y-7 y-7))");
    assert_same("(program 1.0.0 [(error) (error) (error)])",
                "(program 1.0.0 [[(error) (error)] (error)])");
    assert_same("(program 1.0.0 [(builtin addInteger) (error) (error) (error)])",
                "(program 1.0.0 [[[(builtin addInteger) (error)] (error)] (error)])");
}

static void everything_else_does(void **state) {
    (void) state;
    static const char *const all[] = {
        "(program 1.0.0 (error))",
        "(program 1.1.0 (error))",
        "(program 1.1.0 (constr 0))",
        "(program 1.1.0 (constr 1))",
        "(program 1.1.0 (constr 0 (error)))",
        "(program 1.1.0 (constr 0 (constr 0) (error)))",
        "(program 1.1.0 (constr 0 (constr 0 (error))))",
        "(program 1.1.0 (case (error)))",
        "(program 1.1.0 (case (error) (error)))",
        "(program 1.0.0 (delay (error)))",
        "(program 1.0.0 (force (error)))",
        "(program 1.0.0 (lam x (lam y x)))",
        "(program 1.0.0 (lam x (lam y y)))",
        "(program 1.0.0 [(error) (error) (error)])",
        "(program 1.0.0 [(error) [(error) (error)]])",
        "(program 1.0.0 (builtin addInteger))",
        "(program 1.0.0 (builtin fstPair))",
        "(program 1.0.0 (force (builtin fstPair)))",
        "(program 1.0.0 (con integer 1))",
        "(program 1.0.0 (con integer 2))",
        "(program 1.0.0 (con integer 18446744073709551616))",
        "(program 1.0.0 (con integer -18446744073709551616))",
        "(program 1.0.0 (con bool True))",
        "(program 1.0.0 (con bool False))",
        "(program 1.0.0 (con unit ()))",
        "(program 1.0.0 (con bytestring #61))",
        "(program 1.0.0 (con bytestring #6161))",
        "(program 1.0.0 (con string \"a\"))",
        "(program 1.0.0 (con (list integer) []))",
        "(program 1.0.0 (con (list bool) []))",
        "(program 1.0.0 (con (array integer) []))",
        "(program 1.0.0 (con (list (list integer)) []))",
        "(program 1.0.0 (con (list (list bool)) []))",
        "(program 1.0.0 (con (list (list integer)) [[]]))",
        "(program 1.0.0 (con (list (list bool)) [[]]))",
        "(program 1.0.0 (con (list integer) [1]))",
        "(program 1.0.0 (con (list integer) [1, 2]))",
        "(program 1.0.0 (con (array integer) [1]))",
        "(program 1.0.0 (con (array integer) [1, 2]))",
        "(program 1.0.0 (con (pair integer (list bool)) (1, [])))",
        "(program 1.0.0 (con (pair integer (list unit)) (1, [])))",
        "(program 1.0.0 (con (pair integer (list unit)) (2, [])))",
        "(program 1.0.0 (con data (I 1)))",
        "(program 1.0.0 (con data (B #)))",
        "(program 1.0.0 (con data (List [])))",
        "(program 1.0.0 (con data (Map [])))",
        "(program 1.0.0 (con data (Constr 0 [])))",
        "(program 1.0.0 (con data (Constr 1 [])))",
        "(program 1.0.0 (con (list data) [I 1]))",
        "(program 1.0.0 (con value []))",
        "(program 1.0.0 (con value [(#, [(#, 1)])]))",
        "(program 1.0.0 (con value [(#, [(#, 2)])]))",
    };
    size_t count = sizeof all / sizeof all[0];
    for (size_t i = 0; i < count; i++) {
        assert_same(all[i], all[i]);
        for (size_t j = i + 1; j < count; j++) assert_different(all[i], all[j]);
    }
}

/* Types are numbered as they come, so that the same type has other numbers in another program. */
static void equal_types_are_equal_whatever_came_before(void **state) {
    (void) state;
    plb_program *p = parse("(program 1.0.0 [(con (list (list bool)) [[]]) "
                           "(con (pair (list unit) (array bool)) ([], [True]))])");
    plb_program *q = new_program();
    plb_program *f = parse("(program 1.0.0 (con (list (list bool)) [[]]))");
    plb_program *a = parse("(program 1.0.0 (con (pair (list unit) (array bool)) ([], [True])))");
    assert_int_equal(plb_program_apply(q, f, a, NULL), PLB_OK);
    assert_true(plb_program_equal(p, q));
    char *text = print(q);
    plb_program *r = parse(text);
    assert_true(plb_program_equal(q, r));
    free(text);
    plb_program_free(p);
    plb_program_free(q);
    plb_program_free(r);
    plb_program_free(f);
    plb_program_free(a);
}

static void assert_applies(const char *function, const char *argument, const char *expected) {
    plb_program *f = parse(function);
    plb_program *a = parse(argument);
    plb_program *result = new_program();
    plb_error error = {0};
    if (plb_program_apply(result, f, a, &error) != PLB_OK) fail_msg("%s", error.message);
    char *text = print(result);
    assert_string_equal(text, expected);
    free(text);
    plb_program_free(f);
    plb_program_free(a);
    plb_program_free(result);
}

static void application_joins_two_programs(void **state) {
    (void) state;
    assert_applies("(program 1.0.0 (lam x x))", "(program 1.0.0 (con integer 5))",
                   "(program 1.0.0 [(lam x-0 x-0) (con integer 5)])");
    assert_applies("(program 1.1.0 [(error) (error)])", "(program 1.1.0 [(error) (delay (error))])",
                   "(program 1.1.0 [(error) (error) [(error) (delay (error))]])");
    assert_applies("(program 1.0.0 [(builtin addInteger) (con integer 1)])",
                   "(program 1.0.0 (con integer 2))",
                   "(program 1.0.0 [(builtin addInteger) (con integer 1) (con integer 2)])");
    assert_applies("(program 1.1.0 (case (constr 0) (error)))", "(program 1.1.0 (lam y y))",
                   "(program 1.1.0 [(case (constr 0) (error)) (lam y-0 y-0)])");
}

static void application_needs_equal_versions_and_a_third_program(void **state) {
    (void) state;
    plb_program *f = parse("(program 1.0.0 (lam x x))");
    plb_program *a = parse("(program 1.1.0 (con integer 5))");
    plb_program *result = new_program();
    plb_error error = {0};
    assert_int_equal(plb_program_apply(result, f, a, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "1.0.0 and 1.1.0"));
    assert_int_equal(plb_program_apply(f, f, f, &error), PLB_E_ARGUMENT);
    plb_program_free(f);
    plb_program_free(a);
    plb_program_free(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_grouping_do_not_matter),
        cmocka_unit_test(everything_else_does),
        cmocka_unit_test(equal_types_are_equal_whatever_came_before),
        cmocka_unit_test(application_joins_two_programs),
        cmocka_unit_test(application_needs_equal_versions_and_a_third_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
