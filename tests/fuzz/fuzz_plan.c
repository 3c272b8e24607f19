/* Any bytes as a plan file: an error with a place, or a plan whose values are all in their ranges,
 * whose model has a verdict, and whose first and last design point can be made or are refused. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/design/design.h"
#include "calibrate/design/overhead_fit.h"
#include "calibrate/design/plan_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Transactions are built for points that are quickly built. */
#define FEW 20

typedef struct world {
    plb_catalogue *catalogue;
    plb_script *scripts[2];
    plb_protocol_parameters *parameters;
} world;

static const world *the_world(void) {
    static world w;
    static const char *const names[] = {"loop", "loop-v3"};
    if (w.parameters != NULL) return &w;
    if (plb_catalogue_open(&w.catalogue, NULL) != PLB_OK) abort();
    for (size_t i = 0; i < 2; i++) {
        if (plb_script_load_entry(&w.scripts[i], w.catalogue, names[i], NULL) != PLB_OK) abort();
    }
    w.parameters = plb_protocol_parameters_default();
    if (w.parameters == NULL) abort();
    /* Scripts of any cost are not what is looked for here. */
    w.parameters->max_block_exunits = (plb_exunits){.memory = 1000000, .steps = 500000000};
    return &w;
}

static void check_error(plb_status status, const plb_error *error) {
    if (status == PLB_OK || error->status != status || error->message[0] == '\0') abort();
}

static bool in_range(const plb_factor_info *info, uint64_t value) {
    return value >= info->least && value <= info->most;
}

static void check_sweep(const plb_sweep *sweep) {
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        const plb_levels *levels = &sweep->varied[i];
        if (levels->count == 1 || levels->count > PLB_SWEEP_POINTS_MAX) abort();
        if (levels->count > 0 && sweep->given[i]) abort();
        if (sweep->given[i] && !in_range(info, sweep->fixed[i])) abort();
        if (!sweep->given[i] && sweep->fixed[i] != info->standard) abort();
        for (size_t k = 0; k < levels->count; k++) {
            if (!in_range(info, levels->values[k])) abort();
        }
    }
}

static void check_model(const plb_plan_file *plan) {
    plb_model model;
    plb_error error = {.status = PLB_OK};
    plb_status status =
        plb_model_parse(&model, plan->model, &plan->sweep, plan->strategy != NULL, &error);
    if (status != PLB_OK) {
        check_error(status, &error);
        return;
    }
    if (model.count == 0 || model.count > PLB_MODEL_TERMS || model.text[0] == '\0') abort();
}

static bool is_small(const uint64_t settings[PLB_FACTOR_COUNT]) {
    static const plb_factor counts[] = {PLB_FACTOR_CALLS, PLB_FACTOR_PAYMENTS,
                                        PLB_FACTOR_EXTRA_INPUTS, PLB_FACTOR_ASSETS,
                                        PLB_FACTOR_NATIVE_SCRIPTS};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (settings[counts[i]] > FEW) return false;
    }
    return true;
}

static void build(plb_design *design, const world *w) {
    plb_ledger_config config = {.network = PLB_MAINNET, .slot = 1, .byte_cap = 16 << 20};
    plb_ledger *ledger;
    plb_tx_built call, twin;
    plb_error error = {.status = PLB_OK};
    if (plb_ledger_new(&ledger, w->parameters, &config, &error) != PLB_OK) abort();
    plb_status status = plb_design_build(design, ledger, &call, &error);
    if (status == PLB_OK) {
        status = plb_design_prove(ledger, &call, NULL, &error);
        if (status != PLB_OK) check_error(status, &error);
        status = plb_design_build_known(design, true, &twin, &error);
        plb_tx_built_free(&call);
        if (status == PLB_OK) plb_tx_built_free(&twin);
    }
    if (status != PLB_OK) {
        char advice[PLB_DESIGN_LABEL_BYTES];
        check_error(status, &error);
        plb_design_advice(design->config.settings, error.message, advice);
    }
    plb_ledger_free(ledger);
}

static void make_design(const plb_sweep *sweep, bool last, const plb_script *script) {
    const world *w = the_world();
    plb_design_config config = {.script = script, .parameters = w->parameters};
    bool shown[PLB_FACTOR_COUNT];
    char label[PLB_DESIGN_LABEL_BYTES];
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_levels *levels = &sweep->varied[i];
        config.settings[i] =
            levels->count == 0 ? sweep->fixed[i] : levels->values[last ? levels->count - 1 : 0];
        shown[i] = levels->count > 0 || sweep->given[i];
    }
    plb_design_label(config.settings, shown, label);
    plb_design design;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_design_init(&design, &config, &error);
    if (status != PLB_OK) {
        check_error(status, &error);
    } else if (is_small(design.config.settings)) {
        build(&design, w);
    }
    plb_design_free(&design);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_plan_file plan;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_plan_file_read(&plan, "plan.json", (const char *) data, size, &error);
    if (status != PLB_OK) {
        check_error(status, &error);
        if (strncmp(error.where, "plan.json", 9) != 0 || strchr(error.message, '\n') != NULL) {
            abort();
        }
    } else {
        if (plan.script == NULL || (plan.is_file && plan.redeemer == NULL)) abort();
        if (!(plan.time_s >= 0 && plan.precision >= 0)) abort();
        check_sweep(&plan.sweep);
        check_model(&plan);
        make_design(&plan.sweep, false, the_world()->scripts[size % 2]);
        make_design(&plan.sweep, true, the_world()->scripts[size % 2]);
    }
    plb_plan_file_free(&plan);
    return 0;
}
