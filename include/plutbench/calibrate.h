/* Calibration: find the loop count at which a script spends the budget that a strategy gives it,
 * then measure the call beside its value-only twin.
 *
 * Strategies, budgets and their summaries are those of cardano-node's bench/tx-generator
 * (Cardano.TxGenerator.PlutusContext), so that loop counts can be compared with its
 * calibrate-script. */
#ifndef PLUTBENCH_CALIBRATE_H
#define PLUTBENCH_CALIBRATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/ledger.h>
#include <plutbench/machine.h>
#include <plutbench/measure.h>
#include <plutbench/results.h>
#include <plutbench/scripts.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Strategies ---- */

/* One line of the table of strategies. */
typedef struct plb_strategy_info {
    const char *pattern;     /* "txperblock_N" */
    const char *description; /* one line */
} plb_strategy_info;

/* Entry `index` of the table, NULL beyond. */
PLB_API const plb_strategy_info *plb_strategy_at(size_t index);

/* Parse "txbudget", "txperblock_8", "blockbudget_1.25" or "blockbudget" (scale 0: the best of 1.0
 * to 2.0 by 0.25). PLB_E_ARGUMENT says what was expected. */
PLB_API plb_status plb_strategy_parse(const char *text, plb_strategy *strategy, plb_error *error);

/* The ExUnits that one script input may spend, of `inputs` in a transaction. A blockbudget needs
 * its scale. PLB_E_ARGUMENT when the parameters make no sense (a limit of zero). */
PLB_API plb_status plb_strategy_target(plb_strategy strategy, plb_exunits per_tx,
                                       plb_exunits per_block, uint32_t inputs, plb_exunits *target,
                                       plb_error *error);

/* ---- Loop counts ---- */

/* The ExUnits of a call with `loops` loops. Called with growing knowledge, a few times.
 * PLB_E_BUDGET: more than can be told, which is beyond any target. */
typedef plb_status (*plb_loop_cost)(void *context, int64_t loops, plb_exunits *exunits,
                                    plb_error *error);

typedef struct plb_loop_fit {
    int64_t loops;        /* the largest count whose cost is within the target */
    unsigned limiting;    /* PLB_LIMIT_*: what loops + 1 exceeds */
    plb_exunits used;     /* by `loops` loops */
    plb_exunits at_zero;  /* by none */
    plb_exunits at_one;   /* by one */
    uint32_t evaluations; /* that finding it took */
} plb_loop_fit;

/* Find the largest loop count within `target`, for a cost that does not fall as loops grow. The
 * same as an exhaustive search finds, in four evaluations when the cost is linear, and otherwise in
 * at most some three for each bit of the count.
 * Errors: PLB_E_EVALUATION (it fails at zero loops), PLB_E_BUDGET (not even one loop fits),
 * PLB_E_ARGUMENT (the cost does not depend on the counter), and those of `cost`. */
PLB_API plb_status plb_fit_loops(plb_loop_cost cost, void *context, plb_exunits target,
                                 plb_loop_fit *fit, plb_error *error);

/* ---- Calibration ---- */

#define PLB_DEFAULT_TIME_S 30.0
#define PLB_DEFAULT_PRECISION 0.01

typedef struct plb_calibration_config {
    const plb_script *script;                  /* the caller's; must outlive the calibration */
    const plb_protocol_parameters *parameters; /* likewise; names the protocol version */
    plb_strategy strategy;
    bool hashed_datum; /* datum by hash and in the witness set; always so for PlutusV1 */
    bool measure;      /* false: budgets only */
    double time_s;     /* of sampling; 0: PLB_DEFAULT_TIME_S */
    double precision;  /* relative half width of the intervals of the overhead and of the cost of
                          all loops at which sampling stops early; 0: PLB_DEFAULT_PRECISION */
    uint64_t seed;     /* of transactions, orders and bootstrap; 0: from the clock, and reported */
    bool pin;          /* keep to one CPU */
    bool no_stages;    /* false: then also time the calls by stage, for a fifth of the time more */
    const plb_restarts *restarts; /* NULL, or sample in several processes, each of which is given a
                                     `slice` */
    const plb_slice *slice;       /* NULL, or sample as told and estimate nothing: the sampling of
                                     plb_calibration_calls is for plb_slice_send */
    const struct plb_observer *observer;      /* NULL, or who is told what happens (observe.h) */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
    void (*progress)(void *context, const plb_progress *progress); /* may be NULL */
    void *progress_context;
} plb_calibration_config;

typedef struct plb_calibration plb_calibration;

/* Calibrate, and measure if asked. Free with plb_calibration_free.
 *
 * Costs are those of real transactions: one call, whose script context the script sees. Measured
 * are, in random interleaved rounds on an embedded ledger each of whose submissions leaves the
 * state as it was: the call at the calibrated loop count, at half of it, and at none; the
 * value-only twin of the last; and that twin once more (the null experiment). The overhead is the
 * call's without loops less the mean of both twins. In every epoch ledger, keys and transactions
 * are new, up to 32 transactions of a kind that is short (docs/methodology.md).
 *
 * Errors: those of plb_fit_loops, plb_ledger_build_exact, plb_sample; PLB_E_UNAVAILABLE when the
 * script can't be run at the protocol version; PLB_E_COST_MODEL when the parameters have no cost
 * model for its language, or one that is too short for a builtin that it needs. */
PLB_API plb_status plb_calibrate(const plb_calibration_config *config,
                                 plb_calibration **calibration, plb_error *error);
PLB_API void plb_calibration_free(plb_calibration *calibration);

/* The budget part, always there. Lives as long as the calibration. */
PLB_API const plb_budget_summary *plb_calibration_budget(const plb_calibration *calibration);
PLB_API const plb_loop_fit *plb_calibration_fit(const plb_calibration *calibration);
/* The measured part, NULL when nothing was measured. */
PLB_API const plb_call_summary *plb_calibration_calls(const plb_calibration *calibration);

/* ---- Scaling ---- */

/* Factors on the ExUnits limits of a transaction and of a block. */
typedef struct plb_scale {
    double tx_memory, tx_steps, block_memory, block_steps;
} plb_scale;

#define PLB_SCALES_MAX 64

/* Parse "1.5 1 1.5 1": four factors above 0, in the order of plb_scale. PLB_E_ARGUMENT. */
PLB_API plb_status plb_scale_parse(const char *text, plb_scale *scale, plb_error *error);

typedef struct plb_scaling plb_scaling;

/* Calibrate again under scaled limits, without measuring, as calibrate-script does it: with each of
 * `scales` (but where all factors are 1: that is the baseline), or, when there are none (`count`
 * 0), at 1.5 and then at 2.0 times. That begins with one limit and bumps the next as long as other
 * limits than in the baseline end the loops, or other numbers of transactions fit in a block;
 * intermediate calibrations are among the results. Which limit is first `hint` says:
 * PLB_LIMIT_MEMORY or PLB_LIMIT_STEPS; 0: as calibrate-script takes it, memory for txbudget and
 * steps for txperblock_N.
 *
 * The baseline must outlive the result. Free with plb_scaling_free. Errors: PLB_E_ARGUMENT (more
 * than PLB_SCALES_MAX, limits that leave 62 bits, auto-scaling of a blockbudget), and those of
 * plb_calibrate, prefixed with the scale. */
PLB_API plb_status plb_scaling_make(const plb_calibration *baseline, const plb_scale *scales,
                                    size_t count, unsigned hint, plb_scaling **scaling,
                                    plb_error *error);
PLB_API void plb_scaling_free(plb_scaling *scaling);

/* In the order of the runs, without the baseline; message_id is such as "txbudget txm:1.5". */
PLB_API const plb_budget_summary *plb_scaling_summaries(const plb_scaling *scaling, size_t *count);
/* True when the baseline's `interrupted` ended it early. */
PLB_API bool plb_scaling_partial(const plb_scaling *scaling);

/* ---- Sweeps ---- */

/* What design points may differ in: what is submitted. */
typedef enum plb_factor {
    PLB_FACTOR_LOOPS,
    PLB_FACTOR_CALLS,
    PLB_FACTOR_PURPOSE,      /* a plb_call_purpose */
    PLB_FACTOR_SCRIPT_PLACE, /* a plb_script_place */
    PLB_FACTOR_SCRIPT_BYTES,
    PLB_FACTOR_DATUM, /* a plb_point_datum */
    PLB_FACTOR_DATUM_BYTES,
    PLB_FACTOR_DATUM_NODES,
    PLB_FACTOR_PAYMENTS,
    PLB_FACTOR_EXTRA_INPUTS,
    PLB_FACTOR_ASSETS,
    PLB_FACTOR_NATIVE_SCRIPTS,
    PLB_FACTOR_REQUIRED_SIGNER,
    PLB_FACTOR_COLLATERAL_RETURN,
    PLB_FACTOR_VALIDITY_INTERVAL,
    PLB_FACTOR_COUNT
} plb_factor;

typedef enum plb_point_datum {
    PLB_POINT_DATUM_INLINE,
    PLB_POINT_DATUM_HASHED,
    PLB_POINT_DATUM_NONE
} plb_point_datum;

/* One line of the table of factors. */
typedef struct plb_factor_info {
    const char *name;          /* "script-bytes" */
    const char *unit;          /* "byte"; NULL: one of `levels` */
    const char *const *levels; /* their names, ends with NULL; NULL: a number */
    uint64_t least, most;
    uint64_t standard;       /* when nothing is said; PLB_AS_IT_IS: see the description */
    const char *description; /* one line */
} plb_factor_info;

/* The script's own size, the script's own datum; of PLB_FACTOR_DATUM: inline, hashed for PlutusV1,
 * none for a call that does not spend. */
#define PLB_AS_IT_IS UINT64_MAX

/* NULL from PLB_FACTOR_COUNT on. */
PLB_API const plb_factor_info *plb_factor_get(unsigned factor);
/* The factor of that name, in which '_' is as good as '-'; PLB_FACTOR_COUNT: there is none. */
PLB_API plb_factor plb_factor_find(const char *name, size_t length);
/* A value as it is written: a number, or a level's name. PLB_E_ARGUMENT says what was expected. */
PLB_API plb_status plb_factor_parse(plb_factor factor, const char *text, uint64_t *value,
                                    plb_error *error);

#define PLB_SWEEP_POINTS_MAX 200

/* Values that a factor takes in turn; `count` 0: it is not varied. */
typedef struct plb_levels {
    size_t count;
    uint64_t values[PLB_SWEEP_POINTS_MAX];
} plb_levels;

/* Design points: every combination of the varied factors' values, all else as in `fixed`. */
typedef struct plb_sweep {
    uint64_t fixed[PLB_FACTOR_COUNT];
    bool given[PLB_FACTOR_COUNT]; /* `fixed` was said, and is no default */
    plb_levels varied[PLB_FACTOR_COUNT];
} plb_sweep;

/* Everything as it is when nothing is said. */
PLB_API void plb_sweep_init(plb_sweep *sweep);
PLB_API plb_status plb_sweep_fix(plb_sweep *sweep, plb_factor factor, uint64_t value,
                                 plb_error *error);
/* One more value. Errors of both: PLB_E_ARGUMENT (out of range, said before, both fixed and varied,
 * too many). */
PLB_API plb_status plb_sweep_vary(plb_sweep *sweep, plb_factor factor, uint64_t value,
                                  plb_error *error);

typedef struct plb_measure_config {
    const plb_script *script;                  /* the caller's; must outlive the measurement */
    const plb_protocol_parameters *parameters; /* likewise */
    const plb_sweep *sweep;
    const plb_strategy *strategy; /* NULL: loops as the sweep says; else calibrated at each point.
                                     A blockbudget needs its scale */
    const char *model;            /* terms of the overhead's function, such as
                                     "1 + calls + calls*script-bytes"; NULL: 1 and each varied factor */
    bool measure;                 /* false: build and check the design points only */
    double time_s;                /* of sampling; 0: PLB_DEFAULT_TIME_S */
    double precision;             /* relative half width of the interval of every point's overhead
                                     at which sampling stops early; 0: PLB_DEFAULT_PRECISION */
    uint64_t seed;                /* as a calibration's */
    bool pin;
    const plb_restarts *restarts; /* as a calibration\'s */
    const plb_slice *slice;       /* likewise: the sampling of the summary is for plb_slice_send */
    const struct plb_observer *observer;                           /* likewise */
    const volatile sig_atomic_t *interrupted;                      /* may be NULL */
    void (*progress)(void *context, const plb_progress *progress); /* may be NULL */
    void *progress_context;
} plb_measure_config;

typedef struct plb_measurement plb_measurement;

/* Measure a sweep. Every design point's call transaction, and its value-only twin twice (the null
 * experiment of that point), are submitted in random interleaved rounds of one sampling, and made
 * anew, ledger and all, for every epoch. From the points' overheads a function of the varied
 * factors is fitted, weighted by how well each is known; its coefficients are contrasts of the same
 * samples, so that intervals allow for what points have in common.
 *
 * Calls of one transaction that mint or withdraw have variants of the script (plb_script_variant).
 * What can't be built, or is refused by the ledger, is found before anything is measured.
 * Free with plb_measurement_free.
 *
 * Errors: PLB_E_ARGUMENT (fewer than one or more than PLB_SWEEP_POINTS_MAX points, an impossible
 * combination, a model that the points do not determine), PLB_E_LEDGER (limits), naming the point
 * and which factor to reduce; those of plb_fit_loops, plb_ledger_build_exact, plb_sample. */
PLB_API plb_status plb_measure_sweep(const plb_measure_config *config,
                                     plb_measurement **measurement, plb_error *error);
PLB_API void plb_measurement_free(plb_measurement *measurement);

/* Lives as long as the measurement. */
PLB_API const plb_sweep_summary *plb_measurement_summary(const plb_measurement *measurement);

/* The JSON Schema (draft 2020-12) of a plan file, NUL-terminated; lives as long as the library. */
PLB_API const char *plb_plan_schema(void);

/* ---- Submissions at a rate ---- */

typedef struct plb_rate_config {
    double rate;   /* submissions a second */
    bool poisson;  /* as of independent users; false: at equal intervals */
    double time_s; /* of the call, and again of the twin; 0: PLB_DEFAULT_TIME_S */
} plb_rate_config;

typedef struct plb_rate_run plb_rate_run;

/* Submit a calibration's call at its loop count at a rate, and then the value-only twin, whether or
 * not the ones before have come back (plb_open_loop): latency is told from the intended times. The
 * calibration's seed, interruption and progress are used; it must outlive the run. Free with
 * plb_rate_run_free. Errors: those of plb_open_loop. */
PLB_API plb_status plb_rate_measure(plb_calibration *calibration, const plb_rate_config *config,
                                    plb_rate_run **run, plb_error *error);
PLB_API void plb_rate_run_free(plb_rate_run *run);
/* Lives as long as the run. */
PLB_API const plb_rate_summary *plb_rate_run_summary(const plb_rate_run *run);

/* ---- Blocks ---- */

#define PLB_DEFAULT_BLOCK_TRANSACTIONS 8 /* what the node team runs: txperblock_8 */
#define PLB_BLOCK_TRANSACTIONS_MAX 100000

/* Which block. Of `transactions`, `fraction` and a loop count (`loops` or `strategy`) two give the
 * third; the defaults are those of the node team's benchmarks of SECP scripts: eight transactions
 * that spend the block's whole budget. */
typedef struct plb_block_config {
    const plb_script *script;                  /* the caller's; must outlive the run */
    const plb_protocol_parameters *parameters; /* likewise */
    uint32_t transactions; /* in the block; 0: PLB_DEFAULT_BLOCK_TRANSACTIONS, or with a loop count
                              as many as fit the fraction and the block's body */
    double fraction;       /* of the block's ExUnits, in (0, 1]; 0: 1 */
    bool has_loops;
    int64_t loops; /* a call */
    bool has_strategy;
    plb_strategy strategy; /* what a transaction's calls spend together */
    uint32_t calls;        /* a transaction; 0: 1 */
    plb_call_purpose purpose;
    plb_script_place place;
    bool hashed_datum;        /* as in plb_calibration_config */
    const char *utxo_folder;  /* NULL: in memory only; else in memory and in an LMDB environment in
                                 this folder, in the same rounds */
    size_t utxo_size;         /* unspent outputs besides those of the block */
    double time_s, precision; /* these as in plb_calibration_config */
    uint64_t seed;
    bool pin;
    const struct plb_observer *observer; /* likewise */
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_progress *progress);
    void *progress_context;
} plb_block_config;

typedef struct plb_block_run plb_block_run;

/* Measure how long it takes to apply a block of transactions with calls, and the block of their
 * value-only twins, to a state of unspent outputs; the latter twice, which is the null experiment.
 * In random interleaved rounds; before each application, untimed, the state goes back to what it
 * was. Transactions are independent of each other, each with a key and inputs of its own.
 * On disk, applying a block includes syncing it.
 *
 * Free with plb_block_run_free. Errors: PLB_E_ARGUMENT (a combination that makes no sense), those
 * of plb_fit_loops, plb_ledger_build_block, plb_ledger_new and plb_sample, PLB_E_LEDGER (the ledger
 * refuses the block: too large, too many ExUnits), PLB_E_INTERRUPTED (before anything was
 * measured). */
PLB_API plb_status plb_block_measure(const plb_block_config *config, plb_block_run **run,
                                     plb_error *error);
PLB_API void plb_block_run_free(plb_block_run *run);
/* Lives as long as the run. */
PLB_API const plb_block_summary *plb_block_run_summary(const plb_block_run *run);

/* ---- Profiles ---- */

/* What one kind of work takes: a step kind, a builtin, or what is around the evaluation. */
typedef struct plb_profile_row {
    const char *name;
    bool is_builtin;
    uint64_t looks;      /* that saw it */
    plb_estimate share;  /* of the time of one run */
    double time_ns;      /* of one run: the share of the run's median time */
    uint64_t count;      /* in one run; 0 for what is not charged */
    plb_exunits charged; /* in one run */
} plb_profile_row;

typedef struct plb_profile {
    const plb_profile_row *rows; /* most time first */
    size_t row_count;
    plb_exunits charged; /* by one run: the rows' and the start-up cost */
    plb_exunits startup;
    uint64_t looks;
    double run_ns;          /* median of a run that nobody watches */
    plb_estimate slower_ns; /* what watching adds to a run */
    uint64_t runs;          /* that were watched */
    const char *stacks;     /* collapsed stacks, one a line: functions from the outermost to the
                               innermost, then the work, all separated by ";", a space, looks */
} plb_profile;

typedef struct plb_profile_config {
    /* Do what is profiled once. `activity` NULL: nobody watches; else give it to the evaluator.
     * 0 is success. */
    int (*run)(void *context, uint64_t *activity);
    void *context;
    const plb_program *program; /* that is evaluated: for the names of its functions */
    const plb_tally *tally;     /* of one run */
    const char *name;           /* of the outermost frame */
    double time_s;              /* 0: 10 */
    uint64_t seed;              /* 0: from the clock */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
} plb_profile_config;

/* Profile by looking at random times what the evaluator is doing, while runs that are watched and
 * runs that are not take turns: so times are those of the latter, and what watching costs is told.
 * A single-threaded run and one more CPU for the looks; with one CPU the looks interrupt the run.
 * Free with plb_profile_free. Errors: PLB_E_MEASURE, PLB_E_MEMORY. */
PLB_API plb_status plb_profile_make(const plb_profile_config *config, plb_profile **profile,
                                    plb_error *error);
PLB_API void plb_profile_free(plb_profile *profile);

/* The profile of the call at the calibrated loop count, submitted to the calibration's ledger: what
 * is not the evaluation is PLB_ACTIVITY_OTHER's row. `time_s` as in plb_profile_config; names are
 * the script's own. Errors: those of plb_profile_make. */
PLB_API plb_status plb_calibration_profile(plb_calibration *calibration, double time_s,
                                           plb_profile **profile, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
