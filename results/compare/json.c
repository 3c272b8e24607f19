/* A comparison for programs: JSON, CSV. */
#include <math.h>

#include "results/compare/compare.h"
#include "results/json.h"
#include "results/markup.h"

static json_t *level_json(const plb_compare_level *level, const char *unit) {
    json_t *o = plb_json_estimate(&level->mean, unit);
    json_object_set_new(o, "runs", json_integer((json_int_t) level->runs));
    json_object_set_new(o, "within_runs", plb_json_number(level->within));
    json_object_set_new(o, "between_runs", plb_json_number(level->between));
    json_object_set_new(o, "between_runs_from",
                        json_string(level->between_stated     ? "stated"
                                    : level->between_borrowed ? "other side"
                                                              : "runs"));
    return o;
}

static json_t *row_json(const plb_comparison_report *r, const plb_compare_row *row) {
    json_t *o = json_pack("{s:s, s:s, s:s}", "name", row->name, "side", r->sides[row->side].name,
                          "verdict", plb_compare_verdict_name(row->verdict, row->is_time));
    json_object_set_new(o, "before", level_json(&row->before, row->unit));
    json_object_set_new(o, "after", level_json(&row->after, row->unit));
    json_object_set_new(o, "difference",
                        row->difference.method ? plb_json_estimate(&row->difference, row->unit)
                                               : json_null());
    json_object_set_new(o, "change", plb_json_number(row->change));
    json_object_set_new(o, "change_low", plb_json_number(row->low));
    json_object_set_new(o, "change_high", plb_json_number(row->high));
    json_object_set_new(o, "p", plb_json_number(row->p));
    json_object_set_new(o, "p_adjusted", plb_json_number(row->p_adjusted));
    return o;
}

static json_t *side_json(const plb_compare_facts *side) {
    json_t *o =
        json_pack("{s:s, s:I, s:s, s:s, s:s}", "name", side->name, "runs", (json_int_t) side->runs,
                  "first_utc", side->first, "last_utc", side->last, "flags", side->flags);
    const struct {
        const char *key;
        double value;
    } paces[] = {{"pace_ns", side->pace_ns},
                 {"pace_low_ns", side->pace_low_ns},
                 {"pace_high_ns", side->pace_high_ns}};
    for (size_t i = 0; i < sizeof paces / sizeof *paces; i++) {
        json_object_set_new(o, paces[i].key,
                            paces[i].value > 0 ? plb_json_number(paces[i].value) : json_null());
    }
    json_object_set_new(o, "scale", plb_json_number(side->scale));
    return o;
}

static json_t *values_json(const plb_comparison_report *r, const char *const *values) {
    json_t *list = json_array();
    for (size_t i = 0; i < r->side_count; i++) {
        json_array_append_new(list, *values[i] ? json_string(values[i]) : json_null());
    }
    return list;
}

static json_t *texts_json(const char *const *texts, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(list, json_string(texts[i]));
    return list;
}

static void set_lists(json_t *o, const plb_comparison_report *r) {
    json_t *sides = json_array(), *figures = json_array(), *exact = json_array(),
           *inputs = json_array();
    for (size_t i = 0; i < r->side_count; i++)
        json_array_append_new(sides, side_json(&r->sides[i]));
    for (size_t i = 0; i < r->row_count; i++) {
        json_array_append_new(figures, row_json(r, &r->rows[i]));
    }
    for (size_t i = 0; i < r->exact_count; i++) {
        json_t *one =
            json_pack("{s:s, s:b}", "name", r->exact[i].name, "differs", (int) r->exact[i].differs);
        json_object_set_new(one, "values", values_json(r, r->exact[i].values));
        json_array_append_new(exact, one);
    }
    for (size_t i = 0; i < r->input_count; i++) {
        json_t *one = json_pack("{s:s, s:s}", "kind", r->inputs[i].kind, "name", r->inputs[i].name);
        json_object_set_new(one, "values", values_json(r, r->inputs[i].values));
        json_array_append_new(inputs, one);
    }
    json_object_set_new(o, "sides", sides);
    json_object_set_new(o, "figures", figures);
    json_object_set_new(o, "exact", exact);
    json_object_set_new(o, "inputs", inputs);
}

plb_status plb_comparison_json(const plb_comparison *c, char **text, plb_error *error) {
    const plb_comparison_report *r = &c->report;
    char conclusion[PLB_COMPARE_LINE_BYTES];
    json_t *o = json_object();
    plb_comparison_conclusion(r, conclusion);
    set_lists(o, r);
    json_object_set_new(o, "conclusion", json_string(conclusion));
    json_object_set_new(o, "correction", json_string("Holm 1979"));
    json_object_set_new(o, "family", json_integer((json_int_t) r->tested));
    json_object_set_new(o, "level", plb_json_number(r->level));
    json_object_set_new(o, "tolerance", plb_json_number(r->tolerance));
    json_object_set_new(o, "between_runs_stated", plb_json_number(r->between_runs));
    json_object_set_new(o, "pace_ns", r->pace_ns > 0 ? plb_json_number(r->pace_ns) : json_null());
    json_object_set_new(o, "notes", texts_json(r->notes, r->note_count));
    return plb_json_take_text(o, text, error);
}

/* ---- CSV ---- */

static void print_number(FILE *out, double value) {
    if (isfinite(value)) {
        fprintf(out, ",%.12g", value);
    } else {
        fputs(",NA", out);
    }
}

static void print_level(FILE *out, const plb_compare_level *level) {
    const double values[] = {level->mean.value, level->mean.low, level->mean.high, level->within,
                             level->between};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        print_number(out, values[i]);
    }
    fprintf(out, ",%zu", level->runs);
}

plb_status plb_comparison_csv(const plb_comparison *c, char **text, plb_error *error) {
    static const char heads[] =
        "figure,unit,side,before,before_low,before_high,before_within_runs,before_between_runs,"
        "before_runs,after,after_low,after_high,after_within_runs,after_between_runs,after_runs,"
        "difference,difference_low,difference_high,change,change_low,change_high,p,p_adjusted,"
        "verdict\n";
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    fputs(heads, out);
    for (size_t i = 0; i < c->report.row_count; i++) {
        const plb_compare_row *row = &c->report.rows[i];
        const double values[] = {row->difference.value,
                                 row->difference.low,
                                 row->difference.high,
                                 row->change,
                                 row->low,
                                 row->high,
                                 row->p,
                                 row->p_adjusted};
        plb_print_csv(out, row->name);
        fputc(',', out);
        plb_print_csv(out, row->unit);
        fputc(',', out);
        plb_print_csv(out, c->report.sides[row->side].name);
        print_level(out, &row->before);
        print_level(out, &row->after);
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) print_number(out, values[k]);
        fprintf(out, ",%s\n", plb_compare_verdict_name(row->verdict, row->is_time));
    }
    return plb_text_close(out, text, error);
}
