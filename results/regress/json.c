#include "results/json.h"

#include "results/regress/report.h"

static json_t *time_json(const plb_gate_time *time) {
    if (!(time->ns > 0)) return json_null();
    json_t *o = json_object();
    json_object_set_new(o, "ns", plb_json_number(time->ns));
    json_object_set_new(o, "low_ns", plb_json_number(time->low_ns));
    json_object_set_new(o, "high_ns", plb_json_number(time->high_ns));
    json_object_set_new(o, "freedom", plb_json_number(time->freedom));
    json_object_set_new(o, "spread", plb_json_number(time->spread));
    json_object_set_new(o, "processes", json_integer((json_int_t) time->processes));
    return o;
}

static void set_comparison(json_t *o, const plb_gate_row *row) {
    json_object_set_new(o, "change", plb_json_number(row->change));
    json_object_set_new(o, "low", plb_json_number(row->low));
    json_object_set_new(o, "high", plb_json_number(row->high));
    json_object_set_new(o, "single_low", plb_json_number(row->single_low));
    json_object_set_new(o, "single_high", plb_json_number(row->single_high));
    json_object_set_new(o, "null_low", plb_json_number(row->null_low));
    json_object_set_new(o, "null_high", plb_json_number(row->null_high));
    json_object_set_new(o, "noise_floor", plb_json_number(row->noise_floor));
    json_object_set_new(o, "margin", plb_json_number(row->margin));
    json_object_set_new(o, "p", plb_json_number(row->p));
}

static json_t *row_json(const plb_gate_row *row) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(row->name));
    json_object_set_new(o, "quantity", json_string(plb_gate_quantity_name(row->quantity)));
    json_object_set_new(o, "verdict", json_string(plb_gate_verdict_name(row->verdict)));
    json_object_set_new(o, "before", time_json(&row->before));
    json_object_set_new(o, "now", time_json(&row->after));
    if (row->verdict <= PLB_GATE_UNDECIDED) set_comparison(o, row);
    if (row->advice[0] != '\0') json_object_set_new(o, "advice", json_string(row->advice));
    return o;
}

static json_t *budget_json(const plb_gate_budget *budget) {
    if (!budget->known) return json_null();
    return json_pack("{s:I, s:I}", "memory", (json_int_t) budget->used.memory, "steps",
                     (json_int_t) budget->used.steps);
}

static json_t *budget_row_json(const plb_gate_budget_row *row) {
    json_t *o = json_object();
    char variant[] = {row->variant, '\0'};
    json_object_set_new(o, "name", json_string(row->name));
    json_object_set_new(o, "variant", json_string(variant));
    json_object_set_new(o, "before", budget_json(&row->before));
    json_object_set_new(o, "now", budget_json(&row->after));
    return o;
}

static json_t *text_or_null(const char *text) {
    return text != NULL ? json_string(text) : json_null();
}

static json_t *estimate_or_null(const plb_estimate *estimate, const char *unit) {
    return estimate->method != NULL ? plb_json_estimate(estimate, unit) : json_null();
}

static void set_run(json_t *o, const plb_gate_report *r) {
    json_object_set_new(o, "mode", json_string(plb_gate_mode_name(r->mode)));
    json_object_set_new(o, "outcome", json_string(plb_gate_outcome(r)));
    json_object_set_new(o, "baseline", text_or_null(r->baseline));
    json_object_set_new(o, "against", text_or_null(r->against));
    json_object_set_new(o, "measured", text_or_null(r->measured));
    json_object_set_new(o, "both", json_boolean(r->both));
    json_object_set_new(o, "tolerance", plb_json_number(r->tolerance));
    json_object_set_new(o, "level", plb_json_number(r->level));
    json_object_set_new(o, "correction", json_string("Holm"));
    json_object_set_new(o, "items", json_integer((json_int_t) r->items));
    json_object_set_new(o, "processes", json_integer(r->processes));
    json_object_set_new(o, "elapsed_s", plb_json_number(r->elapsed_s));
    json_object_set_new(o, "interrupted", json_boolean(r->interrupted));
    json_object_set_new(o, "timed_out", json_boolean(r->timed_out));
    json_object_set_new(o, "between_runs", plb_json_number(r->between_runs));
    json_object_set_new(o, "between_runs_seen", plb_json_number(r->between_runs_seen));
    json_object_set_new(o, "common_change", estimate_or_null(&r->common, "1"));
    json_object_set_new(o, "null_called", json_integer((json_int_t) r->null_called));
    json_object_set_new(o, "null_suspicious", json_boolean(r->null_suspicious));
    json_object_set_new(o, "pace_ratio",
                        r->pace_ratio > 0 ? plb_json_number(r->pace_ratio) : json_null());
    json_object_set_new(o, "scale", estimate_or_null(&r->scale, "1"));
    json_object_set_new(o, "seed", json_integer((json_int_t) r->seed));
    json_object_set_new(o, "flags", plb_json_flags(r->flags));
    json_object_set_new(o, "environment", plb_json_environment(&r->machine));
}

plb_status plb_gate_json(const plb_gate_report *r, char **text, plb_error *error) {
    json_t *o = json_object(), *times = json_array(), *budgets = json_array();
    json_t *counts = json_object();
    char line[PLB_GATE_LINE_BYTES];
    set_run(o, r);
    for (size_t i = 0; i < r->row_count; i++) json_array_append_new(times, row_json(&r->rows[i]));
    for (size_t i = 0; i < r->budget_count; i++)
        json_array_append_new(budgets, budget_row_json(&r->budgets[i]));
    for (int v = 0; v < PLB_GATE_VERDICTS; v++)
        json_object_set_new(counts, plb_gate_verdict_name((plb_gate_verdict) v),
                            json_integer((json_int_t) r->verdicts[v]));
    plb_gate_conclusion(r, line);
    json_object_set_new(o, "conclusion", json_string(line));
    json_object_set_new(o, "times", times);
    json_object_set_new(o, "budgets_changed", budgets);
    json_object_set_new(o, "budgets_compared", json_integer((json_int_t) r->budgets_compared));
    json_object_set_new(o, "verdicts", counts);
    return plb_json_take_text(o, text, error);
}
