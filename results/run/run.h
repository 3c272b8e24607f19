/* How a plb_run is put together, from a folder (read.c) or from a store. */
#ifndef PLB_RESULTS_RUN_RUN_H
#define PLB_RESULTS_RUN_RUN_H

#include <jansson.h>

#include <plutbench/run.h>

plb_run *plb_run_new(void);

/* A document more; `text` is malloc'ed, NUL-terminated, and the run's from now on, also when this
 * fails (PLB_E_MEMORY, also for too much). */
plb_status plb_run_add_document(plb_run *run, const char *name, char *text, size_t length,
                                plb_error *error);

/* All documents are there: find the facts. `path` is that of the folder; `rounds` and `processes`
 * are what is in the samples of a run that is not finished. Errors: PLB_E_PARSE (no run; a
 * document that does not have the form), PLB_E_MEMORY. */
plb_status plb_run_conclude(plb_run *run, const char *path, int64_t rounds, int64_t processes,
                            plb_error *error);

/* All its facts but the documents, in an object; NULL when memory is short. */
json_t *plb_run_json(const plb_run *run);

/* ---- Parts of it ---- */

/* A text that lives as long as the run; NULL when memory is short. */
const char *plb_run_keep_text(plb_run *run, char *malloced);
const char *plb_run_copy_text(plb_run *run, const char *text, size_t length);

/* The figures of a summary (figures.c), into the run's facts. PLB_E_MEMORY. */
plb_status plb_run_find_figures(plb_run *run, const json_t *summary, plb_error *error);

struct plb_run {
    plb_run_facts facts;
    json_t *plan, *manifest, *summary; /* NULL: there is none */
    plb_run_document *documents;
    size_t document_bytes;
    const plb_run_document *summary_document;
    plb_run_figure *figures;
    const char **flags;
    plb_input *inputs;
    plb_run_library *libraries;
    plb_run_file *files;
    char **texts; /* that nothing else owns */
    size_t text_count;
    char id[PLB_SHA256_TEXT_BYTES], manifest_sha256[PLB_SHA256_TEXT_BYTES];
};

#endif
