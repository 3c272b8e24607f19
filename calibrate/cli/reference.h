/* Options for times in the units of a reference machine, which several commands have. */
#ifndef PLB_CLI_REFERENCE_H
#define PLB_CLI_REFERENCE_H

#include <plutbench/results.h>
#include <plutbench/scale.h>

#include "calibrate/cli/cli.h"

/* A part of the struct that cli_parse fills. */
typedef struct cli_reference {
    const char *times; /* NULL: none */
    const char *set;
} cli_reference;

/* The rows of an option table for a cli_reference at offset `at`. */
#define CLI_REFERENCE_OPTIONS(at)                                                                  \
    {"reference",                                                                                  \
     "CSV",                                                                                        \
     "in the units of the machine whose benchmark times these are",                                \
     CLI_TEXT,                                                                                     \
     (at) + offsetof(cli_reference, times),                                                        \
     NULL},                                                                                        \
    {                                                                                              \
        "scale-set", "FILE", "benchmarks that the scale between both machines rests on", CLI_TEXT, \
            (at) + offsetof(cli_reference, set), NULL                                              \
    }

#define CLI_REFERENCE_INPUTS 2 /* files that are read, at most */

/* CLI_USAGE where a set is given, and no times. */
int cli_check_reference(const cli_command *command, const cli_reference *given);

/* What the options name, read. */
typedef struct cli_reference_data {
    plb_benching *times; /* NULL: none */
    plb_machine_scale_set *set;
} cli_reference_data;

/* What is read is noted in `inputs`, from *count on. Free with cli_free_reference, also after a
 * failure. Errors: those of reading files, plb_benching_parse and plb_machine_scale_set_parse. */
plb_status cli_load_reference(const cli_reference *given, plb_input *inputs, size_t *count,
                              cli_reference_data *data, plb_error *error);
void cli_free_reference(cli_reference_data *data);

/* The scale between the machine of `own` and that of the reference. Errors: those of
 * plb_machine_scale_make; *scale is NULL then, also where the set disagrees. */
plb_status cli_make_scale(const cli_reference_data *data, const plb_benching *own,
                          plb_machine_scale **scale, plb_error *error);

#endif
