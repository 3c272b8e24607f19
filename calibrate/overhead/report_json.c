/* overheadCostModel.json (docs/overhead.md) and overhead.csv. */
#include <math.h>
#include <stdio.h>

#include "calibrate/overhead/overhead.h"
#include "results/format.h"
#include "results/json.h"

/* ---- JSON ---- */

static json_t *names_of(uint32_t sizes) {
    json_t *names = json_array();
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
        if (sizes >> s & 1) json_array_append_new(names, json_string(plb_overhead_sizes[s].name));
    return names;
}

/* An object with a member for each basis that is known. */
static json_t *by_basis(const plb_estimate estimates[PLB_BASIS_STEPS], const char *unit) {
    json_t *o = json_object();
    for (unsigned b = 0; b < PLB_BASIS_STEPS; b++) {
        if (estimates[b].method == NULL) continue;
        json_object_set_new(o, plb_overhead_basis_name((plb_overhead_basis) b),
                            plb_json_estimate(&estimates[b], unit));
    }
    return o;
}

static void set_charge(json_t *o, const plb_overhead_charge *c) {
    json_t *charged = json_object();
    json_object_set_new(charged, "exunits_steps", plb_json_number(c->exunits_steps));
    json_object_set_new(charged, "size_fee_lovelace", plb_json_number(c->size_lovelace));
    json_object_set_new(charged, "size_fee_steps", plb_json_number(c->size_steps));
    json_object_set_new(charged, "reference_script_fee_lovelace",
                        plb_json_number(c->reference_lovelace));
    json_object_set_new(charged, "reference_script_fee_steps", plb_json_number(c->reference_steps));
    json_object_set_new(o, "time", plb_json_estimate(&c->time_ns, "ns"));
    json_object_set_new(o, "steps", by_basis(c->steps, "step"));
    json_object_set_new(o, "charged", charged);
    json_object_set_new(o, "uncharged_steps", by_basis(c->uncharged_steps, "step"));
}

static json_t *coefficient_json(size_t size, const plb_overhead_coefficient *c) {
    const plb_overhead_size *s = &plb_overhead_sizes[size];
    json_t *o = json_object();
    json_object_set_new(o, "size", json_string(s->name));
    json_object_set_new(o, "unit", json_string(s->unit));
    json_object_set_new(o, "description", json_string(s->description));
    json_object_set_new(o, "state", json_string(plb_overhead_state_name(c->state)));
    if (c->state == PLB_OVERHEAD_NOT_APART)
        json_object_set_new(o, "not_told_apart_from", names_of(c->made_of));
    if (c->stands_for != 0) json_object_set_new(o, "stands_for_too", names_of(c->stands_for));
    if (c->state < PLB_OVERHEAD_NOT_RESOLVED) return o;
    json_object_set_new(o, "noise_floor_ns", plb_json_number(c->noise_floor_ns));
    json_object_set_new(o, "at_most_ns", plb_json_number(fmax(c->free_ns.high, 0)));
    if (c->held) json_object_set_new(o, "squares_more_at_zero", plb_json_number(c->worse));
    if (c->state != PLB_OVERHEAD_NOT_RESOLVED)
        json_object_set_new(o, "unconstrained", plb_json_estimate(&c->free_ns, "ns"));
    if (c->state == PLB_OVERHEAD_FITTED) set_charge(o, &c->charge);
    return o;
}

/* The proposal: what of each size is to be charged beyond what is, in whole steps, rounded up. */
static json_t *proposal_json(const plb_overhead_costing *costing) {
    json_t *o = json_object(), *cpu = json_object(), *arguments = json_object();
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        const plb_overhead_coefficient *c = &costing->coefficients[s];
        double steps = ceil(c->charge.uncharged_steps[costing->basis].value);
        if (s == plb_overhead_size_find("steps")) continue; /* what ExUnits are */
        if (c->state == PLB_OVERHEAD_FITTED && steps > 0)
            json_object_set_new(arguments, plb_overhead_sizes[s].name, plb_json_number(steps));
    }
    json_object_set_new(cpu, "type", json_string("linear_in_sizes"));
    json_object_set_new(cpu, "arguments", arguments);
    json_object_set_new(o, "cpu", cpu);
    json_object_set_new(o, "of", json_string("a transaction with calls, beyond what is charged"));
    json_object_set_new(o, "basis", json_string(plb_overhead_basis_name(costing->basis)));
    return o;
}

static json_t *fit_json(const plb_overhead_costing *c) {
    json_t *o = json_object();
    json_object_set_new(o, "design_points", json_integer((json_int_t) c->point_count));
    json_object_set_new(o, "coefficients", json_integer((json_int_t) c->term_count));
    json_object_set_new(o, "degrees_of_freedom", plb_json_number(c->freedom));
    json_object_set_new(o, "residual_mean_square", plb_json_number(c->residual));
    json_object_set_new(o, "intervals_widened_by", plb_json_number(c->widened));
    json_object_set_new(o, "linear", c->tested ? json_boolean(c->linear) : json_null());
    json_object_set_new(o, "pace_ns", c->pace_ns > 0 ? plb_json_number(c->pace_ns) : json_null());
    if (!c->tested) return o;
    json_object_set_new(o, "worst_run", json_string(c->worst_run->name));
    json_object_set_new(o, "worst_point", json_string(c->worst_point->label));
    json_object_set_new(o, "worst_residual_ns", plb_json_number(c->worst_ns));
    json_object_set_new(o, "worst_residual_half_widths", plb_json_number(c->worst_ratio));
    json_object_set_new(o, "allowed_half_widths", plb_json_number(c->limit_ratio));
    return o;
}

static json_t *runs_json(const plb_overhead_costing *c) {
    json_t *list = json_array();
    for (size_t i = 0; i < c->run_count; i++) {
        const plb_overhead_run *run = c->runs[i].run;
        json_t *o = json_object();
        json_object_set_new(o, "file", json_string(run->name));
        json_object_set_new(o, "script", json_string(run->script));
        json_object_set_new(o, "design_points", json_integer((json_int_t) run->point_count));
        json_object_set_new(o, "residual_mean_square", plb_json_number(c->runs[i].residual));
        json_object_set_new(o, "pace_ns",
                            run->pace_ns > 0 ? plb_json_number(run->pace_ns) : json_null());
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *examples_json(const plb_overhead_costing *c) {
    json_t *list = json_array();
    for (size_t i = 0; i < c->example_count; i++) {
        const plb_overhead_example *e = &c->examples[i];
        json_t *o = json_object(), *sizes = json_object();
        for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
            if (c->coefficients[s].state == PLB_OVERHEAD_FITTED)
                json_object_set_new(sizes, plb_overhead_sizes[s].name,
                                    plb_json_number(e->sizes[s]));
        json_object_set_new(o, "title", json_string(e->title));
        json_object_set_new(o, "sizes", sizes);
        json_object_set_new(o, "beyond_the_data", json_boolean(e->beyond));
        set_charge(o, &e->charge);
        json_array_append_new(list, o);
    }
    return list;
}

plb_status plb_overhead_json(const plb_overhead_costing *costing, char **text, plb_error *error) {
    json_t *o = json_object(), *coefficients = json_array();
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
        if (costing->coefficients[s].state != PLB_OVERHEAD_ABSENT)
            json_array_append_new(coefficients, coefficient_json(s, &costing->coefficients[s]));
    const plb_overhead_run *run = costing->runs[0].run;
    json_object_set_new(o, "overhead", proposal_json(costing));
    json_object_set_new(o, "coefficients", coefficients);
    json_object_set_new(o, "fit", fit_json(costing));
    json_object_set_new(o, "runs", runs_json(costing));
    json_object_set_new(o, "examples", examples_json(costing));
    json_object_set_new(o, "ns_per_step", by_basis(costing->ns_per_step, "ns"));
    json_object_set_new(o, "lovelace_per_step", plb_json_number(costing->lovelace_per_step));
    json_object_set_new(o, "language", json_string(run->language));
    json_object_set_new(o, "protocol_version", json_integer((json_int_t) run->protocol_version));
    json_object_set_new(o, "target", json_string(run->target));
    json_object_set_new(o, "processor", json_string(run->processor));
    return plb_json_take_text(o, text, error);
}

/* ---- CSV ---- */

static void print_number(FILE *out, double number) {
    if (isfinite(number))
        fprintf(out, ",%.9g", number);
    else
        fputs(",NA", out);
}

static void print_estimate(FILE *out, const plb_estimate *e, bool known) {
    known = known && e->method != NULL;
    print_number(out, known ? e->value : (double) NAN);
    print_number(out, known ? e->low : (double) NAN);
    print_number(out, known ? e->high : (double) NAN);
}

static void print_heads(FILE *out) {
    fputs(
        "size,unit,state,ns,ns_low,ns_high,at_most_ns,noise_floor_ns,exunits_steps,size_fee_steps,"
        "reference_script_fee_steps",
        out);
    for (unsigned b = 0; b < PLB_BASIS_STEPS; b++) {
        const char *name = plb_overhead_basis_name((plb_overhead_basis) b);
        fprintf(out, ",steps_%s,steps_%s_low,steps_%s_high", name, name, name);
        fprintf(out, ",uncharged_%s,uncharged_%s_low,uncharged_%s_high", name, name, name);
    }
    fputc('\n', out);
}

static void print_row(FILE *out, size_t size, const plb_overhead_coefficient *c) {
    bool fitted = c->state == PLB_OVERHEAD_FITTED, judged = c->state >= PLB_OVERHEAD_NOT_RESOLVED;
    const plb_overhead_charge *charge = &c->charge;
    fprintf(out, "%s,%s,%s", plb_overhead_sizes[size].name, plb_overhead_sizes[size].unit,
            plb_overhead_state_name(c->state));
    print_estimate(out, &charge->time_ns, fitted);
    print_number(out, judged ? fmax(c->free_ns.high, 0) : (double) NAN);
    print_number(out, judged ? c->noise_floor_ns : (double) NAN);
    print_number(out, fitted ? charge->exunits_steps : (double) NAN);
    print_number(out, fitted ? charge->size_steps : (double) NAN);
    print_number(out, fitted ? charge->reference_steps : (double) NAN);
    for (unsigned b = 0; b < PLB_BASIS_STEPS; b++) {
        print_estimate(out, &charge->steps[b], fitted);
        print_estimate(out, &charge->uncharged_steps[b], fitted);
    }
    fputc('\n', out);
}

plb_status plb_overhead_csv(const plb_overhead_costing *costing, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out != NULL) {
        print_heads(out);
        for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++)
            if (costing->coefficients[s].state != PLB_OVERHEAD_ABSENT)
                print_row(out, s, &costing->coefficients[s]);
    }
    return plb_text_close(out, text, error);
}
