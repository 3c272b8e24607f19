/* A study as a whole: its folder, its steps in their order, what they leave behind. */
#include "calibrate/study/study.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_FILE "study.lock"
#define CALIBRATE_PART "calibrate-"
#define OVERHEAD_PART "overhead-"

static plb_status (*const steps[])(plb_study *study, plb_error *error) = {
    plb_study_sweep_step,     plb_study_fit_step,      plb_study_machine_step,
    plb_study_calibrate_step, plb_study_overhead_step, plb_study_proposal_step,
    plb_study_impact_step,
};

/* ---- Checks before anything is measured ---- */

static plb_status check_scripts(const plb_study *study, const plb_study_names *names,
                                const char *where, plb_error *error) {
    for (size_t i = 0; i < names->count; i++) {
        if (plb_catalogue_find(study->catalogue, names->items[i]) == NULL)
            return plb_fail(error, PLB_E_ARGUMENT, where,
                            "there is no script '%.100s' in the catalogue (see plutbench list "
                            "scripts)",
                            names->items[i]);
    }
    return PLB_OK;
}

/* What the plan names has to be there, also what is only needed in the end. */
static plb_status check_plan(plb_study *study, plb_error *error) {
    const plb_study_plan *plan = study->plan;
    char path[PATH_MAX];
    plb_status status = plb_study_load_catalogue(study, error);
    if (status == PLB_OK)
        status = check_scripts(study, &plan->calls.scripts, "calibrate.scripts", error);
    if (status == PLB_OK)
        status = check_scripts(study, &plan->impact.scripts, "impact.scripts", error);
    const char *const files[] = {plan->sweep.from, plan->sweep.grid, plan->fit.models,
                                 plan->reference, plan->impact.programs};
    for (size_t i = 0; i < sizeof files / sizeof *files && status == PLB_OK; i++) {
        if (files[i] == NULL) continue;
        status = plb_study_path(study, files[i], path, error);
        if (status == PLB_OK && access(path, R_OK) != 0)
            status = plb_fail(error, PLB_E_IO, path, "could not be read: %s", strerror(errno));
    }
    if (status == PLB_OK) status = plb_study_load_base(study, error);
    return status == PLB_OK ? plb_study_load_parameters(study, error) : status;
}

/* ---- The folder ---- */

static plb_status lock_folder(plb_study *study, plb_error *error) {
    char path[PATH_MAX];
    plb_results *results = NULL;
    plb_status status = plb_study_open(study, "", &results, error);
    plb_results_close(results);
    if (status == PLB_OK) status = plb_study_own_path(study, LOCK_FILE, path, error);
    if (status != PLB_OK) return status;
    study->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (study->lock < 0)
        return plb_fail(error, PLB_E_IO, path, "could not be opened: %s", strerror(errno));
    return flock(study->lock, LOCK_EX | LOCK_NB) == 0
               ? PLB_OK
               : plb_fail(error, PLB_E_IO, study->config.out,
                          "another process is working on this study");
}

/* ---- Parts in other processes ---- */

char **plb_study_part_arguments(const plb_study *study, const char *part) {
    size_t count = 0;
    if (study->config.arguments == NULL) return NULL;
    while (study->config.arguments[count] != NULL) count++;
    char **all = calloc(count + 2, sizeof *all);
    if (all == NULL) return NULL;
    memcpy(all, study->config.arguments, count * sizeof *all);
    all[count] = (char *) part;
    return all;
}

static plb_status run_part(plb_study *study, plb_error *error) {
    const char *part = study->config.part;
    if (strcmp(part, "machine") == 0) return plb_study_machine_slice(study, error);
    if (strncmp(part, CALIBRATE_PART, sizeof CALIBRATE_PART - 1) == 0)
        return plb_study_calibrate_slice(study, part + sizeof CALIBRATE_PART - 1, error);
    if (strncmp(part, OVERHEAD_PART, sizeof OVERHEAD_PART - 1) == 0) {
        unsigned long plan = strtoul(part + sizeof OVERHEAD_PART - 1, NULL, 10);
        if (plan >= 1 && plan <= study->plan->overhead.plans.count)
            return plb_study_overhead_slice(study, plan - 1, error);
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL, "there is no part '%.100s'", part);
}

/* ---- Public ---- */

static plb_status run_steps(plb_study *study, plb_error *error) {
    plb_status status =
        study->config.restart && !study->config.look ? plb_study_forget(study, error) : PLB_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == PLB_OK; i++)
        status = steps[i](study, error);
    return status;
}

plb_status plb_study_run(const plb_study_config *config, plb_study **study, plb_error *error) {
    *study = calloc(1, sizeof **study);
    if (*study == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a study");
    plb_study *s = *study;
    s->config = *config;
    s->plan = config->plan;
    s->lock = -1;
    if (config->slice != NULL) return run_part(s, error);
    plb_status status = check_plan(s, error);
    if (status == PLB_OK) status = lock_folder(s, error);
    return status == PLB_OK ? run_steps(s, error) : status;
}

static void free_models(plb_study *study) {
    for (size_t i = 0; i < study->model_count; i++) {
        plb_cost_model_free(study->models[i].before);
        plb_cost_model_free(study->models[i].after);
    }
}

void plb_study_free(plb_study *study) {
    if (study == NULL) return;
    free_models(study);
    if (study->own_fit != study->fit) plb_fit_free(study->own_fit);
    plb_fit_free(study->fit);
    plb_fit_table_free(study->table);
    plb_machine_scale_free(study->scale);
    plb_benching_free(study->scaled);
    plb_benching_free(study->own);
    plb_cost_model_free(study->machine);
    plb_cost_model_free(study->base);
    plb_catalogue_free(study->catalogue);
    plb_protocol_parameters_free(study->parameters);
    for (size_t i = 0; i < study->text_count; i++) free(study->texts[i]);
    free(study->texts);
    free(study->builtins);
    free(study->eras);
    free(study->programs);
    free(study->scripts);
    free(study->calls);
    if (study->lock >= 0) (void) close(study->lock);
    free(study);
}

size_t plb_study_left_out(const plb_study *study) {
    char *text = NULL;
    if (plb_study_file(study, "study.json", &text, NULL) != PLB_OK) return 0;
    json_t *told = json_loads(text, 0, NULL);
    json_int_t count = json_integer_value(json_object_get(told, "left_out"));
    json_decref(told);
    free(text);
    return count > 0 ? (size_t) count : 0;
}

plb_status plb_study_file(const plb_study *study, const char *name, char **text, plb_error *error) {
    char path[PATH_MAX];
    size_t length = 0;
    *text = NULL;
    plb_status status = plb_study_own_path(study, name, path, error);
    return status == PLB_OK ? plb_study_read(path, text, &length, error) : status;
}
