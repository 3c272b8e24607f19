/* What the commands on cost models share: which model, and what it is. */
#ifndef PLB_CLI_MODEL_H
#define PLB_CLI_MODEL_H

#include <jansson.h>

#include <plutbench/model.h>

#include "calibrate/cli/cli.h"

/* Which era's model. A part of the struct that cli_parse fills. */
typedef struct cli_model_choice {
    const char *machine; /* file; NULL: none */
    int language;
    uint64_t protocol_version;
} cli_model_choice;

/* The rows of an option table for a cli_model_choice at offset `at`. */
#define CLI_MODEL_OPTIONS(at)                                                                      \
    {"language",                                                                                   \
     "LANGUAGE",                                                                                   \
     "v1, v2, v3 or v4: whose parameters",                                                         \
     CLI_CHOICE,                                                                                   \
     (at) + offsetof(cli_model_choice, language),                                                  \
     cli_languages},                                                                               \
        {"protocol-version",                                                                       \
         "N",                                                                                      \
         "whose shapes parameters have (default: the file's, else the newest)",                    \
         CLI_NUMBER,                                                                               \
         (at) + offsetof(cli_model_choice, protocol_version),                                      \
         NULL},                                                                                    \
    {                                                                                              \
        "machine", "FILE", "take the machine steps from this file", CLI_TEXT,                      \
            (at) + offsetof(cli_model_choice, machine), NULL                                       \
    }

/* -1 when the choice makes sense, or an exit code. */
int cli_check_model_choice(const cli_command *command, const cli_model_choice *choice);
plb_era cli_model_era(const cli_model_choice *choice);

typedef struct cli_models {
    plb_costs *items[PLB_COSTS_LANGUAGES];
    size_t count;
} cli_models;

/* The models that `name` says: a letter, A to E, a file, or "-". With `all`, and where no language
 * is chosen, all languages of a file that has several; else one model. Nothing is left to free
 * after a failure. */
plb_status cli_open_models(cli_models *models, const char *name, const cli_model_choice *choice,
                           bool all, plb_error *error);
void cli_free_models(cli_models *models);
/* The one model; plb_costs_free it. NULL after a failure. */
plb_status cli_open_model(plb_costs **costs, const char *name, const cli_model_choice *choice,
                          plb_error *error);

#define CLI_MODEL_TEXT_BYTES 512
/* "protocol parameters params.json (PlutusV3), protocol version 10: shapes of variant C". */
void cli_model_text(const plb_costs *costs, char text[CLI_MODEL_TEXT_BYTES]);
json_t *cli_model_json(const plb_costs *costs);

/* The flat tag of a builtin's name, or a usage error: -1. */
int cli_model_builtin(const cli_command *command, const char *name);

extern const cli_command cli_model_show, cli_model_diff, cli_model_convert, cli_model_check;

#endif
