/* Studies of a cost model: builtins and calls are measured as a plan says, costs are fitted to the
 * times, and what comes out is put beside the cost model there is: what it would change for every
 * builtin, for the budgets of programs, for how much fits into a block, and for fees.
 *
 * A study is a folder. Every step of it leaves its files there, and a marker with the checksums of
 * what it was made from: run again, a study goes on where it was interrupted or killed, and repeats
 * only what its plan or an input has changed.
 *
 * The plan and the summary are plain; what their pointers lead to belongs to them. A study belongs
 * to one thread at a time. Nothing prints or exits. */
#ifndef PLUTBENCH_STUDY_H
#define PLUTBENCH_STUDY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/fit.h>
#include <plutbench/machine.h>
#include <plutbench/measure.h>
#include <plutbench/results.h>
#include <plutbench/status.h>
#include <plutbench/sweep.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Plans ---- */

#define PLB_STUDY_NAMES_MAX 200 /* of one list of names */
#define PLB_STUDY_VERSIONS_MAX (PLB_PROTOCOL_VERSION_MAX - PLB_PROTOCOL_VERSION_MIN + 1)
#define PLB_STUDY_LANGUAGES 3  /* PlutusV1 to V3 */
#define PLB_STUDY_PLANS_MAX 64 /* of overheads */
#define PLB_STUDY_BOOTSTRAP 200
#define PLB_STUDY_BOOTSTRAP_MAX 10000

typedef struct plb_study_names {
    const char *items[PLB_STUDY_NAMES_MAX];
    size_t count;
} plb_study_names;

/* Where builtins' times come from: an earlier sweep, or one of the study's own. Files of all
 * sections are relative to the plan's folder. 0 and NULL: the default of plb_builtin_sweep_plan. */
typedef struct plb_study_sweep {
    const char *from;         /* folder of a sweep, or a file in Criterion's CSV; NULL: measure */
    const char *grid;         /* file; NULL: the reference's */
    plb_study_names builtins; /* none: all of the grid */
    double time_s, precision;
    uint64_t visits_max, byte_cap;
} plb_study_sweep;

typedef struct plb_study_fit {
    plb_fit_method method;   /* whose coefficients are proposed */
    plb_fit_weights weights; /* of PLB_FIT_WEIGHTED */
    double quantile;         /* of PLB_FIT_QUANTILE */
    const char *models;      /* file: another table of shapes; NULL: the reference's */
    uint32_t bootstrap;      /* resamples behind the intervals of what is proposed */
} plb_study_fit;

/* Cost of machine steps, from timed programs. */
typedef struct plb_study_machine {
    bool wanted;
    double time_s; /* 0: the default of plb_step_plan */
} plb_study_machine;

/* What is not charged now, from sweeps of the calls' overhead. */
typedef struct plb_study_overhead {
    bool wanted;
    plb_study_names plans; /* files: plans of plb_measure_sweep */
    double time_s;         /* each; 0: as the plan says */
} plb_study_overhead;

/* Calls to scripts of the catalogue, measured beside their value-only twins. */
typedef struct plb_study_calls {
    plb_study_names scripts; /* none: nothing is calibrated */
    const char *strategy;    /* NULL: each script's own */
    double time_s, precision;
} plb_study_calls;

/* What the proposal is tried on. */
typedef struct plb_study_impact {
    unsigned versions[PLB_STUDY_VERSIONS_MAX]; /* protocol versions, ascending */
    size_t version_count;
    bool languages[PLB_STUDY_LANGUAGES]; /* PlutusV1 to V3 */
    const char *programs;                /* folder of .flat files, fully applied; NULL: none */
    plb_study_names scripts;             /* of the catalogue */
    bool all_scripts;                    /* the whole catalogue */
    plb_study_names strategies;          /* "txbudget" ... */
} plb_study_impact;

typedef struct plb_study_plan {
    const char *out; /* the study's folder; NULL: not said */
    uint64_t seed;
    bool pin;
    const char *base;                /* "A" to "E", or a file: the cost model to compare with */
    const char *protocol_parameters; /* file; NULL: the embedded ones */
    const char *reference; /* file of a reference machine's times: all times are expressed in its
                              units; NULL: this machine's */
    plb_study_sweep sweep;
    plb_study_fit fit;
    plb_study_machine machine;
    plb_study_overhead overhead;
    plb_study_calls calls;
    plb_study_impact impact;
    struct json_t *root; /* what texts belong to */
} plb_study_plan;

/* Read a plan, with defaults for what it does not say. plb_study_schema says what is accepted.
 * `name` is for messages. Free with plb_study_plan_free, also after a failure.
 * Errors: PLB_E_PARSE with "name:line: path", what was expected, and what is there; PLB_E_MEMORY.
 */
PLB_API plb_status plb_study_plan_read(plb_study_plan *plan, const char *name, const char *json,
                                       size_t length, plb_error *error);
PLB_API void plb_study_plan_free(plb_study_plan *plan);

/* The JSON Schema (draft 2020-12) of a plan, NUL-terminated; lives as long as the library. */
PLB_API const char *plb_study_schema(void);

/* ---- What a study finds ---- */

#define PLB_STUDY_POINT_BYTES 128

/* A point by its name, and a ratio there. */
typedef struct plb_study_at {
    char point[PLB_STUDY_POINT_BYTES]; /* "AddInteger/11/22"; "": there is none */
    double ratio;
    double low, high; /* what the point's own interval makes of it; NAN: exact */
} plb_study_at;

/* Times of a builtin's points over what one cost model charges for them. The call's own time, as
 * the no-op tells it, is subtracted; 1 step = 1 ps. */
typedef struct plb_study_charge {
    size_t points;
    double median;           /* measured over charged */
    double under;            /* share of points that take longer than they are charged for */
    double under_resolved;   /* of points whose whole interval is above the charge */
    double over_resolved;    /* and below it */
    plb_study_at most_under; /* the point whose interval's lower end is highest */
    plb_study_at most_over;  /* and whose upper end is lowest */
} plb_study_charge;

typedef enum plb_study_fate {
    PLB_STUDY_FITTED,
    PLB_STUDY_NOT_SWEPT, /* no times: the proposal keeps the base's costs */
    PLB_STUDY_LEFT_OUT   /* times that no fit could be made from: likewise */
} plb_study_fate;

/* One builtin: the base's costs (old) against the proposal's (new). */
typedef struct plb_study_builtin {
    const char *name, *benchmark;      /* "addInteger", "AddInteger" */
    const char *old_shape, *new_shape; /* "linear_in_x"; outer/inner; NULL: none */
    plb_study_fate fate;
    const char *problem; /* why it is not fitted; NULL */
    size_t points;       /* at which both have a cost */
    size_t incomparable; /* points whose names do not tell a size that it takes */
    plb_estimate ratio;  /* new over old, median over the points; method NULL: no
                            interval was asked for, or none could be made */
    bool patched;  /* a time that is not above the no-op's, or a negative coefficient: the fit has
                      the reference's patch in its place */
    bool resolved; /* the interval does not contain 1 */
    plb_study_at least, most; /* of the ratio, over the points */
    plb_study_charge old_charge, new_charge;
} plb_study_builtin;

/* A machine step. Picoseconds. */
typedef struct plb_study_step {
    const char *name; /* "cekVarCost" */
    int64_t old_steps, new_steps;
    plb_estimate fitted; /* before it is rounded up */
} plb_study_step;

/* A pair of cost models that programs are run under. */
typedef struct plb_study_era {
    plb_era era;
    const char *name;               /* "PlutusV3, protocol version 10"; "newest" */
    char variant;                   /* semantics variant, whose published model is the old one */
    size_t parameters, differing;   /* of the ledger; 0 for "newest" */
    size_t programs;                /* that ran under both */
    size_t unavailable, failed;     /* programs that it does not have, or that fail in it */
    plb_estimate steps;             /* new over old, median program; its interval is the proposal's
                                       own uncertainty; method NULL: not known */
    double steps_least, steps_most; /* new over old; NAN: no programs */
    const char *least, *most;       /* which programs; NULL */
    plb_exunits old_total, new_total; /* of all of them */
    double old_fee, new_fee;          /* lovelace, of each on its own, added up */
} plb_study_era;

/* A program in an era. */
typedef struct plb_study_program {
    const char *name;
    size_t era; /* index */
    plb_exunits old_units, new_units;
    uint64_t old_fee, new_fee; /* lovelace for the ExUnits */
    double deviation; /* of the logarithm of new_units.steps: what the proposal's own uncertainty
                         makes of it; NAN: not known */
} plb_study_program;

/* What of a script fits under one of the models. */
typedef struct plb_study_fits {
    bool possible;     /* false: not even one loop fits */
    int64_t loops;     /* a call */
    unsigned limiting; /* PLB_LIMIT_* */
    int64_t transactions_per_block, loops_per_block;
    plb_exunits used; /* by a call of `loops` */
    uint64_t fee;     /* for them, lovelace */
} plb_study_fits;

/* A script of the catalogue at one strategy, under the parameters of one protocol version. */
typedef struct plb_study_script {
    const char *name;
    plb_language language;
    unsigned protocol_version;
    char strategy[PLB_STRATEGY_NAME_BYTES];
    plb_study_fits before, after;
    bool comparable;                  /* the same call could be run under both */
    plb_exunits old_units, new_units; /* of the call with before.loops loops */
    uint64_t old_fee, new_fee;
    const char *problem; /* NULL, or why there are no figures */
} plb_study_script;

/* A script of the catalogue whose calls were measured. */
typedef struct plb_study_call {
    const char *name;
    plb_language language;
    unsigned protocol_version;
    plb_estimate overhead_ns, loop_ns; /* method NULL: not known */
    double noise_floor_ns;
    plb_exunits old_loop, new_loop; /* charged for a loop */
    double old_ratio, new_ratio;    /* measured over charged, of a loop; NAN */
    const char *flags;              /* names, ", " between them; "": none */
} plb_study_call;

/* Where times come from. */
typedef struct plb_study_conditions {
    const char *source; /* folder or file */
    size_t rows;        /* of benchmark times */
    bool is_sweep;      /* what follows is known */
    size_t points, precise;
    double precision, elapsed_s, drift;
    const char *machine; /* processor; NULL: not known */
    int cpus;
    const char *stopped_by;
    const char *flags; /* names, ", " between them; "": none */
} plb_study_conditions;

/* A scale to a reference machine: own time = factor * reference time. factor 0: there is none. */
typedef struct plb_study_scale {
    double factor, low, high;
} plb_study_scale;

typedef struct plb_study_summary {
    const char *name;          /* of the plan's file */
    const char *base, *method; /* "E", "reference" */
    uint32_t bootstrap;
    plb_study_conditions conditions;
    plb_study_scale scale;
    const plb_study_builtin *builtins; /* by size of change, those without one last */
    size_t builtin_count, fitted, not_swept, left_out;
    double pace, pace_low, pace_high; /* new over old: median builtin, and quartiles; NAN: none */
    const plb_study_step *steps;
    size_t step_count; /* 0: machine steps were not measured */
    const plb_study_era *eras;
    size_t era_count;
    const plb_study_program *programs;
    size_t program_count;
    const plb_study_script *scripts;
    size_t script_count;
    const plb_study_call *calls;
    size_t call_count;
    const char *prices; /* where they are from */
    /* The costing of what calls take around their evaluation, as text and as JSON; NULL: none. */
    const char *overhead_text, *overhead_json;
} plb_study_summary;

/* ---- Running ---- */

typedef struct plb_study plb_study;

typedef struct plb_study_config {
    const plb_study_plan *plan; /* used until the study is freed, as is all of this */
    const char *name;           /* of the plan, for the report */
    const char *folder;         /* that the plan's files are relative to; NULL: the current one */
    const char *out;            /* the study's folder */
    bool restart;               /* begin anew: what the folder has of this study is removed */
    bool look;                  /* only tell what would be done; there is no report then */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
    /* What is measured in several processes begins this program again with these arguments (its
     * name first, NULL at the end) and a part's name, and runs the study there with `part` and
     * `slice`. NULL: all in this process. */
    char *const *arguments;
    const char *part; /* NULL, or sample only this, as `slice` says, and answer */
    const plb_slice *slice;
    /* A line about a step: its name, and what is done with it and why. May be NULL. */
    void (*tell)(void *context, const char *step, const char *what);
    /* While something is measured: a line. NULL text: it is over. May be NULL. */
    void (*progress)(void *context, const char *step, const char *text);
    void *context;
    const struct plb_observer *observer; /* who is told what happens (observe.h); may be NULL */
} plb_study_config;

/* Run a study, or go on with it. Free *study with plb_study_free, also after a failure: what is
 * finished by then is kept, and PLB_E_INTERRUPTED says that there is more to do.
 * Errors: PLB_E_IO (the folder can't be used, or another process uses it; a file of the plan can't
 * be read), PLB_E_ARGUMENT (the plan names what there is not), those of the steps, prefixed with
 * the step's name. */
PLB_API plb_status plb_study_run(const plb_study_config *config, plb_study **study,
                                 plb_error *error);
PLB_API void plb_study_free(plb_study *study);

/* A file of the study's folder below it, such as "study.md"; malloc'ed. */
PLB_API plb_status plb_study_file(const plb_study *study, const char *name, char **text,
                                  plb_error *error);
/* Builtins whose times could not be fitted. */
PLB_API size_t plb_study_left_out(const plb_study *study);

/* ---- Reports; texts are malloc'ed ---- */

/* What a person reads, of at most 100 columns. */
PLB_API plb_status plb_study_text(const plb_study_summary *summary, char **text, plb_error *error);
PLB_API plb_status plb_study_json(const plb_study_summary *summary, char **text, plb_error *error);
PLB_API plb_status plb_study_markdown(const plb_study_summary *summary, char **text,
                                      plb_error *error);
/* study.txt, study.json, study.md, builtins.csv, programs.csv, catalogue.csv. */
PLB_API plb_status plb_results_study(plb_results *results, const plb_study_summary *summary,
                                     plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
