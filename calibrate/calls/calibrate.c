/* The calibration of one script to one strategy: loop count, then measurement. */
#include <plutbench/calibrate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibrate/calls/calibration.h"
#include "calibrate/calls/stages.h"
#include "harness/machine/data_json.h"
#include "harness/machine/term.h"

/* ---- Real transactions with a given number of loops ---- */

static plb_status encode_redeemer(plb_calibration *c, int64_t loops, uint8_t **bytes,
                                  size_t *length, plb_error *error) {
    plb_status status = plb_redeemer_add_loops(c->redeemer, plb_script_redeemer(c->config.script),
                                               (uint64_t) loops, error);
    return status == PLB_OK ? plb_data_encode(c->redeemer, bytes, length, error) : status;
}

/* The spec of a call, in parts that live as long as it is used. */
typedef struct call_spec {
    plb_tx_call call;
    plb_tx_spec spec;
    uint8_t *redeemer;
} call_spec;

static plb_status make_spec(plb_calibration *c, int64_t loops, uint64_t seed, call_spec *made,
                            plb_error *error) {
    size_t redeemer_length;
    size_t script_length;
    plb_status status = encode_redeemer(c, loops, &made->redeemer, &redeemer_length, error);
    if (status != PLB_OK) {
        return status;
    }
    const uint8_t *script = plb_script_bytes(c->config.script, &script_length);
    plb_language language = plb_script_language(c->config.script);
    made->call = (plb_tx_call){
        .language = language,
        .script = script,
        .script_length = script_length,
        .datum = c->datum_cbor,
        .datum_length = c->datum_length,
        .inline_datum = !c->config.hashed_datum && language != PLB_PLUTUS_V1,
        .redeemer = made->redeemer,
        .redeemer_length = redeemer_length,
    };
    made->spec =
        (plb_tx_spec){.network = PLB_MAINNET, .calls = &made->call, .call_count = 1, .payments = 1};
    made->spec.supplemental_datum = c->supplement_cbor;
    made->spec.supplemental_datum_length = c->supplement_length;
    memcpy(made->spec.seed, &seed, sizeof seed);
    return PLB_OK;
}

plb_status plb_build_call(plb_calibration *c, int64_t loops, uint64_t seed, plb_tx_built *call,
                          plb_exunits *exunits, plb_error *error) {
    call_spec made;
    plb_status status = make_spec(c, loops, seed, &made, error);
    if (status == PLB_OK) {
        status = plb_ledger_build_exact(c->ledger, call, &made.spec, exunits, error);
        free(made.redeemer);
    }
    return status;
}

plb_status plb_build_known(plb_calibration *c, int64_t loops, uint64_t seed, plb_exunits exunits,
                           bool twin, plb_tx_built *built, plb_error *error) {
    call_spec made;
    plb_status status = make_spec(c, loops, seed, &made, error);
    if (status == PLB_OK) {
        made.call.exunits = exunits;
        status = (twin ? plb_tx_build_twin : plb_tx_build)(built, c->config.parameters, &made.spec,
                                                           error);
        free(made.redeemer);
    }
    return status;
}

/* Say at how many loops a script failed. */
static plb_status explain(plb_status status, int64_t loops, plb_error *error) {
    char message[PLB_ERROR_MESSAGE_BYTES];
    if (error == NULL) {
        return status;
    }
    memcpy(message, error->message, sizeof message);
    if (status == PLB_E_BUDGET) {
        return plb_fail(error, status, NULL,
                        "not even one loop fits in the budget of a block: %.400s", message);
    }
    if (loops == 0) {
        return plb_fail(error, status, NULL, "the script fails at zero loops: %.400s", message);
    }
    return plb_fail(error, status, NULL, "the script fails at %lld loop%s: %.400s",
                    (long long) loops, loops == 1 ? "" : "s", message);
}

static plb_status loop_cost(void *context, int64_t loops, plb_exunits *exunits, plb_error *error) {
    plb_calibration *c = context;
    plb_tx_built built;
    for (uint32_t i = 0; i < c->known_count; i++) {
        if (c->known[i].loops == loops) {
            *exunits = c->known[i].exunits;
            return PLB_OK;
        }
    }
    c->evaluations++;
    plb_status status = plb_build_call(c, loops, c->config.seed, &built, exunits, error);
    if (status == PLB_OK) {
        plb_tx_built_free(&built);
        if (c->known_count < PLB_KNOWN_COSTS_MAX) {
            c->known[c->known_count++] = (plb_known_cost){loops, *exunits};
        }
    } else if (status == PLB_E_EVALUATION || (status == PLB_E_BUDGET && loops < 2)) {
        return explain(status, loops, error);
    }
    return status;
}

/* ---- Before anything is evaluated ---- */

static plb_era era_of(const plb_calibration_config *config) {
    return (plb_era){plb_script_language(config->script), config->parameters->protocol_major};
}

/* A builtin that the script names but the cost model has no parameters for is priced beyond every
 * budget: better said than seen as a strange loop count. */
static plb_status check_cost_model(const plb_calibration_config *config, plb_error *error) {
    plb_era era = era_of(config);
    const plb_cost_parameters *parameters = &config->parameters->cost_models[era.language];
    plb_cost_model *model = NULL;
    if (parameters->values == NULL) {
        return plb_fail(error, PLB_E_COST_MODEL, NULL,
                        "the protocol parameters have no cost model for %s",
                        plb_language_name(era.language));
    }
    plb_status status =
        plb_cost_model_from_params(&model, era, parameters->values, parameters->count, error);
    if (status != PLB_OK) {
        return status;
    }
    status = plb_cost_model_check(model, plb_script_program(config->script), error);
    if (status != PLB_OK) {
        char where[64];
        (void) snprintf(where, sizeof where, "%s with %zu parameters",
                        plb_language_name(era.language), parameters->count);
        (void) plb_error_prefix(error, where);
    }
    plb_cost_model_free(model);
    return status;
}

plb_status plb_check_call_script(const plb_calibration_config *config, plb_error *error) {
    plb_status status = plb_script_check(config->script, config->parameters->protocol_major, error);
    if (status != PLB_OK) {
        return status; /* which names the script */
    }
    status = check_cost_model(config, error);
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, plb_script_name(config->script));
    }
    return status;
}

/* ---- Budget ---- */

static char *data_text(const plb_program *program) {
    plb_output output;
    uint8_t *text = NULL;
    size_t length;
    plb_output_begin(&output, 0);
    plb_data_print_json(&output, program->constants[0]);
    return plb_output_take(&output, &text, &length) ? (char *) text : NULL;
}

/* The texts of a summary live in the calibration. */
static plb_status describe(plb_calibration *c, plb_error *error) {
    plb_status status = plb_redeemer_add_loops(c->redeemer, plb_script_redeemer(c->config.script),
                                               (uint64_t) c->fit.loops, error);
    if (status != PLB_OK) {
        return status;
    }
    c->datum_text = data_text(plb_script_datum(c->config.script));
    c->redeemer_text = data_text(c->redeemer);
    if (c->datum_text == NULL || c->redeemer_text == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for datum and redeemer");
    }
    c->budget.script_id = plb_script_name(c->config.script);
    c->budget.script_arg_datum = c->datum_text;
    c->budget.script_arg_redeemer = c->redeemer_text;
    c->budget.message_id = c->message_id;
    return PLB_OK;
}

static plb_status fit_strategy(plb_calibration *c, plb_strategy strategy, plb_error *error) {
    const plb_protocol_parameters *p = c->config.parameters;
    plb_budget_summary *budget = &c->budget;
    *budget = (plb_budget_summary){
        .budget_per_block = p->max_block_exunits,
        .budget_per_tx = p->max_tx_exunits,
        .budget_strategy = strategy,
    };
    plb_status status = plb_strategy_target(strategy, p->max_tx_exunits, p->max_block_exunits, 1,
                                            &budget->budget_target, error);
    if (status == PLB_OK) {
        status = plb_fit_loops(loop_cost, c, budget->budget_target, &c->fit, error);
    }
    c->fit.evaluations = c->evaluations; /* those that were not known from another scale */
    if (status == PLB_OK) {
        budget->loop_counter = c->fit.loops;
        budget->loop_limiting_factors = c->fit.limiting;
        budget->budget_used_per_tx_input = c->fit.used;
        plb_budget_summary_project(budget, 1);
    }
    return status;
}

/* blockbudget without a scale: the one that gets most loops into a block (plutusAutoScaleBlockfit,
 * whose maximumBy takes the last of equals). */
static plb_status fit_best_scale(plb_calibration *c, plb_error *error) {
    static const double scales[] = {1.0, 1.25, 1.5, 1.75, 2.0};
    plb_budget_summary best = {.projected_loops_per_block = -1};
    plb_loop_fit best_fit = {0};
    int64_t least_unused = INT64_MAX;
    double least_unused_scale = 0;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        plb_strategy strategy = {PLB_STRATEGY_BLOCK_BUDGET, 0, scales[i]};
        status = fit_strategy(c, strategy, error);
        if (status == PLB_E_BUDGET) {
            continue; /* a larger share of the block may have room for a loop */
        }
        if (status != PLB_OK) {
            return status;
        }
        if (c->budget.projected_budget_unused_per_block.steps < least_unused) {
            least_unused = c->budget.projected_budget_unused_per_block.steps;
            least_unused_scale = scales[i];
        }
        if (c->budget.projected_loops_per_block >= best.projected_loops_per_block) {
            best = c->budget;
            best_fit = c->fit;
        }
    }
    if (best.projected_loops_per_block < 0) {
        return status;
    }
    best_fit.evaluations = c->evaluations;
    c->budget = best;
    c->fit = best_fit;
    bool also_least_unused = best.budget_strategy.scale >= least_unused_scale &&
                             best.budget_strategy.scale <= least_unused_scale;
    c->budget.message_strategy =
        also_least_unused
            ? "maximizes loops per block AND minimizes unused execution steps per block"
            : "maximizes loops per block BUT DOES NOT minimize unused execution steps per block";
    return PLB_OK;
}

/* What calibrate-script says of a strategy that leaves nothing to choose. */
static void name_choice(plb_calibration *c) {
    if (c->config.strategy.kind == PLB_STRATEGY_TX_BUDGET) {
        c->budget.message_strategy = "maxing out loops for tx budget was indicated";
    } else if (c->config.strategy.kind == PLB_STRATEGY_TX_PER_BLOCK) {
        (void) snprintf(c->message_strategy, sizeof c->message_strategy,
                        "a fixed %u txs per block was specified", c->config.strategy.txs_per_block);
        c->budget.message_strategy = c->message_strategy;
    }
}

static plb_status fit_budget(plb_calibration *c, plb_error *error) {
    plb_strategy strategy = c->config.strategy;
    bool find_scale = strategy.kind == PLB_STRATEGY_BLOCK_BUDGET && !(strategy.scale > 0);
    plb_status status = find_scale ? fit_best_scale(c, error) : fit_strategy(c, strategy, error);
    plb_strategy_name(c->budget.budget_strategy, c->message_id);
    name_choice(c);
    return status == PLB_OK ? describe(c, error) : status;
}

/* ---- The whole ---- */

static uint64_t seed_from_clock(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

static int64_t evaluation_limit(int64_t per_tx, int64_t per_block) {
    int64_t twice = per_tx < INT64_MAX / 2 ? 2 * per_tx : INT64_MAX;
    return twice > per_block ? twice : per_block;
}

/* Evaluations end at a block's limit. Where limits are scaled it may be below a transaction's: then
 * twice that, so that what one loop too many takes can still be told. */
static plb_protocol_parameters evaluation_parameters(const plb_protocol_parameters *parameters) {
    plb_protocol_parameters p = *parameters;
    p.max_block_exunits.memory =
        evaluation_limit(p.max_tx_exunits.memory, p.max_block_exunits.memory);
    p.max_block_exunits.steps = evaluation_limit(p.max_tx_exunits.steps, p.max_block_exunits.steps);
    return p;
}

static plb_status prepare(plb_calibration *c, plb_error *error) {
    plb_ledger_config ledger = {.network = PLB_MAINNET,
                                .builtins_of = plb_script_program(c->config.script)};
    plb_protocol_parameters parameters = evaluation_parameters(c->config.parameters);
    c->redeemer = plb_program_new(0);
    if (c->redeemer == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for the redeemer");
    }
    plb_status status = plb_data_encode(plb_script_datum(c->config.script), &c->datum_cbor,
                                        &c->datum_length, error);
    const plb_program *supplement = plb_script_supplemental_datum(c->config.script);
    if (status == PLB_OK && supplement != NULL) {
        status = plb_data_encode(supplement, &c->supplement_cbor, &c->supplement_length, error);
    }
    return status == PLB_OK ? plb_ledger_new(&c->ledger, &parameters, &ledger, error) : status;
}

plb_status plb_calibrate(const plb_calibration_config *config, plb_calibration **calibration,
                         plb_error *error) {
    *calibration = NULL;
    plb_status status = plb_check_call_script(config, error);
    if (status != PLB_OK) {
        return status;
    }
    plb_calibration *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a calibration");
    }
    c->config = *config;
    if (c->config.seed == 0) {
        c->config.seed = seed_from_clock();
    }
    plb_random_seed(&c->random, config->slice != NULL ? config->slice->seed : c->config.seed);
    status = prepare(c, error);
    if (status == PLB_OK) {
        status = fit_budget(c, error);
        if (status != PLB_OK) {
            (void) plb_error_prefix(error, plb_script_name(config->script));
        }
    }
    if (status == PLB_OK) {
        status = plb_measure_calls(c, error);
    }
    if (status != PLB_OK) {
        plb_calibration_free(c);
        return status;
    }
    *calibration = c;
    return PLB_OK;
}

void plb_calibration_free(plb_calibration *calibration) {
    if (calibration == NULL) {
        return;
    }
    plb_layout_free(calibration->layout);
    plb_stages_free(calibration->stages);
    plb_sampling_free(calibration->sampling);
    plb_ledger_free(calibration->ledger);
    plb_program_free(calibration->redeemer);
    free(calibration->datum_cbor);
    free(calibration->supplement_cbor);
    free(calibration->datum_text);
    free(calibration->redeemer_text);
    free(calibration);
}

const plb_budget_summary *plb_calibration_budget(const plb_calibration *calibration) {
    return &calibration->budget;
}

const plb_loop_fit *plb_calibration_fit(const plb_calibration *calibration) {
    return &calibration->fit;
}

const plb_call_summary *plb_calibration_calls(const plb_calibration *calibration) {
    return calibration->sampling != NULL ? &calibration->calls : NULL;
}
