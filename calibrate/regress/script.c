/* A script of the catalogue as a program that needs no arguments. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/regress/items.h"

/* A script, applied to ever more of what it takes. */
typedef struct applying {
    plb_program *argument, *applied[2]; /* in turn */
    const plb_program *whole;
} applying;

/* Programs of different versions can't be applied to each other: data has none of its own. */
static plb_status apply(applying *a, const uint8_t *cbor, size_t length, plb_error *error) {
    plb_program *result = a->whole == a->applied[0] ? a->applied[1] : a->applied[0];
    plb_status status = plb_program_data_cbor(a->argument, cbor, length, error);
    if (status != PLB_OK) return status;
    memcpy(a->argument->version, a->whole->version, sizeof a->whole->version);
    status = plb_program_apply(result, a->whole, a->argument, error);
    a->whole = result;
    return status;
}

static plb_status apply_data(applying *a, const plb_program *data, plb_error *error) {
    uint8_t *cbor = NULL;
    size_t length = 0;
    plb_status status = plb_data_encode(data, &cbor, &length, error);
    if (status == PLB_OK) status = apply(a, cbor, length, error);
    free(cbor);
    return status;
}

/* PlutusV3's script context, Constr 0 [txInfo, redeemer, scriptInfo], with nothing in it that only
 * a transaction has. */
static plb_status apply_context(applying *a, const plb_program *redeemer, plb_error *error) {
    static const uint8_t begin[] = {0xd8, 0x79, 0x83, 0x00}, end[] = {0x00};
    uint8_t *cbor = NULL, *context = NULL;
    size_t length = 0, all = 0;
    plb_status status = plb_data_encode(redeemer, &cbor, &length, error);
    if (status != PLB_OK) return status;
    all = sizeof begin + length + sizeof end;
    context = malloc(all);
    if (context != NULL) {
        memcpy(context, begin, sizeof begin);
        memcpy(context + sizeof begin, cbor, length);
        memcpy(context + sizeof begin + length, end, sizeof end);
        status = apply(a, context, all, error);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a script context");
    }
    free(cbor);
    free(context);
    return status;
}

static plb_status apply_all(applying *a, const plb_script *script, const plb_program *redeemer,
                            plb_error *error) {
    static const uint8_t nothing[] = {0xd8, 0x79, 0x80}; /* Constr 0 [] */
    a->whole = plb_script_program(script);
    if (plb_script_language(script) >= PLB_PLUTUS_V3) return apply_context(a, redeemer, error);
    plb_status status = apply_data(a, plb_script_datum(script), error);
    if (status == PLB_OK) status = apply_data(a, redeemer, error);
    return status == PLB_OK ? apply(a, nothing, sizeof nothing, error) : status;
}

plb_status plb_gate_script_flat(const plb_script *script, uint64_t loops, uint8_t **flat,
                                size_t *length, plb_error *error) {
    applying a = {plb_program_new(0), {plb_program_new(0), plb_program_new(0)}, NULL};
    plb_program *redeemer = plb_program_new(0);
    plb_status status =
        a.argument != NULL && a.applied[0] != NULL && a.applied[1] != NULL && redeemer != NULL
            ? PLB_OK
            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a script");
    if (status == PLB_OK)
        status = plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), loops, error);
    if (status == PLB_OK) status = apply_all(&a, script, redeemer, error);
    if (status == PLB_OK) status = plb_program_encode_flat(a.whole, flat, length, error);
    plb_program_free(a.argument);
    plb_program_free(a.applied[0]);
    plb_program_free(a.applied[1]);
    plb_program_free(redeemer);
    return status;
}
