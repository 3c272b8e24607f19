/* Programs that machine steps are fitted from: what they do, by the specification's machine; and
 * what of their time is that of builtins. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/steps/builtins.h"
#include "harness/machine/builtin.h"
#include "harness/machine/cost.h"

static plb_error error;

static void good(plb_status status) {
    if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
}

static plb_status add(plb_step_set *set, const char *name, const char *text) {
    return plb_step_set_add_text(set, name, text, strlen(text), &error);
}

static void refuses(plb_step_set *set, plb_status status, const char *name, const char *text,
                    const char *message) {
    assert_int_equal(add(set, name, text), status);
    if (strstr(error.message, message) == NULL)
        fail_msg("expected '%s', got '%s'", message, error.message);
}

static size_t find(const plb_step_set *set, const char *name) {
    for (size_t i = 0; i < plb_step_set_count(set); i++)
        if (strcmp(plb_step_set_get(set, i).name, name) == 0) return i;
    fail_msg("there is no program %s", name);
    return 0;
}

static void steps_are_counted_by_kind(void **state) {
    plb_step_set *set = plb_step_set_new();
    (void) state;
    good(add(set, "all",
             "(program 1.1.0 [(lam x (force (delay (case (constr 0 x) (lam y "
             "[(builtin addInteger) y (con integer 2)]))))) (con integer 1)])"));
    plb_step_program p = plb_step_set_get(set, 0);
    /* Plutus Core specification, the CEK machine: a step for each term that is computed. */
    const uint64_t steps[PLB_STEP_COUNT] = {
        [PLB_STEP_CONST] = 2,   [PLB_STEP_VAR] = 2,    [PLB_STEP_LAM] = 2,
        [PLB_STEP_APPLY] = 3,   [PLB_STEP_DELAY] = 1,  [PLB_STEP_FORCE] = 1,
        [PLB_STEP_BUILTIN] = 1, [PLB_STEP_CONSTR] = 1, [PLB_STEP_CASE] = 1,
    };
    for (unsigned k = 0; k < PLB_STEP_COUNT; k++)
        if (p.steps[k] != steps[k]) fail_msg("%s: %d", plb_step_name(k), (int) p.steps[k]);
    assert_int_equal(p.calls[plb_builtin_find("addInteger", 10)], 1);
    plb_step_set_free(set);
}

static void bad_programs_are_refused(void **state) {
    static const char endless[] = "(program 1.1.0 [(lam s [s s]) (lam s [s s])])";
    plb_step_set *set = plb_step_set_new();
    char name[PLB_STEP_NAME_BYTES + 1];
    (void) state;
    good(add(set, "one", "(program 1.1.0 (con unit ()))"));
    refuses(set, PLB_E_ARGUMENT, "one", "(program 1.1.0 (con unit ()))", "different names");
    refuses(set, PLB_E_ARGUMENT, "", "(program 1.1.0 (con unit ()))", "a name of 1 to 95 bytes");
    refuses(set, PLB_E_ARGUMENT, "a,b", "(program 1.1.0 (con unit ()))", "without commas");
    refuses(set, PLB_E_EVALUATION, "fails", "(program 1.1.0 (error))", "it does not evaluate");
    assert_string_equal(error.where, "fails");
    refuses(set, PLB_E_BUDGET, "endless", endless, "it does not evaluate");
    refuses(set, PLB_E_PARSE, "no text", "(program", "");
    memset(name, 'x', sizeof name);
    name[PLB_STEP_NAME_BYTES] = '\0';
    refuses(set, PLB_E_ARGUMENT, name, "(program 1.1.0 (con unit ()))", "a name of 1 to 95 bytes");
    assert_int_equal(plb_step_set_count(set), 1);
    plb_step_set_free(set);
}

static void families_are_names_without_their_ends(void **state) {
    (void) state;
    assert_int_equal(plb_step_family_length("steps/var-lets/100"), strlen("steps/var-lets"));
    assert_int_equal(plb_step_family_length("auction_1-2"), strlen("auction"));
    assert_int_equal(plb_step_family_length("auction"), strlen("auction"));
    assert_int_equal(plb_step_family_length("17"), 0);
}

/* Each kind is most of what some family of programs does, so that it can be told apart. */
static void made_programs_have_every_kind(void **state) {
    plb_step_set *set = plb_step_set_new();
    size_t rich[PLB_STEP_COUNT] = {0};
    (void) state;
    good(plb_step_set_add_made(set, &error));
    for (size_t i = 0; i < plb_step_set_count(set); i++) {
        plb_step_program p = plb_step_set_get(set, i);
        uint64_t all = 0;
        for (unsigned k = 0; k < PLB_STEP_COUNT; k++) all += p.steps[k];
        for (unsigned k = 0; k < PLB_STEP_COUNT; k++) rich[k] += 5 * p.steps[k] >= all;
        assert_in_range(all, 1, 100000);
    }
    for (unsigned k = 0; k < PLB_STEP_COUNT; k++)
        if (rich[k] < 5) fail_msg("%s: %zu", plb_step_name(k), rich[k]);
    plb_step_program unit = plb_step_set_get(set, find(set, "steps/smallest-unit"));
    assert_int_equal(unit.steps[PLB_STEP_CONST], 1);
    /* 16 applications of a variable to a variable in each of 100 frames, and the frames' own. */
    plb_step_program once = plb_step_set_get(set, find(set, "steps/apply-fields/1"));
    plb_step_program often = plb_step_set_get(set, find(set, "steps/apply-fields/100"));
    assert_int_equal(once.steps[PLB_STEP_CONSTR], 2);
    assert_int_equal(often.steps[PLB_STEP_CONSTR], 101);
    assert_true(once.steps[PLB_STEP_APPLY] >= 16 && once.steps[PLB_STEP_APPLY] <= 16 + 10);
    assert_true(often.steps[PLB_STEP_APPLY] >= 1600);
    plb_step_set_free(set);
}

static void catalogue_programs_loop(void **state) {
    plb_step_set *set = plb_step_set_new();
    int subtract = plb_builtin_find("subtractInteger", strlen("subtractInteger"));
    int verify =
        plb_builtin_find("verifyEcdsaSecp256k1Signature", strlen("verifyEcdsaSecp256k1Signature"));
    (void) state;
    good(plb_step_set_add_catalogue(set, &error));
    const char *const loops[] = {"catalogue/loop", "catalogue/loop-v3"};
    for (int i = 0; i < 2; i++) {
        char name[PLB_STEP_NAME_BYTES];
        for (int n = 1; n <= 1000; n *= 10) {
            if (n == 100) continue;
            snprintf(name, sizeof name, "%s/%d", loops[i], n == 1 ? 0 : n);
            plb_step_program p = plb_step_set_get(set, find(set, name));
            assert_int_equal(p.calls[subtract], n == 1 ? 0 : n);
        }
    }
    /* Its loops are next to nothing but verification. */
    plb_step_program ecdsa = plb_step_set_get(set, find(set, "catalogue/ecdsa-loop/0"));
    assert_int_equal(ecdsa.calls[verify], 0);
    for (size_t i = 0; i < plb_step_set_count(set); i++)
        assert_int_equal(plb_step_set_get(set, i).calls[verify], 0);
    plb_step_set_free(set);
}

static const char model[] =
    "{\"addInteger\":{\"cpu\":{\"type\":\"constant_cost\",\"arguments\":2500},"
    "\"memory\":{\"type\":\"constant_cost\",\"arguments\":1}},"
    "\"sha2_256\":{\"cpu\":{\"type\":\"linear_in_x\",\"arguments\":{\"intercept\":1000,\"slope\":"
    "500}},"
    "\"memory\":{\"type\":\"constant_cost\",\"arguments\":4}}}";

/* 3 additions of 2.5 ns, and a hash of 9 to 16 bytes, which is 2 words: 1 + 2 * 0.5 ns. */
static void builtins_take_what_their_model_says(void **state) {
    plb_step_set *set = plb_step_set_new();
    plb_step_builtins *builtins;
    plb_step_time row;
    (void) state;
    good(add(set, "calls",
             "(program 1.1.0 [(lam h [(builtin addInteger) (con integer 1) [(builtin addInteger) "
             "(con integer 1) [(builtin addInteger) (con integer 1) (con integer 1)]]]) "
             "[(builtin sha2_256) (con bytestring #00010203040506070809)]])"));
    good(add(set, "unknown",
             "(program 1.1.0 [(builtin subtractInteger) (con integer 1) "
             "(con integer 1)])"));
    good(add(set, "none", "(program 1.1.0 (con unit ()))"));
    good(plb_step_builtins_from_json(&builtins, "model", model, strlen(model), 0.1, &error));
    good(plb_step_builtins_time(builtins, set, 0, &row, &error));
    assert_true(fabs(row.builtin_ns - (3 * 2.5 + 2)) < 1e-9);
    assert_true(fabs(row.builtin_high_ns / row.builtin_ns - 1.196) < 1e-9);
    assert_true(fabs(row.builtin_low_ns / row.builtin_ns - 0.804) < 1e-9);
    good(plb_step_builtins_time(builtins, set, 1, &row, &error));
    assert_true(isnan(row.builtin_ns));
    assert_string_equal(row.missing, "subtractInteger");
    good(plb_step_builtins_time(NULL, set, 2, &row, &error));
    assert_true(row.builtin_ns >= 0 && row.builtin_ns <= 0);
    plb_step_builtins_free(builtins);
    assert_int_equal(plb_step_builtins_from_json(&builtins, "m", model, strlen(model), -1, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(plb_step_builtins_from_json(&builtins, "m", "{", 1, 0, &error), PLB_E_PARSE);
    plb_step_set_free(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_counted_by_kind),
        cmocka_unit_test(bad_programs_are_refused),
        cmocka_unit_test(families_are_names_without_their_ends),
        cmocka_unit_test(made_programs_have_every_kind),
        cmocka_unit_test(catalogue_programs_loop),
        cmocka_unit_test(builtins_take_what_their_model_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
