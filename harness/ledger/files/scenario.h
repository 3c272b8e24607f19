/* Transaction validation fixtures of pragma-org/amaru (crates/amaru-ledger/tests/data/transaction,
 * schema.json there): a state, a transaction, and what is expected to become of it. */
#ifndef PLB_LEDGER_SCENARIO_H
#define PLB_LEDGER_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/files/accounts_json.h"
#include "harness/ledger/files/utxo_json.h"

typedef enum plb_expectation {
    PLB_EXPECT_NOTHING, /* the fixture does not say */
    PLB_EXPECT_PASS,
    PLB_EXPECT_PREDICATE,
    PLB_EXPECT_DECODING_FAILURE
} plb_expectation;

typedef struct plb_expected {
    plb_expectation kind;
    char *predicate;   /* PLB_EXPECT_PREDICATE: as the fixtures name it */
    char *description; /* NULL, or which of the predicate's cases */
} plb_expected;

typedef struct plb_scenario {
    char *title; /* NULL: it has none */
    plb_network network;
    uint64_t slot;
    plb_era_history era_history;
    plb_protocol_parameters *parameters;
    plb_utxo_list utxo;
    plb_account_list accounts;
    uint64_t treasury;
    uint8_t *transaction;
    size_t transaction_length;
    plb_expected expected;
} plb_scenario;

/* Get the text of a document that a "$ref" names: malloc'ed, with a malloc'ed name for messages.
 * `reference` is relative and does not leave its root. */
typedef plb_status plb_resolve_ref(void *context, const char *reference, char **name, char **text,
                                   size_t *length, plb_error *error);

/* Read a fixture. State that no supported transaction depends on (pools, dreps, committee,
 * proposals) is ignored. Free with plb_scenario_free, also after a failure.
 * Errors: PLB_E_PARSE (where: file, line, member), PLB_E_UNSUPPORTED, PLB_E_MEMORY, and those of
 * `resolve`. */
plb_status plb_scenario_load(plb_scenario *scenario, const char *name, const char *json,
                             size_t length, plb_resolve_ref *resolve, void *context,
                             plb_error *error);
void plb_scenario_free(plb_scenario *scenario);

/* True when the JSON text is an object with a "transaction", as fixtures are and text envelopes are
 * not. False for what is no JSON. */
bool plb_is_scenario(const char *json, size_t length);

/* "mainnet", "preprod", "preview", "testnet", "testnet_N": the network, and when it started (POSIX
 * milliseconds; a test network that is not known is taken to have started with preprod). */
bool plb_network_by_name(const char *name, plb_network *network, uint64_t *system_start_ms);

/* The fixtures' name of one of the ledger's predicates: mostly the same. `message` is the
 * submission's, which tells cases apart. */
const char *plb_fixture_predicate(const char *predicate, const char *message);
/* The description that the fixtures give to ValidationTagMismatch ("PassedUnexpectedly" or
 * "FailedUnexpectedly"), from the ledger's message; NULL for none. */
const char *plb_fixture_description(const char *predicate, const char *message);

/* Protocol parameters in the fixtures' form, an object on which the reader is. NULL for failure. */
plb_protocol_parameters *plb_scenario_parameters(plb_json_reader *reader, const json_t *object);

#endif
