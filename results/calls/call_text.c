/* The summary that a person reads. */
#include <math.h>
#include <stdlib.h>

#include "results/calls/stages.h"
#include "results/format.h"
#include "results/sampling_text.h"

/* ---- Parts ---- */

static void budget_part(FILE *out, const plb_budget_summary *b) {
    char strategy[PLB_STRATEGY_NAME_BYTES], loops[PLB_FORMAT_BYTES], block[PLB_FORMAT_BYTES],
        transactions[PLB_FORMAT_BYTES];
    bool steps = b->loop_limiting_factors & PLB_LIMIT_STEPS;
    bool memory = b->loop_limiting_factors & PLB_LIMIT_MEMORY;
    plb_strategy_name(b->budget_strategy, strategy);
    plb_format_integer(b->loop_counter, loops);
    plb_format_integer(b->projected_loops_per_block, block);
    plb_format_integer(b->projected_tx_per_block, transactions);
    plb_print_label(out, "loop count");
    fprintf(out, "%s for %s, limited by %s%s%s\n", loops, strategy, steps ? "steps" : "",
            steps && memory ? " and " : "", memory ? "memory" : "");
    plb_print_share(out, "budget used per tx",
                    b->budget_per_tx.steps - b->projected_budget_unused_per_tx.steps,
                    b->budget_per_tx.steps, "steps");
    plb_print_share(out, "", b->budget_per_tx.memory - b->projected_budget_unused_per_tx.memory,
                    b->budget_per_tx.memory, "memory");
    plb_print_share(out, "budget used per block",
                    b->budget_per_block.steps - b->projected_budget_unused_per_block.steps,
                    b->budget_per_block.steps, "steps");
    plb_print_share(out, "",
                    b->budget_per_block.memory - b->projected_budget_unused_per_block.memory,
                    b->budget_per_block.memory, "memory");
    plb_print_label(out, "per block");
    fprintf(out, "%s transactions, %s loops\n\n", transactions, block);
}

static void scaling_part(FILE *out, const plb_call_summary *s) {
    char *table = NULL;
    if (plb_scaling_text(s->budget, s->scaled, s->scaled_count, &table, NULL) != PLB_OK) return;
    fprintf(out, "%s\n", table);
    free(table);
}

static void charged_remark(int64_t steps, char remark[3 * PLB_FORMAT_BYTES]) {
    char charged[PLB_FORMAT_BYTES], number[PLB_FORMAT_BYTES];
    plb_format_time((double) steps * 1e-3, charged);
    plb_format_integer(steps, number);
    snprintf(remark, 3 * PLB_FORMAT_BYTES, "charged %s (%s steps)", charged, number);
}

static void figures_part(FILE *out, const plb_call_summary *s) {
    char remark[3 * PLB_FORMAT_BYTES], value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    fputs("  ", out);
    plb_print_left(out, "", PLB_LABEL_WIDTH + PLB_VALUE_WIDTH + 2);
    fputs("95 % interval\n", out);
    charged_remark(s->charged_per_call.steps, remark);
    plb_print_known(out, "overhead per call", &s->overhead_ns, remark);
    if (s->has_overhead_regression) {
        plb_print_estimate(out, "  by regression", &s->overhead_regression_ns, "");
    }
    charged_remark(s->charged_per_loop.steps, remark);
    if (s->has_loop) plb_print_estimate(out, "cost per loop", &s->loop_ns, remark);
    if (s->has_loop && s->has_loop_regression) {
        plb_print_estimate(out, "  by regression", &s->loop_regression_ns, "");
    }
    plb_estimate ns_per_step;
    if (plb_call_ns_per_step(s, &ns_per_step)) {
        plb_format_estimate(&ns_per_step, 1e-3, "ps", value, interval);
        plb_print_figure(out, "time per charged step", value, interval, "meant to be 1 ps");
    }
    if (s->has_null) plb_print_estimate(out, "null experiment", &s->null_ns, "twin against twin");
    double floor_ns = plb_call_noise_floor_ns(s);
    if (!isnan(floor_ns)) {
        plb_format_time(floor_ns, value);
        plb_print_figure(out, "noise floor", value, "", "");
    }
    fputc('\n', out);
}

static void percentiles_part(FILE *out, const plb_call_summary *s) {
    plb_print_percentile_heads(out);
    const size_t shown[] = {s->call, s->twin};
    for (size_t i = 0; i < 2; i++) {
        const plb_subject_facts *f = plb_sampling_subject(s->sampling, shown[i]);
        if (!f || (i == 1 && s->twin == s->call)) continue;
        const char *label = s->points[shown[i]].label;
        plb_print_percentiles(out, label ? label : f->name, f->histogram);
    }
    fputc('\n', out);
}

plb_status plb_call_summary_text(const plb_call_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    char *conclusion = NULL;
    *text = NULL;
    plb_status status = plb_call_conclusion(s, &conclusion, error);
    if (status != PLB_OK) return status;
    FILE *out = open_memstream(text, &length);
    if (out) {
        fprintf(out, "%s (%s, protocol version %u) on %s%s\n\n", s->script, s->language,
                s->protocol_version, s->target,
                plb_call_partial(s) ? ": PARTIAL, interrupted" : "");
        if (s->budget) budget_part(out, s->budget);
        if (s->budget && s->scaled_count > 0) scaling_part(out, s);
        figures_part(out, s);
        plb_stages_text(out, s->stages, s->charges);
        percentiles_part(out, s);
        plb_print_conditions(out, s->sampling);
        plb_print_warnings(out, plb_call_flags(s));
        fputc('\n', out);
        plb_print_wrapped(out, conclusion, 0, 0);
    }
    free(conclusion);
    return plb_text_close(out, text, error);
}
