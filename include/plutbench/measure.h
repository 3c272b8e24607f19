/* Measurement: the clock, histograms, paired interleaved sampling, and the statistics that turn
 * samples into figures with intervals.
 *
 * Nothing here knows what is measured: a subject is a function that submits something once. Times
 * are nanoseconds: uint64_t at the clock, double in statistics. Nothing prints, exits or keeps
 * global state. Objects are opaque and belong to one thread at a time. */
#ifndef PLUTBENCH_MEASURE_H
#define PLUTBENCH_MEASURE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <plutbench/api.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Clock ---- */

/* What the clock can resolve here, measured. */
typedef struct plb_clock_facts {
    const char *source;   /* "CLOCK_MONOTONIC_RAW": not slewed by time synchronisation; "given":
                             by the plan */
    double resolution_ns; /* smallest step between elapsed times */
    double read_ns;       /* between two readings with nothing in between, median */
    double call_ns; /* one pass of the sampling loop over a subject that does nothing, median */
} plb_clock_facts;

/* Nanoseconds since an arbitrary point. Never goes backwards. */
PLB_API uint64_t plb_clock_now_ns(void);

/* Measure the clock; takes a few milliseconds. */
PLB_API void plb_clock_measure(plb_clock_facts *facts);

/* How many submissions of `call_ns` each make one sample that is at least `sample_ns` long and at
 * least a thousand times the clock's resolution. At least 1. */
PLB_API uint32_t plb_clock_batch(const plb_clock_facts *facts, double call_ns, double sample_ns);

/* ---- Histograms ---- */

/* An HDR histogram of nanoseconds: 1 ns to 1 h, 3 significant digits. Values outside are recorded
 * as the nearest bound and counted (plb_histogram_clipped). */
typedef struct plb_histogram plb_histogram;

#define PLB_HISTOGRAM_LOWEST_NS 1
#define PLB_HISTOGRAM_HIGHEST_NS 3600000000000
#define PLB_HISTOGRAM_DIGITS 3

/* NULL when memory is short. */
PLB_API plb_histogram *plb_histogram_new(void);
PLB_API void plb_histogram_free(plb_histogram *histogram);

PLB_API void plb_histogram_record(plb_histogram *histogram, double ns);
/* Add all of `from`; exact, because all histograms have the same buckets. */
PLB_API void plb_histogram_add(plb_histogram *histogram, const plb_histogram *from);

/* Add all of `from`, which a closed loop recorded, as if something had been submitted every
 * `interval_ns`: a value that is longer stands for those that it kept from being submitted, which
 * would have taken an interval less each. For comparison; plb_open_loop needs no correction. */
PLB_API void plb_histogram_add_corrected(plb_histogram *histogram, const plb_histogram *from,
                                         double interval_ns);

PLB_API uint64_t plb_histogram_count(const plb_histogram *histogram);
PLB_API uint64_t plb_histogram_clipped(const plb_histogram *histogram);

/* What is told of a histogram; everything 0 when it is empty. */
typedef struct plb_percentiles {
    uint64_t count;
    double min_ns, p50_ns, p90_ns, p99_ns, p999_ns, max_ns;
    double mean_ns, stddev_ns;
} plb_percentiles;

PLB_API void plb_histogram_percentiles(const plb_histogram *histogram, plb_percentiles *out);
/* Value at `percentile` (0 to 100). */
PLB_API double plb_histogram_value_ns(const plb_histogram *histogram, double percentile);

/* Percentile distribution as HdrHistogram's plotters read it (.hgrm), values divided by
 * `unit_ns` (1: nanoseconds, 1000: microseconds). PLB_E_IO when writing fails. */
PLB_API plb_status plb_histogram_print(const plb_histogram *histogram, double unit_ns, FILE *file,
                                       plb_error *error);

/* Begin an HDR log (.hlog, format 1.2 or later): comment, start time in UTC seconds, column names.
 */
PLB_API plb_status plb_histogram_log_header(FILE *file, const char *comment, double start_utc_s,
                                            plb_error *error);
/* One log line: V2 compressed histogram, tagged (a tag has no comma, space or line break; NULL:
 * none), covering `length_s` from `start_s` after the header's start time. */
PLB_API plb_status plb_histogram_log_line(const plb_histogram *histogram, FILE *file,
                                          const char *tag, double start_s, double length_s,
                                          plb_error *error);

#define PLB_HISTOGRAM_TAG_BYTES 256

/* A line of a log. */
typedef struct plb_histogram_log_entry {
    char tag[PLB_HISTOGRAM_TAG_BYTES]; /* empty: none */
    double start_utc_s;                /* of the log, seconds since 1970; 0: not told */
    double start_s; /* as the line has it, plus the log's base time if it has one */
    double length_s;
    const plb_histogram
        *histogram; /* lives until the next entry; copy it by adding it to another */
} plb_histogram_log_entry;

typedef struct plb_histogram_log_visitor {
    void *context;
    int (*entry)(void *context, const plb_histogram_log_entry *entry); /* 0: go on */
} plb_histogram_log_visitor;

/* Read an HDR log from memory: V2 compressed histograms as every HdrHistogram since 2.1 writes
 * them, each line's given to the visitor. Those with this header's range come back as they were
 * written; of others each bucket's middle is recorded, and counted as clipped outside of the range.
 * Values are taken for nanoseconds. The text is not trusted: memory is bounded whatever it says.
 * Errors: PLB_E_PARSE ("line 7"), PLB_E_ARGUMENT (the visitor stopped it), PLB_E_MEMORY. */
PLB_API plb_status plb_histogram_log_read(const char *text, size_t length,
                                          const plb_histogram_log_visitor *visitor,
                                          plb_error *error);

/* ---- Estimates ---- */

/* A figure with its interval and where both come from. */
typedef struct plb_estimate {
    double value, low, high; /* in the unit of the samples */
    double level;            /* of the interval, 0.95 */
    size_t count;            /* rounds that it rests on, of the series with the fewest samples */
    double block_length;     /* of the bootstrap, in rounds; 1 where rounds are independent */
    uint32_t resamples;      /* of the bootstrap; 0 where the interval is not from one */
    const char *method;      /* static text, such as "median of differences, circular block ..." */
    size_t stretches;        /* of epochs, whose contrasts are averaged; 0 without epochs */
    double freedom;          /* degrees of freedom of its Student's t; 0 where it has none */
} plb_estimate;

/* True when the interval lies on one side of zero. */
PLB_API bool plb_estimate_excludes_zero(const plb_estimate *estimate);
/* Half the interval's width, relative to the value; infinity when the value is 0. */
PLB_API double plb_estimate_precision(const plb_estimate *estimate);
/* The figure and its interval times `factor`. */
PLB_API plb_estimate plb_estimate_scaled(plb_estimate estimate, double factor);
/* What a run with the pace `pace_ns` found, had it been at `other_ns`: processors change their
 * clock frequency by a percent or two with what else they do, from one run to the next, and no
 * interval of one run has that in it. Unchanged where a pace is unknown (0). */
PLB_API plb_estimate plb_estimate_at_pace(plb_estimate estimate, double pace_ns, double other_ns);
/* True when the two intervals have a point in common. */
PLB_API bool plb_estimates_agree(const plb_estimate *a, const plb_estimate *b);

/* The noise floor that a null experiment shows: the end of its interval that is further from zero.
 * Nothing smaller can be claimed on that machine in that hour. */
PLB_API double plb_noise_floor(const plb_estimate *null_experiment);
/* True when a null experiment finds a difference: zero is outside of its interval by more than a
 * tenth of its half width, so that, with what intervals are wrong by, this happens in no more than
 * 5 % of the runs in which there is none. */
PLB_API bool plb_null_called(const plb_estimate *null_experiment);
/* True when `estimate` excludes zero and its value is beyond the noise floor. */
PLB_API bool plb_estimate_resolved(const plb_estimate *estimate, double noise_floor);

/* Outliers by Tukey's fences: mild beyond 1.5, severe beyond 3 interquartile ranges. A severe one
 * is not also counted as mild. They are counted, never dropped. */
typedef struct plb_outliers {
    size_t count; /* samples looked at */
    size_t low_mild, low_severe, high_mild, high_severe;
} plb_outliers;

/* Samples that are NAN are missing: skipped. PLB_E_MEMORY. */
PLB_API plb_status plb_outliers_count(const double *samples, size_t count, plb_outliers *outliers,
                                      plb_error *error);

/* Series of samples that were taken in common rounds: series[i][r] is subject i in round r, NAN
 * where the subject was not sampled in that round. */
typedef struct plb_rounds {
    const double *const *series;
    size_t series_count;
    size_t round_count;
    const double *resolution; /* per series, smallest step between samples; NULL: 0 */
    const uint32_t *epochs;   /* of each round, not falling; NULL: all rounds had the same layout */
} plb_rounds;

#define PLB_BOOTSTRAP_RESAMPLES 2000
#define PLB_BOOTSTRAP_ROUNDS 16 /* fewer samples give no interval */
#define PLB_STRETCHES_MOST 64   /* that epochs are put together to */
#define PLB_STRETCH_FREEDOM 8   /* degrees of freedom at most */

/* Sum over i of coefficients[i] times what series i is, by medians. Coefficients that add up to 0
 * are taken apart into differences to one of the series within each round, and the medians of those
 * are added up; {1, -1} is the paired estimator (median of the rounds' differences). So whatever
 * hits a whole round cancels, and what hits one sample in a hundred moves nothing: it is as often
 * on either side. (Differences of medians do neither where subjects differ in length: bursts and
 * outliers move the median of the longer one further.) A series without a coefficient (0) plays no
 * part; one that is sampled seldom has as many differences as it has samples. Other coefficients
 * are those of the series' medians.
 *
 * The interval (95 %) is a circular block bootstrap's percentile interval: rounds are drawn in
 * blocks, all series together, so that what hits a whole round cancels as it does in the data. The
 * block length is chosen by Politis and White (2004, corrected by Patton, Politis and White 2009)
 * on the influence of each round on the estimate. It is widened by Student's t for the number of
 * blocks and by what blocks cut off of the long-run variance, and is no narrower than the clock's
 * steps where samples differ by less than those. Equal seeds give equal intervals.
 * `resamples` 0: PLB_BOOTSTRAP_RESAMPLES.
 *
 * With epochs, what is constant within one (the transactions, their addresses) must be in the
 * interval, and no resampling of rounds would put it there. So consecutive epochs are put together
 * to stretches (at most PLB_STRETCHES_MOST, and as few as it takes for every series to have a dozen
 * samples in each); the estimate is the mean of the stretches' contrasts, without the
 * fifth of them at either end, in which something else may have run. Its interval is Student's t
 * for a trimmed mean (Tukey and McLaughlin 1963), with the long-run variance of the winsorized
 * contrasts from the PLB_STRETCH_FREEDOM slowest cosines over the run (fewer where there are few
 * stretches): the equal-weighted cosine estimator (Mueller 2007; Lazarus, Lewis, Stock and Watson
 * 2018), which sees drift over seconds that neighbouring epochs do not show. Of f cosines and m
 * stretches that were not cut off, it has 1 / (1 / f + 0.5 / (m - 1)) degrees of freedom: what is
 * cut off is uncertain itself. It is never narrower than 1.65 standard errors of independent
 * stretches to either side. No randomness; `resamples` and
 * `seed` play no part.
 *
 * Errors: PLB_E_MEASURE when a series has fewer than PLB_BOOTSTRAP_ROUNDS samples, or there is only
 * one epoch, PLB_E_ARGUMENT when all coefficients are 0, PLB_E_MEMORY. */
PLB_API plb_status plb_contrast_estimate(const plb_rounds *rounds, const double *coefficients,
                                         uint32_t resamples, uint64_t seed, plb_estimate *estimate,
                                         plb_error *error);

/* The same estimate with another interval, for deciding when to stop. An interval that is as narrow
 * as was asked may be so by luck, and stopping then would choose such: so this one is wider by what
 * its width is uncertain. Without epochs it is asymptotic, from the long-run variance of the
 * influences, and quicker; with them it is also no narrower than if stretches were independent, and
 * a fifth more. */
PLB_API plb_status plb_contrast_quick(const plb_rounds *rounds, const double *coefficients,
                                      plb_estimate *estimate, plb_error *error);

#define PLB_REGRESSION_TERMS 24

/* Least squares on design points, as contrasts of their medians.
 *
 * `design` has `points` rows of `terms` regressors (such as 1, k, k*n); `weights` (NULL: all 1) are
 * one over the variance of each point's median. On success contrasts[t*points + i] is the
 * coefficient with which the median of point i enters term t, to be given to
 * plb_contrast_estimate. PLB_E_ARGUMENT when the design does not determine all terms. */
PLB_API plb_status plb_design_contrasts(const double *design, size_t points, size_t terms,
                                        const double *weights, double *contrasts, plb_error *error);

/* A robust linear regression of time-ordered observations. */
typedef struct plb_regression {
    size_t terms;
    plb_estimate coefficient[PLB_REGRESSION_TERMS];
    double scale;        /* robust standard deviation of the residuals */
    unsigned iterations; /* of the fit */
} plb_regression;

/* Huber's M-estimator by iteratively reweighted least squares (tuning constant 1.345, scale by the
 * median absolute deviation), with intervals that allow for autocorrelation and unequal variance
 * (the long-run variance of each observation's influence, Student's t).
 *
 * observations[j] was taken j-th, with the regressors design[j*terms ...]. Where observations of
 * one round follow each other, `group` is their number, and autocorrelation is counted in rounds
 * (1: none). Errors: PLB_E_ARGUMENT (a design that does not determine all terms, too few
 * observations), PLB_E_MEASURE when it does not converge, PLB_E_MEMORY. */
PLB_API plb_status plb_regress(const double *observations, const double *design, size_t count,
                               size_t terms, size_t group, plb_regression *regression,
                               plb_error *error);

/* ---- The machine meanwhile ---- */

typedef enum plb_turbo { PLB_TURBO_UNKNOWN = 0, PLB_TURBO_OFF, PLB_TURBO_ON } plb_turbo;

#define PLB_ENVIRONMENT_TEXT 96

/* What the machine is, and counters of what it has done. Texts are empty, and numbers negative,
 * where the system does not tell. */
typedef struct plb_environment {
    char cpu_model[PLB_ENVIRONMENT_TEXT];
    char microcode[PLB_ENVIRONMENT_TEXT];  /* revision of the CPU's, such as "0xa0011d5" */
    char machine_id[PLB_ENVIRONMENT_TEXT]; /* 16 digits that tell machines apart: a hash of the
                                              system's id, which it does not give away */
    char kernel[PLB_ENVIRONMENT_TEXT];
    char governor[PLB_ENVIRONMENT_TEXT];    /* of the CPU that it runs on */
    char clocksource[PLB_ENVIRONMENT_TEXT]; /* of the kernel, such as "tsc" */
    char huge_pages[PLB_ENVIRONMENT_TEXT];  /* transparent huge pages: always, madvise, never */
    char isolated[PLB_ENVIRONMENT_TEXT];    /* CPUs kept free of other processes, such as "2-3" */
    int cpu_count;                          /* online */
    int cpus_allowed;                       /* this process may run on */
    int cpu;                                /* that it ran on when asked */
    plb_turbo turbo;
    bool hypervisor;           /* the processor says that it is virtual */
    int simultaneous_threads;  /* 1: hyper-threading is active, 0: not, -1: unknown */
    int address_randomisation; /* kernel.randomize_va_space: 0 off, 1, 2 full; -1: unknown */
    double memory_bytes, swap_used_bytes;
    double cgroup_cpus;         /* CPU quota as a number of CPUs; -1: none */
    double cgroup_memory_bytes; /* -1: none */
    double load_1min;
    /* Counters: only differences mean something. */
    double cpu_busy_s;                 /* all CPUs, all processes */
    double cpu_total_s;                /* all CPUs, idle or not */
    double cpu_steal_s;                /* taken by the hypervisor */
    double own_cpu_s;                  /* this process */
    double throttled_periods;          /* by the cgroup's CPU quota */
    double context_switches;           /* voluntary, this process */
    double preemptions;                /* involuntary context switches, this process */
    double minor_faults, major_faults; /* page faults, this process */
} plb_environment;

/* Read it now, from the files below `root` ("": the running system; tests give a folder). Never
 * fails: what can't be read is unknown. */
PLB_API void plb_environment_read(plb_environment *environment, const char *root);

/* Reasons for which a run is suspicious. */
typedef enum plb_flag {
    PLB_FLAG_GOVERNOR,    /* frequency governor is not "performance" */
    PLB_FLAG_TURBO,       /* turbo is on: the frequency depends on temperature and neighbours */
    PLB_FLAG_STEAL,       /* the hypervisor took more than 1 % of the time */
    PLB_FLAG_THROTTLED,   /* the cgroup's CPU quota stopped the process */
    PLB_FLAG_BUSY,        /* other processes used more than 10 % of all CPUs */
    PLB_FLAG_PREEMPTIONS, /* more than 100 involuntary context switches a second */
    PLB_FLAG_FAULTS,      /* page faults that read from disk */
    PLB_FLAG_CLOCK,       /* the kernel's clock source is slow or coarse */
    PLB_FLAG_WARM_UP,     /* the subjects did not settle in the first half of the run */
    PLB_FLAG_DRIFT,       /* first and last third differ by more than 5 % */
    PLB_FLAG_OUTLIERS,    /* more than 5 % of a subject's samples are severe outliers */
    PLB_FLAG_FEW,         /* fewer than 100 rounds */
    PLB_FLAG_NULL,        /* the null experiment found a difference */
    PLB_FLAG_DISAGREE,    /* two estimators disagree beyond their intervals */
    PLB_FLAG_COUNT
} plb_flag;

/* A set of flags: bit (1u << flag). */
typedef uint32_t plb_flags;

/* Short constant name, such as "steal", and one line: what it means and what to do. NULL beyond. */
PLB_API const char *plb_flag_name(plb_flag flag);
PLB_API const char *plb_flag_advice(plb_flag flag);

/* The flags that two readings, `seconds` apart, give rise to. */
PLB_API plb_flags plb_environment_flags(const plb_environment *before, const plb_environment *after,
                                        double seconds);

/* ---- Sampling ---- */

/* Something that is submitted and timed. */
typedef struct plb_subject {
    const char *name; /* a word; unique in a plan; copied */
    void *context;    /* the caller's */
    /* Submit once. Timed. 0 is success; anything else ends the run with PLB_E_MEASURE. */
    int (*submit)(void *context);
    /* NULL, or called before each sample, not timed, to make `submissions` successive calls of
     * submit possible (such as restoring what a submission used up). 0 is success. */
    int (*prepare)(void *context, uint32_t submissions);
    /* Sampled once in this many rounds, at a random one of them; 1: in every round; 0: chosen so
     * that a long subject does not keep the short ones from being sampled. */
    uint32_t every;
} plb_subject;

/* A contrast that has to be known to a relative precision before sampling stops. */
typedef struct plb_target_precision {
    const double *coefficients; /* one per subject, as for plb_contrast_estimate */
    double relative;            /* half width of the interval over the value, such as 0.01 */
} plb_target_precision;

typedef enum plb_phase {
    PLB_PHASE_PREPARING, /* finding batches */
    PLB_PHASE_SAMPLING,
    PLB_PHASE_DONE
} plb_phase;

typedef struct plb_progress {
    plb_phase phase;
    uint64_t elapsed_ns;
    uint64_t time_budget_ns;
    uint64_t rounds;
    double precision; /* reached by the worst target when last looked at; NAN: not yet known */
} plb_progress;

struct plb_observer; /* plutbench/observe.h */

/* How to sample. Zero-initialise, set subjects; every 0 or NULL below means the default. */
typedef struct plb_plan {
    const plb_subject *subjects;
    size_t subject_count;
    uint64_t time_budget_ns;  /* of sampling; default 30 s */
    uint64_t minimum_time_ns; /* before a precision may stop it; default 1 s or the time budget */
    uint64_t maximum_rounds;  /* default: none */
    const plb_target_precision *targets;
    size_t target_count; /* 0: only time and rounds stop it */
    uint64_t seed;       /* of orders and bootstrap; default: from the clock, and reported */
    double sample_ns;    /* a sample is at least this long; default 5000 */
    bool single;         /* subjects can be submitted only once after each prepare: a sample is one
                            submission, however short */
    size_t keep_rounds;  /* rounds kept in memory, see plb_sampling_series; default 262144, fewer
                            of many subjects */
    bool pin;            /* keep the thread on one CPU meanwhile */
    int cpu;             /* which (with pin); negative: the one that it runs on */
    const volatile sig_atomic_t *interrupted; /* sampling ends soon after this becomes nonzero */
    void (*progress)(void *context, const plb_progress *progress); /* about 10 times a second */
    void *progress_context;
    /* Where time comes from, ns, never backwards, advancing with what is submitted; NULL:
     * plb_clock_now_ns. With a clock of its own a plan runs as fast as its subjects do, and what
     * the machine did meanwhile is not looked at. */
    uint64_t (*now)(void *context);
    void *clock_context;
    /* NULL, or called between epochs, not timed, to make everything anew that a subject's time may
     * depend on and that a node meets in ever other forms: other transactions, other memory. Epoch
     * 0 is what the caller has made; `epoch` counts from 1. Subjects' contexts stay where they are.
     * 0 is success; anything else ends the run with PLB_E_MEASURE. */
    int (*renew)(void *context, uint32_t epoch);
    void *renew_context;
    uint64_t epoch_ns; /* length; default: a 128th of the whole time, at least 20 ms. Longer where
                          renewing would take more than a fifth of the time */
    uint64_t whole_time_ns; /* of the sampling that this is a part of; default: the time budget */
    const struct plb_observer *observer; /* NULL, or who is told what happens */
    uint32_t process;                    /* which one of the sampling this is, from 0 */
} plb_plan;

typedef enum plb_stop {
    PLB_STOP_PRECISION,  /* every target is narrow enough */
    PLB_STOP_TIME,       /* the time budget is spent */
    PLB_STOP_ROUNDS,     /* the maximum number of rounds was reached */
    PLB_STOP_INTERRUPTED /* the result is partial */
} plb_stop;

/* "precision", "time", "rounds", "interrupted". */
PLB_API const char *plb_stop_name(plb_stop stop);

typedef struct plb_sampling plb_sampling;

/* Sample the plan's subjects: in every round each of them once, in random order, and in epochs
 * where the plan can renew them. What is shorter
 * than a sample should be is submitted several times a sample, and the measured cost of the clock
 * and of the loop is subtracted. Samples during which the thread lost its processor to another, as
 * the kernel counts it, are in the histograms, and figures are taken without them (plb_basis).
 * Warm-up is found by comparing windows of rounds with the settled
 * second half. An interruption is no error: the result is partial (plb_sampling_facts).
 * The caller's objects are used until it returns, not afterwards.
 * Errors: PLB_E_ARGUMENT, PLB_E_MEMORY, PLB_E_MEASURE (a subject failed, the CPU can't be pinned).
 */
PLB_API plb_status plb_sample(const plb_plan *plan, plb_sampling **sampling, plb_error *error);
PLB_API void plb_sampling_free(plb_sampling *sampling);

/* ---- Sampling in several processes ---- */

/* A program that is started again to sample a part of the time: code, stack and libraries are then
 * at other addresses, which no renewal within a process can bring about. */
struct plb_slice;

typedef struct plb_restarts {
    const char *program;    /* path; NULL: the running one */
    char *const *arguments; /* of the program, its name first, NULL at the end */
    uint32_t processes;     /* 0: one for every two seconds, 16 to 64. Never more than there are
                               seconds */
    /* NULL, or called instead of starting a program: sample as the slice says, by the plan (which
     * is complete) with the slice's seed and times and without targets. For what only needs to be
     * made anew as a process would be. */
    plb_status (*run)(void *context, const struct plb_plan *plan, const struct plb_slice *slice,
                      plb_sampling **part, plb_error *error);
    void *context;
} plb_restarts;

/* plb_sample by further processes, one after the other: each follows the same plan with a seed of
 * its own for a part of the time, without a precision to stop it, and sends what it sampled. The
 * samples are joined; what plb_contrast_estimate takes for an epoch is then a whole process, and
 * plb_sampling_epochs tells processes. A precision may stop it after 16 of them: of fewer,
 * the interval is too uncertain to choose by. A time budget
 * below two seconds, or an interruption beforehand, makes it plb_sample.
 *
 * The program is run with `arguments` and the environment variable PLB_SLICE_VARIABLE, whose value
 * plb_slice_parse reads; it has to sample as told and answer with plb_slice_send. It has no
 * standard streams, and an interruption is passed on as SIGINT.
 * Errors: plb_sample's, also those of a process; PLB_E_MEASURE when one ends without an answer. */
PLB_API plb_status plb_sample_in_processes(const plb_plan *plan, const plb_restarts *how,
                                           plb_sampling **sampling, plb_error *error);

#define PLB_SLICE_VARIABLE "PLUTBENCH_SLICE"

/* What such a process is told. */
typedef struct plb_slice {
    int fd;                 /* to answer to */
    uint64_t seed;          /* of its plan */
    uint64_t time_ns;       /* its time budget */
    uint64_t whole_time_ns; /* of its plan */
    uint32_t process;       /* which one it is, from 0 */
} plb_slice;

/* Parse the variable's value. False when it is NULL or malformed. */
PLB_API bool plb_slice_parse(const char *text, plb_slice *slice);

/* Answer, and close slice->fd: with a sampling, or with a failure when it is NULL. PLB_E_IO. */
PLB_API plb_status plb_slice_send(const plb_slice *slice, const plb_sampling *sampling,
                                  const plb_error *failure, plb_error *error);

/* ---- What is told of a sampling ---- */

typedef struct plb_sampling_facts {
    size_t subject_count;
    uint64_t rounds;           /* taken, warm-up included */
    uint64_t warm_up_rounds;   /* discarded as warm-up */
    uint64_t restart_rounds;   /* run, but not recorded: the first after anything else has run */
    uint64_t disturbed_rounds; /* of the rounds: another process ran meanwhile */
    size_t kept;               /* entries of a series, after warm-up */
    uint32_t rounds_per_entry; /* 1, or 3, 9, ... when there were more rounds than fit */
    uint32_t processes;        /* that took part: 1, but for plb_sample_in_processes */
    uint32_t epochs;           /* 1: the subjects were never renewed */
    uint64_t renewing_ns;      /* of the elapsed time */
    uint64_t elapsed_ns;       /* of sampling */
    double start_utc_s;        /* seconds since 1970 */
    plb_stop stop;
    uint64_t time_budget_ns;
    double precision_asked; /* relative, of the first target; NAN: none */
    uint64_t seed;
    int cpu; /* pinned to; -1: not pinned */
    double
        pace_ns; /* median time of a thousand dependent multiplications in this run, by which
                    times of two runs on one machine compare (plb_estimate_at_pace); 0: unknown */
    plb_clock_facts clock;
    plb_environment before, after;
    plb_flags flags;
} plb_sampling_facts;

PLB_API const plb_sampling_facts *plb_sampling_get_facts(const plb_sampling *sampling);

/* Which samples of a subject its figures are taken from. Histograms hold all. */
typedef enum plb_basis {
    PLB_BASIS_UNDISTURBED, /* during which the thread never lost its processor unasked: where they
                              are at least 64, and half of those that could be timed otherwise */
    PLB_BASIS_PROCESSOR_TIME, /* of a subject that is not sampled in every round, all, the disturbed
                                 ones by the time that the thread had the processor */
    PLB_BASIS_ALL             /* where neither is to be had */
} plb_basis;

#define PLB_BASIS_COUNT 3

/* "undisturbed", "processor-time", "all". */
PLB_API const char *plb_basis_name(plb_basis basis);

typedef struct plb_subject_facts {
    const char *name;
    uint32_t batch;        /* submissions a sample; a sample is their mean */
    uint32_t every;        /* sampled once in this many rounds */
    uint64_t samples;      /* after warm-up, disturbed ones too; all are in the histogram */
    double subtracted_ns;  /* per submission, for clock and loop */
    plb_basis basis;       /* of its series and figures */
    plb_outliers outliers; /* of the entries of its series */
    const plb_histogram *histogram;
} plb_subject_facts;

/* All pointers live as long as the sampling. */
PLB_API const plb_subject_facts *plb_sampling_subject(const plb_sampling *sampling, size_t index);

/* The samples after warm-up in order of time, ns per submission, *count of them, NAN where the
 * subject was not sampled, or was disturbed. When more rounds were taken than the plan keeps,
 * neighbouring rounds are put together in threes by their median (facts.rounds_per_entry), which
 * keeps the median of the whole; histograms hold every sample. */
PLB_API const double *plb_sampling_series(const plb_sampling *sampling, size_t index,
                                          size_t *count);

/* The epoch of each entry of the series, *count of them; where rounds are put together, of the
 * first of them. NULL when the subjects were never to be renewed. */
PLB_API const uint32_t *plb_sampling_epochs(const plb_sampling *sampling, size_t *count);

/* plb_contrast_estimate on the samples after warm-up, with the sampling's seed and clock, and its
 * epochs if the plan has a way to renew its subjects. */
PLB_API plb_status plb_sampling_contrast(const plb_sampling *sampling, const double *coefficients,
                                         plb_estimate *estimate, plb_error *error);

/* One over the variance of each subject's median, as weights for plb_design_contrasts; one per
 * subject. With epochs: one over its square, since noise is then taken for proportional to time.
 * Errors: as plb_contrast_quick. */
PLB_API plb_status plb_sampling_weights(const plb_sampling *sampling, double *weights,
                                        plb_error *error);

/* ---- Open loop ---- */

/* Submissions at given times, whether or not the ones before have come back: what users do. A
 * closed loop submits less while something is slow, and so does not see how long others would have
 * waited (coordinated omission). */
typedef struct plb_load {
    const plb_subject *subject; /* `prepare` is called before each submission, in time that the
                                   rate leaves where it leaves any; `every` plays no part */
    double rate;                /* submissions a second */
    bool poisson;               /* times as of independent users; false: at equal intervals */
    uint64_t time_ns;           /* that submissions are intended in; default 10 s */
    uint64_t maximum;           /* submissions; default: none */
    uint64_t seed;              /* of the times; default: from the clock, and reported */
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_progress *progress); /* about 10 times a second;
                                                                      rounds are submissions */
    void *progress_context;
    /* As plb_plan's. `wait` returns when `now` would tell at least `until_ns`; NULL: the machine's
     * clock is waited for asleep, and for the last part awake. */
    uint64_t (*now)(void *context);
    void (*wait)(void *context, uint64_t until_ns);
    void *clock_context;
} plb_load;

typedef struct plb_load_facts {
    double rate_asked;
    double rate_achieved; /* submissions that came back, a second */
    double rate_capacity; /* what one after the other could reach: one over the mean service time */
    double utilisation;   /* share of the time that submissions took */
    uint64_t intended;    /* submissions until the end */
    uint64_t submitted;   /* of them */
    uint64_t late;        /* that began a service time or more after their time */
    uint64_t backlog_most; /* intended, and not begun */
    uint64_t backlog_end;  /* when time was over */
    bool saturated;        /* the rate is more than can be served: waiting times only grow */
    uint64_t elapsed_ns;
    uint64_t seed;
    plb_stop stop; /* PLB_STOP_TIME, _ROUNDS (the maximum), _INTERRUPTED */
    plb_environment before, after;
    plb_flags flags;
} plb_load_facts;

typedef struct plb_loaded plb_loaded;

/* Submit at a rate. One thread submits, so that what comes while another is served waits in line. A
 * rate that can't be served ends when time is over, with what is left in line counted, not served.
 * Free with plb_loaded_free.
 * Errors: PLB_E_ARGUMENT (no subject; a rate that is not above 0 and at most 1e6), PLB_E_MEMORY,
 * PLB_E_MEASURE (a submission failed). */
PLB_API plb_status plb_open_loop(const plb_load *load, plb_loaded **loaded, plb_error *error);
PLB_API void plb_loaded_free(plb_loaded *loaded);

PLB_API const plb_load_facts *plb_loaded_facts(const plb_loaded *loaded);
/* From the time at which a submission was intended to its end. NULL when the rate was too high to
 * be served: the times then say how long it was tried, and nothing else. */
PLB_API const plb_histogram *plb_loaded_latency(const plb_loaded *loaded);
/* From its begin to its end. */
PLB_API const plb_histogram *plb_loaded_service(const plb_loaded *loaded);
/* The service times as plb_histogram_add_corrected would have them of a closed loop at this rate:
 * an approximation of the latency, for comparison. */
PLB_API const plb_histogram *plb_loaded_corrected(const plb_loaded *loaded);

/* ---- Watching ---- */

/* A thread that looks at a word at random times: a statistical profile of whoever writes it. */
typedef struct plb_watch plb_watch;

typedef struct plb_watch_count {
    uint64_t value; /* that the word had */
    uint64_t count; /* looks at which it had it */
} plb_watch_count;

/* What was seen, most frequent first. Values that were 0 are not counted. */
typedef struct plb_watched {
    plb_watch_count *counts;
    size_t count;
    uint64_t total;    /* looks */
    uint64_t overflow; /* of them, at more different values than are told apart (half a million) */
} plb_watched;

/* Begin to look at *word, on average every `period_ns` (0: 20 us), at times that are uniform
 * between half of it and one and a half. Whoever writes the word must do so atomically.
 * End it with plb_watch_stop. PLB_E_MEMORY. */
PLB_API plb_status plb_watch_start(plb_watch **watch, const uint64_t *word, uint64_t period_ns,
                                   uint64_t seed, plb_error *error);
/* Ends the thread and frees the watch (NULL: nothing was seen). Free what was seen with
 * plb_watched_free. */
PLB_API void plb_watch_stop(plb_watch *watch, plb_watched *watched);
PLB_API void plb_watched_free(plb_watched *watched);

/* A share: `part` of `whole` looks, with Wilson's interval (95 %). */
PLB_API plb_estimate plb_share(uint64_t part, uint64_t whole);

/* ---- Diagnosis ---- */

typedef enum plb_severity {
    PLB_FINE,   /* nothing to do */
    PLB_NOTE,   /* worth knowing; figures are good, or it can't be told */
    PLB_WARNING /* costs precision, or makes runs differ: do what the advice says */
} plb_severity;

/* "ok", "note", "warning". */
PLB_API const char *plb_severity_name(plb_severity severity);

/* One thing that was looked at. */
typedef struct plb_finding {
    const char *subject; /* a word or two, such as "governor" */
    plb_severity severity;
    char value[PLB_ENVIRONMENT_TEXT];      /* what was found, with its unit */
    char advice[2 * PLB_ENVIRONMENT_TEXT]; /* what to do; empty: nothing */
} plb_finding;

#define PLB_FINDING_MAX 24

/* Times at which a loop that does nothing but read the clock did not run: interrupts, preemption,
 * other guests of the hypervisor. */
typedef struct plb_gaps {
    double watched_ns;
    double threshold_ns; /* a gap is longer */
    uint64_t count;
    double lost_ns, longest_ns;
} plb_gaps;

/* Twin against twin of a workload that needs nothing but the processor. */
typedef struct plb_resolution {
    const char *workload;  /* "arithmetic" or "memory" */
    double submission_ns;  /* median of one submission */
    plb_estimate null_ns;  /* difference of the two, per submission */
    double in_a_minute_ns; /* half width of the interval that a minute would give, as the square
                              root of time */
    plb_percentiles times;
} plb_resolution;

typedef struct plb_diagnosis {
    plb_clock_facts clock;
    plb_environment before, after;
    plb_gaps gaps;
    plb_resolution resolutions[2]; /* arithmetic, memory */
    double placement_spread; /* standard deviation over the mean, of one workload's time at several
                                places in memory */
    plb_flags flags;         /* of the whole diagnosis */
    plb_finding findings[PLB_FINDING_MAX];
    size_t finding_count;
} plb_diagnosis;

typedef struct plb_diagnosis_config {
    const char *root;                         /* as for plb_environment_read */
    double time_s;                            /* of all measurements together; 0: 5 */
    uint64_t seed;                            /* 0: from the clock */
    bool pin;                                 /* keep the thread on one CPU meanwhile */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
} plb_diagnosis_config;

/* Find out what this machine can resolve, and what would make it resolve more. `config` NULL: all
 * zero. Errors: those of plb_sample; an interruption shortens it. */
PLB_API plb_status plb_diagnose(const plb_diagnosis_config *config, plb_diagnosis *diagnosis,
                                plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
