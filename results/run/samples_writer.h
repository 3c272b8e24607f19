/* Writes a sample file row by row. Rows go through memory that the file is mapped to: no call into
 * the kernel comes between samples, and what is there when the process is killed is in the file.
 * Room on the disk is made ahead, so that a full disk is an error and no signal. */
#ifndef PLB_RESULTS_SAMPLES_WRITER_H
#define PLB_RESULTS_SAMPLES_WRITER_H

#include "results/run/samples_format.h"

typedef struct plb_samples_writer plb_samples_writer;

/* A new file; `header` (run, subjects, times) becomes the writer's. PLB_E_IO, PLB_E_MEMORY. */
plb_status plb_samples_create(const char *path, plb_samples_header *header,
                              plb_samples_writer **writer, plb_error *error);

/* Go on in a file, behind its last row. `*there` false, and no writer: there is no file. Errors:
 * also PLB_E_PARSE. */
plb_status plb_samples_append(const char *path, plb_samples_writer **writer, bool *there,
                              plb_error *error);
const plb_samples_header *plb_samples_writer_header(const plb_samples_writer *writer);

/* Put a row at the end; *moved is set when room had to be made. After a failure nothing is written
 * any more. PLB_E_IO. */
plb_status plb_samples_put(plb_samples_writer *writer, const plb_sample_row *row, bool *moved,
                           plb_error *error);

/* Give back the room that was not used, and have all on the disk. More rows may follow. PLB_E_IO.
 */
plb_status plb_samples_sync(plb_samples_writer *writer, plb_error *error);
void plb_samples_writer_free(plb_samples_writer *writer);

#endif
