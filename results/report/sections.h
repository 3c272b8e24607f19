/* The sections of a run's part of a report: a table of them, in the order in which they are read
 * (sections.c), and one function each. A section appears when the data for it is there. */
#ifndef PLB_RESULTS_REPORT_SECTIONS_H
#define PLB_RESULTS_REPORT_SECTIONS_H

#include <plutbench/run.h>

#include "results/report/model.h"

/* What sections are made from. */
typedef struct plb_report_source {
    const plb_run *run;
    const plb_run_facts *facts;
    json_t *summary; /* of calibrate, measure, block or study, parsed; else NULL */
    const char *summary_name;
    const plb_sample_series *series; /* NULL: samples are not at hand */
    const char *const *subjects;     /* their names */
} plb_report_source;

/* Add sections to a run's part. Errors: PLB_E_PARSE (a document does not have its form),
 * PLB_E_MEMORY. */
plb_status plb_report_sections(const plb_report_source *source, json_t *part, plb_error *error);

/* A document of the run, parsed; *json NULL when there is none. json_decref it. */
plb_status plb_source_json(const plb_report_source *source, const char *name, json_t **json,
                           plb_error *error);

typedef plb_status plb_section_maker(const plb_report_source *source, json_t *part,
                                     plb_error *error);

plb_section_maker plb_section_stages, plb_section_loops, plb_section_rate, plb_section_points,
    plb_section_block, plb_section_differences, plb_section_latency, plb_section_sweep,
    plb_section_fit, plb_section_machine, plb_section_study, plb_section_overhead,
    plb_section_figures, plb_section_tables, plb_section_environment, plb_section_provenance;

/* ---- What they share ---- */

/* Objects of `list` as rows: a column for each of `columns`, the cell being what is at its path. */
typedef struct plb_column_choice {
    const char *title, *unit;
    const char *path; /* in an object of the list */
    const char *term; /* of the data dictionary; may be NULL */
} plb_column_choice;

/* `columns` ends with a NULL title. */
json_t *plb_table_of(json_t *section, const char *name, const char *title, const char *about,
                     const json_t *list, const plb_column_choice *columns);

/* A point with what the estimate at `path` says; nothing when there is none. */
void plb_point_of(json_t *series, double x, const json_t *object, const char *path);

#endif
