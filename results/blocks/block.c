/* What follows from the figures of a block: how full it is, flags, conclusion. */
#include <math.h>

#include "results/format.h"

const char *plb_block_limit_name(plb_block_limit limit) {
    static const char *const names[] = {"steps", "memory", "size", "reference scripts"};
    return (unsigned) limit < sizeof names / sizeof *names ? names[limit] : "unknown";
}

double plb_block_fullness(const plb_block_summary *s, plb_block_limit *limit) {
    const double shares[] = {
        [PLB_BLOCK_STEPS] = (double) s->used.steps / (double) s->budget.steps,
        [PLB_BLOCK_MEMORY] = (double) s->used.memory / (double) s->budget.memory,
        [PLB_BLOCK_BYTES] = (double) s->body_bytes / (double) s->most_body_bytes,
        [PLB_BLOCK_REFERENCE_SCRIPTS] =
            (double) s->reference_script_bytes / (double) s->most_reference_script_bytes,
    };
    double fullness = 0;
    *limit = PLB_BLOCK_STEPS;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        if (!(shares[i] > fullness)) continue;
        fullness = shares[i];
        *limit = (plb_block_limit) i;
    }
    return fullness;
}

plb_estimate plb_block_per_transaction(const plb_block_summary *s, plb_estimate block) {
    return plb_estimate_scaled(block, 1 / (double) s->transactions);
}

plb_estimate plb_block_per_call(const plb_block_summary *s, plb_estimate block) {
    return plb_estimate_scaled(block, 1 / ((double) s->transactions * s->calls));
}

plb_flags plb_block_flags(const plb_block_summary *s) {
    plb_flags flags = plb_sampling_get_facts(s->sampling)->flags;
    for (size_t i = 0; i < s->store_count; i++) {
        const plb_estimate *null_ns = &s->stores[i].null_ns;
        if (null_ns->method && plb_estimate_excludes_zero(null_ns)) flags |= 1U << PLB_FLAG_NULL;
    }
    return flags;
}

bool plb_block_partial(const plb_block_summary *s) {
    return plb_sampling_get_facts(s->sampling)->stop == PLB_STOP_INTERRUPTED;
}

/* ---- Conclusion ---- */

static void conclude_full(const plb_block_summary *s, const plb_block_figures *f, FILE *out) {
    char full[PLB_FORMAT_BYTES], scripts[PLB_FORMAT_BYTES], paid[PLB_FORMAT_BYTES],
        budget[PLB_FORMAT_BYTES];
    plb_block_limit limit;
    double fullness = plb_block_fullness(s, &limit);
    plb_format_time(f->calls_ns.value / fullness, full);
    plb_format_time(f->scripts_ns.value / fullness, scripts);
    plb_format_time((double) s->used.steps / fullness * 1e-3, paid);
    plb_format_time((double) s->budget.steps * 1e-3, budget);
    fprintf(out,
            "A block full of such transactions, limited by %s, takes %s, of which the calls %s; it "
            "is charged %s of steps (1 step = 1 ps), of the %s that a block's budget stands for.",
            plb_block_limit_name(limit), full, scripts, paid, budget);
}

static void conclude(const plb_block_summary *s, FILE *out) {
    const plb_block_figures *f = &s->stores[0];
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], noise[PLB_FORMAT_BYTES];
    if (!f->scripts_ns.method || !f->calls_ns.method || !f->null_ns.method) {
        fputs("There are too few samples for any claim about the block.", out);
        return;
    }
    double floor_ns = plb_noise_floor(&f->null_ns);
    plb_format_time(floor_ns, noise);
    if (!plb_estimate_resolved(&f->scripts_ns, floor_ns)) {
        fprintf(out,
                "What the calls add to the block is within the noise floor of this run (%s): "
                "nothing is claimed.",
                noise);
        return;
    }
    if (f->scripts_ns.value < 0) {
        fputs("The block with calls was faster than the one that moves value only: this is not "
              "plausible, look at the warnings.",
              out);
        return;
    }
    plb_estimate per_call = plb_block_per_call(s, f->scripts_ns);
    plb_format_estimate_ns(&per_call, value, interval);
    fprintf(out, "Each call to %s adds %s to its block. ", s->script, value);
    conclude_full(s, f, out);
}

plb_status plb_block_conclusion(const plb_block_summary *summary, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) {
        if (plb_block_partial(summary)) fputs("Interrupted, so partial. ", out);
        conclude(summary, out);
    }
    return plb_text_close(out, text, error);
}
