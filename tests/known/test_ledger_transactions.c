/* Transactions with known outcomes from outside: the validation fixtures of pragma-org/amaru. What
 * is within the ledger's scope must give the expected outcome; the rest must say that it is not
 * supported; there is no third kind. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/ledger.h>

#include "harness/ledger/files/scenario.h"
#include "tests/known/shared_data.h"

#define FOLDER "transaction/"

/* How many of the fixtures the ledger covers at least. */
#define LEAST_IN_SCOPE 58

static plb_status resolve(void *context, const char *reference, char **name, char **text,
                          size_t *length, plb_error *error) {
    (void) context;
    (void) error;
    char path[1024];
    snprintf(path, sizeof path, FOLDER "%s", reference);
    *name = strdup(reference);
    *text = read_shared(path, length);
    return PLB_OK;
}

static bool as_expected(const plb_expected *expected, const plb_submission *submission) {
    switch (expected->kind) {
    case PLB_EXPECT_PASS: return submission->status == PLB_OK;
    case PLB_EXPECT_DECODING_FAILURE: return submission->status == PLB_E_PARSE;
    case PLB_EXPECT_PREDICATE: break;
    default: return false;
    }
    if (submission->status != PLB_E_LEDGER) return false;
    const char *message = submission->error.message;
    return strcmp(plb_fixture_predicate(submission->predicate, message), expected->predicate) ==
               0 &&
           (expected->description == NULL || strstr(message, expected->description) != NULL);
}

typedef struct tally {
    size_t in_scope, unsupported, wrong;
} tally;

static void submit(const plb_scenario *scenario, plb_submission *submission) {
    plb_ledger_config config = {
        .network = scenario->network,
        .slot = scenario->slot,
        .era_history = &scenario->era_history,
        .treasury = scenario->treasury,
    };
    plb_ledger *ledger;
    plb_error *error = &submission->error;
    assert_int_equal(plb_ledger_new(&ledger, scenario->parameters, &config, error), PLB_OK);
    submission->status =
        plb_ledger_add_utxo(ledger, scenario->utxo.items, scenario->utxo.count, error);
    if (submission->status == PLB_OK) {
        submission->status = plb_ledger_add_accounts(ledger, scenario->accounts.items,
                                                     scenario->accounts.count, error);
    }
    if (submission->status == PLB_OK) {
        plb_ledger_submit(ledger, scenario->transaction, scenario->transaction_length, NULL,
                          submission);
    }
    plb_ledger_free(ledger);
}

static void run_fixture(const char *name, tally *counts) {
    plb_scenario scenario;
    plb_submission submission;
    size_t length;
    char path[300];
    snprintf(path, sizeof path, FOLDER "scenarios/%s", name);
    char *text = read_shared(path, &length);
    if (plb_scenario_load(&scenario, name, text, length, resolve, NULL, &submission.error) !=
        PLB_OK) {
        fail_msg("%s: %s", submission.error.where, submission.error.message);
    }
    free(text);
    submit(&scenario, &submission);
    const char *message = submission.status == PLB_OK ? "accepted" : submission.error.message;
    bool show = getenv("PLB_SHOW") != NULL;
    if (submission.status == PLB_E_UNSUPPORTED) {
        counts->unsupported++;
        if (show) print_message("%s: %s\n", name, message);
    } else if (as_expected(&scenario.expected, &submission)) {
        counts->in_scope++;
        if (show) print_message("%s: as expected: %s\n", name, message);
    } else {
        counts->wrong++;
        print_error("%s: expected %s, got %s %s\n", name,
                    scenario.expected.kind == PLB_EXPECT_PASS        ? "to pass"
                    : scenario.expected.kind == PLB_EXPECT_PREDICATE ? scenario.expected.predicate
                                                                     : "a decoding failure",
                    plb_status_name(submission.status), message);
    }
    plb_scenario_free(&scenario);
}

static void fixtures_give_their_outcome(void **state) {
    (void) state;
    char path[SHARED_PATH_BYTES];
    DIR *scenarios = opendir(shared_path(path, FOLDER "scenarios"));
    assert_non_null(scenarios);
    tally counts = {0, 0, 0};
    for (const struct dirent *entry; (entry = readdir(scenarios)) != NULL;) {
        if (strstr(entry->d_name, ".json") == NULL) continue;
        run_fixture(entry->d_name, &counts);
    }
    closedir(scenarios);
    print_message("%zu in scope, %zu unsupported, %zu wrong\n", counts.in_scope, counts.unsupported,
                  counts.wrong);
    assert_int_equal(counts.wrong, 0);
    assert_true(counts.in_scope >= LEAST_IN_SCOPE);
}

int main(void) {
    if (shared_is_missing(FOLDER)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(fixtures_give_their_outcome)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
