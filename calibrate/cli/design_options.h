/* Options that say what a design point submits. */
#ifndef PLB_CLI_DESIGN_OPTIONS_H
#define PLB_CLI_DESIGN_OPTIONS_H

#include <plutbench/calibrate.h>

#include "calibrate/cli/cli.h"

/* A part of the struct that cli_parse fills; begins as CLI_DESIGN_OPTIONS_UNSET. */
typedef struct cli_design_options {
    const char *strategy;
    uint64_t loops, calls, script_bytes, datum_bytes, datum_nodes;
    uint64_t payments, extra_inputs, assets, native_scripts;
    int purpose;
    bool reference_script;
    bool inline_datum, hashed_datum, no_datum;
    bool required_signer, collateral_return, validity_interval;
} cli_design_options;

#define CLI_UNSET UINT64_MAX
#define CLI_DESIGN_OPTIONS_UNSET                                                                   \
    {                                                                                              \
        .loops = CLI_UNSET, .calls = CLI_UNSET, .script_bytes = CLI_UNSET,                         \
        .datum_bytes = CLI_UNSET, .datum_nodes = CLI_UNSET, .payments = CLI_UNSET,                 \
        .extra_inputs = CLI_UNSET, .assets = CLI_UNSET, .native_scripts = CLI_UNSET, .purpose = -1 \
    }

extern const char *const cli_purposes[];

/* A row of an option table, without its braces, so that it can be one of several in a macro. */
#define CLI_DESIGN_ROW(at, name, argument, help, kind, field, choices)                             \
    { name, argument, help, kind, (at) + offsetof(cli_design_options, field), choices }

/* The rows for a cli_design_options at offset `at`. */
#define CLI_DESIGN_OPTIONS(at, loops_help, strategy_help)                                          \
    CLI_DESIGN_ROW(at, "loops", "N", loops_help, CLI_NUMBER, loops, NULL),                         \
        CLI_DESIGN_ROW(at, "strategy", "STRATEGY", strategy_help, CLI_TEXT, strategy, NULL),       \
        CLI_DESIGN_ROW(at, "calls", "K", "script calls in the transaction (default: 1)",           \
                       CLI_COUNT, calls, NULL),                                                    \
        CLI_DESIGN_ROW(at, "purpose", "PURPOSE", "spend (default), mint or withdraw", CLI_CHOICE,  \
                       purpose, cli_purposes),                                                     \
        CLI_DESIGN_ROW(at, "reference-script", NULL,                                               \
                       "the script in a reference input, not in the witness set", CLI_FLAG,        \
                       reference_script, NULL),                                                    \
        CLI_DESIGN_ROW(at, "script-bytes", "N", "make the script that long with dead code",        \
                       CLI_NUMBER, script_bytes, NULL),                                            \
        CLI_DESIGN_ROW(at, "inline-datum", NULL,                                                   \
                       "datum in the output (default, but for PlutusV1)", CLI_FLAG, inline_datum,  \
                       NULL),                                                                      \
        CLI_DESIGN_ROW(at, "hashed-datum", NULL, "datum by hash, and in the witness set",          \
                       CLI_FLAG, hashed_datum, NULL),                                              \
        CLI_DESIGN_ROW(at, "no-datum", NULL, "no datum (PlutusV3)", CLI_FLAG, no_datum, NULL),     \
        CLI_DESIGN_ROW(at, "datum-bytes", "N", "instead of the script's datum one of that size",   \
                       CLI_NUMBER, datum_bytes, NULL),                                             \
        CLI_DESIGN_ROW(at, "datum-nodes", "N", "... of that many nodes of data", CLI_NUMBER,       \
                       datum_nodes, NULL),                                                         \
        CLI_DESIGN_ROW(at, "payments", "N", "outputs besides the change (default: 1)", CLI_NUMBER, \
                       payments, NULL),                                                            \
        CLI_DESIGN_ROW(at, "assets", "N",                                                          \
                       "native assets that inputs and outputs carry (default: 0)", CLI_NUMBER,     \
                       assets, NULL),                                                              \
        CLI_DESIGN_ROW(at, "extra-inputs", "N", "further inputs at a key's address (default: 0)",  \
                       CLI_NUMBER, extra_inputs, NULL),                                            \
        CLI_DESIGN_ROW(at, "native-scripts", "N",                                                  \
                       "inputs at a native script's address (default: 0)", CLI_NUMBER,             \
                       native_scripts, NULL),                                                      \
        CLI_DESIGN_ROW(at, "required-signer", NULL, "the key is a required signer", CLI_FLAG,      \
                       required_signer, NULL),                                                     \
        CLI_DESIGN_ROW(at, "collateral-return", NULL, "return and total collateral", CLI_FLAG,     \
                       collateral_return, NULL),                                                   \
        CLI_DESIGN_ROW(at, "validity-interval", NULL, "valid for 7200 slots", CLI_FLAG,            \
                       validity_interval, NULL)

/* Put what was given into a sweep as fixed. -1 to go on, or an exit code. */
int cli_take_design(const cli_command *command, const cli_design_options *given, plb_sweep *sweep);
/* The name of one that was given; NULL: none. */
const char *cli_design_given(const cli_design_options *given);

/* "calls=1,2,5": what is varied, and its values. -1 to go on, or an exit code. */
int cli_take_varied(const cli_command *command, const char *text, plb_sweep *sweep);

#endif
