/* What the writers of a study share. */
#ifndef PLB_RESULTS_STUDY_H
#define PLB_RESULTS_STUDY_H

#include <stdio.h>

#include <plutbench/study.h>

#define PLB_STUDY_TEXT_BYTES 64

/* "0.345": three significant digits; "-" when it is not known. */
void plb_study_ratio(double ratio, char text[PLB_STUDY_TEXT_BYTES]);
/* "[0.340, 0.351]", as many digits as its width supports; "-" without a method. */
void plb_study_interval(const plb_estimate *estimate, char text[PLB_STUDY_TEXT_BYTES]);
/* "0.3 to 1.2"; one number when both are the same. */
void plb_study_range(double least, double most, char text[PLB_STUDY_TEXT_BYTES]);
/* "+12.3 %" of new against old; "-" when old is 0. */
void plb_study_percent(double before, double after, char text[PLB_STUDY_TEXT_BYTES]);

/* "fitted", "not swept", "left out". */
const char *plb_study_fate_name(plb_study_fate fate);

/* Where a builtin stands: its ratio over the median builtin's; NAN. */
double plb_study_relative(const plb_study_summary *summary, const plb_study_builtin *builtin);

/* A list of inputs whose measured time is not what one of the models charges. */
typedef struct plb_study_list {
    const char *title, *heading;
    bool proposed; /* the proposal, otherwise the old model */
    bool under;    /* charged too little, otherwise too much */
    double beyond; /* listed when the whole interval is beyond so many times the charge */
} plb_study_list;

extern const plb_study_list plb_study_lists[]; /* ends with a NULL title */

/* The worst input of each builtin that belongs in the list, the worst first; *count of them.
 * malloc'ed; NULL when memory is short. */
const plb_study_at **plb_study_worst(const plb_study_summary *summary, const plb_study_list *list,
                                     size_t *count);

/* Sentences on what the figures rest on, and on what they do not tell, one a line. */
void plb_study_print_conditions(FILE *out, const plb_study_summary *summary);
void plb_study_print_unresolved(FILE *out, const plb_study_summary *summary);

plb_status plb_study_builtins_csv(const plb_study_summary *summary, char **text, plb_error *error);
plb_status plb_study_programs_csv(const plb_study_summary *summary, char **text, plb_error *error);
plb_status plb_study_catalogue_csv(const plb_study_summary *summary, char **text, plb_error *error);

#endif
