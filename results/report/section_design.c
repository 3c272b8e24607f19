/* Design points and blocks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/report/sections.h"

/* ---- Design points ---- */

static const plb_column_choice point_columns[] = {
    {"Design point", "", "label", "measure.json design_points[].label"},
    {"Overhead", "ns", "overhead", "measure.json design_points[].overhead"},
    {"Per call", "ns", "overhead_per_call", "measure.json design_points[].overhead_per_call"},
    {"Fitted", "ns", "fitted_ns", "measure.json design_points[].fitted_ns"},
    {"Residual", "ns", "residual", "measure.json design_points[].residual"},
    {"Beyond noise", "", "resolved", "measure.json design_points[].resolved"},
    {"Noise floor", "ns", "noise_floor_ns", "measure.json design_points[].noise_floor_ns"},
    {"Transaction", "bytes", "transaction_bytes", "measure.json design_points[].transaction_bytes"},
    {"Script", "bytes", "script_bytes", "measure.json design_points[].script_bytes"},
    {"Datum", "bytes", "datum_bytes", "measure.json design_points[].datum_bytes"},
    {"Steps", "", "charged.steps", "measure.json design_points[].charged"},
    {"Memory", "", "charged.memory", "measure.json design_points[].charged"},
    {"Fee", "lovelace", "fee_lovelace", "measure.json design_points[].fee_lovelace"},
    {NULL, NULL, NULL, NULL},
};

static const plb_column_choice term_columns[] = {
    {"Term", "", "term", "measure.json function.terms[].term"},
    {"Adds", "ns", "coefficient", "measure.json function.terms[].coefficient"},
    {"Beyond noise", "", "resolved", "measure.json function.terms[].resolved"},
    {"Noise floor", "ns", "noise_floor_ns", "measure.json function.terms[].noise_floor_ns"},
    {"Charged steps", "", "charged_steps", "measure.json function.terms[].charged_steps"},
    {"Fee", "lovelace", "fee_lovelace", "measure.json function.terms[].fee_lovelace"},
    {NULL, NULL, NULL, NULL},
};

/* The factor that alone was varied, when its values are numbers; NULL: by number of the point. */
static const char *numeric_factor(const json_t *summary) {
    const json_t *varied = plb_json_at(summary, "varied");
    const json_t *points = plb_json_at(summary, "design_points");
    const char *factor = json_string_value(json_array_get(varied, 0));
    if (json_array_size(varied) != 1 || !factor) return NULL;
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *settings = plb_json_at(json_array_get(points, i), "settings");
        if (!json_is_number(json_object_get(settings, factor))) return NULL;
    }
    return factor;
}

static double place_of(const json_t *point, const char *factor, size_t index) {
    const json_t *settings = plb_json_at(point, "settings");
    return factor ? json_number_value(json_object_get(settings, factor)) : (double) index;
}

/* A plot over the design points: along their factor, or by their names. */
static json_t *plot_over_points(json_t *section, const char *name, const char *title,
                                const char *about, const json_t *points, const char *factor,
                                const char *quantity) {
    json_t *plot = plb_plot_add(section, name, title, about);
    if (factor) {
        plb_axis_set(plot, "x", factor, "", "linear");
        plb_axis_set(plot, "y", quantity, "ns", "linear");
        return plot;
    }
    json_t *names = plb_axis_names(plot, "y", "");
    plb_axis_set(plot, "x", quantity, "ns", "linear");
    for (size_t i = 0; i < json_array_size(points); i++) {
        plb_name_add(names, plb_string_at(json_array_get(points, i), "label"));
    }
    return plot;
}

static void plot_points(json_t *section, const json_t *points, const char *factor) {
    json_t *plot = plot_over_points(section, "overhead", "Overhead of a transaction",
                                    "What the calls of a transaction add to it, with 95 % "
                                    "intervals, beside the fitted function.",
                                    points, factor, "overhead");
    json_t *rest = plot_over_points(section, "residuals", "Residuals of the function",
                                    "Overhead less what the function has, with 95 % intervals.",
                                    points, factor, "residual");
    json_t *measured = plb_series_add(plot, "measured", "points");
    json_t *fitted = plb_series_add(plot, "fitted", factor ? "line" : "points");
    json_t *residual = plb_series_add(rest, "residual", "points");
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *point = json_array_get(points, i);
        double x = place_of(point, factor, i);
        plb_point_of(measured, x, point, "overhead");
        plb_point_of(residual, x, point, "residual");
        plb_point_add(fitted, x, plb_number_at(point, "fitted_ns"), NAN, NAN);
    }
}

plb_status plb_section_points(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    const json_t *points = plb_json_at(source->summary, "design_points");
    const json_t *terms = plb_json_at(source->summary, "function.terms");
    if (!json_is_array(points)) return PLB_OK;
    json_t *section =
        plb_section_add(part, "points", "Design points",
                        "The overhead of transactions that differ in what was varied, and the "
                        "function that describes it (docs/measure.md).");
    plot_points(section, points, numeric_factor(source->summary));
    if (terms) {
        char about[160];
        (void) snprintf(about, sizeof about, "Model: %s.",
                        plb_string_at(source->summary, "function.model"));
        json_t *table =
            plb_table_of(section, "function", "Overhead as a function", "", terms, term_columns);
        json_object_set_new(table, "about", plb_cell_string(about));
    }
    plb_table_of(section, "points", "Design points", "", points, point_columns);
    return PLB_OK;
}

/* ---- Blocks ---- */

static const plb_column_choice state_columns[] = {
    {"State", "", "state", "block.json states[].state"},
    {"Outputs", "", "utxo_count", "block.json states[].utxo_count"},
    {"Block of calls", "ns", "calls.per_block", "block.json states[].calls.per_block"},
    {"Block of twins", "ns", "value_only_twins.per_block",
     "block.json states[].value_only_twins.per_block"},
    {"What calls add", "ns", "scripts.per_block", "block.json states[].scripts.per_block"},
    {"Per call", "ns", "scripts.per_call", "block.json states[].scripts.per_call"},
    {"Beyond noise", "", "resolved", "block.json states[].resolved"},
    {"Noise floor", "ns", "noise_floor_ns", "block.json states[].noise_floor_ns"},
    {NULL, NULL, NULL, NULL},
};

static const struct {
    const char *name, *path;
} budget_shares[] = {
    {"steps", "budget.steps_share"},
    {"memory", "budget.memory_share"},
};

static void plot_budget(json_t *section, const json_t *block) {
    json_t *plot = plb_plot_add(section, "budget", "Share of the block's limits",
                                "1 is a block that is full by that limit.");
    json_t *names = plb_axis_names(plot, "y", "");
    json_t *shares = plb_series_add(plot, "used", "bars");
    size_t count = sizeof budget_shares / sizeof *budget_shares;
    plb_axis_set(plot, "x", "used over limit", "", "linear");
    for (size_t i = 0; i < count; i++) {
        plb_name_add(names, budget_shares[i].name);
        plb_point_add(shares, (double) i, plb_number_at(block, budget_shares[i].path), NAN, NAN);
    }
    plb_name_add(names, "bytes");
    plb_point_add(shares, (double) count,
                  plb_number_at(block, "budget.body_bytes") /
                      plb_number_at(block, "budget.body_limit_bytes"),
                  NAN, NAN);
}

/* What a full block takes here, beside what it is charged and what a block's limit allows. */
static void plot_full_block(json_t *section, const json_t *block) {
    const json_t *full = plb_json_at(block, "full_block");
    json_t *plot = plb_plot_add(section, "full-block", "A block full of such transactions",
                                "Measured times with 95 % intervals, beside steps as time, a step "
                                "being 1 ps.");
    json_t *names = plb_axis_names(plot, "y", "");
    plb_axis_set(plot, "x", "time of a block", "ns", "linear");
    json_t *measured = plb_series_add(plot, "measured", "bars");
    json_t *charged = plb_series_add(plot, "steps at 1 ps", "bars");
    static const char *const rows[] = {"whole block", "what calls add", "charged", "limit"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) plb_name_add(names, rows[i]);
    plb_point_of(measured, 0, full, "block");
    plb_point_of(measured, 1, full, "scripts");
    plb_point_add(charged, 2, plb_number_at(full, "paid_steps_ns"), NAN, NAN);
    plb_point_add(charged, 3, plb_number_at(full, "budget_ns"), NAN, NAN);
}

static void tabulate_budget(json_t *section, const json_t *block) {
    static const plb_column_choice rows[] = {
        {"Transactions", "", "transactions", "block.json transactions"},
        {"Calls a transaction", "", "calls_per_transaction", "block.json calls_per_transaction"},
        {"Loops a call", "", "loops", "block.json loops"},
        {"Size of a transaction", "bytes", "transaction_bytes", "block.json transaction_bytes"},
        {"Steps", "", "budget.used.steps", "block.json budget.used"},
        {"Memory", "", "budget.used.memory", "block.json budget.used"},
        {"Body", "bytes", "budget.body_bytes", "block.json budget.body_bytes"},
        {"Fullness", "1", "budget.fullness", "block.json budget.fullness"},
        {"Full by", "", "budget.full_by", "block.json budget.full_by"},
        {"Fees", "lovelace", "fees_lovelace", "block.json fees_lovelace"},
        {NULL, NULL, NULL, NULL},
    };
    json_t *list = json_pack("[O]", block);
    plb_table_of(section, "budget", "The block", "", list, rows);
    json_decref(list);
}

plb_status plb_section_block(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    const json_t *states = plb_json_at(source->summary, "states");
    if (!json_is_array(states)) return PLB_OK;
    json_t *section = plb_section_add(part, "block", "Block budget",
                                      "A block of calls beside a block of their value-only twins, "
                                      "and what of its budget it spends.");
    plot_budget(section, source->summary);
    plot_full_block(section, source->summary);
    plb_table_of(section, "states", "By kind of ledger state", "", states, state_columns);
    tabulate_budget(section, source->summary);
    return PLB_OK;
}
