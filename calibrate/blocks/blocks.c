/* Blocks of transactions with calls: loop count, transactions, and the whole measurement. */
#include "calibrate/blocks/blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a block");
}

/* ---- A transaction's calls ---- */

/* Calls of a transaction mint, and withdraw, under different scripts. */
static plb_status choose_script(plb_block_run *run, size_t index, plb_error *error) {
    plb_block_content *c = &run->content;
    plb_tx_call *call = &c->calls[index];
    call->script = plb_script_bytes(run->config.script, &call->script_length);
    if (run->config.purpose == PLB_CALL_SPEND || index == 0) {
        return PLB_OK;
    }
    plb_status status = plb_script_variant(call->script, call->script_length, (unsigned) index,
                                           &c->variants[index], &call->script_length, error);
    call->script = c->variants[index];
    return status;
}

static plb_status encode_data(plb_block_run *run, size_t *datum_length, plb_error *error) {
    plb_block_content *c = &run->content;
    const plb_script *script = run->config.script;
    const plb_program *supplement = plb_script_supplemental_datum(script);
    plb_status status = PLB_OK;
    if (run->config.purpose == PLB_CALL_SPEND) {
        status = plb_data_encode(plb_script_datum(script), &c->datum, datum_length, error);
    }
    if (status == PLB_OK && supplement != NULL) {
        status =
            plb_data_encode(supplement, &c->supplement, &c->spec.supplemental_datum_length, error);
        c->spec.supplemental_datum = c->supplement;
    }
    return status;
}

static plb_status make_calls(plb_block_run *run, plb_error *error) {
    const plb_block_config *config = &run->config;
    plb_block_content *c = &run->content;
    size_t datum_length = 0;
    plb_language language = plb_script_language(config->script);
    c->calls = calloc(config->calls, sizeof *c->calls);
    c->variants = calloc(config->calls, sizeof *c->variants);
    c->exunits = calloc(config->calls, sizeof *c->exunits);
    c->redeemer_program = plb_program_new(0);
    c->spec = (plb_tx_spec){.network = PLB_MAINNET, .calls = c->calls, .payments = 1};
    if (c->calls == NULL || c->variants == NULL || c->exunits == NULL ||
        c->redeemer_program == NULL) {
        return no_memory(error);
    }
    plb_status status = encode_data(run, &datum_length, error);
    for (; status == PLB_OK && c->spec.call_count < config->calls; c->spec.call_count++) {
        c->calls[c->spec.call_count] = (plb_tx_call){
            .purpose = config->purpose,
            .language = language,
            .place = config->place,
            .datum = c->datum,
            .datum_length = datum_length,
            .inline_datum = c->datum != NULL && !config->hashed_datum && language != PLB_PLUTUS_V1,
        };
        status = choose_script(run, c->spec.call_count, error);
    }
    memcpy(c->spec.seed, &config->seed, sizeof config->seed);
    return status;
}

static plb_status set_loops(plb_block_run *run, int64_t loops, plb_error *error) {
    plb_block_content *c = &run->content;
    size_t length = 0;
    free(c->redeemer);
    c->redeemer = NULL;
    plb_status status = plb_redeemer_add_loops(
        c->redeemer_program, plb_script_redeemer(run->config.script), (uint64_t) loops, error);
    if (status == PLB_OK) {
        status = plb_data_encode(c->redeemer_program, &c->redeemer, &length, error);
    }
    for (size_t i = 0; i < c->spec.call_count; i++) {
        c->calls[i].redeemer = c->redeemer;
        c->calls[i].redeemer_length = length;
    }
    return status;
}

/* ---- The loop count ---- */

typedef struct loop_search {
    plb_block_run *run;
    plb_ledger *ledger;
} loop_search;

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* The dearest call's: all have the same share of the budget. */
static plb_status loop_cost(void *context, int64_t loops, plb_exunits *exunits, plb_error *error) {
    loop_search *search = context;
    plb_block_content *c = &search->run->content;
    plb_tx_built built;
    plb_status status = set_loops(search->run, loops, error);
    if (status == PLB_OK) {
        status = plb_ledger_build_exact(search->ledger, &built, &c->spec, c->exunits, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    plb_tx_built_free(&built);
    *exunits = (plb_exunits){0, 0};
    for (size_t i = 0; i < c->spec.call_count; i++) {
        exunits->memory = larger(exunits->memory, c->exunits[i].memory);
        exunits->steps = larger(exunits->steps, c->exunits[i].steps);
    }
    return PLB_OK;
}

/* What one call may spend: a part of the fraction of the block's budget, and not more than its
 * part of a transaction's. */
static plb_exunits call_target(const plb_block_config *config) {
    const plb_protocol_parameters *p = config->parameters;
    double transactions = config->transactions;
    plb_exunits tx = {
        (int64_t) (config->fraction * (double) p->max_block_exunits.memory / transactions),
        (int64_t) (config->fraction * (double) p->max_block_exunits.steps / transactions),
    };
    return (plb_exunits){smaller(tx.memory, p->max_tx_exunits.memory) / config->calls,
                         smaller(tx.steps, p->max_tx_exunits.steps) / config->calls};
}

static plb_status find_target(plb_block_run *run, plb_exunits *target, plb_error *error) {
    const plb_block_config *config = &run->config;
    const plb_protocol_parameters *p = config->parameters;
    if (!config->has_strategy) {
        *target = call_target(config);
        return PLB_OK;
    }
    return plb_strategy_target(config->strategy, p->max_tx_exunits, p->max_block_exunits,
                               config->calls, target, error);
}

static plb_status find_loops(plb_block_run *run, plb_ledger *ledger, plb_error *error) {
    loop_search search = {run, ledger};
    plb_exunits target;
    plb_loop_fit fit;
    if (run->config.has_loops) {
        run->summary.loops = run->config.loops;
        return PLB_OK;
    }
    plb_status status = find_target(run, &target, error);
    if (status == PLB_OK) {
        status = plb_fit_loops(loop_cost, &search, target, &fit, error);
    }
    run->summary.loops = fit.loops;
    run->summary.limiting = fit.limiting;
    return status;
}

/* ---- The block ---- */

static plb_status build_blocks(plb_block_run *run, plb_ledger *ledger, plb_block_built *built,
                               plb_block_built *twins, plb_error *error) {
    plb_block_spec spec = {.transaction = &run->content.spec, .count = run->summary.transactions};
    if (spec.count == 0) {
        spec.fraction = run->config.fraction;
    }
    return plb_ledger_build_block(ledger, built, twins, &spec, error);
}

static void describe_block(plb_block_run *run, const plb_block_result *result) {
    const plb_protocol_parameters *p = run->config.parameters;
    plb_block_content *c = &run->content;
    plb_block_summary *s = &run->summary;
    s->transactions = c->built.block.count;
    s->used = result->declared;
    s->budget = p->max_block_exunits;
    s->body_bytes = result->body_size_bytes;
    s->most_body_bytes = p->max_block_body_size_bytes;
    s->reference_script_bytes = result->reference_script_bytes;
    s->most_reference_script_bytes = p->max_reference_scripts_block_bytes;
    s->fees = result->fees;
    s->transaction_bytes = c->built.built[0].length;
}

/* The ledger has the last word. */
static plb_status prove(plb_block_run *run, plb_ledger *ledger, const plb_block_built *built,
                        const char *what, plb_block_result *result, plb_error *error) {
    plb_ledger_mark(ledger);
    plb_status status = plb_ledger_apply_block(ledger, &built->block, NULL, result);
    if (status != PLB_OK) {
        char message[PLB_ERROR_MESSAGE_BYTES];
        memcpy(message, result->error.message, sizeof message);
        return plb_fail(error, status, plb_script_name(run->config.script),
                        "the ledger refuses the block of %s: %.400s", what, message);
    }
    return plb_ledger_rollback(ledger, error);
}

plb_status plb_block_build(plb_block_run *run, plb_error *error) {
    plb_ledger_config config = {.network = PLB_MAINNET};
    plb_ledger *ledger = NULL;
    plb_block_result result = {0};
    plb_status status = make_calls(run, error);
    if (status == PLB_OK) {
        status = plb_ledger_new(&ledger, run->config.parameters, &config, error);
    }
    if (status == PLB_OK) {
        status = find_loops(run, ledger, error);
    }
    if (status == PLB_OK) {
        status = set_loops(run, run->summary.loops, error);
    }
    if (status == PLB_OK) {
        run->summary.transactions = run->config.transactions;
        status = build_blocks(run, ledger, &run->content.built, &run->content.twins, error);
    }
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, plb_script_name(run->config.script));
    }
    if (status == PLB_OK) {
        status = prove(run, ledger, &run->content.twins, "value-only twins", &result, error);
    }
    if (status == PLB_OK) {
        status = prove(run, ledger, &run->content.built, "calls", &result, error);
        describe_block(run, &result);
    }
    plb_ledger_free(ledger);
    return status;
}

static plb_status build_proven(plb_block_run *run, plb_ledger *ledger, plb_block_built *built,
                               plb_block_built *twins, plb_error *error) {
    plb_block_result result;
    plb_status status = build_blocks(run, ledger, built, twins, error);
    if (status == PLB_OK) {
        status = prove(run, ledger, twins, "value-only twins", &result, error);
    }
    return status == PLB_OK ? prove(run, ledger, built, "calls", &result, error) : status;
}

plb_status plb_block_renew(plb_block_run *run, uint32_t epoch, plb_error *error) {
    plb_ledger_config config = {.network = PLB_MAINNET};
    plb_ledger *ledger = NULL;
    plb_block_content *c = &run->content;
    plb_block_built built = {0}, twins = {0};
    memcpy(c->spec.seed + sizeof run->config.seed, &epoch, sizeof epoch);
    plb_status status = plb_ledger_new(&ledger, run->config.parameters, &config, error);
    if (status == PLB_OK) {
        status = build_proven(run, ledger, &built, &twins, error);
    }
    if (status == PLB_OK) {
        plb_block_built old = c->built, old_twins = c->twins;
        c->built = built;
        c->twins = twins;
        built = old;
        twins = old_twins;
    }
    plb_block_built_free(&built);
    plb_block_built_free(&twins);
    plb_ledger_free(ledger);
    return status == PLB_E_MEMORY || status == PLB_E_IO ? status : PLB_OK;
}

void plb_block_content_free(plb_block_content *c) {
    plb_block_built_free(&c->built);
    plb_block_built_free(&c->twins);
    for (size_t i = 0; c->variants != NULL && i < c->spec.call_count; i++) {
        free(c->variants[i]);
    }
    free(c->variants);
    free(c->calls);
    free(c->exunits);
    free(c->datum);
    free(c->supplement);
    free(c->redeemer);
    plb_program_free(c->redeemer_program);
}

/* ---- The whole ---- */

/* Of transactions, fraction and loops two determine the third. */
static plb_status complete_config(plb_block_config *config, plb_error *error) {
    bool loops = config->has_loops || config->has_strategy;
    if (config->has_loops && config->has_strategy) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected loops or a strategy, got both");
    }
    if (loops && config->transactions != 0 && config->fraction != 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected two of a number of transactions, a fraction and a loop count, "
                        "which give the third");
    }
    if (config->has_strategy && config->strategy.kind == PLB_STRATEGY_BLOCK_BUDGET &&
        !(config->strategy.scale > 0)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "a blockbudget needs its scale here, such as blockbudget_1.0");
    }
    if (!(config->fraction >= 0 && config->fraction <= 1)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a fraction of at most 1");
    }
    if (config->fraction == 0 && !(loops && config->transactions != 0)) {
        config->fraction = 1;
    }
    if (!loops && config->transactions == 0) {
        config->transactions = PLB_DEFAULT_BLOCK_TRANSACTIONS;
    }
    if (config->calls == 0) {
        config->calls = 1;
    }
    if (config->calls > PLB_SCRIPT_VARIANTS || config->transactions > PLB_BLOCK_TRANSACTIONS_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected at most %d calls a transaction and %d transactions",
                        PLB_SCRIPT_VARIANTS, PLB_BLOCK_TRANSACTIONS_MAX);
    }
    return PLB_OK;
}

static void describe_config(plb_block_run *run) {
    static const char *const purposes[] = {
        [PLB_CALL_SPEND] = "spend", [PLB_CALL_MINT] = "mint", [PLB_CALL_WITHDRAW] = "withdraw"};
    const plb_block_config *config = &run->config;
    run->summary = (plb_block_summary){
        .script = plb_script_name(config->script),
        .language = plb_language_name(plb_script_language(config->script)),
        .protocol_version = config->parameters->protocol_major,
        .target = "embedded ledger",
        .purpose = purposes[config->purpose],
        .reference_script = config->place == PLB_SCRIPT_IN_REFERENCE,
        .calls = config->calls,
        .fraction = config->fraction,
    };
}

static uint64_t seed_from_clock(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

plb_status plb_block_measure(const plb_block_config *config, plb_block_run **run,
                             plb_error *error) {
    *run = NULL;
    plb_status status = plb_script_check(config->script, config->parameters->protocol_major, error);
    plb_block_run *made = status == PLB_OK ? calloc(1, sizeof *made) : NULL;
    if (made == NULL) {
        return status == PLB_OK ? no_memory(error) : status;
    }
    made->config = *config;
    if (made->config.seed == 0) {
        made->config.seed = seed_from_clock();
    }
    status = complete_config(&made->config, error);
    if (status == PLB_OK) {
        describe_config(made);
        status = plb_block_build(made, error);
    }
    if (status == PLB_OK) {
        status = plb_block_sample(made, error);
    }
    if (status != PLB_OK) {
        plb_block_run_free(made);
        return status;
    }
    *run = made;
    return PLB_OK;
}

void plb_block_run_free(plb_block_run *run) {
    if (run == NULL) {
        return;
    }
    for (size_t i = 0; i < BLOCK_STORES; i++) {
        plb_ledger_free(run->stores[i].ledger);
    }
    plb_block_content_free(&run->content);
    plb_sampling_free(run->sampling);
    free(run);
}

const plb_block_summary *plb_block_run_summary(const plb_block_run *run) { return &run->summary; }
