/* Cost models: the published files' form, and the ledger's parameters. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"
#include "harness/machine/availability.h"
#include "harness/machine/cost_write.h"

/* ---- builtinCostModel*.json ---- */

typedef struct place {
    unsigned position;
    size_t index;
} place;

static int by_position(const void *a, const void *b) {
    const place *l = a, *r = b;
    if (l->position != r->position) return l->position < r->position ? -1 : 1;
    return l->index < r->index ? -1 : 1;
}

/* The costs of a row's builtin as they are: NULL where the base model has none. */
static void find_base(const plb_fit_row *row, const plb_cost_model *base, const plb_costing **steps,
                      const plb_costing **memory) {
    int tag = plb_builtin_find(row->builtin, strlen(row->builtin));
    const plb_builtin_cost *known = tag >= 0 ? &base->builtin[tag] : NULL;
    bool present = known && known->present;
    *steps = present ? &known->steps : row->priced ? &row->steps : NULL;
    *memory = present ? &known->memory : row->priced ? &row->memory : NULL;
}

/* {"cpu": ..., "memory": ...}; *out stays NULL for a function that was left out. */
static plb_status builtin_json(const plb_fit *fit, size_t index, plb_fit_method method,
                               const plb_cost_model *base, bool keep_base, json_t **out,
                               plb_error *error) {
    const plb_fit_model *model = &fit->models[index];
    const plb_costing *base_steps, *base_memory;
    plb_costing steps;
    *out = NULL;
    find_base(&fit->table->rows[index], base, &base_steps, &base_memory);
    if (model->made) {
        uint8_t shape, inner;
        const plb_fit_coefficients *c = plb_fit_chosen(fit, index, method, &shape, &inner);
        plb_status status = plb_fit_costing(c, shape, inner, model->builtin, &steps, error);
        if (status) return status;
    } else {
        if (!keep_base || !base_steps) return PLB_OK;
        steps = *base_steps;
    }
    *out = json_pack("{s:o}", "cpu", plb_costing_json(&steps));
    if (*out && base_memory) json_object_set_new(*out, "memory", plb_costing_json(base_memory));
    return *out ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
}

plb_status plb_fit_builtin_json(const plb_fit *fit, plb_fit_method method,
                                const plb_cost_model *base, bool keep_base, char **text,
                                plb_error *error) {
    size_t count = fit->table->builtins;
    place *places = calloc(count, sizeof *places);
    json_t *object = json_object();
    plb_status status = PLB_OK;
    *text = NULL;
    if (!places || !object) status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
    for (size_t i = 0; i < count && !status; i++)
        places[i] = (place){fit->table->rows[i].position, i};
    if (!status) qsort(places, count, sizeof *places, by_position);
    for (size_t i = 0; i < count && !status; i++) {
        json_t *builtin;
        status = builtin_json(fit, places[i].index, method, base, keep_base, &builtin, error);
        if (builtin) json_object_set_new(object, fit->models[places[i].index].builtin, builtin);
    }
    free(places);
    if (!status) return plb_fit_dump(object, text, error);
    json_decref(object);
    return status;
}

/* ---- The ledger's parameters ---- */

/* The same function with another shape: languages differ in what they have parameters for. */
static plb_status refit(const plb_fit *fit, size_t index, plb_fit_method method,
                        const plb_costing *like, plb_costing *steps, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    plb_fit_job job = plb_fit_job_of(fit, row);
    plb_fit_work work = {0};
    plb_fit_result result;
    job.shape = like->shape;
    job.inner = like->inner;
    job.split = plb_fit_split_as(row, like->shape);
    job.method = method == PLB_FIT_SELECTED ? PLB_FIT_REFERENCE : method;
    plb_status status = plb_fit_points(&work, &job, group->points, group->count, &result, error);
    plb_fit_work_free(&work);
    if (status) return status;
    if (!result.c.made)
        return plb_fail(error, PLB_E_COST_MODEL, row->builtin, "can't be fitted as %s: %s",
                        plb_shapes[like->shape].name, result.problem);
    return plb_fit_costing(&result.c, like->shape, like->inner, row->builtin, steps, error);
}

static plb_status set_steps(const plb_fit *fit, size_t index, plb_fit_method method, bool keep_base,
                            plb_cost_model *model, plb_error *error) {
    const plb_fit_model *made = &fit->models[index];
    int tag = plb_builtin_find(made->builtin, strlen(made->builtin));
    uint8_t shape, inner;
    if (tag < 0) return PLB_OK;
    plb_costing *steps = &model->builtin[tag].steps;
    if (!made->made)
        return keep_base ? PLB_OK
                         : plb_fail(error, PLB_E_COST_MODEL, made->builtin,
                                    "was left out, and every parameter has to have a value: %s",
                                    made->problem);
    const plb_fit_coefficients *c = plb_fit_chosen(fit, index, method, &shape, &inner);
    bool same =
        shape == steps->shape && (!plb_shapes[shape].inner_arguments || inner == steps->inner);
    if (same) return plb_fit_costing(c, shape, inner, made->builtin, steps, error);
    plb_costing found;
    plb_status status = refit(fit, index, method, steps, &found, error);
    if (!status) *steps = found;
    return status == PLB_E_COST_MODEL && keep_base ? PLB_OK : status;
}

/* An array of values, or an object by name. */
static json_t *parameters(plb_cost_model *model, plb_era era, bool named) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(model, era.language, params);
    count = plb_params_reach(era, params, count);
    return named ? plb_params_object(model, params, NULL, count, false)
                 : plb_params_array(model, params, count);
}

plb_status plb_fit_parameters_json(const plb_fit *fit, plb_fit_method method,
                                   unsigned protocol_version, bool named, bool keep_base,
                                   char **text, plb_error *error) {
    json_t *object = json_object();
    plb_status status = PLB_OK;
    *text = NULL;
    for (int l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3 && !status; l++) {
        plb_era era = {(plb_language) l, protocol_version};
        if (!plb_availability_of(era)->language) continue;
        plb_cost_model *model = plb_cost_model_default(era);
        if (!model) status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
        for (size_t i = 0; i < fit->table->builtins && !status; i++)
            status = set_steps(fit, i, method, keep_base, model, error);
        if (!status)
            json_object_set_new(object, plb_language_name(era.language),
                                parameters(model, era, named));
        plb_cost_model_free(model);
    }
    if (!status) return plb_fit_dump(object, text, error);
    json_decref(object);
    return status;
}
