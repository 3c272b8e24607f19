/* Results: what a calibration found, as C structures, JSON, CSV, text for people, and files in an
 * output folder.
 *
 * Structures are plain and borrow their texts: everything a pointer leads to stays the caller's.
 * Texts that a function returns are malloc'ed; free() them. Nothing prints or exits. */
#ifndef PLUTBENCH_RESULTS_H
#define PLUTBENCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <plutbench/api.h>
#include <plutbench/ledger.h>
#include <plutbench/machine.h>
#include <plutbench/measure.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Budget summary: PlutusBudgetSummary of cardano-node's bench/tx-generator ---- */

/* What a loop count is calibrated to. */
typedef enum plb_strategy_kind {
    PLB_STRATEGY_TX_BUDGET,    /* txbudget: spend the transaction's budget */
    PLB_STRATEGY_TX_PER_BLOCK, /* txperblock_N: N such transactions spend the block's budget */
    PLB_STRATEGY_BLOCK_BUDGET  /* blockbudget_R: the block's budget, with scaling factor R */
} plb_strategy_kind;

typedef struct plb_strategy {
    plb_strategy_kind kind;
    uint32_t txs_per_block; /* N */
    double scale;           /* R, 1.0 to 2.0 */
} plb_strategy;

#define PLB_STRATEGY_NAME_BYTES 48

/* "txbudget", "txperblock_8", "blockbudget_1.25", as calibrate-script shows them. */
PLB_API void plb_strategy_name(plb_strategy strategy, char name[PLB_STRATEGY_NAME_BYTES]);

/* Sets of limiting factors. */
#define PLB_LIMIT_STEPS 1u
#define PLB_LIMIT_MEMORY 2u

/* The fields of PlutusBudgetSummary under their names in C. Budgets are ExUnits. */
typedef struct plb_budget_summary {
    plb_exunits budget_per_block;
    plb_exunits budget_per_tx;
    plb_exunits budget_per_tx_input;
    plb_strategy budget_strategy;
    plb_exunits budget_target;
    const char *script_id;           /* such as "builtin: ecdsa-loop" */
    const char *script_arg_datum;    /* detailed-schema JSON text */
    const char *script_arg_redeemer; /* detailed-schema JSON text, with the loop counter in it */
    int64_t loop_counter;
    unsigned loop_limiting_factors; /* PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY */
    plb_exunits budget_used_per_tx_input;
    plb_exunits projected_budget_unused_per_block;
    plb_exunits projected_budget_unused_per_tx;
    int64_t projected_tx_per_block;
    int64_t projected_loops_per_block;
    int64_t projected_tx_size;    /* bytes; negative: unknown */
    int64_t projected_tx_fee;     /* lovelace; negative: unknown */
    const char *message_strategy; /* NULL: none */
    const char *message_id;       /* strategy and scaling factors; key in summaries_NAME.json */
} plb_budget_summary;

/* Fill the projected fields but size and fee (which become unknown) from the budgets, the loop
 * counter and the use per transaction input, for `tx_inputs` script inputs a transaction, as the
 * node team's plutusBudgetSummary does; budget_per_tx_input too. Nothing is used per input: no
 * transactions fit (0), rather than a division by zero. */
PLB_API void plb_budget_summary_project(plb_budget_summary *summary, uint32_t tx_inputs);

/* The summary's JSON as calibrate-script writes it: its field names, sorted, two spaces.
 * Integers of any size in datum and redeemer are kept.
 * Errors: PLB_E_ARGUMENT (datum or redeemer is no JSON; names which), PLB_E_MEMORY. */
PLB_API plb_status plb_budget_summary_json(const plb_budget_summary *summary, char **text,
                                           plb_error *error);

/* A baseline and its calibrations under scaled limits: one object of summaries by message_id, as in
 * summaries_NAME.json, and a table for people. Errors: as plb_budget_summary_json. */
PLB_API plb_status plb_scaling_json(const plb_budget_summary *baseline,
                                    const plb_budget_summary *scaled, size_t count, char **text,
                                    plb_error *error);
PLB_API plb_status plb_scaling_text(const plb_budget_summary *baseline,
                                    const plb_budget_summary *scaled, size_t count, char **text,
                                    plb_error *error);

/* ---- Call summary ---- */

/* What a subject of the sampling submits: one design point, or a value-only twin (calls 0). */
typedef struct plb_design_point {
    const char *label;   /* for people, such as "call, 252 loops" */
    uint32_t calls;      /* a transaction */
    int64_t loops;       /* a call */
    plb_exunits charged; /* a transaction; zero for a twin */
} plb_design_point;

/* The submissions that are timed by stage. */
typedef enum plb_staged {
    PLB_STAGED_CALL,       /* the call at the calibrated loop count */
    PLB_STAGED_CALL_EMPTY, /* at no loops */
    PLB_STAGED_TWIN,       /* the value-only twin of the last */
    PLB_STAGED_COUNT
} plb_staged;

/* "call", "call-empty", "twin"; NULL beyond. */
PLB_API const char *plb_staged_name(plb_staged staged);

/* One stage, or all of them together. Estimates are means that add up: those of the stages to that
 * of all. What stage marks add is subtracted, by the readings of the clock in it. method NULL: too
 * few samples of it. */
typedef struct plb_stage_row {
    plb_estimate time_ns[PLB_STAGED_COUNT]; /* of one submission */
    plb_estimate overhead_ns;               /* per call, at no loops: call minus twin */
    double noise_floor_ns; /* of the overhead: what call against call and twin against twin show */
    double marks[PLB_STAGED_COUNT]; /* readings of the clock in it */
} plb_stage_row;

/* Where the overhead goes: what plb_call_summary has, by stage. It is sampled after everything else
 * and on its own, so that it can't disturb the other figures; and in the same rounds without stage
 * marks, so that what they add is known. */
typedef struct plb_stage_summary {
    plb_stage_row stages[PLB_STAGE_COUNT];
    plb_stage_row sum;
    double clock_read_ns;        /* one on its own */
    plb_estimate unmarked_ns;    /* overhead per call in these rounds, without stage marks */
    plb_estimate marked_ns;      /* and with them, nothing subtracted */
    plb_estimate marking_ns;     /* the second less the first: what marks add, and is subtracted */
    plb_estimate submission_ns;  /* what marks add to a submission of the call at no loops */
    plb_estimate discrepancy_ns; /* sum of the stages' overheads less the unmarked one, where marks
                                    are taken to add what they add to other submissions */
    double noise_floor_ns;       /* of these rounds, by the larger of null experiments */
    bool marks_measured; /* marking_ns is what is subtracted; false: it is not known well enough,
                            and half a clock_read_ns for each is, as bounds allow it */
    bool adds_up;        /* the discrepancy is within the noise floor, or includes 0 */
    bool partial;        /* interrupted */
    uint64_t rounds;
    size_t epochs;
    double elapsed_s, start_utc_s;
    uint64_t samples[PLB_STAGED_COUNT];
    /* Of all samples, marks included; NULL or empty where the stage did not occur. */
    const plb_histogram *histograms[PLB_STAGED_COUNT][PLB_STAGE_COUNT];
} plb_stage_summary;

/* What the ledger charges for what a call has and its twin has not, in time: `steps` of it are
 * `steps` picoseconds at 1 step = 1 ps. Fees become steps by the ExUnits price of a step. */
typedef struct plb_charge_row {
    plb_estimate measured_ns; /* overhead per call; method NULL: not known */
    bool resolved;            /* from zero, beyond the noise floor */
    double exunits_steps;     /* what its steps pay */
    double size_steps;        /* what the fee for its bytes would buy */
    double reference_steps;   /* what the fee for reference scripts would buy */
} plb_charge_row;

typedef struct plb_charge_summary {
    plb_charge_row stages[PLB_STAGE_COUNT];
    plb_charge_row total;
    plb_exunits exunits;      /* at no loops */
    double lovelace_per_step; /* the price */
    double memory_steps;      /* what the fee for the memory would buy; in no row: it pays for
                                 memory */
    uint64_t script_bytes;    /* in the witness set */
    uint64_t other_bytes; /* datums, redeemers, script integrity hash: what the twin has metadata
                             in the place of, but for the script */
    uint64_t reference_script_bytes;
    double size_lovelace, reference_lovelace, exunits_lovelace;
    bool has_ns_per_step;
    plb_estimate ns_per_step; /* of this machine: plb_call_ns_per_step */
} plb_charge_summary;

/* What `row`'s charges pay of what was measured, at 1 step = `ns_per_step`: 1 is all of it. With
 * `fees`, those for bytes and reference scripts too. False when the time is not resolved. */
PLB_API bool plb_charge_share(const plb_charge_row *row, bool fees, double ns_per_step,
                              plb_estimate *share);

/* What a call costs: the figures of a calibration, the sampling they come from, and conditions. */
typedef struct plb_call_summary {
    const char *script;   /* name */
    const char *language; /* plb_language_name */
    unsigned protocol_version;
    const char *target;               /* where calls were submitted, such as "embedded ledger" */
    const plb_budget_summary *budget; /* NULL: not calibrated to one */
    const plb_budget_summary *scaled; /* under scaled limits, `scaled_count` of them */
    size_t scaled_count;
    uint32_t evaluations; /* that finding the loop count took */

    const plb_sampling *sampling;
    const plb_design_point *points; /* one per subject of the sampling */
    size_t call;                    /* the subject that is the call at the calibrated loop count */
    size_t twin;                    /* and the one that is its value-only twin */

    plb_estimate overhead_ns; /* per call, at no loops: call minus twin, paired; zero-initialised
                                 (method NULL): too few samples for it, as after an interruption */
    bool has_overhead_regression;
    plb_estimate overhead_regression_ns; /* intercept of the regression on the loop counts */
    bool has_loop;
    plb_estimate loop_ns; /* per loop, paired */
    bool has_loop_regression;
    plb_estimate loop_regression_ns;
    bool has_null;
    plb_estimate null_ns; /* twin against twin: the noise floor */

    plb_exunits charged_per_call; /* ExUnits of a call at no loops */
    plb_exunits charged_per_loop;

    const plb_stage_summary *stages;   /* NULL: not timed by stage */
    const plb_charge_summary *charges; /* NULL likewise */
} plb_call_summary;

/* Furthest end of the null experiment's interval; NAN when there was none. */
PLB_API double plb_call_noise_floor_ns(const plb_call_summary *summary);

/* The sampling's flags, and those that follow from the figures: PLB_FLAG_NULL (the null experiment
 * excludes zero), PLB_FLAG_DISAGREE (paired and regression do not overlap). */
PLB_API plb_flags plb_call_flags(const plb_call_summary *summary);

/* True when sampling was interrupted. */
PLB_API bool plb_call_partial(const plb_call_summary *summary);

/* Nanoseconds per charged step: cost per loop over the steps that a loop is charged. False when
 * either is not known. */
PLB_API bool plb_call_ns_per_step(const plb_call_summary *summary, plb_estimate *out);

/* One sentence or two in plain words; claims nothing below the noise floor. */
PLB_API plb_status plb_call_conclusion(const plb_call_summary *summary, char **text,
                                       plb_error *error);

/* summary.json: one object, snake_case keys, units in names; every figure with interval, level and
 * method; "budget" as plb_budget_summary_json. */
PLB_API plb_status plb_call_summary_json(const plb_call_summary *summary, char **text,
                                         plb_error *error);

/* What a person reads: at most some thirty lines of at most 100 columns, UTF-8. Warnings say what
 * to do. */
PLB_API plb_status plb_call_summary_text(const plb_call_summary *summary, char **text,
                                         plb_error *error);

/* ---- Block summary ---- */

/* Blocks applied to one kind of state. Estimates are of whole blocks; method NULL: too few
 * samples. */
typedef struct plb_block_figures {
    const char *name;        /* of the state: "memory", "disk" */
    size_t utxo_count;       /* unspent outputs besides the block's */
    size_t calls, twins;     /* subjects of the sampling */
    plb_estimate calls_ns;   /* a block with calls */
    plb_estimate twins_ns;   /* the block of their value-only twins */
    plb_estimate scripts_ns; /* the first less the second, paired */
    plb_estimate null_ns;    /* twins against twins: the noise floor */
} plb_block_figures;

/* What a block of calls costs beside the block of their value-only twins. */
typedef struct plb_block_summary {
    const char *script;   /* name */
    const char *language; /* plb_language_name */
    unsigned protocol_version;
    const char *target;
    const char *purpose; /* "spend", "mint", "withdraw" */
    bool reference_script;
    size_t transactions; /* in the block */
    uint32_t calls;      /* a transaction */
    int64_t loops;       /* a call */
    unsigned limiting;   /* PLB_LIMIT_*: what one loop more exceeds; 0: the loop count was given */
    double fraction;     /* of the block's budget that was asked for; 0: none */
    plb_exunits used, budget; /* ExUnits of the block, and that it may have */
    uint64_t body_bytes, most_body_bytes;
    uint64_t reference_script_bytes, most_reference_script_bytes;
    uint64_t transaction_bytes; /* one */
    uint64_t fees;              /* lovelace, of the block */
    const plb_sampling *sampling;
    plb_block_figures stores[2];
    size_t store_count;
    plb_estimate
        disk_ns; /* what the state on disk adds to a block of twins; method NULL: unknown */
} plb_block_summary;

/* What keeps a block from having more such transactions. */
typedef enum plb_block_limit {
    PLB_BLOCK_STEPS,
    PLB_BLOCK_MEMORY,
    PLB_BLOCK_BYTES,
    PLB_BLOCK_REFERENCE_SCRIPTS
} plb_block_limit;

/* "steps", "memory", "size", "reference scripts". */
PLB_API const char *plb_block_limit_name(plb_block_limit limit);

/* How full the block is, by what it has most of in proportion (1: full); *limit says what. */
PLB_API double plb_block_fullness(const plb_block_summary *summary, plb_block_limit *limit);

/* A block's figure per transaction, and per call. */
PLB_API plb_estimate plb_block_per_transaction(const plb_block_summary *summary,
                                               plb_estimate block);
PLB_API plb_estimate plb_block_per_call(const plb_block_summary *summary, plb_estimate block);

PLB_API plb_flags plb_block_flags(const plb_block_summary *summary);
PLB_API bool plb_block_partial(const plb_block_summary *summary);

/* One sentence or two for the state in memory; claims nothing below the noise floor. */
PLB_API plb_status plb_block_conclusion(const plb_block_summary *summary, char **text,
                                        plb_error *error);
/* As plb_call_summary_json and plb_call_summary_text. */
PLB_API plb_status plb_block_summary_json(const plb_block_summary *summary, char **text,
                                          plb_error *error);
PLB_API plb_status plb_block_summary_text(const plb_block_summary *summary, char **text,
                                          plb_error *error);

/* ---- Submissions at a rate ---- */

/* One of the things that were submitted. */
typedef struct plb_rate_figures {
    const char *name;  /* "call", "twin" */
    const char *label; /* for people, such as "call, 252 loops" */
    const plb_loaded *loaded;
} plb_rate_figures;

#define PLB_RATE_FIGURES 2

typedef struct plb_rate_summary {
    const char *script;
    double rate; /* submissions a second that were asked for */
    bool poisson;
    double start_utc_s; /* seconds since 1970 */
    plb_rate_figures figures[PLB_RATE_FIGURES];
    size_t count; /* 1 when it was interrupted before the twin */
} plb_rate_summary;

/* True when it was interrupted. */
PLB_API bool plb_rate_partial(const plb_rate_summary *summary);
PLB_API plb_flags plb_rate_flags(const plb_rate_summary *summary);
/* As plb_call_summary_text; with a warning where the rate can't be served. */
PLB_API plb_status plb_rate_text(const plb_rate_summary *summary, char **text, plb_error *error);

/* ---- Output folder ---- */

typedef struct plb_results plb_results;

/* Make the folder (and those above it) where it is missing, and prove that files can be made in it
 * and renamed. Call it before measuring. PLB_E_IO with one clear message. */
PLB_API plb_status plb_results_open(const char *directory, plb_results **results, plb_error *error);
/* Removes what was begun and not finished. Files that were written stay. */
PLB_API void plb_results_close(plb_results *results);

/* Files written so far, by name within the folder, in order; NULL beyond. */
PLB_API const char *plb_results_file(const plb_results *results, size_t index);

/* Write a file: under a temporary name in the folder, synchronised, then renamed over `name`, so
 * that under `name` there is never half a file. `name` has no '/'. */
PLB_API plb_status plb_results_write(plb_results *results, const char *name, const void *bytes,
                                     size_t length, plb_error *error);
/* The same, contents written by `fill`. When it fails nothing is left under `name`. */
PLB_API plb_status plb_results_stream(plb_results *results, const char *name,
                                      plb_status (*fill)(void *context, FILE *file,
                                                         plb_error *error),
                                      void *context, plb_error *error);

/* summaries_NAME.json: the summaries by message_id. As calibrate-script does, an existing file is
 * extended, and entries of the same key replaced. NAME is `script` with everything but letters,
 * digits, '-', '_' and '.' made '-'. PLB_E_PARSE when the existing file is something else. With a
 * `count` of 0 that is all that is found out: nothing is written. */
PLB_API plb_status plb_results_budget_json(plb_results *results, const char *script,
                                           const plb_budget_summary *summaries, size_t count,
                                           plb_error *error);
/* scaling_NAME.csv: one column a summary, calibrate-script's rows; an existing file gets further
 * columns, and equal columns are not repeated. A `count` of 0 writes nothing here either. */
PLB_API plb_status plb_results_scaling_csv(plb_results *results, const char *script,
                                           const plb_budget_summary *summaries, size_t count,
                                           plb_error *error);

/* Both, of a baseline and its calibrations under scaled limits, in this order. */
PLB_API plb_status plb_results_budgets(plb_results *results, const char *script,
                                       const plb_budget_summary *baseline,
                                       const plb_budget_summary *scaled, size_t count,
                                       plb_error *error);

/* NAME.hlog (one log, one tagged line a subject) and NAME-SUBJECT.hgrm (microseconds) for every
 * subject of the sampling. */
PLB_API plb_status plb_results_histograms(plb_results *results, const char *script,
                                          const plb_sampling *sampling, plb_error *error);

/* NAME-stages.hlog and NAME-SUBMISSION-STAGE.hgrm for every stage that occurred. */
PLB_API plb_status plb_results_stages(plb_results *results, const char *script,
                                      const plb_stage_summary *stages, plb_error *error);

/* All of a calibration: summary.json, what is above. */
PLB_API plb_status plb_results_calibration(plb_results *results, const plb_call_summary *summary,
                                           plb_error *error);

/* ---- Sweep summary ---- */

/* What design points of a sweep may differ in. */
typedef struct plb_sweep_factor {
    const char *name;          /* "script-bytes" */
    const char *unit;          /* "byte"; NULL: a level by its name */
    const char *const *levels; /* their names, where it has no unit */
    bool varied;
} plb_sweep_factor;

/* One design point. Figures are of a transaction. Estimates with method NULL are not known: nothing
 * was measured, or too few samples were taken. */
typedef struct plb_sweep_point {
    const char *label;        /* what is varied: "calls=10, script-bytes=2000"; "" with one point */
    const uint64_t *settings; /* one per factor */
    uint32_t calls;
    int64_t loops;         /* a call */
    plb_exunits charged;   /* to all calls together */
    uint64_t fee;          /* lovelace */
    uint64_t size_bytes;   /* as the fee counts it */
    uint64_t script_bytes; /* of flat, each script */
    uint64_t datum_bytes;  /* each datum; 0: none */
    uint64_t datum_nodes;  /* of data in each */
    uint32_t evaluations;  /* that finding its loop count took; 0: it was given */

    size_t call, twin, twin_again; /* subjects of the sampling */
    plb_estimate call_ns, twin_ns; /* medians */
    plb_estimate overhead_ns;      /* call minus twin */
    plb_estimate null_ns;          /* twin against twin */
    double noise_floor_ns;         /* of this point; NAN: not known */
    bool resolved;                 /* from zero, beyond the noise floor */
    double fitted_ns;              /* by the overhead's function */
    plb_estimate residual_ns;      /* overhead less that */
} plb_sweep_point;

/* A term of the overhead's function. */
typedef struct plb_sweep_term {
    const char *name; /* "1", "calls", "calls*script-bytes", "script-place=reference" */
    const char *unit; /* "ns", "ns/call", "ns/(call*byte)" */
    plb_estimate coefficient_ns;
    double noise_floor_ns; /* the same function's coefficient of twin against twin */
    bool resolved;         /* from zero, beyond the noise floor */
    double charged_steps;  /* the same function's coefficient of the steps that are charged */
    double fee_lovelace;   /* and of the fee */
} plb_sweep_term;

typedef struct plb_sweep_summary {
    const char *script;   /* name */
    const char *language; /* plb_language_name */
    unsigned protocol_version;
    const char *target;   /* where calls were submitted, such as "embedded ledger" */
    const char *strategy; /* that loops are calibrated to; NULL: loops are given */
    const char *fixed;    /* what was said of all points: "purpose=withdraw"; may be "" */
    const plb_sweep_factor *factors;
    size_t factor_count;
    const plb_sweep_point *points;
    size_t point_count;
    const plb_sampling *sampling; /* NULL: nothing was measured */

    /* The overhead of a transaction as a function of what is varied. */
    const char *model; /* "1 + calls" */
    const plb_sweep_term *terms;
    size_t term_count; /* 0: no function: one point, or too few samples */
    bool tested;       /* there are more points than terms: whether the function fits can be told */
    bool linear;       /* every residual is within what its interval allows for, all together */
    size_t worst; /* the point whose residual is largest in units of its interval's half width */
    double worst_ratio, limit_ratio; /* that ratio, and what is still allowed for */
} plb_sweep_summary;

/* The furthest null experiment of all points; NAN when there is none. */
PLB_API double plb_sweep_noise_floor_ns(const plb_sweep_summary *summary);
/* The sampling's flags, and PLB_FLAG_NULL when more null experiments find a difference than one in
 * twenty of them would by chance. */
PLB_API plb_flags plb_sweep_flags(const plb_sweep_summary *summary);
/* True when sampling was interrupted. */
PLB_API bool plb_sweep_partial(const plb_sweep_summary *summary);

/* What a person reads, of at most 100 columns, UTF-8: a line a point, the function, whether it
 * fits, and what it says in a sentence. */
PLB_API plb_status plb_sweep_summary_text(const plb_sweep_summary *summary, char **text,
                                          plb_error *error);
/* One object, snake_case keys, units in names. */
PLB_API plb_status plb_sweep_summary_json(const plb_sweep_summary *summary, char **text,
                                          plb_error *error);
/* A line a point, for R or Python: factors, charges, figures with their intervals; NA where
 * something is not known. */
PLB_API plb_status plb_sweep_summary_csv(const plb_sweep_summary *summary, char **text,
                                         plb_error *error);

/* measure.json, measure.csv, and histograms of everything that was submitted (NAME.hlog and
 * NAME-SUBJECT.hgrm). */
PLB_API plb_status plb_results_sweep(plb_results *results, const plb_sweep_summary *summary,
                                     plb_error *error);

/* All of a block: block.json and histograms. */
PLB_API plb_status plb_results_block(plb_results *results, const plb_block_summary *summary,
                                     plb_error *error);

/* rate.json, NAME-rate.hlog (a tagged line for latency, service time and corrected service time of
 * each) and NAME-rate-SUBJECT-TIME.hgrm. */
PLB_API plb_status plb_results_rate(plb_results *results, const plb_rate_summary *summary,
                                    plb_error *error);

/* ---- Manifest ---- */

#define PLB_SHA256_TEXT_BYTES 65

/* Something that was read, and its checksum. */
typedef struct plb_input {
    const char *role; /* "script", "redeemer", "protocol-parameters", ... */
    const char *name; /* path, or "embedded:NAME" */
    uint64_t bytes;
    char sha256[PLB_SHA256_TEXT_BYTES];
} plb_input;

/* Of the bytes as they were used. PLB_E_MEASURE when libsodium can't be initialised. */
PLB_API plb_status plb_input_describe(plb_input *input, const char *role, const char *name,
                                      const void *bytes, size_t length, plb_error *error);

typedef struct plb_manifest {
    int argument_count;
    char *const *arguments; /* of the command line, the program's name first */
    const char *options;    /* JSON object text of options in effect; NULL: none */
    const plb_input *inputs;
    size_t input_count;
    const plb_sampling *sampling; /* NULL: none */
    double started_utc_s;         /* seconds since 1970; 0: the sampling's */
} plb_manifest;

/* manifest.json: command line, options, plutbench's version and libraries, compiler, machine,
 * times in UTC, seed, inputs and the files written so far with size and SHA-256. Write it last. */
PLB_API plb_status plb_results_manifest(plb_results *results, const plb_manifest *manifest,
                                        plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
