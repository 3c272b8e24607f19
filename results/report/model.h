/* What a report is before it is written in a format: parts, sections and items, as a JSON tree.
 *
 *   part     {"id", "title", "sections": [...]}; a run's has more (docs/report.md)
 *   section  {"id", "title", "about", "items": [...]}
 *   item     {"kind": "text", "text"}
 *            {"kind": "table", "name", "title", "about", "columns", "rows"}
 *            {"kind": "plot", "name", "title", "about", "x", "y", "series"}
 *   column   {"title", "unit", "term"}; a term is a key of the report's "terms"
 *   cell     text, number, boolean, null, a figure {"value", "low", "high", "unit", "method"},
 * where it has no unit the column's, or a link to a run's page {"text", "page"} axis     {"title",
 * "unit", "scale"}; with scale "category" also "names" series   {"title", "style", "x", "y", "low",
 * "high"}
 *
 * What is returned is borrowed. When memory is short, they return NULL, and do nothing on it. */
#ifndef PLB_RESULTS_REPORT_MODEL_H
#define PLB_RESULTS_REPORT_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* ---- Sections and what is in them ---- */

json_t *plb_section_add(json_t *part, const char *id, const char *title, const char *about);
void plb_text_add(json_t *section, const char *text);

json_t *plb_table_add(json_t *section, const char *name, const char *title, const char *about);
/* `term`: "summary.json overhead_per_call", a record and a field of the data dictionary; NULL: what
 * the column is, its title says. */
void plb_column_add(json_t *table, const char *title, const char *unit, const char *term);
json_t *plb_row_add(json_t *table);
/* Takes the cell; NULL stands for null. */
void plb_cell_add(json_t *row, json_t *cell);
size_t plb_row_count(const json_t *table);

/* ---- Cells ---- */

/* Text of any bytes: what is no UTF-8 becomes '?'. */
json_t *plb_cell_text(const char *text, size_t length);
json_t *plb_cell_string(const char *text);
/* null when it is not finite. */
json_t *plb_cell_number(double number);
/* A copy of a summary's value: its number, text or truth; a figure where it is an estimate; null
 * for anything else, NULL included. */
json_t *plb_cell_of(const json_t *value);
/* Whether it is an estimate: has a value, and an interval. */
bool plb_is_estimate(const json_t *value);

/* ---- Plots ---- */

json_t *plb_plot_add(json_t *section, const char *name, const char *title, const char *about);
/* `which`: "x" or "y"; `scale`: "linear", "log", or "tail": 1 / (1 - the share below), log. */
void plb_axis_set(json_t *plot, const char *which, const char *title, const char *unit,
                  const char *scale);
/* An axis of names: the places 0, 1, ... along x, or downwards. */
json_t *plb_axis_names(json_t *plot, const char *which, const char *title);
void plb_name_add(json_t *names, const char *name);

/* `style`: "line", "points" (with whiskers where there is an interval), "band" (a line with what is
 * between low and high), "bars". */
json_t *plb_series_add(json_t *plot, const char *title, const char *style);
/* Without an interval both ends are NAN. */
void plb_point_add(json_t *series, double x, double y, double low, double high);
size_t plb_point_count(const json_t *series);

/* ---- Reading summaries ---- */

/* The member at a path of names, "stages.sum.time"; NULL when there is none. */
const json_t *plb_json_at(const json_t *value, const char *path);
/* NAN when it is no number. */
double plb_number_at(const json_t *value, const char *path);
/* "" when it is no text. */
const char *plb_string_at(const json_t *value, const char *path);

#endif
