#include "results/report/sections.h"

#include <math.h>
#include <string.h>

#include "results/json.h"

static plb_section_maker *const makers[] = {
    plb_section_stages,  plb_section_loops,    plb_section_rate,        plb_section_points,
    plb_section_block,   plb_section_study,    plb_section_fit,         plb_section_sweep,
    plb_section_machine, plb_section_overhead, plb_section_differences, plb_section_latency,
    plb_section_figures, plb_section_tables,   plb_section_environment, plb_section_provenance,
};

plb_status plb_report_sections(const plb_report_source *source, json_t *part, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof makers / sizeof *makers && status == PLB_OK; i++) {
        status = makers[i](source, part, error);
    }
    return status;
}

plb_status plb_source_json(const plb_report_source *source, const char *name, json_t **json,
                           plb_error *error) {
    const plb_run_document *document = plb_run_get_document(source->run, name);
    *json = NULL;
    return document ? plb_json_load(name, document->text, document->length, json, error) : PLB_OK;
}

json_t *plb_table_of(json_t *section, const char *name, const char *title, const char *about,
                     const json_t *list, const plb_column_choice *columns) {
    json_t *table = plb_table_add(section, name, title, about);
    for (const plb_column_choice *c = columns; c->title; c++) {
        plb_column_add(table, c->title, c->unit, c->term);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *row = plb_row_add(table);
        for (const plb_column_choice *c = columns; c->title; c++) {
            plb_cell_add(row, plb_cell_of(plb_json_at(json_array_get(list, i), c->path)));
        }
    }
    return table;
}

void plb_point_of(json_t *series, double x, const json_t *object, const char *path) {
    const json_t *found = plb_json_at(object, path);
    if (!plb_is_estimate(found)) return;
    plb_point_add(series, x, plb_number_at(found, "value"), plb_number_at(found, "low"),
                  plb_number_at(found, "high"));
}
