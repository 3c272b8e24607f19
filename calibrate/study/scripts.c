/* Scripts of the catalogue under both cost models: what fits into a transaction and a block, and
 * what the same call costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calls/calibration.h"
#include "calibrate/study/study.h"
#include "harness/machine/cost_params.h"

/* One script at one strategy while it is compared. */
typedef struct trial {
    const plb_script *script;
    plb_strategy strategy;
    plb_protocol_parameters parameters; /* but for the cost models, the plan's */
    uint64_t seed;
} trial;

/* The ledger's parameters of a model; malloc'ed. */
static bool parameters_of(plb_cost_model *model, const plb_study_models *models,
                          plb_cost_parameters *out) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(model, models->era.language, params);
    *out = (plb_cost_parameters){.values = malloc(PLB_PARAMS_MAX * sizeof *out->values)};
    if (out->values == NULL) return false;
    for (; out->count < count && out->count < models->count; out->count++)
        out->values[out->count] = *plb_param_slot(model, params[out->count]);
    return true;
}

static plb_status calibrate_under(trial *t, const plb_study_models *models, plb_cost_model *model,
                                  plb_cost_parameters *parameters, plb_calibration **calibration,
                                  plb_error *error) {
    plb_calibration_config config = {.script = t->script,
                                     .parameters = &t->parameters,
                                     .strategy = t->strategy,
                                     .seed = t->seed};
    if (!parameters_of(model, models, parameters))
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for parameters");
    t->parameters.cost_models[models->era.language] = *parameters;
    return plb_calibrate(&config, calibration, error);
}

static plb_study_fits fits_of(const plb_study *study, const plb_calibration *calibration) {
    if (calibration == NULL) return (plb_study_fits){.possible = false};
    const plb_budget_summary *b = plb_calibration_budget(calibration);
    return (plb_study_fits){
        .possible = true,
        .loops = b->loop_counter,
        .limiting = b->loop_limiting_factors,
        .transactions_per_block = b->projected_tx_per_block,
        .loops_per_block = b->projected_loops_per_block,
        .used = b->budget_used_per_tx_input,
        .fee = plb_exunits_fee(study->parameters, b->budget_used_per_tx_input),
    };
}

/* The call of the old loop count under the new model. */
static void compare_call(const plb_study *study, plb_calibration *after, plb_study_script *out) {
    plb_tx_built built;
    if (after == NULL || !out->before.possible) return;
    if (plb_build_call(after, out->before.loops, study->plan->seed, &built, &out->new_units,
                       NULL) != PLB_OK)
        return;
    plb_tx_built_free(&built);
    out->comparable = true;
    out->old_units = out->before.used;
    out->old_fee = plb_exunits_fee(study->parameters, out->old_units);
    out->new_fee = plb_exunits_fee(study->parameters, out->new_units);
}

/* Not even one loop: that is a result. Anything else is not. */
static plb_status settle(plb_study *study, plb_status status, const plb_error *why,
                         plb_study_script *out) {
    if (status == PLB_E_MEMORY) return status;
    if (status != PLB_OK && status != PLB_E_BUDGET)
        out->problem = plb_study_keep(study, "%s", why->message);
    return PLB_OK;
}

static plb_status compare(plb_study *study, trial *t, const plb_study_models *models,
                          plb_study_script *out, plb_error *error) {
    plb_calibration *before = NULL, *after = NULL;
    plb_cost_parameters old_parameters = {0}, new_parameters = {0};
    plb_error why = {.status = PLB_OK};
    plb_status status = calibrate_under(t, models, models->before, &old_parameters, &before, &why);
    out->before = fits_of(study, before);
    status = settle(study, status, &why, out);
    if (status == PLB_OK && out->problem == NULL) {
        status = calibrate_under(t, models, models->after, &new_parameters, &after, &why);
        out->after = fits_of(study, after);
        status = settle(study, status, &why, out);
        compare_call(study, after, out);
    }
    plb_calibration_free(before);
    plb_calibration_free(after);
    free(old_parameters.values);
    free(new_parameters.values);
    return status == PLB_OK ? PLB_OK : plb_fail(error, status, NULL, "no memory for scripts");
}

/* ---- All of them ---- */

static plb_status compare_at(plb_study *study, const plb_script *script, const char *strategy,
                             const plb_study_models *models, plb_error *error) {
    plb_study_script *grown =
        realloc(study->scripts, (study->summary.script_count + 1) * sizeof *study->scripts);
    if (grown == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for scripts");
    study->scripts = grown;
    plb_study_script *out = &grown[study->summary.script_count++];
    *out = (plb_study_script){
        .name = plb_study_keep(study, "%s", plb_script_name(script)),
        .language = models->era.language,
        .protocol_version = models->era.protocol_version,
    };
    trial t = {.script = script, .parameters = *study->parameters, .seed = study->plan->seed};
    t.parameters.protocol_major = models->era.protocol_version;
    plb_status status = plb_strategy_parse(strategy, &t.strategy, error);
    (void) snprintf(out->strategy, sizeof out->strategy, "%s", strategy);
    return status == PLB_OK ? compare(study, &t, models, out, error) : status;
}

static plb_status compare_script(plb_study *study, const char *name, plb_error *error) {
    const plb_study_names *strategies = &study->plan->impact.strategies;
    plb_script *script = NULL;
    plb_status status = plb_script_load_entry(&script, study->catalogue, name, error);
    for (size_t m = 0; m < study->model_count && status == PLB_OK; m++) {
        const plb_study_models *models = &study->models[m];
        if (models->era.language != plb_script_language(script) ||
            plb_script_check(script, models->era.protocol_version, NULL) != PLB_OK)
            continue;
        for (size_t i = 0; i < strategies->count && status == PLB_OK; i++) {
            if (plb_study_interrupted(study))
                status = plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted");
            else
                status = compare_at(study, script, strategies->items[i], models, error);
        }
    }
    plb_script_free(script);
    return status;
}

plb_status plb_study_compare_scripts(plb_study *study, plb_error *error) {
    const plb_study_impact *impact = &study->plan->impact;
    plb_status status = plb_study_load_catalogue(study, error);
    if (status == PLB_OK) status = plb_study_load_parameters(study, error);
    size_t count = impact->all_scripts && status == PLB_OK ? plb_catalogue_count(study->catalogue)
                                                           : impact->scripts.count;
    for (size_t i = 0; i < count && status == PLB_OK; i++)
        status = compare_script(study,
                                impact->all_scripts ? plb_catalogue_entry(study->catalogue, i)->name
                                                    : impact->scripts.items[i],
                                error);
    study->summary.scripts = study->scripts;
    return status;
}

/* ---- Measured calls ---- */

/* What a loop is charged: what `loops` of them use over what none use. */
static plb_exunits loop_cost(const plb_calibration *calibration) {
    const plb_loop_fit *fit = plb_calibration_fit(calibration);
    if (fit->loops <= 0) return (plb_exunits){0};
    return (plb_exunits){.memory = (fit->used.memory - fit->at_zero.memory) / fit->loops,
                         .steps = (fit->used.steps - fit->at_zero.steps) / fit->loops};
}

/* What a loop of the script is charged under both models of an era. */
plb_status plb_study_loop_charges(plb_study *study, const char *name, unsigned version,
                                  plb_exunits *before, plb_exunits *after, plb_error *error) {
    plb_script *script = NULL;
    plb_exunits *const out[] = {before, after};
    plb_status status = plb_script_load_entry(&script, study->catalogue, name, error);
    *before = *after = (plb_exunits){0};
    for (size_t m = 0; m < study->model_count && status == PLB_OK; m++) {
        const plb_study_models *models = &study->models[m];
        trial t = {.script = script, .parameters = *study->parameters, .seed = study->plan->seed};
        if (models->era.language != plb_script_language(script) ||
            models->era.protocol_version != version)
            continue;
        t.parameters.protocol_major = version;
        for (int i = 0; i < 2; i++) {
            plb_calibration *calibration = NULL;
            plb_cost_parameters parameters = {0};
            if (calibrate_under(&t, models, i == 0 ? models->before : models->after, &parameters,
                                &calibration, NULL) == PLB_OK)
                *out[i] = loop_cost(calibration);
            plb_calibration_free(calibration);
            free(parameters.values);
        }
    }
    plb_script_free(script);
    return status;
}
