/* What calls take around their evaluation: design points are measured, a unit for each plan, and a
 * costing is fitted to all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/design/plan_file.h"
#include "calibrate/overhead/overhead.h"
#include "calibrate/study/study.h"
#include "results/folder.h"

#define PART "overhead-"

static void folder_name(size_t index, char folder[32]) {
    (void) snprintf(folder, 32, "overhead/%zu", index + 1);
}

static void measured_name(size_t index, char name[64]) {
    (void) snprintf(name, 64, "overhead/%zu/measure.json", index + 1);
}

/* ---- One plan ---- */

/* What is measured for it. */
typedef struct subject {
    plb_plan_file plan;
    plb_script *script;
    plb_strategy strategy;
    plb_measure_config config;
} subject;

static void free_subject(subject *s) {
    plb_script_free(s->script);
    plb_plan_file_free(&s->plan);
}

static plb_status read_plan(plb_study *study, size_t index, subject *s, plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    plb_status status =
        plb_study_path(study, study->plan->overhead.plans.items[index], path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK) status = plb_plan_file_read(&s->plan, path, text, length, error);
    free(text);
    if (status == PLB_OK && s->plan.is_file)
        status = plb_fail(error, PLB_E_UNSUPPORTED, path,
                          "expected a script of the catalogue, which is all that studies measure");
    if (status == PLB_OK && s->plan.protocol_parameters != NULL)
        status = plb_fail(error, PLB_E_ARGUMENT, path,
                          "expected no protocol_parameters: the study's are taken");
    return status;
}

static plb_status prepare(plb_study *study, size_t index, subject *s, plb_error *error) {
    const plb_study_overhead *wanted = &study->plan->overhead;
    *s = (subject){.script = NULL};
    plb_status status = plb_study_load_catalogue(study, error);
    if (status == PLB_OK) status = plb_study_load_parameters(study, error);
    if (status == PLB_OK) status = read_plan(study, index, s, error);
    if (status == PLB_OK)
        status = plb_script_load_entry(&s->script, study->catalogue, s->plan.script, error);
    if (status == PLB_OK && s->plan.strategy != NULL)
        status = plb_strategy_parse(s->plan.strategy, &s->strategy, error);
    s->config = (plb_measure_config){
        .script = s->script,
        .parameters = study->parameters,
        .sweep = &s->plan.sweep,
        .strategy = s->plan.strategy != NULL ? &s->strategy : NULL,
        .model = s->plan.model,
        .measure = true,
        .time_s = wanted->time_s > 0 ? wanted->time_s : s->plan.time_s,
        .precision = s->plan.precision,
        .seed = s->plan.seed != 0 ? s->plan.seed : study->plan->seed,
        .pin = study->plan->pin || s->plan.pin,
        .interrupted = study->config.interrupted,
        .progress = study->config.progress != NULL ? plb_study_show_sampling : NULL,
        .progress_context = study,
        .observer = study->config.observer,
    };
    return status;
}

plb_status plb_study_overhead_slice(plb_study *study, size_t index, plb_error *error) {
    subject s;
    plb_measurement *measurement = NULL;
    plb_status status = prepare(study, index, &s, error);
    s.config.slice = study->config.slice;
    s.config.progress = NULL;
    if (status == PLB_OK) status = plb_measure_sweep(&s.config, &measurement, error);
    status = plb_slice_send(
        study->config.slice,
        status == PLB_OK ? plb_measurement_summary(measurement)->sampling : NULL, error, error);
    plb_measurement_free(measurement);
    free_subject(&s);
    return status;
}

static plb_status write_points(plb_study *study, size_t index, const plb_sweep_summary *summary,
                               plb_error *error) {
    char folder[32];
    plb_results *results = NULL;
    folder_name(index, folder);
    plb_status status = plb_study_open(study, folder, &results, error);
    if (status == PLB_OK) status = plb_results_sweep(results, summary, error);
    plb_results_close(results);
    return status;
}

static plb_status make_points(plb_study *study, const plb_unit *unit, plb_error *error) {
    size_t index = *(const size_t *) unit->context;
    subject s;
    plb_measurement *measurement = NULL;
    plb_restarts restarts = {.arguments = plb_study_part_arguments(study, unit->name)};
    plb_status status = prepare(study, index, &s, error);
    s.config.restarts = restarts.arguments != NULL ? &restarts : NULL;
    if (status == PLB_OK) status = plb_measure_sweep(&s.config, &measurement, error);
    if (status == PLB_OK && plb_sweep_partial(plb_measurement_summary(measurement))) {
        status = plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted: it is measured anew");
    } else if (status == PLB_OK) {
        status = write_points(study, index, plb_measurement_summary(measurement), error);
    }
    free((void *) restarts.arguments);
    plb_measurement_free(measurement);
    free_subject(&s);
    return status;
}

static plb_status measure_one(plb_study *study, size_t index, plb_error *error) {
    const plb_study_plan *plan = study->plan;
    char name[32], output[64];
    const char *outputs[] = {output, NULL};
    (void) snprintf(name, sizeof name, PART "%zu", index + 1);
    measured_name(index, output);
    json_t *wanted = plb_unit_wanted(
        json_pack("{s:s, s:f, s:I, s:b}", "plan", plan->overhead.plans.items[index], "time_s",
                  plan->overhead.time_s, "seed", (json_int_t) plan->seed, "pin", plan->pin));
    plb_unit_planned_input(study, wanted, plan->overhead.plans.items[index]);
    plb_unit_planned_input(study, wanted, plan->protocol_parameters);
    plb_unit unit = {
        .name = name, .wanted = wanted, .outputs = outputs, .make = make_points, .context = &index};
    return plb_study_unit(study, &unit, error);
}

/* ---- The costing ---- */

static plb_status read_run(plb_study *study, size_t index, plb_overhead_run **run,
                           plb_error *error) {
    char name[64], path[PATH_MAX], *text = NULL;
    size_t length = 0;
    measured_name(index, name);
    plb_status status = plb_study_own_path(study, name, path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK) status = plb_overhead_run_read(run, name, text, length, error);
    free(text);
    return status;
}

static plb_status write_costing(plb_study *study, const plb_overhead_costing *costing,
                                plb_error *error) {
    static const struct {
        const char *name;
        plb_status (*text)(const plb_overhead_costing *costing, char **text, plb_error *error);
    } files[] = {
        {"overheadCostModel.json", plb_overhead_json},
        {"overhead.csv", plb_overhead_csv},
        {"overhead.txt", plb_overhead_text},
    };
    plb_results *results = NULL;
    plb_status status = plb_study_open(study, "overhead", &results, error);
    for (size_t i = 0; i < sizeof files / sizeof *files && status == PLB_OK; i++) {
        char *text = NULL;
        status = files[i].text(costing, &text, error);
        status = plb_results_keep(results, files[i].name, status, text, error);
    }
    plb_results_close(results);
    return status;
}

static plb_status make_costing(plb_study *study, const plb_unit *unit, plb_error *error) {
    plb_overhead_run *runs[PLB_OVERHEAD_RUNS_MAX] = {NULL};
    plb_overhead_costing *costing = NULL;
    size_t count = study->plan->overhead.plans.count;
    (void) unit;
    plb_status status = plb_study_load_parameters(study, error);
    if (status == PLB_OK && study->plan->reference != NULL)
        status = plb_study_load_fit(study, error); /* for its scale */
    for (size_t i = 0; i < count && status == PLB_OK; i++)
        status = read_run(study, i, &runs[i], error);
    plb_overhead_options options = {.parameters = study->parameters, .scale = study->scale};
    if (status == PLB_OK)
        status = plb_overhead_costing_make(&costing, runs, count, &options, error);
    if (status == PLB_OK) status = write_costing(study, costing, error);
    plb_overhead_costing_free(costing);
    for (size_t i = 0; i < count; i++) plb_overhead_run_free(runs[i]);
    return status;
}

static plb_status fit_costing(plb_study *study, plb_error *error) {
    static const char *const outputs[] = {"overhead/overheadCostModel.json",
                                          "overhead/overhead.csv", "overhead/overhead.txt", NULL};
    const plb_study_plan *plan = study->plan;
    json_t *wanted =
        plb_unit_wanted(json_pack("{s:s?}", "protocol_parameters", plan->protocol_parameters));
    for (size_t i = 0; i < plan->overhead.plans.count; i++) {
        char name[64];
        measured_name(i, name);
        plb_unit_own_input(study, wanted, name);
    }
    plb_unit_planned_input(study, wanted, plan->protocol_parameters);
    if (plan->reference != NULL) plb_unit_own_input(study, wanted, "fit/scale.json");
    plb_unit unit = {.name = "overhead",
                     .wanted = wanted,
                     .outputs = outputs,
                     .follows = true,
                     .make = make_costing};
    return plb_study_unit(study, &unit, error);
}

plb_status plb_study_overhead_step(plb_study *study, plb_error *error) {
    const plb_study_names *plans = &study->plan->overhead.plans;
    plb_status status = PLB_OK;
    if (!study->plan->overhead.wanted) return PLB_OK;
    for (size_t i = 0; i < plans->count && status == PLB_OK; i++)
        status = measure_one(study, i, error);
    return status == PLB_OK ? fit_costing(study, error) : status;
}

/* ---- In the report ---- */

static plb_status read_report(plb_study *study, const char *name, const char **out,
                              plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    plb_status status = plb_study_own_path(study, name, path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK) *out = plb_study_keep(study, "%s", text);
    free(text);
    return status;
}

plb_status plb_study_report_overhead(plb_study *study, plb_error *error) {
    plb_study_summary *s = &study->summary;
    if (!study->plan->overhead.wanted) return PLB_OK;
    plb_status status = read_report(study, "overhead/overhead.txt", &s->overhead_text, error);
    return status == PLB_OK
               ? read_report(study, "overhead/overheadCostModel.json", &s->overhead_json, error)
               : status;
}
