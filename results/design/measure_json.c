/* measure.json. */
#include <string.h>

#include "results/budget/budget.h"
#include "results/design/measure.h"
#include "results/json.h"

/* Keys are the factors' names with '_' for '-'. */
static void set_factor(json_t *object, const plb_sweep_factor *factor, uint64_t value) {
    char key[PLB_FORMAT_BYTES], text[PLB_FORMAT_BYTES];
    snprintf(key, sizeof key, "%s", factor->name);
    for (char *c = key; *c; c++) *c = *c == '-' ? '_' : *c;
    plb_sweep_value_text(factor, value, text);
    bool yes = strcmp(text, "yes") == 0, no = strcmp(text, "no") == 0;
    json_object_set_new(object, key,
                        value == UINT64_MAX      ? json_null()
                        : yes || no              ? json_boolean(yes)
                        : factor->levels != NULL ? json_string(text)
                                                 : json_integer((json_int_t) value));
}

static json_t *point_json(const plb_sweep_summary *s, const plb_sweep_point *p) {
    plb_estimate per_call = plb_sweep_per_call(p);
    json_t *o = json_object(), *settings = json_object();
    for (size_t f = 0; f < s->factor_count; f++) {
        set_factor(settings, &s->factors[f], p->settings[f]);
    }
    json_object_set_new(o, "label", json_string(p->label));
    json_object_set_new(o, "settings", settings);
    json_object_set_new(o, "calls", json_integer(p->calls));
    json_object_set_new(o, "loops", json_integer(p->loops));
    json_object_set_new(o, "evaluations", json_integer(p->evaluations));
    json_object_set_new(o, "charged", plb_exunits_json(p->charged));
    json_object_set_new(o, "fee_lovelace", json_integer((json_int_t) p->fee));
    json_object_set_new(o, "transaction_bytes", json_integer((json_int_t) p->size_bytes));
    json_object_set_new(o, "script_bytes", json_integer((json_int_t) p->script_bytes));
    json_object_set_new(o, "datum_bytes", json_integer((json_int_t) p->datum_bytes));
    json_object_set_new(o, "datum_nodes", json_integer((json_int_t) p->datum_nodes));
    json_object_set_new(o, "call", plb_json_known(&p->call_ns));
    json_object_set_new(o, "value_only_twin", plb_json_known(&p->twin_ns));
    json_object_set_new(o, "overhead", plb_json_known(&p->overhead_ns));
    json_object_set_new(o, "overhead_per_call", plb_json_known(&per_call));
    json_object_set_new(o, "null_experiment", plb_json_known(&p->null_ns));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(p->noise_floor_ns));
    bool measured = p->overhead_ns.method != NULL, fitted = p->residual_ns.method != NULL;
    json_object_set_new(o, "resolved", measured ? json_boolean(p->resolved) : json_null());
    json_object_set_new(o, "fitted_ns", fitted ? plb_json_number(p->fitted_ns) : json_null());
    json_object_set_new(o, "residual", plb_json_known(&p->residual_ns));
    return o;
}

static json_t *term_json(const plb_sweep_term *term) {
    json_t *o = json_object();
    json_object_set_new(o, "term", json_string(term->name));
    json_object_set_new(o, "coefficient", plb_json_estimate(&term->coefficient_ns, term->unit));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(term->noise_floor_ns));
    json_object_set_new(o, "resolved", json_boolean(term->resolved));
    json_object_set_new(o, "charged_steps", plb_json_number(term->charged_steps));
    json_object_set_new(o, "fee_lovelace", plb_json_number(term->fee_lovelace));
    return o;
}

static json_t *function_json(const plb_sweep_summary *s) {
    if (s->term_count == 0) return json_null();
    json_t *o = json_object(), *terms = json_array();
    for (size_t t = 0; t < s->term_count; t++) {
        json_array_append_new(terms, term_json(&s->terms[t]));
    }
    json_object_set_new(o, "model", json_string(s->model));
    json_object_set_new(o, "of", json_string("overhead of a transaction"));
    json_object_set_new(o, "terms", terms);
    json_object_set_new(o, "linear", s->tested ? json_boolean(s->linear) : json_null());
    json_object_set_new(o, "worst_point",
                        s->tested ? json_integer((json_int_t) s->worst + 1) : json_null());
    json_object_set_new(o, "worst_residual_half_widths",
                        s->tested ? plb_json_number(s->worst_ratio) : json_null());
    json_object_set_new(o, "allowed_half_widths",
                        s->tested ? plb_json_number(s->limit_ratio) : json_null());
    return o;
}

plb_status plb_sweep_summary_json(const plb_sweep_summary *s, char **text, plb_error *error) {
    json_t *o = json_object(), *points = json_array(), *varied = json_array();
    *text = NULL;
    for (size_t f = 0; f < s->factor_count; f++) {
        if (s->factors[f].varied) json_array_append_new(varied, json_string(s->factors[f].name));
    }
    for (size_t i = 0; i < s->point_count; i++) {
        json_array_append_new(points, point_json(s, &s->points[i]));
    }
    json_object_set_new(o, "script", json_string(s->script));
    json_object_set_new(o, "language", json_string(s->language));
    json_object_set_new(o, "protocol_version", json_integer(s->protocol_version));
    json_object_set_new(o, "target", json_string(s->target));
    json_object_set_new(o, "strategy", s->strategy ? json_string(s->strategy) : json_null());
    json_object_set_new(o, "varied", varied);
    json_object_set_new(o, "design_points", points);
    json_object_set_new(o, "function", function_json(s));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(plb_sweep_noise_floor_ns(s)));
    json_object_set_new(o, "measured", json_boolean(s->sampling != NULL));
    json_object_set_new(o, "partial", json_boolean(plb_sweep_partial(s)));
    json_object_set_new(o, "flags", plb_json_flags(plb_sweep_flags(s)));
    if (s->sampling != NULL) {
        plb_json_set_sampling(o, s->sampling);
        json_object_set_new(o, "subjects", plb_json_subjects(s->sampling));
    }
    return plb_json_take_text(o, text, error);
}
