/* Files to a transaction and a ledger. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/cli/inputs.h"
#include "calibrate/cli/tx.h"
#include "harness/ledger/files/tx_file.h"
#include "harness/ledger/tx.h"

/* Address space for a transaction or an output that is looked at. */
#define SCRATCH_BYTES ((size_t) 1 << 30)

#define MAGIC_MAINNET "764824073"

/* ---- Documents that a fixture refers to ---- */

typedef struct ref_context {
    const char *fixture; /* path */
    const char *root;    /* NULL: look for it */
} ref_context;

/* folder/reference, malloc'ed, when there is such a file. */
static char *existing_path(const char *folder, const char *reference) {
    size_t size = strlen(folder) + strlen(reference) + 2;
    char *path = malloc(size);
    if (path == NULL) {
        return NULL;
    }
    (void) snprintf(path, size, "%s/%s", folder, reference);
    if (access(path, F_OK) == 0) {
        return path;
    }
    free(path);
    return NULL;
}

/* From a folder, or that of a file, upwards: the first in which the reference is a file. */
static char *find_above(const char *start, bool is_folder, const char *reference) {
    char *folder = realpath(start, NULL), *path = NULL;
    while (folder != NULL && path == NULL) {
        if (!is_folder) {
            *strrchr(folder, '/') = '\0';
        }
        if (folder[0] == '\0' || strcmp(folder, "/") == 0) {
            break; /* all of the file system is no data root */
        }
        is_folder = false;
        path = existing_path(folder, reference);
    }
    free(folder);
    return path;
}

/* Where --root says; or else above the fixture, or above where we are. */
static char *find(const ref_context *where, const char *reference) {
    if (where->root != NULL) {
        return existing_path(where->root, reference);
    }
    bool is_stdin = strcmp(where->fixture, "-") == 0;
    char *path = is_stdin ? NULL : find_above(where->fixture, false, reference);
    return path != NULL ? path : find_above(".", true, reference);
}

static plb_status resolve(void *context, const char *reference, char **name, char **text,
                          size_t *length, plb_error *error) {
    const ref_context *where = context;
    *name = find(where, reference);
    if (*name == NULL) {
        return plb_fail(error, PLB_E_IO, NULL, "$ref '%.200s': there is no such file %s%.200s",
                        reference, where->root != NULL ? "in " : "in the fixture's folder or above",
                        where->root != NULL ? where->root : " (--root DIR names another)");
    }
    uint8_t *bytes = NULL;
    plb_status status = cli_read_file(*name, &bytes, length, error);
    *text = (char *) bytes;
    return status;
}

/* ---- Options of a plain transaction ---- */

static plb_status load_utxo(cli_tx_case *c, const cli_state_options *options, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; status == PLB_OK && i < options->utxo.count; i++) {
        const char *path = options->utxo.items[i];
        uint8_t *bytes = NULL;
        size_t length = 0;
        status = cli_read_file(path, &bytes, &length, error);
        if (status == PLB_OK) {
            status = plb_utxo_file_read(&c->scenario.utxo, path, bytes, length, error);
        }
        free(bytes);
    }
    return status;
}

static plb_status load_accounts(cli_tx_case *c, const char *path, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_accounts_file_read(&c->scenario.accounts, path, (const char *) bytes, length,
                                        error);
    }
    free(bytes);
    return status;
}

static plb_status load_parameters(cli_tx_case *c, const char *path, plb_error *error) {
    cli_inputs inputs = {.count = 0};
    plb_status status = cli_load_parameters(&inputs, path, error);
    c->scenario.parameters = inputs.parameters;
    return status;
}

/* The network of the first output that can be read; mainnet when there is none. */
static plb_network network_of_outputs(const plb_utxo_list *utxo, plb_region *scratch) {
    for (size_t i = 0; i < utxo->count; i++) {
        plb_tx_out out;
        plb_region_reset(scratch);
        if (plb_tx_out_decode(&out, scratch, utxo->items[i].output, utxo->items[i].output_length,
                              NULL) == PLB_OK) {
            return out.address.network;
        }
    }
    return PLB_MAINNET;
}

static plb_status choose_network(cli_tx_case *c, const char *name, plb_region *scratch,
                                 plb_error *error) {
    plb_scenario *s = &c->scenario;
    const plb_era_history *history;
    bool is_magic = name != NULL && *name != '\0' && strspn(name, "0123456789") == strlen(name);
    if (name == NULL) {
        s->network = network_of_outputs(&s->utxo, scratch);
    } else if (is_magic) {
        s->network = strcmp(name, MAGIC_MAINNET) == 0 ? PLB_MAINNET : PLB_TESTNET;
    } else if (!plb_network_by_name(name, &s->network, &s->era_history.system_start_ms)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "--network: expected mainnet, preprod, preview, testnet or a magic, got "
                        "'%s'",
                        name);
    }
    if (name != NULL && (strcmp(name, "preview") == 0 || strcmp(name, "2") == 0)) {
        /* Preview began in the era of one-second slots. */
        (void) plb_network_by_name("preview", &s->network, &s->era_history.system_start_ms);
        return PLB_OK;
    }
    history = s->network == PLB_MAINNET ? plb_era_history_mainnet() : plb_era_history_preprod();
    s->era_history = *history;
    s->era_history.eras = malloc((history->era_count + 1) * sizeof *history->eras);
    if (s->era_history.eras == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    memcpy((void *) (uintptr_t) s->era_history.eras, history->eras,
           history->era_count * sizeof *history->eras);
    return PLB_OK;
}

/* A slot in the transaction's validity interval. */
static void choose_slot(cli_tx_case *c, uint64_t given, const plb_tx *tx) {
    c->scenario.slot = given;
    if (given == CLI_NO_SLOT) {
        bool only_end = tx != NULL && !tx->has_valid_from && tx->has_valid_until;
        c->scenario.slot = tx == NULL           ? 0
                           : tx->has_valid_from ? tx->valid_from
                           : only_end           ? tx->valid_until - (tx->valid_until > 0)
                                                : 0;
    }
}

static plb_status load_transaction(cli_tx_case *c, const void *content, size_t length,
                                   const cli_state_options *options, plb_error *error) {
    plb_scenario *s = &c->scenario;
    plb_status status =
        plb_tx_file_read(c->path, content, length, &s->transaction, &s->transaction_length, error);
    if (status == PLB_OK && options->root != NULL) {
        status =
            plb_fail(error, PLB_E_ARGUMENT, NULL, "--root is for fixtures: %s is none", c->path);
    }
    if (status == PLB_OK && options->utxo.count == 0) {
        status = plb_fail(error, PLB_E_ARGUMENT, NULL,
                          "expected --utxo FILE with the outputs that %s spends", c->path);
    }
    if (status == PLB_OK) {
        status = load_utxo(c, options, error);
    }
    if (status == PLB_OK && options->accounts != NULL) {
        status = load_accounts(c, options->accounts, error);
    }
    if (status == PLB_OK) {
        status = load_parameters(c, options->parameters, error);
    }
    s->treasury = options->treasury;
    return status;
}

static plb_status load_fixture(cli_tx_case *c, const void *content, size_t length,
                               const cli_state_options *options, plb_error *error) {
    ref_context context = {.fixture = c->path, .root = options->root};
    const char *misplaced = options->utxo.count > 0        ? "utxo"
                            : options->accounts != NULL    ? "accounts"
                            : options->parameters != NULL  ? "protocol-parameters"
                            : options->network != NULL     ? "network"
                            : options->slot != CLI_NO_SLOT ? "slot"
                            : options->treasury != 0       ? "treasury"
                                                           : NULL;
    if (misplaced != NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "--%s is for transactions: %s is a fixture, with its own state", misplaced,
                        c->path);
    }
    c->is_fixture = true;
    return plb_scenario_load(&c->scenario, c->path, content, length, resolve, &context, error);
}

/* ---- The ledger ---- */

static bool refers_to(const plb_tx_inputs *inputs, const plb_utxo *utxo) {
    for (size_t i = 0; i < inputs->count; i++) {
        if (inputs->refs[i].index == utxo->index &&
            memcmp(inputs->refs[i].id, utxo->id, sizeof utxo->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Add the outputs. One that the ledger does not support only matters to a transaction that refers
 * to it. `tx` NULL: it can't be decoded. */
static plb_status add_outputs(cli_tx_case *c, const plb_tx *tx, plb_error *error) {
    const plb_utxo_list *list = &c->scenario.utxo;
    for (size_t i = 0; i < list->count; i++) {
        const plb_utxo *utxo = &list->items[i];
        plb_status status = plb_ledger_add_utxo(c->ledger, utxo, 1, error);
        if (status == PLB_OK ||
            (status == PLB_E_UNSUPPORTED &&
             (tx == NULL || (!refers_to(&tx->inputs, utxo) && !refers_to(&tx->collateral, utxo) &&
                             !refers_to(&tx->reference, utxo))))) {
            continue;
        }
        char name[PLB_UTXO_NAME_BYTES];
        plb_utxo_name(utxo, name);
        (void) plb_error_prefix(error, name);
        return plb_error_prefix(error, c->path);
    }
    return PLB_OK;
}

static plb_status make_ledger(cli_tx_case *c, const plb_tx *tx, plb_error *error) {
    plb_scenario *s = &c->scenario;
    plb_ledger_config config = {
        .network = s->network,
        .slot = s->slot,
        .era_history = &s->era_history,
        .treasury = s->treasury,
    };
    plb_status status = plb_ledger_new(&c->ledger, s->parameters, &config, error);
    if (status != PLB_OK) {
        return plb_error_prefix(error, c->path);
    }
    status = add_outputs(c, tx, error);
    return status == PLB_OK
               ? plb_ledger_add_accounts(c->ledger, s->accounts.items, s->accounts.count, error)
               : status;
}

/* What is known of the transaction before the ledger sees it: where its outputs are, and when. */
static plb_status prepare(cli_tx_case *c, const cli_state_options *options, plb_error *error) {
    plb_region arena, scratch;
    plb_tx tx;
    if (!plb_region_init(&arena, SCRATCH_BYTES)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a transaction");
    }
    if (!plb_region_init(&scratch, SCRATCH_BYTES)) {
        plb_region_free(&arena);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for outputs");
    }
    const plb_tx *decoded = plb_tx_decode(&tx, &arena, c->scenario.transaction,
                                          c->scenario.transaction_length, NULL) == PLB_OK
                                ? &tx
                                : NULL;
    plb_status status = PLB_OK;
    if (!c->is_fixture) {
        choose_slot(c, options->slot, decoded);
        status = choose_network(c, options->network, &scratch, error);
    }
    if (status == PLB_OK) {
        status = make_ledger(c, decoded, error);
    }
    plb_region_free(&scratch);
    plb_region_free(&arena);
    return status;
}

plb_status cli_tx_case_load(cli_tx_case *c, const char *path, const cli_state_options *options,
                            plb_error *error) {
    uint8_t *content = NULL;
    size_t length = 0;
    *c = (cli_tx_case){.path = path};
    plb_status status = cli_read_file(path, &content, &length, error);
    if (status != PLB_OK) {
        return status;
    }
    bool is_json = plb_content_of(content, length) == PLB_CONTENT_JSON;
    if (is_json && plb_is_scenario((const char *) content, length)) {
        status = load_fixture(c, content, length, options, error);
    } else {
        status = load_transaction(c, content, length, options, error);
    }
    free(content);
    return status == PLB_OK ? prepare(c, options, error) : status;
}

void cli_tx_case_free(cli_tx_case *c) {
    plb_ledger_free(c->ledger);
    plb_scenario_free(&c->scenario);
    *c = (cli_tx_case){0};
}
