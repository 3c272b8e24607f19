/* The embedded catalogue as programs: each script applied to its datum, its redeemer, and a script
 * context in which there is nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/scripts.h>

#include "calibrate/steps/set.h"
#include "harness/machine/term.h"

static const uint64_t loop_counts[] = {0, 10, 1000};
#define BUILTINS_MOST 0.8 /* of a charge by version E */

/* What a script is applied to, and the script applied to ever more of it. */
typedef struct call {
    plb_step_set *set;
    const plb_script *script;
    plb_program *redeemer, *argument;
    plb_program *applied[2]; /* in turn */
    const plb_program *whole;
} call;

static void call_free(call *c) {
    plb_program_free(c->redeemer);
    plb_program_free(c->argument);
    plb_program_free(c->applied[0]);
    plb_program_free(c->applied[1]);
}

static plb_status call_new(call *c, plb_step_set *set, plb_error *error) {
    *c = (call){.set = set,
                .redeemer = plb_program_new(0),
                .argument = plb_program_new(0),
                .applied = {plb_program_new(0), plb_program_new(0)}};
    if (c->redeemer && c->argument && c->applied[0] && c->applied[1]) return PLB_OK;
    call_free(c);
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
}

/* Apply what there is to data in CBOR, of whatever version what there is has. */
static plb_status apply(call *c, const uint8_t *bytes, size_t length, plb_error *error) {
    plb_program *result = c->whole == c->applied[0] ? c->applied[1] : c->applied[0];
    plb_status status = plb_program_data_cbor(c->argument, bytes, length, error);
    if (status != PLB_OK) return status;
    memcpy(c->argument->version, c->whole->version, sizeof c->whole->version);
    status = plb_program_apply(result, c->whole, c->argument, error);
    c->whole = result;
    return status;
}

static plb_status apply_data(call *c, const plb_program *data, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = plb_data_encode(data, &bytes, &length, error);
    if (status == PLB_OK) status = apply(c, bytes, length, error);
    free(bytes);
    return status;
}

/* PlutusV3's script context: Constr 0 [txInfo, redeemer, scriptInfo], with 0 for what only a
 * ledger knows. */
static plb_status apply_context_v3(call *c, plb_error *error) {
    static const uint8_t begin[] = {0xd8, 0x79, 0x83, 0x00}, end = 0x00;
    uint8_t *redeemer = NULL;
    size_t length = 0;
    plb_status status = plb_data_encode(c->redeemer, &redeemer, &length, error);
    if (status != PLB_OK) return status;
    uint8_t *all = malloc(sizeof begin + length + sizeof end);
    if (all != NULL) {
        memcpy(all, begin, sizeof begin);
        memcpy(all + sizeof begin, redeemer, length);
        all[sizeof begin + length] = end;
        status = apply(c, all, sizeof begin + length + sizeof end, error);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a script context");
    }
    free(redeemer);
    free(all);
    return status;
}

static plb_status apply_all(call *c, plb_error *error) {
    static const uint8_t nothing[] = {0xd8, 0x79, 0x80}; /* Constr 0 [] */
    c->whole = plb_script_program(c->script);
    if (plb_script_language(c->script) == PLB_PLUTUS_V3) return apply_context_v3(c, error);
    plb_status status = apply_data(c, plb_script_datum(c->script), error);
    if (status == PLB_OK) status = apply_data(c, c->redeemer, error);
    return status == PLB_OK ? apply(c, nothing, sizeof nothing, error) : status;
}

static plb_status add_loops(call *c, uint64_t loops, plb_error *error) {
    char name[PLB_STEP_NAME_BYTES];
    snprintf(name, sizeof name, "catalogue/%s/%llu", plb_script_name(c->script),
             (unsigned long long) loops);
    plb_status status =
        plb_redeemer_add_loops(c->redeemer, plb_script_redeemer(c->script), loops, error);
    if (status == PLB_OK) status = apply_all(c, error);
    if (status == PLB_OK) return plb_step_set_add(c->set, name, c->whole, error);
    (void) plb_error_prefix(error, name);
    return status;
}

/* Whether loops are so much of builtins that they say nothing about steps. */
static bool is_mostly_builtins(const plb_step_entry *entry) {
    return (double) entry->builtin_charge > BUILTINS_MOST * (double) entry->charge;
}

/* A script that fails wants to see a ledger's context. */
static plb_status add_script(call *c, plb_error *error) {
    for (size_t i = 0; i < sizeof loop_counts / sizeof *loop_counts; i++) {
        plb_status status = add_loops(c, loop_counts[i], error);
        if (status == PLB_E_EVALUATION) return PLB_OK;
        if (status != PLB_OK) return status;
        if (is_mostly_builtins(&c->set->entries[c->set->count - 1])) {
            plb_step_set_drop(c->set);
            return PLB_OK;
        }
    }
    return PLB_OK;
}

plb_status plb_step_set_add_catalogue(plb_step_set *set, plb_error *error) {
    plb_catalogue *catalogue;
    call c;
    plb_status status = plb_catalogue_open(&catalogue, error);
    if (status != PLB_OK) return status;
    status = call_new(&c, set, error);
    if (status != PLB_OK) {
        plb_catalogue_free(catalogue);
        return status;
    }
    for (size_t i = 0; i < plb_catalogue_count(catalogue) && status == PLB_OK; i++) {
        plb_script *script = NULL;
        const char *name = plb_catalogue_entry(catalogue, i)->name;
        status = plb_script_load_entry(&script, catalogue, name, error);
        c.script = script;
        if (status == PLB_OK) status = add_script(&c, error);
        plb_script_free(script);
    }
    call_free(&c);
    plb_catalogue_free(catalogue);
    return status;
}
