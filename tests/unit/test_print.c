/* Printing: text that reads as the same program again, in the reference's classic syntax. */
#include "harness/machine/output.h"
#include "harness/machine/term.h"
#include "harness/machine/text_print.h"
#include "tests/program_support.h"

static void binders_keep_their_names_with_their_depth(void **state) {
    (void) state;
    assert_prints("(program 1.0.0 (lam x x))", "(program 1.0.0 (lam x-0 x-0))");
    assert_prints("(program 1.0.0 (lam x (lam x [x x])))",
                  "(program 1.0.0 (lam x-0 (lam x-1 [x-1 x-1])))");
    assert_prints("(program 1.0.0 (lam x-7 (lam x-9 [x-7 x-9])))",
                  "(program 1.0.0 (lam x-0 (lam x-1 [x-0 x-1])))");
    assert_prints("(program 1.0.0 (lam `a+b` `a+b`))", "(program 1.0.0 (lam `a+b`-0 `a+b`-0))");
    assert_prints("(program 1.0.0 [(lam x x) (lam y y)])",
                  "(program 1.0.0 [(lam x-0 x-0) (lam y-0 y-0)])");
}

/* Flat has no names. */
static void binders_without_a_name_are_called_by_depth(void **state) {
    (void) state;
    plb_program *program = new_program();
    /* 1.0.0, lam lam, lam var, index 3, filler */
    const uint8_t bytes[] = {1, 0, 0, 0x22, 0x20, 0x03, 0x01};
    assert_int_equal(plb_program_decode_flat(program, newest, bytes, sizeof bytes, NULL), PLB_OK);
    char *text = print(program);
    assert_string_equal(text, "(program 1.0.0 (lam i0 (lam i1 (lam i2 i0))))");
    free(text);
    plb_program_free(program);
}

static void unnamed_and_named_binders_do_not_mix_up(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_build_begin(program);
    plb_build_lam(program, NULL);
    plb_build_lam(program, "i0");
    plb_build_lam(program, NULL);
    plb_build_apply(program, 2);
    plb_build_var(program, 3);
    plb_build_var(program, 2);
    assert_int_equal(plb_build_var(program, 1), PLB_BUILD_DONE);
    char *text = print(program);
    assert_string_equal(text, "(program 1.0.0 (lam i0-0 (lam i0-1 (lam i2-2 [i0-0 i0-1 i2-2]))))");
    plb_program *again = parse(text);
    assert_true(plb_program_equal(program, again));
    free(text);
    plb_program_free(program);
    plb_program_free(again);
}

static void a_free_variable_is_shown_as_one(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_build_begin(program);
    plb_build_lam(program, NULL);
    assert_int_equal(plb_build_var(program, 3), PLB_BUILD_DONE);
    char *text = print(program);
    assert_string_equal(text, "(program 1.0.0 (lam i0 free2))");
    assert_refused(text);
    free(text);
    plb_program_free(program);
}

/* As Haskell shows them, which is what the reference's printer uses for control characters. */
static void strings_are_escaped(void **state) {
    (void) state;
    assert_prints("(program 1.0.0 (con string \"\\\"\\\\\\a\\b\\t\\n\\v\\f\\r\"))",
                  "(program 1.0.0 (con string \"\\\"\\\\\\a\\b\\t\\n\\v\\f\\r\"))");
    assert_prints("(program 1.0.0 (con string \"\\0\\1\\14H\\14I\\31\\127\"))",
                  "(program 1.0.0 (con string \"\\NUL\\SOH\\SO\\&H\\SOI\\US\\DEL\"))");
    assert_prints("(program 1.0.0 (con string \"\\955 \\20986\"))",
                  "(program 1.0.0 (con string \"\xce\xbb \xe5\x87\xba\"))");
    assert_prints("(program 1.0.0 (con string \"\\133\\&5\\8233x\\65279\"))",
                  "(program 1.0.0 (con string \"\\133\\&5\\8233x\\65279\"))");
}

static void terms_print_in_classic_syntax(void **state) {
    (void) state;
    const char *text = "(program 1.1.0 (case (force (delay (constr 2 (error)))) "
                       "[(builtin addInteger) (con integer 1)] (con (list data) [I 1])))";
    assert_prints(text, text);
}

static void nested_applications_print_as_one(void **state) {
    (void) state;
    assert_prints("(program 1.0.0 [[[(builtin addInteger) (error)] (error)] (error)])",
                  "(program 1.0.0 [(builtin addInteger) (error) (error) (error)])");
    assert_prints("(program 1.0.0 [[(error) (error)] [[(error) (error)] (error)]])",
                  "(program 1.0.0 [(error) (error) [(error) (error) (error)]])");
    assert_prints("(program 1.0.0 [(force [(error) (error)]) (error)])",
                  "(program 1.0.0 [(force [(error) (error)]) (error)])");
}

static void an_integer_of_any_size_prints_in_decimal(void **state) {
    (void) state;
    /* 2^k - 1 and 10^k around the sizes of words. */
    static const char *const numbers[] = {
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "100000000000000000000000000000000000000",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        for (int negative = 0; negative < 2; negative++) {
            char text[200];
            snprintf(text, sizeof text, "(program 1.0.0 (con integer %s%s))", negative ? "-" : "",
                     numbers[i]);
            assert_prints(text, text);
        }
    }
    char *digits = nested("(program 1.0.0 (con integer 1", "0", "", "", "))", 100000);
    assert_prints(digits, digits);
    free(digits);
}

static void the_cap_bounds_the_text(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.0.0 (con bytestring #00112233445566778899))");
    const char *expected = "(program 1.0.0 (con bytestring #00112233445566778899))";
    char *text = NULL;
    size_t length;
    plb_error error = {0};
    assert_int_equal(plb_program_print(program, strlen(expected), &text, &length, &error), PLB_OK);
    assert_string_equal(text, expected);
    free(text);
    for (size_t cap = 1; cap < strlen(expected); cap++) {
        assert_int_equal(plb_program_print(program, cap, &text, &length, &error), PLB_E_MEMORY);
    }
    plb_program_free(program);
}

/* Data that shares its parts: 2^60 leaves in text. */
static void an_exponential_text_is_cut_off(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_build_begin(program);
    plb_region *heap = &program->heap;
    plb_value data = plb_make_data_leaf(heap, PLB_KIND_DATA_I, plb_small(1));
    for (int i = 0; i < 60; i++) {
        const plb_value both[] = {data, data};
        plb_value list = plb_make_list(heap, PLB_TYPE_DATA, both, 2);
        data = plb_make_data_items(heap, PLB_KIND_DATA_LIST, list);
    }
    assert_int_equal(plb_build_const(program, data), PLB_BUILD_DONE);
    char *text = NULL;
    size_t length;
    assert_int_equal(plb_program_print(program, 1000000, &text, &length, NULL), PLB_E_MEMORY);
    plb_program_free(program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binders_keep_their_names_with_their_depth),
        cmocka_unit_test(binders_without_a_name_are_called_by_depth),
        cmocka_unit_test(unnamed_and_named_binders_do_not_mix_up),
        cmocka_unit_test(a_free_variable_is_shown_as_one),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(terms_print_in_classic_syntax),
        cmocka_unit_test(nested_applications_print_as_one),
        cmocka_unit_test(an_integer_of_any_size_prints_in_decimal),
        cmocka_unit_test(the_cap_bounds_the_text),
        cmocka_unit_test(an_exponential_text_is_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
