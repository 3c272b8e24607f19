/* The published default models, from the rows of data/cost_models.tsv. */
#include "harness/machine/cost.h"

#include <stdlib.h>
#include <string.h>

#include "harness/machine/availability.h"
#include "harness/machine/cost_data.h"

static const char *const step_names[PLB_STEP_COUNT] = {
    [PLB_STEP_CONST] = "cekConstCost",     [PLB_STEP_VAR] = "cekVarCost",
    [PLB_STEP_LAM] = "cekLamCost",         [PLB_STEP_APPLY] = "cekApplyCost",
    [PLB_STEP_DELAY] = "cekDelayCost",     [PLB_STEP_FORCE] = "cekForceCost",
    [PLB_STEP_BUILTIN] = "cekBuiltinCost", [PLB_STEP_CONSTR] = "cekConstrCost",
    [PLB_STEP_CASE] = "cekCaseCost",
};

const char *plb_step_cost_name(plb_step step) { return step_names[step]; }

plb_exunits *plb_cost_model_step(struct plb_cost_model *model, const char *name, size_t length) {
    plb_piece t = {name, length};
    if (plb_piece_is(t, "cekStartupCost")) return &model->startup;
    for (int i = 0; i < PLB_STEP_COUNT; i++)
        if (plb_piece_is(t, step_names[i])) return &model->step[i];
    return NULL;
}

bool plb_cost_model_has_step(const struct plb_cost_model *model, plb_step step) {
    return model->step[step].steps != INT64_MAX && model->step[step].memory != INT64_MAX;
}

bool plb_cost_model_has(const plb_cost_model *model, unsigned builtin) {
    return builtin < PLB_BUILTIN_COUNT && model->builtin[builtin].present;
}

plb_costing plb_costing_missing(void) {
    return (plb_costing){.shape = PLB_SHAPE_CONSTANT_COST, .c = {INT64_MAX}};
}

/* "slope=812" or, for a coefficient without a name, "812". */
static bool read_coefficient(plb_piece piece, const char *name, int64_t *value) {
    size_t skip = *name ? strlen(name) + 1 : 0;
    if (piece.length <= skip) return false;
    if (skip && (memcmp(piece.at, name, skip - 1) != 0 || piece.at[skip - 1] != '=')) return false;
    char *end;
    *value = strtoll(piece.at + skip, &end, 10);
    return end == piece.at + piece.length;
}

static bool read_costing(plb_piece shape, plb_piece coefficients, plb_costing *costing) {
    plb_piece outer, inner;
    plb_piece_next(&shape, '/', &outer);
    int found = plb_shape_find(outer.at, outer.length);
    if (found < 0) return false;
    *costing = (plb_costing){.shape = (uint8_t) found};
    if (plb_shapes[found].inner_arguments) {
        if (!plb_piece_next(&shape, '/', &inner)) return false;
        found = plb_shape_find(inner.at, inner.length);
        if (found < 0) return false;
        costing->inner = (uint8_t) found;
    }
    const plb_shape_row *row = &plb_shapes[costing->shape];
    for (unsigned i = 0; i < plb_costing_count(costing); i++) {
        const char *name = i < row->count ? row->coefficients[i]
                                          : plb_shapes[costing->inner].coefficients[i - row->count];
        plb_piece piece;
        if (!plb_piece_next(&coefficients, ' ', &piece)) return false;
        if (!read_coefficient(piece, name, &costing->c[i])) return false;
    }
    return coefficients.at == NULL;
}

/* Gives `costing` to one machine step or builtin. */
static bool assign(struct plb_cost_model *model, plb_piece name, bool steps, bool memory,
                   const plb_costing *costing) {
    plb_exunits *units = plb_cost_model_step(model, name.at, name.length);
    if (units) {
        if (steps) units->steps = costing->c[0];
        if (memory) units->memory = costing->c[0];
        return costing->shape == PLB_SHAPE_CONSTANT_COST;
    }
    int id = plb_builtin_find(name.at, name.length);
    if (id < 0) return false;
    if (steps) model->builtin[id].steps = *costing;
    if (memory) model->builtin[id].memory = *costing;
    model->builtin[id].present = true;
    return true;
}

/* One row: names, resources, variants, shape, coefficients. */
static bool read_row(struct plb_cost_model *model, plb_piece row) {
    plb_piece names, resources, variants, shape, piece;
    if (!plb_piece_next(&row, '\t', &names) || !plb_piece_next(&row, '\t', &resources) ||
        !plb_piece_next(&row, '\t', &variants) || !plb_piece_next(&row, '\t', &shape) || !row.at) {
        return false;
    }
    if (!memchr(variants.at, 'A' + (int) model->variant, variants.length)) return true;
    plb_costing costing;
    if (!read_costing(shape, row, &costing)) return false;
    bool steps = false, memory = false;
    while (plb_piece_next(&resources, ',', &piece)) {
        steps |= plb_piece_is(piece, "steps");
        memory |= plb_piece_is(piece, "memory");
    }
    while (plb_piece_next(&names, ',', &piece))
        if (!assign(model, piece, steps, memory, &costing)) return false;
    return true;
}

static bool read_rows(struct plb_cost_model *model) {
    plb_piece rest = plb_cost_data("cost_models.tsv"), row;
    bool any = false;
    while (plb_piece_row(&rest, &row)) {
        if (!read_row(model, row)) return false;
        any = true;
    }
    return any;
}

struct plb_cost_model *plb_cost_model_of_variant(plb_variant variant) {
    struct plb_cost_model *model = calloc(1, sizeof *model);
    if (!model) return NULL;
    model->variant = variant;
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++)
        model->builtin[i].steps = model->builtin[i].memory = plb_costing_missing();
    if (!read_rows(model)) {
        free(model);
        return NULL;
    }
    plb_cost_model_finish(model);
    return model;
}

static bool takes_integers_only(const plb_builtin *row) {
    for (unsigned i = 0; i < row->arity; i++) {
        bool integer = row->args[i] == PLB_ARG_INTEGER || row->args[i] == PLB_ARG_INTEGER_BOUNDED;
        if (!integer || row->measures[i] != PLB_MEASURE_DEFAULT) return false;
    }
    return true;
}

void plb_cost_model_finish(struct plb_cost_model *model) {
    static const int64_t ones[PLB_BUILTIN_MAX_ARITY] = {1, 1, 1, 1, 1, 1};
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        plb_builtin_cost *cost = &model->builtin[i];
        cost->constant = cost->steps.shape == PLB_SHAPE_CONSTANT_COST &&
                         cost->memory.shape == PLB_SHAPE_CONSTANT_COST;
        cost->size_mask =
            (uint8_t) (plb_costing_arguments(&cost->steps) | plb_costing_arguments(&cost->memory));
        cost->unit = (plb_exunits){-1, -1};
        if (!cost->constant && !takes_integers_only(&plb_builtins[i])) continue;
        cost->unit.steps = plb_costing_apply(&cost->steps, ones);
        cost->unit.memory = plb_costing_apply(&cost->memory, ones);
    }
}

plb_cost_model *plb_cost_model_default(plb_era era) {
    return plb_cost_model_of_variant(plb_availability_of(era)->variant);
}

void plb_cost_model_free(plb_cost_model *model) { free(model); }
