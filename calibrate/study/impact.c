/* What the proposal would change, and the report of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/study/study.h"
#include "results/json.h"

/* ---- Where times come from ---- */

static plb_status read_json(const char *path, json_t **value) {
    char *text = NULL;
    size_t length = 0;
    *value = NULL;
    plb_status status = plb_study_read(path, &text, &length, NULL);
    if (status == PLB_OK) status = plb_json_load(path, text, length, value, NULL);
    free(text);
    return status;
}

static void read_sweep(plb_study *study, const json_t *sweep, plb_study_conditions *c) {
    const json_t *machine = json_object_get(sweep, "machine");
    const char *stopped_by = plb_study_keep_line(study, json_object_get(sweep, "stopped_by"));
    c->is_sweep = true;
    c->points = (size_t) json_integer_value(json_object_get(sweep, "points"));
    c->precise = (size_t) json_integer_value(json_object_get(sweep, "precise"));
    c->precision = json_number_value(json_object_get(sweep, "precision_asked"));
    c->elapsed_s = json_number_value(json_object_get(sweep, "elapsed_s"));
    c->drift = json_number_value(json_object_get(sweep, "drift"));
    c->cpus = (int) json_integer_value(json_object_get(machine, "cpus_online"));
    c->flags = plb_study_flags(study, json_object_get(sweep, "flags"));
    c->machine = plb_study_keep_line(study, json_object_get(machine, "cpu_model"));
    if (stopped_by != NULL) c->stopped_by = stopped_by;
}

plb_status plb_study_conditions_of(plb_study *study, plb_error *error) {
    plb_study_conditions *c = &study->summary.conditions;
    const char *from = study->plan->sweep.from;
    char path[PATH_MAX];
    json_t *sweep = NULL;
    plb_status status = plb_study_times_path(study, path, error);
    if (status != PLB_OK) return status;
    *c = (plb_study_conditions){.source = from != NULL ? from : "its own sweep",
                                .rows = plb_benching_rows(study->own),
                                .stopped_by = "",
                                .flags = ""};
    char *slash = strrchr(path, '/');
    bool in_sweep = slash != NULL && strcmp(slash, "/benching.csv") == 0;
    if (in_sweep) {
        memcpy(slash, "/sweep.json", sizeof "/sweep.json");
        if (read_json(path, &sweep) == PLB_OK) read_sweep(study, sweep, c);
    }
    json_decref(sweep);
    return PLB_OK;
}

/* ---- Machine steps ---- */

void plb_study_compare_steps(plb_study *study) {
    const plb_study_models *newest = &study->models[0];
    size_t count = 0;
    if (study->machine == NULL) return;
    for (int i = -1; i < PLB_STEP_COUNT; i++) {
        const char *name = i < 0 ? "cekStartupCost" : plb_step_cost_name((plb_step) i);
        plb_exunits before = i < 0 ? newest->before->startup : newest->before->step[i];
        plb_exunits after = i < 0 ? newest->after->startup : newest->after->step[i];
        study->steps[count++] = (plb_study_step){.name = name,
                                                 .old_steps = before.steps,
                                                 .new_steps = after.steps,
                                                 .fitted = study->fitted_steps[1 + i]};
    }
    study->summary.steps = study->steps;
    study->summary.step_count = count;
}

/* ---- All of it ---- */

static plb_status make_impact(plb_study *study, const plb_unit *unit, plb_error *error) {
    plb_results *results = NULL;
    plb_study_summary *s = &study->summary;
    (void) unit;
    s->name = study->config.name;
    s->method = plb_fit_method_name(study->plan->fit.method);
    s->bootstrap = study->plan->fit.bootstrap;
    plb_status status = plb_study_load_models(study, error);
    if (status == PLB_OK) status = plb_study_conditions_of(study, error);
    if (study->scale != NULL)
        s->scale = (plb_study_scale){study->scale->factor, study->scale->low, study->scale->high};
    if (status == PLB_OK) status = plb_study_compare_builtins(study, error);
    if (status == PLB_OK) plb_study_compare_steps(study);
    if (status == PLB_OK) status = plb_study_compare_programs(study, error);
    if (status == PLB_OK) status = plb_study_compare_scripts(study, error);
    if (status == PLB_OK) status = plb_study_compare_calls(study, error);
    if (status == PLB_OK) status = plb_study_report_overhead(study, error);
    if (status == PLB_OK) status = plb_study_open(study, "", &results, error);
    if (status == PLB_OK) status = plb_results_study(results, s, error);
    plb_results_close(results);
    return status;
}

/* Programs are many files: their folder's list and every checksum are one input each. */
static void add_programs(const plb_study *study, json_t *wanted) {
    const char *folder = study->plan->impact.programs;
    char path[PATH_MAX];
    if (folder != NULL && plb_study_path(study, folder, path, NULL) == PLB_OK)
        plb_unit_input_folder(wanted, folder, path, ".flat");
}

plb_status plb_study_impact_step(plb_study *study, plb_error *error) {
    static const char *const outputs[] = {
        "study.txt",    "study.json",    "study.md", "builtins.csv",
        "programs.csv", "catalogue.csv", NULL};
    const plb_study_plan *plan = study->plan;
    json_t *settings =
        json_pack("{s:s?, s:o, s:b, s:o, s:s?, s:o}", "programs", plan->impact.programs, "scripts",
                  plb_unit_names(&plan->impact.scripts), "all_scripts", plan->impact.all_scripts,
                  "strategies", plb_unit_names(&plan->impact.strategies), "protocol_parameters",
                  plan->protocol_parameters, "calibrate", plb_unit_names(&plan->calls.scripts));
    json_t *wanted = plb_study_proposal_wanted(study, settings);
    char name[NAME_MAX];
    add_programs(study, wanted);
    plb_unit_planned_input(study, wanted, plan->protocol_parameters);
    for (size_t i = 0; i < plan->calls.scripts.count; i++) {
        (void) snprintf(name, sizeof name, "calibrate/%.200s/summary.json",
                        plan->calls.scripts.items[i]);
        plb_unit_own_input(study, wanted, name);
    }
    if (plan->overhead.wanted) plb_unit_own_input(study, wanted, "overhead/overheadCostModel.json");
    plb_unit unit = {.name = "impact",
                     .wanted = wanted,
                     .outputs = outputs,
                     .follows = true,
                     .make = make_impact};
    return plb_study_unit(study, &unit, error);
}
