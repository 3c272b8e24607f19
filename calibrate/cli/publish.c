#include <stdio.h>
#include <stdlib.h>

#include <plutbench/report.h>

#include "calibrate/cli/results.h"
#include "calibrate/cli/terminal.h"

typedef struct publish_options {
    cli_store_choice store;
    cli_filter_choice filter;
} publish_options;

static const cli_option options[] = {
    CLI_FILTER_OPTIONS(offsetof(publish_options, filter)),
    CLI_STORE_OPTIONS(offsetof(publish_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static void show_progress(void *context, size_t done, size_t of) {
    (void) context;
    cli_show_progress_line("page %zu of %zu", done, of);
}

static plb_status publish(const publish_options *given, const char *directory,
                          plb_publication *done, plb_error *error) {
    plb_run_filter filter = cli_filter(&given->filter);
    plb_store *store;
    plb_status status = cli_open_store(&given->store, PLB_STORE_READ, &store, error);
    if (status != PLB_OK) {
        return status;
    }
    status = plb_publish(store, &filter, directory, show_progress, NULL, done, error);
    plb_store_close(store);
    cli_clear_progress();
    return status;
}

static int run(const cli_command *command, int argc, char **argv) {
    publish_options given = {.store.store = NULL};
    cli_texts words;
    plb_publication done = {.runs = 0};
    plb_error error;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code >= 0) {
        free(words.items);
        return code;
    }
    plb_status status = publish(&given, words.items[0], &done, &error);
    if (status == PLB_OK) {
        printf("%s/index.html: %zu runs\n", words.items[0], done.runs);
    }
    free(words.items);
    if (status != PLB_OK) {
        return cli_error(command, &error);
    }
    return done.failed == 0
               ? CLI_OK
               : cli_complain(command, CLI_INCOMPLETE, "%zu runs have no page: they can't be shown",
                              done.failed);
}

const cli_command cli_publish = {
    .name = "publish",
    .arguments = "DIR",
    .summary = "write a site of the store's runs, with an index and a page for each",
    .examples = "  plutbench publish site\n"
                "  plutbench publish site --since 2026-04-01 --flag none\n",
    .options = options,
    .run = run,
};
