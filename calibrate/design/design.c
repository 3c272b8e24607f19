#include "calibrate/design/design.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/design/padding.h"

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a design point");
}

/* ---- Settings ---- */

static bool is_set(const plb_design *d, plb_factor factor) {
    return d->config.settings[factor] != PLB_AS_IT_IS;
}

static plb_status check_datum(plb_design *d, plb_error *error) {
    uint64_t *settings = d->config.settings;
    plb_language language = plb_script_language(d->config.script);
    bool spends = settings[PLB_FACTOR_PURPOSE] == PLB_CALL_SPEND;
    bool sized = is_set(d, PLB_FACTOR_DATUM_BYTES) || is_set(d, PLB_FACTOR_DATUM_NODES);
    if (!is_set(d, PLB_FACTOR_DATUM)) {
        settings[PLB_FACTOR_DATUM] = !spends                     ? PLB_POINT_DATUM_NONE
                                     : language == PLB_PLUTUS_V1 ? PLB_POINT_DATUM_HASHED
                                                                 : PLB_POINT_DATUM_INLINE;
    }
    uint64_t datum = settings[PLB_FACTOR_DATUM];
    if (!spends && (datum != PLB_POINT_DATUM_NONE || sized)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "only calls that spend have a datum: expected no datum, or purpose spend");
    }
    if (datum == PLB_POINT_DATUM_NONE && sized) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "no datum can have a size");
    }
    if (datum == PLB_POINT_DATUM_INLINE && language == PLB_PLUTUS_V1) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "PlutusV1 can't see inline datums: expected a hashed one");
    }
    return PLB_OK;
}

/* ---- Parts of the transaction ---- */

static plb_status make_datum(plb_design *d, plb_error *error) {
    const uint64_t *settings = d->config.settings;
    if (settings[PLB_FACTOR_DATUM] == PLB_POINT_DATUM_NONE) {
        return PLB_OK;
    }
    plb_status status;
    if (is_set(d, PLB_FACTOR_DATUM_BYTES) || is_set(d, PLB_FACTOR_DATUM_NODES)) {
        uint64_t bytes = settings[PLB_FACTOR_DATUM_BYTES], nodes = settings[PLB_FACTOR_DATUM_NODES];
        status = plb_datum_make(nodes == PLB_AS_IT_IS ? 0 : (size_t) nodes,
                                bytes == PLB_AS_IT_IS ? 0 : (size_t) bytes, &d->datum,
                                &d->datum_bytes, error);
    } else {
        status =
            plb_data_encode(plb_script_datum(d->config.script), &d->datum, &d->datum_bytes, error);
    }
    return status == PLB_OK
               ? plb_datum_count_nodes(d->datum, d->datum_bytes, &d->datum_nodes, error)
               : status;
}

static plb_status make_supplemental(plb_design *d, plb_error *error) {
    const plb_program *own = plb_script_supplemental_datum(d->config.script);
    d->spec.supplemental_datum = d->config.supplemental_datum;
    d->spec.supplemental_datum_length = d->config.supplemental_datum_length;
    if (d->config.supplemental_datum != NULL || own == NULL) {
        return PLB_OK;
    }
    plb_status status =
        plb_data_encode(own, &d->supplemental, &d->spec.supplemental_datum_length, error);
    d->spec.supplemental_datum = d->supplemental;
    return status;
}

static plb_status make_script(plb_design *d, const uint8_t **script, size_t *length,
                              plb_error *error) {
    *script = plb_script_bytes(d->config.script, length);
    if (is_set(d, PLB_FACTOR_SCRIPT_BYTES)) {
        plb_status status =
            plb_script_grow(*script, *length, (size_t) d->config.settings[PLB_FACTOR_SCRIPT_BYTES],
                            &d->script, length, error);
        if (status != PLB_OK) {
            return status;
        }
        *script = d->script;
    }
    return plb_script_flat_bytes(*script, *length, &d->script_bytes, error);
}

static plb_status make_calls(plb_design *d, plb_error *error) {
    const uint64_t *settings = d->config.settings;
    const uint8_t *script;
    size_t count = (size_t) settings[PLB_FACTOR_CALLS], length;
    plb_status status = make_script(d, &script, &length, error);
    d->calls = calloc(count, sizeof *d->calls);
    d->exunits = calloc(count, sizeof *d->exunits);
    d->variants = calloc(count, sizeof *d->variants);
    if (d->calls == NULL || d->exunits == NULL || d->variants == NULL) {
        return no_memory(error);
    }
    d->spec.calls = d->calls;
    d->spec.call_count = count;
    for (size_t i = 0; status == PLB_OK && i < count; i++) {
        d->calls[i] = (plb_tx_call){
            .purpose = (plb_call_purpose) settings[PLB_FACTOR_PURPOSE],
            .language = plb_script_language(d->config.script),
            .script = script,
            .script_length = length,
            .place = (plb_script_place) settings[PLB_FACTOR_SCRIPT_PLACE],
            .datum = d->datum,
            .datum_length = d->datum_bytes,
            .inline_datum = settings[PLB_FACTOR_DATUM] == PLB_POINT_DATUM_INLINE,
        };
        /* A transaction mints, and withdraws, once under a script. */
        if (settings[PLB_FACTOR_PURPOSE] != PLB_CALL_SPEND && i > 0) {
            status = plb_script_variant(script, length, (unsigned) i, &d->variants[i],
                                        &d->calls[i].script_length, error);
            d->calls[i].script = d->variants[i];
        }
    }
    return status;
}

plb_status plb_design_init(plb_design *design, const plb_design_config *config, plb_error *error) {
    *design = (plb_design){.config = *config};
    plb_status status = check_datum(design, error);
    const uint64_t *settings = design->config.settings;
    design->spec = (plb_tx_spec){
        .network = config->network,
        .payments = (size_t) settings[PLB_FACTOR_PAYMENTS],
        .required_signers = (size_t) settings[PLB_FACTOR_REQUIRED_SIGNER],
        .extra_key_inputs = (size_t) settings[PLB_FACTOR_EXTRA_INPUTS],
        .assets = (size_t) settings[PLB_FACTOR_ASSETS],
        .native_script_inputs = (size_t) settings[PLB_FACTOR_NATIVE_SCRIPTS],
        .collateral_return = settings[PLB_FACTOR_COLLATERAL_RETURN] != 0,
        .validity_interval = settings[PLB_FACTOR_VALIDITY_INTERVAL] != 0,
        .slot = config->slot,
    };
    if (status == PLB_OK) {
        status = make_datum(design, error);
    }
    if (status == PLB_OK) {
        status = make_supplemental(design, error);
    }
    if (status == PLB_OK) {
        status = make_calls(design, error);
    }
    return status == PLB_OK
               ? plb_design_set_loops(design, (int64_t) settings[PLB_FACTOR_LOOPS], error)
               : status;
}

void plb_design_free(plb_design *design) {
    for (size_t i = 0; design->variants != NULL && i < design->spec.call_count; i++) {
        free(design->variants[i]);
    }
    free(design->variants);
    free(design->calls);
    free(design->exunits);
    free(design->script);
    free(design->datum);
    free(design->supplemental);
    free(design->redeemer);
    *design = (plb_design){0};
}

/* ---- Loops ---- */

plb_status plb_design_set_loops(plb_design *design, int64_t loops, plb_error *error) {
    size_t length = 0;
    plb_program *redeemer = plb_program_new(0);
    if (redeemer == NULL) {
        return no_memory(error);
    }
    free(design->redeemer);
    design->redeemer = NULL;
    plb_status status = plb_redeemer_add_loops(redeemer, plb_script_redeemer(design->config.script),
                                               (uint64_t) loops, error);
    if (status == PLB_OK) {
        status = plb_data_encode(redeemer, &design->redeemer, &length, error);
    }
    plb_program_free(redeemer);
    for (size_t i = 0; i < design->spec.call_count; i++) {
        design->calls[i].redeemer = design->redeemer;
        design->calls[i].redeemer_length = length;
    }
    design->loops = loops;
    return status;
}

typedef struct loop_search {
    plb_design *design;
    plb_ledger *ledger;
} loop_search;

/* The dearest call: all have the same share of the budget. */
static plb_status loop_cost(void *context, int64_t loops, plb_exunits *exunits, plb_error *error) {
    const loop_search *search = context;
    plb_design *d = search->design;
    plb_tx_built built;
    *exunits = (plb_exunits){0, 0};
    plb_status status = plb_design_set_loops(d, loops, error);
    if (status == PLB_OK) {
        status = plb_design_build(d, search->ledger, &built, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    plb_tx_built_free(&built);
    for (size_t i = 0; i < d->spec.call_count; i++) {
        const plb_exunits *own = &d->exunits[i];
        exunits->memory = own->memory > exunits->memory ? own->memory : exunits->memory;
        exunits->steps = own->steps > exunits->steps ? own->steps : exunits->steps;
    }
    return PLB_OK;
}

plb_status plb_design_fit_loops(plb_design *design, plb_ledger *ledger, plb_strategy strategy,
                                plb_loop_fit *fit, plb_error *error) {
    const plb_protocol_parameters *p = design->config.parameters;
    loop_search search = {design, ledger};
    plb_exunits target;
    *fit = (plb_loop_fit){0};
    if (strategy.kind == PLB_STRATEGY_BLOCK_BUDGET && !(strategy.scale > 0)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "blockbudget needs its scale here, such as blockbudget_1.0");
    }
    plb_status status = plb_strategy_target(strategy, p->max_tx_exunits, p->max_block_exunits,
                                            (uint32_t) design->spec.call_count, &target, error);
    if (status == PLB_OK) {
        status = plb_fit_loops(loop_cost, &search, target, fit, error);
    }
    return status == PLB_OK ? plb_design_set_loops(design, fit->loops, error) : status;
}

/* ---- Building ---- */

plb_status plb_design_build(plb_design *design, plb_ledger *ledger, plb_tx_built *built,
                            plb_error *error) {
    plb_status status =
        plb_ledger_build_exact(ledger, built, &design->spec, design->exunits, error);
    for (size_t i = 0; status == PLB_OK && i < design->spec.call_count; i++) {
        design->calls[i].exunits = design->exunits[i];
    }
    return status;
}

plb_status plb_design_build_known(const plb_design *design, bool twin, plb_tx_built *built,
                                  plb_error *error) {
    return (twin ? plb_tx_build_twin : plb_tx_build)(built, design->config.parameters,
                                                     &design->spec, error);
}

plb_exunits plb_design_charged(const plb_design *design) {
    plb_exunits sum = {0, 0};
    for (size_t i = 0; i < design->spec.call_count; i++) {
        sum.memory += design->calls[i].exunits.memory;
        sum.steps += design->calls[i].exunits.steps;
    }
    return sum;
}

plb_status plb_design_prove(plb_ledger *ledger, const plb_tx_built *built, uint64_t *size_bytes,
                            plb_error *error) {
    plb_submission submission;
    plb_status status = plb_ledger_add_utxo(ledger, built->utxo, built->utxo_count, error);
    if (status == PLB_OK) {
        status = plb_ledger_add_accounts(ledger, built->accounts, built->account_count, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    status = plb_ledger_submit(ledger, built->bytes, built->length, NULL, &submission);
    if (size_bytes != NULL) {
        *size_bytes = submission.size_bytes;
    }
    return status == PLB_OK ? PLB_OK
                            : plb_fail(error, status, NULL, "the ledger refuses it: %.480s",
                                       submission.error.message);
}

/* ---- Words ---- */

void plb_design_label(const uint64_t settings[PLB_FACTOR_COUNT], const bool shown[PLB_FACTOR_COUNT],
                      char label[PLB_DESIGN_LABEL_BYTES]) {
    size_t used = 0;
    label[0] = '\0';
    for (unsigned i = 0; i < PLB_FACTOR_COUNT && used < PLB_DESIGN_LABEL_BYTES; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        char number[24];
        if (!shown[i]) {
            continue;
        }
        (void) snprintf(number, sizeof number, "%llu", (unsigned long long) settings[i]);
        used += (size_t) snprintf(label + used, PLB_DESIGN_LABEL_BYTES - used, "%s%s=%s",
                                  used == 0 ? "" : ", ", info->name,
                                  info->levels != NULL ? info->levels[settings[i]] : number);
    }
}

#define BIT(name) (1u << PLB_FACTOR_##name)

/* What makes a transaction exceed a limit. */
static const struct {
    const char *predicate;
    unsigned factors;
} limits[] = {
    {"MaxTxSizeUTxO", BIT(CALLS) | BIT(SCRIPT_BYTES) | BIT(DATUM_BYTES) | BIT(DATUM_NODES) |
                          BIT(PAYMENTS) | BIT(EXTRA_INPUTS) | BIT(ASSETS) | BIT(NATIVE_SCRIPTS)},
    {"ExUnitsTooBigUTxO", BIT(LOOPS) | BIT(CALLS)},
    {"OutputTooBigUTxO", BIT(ASSETS)},
    {"RefScriptsSizeTooBig", BIT(CALLS) | BIT(SCRIPT_BYTES)},
    {"ran out of", BIT(LOOPS) | BIT(CALLS)},
};

/* More of it than there needs to be. */
static bool can_be_less(const uint64_t settings[PLB_FACTOR_COUNT], unsigned factor) {
    return settings[factor] != PLB_AS_IT_IS && settings[factor] > plb_factor_get(factor)->least;
}

static bool has_made_datum(const uint64_t settings[PLB_FACTOR_COUNT]) {
    return settings[PLB_FACTOR_DATUM_BYTES] != PLB_AS_IT_IS ||
           settings[PLB_FACTOR_DATUM_NODES] != PLB_AS_IT_IS;
}

void plb_design_advice(const uint64_t settings[PLB_FACTOR_COUNT], const char *message,
                       char advice[PLB_DESIGN_LABEL_BYTES]) {
    size_t used = 0, count = sizeof limits / sizeof *limits, row = 0;
    advice[0] = '\0';
    while (row < count && strstr(message, limits[row].predicate) == NULL) {
        row++;
    }
    if (row == count) {
        bool failed = strstr(message, " failed:") != NULL && has_made_datum(settings);
        (void) snprintf(advice, PLB_DESIGN_LABEL_BYTES, "%s",
                        failed ? ": a script that looks at its datum can't have another" : "");
        return;
    }
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        if ((limits[row].factors >> i & 1) != 0 && can_be_less(settings, i)) {
            used += (size_t) snprintf(advice + used, PLB_DESIGN_LABEL_BYTES - used, "%s%s",
                                      used == 0 ? ": reduce " : " or ", plb_factor_get(i)->name);
        }
    }
    bool big_scripts = row == 0 && settings[PLB_FACTOR_SCRIPT_PLACE] == PLB_SCRIPT_IN_WITNESSES;
    (void) snprintf(advice + used, PLB_DESIGN_LABEL_BYTES - used, "%s%s",
                    big_scripts && used != 0 ? ", or have the script in a reference input" : "",
                    used != 0 ? ", or raise the limit in the protocol parameters" : "");
}
