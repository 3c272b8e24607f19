/* Budget summaries under several scales, together: as JSON, as a table for people, as files. */
#include <stdlib.h>
#include <string.h>

#include "results/budget/budget.h"
#include "results/format.h"
#include "results/json.h"

/* ---- JSON ---- */

plb_status plb_budgets_json(const plb_budget_summary *summaries, size_t count, json_t **object,
                            plb_error *error) {
    *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *value = NULL;
        plb_status status = plb_budget_json(&summaries[i], &value, error);
        if (status != PLB_OK) {
            json_decref(*object);
            *object = NULL;
            return status;
        }
        const char *key = summaries[i].message_id;
        json_object_set_new(*object, key != NULL ? key : "", value);
    }
    return PLB_OK;
}

plb_status plb_scaling_json(const plb_budget_summary *baseline, const plb_budget_summary *scaled,
                            size_t count, char **text, plb_error *error) {
    json_t *all = NULL, *rest = NULL;
    *text = NULL;
    plb_status status = plb_budgets_json(baseline, 1, &all, error);
    if (status == PLB_OK) status = plb_budgets_json(scaled, count, &rest, error);
    if (status == PLB_OK) {
        json_object_update(all, rest);
        *text = plb_json_text(all);
    }
    json_decref(all);
    json_decref(rest);
    if (status != PLB_OK) return status;
    return *text ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for JSON");
}

/* ---- Text ---- */

static void row(FILE *out, const plb_budget_summary *s) {
    char loops[PLB_FORMAT_BYTES], transactions[PLB_FORMAT_BYTES], per_block[PLB_FORMAT_BYTES];
    char steps[PLB_PERCENT_BYTES], memory[PLB_PERCENT_BYTES];
    bool by_steps = s->loop_limiting_factors & PLB_LIMIT_STEPS;
    bool by_memory = s->loop_limiting_factors & PLB_LIMIT_MEMORY;
    plb_format_integer(s->loop_counter, loops);
    plb_format_integer(s->projected_tx_per_block, transactions);
    plb_format_integer(s->projected_loops_per_block, per_block);
    plb_percent_text(s->projected_budget_unused_per_block.steps, s->budget_per_block.steps, steps);
    plb_percent_text(s->projected_budget_unused_per_block.memory, s->budget_per_block.memory,
                     memory);
    fprintf(out, "  %-33s %9s  %-12s %9s %10s %9s %9s\n", s->message_id, loops,
            by_steps && by_memory ? "steps+memory"
            : by_steps            ? "steps"
                                  : "memory",
            transactions, per_block, steps, memory);
}

static void table(FILE *out, const plb_budget_summary *baseline, const plb_budget_summary *scaled,
                  size_t count) {
    fprintf(out, "  %-33s %9s  %-12s %9s %10s %19s\n", "", "loops", "", "txs", "loops",
            "unused in a block");
    fprintf(out, "  %-33s %9s  %-12s %9s %10s %9s %9s\n", "scaled limits", "per tx", "limited by",
            "per block", "per block", "steps", "memory");
    row(out, baseline);
    for (size_t i = 0; i < count; i++) row(out, &scaled[i]);
}

plb_status plb_scaling_text(const plb_budget_summary *baseline, const plb_budget_summary *scaled,
                            size_t count, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) table(out, baseline, scaled, count);
    return plb_text_close(out, text, error);
}

/* ---- Files ---- */

plb_status plb_results_budgets(plb_results *results, const char *script,
                               const plb_budget_summary *baseline, const plb_budget_summary *scaled,
                               size_t count, plb_error *error) {
    plb_budget_summary *all = calloc(count + 1, sizeof *all);
    if (!all) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for summaries");
    all[0] = *baseline;
    if (count > 0) memcpy(all + 1, scaled, count * sizeof *all);
    plb_status status = plb_results_budget_json(results, script, all, count + 1, error);
    if (status == PLB_OK) {
        status = plb_results_scaling_csv(results, script, all, count + 1, error);
    }
    free(all);
    return status;
}
