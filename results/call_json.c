/* summary.json. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/budget.h"
#include "results/json.h"
#include "results/stages.h"

/* A figure by its two estimators. */
static json_t *figure_json(const plb_estimate *paired, bool has_regression,
                           const plb_estimate *regression, double noise_floor) {
    json_t *o = json_object();
    json_object_set_new(o, "paired",
                        paired->method ? plb_json_estimate(paired, "ns") : json_null());
    json_object_set_new(o, "regression",
                        has_regression ? plb_json_estimate(regression, "ns") : json_null());
    if (paired->method && !isnan(noise_floor)) {
        json_object_set_new(o, "resolved",
                            json_boolean(plb_estimate_resolved(paired, noise_floor)));
    }
    return o;
}

static json_t *percentiles_json(const plb_percentiles *p) {
    const struct {
        const char *key;
        double value;
    } values[] = {
        {"min_ns", p->min_ns},   {"p50_ns", p->p50_ns},       {"p90_ns", p->p90_ns},
        {"p99_ns", p->p99_ns},   {"p999_ns", p->p999_ns},     {"max_ns", p->max_ns},
        {"mean_ns", p->mean_ns}, {"stddev_ns", p->stddev_ns},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        json_object_set_new(o, values[i].key, plb_json_number(values[i].value));
    }
    return o;
}

static json_t *subject_json(const plb_subject_facts *f, const plb_design_point *point) {
    plb_percentiles percentiles;
    plb_histogram_percentiles(f->histogram, &percentiles);
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(f->name));
    json_object_set_new(o, "label", json_string(point->label ? point->label : f->name));
    json_object_set_new(o, "calls", json_integer(point->calls));
    json_object_set_new(o, "loops", json_integer(point->loops));
    json_object_set_new(o, "charged", plb_exunits_json(point->charged));
    json_object_set_new(o, "batch", json_integer(f->batch));
    json_object_set_new(o, "every_rounds", json_integer(f->every));
    json_object_set_new(o, "samples", json_integer((json_int_t) f->samples));
    json_object_set_new(o, "subtracted_ns", plb_json_number(f->subtracted_ns));
    json_object_set_new(o, "percentiles", percentiles_json(&percentiles));
    json_object_set_new(
        o, "outliers",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "of_samples", (json_int_t) f->outliers.count,
                  "low_mild", (json_int_t) f->outliers.low_mild, "low_severe",
                  (json_int_t) f->outliers.low_severe, "high_mild",
                  (json_int_t) f->outliers.high_mild, "high_severe",
                  (json_int_t) f->outliers.high_severe, "method", "Tukey fences, none dropped"));
    return o;
}

static json_t *sampling_json(const plb_sampling_facts *f) {
    json_t *o = json_object();
    json_object_set_new(o, "rounds", json_integer((json_int_t) f->rounds));
    json_object_set_new(o, "warm_up_rounds", json_integer((json_int_t) f->warm_up_rounds));
    json_object_set_new(o, "restart_rounds", json_integer((json_int_t) f->restart_rounds));
    json_object_set_new(o, "rounds_per_entry", json_integer(f->rounds_per_entry));
    json_object_set_new(o, "elapsed_s", plb_json_number((double) f->elapsed_ns * 1e-9));
    json_object_set_new(o, "time_budget_s", plb_json_number((double) f->time_budget_ns * 1e-9));
    json_object_set_new(o, "precision_asked", plb_json_number(f->precision_asked));
    json_object_set_new(o, "stopped_by", json_string(plb_stop_name(f->stop)));
    json_object_set_new(o, "seed", json_integer((json_int_t) f->seed));
    json_object_set_new(o, "pinned_cpu", f->cpu < 0 ? json_null() : json_integer(f->cpu));
    json_t *clock = json_object();
    json_object_set_new(clock, "source", json_string(f->clock.source ? f->clock.source : ""));
    json_object_set_new(clock, "resolution_ns", plb_json_number(f->clock.resolution_ns));
    json_object_set_new(clock, "read_ns", plb_json_number(f->clock.read_ns));
    json_object_set_new(clock, "call_ns", plb_json_number(f->clock.call_ns));
    json_object_set_new(o, "clock", clock);
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
    json_object_set_new(o, "sampling", sampling_json(facts));
    json_t *environment = json_object();
    json_object_set_new(environment, "before", plb_json_environment(&facts->before));
    json_object_set_new(environment, "after", plb_json_environment(&facts->after));
    json_object_set_new(o, "environment", environment);
    json_object_set_new(o, "flags", plb_json_flags(plb_call_flags(s)));
    plb_status status = set_texts(o, s, error);
    if (status == PLB_OK) {
        *text = plb_json_text(o);
        if (!*text) status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for JSON");
    }
    json_decref(o);
    return status;
}
