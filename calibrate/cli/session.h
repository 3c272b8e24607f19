/* What commands that measure share: interruption, progress, the manifest, the end. */
#ifndef PLB_CLI_SESSION_H
#define PLB_CLI_SESSION_H

#include <signal.h>

#include <plutbench/results.h>
#include <plutbench/run.h>

#include "calibrate/cli/inputs.h"

/* Set by the first Ctrl-C (or SIGTERM), which ends the sampling; the second one ends the program.
 */
extern volatile sig_atomic_t cli_interrupted;
void cli_catch_interrupts(void);

/* A line on standard error that overwrites itself. `context` is NULL or the name of what becomes
 * known ever more precisely: "overhead". */
void cli_show_progress(void *context, const plb_progress *progress);
/* The above where standard error is a terminal, else NULL. */
typedef void (*cli_progress)(void *context, const plb_progress *progress);
cli_progress cli_progress_shown(void);

/* The command line to run again, in another process: its name, `arguments`, and NULL; malloc'ed.
 * NULL where that would not read the same: standard input and what the shell has open are read
 * once. */
char **cli_arguments_again(int argument_count, char *const *arguments);

/* Begin a run in the folder (plb_run_begin), before anything is measured. `arguments` are the
 * command's, its name first; `options` a JSON object's text, malloc'ed, that it frees. */
plb_status cli_begin_run(plb_results *results, int argument_count, char *const *arguments,
                         char *options, const cli_inputs *inputs, plb_run_writer **run,
                         plb_error *error);

/* manifest.json, last of all files: it has their checksums. `arguments` are the command's, its name
 * first; `options` those in effect as a JSON object's text; `sampling` may be NULL. */
plb_status cli_write_manifest(plb_results *results, int argument_count, char *const *arguments,
                              const char *options, const cli_inputs *inputs,
                              const plb_sampling *sampling, plb_error *error);
/* The same with inputs of any number. */
plb_status cli_write_manifest_of(plb_results *results, int argument_count, char *const *arguments,
                                 const char *options, const plb_input *inputs, size_t input_count,
                                 const plb_sampling *sampling, plb_error *error);

/* The exit code of a command that ends with `status`, after a line on what is wrong: why it failed,
 * or that it was interrupted; what there was by then is in the folder `out`, unless that is NULL.
 */
int cli_end(const cli_command *command, plb_status status, const plb_error *error,
            const cli_inputs *inputs, bool partial, const char *out);

#endif
