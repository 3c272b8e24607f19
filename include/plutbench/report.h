/* Reports: runs as documents, for people who would rather look than read (docs/report.md).
 *
 * A report has a part for each run, and one about all of them. Parts have sections, sections have
 * tables, plots and texts; which there are depends on what a run's folder has. Every format is
 * written from the same sections. Runs are not trusted: whatever they hold is text to a reader.
 * Nothing prints or exits. */
#ifndef PLUTBENCH_REPORT_H
#define PLUTBENCH_REPORT_H

#include <stddef.h>

#include <plutbench/api.h>
#include <plutbench/compare.h>
#include <plutbench/results.h>
#include <plutbench/run.h>
#include <plutbench/status.h>
#include <plutbench/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum plb_report_format {
    PLB_REPORT_HTML,     /* one file that needs no other, and no network */
    PLB_REPORT_MARKDOWN, /* tables; plots are left to the other formats */
    PLB_REPORT_JSON,     /* everything: `plutbench describe report.json` */
    PLB_REPORT_CSV,      /* every figure of every run, a line each */
    PLB_REPORT_TYPST,    /* a document that `typst compile` makes a PDF of */
    PLB_REPORT_FORMATS
} plb_report_format;

/* "html", "md", "json", "csv", "typst"; NULL beyond. */
PLB_API const char *plb_report_format_name(plb_report_format format);

typedef struct plb_report plb_report;

/* An empty report; `title` NULL: one that is made of its runs. Free with plb_report_free.
 * PLB_E_MEMORY. */
PLB_API plb_status plb_report_new(const char *title, plb_report **report, plb_error *error);
PLB_API void plb_report_free(plb_report *report);

/* A run more, at most PLB_REPORT_RUNS; it is copied. Samples are read from the folder that the run
 * was written to, where they are still there and are those of this run; else the report says that
 * they are not. Errors: PLB_E_PARSE (a document does not have the form that its name says),
 * PLB_E_ARGUMENT (too many runs), PLB_E_IO, PLB_E_MEMORY. */
#define PLB_REPORT_RUNS 64
PLB_API plb_status plb_report_add(plb_report *report, const plb_run *run, plb_error *error);

/* A comparison or a timeline, as a section about all runs; they are copied. PLB_E_MEMORY. */
PLB_API plb_status plb_report_add_comparison(plb_report *report,
                                             const plb_comparison_report *comparison,
                                             plb_error *error);
PLB_API plb_status plb_report_add_timeline(plb_report *report, const plb_timeline_report *timeline,
                                           plb_error *error);

/* A sentence about all runs. PLB_E_MEMORY. */
PLB_API plb_status plb_report_add_note(plb_report *report, const char *text, plb_error *error);

/* The report in a format; *text is malloc'ed and NUL-terminated. PLB_E_ARGUMENT (no run),
 * PLB_E_MEMORY. */
PLB_API plb_status plb_report_write(const plb_report *report, plb_report_format format, char **text,
                                    size_t *length, plb_error *error);

/* Every plot as an SVG file of a folder, named by run, section and plot. How many in *count.
 * Errors: PLB_E_ARGUMENT (no run), PLB_E_IO, PLB_E_MEMORY. */
PLB_API plb_status plb_report_plots(const plb_report *report, plb_results *folder, size_t *count,
                                    plb_error *error);

/* ---- A site of a store's runs ---- */

typedef struct plb_publication {
    size_t runs;   /* that have a page now */
    size_t failed; /* runs that could not be read: the index has them, without a page */
} plb_publication;

/* Write the static site of the store's runs that match: index.html, a list to sort and filter, and
 * for each run runs/ID.html and runs/ID.json, ID being its full id, so that an address once given
 * stays. Pages are put in place whole. `progress` (may be NULL) is told of each run.
 * Errors: PLB_E_IO, PLB_E_ARGUMENT (the filter), PLB_E_MEMORY. */
PLB_API plb_status plb_publish(plb_store *store, const plb_run_filter *filter,
                               const char *directory,
                               void (*progress)(void *context, size_t done, size_t of),
                               void *context, plb_publication *publication, plb_error *error);

#ifdef __cplusplus
}
#endif

#endif
