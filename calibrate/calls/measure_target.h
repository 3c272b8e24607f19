/* The measurement of a call beside its value-only twin, on any target. */
#ifndef PLB_MEASURE_TARGET_H
#define PLB_MEASURE_TARGET_H

#include <plutbench/calibrate.h>

#include "harness/target/target.h"

/* What is sampled. */
enum {
    SUBJECT_CALL,       /* the call at the calibrated loop count */
    SUBJECT_HALF,       /* at half of it */
    SUBJECT_NO_LOOPS,   /* at none */
    SUBJECT_TWIN,       /* the value-only twin of the last */
    SUBJECT_TWIN_AGAIN, /* the null experiment */
    SUBJECT_COUNT
};

/* "call", "twin-again". */
const char *plb_target_subject_name(int subject);

typedef struct plb_target_plan {
    int64_t loops;    /* of the call */
    double time_s;    /* 0: PLB_DEFAULT_TIME_S */
    double precision; /* 0: PLB_DEFAULT_PRECISION */
    uint64_t seed;    /* of orders and bootstrap */
    bool pin;
    size_t keep_rounds;                  /* 0: the sampler's default */
    const plb_restarts *restarts;        /* NULL: in this process (and as often as the
                                            target restarts) */
    const plb_slice *slice;              /* NULL, or what this process is to sample of
                                            another's plan; then nothing is estimated */
    const struct plb_observer *observer; /* NULL, or who is told what happens */
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_progress *progress);
    void *progress_context;
} plb_target_plan;

/* Figures of a measurement; `has_...` is false where too little was sampled for
 * an interval, or where there are too few loops to tell. */
typedef struct plb_measured {
    plb_sampling *sampling; /* plb_sampling_free */
    bool has_overhead, has_overhead_regression, has_loop, has_loop_regression, has_null;
    plb_estimate overhead_ns, overhead_regression_ns; /* per call */
    plb_estimate loop_ns, loop_regression_ns;         /* per loop */
    plb_estimate null_ns;                             /* twin against twin */
} plb_measured;

/* Open the five subjects on `target`, sample them until overhead and loops are
 * known, and estimate. Errors: the target's, plb_sample's, PLB_E_MEMORY. */
plb_status plb_measure_target(const plb_target *target, const plb_target_plan *config,
                              plb_measured *measured, plb_error *error);

#endif
