#include "harness/ledger/tx_spec.h"

#include <stdio.h>

#include "harness/machine/data_cbor.h"
#include "harness/machine/region.h"

#define MAX_INPUTS 1000

static plb_status check_data(plb_region *scratch, const uint8_t *bytes, size_t length, size_t call,
                             const char *what, plb_error *error) {
    char where[64];
    size_t consumed = 0;
    snprintf(where, sizeof where, "call %zu: %s", call, what);
    if (bytes == NULL) return plb_fail(error, PLB_E_ARGUMENT, where, "expected CBOR data");
    plb_error inner = {.status = PLB_OK};
    plb_region_reset(scratch);
    plb_value data = plb_data_decode_cbor(scratch, bytes, length, &consumed, &inner);
    if (data == PLB_NO_VALUE) {
        return plb_fail(error, inner.status, where, "%.200s: %.200s", inner.where, inner.message);
    }
    if (consumed == length) return PLB_OK;
    return plb_fail(error, PLB_E_PARSE, where, "expected the end of the data at byte %zu",
                    consumed);
}

static plb_status check_call(plb_region *scratch, const plb_tx_call *call, size_t index,
                             plb_error *error) {
    char where[64];
    snprintf(where, sizeof where, "call %zu", index);
    if (call->language < PLB_PLUTUS_V1 || call->language > PLB_PLUTUS_V3) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected PlutusV1, PlutusV2 or PlutusV3");
    }
    if (call->script == NULL) return plb_fail(error, PLB_E_ARGUMENT, where, "expected a script");
    if (call->datum == NULL && call->language < PLB_PLUTUS_V3) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "%s needs a datum",
                        plb_language_name(call->language));
    }
    if (call->inline_datum && call->language == PLB_PLUTUS_V1) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "PlutusV1 can't see inline datums");
    }
    if (call->exunits.memory < 0 || call->exunits.steps < 0) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected ExUnits that are not negative");
    }
    plb_status status = call->datum == NULL ? PLB_OK
                                            : check_data(scratch, call->datum, call->datum_length,
                                                         index, "datum", error);
    if (status != PLB_OK) return status;
    return check_data(scratch, call->redeemer, call->redeemer_length, index, "redeemer", error);
}

plb_status plb_tx_spec_check(const plb_tx_spec *spec, plb_error *error) {
    static const char *const where = "transaction";
    if (spec->call_count == 0 || spec->call_count > MAX_INPUTS ||
        spec->extra_key_inputs > MAX_INPUTS || spec->payments > MAX_INPUTS) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected 1 to 1000 calls, at most 1000 further inputs and payments");
    }
    if (spec->required_signers > 1) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected 0 or 1 required signers");
    }
    plb_region scratch;
    if (!plb_region_init(&scratch, PLB_DEFAULT_BYTE_CAP)) {
        return plb_fail(error, PLB_E_MEMORY, where, "out of address space");
    }
    plb_status status = PLB_OK;
    for (size_t i = 0; status == PLB_OK && i < spec->call_count; i++) {
        status = check_call(&scratch, &spec->calls[i], i, error);
    }
    plb_region_free(&scratch);
    return status;
}
