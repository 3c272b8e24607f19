/* Budget summaries as JSON values and CSV cells. */
#ifndef PLB_RESULTS_BUDGET_H
#define PLB_RESULTS_BUDGET_H

#include <jansson.h>

#include <plutbench/results.h>

/* A new reference in *value. */
plb_status plb_budget_json(const plb_budget_summary *summary, json_t **value, plb_error *error);

/* An object of summaries by message_id; a new reference. */
plb_status plb_budgets_json(const plb_budget_summary *summaries, size_t count, json_t **object,
                            plb_error *error);

json_t *plb_exunits_json(plb_exunits units);

#define PLB_SHOWN_BYTES 32

/* A positive double as Haskell shows it: the shortest digits that give it back, "1.5", "2.0",
 * "5.0e-2", "1.0e7". */
void plb_show_double(double value, char text[PLB_SHOWN_BYTES]);

#define PLB_PERCENT_BYTES 400

/* 100 * part / whole with two decimals and "%", rounded as Haskell's showFFloat does: half to even
 * on the shortest decimal digits that give the double back. "NaN%" and "Infinity%" for whole 0. */
void plb_percent_text(int64_t part, int64_t whole, char text[PLB_PERCENT_BYTES]);

#endif
