/* --plugin: builtins from shared objects (plutbench/plugins.h), and the processes that run them. */
#ifndef PLB_CLI_PLUGINS_H
#define PLB_CLI_PLUGINS_H

#include <plutbench/plugins.h>
#include <plutbench/results.h>

#include "calibrate/cli/cli.h"

/* The row of an option table for a cli_texts at offset `at`. */
#define CLI_PLUGIN_OPTION(at)                                                                      \
    {                                                                                              \
        "plugin", "FILE.so", "more builtins, from a shared object (docs/plugins.md); repeatable",  \
            CLI_TEXTS, (at), NULL                                                                  \
    }

/* Load them all; no files: *plugins is NULL. */
plb_status cli_load_plugins(plb_plugins **plugins, const cli_texts *files, plb_error *error);

/* Note the files with their checksums, for a manifest; `items` has room for PLB_PLUGIN_FILES_MAX
 * more. */
plb_status cli_note_plugins(const cli_texts *files, plb_input *items, size_t *count,
                            plb_error *error);

/* cli_cost_model with a file that may price plug-ins' builtins too, which are told. */
plb_status cli_cost_model_with_plugins(plb_cost_model **model, plb_era era, const char *path,
                                       plb_plugins *plugins, plb_error *error);

/* work(context), which returns an exit code. With plug-ins it runs in a process that is watched:
 * when that dies of one of them, there is a line on stderr, and the code is CLI_FAILED. `again`:
 * instead, the work begins anew in another process, and has to do without what failed
 * (plb_plugins_builtin_at). Without plug-ins it is just called. */
int cli_watch(const cli_command *command, plb_plugins *plugins, bool again,
              int (*work)(void *context), void *context);

#endif
