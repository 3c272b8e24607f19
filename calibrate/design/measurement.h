/* A sweep while it is measured: its design points (points.c), what is submitted for them
 * (layout.c), and the figures (measure_points.c). */
#ifndef PLB_MEASUREMENT_H
#define PLB_MEASUREMENT_H

#include <plutbench/calibrate.h>

#include "calibrate/calls/ballast.h"
#include "calibrate/calls/calibration.h"
#include "calibrate/design/design.h"
#include "calibrate/design/overhead_fit.h"

/* The subjects of each design point. */
enum { POINT_CALL, POINT_TWIN, POINT_TWIN_AGAIN, POINT_SUBJECTS };

#define PLB_SUBJECT_NAME_BYTES 24
/* In Conway, on mainnet; matters for validity intervals only. */
#define PLB_SWEEP_SLOT 150000000

/* What is submitted within one epoch. */
typedef struct plb_sweep_layout {
    plb_ballast ballast;
    plb_ledger *ledger;
    plb_pool *pools; /* POINT_SUBJECTS for each design point */
    size_t pool_count;
} plb_sweep_layout;

struct plb_measurement {
    plb_sweep_summary summary; /* what the caller sees */
    plb_measure_config config;
    plb_sweep sweep;
    size_t point_count;
    plb_design *designs;
    plb_sweep_point *points;
    uint64_t (*settings)[PLB_FACTOR_COUNT];
    char (*labels)[PLB_DESIGN_LABEL_BYTES];
    plb_sweep_factor factors[PLB_FACTOR_COUNT];
    char strategy[PLB_STRATEGY_NAME_BYTES];
    char fixed[PLB_DESIGN_LABEL_BYTES];

    plb_model model;
    plb_sweep_term terms[PLB_MODEL_TERMS];

    plb_random random;
    size_t subject_count;
    uint32_t *pool_sizes; /* of each subject */
    size_t *order;        /* in which pools are made in this epoch */
    char (*names)[PLB_SUBJECT_NAME_BYTES];
    plb_pool **subjects; /* the pools of the epoch at hand */
    plb_sweep_layout *layout;
    uint32_t layout_count;
    plb_error renewal_error;
    plb_sampling *sampling;
};

/* Make the design points: every one is built, with its twin, and accepted by a ledger. */
plb_status plb_sweep_make_points(plb_measurement *m, plb_error *error);
/* The points as a regression has them; `fit` has point_count entries. */
void plb_sweep_fit_points(const plb_measurement *m, plb_fit_point *fit);

/* Make what is submitted in the next epoch, all of it new; what there was before is gone then. As a
 * plan's `renew`: `context` is the measurement, renewal_error says why it failed. */
plb_status plb_sweep_layout_next(plb_measurement *m, plb_error *error);
int plb_sweep_layout_renew(void *context, uint32_t epoch);
void plb_sweep_layout_free(plb_sweep_layout *layout);

#endif
