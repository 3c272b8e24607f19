#include "calibrate/steps/builtins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"

#define NORMAL_975 1.96 /* standard deviations to either side of a 95 % interval */

void plb_step_builtins_free(plb_step_builtins *builtins) {
    if (builtins == NULL) return;
    plb_cost_model_free(builtins->model);
    free(builtins);
}

plb_step_builtins *plb_step_builtins_none(void) {
    plb_step_builtins *builtins = calloc(1, sizeof *builtins);
    if (builtins != NULL) builtins->model = plb_cost_model_default(PLB_STEP_ERA);
    if (builtins != NULL && builtins->model != NULL) return builtins;
    plb_step_builtins_free(builtins);
    return NULL;
}

static plb_status load(plb_step_builtins **out, const char *name, const char *json, size_t length,
                       plb_error *error) {
    plb_step_builtins *builtins = calloc(1, sizeof *builtins);
    *out = NULL;
    if (builtins == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for a cost model");
    plb_status status =
        plb_cost_model_load(&builtins->model, PLB_STEP_ERA, name, json, length, error);
    if (status != PLB_OK) {
        plb_step_builtins_free(builtins);
        return status;
    }
    *out = builtins;
    return PLB_OK;
}

plb_status plb_step_builtins_from_json(plb_step_builtins **out, const char *name, const char *json,
                                       size_t length, double relative_error, plb_error *error) {
    *out = NULL;
    if (!(relative_error >= 0 && isfinite(relative_error)))
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected a relative error of at least 0, got %g", relative_error);
    plb_status status = load(out, name, json, length, error);
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS && status == PLB_OK; tag++) {
        (*out)->known[tag] = plb_cost_model_has((*out)->model, tag);
        (*out)->error[tag] = relative_error;
    }
    return status;
}

/* ---- From a fit ---- */

/* Sums of squares of the points' relative residuals. */
typedef struct misfit {
    double squares;
    size_t count;
} misfit;

static void add_frame(misfit *sum, const plb_fit_job *job, const plb_regressors *regressors,
                      const plb_fit_coefficients *c, const plb_frame *frame) {
    for (size_t i = 0; i < frame->count; i++) {
        double cost = plb_fit_predict(job, regressors, c, frame->points[i].size);
        if (!(cost > 0)) continue;
        double relative = frame->points[i].time / cost - 1;
        sum->squares += relative * relative;
        sum->count++;
    }
}

/* How far a builtin's cost is off at a point: programs always call with much the same sizes, so
 * that this is what their builtin time is wrong by, however many points the fit has. */
static plb_status relative_error(const plb_fit *fit, size_t index, double *out, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    uint8_t shape, inner;
    const plb_fit_coefficients *c = plb_fit_chosen(fit, index, PLB_FIT_WEIGHTED, &shape, &inner);
    plb_fit_job job = plb_fit_job_of(fit, row);
    plb_regressors regressors = plb_fit_regressors(job.shape, job.inner);
    plb_fit_work work = {0};
    plb_fit_result result;
    misfit sum = {0, 0};
    plb_status status = plb_fit_points(&work, &job, group->points, group->count, &result, error);
    if (status == PLB_OK) {
        add_frame(&sum, &job, &regressors, c, &work.rest);
        if (!regressors.sorted) add_frame(&sum, &job, &regressors, c, &work.constant);
    }
    plb_fit_work_free(&work);
    *out = sum.count > 0 ? sqrt(sum.squares / (double) sum.count) : 0;
    return status;
}

static plb_status know(plb_step_builtins *builtins, const plb_fit *fit, plb_error *error) {
    for (size_t i = 0; i < plb_fit_count(fit); i++) {
        const plb_fit_model *model = plb_fit_get(fit, i);
        int tag = plb_builtin_find(model->builtin, strlen(model->builtin));
        if (!model->made || tag < 0) continue;
        plb_status status = relative_error(fit, i, &builtins->error[tag], error);
        if (status != PLB_OK) return status;
        builtins->known[tag] = true;
    }
    return PLB_OK;
}

plb_status plb_step_builtins_from_fit(plb_step_builtins **out, const plb_fit *fit,
                                      plb_error *error) {
    char *json = NULL;
    plb_cost_model *base = plb_cost_model_default(PLB_STEP_ERA);
    *out = NULL;
    if (base == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    plb_status status = plb_fit_builtin_json(fit, PLB_FIT_WEIGHTED, base, true, &json, error);
    if (status == PLB_OK) status = load(out, "fitted builtins", json, strlen(json), error);
    if (status == PLB_OK) status = know(*out, fit, error);
    if (status != PLB_OK) {
        plb_step_builtins_free(*out);
        *out = NULL;
    }
    free(json);
    plb_cost_model_free(base);
    return status;
}

/* ---- Of one program ---- */

static bool find_missing(const plb_step_builtins *builtins, const plb_step_entry *entry,
                         plb_step_time *row) {
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++) {
        if (entry->calls[tag] == 0 || (builtins != NULL && builtins->known[tag])) continue;
        (void) snprintf(row->missing, sizeof row->missing, "%s", plb_builtin_name(tag));
        return true;
    }
    return false;
}

/* Errors of a program's builtins are taken to have one sign: a no-op's time that is wrong is wrong
 * for all of them. */
plb_status plb_step_builtins_time(const plb_step_builtins *builtins, plb_step_set *set,
                                  size_t index, plb_step_time *row, plb_error *error) {
    const plb_step_entry *entry = &set->entries[index];
    row->missing[0] = '\0';
    row->builtin_ns = row->builtin_low_ns = row->builtin_high_ns = NAN;
    if (find_missing(builtins, entry, row)) return PLB_OK;
    row->builtin_ns = row->builtin_low_ns = row->builtin_high_ns = 0;
    if (builtins == NULL) return PLB_OK;
    plb_tally tally;
    plb_outcome outcome;
    plb_evaluation evaluation = {
        .program = set->program,
        .cost_model = builtins->model,
        .era = PLB_STEP_ERA,
        .limit = {INT64_MAX, INT64_MAX},
        .tally = &tally,
    };
    plb_status status =
        plb_program_decode_flat(set->program, PLB_STEP_ERA, entry->flat, entry->length, error);
    if (status == PLB_OK && plb_machine_run(set->machine, &evaluation, &outcome) != PLB_OK)
        status = plb_fail(error, outcome.status, NULL, "%s", outcome.message);
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, entry->name);
        return status;
    }
    double whole_ns = 0, error_ns = 0;
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++) {
        double ns = (double) tally.builtin_cost[tag].steps / 1000;
        whole_ns += ns;
        error_ns += ns * builtins->error[tag];
    }
    row->builtin_ns = whole_ns;
    row->builtin_low_ns = fmax(whole_ns - NORMAL_975 * error_ns, 0);
    row->builtin_high_ns = whole_ns + NORMAL_975 * error_ns;
    return PLB_OK;
}
