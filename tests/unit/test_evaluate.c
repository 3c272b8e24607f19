/* Evaluation of small programs with budgets worked out by hand, and of programs that are made to be
 * too deep, too large or endless. */
#include <pthread.h>

#include "harness/machine/term.h"
#include "tests/program_support.h"

/* ---- Running ---- */

static plb_machine *machine;
static plb_cost_model *model;
static plb_program *result;

/* Prices by which every step and builtin can be told apart in a sum. */
static const char prices[] =
    "{\"cekStartupCost\": {\"exBudgetCPU\": 7, \"exBudgetMemory\": 3},"
    " \"cekConstCost\": {\"exBudgetCPU\": 10, \"exBudgetMemory\": 1},"
    " \"cekVarCost\": {\"exBudgetCPU\": 100, \"exBudgetMemory\": 1},"
    " \"cekLamCost\": {\"exBudgetCPU\": 1000, \"exBudgetMemory\": 1},"
    " \"cekApplyCost\": {\"exBudgetCPU\": 10000, \"exBudgetMemory\": 1},"
    " \"cekDelayCost\": {\"exBudgetCPU\": 100000, \"exBudgetMemory\": 1},"
    " \"cekForceCost\": {\"exBudgetCPU\": 1000000, \"exBudgetMemory\": 1},"
    " \"cekBuiltinCost\": {\"exBudgetCPU\": 10000000, \"exBudgetMemory\": 1},"
    " \"cekConstrCost\": {\"exBudgetCPU\": 100000000, \"exBudgetMemory\": 1},"
    " \"cekCaseCost\": {\"exBudgetCPU\": 1000000000, \"exBudgetMemory\": 1},"
    " \"addInteger\": {"
    "  \"cpu\": {\"type\": \"max_size\", \"arguments\": {\"intercept\": 2, \"slope\": 1}},"
    "  \"memory\": {\"type\": \"constant_cost\", \"arguments\": 50}},"
    " \"ifThenElse\": {"
    "  \"cpu\": {\"type\": \"constant_cost\", \"arguments\": 5},"
    "  \"memory\": {\"type\": \"constant_cost\", \"arguments\": 70}},"
    " \"headList\": {"
    "  \"cpu\": {\"type\": \"linear_in_x\", \"arguments\": {\"intercept\": 0, \"slope\": 3}},"
    "  \"memory\": {\"type\": \"constant_cost\", \"arguments\": 0}},"
    " \"trace\": {"
    "  \"cpu\": {\"type\": \"constant_cost\", \"arguments\": 0},"
    "  \"memory\": {\"type\": \"constant_cost\", \"arguments\": 0}}}";

static int setup(void **state) {
    (void) state;
    plb_error error = {0};
    machine = plb_machine_new((size_t) 1 << 28);
    result = plb_program_new((size_t) 1 << 28);
    if (plb_cost_model_load(&model, newest, "prices", prices, strlen(prices), &error) != PLB_OK) {
        fprintf(stderr, "%s: %s\n", error.where, error.message);
        return -1;
    }
    return machine != NULL && result != NULL ? 0 : -1;
}

static int teardown(void **state) {
    (void) state;
    plb_machine_free(machine);
    plb_cost_model_free(model);
    plb_program_free(result);
    return 0;
}

static const plb_exunits no_limit = {INT64_MAX, INT64_MAX};

static plb_outcome run_in(plb_era era, const plb_program *program, plb_exunits limit) {
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = era, .limit = limit};
    plb_outcome outcome;
    plb_status status = plb_machine_run(machine, &evaluation, &outcome);
    assert_int_equal(status, outcome.status);
    if (outcome.status == PLB_OK) {
        assert_string_equal(outcome.message, "");
    } else {
        assert_string_not_equal(outcome.message, "");
    }
    return outcome;
}

static plb_outcome run(const plb_program *program) { return run_in(newest, program, no_limit); }

static void assert_result(const char *expected) {
    plb_error error = {0};
    plb_program *wanted = parse(expected);
    if (plb_machine_result(machine, result, &error) != PLB_OK) fail_msg("%s", error.message);
    if (!plb_program_equal(result, wanted)) fail_msg("got %s", print(result));
    plb_program_free(wanted);
}

/* The program in `text` (without its version) gives `expected` for that many steps and memory. */
static void assert_costs(const char *text, const char *expected, int64_t steps, int64_t memory) {
    char whole[512], wanted[512];
    snprintf(whole, sizeof whole, "(program 1.1.0 %s)", text);
    snprintf(wanted, sizeof wanted, "(program 1.1.0 %s)", expected);
    plb_program *program = parse(whole);
    plb_outcome outcome = run(program);
    if (outcome.status != PLB_OK) fail_msg("%s: %s", text, outcome.message);
    assert_int_equal(outcome.spent.steps, steps);
    assert_int_equal(outcome.spent.memory, memory);
    assert_result(wanted);
    plb_program_free(program);
}

static void assert_fails_in(plb_era era, const char *text, const char *reason) {
    char whole[512];
    snprintf(whole, sizeof whole, "(program 1.1.0 %s)", text);
    plb_program *program = parse(whole);
    plb_outcome outcome = run_in(era, program, no_limit);
    if (outcome.status != PLB_E_EVALUATION) fail_msg("%s: status %d", text, outcome.status);
    if (strstr(outcome.message, reason) == NULL) fail_msg("%s: %s", text, outcome.message);
    plb_error error = {0};
    assert_int_equal(plb_machine_result(machine, result, &error), PLB_E_ARGUMENT);
    assert_false(plb_machine_result_is_unit(machine));
    plb_program_free(program);
}

static void assert_fails(const char *text, const char *reason) {
    assert_fails_in(newest, text, reason);
}

/* ---- Budgets ---- */

static void test_budgets(void **state) {
    (void) state;
    assert_costs("(con integer 1)", "(con integer 1)", 17, 4);
    assert_costs("(lam x x)", "(lam x x)", 1007, 4);
    assert_costs("(delay (error))", "(delay (error))", 100007, 4);
    assert_costs("(builtin addInteger)", "(builtin addInteger)", 10000007, 4);
    assert_costs("(force (delay (con unit ())))", "(con unit ())", 1100017, 6);
    /* apply, lam, const, var */
    assert_costs("[(lam x x) (con unit ())]", "(con unit ())", 11117, 7);
    /* two of each but var */
    assert_costs("[(lam x (lam y x)) (con unit ()) (con bool True)]", "(con unit ())", 22127, 10);
    assert_costs("[(lam x (lam y y)) (con unit ())]", "(lam y y)", 12017, 7);
    /* 2 apply, builtin, 2 const; 2 + 1 * max(1, 1) and 50 */
    assert_costs("[(builtin addInteger) (con integer 2) (con integer 3)]", "(con integer 5)",
                 10020030, 58);
    /* 2^64 has size 2 */
    assert_costs("[(builtin addInteger) (con integer 18446744073709551616) (con integer 0)]",
                 "(con integer 18446744073709551616)", 10020031, 58);
    assert_costs("[(builtin addInteger) (con integer 2)]", "[(builtin addInteger) (con integer 2)]",
                 10010017, 6);
    /* 3 apply, force, builtin, const, 2 delay, and the force around */
    assert_costs("(force [(force (builtin ifThenElse)) (con bool False) (delay (error))"
                 " (delay (con unit ()))])",
                 "(con unit ())", 12230032, 83);
    /* headList is priced by the list's length here: 3 * 4 */
    assert_costs("[(force (builtin headList)) (con (list integer) [8, 7, 6, 5])]",
                 "(con integer 8)", 11010029, 7);
    assert_costs("(constr 3 (con unit ()) (lam x x))", "(constr 3 (con unit ()) (lam x x))",
                 100001017, 6);
    assert_costs("(case (constr 1) (error) (con unit ()))", "(con unit ())", 1100000017, 6);
    /* case, constr, const, then lam, var */
    assert_costs("(case (constr 0 (con unit ())) (lam x x))", "(con unit ())", 1100001117, 8);
    assert_costs("(case (con integer 1) (error) (con unit ()))", "(con unit ())", 1000000027, 6);
}

/* A step that is not taken is not paid, a step that fails is. */
static void test_budget_of_failures(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.1.0 [(con unit ()) (con unit ())])");
    plb_outcome outcome = run(program);
    assert_int_equal(outcome.status, PLB_E_EVALUATION);
    assert_int_equal(outcome.steps, 3);
    assert_int_equal(outcome.spent.steps, 7); /* the three steps were never charged */
    plb_program_free(program);
    /* 199 delays and forces are not, 200 are. */
    for (size_t count = 99; count <= 100; count++) {
        char *text = nested("(program 1.1.0 ", "(force (delay ", "(error)", "))", ")", count);
        program = parse(text);
        outcome = run(program);
        assert_int_equal(outcome.status, PLB_E_EVALUATION);
        assert_int_equal(outcome.steps, 2 * count);
        assert_int_equal(outcome.spent.steps, count < 100 ? 7 : 7 + 100 * 1100000);
        assert_int_equal(outcome.spent.memory, count < 100 ? 3 : 203);
        plb_program_free(program);
        free(text);
    }
}

static void test_limits(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.1.0 [(lam x x) (con unit ())])");
    plb_outcome outcome = run_in(newest, program, (plb_exunits){.memory = 7, .steps = 11117});
    assert_int_equal(outcome.status, PLB_OK);
    outcome = run_in(newest, program, (plb_exunits){.memory = 7, .steps = 11116});
    assert_int_equal(outcome.status, PLB_E_BUDGET);
    assert_non_null(strstr(outcome.message, "steps"));
    assert_int_equal(outcome.spent.steps, 11117);
    outcome = run_in(newest, program, (plb_exunits){.memory = 6, .steps = INT64_MAX});
    assert_int_equal(outcome.status, PLB_E_BUDGET);
    assert_non_null(strstr(outcome.message, "memory"));
    outcome = run_in(newest, program, (plb_exunits){.memory = 0, .steps = 0});
    assert_int_equal(outcome.status, PLB_E_BUDGET);
    assert_int_equal(outcome.steps, 0);
    outcome = run_in(newest, program, (plb_exunits){.memory = -5, .steps = -5});
    assert_int_equal(outcome.status, PLB_E_BUDGET);
    assert_true(outcome.bytes < 4096);
    plb_program_free(program);
}

/* ---- Failures ---- */

static void test_failures(void **state) {
    (void) state;
    assert_fails("(error)", "error");
    assert_fails("[(con unit ()) (con unit ())]", "no function");
    assert_fails("[(delay (error)) (con unit ())]", "no function");
    assert_fails("[(constr 0) (con unit ())]", "no function");
    assert_fails("(force (con unit ()))", "forced");
    assert_fails("(force (lam x x))", "forced");
    assert_fails("(force (builtin addInteger))", "forced");
    assert_fails("(force (force (builtin headList)))", "forced");
    assert_fails("(force [(force (builtin ifThenElse)) (con bool True)])", "forced");
    assert_fails("[(builtin headList) (con unit ())]", "before it was forced");
    assert_fails("[(builtin addInteger) (con unit ()) (con integer 1)]", "wrong type");
    assert_fails("[(builtin addInteger) (con integer 1) (lam x x)]", "wrong type");
    assert_fails("[(builtin addInteger) (con integer 1) (con integer 1) (con integer 1)]",
                 "no function");
    assert_fails("(case (lam x x) (error))", "neither constr nor constant");
    assert_fails("(case (constr 1) (con unit ()))", "no branch");
    assert_fails("(case (constr 18446744073709551615) (con unit ()))", "no branch");
    assert_fails("(case (constr 0 (con unit ())) (con unit ()))", "no function");
    /* The argument is computed before the function is found to be none. */
    plb_program *program =
        parse("(program 1.1.0 [(con unit ()) [(force (builtin trace)) (con string \"x\")"
              " (con unit ())]])");
    assert_int_equal(run(program).status, PLB_E_EVALUATION);
    assert_int_equal(plb_machine_log_count(machine), 1);
    plb_program_free(program);
}

static void test_case_on_constants(void **state) {
    (void) state;
    static const plb_era before = {PLB_PLUTUS_V3, 10};
    static const plb_era since = {PLB_PLUTUS_V3, 11};
    static const struct {
        const char *text;
        bool works;
    } cases[] = {
        {"(case (con integer 0) (con unit ()))", true},
        {"(case (con integer 1) (con unit ()))", false},
        {"(case (con integer -1) (con unit ()) (con unit ()))", false},
        {"(case (con integer 18446744073709551616) (con unit ()))", false},
        {"(case (con unit ()) (con unit ()))", true},
        {"(case (con unit ()))", false},
        {"(case (con unit ()) (con unit ()) (con unit ()))", false},
        {"(case (con bool False) (con unit ()))", true},
        {"(case (con bool True) (con unit ()))", false},
        {"(case (con bool False) (con unit ()) (error))", true},
        {"(case (con bool True) (error) (con unit ()))", true},
        {"(case (con bool False) (con unit ()) (error) (error))", false},
        {"(case (con (list unit) []) (error))", false},
        {"(case (con (list unit) []) (error) (con unit ()))", true},
        {"(case (con (list unit) []) (error) (con unit ()) (error))", false},
        {"(case (con (list unit) [()]) (lam x (lam y x)))", true},
        {"(case (con (list unit) [()]) (lam x (lam y x)) (error))", true},
        {"(case (con (list unit) [()]) (lam x (lam y x)) (error) (error))", false},
        {"(case (con (pair unit bool) ((), True)) (lam x (lam y x)))", true},
        {"(case (con (pair unit bool) ((), True)) (lam x (lam y x)) (error))", false},
        {"(case (con bytestring #) (con unit ()))", false},
        {"(case (con string \"\") (con unit ()))", false},
        {"(case (con data (I 0)) (con unit ()))", false},
        {"(case (con (array unit) [()]) (con unit ()))", false},
        {"(case (builtin addInteger) (con unit ()))", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char whole[256];
        snprintf(whole, sizeof whole, "(program 1.1.0 %s)", cases[i].text);
        plb_program *program = parse(whole);
        plb_outcome outcome = run_in(since, program, no_limit);
        if (outcome.status != (cases[i].works ? PLB_OK : PLB_E_EVALUATION)) {
            fail_msg("%s: %s", cases[i].text, outcome.message);
        }
        if (cases[i].works) assert_true(plb_machine_result_is_unit(machine));
        assert_int_equal(run_in(before, program, no_limit).status, PLB_E_EVALUATION);
        plb_program_free(program);
    }
}

static void test_free_variables(void **state) {
    (void) state;
    static const uint64_t indexes[] = {0, 2, 0x1000000, UINT64_MAX};
    plb_program *program = new_program();
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        plb_build_begin(program);
        plb_build_apply(program, 1);
        plb_build_lam(program, NULL);
        plb_build_var(program, indexes[i]);
        plb_build_const(program, PLB_UNIT);
        plb_outcome outcome = run(program);
        assert_int_equal(outcome.status, PLB_E_EVALUATION);
        assert_non_null(strstr(outcome.message, "free"));
        /* Where it is not reached, it stays. */
        plb_build_begin(program);
        plb_build_lam(program, NULL);
        plb_build_var(program, indexes[i]);
        assert_int_equal(run(program).status, PLB_OK);
        assert_int_equal(plb_machine_result(machine, result, NULL), PLB_OK);
        assert_true(plb_program_equal(result, program));
    }
    plb_program_free(program);
}

/* ---- Logs ---- */

static void test_logs(void **state) {
    (void) state;
    plb_program *program =
        parse("(program 1.1.0 [(lam x (error)) [(force (builtin trace)) (con string \"a\\0b\")"
              " [(force (builtin trace)) (con string \"\") (con unit ())]]])");
    assert_int_equal(run(program).status, PLB_E_EVALUATION);
    assert_int_equal(plb_machine_log_count(machine), 2);
    size_t length = 99;
    assert_string_equal(plb_machine_log_line(machine, 0, &length), "");
    assert_int_equal(length, 0);
    const char *line = plb_machine_log_line(machine, 1, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(line, "a\0b", 4);
    assert_non_null(plb_machine_log_line(machine, 1, NULL));
    assert_null(plb_machine_log_line(machine, 2, &length));
    plb_program_free(program);
    program = parse("(program 1.0.0 (con unit ()))");
    assert_int_equal(run(program).status, PLB_OK);
    assert_int_equal(plb_machine_log_count(machine), 0);
    plb_program_free(program);
}

/* ---- Arguments ---- */

static plb_status run_with(const plb_program *program, const plb_program *const *arguments,
                           size_t count, plb_outcome *outcome) {
    plb_evaluation evaluation = {.program = program,
                                 .arguments = arguments,
                                 .argument_count = count,
                                 .cost_model = model,
                                 .era = newest,
                                 .limit = no_limit};
    return plb_machine_run(machine, &evaluation, outcome);
}

static void test_arguments(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.1.0 (lam x (lam y (lam z (constr 0 z y x)))))");
    plb_program *one = parse("(program 1.0.0 (con integer 1))");
    plb_program *data = parse("(program 1.0.0 (con data (List [I 2])))");
    const plb_program *arguments[] = {one, data, one};
    plb_outcome outcome;
    assert_int_equal(run_with(program, arguments, 3, &outcome), PLB_OK);
    assert_result("(program 1.1.0 (constr 0 (con integer 1) (con data (List [I 2])) "
                  "(con integer 1)))");
    /* 3 apply, 3 lam, 3 const, constr, 3 var: as if they were applied in the program */
    assert_int_equal(outcome.spent.steps, 100033337);
    assert_int_equal(run_with(program, arguments, 1, &outcome), PLB_OK);
    assert_result("(program 1.1.0 (lam y (lam z (constr 0 z y (con integer 1)))))");
    assert_int_equal(run_with(program, NULL, 0, &outcome), PLB_OK);
    assert_result("(program 1.1.0 (lam x (lam y (lam z (constr 0 z y x)))))");
    plb_program_free(program);

    /* More than there are lambdas; to a builtin; many. */
    program = parse("(program 1.1.0 (lam x (builtin addInteger)))");
    assert_int_equal(run_with(program, (const plb_program *[]){data, one, one}, 3, &outcome),
                     PLB_OK);
    assert_result("(program 1.1.0 (con integer 2))");
    plb_program_free(program);
    program = parse("(program 1.1.0 (lam a (lam b (lam c (lam d (lam e (lam f "
                    "(lam g (lam h (lam i (lam j (lam k (lam l [(builtin addInteger) a l])"
                    "))))))))))))");
    const plb_program *many[12];
    for (size_t i = 0; i < 12; i++) many[i] = one;
    assert_int_equal(run_with(program, many, 12, &outcome), PLB_OK);
    assert_result("(program 1.1.0 (con integer 2))");

    /* What can't be an argument. */
    plb_program *lambda = parse("(program 1.0.0 (lam x x))");
    plb_program *list = parse("(program 1.0.0 (con (list integer) []))");
    assert_int_equal(run_with(program, (const plb_program *[]){one, lambda}, 2, &outcome),
                     PLB_E_ARGUMENT);
    assert_non_null(strstr(outcome.message, "argument 2"));
    assert_int_equal(run_with(program, (const plb_program *[]){list}, 1, &outcome), PLB_E_ARGUMENT);
    plb_program *empty = new_program();
    assert_int_equal(run_with(empty, NULL, 0, &outcome), PLB_E_ARGUMENT);
    assert_non_null(strstr(outcome.message, "empty"));
    assert_int_equal(run_with(program, many, 12, &outcome), PLB_OK);
    plb_program_free(program);
    plb_program_free(empty);
    plb_program_free(lambda);
    plb_program_free(list);
    plb_program_free(one);
    plb_program_free(data);
}

/* ---- Memory ---- */

#define OMEGA "[(lam s [s s]) (lam s [s s])]"

static void test_endless_loops(void **state) {
    (void) state;
    static const char *const loops[] = {
        OMEGA,
        "[(lam s [(builtin addInteger) (con integer 1) [s s]]) "
        "(lam s [(builtin addInteger) (con integer 1) [s s]])]",
        "[(lam s (force (delay [s s]))) (lam s (force (delay [s s])))]",
        "[(lam s (constr 0 [s s])) (lam s (constr 0 [s s]))]",
        "[(lam s (lam x [s s (constr 0 x x)])) (lam s (lam x [s s (constr 0 x x)])) (con unit ())]",
        "[(lam s (lam x [s s [(force (builtin trace)) x x]]))"
        " (lam s (lam x [s s [(force (builtin trace)) x x]])) (con string \"looping\")]",
        "[(lam s (lam x [s s [(builtin appendByteString) x x]]))"
        " (lam s (lam x [s s [(builtin appendByteString) x x]])) (con bytestring #00)]",
        "[(lam s (lam x [s s [(builtin multiplyInteger) x x]]))"
        " (lam s (lam x [s s [(builtin multiplyInteger) x x]])) (con integer 3)]",
        "(case (constr 0 (lam s [s s])) (lam s (case (constr 0 s) (lam t [t t]))))",
    };
    static const plb_era unbounded = {PLB_PLUTUS_V3, 10};
    plb_machine *small = plb_machine_new((size_t) 4 << 20);
    assert_non_null(small);
    for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "(program 1.1.0 %s)", loops[i]);
        plb_program *program = parse(text);
        plb_evaluation evaluation = {
            .program = program, .cost_model = model, .era = unbounded, .limit = no_limit};
        plb_outcome outcome;
        plb_machine_run(small, &evaluation, &outcome);
        if (outcome.status != PLB_E_MEMORY) fail_msg("%s: %d", loops[i], outcome.status);
        assert_non_null(strstr(outcome.message, "byte cap"));
        assert_true(outcome.bytes <= (size_t) 4 << 20);
        assert_int_equal(plb_machine_result(small, result, NULL), PLB_E_ARGUMENT);
        /* A limit stops it before. */
        evaluation.limit = (plb_exunits){.memory = 1000, .steps = INT64_MAX};
        plb_machine_run(small, &evaluation, &outcome);
        assert_int_equal(outcome.status, PLB_E_BUDGET);
        plb_program_free(program);
    }
    /* And the machine goes on. */
    plb_program *program = parse("(program 1.1.0 [(lam x x) (con unit ())])");
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = newest, .limit = no_limit};
    plb_outcome outcome;
    assert_int_equal(plb_machine_run(small, &evaluation, &outcome), PLB_OK);
    assert_int_equal(outcome.spent.steps, 11117);
    assert_true(plb_machine_result_is_unit(small));
    plb_program_free(program);
    plb_machine_free(small);
}

/* [(lam x (constr 0 x x)) .. [(lam x (constr 0 x x)) (con unit ())]]: small in the machine's
 * memory, of 2^count leaves when written out. */
static void test_exponential_result(void **state) {
    (void) state;
    static const size_t counts[] = {3, 40, 4000};
    plb_program *little = plb_program_new((size_t) 1 << 20);
    plb_error error = {0};
    assert_non_null(little);
    for (size_t i = 0; i < 3; i++) {
        char *text = nested("(program 1.1.0 ", "[(lam x (constr 0 x x)) ", "(con unit ())", "]",
                            ")", counts[i]);
        plb_program *program = parse(text);
        assert_int_equal(run(program).status, PLB_OK);
        plb_status status = plb_machine_result(machine, little, &error);
        assert_int_equal(status, i == 0 ? PLB_OK : PLB_E_MEMORY);
        if (i > 0) assert_non_null(strstr(error.message, "1048576 bytes"));
        plb_program_free(program);
        free(text);
    }
    plb_program_free(little);
}

/* A result that is as deep as the loop that made it was long. */
static void test_deep_results(void **state) {
    (void) state;
    static const char *const wraps[] = {"(lam y x)", "(delay x)", "(constr 1 x)",
                                        "[(force (builtin mkCons)) (lam y x)]",
                                        "(lam y (lam z [y x z]))"};
    for (size_t i = 0; i < sizeof wraps / sizeof wraps[0]; i++) {
        char text[512];
        snprintf(
            text, sizeof text,
            "(program 1.1.0 [(lam s [s s]) (lam s (lam n (lam x (case [(builtin lessThanInteger) n "
            "(con integer 1)] [s s [(builtin subtractInteger) n (con integer 1)] %s] x)))) "
            "(con integer 100000) (con unit ())])",
            wraps[i]);
        plb_program *program = parse(text);
        assert_int_equal(run(program).status, PLB_OK);
        plb_error error = {0};
        if (plb_machine_result(machine, result, &error) != PLB_OK) fail_msg("%s", error.message);
        char *printed = print(result);
        plb_program *again = parse(printed);
        assert_true(plb_program_equal(result, again));
        plb_program_free(again);
        plb_program_free(program);
        free(printed);
    }
}

/* ---- Depth ---- */

#define DEEP 500000
#define SMALL_STACK ((size_t) 256 << 10)

typedef struct deep_case {
    const char *unit, *middle, *end;
    plb_status status; /* of evaluation */
} deep_case;

static const deep_case deep_cases[] = {
    {"(delay ", "(con unit ())", ")", PLB_OK},
    {"(force ", "(con unit ())", ")", PLB_E_EVALUATION},
    {"(force (delay ", "(con unit ())", "))", PLB_OK},
    {"(lam x ", "x", ")", PLB_OK},
    {"[", "(lam x x)", " (con unit ())]", PLB_E_EVALUATION},
    {"[(lam x x) ", "(con unit ())", "]", PLB_OK},
    {"[(lam x ", "x", ") (con unit ())]", PLB_OK},
    {"(constr 0 ", "(con unit ())", ")", PLB_OK},
    {"(constr 0 (con unit ()) ", "(con unit ())", " (error))", PLB_E_EVALUATION},
    {"(case ", "(constr 0)", " (constr 0))", PLB_OK},
    {"(case (constr 0) ", "(con unit ())", ")", PLB_OK},
    {"[(builtin addInteger) (con integer 1) ", "(con integer 1)", "]", PLB_OK},
    {"[(lam f (force (delay f))) (delay ", "(con unit ())", ")]", PLB_OK},
    {"(force [(force (builtin ifThenElse)) (con bool True) (delay ", "(con unit ())",
     ") (delay (error))])", PLB_OK},
};

/* In a thread: what fails must not jump out of it, so this returns what is wrong. */
static const char *do_deep_case(const deep_case *deep, plb_program *program, plb_program *again,
                                plb_machine *own, plb_program *out) {
    char *text = nested("(program 1.1.0 ", deep->unit, deep->middle, deep->end, ")", DEEP);
    plb_status status = plb_program_parse_text(program, newest, text, strlen(text), NULL);
    free(text);
    if (status != PLB_OK) return "parsing";
    uint8_t *bytes;
    size_t length;
    if (plb_program_encode_flat(program, &bytes, &length, NULL) != PLB_OK) return "encoding";
    status = plb_program_decode_flat(again, newest, bytes, length, NULL);
    free(bytes);
    if (status != PLB_OK) return "decoding";
    if (!plb_program_equal(program, again)) return "equality";
    plb_evaluation evaluation = {
        .program = again, .cost_model = model, .era = newest, .limit = no_limit};
    plb_outcome outcome;
    if (plb_machine_run(own, &evaluation, &outcome) != deep->status) return "evaluation";
    if (deep->status != PLB_OK) return NULL;
    if (plb_machine_result(own, out, NULL) != PLB_OK) return "the result";
    if (plb_program_print(out, 0, &text, &length, NULL) != PLB_OK) return "printing";
    free(text);
    if (plb_program_encode_flat(out, &bytes, &length, NULL) != PLB_OK) return "encoding the result";
    free(bytes);
    return NULL;
}

typedef struct deep_work {
    char problem[256]; /* empty: none */
} deep_work;

static void *deep_thread(void *argument) {
    deep_work *work = argument;
    plb_program *program = plb_program_new(0);
    plb_program *again = plb_program_new(0);
    plb_program *out = plb_program_new(0);
    plb_machine *own = plb_machine_new(0);
    for (size_t i = 0; i < sizeof deep_cases / sizeof deep_cases[0]; i++) {
        const char *problem = do_deep_case(&deep_cases[i], program, again, own, out);
        if (problem != NULL) {
            snprintf(work->problem, sizeof work->problem, "%s..: %s", deep_cases[i].unit, problem);
            break;
        }
    }
    plb_program_free(program);
    plb_program_free(again);
    plb_program_free(out);
    plb_machine_free(own);
    return NULL;
}

static void run_in_small_stack(void *(*body)(void *), void *argument) {
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, body, argument), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

static void test_depth(void **state) {
    (void) state;
    deep_work work = {""};
    run_in_small_stack(deep_thread, &work);
    assert_string_equal(work.problem, "");
}

/* Data, lists of lists and pairs of pairs. */
static const char *do_deep_constant(const char *text, plb_program *program, plb_program *out,
                                    plb_machine *own) {
    if (plb_program_parse_text(program, newest, text, strlen(text), NULL) != PLB_OK) {
        return "parsing";
    }
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = newest, .limit = no_limit};
    plb_outcome outcome;
    uint8_t *bytes;
    size_t length;
    char *printed;
    if (plb_machine_run(own, &evaluation, &outcome) != PLB_OK) return "evaluation";
    if (plb_machine_result(own, out, NULL) != PLB_OK) return "the result";
    if (plb_program_print(out, 0, &printed, &length, NULL) != PLB_OK) return "printing";
    free(printed);
    if (plb_program_encode_flat(program, &bytes, &length, NULL) != PLB_OK) return "encoding";
    plb_status status = plb_program_decode_flat(out, newest, bytes, length, NULL);
    free(bytes);
    if (status != PLB_OK) return "decoding";
    return plb_program_equal(program, out) ? NULL : "equality";
}

static void *deep_constants_thread(void *argument) {
    deep_work *work = argument;
    plb_program *program = plb_program_new(0);
    plb_program *out = plb_program_new(0);
    plb_machine *own = plb_machine_new(0);
    char *lists = nested("(program 1.1.0 (con ", "(list ", "integer", ")", " []))", 60000);
    char *datum = nested("", "List [", "", "]", "", DEEP);
    char *constr = nested("", "Constr 0 [", "", "]", "", DEEP);
    char *maps = nested("(program 1.1.0 (con data (", "Map [(I 1, ", "I 0", ")]", ")))", DEEP);
    char *text = malloc(2 * strlen(datum) + 2 * strlen(constr) + 256);
    const char *problem = do_deep_constant(lists, program, out, own);
    if (problem == NULL) problem = do_deep_constant(maps, program, out, own);
    sprintf(text, "(program 1.1.0 [(builtin equalsData) (con data (%s)) (con data (%s))])", datum,
            datum);
    if (problem == NULL) problem = do_deep_constant(text, program, out, own);
    sprintf(text, "(program 1.1.0 [(builtin serialiseData) (con data (%s))])", constr);
    if (problem == NULL) problem = do_deep_constant(text, program, out, own);
    sprintf(text, "(program 1.1.0 [(lam x x) (con data (%s))])", constr);
    if (problem == NULL) problem = do_deep_constant(text, program, out, own);
    if (problem != NULL) snprintf(work->problem, sizeof work->problem, "%s", problem);
    free(lists);
    free(datum);
    free(constr);
    free(maps);
    free(text);
    plb_program_free(program);
    plb_program_free(out);
    plb_machine_free(own);
    return NULL;
}

static void test_deep_constants(void **state) {
    (void) state;
    deep_work work = {""};
    run_in_small_stack(deep_constants_thread, &work);
    assert_string_equal(work.problem, "");
}

/* ---- Threads ---- */

typedef struct shared_work {
    const plb_program *program;
    uint64_t wrong;
} shared_work;

static void *shared_thread(void *argument) {
    shared_work *work = argument;
    plb_machine *own = plb_machine_new((size_t) 64 << 20);
    plb_program *out = plb_program_new((size_t) 1 << 20);
    plb_program *expected = plb_program_new((size_t) 1 << 20);
    static const char text[] = "(program 1.1.0 (constr 0 (con integer 5050) (con data (I 1))))";
    work->wrong = plb_program_parse_text(expected, newest, text, strlen(text), NULL) != PLB_OK;
    for (int i = 0; i < 300; i++) {
        plb_evaluation evaluation = {
            .program = work->program, .cost_model = model, .era = newest, .limit = no_limit};
        plb_outcome outcome;
        work->wrong += plb_machine_run(own, &evaluation, &outcome) != PLB_OK;
        work->wrong += plb_machine_result(own, out, NULL) != PLB_OK;
        work->wrong += !plb_program_equal(out, expected);
    }
    plb_machine_free(own);
    plb_program_free(out);
    plb_program_free(expected);
    return NULL;
}

/* A program and a cost model may be used by several machines at once; data caches its size. */
static void test_shared_program(void **state) {
    (void) state;
    plb_program *program = parse(
        "(program 1.1.0 (constr 0 [(lam s [s s (con integer 100) (con integer 0)]) (lam s (lam n "
        "(lam x "
        "(case [(builtin lessThanInteger) n (con integer 1)] [s s [(builtin subtractInteger) n "
        "(con integer 1)] [(builtin addInteger) x n]] x))))] (case [(builtin equalsData) "
        "(con data (List [I 1, Map [(I 2, B #00)]])) (con data (List [I 1, Map [(I 2, B #00)]]))] "
        "(error) (con data (I 1)))))");
    shared_work work[2] = {{program, 0}, {program, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, shared_thread, &work[i]), 0);
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    assert_int_equal(work[0].wrong, 0);
    assert_int_equal(work[1].wrong, 0);
    plb_program_free(program);
}

/* ---- Tally ---- */

static void test_tally(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.1.0 [(builtin addInteger) (con integer 2) [(lam x x) "
                                 "[(builtin addInteger) (con integer 2) (con integer 3)]]])");
    plb_tally tally;
    memset(&tally, 0xff, sizeof tally);
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = newest, .limit = no_limit, .tally = &tally};
    plb_outcome outcome;
    assert_int_equal(plb_machine_run(machine, &evaluation, &outcome), PLB_OK);
    static const uint64_t counts[PLB_TALLY_STEPS] = {3, 1, 1, 5, 0, 0, 2, 0, 0};
    for (int i = 0; i < PLB_TALLY_STEPS; i++) assert_int_equal(tally.step_count[i], counts[i]);
    assert_int_equal(tally.step_cost[3].steps, 50000);
    assert_int_equal(tally.step_cost[3].memory, 5);
    assert_int_equal(tally.builtin_count[0], 2);
    assert_int_equal(tally.builtin_cost[0].steps, 6);
    assert_int_equal(tally.builtin_cost[0].memory, 100);
    assert_int_equal(tally.builtin_count[1], 0);
    assert_int_equal(tally.startup.steps, 7);
    assert_int_equal(outcome.steps, 12);
    assert_int_equal(outcome.spent.steps, 20051143);
    plb_program_free(program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budgets),
        cmocka_unit_test(test_budget_of_failures),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_case_on_constants),
        cmocka_unit_test(test_free_variables),
        cmocka_unit_test(test_logs),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_endless_loops),
        cmocka_unit_test(test_exponential_result),
        cmocka_unit_test(test_deep_results),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_deep_constants),
        cmocka_unit_test(test_shared_program),
        cmocka_unit_test(test_tally),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
