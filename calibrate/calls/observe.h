/* What observers are told of submissions. */
#ifndef PLB_CALLS_OBSERVE_H
#define PLB_CALLS_OBSERVE_H

#include <plutbench/observe.h>
#include <plutbench/results.h>

/* What a subject of a sampling submits; the ledger accepts it. `observer` may be NULL. */
void plb_observe_submission(const plb_observer *observer, const char *subject,
                            const plb_design_point *point);

#endif
