/* A costing of the overhead for people. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/overhead/overhead.h"
#include "results/format.h"

#define NAME_WIDTH 24

/* ---- Lines ---- */

static void print_head(FILE *out, const plb_overhead_costing *c) {
    const plb_overhead_run *run = c->runs[0].run;
    fprintf(out, "overhead of %s at protocol version %llu on %s, %s\n", run->language,
            (unsigned long long) run->protocol_version, run->target, run->processor);
    fprintf(out, "  %zu design points of %zu run%s", c->point_count, c->run_count,
            c->run_count == 1 ? "" : "s");
    if (c->pace_ns > 0 && c->run_count > 1) fprintf(out, ", at a pace of %.1f ns", c->pace_ns);
    fputs("\n\n", out);
}

static void print_time(FILE *out, double steps, int width) {
    char text[PLB_FORMAT_BYTES] = "nothing";
    if (!isfinite(steps))
        (void) snprintf(text, sizeof text, "-");
    else if (fabs(steps) >= 0.5)
        plb_format_time(steps * 1e-3, text);
    plb_print_right(out, text, width);
}

/* Time, its interval; what ExUnits and fees pay of it; what ExUnits leave. */
static void print_charge(FILE *out, const plb_overhead_charge *c, plb_overhead_basis basis) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    plb_format_estimate_ns(&c->time_ns, value, interval);
    plb_print_right(out, value, 11);
    fputs("  ", out);
    plb_print_left(out, interval, 20);
    print_time(out, c->exunits_steps, 10);
    print_time(out, c->size_steps + c->reference_steps, 10);
    plb_format_integer((int64_t) ceil(c->uncharged_steps[basis].value), value);
    plb_print_right(out, value, 15);
    fputc('\n', out);
}

/* What a step takes is told in a sentence. */
static void print_coefficients(FILE *out, const plb_overhead_costing *c) {
    const size_t steps = plb_overhead_size_find("steps");
    fprintf(out, "  %-*s       time  95 %% interval         in steps    in fees      uncharged\n",
            NAME_WIDTH, "one more of");
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        if (c->coefficients[s].state != PLB_OVERHEAD_FITTED || s == steps) continue;
        fputs("  ", out);
        plb_print_left(out, plb_overhead_sizes[s].name, NAME_WIDTH);
        print_charge(out, &c->coefficients[s].charge, c->basis);
    }
    for (size_t i = 0; i < c->example_count; i++) {
        fprintf(out, "\n  %s%s\n  %*s", c->examples[i].title,
                c->examples[i].beyond ? " (more than was measured)" : "", NAME_WIDTH, "");
        print_charge(out, &c->examples[i].charge, c->basis);
    }
    fputc('\n', out);
}

/* ---- Sentences ---- */

static void append_names(FILE *out, uint32_t sizes) {
    const char *separator = "";
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        if ((sizes >> s & 1) == 0) continue;
        fprintf(out, "%s%s", separator, plb_overhead_sizes[s].name);
        separator = ", ";
    }
}

static uint32_t in_state(const plb_overhead_costing *c, plb_overhead_state state) {
    uint32_t sizes = 0;
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
        if (c->coefficients[s].state == state) sizes |= UINT32_C(1) << s;
    return sizes;
}

static void say_basis(FILE *out, const plb_overhead_costing *c) {
    const plb_estimate *step = &c->ns_per_step[c->basis];
    static const char *const whose[PLB_BASIS_STEPS] = {
        "a step is 1 ps of this machine", "a step is what a charged one takes this machine",
        "a step is 1 ps of the reference machine"};
    fprintf(out,
            "In steps and in fees is what is charged, at 1 step = 1 ps and the price of steps; "
            "uncharged is what ExUnits leave, in steps: %s, %.4g ps [%.4g, %.4g] here.",
            whose[c->basis], step->value * 1e3, step->low * 1e3, step->high * 1e3);
    const plb_estimate *machine = &c->ns_per_step[PLB_BASIS_MACHINE];
    if (machine->method != NULL && c->basis != PLB_BASIS_MACHINE)
        fprintf(out, " A charged step takes this machine %.4g ps [%.4g, %.4g].",
                machine->value * 1e3, machine->low * 1e3, machine->high * 1e3);
}

static void say_not_resolved(FILE *out, const plb_overhead_costing *c) {
    const char *separator = "Not resolved, within the noise or its interval from zero: ";
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        const plb_overhead_coefficient *k = &c->coefficients[s];
        char most[PLB_FORMAT_BYTES];
        if (k->state != PLB_OVERHEAD_NOT_RESOLVED) continue;
        plb_format_time(fmax(k->free_ns.high, 0), most);
        fprintf(out, "%s%s (at most %s)", separator, plb_overhead_sizes[s].name, most);
        separator = ", ";
    }
}

static void say_negative(FILE *out, const plb_overhead_costing *c) {
    const char *separator = "Below zero, which no cost is, and taken for zero: ";
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        const plb_overhead_coefficient *k = &c->coefficients[s];
        char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
        if (k->state != PLB_OVERHEAD_NEGATIVE) continue;
        plb_format_estimate_ns(&k->free_ns, value, interval);
        fprintf(out, "%s%s (%s %s)", separator, plb_overhead_sizes[s].name, value, interval);
        separator = ", ";
    }
}

static void say_not_apart(FILE *out, const plb_overhead_costing *c) {
    const char *separator = "Not told apart by these data: ";
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        if (c->coefficients[s].state != PLB_OVERHEAD_NOT_APART) continue;
        fprintf(out, "%s%s from ", separator, plb_overhead_sizes[s].name);
        append_names(out, c->coefficients[s].made_of);
        separator = "; ";
    }
}

static void say_unknown(FILE *out, const plb_overhead_costing *c) {
    uint32_t sizes = in_state(c, PLB_OVERHEAD_UNKNOWN);
    if (sizes == 0) return;
    fputs("Not told by all of the files, and left out: ", out);
    append_names(out, sizes);
}

static void say_fit(FILE *out, const plb_overhead_costing *c) {
    char off[PLB_FORMAT_BYTES];
    if (!c->tested) {
        fputs("There are as many coefficients as design points: whether the function fits can't be "
              "told.",
              out);
        return;
    }
    plb_format_time(fabs(c->worst_ns), off);
    fprintf(out,
            "%s: the largest residual is %s %s the function, at %s in %s (%.1f half widths; up to "
            "%.1f is chance).",
            c->linear ? "Linear" : "Not linear", off, c->worst_ns < 0 ? "below" : "above",
            c->worst_point->label[0] != '\0' ? c->worst_point->label : "the only point",
            c->worst_run->name, c->worst_ratio, c->limit_ratio);
    if (c->widened > 1)
        fprintf(out, " Intervals are %.1f times as wide as the points' own promise.", c->widened);
}

static void print_sentences(FILE *out, const plb_overhead_costing *c) {
    void (*const says[])(FILE *, const plb_overhead_costing *) = {
        say_basis, say_not_resolved, say_negative, say_not_apart, say_unknown, say_fit};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *line = open_memstream(&text, &length);
        if (line == NULL) return;
        says[i](line, c);
        if (fclose(line) == 0 && text != NULL && length > 0) {
            fputs("  ", out);
            plb_print_wrapped(out, text, 2, 2);
        }
        free(text);
    }
}

plb_status plb_overhead_text(const plb_overhead_costing *costing, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out != NULL) {
        print_head(out, costing);
        print_coefficients(out, costing);
        print_sentences(out, costing);
    }
    return plb_text_close(out, text, error);
}
