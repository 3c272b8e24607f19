/* Where a run's warm-up ends. */
#ifndef PLB_MEASURE_WARM_UP_H
#define PLB_MEASURE_WARM_UP_H

#include <plutbench/measure.h>

typedef struct plb_warm_up {
    size_t rounds; /* to discard from the beginning */
    bool settled;  /* false: no end was found in the first half, which is discarded */
} plb_warm_up;

/* `levels` are the rounds' durations in order of time. Windows of rounds from the beginning are
 * compared, by their medians, with the windows of the second half: warm-up ends with the first of
 * two successive windows that lie within four robust standard deviations of those. Fewer than 32
 * rounds have no warm-up that could be told. */
plb_status plb_warm_up_find(const double *levels, size_t count, plb_warm_up *found,
                            plb_error *error);

/* How far the medians of the first and the last third are apart, relative to the whole's median.
 * 0 for fewer than 32 rounds. */
plb_status plb_drift_find(const double *levels, size_t count, double *drift, plb_error *error);

/* The duration of each round, relative to the median round: the mean over the series that are
 * complete of sample / median. levels has rounds->round_count entries. */
plb_status plb_round_levels(const plb_rounds *rounds, double *levels, plb_error *error);

#endif
