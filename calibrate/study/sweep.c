/* The sweep of a study: its own, in the folder "sweep". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/study/study.h"

static plb_status read_grid(const plb_study *study, plb_grid **grid, plb_error *error) {
    const plb_study_sweep *plan = &study->plan->sweep;
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    const char *const *only = plan->builtins.count > 0 ? plan->builtins.items : NULL;
    if (plan->grid == NULL) return plb_grid_default(grid, only, plan->builtins.count, error);
    plb_status status = plb_study_path(study, plan->grid, path, error);
    if (status == PLB_OK) status = plb_study_read(path, &text, &length, error);
    if (status == PLB_OK)
        status = plb_grid_read(grid, path, text, length, only, plan->builtins.count, plan->byte_cap,
                               error);
    free(text);
    return status;
}

static void show_sweep(void *context, const plb_builtin_sweep_progress *p) {
    const plb_study *study = context;
    char text[PLB_GRID_NAME_BYTES + 120];
    (void) snprintf(text, sizeof text, "%zu of %zu points, %.0f s, %.0f s left  %.40s", p->done,
                    p->points, p->elapsed_s, p->left_s, p->name);
    study->config.progress(study->config.context, "sweep", p->name[0] != '\0' ? text : NULL);
}

static plb_status run_sweep(plb_study *study, const plb_grid *grid, const char *directory,
                            plb_builtin_sweep **sweep, plb_error *error) {
    const plb_study_sweep *planned = &study->plan->sweep;
    plb_builtin_sweep_plan plan = {
        .grid = grid,
        .directory = directory,
        .seed = study->plan->seed,
        .precision = planned->precision,
        .time_s = planned->time_s,
        .visits_max = planned->visits_max,
        .byte_cap = planned->byte_cap,
        .pin = study->plan->pin,
        .cpu = -1,
        .interrupted = study->config.interrupted,
        .progress = study->config.progress != NULL ? show_sweep : NULL,
        .progress_context = study,
        .observer = study->config.observer,
    };
    return plb_builtin_sweep_run(&plan, sweep, error);
}

/* What was measured is kept: a sweep of another grid or machine goes out of the way. */
static plb_status move_aside(const plb_study *study, const char *directory, const char *why,
                             plb_error *error) {
    for (unsigned i = 1; i < 1000; i++) {
        char name[32], path[PATH_MAX];
        (void) snprintf(name, sizeof name, "sweep-%u", i);
        plb_status status = plb_study_own_path(study, name, path, error);
        if (status != PLB_OK) return status;
        if (access(path, F_OK) == 0) continue;
        if (rename(directory, path) != 0) break;
        plb_study_tell(study, "sweep", "%s; that sweep is in %s now", why, name);
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_IO, directory, "could not be renamed");
}

static plb_status make_sweep(plb_study *study, const plb_unit *unit, plb_error *error) {
    const plb_grid *grid = unit->context;
    char directory[PATH_MAX];
    plb_builtin_sweep *sweep = NULL;
    plb_results *results = NULL;
    plb_status status = plb_study_own_path(study, "sweep", directory, error);
    if (status == PLB_OK) status = run_sweep(study, grid, directory, &sweep, error);
    if (status == PLB_E_ARGUMENT && access(directory, F_OK) == 0) {
        char why[PLB_ERROR_MESSAGE_BYTES];
        (void) snprintf(why, sizeof why, "%.*s", (int) strcspn(error->message, ":"),
                        error->message);
        status = move_aside(study, directory, why, error);
        if (status == PLB_OK) status = run_sweep(study, grid, directory, &sweep, error);
    }
    if (status == PLB_OK) status = plb_results_open(directory, &results, error);
    if (status == PLB_OK) status = plb_results_builtin_sweep(results, sweep, error);
    if (status == PLB_OK && plb_builtin_sweep_get_facts(sweep).stop == PLB_SWEEP_INTERRUPTED)
        status = plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted: what was measured is kept");
    plb_results_close(results);
    plb_builtin_sweep_free(sweep);
    return status;
}

plb_status plb_study_sweep_step(plb_study *study, plb_error *error) {
    static const char *const outputs[] = {"sweep/benching.csv", "sweep/sweep.csv",
                                          "sweep/sweep.json", "sweep/sweep.hlog", NULL};
    const plb_study_sweep *plan = &study->plan->sweep;
    plb_grid *grid = NULL;
    if (plan->from != NULL) return PLB_OK;
    plb_status status = read_grid(study, &grid, error);
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, "sweep");
        return status;
    }
    json_t *wanted = plb_unit_wanted(json_pack(
        "{s:s?, s:o, s:f, s:f, s:I, s:I, s:I, s:b}", "grid", plan->grid, "builtins",
        plb_unit_names(&plan->builtins), "time_s", plan->time_s, "precision", plan->precision,
        "max_visits", (json_int_t) plan->visits_max, "max_bytes", (json_int_t) plan->byte_cap,
        "seed", (json_int_t) study->plan->seed, "pin", study->plan->pin));
    plb_unit_planned_input(study, wanted, plan->grid);
    plb_unit unit = {
        .name = "sweep", .wanted = wanted, .outputs = outputs, .make = make_sweep, .context = grid};
    status = plb_study_unit(study, &unit, error);
    plb_grid_free(grid);
    return status;
}
