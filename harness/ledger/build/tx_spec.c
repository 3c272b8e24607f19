#include "harness/ledger/build/tx_spec.h"

#include <stdio.h>

#include "harness/machine/data_cbor.h"
#include "harness/machine/region.h"

#define MAX_COUNT 1000
/* PlutusV1 takes a transaction with reference inputs since then (Conway). */
#define FIRST_VERSION_WITH_V1_REFERENCES 9

/* ---- Data ---- */

static plb_status check_data(plb_region *scratch, const uint8_t *bytes, size_t length,
                             const char *where, plb_error *error) {
    size_t consumed = 0;
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

/* Calls often share their data: the same bytes as the call's before are not read again. */
static bool same_bytes(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length) {
    return a == b && a_length == b_length;
}

static plb_status check_call_data(plb_region *scratch, const plb_tx_spec *spec, size_t index,
                                  plb_error *error) {
    const plb_tx_call *call = &spec->calls[index];
    static const plb_tx_call none;
    const plb_tx_call *before = index != 0 ? call - 1 : &none;
    plb_status status = PLB_OK;
    char where[64];
    if (call->datum != NULL &&
        !same_bytes(call->datum, call->datum_length, before->datum, before->datum_length)) {
        snprintf(where, sizeof where, "call %zu: datum", index);
        status = check_data(scratch, call->datum, call->datum_length, where, error);
    }
    if (status == PLB_OK &&
        (call->redeemer == NULL || !same_bytes(call->redeemer, call->redeemer_length,
                                               before->redeemer, before->redeemer_length))) {
        snprintf(where, sizeof where, "call %zu: redeemer", index);
        status = check_data(scratch, call->redeemer, call->redeemer_length, where, error);
    }
    return status;
}

static plb_status check_all_data(const plb_tx_spec *spec, plb_error *error) {
    plb_region scratch;
    if (!plb_region_init(&scratch, PLB_DEFAULT_BYTE_CAP)) {
        return plb_fail(error, PLB_E_MEMORY, "transaction", "out of address space");
    }
    plb_status status = PLB_OK;
    for (size_t i = 0; status == PLB_OK && i < spec->call_count; i++) {
        status = check_call_data(&scratch, spec, i, error);
    }
    if (status == PLB_OK && spec->supplemental_datum != NULL) {
        status = check_data(&scratch, spec->supplemental_datum, spec->supplemental_datum_length,
                            "supplemental datum", error);
    }
    plb_region_free(&scratch);
    return status;
}

/* ---- Calls ---- */

static plb_status check_datum(const plb_tx_call *call, const char *where, plb_error *error) {
    if (call->purpose != PLB_CALL_SPEND && call->datum != NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "only a spending call has a datum");
    }
    if (call->purpose == PLB_CALL_SPEND && call->datum == NULL && call->language < PLB_PLUTUS_V3) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "%s needs a datum to spend",
                        plb_language_name(call->language));
    }
    return PLB_OK;
}

static plb_status check_call(const plb_tx_call *call, size_t index, plb_error *error) {
    char where[64];
    snprintf(where, sizeof where, "call %zu", index);
    if ((unsigned) call->purpose > PLB_CALL_WITHDRAW) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected to spend, mint or withdraw");
    }
    if ((unsigned) call->place > PLB_SCRIPT_IN_REFERENCE) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected the script in the witnesses or in a reference input");
    }
    if (call->language < PLB_PLUTUS_V1 || call->language > PLB_PLUTUS_V3) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected PlutusV1, PlutusV2 or PlutusV3");
    }
    if (call->script == NULL || call->script_length == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected a script");
    }
    if (call->exunits.memory < 0 || call->exunits.steps < 0) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected ExUnits that are not negative");
    }
    return check_datum(call, where, error);
}

/* A script context of PlutusV1 can't have inline datums, whosever they are, and before Conway no
 * reference inputs. */
static plb_status check_first_language(const plb_tx_spec *spec,
                                       const plb_protocol_parameters *parameters,
                                       plb_error *error) {
    size_t first = spec->call_count;
    for (size_t i = 0; first == spec->call_count && i < spec->call_count; i++) {
        if (spec->calls[i].language == PLB_PLUTUS_V1) first = i;
    }
    char where[64];
    snprintf(where, sizeof where, "call %zu", first);
    for (size_t i = 0; first != spec->call_count && i < spec->call_count; i++) {
        const plb_tx_call *call = &spec->calls[i];
        if (call->datum != NULL && call->inline_datum) {
            return plb_fail(error, PLB_E_ARGUMENT, where,
                            "PlutusV1 can't see inline datums, and call %zu has one", i);
        }
        if (call->place == PLB_SCRIPT_IN_REFERENCE &&
            parameters->protocol_major < FIRST_VERSION_WITH_V1_REFERENCES) {
            return plb_fail(error, PLB_E_ARGUMENT, where,
                            "PlutusV1 can't see reference inputs before protocol version 9, and "
                            "call %zu has one",
                            i);
        }
    }
    return PLB_OK;
}

/* ---- The transaction ---- */

static plb_status check_counts(const plb_tx_spec *spec, plb_error *error) {
    const struct {
        const char *what;
        size_t count, most;
    } counts[] = {
        {"calls", spec->call_count, MAX_COUNT},
        {"payments", spec->payments, MAX_COUNT},
        {"inputs at the test key's address", spec->extra_key_inputs, MAX_COUNT},
        {"native-script inputs", spec->native_script_inputs, MAX_COUNT},
        {"native assets", spec->assets, MAX_COUNT},
        {"required signers", spec->required_signers, 1},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i].count <= counts[i].most) continue;
        return plb_fail(error, PLB_E_ARGUMENT, "transaction", "expected at most %zu %s",
                        counts[i].most, counts[i].what);
    }
    if (spec->call_count != 0 && spec->calls != NULL) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, "transaction", "expected at least one call");
}

static plb_status check_options(const plb_tx_spec *spec, plb_error *error) {
    static const char *const where = "transaction";
    if (spec->network != PLB_TESTNET && spec->network != PLB_MAINNET) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected mainnet or a test network");
    }
    if (spec->supplemental_datum != NULL && spec->payments == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "a supplemental datum needs a payment that names it");
    }
    if (spec->validity_interval && spec->slot > UINT64_MAX / 2) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected a slot below 2^63");
    }
    return PLB_OK;
}

plb_status plb_tx_spec_check(const plb_tx_spec *spec, const plb_protocol_parameters *parameters,
                             plb_error *error) {
    plb_status status = check_counts(spec, error);
    if (status == PLB_OK) status = check_options(spec, error);
    for (size_t i = 0; status == PLB_OK && i < spec->call_count; i++) {
        status = check_call(&spec->calls[i], i, error);
    }
    if (status == PLB_OK) status = check_first_language(spec, parameters, error);
    return status == PLB_OK ? check_all_data(spec, error) : status;
}
