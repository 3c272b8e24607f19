/* From times to a proposal: the fit, and the cost model in every form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"
#include "calibrate/study/study.h"
#include "harness/machine/cost_params.h"
#include "results/folder.h"

/* The times, under the name by which the plan knows them. */
static void add_times(const plb_study *study, json_t *wanted) {
    char path[PATH_MAX];
    const char *from = study->plan->sweep.from;
    if (plb_study_times_path(study, path, NULL) == PLB_OK)
        plb_unit_input(wanted, from != NULL ? from : "sweep/benching.csv", path);
}

/* ---- Fit ---- */

static plb_status write_scale(plb_study *study, plb_results *results, plb_error *error) {
    char *text = NULL;
    if (study->scale == NULL) return PLB_OK;
    plb_status status = plb_machine_scale_json(study->scale, &text, error);
    status = plb_results_keep(results, "scale.json", status, text, error);
    if (status != PLB_OK) return status;
    text = NULL;
    status = plb_machine_scale_text(study->scale, &text, error);
    return plb_results_keep(results, "scale.txt", status, text, error);
}

static plb_status make_fit(plb_study *study, const plb_unit *unit, plb_error *error) {
    plb_results *results = NULL;
    char *text = NULL;
    (void) unit;
    plb_status status = plb_study_load_fit(study, error);
    if (status == PLB_OK) status = plb_study_open(study, "fit", &results, error);
    if (status == PLB_OK) {
        status = plb_fit_coefficients_tsv(study->fit, study->plan->fit.method, &text, error);
        status = plb_results_keep(results, "coefficients.tsv", status, text, error);
    }
    if (status == PLB_OK) {
        text = NULL;
        status = plb_fit_json(study->fit, &text, error);
        status = plb_results_keep(results, "fit.json", status, text, error);
    }
    if (status == PLB_OK) {
        text = NULL;
        status = plb_fit_text(study->fit, &text, error);
        status = plb_results_keep(results, "fit.txt", status, text, error);
    }
    if (status == PLB_OK) status = write_scale(study, results, error);
    plb_results_close(results);
    return status;
}

static json_t *fit_settings(const plb_study_plan *plan) {
    const plb_study_fit *fit = &plan->fit;
    return json_pack("{s:s, s:i, s:f, s:s?, s:I, s:I, s:s?}", "method",
                     plb_fit_method_name(fit->method), "weights", (int) fit->weights, "quantile",
                     fit->quantile, "models", fit->models, "bootstrap", (json_int_t) fit->bootstrap,
                     "seed", (json_int_t) plan->seed, "reference", plan->reference);
}

plb_status plb_study_fit_step(plb_study *study, plb_error *error) {
    static const char *const plain[] = {"fit/coefficients.tsv", "fit/fit.json", "fit/fit.txt",
                                        NULL};
    static const char *const scaled[] = {"fit/coefficients.tsv", "fit/fit.json",  "fit/fit.txt",
                                         "fit/scale.json",       "fit/scale.txt", NULL};
    const plb_study_plan *plan = study->plan;
    json_t *wanted = plb_unit_wanted(fit_settings(plan));
    add_times(study, wanted);
    plb_unit_planned_input(study, wanted, plan->fit.models);
    plb_unit_planned_input(study, wanted, plan->reference);
    plb_unit unit = {.name = "fit",
                     .wanted = wanted,
                     .outputs = plan->reference != NULL ? scaled : plain,
                     .follows = true,
                     .make = make_fit};
    return plb_study_unit(study, &unit, error);
}

/* ---- Proposal ---- */

/* The ledger's parameters of one era, as an array or by name. */
static json_t *parameters_json(const plb_study_models *models, bool named) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(models->after, models->era.language, params);
    json_t *out = named ? json_object() : json_array();
    for (size_t i = 0; i < count && i < models->count; i++) {
        char name[PLB_PARAM_NAME_BYTES];
        json_t *value = json_integer(*plb_param_slot(models->after, params[i]));
        (void) plb_param_name(models->after, params[i], false, name);
        if (named) {
            (void) json_object_set_new(out, name, value);
        } else {
            (void) json_array_append_new(out, value);
        }
    }
    return out;
}

static plb_status write_parameters(const plb_study *study, unsigned version, bool named,
                                   plb_results *results, plb_error *error) {
    char name[64], *text = NULL;
    json_t *all = json_object();
    for (size_t i = 0; i < study->model_count; i++) {
        const plb_study_models *models = &study->models[i];
        if (models->count > 0 && models->era.protocol_version == version)
            (void) json_object_set_new(all, plb_language_name(models->era.language),
                                       parameters_json(models, named));
    }
    (void) snprintf(name, sizeof name, "parameters%s-%u.json", named ? "_named" : "", version);
    plb_status status = plb_fit_dump(all, &text, error);
    return plb_results_keep(results, name, status, text, error);
}

/* Machine steps in the order and form of the published files. */
static plb_status write_machine(const plb_study *study, plb_results *results, plb_error *error) {
    const plb_cost_model *model = study->models[0].after;
    char *text = NULL;
    json_t *all = json_object();
    if (study->machine == NULL) {
        json_decref(all);
        return PLB_OK;
    }
    for (int i = -1; i < PLB_STEP_COUNT; i++) {
        plb_exunits cost = i < 0 ? model->startup : model->step[i];
        (void) json_object_set_new(all, i < 0 ? "cekStartupCost" : plb_step_cost_name((plb_step) i),
                                   json_pack("{s:I, s:I}", "exBudgetCPU", (json_int_t) cost.steps,
                                             "exBudgetMemory", (json_int_t) cost.memory));
    }
    plb_status status = plb_fit_dump(all, &text, error);
    return plb_results_keep(results, "cekMachineCosts.json", status, text, error);
}

static plb_status make_proposal(plb_study *study, const plb_unit *unit, plb_error *error) {
    const plb_study_impact *impact = &study->plan->impact;
    plb_results *results = NULL;
    char *text = NULL;
    (void) unit;
    plb_status status = plb_study_load_models(study, error);
    if (status == PLB_OK) status = plb_study_open(study, "proposal", &results, error);
    if (status == PLB_OK) {
        status = plb_fit_builtin_json(study->fit, study->plan->fit.method, study->base, true, &text,
                                      error);
        status = plb_results_keep(results, "builtinCostModel.json", status, text, error);
    }
    if (status == PLB_OK) status = write_machine(study, results, error);
    for (size_t i = 0; i < impact->version_count && status == PLB_OK; i++) {
        status = write_parameters(study, impact->versions[i], false, results, error);
        if (status == PLB_OK)
            status = write_parameters(study, impact->versions[i], true, results, error);
    }
    plb_results_close(results);
    return status;
}

#define PROPOSAL_FILES (2 + 2 * PLB_STUDY_VERSIONS_MAX)

/* What a proposal is made from, and with it the impact. */
json_t *plb_study_proposal_wanted(const plb_study *study, json_t *settings) {
    const plb_study_plan *plan = study->plan;
    json_t *wanted = plb_unit_wanted(settings), *versions = json_array(), *languages = json_array();
    for (size_t i = 0; i < plan->impact.version_count; i++)
        (void) json_array_append_new(versions, json_integer((int) plan->impact.versions[i]));
    for (int i = 0; i < PLB_STUDY_LANGUAGES; i++)
        (void) json_array_append_new(languages, json_boolean(plan->impact.languages[i]));
    (void) json_object_set_new(settings, "protocol_versions", versions);
    (void) json_object_set_new(settings, "languages", languages);
    (void) json_object_set_new(settings, "base", json_string(plan->base));
    (void) json_object_set_new(settings, "fit", fit_settings(plan));
    (void) json_object_set_new(settings, "machine", json_boolean(plan->machine.wanted));
    add_times(study, wanted);
    plb_unit_own_input(study, wanted, "fit/coefficients.tsv");
    plb_unit_planned_input(study, wanted, plan->fit.models);
    plb_unit_planned_input(study, wanted, plan->reference);
    if (strlen(plan->base) > 1) plb_unit_planned_input(study, wanted, plan->base);
    if (plan->machine.wanted) plb_unit_own_input(study, wanted, "machine/times.csv");
    return wanted;
}

plb_status plb_study_proposal_step(plb_study *study, plb_error *error) {
    const plb_study_impact *impact = &study->plan->impact;
    char names[PROPOSAL_FILES][64];
    const char *outputs[PROPOSAL_FILES + 1] = {NULL};
    size_t count = 0;
    (void) snprintf(names[count++], sizeof names[0], "proposal/builtinCostModel.json");
    if (study->plan->machine.wanted)
        (void) snprintf(names[count++], sizeof names[0], "proposal/cekMachineCosts.json");
    for (size_t i = 0; i < impact->version_count; i++) {
        (void) snprintf(names[count++], sizeof names[0], "proposal/parameters-%u.json",
                        impact->versions[i]);
        (void) snprintf(names[count++], sizeof names[0], "proposal/parameters_named-%u.json",
                        impact->versions[i]);
    }
    for (size_t i = 0; i < count; i++) outputs[i] = names[i];
    plb_unit unit = {.name = "proposal",
                     .wanted = plb_study_proposal_wanted(study, json_object()),
                     .outputs = outputs,
                     .follows = true,
                     .make = make_proposal};
    return plb_study_unit(study, &unit, error);
}
