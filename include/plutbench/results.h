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

/* ---- Call summary ---- */

/* What a subject of the sampling submits: one design point, or a value-only twin (calls 0). */
typedef struct plb_design_point {
    const char *label;   /* for people, such as "call, 252 loops" */
    uint32_t calls;      /* a transaction */
    int64_t loops;       /* a call */
    plb_exunits charged; /* a transaction; zero for a twin */
} plb_design_point;

/* What a call costs: the figures of a calibration, the sampling they come from, and conditions. */
typedef struct plb_call_summary {
    const char *script;   /* name */
    const char *language; /* plb_language_name */
    unsigned protocol_version;
    const char *target;               /* where calls were submitted, such as "embedded ledger" */
    const plb_budget_summary *budget; /* NULL: not calibrated to one */
    uint32_t evaluations;             /* that finding the loop count took */

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

/* NAME.hlog (one log, one tagged line a subject) and NAME-SUBJECT.hgrm (microseconds) for every
 * subject of the sampling. */
PLB_API plb_status plb_results_histograms(plb_results *results, const char *script,
                                          const plb_sampling *sampling, plb_error *error);

/* All of a calibration: summary.json, the two above, histograms. */
PLB_API plb_status plb_results_calibration(plb_results *results, const plb_call_summary *summary,
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
