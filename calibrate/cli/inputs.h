/* What several commands are given: a script with its redeemer and datum, and protocol parameters;
 * each noted with its checksum, for manifests. */
#ifndef PLB_CLI_INPUTS_H
#define PLB_CLI_INPUTS_H

#include <plutbench/calibrate.h>
#include <plutbench/ledger.h>
#include <plutbench/plugins.h>
#include <plutbench/results.h>
#include <plutbench/scripts.h>

#include "calibrate/cli/cli.h"

/* Which script. A part of the struct that cli_parse fills. */
typedef struct cli_script_choice {
    const char *script;   /* an entry of the catalogue, or a file */
    const char *redeemer; /* these three for a file only */
    const char *datum;
    int language;
} cli_script_choice;

/* The rows of an option table for a cli_script_choice at offset `at`. */
#define CLI_SCRIPT_OPTIONS(at)                                                                     \
    {"script",                                                                                     \
     "NAME|FILE",                                                                                  \
     "a script of the catalogue (plutbench list scripts) or a file",                               \
     CLI_TEXT,                                                                                     \
     (at) + offsetof(cli_script_choice, script),                                                   \
     NULL},                                                                                        \
        {"redeemer",                                                                               \
         "FILE|HEX",                                                                               \
         "for a file: redeemer, JSON or CBOR; its first integer is the counter",                   \
         CLI_TEXT,                                                                                 \
         (at) + offsetof(cli_script_choice, redeemer),                                             \
         NULL},                                                                                    \
        {"datum",                                                                                  \
         "FILE|HEX",                                                                               \
         "for a file: its datum (default: the integer 0)",                                         \
         CLI_TEXT,                                                                                 \
         (at) + offsetof(cli_script_choice, datum),                                                \
         NULL},                                                                                    \
    {                                                                                              \
        "language", "LANGUAGE", "for a file: v1, v2 or v3, where the file does not say",           \
            CLI_CHOICE, (at) + offsetof(cli_script_choice, language), cli_languages                \
    }

/* Plan, script, redeemer, datum, parameters; plug-ins. */
#define CLI_INPUTS_MAX (5 + PLB_PLUGIN_FILES_MAX)

typedef struct cli_inputs {
    plb_script *script;
    const plb_plugins *plugins;   /* that a script from a file may use; NULL: none */
    const char *default_strategy; /* the catalogue's for the script; NULL: none */
    plb_protocol_parameters *parameters;
    plb_input items[CLI_INPUTS_MAX];
    size_t count;
    int failure; /* exit code of a failure: CLI_FAILED when 0 */
    plb_catalogue *catalogue;
    char embedded_names[CLI_INPUTS_MAX][96];
} cli_inputs;

void cli_inputs_free(cli_inputs *inputs);

/* Into inputs->script. Errors: those of plb_script_load and of reading files. */
plb_status cli_load_script(cli_inputs *inputs, const cli_script_choice *choice, plb_error *error);
/* Into inputs->parameters; `path` NULL: the embedded ones. */
plb_status cli_load_parameters(cli_inputs *inputs, const char *path, plb_error *error);

/* The strategy `given`; NULL: the script's own in the catalogue, else txbudget. PLB_E_ARGUMENT. */
plb_status cli_choose_strategy(cli_inputs *inputs, const char *given, plb_strategy *strategy,
                               plb_error *error);

/* "expected --script ...", when there is none or when `words` stand where options should. -1 to go
 * on, or an exit code. */
int cli_check_script_choice(const cli_command *command, const cli_script_choice *choice,
                            const cli_texts *words);

#endif
