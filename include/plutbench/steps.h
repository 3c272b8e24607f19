/* The cost of machine steps, from timed programs.
 *
 * What the reference has not automated (IntersectMBO/plutus, plutus-core/cost-model,
 * CostModelGeneration): programs are timed on the embedded machine, the time of their builtins is
 * taken off by a cost model of this very machine, and what is left is put down to starting the
 * machine and to its steps,
 *
 *     time - builtins = startup + sum over kinds of steps * cost
 *
 * with one cost for all kinds of steps, and with one for each as far as programs tell them apart.
 *
 * Times are nanoseconds of one evaluation, without decoding. Objects are opaque and belong to one
 * thread at a time. Nothing prints or exits. */
#ifndef PLUTBENCH_STEPS_H
#define PLUTBENCH_STEPS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/fit.h>
#include <plutbench/machine.h>
#include <plutbench/measure.h>
#include <plutbench/status.h>
#include <plutbench/sweep.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Programs to be timed ---- */

#define PLB_STEP_PROGRAMS_MAX 1000       /* of a set, and rows of a table of times */
#define PLB_STEP_NAME_BYTES 96           /* of a program's name, its NUL included */
#define PLB_STEP_CHARGE_MAX 400000000000 /* steps that version E may charge for a program */

typedef struct plb_step_set plb_step_set;

/* An empty set. NULL when memory is short. */
PLB_API plb_step_set *plb_step_set_new(void);
PLB_API void plb_step_set_free(plb_step_set *set);

/* Put a program in, under a name that the set does not have yet; it is copied. Programs whose names
 * differ only in digits and punctuation at their end ("loop/10" and "loop/1000", "auction_1-1" and
 * "auction_2-3") are a family: what a model gets wrong about one of them it gets wrong about all.
 * Errors: PLB_E_ARGUMENT (the name is taken, too long, or has a comma, quote or line break; the set
 * is full), PLB_E_EVALUATION and PLB_E_BUDGET (it fails, or charges too much), PLB_E_UNSUPPORTED
 * (a constant without flat form), PLB_E_MEMORY; all with the name. */
PLB_API plb_status plb_step_set_add(plb_step_set *set, const char *name, const plb_program *program,
                                    plb_error *error);

/* Put in the embedded catalogue: every script that runs without a ledger, on its own datum and
 * redeemer and an empty script context, without loops, with 10 and with 1,000, as long as builtins
 * are no more than four fifths of what version E charges. "catalogue/loop/0" ... Errors: those of
 * plb_step_set_add. */
PLB_API plb_status plb_step_set_add_catalogue(plb_step_set *set, plb_error *error);

/* Put in programs that are made to tell kinds of steps apart: each mostly of one kind, at several
 * sizes, some in straight lines and some as loops; the smallest are over as soon as they have
 * begun. "steps/var-lets/100" ... Errors: those of plb_step_set_add. */
PLB_API plb_status plb_step_set_add_made(plb_step_set *set, plb_error *error);

PLB_API size_t plb_step_set_count(const plb_step_set *set);

/* What a program of the set does. Lives as long as the set, or until the next program is added. */
typedef struct plb_step_program {
    const char *name;
    const uint64_t *steps; /* by kind, PLB_TALLY_STEPS */
    const uint64_t *calls; /* by builtin, PLB_TALLY_BUILTINS */
} plb_step_program;

PLB_API plb_step_program plb_step_set_get(const plb_step_set *set, size_t index);

/* ---- Builtins' time ---- */

/* A cost model of builtins on this machine, and how wrong it may be. */
typedef struct plb_step_builtins plb_step_builtins;

/* From fitted benchmark times, by relative least squares where the fit has them (PLB_FIT_WEIGHTED),
 * because programs' arguments are small. A builtin's relative error is the root mean square of
 * the fit's relative residuals. Builtins that could not be fitted are unknown.
 * Errors: PLB_E_MEMORY, PLB_E_COST_MODEL. */
PLB_API plb_status plb_step_builtins_from_fit(plb_step_builtins **builtins, const plb_fit *fit,
                                              plb_error *error);

/* From builtinCostModel JSON in picoseconds of this machine, whose builtins have the relative error
 * `relative_error` (one standard deviation). Builtins that it does not price are unknown.
 * Errors: those of plb_cost_model_load. */
PLB_API plb_status plb_step_builtins_from_json(plb_step_builtins **builtins, const char *name,
                                               const char *json, size_t length,
                                               double relative_error, plb_error *error);

/* From a sweep of just the builtins that the set's programs call, at up to 64 points of the default
 * grid for each. `directory` is where its journal is kept, and its results. Errors: those of
 * plb_builtin_sweep_run and of fits; PLB_E_MEASURE when the time was too short. */
typedef struct plb_step_sweep_plan {
    const char *directory;
    double time_s; /* 0: 20 */
    uint64_t seed;
    bool pin;
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_builtin_sweep_progress *progress);
    void *progress_context;
} plb_step_sweep_plan;

PLB_API plb_status plb_step_builtins_sweep(plb_step_builtins **builtins, const plb_step_set *set,
                                           const plb_step_sweep_plan *plan, plb_error *error);
PLB_API void plb_step_builtins_free(plb_step_builtins *builtins);

/* ---- Times ---- */

#define PLB_STEP_PARTS PLB_STRETCHES_MOST /* of one program's time, at most */

/* A program as it was timed. Texts and arrays live as long as the table. */
typedef struct plb_step_time {
    const char *name;
    double steps[PLB_TALLY_STEPS]; /* by kind */
    double time_ns, low_ns, high_ns;
    double builtin_ns, builtin_low_ns, builtin_high_ns; /* NAN: not known, `missing` says why */
    char missing[64];    /* the builtin whose time is not known; empty: none */
    const double *parts; /* its time in each process (or stretch of time), which all programs have
                            in common; NULL: not told */
    unsigned line;       /* of the input, 0: none */
} plb_step_time;

typedef struct plb_step_times plb_step_times;

/* How to time a set's programs. Zero-initialise; every 0 or NULL means the default. */
typedef struct plb_step_plan {
    plb_step_set *set;                 /* has the memory that programs are run in */
    const plb_step_builtins *builtins; /* NULL: no builtin's time is known */
    double time_s;                     /* 30 */
    uint64_t seed;                     /* from the clock */
    bool pin;                          /* keep the thread on one CPU meanwhile */
    const plb_restarts *restarts; /* NULL, or sample in several processes, each of which is given a
                                     `slice` */
    const plb_slice *slice;       /* NULL, or sample as told, and answer: no times are made */
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_progress *progress);
    void *progress_context;
    const struct plb_observer *observer; /* NULL, or who is told what happens (observe.h) */
} plb_step_plan;

/* Time the programs: in random order in short rounds, each in memory that is made anew again and
 * again, as the machine's builtins are in a sweep. `times` is NULL for a slice.
 * Errors: those of plb_sample_in_processes, with the program's name; PLB_E_MEMORY. */
PLB_API plb_status plb_step_measure(plb_step_times **times, const plb_step_plan *plan,
                                    plb_error *error);

/* A table to be filled by hand, of programs with `parts` times each (0: none; at most
 * PLB_STEP_PARTS), and one more row, which is copied. Errors: PLB_E_ARGUMENT (what
 * plb_step_times_parse refuses), PLB_E_MEMORY. */
PLB_API plb_step_times *plb_step_times_new(size_t parts);
PLB_API plb_status plb_step_times_add(plb_step_times *times, const plb_step_time *row,
                                      plb_error *error);

/* From CSV: a header with the columns program, const, var, lam, apply, delay, force, builtin,
 * constr, case, time_ns, low_ns, high_ns, builtin_ns, builtin_low_ns and builtin_high_ns in any
 * order, and any number of columns part_1, part_2 ...; others are ignored. '#' begins a comment
 * line. NA for builtins' times that are not known. `name` is used in messages. Errors: PLB_E_PARSE
 * with line and column: a column that is missing or there twice, a number that is none or out of
 * range, a program twice, too many rows. PLB_E_MEMORY. */
PLB_API plb_status plb_step_times_parse(plb_step_times **times, const char *name, const char *text,
                                        size_t length, plb_error *error);
/* That CSV; *text is malloc'ed. */
PLB_API plb_status plb_step_times_csv(const plb_step_times *times, char **text, plb_error *error);
PLB_API void plb_step_times_free(plb_step_times *times);

PLB_API size_t plb_step_times_count(const plb_step_times *times);
PLB_API size_t plb_step_times_parts(const plb_step_times *times);
/* Beyond the end: all zero. */
PLB_API plb_step_time plb_step_times_get(const plb_step_times *times, size_t index);
/* What plb_step_measure sampled; NULL for times from elsewhere. */
PLB_API const plb_sampling *plb_step_times_sampling(const plb_step_times *times);

/* ---- Fitting ---- */

/* Which costs of machine steps. */
typedef enum plb_step_model_kind {
    PLB_STEP_MODEL_COMMON, /* one for all kinds */
    PLB_STEP_MODEL_KINDS,  /* one for each, as far as they can be told apart and show one */
    PLB_STEP_MODELS
} plb_step_model_kind;

/* "common", "kinds". */
PLB_API const char *plb_step_model_name(plb_step_model_kind kind);

typedef enum plb_step_choice {
    PLB_STEP_CHOOSE,      /* by cross-validation */
    PLB_STEP_TAKE_COMMON, /* whatever the data say */
    PLB_STEP_TAKE_KINDS
} plb_step_choice;

#define PLB_STEP_BUILTIN_SHARE 0.5

/* Zero-initialise; every 0 means the default. */
typedef struct plb_step_options {
    double builtin_share; /* programs whose builtins take a larger part of their time are left out;
                             PLB_STEP_BUILTIN_SHARE */
    plb_step_choice choice;
} plb_step_options;

/* One of the two fits. Costs in nanoseconds. */
typedef struct plb_step_model {
    bool made; /* false: `problem` says why */
    const char *problem;
    plb_estimate startup;               /* intervals are at 95 % */
    plb_estimate cost[PLB_TALLY_STEPS]; /* kinds that are not told apart have one in common */
    unsigned column[PLB_TALLY_STEPS];   /* kinds with equal numbers, from 1, have a cost in common;
                                           0: there are no such steps, `cost` is the common model's */
    unsigned columns;                   /* how many costs there are, start-up included */
    double condition;                   /* condition number of the design, its columns scaled to one
                                           length (Belsley, Kuh and Welsch 1980) */
    double inflation[PLB_TALLY_STEPS];  /* by how much the variance of a kind's cost is larger than
                                           if programs of that kind alone could be had; NAN: no such
                                           steps */
    bool at_zero[PLB_TALLY_STEPS];      /* least squares made it negative: it is 0 instead */
    bool startup_at_zero;
    double deviation;           /* root mean square of the relative residuals */
    double predicted_deviation; /* the same of families that were left out of the fit */
    /* Standard errors of start-up (0) and of each cost by where they come from. */
    struct {
        double programs, processes, builtins;
    } error[1 + PLB_TALLY_STEPS];
} plb_step_model;

/* How a program went into the fit. */
typedef struct plb_step_residual {
    const char *name;
    bool used;
    const char *reason; /* why not; NULL when used */
    double time_ns, builtin_ns;
    double charged_ns[PLB_STEP_MODELS]; /* builtins and steps; NAN: that fit was not made */
} plb_step_residual;

typedef struct plb_step_fit plb_step_fit;

/* Fit both. Least squares of the times' relative errors, by QR; costs that come out negative are 0.
 * Intervals by a jackknife over families of programs, with what processes and builtins' times add
 * to it (docs/machine-steps.md). `times` has to live as long as the fit; `options` NULL: all zero.
 * Errors: PLB_E_ARGUMENT (options that make no sense), PLB_E_MEASURE (not even one common cost can
 * be fitted: why), PLB_E_MEMORY. */
PLB_API plb_status plb_step_fit_run(plb_step_fit **fit, const plb_step_times *times,
                                    const plb_step_options *options, plb_error *error);
PLB_API void plb_step_fit_free(plb_step_fit *fit);

/* All of it lives as long as the fit. */
PLB_API const plb_step_model *plb_step_fit_model(const plb_step_fit *fit, plb_step_model_kind kind);
/* Whose costs are written, and why. */
PLB_API plb_step_model_kind plb_step_fit_chosen(const plb_step_fit *fit);
PLB_API const char *plb_step_fit_reason(const plb_step_fit *fit);
/* Programs in the order of the times, used or not; all zero beyond. */
PLB_API plb_step_residual plb_step_fit_residual(const plb_step_fit *fit, size_t index);
PLB_API size_t plb_step_fit_used(const plb_step_fit *fit); /* programs */
PLB_API size_t plb_step_fit_families(const plb_step_fit *fit);

/* ---- What a fit leaves; texts are malloc'ed ---- */

/* cekMachineCosts*.json in the form and order of the published files: CPU as chosen, in whole
 * picoseconds, rounded up; memory from `base`. PLB_E_COST_MODEL when a cost does not fit. */
PLB_API plb_status plb_step_fit_costs_json(const plb_step_fit *fit, const plb_cost_model *base,
                                           char **text, plb_error *error);
/* Everything: both fits with intervals, the choice, residuals by program, and, where the times were
 * measured, how and under which conditions. */
PLB_API plb_status plb_step_fit_json(const plb_step_fit *fit, const plb_cost_model *base,
                                     char **text, plb_error *error);
/* For people: costs beside those of `base`, the choice, the worst programs, what was left out. */
PLB_API plb_status plb_step_fit_text(const plb_step_fit *fit, const plb_cost_model *base,
                                     char **text, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
