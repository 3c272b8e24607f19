/* study.json. */
#include <math.h>

#include "results/json.h"
#include "results/study/study.h"

static void set(json_t *object, const char *key, json_t *value) {
    (void) json_object_set_new(object, key, value);
}

static json_t *text_or_null(const char *text) {
    return text != NULL ? json_string(text) : json_null();
}

static json_t *count(uint64_t number) { return json_integer((json_int_t) number); }

static json_t *units_json(plb_exunits units) {
    return json_pack("{s:I, s:I}", "memory", (json_int_t) units.memory, "steps",
                     (json_int_t) units.steps);
}

/* ---- Builtins ---- */

static json_t *at_json(const plb_study_at *at) {
    if (at->point[0] == '\0') return json_null();
    json_t *o = json_object();
    set(o, "point", json_string(at->point));
    set(o, "ratio", plb_json_number(at->ratio));
    set(o, "low", plb_json_number(at->low));
    set(o, "high", plb_json_number(at->high));
    return o;
}

static json_t *charge_json(const plb_study_charge *c) {
    if (c->points == 0) return json_null();
    json_t *o = json_object();
    set(o, "points", count(c->points));
    set(o, "median", plb_json_number(c->median));
    set(o, "under_share", plb_json_number(c->under));
    set(o, "under_resolved_share", plb_json_number(c->under_resolved));
    set(o, "over_resolved_share", plb_json_number(c->over_resolved));
    set(o, "most_under", at_json(&c->most_under));
    set(o, "most_over", at_json(&c->most_over));
    return o;
}

static json_t *ratio_json(const plb_estimate *e) {
    if (!(e->value > 0)) return json_null();
    json_t *o = json_object();
    set(o, "value", plb_json_number(e->value));
    set(o, "low", plb_json_number(e->low));
    set(o, "high", plb_json_number(e->high));
    set(o, "level", plb_json_number(e->level));
    set(o, "points", count(e->count));
    set(o, "resamples", count(e->resamples));
    set(o, "method", text_or_null(e->method));
    return o;
}

static json_t *builtin_json(const plb_study_summary *s, const plb_study_builtin *b) {
    json_t *o = json_object();
    set(o, "name", json_string(b->name));
    set(o, "benchmark", json_string(b->benchmark));
    set(o, "outcome", json_string(plb_study_fate_name(b->fate)));
    set(o, "problem", text_or_null(b->problem));
    set(o, "old_shape", text_or_null(b->old_shape));
    set(o, "new_shape", text_or_null(b->new_shape));
    set(o, "points", count(b->points));
    set(o, "incomparable_points", count(b->incomparable));
    set(o, "new_over_old", ratio_json(&b->ratio));
    set(o, "resolved", json_boolean(b->resolved));
    set(o, "patched", json_boolean(b->patched));
    set(o, "over_median_builtin", plb_json_number(plb_study_relative(s, b)));
    set(o, "least", at_json(&b->least));
    set(o, "most", at_json(&b->most));
    set(o, "measured_over_old", charge_json(&b->old_charge));
    set(o, "measured_over_new", charge_json(&b->new_charge));
    return o;
}

/* ---- Programs, scripts, calls ---- */

static json_t *era_json(const plb_study_era *e) {
    json_t *o = json_object();
    set(o, "name", json_string(e->name));
    set(o, "language", json_string(plb_language_name(e->era.language)));
    set(o, "protocol_version", e->parameters > 0 ? count(e->era.protocol_version) : json_null());
    set(o, "variant", json_stringn(&e->variant, 1));
    set(o, "parameters", count(e->parameters));
    set(o, "differing_parameters", count(e->differing));
    set(o, "programs", count(e->programs));
    set(o, "unavailable", count(e->unavailable));
    set(o, "failed", count(e->failed));
    set(o, "steps_new_over_old", ratio_json(&e->steps));
    set(o, "steps_least", plb_json_number(e->steps_least));
    set(o, "steps_most", plb_json_number(e->steps_most));
    set(o, "least_program", text_or_null(e->least));
    set(o, "most_program", text_or_null(e->most));
    set(o, "old_total", units_json(e->old_total));
    set(o, "new_total", units_json(e->new_total));
    set(o, "old_fees_lovelace", plb_json_number(e->old_fee));
    set(o, "new_fees_lovelace", plb_json_number(e->new_fee));
    return o;
}

static json_t *limits_json(unsigned limiting) {
    json_t *list = json_array();
    if (limiting & PLB_LIMIT_STEPS) (void) json_array_append_new(list, json_string("steps"));
    if (limiting & PLB_LIMIT_MEMORY) (void) json_array_append_new(list, json_string("memory"));
    return list;
}

static json_t *fits_json(const plb_study_fits *f) {
    if (!f->possible) return json_null();
    json_t *o = json_object();
    set(o, "loops", json_integer(f->loops));
    set(o, "limited_by", limits_json(f->limiting));
    set(o, "transactions_per_block", json_integer(f->transactions_per_block));
    set(o, "loops_per_block", json_integer(f->loops_per_block));
    set(o, "used", units_json(f->used));
    set(o, "fee_lovelace", count(f->fee));
    return o;
}

static json_t *same_call_json(const plb_study_script *s) {
    if (!s->comparable) return json_null();
    json_t *o = json_object();
    set(o, "loops", json_integer(s->before.loops));
    set(o, "old", units_json(s->old_units));
    set(o, "new", units_json(s->new_units));
    set(o, "old_fee_lovelace", count(s->old_fee));
    set(o, "new_fee_lovelace", count(s->new_fee));
    return o;
}

static json_t *script_json(const plb_study_script *s) {
    json_t *o = json_object();
    set(o, "name", json_string(s->name));
    set(o, "language", json_string(plb_language_name(s->language)));
    set(o, "protocol_version", count(s->protocol_version));
    set(o, "strategy", json_string(s->strategy));
    set(o, "problem", text_or_null(s->problem));
    set(o, "old", fits_json(&s->before));
    set(o, "new", fits_json(&s->after));
    set(o, "same_call", same_call_json(s));
    return o;
}

static json_t *call_json(const plb_study_call *c) {
    json_t *o = json_object();
    set(o, "name", json_string(c->name));
    set(o, "language", json_string(plb_language_name(c->language)));
    set(o, "protocol_version", count(c->protocol_version));
    set(o, "overhead_per_call", plb_json_known(&c->overhead_ns));
    set(o, "cost_per_loop", plb_json_known(&c->loop_ns));
    set(o, "noise_floor_ns", plb_json_number(c->noise_floor_ns));
    set(o, "old_per_loop", units_json(c->old_loop));
    set(o, "new_per_loop", units_json(c->new_loop));
    set(o, "measured_over_old", plb_json_number(c->old_ratio));
    set(o, "measured_over_new", plb_json_number(c->new_ratio));
    set(o, "flags", json_string(c->flags));
    return o;
}

static json_t *step_json(const plb_study_step *step) {
    json_t *fitted =
        step->fitted.method != NULL ? plb_json_estimate(&step->fitted, "ps") : json_null();
    return json_pack("{s:s, s:I, s:I, s:o}", "name", step->name, "old_steps",
                     (json_int_t) step->old_steps, "new_steps", (json_int_t) step->new_steps,
                     "fitted", fitted);
}

/* ---- All of it ---- */

static json_t *conditions_json(const plb_study_conditions *c) {
    json_t *o = json_object();
    set(o, "source", json_string(c->source));
    set(o, "rows", count(c->rows));
    set(o, "machine", text_or_null(c->machine));
    if (!c->is_sweep) return o;
    set(o, "cpus", json_integer(c->cpus));
    set(o, "points", count(c->points));
    set(o, "precise", count(c->precise));
    set(o, "precision_asked", plb_json_number(c->precision));
    set(o, "elapsed_s", plb_json_number(c->elapsed_s));
    set(o, "drift", plb_json_number(c->drift));
    set(o, "stopped_by", json_string(c->stopped_by));
    set(o, "flags", json_string(c->flags));
    return o;
}

static json_t *scale_json(const plb_study_scale *scale) {
    if (!(scale->factor > 0)) return json_null();
    return json_pack("{s:f, s:f, s:f}", "factor", scale->factor, "low", scale->low, "high",
                     scale->high);
}

static json_t *pace_json(const plb_study_summary *s) {
    json_t *o = json_object();
    set(o, "median", plb_json_number(s->pace));
    set(o, "first_quartile", plb_json_number(s->pace_low));
    set(o, "third_quartile", plb_json_number(s->pace_high));
    return o;
}

static json_t *summary_json(const plb_study_summary *s) {
    json_t *o = json_object(), *builtins = json_array(), *steps = json_array();
    json_t *eras = json_array(), *scripts = json_array(), *calls = json_array();
    for (size_t i = 0; i < s->builtin_count; i++)
        (void) json_array_append_new(builtins, builtin_json(s, &s->builtins[i]));
    for (size_t i = 0; i < s->step_count; i++)
        (void) json_array_append_new(steps, step_json(&s->steps[i]));
    for (size_t i = 0; i < s->era_count; i++)
        (void) json_array_append_new(eras, era_json(&s->eras[i]));
    for (size_t i = 0; i < s->script_count; i++)
        (void) json_array_append_new(scripts, script_json(&s->scripts[i]));
    for (size_t i = 0; i < s->call_count; i++)
        (void) json_array_append_new(calls, call_json(&s->calls[i]));
    set(o, "plan", json_string(s->name));
    set(o, "base", json_string(s->base));
    set(o, "method", json_string(s->method));
    set(o, "bootstrap", count(s->bootstrap));
    set(o, "prices", json_string(s->prices));
    set(o, "conditions", conditions_json(&s->conditions));
    set(o, "scale", scale_json(&s->scale));
    set(o, "fitted", count(s->fitted));
    set(o, "not_swept", count(s->not_swept));
    set(o, "left_out", count(s->left_out));
    set(o, "new_over_old", pace_json(s));
    set(o, "builtins", builtins);
    set(o, "machine_steps", steps);
    set(o, "eras", eras);
    set(o, "scripts", scripts);
    set(o, "calls", calls);
    set(o, "overhead",
        s->overhead_json != NULL ? json_loads(s->overhead_json, 0, NULL) : json_null());
    return o;
}

plb_status plb_study_json(const plb_study_summary *s, char **text, plb_error *error) {
    return plb_json_take_text(summary_json(s), text, error);
}
