/* Phase-2 (the UTXOS rule): collect what each call needs, decode the scripts that are used, build
 * their contexts, run them with the declared ExUnits, and compare the outcome with the validity
 * flag. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/context/script_context.h"
#include "harness/ledger/context/tx_info.h"
#include "harness/ledger/validation.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/machine_internal.h"
#include "harness/machine/script_file.h"

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
            const plb_program *like = ledger->config.builtins_of;
            if (like != NULL) plb_program_use_extras(programs[ledger->program_count], like->extras);
        }
    }
    return ledger->programs[index];
}

static plb_era era_of(const plb_validation *v, plb_language language) {
    return (plb_era){language, v->ledger->parameters->protocol_major};
}

static bool note_decoded(plb_validation *v, size_t index) {
    if (v->decoded == NULL) {
        v->decoded = plb_region_alloc(&v->ledger->arena, v->script_count * sizeof *v->decoded);
        if (v->decoded == NULL) return false;
        memset(v->decoded, 0, v->script_count * sizeof *v->decoded);
    }
    v->decoded[index] = true;
    return true;
}

static plb_status decode_script(plb_validation *v, size_t index) {
    const plb_tx_script *script = v->scripts[index];
    plb_program *program = program_at(v->ledger, index);
    if (program == NULL) return PLB_E_MEMORY;
    plb_error error;
    plb_status status = plb_program_decode_script(
        program, era_of(v, script->language), script->bytes.bytes, script->bytes.length, &error);
    if (status == PLB_OK) return note_decoded(v, index) ? PLB_OK : PLB_E_MEMORY;
    snprintf(v->detail, sizeof v->detail, "script %zu: %.80s: %.240s", index, error.where,
             error.message);
    return status;
}

plb_status plb_decode_script(plb_validation *v, size_t index) {
    plb_stage before = plb_stage_enter(&v->stages, PLB_STAGE_DECODE_SCRIPTS);
    plb_status status = decode_script(v, index);
    plb_stage_enter(&v->stages, before);
    return status;
}

/* The program behind those of the scripts is a spare one. */
plb_status plb_check_script(plb_validation *v, const plb_tx_script *script) {
    plb_stage before = plb_stage_enter(&v->stages, PLB_STAGE_DECODE_SCRIPTS);
    plb_program *program = program_at(v->ledger, v->script_count);
    plb_error error;
    plb_status status =
        program == NULL
            ? PLB_E_MEMORY
            : plb_program_decode_script(program, era_of(v, script->language), script->bytes.bytes,
                                        script->bytes.length, &error);
    if (status != PLB_OK && program != NULL) {
        snprintf(v->detail, sizeof v->detail, "%.80s: %.240s", error.where, error.message);
    }
    plb_stage_enter(&v->stages, before);
    return status;
}

/* ---- What the calls share ---- */

typedef struct phase2_call {
    const plb_needed_script *needed; /* a Plutus script that is there */
    const plb_redeemer *redeemer;
} phase2_call;

typedef struct phase2 {
    plb_validation *v;
    plb_context_source source;
    plb_value info[PLB_PLUTUS_V4 + 1]; /* TxInfo by language, PLB_NO_VALUE until it is needed */
    phase2_call *calls;                /* by purpose, then index */
    size_t call_count;
    bool passed;                                       /* no call failed */
    char why[sizeof((plb_validation *) NULL)->detail]; /* the first one failed */
} phase2;

static bool info_for(phase2 *p, plb_language language) {
    plb_validation *v = p->v;
    if (p->info[language] != PLB_NO_VALUE) return true;
    const char *problem = NULL;
    plb_status status = plb_tx_info(&p->info[language], &p->source, language, &problem);
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

static bool is_before(const plb_redeemer *redeemer, const plb_needed_script *needed) {
    return redeemer->purpose != needed->purpose ? redeemer->purpose < needed->purpose
                                                : redeemer->index < needed->index;
}

static const plb_redeemer *redeemer_of(const plb_tx *tx, const plb_needed_script *needed) {
    size_t low = 0, high = tx->redeemer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(&tx->redeemers[middle], needed)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const plb_redeemer *found = &tx->redeemers[low];
    bool same = low < tx->redeemer_count && found->purpose == needed->purpose &&
                found->index == needed->index;
    return same ? found : NULL;
}

static const char *purpose_name(plb_purpose purpose) {
    static const char *const names[PLB_PURPOSE_COUNT] = {"spending",  "minting", "certifying",
                                                         "rewarding", "voting",  "proposing"};
    return names[purpose];
}

static bool collect_call(phase2 *p, const plb_needed_script *needed) {
    plb_validation *v = p->v;
    plb_language language = v->scripts[needed->script]->language;
    const plb_redeemer *redeemer = redeemer_of(&v->tx, needed);
    if (redeemer == NULL) {
        return plb_fail_rule(v, "CollectErrors", "NoRedeemer: %s %u", purpose_name(needed->purpose),
                             (unsigned) needed->index);
    }
    if (v->ledger->cost_models[language] == NULL) {
        return plb_fail_rule(v, "CollectErrors", "NoCostModel: %s", plb_language_name(language));
    }
    p->calls[p->call_count++] = (phase2_call){needed, redeemer};
    return info_for(p, language);
}

/* Everything that must be there, and every translation, comes before the first script runs
 * (collectPlutusScriptsWithContext). Native scripts were checked in phase-1. */
static bool collect(phase2 *p) {
    plb_validation *v = p->v;
    plb_ledger *ledger = v->ledger;
    p->source = (plb_context_source){.arena = &ledger->arena,
                                     .tx = &v->tx,
                                     .protocol_major = ledger->parameters->protocol_major,
                                     .era_history = ledger->config.era_history,
                                     .slot = ledger->config.slot};
    p->calls = plb_region_alloc(&ledger->arena, v->needed_count * sizeof *p->calls);
    if (p->calls == NULL || plb_context_source_open(&p->source) != PLB_OK) {
        return plb_fail_memory(v); /* certificates, which could be malformed, do not get here */
    }
    for (size_t i = 0; i < v->needed_count; i++) {
        const plb_needed_script *needed = &v->needed[i];
        if (v->scripts[needed->script]->is_native) continue;
        if (!collect_call(p, needed)) return false;
    }
    return true;
}

/* ---- Arguments ---- */

/* One call's arguments: context alone (V3), or datum if it spends, redeemer, context. */
typedef struct call_arguments {
    plb_value values[3];
    size_t count;
} call_arguments;

static plb_value find_datum(const plb_tx *tx, const uint8_t *hash) {
    size_t low = 0, high = tx->datum_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(tx->datums[middle].hash, hash, PLB_HASH_BYTES);
        if (order == 0) return tx->datums[middle].data;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return PLB_NO_VALUE;
}

/* The datum of the output that is spent, in *datum; PLB_NO_VALUE when there is none. False when
 * memory is short. */
static bool spending_datum(phase2 *p, const plb_needed_script *needed, plb_value *datum) {
    *datum = PLB_NO_VALUE;
    if (needed->purpose != PLB_PURPOSE_SPEND) return true;
    const plb_tx_out *out = &p->v->tx.inputs.outputs[needed->index];
    if (out->datum_kind == PLB_DATUM_HASH) *datum = find_datum(&p->v->tx, out->datum_hash);
    if (out->datum_kind != PLB_DATUM_INLINE) return true;
    *datum = plb_context_input_datum(&p->source, needed->index);
    return *datum != PLB_NO_VALUE;
}

static bool collect_arguments(phase2 *p, const phase2_call *call, plb_language language,
                              call_arguments *arguments) {
    plb_validation *v = p->v;
    const plb_needed_script *needed = call->needed;
    plb_value datum, redeemer = call->redeemer->data;
    plb_script_item item;
    if (!spending_datum(p, needed, &datum) ||
        !plb_script_item_at(&item, &p->source.items, needed->purpose, needed->index)) {
        return plb_fail_memory(v);
    }
    plb_value context =
        plb_script_context(&v->ledger->arena, language, p->info[language], &item, redeemer, datum);
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

static bool call_failed(phase2 *p, plb_call_outcome *outcome, plb_status status, const char *why) {
    outcome->status = status;
    /* The machine's own byte cap is not the script's fault: there is no verdict then. */
    if (status == PLB_E_MEMORY) return plb_fail_memory(p->v);
    if (p->passed) {
        snprintf(p->why, sizeof p->why, "the %s script for %s %u failed: %.360s",
                 plb_language_name(outcome->language), purpose_name((plb_purpose) outcome->purpose),
                 (unsigned) outcome->index, why);
    }
    p->passed = false;
    return true;
}

static bool evaluate(phase2 *p, const phase2_call *call, plb_call_outcome *outcome) {
    plb_validation *v = p->v;
    plb_machine *machine = v->ledger->machine;
    plb_language language = outcome->language;
    call_arguments arguments;
    if (!collect_arguments(p, call, language, &arguments)) return false;
    plb_stage_enter(&v->stages, PLB_STAGE_START);
    plb_evaluation evaluation = {
        .program = v->ledger->programs[call->needed->script],
        .cost_model = v->ledger->cost_models[language],
        .era = era_of(v, language),
        .limit = v->counting ? v->ledger->parameters->max_block_exunits : outcome->declared,
        .tally = v->tally,
        .activity = v->activity,
    };
    plb_outcome ran;
    (void) plb_machine_start(machine, &evaluation);
    plb_stage_enter(&v->stages, PLB_STAGE_EVALUATE);
    plb_status status =
        plb_machine_finish(machine, &evaluation, arguments.values, arguments.count, &ran);
    outcome->status = status;
    outcome->spent = ran.spent;
    outcome->machine_steps = ran.steps;
    plb_stage_enter(&v->stages, PLB_STAGE_BUILD_CONTEXTS);
    if (status != PLB_OK) return call_failed(p, outcome, status, ran.message);
    if (language < PLB_PLUTUS_V3 || plb_machine_result_is_unit(machine)) return true;
    return call_failed(p, outcome, PLB_E_EVALUATION, "a PlutusV3 script must return unit");
}

/* Run one script and record its outcome. False only when validation can't go on. */
static bool run_call(phase2 *p, const phase2_call *call) {
    plb_validation *v = p->v;
    size_t script = call->needed->script;
    plb_call_outcome *outcome = &v->calls[v->call_count++];
    *outcome = (plb_call_outcome){
        .purpose = (unsigned) call->redeemer->purpose,
        .index = call->redeemer->index,
        .language = v->scripts[script]->language,
        .declared = call->redeemer->exunits,
    };
    if (v->decode_per_call || v->decoded == NULL || !v->decoded[script]) {
        plb_status status = plb_decode_script(v, script);
        if (status != PLB_OK) {
            char why[sizeof v->detail];
            memcpy(why, v->detail, sizeof why);
            return call_failed(p, outcome, status, why);
        }
    }
    return evaluate(p, call, outcome);
}

/* Every call runs, also after one has failed, as in the ledger (evalPlutusScripts). */
static bool run_calls(phase2 *p) {
    plb_validation *v = p->v;
    v->calls = plb_region_alloc(&v->ledger->arena, p->call_count * sizeof *v->calls);
    if (v->calls == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < p->call_count; i++) {
        if (!run_call(p, &p->calls[i])) return false;
    }
    return true;
}

/* What counts when ExUnits are measured: the first failure of a script. */
static bool all_counted(const phase2 *p) {
    plb_validation *v = p->v;
    for (size_t i = 0; i < v->call_count && v->failure == PLB_OK; i++) {
        v->failure = v->calls[i].status;
    }
    if (v->failure != PLB_OK) snprintf(v->detail, sizeof v->detail, "%s", p->why);
    return p->passed;
}

static bool validate(phase2 *p) {
    plb_validation *v = p->v;
    if (!collect(p) || !run_calls(p)) return false;
    if (v->counting) return all_counted(p);
    if (p->passed == v->tx.is_valid) return true;
    return p->passed
               ? plb_fail_rule(v, "ValidationTagMismatch",
                               "PassedUnexpectedly: the transaction is marked invalid")
               : plb_fail_rule(v, "ValidationTagMismatch", "FailedUnexpectedly: %.380s", p->why);
}

bool plb_phase2(plb_validation *v) {
    phase2 p;
    p.v = v;
    p.call_count = 0;
    p.passed = true;
    for (size_t i = 0; i < sizeof p.info / sizeof p.info[0]; i++) p.info[i] = PLB_NO_VALUE;
    plb_stage before = plb_stage_enter(&v->stages, PLB_STAGE_BUILD_CONTEXTS);
    bool ok = validate(&p);
    plb_stage_enter(&v->stages, before);
    return ok;
}
