/* Which function of a program a term is in: names, nesting, and definitions that are no functions
 * of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/machine.h>

#include "harness/machine/term.h"

typedef struct loaded {
    plb_program *program;
    plb_function *functions;
    size_t count;
} loaded;

static loaded load(const char *text) {
    loaded l = {.program = plb_program_new(0)};
    plb_error error;
    plb_era era = {PLB_LANGUAGE_NEWEST, PLB_PROTOCOL_VERSION_MAX};
    assert_non_null(l.program);
    if (plb_program_parse_text(l.program, era, text, strlen(text), &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_int_equal(plb_program_functions(l.program, &l.functions, &l.count, &error), PLB_OK);
    return l;
}

static void unload(loaded *l) {
    free(l->functions);
    plb_program_free(l->program);
}

/* The innermost function around the first word of builtin `id`, by name; "" for none. */
static const char *home_of_constant(const loaded *l, uint32_t number) {
    const uint32_t *code = plb_program_code(l->program);
    for (uint32_t i = 0; i < plb_program_length(l->program); i++) {
        if (code[i] != PLB_WORD(PLB_OP_CONST, number)) continue;
        size_t at = plb_function_at(l->functions, l->count, i);
        return at == SIZE_MAX ? "" : l->functions[at].name;
    }
    fail_msg("no constant %u", (unsigned) number);
    return NULL;
}

static void a_program_without_lambdas_has_no_functions(void **state) {
    (void) state;
    loaded l = load("(program 1.0.0 (con integer 1))");
    assert_int_equal(l.count, 0);
    assert_string_equal(home_of_constant(&l, 0), "");
    unload(&l);
}

static void parameters_are_one_function(void **state) {
    (void) state;
    loaded l = load("(program 1.0.0 (lam x (lam y (lam z (con integer 1)))))");
    assert_int_equal(l.count, 1);
    assert_string_equal(l.functions[0].name, "x");
    assert_int_equal(l.functions[0].parent, SIZE_MAX);
    assert_string_equal(home_of_constant(&l, 0), "x");
    unload(&l);
}

static void a_definition_names_its_function(void **state) {
    (void) state;
    loaded l =
        load("(program 1.0.0 [(lam f [(lam g [f [g (con integer 1)]]) (lam y [(con integer 2)"
             " y])]) (lam x [(con integer 3) x])])");
    /* f and g are let-bound; the lambdas that bind them are applied on the spot. */
    assert_int_equal(l.count, 2);
    assert_string_equal(home_of_constant(&l, 0), "");
    assert_string_equal(home_of_constant(&l, 1), "g");
    assert_string_equal(home_of_constant(&l, 2), "f");
    unload(&l);
}

static void functions_nest(void **state) {
    (void) state;
    loaded l = load("(program 1.1.0 (lam a [(lam b (con integer 1)) (delay (lam c (constr 0 (con "
                    "integer 2) (lam d (con integer 3)) (con integer 4))))]))");
    assert_int_equal(l.count, 3);
    assert_string_equal(home_of_constant(&l, 0), "a");
    assert_string_equal(home_of_constant(&l, 1), "c");
    assert_string_equal(home_of_constant(&l, 2), "d");
    assert_string_equal(home_of_constant(&l, 3), "c");
    for (size_t i = 0; i < l.count; i++) {
        size_t parent = l.functions[i].parent;
        assert_true(parent == SIZE_MAX ? i == 0 : parent < i);
        if (parent != SIZE_MAX) assert_true(l.functions[i].end <= l.functions[parent].end);
    }
    unload(&l);
}

static void deep_programs_need_no_stack(void **state) {
    (void) state;
    enum { DEPTH = 200000 };
    static const char open[] = "(delay (lam x ", close[] = "))";
    size_t size = 64 + DEPTH * (sizeof open + sizeof close);
    char *text = malloc(size), *at = text;
    assert_non_null(text);
    at += sprintf(at, "(program 1.0.0 ");
    for (int i = 0; i < DEPTH; i++) at += sprintf(at, "%s", open);
    at += sprintf(at, "(con integer 1)");
    for (int i = 0; i < DEPTH; i++) at += sprintf(at, "%s", close);
    sprintf(at, ")");
    loaded l = load(text);
    assert_int_equal(l.count, DEPTH);
    assert_int_equal(plb_function_at(l.functions, l.count, plb_program_length(l.program) - 1),
                     DEPTH - 1);
    unload(&l);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_without_lambdas_has_no_functions),
        cmocka_unit_test(parameters_are_one_function),
        cmocka_unit_test(a_definition_names_its_function),
        cmocka_unit_test(functions_nest),
        cmocka_unit_test(deep_programs_need_no_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
