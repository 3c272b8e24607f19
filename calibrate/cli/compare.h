/* Modes of `plutbench compare`. */
#ifndef PLB_CLI_COMPARE_H
#define PLB_CLI_COMPARE_H

#include "calibrate/cli/inputs.h"

/* One script at several protocol versions. A part of the struct that cli_parse fills. */
typedef struct cli_versions_choice {
    const char *versions; /* "8,9,10"; NULL: another mode */
    cli_script_choice script;
    const char *strategy, *parameters;
} cli_versions_choice;

#define CLI_VERSIONS_OPTIONS(at)                                                                   \
    {"protocol-versions",                                                                          \
     "N,N,...",                                                                                    \
     "instead: loop counts and budgets of --script at each, exactly",                              \
     CLI_TEXT,                                                                                     \
     (at) + offsetof(cli_versions_choice, versions),                                               \
     NULL},                                                                                        \
        CLI_SCRIPT_OPTIONS((at) + offsetof(cli_versions_choice, script)),                          \
        {"strategy",                                                                               \
         "STRATEGY",                                                                               \
         "with --script: as of plutbench calibrate",                                               \
         CLI_TEXT,                                                                                 \
         (at) + offsetof(cli_versions_choice, strategy),                                           \
         NULL},                                                                                    \
    {                                                                                              \
        "protocol-parameters", "FILE", "with --script: cardano-cli's JSON (default: mainnet's)",   \
            CLI_TEXT, (at) + offsetof(cli_versions_choice, parameters), NULL                       \
    }

/* Loop counts, budgets and fees of the script at each version, found without measuring; an exit
 * code. A version at which it can't run is told, and left out (CLI_INCOMPLETE). */
int cli_compare_versions(const cli_command *command, const cli_versions_choice *choice,
                         const cli_texts *words, bool json);

#endif
