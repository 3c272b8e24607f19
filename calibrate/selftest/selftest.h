/* The proof of the method: whole measurements of a target whose costs are
 * known, many times over, and how often their intervals hold what they promise.
 */
#ifndef PLB_SELFTEST_H
#define PLB_SELFTEST_H

#include "calibrate/calls/measure_target.h"
#include "harness/target/synthetic.h"

/* ---- What is simulated ---- */

typedef enum plb_selftest_purpose {
    PLB_SELFTEST_COVERAGE,     /* 95 % intervals cover the truth in 93 to 97 % */
    PLB_SELFTEST_CONSERVATIVE, /* the interval also holds what the cost itself
                                  does meanwhile: in at least 93 % */
    PLB_SELFTEST_DETECTION     /* the overhead is found in at least 95 % */
} plb_selftest_purpose;

/* A kind of noise under which the promises are to hold. */
typedef struct plb_selftest_scenario {
    const char *name;
    const char *description; /* one line */
    plb_synthetic_config target;
    int64_t loops;
    double time_s;    /* time budget of a measurement */
    double precision; /* at which it stops */
    plb_selftest_purpose purpose;
} plb_selftest_scenario;

/* Entry `index` of the table; NULL beyond. */
const plb_selftest_scenario *plb_selftest_scenario_at(size_t index);
/* NULL when there is none of that name. */
const plb_selftest_scenario *plb_selftest_scenario_find(const char *name);

typedef enum plb_selftest_figure {
    PLB_SELFTEST_OVERHEAD,
    PLB_SELFTEST_OVERHEAD_REGRESSION,
    PLB_SELFTEST_LOOP,
    PLB_SELFTEST_LOOP_REGRESSION,
    PLB_SELFTEST_NULL, /* of the null experiment, whose truth is 0 */
    PLB_SELFTEST_FIGURES
} plb_selftest_figure;

const char *plb_selftest_figure_name(plb_selftest_figure figure);

/* One simulated measurement. */
typedef struct plb_selftest_run {
    plb_estimate estimates[PLB_SELFTEST_FIGURES];
    double truths[PLB_SELFTEST_FIGURES];
    double elapsed_s;
    uint64_t rounds;
    plb_stop stop;
} plb_selftest_run;

/* Measure the scenario's target; `seed` determines everything. `sampling` NULL,
 * or receives the samples (plb_sampling_free). Errors: plb_measure_target's. */
plb_status plb_selftest_simulate(const plb_selftest_scenario *scenario, uint64_t seed,
                                 plb_selftest_run *run, plb_sampling **sampling, plb_error *error);

/* The seed of measurement `index` of a scenario. */
uint64_t plb_selftest_seed(uint64_t seed, const plb_selftest_scenario *scenario, uint64_t index);

/* ---- What is promised ---- */

/* How often something happened, and how often it may. */
typedef struct plb_selftest_rate {
    unsigned hits, runs;
    double low, high;   /* 95 % interval of its probability (Clopper and Pearson 1934) */
    double least, most; /* what is promised */
    bool kept;          /* false: chance hardly explains it (a 99.9 % interval is all
                           outside) */
} plb_selftest_rate;

plb_selftest_rate plb_selftest_rate_of(unsigned hits, unsigned runs, double least, double most);

/* A figure of a scenario. Differences and widths are relative to the truth,
 * those of the null experiment to the twin's time. */
typedef struct plb_selftest_result {
    plb_selftest_rate covered; /* the truth */
    double half_width;         /* mean */
    double bias;               /* mean difference from the truth */
    double deviation;          /* standard deviation of the differences */
} plb_selftest_result;

typedef struct plb_selftest_row {
    const plb_selftest_scenario *scenario;
    plb_selftest_result results[PLB_SELFTEST_FIGURES];
    plb_selftest_rate called; /* a difference in the null experiment */
    plb_selftest_rate found;  /* the overhead, where the purpose is detection; or runs is 0 */
    double elapsed_s, rounds; /* means */
    double precise;           /* share of runs that stopped by precision */
} plb_selftest_row;

typedef struct plb_selftest_config {
    unsigned runs;        /* of each scenario; 0: 1000 */
    uint64_t seed;        /* 0: 1 */
    const char *scenario; /* NULL: all */
    unsigned threads;     /* 0: one a processor */
    double scale;         /* intervals are made so many times as wide; 0: 1. Anything else
                             should break promises, which shows that they can be */
    void (*progress)(void *context, double share);
    void *progress_context;
} plb_selftest_config;

#define PLB_SELFTEST_ROWS 32

typedef struct plb_selftest_report {
    plb_selftest_row rows[PLB_SELFTEST_ROWS];
    size_t row_count;
    /* All scenarios together, by figure; of the intervals that promise neither
     * more nor less. */
    plb_selftest_rate covered[PLB_SELFTEST_FIGURES];
    plb_selftest_rate called;
    bool kept; /* all promises */
} plb_selftest_report;

/* Errors: PLB_E_ARGUMENT (no such scenario), those of a measurement. */
plb_status plb_selftest(const plb_selftest_config *config, plb_selftest_report *report,
                        plb_error *error);

/* ---- Pictures ---- */

/* Write coverage.svg, drift.svg, width.svg and power.svg into the folder, which
 * exists. Errors: PLB_E_IO, those of a measurement. */
plb_status plb_selftest_pictures(const plb_selftest_report *report, uint64_t seed,
                                 const char *folder, plb_error *error);

#endif
