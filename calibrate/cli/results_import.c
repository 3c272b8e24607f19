#include <stdlib.h>

#include "calibrate/cli/results.h"

typedef struct import_options {
    cli_store_choice store;
} import_options;

static const cli_option options[] = {
    CLI_STORE_OPTIONS(offsetof(import_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* What is not as it was written has no place in a store. What was only not finished has. */
static plb_status check_folder(const char *folder, plb_error *error) {
    plb_run_report report;
    plb_status status = plb_run_check(folder, &report, error);
    if (status != PLB_OK) {
        return status;
    }
    for (size_t i = 0; i < report.finding_count && status == PLB_OK; i++) {
        const plb_run_finding *finding = &report.findings[i];
        if (finding->problem == PLB_PROBLEM_MISSING || finding->problem == PLB_PROBLEM_DAMAGED) {
            status =
                plb_fail(error, PLB_E_PARSE, folder, "not imported: %s is %s: %s", finding->file,
                         plb_run_problem_name(finding->problem), finding->message);
        }
    }
    plb_run_report_free(&report);
    return status;
}

static plb_status import_folder(plb_store *store, const char *folder, plb_error *error) {
    static const char *const outcomes[] = {
        [PLB_IMPORT_NEW] = "imported",
        [PLB_IMPORT_KNOWN] = "known already",
        [PLB_IMPORT_FINISHED] = "imported, in place of the unfinished one",
    };
    plb_run *read = NULL;
    plb_import outcome = PLB_IMPORT_KNOWN;
    plb_status status = check_folder(folder, error);
    if (status == PLB_OK) {
        status = plb_run_read(folder, &read, error);
    }
    if (status == PLB_OK) {
        status = plb_store_import(store, read, &outcome, error);
    }
    if (status == PLB_OK) {
        const plb_run_facts *facts = plb_run_get_facts(read);
        printf("%.*s  %-10s  %s: %s\n", CLI_ID_DIGITS, facts->id, plb_run_state_name(facts->state),
               folder, outcomes[outcome]);
    }
    plb_run_free(read);
    return status;
}

static int run(const cli_command *command, int argc, char **argv) {
    import_options given = {.store = {.store = NULL}};
    cli_texts folders;
    plb_store *store = NULL;
    plb_error error;
    int code = cli_parse(command, argc, argv, &given, 1, SIZE_MAX, &folders);
    if (code < 0 && cli_open_store(&given.store, PLB_STORE_WRITE, &store, &error) != PLB_OK) {
        code = cli_error(command, &error);
    }
    bool all_right = true;
    for (size_t i = 0; code < 0 && i < folders.count; i++) {
        if (import_folder(store, folders.items[i], &error) != PLB_OK) {
            (void) cli_error(command, &error);
            all_right = false;
        }
    }
    plb_store_close(store);
    free(folders.items);
    return code >= 0 ? code : all_right ? CLI_OK : CLI_FAILED;
}

const cli_command cli_results_import = {
    .name = "results import",
    .arguments = "DIR ...",
    .summary = "put runs into the store, each as a whole or not at all; known ones stay",
    .examples = "  plutbench results import results/schnorr\n"
                "  plutbench results import --store team.db results/*\n"
                "  plutbench results import --store postgresql://bench@db.example/runs results/*\n",
    .options = options,
    .run = run,
};
