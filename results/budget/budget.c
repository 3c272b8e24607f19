/* Budget summaries in the form of the node team's calibrate-script (cardano-node,
 * bench/tx-generator: Cardano.TxGenerator.PlutusContext and app/calibrate-script.hs). */
#include "results/budget/budget.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/folder.h"
#include "results/json.h"

/* ---- Doubles as Haskell shows them ---- */

/* The shortest decimal digits of a positive double: 0.d1d2... * 10^exponent. */
static int shortest_digits(double value, char digits[20], int *exponent) {
    char text[32];
    for (int precision = 0; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value) break;
    }
    int count = 0;
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at != '.') digits[count++] = *at;
    }
    *exponent = (int) strtol(at + 1, NULL, 10) + 1;
    while (count > 1 && digits[count - 1] == '0') count--;
    return count;
}

void plb_show_double(double value, char text[PLB_SHOWN_BYTES]) {
    char digits[20];
    int exponent, count = shortest_digits(value, digits, &exponent);
    if (exponent < 0 || exponent > 7) {
        snprintf(text, PLB_SHOWN_BYTES, "%c.%.*se%d", digits[0], count > 1 ? count - 1 : 1,
                 count > 1 ? digits + 1 : "0", exponent - 1);
        return;
    }
    char whole[9] = "0000000";
    memcpy(whole, digits, (size_t) (count < exponent ? count : exponent));
    whole[exponent > 0 ? exponent : 1] = '\0';
    snprintf(text, PLB_SHOWN_BYTES, "%s.%.*s", whole, count > exponent ? count - exponent : 1,
             count > exponent ? digits + exponent : "0");
}

void plb_strategy_name(plb_strategy strategy, char name[PLB_STRATEGY_NAME_BYTES]) {
    char scale[PLB_SHOWN_BYTES];
    switch (strategy.kind) {
    case PLB_STRATEGY_TX_PER_BLOCK:
        snprintf(name, PLB_STRATEGY_NAME_BYTES, "txperblock_%u", strategy.txs_per_block);
        return;
    case PLB_STRATEGY_BLOCK_BUDGET:
        plb_show_double(strategy.scale, scale);
        snprintf(name, PLB_STRATEGY_NAME_BYTES, "blockbudget_%s", scale);
        return;
    case PLB_STRATEGY_TX_BUDGET: break;
    }
    snprintf(name, PLB_STRATEGY_NAME_BYTES, "txbudget");
}

/* ---- Projections ---- */

static int64_t fits(int64_t budget, int64_t used) { return used > 0 ? budget / used : INT64_MAX; }

void plb_budget_summary_project(plb_budget_summary *s, uint32_t tx_inputs) {
    int64_t inputs = tx_inputs ? tx_inputs : 1;
    plb_exunits used = {s->budget_used_per_tx_input.memory * inputs,
                        s->budget_used_per_tx_input.steps * inputs};
    int64_t by_steps = fits(s->budget_per_block.steps, used.steps);
    int64_t by_memory = fits(s->budget_per_block.memory, used.memory);
    int64_t transactions = by_steps < by_memory ? by_steps : by_memory;
    if (transactions == INT64_MAX) transactions = 0;
    s->budget_per_tx_input.memory = s->budget_per_tx.memory / inputs;
    s->budget_per_tx_input.steps = s->budget_per_tx.steps / inputs;
    s->projected_tx_per_block = transactions;
    s->projected_loops_per_block = s->loop_counter * inputs * transactions;
    s->projected_budget_unused_per_tx.memory = s->budget_per_tx.memory - used.memory;
    s->projected_budget_unused_per_tx.steps = s->budget_per_tx.steps - used.steps;
    s->projected_budget_unused_per_block.memory =
        s->budget_per_block.memory - used.memory * transactions;
    s->projected_budget_unused_per_block.steps =
        s->budget_per_block.steps - used.steps * transactions;
    s->projected_tx_size = s->projected_tx_fee = -1;
}

/* ---- JSON ---- */

json_t *plb_exunits_json(plb_exunits units) {
    return json_pack("{s:I, s:I}", "memory", (json_int_t) units.memory, "steps",
                     (json_int_t) units.steps);
}

/* Aeson's encoding of a sum type: the constructor as tag, its argument as contents. */
static json_t *strategy_json(plb_strategy strategy) {
    switch (strategy.kind) {
    case PLB_STRATEGY_TX_PER_BLOCK:
        return json_pack("{s:s, s:I}", "tag", "TargetTxsPerBlock", "contents",
                         (json_int_t) strategy.txs_per_block);
    case PLB_STRATEGY_BLOCK_BUDGET:
        return json_pack("{s:s, s:o}", "tag", "TargetBlockExpenditure", "contents",
                         plb_json_number(strategy.scale));
    case PLB_STRATEGY_TX_BUDGET: break;
    }
    return json_pack("{s:s}", "tag", "TargetTxExpenditure");
}

static json_t *factors_json(unsigned factors) {
    json_t *list = json_array();
    if (factors & PLB_LIMIT_STEPS) json_array_append_new(list, json_string("ExceededStepLimit"));
    if (factors & PLB_LIMIT_MEMORY) json_array_append_new(list, json_string("ExceededMemoryLimit"));
    return list;
}

static plb_status set_argument(json_t *object, const char *key, const char *text,
                               plb_error *error) {
    json_t *value = NULL;
    if (!text) return plb_fail(error, PLB_E_ARGUMENT, key, "expected JSON text");
    plb_status status = plb_json_load(key, text, strlen(text), &value, error);
    if (status == PLB_OK) json_object_set_new(object, key, value);
    return status == PLB_E_PARSE ? PLB_E_ARGUMENT : status;
}

plb_status plb_budget_json(const plb_budget_summary *s, json_t **value, plb_error *error) {
    json_t *o = json_object();
    const struct {
        const char *key;
        plb_exunits units;
    } budgets[] = {
        {"budgetPerBlock", s->budget_per_block},
        {"budgetPerTx", s->budget_per_tx},
        {"budgetPerTxInput", s->budget_per_tx_input},
        {"budgetTarget", s->budget_target},
        {"budgetUsedPerTxInput", s->budget_used_per_tx_input},
        {"projectedBudgetUnusedPerBlock", s->projected_budget_unused_per_block},
        {"projectedBudgetUnusedPerTx", s->projected_budget_unused_per_tx},
    };
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        json_object_set_new(o, budgets[i].key, plb_exunits_json(budgets[i].units));
    }
    const struct {
        const char *key;
        int64_t number; /* negative: left out, as aeson does with Nothing */
    } numbers[] = {
        {"loopCounter", s->loop_counter},
        {"projectedTxPerBlock", s->projected_tx_per_block},
        {"projectedLoopsPerBlock", s->projected_loops_per_block},
        {"projectedTxSize", s->projected_tx_size},
        {"projectedTxFee", s->projected_tx_fee},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].number >= 0) {
            json_object_set_new(o, numbers[i].key, json_integer(numbers[i].number));
        }
    }
    json_object_set_new(o, "budgetStrategy", strategy_json(s->budget_strategy));
    json_object_set_new(o, "loopLimitingFactors", factors_json(s->loop_limiting_factors));
    json_object_set_new(o, "scriptId", json_string(s->script_id ? s->script_id : ""));
    json_object_set_new(o, "messageId", json_string(s->message_id ? s->message_id : ""));
    if (s->message_strategy) {
        json_object_set_new(o, "messageStrategy", json_string(s->message_strategy));
    }
    plb_status status = set_argument(o, "scriptArgDatum", s->script_arg_datum, error);
    if (status == PLB_OK) {
        status = set_argument(o, "scriptArgRedeemer", s->script_arg_redeemer, error);
    }
    if (status != PLB_OK) {
        json_decref(o);
        return status;
    }
    *value = o;
    return PLB_OK;
}

plb_status plb_budget_summary_json(const plb_budget_summary *summary, char **text,
                                   plb_error *error) {
    json_t *value = NULL;
    *text = NULL;
    plb_status status = plb_budget_json(summary, &value, error);
    if (status != PLB_OK) return status;
    return plb_json_take_text(value, text, error);
}

static plb_status load_existing(const plb_results *results, const char *name, json_t **object,
                                plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    *object = NULL;
    plb_status status = plb_results_path(results, name, path, error);
    if (status == PLB_OK) status = plb_results_read(results, name, &text, &length, error);
    if (status != PLB_OK) return status;
    if (text) status = plb_json_load(path, text, length, object, error);
    free(text);
    if (status != PLB_OK) return status;
    if (!*object) *object = json_object();
    if (json_is_object(*object)) return PLB_OK;
    json_decref(*object);
    return plb_fail(error, PLB_E_PARSE, path,
                    "expected an object of budget summaries, to be extended");
}

plb_status plb_results_budget_json(plb_results *results, const char *script,
                                   const plb_budget_summary *summaries, size_t count,
                                   plb_error *error) {
    char safe[200], name[256];
    json_t *all = NULL;
    plb_results_safe_name(script, safe, sizeof safe);
    snprintf(name, sizeof name, "summaries_%s.json", safe);
    plb_status status = load_existing(results, name, &all, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        json_t *value = NULL;
        const char *key = summaries[i].message_id ? summaries[i].message_id : "";
        status = plb_budget_json(&summaries[i], &value, error);
        if (status == PLB_OK) json_object_set_new(all, key, value);
    }
    char *text = status == PLB_OK ? plb_json_text(all) : NULL;
    json_decref(all);
    if (status == PLB_OK && !text)
        status = plb_fail(error, PLB_E_MEMORY, name, "no memory for JSON");
    if (status == PLB_OK && count > 0) {
        status = plb_results_write(results, name, text, strlen(text), error);
    }
    free(text);
    return status;
}

/* ---- Percentages ---- */

void plb_percent_text(int64_t part, int64_t whole, char text[PLB_PERCENT_BYTES]) {
    /* 100 * part in 64 bits as a product of doubles, as Haskell's is for these sizes. */
    double value = 100 * (double) part / (double) whole;
    if (!isfinite(value)) {
        snprintf(text, PLB_PERCENT_BYTES, "%s%%", isnan(value) ? "NaN" : "Infinity");
        return;
    }
    char digits[20] = "0";
    int exponent = 1, count = value != 0 ? shortest_digits(fabs(value), digits, &exponent) : 1;
    /* Whole hundredths from the digits before position exponent + 2, and the rest's rounding. */
    int kept = exponent + 2;
    double hundredths = 0;
    for (int i = 0; i < kept; i++) hundredths = hundredths * 10 + (i < count ? digits[i] - '0' : 0);
    if (kept >= 0 && kept < count) {
        bool half = digits[kept] == '5' && kept + 1 == count;
        bool odd = kept > 0 && (digits[kept - 1] - '0') % 2 == 1;
        if (digits[kept] > '5' || (digits[kept] == '5' && (!half || odd))) hundredths += 1;
    }
    snprintf(text, PLB_PERCENT_BYTES, "%s%.0f.%02d%%", value < 0 ? "-" : "",
             floor(hundredths / 100), (int) fmod(hundredths, 100));
}
