/* Calibrations under scaled ExUnits limits, as the node team's calibrate-script makes them. */
#include "calibrate/budget/scaling.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/calls/calibration.h"
#include "results/budget/budget.h"

#define FIELDS 4
#define MOST_FACTOR 1e6

/* In the order of the command line's four numbers. */
static double *field_of(plb_scale *scale, int field) {
    double *const fields[FIELDS] = {&scale->tx_memory, &scale->tx_steps, &scale->block_memory,
                                    &scale->block_steps};
    return fields[field];
}

static double factor_of(const plb_scale *scale, int field) {
    plb_scale copy = *scale;
    return *field_of(&copy, field);
}

static bool equal(double a, double b) { return a >= b && a <= b; }

static const plb_scale unscaled = {1, 1, 1, 1};

static bool is_baseline(const plb_scale *scale) {
    for (int i = 0; i < FIELDS; i++) {
        if (!equal(factor_of(scale, i), 1)) {
            return false;
        }
    }
    return true;
}

/* ---- Factors as text ---- */

plb_status plb_scale_parse(const char *text, plb_scale *scale, plb_error *error) {
    const char *at = text;
    int field = 0;
    for (; field < FIELDS; field++) {
        char *end = NULL;
        at += strspn(at, " \t");
        size_t length = strspn(at, "0123456789.eE-");
        double factor = isdigit((unsigned char) *at) ? strtod(at, &end) : 0;
        if (end == NULL || end != at + length || !(factor > 0 && factor <= MOST_FACTOR) ||
            (*end != '\0' && !isspace((unsigned char) *end))) {
            break;
        }
        *field_of(scale, field) = factor;
        at = end;
    }
    if (field == FIELDS && at[strspn(at, " \t")] == '\0') {
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "expected four factors above 0, 'txmem txsteps blockmem blocksteps', such as "
                    "'1.5 1 1.5 1', got '%.200s'",
                    text);
}

void plb_scale_scope(plb_strategy strategy, const plb_scale *scale, char scope[PLB_SCOPE_BYTES]) {
    static const char *const names[FIELDS] = {"txm", "txs", "bm", "bs"};
    plb_strategy_name(strategy, scope);
    for (int i = 0; i < FIELDS; i++) {
        double factor = factor_of(scale, i);
        if (!equal(factor, 1)) {
            char number[PLB_SHOWN_BYTES];
            size_t used = strlen(scope);
            plb_show_double(factor, number);
            (void) snprintf(scope + used, PLB_SCOPE_BYTES - used, " %s:%s", names[i], number);
        }
    }
}

/* ---- Scaled limits ---- */

static bool multiply(int64_t limit, double factor, int64_t *scaled) {
    double product = floor(factor * (double) limit);
    *scaled = equal(factor, 1) ? limit : 0;
    if (!equal(factor, 1) && product >= 1 && product < 0x1p62) {
        *scaled = (int64_t) product;
    }
    return *scaled > 0;
}

plb_status plb_scale_apply(const plb_scale *scale, const plb_protocol_parameters *parameters,
                           plb_protocol_parameters *scaled, plb_error *error) {
    const plb_protocol_parameters *p = parameters;
    *scaled = *p;
    if (multiply(p->max_tx_exunits.memory, scale->tx_memory, &scaled->max_tx_exunits.memory) &&
        multiply(p->max_tx_exunits.steps, scale->tx_steps, &scaled->max_tx_exunits.steps) &&
        multiply(p->max_block_exunits.memory, scale->block_memory,
                 &scaled->max_block_exunits.memory) &&
        multiply(p->max_block_exunits.steps, scale->block_steps,
                 &scaled->max_block_exunits.steps)) {
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "expected factors that leave limits between 1 and 2^62");
}

/* ---- Auto-scaling ---- */

unsigned plb_scale_hint(plb_strategy strategy) {
    return strategy.kind == PLB_STRATEGY_TX_BUDGET ? PLB_LIMIT_MEMORY : PLB_LIMIT_STEPS;
}

bool plb_scale_bump(plb_strategy strategy, unsigned hint, double factor, plb_scale *scale) {
    /* Indices into the four factors; -1 ends. A blockbudget has no order. */
    static const int orders[2][2][FIELDS + 1] = {
        {{0, 2, 3, 1, -1}, {1, 3, 2, 0, -1}}, /* txbudget, by memory and by steps */
        {{2, 3, -1}, {3, 2, -1}},             /* txperblock_N */
    };
    if (strategy.kind == PLB_STRATEGY_BLOCK_BUDGET) {
        return false;
    }
    const int *order = orders[strategy.kind == PLB_STRATEGY_TX_PER_BLOCK][hint == PLB_LIMIT_STEPS];
    for (; *order >= 0; order++) {
        if (!equal(factor_of(scale, *order), factor)) {
            *field_of(scale, *order) = factor;
            return true;
        }
    }
    return false;
}

plb_status plb_scale_auto(plb_strategy strategy, unsigned hint, const plb_budget_summary *baseline,
                          plb_scaled_run run, void *context, plb_error *error) {
    static const double factors[] = {1.5, 2.0};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        plb_scale scale = unscaled;
        bool happy = false;
        while (!happy && plb_scale_bump(strategy, hint, factors[i], &scale)) {
            plb_budget_summary summary;
            plb_status status = run(context, &scale, &summary, error);
            if (status != PLB_OK) {
                return status;
            }
            happy = summary.loop_limiting_factors == baseline->loop_limiting_factors &&
                    summary.projected_tx_per_block == baseline->projected_tx_per_block;
        }
    }
    return PLB_OK;
}

/* ---- Scaled calibrations ---- */

/* A summary and the texts that it has. */
typedef struct scaled_summary {
    char scope[PLB_SCOPE_BYTES];
    char *script_id, *datum, *redeemer, *message;
} scaled_summary;

struct plb_scaling {
    const plb_calibration *baseline;
    plb_budget_summary summaries[PLB_SCALES_MAX];
    scaled_summary texts[PLB_SCALES_MAX];
    size_t count;
    unsigned hint;
    bool partial;
};

/* strdup for text that may be missing. */
static bool copy(const char *text, char **made) {
    *made = text != NULL ? strdup(text) : NULL;
    return text == NULL || *made != NULL;
}

static plb_status keep(plb_scaling *s, const plb_budget_summary *summary, const plb_scale *scale,
                       plb_error *error) {
    scaled_summary *texts = &s->texts[s->count];
    plb_budget_summary *kept = &s->summaries[s->count++];
    *kept = *summary;
    bool copied = copy(summary->script_id, &texts->script_id) &&
                  copy(summary->script_arg_datum, &texts->datum) &&
                  copy(summary->script_arg_redeemer, &texts->redeemer) &&
                  copy(summary->message_strategy, &texts->message);
    plb_scale_scope(summary->budget_strategy, scale, texts->scope);
    kept->script_id = texts->script_id;
    kept->script_arg_datum = texts->datum;
    kept->script_arg_redeemer = texts->redeemer;
    kept->message_strategy = texts->message;
    kept->message_id = texts->scope;
    return copied ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a summary");
}

static bool interrupted(const plb_scaling *s) {
    const volatile sig_atomic_t *flag = s->baseline->config.interrupted;
    return flag != NULL && *flag != 0;
}

static plb_status run_scaled(void *context, const plb_scale *scale, plb_budget_summary *summary,
                             plb_error *error) {
    plb_scaling *s = context;
    plb_calibration_config config = s->baseline->config;
    plb_protocol_parameters parameters;
    plb_calibration *calibration = NULL;
    char scope[PLB_SCOPE_BYTES];
    if (interrupted(s) || s->count == PLB_SCALES_MAX) {
        s->partial = true;
        *summary = s->baseline->budget; /* which ends auto-scaling */
        return PLB_OK;
    }
    plb_status status = plb_scale_apply(scale, config.parameters, &parameters, error);
    config.parameters = &parameters;
    config.strategy = s->baseline->budget.budget_strategy;
    config.measure = false;
    if (status == PLB_OK) {
        status = plb_calibrate(&config, &calibration, error);
    }
    if (status == PLB_OK) {
        *summary = *plb_calibration_budget(calibration);
        status = keep(s, summary, scale, error);
    } else {
        plb_scale_scope(config.strategy, scale, scope);
        (void) plb_error_prefix(error, scope);
    }
    plb_calibration_free(calibration);
    return status;
}

static plb_status run_all(plb_scaling *s, const plb_scale *scales, size_t count, plb_error *error) {
    plb_budget_summary summary;
    plb_strategy strategy = s->baseline->budget.budget_strategy;
    if (count == 0) {
        return plb_scale_auto(strategy, s->hint, &s->baseline->budget, run_scaled, s, error);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_baseline(&scales[i])) {
            continue;
        }
        plb_status status = run_scaled(s, &scales[i], &summary, error);
        if (status != PLB_OK) {
            return status;
        }
    }
    return PLB_OK;
}

plb_status plb_scaling_make(const plb_calibration *baseline, const plb_scale *scales, size_t count,
                            unsigned hint, plb_scaling **scaling, plb_error *error) {
    plb_strategy strategy = baseline->budget.budget_strategy;
    *scaling = NULL;
    if (count > PLB_SCALES_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d scales, got %zu",
                        PLB_SCALES_MAX, count);
    }
    if (count == 0 && strategy.kind == PLB_STRATEGY_BLOCK_BUDGET) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "auto-scaling is for txbudget and txperblock_N: expected factors for a "
                        "blockbudget");
    }
    plb_scaling *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for scaled calibrations");
    }
    s->baseline = baseline;
    s->hint = hint != 0 ? hint : plb_scale_hint(strategy);
    plb_status status = run_all(s, scales, count, error);
    if (status != PLB_OK) {
        plb_scaling_free(s);
        return status;
    }
    *scaling = s;
    return PLB_OK;
}

void plb_scaling_free(plb_scaling *scaling) {
    for (size_t i = 0; scaling != NULL && i < scaling->count; i++) {
        free(scaling->texts[i].script_id);
        free(scaling->texts[i].datum);
        free(scaling->texts[i].redeemer);
        free(scaling->texts[i].message);
    }
    free(scaling);
}

const plb_budget_summary *plb_scaling_summaries(const plb_scaling *scaling, size_t *count) {
    *count = scaling->count;
    return scaling->summaries;
}

bool plb_scaling_partial(const plb_scaling *scaling) { return scaling->partial; }
