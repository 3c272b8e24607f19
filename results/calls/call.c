/* What follows from the figures of a call: noise floor, flags, conclusion; and its files. */
#include <math.h>

#include "results/folder.h"
#include "results/format.h"

double plb_call_noise_floor_ns(const plb_call_summary *summary) {
    return summary->has_null ? plb_noise_floor(&summary->null_ns) : (double) NAN;
}

plb_flags plb_call_flags(const plb_call_summary *s) {
    plb_flags flags = plb_sampling_get_facts(s->sampling)->flags;
    if (s->has_null && plb_null_called(&s->null_ns)) flags |= 1U << PLB_FLAG_NULL;
    bool overhead_differs = s->overhead_ns.method && s->has_overhead_regression &&
                            !plb_estimates_agree(&s->overhead_ns, &s->overhead_regression_ns);
    bool loop_differs = s->has_loop && s->has_loop_regression &&
                        !plb_estimates_agree(&s->loop_ns, &s->loop_regression_ns);
    if (overhead_differs || loop_differs) flags |= 1U << PLB_FLAG_DISAGREE;
    return flags;
}

bool plb_call_partial(const plb_call_summary *summary) {
    return plb_sampling_get_facts(summary->sampling)->stop == PLB_STOP_INTERRUPTED ||
           (summary->stages && summary->stages->partial);
}

bool plb_call_ns_per_step(const plb_call_summary *s, plb_estimate *out) {
    if (!s->has_loop || s->charged_per_loop.steps <= 0) return false;
    *out = plb_estimate_scaled(s->loop_ns, 1 / (double) s->charged_per_loop.steps);
    return true;
}

/* ---- Conclusion ---- */

static void conclude_overhead(const plb_call_summary *s, FILE *out) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], charged[PLB_FORMAT_BYTES],
        noise[PLB_FORMAT_BYTES];
    double floor_ns = plb_call_noise_floor_ns(s);
    if (!s->overhead_ns.method) {
        fputs("There are too few samples for any claim about the overhead per call.", out);
        return;
    }
    if (!s->has_null) {
        fputs("Without a null experiment nothing can be claimed about the overhead per call.", out);
        return;
    }
    plb_format_time(floor_ns, noise);
    if (!plb_estimate_excludes_zero(&s->overhead_ns)) {
        fprintf(out,
                "The overhead per call can't be told from zero in this run, whose noise floor is "
                "%s: nothing is claimed.",
                noise);
        return;
    }
    if (!plb_estimate_resolved(&s->overhead_ns, floor_ns)) {
        fprintf(out,
                "The overhead per call is within the noise floor of this run (%s): nothing is "
                "claimed.",
                noise);
        return;
    }
    plb_format_estimate_ns(&s->overhead_ns, value, interval);
    if (s->overhead_ns.value < 0) {
        fprintf(out,
                "The call was faster than moving value only, by %s at no loops: this is not "
                "plausible, look at the warnings.",
                value + (value[0] == '-'));
        return;
    }
    plb_format_time((double) s->charged_per_call.steps * 1e-3, charged);
    fprintf(out,
            "A call to %s costs this machine %s more than the same transaction moving value only; "
            "the cost model charges it %s (1 step = 1 ps).",
            s->script, value, charged);
}

static void conclude_loop(const plb_call_summary *s, FILE *out) {
    plb_estimate ns_per_step;
    if (!plb_call_ns_per_step(s, &ns_per_step) || !plb_estimate_excludes_zero(&ns_per_step)) return;
    plb_estimate ratio = plb_estimate_scaled(ns_per_step, 1000);
    if (ratio.low <= 1 && ratio.high >= 1) {
        fputs(" Each loop takes as long as it is charged for.", out);
    } else {
        fprintf(out, " Each loop takes %.2f times as long as it is charged for.", ratio.value);
    }
}

plb_status plb_call_conclusion(const plb_call_summary *summary, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) {
        if (plb_call_partial(summary)) fputs("Interrupted, so partial. ", out);
        conclude_overhead(summary, out);
        conclude_loop(summary, out);
    }
    return plb_text_close(out, text, error);
}

/* ---- Files ---- */

plb_status plb_results_calibration(plb_results *results, const plb_call_summary *summary,
                                   plb_error *error) {
    char *text = NULL;
    plb_status status = plb_call_summary_json(summary, &text, error);
    status = plb_results_keep(results, "summary.json", status, text, error);
    if (status == PLB_OK && summary->budget) {
        status = plb_results_budgets(results, summary->script, summary->budget, summary->scaled,
                                     summary->scaled_count, error);
    }
    if (status == PLB_OK) {
        status = plb_results_histograms(results, summary->script, summary->sampling, error);
    }
    if (status == PLB_OK && summary->stages) {
        status = plb_results_stages(results, summary->script, summary->stages, error);
    }
    return status;
}
