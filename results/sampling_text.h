/* Parts that the texts of calls and of blocks have in common. */
#ifndef PLB_RESULTS_SAMPLING_TEXT_H
#define PLB_RESULTS_SAMPLING_TEXT_H

#include <plutbench/results.h>

/* Columns. */
#define PLB_LABEL_WIDTH 24
#define PLB_VALUE_WIDTH 14

/* The beginning of a line. */
void plb_print_label(FILE *out, const char *label);

/* A line: label, value, interval and remark; the last two may be empty. */
void plb_print_figure(FILE *out, const char *label, const char *value, const char *interval,
                      const char *remark);
void plb_print_estimate(FILE *out, const char *label, const plb_estimate *ns, const char *remark);

/* "unknown" when there is none, which has no method. */
void plb_print_known(FILE *out, const char *label, const plb_estimate *ns, const char *remark);

/* A line: label, and "5 of 10 bytes (50.00 %)". */
void plb_print_share(FILE *out, const char *label, int64_t part, int64_t whole, const char *unit);

void plb_print_percentile_heads(FILE *out);
void plb_print_percentiles(FILE *out, const char *label, const plb_histogram *histogram);

/* How it was sampled, and on what. */
void plb_print_conditions(FILE *out, const plb_sampling *sampling);
void plb_print_warnings(FILE *out, plb_flags flags);

#endif
