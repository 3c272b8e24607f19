/* Any bytes as a fixture, with documents that it may refer to, and as a file with a transaction: an
 * error with a place, or something to submit, on which the ledger has a verdict. */
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/files/scenario.h"
#include "harness/ledger/files/tx_file.h"

#define BYTE_CAP ((size_t) 16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char eras[] =
    "{\"stabilityWindow\":9,\"eras\":[{\"start\":{\"time\":0,\"slot\":0,\"epoch\":0},\"end\":null,"
    "\"params\":{\"epochSizeSlots\":5,\"slotLengthMs\":1000,\"eraName\":\"Conway\"}}]}";
static const char parameters[] =
    "{\"minFeeCoefficient\":44,\"minFeeConstant\":155381,\"minFeeReferenceScripts\":{\"range\":"
    "25600,\"base\":{\"numerator\":15,\"denominator\":1},\"multiplier\":{\"numerator\":12,"
    "\"denominator\":10}},\"minUtxoDepositCoefficient\":4310,\"maxBlockBodySize\":90112,"
    "\"maxTransactionSize\":16384,\"maxValueSize\":5000,\"maxReferenceScriptsSize\":204800,"
    "\"collateralPercentage\":150,\"maxCollateralInputs\":3,\"plutusCostModels\":{},"
    "\"scriptExecutionPrices\":{\"memory\":{\"numerator\":577,\"denominator\":10000},\"cpu\":"
    "{\"numerator\":721,\"denominator\":10000000}},\"maxExecutionUnitsPerTransaction\":{\"memory\":"
    "1000,\"cpu\":1000},\"maxExecutionUnitsPerBlock\":{\"memory\":2000,\"cpu\":2000},\"version\":"
    "{\"major\":10,\"minor\":0}}";

static plb_status resolve(void *context, const char *reference, char **name, char **text,
                          size_t *length, plb_error *error) {
    (void) context;
    if (*reference == '/' || strncmp(reference, "../", 3) == 0 ||
        strstr(reference, "/../") != NULL) {
        abort();
    }
    const char *found = strcmp(reference, "e") == 0   ? eras
                        : strcmp(reference, "p") == 0 ? parameters
                                                      : NULL;
    if (found == NULL) return plb_fail(error, PLB_E_IO, NULL, "there is no such document");
    *name = strdup(reference);
    *text = strdup(found);
    *length = strlen(found);
    return *name != NULL && *text != NULL ? PLB_OK
                                          : plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
}

/* Scripts of any cost are not what is looked for here. */
static void limit(plb_protocol_parameters *p) {
    plb_exunits most = {100000, 100000000};
    if (p->max_tx_exunits.memory > most.memory) p->max_tx_exunits.memory = most.memory;
    if (p->max_tx_exunits.steps > most.steps) p->max_tx_exunits.steps = most.steps;
    p->max_block_exunits = most;
}

static void submit(plb_scenario *s) {
    plb_ledger *ledger;
    plb_submission submission;
    plb_error error;
    limit(s->parameters);
    plb_ledger_config config = {
        .network = s->network,
        .slot = s->slot,
        .era_history = &s->era_history,
        .treasury = s->treasury,
        .byte_cap = BYTE_CAP,
    };
    if (plb_ledger_new(&ledger, s->parameters, &config, &error) != PLB_OK) {
        if (error.message[0] == '\0') abort();
        return;
    }
    for (size_t i = 0; i < s->utxo.count; i++) {
        plb_ledger_add_utxo(ledger, &s->utxo.items[i], 1, &error);
    }
    plb_ledger_add_accounts(ledger, s->accounts.items, s->accounts.count, &error);
    plb_status status =
        plb_ledger_submit(ledger, s->transaction, s->transaction_length, NULL, &submission);
    if ((status == PLB_E_LEDGER) != (submission.predicate != NULL)) abort();
    if (status == PLB_E_LEDGER &&
        plb_fixture_predicate(submission.predicate, submission.error.message) == NULL) {
        abort();
    }
    plb_ledger_free(ledger);
}

static void check_error(plb_status status, const plb_error *error) {
    if (error->status != status || error->message[0] == '\0' || error->where[0] == '\0') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_scenario scenario;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_scenario_load(&scenario, "input.json", (const char *) data, size,
                                          resolve, NULL, &error);
    if (status == PLB_OK) {
        if (!plb_is_scenario((const char *) data, size)) abort();
        submit(&scenario);
    } else {
        check_error(status, &error);
    }
    plb_scenario_free(&scenario);
    uint8_t *bytes = NULL;
    size_t length = 0;
    status = plb_tx_file_read("input", data, size, &bytes, &length, &error);
    if (status != PLB_OK) check_error(status, &error);
    free(bytes);
    return 0;
}
