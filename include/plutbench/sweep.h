/* Sweeps of builtins: every builtin on the embedded machine over a grid of argument sizes, as the
 * Plutus team's benchmarks measure theirs (IntersectMBO/plutus, plutus-core/cost-model,
 * budgeting-bench): data that cost models are fitted from.
 *
 * A point of a grid has a name such as "AddInteger/11/22": the benchmark and the sizes of its
 * arguments, in the measures of the costing functions. What is timed is the evaluation of a whole
 * program, the builtin fully applied to constants. Each point is visited many times, in random
 * order among all others, with other arguments of these sizes in other memory each time (and, where
 * they are quickly made, for each sample); a figure is the median over visits.
 *
 * Everything that is measured goes to a journal in an output folder, a line a visit with a
 * checksum. All that is reported is computed from journals, so that a sweep can be interrupted at
 * any moment and go on later, and the sweeps of several shards add up.
 *
 * Objects are opaque and belong to one thread at a time. Nothing prints or exits. */
#ifndef PLUTBENCH_SWEEP_H
#define PLUTBENCH_SWEEP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/measure.h>
#include <plutbench/plugins.h>
#include <plutbench/results.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Grids ---- */

#define PLB_GRID_SIZES 6                       /* of arguments that a name tells, at most */
#define PLB_GRID_POINTS_MAX 1000000            /* of one grid */
#define PLB_GRID_NAME_BYTES 192                /* of a point's name, its NUL included */
#define PLB_GRID_BYTE_CAP ((uint64_t) 1 << 30) /* that the arguments of one point may take */

typedef struct plb_grid plb_grid;

typedef struct plb_grid_point {
    const char *benchmark; /* "AddInteger"; lives as long as the grid */
    const char *builtin;   /* "addInteger"; NULL for the no-ops and the unit term */
    unsigned size_count;
    uint64_t sizes[PLB_GRID_SIZES];
    uint32_t repeat; /* how many points before it have the same name: they get other arguments */
    unsigned line;   /* of the grid's text */
} plb_grid_point;

/* Read a grid: lines of Criterion's CSV, or names. Of each line the text before the first comma or
 * blank counts; empty lines, lines that begin with '#', and the header "benchmark,..." do not. A
 * name may stand for many: each size can be several numbers or ranges between bars,
 * "1|5|10..90:20", and "=" is the size before it; all combinations are meant. " *COUNT" behind a
 * name: so many points of that name. `only` (NULL: all) are names of benchmarks or builtins to
 * keep; the no-ops and the unit term, which everything else is compared with, are always kept.
 *
 * `name` is used in messages, which have the line too. Errors: PLB_E_PARSE (no such benchmark, too
 * few or too many sizes, a size that the benchmark has no arguments of, arguments of more than
 * `byte_cap` bytes (0: PLB_GRID_BYTE_CAP), too many points, no points), PLB_E_ARGUMENT (`only`
 * names something that the grid does not have), PLB_E_MEMORY. */
PLB_API plb_status plb_grid_read(plb_grid **grid, const char *name, const char *text, size_t length,
                                 const char *const *only, size_t only_count, uint64_t byte_cap,
                                 plb_error *error);

/* The grid of the reference's benchmarks, 14,773 points. Builtins that the reference does not
 * measure, because it takes another one's costs for them, come in when `only` names them. */
PLB_API plb_status plb_grid_default(plb_grid **grid, const char *const *only, size_t only_count,
                                    plb_error *error);

/* The same with the benchmarks of plug-ins' builtins ("Crc32ByteString" of crc32ByteString), whose
 * points the default grid has at its end. A grid that is wrong in a plug-in is an error with its
 * file. NULL: none. A sweep goes on without a plug-in's benchmark that fails: plb_plugins_failures.
 */
PLB_API plb_status plb_grid_read_with_plugins(plb_grid **grid, const plb_plugins *plugins,
                                              const char *name, const char *text, size_t length,
                                              const char *const *only, size_t only_count,
                                              uint64_t byte_cap, plb_error *error);
PLB_API plb_status plb_grid_default_with_plugins(plb_grid **grid, const plb_plugins *plugins,
                                                 const char *const *only, size_t only_count,
                                                 plb_error *error);
PLB_API void plb_grid_free(plb_grid *grid);

PLB_API size_t plb_grid_count(const plb_grid *grid);
PLB_API plb_grid_point plb_grid_at(const plb_grid *grid, size_t index);
/* "AddInteger/11/22". */
PLB_API void plb_grid_name(const plb_grid_point *point, char name[PLB_GRID_NAME_BYTES]);
/* Points whose name another point before them has; the first of them and the one before. */
PLB_API size_t plb_grid_repeats(const plb_grid *grid, plb_grid_point *first,
                                plb_grid_point *before);

/* ---- Sweeping ---- */

typedef struct plb_builtin_sweep plb_builtin_sweep;

typedef enum plb_sweep_stop {
    PLB_SWEEP_PRECISE,     /* every point is known well enough, or as well as visits can make it */
    PLB_SWEEP_TIME,        /* the time budget is spent */
    PLB_SWEEP_INTERRUPTED, /* more can be done */
    PLB_SWEEP_MERGED       /* it was put together from others */
} plb_sweep_stop;

typedef struct plb_builtin_sweep_progress {
    double elapsed_s, budget_s; /* of all sessions of this sweep */
    double left_s;              /* as it seems now */
    size_t points, done;        /* points, and those that need no further visit */
    uint64_t visits;
    char name[PLB_GRID_NAME_BYTES]; /* of the point that is visited; empty: the sweep is over */
} plb_builtin_sweep_progress;

/* Zero-initialise; every 0 or NULL means the default. */
typedef struct plb_builtin_sweep_plan {
    const plb_grid *grid;   /* used until the sweep is freed */
    const char *directory;  /* where the journal is, or will be; made where it is missing */
    uint64_t seed;          /* of arguments and orders; default: the journal's, or from the clock */
    unsigned shard, shards; /* part `shard` (from 1) of `shards`; default: 1 of 1 */
    double precision;       /* half width of the interval over the median; default 0.01 */
    double time_s;          /* of all sessions; default 600 */
    uint64_t visits_max;    /* of one point; default 256 */
    uint64_t byte_cap;      /* of arguments; default PLB_GRID_BYTE_CAP */
    bool pin;               /* keep the thread on one CPU meanwhile */
    int cpu;                /* which (with pin); negative: the one that it runs on */
    const volatile sig_atomic_t
        *interrupted; /* the sweep ends after the visit in which it is set */
    void (*progress)(void *context, const plb_builtin_sweep_progress *progress);
    void *progress_context;
    const struct plb_observer *observer; /* who is told visits and progress (observe.h) */
} plb_builtin_sweep_plan;

/* Sweep, or go on with the sweep whose journal is in the folder. An interruption is no error. What
 * was measured so far is in the journal, whatever happens.
 * Errors: PLB_E_IO (the folder or journal can't be used, or another process uses it), PLB_E_PARSE
 * (the journal is damaged other than at its end), PLB_E_ARGUMENT (the journal is of another grid,
 * seed, shard or machine; a shard that makes no sense), PLB_E_MEASURE (a point can't be evaluated,
 * by name), PLB_E_MEMORY. */
PLB_API plb_status plb_builtin_sweep_run(const plb_builtin_sweep_plan *plan,
                                         plb_builtin_sweep **sweep, plb_error *error);

/* Put together the journals in `count` folders, which must be of the same grid and machine model
 * (processor), and write a journal of all their visits to `directory`, which must have none.
 * Errors: as plb_builtin_sweep_run, with the folder's name. */
PLB_API plb_status plb_builtin_sweep_merge(const char *const *directories, size_t count,
                                           const char *directory, double precision,
                                           plb_builtin_sweep **sweep, plb_error *error);
/* The same for sweeps of plug-ins' builtins as well. */
PLB_API plb_status plb_builtin_sweep_merge_with_plugins(const char *const *directories,
                                                        size_t count, const plb_plugins *plugins,
                                                        const char *directory, double precision,
                                                        plb_builtin_sweep **sweep,
                                                        plb_error *error);
PLB_API void plb_builtin_sweep_free(plb_builtin_sweep *sweep);

/* A point as far as it has been measured. Times in nanoseconds of one evaluation. */
typedef struct plb_sweep_timing {
    plb_grid_point point;
    uint32_t visits;      /* each with other arguments in other memory */
    uint32_t disturbed;   /* of them: the thread lost its processor meanwhile; figures are taken
                             without them where enough others are left */
    uint64_t samples;     /* of the visits that figures are taken from */
    uint64_t evaluations; /* of all visits */
    char variant;         /* semantics variant in which it is evaluated, 'E' or 'C'; '?': not yet */
    bool precise;         /* the median's interval is narrow enough */
    plb_estimate median;  /* over visits, of the mean of each one's samples without the fifth of
                             them at either end; method NULL: too few visits */
    plb_estimate mean, deviation; /* of samples, which are means of batches; Criterion's figures */
    double p05, p25, p75, p95, least, most; /* of samples */
} plb_sweep_timing;

PLB_API size_t plb_builtin_sweep_count(const plb_builtin_sweep *sweep); /* points of its shard */
PLB_API plb_sweep_timing plb_builtin_sweep_timing(const plb_builtin_sweep *sweep, size_t index);

/* A benchmark's share. */
typedef struct plb_sweep_benchmark {
    const char *name;
    size_t points, precise, unmeasured;
    uint64_t visits;
    double time_s; /* that its visits took, making arguments included */
    double worst;  /* relative precision of its least precise point; infinity: some has none */
} plb_sweep_benchmark;

typedef struct plb_builtin_sweep_facts {
    plb_sweep_stop stop;
    size_t points, precise, unmeasured;
    size_t older_variant; /* points that are evaluated with variant C, because E refuses them */
    uint64_t visits, disturbed, samples;
    unsigned sessions;
    unsigned dropped; /* torn records at the journal's end that were dropped, over all sessions */
    double elapsed_s; /* of all sessions */
    double precision; /* asked for */
    uint64_t seed;
    unsigned shard, shards;
    double autocorrelation; /* of neighbouring visits of a point, over all points */
    double drift;           /* last tenth of the visits against the first, relative */
    double start_utc_s;     /* of the first session */
    plb_clock_facts clock;
    plb_environment before, after; /* of the last session */
    plb_flags flags;
    char grid_sha256[PLB_SHA256_TEXT_BYTES];
} plb_builtin_sweep_facts;

PLB_API plb_builtin_sweep_facts plb_builtin_sweep_get_facts(const plb_builtin_sweep *sweep);
/* By name, as they come in the grid; false beyond. */
PLB_API bool plb_builtin_sweep_benchmark(const plb_builtin_sweep *sweep, size_t index,
                                         plb_sweep_benchmark *benchmark);
PLB_API const char *plb_sweep_stop_name(plb_sweep_stop stop);

/* ---- Reports; texts are malloc'ed ---- */

/* Criterion's CSV: header comments with date and machine, then
 * benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub in seconds. Points without an interval are
 * left out. */
PLB_API plb_status plb_builtin_sweep_criterion(const plb_builtin_sweep *sweep, char **text,
                                               plb_error *error);
/* A line a point with everything that plb_sweep_timing has; NA where something is not known. */
PLB_API plb_status plb_builtin_sweep_csv(const plb_builtin_sweep *sweep, char **text,
                                         plb_error *error);
PLB_API plb_status plb_builtin_sweep_json(const plb_builtin_sweep *sweep, char **text,
                                          plb_error *error);
/* What a person reads: a line a benchmark, the points that are not precise enough, what was
 * suspicious. */
PLB_API plb_status plb_builtin_sweep_text(const plb_builtin_sweep *sweep, char **text,
                                          plb_error *error);

/* benching.csv (Criterion's form), sweep.csv, sweep.json, and sweep.hlog: a histogram of samples a
 * benchmark. */
PLB_API plb_status plb_results_builtin_sweep(plb_results *results, const plb_builtin_sweep *sweep,
                                             plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
