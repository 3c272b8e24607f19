/* Runs beside runs (docs/compare.md): differences of figures with intervals, what varies within and
 * between runs, which differences are beyond noise, and what else differs between the runs; a
 * figure along a line of runs, with the places where it changes.
 *
 * Times of different machines compare through a scale only (plutbench/scale.h), those of different
 * clock frequencies at one pace (plb_estimate_at_pace). Runs are the caller's, and must outlive
 * what is made of them. Objects are immutable once made. Nothing prints or exits. */
#ifndef PLUTBENCH_COMPARE_H
#define PLUTBENCH_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/measure.h>
#include <plutbench/run.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What is compared ---- */

#define PLB_COMPARE_SIDES_MAX 32
#define PLB_COMPARE_RUNS_MAX 4096      /* of all sides together */
#define PLB_COMPARE_BETWEEN_RUNS 0.005 /* docs/compare.md says from where */

/* A run, or a batch of runs of the same plan. */
typedef struct plb_compare_side {
    const char *name;
    const plb_run *const *runs;
    size_t run_count;
    double scale;           /* its times over those of the first side's machine (plb_machine_scale's
                               factor); 0: the same machine */
    double scale_deviation; /* plb_machine_scale_deviation */
} plb_compare_side;

/* Zero-initialise; every 0 or NULL means the default. */
typedef struct plb_compare_options {
    const char *const *figures; /* names or shell patterns; none: the main figures */
    size_t figure_count;
    bool percentiles;    /* also p50, p90 and p99 of every subject */
    bool no_pace;        /* times as they were taken, whatever the clock frequency was */
    double tolerance;    /* relative; a change within it is no change. Default: 0 */
    double between_runs; /* relative standard deviation that is allowed for between runs where there
                            are too few to tell; default PLB_COMPARE_BETWEEN_RUNS */
    bool across_versions; /* protocol versions may differ, and are what is compared */
    uint64_t seed;        /* of the percentiles' bootstrap; equal seeds, equal intervals */
} plb_compare_options;

/* ---- What is found ---- */

typedef enum plb_compare_verdict {
    PLB_COMPARE_SAME,    /* nothing beyond noise, as many as are looked at */
    PLB_COMPARE_LESS,    /* of a time: faster */
    PLB_COMPARE_MORE,    /* of a time: slower */
    PLB_COMPARE_UNKNOWN, /* no interval: nothing can be said */
    PLB_COMPARE_VERDICTS
} plb_compare_verdict;

/* What is printed: "same", "faster" ("lower"), "slower" ("higher"), "unknown". */
PLB_API const char *plb_compare_verdict_name(plb_compare_verdict verdict, bool is_time);

/* A figure of a side. */
typedef struct plb_compare_level {
    size_t runs;           /* that have it */
    plb_estimate mean;     /* over runs, at one pace; its interval holds what varies between runs */
    double within;         /* standard deviation that runs claim for themselves; root mean square */
    double between;        /* standard deviation between runs beyond that; NAN: one run */
    bool between_stated;   /* one run: what runs differ by is stated (plb_compare_options), or */
    bool between_borrowed; /* that of the batches it is compared with */
} plb_compare_level;

/* A figure of a side beside that of the first side. */
typedef struct plb_compare_row {
    const char *name;
    const char *unit;
    bool is_time; /* more is worse */
    size_t side;  /* of plb_comparison.sides; not 0 */
    plb_compare_level before, after;
    plb_estimate difference;  /* after less before, 95 %, by itself; method NULL: unknown */
    double change, low, high; /* of `before`, relative; NAN where that is not clear of zero */
    double p;                 /* that a difference within the tolerance looks like this */
    double p_adjusted;        /* the same, in view of all rows (Holm 1979) */
    plb_compare_verdict verdict;
} plb_compare_row;

/* A quantity that is exact: budgets, loop counts, sizes, fees. Values are texts, one a side. */
typedef struct plb_compare_exact {
    const char *name;
    const char *const *values; /* "" where a side does not have it; several: with " | " between */
    bool differs;
} plb_compare_exact;

/* What else is not the same: an input of the manifests. */
typedef struct plb_compare_input {
    const char *kind; /* "library", "compiler", "flags", "revision", "machine", "input" ... */
    const char *name; /* "libsecp256k1"; "" where the kind says it */
    const char *const *values; /* as of plb_compare_exact */

} plb_compare_input;

/* How a side was, besides. */
typedef struct plb_compare_facts {
    const char *name;
    size_t runs;
    const char *first, *last; /* when the first and the last run began; "" unknown */
    double pace_ns, pace_low_ns, pace_high_ns; /* median and range over runs; 0: not known */
    double scale;                              /* times here over times of the first side; 1 */
    const char *flags;                         /* that runs have: "busy (3), steal (1)"; "" none */
} plb_compare_facts;

typedef struct plb_comparison_report {
    const plb_compare_facts *sides;
    size_t side_count;
    const plb_compare_row *rows; /* by side, in the order of the first run's figures */
    size_t row_count, tested;    /* those with a p */
    size_t verdicts[PLB_COMPARE_VERDICTS];
    const plb_compare_exact *exact;
    size_t exact_count, exact_changed;
    const plb_compare_input *inputs;
    size_t input_count;
    double pace_ns;                        /* that all times are at; 0: as they were taken */
    double tolerance, between_runs, level; /* of the whole family: 0.05 of false claims */
    const char *const *notes;              /* sentences: what to know */
    size_t note_count;
} plb_comparison_report;

typedef struct plb_comparison plb_comparison;

/* Compare sides 1 and on with side 0. `options` NULL: all zero. Free with plb_comparison_free.
 *
 * A side of several runs has the mean of its runs, each of which counts as one; its interval is
 * Student's t over them, so whatever varies between runs is in it, and the variance is told apart
 * into what runs claim within themselves and the rest. Differences have degrees of freedom after
 * Welch and Satterthwaite. A single run has its own interval, widened by what runs differ by: as
 * seen in the batches it is compared with, where they have three degrees of freedom or more, else
 * `between_runs`. Verdicts are Holm's over all rows: the probability of any false one is 5 %.
 *
 * Errors: PLB_E_ARGUMENT for what can't be compared, naming both runs and why (another command,
 * script, strategy, protocol version or unit; a run that is not complete; other machines without a
 * scale; several machines in a batch; no figure in common, or none that is asked for; one run
 * twice); PLB_E_PARSE and PLB_E_IO (samples), PLB_E_MEMORY. */
PLB_API plb_status plb_compare(const plb_compare_side *sides, size_t count,
                               const plb_compare_options *options, plb_comparison **comparison,
                               plb_error *error);
PLB_API void plb_comparison_free(plb_comparison *comparison);
/* Lives as long as the comparison. */
PLB_API const plb_comparison_report *plb_comparison_told(const plb_comparison *comparison);

/* Whether a time is slower beyond noise and tolerance. */
PLB_API bool plb_comparison_regressed(const plb_comparison *comparison);
/* Whether anything is: also what is faster, and exact quantities. */
PLB_API bool plb_comparison_differs(const plb_comparison *comparison);

/* For people, of at most 100 columns; `all`: also what is the same. The same as JUnit's XML, as
 * Markdown, as one JSON object, and as CSV with a line a row. Malloc'ed; free() them. PLB_E_MEMORY.
 */
PLB_API plb_status plb_comparison_text(const plb_comparison *comparison, bool all, char **text,
                                       plb_error *error);
PLB_API plb_status plb_comparison_junit(const plb_comparison *comparison, char **text,
                                        plb_error *error);
PLB_API plb_status plb_comparison_markdown(const plb_comparison *comparison, char **text,
                                           plb_error *error);
PLB_API plb_status plb_comparison_json(const plb_comparison *comparison, char **text,
                                       plb_error *error);
PLB_API plb_status plb_comparison_csv(const plb_comparison *comparison, char **text,
                                      plb_error *error);

/* ---- Timelines ---- */

#define PLB_TIMELINE_LEAST 4 /* points; fewer have no change points */

/* What points are put in the order of, and what they are named by. */
typedef enum plb_timeline_by {
    PLB_TIMELINE_TIME,     /* each run, by when it began */
    PLB_TIMELINE_REVISION, /* runs of one commit together, by when the first of them began */
    PLB_TIMELINE_VERSION,  /* of one version of plutbench, likewise */
    PLB_TIMELINE_PROTOCOL_VERSION, /* of one protocol version, by its number */
    PLB_TIMELINE_ORDERS
} plb_timeline_by;

/* "time", "revision", "version", "protocol-version". */
PLB_API const char *plb_timeline_by_name(plb_timeline_by by);

typedef struct plb_timeline_options {
    plb_timeline_by by;
    bool no_pace;
    double between_runs; /* as of plb_compare_options */
} plb_timeline_options;

typedef struct plb_timeline_point {
    const char *label; /* time, commit, version */
    const char *began; /* of its first run */
    size_t runs;
    plb_estimate value; /* at one pace; as plb_compare_level.mean */
    size_t segment;
} plb_timeline_point;

/* What holds between two changes. */
typedef struct plb_timeline_segment {
    size_t first, count; /* points */
    plb_estimate level;
} plb_timeline_segment;

/* Between two segments. */
typedef struct plb_timeline_change {
    size_t at;                       /* the first point of what is new */
    size_t earliest, latest;         /* the 95 % interval of `at` */
    plb_estimate size;               /* of the change, in the unit of the metric */
    double change, low, high;        /* relative to what was before */
    const plb_compare_input *inputs; /* that are not the same before and after */
    size_t input_count;
} plb_timeline_change;

typedef struct plb_timeline_report {
    const char *metric, *unit;
    bool is_time;
    plb_timeline_by by;
    double pace_ns; /* as of plb_comparison_report */
    const plb_timeline_point *points;
    size_t point_count;
    const plb_timeline_segment *segments;
    size_t segment_count;
    const plb_timeline_change *changes;
    size_t change_count;
    double noise;   /* standard deviation of a point around its segment, in the unit */
    double penalty; /* of a change point, in units of `noise` squared */
    const char *const *notes;
    size_t note_count;
} plb_timeline_report;

typedef struct plb_timeline plb_timeline;

/* A figure along runs of one kind (as for plb_compare, but for what the order is by), of one
 * machine. Runs that do not have the figure, or are not complete, are left out, and noted.
 * Free with plb_timeline_free. Errors: as plb_compare. */
PLB_API plb_status plb_timeline_make(const char *metric, const plb_run *const *runs, size_t count,
                                     const plb_timeline_options *options, plb_timeline **timeline,
                                     plb_error *error);
PLB_API void plb_timeline_free(plb_timeline *timeline);
PLB_API const plb_timeline_report *plb_timeline_told(const plb_timeline *timeline);

/* A plot of `width` columns and a table; one JSON object; a line a point. */
PLB_API plb_status plb_timeline_text(const plb_timeline *timeline, int width, char **text,
                                     plb_error *error);
PLB_API plb_status plb_timeline_json(const plb_timeline *timeline, char **text, plb_error *error);
PLB_API plb_status plb_timeline_csv(const plb_timeline *timeline, char **text, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
