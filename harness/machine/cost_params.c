#include "harness/machine/cost_params.h"

#include <stdio.h>

#include "harness/machine/cost_data.h"

/* Appends the parameters of one function or step. */
static size_t append(plb_param *params, size_t count, plb_param param, unsigned coefficients) {
    for (unsigned i = 0; i < coefficients && count < PLB_PARAMS_MAX; i++) {
        param.index = (uint8_t) i;
        params[count++] = param;
    }
    return count;
}

static int step_index(plb_piece name) {
    for (int i = 0; i < PLB_STEP_COUNT; i++)
        if (plb_piece_is(name, plb_step_cost_name((plb_step) i))) return i;
    return -1;
}

/* Appends all parameters of the machine step or builtin `name`. */
static size_t append_name(const plb_cost_model *model, plb_piece name, plb_param *params,
                          size_t count) {
    plb_param param = {.builtin = (int16_t) plb_builtin_find(name.at, name.length), .step = -1};
    if (param.builtin >= 0) {
        const plb_builtin_cost *cost = &model->builtin[param.builtin];
        count = append(params, count, param, plb_costing_count(&cost->steps));
        param.memory = true;
        return append(params, count, param, plb_costing_count(&cost->memory));
    }
    param.step = (int8_t) step_index(name);
    count = append(params, count, param, 1);
    param.memory = true;
    return append(params, count, param, 1);
}

size_t plb_params_list(const plb_cost_model *model, plb_language language,
                       plb_param params[PLB_PARAMS_MAX]) {
    int digit = '0' + (language == PLB_LANGUAGE_NEWEST ? PLB_PLUTUS_V4 : (int) language);
    plb_piece rest = plb_cost_data("cost_parameters.tsv"), row, languages, name;
    size_t count = 0;
    while (plb_piece_row(&rest, &row)) {
        if (!plb_piece_next(&row, '\t', &languages)) continue;
        if (!memchr(languages.at, digit, languages.length)) continue;
        while (plb_piece_next(&row, ' ', &name)) count = append_name(model, name, params, count);
    }
    return count;
}

int64_t *plb_param_slot(plb_cost_model *model, plb_param param) {
    if (param.builtin >= 0) {
        plb_builtin_cost *cost = &model->builtin[param.builtin];
        return &(param.memory ? &cost->memory : &cost->steps)->c[param.index];
    }
    plb_exunits *units = param.step < 0 ? &model->startup : &model->step[param.step];
    return param.memory ? &units->memory : &units->steps;
}

/* Names in Alonzo genesis files (cardano-ledger, Cardano.Ledger.Plutus.CostModels,
 * plutusV1ParamNames). */
static const struct {
    const char *name, *genesis;
} renamed[] = {
    {"blake2b_256", "blake2b"},
    {"verifyEd25519Signature", "verifySignature"},
};

static const char *genesis_name(const char *name) {
    for (size_t i = 0; i < sizeof renamed / sizeof renamed[0]; i++)
        if (strcmp(name, renamed[i].name) == 0) return renamed[i].genesis;
    return NULL;
}

bool plb_param_name(const plb_cost_model *model, plb_param param, bool genesis,
                    char name[PLB_PARAM_NAME_BYTES]) {
    if (param.builtin < 0) {
        const char *step =
            param.step < 0 ? "cekStartupCost" : plb_step_cost_name((plb_step) param.step);
        snprintf(name, PLB_PARAM_NAME_BYTES, "%s-exBudget%s", step,
                 param.memory ? "Memory" : "CPU");
        return !genesis;
    }
    const plb_builtin_cost *cost = &model->builtin[param.builtin];
    const char *builtin = plb_builtins[param.builtin].name;
    if (genesis) builtin = genesis_name(builtin);
    if (!builtin) return false;
    char coefficient[PLB_COEFFICIENT_NAME_BYTES];
    plb_coefficient_name(param.memory ? &cost->memory : &cost->steps, param.index, coefficient);
    snprintf(name, PLB_PARAM_NAME_BYTES, "%s-%s-arguments%s%s", builtin,
             param.memory ? "memory" : "cpu", *coefficient ? "-" : "", coefficient);
    return true;
}

/* Every program takes these; constr and case came later, with Plutus Core 1.1.0. */
static bool needed_always(plb_param param) {
    return param.builtin < 0 && param.step != PLB_STEP_CONSTR && param.step != PLB_STEP_CASE;
}

plb_status plb_params_apply(plb_cost_model **model, plb_era era, plb_language language,
                            const int64_t *values, const bool *given, size_t count,
                            const char *where, plb_error *error) {
    *model = NULL;
    plb_cost_model *made = plb_cost_model_default(era);
    if (!made) return plb_fail(error, PLB_E_MEMORY, where, "no memory for a cost model");
    plb_param params[PLB_PARAMS_MAX];
    size_t expected = plb_params_list(made, language, params);
    for (size_t i = 0; i < expected; i++) {
        bool has = i < count && (!given || given[i]);
        if (!has && needed_always(params[i])) {
            char name[PLB_PARAM_NAME_BYTES];
            plb_param_name(made, params[i], false, name);
            plb_cost_model_free(made);
            return plb_fail(error, PLB_E_COST_MODEL, where,
                            "expected a cost model for %s (%zu parameters); "
                            "this one has no %s, which every script needs",
                            plb_language_name(language), expected, name);
        }
        *plb_param_slot(made, params[i]) = has ? values[i] : INT64_MAX;
        if (!has && params[i].builtin >= 0) made->builtin[params[i].builtin].present = false;
    }
    plb_cost_model_finish(made);
    *model = made;
    return PLB_OK;
}

plb_status plb_cost_model_from_params(plb_cost_model **model, plb_era era, const int64_t *params,
                                      size_t count, plb_error *error) {
    return plb_params_apply(model, era, era.language, params, NULL, count, "cost model parameters",
                            error);
}
