/* A study as a person reads it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "results/study/study.h"

#define WORST 10

/* ---- Builtins ---- */

static void print_builtin(FILE *out, const plb_study_summary *s, const plb_study_builtin *b) {
    char ratio[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
    char relative[PLB_STUDY_TEXT_BYTES], measured[PLB_STUDY_TEXT_BYTES];
    plb_study_ratio(b->ratio.value, ratio);
    plb_study_interval(&b->ratio, interval);
    plb_study_range(b->least.ratio, b->most.ratio, range);
    plb_study_ratio(plb_study_relative(s, b), relative);
    plb_study_ratio(b->old_charge.points > 0 ? b->old_charge.median : NAN, measured);
    fprintf(out, "%-31s%7s  %-19s%-17s%7s%8s%4.0f %%%s\n", b->name, ratio, interval, range,
            relative, measured, 100 * b->old_charge.under,
            b->patched                                ? "  p"
            : b->ratio.method != NULL && !b->resolved ? "  ?"
                                                      : "");
}

static void print_builtins(FILE *out, const plb_study_summary *s) {
    fprintf(out, "\n%-31s%7s  %-19s%-17s%7s%8s%6s\n", "", "", "", "", "of the", "time", "under");
    fprintf(out, "%-31s%7s  %-19s%-17s%7s%8s\n", "builtins, by size of change", "new/old",
            "95 % interval", "over its inputs", "median", "/ old");
    for (size_t i = 0; i < s->builtin_count; i++)
        if (s->builtins[i].ratio.value > 0) print_builtin(out, s, &s->builtins[i]);
    if (s->pace > 0) {
        char ratio[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
        plb_study_ratio(s->pace, ratio);
        plb_study_range(s->pace_low, s->pace_high, range);
        fprintf(out,
                "\nThe median builtin would cost %s times what it does; half of them %s times.\n",
                ratio, range);
    }
}

static void print_worst(FILE *out, const plb_study_summary *s, const plb_study_list *list) {
    size_t count;
    const plb_study_at **worst = plb_study_worst(s, list, &count);
    if (worst != NULL && count > 0)
        fprintf(out, "\n%-46s%10s  %s\n", list->title, "measured", "95 % interval");
    for (size_t i = 0; worst != NULL && i < count && i < WORST; i++) {
        char ratio[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES];
        const plb_estimate e = {
            .low = worst[i]->low, .high = worst[i]->high, .method = "the point's own"};
        plb_study_ratio(worst[i]->ratio, ratio);
        plb_study_interval(&e, interval);
        fprintf(out, "%-46s%10s  %-20s times its charge\n", worst[i]->point, ratio, interval);
    }
    if (count > WORST) fprintf(out, "  and of %zu other builtins\n", count - WORST);
    free((void *) worst);
}

/* ---- Machine steps ---- */

static void print_steps(FILE *out, const plb_study_summary *s) {
    if (s->step_count == 0) return;
    fprintf(out, "\n%-32s%12s%12s%10s  %s\n", "machine steps, ps", "old", "new", "new/old",
            "95 % interval of new");
    for (size_t i = 0; i < s->step_count; i++) {
        const plb_study_step *step = &s->steps[i];
        char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES], ratio[PLB_STUDY_TEXT_BYTES];
        char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES] = "-";
        plb_format_integer(step->old_steps, before);
        plb_format_integer(step->new_steps, after);
        plb_study_ratio((double) step->new_steps / (double) step->old_steps, ratio);
        if (step->fitted.method != NULL)
            plb_format_estimate(&step->fitted, 1, "ps", value, interval);
        fprintf(out, "%-32s%12s%12s%10s  %s\n", step->name, before, after, ratio, interval);
    }
}

/* ---- Programs ---- */

static void print_eras(FILE *out, const plb_study_summary *s) {
    bool any = false;
    for (size_t i = 0; i < s->era_count; i++) any |= s->eras[i].programs > 0;
    if (!any) return;
    fprintf(out, "\n%-33s%7s %-18s %-15s%7s%18s\n", "programs, and their steps", "new/old",
            "95 % interval", "range", "memory", "fees old, new");
    for (size_t i = 0; i < s->era_count; i++) {
        const plb_study_era *e = &s->eras[i];
        char median[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
        char memory[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES];
        if (e->programs == 0) continue;
        plb_study_ratio(e->steps.value, median);
        plb_study_interval(&e->steps, interval);
        plb_study_range(e->steps_least, e->steps_most, range);
        plb_study_percent((double) e->old_total.memory, (double) e->new_total.memory, memory);
        fprintf(out, "%-29s%4zu%7s %-18s %-15s%7s%9.0f%9.0f\n", e->name, e->programs, median,
                interval, range, memory, e->old_fee, e->new_fee);
        if (e->unavailable > 0) fprintf(out, "  %zu others can't be run in it\n", e->unavailable);
        if (e->failed > 0) fprintf(out, "  %zu others fail in it\n", e->failed);
    }
}

/* ---- Scripts of the catalogue ---- */

static void print_count(FILE *out, const plb_study_fits *fits, int64_t count, int width) {
    char text[PLB_FORMAT_BYTES] = "-";
    if (fits->possible) plb_format_integer(count, text);
    plb_print_right(out, text, width);
}

static void print_script(FILE *out, const plb_study_script *script) {
    char change[PLB_STUDY_TEXT_BYTES] = "-";
    fprintf(out, "%-22s %2u %-14.14s", script->name, script->protocol_version, script->strategy);
    if (script->problem != NULL) {
        fprintf(out, " %.60s\n", script->problem);
        return;
    }
    print_count(out, &script->before, script->before.loops, 10);
    print_count(out, &script->after, script->after.loops, 10);
    print_count(out, &script->before, script->before.transactions_per_block, 5);
    print_count(out, &script->after, script->after.transactions_per_block, 5);
    print_count(out, &script->before, script->before.loops_per_block, 10);
    print_count(out, &script->after, script->after.loops_per_block, 10);
    if (script->comparable)
        plb_study_percent((double) script->old_fee, (double) script->new_fee, change);
    fprintf(out, "%9s\n", change);
}

static void print_scripts(FILE *out, const plb_study_summary *s) {
    if (s->script_count == 0) return;
    fprintf(out, "\n%-22s %2s %-14s%20s%10s%20s%9s\n", "catalogue", "pv", "strategy",
            "loops old, new", "tx/block", "loops/block", "fee");
    for (size_t i = 0; i < s->script_count; i++) print_script(out, &s->scripts[i]);
    fputs("fee: for the ExUnits of the call with the old number of loops.\n", out);
}

static void print_call(FILE *out, const plb_study_call *c) {
    char loop[PLB_FORMAT_BYTES] = "-", interval[PLB_FORMAT_BYTES] = "-";
    char overhead[PLB_FORMAT_BYTES] = "-", overhead_interval[PLB_FORMAT_BYTES] = "-";
    char before[PLB_STUDY_TEXT_BYTES], after[PLB_STUDY_TEXT_BYTES];
    if (c->loop_ns.method != NULL) plb_format_estimate_ns(&c->loop_ns, loop, interval);
    if (c->overhead_ns.method != NULL)
        plb_format_estimate_ns(&c->overhead_ns, overhead, overhead_interval);
    plb_study_ratio(c->old_ratio, before);
    plb_study_ratio(c->new_ratio, after);
    fprintf(out, "%-24s", c->name);
    plb_print_right(out, loop, 11);
    fprintf(out, " %-17s", interval);
    plb_print_right(out, overhead, 11);
    fprintf(out, " %-17s%8s%8s\n", overhead_interval, before, after);
    if (c->flags[0] != '\0') fprintf(out, "  suspicious: %s\n", c->flags);
}

static void print_calls(FILE *out, const plb_study_summary *s) {
    if (s->call_count == 0) return;
    fprintf(out, "\n%-24s%11s %-17s%11s %-17s%16s\n", "measured calls", "a loop", "95 % interval",
            "overhead", "95 % interval", "loop/old  /new");
    for (size_t i = 0; i < s->call_count; i++) print_call(out, &s->calls[i]);
}

/* ---- All of it ---- */

plb_status plb_study_text(const plb_study_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out != NULL) {
        fprintf(out, "%s: a proposal beside cost model %s\n\n", s->name, s->base);
        plb_study_print_conditions(out, s);
        print_builtins(out, s);
        for (const plb_study_list *list = plb_study_lists; list->title != NULL; list++)
            print_worst(out, s, list);
        print_steps(out, s);
        print_eras(out, s);
        print_scripts(out, s);
        print_calls(out, s);
        if (s->overhead_text != NULL)
            fprintf(out, "\nWhat calls take around their evaluation\n\n%s", s->overhead_text);
        fputc('\n', out);
        plb_study_print_unresolved(out, s);
    }
    return plb_text_close(out, text, error);
}
