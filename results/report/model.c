#include "results/report/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *append(json_t *list, json_t *item) {
    return json_array_append_new(list, item) == 0 ? item : NULL;
}

/* ---- Sections and what is in them ---- */

json_t *plb_section_add(json_t *part, const char *id, const char *title, const char *about) {
    return append(
        json_object_get(part, "sections"),
        json_pack("{s:s, s:s, s:s, s:[]}", "id", id, "title", title, "about", about, "items"));
}

static json_t *add_item(json_t *section, json_t *item) {
    return append(json_object_get(section, "items"), item);
}

void plb_text_add(json_t *section, const char *text) {
    json_t *item = json_pack("{s:s}", "kind", "text");
    json_object_set_new(item, "text", plb_cell_string(text));
    add_item(section, item);
}

json_t *plb_table_add(json_t *section, const char *name, const char *title, const char *about) {
    json_t *table =
        json_pack("{s:s, s:s, s:[], s:[]}", "kind", "table", "about", about, "columns", "rows");
    json_object_set_new(table, "name", plb_cell_string(name));
    json_object_set_new(table, "title", plb_cell_string(title));
    return add_item(section, table);
}

void plb_column_add(json_t *table, const char *title, const char *unit, const char *term) {
    json_t *column = json_pack("{s:s, s:s?}", "unit", unit, "term", term);
    json_object_set_new(column, "title", plb_cell_string(title));
    append(json_object_get(table, "columns"), column);
}

json_t *plb_row_add(json_t *table) { return append(json_object_get(table, "rows"), json_array()); }

void plb_cell_add(json_t *row, json_t *cell) { append(row, cell ? cell : json_null()); }

size_t plb_row_count(const json_t *table) {
    return json_array_size(json_object_get(table, "rows"));
}

/* ---- Cells ---- */

json_t *plb_cell_text(const char *text, size_t length) {
    json_t *cell = json_stringn(text, length);
    char *plain = cell ? NULL : malloc(length + 1);
    if (!plain) return cell;
    for (size_t i = 0; i < length; i++) {
        plain[i] = (unsigned char) text[i] < 0x80 ? text[i] : '?';
    }
    cell = json_stringn(plain, length);
    free(plain);
    return cell;
}

json_t *plb_cell_string(const char *text) { return plb_cell_text(text, strlen(text)); }

json_t *plb_cell_number(double number) {
    return isfinite(number) ? json_real(number) : json_null();
}

bool plb_is_estimate(const json_t *value) {
    return json_is_number(json_object_get(value, "value")) &&
           json_is_number(json_object_get(value, "low")) &&
           json_is_number(json_object_get(value, "high"));
}

static const char *const figure_members[] = {"value", "low", "high", "unit", "method", NULL};

json_t *plb_cell_of(const json_t *value) {
    if (json_is_number(value) || json_is_string(value) || json_is_boolean(value)) {
        return json_copy((json_t *) value);
    }
    if (!plb_is_estimate(value)) return json_null();
    json_t *figure = json_object();
    for (const char *const *member = figure_members; *member; member++) {
        json_t *found = json_object_get(value, *member);
        if (found) json_object_set_new(figure, *member, json_copy(found));
    }
    return figure;
}

/* ---- Plots ---- */

json_t *plb_plot_add(json_t *section, const char *name, const char *title, const char *about) {
    return add_item(section, json_pack("{s:s, s:s, s:s, s:s, s:[]}", "kind", "plot", "name", name,
                                       "title", title, "about", about, "series"));
}

void plb_axis_set(json_t *plot, const char *which, const char *title, const char *unit,
                  const char *scale) {
    json_object_set_new(plot, which,
                        json_pack("{s:s, s:s, s:s}", "title", title, "unit", unit, "scale", scale));
}

json_t *plb_axis_names(json_t *plot, const char *which, const char *title) {
    json_t *axis = json_pack("{s:s, s:s, s:s, s:[]}", "title", title, "unit", "", "scale",
                             "category", "names");
    json_object_set_new(plot, which, axis);
    return json_object_get(axis, "names");
}

void plb_name_add(json_t *names, const char *name) { append(names, plb_cell_string(name)); }

json_t *plb_series_add(json_t *plot, const char *title, const char *style) {
    json_t *series =
        json_pack("{s:s, s:[], s:[], s:[], s:[]}", "style", style, "x", "y", "low", "high");
    json_object_set_new(series, "title", plb_cell_string(title));
    return append(json_object_get(plot, "series"), series);
}

void plb_point_add(json_t *series, double x, double y, double low, double high) {
    if (!isfinite(x) || !isfinite(y)) return;
    append(json_object_get(series, "x"), json_real(x));
    append(json_object_get(series, "y"), json_real(y));
    append(json_object_get(series, "low"), plb_cell_number(low));
    append(json_object_get(series, "high"), plb_cell_number(high));
}

size_t plb_point_count(const json_t *series) {
    return json_array_size(json_object_get(series, "x"));
}

/* ---- Reading summaries ---- */

const json_t *plb_json_at(const json_t *value, const char *path) {
    while (value && *path) {
        char name[64];
        size_t length = strcspn(path, ".");
        if (length >= sizeof name) return NULL;
        memcpy(name, path, length);
        name[length] = '\0';
        value = json_object_get(value, name);
        path += length + (path[length] == '.');
    }
    return value;
}

double plb_number_at(const json_t *value, const char *path) {
    const json_t *found = plb_json_at(value, path);
    return json_is_number(found) ? json_number_value(found) : NAN;
}

const char *plb_string_at(const json_t *value, const char *path) {
    const char *text = json_string_value(plb_json_at(value, path));
    return text ? text : "";
}
