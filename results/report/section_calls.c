/* What a call costs: by stage, by loops, at a rate. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/report/sections.h"

#define NO_INTERVAL NAN, NAN

static bool is_calibration(const plb_report_source *source) {
    return source->summary && strcmp(source->summary_name, "summary.json") == 0;
}

/* ---- Stages ---- */

static const plb_column_choice stage_columns[] = {
    {"Stage", "", "name", NULL},
    {"Overhead per call", "ns", "overhead_per_call",
     "summary.json stages.rows[].overhead_per_call"},
    {"Beyond noise", "", "resolved", "summary.json stages.rows[].resolved"},
    {"Noise floor", "ns", "noise_floor_ns", "summary.json stages.rows[].noise_floor_ns"},
    {"Call, no loops", "ns", "time.call-empty", NULL},
    {"Twin", "ns", "time.twin", NULL},
    {"Call", "ns", "time.call", NULL},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice charge_columns[] = {
    {"Stage", "", "name", NULL},
    {"Measured", "ns", "measured", "summary.json charges.rows[].measured"},
    {"Paid by ExUnits", "steps", "exunits_steps", "summary.json charges.rows[].exunits_steps"},
    {"Paid by size", "steps", "size_fee_steps", "summary.json charges.rows[].size_fee_steps"},
    {"Paid for reference scripts", "steps", "reference_script_fee_steps",
     "summary.json charges.rows[].reference_script_fee_steps"},
    {"ExUnits over measured, 1 step = 1 ps", "1", "paid_by_exunits_at_1_ps",
     "summary.json charges.rows[].paid_by_exunits_at_1_ps"},
    {"All over measured, 1 step = 1 ps", "1", "paid_by_all_at_1_ps",
     "summary.json charges.rows[].paid_by_all_at_1_ps"},
    {NULL, NULL, NULL, NULL},
};

static void plot_stages(json_t *section, const json_t *rows, const json_t *charges) {
    json_t *plot = plb_plot_add(
        section, "stages", "Overhead per call, by stage",
        "Call at no loops less its value-only twin; whiskers are 95 % intervals. Circles: what "
        "ExUnits pay for the stage, a step being 1 ps.");
    json_t *names = plb_axis_names(plot, "y", "");
    plb_axis_set(plot, "x", "time per call", "ns", "linear");
    json_t *measured = plb_series_add(plot, "measured", "bars");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        plb_name_add(names, plb_string_at(json_array_get(rows, i), "name"));
        plb_point_of(measured, (double) i, json_array_get(rows, i), "overhead_per_call");
    }
    if (json_array_size(charges) != json_array_size(rows)) return;
    json_t *paid = plb_series_add(plot, "paid by ExUnits", "points");
    for (size_t i = 0; i < json_array_size(charges); i++) {
        double steps = plb_number_at(json_array_get(charges, i), "exunits_steps");
        plb_point_add(paid, (double) i, steps / 1000, NO_INTERVAL);
    }
}

plb_status plb_section_stages(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    const json_t *rows = plb_json_at(source->summary, "stages.rows");
    const json_t *charges = plb_json_at(source->summary, "charges.rows");
    if (!is_calibration(source) || !rows) return PLB_OK;
    json_t *section = plb_section_add(
        part, "stages", "Overhead by stage",
        "What the ledger does for a call and not for its twin, timed by stage in rounds of their "
        "own. What reading the clock adds is subtracted (docs/stages.md).");
    plot_stages(section, rows, charges);
    plb_table_of(section, "stages", "Stages", "Means of the stages, which add up.", rows,
                 stage_columns);
    if (charges) {
        plb_table_of(section, "charges", "Measured and charged",
                     "What the ledger charges for each stage, in steps: fees become steps by the "
                     "ExUnits price of a step.",
                     charges, charge_columns);
    }
    return PLB_OK;
}

/* ---- Loops ---- */

/* What the figures say of a call with that many loops: the twin's median, the overhead, and the
 * cost per loop. Intervals of both are added, as if they were not independent. */
typedef struct loop_line {
    double at_zero, at_zero_low, at_zero_high;
    double per_loop, per_loop_low, per_loop_high;
} loop_line;

static double median_of(const json_t *subject) {
    return plb_number_at(subject, "percentiles.p50_ns");
}

static const json_t *subject_named(const json_t *subjects, const char *name) {
    for (size_t i = 0; i < json_array_size(subjects); i++) {
        const json_t *subject = json_array_get(subjects, i);
        if (strcmp(plb_string_at(subject, "name"), name) == 0) return subject;
    }
    return NULL;
}

static const json_t *either_of(const json_t *summary, const char *figure) {
    const json_t *both = plb_json_at(summary, figure);
    const json_t *regression = plb_json_at(both, "regression");
    return plb_is_estimate(regression) ? regression : plb_json_at(both, "paired");
}

static bool find_line(const json_t *summary, loop_line *line) {
    const json_t *twin = subject_named(plb_json_at(summary, "subjects"), "twin");
    const json_t *overhead = either_of(summary, "overhead_per_call");
    const json_t *loop = either_of(summary, "cost_per_loop");
    if (!twin || !plb_is_estimate(overhead) || !plb_is_estimate(loop)) return false;
    double base = median_of(twin);
    *line = (loop_line){.at_zero = base + plb_number_at(overhead, "value"),
                        .at_zero_low = base + plb_number_at(overhead, "low"),
                        .at_zero_high = base + plb_number_at(overhead, "high"),
                        .per_loop = plb_number_at(loop, "value"),
                        .per_loop_low = plb_number_at(loop, "low"),
                        .per_loop_high = plb_number_at(loop, "high")};
    return isfinite(line->at_zero);
}

static void plot_loops(json_t *section, const json_t *subjects, const loop_line *line) {
    json_t *plot =
        plb_plot_add(section, "loops", "Time against loops",
                     "Points: median of the samples, from the lowest of them up to the 90th "
                     "percentile. Line: twin + overhead + loops × cost per loop, with "
                     "the intervals of both.");
    plb_axis_set(plot, "x", "loops", "", "linear");
    plb_axis_set(plot, "y", "time of a submission", "ns", "linear");
    json_t *fit = plb_series_add(plot, "fit", "band");
    json_t *calls = plb_series_add(plot, "calls", "points");
    double most = 0;
    for (size_t i = 0; i < json_array_size(subjects); i++) {
        const json_t *s = json_array_get(subjects, i);
        double loops = plb_number_at(s, "loops");
        if (!(plb_number_at(s, "calls") > 0)) continue;
        plb_point_add(calls, loops, median_of(s), plb_number_at(s, "percentiles.min_ns"),
                      plb_number_at(s, "percentiles.p90_ns"));
        most = fmax(most, loops);
    }
    for (int i = 0; i <= 20; i++) {
        double loops = most * i / 20;
        plb_point_add(fit, loops, line->at_zero + loops * line->per_loop,
                      line->at_zero_low + loops * line->per_loop_low,
                      line->at_zero_high + loops * line->per_loop_high);
    }
}

static void tabulate_loops(json_t *section, const json_t *subjects, const loop_line *line) {
    json_t *plot = plb_plot_add(section, "loops-residuals", "Residuals of the fit",
                                "Median of the samples less the line. The band is the interval of "
                                "the line itself.");
    json_t *table = plb_table_add(section, "loops", "Time against loops", "");
    plb_axis_set(plot, "x", "loops", "", "linear");
    plb_axis_set(plot, "y", "median less fit", "ns", "linear");
    json_t *band = plb_series_add(plot, "interval of the fit", "band");
    json_t *residuals = plb_series_add(plot, "residual", "points");
    plb_column_add(table, "Submission", "", NULL);
    plb_column_add(table, "Loops", "", "summary.json subjects[].loops");
    plb_column_add(table, "Median", "ns", "summary.json subjects[].percentiles.p50_ns");
    plb_column_add(table, "Fit", "ns", NULL);
    plb_column_add(table, "Residual", "ns", NULL);
    for (size_t k = json_array_size(subjects); k-- > 0;) {
        const json_t *s = json_array_get(subjects, k);
        double loops = plb_number_at(s, "loops"), median = median_of(s);
        double fitted = line->at_zero + loops * line->per_loop;
        if (!(plb_number_at(s, "calls") > 0)) continue;
        json_t *row = plb_row_add(table);
        plb_cell_add(row, plb_cell_string(plb_string_at(s, "label")));
        plb_cell_add(row, plb_cell_number(loops));
        plb_cell_add(row, plb_cell_number(median));
        plb_cell_add(row, plb_cell_number(fitted));
        plb_cell_add(row, plb_cell_number(median - fitted));
        plb_point_add(residuals, loops, median - fitted, NO_INTERVAL);
        plb_point_add(
            band, loops, 0,
            line->at_zero_low - line->at_zero + loops * (line->per_loop_low - line->per_loop),
            line->at_zero_high - line->at_zero + loops * (line->per_loop_high - line->per_loop));
    }
}

plb_status plb_section_loops(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    const json_t *subjects = plb_json_at(source->summary, "subjects");
    loop_line line;
    if (!is_calibration(source) || !find_line(source->summary, &line)) return PLB_OK;
    json_t *section = plb_section_add(
        part, "loops", "Time against loops",
        "The model of a calibration: a submission takes what its twin takes, the overhead of the "
        "call, and the cost of each loop.");
    plot_loops(section, subjects, &line);
    tabulate_loops(section, subjects, &line);
    return PLB_OK;
}

/* ---- Rate ---- */

static const plb_column_choice rate_columns[] = {
    {"Submitted", "", "label", NULL},
    {"Rate achieved", "1/s", "rate_achieved", "rate.json call.rate_achieved"},
    {"Capacity", "1/s", "rate_capacity", "rate.json call.rate_capacity"},
    {"Utilisation", "1", "utilisation", "rate.json call.utilisation"},
    {"Saturated", "", "saturated", "rate.json call.saturated"},
    {"Late", "", "late", "rate.json call.late"},
    {"Longest line", "", "backlog_most", "rate.json call.backlog_most"},
    {"Latency, median", "ns", "latency.p50_ns", "rate.json call.latency.p50_ns"},
    {"Latency, 99 %", "ns", "latency.p99_ns", "rate.json call.latency.p99_ns"},
    {"Service, median", "ns", "service.p50_ns", "rate.json call.service.p50_ns"},
    {"Service, 99 %", "ns", "service.p99_ns", "rate.json call.service.p99_ns"},
    {NULL, NULL, NULL, NULL},
};

plb_status plb_section_rate(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *rate = NULL;
    plb_status status = plb_source_json(source, "rate.json", &rate, error);
    if (!rate) return status;
    json_t *list =
        json_pack("[O?, O?]", json_object_get(rate, "call"), json_object_get(rate, "twin"));
    char about[160];
    (void) snprintf(
        about, sizeof about,
        "An open loop: submissions at %g a second, each timed from when it was intended "
        "(%s).",
        plb_number_at(rate, "rate_asked"), plb_string_at(rate, "arrivals"));
    json_t *section = plb_section_add(part, "rate", "At a rate", about);
    plb_table_of(section, "rate", "Open loop", "", list, rate_columns);
    json_decref(list);
    json_decref(rate);
    return PLB_OK;
}
