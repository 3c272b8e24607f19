/* What the commands of `plutbench results` share. */
#ifndef PLB_CLI_RESULTS_H
#define PLB_CLI_RESULTS_H

#include <plutbench/store.h>

#include "calibrate/cli/cli.h"

/* Which store. A part of the struct that cli_parse fills. */
typedef struct cli_store_choice {
    const char *store; /* NULL: plb_store_default() */
    double timeout_s;
} cli_store_choice;

/* The rows of an option table for a cli_store_choice at offset `at`. */
#define CLI_STORE_OPTIONS(at)                                                                      \
    {"store",                                                                                      \
     "PATH|URL",                                                                                   \
     "an SQLite file, or postgresql://... (default: $PLUTBENCH_STORE, or docs/store.md's)",        \
     CLI_TEXT,                                                                                     \
     (at) + offsetof(cli_store_choice, store),                                                     \
     NULL},                                                                                        \
    {                                                                                              \
        "timeout", "TIME", "wait this long for the store to answer (default: 30s)", CLI_TIME,      \
            (at) + offsetof(cli_store_choice, timeout_s), NULL                                     \
    }

/* Which runs. */
typedef struct cli_filter_choice {
    const char *script, *since, *until, *machine, *flag, *command, *state, *revision;
    uint64_t limit;
} cli_filter_choice;

#define CLI_FILTER_ROW(at, name, argument, help, kind, field)                                      \
    { name, argument, help, kind, (at) + offsetof(cli_filter_choice, field), NULL }

#define CLI_FILTER_OPTIONS(at)                                                                     \
    CLI_FILTER_ROW(at, "script", "TEXT", "whose script has this in its name", CLI_TEXT, script),   \
        CLI_FILTER_ROW(at, "since", "TIME", "begun then or later: 2026-04-27[T12:34:56Z], UTC",    \
                       CLI_TEXT, since),                                                           \
        CLI_FILTER_ROW(at, "until", "TIME", "begun before", CLI_TEXT, until),                      \
        CLI_FILTER_ROW(at, "machine", "TEXT", "on a processor, or a machine id, with this in it",  \
                       CLI_TEXT, machine),                                                         \
        CLI_FILTER_ROW(at, "flag", "FLAG", "with this warning; none: without any", CLI_TEXT,       \
                       flag),                                                                      \
        CLI_FILTER_ROW(at, "command", "NAME", "of this command: calibrate, measure, block",        \
                       CLI_TEXT, command),                                                         \
        CLI_FILTER_ROW(at, "state", "STATE", "complete, partial or incomplete", CLI_TEXT, state),  \
        CLI_FILTER_ROW(at, "revision", "COMMIT", "of a plutbench whose commit begins so",          \
                       CLI_TEXT, revision),                                                        \
        CLI_FILTER_ROW(at, "limit", "N", "at most so many, the latest", CLI_COUNT, limit)

plb_run_filter cli_filter(const cli_filter_choice *choice);

plb_status cli_open_store(const cli_store_choice *choice, plb_store_mode mode, plb_store **store,
                          plb_error *error);

/* The run that `word` means: a folder with a run, else a run of the store (an id's begin, or
 * "latest"). */
plb_status cli_read_run(const cli_store_choice *choice, const char *word, plb_run **run,
                        plb_error *error);

#define CLI_ID_DIGITS 12 /* of an id, as it is shown */

/* A field of CSV, with quotes where it needs them. */
void cli_print_csv_text(const char *text);

extern const cli_command cli_results_check, cli_results_import, cli_results_list, cli_results_show,
    cli_results_query, cli_results_export;

#endif
