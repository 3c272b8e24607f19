/* Any bytes as a transaction: decoded, and when that works, submitted to a ledger that has the
 * outputs of the seeds. The first byte chooses the protocol version. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/ledger.h>

#define BYTE_CAP ((size_t) 1 << 24)

static plb_ledger *ledgers[3];

/* (program 1.0.0 (lam d (lam r (lam c (con unit ()))))), (program 1.1.0 (lam c (con unit ()))), as
 * CBOR byte strings around flat. */
static const uint8_t three_arguments[] = {0x46, 0x01, 0x00, 0x00, 0x22, 0x24, 0x99};
static const uint8_t one_argument[] = {0x45, 0x01, 0x01, 0x00, 0x24, 0x99};
static const uint8_t datum[] = {0xd8, 0x79, 0x80}, redeemer[] = {0x07};

/* What the seeds are and spend: plb_tx_build's transactions of one and two calls a language, and
 * their twins. */
static void add_outputs(plb_ledger *ledger, const plb_protocol_parameters *parameters) {
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        bool newest = language == PLB_PLUTUS_V3;
        plb_tx_call call = {
            .language = language,
            .script = newest ? one_argument : three_arguments,
            .script_length = newest ? sizeof one_argument : sizeof three_arguments,
            .datum = datum,
            .datum_length = sizeof datum,
            .inline_datum = language == PLB_PLUTUS_V2,
            .redeemer = redeemer,
            .redeemer_length = sizeof redeemer,
            .exunits = {100000, 100000000},
        };
        plb_tx_call calls[2] = {call, call};
        plb_tx_spec spec = {.calls = calls, .call_count = 2, .required_signers = 1};
        plb_tx_built built[2];
        if (plb_tx_build(&built[0], parameters, &spec, NULL) != PLB_OK ||
            plb_tx_build_twin(&built[1], parameters, &spec, NULL) != PLB_OK) {
            abort();
        }
        for (size_t i = 0; i < 2; i++) {
            if (plb_ledger_add_utxo(ledger, built[i].utxo, built[i].utxo_count, NULL) != PLB_OK) {
                abort();
            }
            plb_tx_built_free(&built[i]);
        }
    }
}

static plb_ledger *ledger_of(size_t which) {
    if (ledgers[which] != NULL) return ledgers[which];
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    plb_ledger_config config = {.byte_cap = BYTE_CAP};
    if (parameters == NULL) abort();
    parameters->protocol_major = 9 + (unsigned) which;
    parameters->max_block_exunits = (plb_exunits){10000000, 1000000000};
    if (plb_ledger_new(&ledgers[which], parameters, &config, NULL) != PLB_OK) abort();
    add_outputs(ledgers[which], parameters);
    plb_protocol_parameters_free(parameters);
    return ledgers[which];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    plb_submission submission;
    if (length == 0) return 0;
    plb_ledger *ledger = ledger_of(bytes[0] % 3);
    size_t before = plb_ledger_utxo_count(ledger);
    plb_submit_options options = {.decode_per_call = (bytes[0] & 4) != 0};
    plb_status status = plb_ledger_submit(ledger, bytes + 1, length - 1, &options, &submission);
    if (status != submission.status || plb_ledger_utxo_count(ledger) != before) abort();
    if ((status == PLB_E_LEDGER) != (submission.predicate != NULL)) abort();
    plb_tx_evaluate(ledger, bytes + 1, length - 1, &submission);
    return 0;
}
