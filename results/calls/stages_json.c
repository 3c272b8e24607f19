/* The objects "stages" and "charges" of summary.json. */
#include <math.h>

#include "results/budget/budget.h"
#include "results/calls/stages.h"
#include "results/json.h"

static json_t *estimate_json(const plb_estimate *estimate, const char *unit) {
    return estimate->method ? plb_json_estimate(estimate, unit) : json_null();
}

/* ---- Stages ---- */

static json_t *row_json(const char *name, const plb_stage_row *row) {
    json_t *o = json_object(), *times = json_object(), *readings = json_object();
    for (int i = 0; i < PLB_STAGED_COUNT; i++) {
        const char *staged = plb_staged_name((plb_staged) i);
        json_object_set_new(times, staged, estimate_json(&row->time_ns[i], "ns"));
        json_object_set_new(readings, staged, plb_json_number(row->marks[i]));
    }
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "time", times);
    json_object_set_new(o, "clock_readings", readings);
    json_object_set_new(o, "overhead_per_call", estimate_json(&row->overhead_ns, "ns"));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(row->noise_floor_ns));
    if (row->overhead_ns.method) {
        bool resolved = plb_estimate_resolved(&row->overhead_ns, row->noise_floor_ns);
        json_object_set_new(o, "resolved", json_boolean(resolved));
    }
    return o;
}

json_t *plb_stages_json(const plb_stage_summary *s) {
    json_t *o = json_object(), *rows = json_array(), *samples = json_object();
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        json_array_append_new(rows, row_json(plb_stage_name((plb_stage) k), &s->stages[k]));
    }
    for (int i = 0; i < PLB_STAGED_COUNT; i++) {
        json_object_set_new(samples, plb_staged_name((plb_staged) i),
                            json_integer((json_int_t) s->samples[i]));
    }
    json_object_set_new(o, "rows", rows);
    json_object_set_new(o, "sum", row_json("sum", &s->sum));
    json_object_set_new(o, "clock_read_ns", plb_json_number(s->clock_read_ns));
    json_object_set_new(o, "overhead_without_marks", estimate_json(&s->unmarked_ns, "ns"));
    json_object_set_new(o, "overhead_with_marks", estimate_json(&s->marked_ns, "ns"));
    json_object_set_new(o, "marks_add", estimate_json(&s->marking_ns, "ns"));
    json_object_set_new(o, "marks_add_per_submission", estimate_json(&s->submission_ns, "ns"));
    json_object_set_new(o, "discrepancy", estimate_json(&s->discrepancy_ns, "ns"));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(s->noise_floor_ns));
    json_object_set_new(o, "marks_subtracted",
                        json_string(s->marks_measured ? "measured" : "half a clock read each"));
    json_object_set_new(o, "adds_up", json_boolean(s->adds_up));
    json_object_set_new(o, "partial", json_boolean(s->partial));
    json_object_set_new(o, "rounds", json_integer((json_int_t) s->rounds));
    json_object_set_new(o, "epochs", json_integer((json_int_t) s->epochs));
    json_object_set_new(o, "elapsed_s", plb_json_number(s->elapsed_s));
    json_object_set_new(o, "samples", samples);
    return o;
}

/* ---- Charges ---- */

static json_t *share_json(const plb_charge_row *row, bool fees, double ns_per_step) {
    plb_estimate share;
    return plb_charge_share(row, fees, ns_per_step, &share) ? plb_json_estimate(&share, "1")
                                                            : json_null();
}

static json_t *charge_json(const char *name, const plb_charge_row *row,
                           const plb_charge_summary *s) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "measured", estimate_json(&row->measured_ns, "ns"));
    json_object_set_new(o, "resolved", json_boolean(row->resolved));
    json_object_set_new(o, "exunits_steps", plb_json_number(row->exunits_steps));
    json_object_set_new(o, "size_fee_steps", plb_json_number(row->size_steps));
    json_object_set_new(o, "reference_script_fee_steps", plb_json_number(row->reference_steps));
    json_object_set_new(o, "paid_by_exunits_at_1_ps", share_json(row, false, 1e-3));
    json_object_set_new(o, "paid_by_all_at_1_ps", share_json(row, true, 1e-3));
    double here = s->has_ns_per_step ? s->ns_per_step.value : (double) NAN;
    json_object_set_new(o, "paid_by_exunits_at_this_machines_step", share_json(row, false, here));
    json_object_set_new(o, "paid_by_all_at_this_machines_step", share_json(row, true, here));
    return o;
}

json_t *plb_charges_json(const plb_charge_summary *s) {
    json_t *o = json_object(), *rows = json_array();
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        json_array_append_new(rows, charge_json(plb_stage_name((plb_stage) k), &s->stages[k], s));
    }
    json_object_set_new(o, "rows", rows);
    json_object_set_new(o, "total", charge_json("total", &s->total, s));
    json_object_set_new(o, "exunits", plb_exunits_json(s->exunits));
    json_object_set_new(o, "lovelace_per_step", plb_json_number(s->lovelace_per_step));
    json_object_set_new(o, "memory_as_steps", plb_json_number(s->memory_steps));
    json_object_set_new(o, "exunits_lovelace", plb_json_number(s->exunits_lovelace));
    json_object_set_new(o, "size_fee_lovelace", plb_json_number(s->size_lovelace));
    json_object_set_new(o, "reference_script_fee_lovelace", plb_json_number(s->reference_lovelace));
    json_object_set_new(o, "script_bytes", json_integer((json_int_t) s->script_bytes));
    json_object_set_new(o, "other_bytes", json_integer((json_int_t) s->other_bytes));
    json_object_set_new(o, "reference_script_bytes",
                        json_integer((json_int_t) s->reference_script_bytes));
    json_object_set_new(o, "time_per_charged_step",
                        s->has_ns_per_step ? plb_json_estimate(&s->ns_per_step, "ns")
                                           : json_null());
    return o;
}
