/* A block's summary that a person reads. */
#include <math.h>
#include <stdlib.h>

#include "results/format.h"
#include "results/sampling_text.h"

/* ---- What is in it ---- */

static void content_part(FILE *out, const plb_block_summary *s) {
    char loops[PLB_FORMAT_BYTES], fees[PLB_FORMAT_BYTES], bytes[PLB_FORMAT_BYTES],
        time[PLB_FORMAT_BYTES];
    plb_format_integer(s->loops, loops);
    plb_format_integer((int64_t) s->fees, fees);
    plb_format_integer((int64_t) s->transaction_bytes, bytes);
    plb_print_label(out, "block");
    fprintf(out, "%zu transactions of %s bytes, %u call%s (%s%s) of %s loops each\n",
            s->transactions, bytes, s->calls, s->calls == 1 ? "" : "s", s->purpose,
            s->reference_script ? ", reference script" : "", loops);
    plb_print_share(out, "budget used", s->used.steps, s->budget.steps, "steps");
    plb_print_share(out, "", s->used.memory, s->budget.memory, "memory");
    plb_print_share(out, "size", (int64_t) s->body_bytes, (int64_t) s->most_body_bytes, "bytes");
    if (s->reference_script_bytes > 0) {
        plb_print_share(out, "reference scripts", (int64_t) s->reference_script_bytes,
                        (int64_t) s->most_reference_script_bytes, "bytes");
    }
    plb_format_time((double) s->used.steps * 1e-3, time);
    plb_print_label(out, "pays for");
    fprintf(out, "%s of steps (1 step = 1 ps), with %s lovelace of fees\n\n", time, fees);
}

/* ---- Figures ---- */

static void steps_remark(int64_t steps, char remark[2 * PLB_FORMAT_BYTES]) {
    char time[PLB_FORMAT_BYTES];
    plb_format_time((double) steps * 1e-3, time);
    snprintf(remark, 2 * PLB_FORMAT_BYTES, "charged %s", time);
}

static void store_part(FILE *out, const plb_block_summary *s, const plb_block_figures *f) {
    char remark[2 * PLB_FORMAT_BYTES], count[PLB_FORMAT_BYTES], noise[PLB_FORMAT_BYTES];
    int64_t calls = (int64_t) s->transactions * s->calls;
    plb_format_integer((int64_t) f->utxo_count, count);
    snprintf(remark, sizeof remark, "%s, %s unspent outputs", f->name, count);
    fputs("  ", out);
    plb_print_left(out, remark, PLB_LABEL_WIDTH + PLB_VALUE_WIDTH + 2);
    fputs("95 % interval\n", out);
    plb_print_known(out, "block of calls", &f->calls_ns, "");
    plb_print_known(out, "block of twins", &f->twins_ns, "value only");
    steps_remark(s->used.steps, remark);
    plb_print_known(out, "calls, per block", &f->scripts_ns, remark);
    plb_estimate transaction = plb_block_per_transaction(s, f->scripts_ns);
    plb_estimate call = plb_block_per_call(s, f->scripts_ns);
    if (s->calls > 1) {
        steps_remark(s->used.steps / (int64_t) s->transactions, remark);
        plb_print_known(out, "  per transaction", &transaction, remark);
    }
    steps_remark(calls > 0 ? s->used.steps / calls : 0, remark);
    plb_print_known(out, "  per call", &call, remark);
    plb_estimate twin = plb_block_per_transaction(s, f->twins_ns);
    plb_print_known(out, "twin, per transaction", &twin, "");
    plb_print_known(out, "null experiment", &f->null_ns, "twins against twins");
    if (f->null_ns.method) {
        plb_format_time(plb_noise_floor(&f->null_ns), noise);
        plb_print_figure(out, "noise floor", noise, "", "");
    }
    fputc('\n', out);
}

static void percentiles_part(FILE *out, const plb_block_summary *s) {
    plb_print_percentile_heads(out);
    for (size_t i = 0; i < s->store_count; i++) {
        const size_t shown[] = {s->stores[i].calls, s->stores[i].twins};
        for (size_t k = 0; k < 2; k++) {
            const plb_subject_facts *f = plb_sampling_subject(s->sampling, shown[k]);
            plb_print_percentiles(out, f->name, f->histogram);
        }
    }
    fputc('\n', out);
}

plb_status plb_block_summary_text(const plb_block_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    char *conclusion = NULL;
    *text = NULL;
    plb_status status = plb_block_conclusion(s, &conclusion, error);
    if (status != PLB_OK) return status;
    FILE *out = open_memstream(text, &length);
    if (out) {
        fprintf(out, "%s (%s, protocol version %u) in blocks on %s%s\n\n", s->script, s->language,
                s->protocol_version, s->target,
                plb_block_partial(s) ? ": PARTIAL, interrupted" : "");
        content_part(out, s);
        for (size_t i = 0; i < s->store_count; i++) store_part(out, s, &s->stores[i]);
        if (s->disk_ns.method) {
            plb_print_estimate(out, "disk, per block", &s->disk_ns, "twins, beside memory");
            fputc('\n', out);
        }
        percentiles_part(out, s);
        plb_print_conditions(out, s->sampling);
        plb_print_warnings(out, plb_block_flags(s));
        fputc('\n', out);
        plb_print_wrapped(out, conclusion, 0, 0);
    }
    free(conclusion);
    return plb_text_close(out, text, error);
}
