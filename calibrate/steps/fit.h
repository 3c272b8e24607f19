/* A fit of machine steps, inside. */
#ifndef PLB_STEPS_FIT_H
#define PLB_STEPS_FIT_H

#include <stdio.h>

#include "calibrate/steps/regression.h"

#define PLB_STEP_TEXT_BYTES 320

/* The programs that count. */
typedef struct plb_step_sample {
    size_t count, families;
    size_t parts;
    const plb_step_time **rows;
    unsigned *family; /* of each, from 0 */
} plb_step_sample;

/* Which kinds have a cost of their own. */
typedef struct plb_step_columns {
    unsigned column[PLB_TALLY_STEPS]; /* from 1; 0: no program has such steps */
    unsigned count;                   /* of costs, start-up included */
} plb_step_columns;

/* One model, and how well it predicts. */
typedef struct plb_step_analysis {
    plb_step_model model;
    double *missed; /* squared relative error of each program when its family is left out */
    char problem[PLB_STEP_TEXT_BYTES];
} plb_step_analysis;

struct plb_step_fit {
    const plb_step_times *times;
    plb_step_options options;
    plb_step_sample sample;
    plb_step_analysis analyses[PLB_STEP_MODELS];
    plb_step_model_kind chosen;
    char reason[PLB_STEP_TEXT_BYTES];
    char (*reasons)[PLB_STEP_TEXT_BYTES]; /* of each of the times; empty: used */
};

/* Fit with those columns; analysis->missed has room for every program. `worst` receives, when the
 * columns can't be told apart (model.made is false), the kind of step that is to blame; -1: none.
 * PLB_E_MEMORY. */
plb_status plb_step_analyse(const plb_step_sample *sample, const plb_step_columns *columns,
                            plb_step_analysis *analysis, int *worst, plb_error *error);

/* Close what open_memstream(text, ...) returned, NULL included, after writing ended with `status`:
 * *text is NULL unless all is well. */
plb_status plb_step_text_end(FILE *out, char **text, plb_status status, plb_error *error);

#endif
