/* What the writers of a gate's report have in common. */
#ifndef PLB_RESULTS_REGRESS_REPORT_H
#define PLB_RESULTS_REGRESS_REPORT_H

#include <plutbench/regress.h>

#include "results/format.h"

#define PLB_GATE_LINE_BYTES 768

/* "AddInteger/1/1", with the quantity where it is not the evaluation. */
void plb_gate_row_name(const plb_gate_row *row, char name[PLB_GATE_LINE_BYTES]);
/* "61.2 ns", "-" when there is none. */
void plb_gate_time_text(const plb_gate_time *time, char text[PLB_FORMAT_BYTES]);
/* "1,234 steps, 5 memory", or "none". */
void plb_gate_budget_text(const plb_gate_budget *budget, char text[PLB_FORMAT_BYTES]);

/* What was compared with what, and how: a sentence or two. */
void plb_gate_print_method(FILE *out, const plb_gate_report *report);
/* What to know about the run, a sentence; false beyond the last one. */
bool plb_gate_remark(const plb_gate_report *report, size_t index, char text[PLB_GATE_LINE_BYTES]);
/* "failed", "incomplete" or "passed". */
const char *plb_gate_outcome(const plb_gate_report *report);
/* What was found, in numbers. */
void plb_gate_conclusion(const plb_gate_report *report, char text[PLB_GATE_LINE_BYTES]);
/* Rows in the order in which they matter: *order is malloc'ed, of indexes. */
plb_status plb_gate_order(const plb_gate_report *report, size_t **order, plb_error *error);
/* Close what open_memstream(text, ...) returned; *text is NULL unless `status` and this went well.
 */
plb_status plb_gate_close(FILE *out, plb_status status, char **text, plb_error *error);

#endif
