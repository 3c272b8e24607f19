/* What a process of plb_sample_in_processes is told, and what it answers. */
#ifndef PLB_MEASURE_SLICE_H
#define PLB_MEASURE_SLICE_H

#include <stdio.h>

#include <plutbench/measure.h>

/* As an environment variable's assignment. */
void plb_slice_print(const plb_slice *slice, char *text, size_t bytes);

/* The answer to a process that follows `plan` (complete) too: a sampling, or the error that the
 * process sent. PLB_E_MEASURE when it is no answer at all. */
plb_status plb_slice_read(const plb_plan *plan, FILE *file, plb_sampling **sampling,
                          plb_error *error);

#endif
