/* What a fit leaves for programs: the published files' form, and everything. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "calibrate/steps/fit.h"
#include "calibrate/steps/times.h"
#include "harness/machine/cost_write.h"
#include "results/format.h"
#include "results/json.h"

#define PICOSECONDS 1000.0 /* in a nanosecond */
#define COST_MOST 1e18

plb_status plb_step_text_end(FILE *out, char **text, plb_status status, plb_error *error) {
    plb_status closed = plb_text_close(out, text, status == PLB_OK ? error : NULL);
    if (status == PLB_OK || closed != PLB_OK) return status == PLB_OK ? closed : status;
    free(*text);
    *text = NULL;
    return status;
}

/* ---- cekMachineCosts*.json ---- */

/* The order of the published files. */
static const plb_step order[PLB_STEP_COUNT] = {
    PLB_STEP_VAR,   PLB_STEP_CONST,   PLB_STEP_LAM,    PLB_STEP_DELAY, PLB_STEP_FORCE,
    PLB_STEP_APPLY, PLB_STEP_BUILTIN, PLB_STEP_CONSTR, PLB_STEP_CASE,
};

static plb_status print_cost(FILE *out, const char *name, double ns, plb_exunits base,
                             plb_error *error) {
    char text[PLB_STEP_COST_BYTES];
    double ps = ceil(ns * PICOSECONDS);
    if (!(ps >= 0 && ps <= COST_MOST))
        return plb_fail(error, PLB_E_COST_MODEL, name, "%g ns do not fit in a cost model", ns);
    plb_step_cost_text((plb_exunits){.memory = base.memory, .steps = (int64_t) ps}, text);
    fprintf(out, "  \"%s\": %s", name, text);
    return PLB_OK;
}

static plb_status print_costs(FILE *out, const plb_step_model *model, const plb_cost_model *base,
                              plb_error *error) {
    fputs("{\n", out);
    plb_status status =
        print_cost(out, "cekStartupCost", model->startup.value, base->startup, error);
    for (unsigned i = 0; i < PLB_STEP_COUNT && status == PLB_OK; i++) {
        fputs(",\n", out);
        status = print_cost(out, plb_step_cost_name(order[i]), model->cost[order[i]].value,
                            base->step[order[i]], error);
    }
    fputs("\n}\n", out);
    return status;
}

plb_status plb_step_fit_costs_json(const plb_step_fit *fit, const plb_cost_model *base, char **text,
                                   plb_error *error) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    plb_status status = PLB_OK;
    if (out != NULL) status = print_costs(out, plb_step_fit_model(fit, fit->chosen), base, error);
    return plb_step_text_end(out, text, status, error);
}

/* ---- Everything ---- */

static void set_errors(json_t *object, const plb_step_model *model, unsigned cost) {
    json_object_set_new(object, "standard_error_ns",
                        json_pack("{s:o, s:o, s:o}", "programs",
                                  plb_json_number(model->error[cost].programs), "processes",
                                  plb_json_number(model->error[cost].processes), "builtins",
                                  plb_json_number(model->error[cost].builtins)));
}

static json_t *startup_json(const plb_step_model *model) {
    json_t *object = json_pack("{s:o}", "cost", plb_json_estimate(&model->startup, "ns"));
    json_object_set_new(object, "held_at_zero", json_boolean(model->startup_at_zero));
    set_errors(object, model, 0);
    return object;
}

static json_t *cost_json(const plb_step_model *model, unsigned kind) {
    json_t *object = json_pack("{s:o}", "cost", plb_json_estimate(&model->cost[kind], "ns"));
    json_object_set_new(object, "held_at_zero", json_boolean(model->at_zero[kind]));
    json_object_set_new(object, "column", json_integer(model->column[kind]));
    json_object_set_new(object, "variance_inflation", plb_json_number(model->inflation[kind]));
    set_errors(object, model, kind + 1);
    return object;
}

static json_t *model_json(const plb_step_model *model) {
    json_t *costs = json_object();
    if (!model->made) {
        json_decref(costs);
        return json_pack("{s:b, s:s}", "made", 0, "problem", model->problem);
    }
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
        json_object_set_new(costs, plb_step_name(k), cost_json(model, k));
    return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o}", "made", 1, "startup", startup_json(model),
                     "costs", costs, "condition_number", plb_json_number(model->condition),
                     "relative_deviation", plb_json_number(model->deviation),
                     "relative_deviation_of_families_left_out",
                     plb_json_number(model->predicted_deviation));
}

static json_t *residuals_json(const plb_step_fit *fit) {
    json_t *list = json_array();
    for (size_t i = 0; i < fit->times->count; i++) {
        plb_step_residual r = plb_step_fit_residual(fit, i);
        json_array_append_new(list, json_pack("{s:s, s:b, s:s?, s:o, s:o, s:o, s:o}", "program",
                                              r.name, "used", r.used, "reason", r.reason, "time_ns",
                                              plb_json_number(r.time_ns), "builtin_ns",
                                              plb_json_number(r.builtin_ns), "charged_by_common_ns",
                                              plb_json_number(r.charged_ns[PLB_STEP_MODEL_COMMON]),
                                              "charged_by_kinds_ns",
                                              plb_json_number(r.charged_ns[PLB_STEP_MODEL_KINDS])));
    }
    return list;
}

static json_t *base_json(const plb_cost_model *base) {
    json_t *object = json_object();
    json_object_set_new(object, "startup", plb_json_number((double) base->startup.steps));
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
        json_object_set_new(object, plb_step_name(k),
                            plb_json_number((double) base->step[k].steps));
    return object;
}

plb_status plb_step_fit_json(const plb_step_fit *fit, const plb_cost_model *base, char **text,
                             plb_error *error) {
    json_t *models = json_object();
    for (int m = 0; m < PLB_STEP_MODELS; m++)
        json_object_set_new(models, plb_step_model_name((plb_step_model_kind) m),
                            model_json(&fit->analyses[m].model));
    json_t *object = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "chosen", plb_step_model_name(fit->chosen),
        "reason", fit->reason, "programs", (json_int_t) fit->sample.count, "families",
        (json_int_t) fit->sample.families, "parts", (json_int_t) fit->sample.parts, "models",
        models, "base_ps", base_json(base), "residuals", residuals_json(fit));
    if (object != NULL && fit->times->sampling != NULL)
        plb_json_set_sampling(object, fit->times->sampling);
    return plb_json_take_text(object, text, error);
}
