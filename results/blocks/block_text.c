/* A block's summary that a person reads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "results/sampling_text.h"

#define LABEL_WIDTH PLB_LABEL_WIDTH

static double percent(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

static void begin_line(FILE *out, const char *label) {
    fputs("  ", out);
    plb_print_left(out, label, LABEL_WIDTH);
}

/* ---- What is in it ---- */

static void share_line(FILE *out, const char *label, int64_t used, int64_t whole,
                       const char *unit) {
    char a[PLB_FORMAT_BYTES], b[PLB_FORMAT_BYTES];
    plb_format_integer(used, a);
    plb_format_integer(whole, b);
    begin_line(out, label);
    fprintf(out, "%s of %s %s (%.2f %%)\n", a, b, unit, percent((double) used, (double) whole));
}

static void content_part(FILE *out, const plb_block_summary *s) {
    char loops[PLB_FORMAT_BYTES], fees[PLB_FORMAT_BYTES], bytes[PLB_FORMAT_BYTES],
        time[PLB_FORMAT_BYTES];
    plb_format_integer(s->loops, loops);
    plb_format_integer((int64_t) s->fees, fees);
    plb_format_integer((int64_t) s->transaction_bytes, bytes);
    begin_line(out, "block");
    fprintf(out, "%zu transactions of %s bytes, %u call%s (%s%s) of %s loops each\n",
            s->transactions, bytes, s->calls, s->calls == 1 ? "" : "s", s->purpose,
            s->reference_script ? ", reference script" : "", loops);
    share_line(out, "budget used", s->used.steps, s->budget.steps, "steps");
    share_line(out, "", s->used.memory, s->budget.memory, "memory");
    share_line(out, "size", (int64_t) s->body_bytes, (int64_t) s->most_body_bytes, "bytes");
    if (s->reference_script_bytes > 0) {
        share_line(out, "reference scripts", (int64_t) s->reference_script_bytes,
                   (int64_t) s->most_reference_script_bytes, "bytes");
    }
    plb_format_time((double) s->used.steps * 1e-3, time);
    begin_line(out, "pays for");
    fprintf(out, "%s of steps (1 step = 1 ps), with %s lovelace of fees\n\n", time, fees);
}

/* ---- Figures ---- */

static void figure(FILE *out, const char *label, const plb_estimate *e, const char *remark) {
    if (e->method) {
        plb_print_estimate(out, label, e, remark);
    } else {
        plb_print_figure(out, label, "unknown", "", "too few samples");
    }
}

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
    plb_print_left(out, remark, LABEL_WIDTH + PLB_VALUE_WIDTH + 2);
    fputs("95 % interval\n", out);
    figure(out, "block of calls", &f->calls_ns, "");
    figure(out, "block of twins", &f->twins_ns, "value only");
    steps_remark(s->used.steps, remark);
    figure(out, "calls, per block", &f->scripts_ns, remark);
    plb_estimate transaction = plb_block_per_transaction(s, f->scripts_ns);
    plb_estimate call = plb_block_per_call(s, f->scripts_ns);
    if (s->calls > 1) {
        steps_remark(s->used.steps / (int64_t) s->transactions, remark);
        figure(out, "  per transaction", &transaction, remark);
    }
    steps_remark(calls > 0 ? s->used.steps / calls : 0, remark);
    figure(out, "  per call", &call, remark);
    plb_estimate twin = plb_block_per_transaction(s, f->twins_ns);
    figure(out, "twin, per transaction", &twin, "");
    figure(out, "null experiment", &f->null_ns, "twins against twins");
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
    if (out && fclose(out) == 0 && *text) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
}
