#include "harness/machine/cost_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/machine/availability.h"

/* ---- builtinCostModel*.json, cekMachineCosts*.json ---- */

/* Coefficients by name, sorted. */
static json_t *arguments_json(uint8_t shape, const int64_t *c) {
    const plb_shape_row *row = &plb_shapes[shape];
    if (shape == PLB_SHAPE_CONSTANT_COST) return json_integer(c[0]);
    json_t *object = json_object();
    const char *last = "";
    for (unsigned i = 0; i < row->count; i++) {
        unsigned next = row->count;
        for (unsigned k = 0; k < row->count; k++)
            if (strcmp(row->coefficients[k], last) > 0 &&
                (next == row->count || strcmp(row->coefficients[k], row->coefficients[next]) < 0))
                next = k;
        if (next == row->count) break;
        last = row->coefficients[next];
        json_object_set_new(object, last, json_integer(c[next]));
    }
    return object;
}

json_t *plb_costing_json(const plb_costing *costing) {
    const plb_shape_row *row = &plb_shapes[costing->shape];
    json_t *arguments = arguments_json(costing->shape, costing->c);
    if (row->inner_arguments)
        json_object_set_new(arguments, "model",
                            json_pack("{s:o, s:s}", "arguments",
                                      arguments_json(costing->inner, costing->c + row->count),
                                      "type", plb_shapes[costing->inner].name));
    return json_pack("{s:o, s:s}", "arguments", arguments, "type", row->name);
}

void plb_step_cost_text(plb_exunits cost, char text[PLB_STEP_COST_BYTES]) {
    snprintf(text, PLB_STEP_COST_BYTES,
             "{ \"exBudgetCPU\": %" PRId64 ", \"exBudgetMemory\": %" PRId64 " }", cost.steps,
             cost.memory);
}

/* ---- The ledger's parameters ---- */

static bool is_reached(const plb_availability *available, plb_param param) {
    if (param.builtin >= 0) return available->builtin[param.builtin];
    return available->core_1_1_0 || (param.step != PLB_STEP_CONSTR && param.step != PLB_STEP_CASE);
}

size_t plb_params_reach(plb_era era, const plb_param *params, size_t count) {
    while (count && !is_reached(plb_availability_of(era), params[count - 1])) count--;
    return count;
}

json_t *plb_params_array(plb_cost_model *model, const plb_param *params, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(*plb_param_slot(model, params[i])));
    return array;
}

json_t *plb_params_object(plb_cost_model *model, const plb_param *params, const bool *given,
                          size_t count, bool genesis) {
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        char name[PLB_PARAM_NAME_BYTES];
        if (given && !given[i]) continue;
        if (!genesis || !plb_param_name(model, params[i], true, name))
            plb_param_name(model, params[i], false, name);
        json_object_set_new(object, name, json_integer(*plb_param_slot(model, params[i])));
    }
    return object;
}
