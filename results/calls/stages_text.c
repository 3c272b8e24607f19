/* Stages and charges as a person reads them. */
#include <math.h>
#include <string.h>

#include "results/calls/stages.h"
#include "results/format.h"

#define NAME_WIDTH 18
#define TIME_WIDTH 11
#define INTERVAL_WIDTH 19
#define CHARGE_WIDTH 10
#define SHARE_WIDTH 9

/* ---- The table ---- */

/* Nothing is charged: nothing is printed. */
static void charge_cell(FILE *out, double steps) {
    char text[PLB_FORMAT_BYTES] = "";
    if (steps > 0) plb_format_time(steps * 1e-3, text);
    plb_print_right(out, text, CHARGE_WIDTH);
}

static void share_cell(FILE *out, const plb_charge_row *row, double ns_per_step) {
    plb_estimate share;
    char text[PLB_FORMAT_BYTES] = "";
    if (plb_charge_share(row, true, ns_per_step, &share)) {
        if (share.value < 10) {
            snprintf(text, sizeof text, "%.0f %%", 100 * share.value);
        } else {
            snprintf(text, sizeof text, "× %.0f", share.value);
        }
    }
    plb_print_right(out, text, SHARE_WIDTH);
}

static void row(FILE *out, const char *name, const plb_charge_row *r,
                const plb_charge_summary *charges) {
    char value[PLB_FORMAT_BYTES] = "unknown", interval[PLB_FORMAT_BYTES] = "";
    if (r->measured_ns.method) plb_format_estimate_ns(&r->measured_ns, value, interval);
    fputs("  ", out);
    plb_print_left(out, name, NAME_WIDTH);
    plb_print_right(out, value, TIME_WIDTH);
    plb_print_right(out, interval, INTERVAL_WIDTH);
    charge_cell(out, r->exunits_steps);
    charge_cell(out, r->size_steps);
    charge_cell(out, r->reference_steps);
    if (!r->resolved) {
        plb_print_right(out, "not resolved", 2 * SHARE_WIDTH);
    } else {
        share_cell(out, r, 1e-3);
        share_cell(out, r, charges->has_ns_per_step ? charges->ns_per_step.value : (double) NAN);
    }
    fputc('\n', out);
}

static void heads(FILE *out, const plb_charge_summary *charges) {
    char here[PLB_FORMAT_BYTES] = "";
    if (charges->has_ns_per_step) {
        snprintf(here, sizeof here, "%.2f ps", charges->ns_per_step.value * 1000);
    }
    fputs("  ", out);
    plb_print_left(out, "", NAME_WIDTH + TIME_WIDTH + INTERVAL_WIDTH);
    plb_print_right(out, "charged, at 1 step = 1 ps:", 3 * CHARGE_WIDTH);
    plb_print_right(out, "paid, at 1 step", 2 * SHARE_WIDTH);
    fputs("\n  ", out);
    plb_print_left(out, "overhead by stage", NAME_WIDTH + TIME_WIDTH);
    plb_print_right(out, "95 % interval", INTERVAL_WIDTH);
    plb_print_right(out, "steps", CHARGE_WIDTH);
    plb_print_right(out, "size fee", CHARGE_WIDTH);
    plb_print_right(out, "ref. fee", CHARGE_WIDTH);
    plb_print_right(out, "= 1 ps", SHARE_WIDTH);
    plb_print_right(out, here, SHARE_WIDTH);
    fputc('\n', out);
}

/* ---- What there is to say ---- */

static void time_of(const plb_estimate *estimate, char text[2 * PLB_FORMAT_BYTES]) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    plb_format_estimate_ns(estimate, value, interval);
    snprintf(text, 2 * PLB_FORMAT_BYTES, "%s %s", value, interval);
}

static void say_paid(FILE *out, const plb_charge_summary *charges) {
    plb_estimate share;
    char text[512], number[PLB_FORMAT_BYTES];
    if (!plb_charge_share(&charges->total, false, 1e-3, &share)) return;
    int length = snprintf(text, sizeof text, "Steps alone pay %.0f %% [%.0f, %.0f] of it at 1 ps",
                          100 * share.value, 100 * share.low, 100 * share.high);
    if (charges->has_ns_per_step &&
        plb_charge_share(&charges->total, false, charges->ns_per_step.value, &share)) {
        length += snprintf(text + length, sizeof text - (size_t) length,
                           ", and %.0f %% at this machine's %.2f ps a step", 100 * share.value,
                           charges->ns_per_step.value * 1000);
    }
    plb_format_integer((int64_t) (charges->script_bytes + charges->other_bytes), number);
    snprintf(text + length, sizeof text - (size_t) length,
             ". Fees are time at the price of steps: %s bytes at %.0f lovelace, which the twin "
             "pays too, for metadata.",
             number, charges->size_lovelace);
    fputs("  ", out);
    plb_print_wrapped(out, text, 2, 2);
}

static void say_sum(FILE *out, const plb_stage_summary *s) {
    char sum[2 * PLB_FORMAT_BYTES], difference[2 * PLB_FORMAT_BYTES], marks[2 * PLB_FORMAT_BYTES],
        plain[2 * PLB_FORMAT_BYTES], noise[PLB_FORMAT_BYTES], text[12 * PLB_FORMAT_BYTES];
    if (!s->sum.overhead_ns.method || !s->discrepancy_ns.method) return;
    time_of(&s->sum.overhead_ns, sum);
    time_of(&s->unmarked_ns, plain);
    time_of(&s->marking_ns, marks);
    time_of(&s->discrepancy_ns, difference);
    plb_format_time(s->noise_floor_ns, noise);
    snprintf(text, sizeof text,
             "%sThe stages' sum is %s. Without stage marks the overhead is %s in the same rounds; "
             "marks add %s%s. The sum %s: difference %s, noise floor %s.",
             s->adds_up ? "" : "warning: ", sum, plain, marks,
             s->marks_measured ? ", which is subtracted"
                               : ", too noisy: half a clock read each is subtracted",
             s->adds_up ? "agrees with the whole" : "does not agree with the whole", difference,
             noise);
    fputs("  ", out);
    plb_print_wrapped(out, text, 2, 2);
}

void plb_stages_text(FILE *out, const plb_stage_summary *stages,
                     const plb_charge_summary *charges) {
    if (!stages || !charges) return;
    heads(out, charges);
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        row(out, plb_stage_name((plb_stage) k), &charges->stages[k], charges);
    }
    row(out, "all", &charges->total, charges);
    say_paid(out, charges);
    say_sum(out, stages);
    fputc('\n', out);
}
