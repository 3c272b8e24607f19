/* plutbench results: a command of commands. */
#include "calibrate/cli/results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/markup.h"

static const cli_option options[] = {{NULL, NULL, NULL, CLI_FLAG, 0, NULL}};

static const cli_command *const commands[] = {
    &cli_results_check,
    &cli_results_import,
    &cli_results_list,
    &cli_results_show,
    &cli_results_query,
    &cli_results_export,
    NULL,
};

const cli_command cli_results = {
    .name = "results",
    .arguments = "check|import|list|show|query|export ...",
    .summary = "check runs on disk, and keep many of them in a store",
    .examples = "  plutbench results check DIR     is everything there, as it was written?\n"
                "  plutbench results import DIR    put runs into the store\n"
                "  plutbench results list          runs by script, machine, time, warnings\n"
                "  plutbench results show RUN      one run: figures, provenance, files\n"
                "  plutbench results query SQL     ask the store's tables\n"
                "  plutbench results export        runs as JSON or CSV\n",
    .options = options,
    .run = cli_run_one_of,
    .commands = commands,
};

plb_run_filter cli_filter(const cli_filter_choice *choice) {
    return (plb_run_filter){
        .script = choice->script,
        .since = choice->since,
        .until = choice->until,
        .machine = choice->machine,
        .flag = choice->flag,
        .command = choice->command,
        .state = choice->state,
        .revision = choice->revision,
        .limit = choice->limit,
    };
}

plb_status cli_open_store(const cli_store_choice *choice, plb_store_mode mode, plb_store **store,
                          plb_error *error) {
    plb_store_options options_given = {.mode = mode, .timeout_s = choice->timeout_s};
    char *standard = choice->store == NULL ? plb_store_default() : NULL;
    const char *where = choice->store != NULL ? choice->store : standard;
    *store = NULL;
    plb_status status = where != NULL
                            ? plb_store_open(where, &options_given, store, error)
                            : plb_fail(error, PLB_E_ARGUMENT, NULL,
                                       "expected --store, $PLUTBENCH_STORE, or a home folder");
    free(standard);
    return status;
}

static bool is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

plb_status cli_read_run(const cli_store_choice *choice, const char *word, plb_run **run,
                        plb_error *error) {
    char id[PLB_SHA256_TEXT_BYTES];
    plb_store *store = NULL;
    *run = NULL;
    if (is_folder(word)) {
        return plb_run_read(word, run, error);
    }
    if (strchr(word, '/') != NULL) {
        return plb_fail(error, PLB_E_IO, word, "there is no such folder");
    }
    plb_status status = cli_open_store(choice, PLB_STORE_READ, &store, error);
    if (status == PLB_OK) {
        status = plb_store_find(store, word, id, error);
    }
    if (status == PLB_OK) {
        status = plb_store_read(store, id, run, error);
    }
    plb_store_close(store);
    return status;
}

void cli_print_csv_text(const char *text) { plb_print_csv(stdout, text); }
