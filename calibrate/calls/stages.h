/* Where the overhead goes: submissions timed by stage, in a sampling of its own. */
#ifndef PLB_CALIBRATE_STAGES_H
#define PLB_CALIBRATE_STAGES_H

#include <signal.h>

#include <plutbench/measure.h>
#include <plutbench/results.h>

#include "harness/measure/clock.h"

typedef struct plb_stage_plan {
    /* Submit once. `copy` is 0 or 1: where there are two of a kind, the second is a null
     * experiment. `stage_ns` NULL: without stage marks; else as in plb_submit_options, as
     * `stage_marks`. 0 is success. */
    int (*submit)(void *context, plb_staged what, unsigned copy, uint64_t *stage_ns,
                  uint64_t *stage_marks);
    /* NULL, or what is to be done before each of them, not timed. */
    void (*choose)(void *context, plb_staged what, unsigned copy);
    /* NULL, or called before each epoch, not timed: as plb_plan's. 0 is success. */
    int (*renew)(void *context, uint32_t epoch);
    void *context;
    double call_ns;       /* about what the call at the calibrated loop count takes */
    uint64_t time_ns;     /* of sampling */
    uint64_t seed;        /* of orders */
    plb_clock clock;      /* zero: the machine's */
    double clock_read_ns; /* a reading of it */
    const volatile sig_atomic_t *interrupted;                      /* may be NULL */
    void (*progress)(void *context, const plb_progress *progress); /* may be NULL */
    void *progress_context;
    const struct plb_observer *observer; /* may be NULL: who is told each marked submission */
} plb_stage_plan;

/* Sample and estimate. Free with plb_stages_free. *stages stays NULL, which is no error, when it
 * was interrupted before anything could be told.
 * Errors: PLB_E_MEASURE (a submission, or renewing, failed), PLB_E_MEMORY. */
plb_status plb_stages_measure(const plb_stage_plan *plan, plb_stage_summary **stages,
                              plb_error *error);
void plb_stages_free(plb_stage_summary *stages);

#endif
