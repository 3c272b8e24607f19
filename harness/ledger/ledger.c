/* The ledger: what lives between submissions, and the way of one submission. */
#include <plutbench/ledger.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "harness/ledger/context/slot_time.h"
#include "harness/ledger/validation.h"

/* ---- Making one ---- */

static plb_protocol_parameters *copy_parameters(const plb_protocol_parameters *from) {
    plb_protocol_parameters *to = malloc(sizeof *to);
    if (to == NULL) return NULL;
    *to = *from;
    bool ok = true;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        const plb_cost_parameters *costs = &from->cost_models[language];
        plb_cost_parameters *copy = &to->cost_models[language];
        copy->values = NULL;
        if (costs->values == NULL) continue;
        copy->values = malloc((costs->count + 1) * sizeof *copy->values);
        if (copy->values == NULL) {
            ok = false;
            continue;
        }
        memcpy(copy->values, costs->values, costs->count * sizeof *copy->values);
    }
    if (ok) return to;
    plb_protocol_parameters_free(to);
    return NULL;
}

static plb_status make_cost_models(plb_ledger *ledger, plb_error *error) {
    const plb_protocol_parameters *p = ledger->parameters;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        const plb_cost_parameters *costs = &p->cost_models[language];
        if (costs->values == NULL) continue;
        plb_status status = plb_cost_model_from_params(&ledger->cost_models[language],
                                                       (plb_era){language, p->protocol_major},
                                                       costs->values, costs->count, error);
        if (status != PLB_OK) {
            if (error != NULL) plb_error_prefix(error, plb_language_name(language));
            return status;
        }
    }
    return PLB_OK;
}

static plb_status make_parts(plb_ledger *ledger, const plb_protocol_parameters *parameters,
                             plb_error *error) {
    ledger->parameters = copy_parameters(parameters);
    ledger->era_history = plb_era_history_copy(ledger->config.era_history);
    ledger->config.era_history = ledger->era_history;
    if (ledger->config.utxo_folder == NULL) {
        ledger->utxo = plb_utxo_in_memory();
    } else {
        plb_status status = plb_utxo_on_disk(&ledger->utxo, ledger->config.utxo_folder,
                                             ledger->config.network, 0, error);
        if (status != PLB_OK) return status;
    }
    ledger->machine = plb_machine_new(ledger->config.byte_cap);
    size_t cap = ledger->config.byte_cap != 0 ? ledger->config.byte_cap : PLB_DEFAULT_BYTE_CAP;
    if (ledger->parameters == NULL || ledger->era_history == NULL || ledger->utxo == NULL ||
        ledger->machine == NULL || !plb_region_init(&ledger->arena, cap) ||
        !plb_language_views_make(&ledger->views, parameters)) {
        return plb_fail(error, PLB_E_MEMORY, "ledger", "out of memory or address space");
    }
    return make_cost_models(ledger, error);
}

static const plb_era_history *default_history(const plb_ledger_config *config) {
    return config->network == PLB_MAINNET ? plb_era_history_mainnet() : plb_era_history_preprod();
}

plb_status plb_ledger_new(plb_ledger **ledger, const plb_protocol_parameters *parameters,
                          const plb_ledger_config *config, plb_error *error) {
    *ledger = NULL;
    if (parameters->protocol_major < PLB_PROTOCOL_VERSION_MIN ||
        parameters->protocol_major > PLB_PROTOCOL_VERSION_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, "protocol parameters",
                        "protocol version %u: expected 5 to 12", parameters->protocol_major);
    }
    if (config != NULL && config->era_history != NULL &&
        !plb_era_history_is_sound(config->era_history)) {
        return plb_fail(error, PLB_E_ARGUMENT, "era history",
                        "expected eras that follow each other, with a slot length above 0");
    }
    /* Picks the fastest implementations; harmless when done before, and from any thread. */
    if (sodium_init() < 0) return plb_fail(error, PLB_E_MEMORY, "libsodium", "can't start");
    plb_ledger *made = calloc(1, sizeof *made);
    if (made == NULL) return plb_fail(error, PLB_E_MEMORY, "ledger", "out of memory");
    if (config != NULL) made->config = *config;
    if (made->config.era_history == NULL) made->config.era_history = default_history(&made->config);
    plb_status status = make_parts(made, parameters, error);
    if (status == PLB_OK) {
        *ledger = made;
    } else {
        plb_ledger_free(made);
    }
    return status;
}

void plb_ledger_free(plb_ledger *ledger) {
    if (ledger == NULL) return;
    for (size_t i = 0; i < ledger->program_count; i++) plb_program_free(ledger->programs[i]);
    free(ledger->programs);
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        plb_cost_model_free(ledger->cost_models[language]);
    }
    plb_language_views_free(&ledger->views);
    plb_machine_free(ledger->machine);
    plb_region_free(&ledger->arena);
    plb_accounts_free(&ledger->accounts);
    plb_changes_free(&ledger->changes);
    if (ledger->utxo != NULL) ledger->utxo->interface->free(ledger->utxo);
    plb_protocol_parameters_free(ledger->parameters);
    free(ledger->era_history);
    free(ledger);
}

/* ---- Submitting ---- */

static plb_status report(plb_validation *v, plb_submission *submission) {
    submission->status = v->failure;
    submission->predicate = v->predicate;
    submission->call_count = v->call_count;
    submission->calls = v->calls;
    switch (v->failure) {
    case PLB_OK: break;
    case PLB_E_LEDGER:
        plb_fail(&submission->error, v->failure, "transaction", "%s: %s", v->predicate, v->detail);
        break;
    case PLB_E_UNSUPPORTED:
        plb_fail(&submission->error, v->failure, "transaction", "unsupported: %s", v->detail);
        break;
    default: plb_fail(&submission->error, v->failure, "transaction", "%s", v->detail);
    }
    return v->failure;
}

/* Decode and look up; the transaction's own figures go to the submission. */
static bool open_transaction(plb_validation *v, const uint8_t *bytes, size_t length,
                             plb_submission *submission) {
    plb_region_reset(&v->ledger->arena);
    submission->predicate = NULL;
    submission->call_count = 0;
    submission->calls = NULL;
    submission->status =
        plb_tx_decode(&v->tx, &v->ledger->arena, bytes, length, &submission->error);
    memcpy(submission->id, v->tx.id, sizeof submission->id);
    submission->size_bytes = v->tx.size_bytes;
    submission->fee = v->tx.fee;
    plb_stage_enter(&v->stages, PLB_STAGE_PHASE1);
    if (submission->status != PLB_OK) return false;
    if (!plb_resolve(v)) {
        report(v, submission);
        return false;
    }
    return true;
}

plb_status plb_ledger_submit(plb_ledger *ledger, const uint8_t *bytes, size_t length,
                             const plb_submit_options *options, plb_submission *submission) {
    plb_validation v;
    v.ledger = ledger;
    v.needed_count = v.script_count = v.call_count = 0;
    v.languages = 0;
    v.failure = PLB_OK;
    v.predicate = NULL;
    v.detail[0] = '\0';
    v.decode_per_call = options != NULL && options->decode_per_call;
    v.counting = false;
    v.calls = NULL;
    v.decoded = NULL;
    v.activity = options != NULL ? options->activity : NULL;
    v.tally = options != NULL ? options->tally : NULL;
    plb_stage_begin(&v.stages, options != NULL ? options->stage_ns : NULL,
                    options != NULL ? options->stage_marks : NULL, PLB_STAGE_DECODE_TRANSACTION);
    if (open_transaction(&v, bytes, length, submission)) {
        if (plb_phase1(&v) && plb_phase2(&v) && options != NULL && options->apply) plb_apply(&v);
        report(&v, submission);
    }
    plb_stage_end(&v.stages);
    return submission->status;
}

plb_status plb_tx_evaluate(plb_ledger *ledger, const uint8_t *bytes, size_t length,
                           plb_submission *submission) {
    plb_validation v = {.ledger = ledger, .counting = true};
    if (!open_transaction(&v, bytes, length, submission)) return submission->status;
    if (plb_phase1_to_run(&v)) plb_phase2(&v);
    return report(&v, submission);
}
