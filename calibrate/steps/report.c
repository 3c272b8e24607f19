/* A fit for people. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "calibrate/steps/fit.h"
#include "calibrate/steps/times.h"
#include "harness/machine/cost.h"
#include "results/format.h"
#include "results/sampling_text.h"

#define NAME_WIDTH 10
#define COST_WIDTH 10
#define INTERVAL_WIDTH 19
#define PROGRAM_WIDTH 40
#define TIME_WIDTH 12
#define WORST 5 /* programs that are told, to either side */

/* ---- Costs ---- */

static void print_cost(FILE *out, const plb_step_model *model, const plb_estimate *cost) {
    char value[PLB_FORMAT_BYTES] = "-", interval[PLB_FORMAT_BYTES] = "";
    if (model->made) plb_format_estimate(cost, 1, "ns", value, interval);
    plb_print_right(out, value, COST_WIDTH);
    fputs(" ", out);
    plb_print_left(out, interval, INTERVAL_WIDTH);
}

static void print_costs(FILE *out, const plb_step_fit *fit, const plb_cost_model *base) {
    const plb_step_model *common = &fit->analyses[PLB_STEP_MODEL_COMMON].model;
    const plb_step_model *kinds = &fit->analyses[PLB_STEP_MODEL_KINDS].model;
    fprintf(out, "  %-*s%*s %-*s%*s %-*s%14s\n", NAME_WIDTH, "", COST_WIDTH, "one cost",
            INTERVAL_WIDTH, "", COST_WIDTH, "by kind", INTERVAL_WIDTH, "", "base");
    for (unsigned k = 0; k <= PLB_TALLY_STEPS; k++) {
        plb_exunits charge = k == 0 ? base->startup : base->step[k - 1];
        fputs("  ", out);
        plb_print_left(out, k == 0 ? "start-up" : plb_step_name(k - 1), NAME_WIDTH);
        print_cost(out, common, k == 0 ? &common->startup : &common->cost[k - 1]);
        print_cost(out, kinds, k == 0 ? &kinds->startup : &kinds->cost[k - 1]);
        fprintf(out, "%11.4g ns\n", (double) charge.steps / 1000);
    }
}

static void print_percent(FILE *out, const char *label, double common, double kinds) {
    fprintf(out, "  %-46s %6.1f %%", label, 100 * common);
    if (isfinite(kinds)) fprintf(out, " %6.1f %%", 100 * kinds);
    fputc('\n', out);
}

static void print_quality(FILE *out, const plb_step_fit *fit) {
    const plb_step_model *common = &fit->analyses[PLB_STEP_MODEL_COMMON].model;
    const plb_step_model *kinds = &fit->analyses[PLB_STEP_MODEL_KINDS].model;
    fprintf(out, "\n  %-46s %8s %8s\n", "relative errors, root mean square", "one cost", "by kind");
    print_percent(out, "programs", common->deviation, kinds->made ? kinds->deviation : NAN);
    print_percent(out, "programs whose families are left out of the fit",
                  common->predicted_deviation, kinds->made ? kinds->predicted_deviation : NAN);
}

/* "apply, var": the kinds that have no cost of their own. */
static void print_shared(FILE *out, const plb_step_model *model) {
    for (unsigned column = 0; column < model->columns && model->made; column++) {
        int count = 0;
        for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) count += model->column[k] == column;
        if (count < (column == 0 ? 1 : 2)) continue;
        fputs("  ", out);
        for (unsigned k = 0, told = 0; k < PLB_TALLY_STEPS; k++) {
            if (model->column[k] != column) continue;
            fprintf(out, "%s%s", told++ > 0 ? ", " : "", plb_step_name(k));
        }
        fputs(column == 0 ? ": no program has such steps; the one cost of all is taken\n"
                          : ": not told apart by these programs; they have one cost in common\n",
              out);
    }
}

static void print_zeros(FILE *out, const plb_step_model *model) {
    static const char text[] = ": least squares made it negative; it is held at 0\n";
    if (model->startup_at_zero) fprintf(out, "  start-up%s", text);
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
        if (model->at_zero[k]) fprintf(out, "  %s%s", plb_step_name(k), text);
}

/* ---- Programs ---- */

typedef struct placed {
    double ratio; /* of the time to what is charged */
    size_t index;
} placed;

static int by_ratio(const void *a, const void *b) {
    const placed *x = a, *y = b;
    if (x->ratio != y->ratio) return x->ratio < y->ratio ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static void print_program(FILE *out, const plb_step_fit *fit, const placed *program) {
    plb_step_residual r = plb_step_fit_residual(fit, program->index);
    char time[PLB_FORMAT_BYTES], charged[PLB_FORMAT_BYTES];
    plb_format_time(r.time_ns, time);
    plb_format_time(r.charged_ns[fit->chosen], charged);
    fputs("    ", out);
    plb_print_left(out, r.name, PROGRAM_WIDTH);
    plb_print_right(out, time, TIME_WIDTH);
    plb_print_right(out, charged, TIME_WIDTH);
    fprintf(out, "%9.2f\n", program->ratio);
}

static plb_status print_worst(FILE *out, const plb_step_fit *fit, plb_error *error) {
    placed *programs = calloc(fit->times->count, sizeof *programs);
    size_t count = 0;
    if (programs == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    for (size_t i = 0; i < fit->times->count; i++) {
        plb_step_residual r = plb_step_fit_residual(fit, i);
        if (r.used) programs[count++] = (placed){r.time_ns / r.charged_ns[fit->chosen], i};
    }
    qsort(programs, count, sizeof *programs, by_ratio);
    fprintf(out, "\n  %-*s%*s%*s%9s\n", PROGRAM_WIDTH + 2, "worst programs", TIME_WIDTH, "time",
            TIME_WIDTH, "charged", "ratio");
    for (size_t i = 0; i < count && i < WORST; i++)
        print_program(out, fit, &programs[count - 1 - i]);
    for (size_t i = count > 2 * WORST ? WORST : count > WORST ? count - WORST : 0; i > 0; i--)
        print_program(out, fit, &programs[i - 1]);
    free(programs);
    return PLB_OK;
}

static void print_left_out(FILE *out, const plb_step_fit *fit) {
    if (fit->sample.count == fit->times->count) return;
    fputs("\n  left out\n", out);
    for (size_t i = 0; i < fit->times->count; i++) {
        plb_step_residual r = plb_step_fit_residual(fit, i);
        if (r.used) continue;
        fputs("    ", out);
        plb_print_left(out, r.name, PROGRAM_WIDTH);
        fprintf(out, "  %s\n", r.reason);
    }
}

/* ---- The whole ---- */

static plb_status print_all(FILE *out, const plb_step_fit *fit, const plb_cost_model *base,
                            plb_error *error) {
    fprintf(out, "machine steps, from %zu of %zu programs in %zu families; intervals at 95 %%\n\n",
            fit->sample.count, fit->times->count, fit->sample.families);
    print_costs(out, fit, base);
    print_quality(out, fit);
    fputs("\n  written:", out);
    plb_print_wrapped(out, fit->reason, 10, 4);
    print_shared(out, &fit->analyses[PLB_STEP_MODEL_KINDS].model);
    print_zeros(out, &fit->analyses[fit->chosen].model);
    plb_status status = print_worst(out, fit, error);
    print_left_out(out, fit);
    if (fit->times->sampling == NULL) return status;
    fputc('\n', out);
    plb_print_conditions(out, fit->times->sampling);
    plb_print_warnings(out, plb_sampling_get_facts(fit->times->sampling)->flags);
    return status;
}

plb_status plb_step_fit_text(const plb_step_fit *fit, const plb_cost_model *base, char **text,
                             plb_error *error) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    plb_status status = out != NULL ? print_all(out, fit, base, error) : PLB_OK;
    return plb_step_text_end(out, text, status, error);
}
