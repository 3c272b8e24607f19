/* A sampling and its subjects as JSON. */
#include "results/json.h"

json_t *plb_json_percentiles(const plb_percentiles *p) {
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

json_t *plb_json_subject(const plb_subject_facts *f) {
    plb_percentiles percentiles;
    plb_histogram_percentiles(f->histogram, &percentiles);
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(f->name));
    json_object_set_new(o, "batch", json_integer(f->batch));
    json_object_set_new(o, "every_rounds", json_integer(f->every));
    json_object_set_new(o, "samples", json_integer((json_int_t) f->samples));
    json_object_set_new(o, "subtracted_ns", plb_json_number(f->subtracted_ns));
    json_object_set_new(o, "basis", json_string(plb_basis_name(f->basis)));
    json_object_set_new(o, "percentiles", plb_json_percentiles(&percentiles));
    json_object_set_new(
        o, "outliers",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "of_samples", (json_int_t) f->outliers.count,
                  "low_mild", (json_int_t) f->outliers.low_mild, "low_severe",
                  (json_int_t) f->outliers.low_severe, "high_mild",
                  (json_int_t) f->outliers.high_mild, "high_severe",
                  (json_int_t) f->outliers.high_severe, "method", "Tukey fences, none dropped"));
    return o;
}

json_t *plb_json_subjects(const plb_sampling *sampling) {
    json_t *list = json_array();
    size_t count = plb_sampling_get_facts(sampling)->subject_count;
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, plb_json_subject(plb_sampling_subject(sampling, i)));
    }
    return list;
}

json_t *plb_json_clock(const plb_clock_facts *clock) {
    json_t *o = json_object();
    json_object_set_new(o, "source", json_string(clock->source ? clock->source : ""));
    json_object_set_new(o, "resolution_ns", plb_json_number(clock->resolution_ns));
    json_object_set_new(o, "read_ns", plb_json_number(clock->read_ns));
    json_object_set_new(o, "call_ns", plb_json_number(clock->call_ns));
    return o;
}

static json_t *sampling_json(const plb_sampling_facts *f) {
    json_t *o = json_object();
    json_object_set_new(o, "rounds", json_integer((json_int_t) f->rounds));
    json_object_set_new(o, "warm_up_rounds", json_integer((json_int_t) f->warm_up_rounds));
    json_object_set_new(o, "restart_rounds", json_integer((json_int_t) f->restart_rounds));
    json_object_set_new(o, "disturbed_rounds", json_integer((json_int_t) f->disturbed_rounds));
    json_object_set_new(o, "rounds_per_entry", json_integer(f->rounds_per_entry));
    json_object_set_new(o, "processes", json_integer(f->processes));
    json_object_set_new(o, "epochs", json_integer(f->epochs));
    json_object_set_new(o, "renewing_s", plb_json_number((double) f->renewing_ns * 1e-9));
    json_object_set_new(o, "pace_ns", f->pace_ns > 0 ? plb_json_number(f->pace_ns) : json_null());
    json_object_set_new(o, "elapsed_s", plb_json_number((double) f->elapsed_ns * 1e-9));
    json_object_set_new(o, "time_budget_s", plb_json_number((double) f->time_budget_ns * 1e-9));
    json_object_set_new(o, "precision_asked", plb_json_number(f->precision_asked));
    json_object_set_new(o, "stopped_by", json_string(plb_stop_name(f->stop)));
    json_object_set_new(o, "seed", json_integer((json_int_t) f->seed));
    json_object_set_new(o, "pinned_cpu", f->cpu < 0 ? json_null() : json_integer(f->cpu));
    json_object_set_new(o, "clock", plb_json_clock(&f->clock));
    return o;
}

void plb_json_set_sampling(json_t *object, const plb_sampling *sampling) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    json_t *environment = json_object();
    json_object_set_new(environment, "before", plb_json_environment(&facts->before));
    json_object_set_new(environment, "after", plb_json_environment(&facts->after));
    json_object_set_new(object, "sampling", sampling_json(facts));
    json_object_set_new(object, "environment", environment);
}
