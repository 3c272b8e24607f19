/* A study as Markdown: tables for documents. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "results/study/study.h"

#define WORST 20

static void print_summary(FILE *out, const plb_study_summary *s) {
    char ratio[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
    plb_study_print_conditions(out, s);
    plb_study_ratio(s->pace, ratio);
    plb_study_range(s->pace_low, s->pace_high, range);
    fprintf(out, "\n%zu builtins are fitted, %zu were not swept, %zu could not be fitted. ",
            s->fitted, s->not_swept, s->left_out);
    if (s->pace > 0)
        fprintf(out, "The median builtin\nwould cost %s times what it does; half of them %s times.",
                ratio, range);
    fputs("\n\n", out);
    plb_study_print_unresolved(out, s);
}

static void print_builtin(FILE *out, const plb_study_summary *s, const plb_study_builtin *b) {
    char ratio[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
    char relative[PLB_STUDY_TEXT_BYTES], measured[PLB_STUDY_TEXT_BYTES];
    plb_study_ratio(b->ratio.value, ratio);
    plb_study_interval(&b->ratio, interval);
    plb_study_range(b->least.ratio, b->most.ratio, range);
    plb_study_ratio(plb_study_relative(s, b), relative);
    plb_study_ratio(b->old_charge.points > 0 ? b->old_charge.median : NAN, measured);
    fprintf(out, "| %s | %s%s | %s | %s | %s | %s | %.0f %% | %.0f %% |\n", b->name, ratio,
            b->patched                                ? " (p)"
            : b->ratio.method != NULL && !b->resolved ? " (?)"
                                                      : "",
            interval, range, relative, measured, 100 * b->old_charge.under_resolved,
            100 * b->old_charge.over_resolved);
}

static void print_builtins(FILE *out, const plb_study_summary *s) {
    fputs("\n### Builtins, by size of change\n\n"
          "| builtin | new / old | 95 % interval | over its inputs | of the median builtin | "
          "measured / old, median | inputs under-charged | over-charged |\n"
          "| --- | ---: | --- | --- | ---: | ---: | ---: | ---: |\n",
          out);
    for (size_t i = 0; i < s->builtin_count; i++)
        if (s->builtins[i].ratio.value > 0) print_builtin(out, s, &s->builtins[i]);
    fputs(
        "\n(?): not resolved from 1. (p): the reference's patch, no measurement. Inputs count as "
        "under- or\nover-charged where the point's whole interval is above or below its charge in "
        "the old model.\n",
        out);
}

static void print_worst(FILE *out, const plb_study_summary *s, const plb_study_list *list) {
    size_t count;
    const plb_study_at **worst = plb_study_worst(s, list, &count);
    if (worst != NULL && count > 0)
        fprintf(out,
                "\n### %s\n\n| input | measured / charged | 95 %% interval |\n"
                "| --- | ---: | --- |\n",
                list->heading);
    for (size_t i = 0; worst != NULL && i < count && i < WORST; i++) {
        char ratio[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES];
        const plb_estimate e = {
            .low = worst[i]->low, .high = worst[i]->high, .method = "the point's own"};
        plb_study_ratio(worst[i]->ratio, ratio);
        plb_study_interval(&e, interval);
        fprintf(out, "| `%s` | %s | %s |\n", worst[i]->point, ratio, interval);
    }
    if (count > 0)
        fprintf(out,
                "\nThe worst input of each builtin whose interval is beyond %g times its charge; "
                "%zu builtins have one.\n",
                list->under ? list->beyond : 1 / list->beyond, count);
    free((void *) worst);
}

static void print_steps(FILE *out, const plb_study_summary *s) {
    if (s->step_count == 0) return;
    fputs("\n### Machine steps, picoseconds\n\n| step | old | new | 95 % interval of new | new / "
          "old |\n"
          "| --- | ---: | ---: | --- | ---: |\n",
          out);
    for (size_t i = 0; i < s->step_count; i++) {
        const plb_study_step *step = &s->steps[i];
        char ratio[PLB_STUDY_TEXT_BYTES], value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES] = "-";
        plb_study_ratio((double) step->new_steps / (double) step->old_steps, ratio);
        if (step->fitted.method != NULL)
            plb_format_estimate(&step->fitted, 1, "ps", value, interval);
        fprintf(out, "| %s | %lld | %lld | %s | %s |\n", step->name, (long long) step->old_steps,
                (long long) step->new_steps, interval, ratio);
    }
}

static void print_eras(FILE *out, const plb_study_summary *s) {
    bool any = false;
    for (size_t i = 0; i < s->era_count; i++) any |= s->eras[i].programs > 0;
    if (!any) return;
    fputs("\n### Budgets of programs\n\n| era | old model | programs | steps new / old, median | "
          "95 % interval "
          "| range | memory | fees, old | new |\n"
          "| --- | --- | ---: | ---: | --- | --- | ---: | ---: | ---: |\n",
          out);
    for (size_t i = 0; i < s->era_count; i++) {
        const plb_study_era *e = &s->eras[i];
        char median[PLB_STUDY_TEXT_BYTES], range[PLB_STUDY_TEXT_BYTES];
        char memory[PLB_STUDY_TEXT_BYTES], interval[PLB_STUDY_TEXT_BYTES];
        if (e->programs == 0) continue;
        plb_study_ratio(e->steps.value, median);
        plb_study_interval(&e->steps, interval);
        plb_study_range(e->steps_least, e->steps_most, range);
        plb_study_percent((double) e->old_total.memory, (double) e->new_total.memory, memory);
        fprintf(out, "| %s | %s%c | %zu | %s | %s | %s | %s | %.0f | %.0f |\n", e->name,
                e->parameters > 0 ? "published " : "the base; semantics ", e->variant, e->programs,
                median, interval, range, memory, e->old_fee, e->new_fee);
    }
    fputs("\nFees: lovelace for ExUnits, of each program on its own, added up.\n", out);
}

static void print_fits(FILE *out, const plb_study_fits *before, const plb_study_fits *after,
                       int64_t old_count, int64_t new_count) {
    char a[PLB_FORMAT_BYTES] = "none", b[PLB_FORMAT_BYTES] = "none";
    if (before->possible) plb_format_integer(old_count, a);
    if (after->possible) plb_format_integer(new_count, b);
    fprintf(out, " %s → %s |", a, b);
}

static void print_scripts(FILE *out, const plb_study_summary *s) {
    if (s->script_count == 0) return;
    fputs("\n### What fits: scripts of the catalogue\n\n| script | language | protocol version | "
          "strategy | loops a call | transactions a block | loops a block | fee of the old call |\n"
          "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: |\n",
          out);
    for (size_t i = 0; i < s->script_count; i++) {
        const plb_study_script *c = &s->scripts[i];
        char change[PLB_STUDY_TEXT_BYTES] = "-";
        fprintf(out, "| %s | %s | %u | %s |", c->name, plb_language_name(c->language),
                c->protocol_version, c->strategy);
        if (c->problem != NULL) {
            fprintf(out, " %s | | | |\n", c->problem);
            continue;
        }
        print_fits(out, &c->before, &c->after, c->before.loops, c->after.loops);
        print_fits(out, &c->before, &c->after, c->before.transactions_per_block,
                   c->after.transactions_per_block);
        print_fits(out, &c->before, &c->after, c->before.loops_per_block, c->after.loops_per_block);
        if (c->comparable) plb_study_percent((double) c->old_fee, (double) c->new_fee, change);
        fprintf(out, " %s |\n", change);
    }
}

static void print_calls(FILE *out, const plb_study_summary *s) {
    if (s->call_count == 0) return;
    fputs("\n### Measured calls\n\n| script | a loop | 95 % interval | overhead of a call | 95 % "
          "interval | loop: measured / charged, old | new | flags |\n"
          "| --- | ---: | --- | ---: | --- | ---: | ---: | --- |\n",
          out);
    for (size_t i = 0; i < s->call_count; i++) {
        const plb_study_call *c = &s->calls[i];
        char loop[2][PLB_FORMAT_BYTES] = {"-", "-"}, overhead[2][PLB_FORMAT_BYTES] = {"-", "-"};
        char before[PLB_STUDY_TEXT_BYTES], after[PLB_STUDY_TEXT_BYTES];
        if (c->loop_ns.method != NULL) plb_format_estimate_ns(&c->loop_ns, loop[0], loop[1]);
        if (c->overhead_ns.method != NULL)
            plb_format_estimate_ns(&c->overhead_ns, overhead[0], overhead[1]);
        plb_study_ratio(c->old_ratio, before);
        plb_study_ratio(c->new_ratio, after);
        fprintf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", c->name, loop[0], loop[1],
                overhead[0], overhead[1], before, after, c->flags);
    }
}

plb_status plb_study_markdown(const plb_study_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out != NULL) {
        fprintf(out, "## The proposal beside cost model %s\n\n", s->base);
        print_summary(out, s);
        print_builtins(out, s);
        for (const plb_study_list *list = plb_study_lists; list->title != NULL; list++)
            print_worst(out, s, list);
        print_steps(out, s);
        print_eras(out, s);
        print_scripts(out, s);
        print_calls(out, s);
        if (s->overhead_text != NULL)
            fprintf(out, "\n### What calls take around their evaluation\n\n```\n%s```\n",
                    s->overhead_text);
    }
    return plb_text_close(out, text, error);
}
