/* Stages and charges as parts of a call summary. */
#ifndef PLB_RESULTS_STAGES_H
#define PLB_RESULTS_STAGES_H

#include <stdio.h>

#include <jansson.h>

#include <plutbench/results.h>

json_t *plb_stages_json(const plb_stage_summary *stages);
json_t *plb_charges_json(const plb_charge_summary *charges);

/* A table of the overhead by stage with what is charged for it, of at most 100 columns, and what
 * there is to say about it. Either may be NULL: then nothing is printed. */
void plb_stages_text(FILE *out, const plb_stage_summary *stages, const plb_charge_summary *charges);

#endif
