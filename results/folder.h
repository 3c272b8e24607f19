/* What the writers of single files need of an output folder. */
#ifndef PLB_RESULTS_FOLDER_H
#define PLB_RESULTS_FOLDER_H

#include <limits.h>

#include <plutbench/results.h>

/* Largest file that is read back, to be extended. */
#define PLB_RESULTS_FILE_BYTES ((size_t) 1 << 26)

plb_status plb_results_path(const plb_results *results, const char *name, char path[PATH_MAX],
                            plb_error *error);

const char *plb_results_directory(const plb_results *results);

/* Make the folder `path` and those above it where they are missing; `what` it is, such as "the
 * output folder", for messages. PLB_E_IO. */
plb_status plb_make_folders(char *path, const char *what, plb_error *error);

/* A file that was written into the folder by other means is one of its files. PLB_E_MEMORY. */
plb_status plb_results_note_file(plb_results *results, const char *name, plb_error *error);

/* `text` as part of a file name: everything but letters, digits, '-', '_', '.' becomes '-'. */
void plb_results_safe_name(const char *text, char *name, size_t bytes);

/* The whole file, NUL-terminated and malloc'ed; *text NULL when there is none. */
plb_status plb_results_read(const plb_results *results, const char *name, char **text,
                            size_t *length, plb_error *error);

/* The same of any file that has at most `most` bytes (else PLB_E_MEMORY). */
plb_status plb_file_read(const char *path, size_t most, char **text, size_t *length,
                         plb_error *error);

/* Write the text that was made with `status`, unless that failed, and free it. */
plb_status plb_results_keep(plb_results *results, const char *name, plb_status status, char *text,
                            plb_error *error);

/* A histogram as a percentile file (.hgrm). */
plb_status plb_results_percentiles(plb_results *results, const char *name,
                                   const plb_histogram *histogram, plb_error *error);

#endif
