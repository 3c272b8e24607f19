/* What writing, reading and checking a run's folder share. */
#ifndef PLB_RESULTS_RUN_FOLDER_H
#define PLB_RESULTS_RUN_FOLDER_H

#include <limits.h>

#include <jansson.h>

#include <plutbench/run.h>

/* Whether a file of that name belongs to a run's documents. */
bool plb_run_is_document(const char *name);

/* PLB_E_PARSE for what is no name of a file in a folder: manifests are not trusted. */
plb_status plb_run_folder_path(const char *directory, const char *name, char path[PATH_MAX],
                               plb_error *error);

plb_status plb_run_load_manifest(const char *text, size_t length, json_t **root, plb_error *error);

#endif
