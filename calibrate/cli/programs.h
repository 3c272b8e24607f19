/* Programs to be timed on the command line: files, and folders of them. */
#ifndef PLB_CLI_PROGRAMS_H
#define PLB_CLI_PROGRAMS_H

#include <plutbench/results.h>
#include <plutbench/steps.h>

#include "calibrate/cli/cli.h"

/* Files that were read, for a manifest. */
typedef struct cli_files {
    plb_input *items;
    char **names; /* of them, malloc'ed */
    size_t count, room;
} cli_files;

void cli_files_free(cli_files *files);
/* Note a file with its checksum. PLB_E_MEMORY. */
plb_status cli_files_add(cli_files *files, const char *role, const char *path, const void *bytes,
                         size_t length, plb_error *error);

/* Put the programs in `paths` into the set: each file, and the *.flat, *.uplc and *.plutus of each
 * folder, named as their files without the ending. A program that can't be used is left out, said
 * on standard error, and counted in *left_out. PLB_E_IO (a folder that can't be read, or has none),
 * PLB_E_MEMORY. */
plb_status cli_add_programs(const cli_command *command, plb_step_set *set, const cli_texts *paths,
                            cli_files *files, size_t *left_out, plb_error *error);

#endif
