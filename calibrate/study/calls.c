/* Calls to scripts of the catalogue, measured, a unit each; and their loops beside what they are
 * charged. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/study/study.h"
#include "results/folder.h"
#include "results/json.h"

#define PART "calibrate-"

static plb_status strategy_of(plb_study *study, const char *script, plb_strategy *strategy,
                              plb_error *error) {
    const plb_script_entry *entry = plb_catalogue_find(study->catalogue, script);
    const char *text = study->plan->calls.strategy;
    if (entry == NULL)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "there is no script '%s' in the catalogue",
                        script);
    if (text == NULL) text = entry->strategy != NULL ? entry->strategy : "txbudget";
    return plb_strategy_parse(text, strategy, error);
}

static plb_status configure(plb_study *study, const char *name, plb_script **script,
                            plb_calibration_config *config, plb_error *error) {
    const plb_study_calls *plan = &study->plan->calls;
    *config = (plb_calibration_config){
        .measure = true,
        .time_s = plan->time_s,
        .precision = plan->precision,
        .seed = study->plan->seed,
        .pin = study->plan->pin,
        .interrupted = study->config.interrupted,
        .progress = study->config.progress != NULL ? plb_study_show_sampling : NULL,
        .progress_context = study,
        .observer = study->config.observer,
    };
    plb_status status = plb_study_load_catalogue(study, error);
    if (status == PLB_OK) status = plb_study_load_parameters(study, error);
    if (status == PLB_OK) status = strategy_of(study, name, &config->strategy, error);
    if (status == PLB_OK) status = plb_script_load_entry(script, study->catalogue, name, error);
    config->script = *script;
    config->parameters = study->parameters;
    return status;
}

plb_status plb_study_calibrate_slice(plb_study *study, const char *name, plb_error *error) {
    plb_script *script = NULL;
    plb_calibration *calibration = NULL;
    plb_calibration_config config;
    plb_status status = configure(study, name, &script, &config, error);
    config.slice = study->config.slice;
    config.progress = NULL;
    if (status == PLB_OK) status = plb_calibrate(&config, &calibration, error);
    const plb_call_summary *calls = status == PLB_OK ? plb_calibration_calls(calibration) : NULL;
    status =
        plb_slice_send(study->config.slice, calls != NULL ? calls->sampling : NULL, error, error);
    plb_calibration_free(calibration);
    plb_script_free(script);
    return status;
}

static plb_status write_calls(plb_study *study, const char *name, const plb_call_summary *calls,
                              plb_error *error) {
    char folder[NAME_MAX], *text = NULL;
    plb_results *results = NULL;
    (void) snprintf(folder, sizeof folder, "calibrate/%.200s", name);
    plb_status status = plb_study_open(study, folder, &results, error);
    if (status == PLB_OK) status = plb_results_calibration(results, calls, error);
    if (status == PLB_OK) {
        status = plb_call_summary_text(calls, &text, error);
        status = plb_results_keep(results, "summary.txt", status, text, error);
    }
    plb_results_close(results);
    return status;
}

static plb_status make_calls(plb_study *study, const plb_unit *unit, plb_error *error) {
    const char *name = unit->context;
    plb_script *script = NULL;
    plb_calibration *calibration = NULL;
    plb_calibration_config config;
    plb_restarts restarts = {.arguments = plb_study_part_arguments(study, unit->name)};
    plb_status status = configure(study, name, &script, &config, error);
    config.restarts = restarts.arguments != NULL ? &restarts : NULL;
    if (status == PLB_OK) status = plb_calibrate(&config, &calibration, error);
    const plb_call_summary *calls = status == PLB_OK ? plb_calibration_calls(calibration) : NULL;
    if (calls != NULL && plb_call_partial(calls)) {
        status = plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted: it is measured anew");
    } else if (calls != NULL) {
        status = write_calls(study, name, calls, error);
    }
    free((void *) restarts.arguments);
    plb_calibration_free(calibration);
    plb_script_free(script);
    return status;
}

static plb_status calibrate_one(plb_study *study, const char *name, plb_error *error) {
    char unit_name[NAME_MAX], output[NAME_MAX];
    const char *outputs[] = {output, NULL};
    const plb_study_plan *plan = study->plan;
    (void) snprintf(unit_name, sizeof unit_name, PART "%.200s", name);
    (void) snprintf(output, sizeof output, "calibrate/%.200s/summary.json", name);
    json_t *wanted = plb_unit_wanted(
        json_pack("{s:s, s:s?, s:f, s:f, s:I, s:b}", "script", name, "strategy",
                  plan->calls.strategy, "time_s", plan->calls.time_s, "precision",
                  plan->calls.precision, "seed", (json_int_t) plan->seed, "pin", plan->pin));
    plb_unit_planned_input(study, wanted, plan->protocol_parameters);
    plb_unit unit = {.name = unit_name,
                     .wanted = wanted,
                     .outputs = outputs,
                     .make = make_calls,
                     .context = name};
    return plb_study_unit(study, &unit, error);
}

plb_status plb_study_calibrate_step(plb_study *study, plb_error *error) {
    const plb_study_names *scripts = &study->plan->calls.scripts;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < scripts->count && status == PLB_OK; i++)
        status = calibrate_one(study, scripts->items[i], error);
    return status;
}

/* ---- Beside the charges ---- */

/* A figure as results/json.c writes it. */
static plb_estimate read_estimate(const json_t *value) {
    plb_estimate e = {.value = json_number_value(json_object_get(value, "value")),
                      .low = json_number_value(json_object_get(value, "low")),
                      .high = json_number_value(json_object_get(value, "high")),
                      .level = 0.95};
    if (json_is_object(value)) e.method = "paired";
    return e;
}

static void read_call(plb_study *study, const json_t *summary, plb_study_call *out) {
    const json_t *overhead = json_object_get(summary, "overhead_per_call");
    const json_t *loop = json_object_get(summary, "cost_per_loop");
    out->protocol_version =
        (unsigned) json_integer_value(json_object_get(summary, "protocol_version"));
    out->overhead_ns = read_estimate(json_object_get(overhead, "paired"));
    out->loop_ns = read_estimate(json_object_get(loop, "paired"));
    out->noise_floor_ns = json_number_value(json_object_get(summary, "noise_floor_ns"));
    out->flags = plb_study_flags(study, json_object_get(summary, "flags"));
}

/* Measured over charged; in a reference machine's units where there is one. */
static double over(const plb_study *study, const plb_estimate *loop_ns, int64_t steps) {
    double factor = study->scale != NULL ? study->scale->factor : 1;
    return loop_ns->method != NULL && steps > 0 ? 1000 * loop_ns->value / factor / (double) steps
                                                : NAN;
}

static plb_status compare_measured(plb_study *study, const char *name, plb_study_call *out,
                                   plb_error *error) {
    char below[NAME_MAX], path[PATH_MAX], *text = NULL;
    size_t length = 0;
    (void) snprintf(below, sizeof below, "calibrate/%.200s/summary.json", name);
    plb_status status = plb_study_own_path(study, below, path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    json_t *summary = NULL;
    if (status == PLB_OK) status = plb_json_load(path, text, length, &summary, error);
    free(text);
    if (status != PLB_OK) return status;
    *out = (plb_study_call){.name = name};
    read_call(study, summary, out);
    json_decref(summary);
    out->language = plb_catalogue_find(study->catalogue, name)->language;
    status = plb_study_loop_charges(study, name, out->protocol_version, &out->old_loop,
                                    &out->new_loop, error);
    out->old_ratio = over(study, &out->loop_ns, out->old_loop.steps);
    out->new_ratio = over(study, &out->loop_ns, out->new_loop.steps);
    return status;
}

plb_status plb_study_compare_calls(plb_study *study, plb_error *error) {
    const plb_study_names *scripts = &study->plan->calls.scripts;
    plb_status status = plb_study_load_catalogue(study, error);
    study->calls = calloc(scripts->count + 1, sizeof *study->calls);
    if (status == PLB_OK && study->calls == NULL)
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for calls");
    for (size_t i = 0; i < scripts->count && status == PLB_OK; i++)
        status = compare_measured(study, scripts->items[i], &study->calls[i], error);
    study->summary.calls = study->calls;
    study->summary.call_count = scripts->count;
    return status;
}
