/* What `tx validate` and `tx evaluate` share: a transaction with the state that it meets. */
#ifndef PLB_CLI_TX_H
#define PLB_CLI_TX_H

#include <plutbench/ledger.h>

#include "calibrate/cli/cli.h"
#include "harness/ledger/files/scenario.h"

/* Exit code of a transaction that is outside of what the ledger does. */
enum { CLI_UNSUPPORTED = 3 };

/* The state of a transaction that is no fixture. A part of the struct that cli_parse fills. */
typedef struct cli_state_options {
    cli_texts utxo;
    const char *accounts;
    const char *parameters;
    const char *network;
    uint64_t slot; /* CLI_NO_SLOT: one that the transaction is valid in */
    uint64_t treasury;
    const char *root;
} cli_state_options;

#define CLI_NO_SLOT UINT64_MAX

/* The rows of an option table for cli_state_options at offset `at`. */
#define CLI_STATE_OPTION(at, name, argument, help, kind, field)                                    \
    { name, argument, help, kind, (at) + offsetof(cli_state_options, field), NULL }
#define CLI_STATE_OPTIONS(at)                                                                      \
    CLI_STATE_OPTION(at, "utxo", "FILE", "what it spends: cardano-cli's JSON, or CBOR; repeat",    \
                     CLI_TEXTS, utxo),                                                             \
        CLI_STATE_OPTION(at, "accounts", "FILE", "reward accounts: cardano-cli's JSON", CLI_TEXT,  \
                         accounts),                                                                \
        CLI_STATE_OPTION(at, "protocol-parameters", "FILE",                                        \
                         "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,          \
                         parameters),                                                              \
        CLI_STATE_OPTION(at, "network", "NETWORK",                                                 \
                         "mainnet, preprod, preview, testnet or a magic (default: the outputs')",  \
                         CLI_TEXT, network),                                                       \
        CLI_STATE_OPTION(at, "slot", "N", "the ledger's slot (default: one it is valid in)",       \
                         CLI_NUMBER, slot),                                                        \
        CLI_STATE_OPTION(at, "treasury", "N", "the treasury's lovelace (default: 0)", CLI_NUMBER,  \
                         treasury),                                                                \
        CLI_STATE_OPTION(at, "root", "DIR",                                                        \
                         "a fixture's data root (default: a folder above it that has its $ref)",   \
                         CLI_TEXT, root)

/* A transaction, and a ledger that has what it meets. */
typedef struct cli_tx_case {
    const char *path;
    bool is_fixture;
    plb_scenario scenario; /* also of a plain transaction: nothing is expected then */
    plb_ledger *ledger;
} cli_tx_case;

/* Load a file: a fixture, or a transaction whose state is in `options`. Free with
 * cli_tx_case_free, also after a failure.
 * Errors: PLB_E_UNSUPPORTED: the transaction depends on what the ledger does not do;
 * PLB_E_ARGUMENT: options are missing or make no sense; others: a file is at fault. */
plb_status cli_tx_case_load(cli_tx_case *c, const char *path, const cli_state_options *options,
                            plb_error *error);
void cli_tx_case_free(cli_tx_case *c);

/* "spend", "mint", "withdraw" ... of a redeemer's tag; never NULL. */
const char *cli_purpose_name(unsigned purpose);

/* Lower-case hexadecimal of a transaction id. */
void cli_hash_text(const uint8_t hash[PLB_HASH_BYTES], char text[2 * PLB_HASH_BYTES + 1]);

/* "where: message", on one line; `text` has room for both. */
#define CLI_MESSAGE_BYTES (PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES + 4)
void cli_message(const plb_error *error, char text[CLI_MESSAGE_BYTES]);

/* A text that may have been cut in the middle of a character, or quote what is no UTF-8. */
struct json_t *cli_json_text(const char *text);
/* An amount that may not fit in jansson's integers. */
struct json_t *cli_json_amount(uint64_t amount);
struct json_t *cli_json_exunits(plb_exunits exunits);

/* The table of calls; with `evaluated`, ExUnits that are needed instead of spent ones. */
void cli_print_calls(const plb_submission *submission, bool evaluated);

extern const cli_command cli_tx_validate, cli_tx_evaluate, cli_tx_build;

#endif
