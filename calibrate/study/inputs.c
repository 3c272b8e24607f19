/* What the steps of a study have in common: files, times, fits, cost models. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/steps.h>

#include "calibrate/study/study.h"
#include "harness/machine/availability.h"

const char *plb_study_keep(plb_study *study, const char *format, ...) {
    char **grown = realloc(study->texts, (study->text_count + 1) * sizeof *grown);
    char *text = NULL;
    va_list arguments;
    if (grown == NULL) return "";
    study->texts = grown;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) return "";
    study->texts[study->text_count++] = text;
    return text;
}

const char *plb_study_keep_line(plb_study *study, const json_t *value) {
    if (!json_is_string(value)) return NULL;
    char *text = strdup(json_string_value(value));
    for (char *c = text; c != NULL && *c != '\0'; c++)
        if ((unsigned char) *c < ' ' || *c == 0x7f) *c = ' ';
    const char *kept = text != NULL ? plb_study_keep(study, "%.200s", text) : "";
    free(text);
    return kept;
}

const char *plb_study_flags(plb_study *study, const json_t *flags) {
    const char *all = "";
    size_t index;
    json_t *flag;
    json_array_foreach(flags, index, flag) {
        const char *name = plb_study_keep_line(study, json_object_get(flag, "name"));
        all = plb_study_keep(study, "%s%s%s", all, index > 0 ? ", " : "", name != NULL ? name : "");
    }
    return all;
}

/* ---- Files of the plan ---- */

static plb_status read_planned(const plb_study *study, const char *name, char path[PATH_MAX],
                               char **text, size_t *length, plb_error *error) {
    *text = NULL;
    plb_status status = plb_study_path(study, name, path, error);
    return status == PLB_OK ? plb_study_read(path, text, length, error) : status;
}

plb_status plb_study_load_parameters(plb_study *study, plb_error *error) {
    const char *name = study->plan->protocol_parameters;
    char path[PATH_MAX], *text;
    size_t length = 0;
    if (study->parameters != NULL) return PLB_OK;
    if (name == NULL) {
        study->parameters = plb_protocol_parameters_default();
        study->summary.prices = "mainnet's at protocol version 10";
        return study->parameters != NULL
                   ? PLB_OK
                   : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for protocol parameters");
    }
    plb_status status = read_planned(study, name, path, &text, &length, error);
    if (status == PLB_OK)
        status = plb_protocol_parameters_load(&study->parameters, path, text, length, error);
    free(text);
    study->summary.prices = name;
    return status;
}

plb_status plb_study_load_catalogue(plb_study *study, plb_error *error) {
    return study->catalogue != NULL ? PLB_OK : plb_catalogue_open(&study->catalogue, error);
}

static bool is_variant(const char *base) {
    return strlen(base) == 1 && *base >= 'A' && *base <= 'E';
}

plb_status plb_study_load_base(plb_study *study, plb_error *error) {
    /* An era of each semantics variant, A to E. */
    static const plb_era variants[] = {
        {PLB_PLUTUS_V1, 8},  {PLB_PLUTUS_V1, 10}, {PLB_PLUTUS_V3, 10},
        {PLB_PLUTUS_V1, 11}, {PLB_PLUTUS_V3, 11},
    };
    const char *base = study->plan->base;
    char path[PATH_MAX], *text;
    size_t length = 0;
    if (study->base != NULL) return PLB_OK;
    study->summary.base = base;
    if (is_variant(base)) {
        study->base = plb_cost_model_default(variants[base[0] - 'A']);
        return study->base != NULL
                   ? PLB_OK
                   : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    plb_status status = read_planned(study, base, path, &text, &length, error);
    if (status == PLB_OK)
        status = plb_cost_model_load(&study->base, (plb_era){PLB_LANGUAGE_NEWEST, 0}, path, text,
                                     length, error);
    free(text);
    return status;
}

/* ---- Times and fits ---- */

static plb_status load_times(plb_study *study, plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    if (study->own != NULL) return PLB_OK;
    plb_status status = plb_study_times_path(study, path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK) status = plb_benching_parse(&study->own, path, text, length, error);
    free(text);
    return status;
}

/* Times in a reference machine's units. */
static plb_status load_scale(plb_study *study, plb_error *error) {
    const char *reference = study->plan->reference;
    char path[PATH_MAX], *text;
    size_t length = 0;
    plb_benching *times = NULL;
    if (reference == NULL || study->scaled != NULL) return PLB_OK;
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    plb_machine_scale_options options = {.seed = study->plan->seed};
    plb_status status = read_planned(study, reference, path, &text, &length, error);
    if (status == PLB_OK) status = plb_benching_parse(&times, path, text, length, error);
    if (status == PLB_OK && set == NULL)
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a scale");
    if (status == PLB_OK)
        status = plb_machine_scale_make(&study->scale, times, study->own, set, &options, error);
    if (status == PLB_OK)
        status = plb_machine_scale_apply(study->scale, study->own, &study->scaled, error);
    plb_benching_free(times);
    plb_machine_scale_set_free(set);
    free(text);
    return status;
}

static plb_status load_table(plb_study *study, plb_error *error) {
    const char *models = study->plan->fit.models;
    char path[PATH_MAX], *text;
    size_t length = 0;
    if (models == NULL) {
        study->table = plb_fit_table_default();
        return study->table != NULL
                   ? PLB_OK
                   : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the table");
    }
    plb_status status = read_planned(study, models, path, &text, &length, error);
    if (status == PLB_OK) status = plb_fit_table_parse(&study->table, path, text, length, error);
    free(text);
    return status;
}

/* Weights by the relative error are what machine steps' builtins are taken from. */
static plb_fit_options options_of(const plb_study_plan *plan) {
    const plb_study_fit *fit = &plan->fit;
    return (plb_fit_options){
        .weights = fit->weights != PLB_FIT_WEIGHTS_NONE ? fit->weights : PLB_FIT_WEIGHTS_RELATIVE,
        .nnls = fit->method == PLB_FIT_NNLS,
        .huber = fit->method == PLB_FIT_HUBER,
        .quantile = fit->quantile,
        .select = fit->method == PLB_FIT_SELECTED,
        .diagnose = true,
        .bootstrap = fit->bootstrap,
        .seed = plan->seed,
    };
}

plb_status plb_study_load_fit(plb_study *study, plb_error *error) {
    plb_fit_options options = options_of(study->plan);
    if (study->fit != NULL) return PLB_OK;
    plb_status status = load_times(study, error);
    if (status == PLB_OK) status = load_scale(study, error);
    if (status == PLB_OK) status = load_table(study, error);
    if (status == PLB_OK && study->scaled != NULL)
        status = plb_fit_run(&study->fit, study->scaled, study->table, &options, error);
    if (status == PLB_OK && (study->scaled == NULL || study->plan->machine.wanted))
        status = plb_fit_run(&study->own_fit, study->own, study->table, &options, error);
    if (status == PLB_OK && study->fit == NULL) study->fit = study->own_fit;
    return status;
}

/* ---- Cost models ---- */

/* In a reference machine's units, rounded up as costs are. */
static void scale_steps(plb_cost_model *machine, double factor) {
    machine->startup.steps = (int64_t) ceil((double) machine->startup.steps / factor);
    for (int i = 0; i < PLB_STEP_COUNT; i++)
        machine->step[i].steps = (int64_t) ceil((double) machine->step[i].steps / factor);
}

/* Fitted costs, picoseconds. */
static plb_estimate step_estimate(const plb_study *study, plb_estimate ns) {
    return plb_estimate_scaled(
        study->scale != NULL ? plb_machine_scale_estimate(study->scale, ns) : ns, 1000);
}

static plb_status fit_machine(plb_study *study, const plb_step_times *times, plb_error *error) {
    plb_step_fit *fit = NULL;
    char *text = NULL;
    plb_status status = plb_step_fit_run(&fit, times, NULL, error);
    if (status == PLB_OK) status = plb_step_fit_costs_json(fit, study->base, &text, error);
    if (status == PLB_OK)
        status = plb_cost_model_load(&study->machine, (plb_era){PLB_LANGUAGE_NEWEST, 0},
                                     "machine steps", text, strlen(text), error);
    if (status == PLB_OK) {
        const plb_step_model *model = plb_step_fit_model(fit, plb_step_fit_chosen(fit));
        if (study->scale != NULL) scale_steps(study->machine, study->scale->factor);
        study->fitted_steps[0] = step_estimate(study, model->startup);
        for (int i = 0; i < PLB_STEP_COUNT; i++)
            study->fitted_steps[1 + i] = step_estimate(study, model->cost[i]);
    }
    plb_step_fit_free(fit);
    free(text);
    return status;
}

static plb_status load_machine(plb_study *study, plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    plb_step_times *times = NULL;
    if (!study->plan->machine.wanted || study->machine != NULL) return PLB_OK;
    plb_status status = plb_study_own_path(study, "machine/times.csv", path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK) status = plb_step_times_parse(&times, path, text, length, error);
    if (status == PLB_OK) status = fit_machine(study, times, error);
    plb_step_times_free(times);
    free(text);
    return status;
}

/* Machine steps as measured; their memory stays. */
static void set_machine_steps(const plb_study *study, plb_cost_model *model) {
    if (study->machine == NULL) return;
    model->startup.steps = study->machine->startup.steps;
    for (int i = 0; i < PLB_STEP_COUNT; i++) model->step[i].steps = study->machine->step[i].steps;
}

static plb_study_models *next_models(plb_study *study, plb_era era) {
    plb_study_models *models = &study->models[study->model_count++];
    models->era = era;
    return models;
}

/* The base itself, and what the proposal makes of it. */
static plb_status load_newest(plb_study *study, plb_error *error) {
    plb_study_models *models = next_models(study, (plb_era){PLB_LANGUAGE_NEWEST, 0});
    char *text = NULL;
    plb_status status =
        plb_fit_builtin_json(study->fit, study->plan->fit.method, study->base, true, &text, error);
    if (status == PLB_OK)
        status =
            plb_cost_model_load(&models->after, models->era, "proposal", text, strlen(text), error);
    free(text);
    if (status != PLB_OK) return status;
    models->before = malloc(sizeof *models->before);
    if (models->before == NULL)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    *models->before = *study->base;
    set_machine_steps(study, models->after);
    return PLB_OK;
}

static plb_status load_ledgers(plb_study *study, plb_era era, const json_t *parameters,
                               plb_error *error) {
    plb_study_models *models = next_models(study, era);
    size_t count = json_array_size(parameters);
    int64_t *values = malloc((count + 1) * sizeof *values);
    models->before = plb_cost_model_default(era);
    if (values == NULL || models->before == NULL) {
        free(values);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    for (size_t i = 0; i < count; i++)
        values[i] = json_integer_value(json_array_get(parameters, i));
    plb_status status = plb_cost_model_from_params(&models->after, era, values, count, error);
    free(values);
    if (status != PLB_OK) return status;
    models->count = count;
    set_machine_steps(study, models->after);
    return PLB_OK;
}

static plb_status load_version(plb_study *study, unsigned version, plb_error *error) {
    char *text = NULL;
    plb_status status = plb_fit_parameters_json(study->fit, study->plan->fit.method, version, false,
                                                true, &text, error);
    json_t *all = status == PLB_OK ? json_loads(text, 0, NULL) : NULL;
    free(text);
    for (int i = 0; i < PLB_STUDY_LANGUAGES && status == PLB_OK; i++) {
        plb_era era = {(plb_language) (PLB_PLUTUS_V1 + i), version};
        if (study->plan->impact.languages[i] && plb_availability_of(era)->language)
            status = load_ledgers(study, era, json_object_get(all, plb_language_name(era.language)),
                                  error);
    }
    json_decref(all);
    return status;
}

plb_status plb_study_load_models(plb_study *study, plb_error *error) {
    const plb_study_impact *impact = &study->plan->impact;
    if (study->model_count > 0) return PLB_OK;
    plb_status status = plb_study_load_base(study, error);
    if (status == PLB_OK) status = plb_study_load_fit(study, error);
    if (status == PLB_OK) status = load_machine(study, error);
    if (status == PLB_OK) status = load_newest(study, error);
    for (size_t i = 0; i < impact->version_count && status == PLB_OK; i++)
        status = load_version(study, impact->versions[i], error);
    return status;
}
