/* Workers of a regression run: this program is what is started. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "calibrate/regress/items.h"
#include "calibrate/regress/worker.h"

#define CRASH "crash" /* an argument: what an older library might do */

static char *const arguments[] = {(char[]){"worker"}, NULL};
static char *const crashing[] = {(char[]){"worker"}, (char[]){CRASH}, NULL};
static const plb_gate_plan plan = {.arguments = arguments};

#define ADD "(program 1.0.0 [(builtin addInteger) (con integer 1) (con integer 2)])"
#define FAILING "(program 1.0.0 (error))"

static plb_gate_call call_of(const char *text) {
    return (plb_gate_call){
        .era = {PLB_PLUTUS_V3, 10},
        .blobs = {{PLB_FORMAT_TEXT, (const uint8_t *) text, strlen(text)}},
        .blob_count = 1,
    };
}

static void calls_are_timed_and_charged(void **state) {
    (void) state;
    plb_gate_worker_process worker;
    plb_gate_answer answer;
    plb_error error;
    plb_gate_call call = call_of(ADD);
    assert_int_equal(plb_gate_worker_start(&worker, &plan, NULL, 7, &error), PLB_OK);
    assert_non_null(strstr(worker.hello.library, plb_version()));
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_OK);
    assert_true(answer.typical_ns > 1 && answer.typical_ns < 1e6);
    /* Starting, five steps (cekMachineCostsC.json), and addInteger of words
     * (builtinCostModelC.json).
     */
    assert_int_equal(answer.spent.steps, 100 + 5 * 16000 + 100788 + 420);
    call.quantity = PLB_GATE_DECODE;
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_OK);
    assert_true(answer.typical_ns > 1);
    call = call_of(FAILING);
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_E_EVALUATION);
    assert_non_null(strstr(error.message, "it can't be evaluated"));
    call = call_of("(program 1.0.0 (");
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_E_PARSE);
    call = call_of(ADD); /* it goes on */
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_OK);
    plb_gate_worker_stop(&worker);
    plb_gate_worker_stop(&worker); /* once is enough */
}

static void a_program_is_applied_to_results(void **state) {
    (void) state;
    static const char function[] = "(program 1.0.0 (builtin subtractInteger))";
    plb_gate_library own;
    plb_gate_timer *timer;
    plb_gate_answer answer;
    plb_error error;
    plb_gate_call call = call_of(function);
    call.blobs[1] = call.blobs[2] = call_of(ADD).blobs[0];
    call.blob_count = 3;
    call.charge_only = true;
    plb_gate_library_own(&own, NULL);
    assert_int_equal(plb_gate_timer_new(&timer, &own, 1, &error), PLB_OK);
    plb_gate_time_call(timer, &call, &answer);
    assert_int_equal(answer.error.status, PLB_OK);
    assert_int_equal(answer.spent.steps, 100 + 5 * 16000 + 100788 + 420);
    call.blobs[2] = call_of(FAILING).blobs[0];
    plb_gate_time_call(timer, &call, &answer);
    assert_int_equal(answer.error.status, PLB_E_EVALUATION);
    plb_gate_timer_free(timer);
}

static void a_worker_that_ends_is_told(void **state) {
    (void) state;
    plb_gate_worker_process worker;
    plb_gate_answer answer;
    plb_error error;
    plb_gate_call call = call_of(ADD);
    plb_gate_plan crash = {.arguments = crashing};
    assert_int_equal(plb_gate_worker_start(&worker, &crash, NULL, 7, &error), PLB_E_MEASURE);
    assert_non_null(strstr(error.message, "a worker ended without an answer: signal 11"));
    assert_int_equal(plb_gate_worker_start(&worker, &plan, NULL, 7, &error), PLB_OK);
    (void) kill(worker.process, SIGKILL);
    assert_int_equal(plb_gate_worker_ask(&worker, &call, &answer, &error), PLB_E_MEASURE);
    assert_non_null(strstr(error.message, "signal 9"));
    plb_gate_worker_stop(&worker);
}

/* What starting a worker for a file says. */
static void no_library(const char *file, const char *message) {
    plb_gate_worker_process worker;
    plb_error error;
    assert_int_equal(plb_gate_worker_start(&worker, &plan, file, 7, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.where, file);
    if (strstr(error.message, message) == NULL) fail_msg("%s", error.message);
}

static void what_is_no_library_is_refused(void **state) {
    (void) state;
    no_library("nowhere.so", "expected a libplutbench.so: it could not be opened");
    no_library("/dev/null", "expected a libplutbench.so: ");
    no_library("/lib/x86_64-linux-gnu/libm.so.6", "expected a libplutbench.so: it ");
}

/* ---- Items ---- */

static plb_status choose(const char *const *words, size_t count, plb_gate_items *items,
                         plb_error *error) {
    plb_gate_plan chosen = {.words = words, .word_count = count, .chosen = count > 0};
    return plb_gate_items_choose(items, &chosen, error);
}

static void words_are_points_builtins_and_scripts(void **state) {
    (void) state;
    const char *words[] = {"sha2_256", "AddInteger/3/4", "loop-v3"};
    plb_gate_items items;
    plb_error error;
    assert_int_equal(choose(words, 3, &items, &error), PLB_OK);
    assert_int_equal(items.count, 4);
    assert_string_equal(items.list[0].found.name, "AddInteger/3/4");
    assert_string_equal(items.list[1].found.name, "Sha2_256/1");
    assert_string_equal(items.list[3].found.name, "loop-v3");
    assert_int_equal(strlen(items.list[3].found.sha256), 64);
    assert_int_equal(plb_gate_items_charge(&items, NULL, &error), PLB_OK);
    for (size_t i = 0; i < items.count; i++) assert_true(items.list[i].runs);
    /* addInteger is there from variant A on; a PlutusV3 script only in C and E. */
    assert_true(items.list[0].found.budgets[0].known);
    assert_false(items.list[3].found.budgets[0].known);
    assert_true(items.list[3].found.budgets[2].known && items.list[3].found.budgets[4].known);
    plb_gate_items_free(&items);
}

/* All of them, also those whose constants have no form in flat or none at all. */
static void every_default_item_runs(void **state) {
    (void) state;
    plb_gate_items items;
    plb_error error = {.status = PLB_OK};
    assert_int_equal(choose(NULL, 0, &items, &error), PLB_OK);
    if (plb_gate_items_charge(&items, NULL, &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    bool seen[PLB_TALLY_BUILTINS] = {false};
    for (size_t i = 0; i < items.count; i++) {
        const plb_gate_item *item = &items.list[i];
        if (item->grid == NULL) continue;
        int id = plb_grid_benchmark_of(item->grid, item->point)->id;
        if (id >= 0) seen[id] = true;
    }
    for (unsigned b = 0; b < PLB_TALLY_BUILTINS && plb_builtin_name(b) != NULL; b++)
        if (!seen[b]) fail_msg("no item calls %s", plb_builtin_name(b));
    plb_gate_items_free(&items);
}

static void no_items(const char *const *words, size_t count, const char *message) {
    plb_gate_items items;
    plb_error error;
    assert_int_equal(choose(words, count, &items, &error), PLB_E_ARGUMENT);
    if (strstr(error.message, message) == NULL) fail_msg("%s: %s", error.where, error.message);
    plb_gate_items_free(&items);
}

static void words_that_name_nothing_are_refused(void **state) {
    (void) state;
    const char *unknown[] = {"adInteger"}, *point[] = {"AddInteger/1"}, *no_op[] = {"Nop1o/1"};
    const char *twice[] = {"addInteger", "AddInteger/1/1"}, *ledger[] = {"supplemental-datum"};
    no_items(unknown, 1,
             "there is no builtin, script or file 'adInteger'; did you mean "
             "'AddInteger'?");
    no_items(point, 1, "expected 2 sizes");
    no_items(no_op, 1, "no-ops are known to sweeps only");
    no_items(twice, 2, "it is named twice");
    no_items(ledger, 1, "expected a script that runs without a transaction");
}

int main(int argc, char **argv) {
    const char *variable = getenv(PLB_GATE_VARIABLE);
    if (variable != NULL && argc > 1 && strcmp(argv[1], CRASH) == 0) {
        (void) signal(SIGSEGV, SIG_DFL);
        (void) raise(SIGSEGV);
    }
    if (plb_gate_worker(variable)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_timed_and_charged),
        cmocka_unit_test(a_program_is_applied_to_results),
        cmocka_unit_test(a_worker_that_ends_is_told),
        cmocka_unit_test(what_is_no_library_is_refused),
        cmocka_unit_test(words_are_points_builtins_and_scripts),
        cmocka_unit_test(every_default_item_runs),
        cmocka_unit_test(words_that_name_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
