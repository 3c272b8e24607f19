/* JSON with integers of any size: jansson's have 64 bits, a redeemer's need not. In between, a
 * longer integer is a string that begins with PLB_JSON_INTEGER. */
#ifndef PLB_RESULTS_JSON_H
#define PLB_RESULTS_JSON_H

#include <jansson.h>

#include <plutbench/measure.h>
#include <plutbench/results.h>
#include <plutbench/status.h>

#define PLB_JSON_INTEGER "plutbench:integer:"

/* Parse any JSON value. Errors: PLB_E_PARSE with `where`, line and column; PLB_E_MEMORY. */
plb_status plb_json_load(const char *where, const char *text, size_t length, json_t **value,
                         plb_error *error);

/* Text with sorted keys and two spaces, or NULL when memory is short. free() it. */
char *plb_json_text(const json_t *value);

/* The text of a value that it frees. PLB_E_MEMORY, and *text NULL, when memory is short. */
plb_status plb_json_take_text(json_t *value, char **text, plb_error *error);

/* A number, or null when it is not finite. */
json_t *plb_json_number(double value);

/* An array of {name, advice}. */
json_t *plb_json_flags(plb_flags flags);

/* A figure with its interval and method; `unit` such as "ns". */
json_t *plb_json_estimate(const plb_estimate *estimate, const char *unit);

/* In nanoseconds; null when there is none, which has no method. */
json_t *plb_json_known(const plb_estimate *estimate);

json_t *plb_json_percentiles(const plb_percentiles *percentiles);

/* What was sampled of a subject, and of all in an array. */
json_t *plb_json_subject(const plb_subject_facts *subject);
json_t *plb_json_subjects(const plb_sampling *sampling);

/* How all were sampled, and on what: members "sampling" and "environment". */
void plb_json_set_sampling(json_t *object, const plb_sampling *sampling);

/* An open loop; counts, percentiles of latency, service time and corrected service time. */
json_t *plb_json_rate(const plb_rate_summary *summary);

json_t *plb_json_clock(const plb_clock_facts *clock);

json_t *plb_json_environment(const plb_environment *environment);

#endif
