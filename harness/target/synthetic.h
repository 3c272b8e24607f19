/* A target whose costs are known: submitting takes virtual time, made of what a
 * point costs and of noise of every kind that real machines have. It runs as
 * fast as random numbers are made. */
#ifndef PLB_TARGET_SYNTHETIC_H
#define PLB_TARGET_SYNTHETIC_H

#include <stddef.h>

#include "harness/measure/random.h"
#include "harness/target/target.h"

typedef enum plb_drift_kind {
    PLB_DRIFT_NONE,
    PLB_DRIFT_LINEAR, /* amount: from the run's beginning to the end of its period
                       */
    PLB_DRIFT_SINE,   /* amount: of the amplitude */
    PLB_DRIFT_WALK    /* amount: standard deviation after one period */
} plb_drift_kind;

/* Shares are of a submission's time unless a unit says otherwise; everything 0
 * is no noise.
 *
 * Costs are those of the median submission: whatever is added to a submission
 * on its own (spread, correlated, outliers) has median 0. */
typedef struct plb_synthetic_noise {
    double spread; /* standard deviation of a submission's own noise (lognormal) */

    /* Autocorrelated noise of each subject on its own, AR(1) from one submission
     * to the next. */
    double correlated; /* its standard deviation */
    double correlation;

    /* Added to every submission alike, share of the value-only twin's time. */
    double common;      /* standard deviation of an Ornstein-Uhlenbeck process */
    double common_s;    /* its time constant */
    double burst;       /* height of a burst */
    double burst_s;     /* mean length of a burst; exponential, as are the gaps */
    double burst_gap_s; /* mean length of a gap; 0: no bursts */
    plb_drift_kind drift;
    double drift_amount;
    double drift_period_s;
    bool drift_of_speed; /* drift multiplies every submission's time, as a
                            frequency does */

    double outlier_share; /* of all submissions */
    double outlier_scale; /* the least that an outlier adds */
    double outlier_tail;  /* index of its Pareto tail: 1 has no mean, 2 no variance */
    double outlier_most;  /* that an outlier adds; 0: no end */

    double warm_up;   /* what the first submission of a process takes longer; decays
                         exponentially */
    double warm_up_s; /* time constant */

    /* Standard deviations of a subject's offsets, shares of the twin's time: one
     * that is drawn when it is opened and in every epoch, and one that is drawn
     * in every process. The twins, which are the same code, share the latter. */
    double layout;
    double process;

    double granularity_ns; /* the clock's step; 0: 1 */
    double read_ns;        /* what reading the clock takes */
} plb_synthetic_noise;

typedef struct plb_synthetic_config {
    double base_ns;     /* the value-only twin */
    double overhead_ns; /* a call */
    double loop_ns;     /* a loop of a call */
    plb_synthetic_noise noise;
    bool renewable;   /* has epochs */
    bool restartable; /* has processes */
    uint64_t seed;
} plb_synthetic_config;

typedef struct plb_synthetic plb_synthetic;

/* NULL when memory is short. `target` is valid until it is freed. */
plb_synthetic *plb_synthetic_new(const plb_synthetic_config *config, plb_target *target);
void plb_synthetic_free(plb_synthetic *synthetic);

/* By what factor submissions take longer because of a drift of speed: mean over
 * the time so far, without that share of it at either end in which the factor
 * is lowest and highest. */
double plb_synthetic_speed(const plb_synthetic *synthetic, double trimmed_share);

#endif
