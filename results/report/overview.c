/* What is said of several runs: side by side, compared, along a line. */
#include <math.h>
#include <string.h>

#include "results/report/report.h"

/* ---- Side by side ---- */

static bool same_headlines(const json_t *runs) {
    const json_t *first = json_array_get(runs, 0);
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        if (strcmp(plb_string_at(run, "headline.name"), plb_string_at(first, "headline.name")) !=
                0 ||
            !plb_is_estimate(plb_json_at(run, "headline"))) {
            return false;
        }
    }
    return true;
}

static void plot_headlines(json_t *section, const json_t *runs) {
    const json_t *first = plb_json_at(json_array_get(runs, 0), "headline");
    json_t *plot = plb_plot_add(section, "headlines", "The same figure, run by run",
                                "With each run's own interval. Whether a difference is one, a "
                                "comparison says.");
    json_t *names = plb_axis_names(plot, "y", "");
    json_t *series = plb_series_add(plot, plb_string_at(first, "name"), "points");
    plb_axis_set(plot, "x", plb_string_at(first, "name"), plb_string_at(first, "unit"), "linear");
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i), *figure = plb_json_at(run, "headline");
        plb_name_add(names, plb_string_at(run, "title"));
        plb_point_add(series, (double) i, plb_number_at(figure, "value"),
                      plb_number_at(figure, "low"), plb_number_at(figure, "high"));
    }
}

void plb_overview_runs(json_t *overview, const json_t *runs) {
    static const struct {
        const char *title, *path;
    } columns[] = {
        {"Run", "title"},
        {"Figure", "headline.name"},
        {"Value", "headline"},
        {"Unit", "headline.unit"},
        {"State", "facts.state"},
        {"Command", "facts.command"},
        {"Script", "facts.script"},
        {"Begun", "facts.started_utc"},
        {"Machine", "facts.machine"},
        {"Revision", "facts.revision"},
    };
    json_t *section = plb_section_add(overview, "side-by-side", "Side by side",
                                      "The runs of this report; each has a part of its own.");
    if (same_headlines(runs)) plot_headlines(section, runs);
    json_t *table = plb_table_add(section, "runs", "Runs", "");
    size_t count = sizeof columns / sizeof *columns;
    for (size_t c = 0; c < count; c++) plb_column_add(table, columns[c].title, "", NULL);
    plb_column_add(table, "Warnings", "", NULL);
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        json_t *row = plb_row_add(table);
        for (size_t c = 0; c < count; c++) {
            plb_cell_add(row, plb_cell_of(plb_json_at(run, columns[c].path)));
        }
        plb_cell_add(row, plb_cell_number((double) json_array_size(plb_json_at(run, "warnings"))));
    }
}

/* ---- Compared ---- */

static json_t *change_cell(const plb_compare_row *row) {
    if (!isfinite(row->change)) return NULL;
    return isfinite(row->low) && isfinite(row->high)
               ? json_pack("{s:f, s:f, s:f}", "value", 100 * row->change, "low", 100 * row->low,
                           "high", 100 * row->high)
               : json_real(100 * row->change);
}

static json_t *estimate_cell(const plb_estimate *e, const char *unit) {
    if (!e->method || !isfinite(e->value)) return NULL;
    if (!isfinite(e->low) || !isfinite(e->high)) return json_real(e->value);
    return json_pack("{s:f, s:f, s:f, s:s, s:s}", "value", e->value, "low", e->low, "high", e->high,
                     "unit", unit, "method", e->method);
}

static void tabulate_changes(json_t *section, const plb_comparison_report *c) {
    json_t *table = plb_table_add(section, "differences", "Differences",
                                  "Within: what runs claim for themselves; between: what varies "
                                  "between runs beyond that. Both are standard deviations.");
    static const struct {
        const char *title, *unit;
    } columns[] = {
        {"Side", ""},           {"Figure", ""},          {"Verdict", ""}, {"Change", "%"},
        {"p, corrected", ""},   {"Before", ""},          {"After", ""},   {"Unit", ""},
        {"Within, before", ""}, {"Between, before", ""},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        plb_column_add(table, columns[i].title, columns[i].unit, NULL);
    }
    for (size_t i = 0; i < c->row_count; i++) {
        const plb_compare_row *row = &c->rows[i];
        json_t *cells = plb_row_add(table);
        plb_cell_add(cells, plb_cell_string(c->sides[row->side].name));
        plb_cell_add(cells, plb_cell_string(row->name));
        plb_cell_add(cells, plb_cell_string(plb_compare_verdict_name(row->verdict, row->is_time)));
        plb_cell_add(cells, change_cell(row));
        plb_cell_add(cells, plb_cell_number(row->p_adjusted));
        plb_cell_add(cells, estimate_cell(&row->before.mean, row->unit));
        plb_cell_add(cells, estimate_cell(&row->after.mean, row->unit));
        plb_cell_add(cells, plb_cell_string(row->unit));
        plb_cell_add(cells, plb_cell_number(row->before.within));
        plb_cell_add(cells, plb_cell_number(row->before.between));
    }
}

#define CHANGES_MOST 60 /* of a plot */

static void plot_changes(json_t *section, const plb_comparison_report *c) {
    json_t *plot = plb_plot_add(section, "changes", "Change of each figure",
                                "Relative to the first side, with 95 % intervals.");
    json_t *names = plb_axis_names(plot, "y", "");
    json_t *noise = plb_series_add(plot, "within noise", "points");
    json_t *beyond = plb_series_add(plot, "beyond noise", "points");
    plb_axis_set(plot, "x", "change", "%", "linear");
    for (size_t i = 0, place = 0; i < c->row_count && place < CHANGES_MOST; i++) {
        const plb_compare_row *row = &c->rows[i];
        char name[192];
        bool claimed = row->verdict == PLB_COMPARE_LESS || row->verdict == PLB_COMPARE_MORE;
        if (!isfinite(row->change)) continue;
        (void) snprintf(name, sizeof name, "%s%s%s", row->name, c->side_count > 2 ? ", " : "",
                        c->side_count > 2 ? c->sides[row->side].name : "");
        plb_name_add(names, name);
        plb_point_add(claimed ? beyond : noise, (double) place++, 100 * row->change, 100 * row->low,
                      100 * row->high);
    }
}

/* Kind, name, and a value for each side. */
static void tabulate_inputs(json_t *section, const plb_comparison_report *c) {
    json_t *inputs = plb_table_add(section, "inputs", "What else is not the same",
                                   "Inputs of the manifests: a change in time may be theirs.");
    json_t *exact = plb_table_add(section, "exact", "Exact quantities",
                                  "Budgets, loop counts, sizes and fees.");
    plb_column_add(inputs, "Kind", "", NULL);
    plb_column_add(inputs, "Name", "", NULL);
    plb_column_add(exact, "Quantity", "", NULL);
    plb_column_add(exact, "Differs", "", NULL);
    for (size_t k = 0; k < c->side_count; k++) {
        plb_column_add(inputs, c->sides[k].name, "", NULL);
        plb_column_add(exact, c->sides[k].name, "", NULL);
    }
    for (size_t i = 0; i < c->input_count; i++) {
        json_t *row = plb_row_add(inputs);
        plb_cell_add(row, plb_cell_string(c->inputs[i].kind));
        plb_cell_add(row, plb_cell_string(c->inputs[i].name));
        for (size_t k = 0; k < c->side_count; k++) {
            plb_cell_add(row, plb_cell_string(c->inputs[i].values[k]));
        }
    }
    for (size_t i = 0; i < c->exact_count; i++) {
        json_t *row = plb_row_add(exact);
        plb_cell_add(row, plb_cell_string(c->exact[i].name));
        plb_cell_add(row, json_boolean(c->exact[i].differs));
        for (size_t k = 0; k < c->side_count; k++) {
            plb_cell_add(row, plb_cell_string(c->exact[i].values[k]));
        }
    }
}

plb_status plb_report_add_comparison(plb_report *report, const plb_comparison_report *comparison,
                                     plb_error *error) {
    json_t *section = plb_section_add(report->overview, "comparison", "Comparison",
                                      "Which differences are beyond noise, corrected for how many "
                                      "are looked at (docs/compare.md).");
    if (!section) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    for (size_t i = 0; i < comparison->note_count; i++) {
        plb_text_add(section, comparison->notes[i]);
    }
    plot_changes(section, comparison);
    tabulate_changes(section, comparison);
    tabulate_inputs(section, comparison);
    return PLB_OK;
}

plb_status plb_report_add_note(plb_report *report, const char *text, plb_error *error) {
    json_t *section = plb_section_add(report->overview, "notes", "Note", "");
    plb_text_add(section, text);
    return section ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
}

/* ---- Along a line ---- */

static void plot_timeline(json_t *section, const plb_timeline_report *t) {
    json_t *plot = plb_plot_add(section, "timeline", t->metric,
                                "Points with 95 % intervals; the line is the level between two "
                                "changes, with its interval.");
    char order[64];
    (void) snprintf(order, sizeof order, "number of the point, by %s", plb_timeline_by_name(t->by));
    plb_axis_set(plot, "x", order, "", "linear");
    plb_axis_set(plot, "y", t->metric, t->unit, "linear");
    for (size_t s = 0; s < t->segment_count; s++) {
        const plb_timeline_segment *segment = &t->segments[s];
        json_t *level = plb_series_add(plot, s == 0 ? "level" : "level after a change", "band");
        double ends[] = {(double) segment->first - 0.4,
                         (double) (segment->first + segment->count) - 0.6};
        for (int k = 0; k < 2; k++) {
            plb_point_add(level, ends[k] + 1, segment->level.value, segment->level.low,
                          segment->level.high);
        }
    }
    json_t *points = plb_series_add(plot, "run", "points");
    for (size_t i = 0; i < t->point_count; i++) {
        const plb_estimate *e = &t->points[i].value;
        plb_point_add(points, (double) i + 1, e->value, e->low, e->high);
    }
}

static void tabulate_timeline(json_t *section, const plb_timeline_report *t) {
    json_t *points = plb_table_add(section, "points", "Points", "");
    json_t *changes = plb_table_add(section, "changes", "Changes", "");
    plb_column_add(points, "Number", "", NULL);
    plb_column_add(points, plb_timeline_by_name(t->by), "", NULL);
    plb_column_add(points, "Begun", "", NULL);
    plb_column_add(points, "Runs", "", NULL);
    plb_column_add(points, t->metric, t->unit, NULL);
    for (size_t i = 0; i < t->point_count; i++) {
        const plb_timeline_point *point = &t->points[i];
        json_t *row = plb_row_add(points);
        plb_cell_add(row, json_integer((json_int_t) i + 1));
        plb_cell_add(row, plb_cell_string(point->label));
        plb_cell_add(row, plb_cell_string(point->began));
        plb_cell_add(row, json_integer((json_int_t) point->runs));
        plb_cell_add(row, estimate_cell(&point->value, t->unit));
    }
    plb_column_add(changes, "At point", "", NULL);
    plb_column_add(changes, "Earliest", "", NULL);
    plb_column_add(changes, "Latest", "", NULL);
    plb_column_add(changes, "Size", t->unit, NULL);
    plb_column_add(changes, "Change", "%", NULL);
    for (size_t i = 0; i < t->change_count; i++) {
        const plb_timeline_change *change = &t->changes[i];
        json_t *row = plb_row_add(changes);
        plb_cell_add(row, json_integer((json_int_t) change->at + 1));
        plb_cell_add(row, json_integer((json_int_t) change->earliest + 1));
        plb_cell_add(row, json_integer((json_int_t) change->latest + 1));
        plb_cell_add(row, estimate_cell(&change->size, t->unit));
        plb_cell_add(row, plb_cell_number(100 * change->change));
    }
}

plb_status plb_report_add_timeline(plb_report *report, const plb_timeline_report *timeline,
                                   plb_error *error) {
    json_t *section = plb_section_add(report->overview, "timeline", "Timeline",
                                      "A figure along a line of runs, and where it changes.");
    if (!section) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    for (size_t i = 0; i < timeline->note_count; i++) plb_text_add(section, timeline->notes[i]);
    plot_timeline(section, timeline);
    tabulate_timeline(section, timeline);
    return PLB_OK;
}
