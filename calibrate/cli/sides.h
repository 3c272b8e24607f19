/* Runs as words of a command line: folders, runs of the store, batches of them. */
#ifndef PLB_CLI_SIDES_H
#define PLB_CLI_SIDES_H

#include <plutbench/compare.h>

#include "calibrate/cli/results.h"

/* Runs that were read, in batches. */
typedef struct cli_sides {
    plb_run **runs;
    size_t run_count;
    size_t *starts; /* of each side, in `runs` */
    char **names;   /* of each side */
    size_t count;
} cli_sides;

void cli_sides_free(cli_sides *sides);

/* Each word is a side: a run's folder, a run of the store, a folder of runs' folders, or a pattern
 * of folders ('runs/old-*'); "NAME=WORD" names it. Where a word is "vs", all words up to it are one
 * side. `batches` are more sides, which are all NAME=PATTERN.
 * Errors: those of cli_read_run; PLB_E_ARGUMENT for what names no run. */
plb_status cli_read_sides(const cli_store_choice *store, const cli_texts *words,
                          const cli_texts *batches, cli_sides *sides, plb_error *error);

/* The same words, as runs in one line: one side. */
plb_status cli_read_line_of_runs(const cli_store_choice *store, const cli_texts *words,
                                 cli_sides *sides, plb_error *error);

/* The runs of a side; *count of them. */
const plb_run *const *cli_side_runs(const cli_sides *sides, size_t side, size_t *count);

#endif
