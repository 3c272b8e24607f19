/* Builtins beyond the table: the no-ops of sweeps, and what a program without them makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/machine.h>

#include "calibrate/sweep/no_ops.h"
#include "harness/machine/machine_internal.h"

#define NEWEST ((plb_era){PLB_LANGUAGE_NEWEST, 0})

static plb_extra_builtins *no_ops;
static plb_program *program;
static plb_machine *machine;
static plb_cost_model *model;

static int setup(void **state) {
    (void) state;
    plb_error error;
    program = plb_program_new(1 << 20);
    machine = plb_machine_new(1 << 22);
    model = plb_cost_model_default(NEWEST);
    return plb_no_ops_new(&no_ops, &error) == PLB_OK && program && machine && model ? 0 : -1;
}

static int teardown(void **state) {
    (void) state;
    plb_program_free(program);
    plb_machine_free(machine);
    plb_cost_model_free(model);
    plb_extra_builtins_free(no_ops);
    return 0;
}

static plb_status parse(const char *text, plb_error *error) {
    return plb_program_parse_text(program, NEWEST, text, strlen(text), error);
}

static plb_outcome run(const char *text) {
    plb_error error;
    plb_outcome outcome;
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = NEWEST, .limit = {INT64_MAX, INT64_MAX}};
    if (parse(text, &error) != PLB_OK) fail_msg("%s", error.message);
    (void) plb_machine_run(machine, &evaluation, &outcome);
    return outcome;
}

/* Saturated, one argument after the other, and through a variable; steps and costs as those of any
 * builtin with the same costs. */
static void no_ops_run_like_builtins(void **state) {
    (void) state;
    plb_program_use_extras(program, no_ops);
    const char *const forms[] = {
        "(program 1.1.0 [(builtin nop2i) (con integer 1) (con integer 2)])",
        "(program 1.1.0 [[(builtin nop2i) (con integer 1)] (con integer 2)])",
        "(program 1.1.0 [(lam f [[f (con integer 1)] (con integer 2)]) (builtin nop2i)])",
    };
    for (size_t i = 0; i < 3; i++) {
        plb_outcome outcome = run(forms[i]);
        assert_int_equal(outcome.status, PLB_OK);
        assert_true(machine->result == plb_small(11));
    }
    /* 1 builtin, 2 constants, 2 applications of 16,000 steps each and start-up's 100; 1,250,000. */
    plb_outcome outcome = run(forms[0]);
    assert_int_equal(outcome.steps, 5);
    assert_int_equal(outcome.spent.steps, 5 * 16000 + 100 + 1250000);
    assert_int_equal(outcome.spent.memory, 5 * 100 + 100 + 200);
}

static void no_ops_check_their_arguments(void **state) {
    (void) state;
    plb_program_use_extras(program, no_ops);
    assert_int_equal(run("(program 1.1.0 [(builtin nop1b) (con integer 1)])").status,
                     PLB_E_EVALUATION);
    assert_int_equal(run("(program 1.1.0 [(builtin nop1c) (con bool True)])").status,
                     PLB_E_EVALUATION);
    assert_int_equal(run("(program 1.1.0 [(builtin nop1c) (con integer 5)])").status, PLB_OK);
    assert_int_equal(run("(program 1.1.0 [(builtin nop1o) (lam x x)])").status, PLB_OK);
    assert_int_equal(run("(program 1.1.0 [(builtin nop1i) (lam x x)])").status, PLB_E_EVALUATION);
    assert_int_equal(run("(program 1.1.0 (force (builtin nop1i)))").status, PLB_E_EVALUATION);
}

static void results_and_prints_know_their_names(void **state) {
    (void) state;
    plb_error error;
    char *text;
    plb_program *result = plb_program_new(1 << 20);
    plb_program_use_extras(program, no_ops);
    assert_int_equal(run("(program 1.1.0 [(builtin nop2o) (con integer 7)])").status, PLB_OK);
    assert_int_equal(plb_machine_result(machine, result, &error), PLB_OK);
    assert_int_equal(plb_program_print(result, 0, &text, NULL, &error), PLB_OK);
    assert_non_null(strstr(text, "(builtin nop2o)"));
    free(text);
    plb_program_free(result);
}

static void flat_has_no_form_for_them(void **state) {
    (void) state;
    plb_error error;
    uint8_t *bytes;
    size_t length;
    plb_program_use_extras(program, no_ops);
    assert_int_equal(parse("(program 1.1.0 (builtin nop1b))", &error), PLB_OK);
    assert_int_equal(plb_program_encode_flat(program, &bytes, &length, &error), PLB_E_UNSUPPORTED);
    assert_string_equal(error.message, "flat has no tag for builtin nop1b");
}

static void other_programs_do_not_know_them(void **state) {
    (void) state;
    plb_error error;
    plb_program *other = plb_program_new(1 << 20);
    const char text[] = "(program 1.1.0 (builtin nop1b))";
    assert_int_equal(plb_program_parse_text(other, NEWEST, text, sizeof text - 1, &error),
                     PLB_E_PARSE);
    plb_program_free(other);
    plb_program_use_extras(program, no_ops);
    plb_program_use_extras(program, NULL);
    assert_int_equal(parse(text, &error), PLB_E_PARSE);
}

/* Flat decoders never yield one, whatever the program was told. */
static void decoders_refuse_their_tags(void **state) {
    (void) state;
    plb_error error;
    plb_program_use_extras(program, no_ops);
    for (unsigned tag = PLB_BUILTIN_COUNT; tag < 128; tag++) {
        /* version 1.1.0, then 0111 and 7 bits of the tag, then filler */
        uint32_t bits = 7u << 12 | tag << 5 | 1u;
        const uint8_t bytes[] = {1, 1, 0, (uint8_t) (bits >> 8), (uint8_t) bits};
        assert_int_equal(plb_program_decode_flat(program, NEWEST, bytes, sizeof bytes, &error),
                         PLB_E_PARSE);
        assert_non_null(strstr(error.message, "tag"));
    }
}

/* Unless their maker says that flat has tags for them, as for those of plug-ins: their ids. */
static void flat_has_tags_for_those_that_want_them(void **state) {
    (void) state;
    plb_error error;
    uint8_t *bytes;
    size_t length;
    plb_program *again = plb_program_new(1 << 20);
    plb_program_use_extras(program, no_ops);
    plb_program_use_extras(again, no_ops);
    no_ops->in_flat = true;
    assert_int_equal(parse("(program 1.1.0 [(builtin nop2b) (con bool True)])", &error), PLB_OK);
    assert_int_equal(plb_program_encode_flat(program, &bytes, &length, &error), PLB_OK);
    /* version 1.1.0; apply 0011, builtin 0111, the tag 104 + 4 in 7 bits 1101100, constant 0100 */
    assert_memory_equal(bytes, "\x01\x01\x00\x37\xd8", 5);
    assert_int_equal(plb_program_decode_flat(again, NEWEST, bytes, length, &error), PLB_OK);
    assert_true(plb_program_equal(program, again));
    plb_program_use_extras(again, NULL);
    assert_int_equal(plb_program_decode_flat(again, NEWEST, bytes, length, &error), PLB_E_PARSE);
    no_ops->in_flat = false;
    free(bytes);
    plb_program_free(again);
}

/* A cost model may price them by name; a model that names nothing else leaves all else as it is. */
static void cost_models_may_price_them(void **state) {
    (void) state;
    static const char json[] =
        "{\"nop1i\": {\"cpu\": {\"type\": \"linear_in_x\", \"arguments\": {\"intercept\": 5, "
        "\"slope\": 7}}, \"memory\": {\"type\": \"constant_cost\", \"arguments\": 3}}}";
    plb_error error;
    plb_cost_model *priced;
    plb_program_use_extras(program, no_ops);
    assert_int_equal(plb_cost_model_load(&priced, NEWEST, "m.json", json, sizeof json - 1, &error),
                     PLB_E_COST_MODEL);
    assert_int_equal(plb_cost_model_load_with_extras(&priced, NEWEST, no_ops, "m.json", json,
                                                     sizeof json - 1, &error),
                     PLB_OK);
    assert_int_equal(priced->builtin[0].unit.steps, model->builtin[0].unit.steps);
    assert_int_equal(priced->builtin[0].unit.memory, model->builtin[0].unit.memory);
    /* 1 builtin, 1 constant, 1 application, and start-up's 100 */
    plb_outcome outcome = run("(program 1.1.0 [(builtin nop1i) (con integer 1)])");
    assert_int_equal(outcome.spent.steps, 3 * 16000 + 100 + 5 + 7);
    assert_int_equal(outcome.spent.memory, 3 * 100 + 100 + 3);
    plb_cost_model_free(priced);
}

static plb_value nothing(struct plb_machine *m, const plb_value *args) {
    (void) m, (void) args;
    return PLB_UNIT;
}

static void rows_that_make_no_sense_are_refused(void **state) {
    (void) state;
    const plb_costing constant = {.shape = PLB_SHAPE_CONSTANT_COST, .c = {1}};
    const plb_costing linear = {.shape = PLB_SHAPE_LINEAR_IN_Y, .c = {1, 1}};
    const struct {
        plb_extra_builtin builtin;
        const char *message;
    } cases[] = {
        {{{.name = "addInteger", .arity = 1, .run = nothing}, constant, constant, NULL},
         "extra builtin 'addInteger': another builtin has that name"},
        {{{.name = NULL, .arity = 1, .run = nothing}, constant, constant, NULL},
         "extra builtin '': it has no name"},
        {{{.name = "a", .arity = 0, .run = nothing}, constant, constant, NULL},
         "extra builtin 'a': expected 1 to 6 arguments"},
        {{{.name = "a", .arity = 7, .run = nothing}, constant, constant, NULL},
         "extra builtin 'a': expected 1 to 6 arguments"},
        {{{.name = "a", .arity = 1, .forces = 16, .run = nothing}, constant, constant, NULL},
         "extra builtin 'a': expected at most 15 type arguments"},
        {{{.name = "a", .arity = 1}, constant, constant, NULL},
         "extra builtin 'a': it has no function"},
        {{{.name = "a", .arity = 1, .run = nothing}, linear, constant, NULL},
         "extra builtin 'a': its costing wants arguments that it does not have"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_error error;
        plb_extra_builtins *made;
        assert_int_equal(plb_extra_builtins_new(&made, &cases[i].builtin, 1, &error),
                         PLB_E_ARGUMENT);
        assert_null(made);
        assert_string_equal(error.message, cases[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_ops_run_like_builtins),
        cmocka_unit_test(no_ops_check_their_arguments),
        cmocka_unit_test(results_and_prints_know_their_names),
        cmocka_unit_test(flat_has_no_form_for_them),
        cmocka_unit_test(other_programs_do_not_know_them),
        cmocka_unit_test(decoders_refuse_their_tags),
        cmocka_unit_test(flat_has_tags_for_those_that_want_them),
        cmocka_unit_test(cost_models_may_price_them),
        cmocka_unit_test(rows_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
