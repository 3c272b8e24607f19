/* The parts of a sampling: what is recorded (recorder.c) and how it is taken (sampler.c). */
#ifndef PLB_MEASURE_SAMPLER_H
#define PLB_MEASURE_SAMPLER_H

#include <plutbench/measure.h>

#include "harness/measure/warm_up.h"

/* Rounds that are recorded before they are put away; a power of 3, so that groups of 3, 9, ... fit.
 */
#define PLB_RECORDER_RAW 2187

typedef struct plb_recorder {
    size_t subject_count;
    double **raw; /* per subject, the newest rounds */
    size_t raw_count;
    double **kept; /* per subject, entries of `group` rounds each */
    size_t kept_count, capacity;
    uint32_t group;
    bool warm_up_found; /* entries begin after the warm-up, and histograms hold them */
    bool settled;
    uint64_t warm_up_rounds;
    plb_histogram **histograms;
} plb_recorder;

bool plb_recorder_init(plb_recorder *recorder, size_t subject_count, size_t keep_rounds);
void plb_recorder_free(plb_recorder *recorder);

/* Where the samples of the next round go: set raw[i][raw_count] for all i (NAN: not sampled), then
 * increment raw_count. When raw_count is PLB_RECORDER_RAW, put it away first. */
plb_status plb_recorder_put_away(plb_recorder *recorder, plb_error *error);

/* How many of the entries are to be skipped as warm-up, as it seems now; none once the warm-up has
 * been found. */
plb_status plb_recorder_look(const plb_recorder *recorder, plb_warm_up *warm_up, plb_error *error);

/* Put everything away and find the warm-up for good. */
plb_status plb_recorder_finish(plb_recorder *recorder, plb_error *error);

#endif
