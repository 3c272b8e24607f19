/* A report in memory, and its writers: one function a format. */
#ifndef PLB_RESULTS_REPORT_REPORT_H
#define PLB_RESULTS_REPORT_REPORT_H

#include <stdio.h>

#include <plutbench/report.h>

#include "results/report/model.h"

struct plb_report {
    json_t *overview; /* the part about all runs; has no sections where there is one run */
    json_t *runs;     /* a part each */
    char *title;      /* NULL: made of the runs */
};

/* All of it in one object: {"format", "title", "generated_utc", "generator", "overview", "runs",
 * "terms"}. NULL when memory is short. json_decref it. */
json_t *plb_report_json(const plb_report *report);

/* The section that has all runs side by side. */
void plb_overview_runs(json_t *overview, const json_t *runs);

/* Writers of what plb_report_json has made. */
typedef plb_status plb_report_writer(const json_t *report, FILE *out, plb_error *error);
plb_report_writer plb_report_write_html, plb_report_write_markdown, plb_report_write_json,
    plb_report_write_csv, plb_report_write_typst;

/* ---- What they share ---- */

#define PLB_CELL_BYTES 512

/* A cell as people read it, of a column with that unit; "" of null. What is longer is cut. */
void plb_cell_show(const json_t *cell, const char *unit, char text[PLB_CELL_BYTES]);

/* Call `visit` for each item of each section of each part, in order; `part` and `section` are where
 * it is. */
typedef struct plb_item {
    const json_t *part, *section, *item;
    bool first_of_part, first_of_section;
} plb_item;
void plb_report_each(const json_t *report, void (*visit)(void *context, const plb_item *item),
                     void *context);

#endif
