/* Samples of subjects that are timed in parts, and means of the parts that add up to the mean of
 * the whole.
 *
 * Medians of parts do not add up to the median of the whole, and plain means follow the outliers.
 * So within an epoch the samples of a subject are ordered by their whole, a quarter is left out at
 * either end, and the rest is averaged part by part: the same samples for every part, hence sums
 * that are exact, and the whole's is its interquartile mean. Figures are means over epochs. */
#ifndef PLB_MEASURE_PARTS_H
#define PLB_MEASURE_PARTS_H

#include <plutbench/measure.h>

#define PLB_PARTS_MOST 8
#define PLB_PARTS_EPOCHS_MOST 64
#define PLB_PARTS_EPOCHS_LEAST 4 /* fewer give no interval */
#define PLB_PARTS_SAMPLES 4096   /* of a subject in one epoch */

typedef struct plb_parts plb_parts;

/* For `subjects` subjects in `parts` parts (at most PLB_PARTS_MOST each). `kept` has a bit
 * (1u << subject) for every subject whose histograms are wanted. NULL when memory is short. */
plb_parts *plb_parts_new(size_t subjects, size_t parts, uint32_t kept);
void plb_parts_free(plb_parts *parts);

/* A sample: what each part took. False when the epoch has no room for more of the subject: then the
 * sample is not taken. Cheap, and touches little memory. */
bool plb_parts_add(plb_parts *parts, size_t subject, const double *ns);

/* The samples since the last epoch are one epoch. An epoch beyond PLB_PARTS_EPOCHS_MOST is
 * refused: false. */
bool plb_parts_end_epoch(plb_parts *parts);

size_t plb_parts_epochs(const plb_parts *parts);
uint64_t plb_parts_samples(const plb_parts *parts, size_t subject);
/* All samples of epochs that have ended, none left out; parts that took nothing are not recorded.
 * NULL when it is not kept. */
const plb_histogram *plb_parts_histogram(const plb_parts *parts, size_t subject, size_t part);

/* Sum of coefficients[subject * parts + part] times the mean of that part. Coefficients of the same
 * subjects give figures that add up as their coefficients do. The interval (95 %) is Student's, on
 * the epochs' contrasts, with the long-run variance from their slowest cosines (Mueller 2007,
 * "A theory of robust long-run variance estimation"), 8 of them at most: so drift over some epochs
 * is in it. PLB_E_MEASURE when there are fewer than PLB_PARTS_EPOCHS_LEAST epochs in which all
 * subjects were sampled that have a coefficient, PLB_E_ARGUMENT when none has. */
plb_status plb_parts_contrast(const plb_parts *parts, const double *coefficients,
                              plb_estimate *estimate, plb_error *error);

#endif
