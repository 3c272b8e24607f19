/* Phase-2: which arguments scripts get for which purpose, which scripts fail only when they are to
 * run, the validity flag both ways, and what can't be collected. */
#include "ledger_fixture.h"

#include <stdio.h>

#include "harness/ledger/stages.h"
#include "harness/machine/term.h"

static int make(void **state) {
    *state = plb_protocol_parameters_default();
    return *state == NULL;
}

static int drop(void **state) {
    plb_protocol_parameters_free(*state);
    return 0;
}

/* ---- Submitting ---- */

/* Build and submit the transaction of `spec`, marked as valid or not. */
static void submit(const plb_protocol_parameters *parameters, const plb_tx_spec *spec,
                   bool is_valid, const plb_submit_options *options, plb_submission *submission,
                   plb_call_outcome *calls) {
    plb_tx_built built;
    build(&built, parameters, spec);
    plb_ledger *ledger = ledger_with(parameters, &built);
    uint8_t *flag = &built.bytes[built.length - 2]; /* before the null for no auxiliary data */
    assert_int_equal(*flag, 0xf5);
    if (!is_valid) *flag = 0xf4;
    plb_ledger_submit(ledger, built.bytes, built.length, options, submission);
    for (size_t i = 0; i < submission->call_count; i++) calls[i] = submission->calls[i];
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void accepted(const plb_protocol_parameters *parameters, const plb_tx_spec *spec,
                     bool is_valid) {
    plb_submission submission;
    plb_call_outcome calls[16];
    submit(parameters, spec, is_valid, NULL, &submission, calls);
    if (submission.status != PLB_OK) fail_msg("%s", submission.error.message);
}

static void refused(const plb_protocol_parameters *parameters, const plb_tx_spec *spec,
                    bool is_valid, const char *message) {
    plb_submission submission;
    plb_call_outcome calls[16];
    submit(parameters, spec, is_valid, NULL, &submission, calls);
    assert_int_equal(submission.status, PLB_E_LEDGER);
    if (strncmp(submission.error.message, message, strlen(message)) != 0) {
        fail_msg("expected %s, got %s", message, submission.error.message);
    }
}

/* A call that fails in phase-2, with this status, and not before. */
static void fails_when_run(const plb_protocol_parameters *parameters, const plb_tx_call *call,
                           plb_status status) {
    plb_tx_spec spec = spec_of(call, 1);
    plb_submission submission;
    plb_call_outcome outcome;
    submit(parameters, &spec, true, NULL, &submission, &outcome);
    assert_int_equal(submission.status, PLB_E_LEDGER);
    assert_string_equal(submission.predicate, "ValidationTagMismatch");
    assert_int_equal(submission.call_count, 1);
    assert_int_equal(outcome.status, status);
    accepted(parameters, &spec, false);
}

/* ---- Arguments ---- */

#define SECOND(x) "[(force (force (builtin sndPair))) [(builtin unConstrData) " x "]]"
#define TAG(x) "[(force (force (builtin fstPair))) [(builtin unConstrData) " x "]]"
#define TAIL(x) "[(force (builtin tailList)) " x "]"
#define HEAD(x) "[(force (builtin headList)) " x "]"
#define EXPECT(number, x)                                                                          \
    "(force [(force (builtin ifThenElse)) [(builtin equalsInteger) (con integer " number ") " x    \
    "] (delay (con unit ())) (delay (error))])"

/* Scripts that fail unless they get as many arguments as they should, and a context whose purpose
 * has the constructor: minting 0, spending 1, rewarding 2. */
static void compile_for(test_script *script, plb_language language, plb_call_purpose purpose) {
#define CHECK_V2(n) EXPECT(n, TAG(HEAD(TAIL(SECOND("c")))))
#define CHECK_V3(n) EXPECT(n, TAG(HEAD(TAIL(TAIL(SECOND("c"))))))
    static const char *const v3[] = {
        [PLB_CALL_SPEND] = "(program 1.1.0 (lam c " CHECK_V3("1") "))",
        [PLB_CALL_MINT] = "(program 1.1.0 (lam c " CHECK_V3("0") "))",
        [PLB_CALL_WITHDRAW] = "(program 1.1.0 (lam c " CHECK_V3("2") "))",
    };
    static const char *const v2[] = {
        [PLB_CALL_SPEND] = "(program 1.0.0 (lam d (lam r (lam c " CHECK_V2("1") "))))",
        [PLB_CALL_MINT] = "(program 1.0.0 (lam r (lam c " CHECK_V2("0") ")))",
        [PLB_CALL_WITHDRAW] = "(program 1.0.0 (lam r (lam c " CHECK_V2("2") ")))",
    };
    compile(script, language, language >= PLB_PLUTUS_V3 ? v3[purpose] : v2[purpose]);
}

static plb_tx_call call_for(const test_script *script, plb_language language,
                            plb_call_purpose purpose) {
    plb_tx_call call = call_of(script, language, false);
    call.purpose = purpose;
    if (purpose != PLB_CALL_SPEND) call.datum = NULL;
    if (purpose != PLB_CALL_SPEND) call.datum_length = 0;
    return call;
}

static void arguments_by_purpose(void **state) {
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        for (plb_call_purpose purpose = PLB_CALL_SPEND; purpose <= PLB_CALL_WITHDRAW; purpose++) {
            test_script script;
            compile_for(&script, language, purpose);
            plb_tx_call call = call_for(&script, language, purpose);
            plb_tx_spec spec = spec_of(&call, 1);
            accepted(*state, &spec, true);
        }
    }
}

/* The checks above can fail. */
static void other_purposes_are_noticed(void **state) {
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        test_script script;
        compile_for(&script, language, PLB_CALL_MINT);
        plb_tx_call call = call_for(&script, language, PLB_CALL_WITHDRAW);
        fails_when_run(*state, &call, PLB_E_EVALUATION);
    }
}

static void all_purposes_in_one_transaction(void **state) {
    test_script scripts[9];
    plb_tx_call calls[9];
    for (size_t i = 0; i < 9; i++) {
        plb_language language = (plb_language) (PLB_PLUTUS_V1 + i / 3);
        plb_call_purpose purpose = (plb_call_purpose) (i % 3);
        compile_for(&scripts[i], language, purpose);
        calls[i] = call_for(&scripts[i], language, purpose);
    }
    for (size_t i = 0; i < 9; i += 2) calls[i].place = PLB_SCRIPT_IN_REFERENCE;
    plb_tx_spec spec = spec_of(calls, 9);
    plb_submission submission;
    plb_call_outcome outcomes[9];
    submit(*state, &spec, true, NULL, &submission, outcomes);
    if (submission.status != PLB_OK) fail_msg("%s", submission.error.message);
    assert_int_equal(submission.call_count, 9);
    static const unsigned purposes[] = {0, 0, 0, 1, 1, 1, 3, 3, 3};
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(outcomes[i].purpose, purposes[i]);
        assert_int_equal(outcomes[i].index, i % 3);
        assert_true(outcomes[i].spent.steps > 0);
    }
    plb_submit_options options = {.decode_per_call = true};
    submit(*state, &spec, true, &options, &submission, outcomes);
    assert_int_equal(submission.status, PLB_OK);
}

/* ---- Outcomes ---- */

/* A script that fails does not keep the others from running. */
static void every_call_runs(void **state) {
    test_script good, bad;
    compile_success(&good, PLB_PLUTUS_V3);
    compile_failure(&bad, PLB_PLUTUS_V3);
    const plb_tx_call calls[] = {call_of(&bad, PLB_PLUTUS_V3, true),
                                 call_of(&good, PLB_PLUTUS_V3, true),
                                 call_of(&bad, PLB_PLUTUS_V3, true)};
    plb_tx_spec spec = spec_of(calls, 3);
    plb_submission submission;
    plb_call_outcome outcomes[3];
    size_t failed = 0;
    submit(*state, &spec, true, NULL, &submission, outcomes);
    assert_string_equal(submission.predicate, "ValidationTagMismatch");
    assert_int_equal(submission.call_count, 3);
    for (size_t i = 0; i < 3; i++) failed += outcomes[i].status == PLB_E_EVALUATION;
    assert_int_equal(failed, 2);
    accepted(*state, &spec, false);
}

static void the_flag_must_be_right(void **state) {
    test_script good, bad;
    compile_success(&good, PLB_PLUTUS_V2);
    compile_failure(&bad, PLB_PLUTUS_V2);
    plb_tx_call call = call_of(&good, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    accepted(*state, &spec, true);
    refused(*state, &spec, false, "ValidationTagMismatch: PassedUnexpectedly");
    call = call_of(&bad, PLB_PLUTUS_V2, true);
    refused(*state, &spec, true, "ValidationTagMismatch: FailedUnexpectedly");
    accepted(*state, &spec, false);
}

static void budgets_are_limits(void **state) {
    test_script script;
    compile_success(&script, PLB_PLUTUS_V2);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    plb_exunits needed;
    build(&built, *state, &spec);
    plb_ledger *ledger = ledger_with(*state, &built);
    plb_submission submission;
    assert_int_equal(plb_tx_evaluate(ledger, built.bytes, built.length, &submission), PLB_OK);
    needed = submission.calls[0].spent;
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
    call.exunits = needed;
    accepted(*state, &spec, true);
    call.exunits = (plb_exunits){needed.memory - 1, needed.steps};
    fails_when_run(*state, &call, PLB_E_BUDGET);
    call.exunits = (plb_exunits){needed.memory, needed.steps - 1};
    fails_when_run(*state, &call, PLB_E_BUDGET);
}

static void only_plutus_v3_must_return_unit(void **state) {
    test_script seven_v2, seven_v3;
    compile(&seven_v2, PLB_PLUTUS_V2, "(program 1.0.0 (lam d (lam r (lam c (con integer 7)))))");
    compile(&seven_v3, PLB_PLUTUS_V3, "(program 1.1.0 (lam c (con integer 7)))");
    plb_tx_call call = call_of(&seven_v2, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    accepted(*state, &spec, true);
    call = call_of(&seven_v3, PLB_PLUTUS_V3, true);
    fails_when_run(*state, &call, PLB_E_EVALUATION);
}

/* ---- Scripts that are well-formed and can't run ---- */

static void wrap(test_script *script, plb_program *program) {
    uint8_t *bytes;
    plb_error error;
    if (plb_program_encode_cbor(program, 1, &bytes, &script->length, &error) != PLB_OK) {
        fail_msg("%s", error.message);
    }
    memcpy(script->bytes, bytes, script->length);
    free(bytes);
}

static void a_core_version_that_the_language_lacks(void **state) {
    test_script script;
    compile(&script, PLB_PLUTUS_V3, "(program 1.1.0 (lam d (lam r (lam c (con unit ())))))");
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
    fails_when_run(*state, &call, PLB_E_UNAVAILABLE);
    plb_protocol_parameters later = *(plb_protocol_parameters *) *state;
    later.protocol_major = 11; /* which brings it */
    plb_tx_spec spec = spec_of(&call, 1);
    accepted(&later, &spec, true);
    /* Plutus Core 2.0.0 is nowhere. */
    const test_script beyond = {{0x45, 2, 0, 0, 0x49, 0x81}, 6}; /* (con unit ()) */
    call = call_of(&beyond, PLB_PLUTUS_V3, true);
    fails_when_run(*state, &call, PLB_E_UNAVAILABLE);
}

/* Numbers of a version may have any number of leading zeros, and any size. */
static void versions_are_naturals(void **state) {
    enum { GROUPS = 20 };
    test_script script;
    compile_success(&script, PLB_PLUTUS_V2); /* begins with the version: 1, 0, 0 */
    const uint8_t highest[] = {0, 1};
    for (size_t i = 0; i < 2; i++) {
        test_script wide = {{0x58, (uint8_t) (script.length - 1 + GROUPS)}, 2};
        wide.bytes[wide.length++] = 0x81;
        for (size_t k = 1; k < GROUPS; k++) wide.bytes[wide.length++] = 0x80;
        wide.bytes[wide.length++] = highest[i];
        memcpy(&wide.bytes[wide.length], &script.bytes[2], script.length - 2);
        wide.length += script.length - 2;
        plb_tx_call call = call_of(&wide, PLB_PLUTUS_V2, true);
        plb_tx_spec spec = spec_of(&call, 1);
        if (highest[i] == 0) {
            accepted(*state, &spec, true);
        } else {
            fails_when_run(*state, &call, PLB_E_UNAVAILABLE);
        }
    }
}

static void a_free_variable(void **state) {
    /* (var 1), (var 0), and (lam x (var 2)) */
    const test_script scripts[] = {{{0x45, 1, 0, 0, 0x00, 0x11}, 6},
                                   {{0x45, 1, 0, 0, 0x00, 0x01}, 6},
                                   {{0x46, 1, 0, 0, 0x20, 0x02, 0x01}, 7}};
    for (size_t i = 0; i < 3; i++) {
        plb_tx_call call = call_of(&scripts[i], PLB_PLUTUS_V2, true);
        fails_when_run(*state, &call, PLB_E_PARSE);
    }
}

/* (program 1.1.0 (lam c [(lam d (con unit ())) BODY])) with the free variable 9 inside of a constr,
 * under a delay or not. The reference looks for free variables everywhere but there. */
static void compile_hidden(test_script *script, bool delayed) {
    plb_program *program = plb_program_new(1 << 16);
    plb_build_begin(program);
    program->version[1] = 1;
    plb_build_lam(program, NULL);
    plb_build_apply(program, 1);
    plb_build_lam(program, NULL);
    plb_build_const(program, PLB_UNIT);
    if (delayed) plb_build_delay(program);
    plb_build_constr(program, 0);
    plb_build_member(program);
    plb_build_var(program, 9);
    assert_int_equal(plb_build_end(program), PLB_BUILD_DONE);
    wrap(script, program);
    plb_program_free(program);
}

static void a_free_variable_in_a_constr(void **state) {
    test_script script;
    compile_hidden(&script, true);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, true);
    plb_tx_spec spec = spec_of(&call, 1);
    accepted(*state, &spec, true);
    compile_hidden(&script, false);
    fails_when_run(*state, &call, PLB_E_EVALUATION);
}

/* ---- Scripts that are not well-formed ---- */

static void scripts_are_wrapped_once(void **state) {
    test_script script, wrapped = {{0x40}, 1};
    compile_success(&script, PLB_PLUTUS_V2);
    wrapped.bytes[0] = (uint8_t) (0x40 + script.length);
    memcpy(&wrapped.bytes[1], script.bytes, script.length);
    wrapped.length = script.length + 1;
    plb_tx_call call = call_of(&wrapped, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    refused(*state, &spec, true, "MalformedScriptWitnesses");
    refused(*state, &spec, false, "MalformedScriptWitnesses");
}

static void bytes_behind_a_script(void **state) {
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        test_script script;
        compile_success(&script, language);
        script.bytes[script.length++] = 0;
        plb_tx_call call = call_of(&script, language, false);
        plb_tx_spec spec = spec_of(&call, 1);
        if (language < PLB_PLUTUS_V3) {
            accepted(*state, &spec, true);
        } else {
            refused(*state, &spec, true, "MalformedScriptWitnesses");
        }
    }
}

/* Reference scripts were checked when their output was made: here it is the call that fails. */
static void malformed_reference_scripts_fail_their_calls(void **state) {
    const test_script script = {{0x43, 1, 0, 0}, 4}; /* ends behind the version */
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, true);
    call.place = PLB_SCRIPT_IN_REFERENCE;
    fails_when_run(*state, &call, PLB_E_PARSE);
}

/* ---- What can't be collected ---- */

static plb_status evaluate(const plb_protocol_parameters *parameters, const plb_tx_built *built,
                           plb_submission *submission) {
    plb_ledger *ledger = ledger_with(parameters, built);
    plb_status status = plb_tx_evaluate(ledger, built->bytes, built->length, submission);
    plb_ledger_free(ledger);
    return status;
}

static void scripts_need_a_cost_model(void **state) {
    plb_protocol_parameters without = *(plb_protocol_parameters *) *state;
    test_script script;
    plb_tx_built built;
    plb_submission submission;
    compile_success(&script, PLB_PLUTUS_V2);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    build(&built, *state, &spec);
    without.cost_models[PLB_PLUTUS_V2] = (plb_cost_parameters){NULL, 0};
    assert_int_equal(evaluate(&without, &built, &submission), PLB_E_LEDGER);
    assert_string_equal(submission.error.message, "CollectErrors: NoCostModel: PlutusV2");
    plb_tx_built_free(&built);
}

/* Translation comes before evaluation: also a transaction that is marked invalid needs one. */
static void transactions_need_a_translation(void **state) {
    test_script script;
    plb_tx_built built;
    plb_submission submission;
    compile_failure(&script, PLB_PLUTUS_V3);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V3, false);
    plb_tx_spec spec = spec_of(&call, 1);
    spec.validity_interval = true;
    build(&built, *state, &spec);
    static const plb_era_summary eras[] = {{0, 0, 10, 1000, 0}}; /* two hours are beyond it */
    const plb_era_history history = {.eras = eras, .era_count = 1};
    const plb_ledger_config config = {.era_history = &history};
    plb_ledger *ledger;
    assert_int_equal(plb_ledger_new(&ledger, *state, &config, NULL), PLB_OK);
    assert_int_equal(plb_ledger_add_utxo(ledger, built.utxo, built.utxo_count, NULL), PLB_OK);
    assert_int_equal(plb_tx_evaluate(ledger, built.bytes, built.length, &submission), PLB_E_LEDGER);
    assert_string_equal(submission.error.message,
                        "CollectErrors: BadTranslation: TimeTranslationPastHorizon");
    assert_int_equal(submission.call_count, 0);
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

/* ---- Stages ---- */

static void stages_add_up(void **state) {
    test_script scripts[2];
    compile_success(&scripts[0], PLB_PLUTUS_V2);
    compile_success(&scripts[1], PLB_PLUTUS_V3);
    plb_tx_call calls[] = {call_of(&scripts[0], PLB_PLUTUS_V2, true),
                           call_of(&scripts[1], PLB_PLUTUS_V3, true)};
    calls[1].place = PLB_SCRIPT_IN_REFERENCE;
    plb_tx_spec spec = spec_of(calls, 2);
    plb_tx_built built;
    build(&built, *state, &spec);
    plb_ledger *ledger = ledger_with(*state, &built);
    uint64_t stages[PLB_STAGE_COUNT] = {0}, sum = 0;
    plb_submit_options options = {.stage_ns = stages};
    plb_submission submission;
    uint64_t begin = plb_stage_now_ns();
    for (int i = 0; i < 100; i++) {
        plb_ledger_submit(ledger, built.bytes, built.length, &options, &submission);
        assert_int_equal(submission.status, PLB_OK);
    }
    uint64_t whole = plb_stage_now_ns() - begin;
    for (size_t i = 0; i < PLB_STAGE_COUNT; i++) {
        if (stages[i] == 0) fail_msg("%s took no time", plb_stage_name((plb_stage) i));
        sum += stages[i];
    }
    assert_true(sum <= whole);
    assert_true(sum >= whole - whole / 4); /* what is left is the loop of this test */
    uint64_t before = sum;
    built.bytes[0] = 0x83; /* malformed: nothing but decoding */
    plb_ledger_submit(ledger, built.bytes, built.length, &options, &submission);
    sum = 0;
    for (size_t i = 0; i < PLB_STAGE_COUNT; i++) sum += stages[i];
    assert_int_equal(submission.status, PLB_E_PARSE);
    assert_true(sum > before);
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

static void stages_have_names(void **state) {
    (void) state;
    for (unsigned i = 0; i < PLB_STAGE_COUNT; i++) assert_non_null(plb_stage_name((plb_stage) i));
    assert_null(plb_stage_name(PLB_STAGE_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_by_purpose),
        cmocka_unit_test(other_purposes_are_noticed),
        cmocka_unit_test(all_purposes_in_one_transaction),
        cmocka_unit_test(every_call_runs),
        cmocka_unit_test(the_flag_must_be_right),
        cmocka_unit_test(budgets_are_limits),
        cmocka_unit_test(only_plutus_v3_must_return_unit),
        cmocka_unit_test(a_core_version_that_the_language_lacks),
        cmocka_unit_test(versions_are_naturals),
        cmocka_unit_test(a_free_variable),
        cmocka_unit_test(a_free_variable_in_a_constr),
        cmocka_unit_test(scripts_are_wrapped_once),
        cmocka_unit_test(bytes_behind_a_script),
        cmocka_unit_test(malformed_reference_scripts_fail_their_calls),
        cmocka_unit_test(scripts_need_a_cost_model),
        cmocka_unit_test(transactions_need_a_translation),
        cmocka_unit_test(stages_add_up),
        cmocka_unit_test(stages_have_names),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
