/* Machine steps: programs are timed, and what their builtins do not take is put down to steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/steps.h>

#include "calibrate/study/study.h"
#include "results/folder.h"

static plb_step_plan plan_of(plb_study *study, plb_step_set *set) {
    return (plb_step_plan){
        .set = set,
        .time_s = study->plan->machine.time_s,
        .seed = study->plan->seed,
        .pin = study->plan->pin,
        .interrupted = study->config.interrupted,
        .progress = study->config.progress != NULL ? plb_study_show_sampling : NULL,
        .progress_context = study,
        .observer = study->config.observer,
    };
}

static plb_status make_set(plb_step_set **set, plb_error *error) {
    *set = plb_step_set_new();
    if (*set == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
    plb_status status = plb_step_set_add_made(*set, error);
    return status == PLB_OK ? plb_step_set_add_catalogue(*set, error) : status;
}

plb_status plb_study_machine_slice(plb_study *study, plb_error *error) {
    plb_step_set *set = NULL;
    plb_step_times *times = NULL;
    plb_status status = make_set(&set, error);
    plb_step_plan plan = plan_of(study, set);
    plan.slice = study->config.slice;
    plan.progress = NULL;
    status = status == PLB_OK ? plb_step_measure(&times, &plan, error)
                              : plb_slice_send(study->config.slice, NULL, error, error);
    plb_step_set_free(set);
    return status;
}

static plb_status measure(plb_study *study, const plb_unit *unit, plb_step_times **times,
                          plb_error *error) {
    plb_step_set *set = NULL;
    plb_step_builtins *builtins = NULL;
    plb_restarts restarts = {.arguments = plb_study_part_arguments(study, unit->name)};
    plb_status status = plb_study_load_fit(study, error);
    if (status == PLB_OK) status = make_set(&set, error);
    if (status == PLB_OK) status = plb_step_builtins_from_fit(&builtins, study->own_fit, error);
    plb_step_plan plan = plan_of(study, set);
    plan.builtins = builtins;
    plan.restarts = restarts.arguments != NULL ? &restarts : NULL;
    if (status == PLB_OK) status = plb_step_measure(times, &plan, error);
    if (status == PLB_OK && plb_study_interrupted(study))
        status = plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted: it is measured anew");
    free((void *) restarts.arguments);
    plb_step_builtins_free(builtins);
    plb_step_set_free(set);
    return status;
}

static plb_status write_files(plb_study *study, const plb_step_times *times,
                              const plb_step_fit *fit, plb_error *error) {
    const plb_cost_model *base = study->base;
    plb_results *results = NULL;
    char *text = NULL;
    plb_status status = plb_study_open(study, "machine", &results, error);
    if (status == PLB_OK) {
        status = plb_step_times_csv(times, &text, error);
        status = plb_results_keep(results, "times.csv", status, text, error);
    }
    if (status == PLB_OK) {
        text = NULL;
        status = plb_step_fit_costs_json(fit, base, &text, error);
        status = plb_results_keep(results, "cekMachineCosts.json", status, text, error);
    }
    if (status == PLB_OK) {
        text = NULL;
        status = plb_step_fit_json(fit, base, &text, error);
        status = plb_results_keep(results, "machine.json", status, text, error);
    }
    if (status == PLB_OK) {
        text = NULL;
        status = plb_step_fit_text(fit, base, &text, error);
        status = plb_results_keep(results, "machine.txt", status, text, error);
    }
    plb_results_close(results);
    return status;
}

static plb_status make_machine(plb_study *study, const plb_unit *unit, plb_error *error) {
    plb_step_times *times = NULL;
    plb_step_fit *fit = NULL;
    plb_status status = plb_study_load_base(study, error);
    if (status == PLB_OK) status = measure(study, unit, &times, error);
    if (status == PLB_OK) status = plb_step_fit_run(&fit, times, NULL, error);
    if (status == PLB_OK) status = write_files(study, times, fit, error);
    plb_step_fit_free(fit);
    plb_step_times_free(times);
    return status;
}

plb_status plb_study_machine_step(plb_study *study, plb_error *error) {
    static const char *const outputs[] = {"machine/times.csv", "machine/cekMachineCosts.json",
                                          "machine/machine.json", "machine/machine.txt", NULL};
    const plb_study_plan *plan = study->plan;
    if (!plan->machine.wanted) return PLB_OK;
    json_t *wanted = plb_unit_wanted(json_pack("{s:f, s:I, s:b}", "time_s", plan->machine.time_s,
                                               "seed", (json_int_t) plan->seed, "pin", plan->pin));
    plb_unit_own_input(study, wanted, "fit/coefficients.tsv");
    plb_unit unit = {.name = "machine",
                     .wanted = wanted,
                     .outputs = outputs,
                     .follows = true,
                     .make = make_machine};
    return plb_study_unit(study, &unit, error);
}
