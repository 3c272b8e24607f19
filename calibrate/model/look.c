/* What is in a model: functions, machine steps, costs, parameters. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/terms.h"
#include "calibrate/model/costs.h"
#include "harness/machine/availability.h"
#include "harness/machine/cost_write.h"

/* ---- Costing functions ---- */

void plb_costing_shape(const plb_costing *costing, char shape[PLB_COSTS_SHAPE_BYTES]) {
    const plb_shape_row *row = &plb_shapes[costing->shape];
    snprintf(shape, PLB_COSTS_SHAPE_BYTES, "%s%s%s", row->name, row->inner_arguments ? "/" : "",
             row->inner_arguments ? plb_shapes[costing->inner].name : "");
}

bool plb_costing_same_shape(const plb_costing *a, const plb_costing *b) {
    return a->shape == b->shape && (!plb_shapes[a->shape].inner_arguments || a->inner == b->inner);
}

const plb_costing *plb_costing_of(const plb_cost_model *model, unsigned tag, int resource) {
    const plb_builtin_cost *cost = &model->builtin[tag];
    return resource == PLB_COSTS_OF_MEMORY ? &cost->memory : &cost->steps;
}

static bool same_function(const plb_costing *a, const plb_costing *b) {
    return plb_costing_same_shape(a, b) &&
           memcmp(a->c, b->c, plb_costing_count(a) * sizeof *a->c) == 0;
}

bool plb_costs_same(const plb_costs *a, const plb_costs *b, unsigned tag) {
    for (int r = 0; r < PLB_COSTS_RESOURCES; r++)
        if (!same_function(plb_costing_of(a->model, tag, r), plb_costing_of(b->model, tag, r)))
            return false;
    return true;
}

void plb_costing_name(unsigned tag, int resource, char name[PLB_COSTS_NAME_BYTES]) {
    snprintf(name, PLB_COSTS_NAME_BYTES, "%s-%s-arguments", plb_builtins[tag].name,
             resource == PLB_COSTS_OF_MEMORY ? "memory" : "cpu");
}

/* ---- Formulas ---- */

typedef struct formula {
    char *text;
    size_t used;
} formula;

static void put(formula *f, const char *format, ...) PLB_PRINTF(2, 3);
static void put(formula *f, const char *format, ...) {
    size_t room = PLB_COSTS_FORMULA_BYTES - f->used;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(f->text + f->used, room, format, arguments);
    va_end(arguments);
    if (n > 0) f->used += (size_t) n < room ? (size_t) n : room - 1;
}

/* The sum of a shape's terms; those with a coefficient of 0 only where nothing else is left. */
static void put_terms(formula *f, const plb_regressors *regressors, const int64_t *c) {
    bool any = false;
    for (unsigned i = 0; i < regressors->count; i++) {
        int64_t value = c[regressors->slot[i]];
        const char *term = regressors->term[i]->text;
        if (value == 0 && (any || i + 1 < regressors->count)) continue;
        uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
        put(f, "%s%" PRIu64 "%s%s",
            any         ? (value < 0 ? " - " : " + ")
            : value < 0 ? "-"
                        : "",
            magnitude, *term ? " " : "", term);
        any = true;
    }
}

/* A shape that contains no other. */
static void put_plain(formula *f, uint8_t shape, const int64_t *c) {
    plb_regressors regressors = plb_fit_regressors(shape, 0);
    switch (shape) {
    case PLB_SHAPE_SUBTRACTED_SIZES:
        put(f, "%" PRId64 " + %" PRId64 " max(x - y, %" PRId64 ")", c[0], c[2], c[1]);
        return;
    case PLB_SHAPE_LINEAR_ON_DIAGONAL: put(f, "%" PRId64 " where x <> y, else ", c[0]); break;
    case PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z: put(f, "y where y > 0, else "); break;
    case PLB_SHAPE_QUADRATIC_IN_X_AND_Y:
    case PLB_SHAPE_QUADRATIC_IN_Y_AND_Z: put(f, "at least %" PRId64 ": ", c[6]); break;
    case PLB_SHAPE_EXP_MOD_COST: put(f, "(half as much again where x > z) "); break;
    default: break;
    }
    put_terms(f, &regressors, c);
}

void plb_costing_formula(const plb_costing *costing, char text[PLB_COSTS_FORMULA_BYTES]) {
    formula f = {text, 0};
    const int64_t *c = costing->c;
    *text = '\0';
    switch (costing->shape) {
    case PLB_SHAPE_CONST_OFF_DIAGONAL: put(&f, "%" PRId64 " where x <> y, else ", c[0]); break;
    case PLB_SHAPE_CONST_ABOVE_DIAGONAL: put(&f, "%" PRId64 " where x < y, else ", c[0]); break;
    case PLB_SHAPE_CONST_BELOW_DIAGONAL: put(&f, "%" PRId64 " where x > y, else ", c[0]); break;
    case PLB_SHAPE_ABOVE_AND_BELOW_DIAGONAL: put(&f, "(x and y swapped where x < y) "); break;
    default: put_plain(&f, costing->shape, c); return;
    }
    put_plain(&f, costing->inner, c + 1);
}

/* ---- Builtins ---- */

static void describe(const plb_costing *costing, plb_costs_function *function) {
    plb_costing_shape(costing, function->shape);
    function->arguments = plb_costing_arguments(costing);
    function->count = plb_costing_count(costing);
    for (unsigned i = 0; i < function->count; i++) {
        plb_coefficient_name(costing, i, function->names[i]);
        function->values[i] = costing->c[i];
    }
    plb_costing_formula(costing, function->formula);
}

bool plb_costs_get(const plb_costs *costs, unsigned tag, plb_costs_builtin *builtin) {
    *builtin = (plb_costs_builtin){0};
    if (tag >= PLB_BUILTIN_COUNT) return false;
    builtin->name = plb_builtins[tag].name;
    builtin->arity = plb_builtins[tag].arity;
    builtin->present = costs->model->builtin[tag].present;
    describe(plb_costing_of(costs->model, tag, PLB_COSTS_OF_STEPS), &builtin->steps);
    describe(plb_costing_of(costs->model, tag, PLB_COSTS_OF_MEMORY), &builtin->memory);
    return true;
}

plb_status plb_costs_at(const plb_costs *costs, unsigned tag, const int64_t *sizes, size_t count,
                        plb_exunits *cost, plb_error *error) {
    *cost = (plb_exunits){INT64_MAX, INT64_MAX};
    if (tag >= PLB_BUILTIN_COUNT)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "there is no builtin %u", tag);
    const plb_builtin *row = &plb_builtins[tag];
    if (count != row->arity)
        return plb_fail(error, PLB_E_ARGUMENT, row->name,
                        "expected the sizes of %u argument%s, got %zu", row->arity,
                        row->arity == 1 ? "" : "s", count);
    for (size_t i = 0; i < count; i++)
        if (sizes[i] < 0)
            return plb_fail(error, PLB_E_ARGUMENT, row->name,
                            "expected sizes of at least 0, got %" PRId64, sizes[i]);
    if (!costs->model->builtin[tag].present)
        return plb_fail(error, PLB_E_COST_MODEL, row->name, "the cost model has no costs for it");
    cost->steps = plb_costing_apply(plb_costing_of(costs->model, tag, PLB_COSTS_OF_STEPS), sizes);
    cost->memory = plb_costing_apply(plb_costing_of(costs->model, tag, PLB_COSTS_OF_MEMORY), sizes);
    return PLB_OK;
}

void plb_costs_priced(const plb_costs *costs, bool priced[PLB_BUILTIN_COUNT]) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(costs->model, PLB_LANGUAGE_NEWEST, params);
    memset(priced, 0, PLB_BUILTIN_COUNT * sizeof *priced);
    for (size_t i = 0; i < count; i++)
        if (params[i].builtin >= 0) priced[params[i].builtin] = true;
}

/* ---- Machine steps ---- */

#define STARTUP (-1)

/* The order of the published files: plb_step, or STARTUP. */
static const int step_order[PLB_COSTS_STEPS] = {
    STARTUP,        PLB_STEP_VAR,   PLB_STEP_CONST,   PLB_STEP_LAM,    PLB_STEP_DELAY,
    PLB_STEP_FORCE, PLB_STEP_APPLY, PLB_STEP_BUILTIN, PLB_STEP_CONSTR, PLB_STEP_CASE,
};

const char *plb_costs_step_name(unsigned index) {
    if (index >= PLB_COSTS_STEPS) return NULL;
    int step = step_order[index];
    return step == STARTUP ? "cekStartupCost" : plb_step_cost_name((plb_step) step);
}

plb_exunits *plb_costs_step_slot(const plb_costs *costs, unsigned index) {
    int step = step_order[index];
    return step == STARTUP ? &costs->model->startup : &costs->model->step[step];
}

bool plb_costs_step_present(plb_exunits cost) {
    return cost.steps != INT64_MAX || cost.memory != INT64_MAX;
}

bool plb_costs_step(const plb_costs *costs, unsigned index, const char **name, plb_exunits *cost) {
    *name = plb_costs_step_name(index);
    *cost = *name ? *plb_costs_step_slot(costs, index) : (plb_exunits){INT64_MAX, INT64_MAX};
    return *name && plb_costs_step_present(*cost);
}

/* ---- Parameters ---- */

static int resource_of(plb_param param) {
    return param.memory ? PLB_COSTS_OF_MEMORY : PLB_COSTS_OF_STEPS;
}

void plb_costs_era_text(plb_era era, char text[PLB_COSTS_ERA_BYTES]) {
    if (era.language == PLB_LANGUAGE_NEWEST)
        snprintf(text, PLB_COSTS_ERA_BYTES, "the newest language");
    else
        snprintf(text, PLB_COSTS_ERA_BYTES, "%s at protocol version %u",
                 plb_language_name(era.language),
                 era.protocol_version ? era.protocol_version : PLB_PROTOCOL_VERSION_MAX);
}

plb_status plb_costs_misfit(const plb_costs *costs, const plb_costs_view *view, size_t index,
                            plb_error *error) {
    char name[PLB_COSTS_NAME_BYTES], has[PLB_COSTS_SHAPE_BYTES], wants[PLB_COSTS_SHAPE_BYTES];
    char where[PLB_COSTS_ERA_BYTES];
    unsigned tag = (unsigned) view->params[index].builtin;
    int resource = resource_of(view->params[index]);
    plb_costing_name(tag, resource, name);
    plb_costing_shape(plb_costing_of(costs->model, tag, resource), has);
    plb_costing_shape(plb_costing_of(view->shapes, tag, resource), wants);
    plb_costs_era_text(view->era, where);
    return plb_fail(error, PLB_E_COST_MODEL, name,
                    "expected the shape %s, which the parameters of %s stand for, got %s", wants,
                    where, has);
}

plb_status plb_costs_fits(const plb_costs *costs, const plb_costs_view *view, size_t count,
                          plb_error *error) {
    for (size_t i = 0; i < count; i++)
        if (view->misfit[i]) return plb_costs_misfit(costs, view, i, error);
    return PLB_OK;
}

/* A builtin that the model has no costs for may have any shape: then it has no parameters. */
static void look_at(const plb_costs *costs, plb_costs_view *view, size_t index) {
    plb_param param = view->params[index];
    bool fits = true, present = false;
    if (param.builtin >= 0) {
        unsigned tag = (unsigned) param.builtin;
        present = costs->model->builtin[tag].present;
        fits = plb_costing_same_shape(plb_costing_of(costs->model, tag, resource_of(param)),
                                      plb_costing_of(view->shapes, tag, resource_of(param)));
    }
    view->misfit[index] = present && !fits;
    view->present[index] = fits && (present || *plb_param_slot(costs->model, param) != INT64_MAX);
}

plb_status plb_costs_look(const plb_costs *costs, plb_era era, plb_costs_view *view,
                          plb_error *error) {
    view->era = plb_costs_era(costs, era);
    view->shapes = plb_cost_model_default(view->era);
    if (!view->shapes) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    if (!plb_availability_of(view->era)->language)
        return plb_fail(error, PLB_E_UNAVAILABLE, costs->name,
                        "expected a protocol version that has %s, got %u",
                        plb_language_name(view->era.language), view->era.protocol_version);
    view->all = plb_params_list(view->shapes, view->era.language, view->params);
    view->count = plb_params_reach(view->era, view->params, view->all);
    for (size_t i = 0; i < view->all; i++) look_at(costs, view, i);
    return PLB_OK;
}

void plb_costs_view_free(plb_costs_view *view) { plb_cost_model_free(view->shapes); }

static plb_status list_parameters(const plb_costs *costs, const plb_costs_view *view,
                                  plb_costs_parameter **parameters, plb_error *error) {
    plb_status status = plb_costs_fits(costs, view, view->count, error);
    if (status) return status;
    plb_costs_parameter *list = calloc(view->count, sizeof *list);
    if (!list) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for parameters");
    for (size_t i = 0; i < view->count; i++) {
        plb_param_name(view->shapes, view->params[i], false, list[i].name);
        list[i].present = view->present[i];
        list[i].value =
            view->present[i] ? *plb_param_slot(costs->model, view->params[i]) : INT64_MAX;
    }
    *parameters = list;
    return PLB_OK;
}

plb_status plb_costs_parameters(const plb_costs *costs, plb_era era,
                                plb_costs_parameter **parameters, size_t *count, plb_error *error) {
    plb_costs_view view;
    *parameters = NULL;
    *count = 0;
    plb_status status = plb_costs_look(costs, era, &view, error);
    if (!status) status = list_parameters(costs, &view, parameters, error);
    if (!status) *count = view.count;
    plb_costs_view_free(&view);
    return status;
}
