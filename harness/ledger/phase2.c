/* Phase-2 (the UTXOS rule): decode each script, build its context, run it with the declared
 * ExUnits, and compare the outcome with the validity flag. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/script_context.h"
#include "harness/ledger/validation.h"
#include "harness/machine/data_cbor.h"
#include "harness/machine/machine_internal.h"

/* Address space for one decoded script. A script in a witness set has at most the size of a
 * transaction, and decoded at most some dozen times that. */
#define SCRIPT_CAP_BYTES ((size_t) 1 << 28)

/* ---- Scripts ---- */

static plb_program *program_at(plb_ledger *ledger, size_t index) {
    if (index >= ledger->program_count) {
        plb_program **programs = realloc(ledger->programs, (index + 1) * sizeof(plb_program *));
        if (programs == NULL) return NULL;
        ledger->programs = programs;
        for (; ledger->program_count <= index; ledger->program_count++) {
            programs[ledger->program_count] = plb_program_new(SCRIPT_CAP_BYTES);
            if (programs[ledger->program_count] == NULL) return NULL;
        }
    }
    return ledger->programs[index];
}

static plb_era era_of(const plb_validation *v, plb_language language) {
    return (plb_era){language, v->ledger->parameters->protocol_major};
}

plb_status plb_decode_script(plb_validation *v, size_t index) {
    const plb_tx_script *script = v->scripts[index];
    plb_program *program = program_at(v->ledger, index);
    if (program == NULL) return PLB_E_MEMORY;
    plb_error error;
    plb_status status = plb_program_decode_cbor(program, era_of(v, script->language),
                                                script->bytes.bytes, script->bytes.length, &error);
    if (status != PLB_OK) {
        snprintf(v->detail, sizeof v->detail, "script %zu: %.80s: %.240s", index, error.where,
                 error.message);
    }
    return status;
}

/* ---- Arguments ---- */

/* What the calls of a transaction share. */
typedef struct phase2 {
    plb_validation *v;
    plb_value info[PLB_PLUTUS_V4 + 1]; /* TxInfo by language, PLB_NO_VALUE until it is needed */
} phase2;

/* One call's arguments: context alone (V3), or datum, redeemer, context. */
typedef struct call_arguments {
    plb_value values[3];
    size_t count;
} call_arguments;

static bool info_for(phase2 *p, plb_language language) {
    plb_validation *v = p->v;
    if (p->info[language] != PLB_NO_VALUE) return true;
    const char *problem = NULL;
    plb_status status = plb_tx_info(&p->info[language], &v->ledger->arena, &v->tx, language,
                                    v->ledger->parameters->protocol_major, &problem);
    switch (status) {
    case PLB_OK: return true;
    case PLB_E_LEDGER: return plb_fail_rule(v, "CollectErrors", "BadTranslation: %s", problem);
    case PLB_E_MEMORY: return plb_fail_memory(v);
    default:
        v->failure = status;
        snprintf(v->detail, sizeof v->detail, "%s", problem);
        return false;
    }
}

static const plb_witness_datum *find_datum(const plb_tx *tx, const uint8_t *hash) {
    for (size_t i = 0; i < tx->datum_count; i++) {
        if (memcmp(tx->datums[i].hash, hash, PLB_HASH_BYTES) == 0) return &tx->datums[i];
    }
    return NULL;
}

/* The datum of the output that is spent; PLB_NO_VALUE in *datum when it has none. */
static bool spending_datum(plb_validation *v, const plb_tx_out *out, plb_value *datum) {
    *datum = PLB_NO_VALUE;
    if (out->datum_kind == PLB_DATUM_INLINE) {
        *datum = plb_data_decode_cbor(&v->ledger->arena, out->datum.bytes, out->datum.length, NULL,
                                      NULL);
        return *datum != PLB_NO_VALUE || plb_fail_memory(v);
    }
    if (out->datum_kind == PLB_DATUM_HASH) {
        const plb_witness_datum *found = find_datum(&v->tx, out->datum_hash);
        if (found != NULL) *datum = found->data;
    }
    return true;
}

static bool collect_arguments(phase2 *p, const plb_needed_script *needed, plb_language language,
                              plb_value redeemer, call_arguments *arguments) {
    plb_validation *v = p->v;
    plb_value datum;
    const plb_tx_inputs *inputs = &v->tx.inputs;
    if (!info_for(p, language) || !spending_datum(v, &inputs->outputs[needed->index], &datum)) {
        return false;
    }
    plb_value context = plb_script_context(&v->ledger->arena, language, p->info[language],
                                           &inputs->refs[needed->index], redeemer, datum);
    if (context == PLB_NO_VALUE) return plb_fail_memory(v);
    size_t count = 0;
    if (language < PLB_PLUTUS_V3) {
        if (datum != PLB_NO_VALUE) arguments->values[count++] = datum;
        arguments->values[count++] = redeemer;
    }
    arguments->values[count++] = context;
    arguments->count = count;
    return true;
}

/* ---- Calls ---- */

static const plb_redeemer *redeemer_of(const plb_tx *tx, uint32_t index) {
    size_t low = 0, high = tx->redeemer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const plb_redeemer *redeemer = &tx->redeemers[middle];
        if (redeemer->purpose == PLB_PURPOSE_SPEND && redeemer->index == index) return redeemer;
        bool before = redeemer->purpose == PLB_PURPOSE_SPEND && redeemer->index < index;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* Run one script; its outcome is recorded, and v->detail says why it failed. False only when
 * validation can't go on. */
static bool run_call(phase2 *p, const plb_needed_script *needed, const plb_redeemer *redeemer,
                     plb_language language) {
    plb_validation *v = p->v;
    plb_call_outcome *call = &v->calls[v->call_count++];
    *call = (plb_call_outcome){
        .purpose = (unsigned) redeemer->purpose,
        .index = redeemer->index,
        .language = language,
        .declared = redeemer->exunits,
    };
    if (v->decode_per_call) {
        call->status = plb_decode_script(v, needed->script);
        if (call->status != PLB_OK) return plb_fail_memory(v);
    }
    call_arguments arguments;
    if (!collect_arguments(p, needed, language, redeemer->data, &arguments)) return false;
    plb_evaluation evaluation = {
        .program = v->ledger->programs[needed->script],
        .cost_model = v->ledger->cost_models[language],
        .era = era_of(v, language),
        .limit = v->counting ? v->ledger->parameters->max_block_exunits : redeemer->exunits,
    };
    plb_outcome outcome;
    call->status = plb_machine_run_values(v->ledger->machine, &evaluation, arguments.values,
                                          arguments.count, &outcome);
    call->spent = outcome.spent;
    call->machine_steps = outcome.steps;
    const char *why = outcome.message;
    if (call->status == PLB_OK && language >= PLB_PLUTUS_V3 &&
        !plb_machine_result_is_unit(v->ledger->machine)) {
        call->status = PLB_E_EVALUATION;
        why = "a PlutusV3 script must return unit";
    }
    if (call->status == PLB_OK) return true;
    snprintf(v->detail, sizeof v->detail, "the %s script of input %u failed: %.360s",
             plb_language_name(language), (unsigned) needed->index, why);
    /* The machine's own byte cap is not the script's fault: there is no verdict then. */
    if (call->status == PLB_E_MEMORY) v->failure = PLB_E_MEMORY;
    return call->status != PLB_E_MEMORY;
}

/* Every script that is needed, in the order of inputs; stops at the first that fails. */
static bool run_calls(phase2 *p, bool *passed) {
    plb_validation *v = p->v;
    v->calls = plb_region_alloc(&v->ledger->arena, v->needed_count * sizeof *v->calls);
    if (v->calls == NULL) return plb_fail_memory(v);
    *passed = true;
    for (size_t i = 0; i < v->needed_count && *passed; i++) {
        const plb_needed_script *needed = &v->needed[i];
        plb_language language = v->scripts[needed->script]->language;
        const plb_redeemer *redeemer = redeemer_of(&v->tx, needed->index);
        if (redeemer == NULL) {
            return plb_fail_rule(v, "CollectErrors", "NoRedeemer: input %u",
                                 (unsigned) needed->index);
        }
        if (v->ledger->cost_models[language] == NULL) {
            return plb_fail_rule(v, "CollectErrors", "NoCostModel: %s",
                                 plb_language_name(language));
        }
        if (!run_call(p, needed, redeemer, language)) return false;
        *passed = v->calls[v->call_count - 1].status == PLB_OK;
    }
    return true;
}

bool plb_phase2(plb_validation *v) {
    phase2 p = {.v = v};
    bool passed = false;
    if (!run_calls(&p, &passed)) return false;
    if (v->counting) {
        if (!passed) v->failure = v->calls[v->call_count - 1].status;
        return passed;
    }
    if (passed == v->tx.is_valid) return true;
    if (passed) {
        return plb_fail_rule(v, "ValidationTagMismatch",
                             "PassedUnexpectedly: the transaction is marked invalid");
    }
    char why[sizeof v->detail];
    memcpy(why, v->detail, sizeof why);
    return plb_fail_rule(v, "ValidationTagMismatch", "FailedUnexpectedly: %.380s", why);
}
