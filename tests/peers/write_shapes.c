/* Writes every shape of transaction that the builder makes, and its twin, for peers.mjs: a line of
 * JSON for the protocol parameters, and one for each shape. */
#include "tests/unit/ledger_shapes.h"

/* In preprod's Shelley era, and within the shapes' validity intervals. */
#define SLOT 86500

static void print_hex(const char *name, const uint8_t *bytes, size_t length, const char *end) {
    printf("\"%s\":\"", name);
    for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
    printf("\"%s", end);
}

static void print_parameters(const plb_protocol_parameters *p) {
    printf("{\"protocol_version\":%u,\"slot\":%d,\"max_memory\":%lld,\"max_steps\":%lld,"
           "\"cost_models\":[",
           p->protocol_major, SLOT, (long long) p->max_tx_exunits.memory,
           (long long) p->max_tx_exunits.steps);
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) {
        const plb_cost_parameters *costs = &p->cost_models[l];
        printf("%s[", l == PLB_PLUTUS_V1 ? "" : ",");
        for (size_t i = 0; i < costs->count; i++) {
            printf("%s%lld", i == 0 ? "" : ",", (long long) costs->values[i]);
        }
        printf("]");
    }
    printf("]}\n");
}

static void print_built(const char *name, const plb_tx_built *built) {
    printf("\"%s\":{", name);
    print_hex("bytes", built->bytes, built->length, ",");
    print_hex("id", built->id, sizeof built->id, ",\"utxo\":[");
    for (size_t i = 0; i < built->utxo_count; i++) {
        printf("%s{\"index\":%u,", i == 0 ? "" : ",", (unsigned) built->utxo[i].index);
        print_hex("id", built->utxo[i].id, PLB_HASH_BYTES, ",");
        print_hex("output", built->utxo[i].output, built->utxo[i].output_length, "}");
    }
    printf("],\"accounts\":[");
    for (size_t i = 0; i < built->account_count; i++) {
        printf("%s{", i == 0 ? "" : ",");
        print_hex("script", built->accounts[i].hash, PLB_KEY_HASH_BYTES, "}");
    }
    printf("]}");
}

static void print_calls(const plb_submission *submission) {
    printf("\"calls\":[");
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_call_outcome *call = &submission->calls[i];
        printf("%s{\"purpose\":%u,\"index\":%u,\"language\":%d,\"memory\":%lld,\"steps\":%lld}",
               i == 0 ? "" : ",", call->purpose, (unsigned) call->index, (int) call->language,
               (long long) call->spent.memory, (long long) call->spent.steps);
    }
    printf("],");
}

static void print_shape(shape *s, const plb_protocol_parameters *parameters) {
    static plb_exunits exunits[SHAPE_CALLS];
    plb_ledger_config config = {.network = PLB_TESTNET, .slot = SLOT};
    plb_ledger *ledger;
    plb_tx_built call, twin;
    plb_submission submission;
    plb_error error;
    if (plb_ledger_new(&ledger, parameters, &config, &error) != PLB_OK ||
        plb_ledger_build_exact(ledger, &call, &s->spec, exunits, &error) != PLB_OK) {
        fail_msg("%s: %s", s->name, error.message);
    }
    for (size_t i = 0; i < s->spec.call_count; i++) s->calls[i].exunits = exunits[i];
    if (plb_tx_build_twin(&twin, parameters, &s->spec, &error) != PLB_OK) {
        fail_msg("%s: twin: %s", s->name, error.message);
    }
    if (plb_ledger_submit(ledger, call.bytes, call.length, NULL, &submission) != PLB_OK) {
        fail_msg("%s: %s", s->name, submission.error.message);
    }
    size_t references = 0;
    for (size_t i = 0; i < s->spec.call_count; i++) {
        references += s->calls[i].place == PLB_SCRIPT_IN_REFERENCE;
    }
    printf("{\"name\":\"%s\",\"references\":%zu,", s->name, references);
    print_calls(&submission);
    print_built("call", &call);
    printf(",");
    print_built("twin", &twin);
    printf("}\n");
    plb_tx_built_free(&call);
    plb_tx_built_free(&twin);
    plb_ledger_free(ledger);
}

int main(void) {
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    if (parameters == NULL) return 1;
    print_parameters(parameters);
    shape *s;
    for (size_t i = 0; (s = shape_at(i, true)) != NULL; i++) {
        print_shape(s, parameters);
        shape_free(s);
    }
    plb_protocol_parameters_free(parameters);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
