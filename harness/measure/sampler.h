/* The parts of a sampling: its plan (plan.c), how it is taken (sampler.c), in one process or
 * several (processes.c), what is recorded (recorder.c), and what is told of it afterwards
 * (sampling.c). */
#ifndef PLB_MEASURE_SAMPLER_H
#define PLB_MEASURE_SAMPLER_H

#include <plutbench/measure.h>

#include "harness/measure/warm_up.h"

/* Rounds that are recorded before they are put away; a power of 3, so that groups of 3, 9, ... fit.
 */
#define PLB_RECORDER_RAW 2187

/* Every subject has a series for each plb_basis, at index basis * subject_count + subject. */
typedef struct plb_recorder {
    size_t subject_count;
    double **raw; /* per series, the newest rounds */
    uint32_t *raw_epochs;
    size_t raw_count;
    double **kept;         /* per subject, entries of `group` rounds each */
    uint32_t *kept_epochs; /* of the first round of each entry */
    size_t kept_count, capacity;
    uint32_t group;
    bool warm_up_found; /* entries begin after the warm-up, and histograms hold them */
    bool settled;
    uint64_t warm_up_rounds;
    plb_histogram **histograms; /* per subject, of all samples */
} plb_recorder;

bool plb_recorder_init(plb_recorder *recorder, size_t subject_count, size_t keep_rounds);
void plb_recorder_free(plb_recorder *recorder);

/* Where the samples of the next round go: set raw[i][raw_count] for all i (NAN: not sampled) and
 * raw_epochs[raw_count], then increment raw_count. When raw_count is PLB_RECORDER_RAW, put it away
 * first. */
plb_status plb_recorder_put_away(plb_recorder *recorder, plb_error *error);

/* The first basis of which there are enough samples: of `all`, so many undisturbed ones, and so
 * many that have a processor time. */
plb_basis plb_basis_choose(size_t all, size_t undisturbed, size_t timed);

/* The same of a subject. */
plb_basis plb_recorder_basis(const plb_recorder *recorder, size_t subject);

/* How many of the entries are to be skipped as warm-up, as it seems now; none once the warm-up has
 * been found. */
plb_status plb_recorder_look(const plb_recorder *recorder, plb_warm_up *warm_up, plb_error *error);

/* Put everything away and find the warm-up for good. */
plb_status plb_recorder_finish(plb_recorder *recorder, plb_error *error);

struct plb_sampling {
    plb_sampling_facts facts;
    plb_subject_facts *subjects;
    char **names;
    double *resolution;
    bool renewed; /* epochs differ in what is sampled */
    plb_recorder recorder;
    const double **series; /* that figures are taken from */
    plb_histogram *pace;   /* tenths of nanoseconds */
};

/* `plan` with its defaults, if it can be followed (PLB_E_ARGUMENT). */
plb_status plb_plan_complete(const plb_plan *plan, plb_plan *complete, plb_error *error);

/* The sampling of a complete plan before anything is recorded; NULL when memory is short. */
plb_sampling *plb_sampling_new(const plb_plan *plan);

/* All that was recorded; lives as long as the sampling. */
plb_rounds plb_sampling_rounds(const plb_sampling *sampling);

/* Choose the series that figures are taken from. */
void plb_sampling_choose(plb_sampling *sampling);

/* Tell the plan's observer, if it has one, that its sampling begins, and that it ended: one of
 * this process, or (joined) of several. */
void plb_observe_sampling_begun(const plb_plan *plan, bool joined, uint64_t at_ns);
void plb_observe_sampling_ended(const plb_sampling *sampling, const plb_plan *plan, bool joined,
                                uint64_t at_ns);

/* When everything is recorded: outliers, histograms and the flags that they raise. */
plb_status plb_sampling_conclude(plb_sampling *sampling, plb_error *error);

#endif
