/* The cost model: what was measured beside what is charged, by builtin and machine step. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/report/sections.h"

#define BUILTINS_MOST 128 /* of a plot */

/* ---- Study ---- */

static const plb_column_choice builtin_columns[] = {
    {"Builtin", "", "name", "study.json builtins[].name"},
    {"Outcome", "", "outcome", "study.json builtins[].outcome"},
    {"Points", "", "points", "study.json builtins[].points"},
    {"New over old", "1", "new_over_old", "study.json builtins[].new_over_old"},
    {"Resolved", "", "resolved", "study.json builtins[].resolved"},
    {"Measured over old", "1", "measured_over_old.median",
     "study.json builtins[].measured_over_old.median"},
    {"Under-charged points, old", "1", "measured_over_old.under_share",
     "study.json builtins[].measured_over_old.under_share"},
    {"Measured over new", "1", "measured_over_new.median",
     "study.json builtins[].measured_over_new.median"},
    {"Under-charged points, new", "1", "measured_over_new.under_share",
     "study.json builtins[].measured_over_new.under_share"},
    {"Old shape", "", "old_shape", "study.json builtins[].old_shape"},
    {"New shape", "", "new_shape", "study.json builtins[].new_shape"},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice step_columns[] = {
    {"Step", "", "name", "study.json machine_steps[].name"},
    {"Fitted", "ps", "fitted", "study.json machine_steps[].fitted"},
    {"Old", "steps", "old_steps", "study.json machine_steps[].old_steps"},
    {"New", "steps", "new_steps", "study.json machine_steps[].new_steps"},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice study_call_columns[] = {
    {"Script", "", "name", "study.json calls[].name"},
    {"Overhead per call", "ns", "overhead_per_call", "study.json calls[].overhead_per_call"},
    {"Cost per loop", "ns", "cost_per_loop", "study.json calls[].cost_per_loop"},
    {"Measured over old", "1", "measured_over_old", "study.json calls[].measured_over_old"},
    {"Measured over new", "1", "measured_over_new", "study.json calls[].measured_over_new"},
    {NULL, NULL, NULL, NULL},
};

/* The median of measured over charged, whiskers from the most over-charged point to the most
 * under-charged. */
static void add_ratio(json_t *series, size_t place, const json_t *builtin, const char *which) {
    const json_t *ratio = json_object_get(builtin, which);
    double low = plb_number_at(ratio, "most_over.ratio");
    double high = plb_number_at(ratio, "most_under.ratio");
    plb_point_add(series, (double) place, plb_number_at(ratio, "median"), low > 0 ? low : NAN,
                  low > 0 ? high : NAN);
}

static void plot_builtins(json_t *section, const json_t *builtins) {
    json_t *plot = plb_plot_add(
        section, "builtins", "Measured over charged, by builtin",
        "1: charged what it takes; to the right: charged too little. Medians over the points of "
        "each builtin, with the points that are furthest off.");
    json_t *names = plb_axis_names(plot, "y", "");
    plb_axis_set(plot, "x", "measured over charged", "", "log");
    json_t *old_ones = plb_series_add(plot, "as charged", "points");
    json_t *new_ones = plb_series_add(plot, "as proposed", "points");
    for (size_t i = 0, place = 0; i < json_array_size(builtins) && place < BUILTINS_MOST; i++) {
        const json_t *builtin = json_array_get(builtins, i);
        if (!(plb_number_at(builtin, "measured_over_old.median") > 0)) continue;
        plb_name_add(names, plb_string_at(builtin, "name"));
        add_ratio(old_ones, place, builtin, "measured_over_old");
        add_ratio(new_ones, place, builtin, "measured_over_new");
        place++;
    }
}

plb_status plb_section_study(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *study = NULL;
    plb_status status = plb_source_json(source, "study.json", &study, error);
    const json_t *builtins = plb_json_at(study, "builtins");
    if (json_is_array(builtins)) {
        json_t *section = plb_section_add(part, "study", "Cost model: measured and charged",
                                          "What a study proposes beside the cost model there is "
                                          "(docs/study.md).");
        plot_builtins(section, builtins);
        plb_table_of(section, "builtins", "Builtins", "", builtins, builtin_columns);
        plb_table_of(section, "steps", "Machine steps", "", plb_json_at(study, "machine_steps"),
                     step_columns);
        plb_table_of(section, "calls", "Calls", "", plb_json_at(study, "calls"),
                     study_call_columns);
    }
    json_decref(study);
    return status;
}

/* ---- Fit ---- */

static const plb_column_choice function_columns[] = {
    {"Builtin", "", "builtin", "fit.json functions[].builtin"},
    {"Points", "", "points", "fit.json functions[].points"},
    {"Shape", "", "reference.shape", "fit.json functions[].reference.shape"},
    {"Worst under-estimate", "1", "diagnosis.worst_under_estimate",
     "fit.json functions[].diagnosis.worst_under_estimate"},
    {"Worst over-estimate", "1", "diagnosis.worst_over_estimate",
     "fit.json functions[].diagnosis.worst_over_estimate"},
    {"Under-estimated", "1", "diagnosis.share_under_estimated",
     "fit.json functions[].diagnosis.share_under_estimated"},
    {"Residuals", "us", "diagnosis.residual_deviation_us",
     "fit.json functions[].diagnosis.residual_deviation_us"},
    {"Lack of fit, p", "", "diagnosis.lack_of_fit_p",
     "fit.json functions[].diagnosis.lack_of_fit_p"},
    {"Selected shape", "", "selected.shape", "fit.json functions[].selected.shape"},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice note_columns[] = {
    {"Severity", "", "severity", NULL}, {"About", "", "name", NULL}, {"Line", "", "line", NULL},
    {"Note", "", "text", NULL},         {NULL, NULL, NULL, NULL},
};

static void plot_estimates(json_t *section, const json_t *functions) {
    json_t *plot = plb_plot_add(section, "estimates", "Fitted function against the data",
                                "Measured over fitted at the point that is furthest above, and at "
                                "the one furthest below. 1: as fitted.");
    json_t *names = plb_axis_names(plot, "y", "");
    plb_axis_set(plot, "x", "measured over fitted", "", "log");
    json_t *under = plb_series_add(plot, "worst under-estimate", "points");
    json_t *over = plb_series_add(plot, "worst over-estimate", "points");
    for (size_t i = 0, place = 0; i < json_array_size(functions) && place < BUILTINS_MOST; i++) {
        const json_t *function = json_array_get(functions, i);
        double high = plb_number_at(function, "diagnosis.worst_under_estimate");
        double low = plb_number_at(function, "diagnosis.worst_over_estimate");
        if (!(high > 0) || !(low > 0)) continue;
        plb_name_add(names, plb_string_at(function, "builtin"));
        plb_point_add(under, (double) place, high, NAN, NAN);
        plb_point_add(over, (double) place, 1 / low, NAN, NAN);
        place++;
    }
}

plb_status plb_section_fit(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *fit = NULL;
    plb_status status = plb_source_json(source, "fit.json", &fit, error);
    const json_t *functions = plb_json_at(fit, "functions");
    if (json_is_array(functions)) {
        json_t *section = plb_section_add(part, "fit", "Fitted cost model",
                                          "Costing functions, fitted to times of builtins "
                                          "(docs/fitting.md).");
        plot_estimates(section, functions);
        plb_table_of(section, "functions", "Functions", "", functions, function_columns);
        plb_table_of(section, "notes", "Notes", "", plb_json_at(fit, "notes"), note_columns);
    }
    json_decref(fit);
    return status;
}

/* ---- Sweep ---- */

static const plb_column_choice benchmark_columns[] = {
    {"Benchmark", "", "name", "sweep.json benchmarks[].name"},
    {"Points", "", "points", "sweep.json benchmarks[].points"},
    {"Precise", "", "precise", "sweep.json benchmarks[].precise"},
    {"Visits", "", "visits", "sweep.json benchmarks[].visits"},
    {"Worst precision", "1", "worst_precision", "sweep.json benchmarks[].worst_precision"},
    {"Time", "s", "time_s", "sweep.json benchmarks[].time_s"},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice imprecise_columns[] = {
    {"Point", "", "name", "sweep.json imprecise[].name"},
    {"Median", "ns", "median", "sweep.json imprecise[].median"},
    {"Precision", "1", "precision", "sweep.json imprecise[].precision"},
    {"Visits", "", "visits", "sweep.json imprecise[].visits"},
    {NULL, NULL, NULL, NULL},
};

plb_status plb_section_sweep(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *sweep = NULL;
    plb_status status = plb_source_json(source, "sweep.json", &sweep, error);
    if (json_is_array(plb_json_at(sweep, "benchmarks"))) {
        char about[200];
        (void) snprintf(about, sizeof about,
                        "%.0f of %.0f points have the precision that was asked for, %g %%.",
                        plb_number_at(sweep, "precise"), plb_number_at(sweep, "points"),
                        100 * plb_number_at(sweep, "precision_asked"));
        json_t *section = plb_section_add(part, "sweep", "Times of builtins", about);
        plb_table_of(section, "benchmarks", "Benchmarks", "", plb_json_at(sweep, "benchmarks"),
                     benchmark_columns);
        plb_table_of(section, "imprecise", "Points that are not as precise as asked", "",
                     plb_json_at(sweep, "imprecise"), imprecise_columns);
    }
    json_decref(sweep);
    return status;
}

/* ---- Machine steps ---- */

static void add_step(json_t *table, json_t *names, json_t *series[2], const char *step,
                     const json_t *fitted, double charged_ps) {
    double place = (double) plb_row_count(table);
    json_t *row = plb_row_add(table), *holder = json_pack("{s:O?}", "cost", fitted);
    plb_name_add(names, step);
    plb_cell_add(row, plb_cell_string(step));
    plb_cell_add(row, plb_cell_of(fitted));
    plb_cell_add(row, plb_cell_number(charged_ps));
    plb_point_of(series[0], place, holder, "cost");
    plb_point_add(series[1], place, charged_ps / 1000, NAN, NAN);
    json_decref(holder);
}

static void show_machine(json_t *section, const json_t *fit, const json_t *chosen) {
    json_t *plot = plb_plot_add(section, "steps", "Cost of a machine step",
                                "Fitted, with 95 % intervals, beside what the base cost model "
                                "charges, a step being 1 ps.");
    json_t *table = plb_table_add(section, "steps", "Machine steps", "");
    json_t *names = plb_axis_names(plot, "y", "");
    json_t *series[2] = {plb_series_add(plot, "fitted", "bars"),
                         plb_series_add(plot, "charged by the base", "points")};
    plb_axis_set(plot, "x", "time of a step", "ns", "linear");
    plb_column_add(table, "Step", "", NULL);
    plb_column_add(table, "Fitted", "ns", "machine_fit.json models.kinds.costs.var");
    plb_column_add(table, "Charged by the base", "ps", "machine_fit.json base_ps.var");
    const char *step;
    json_t *cost;
    json_object_foreach((json_t *) json_object_get(chosen, "costs"), step, cost) {
        double base = json_number_value(json_object_get(json_object_get(fit, "base_ps"), step));
        add_step(table, names, series, step, cost, base);
    }
    add_step(table, names, series, "startup", json_object_get(chosen, "startup"),
             plb_number_at(fit, "base_ps.startup"));
}

plb_status plb_section_machine(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *fit = NULL;
    plb_status status = plb_source_json(source, "machine_fit.json", &fit, error);
    const json_t *models = plb_json_at(fit, "models");
    const json_t *chosen = json_object_get(models, plb_string_at(fit, "chosen"));
    if (chosen) {
        json_t *section = plb_section_add(part, "machine", "Machine steps", "");
        plb_text_add(section, plb_string_at(fit, "reason"));
        show_machine(section, fit, chosen);
    }
    json_decref(fit);
    return status;
}

/* ---- Overhead ---- */

static const plb_column_choice size_columns[] = {
    {"Size", "", "size", NULL},
    {"State", "", "state", NULL},
    {"Time of one more", "ns", "time", NULL},
    {"At most", "ns", "at_most_ns", NULL},
    {"Noise floor", "ns", "noise_floor_ns", NULL},
    {"What it is", "", "description", NULL},
    {NULL, NULL, NULL, NULL},
};

plb_status plb_section_overhead(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *model = NULL;
    plb_status status = plb_source_json(source, "overheadCostModel.json", &model, error);
    const json_t *sizes = plb_json_at(model, "coefficients");
    if (json_is_array(sizes)) {
        json_t *section = plb_section_add(part, "overhead", "What is not charged",
                                          "A costing for what calls take beyond what is charged "
                                          "(docs/overhead.md).");
        json_t *plot = plb_plot_add(section, "sizes", "Time of one more of each size",
                                    "With 95 % intervals; sizes that could not be told from "
                                    "nothing are in the table only.");
        json_t *names = plb_axis_names(plot, "y", "");
        json_t *series = plb_series_add(plot, "measured", "bars");
        plb_axis_set(plot, "x", "time of one more", "ns", "linear");
        for (size_t i = 0, place = 0; i < json_array_size(sizes); i++) {
            const json_t *size = json_array_get(sizes, i);
            if (!plb_is_estimate(json_object_get(size, "time"))) continue;
            plb_name_add(names, plb_string_at(size, "size"));
            plb_point_of(series, (double) place++, size, "time");
        }
        plb_table_of(section, "sizes", "Sizes", "", sizes, size_columns);
    }
    json_decref(model);
    return status;
}
