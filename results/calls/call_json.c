/* summary.json. */
#include <math.h>
#include <stdlib.h>

#include "results/budget/budget.h"
#include "results/calls/stages.h"
#include "results/json.h"

/* A figure by its two estimators. */
static json_t *figure_json(const plb_estimate *paired, bool has_regression,
                           const plb_estimate *regression, double noise_floor) {
    json_t *o = json_object();
    json_object_set_new(o, "paired", plb_json_known(paired));
    json_object_set_new(o, "regression",
                        has_regression ? plb_json_estimate(regression, "ns") : json_null());
    if (paired->method && !isnan(noise_floor)) {
        json_object_set_new(o, "resolved",
                            json_boolean(plb_estimate_resolved(paired, noise_floor)));
    }
    return o;
}

static json_t *subject_json(const plb_subject_facts *f, const plb_design_point *point) {
    json_t *o = plb_json_subject(f);
    json_object_set_new(o, "label", json_string(point->label ? point->label : f->name));
    json_object_set_new(o, "calls", json_integer(point->calls));
    json_object_set_new(o, "loops", json_integer(point->loops));
    json_object_set_new(o, "charged", plb_exunits_json(point->charged));
    return o;
}

static json_t *charged_json(const plb_call_summary *s) {
    json_t *o = json_object();
    json_object_set_new(o, "per_call", plb_exunits_json(s->charged_per_call));
    json_object_set_new(o, "per_loop", plb_exunits_json(s->charged_per_loop));
    return o;
}

static void set_figures(json_t *o, const plb_call_summary *s) {
    double noise_floor = plb_call_noise_floor_ns(s);
    plb_estimate ns_per_step;
    bool per_step = plb_call_ns_per_step(s, &ns_per_step);
    json_object_set_new(o, "overhead_per_call",
                        figure_json(&s->overhead_ns, s->has_overhead_regression,
                                    &s->overhead_regression_ns, noise_floor));
    json_object_set_new(
        o, "cost_per_loop",
        s->has_loop ? figure_json(&s->loop_ns, s->has_loop_regression, &s->loop_regression_ns, NAN)
                    : json_null());
    json_object_set_new(o, "time_per_charged_step",
                        per_step ? plb_json_estimate(&ns_per_step, "ns") : json_null());
    json_object_set_new(o, "null_experiment",
                        s->has_null ? plb_json_estimate(&s->null_ns, "ns") : json_null());
    json_object_set_new(o, "noise_floor_ns", plb_json_number(noise_floor));
    json_object_set_new(o, "charged", charged_json(s));
    json_object_set_new(o, "stages", s->stages ? plb_stages_json(s->stages) : json_null());
    json_object_set_new(o, "charges", s->charges ? plb_charges_json(s->charges) : json_null());
}

static plb_status set_texts(json_t *o, const plb_call_summary *s, plb_error *error) {
    char *conclusion = NULL;
    plb_status status = plb_call_conclusion(s, &conclusion, error);
    if (status != PLB_OK) return status;
    json_object_set_new(o, "conclusion", json_string(conclusion));
    free(conclusion);
    json_t *budget = json_null();
    if (s->budget) status = plb_budget_json(s->budget, &budget, error);
    if (status == PLB_OK) json_object_set_new(o, "budget", budget);
    if (status == PLB_OK && s->scaled_count > 0) {
        json_t *scaled = NULL;
        status = plb_budgets_json(s->scaled, s->scaled_count, &scaled, error);
        if (status == PLB_OK) json_object_set_new(o, "scaled_budgets", scaled);
    }
    return status;
}

plb_status plb_call_summary_json(const plb_call_summary *s, char **text, plb_error *error) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(s->sampling);
    json_t *o = json_object(), *subjects = json_array();
    *text = NULL;
    json_object_set_new(o, "script", json_string(s->script ? s->script : ""));
    json_object_set_new(o, "language", json_string(s->language ? s->language : ""));
    json_object_set_new(o, "protocol_version", json_integer(s->protocol_version));
    json_object_set_new(o, "target", json_string(s->target ? s->target : ""));
    json_object_set_new(o, "partial", json_boolean(plb_call_partial(s)));
    json_object_set_new(o, "evaluations", json_integer(s->evaluations));
    set_figures(o, s);
    for (size_t i = 0; i < facts->subject_count; i++) {
        json_array_append_new(subjects,
                              subject_json(plb_sampling_subject(s->sampling, i), &s->points[i]));
    }
    json_object_set_new(o, "subjects", subjects);
    plb_json_set_sampling(o, s->sampling);
    json_object_set_new(o, "flags", plb_json_flags(plb_call_flags(s)));
    plb_status status = set_texts(o, s, error);
    if (status == PLB_OK) return plb_json_take_text(o, text, error);
    json_decref(o);
    return status;
}
